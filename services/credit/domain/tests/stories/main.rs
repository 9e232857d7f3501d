//! Life stories of merchants (企业信用故事), as a credit officer reads them: dated lines that say what happens, and
//! below each of them, behind `>`, what the model decides. The runner plays the lines on the real model, day by day,
//! and the answers have to be those in the file.
//!
//! - A line that begins with a date is a step; all else is text for the reader and stays as it is.
//! - Behind two blanks a step may say the same in Chinese.
//! - `cargo xtask golden` writes the answers anew. Read them before they are committed: they are decisions.
#![cfg(test)]

mod company;
mod contest;
mod entrance;
mod explain;
mod given;
mod justice;
mod ledger;
mod script;
mod time;
mod town;

use std::fs;
use std::path::PathBuf;

use crate::script::Line;
use crate::town::Town;

fn stories() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stories");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut stories: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|it| it == "txt")).collect();
    stories.sort();
    stories
}

/// The whole transcript of a story.
fn played(story: &str) -> String {
    let (mut town, mut told) = (Town::new(), String::new());
    for line in script::read(story) {
        match line {
            Line::Prose(text) => told.push_str(&format!("{text}\n")),
            Line::Step { day, text, company, words } => {
                told.push_str(&town.pass_to(day));
                told.push_str(&format!("{text}\n"));
                told.push_str(&town.step(company, words));
            }
        }
    }
    told
}

#[test]
fn every_story_ends_as_it_is_written() {
    let stories = stories();
    assert_eq!(stories.len(), 10);
    for file in stories {
        let written = fs::read_to_string(&file).unwrap();
        let played = played(&written);
        let changed = played.lines().zip(written.lines()).find(|(now, before)| now != before);
        assert_eq!(changed, None, "{} is decided otherwise now: see `cargo xtask golden`", file.display());
        assert_eq!(played, written, "{}", file.display());
    }
}

#[test]
#[ignore = "writes the answers anew, for cargo xtask golden"]
fn the_answers_are_written_anew() {
    for file in stories() {
        let written = fs::read_to_string(&file).unwrap();
        fs::write(&file, played(&written)).unwrap();
    }
}

//! How a story is written.

use kernel::Day;

/// A line of a story.
pub(crate) enum Line<'a> {
    /// For the reader.
    Prose(&'a str),
    /// Something that happens.
    Step {
        /// When.
        day: Day,
        /// The line as it stands.
        text: &'a str,
        /// To which company; the last one named when absent.
        company: Option<&'a str>,
        /// What.
        words: &'a str,
    },
}

/// The lines of a story, without the answers.
pub(crate) fn read(story: &str) -> impl Iterator<Item = Line<'_>> {
    story.lines().filter(|line| !line.starts_with('>')).map(|text| {
        let day = text.get(..10).and_then(|day| day.parse().ok());
        let Some(day) = day else { return Line::Prose(text) };
        let words = text[10..].trim();
        let words = words.split_once("  ").map_or(words, |(words, _)| words).trim();
        let (company, words) = match words.split_once(": ") {
            Some((company, words)) if !company.contains(' ') => (Some(company), words),
            _ => (None, words),
        };
        Line::Step { day, text, company, words }
    })
}

/// The first number in the words before this one: `3` of `12 content, 3 unreached` before `unreached`.
pub(crate) fn number_before(words: &str, word: &str) -> u16 {
    let parts: Vec<&str> = words.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    let place = parts.iter().position(|part| *part == word);
    place.and_then(|place| parts.get(place.checked_sub(1)?)?.parse().ok()).unwrap_or(0)
}

/// The day at the end of the words.
pub(crate) fn day_at_end(words: &str) -> Day {
    words.rsplit(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("no day at the end of {words:?}"))
}

/// Who does it, where the words end with `by <name>`.
pub(crate) fn by(words: &str) -> (&str, Option<&str>) {
    words.rsplit_once(" by ").map_or((words, None), |(words, name)| (words, Some(name)))
}

//! CONFIG.md, made from the comments of the default files: a key is explained where it is declared.

use std::collections::BTreeMap;

use super::{CHASSIS_DEFAULTS, ConfigError};

/// A key as its default file declares it.
#[derive(Debug, Clone)]
struct Declared {
    default: String,
    comment: String,
}

/// One section of a default file, its keys in the order of the file.
#[derive(Debug, Clone, Default)]
struct Section {
    name: String,
    comment: String,
    keys: Vec<(String, Declared)>,
}

/// The reference of a service's configuration as Markdown: a table per section, with each key's default,
/// variable and meaning.
///
/// # Errors
/// [`ConfigError::Defaults`] when a key or a section has no comment, naming it. (A section that the chassis
/// explains needs none.)
pub fn reference(service: &'static str, defaults_toml: &str) -> Result<String, ConfigError> {
    let of_chassis: BTreeMap<_, _> = read("chassis", CHASSIS_DEFAULTS)?
        .into_iter()
        .map(|section| (section.name.clone(), section))
        .collect();
    let prefix = service.to_uppercase().replace('-', "_");
    let mut page = String::new();
    for own in read(service, defaults_toml)? {
        let section = match of_chassis.get(&own.name) {
            Some(base) => filled_up(base.clone(), own),
            None => own,
        };
        check(service, &section)?;
        write_section(&mut page, &prefix, &section);
    }
    Ok(page)
}

/// The chassis's section, with the service's values and remarks where it has any.
fn filled_up(mut base: Section, own: Section) -> Section {
    if !own.comment.is_empty() {
        base.comment = own.comment;
    }
    for (key, mut declared) in own.keys {
        match base.keys.iter_mut().find(|(name, _)| *name == key) {
            Some((_, known)) => {
                if declared.comment.is_empty() {
                    declared.comment.clone_from(&known.comment);
                }
                *known = declared;
            }
            None => base.keys.push((key, declared)),
        }
    }
    base
}

fn check(service: &'static str, section: &Section) -> Result<(), ConfigError> {
    let bare = section.keys.iter().find(|(_, declared)| declared.comment.is_empty());
    match bare {
        Some((key, _)) => Err(ConfigError::Defaults {
            service,
            reason: format!("{} has no comment", dotted(&section.name, key, ".")),
        }),
        None if section.comment.is_empty() && !section.name.is_empty() => {
            Err(ConfigError::Defaults { service, reason: format!("[{}] has no comment", section.name) })
        }
        None => Ok(()),
    }
}

/// Line by line, since the parser drops comments. Values stand on one line in a default file.
fn read(service: &'static str, text: &str) -> Result<Vec<Section>, ConfigError> {
    let mut sections = vec![Section::default()];
    let mut comment = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(remark) = line.strip_prefix('#') {
            comment.push(remark.trim());
        } else if line.is_empty() {
            comment.clear();
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let comment = std::mem::take(&mut comment).join(" ");
            sections.push(Section { name: name.trim().into(), comment, keys: Vec::new() });
        } else if let (Some((key, default)), Some(section)) = (line.split_once('='), sections.last_mut()) {
            let comment = std::mem::take(&mut comment).join(" ");
            section.keys.push((key.trim().into(), Declared { default: default.trim().into(), comment }));
        } else {
            return Err(ConfigError::Defaults {
                service,
                reason: format!("line {}: a value stands on one line", number.saturating_add(1)),
            });
        }
    }
    sections.retain(|section| !section.name.is_empty() || !section.keys.is_empty());
    Ok(sections)
}

fn write_section(page: &mut String, prefix: &str, section: &Section) {
    let title = if section.name.is_empty() { "Top level" } else { &section.name };
    page.push_str(&format!("### {title}\n\n{}\n\n", section.comment));
    page.push_str("| key | default | variable | meaning |\n| --- | --- | --- | --- |\n");
    for (key, declared) in &section.keys {
        let variable = dotted(&section.name, key, "__").replace('.', "__").to_uppercase();
        page.push_str(&format!(
            "| `{}` | `{}` | `{prefix}__{variable}` | {} |\n",
            dotted(&section.name, key, "."),
            cell(&declared.default),
            cell(&declared.comment),
        ));
    }
    page.push('\n');
}

fn dotted(section: &str, key: &str, separator: &str) -> String {
    if section.is_empty() { key.into() } else { format!("{section}{separator}{key}") }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

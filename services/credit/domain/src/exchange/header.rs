//! The first line of a file: which of its columns is which of the table's.

use super::{Column, Privacy};

/// The number of a row in the file that was mended; read over.
pub const ROW: Column = Column { zh: "原行号", en: "row", needed: false, privacy: Privacy::Open };
/// What was wrong with a row of the file that was mended; read over.
pub const REASON: Column = Column { zh: "问题", en: "reason", needed: false, privacy: Privacy::Open };

/// Something that is wrong with the first line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderFault {
    /// The table has no such column.
    #[error("{}", unknown(.nearest.as_deref()))]
    Unknown {
        /// As the file has it.
        name: String,
        /// The column whose name is nearest to it.
        nearest: Option<String>,
    },
    /// The file lacks a column that it must have.
    #[error("the column is missing")]
    Missing {
        /// Its title.
        name: String,
    },
    /// The file has a column twice.
    #[error("the column stands there twice")]
    Twice {
        /// As the file has it.
        name: String,
    },
}

fn unknown(nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("there is no such column: did you mean {nearest}"),
        None => "there is no such column".to_owned(),
    }
}

impl HeaderFault {
    /// Which column it is about.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Unknown { name, .. } | Self::Missing { name } | Self::Twice { name } => name,
        }
    }

    /// In one word.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown-column",
            Self::Missing { .. } => "missing-column",
            Self::Twice { .. } => "duplicate-column",
        }
    }
}

/// Where each column of a table stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout(Vec<Option<usize>>);

impl Layout {
    /// From the first line. A name is taken in Chinese, in English or as both; spaces, signs and capitals do not matter.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn of(columns: &[Column], line: &[String]) -> Result<Self, Vec<HeaderFault>> {
        let mut places = vec![None; columns.len()];
        let mut faults = Vec::new();
        for (place, name) in line.iter().enumerate().filter(|(_, name)| !bare(name).is_empty()) {
            if is_called(&ROW, name) || is_called(&REASON, name) {
                continue;
            }
            let found = columns.iter().zip(&mut places).find(|(column, _)| is_called(column, name));
            match found {
                Some((_, taken @ None)) => *taken = Some(place),
                Some((_, Some(_))) => faults.push(HeaderFault::Twice { name: name.clone() }),
                None => {
                    faults.push(HeaderFault::Unknown { name: name.clone(), nearest: nearest(columns, name) });
                }
            }
        }
        let missing = columns.iter().zip(&places).filter(|(column, place)| column.needed && place.is_none());
        faults.extend(missing.map(|(column, _)| HeaderFault::Missing { name: column.title() }));
        if faults.is_empty() { Ok(Self(places)) } else { Err(faults) }
    }

    /// The cells of a line in the order of the table's columns.
    #[must_use]
    pub fn pick(&self, line: &[String]) -> Vec<String> {
        let cell = |place: &Option<usize>| place.and_then(|place| line.get(place)).cloned();
        self.0.iter().map(|place| cell(place).unwrap_or_default()).collect()
    }
}

fn is_called(column: &Column, name: &str) -> bool {
    let name = bare(name);
    [column.zh, column.en, &column.title()].into_iter().any(|title| bare(title) == name)
}

/// Letters and digits only, so that `Valid until *` is `valid_until`.
fn bare(name: &str) -> String {
    name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The title of the column whose name takes the fewest changes, if at most half of it has to change.
fn nearest(columns: &[Column], name: &str) -> Option<String> {
    let name = bare(name);
    let distance = |column: &Column| {
        let titles = [bare(column.zh), bare(column.en)];
        titles.iter().map(|title| changes(title, &name)).min().unwrap_or(usize::MAX)
    };
    let found = columns.iter().map(|column| (distance(column), column)).min_by_key(|(distance, _)| *distance);
    found.filter(|(distance, _)| distance * 2 <= name.chars().count()).map(|(_, column)| column.title())
}

/// How many characters have to be put in, taken out or changed.
fn changes(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut next = vec![line + 1];
        for ((left, pair), there) in (1..).zip(row.windows(2)).zip(&other) {
            let [diagonal, above] = pair else { continue };
            let before = next.get(left - 1).copied().unwrap_or(usize::MAX);
            next.push((diagonal + usize::from(letter != *there)).min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] =
        &[Column::needed("统一社会信用代码", "code"), Column::free("承诺有效期至", "commitment_until")];

    fn line(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_column_is_known_by_either_name_or_both_wherever_it_stands() {
        for names in [
            ["Commitment until", "CODE *"],
            ["承诺有效期至", "统一社会信用代码"],
            ["承诺有效期至 commitment_until", "统一社会信用代码 code"],
        ] {
            let layout = Layout::of(COLUMNS, &line(&names)).unwrap();
            assert_eq!(layout.pick(&line(&["until", "code"])), line(&["code", "until"]));
        }
    }

    #[test]
    fn what_is_wrong_with_the_first_line_is_told_at_once_with_the_nearest_name() {
        let told = Layout::of(COLUMNS, &line(&["承诺有效期", "电话号码", "原行号 row"])).unwrap_err();
        let texts: Vec<_> =
            told.iter().map(|fault| format!("{} {}: {fault}", fault.code(), fault.name())).collect();
        assert_eq!(
            texts,
            [
                "unknown-column 承诺有效期: there is no such column: did you mean 承诺有效期至 commitment_until",
                "unknown-column 电话号码: there is no such column",
                "missing-column 统一社会信用代码 code: the column is missing",
            ]
        );
        let twice = Layout::of(COLUMNS, &line(&["code", "统一社会信用代码"])).unwrap_err();
        assert_eq!(twice, [HeaderFault::Twice { name: "统一社会信用代码".to_owned() }]);
    }

    #[test]
    fn the_distance_of_two_names_is_symmetric_and_zero_for_the_same() {
        for (one, other, distance) in
            [("", "", 0), ("code", "code", 0), ("code", "cod", 1), ("abc", "xyz", 3)]
        {
            assert_eq!((changes(one, other), changes(other, one)), (distance, distance));
        }
    }
}

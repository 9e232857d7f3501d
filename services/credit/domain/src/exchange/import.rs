//! The life of an import (导入): checked, then carried out whole, or only its good rows, or not at all.
//!
//! ```text
//! checking --> checked --> (proposed, where somebody would be let in: another person agrees) --> loading --> loaded
//!                 |            |
//!                 +--> discarded, by a person, or expired, by time
//! ```

use kernel::{ActorId, City, ImportId, Timestamp, Version};
use serde::{Deserialize, Serialize};

use super::TableKind;

/// What kind of file it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Text with commas, in UTF-8.
    CsvUtf8,
    /// The same as Excel in China writes it: GB 18030.
    CsvGb18030,
    /// A workbook of Excel; its first sheet is read.
    Xlsx,
}

impl FileFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::CsvUtf8, Self::CsvGb18030, Self::Xlsx];

    /// The one form in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CsvUtf8 => "csv_utf8",
            Self::CsvGb18030 => "csv_gb18030",
            Self::Xlsx => "xlsx",
        }
    }
}

/// What a row leads to, or would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Something new.
    New,
    /// Something that is there becomes otherwise.
    Changed,
    /// It is there as the row says.
    Unchanged,
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Each row is tried out; nothing is carried out.
    Checking,
    /// All rows were tried out.
    Checked,
    /// Somebody asked to carry it out, and another person has to agree.
    Proposed,
    /// Its good rows are carried out.
    Loading,
    /// They were.
    Loaded,
    /// Somebody thought better of it.
    Discarded,
    /// Nobody carried it out in time.
    Expired,
}

impl ImportState {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Checking,
        Self::Checked,
        Self::Proposed,
        Self::Loading,
        Self::Loaded,
        Self::Discarded,
        Self::Expired,
    ];

    /// The one form in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Proposed => "proposed",
            Self::Loading => "loading",
            Self::Loaded => "loaded",
            Self::Discarded => "discarded",
            Self::Expired => "expired",
        }
    }
}

/// How many rows came out how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// In the file.
    pub rows: u32,
    /// Were tried out, or were bad at first sight.
    pub checked: u32,
    /// Are bad.
    pub bad: u32,
    /// Would bring something new.
    pub new: u32,
    /// Would change something.
    pub changed: u32,
    /// Would change nothing.
    pub unchanged: u32,
    /// Were carried out.
    pub loaded: u32,
    /// Were good, and could not be carried out any more.
    pub failed: u32,
}

/// Which rows are carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadMode {
    /// All of them, or nothing.
    AllRows,
    /// The good ones: the person says so.
    GoodRows,
}

/// What an import begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImport {
    /// Its id.
    pub id: ImportId,
    /// The city.
    pub city: City,
    /// What is in it.
    pub kind: TableKind,
    /// SHA-256 of the file, as hex digits.
    pub digest: String,
    /// What kind of file it was.
    pub format: FileFormat,
    /// Who handed it in.
    pub by: ActorId,
    /// Until when it is kept.
    pub expires_at: Timestamp,
    /// Rows in the file.
    pub rows: u32,
    /// Bad ones at first sight.
    pub bad: u32,
    /// Whether somebody would be let in by it.
    pub needs_second: bool,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The city.
    pub city: City,
    /// What is in it.
    pub kind: TableKind,
    /// Counts the steps that people take, and the ends of checking and loading.
    pub version: Version,
    /// SHA-256 of the file, as hex digits.
    pub digest: String,
    /// What kind of file it was.
    pub format: FileFormat,
    /// Who handed it in.
    pub uploaded_by: ActorId,
    /// When.
    pub uploaded_at: Timestamp,
    /// When its rows are forgotten.
    pub expires_at: Timestamp,
    /// Whether another person has to agree: somebody would be let in by it.
    pub needs_second: bool,
    /// Who asked to carry it out.
    pub loaded_by: Option<ActorId>,
    /// Who agreed.
    pub approved_by: Option<ActorId>,
    /// How many rows came out how.
    pub counts: Counts,
    /// The last row that was dealt with, by its number in the file.
    pub after: u32,
    /// Where it stands.
    pub state: ImportState,
}

/// What a command gives: nothing to be kept when it was carried out before.
pub type Step = kernel::Step<Import, ()>;

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefusal {
    /// It is not at that stage.
    #[error("the import is {}", .0.as_str())]
    NotNow(ImportState),
    /// Rows are bad, and nobody said that the good ones are to be carried out without them.
    #[error("{bad} of {rows} rows are bad")]
    RowsBad {
        /// How many.
        bad: u32,
        /// Of how many.
        rows: u32,
    },
    /// There is nothing to carry out.
    #[error("no row is good")]
    NothingGood,
    /// Whoever handed it in or asked for it does not agree to it.
    #[error("whoever handed the file in or asked to load it does not agree to it: another person must")]
    SamePerson,
}

impl Import {
    /// A file was handed in, and every row read.
    #[must_use]
    pub fn begun(new: NewImport, now: Timestamp) -> Self {
        let NewImport { id, city, kind, digest, format, by, expires_at, rows, bad, needs_second } = new;
        Self {
            id,
            city,
            kind,
            version: Version(1),
            digest,
            format,
            uploaded_by: by,
            uploaded_at: now,
            expires_at,
            needs_second,
            loaded_by: None,
            approved_by: None,
            counts: Counts { rows, checked: bad, bad, ..Counts::default() },
            after: 0,
            state: ImportState::Checking,
        }
    }

    /// A row was tried out: what it would lead to, or none where it is bad.
    #[must_use]
    pub fn row_checked(&self, row: u32, would: Option<Effect>) -> Self {
        let mut next = self.clone();
        next.after = row;
        next.counts.checked += 1;
        *next.counts.of(would) += 1;
        next
    }

    /// A row was carried out, or could not be.
    #[must_use]
    pub fn row_loaded(&self, row: u32, done: bool) -> Self {
        let mut next = self.clone();
        next.after = row;
        *(if done { &mut next.counts.loaded } else { &mut next.counts.failed }) += 1;
        next
    }

    /// There is no further row to be tried out, or carried out.
    #[must_use]
    pub fn rows_over(&self) -> Self {
        let state = match self.state {
            ImportState::Checking => ImportState::Checked,
            ImportState::Loading => ImportState::Loaded,
            other => other,
        };
        Self { after: 0, ..self.moved(state) }
    }

    /// Somebody asks to carry it out.
    ///
    /// # Errors
    /// [`ImportRefusal`] when rows are bad, none is good, or it is not at that stage.
    pub fn load(&self, mode: LoadMode, by: ActorId) -> Result<Step, ImportRefusal> {
        match self.state {
            ImportState::Checked => {}
            ImportState::Proposed | ImportState::Loading | ImportState::Loaded => {
                return Ok(Step::AlreadyDone(()));
            }
            ImportState::Checking | ImportState::Discarded | ImportState::Expired => {
                return Err(ImportRefusal::NotNow(self.state));
            }
        }
        let Counts { rows, bad, .. } = self.counts;
        if bad > 0 && mode == LoadMode::AllRows {
            return Err(ImportRefusal::RowsBad { bad, rows });
        }
        if bad == rows {
            return Err(ImportRefusal::NothingGood);
        }
        let state = if self.needs_second { ImportState::Proposed } else { ImportState::Loading };
        Ok(Step::Done(Self { loaded_by: Some(by), ..self.moved(state) }))
    }

    /// Another person agrees.
    ///
    /// # Errors
    /// [`ImportRefusal`] when it is the same person, or nobody asked.
    pub fn approve(&self, by: ActorId) -> Result<Step, ImportRefusal> {
        match self.state {
            ImportState::Proposed => {}
            ImportState::Loading | ImportState::Loaded if self.needs_second => {
                return Ok(Step::AlreadyDone(()));
            }
            other => return Err(ImportRefusal::NotNow(other)),
        }
        if by == self.uploaded_by || self.loaded_by == Some(by) {
            return Err(ImportRefusal::SamePerson);
        }
        Ok(Step::Done(Self { approved_by: Some(by), ..self.moved(ImportState::Loading) }))
    }

    /// Somebody thinks better of it, before it is carried out.
    ///
    /// # Errors
    /// [`ImportRefusal::NotNow`].
    pub fn discard(&self) -> Result<Step, ImportRefusal> {
        match self.state {
            ImportState::Checking | ImportState::Checked | ImportState::Proposed => {
                Ok(Step::Done(self.moved(ImportState::Discarded)))
            }
            ImportState::Discarded => Ok(Step::AlreadyDone(())),
            ImportState::Loading | ImportState::Loaded | ImportState::Expired => {
                Err(ImportRefusal::NotNow(self.state))
            }
        }
    }

    /// Its time is over: what it is after its rows were forgotten. None while it is being carried out.
    #[must_use]
    pub fn forgotten(&self) -> Option<Self> {
        match self.state {
            ImportState::Loading => None,
            ImportState::Loaded | ImportState::Discarded | ImportState::Expired => Some(self.clone()),
            ImportState::Checking | ImportState::Checked | ImportState::Proposed => {
                Some(self.moved(ImportState::Expired))
            }
        }
    }

    fn moved(&self, state: ImportState) -> Self {
        Self { state, version: self.version.next(), ..self.clone() }
    }
}

impl Counts {
    const fn of(&mut self, would: Option<Effect>) -> &mut u32 {
        match would {
            None => &mut self.bad,
            Some(Effect::New) => &mut self.new,
            Some(Effect::Changed) => &mut self.changed,
            Some(Effect::Unchanged) => &mut self.unchanged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICER: ActorId = ActorId::from_u128(1);
    const REVIEWER: ActorId = ActorId::from_u128(2);

    /// Three rows, of which so many are bad.
    fn checked(bad: u32, needs_second: bool) -> Import {
        let new = NewImport {
            id: ImportId::from_u128(1),
            city: City::try_new(330_200).unwrap(),
            kind: TableKind::Merchants,
            digest: String::new(),
            format: FileFormat::Xlsx,
            by: OFFICER,
            expires_at: Timestamp::EPOCH,
            rows: 3,
            bad: 0,
            needs_second,
        };
        let rows = (0..3).map(|row| (row, (row >= bad).then_some(Effect::New)));
        let begun = Import::begun(new, Timestamp::EPOCH);
        rows.fold(begun, |import, (row, would)| import.row_checked(row, would)).rows_over()
    }

    fn done(step: Result<Step, ImportRefusal>) -> Import {
        step.unwrap().done().unwrap()
    }

    #[test]
    fn nothing_is_carried_out_while_a_row_is_bad_unless_the_person_says_so() {
        let import = checked(1, false);
        assert_eq!(import.load(LoadMode::AllRows, OFFICER), Err(ImportRefusal::RowsBad { bad: 1, rows: 3 }));
        assert_eq!(done(import.load(LoadMode::GoodRows, OFFICER)).state, ImportState::Loading);
        assert_eq!(done(checked(0, false).load(LoadMode::AllRows, OFFICER)).state, ImportState::Loading);
        assert_eq!(checked(3, false).load(LoadMode::GoodRows, OFFICER), Err(ImportRefusal::NothingGood));
    }

    #[test]
    fn whom_an_import_lets_in_a_second_person_agrees_to() {
        let import = done(checked(0, true).load(LoadMode::AllRows, OFFICER));
        assert_eq!(import.state, ImportState::Proposed);
        assert_eq!(import.approve(OFFICER), Err(ImportRefusal::SamePerson));
        let agreed = done(import.approve(REVIEWER));
        assert_eq!((agreed.state, agreed.approved_by), (ImportState::Loading, Some(REVIEWER)));
        assert!(agreed.approve(REVIEWER).unwrap().is_already_done());
        assert_eq!(checked(0, false).approve(REVIEWER), Err(ImportRefusal::NotNow(ImportState::Checked)));
    }

    #[test]
    fn what_is_under_way_is_neither_discarded_nor_forgotten() {
        let import = done(checked(0, false).load(LoadMode::AllRows, OFFICER));
        assert_eq!(import.discard(), Err(ImportRefusal::NotNow(ImportState::Loading)));
        assert_eq!(import.forgotten(), None);
        assert_eq!(import.rows_over().forgotten().map(|import| import.state), Some(ImportState::Loaded));
        assert_eq!(checked(0, false).forgotten().map(|import| import.state), Some(ImportState::Expired));
    }
}

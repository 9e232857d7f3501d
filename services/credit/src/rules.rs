//! The rules in force at a moment. Version 1 is released with the platform; those after it are drafted, approved
//! and kept in the database.
//!
//! Which version is in force is asked of the database in the very transaction that records a fact: every
//! instance sees a new version at its moment, without a restart and without a word between instances. Only the
//! documents are remembered, by their numbers: an approved one never changes.

use std::sync::OnceLock;

use chassis::store::StoreError;
use credit_domain::Rules;
use credit_domain::model::VERSIONS_MAX;
use kernel::Timestamp;
use sea_orm::ConnectionTrait;

use crate::store::models;

/// The released version: its file, for whoever has to mend it, and its text.
const RELEASED: (&str, &str) = ("data/rules.v1.json", include_str!("../data/rules.v1.json"));

/// Rules that cannot be put in force.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct RulesError {
    file: &'static str,
    problem: String,
}

/// All versions of the rules (评价规则).
#[derive(Debug, Clone)]
pub struct RuleBook {
    released: Rules,
    /// Those after it, by number from 2, as far as they were asked for.
    later: Box<[OnceLock<Rules>]>,
}

impl RuleBook {
    /// Reads and checks the version that is compiled in.
    ///
    /// # Errors
    /// [`RulesError`] names the file and all that is wrong in it. A test reads the same file, so a build that
    /// passed it never sees one.
    pub fn embedded() -> Result<Self, RulesError> {
        let (file, text) = RELEASED;
        let later = (2..=VERSIONS_MAX).map(|_| OnceLock::new()).collect();
        Ok(Self { released: read(file, text)?, later })
    }

    /// Version 1.
    #[must_use]
    pub const fn released(&self) -> &Rules {
        &self.released
    }

    /// The version in force. Before the first one came in force it is the first: a simulation may run in the
    /// past, and there is no credit without rules.
    pub(crate) async fn in_force(
        &self,
        conn: &impl ConnectionTrait,
        now: Timestamp,
    ) -> Result<&Rules, StoreError> {
        let number = models::number_in_force(conn, now).await?.unwrap_or(1);
        let gone = || StoreError::Corrupt(format!("no rules of version {number}"));
        self.version(conn, number).await?.ok_or_else(gone)
    }

    /// The version of this number, if it was approved.
    pub(crate) async fn version(
        &self,
        conn: &impl ConnectionTrait,
        number: u32,
    ) -> Result<Option<&Rules>, StoreError> {
        if number == 1 {
            return Ok(Some(&self.released));
        }
        let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(2));
        let Some(slot) = place.and_then(|place| self.later.get(place)) else { return Ok(None) };
        if let Some(known) = slot.get() {
            return Ok(Some(known));
        }
        // Where two ask at once, both have read the same document.
        let found = models::numbered(conn, number).await?;
        Ok(found.map(|rules| slot.get_or_init(|| rules)))
    }
}

fn read(file: &'static str, text: &str) -> Result<Rules, RulesError> {
    let rules: Rules =
        serde_json::from_str(text).map_err(|error| RulesError { file, problem: error.to_string() })?;
    rules.validate().map_err(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        RulesError { file, problem: told.join("; ") }
    })?;
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_are_compiled_in_can_be_put_in_force() {
        assert_eq!(RuleBook::embedded().unwrap().released().version, 1);
    }
}

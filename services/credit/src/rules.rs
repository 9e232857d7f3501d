//! The rules in force at a moment: every released version is compiled in and stays for good, so that each
//! ledger entry can be explained by the version that made it.

use credit_domain::Rules;
use kernel::Timestamp;

/// A version of the rules: its file, for whoever has to mend it, and its text. Oldest first.
const RELEASED: &[(&str, &str)] = &[("data/rules.v1.json", include_str!("../data/rules.v1.json"))];

/// Rules that cannot be put in force.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct RulesError {
    file: &'static str,
    problem: String,
}

/// All versions of the rules (评价规则), oldest first; never empty.
#[derive(Debug, Clone)]
pub struct RuleBook {
    first: Rules,
    later: Vec<Rules>,
}

impl RuleBook {
    /// Reads and checks the versions that are compiled in.
    ///
    /// # Errors
    /// [`RulesError`] names the file and all that is wrong in it. A test reads the same files, so a build that
    /// passed it never sees one.
    pub fn embedded() -> Result<Self, RulesError> {
        let mut versions = RELEASED.iter().map(|&(file, text)| read(file, text));
        let none = RulesError { file: "data", problem: "no version of the rules is there".to_owned() };
        let first = versions.next().unwrap_or(Err(none))?;
        let book = Self { first, later: versions.collect::<Result<_, _>>()? };
        let mut before = &book.first;
        for (rules, (file, _)) in book.later.iter().zip(RELEASED.iter().skip(1)) {
            if rules.version != before.version + 1 || rules.in_force_from <= before.in_force_from {
                let problem = "must follow the version before it, and come in force after it".to_owned();
                return Err(RulesError { file, problem });
            }
            before = rules;
        }
        Ok(book)
    }

    /// The version in force. Before the first one came in force it is the first: a simulation may run in the
    /// past, and there is no credit without rules.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> &Rules {
        self.later.iter().rev().find(|rules| rules.in_force_from <= now).unwrap_or(&self.first)
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
        let book = RuleBook::embedded().unwrap();
        assert_eq!(book.at(Timestamp::EPOCH).version, 1);
        assert_eq!(book.at(book.first.in_force_from).version, 1);
    }
}

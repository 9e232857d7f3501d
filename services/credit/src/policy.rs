//! The admission policy as it is compiled in: the rules, and for each category of the catalogue what it demands.

use std::collections::BTreeMap;

use contracts::reference::{Category, Reference};
use credit_domain::admission::{AdmissionPolicy, AdmissionRules, CategoryPolicy};
use credit_domain::standards::StandardDraft;

const RULES: (&str, &str) = ("data/admission.v1.json", include_str!("../data/admission.v1.json"));
const STANDARDS: (&str, &str) = ("data/standards.json", include_str!("../data/standards.json"));

/// Data that cannot be put in force.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct PolicyError {
    file: &'static str,
    problem: String,
}

/// The policy: a category that the catalogue does not have, has no row, and admits nobody.
///
/// # Errors
/// [`PolicyError`] names the file and all that is wrong in it. A test reads the same files, so a build that passed
/// it never sees one.
pub fn embedded(reference: &Reference) -> Result<AdmissionPolicy, PolicyError> {
    let (file, text) = RULES;
    let rules: AdmissionRules =
        serde_json::from_str(text).map_err(|error| PolicyError { file, problem: error.to_string() })?;
    rules.validate().map_err(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        PolicyError { file, problem: told.join("; ") }
    })?;
    let rows: BTreeMap<_, _> =
        reference.categories().iter().map(|category| (category.code.clone(), row(category))).collect();
    Ok(AdmissionPolicy { rules, rows })
}

fn row(category: &Category) -> CategoryPolicy {
    CategoryPolicy {
        name: category.names.zh.clone(),
        enters_home: category.enters_home,
        qualifications: category.qualifications.iter().map(|demanded| demanded.code.clone()).collect(),
        items: category.items.iter().map(|item| item.code.clone()).collect(),
    }
}

/// The standards that every city's library begins with: those that the platform's own papers name, by number, and
/// by title where that is named too. Each in the one edition that is named.
///
/// # Errors
/// [`PolicyError`].
pub fn standards() -> Result<Vec<Vec<StandardDraft>>, PolicyError> {
    let (file, text) = STANDARDS;
    let named: Vec<StandardDraft> =
        serde_json::from_str(text).map_err(|error| PolicyError { file, problem: error.to_string() })?;
    Ok(named.into_iter().map(|says| vec![says]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compiled_in_can_be_put_in_force() {
        let policy = embedded(&Reference::embedded().unwrap()).unwrap();
        assert!(policy.rows.keys().all(|category| policy.commitment_hash(category).unwrap().len() == 64));
        assert_eq!(policy.rules.commitment.clauses.iter().filter(|clause| clause.promise).count(), 3);
        let numbers: Vec<_> = standards().unwrap().into_iter().flatten().map(|says| says.number).collect();
        let cited = policy.rules.commitment.clauses.iter().flat_map(|clause| &clause.cites);
        assert!(
            cited.clone().all(|cited| numbers.iter().any(|number| number.as_str() == cited)),
            "{numbers:?}"
        );
    }
}

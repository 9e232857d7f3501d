//! To what a merchant ever gave its word.

use kernel::CategoryCode;

use super::dossier::Dossier;
use super::policy::AdmissionPolicy;
use crate::denied::{Denied, Faults};
use crate::merchant::Merchant;

impl Dossier {
    /// Whether it was ever admitted to the category: also before it left or was removed, and came back without it.
    fn was_ever_granted(&self, category: &CategoryCode) -> bool {
        self.granted.contains(category) || self.formerly_granted.contains(category)
    }
}

/// What is found at a merchant can be of a category of the catalogue to which the merchant is committed, or was: what it
/// did then is not undone by its leaving.
///
/// # Errors
/// [`Denied::Invalid`] that points at `#/category`.
pub fn was_committed(
    merchant: &Merchant,
    file: Option<&Dossier>,
    category: &CategoryCode,
    policy: &AdmissionPolicy,
) -> Result<(), Denied> {
    policy.has(category)?;
    let serves = merchant.profile.categories.iter().any(|made| made.category == *category);
    let committed = serves || file.is_some_and(|file| file.was_ever_granted(category));
    let mut faults = Faults::default();
    faults.unless(
        committed,
        "#/category",
        "该企业从未承诺此服务类别",
        "the merchant was never committed to this category",
    );
    faults.none()
}

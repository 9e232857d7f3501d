//! The standards library: one file per command.

mod amend_standard;
mod publish_standard;
mod queries;
mod seed_standards;
mod supersede_standard;

pub use amend_standard::AmendStandard;
pub use publish_standard::PublishStandard;
pub(crate) use queries::{Cited, clause_in_words, is_citable};
pub use queries::{standard, standard_versions_after, standards_after};
pub use seed_standards::seed_standards;
pub use supersede_standard::SupersedeStandard;

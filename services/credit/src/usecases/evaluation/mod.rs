//! The yearly evaluation (年度评价): begun by its day or by an officer, computed page by page, published by a reviewer,
//! in effect for the whole city at one moment.
//!
//! Reading and computing take no lock, and a page is written only while the run is the one, and as far as it was, when
//! the page was begun: any number of instances may work on it, and one may die at any moment. Ledgers are read as they
//! were known at the run's moment, so a second run finds the same to the bit.
//!
//! "Together" is one transaction: it holds every merchant of the city, adds what was recorded since, and commits all
//! grades with all that is said of them. Whoever asks `confirm-standing` sees either none of it or all of it.

mod begin;
mod compute;
mod effect;
mod publish;
mod queries;
mod report;
mod turn;

pub use begin::{Asked, BeginEvaluation};
pub use publish::{ComputeAnew, PublishEvaluation};
pub use queries::{Found, evaluation, evaluation_of_year, evaluations_before, found_after, published_years};
pub use report::{Grades, ReportRead, ReportScope, YearChecked, check_report, report_of_year};
pub use turn::{Pages, begin_due, work};

pub use crate::store::evaluation_results::{Corrected, Effect, Evaluated};

//! What credit hears and answers.

mod breach_dismissed;
mod breach_verified;
mod check_clause;
mod confirm_standing;
mod followup_recorded;
mod report_volunteering;

use std::sync::Arc;

use chassis::auth::Party;
use chassis::bus::rpc::Answers;
use chassis::bus::subscription::Subscription;
use chassis::store::Db;
use contracts::streams::Stream;
use credit_domain::Calendar;
use credit_domain::admission::AdmissionPolicy;

use crate::rules::RuleBook;

/// The durable consumer of feedback's events, the same for all instances.
pub const FEEDBACK_CONSUMER: &str = "credit-feedback";
/// Confirmations under way at once: each is one read, and every assignment waits for one.
const CONFIRMATIONS_MAX: usize = 64;
/// Questions about a clause under way at once: one for each ruling of an officer.
const CLAUSES_MAX: usize = 8;
/// Words of the volunteer centre under way at once: those of a city queue all the same.
const WORDS_MAX: usize = 8;

/// What happened in feedback.
pub(crate) fn feedback_events(
    rules: &Arc<RuleBook>,
    calendar: &Arc<Calendar>,
    policy: &Arc<AdmissionPolicy>,
) -> Subscription {
    let (rules, calendar, policy) = (Arc::clone(rules), Arc::clone(calendar), Arc::clone(policy));
    Subscription::new(FEEDBACK_CONSUMER, Stream::Feedback)
        .on(followup_recorded::OnFollowupRecorded { rules: Arc::clone(&rules) })
        .on(breach_verified::OnBreachVerified { rules, calendar, policy })
        .on(breach_dismissed::OnBreachDismissed)
}

/// What credit is asked.
pub(crate) fn questions(
    db: &Db,
    rules: &Arc<RuleBook>,
    policy: &Arc<AdmissionPolicy>,
    centre: &Party,
) -> Answers {
    let (db, rules, centre) = (db.clone(), Arc::clone(rules), centre.clone());
    let policy = Arc::clone(policy);
    Answers::new(crate::NAME)
        .on(CONFIRMATIONS_MAX, confirm_standing::AnswerConfirmStanding { db: db.clone() })
        .on(CLAUSES_MAX, check_clause::AnswerCheckClause { db: db.clone(), policy })
        .on(WORDS_MAX, report_volunteering::AnswerVolunteering { db, rules, centre })
}

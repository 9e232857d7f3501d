use std::sync::Arc;

use chassis::bus::subscription::Handle;
use chassis::store::{Command, Tx};
use contracts::feedback::BreachVerified;
use credit_domain::Calendar;
use credit_domain::admission::AdmissionPolicy;

use crate::error::Error;
use crate::rules::RuleBook;
use crate::usecases::RecordBreach;

/// A breach was verified: the credit falls at once.
pub(super) struct OnBreachVerified {
    pub(super) rules: Arc<RuleBook>,
    pub(super) calendar: Arc<Calendar>,
    pub(super) policy: Arc<AdmissionPolicy>,
}

impl Handle<BreachVerified> for OnBreachVerified {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, breach: BreachVerified) -> Result<(), Error> {
        let Self { rules, calendar, policy } = self;
        RecordBreach { rules, calendar, policy, breach }.run(tx).await.map(drop)
    }
}

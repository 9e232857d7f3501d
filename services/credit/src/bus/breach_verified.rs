use std::sync::Arc;

use chassis::bus::consume::Handle;
use chassis::store::{Command, Tx};
use contracts::feedback::BreachVerified;
use credit_domain::Calendar;

use crate::error::Error;
use crate::rules::RuleBook;
use crate::usecases::RecordBreach;

/// A breach was verified: the credit falls at once.
pub(super) struct OnBreachVerified {
    pub(super) rules: Arc<RuleBook>,
    pub(super) calendar: Arc<Calendar>,
}

impl Handle<BreachVerified> for OnBreachVerified {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, breach: BreachVerified) -> Result<(), Error> {
        RecordBreach { rules: &self.rules, calendar: &self.calendar, breach }.run(tx).await.map(drop)
    }
}

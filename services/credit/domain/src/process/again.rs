//! Whether an act says what the file says already.

use kernel::PersonalText;

use super::act::Act;
use super::measure::Measure;
use super::moment::Moment;
use super::parts::{Said, Verdict};
use super::proceeding::Proceeding;

impl Proceeding {
    /// Whether the act that was done before said the same, its reason too: the merchant is told it, and the board shows
    /// it.
    pub(super) fn says(&self, act: &Act, at: Moment<'_>) -> bool {
        let ruled = |verdict: Option<&Verdict>, granted: bool, reason: &str| {
            verdict.is_some_and(|it| it.granted == granted && it.reason == reason)
        };
        let decided = |reason: &str| self.decision.as_ref().is_some_and(|it| it.reason == reason);
        let said = |said: Option<&Said>, now: &PersonalText| said.is_some_and(|said| said.text == *now);
        let hearing = self.hearing.as_ref();
        match act {
            Act::ConfirmSuspension => true,
            Act::Suspend { reason } => self.emergency.as_ref().is_some_and(|it| it.reason == *reason),
            Act::LiftSuspension { reason } => {
                let lifted = self.emergency.as_ref().and_then(|it| it.lifted.as_ref());
                lifted.is_some_and(|(_, why)| why == reason)
            }
            Act::Drop { reason } => decided(reason),
            Act::Notify { announced, reason } => {
                self.notice.as_ref().is_some_and(|it| it.announced == *announced && it.reason == *reason)
            }
            Act::Reply { text, asks_hearing } => {
                self.asks_hearing == *asks_hearing && said(self.reply.as_ref(), text)
            }
            Act::CallHearing { on } => hearing.is_some_and(|hearing| hearing.on == *on),
            Act::RecordHearing { minutes, .. } => {
                said(hearing.and_then(|hearing| hearing.minutes.as_ref()), minutes)
            }
            Act::Impose { measure, months, rectify_working_days, reason } => {
                decided(reason) && self.imposes(*measure, *months, *rectify_working_days, at)
            }
            Act::Prove { proof } => said(self.rectification.as_ref().and_then(|it| it.proof.as_ref()), proof),
            Act::JudgeProof { granted, reason } => {
                ruled(self.rectification.as_ref().and_then(|it| it.verdicts.last()), *granted, reason)
            }
            Act::Appeal { grounds } => said(self.appeal.as_ref().map(|appeal| &appeal.grounds), grounds),
            Act::RuleOnAppeal { granted, reason } => {
                ruled(self.appeal.as_ref().and_then(|appeal| appeal.ruling.as_ref()), *granted, reason)
            }
            Act::ApplyForRepair { proof, .. } => said(self.open_repair().map(|repair| &repair.proof), proof),
            Act::DecideRepair { granted, reason } => {
                ruled(self.repairs.last().and_then(|repair| repair.verdict.as_ref()), *granted, reason)
            }
        }
    }

    /// Whether this is what was imposed, counted from when it was.
    fn imposes(
        &self,
        measure: Measure,
        months: u16,
        rectify_working_days: Option<u16>,
        at: Moment<'_>,
    ) -> bool {
        let (Some(sanction), Some(decision)) = (self.sanction(), &self.decision) else { return false };
        let then = Moment { now: decision.at, ..at };
        let due_by = rectify_working_days.map(|days| then.given(days));
        sanction.measure == measure
            && sanction.until == then.after_months(months)
            && self.rectification.as_ref().map(|it| it.due_by) == due_by
    }
}

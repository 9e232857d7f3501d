//! What an act changes in the file.

use core::time::Duration;

use kernel::{Actor, ActorId, PersonalText, Severity, Step, Timestamp};

use super::act::Act;
use super::measure::Measure;
use super::moment::Moment;
use super::parts::{
    Appeal, Decision, Emergency, End, Ending, Ground, Hearing, Notice, Outcome, Rectification, Repair, Said,
    Sanction, Verdict,
};
use super::proceeding::Proceeding;
use super::{ProcessRefusal, Unrepaired, reason_fits, text_fits};
use crate::again::said_before;
use crate::calendar::Whose;

const DAY: Duration = Duration::from_secs(86_400);

/// Done, or refused.
type Done = Result<(), ProcessRefusal>;

/// What is imposed, by whom and why.
struct Imposing {
    measure: Measure,
    months: u16,
    rectify_working_days: Option<u16>,
    by: ActorId,
    reason: String,
}

impl Proceeding {
    /// Does the act. Done before: the first result stands, and whoever says otherwise is refused.
    ///
    /// # Errors
    /// [`ProcessRefusal`].
    pub fn act(&self, act: Act, by: Actor, at: Moment<'_>) -> Result<Step<Self, ()>, ProcessRefusal> {
        let open = self.may(act.kind(), by, at.now)?;
        if open.is_already_done() || self.is_called_for(&act) {
            return said_before(self.says(&act, at), ProcessRefusal::SaidOtherwise);
        }
        let mut next = self.clone();
        next.version = self.version.next();
        match by {
            Actor::Staff { id } => next.by_staff(act, id, at)?,
            Actor::Merchant { .. } => next.by_merchant(act, at)?,
            Actor::Channel { .. } | Actor::Platform => return Err(ProcessRefusal::NotTheirs),
        }
        Ok(Step::Done(next))
    }

    /// Whether it calls the hearing for the date that stands.
    fn is_called_for(&self, act: &Act) -> bool {
        let stands = self.hearing.as_ref().map(|hearing| hearing.on);
        matches!(act, Act::CallHearing { on } if Some(*on) == stands)
    }

    fn by_staff(&mut self, act: Act, by: ActorId, at: Moment<'_>) -> Done {
        match act {
            Act::Suspend { reason } => self.suspend(by, reason, at),
            Act::ConfirmSuspension => {
                if let Some(emergency) = &mut self.emergency {
                    emergency.confirmed = Some((by, at.now));
                }
                Ok(())
            }
            Act::LiftSuspension { reason } => {
                reason_fits("reason", &reason)?;
                if let Some(emergency) = &mut self.emergency {
                    (emergency.lifted, emergency.ended_at) = (Some((by, reason)), Some(at.now));
                }
                Ok(())
            }
            Act::Notify { announced, reason } => self.notify(announced, reason, by, at),
            Act::CallHearing { on } => self.call_hearing(on, by, at),
            Act::RecordHearing { association, legal_adviser, minutes } => {
                self.record_hearing(association && legal_adviser, minutes, by, at)
            }
            Act::Impose { measure, months, rectify_working_days, reason } => {
                self.impose(Imposing { measure, months, rectify_working_days, by, reason }, at)
            }
            Act::Drop { reason } => {
                reason_fits("reason", &reason)?;
                let (outcome, appeal_by) = (Outcome::Dropped, at.now);
                self.decision = Some(Decision { by, at: at.now, reason, outcome, appeal_by });
                Ok(())
            }
            Act::JudgeProof { granted, reason } => self.judge_proof(verdict(by, granted, reason, at)?),
            Act::RuleOnAppeal { granted, reason } => self.rule(verdict(by, granted, reason, at)?),
            Act::DecideRepair { granted, reason } => self.decide_repair(verdict(by, granted, reason, at)?),
            Act::Reply { .. } | Act::Prove { .. } | Act::Appeal { .. } | Act::ApplyForRepair { .. } => {
                Err(ProcessRefusal::NotTheirs)
            }
        }
    }

    fn by_merchant(&mut self, act: Act, at: Moment<'_>) -> Done {
        match act {
            Act::Reply { text, asks_hearing } => {
                self.decide_by = Some(at.within(at.rules.decision_working_days));
                self.asks_hearing = asks_hearing;
                self.reply = Some(said("text", text, at)?);
                Ok(())
            }
            Act::Prove { proof } => {
                let decide_by = at.within(at.rules.proof_decision_working_days);
                let proof = said("proof", proof, at)?;
                if let Some(it) = &mut self.rectification {
                    (it.proof, it.decide_by) = (Some(proof), Some(decide_by));
                }
                Ok(())
            }
            Act::Appeal { grounds } => {
                let decide_by = at.within(at.rules.appeal_decision_working_days);
                self.appeal =
                    Some(Appeal { grounds: said("grounds", grounds, at)?, decide_by, ruling: None });
                Ok(())
            }
            Act::ApplyForRepair { proof, last_breach_at } => {
                let decided_at = self.decision.as_ref().map(|decision| decision.at);
                if last_breach_at > decided_at {
                    return Err(ProcessRefusal::NotRepairable(Unrepaired::NewBreach));
                }
                let decide_by = at.within(at.rules.repair_decision_working_days);
                self.repairs.push(Repair { proof: said("proof", proof, at)?, decide_by, verdict: None });
                Ok(())
            }
            Act::Suspend { .. }
            | Act::ConfirmSuspension
            | Act::LiftSuspension { .. }
            | Act::Notify { .. }
            | Act::CallHearing { .. }
            | Act::RecordHearing { .. }
            | Act::Impose { .. }
            | Act::Drop { .. }
            | Act::JudgeProof { .. }
            | Act::RuleOnAppeal { .. }
            | Act::DecideRepair { .. } => Err(ProcessRefusal::NotTheirs),
        }
    }

    fn suspend(&mut self, by: ActorId, reason: String, at: Moment<'_>) -> Done {
        reason_fits("reason", &reason)?;
        let confirm_by = at.within(at.rules.emergency_confirm_working_days);
        let until = at.now.after(DAY * u32::from(at.rules.emergency_days_max));
        self.emergency = Some(Emergency {
            by,
            at: at.now,
            reason,
            confirm_by,
            until,
            confirmed: None,
            lifted: None,
            ended_at: None,
        });
        Ok(())
    }

    fn notify(&mut self, announced: Measure, reason: String, by: ActorId, at: Moment<'_>) -> Done {
        reason_fits("reason", &reason)?;
        self.within_class(announced, at)?;
        let reply_by = at.given(at.rules.reply_working_days);
        // The time to decide begins when the time to reply is over, on its last day.
        let replies_end = reply_by.before(Duration::from_micros(1));
        let decision_working_days = at.rules.decision_working_days;
        self.decide_by =
            Some(at.calendar.add_working_days(replies_end, decision_working_days, Whose::Platforms));
        // A serious finding weighs on the grade whatever the measure, and can take dispatch away.
        let serious = self.class == Severity::Serious;
        let hearing_on_request = serious || announced >= at.rules.hearing_from;
        self.notice = Some(Notice { by, at: at.now, announced, reason, reply_by, hearing_on_request });
        Ok(())
    }

    fn call_hearing(&mut self, on: Timestamp, by: ActorId, at: Moment<'_>) -> Done {
        // Both ends are counted as the merchant's time: counted differently, a holiday season whose notice is not
        // known could leave no day between them.
        let (first, end) =
            (at.given(at.rules.hearing_notice_working_days), at.given(at.rules.hearing_within_working_days));
        if on < first || on >= end {
            return Err(ProcessRefusal::HearingDate { first, end });
        }
        self.decide_by =
            Some(at.calendar.add_working_days(on, at.rules.decision_working_days, Whose::Platforms));
        let mut called_before_by = Vec::new();
        if let Some(moved) = self.hearing.take() {
            called_before_by = moved.called_before_by;
            called_before_by.push(moved.called_by);
        }
        self.hearing =
            Some(Hearing { called_by: by, called_before_by, on, recorded_by: None, minutes: None });
        Ok(())
    }

    fn record_hearing(&mut self, complete: bool, minutes: PersonalText, by: ActorId, at: Moment<'_>) -> Done {
        if !complete {
            return Err(ProcessRefusal::HearingIncomplete);
        }
        let minutes = said("minutes", minutes, at)?;
        self.decide_by = Some(at.within(at.rules.decision_working_days));
        if let Some(hearing) = &mut self.hearing {
            (hearing.recorded_by, hearing.minutes) = (Some(by), Some(minutes));
        }
        Ok(())
    }

    fn impose(&mut self, it: Imposing, at: Moment<'_>) -> Done {
        let Imposing { measure, months, rectify_working_days, by, reason } = it;
        reason_fits("reason", &reason)?;
        self.within_class(measure, at)?;
        if matches!(self.ground, Ground::RedLine { .. }) && measure != Measure::Removal {
            return Err(ProcessRefusal::RedLine);
        }
        if let Some(announced) = self.notice.as_ref().map(|notice| notice.announced)
            && measure > announced
        {
            return Err(ProcessRefusal::HeavierThanNoticed { announced });
        }
        let class = at.rules.class(self.class);
        let (min, max) = at.rules.months(self.class, measure);
        if !(min..=max).contains(&months) {
            return Err(ProcessRefusal::Period { min, max, unit: "months" });
        }
        self.rectification = match (measure, rectify_working_days) {
            (Measure::Rectification, days) => Some(order(days.unwrap_or_default(), at)?),
            (_, None) => None,
            (_, Some(_)) => return Err(ProcessRefusal::Period { min: 0, max: 0, unit: "working days" }),
        };
        let outcome = Outcome::Imposed(Sanction {
            measure,
            until: at.after_months(months),
            repair_from: at.after_months(class.months_min),
            published: class.published,
        });
        let appeal_by = at.given(at.rules.appeal_working_days);
        self.decision = Some(Decision { by, at: at.now, reason, outcome, appeal_by });
        Ok(())
    }

    fn within_class(&self, measure: Measure, at: Moment<'_>) -> Done {
        let heaviest = at.rules.class(self.class).heaviest;
        if measure > heaviest { Err(ProcessRefusal::BeyondItsClass { heaviest }) } else { Ok(()) }
    }

    fn judge_proof(&mut self, verdict: Verdict) -> Done {
        if let Some(it) = &mut self.rectification {
            if !verdict.granted {
                // A proof that was not enough makes room for a better one.
                it.refused.extend(it.proof.take());
            }
            it.decide_by = None;
            it.verdicts.push(verdict);
        }
        Ok(())
    }

    fn rule(&mut self, verdict: Verdict) -> Done {
        if verdict.granted {
            self.end = Some(End { how: Ending::Reversed, at: verdict.at });
        }
        if let Some(appeal) = &mut self.appeal {
            appeal.ruling = Some(verdict);
        }
        Ok(())
    }

    fn decide_repair(&mut self, verdict: Verdict) -> Done {
        if verdict.granted {
            self.end = Some(End { how: Ending::Repaired, at: verdict.at });
        }
        if let Some(repair) = self.repairs.last_mut() {
            repair.verdict = Some(verdict);
        }
        Ok(())
    }
}

fn order(working_days: u16, at: Moment<'_>) -> Result<Rectification, ProcessRefusal> {
    let max = at.rules.rectification_working_days_max;
    if !(1..=max).contains(&working_days) {
        return Err(ProcessRefusal::Period { min: 1, max, unit: "working days" });
    }
    let due_by = at.given(working_days);
    Ok(Rectification { due_by, proof: None, refused: Vec::new(), decide_by: None, verdicts: Vec::new() })
}

fn said(field: &'static str, text: PersonalText, at: Moment<'_>) -> Result<Said, ProcessRefusal> {
    text_fits(field, &text)?;
    Ok(Said { text, at: at.now })
}

fn verdict(by: ActorId, granted: bool, reason: String, at: Moment<'_>) -> Result<Verdict, ProcessRefusal> {
    reason_fits("reason", &reason)?;
    Ok(Verdict { by, at: at.now, granted, reason })
}

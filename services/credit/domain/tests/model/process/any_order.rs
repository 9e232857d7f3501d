//! Whatever is done in whatever order: what is allowed is done, and nothing else.

use credit_domain::Status;
use credit_domain::process::{Act, ActKind, Doer, Hold, Measure, ProcessRefusal, Stage};
use kernel::{Actor, ActorId, Severity, Timestamp};
use proptest::prelude::*;

use super::trial::{DAY, OWNER, Trial, impose, notify, reply, verdict, words};

/// An act of this kind whose content fits wherever one can.
fn any_content(kind: ActKind, now: Timestamp) -> Act {
    let reason = verdict(true);
    match kind {
        ActKind::Suspend => Act::Suspend { reason },
        ActKind::ConfirmSuspension => Act::ConfirmSuspension,
        ActKind::LiftSuspension => Act::LiftSuspension { reason },
        ActKind::Notify => notify(Measure::Suspension),
        ActKind::Reply => reply(),
        ActKind::CallHearing => Act::CallHearing { on: now.after(21 * DAY) },
        ActKind::RecordHearing => {
            Act::RecordHearing { association: true, legal_adviser: true, minutes: words("笔录") }
        }
        ActKind::Impose => impose(Measure::Suspension, 12),
        ActKind::Drop => Act::Drop { reason },
        ActKind::Prove => Act::Prove { proof: words("证明") },
        ActKind::JudgeProof => Act::JudgeProof { granted: true, reason },
        ActKind::Appeal => Act::Appeal { grounds: words("不服") },
        ActKind::RuleOnAppeal => Act::RuleOnAppeal { granted: true, reason },
        ActKind::ApplyForRepair => Act::ApplyForRepair { proof: words("证明"), last_breach_at: None },
        ActKind::DecideRepair => Act::DecideRepair { granted: true, reason },
    }
}

proptest! {
    #[test]
    fn whatever_is_done_in_whatever_order_nobody_is_bound_beyond_the_file(
        steps in prop::collection::vec((prop::sample::select(ActKind::ALL), 1_u128..4, 0_u32..12), 1..25),
        class in prop::sample::select(&[Severity::General, Severity::Serious][..]),
    ) {
        let mut trial = Trial::finding(class);
        // Early in the year, so that every deadline is known.
        trial.begin("2025-01-06");
        let honest = trial.merchant().credit.clone();
        for (kind, person, days) in steps {
            trial.pass(days * DAY);
            let by = match kind.doer() {
                Doer::Merchant => OWNER,
                Doer::Officer | Doer::Reviewer => Actor::Staff { id: ActorId::from_u128(person) },
            };
            let allowed = trial.file.may(kind, by, trial.now);
            let done = trial.try_act(any_content(kind, trial.now), by);
            if done == Err(ProcessRefusal::SaidOtherwise) {
                prop_assert!(allowed.is_ok_and(|step| step.is_already_done()), "{:?}", kind);
            } else {
                prop_assert_eq!(allowed.is_ok(), done.is_ok(), "{:?}: {:?}", kind, done);
            }
            if let Some(decision) = &trial.file.decision {
                prop_assert!(!trial.file.investigated(decision.by));
            }
            prop_assert_eq!(trial.known_at(trial.now), trial.stands());
            let held = trial.merchant().credit.restraints.clone();
            prop_assert_eq!(&held, &trial.file.restraints());
            let suspended = held.iter().any(|held| held.hold == Hold::Suspended);
            prop_assert_eq!(trial.merchant().status == Status::Suspended, suspended);
            prop_assert_eq!(trial.merchant().under_objection, trial.file.stage() == Stage::Appealed);
            if matches!(trial.file.stage(), Stage::Reversed | Stage::Dropped | Stage::Repaired) {
                prop_assert_eq!(trial.merchant().credit.score, honest.score);
                prop_assert_eq!(trial.merchant().credit.grade, honest.grade);
            }
        }
    }
}

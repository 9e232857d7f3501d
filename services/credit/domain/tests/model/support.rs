//! The rules in force, a merchant and facts about it.

use credit_domain::evaluation::Fold;
use credit_domain::process::{Proceeding, ProcessRefusal};
use credit_domain::remedy::{Named, correct, reassess};
use credit_domain::{
    Cause, Change, Commitment, Entry, Followup, FollowupOutcome, Hours, Merchant, Moment, Opening, Past,
    Points, Profile, Recording, Refusal, Rules, VerifiedBreach, affiliate, evaluate, expire, past,
    record_breach, record_followup, reverse,
};
use kernel::{
    Area, CallbackId, CaseId, CategoryCode, City, EntryId, Grade, MerchantId, ObjectionId, Severity, Step,
    Timestamp,
};
use proptest::prelude::*;
use std::time::Duration;

/// 2026-11-23T08:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_795_420_800_000_000);

pub(crate) fn rules() -> Rules {
    serde_json::from_str(include_str!("../../../data/rules.v1.json")).unwrap()
}

pub(crate) const fn merchant_id() -> MerchantId {
    MerchantId::from_u128(3)
}

pub(crate) fn category() -> CategoryCode {
    CategoryCode::try_new("lock-opening").unwrap()
}

pub(crate) fn profile() -> Profile {
    let home = Area::try_new(330_203_001).unwrap();
    Profile {
        id: merchant_id(),
        city: City::try_new(330_200).unwrap(),
        name: "甬诚锁业服务部".to_owned(),
        home,
        areas: vec![home],
        categories: vec![Commitment { category: category(), commitment_until: NOW }],
        capacity: 6,
        hours: Hours::ALL_DAY,
        green_until: Some(NOW),
    }
}

pub(crate) fn at(rules: &Rules, entry: u128) -> Recording<'_> {
    Recording { rules, now: NOW, entry: EntryId::from_u128(entry) }
}

/// A fact in one word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fact {
    Followup(FollowupOutcome),
    Breach(Severity),
}

pub(crate) const SATISFIED: Fact = Fact::Followup(FollowupOutcome::Satisfied);
pub(crate) const UNSATISFIED: Fact = Fact::Followup(FollowupOutcome::Unsatisfied);

pub(crate) fn any_fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        6 => Just(SATISFIED),
        2 => Just(UNSATISFIED),
        1 => Just(Fact::Followup(FollowupOutcome::Unreached)),
        1 => Just(Fact::Followup(FollowupOutcome::SuspectedBreach)),
        1 => any_breach(),
    ]
}

pub(crate) fn any_breach() -> impl Strategy<Value = Fact> {
    prop::sample::select(&Severity::ALL[..]).prop_map(Fact::Breach)
}

pub(crate) fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 3_600)
}

/// A merchant and its whole ledger.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) now: Timestamp,
    pub(crate) rules: Rules,
    pub(crate) merchant: Merchant,
    pub(crate) ledger: Vec<Entry>,
}

impl Story {
    pub(crate) fn open(opening: Opening) -> Self {
        let rules = rules();
        let Change { merchant, entries, .. } = affiliate(profile(), opening, at(&rules, 1));
        Self { now: NOW, rules, merchant, ledger: entries }
    }

    /// Decides without carrying out; the fact's number is its identity.
    pub(crate) fn decide(&self, number: u128, fact: Fact) -> Result<Step<Change, Entry>, Refusal> {
        let at = self.at();
        match fact {
            Fact::Followup(outcome) => {
                let callback = CallbackId::from_u128(number);
                let cause = Cause::Followup(callback);
                let fact = Followup {
                    merchant: merchant_id(),
                    callback,
                    category: category(),
                    outcome,
                    happened_at: self.now,
                };
                record_followup(&self.merchant, self.earlier(cause), &fact, at)
            }
            Fact::Breach(severity) => {
                let case = CaseId::from_u128(number);
                let fact = VerifiedBreach {
                    merchant: merchant_id(),
                    case,
                    category: category(),
                    clause: "price-as-posted".to_owned(),
                    severity,
                    happened_at: self.now,
                };
                record_breach(&self.merchant, self.earlier(Cause::Breach(case)), &fact, at)
            }
        }
    }

    /// Decides and carries out; nothing when it was done before.
    pub(crate) fn tell(&mut self, number: u128, fact: Fact) -> Option<Change> {
        let change = self.decide(number, fact).unwrap().done()?;
        self.carry_out(&change);
        Some(change)
    }

    pub(crate) fn tell_all(&mut self, facts: &[(u128, Fact)]) {
        for (number, fact) in facts {
            let _ = self.tell(*number, *fact);
        }
    }

    pub(crate) fn carry_out(&mut self, change: &Change) {
        self.merchant = change.merchant.clone();
        self.ledger.extend(change.entries.iter().cloned());
    }

    fn at(&self) -> Recording<'_> {
        Recording { now: self.now, ..at(&self.rules, 1_000 + self.ledger.len() as u128) }
    }

    pub(crate) fn earlier(&self, cause: Cause) -> Option<&Entry> {
        self.ledger.iter().find(|entry| entry.posting.cause == cause)
    }

    /// The entry at this place, counted from 1.
    pub(crate) fn entry(&self, place: usize) -> Entry {
        self.ledger[place - 1].clone()
    }

    pub(crate) fn reverse(&mut self, entry: &Entry) -> Change {
        let earlier = self.earlier(Cause::Reversal(entry.posting.id));
        let change = reverse(&self.merchant, earlier, entry, self.at()).unwrap().done().unwrap();
        self.carry_out(&change);
        change
    }

    /// Puts the entry right with these points, once.
    pub(crate) fn correct(&mut self, entry: &Entry, points: Points) -> Change {
        let earlier = self.earlier(Cause::Correction(entry.posting.id));
        let change = correct(&self.merchant, earlier, entry, points, self.at()).unwrap().done().unwrap();
        self.carry_out(&change);
        change
    }

    /// Computes the last evaluation anew, on an objection of this number.
    pub(crate) fn reassess(&mut self, number: u128) -> Result<Change, ProcessRefusal> {
        let as_of = self.merchant.credit.quality.as_ref().map_or(self.now, |measured| measured.as_of);
        let (fold, id) = (self.fold(as_of), ObjectionId::from_u128(number));
        let change = reassess(&self.merchant, None, id, &fold, self.at())?.done().unwrap();
        self.carry_out(&change);
        Ok(change)
    }

    /// Ends every entry whose time is over and that was not ended before, as the turn does.
    pub(crate) fn expire_due(&mut self) -> usize {
        let due: Vec<Entry> =
            self.ledger.iter().filter(|entry| entry.posting.has_ended(self.now)).cloned().collect();
        let mut ended = 0;
        for entry in due {
            let earlier = self.earlier(Cause::Expiry(entry.posting.id));
            if let Step::Done(change) = expire(&self.merchant, earlier, &entry, self.at()).unwrap() {
                self.carry_out(&change);
                ended += 1;
            }
        }
        ended
    }

    /// The whole ledger, for an evaluation as of this moment.
    pub(crate) fn fold(&self, as_of: Timestamp) -> Fold {
        let mut fold = Fold::new(&self.rules, as_of);
        self.ledger.iter().for_each(|entry| fold.add(entry));
        fold
    }

    pub(crate) fn decide_evaluation(&self, year: u16, as_of: Timestamp) -> Step<Change, Grade> {
        evaluate(&self.merchant, year, &self.fold(as_of), self.at())
    }

    /// Evaluates as of now.
    pub(crate) fn evaluate(&mut self, year: u16) -> Change {
        self.evaluate_as_of(year, self.now)
    }

    pub(crate) fn evaluate_as_of(&mut self, year: u16, as_of: Timestamp) -> Change {
        let change = self.decide_evaluation(year, as_of).done().unwrap();
        self.carry_out(&change);
        change
    }

    pub(crate) fn past(&self, as_of: Timestamp, known_at: Timestamp) -> Option<Past> {
        self.past_with(&[], as_of, known_at)
    }

    /// The same, of a merchant with these proceedings.
    pub(crate) fn past_with(
        &self,
        files: &[Proceeding],
        as_of: Timestamp,
        known_at: Timestamp,
    ) -> Option<Past> {
        past(&self.ledger, files, Moment { as_of, known_at }, |_| Some(&self.rules)).unwrap()
    }
}

/// These points, named in every dimension.
pub(crate) fn named(points: Points) -> Named {
    let Points { social_evaluation, credit_activities, credit_record, demonstration } = points;
    Named {
        social_evaluation: Some(social_evaluation),
        credit_activities: Some(credit_activities),
        credit_record: Some(credit_record),
        demonstration: Some(demonstration),
    }
}

pub(crate) fn numbered(facts: Vec<Fact>) -> Vec<(u128, Fact)> {
    facts.into_iter().enumerate().map(|(number, fact)| (number as u128 + 1, fact)).collect()
}

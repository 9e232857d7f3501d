//! The rules in force, a merchant and facts about it.

use credit_domain::{
    Change, Commitment, Entry, Followup, FollowupOutcome, Hours, Merchant, Opening, Profile, Recording,
    Refusal, Rules, VerifiedBreach, affiliate, record_breach, record_followup,
};
use kernel::{Area, CallbackId, CaseId, CategoryCode, City, EntryId, MerchantId, Severity, Step, Timestamp};
use proptest::prelude::*;

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

/// A merchant and its whole ledger.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) rules: Rules,
    pub(crate) merchant: Merchant,
    pub(crate) ledger: Vec<Entry>,
}

impl Story {
    pub(crate) fn open(opening: Opening) -> Self {
        let rules = rules();
        let Change { merchant, entries, .. } = affiliate(profile(), opening, at(&rules, 1));
        Self { rules, merchant, ledger: entries }
    }

    /// Decides without carrying out; the fact's number is its identity.
    pub(crate) fn decide(&self, number: u128, fact: Fact) -> Result<Step<Change, Entry>, Refusal> {
        let at = at(&self.rules, 1_000 + self.ledger.len() as u128);
        match fact {
            Fact::Followup(outcome) => {
                let callback = CallbackId::from_u128(number);
                let cause = credit_domain::Cause::Followup(callback);
                let fact = Followup {
                    merchant: merchant_id(),
                    callback,
                    category: category(),
                    outcome,
                    happened_at: NOW,
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
                    happened_at: NOW,
                };
                record_breach(&self.merchant, self.earlier(credit_domain::Cause::Breach(case)), &fact, at)
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

    fn earlier(&self, cause: credit_domain::Cause) -> Option<&Entry> {
        self.ledger.iter().find(|entry| entry.posting.cause == cause)
    }
}

pub(crate) fn numbered(facts: Vec<Fact>) -> Vec<(u128, Fact)> {
    facts.into_iter().enumerate().map(|(number, fact)| (number as u128 + 1, fact)).collect()
}

//! One merchant's proceeding, step by step, with the people who have a part in it.

use core::time::Duration;

use credit_domain::admission::readmit;
use credit_domain::process::Opening as File;
use credit_domain::process::{
    Act, Ground, Measure, Moment, Posted, Proceeding, ProcessRefusal, RedLine, settle,
};
use credit_domain::{Calendar, Cause, Change, Entry, Merchant, Recording, Status};
use kernel::{
    Actor, ActorId, ApplicationId, Day, EntryId, Grade, PersonalText, ProceedingId, Severity, Step, Timestamp,
};

use crate::calendar::calendar;
use crate::grades::excellent;
use crate::support::{Fact, NOW, Story, merchant_id};

pub(crate) const OFFICER: Actor = Actor::Staff { id: ActorId::from_u128(1) };
pub(crate) const REVIEWER: Actor = Actor::Staff { id: ActorId::from_u128(2) };
pub(crate) const ANOTHER: Actor = Actor::Staff { id: ActorId::from_u128(3) };
pub(crate) const OWNER: Actor = Actor::Merchant { id: merchant_id() };

pub(super) const DAY: Duration = Duration::from_secs(86_400);

pub(crate) fn words(text: &str) -> PersonalText {
    PersonalText::new(text.to_owned())
}

/// A merchant, its ledger, one proceeding, and a clock.
#[derive(Clone)]
pub(super) struct Trial {
    pub(super) story: Story,
    pub(super) calendar: Calendar,
    pub(super) file: Proceeding,
    pub(super) now: Timestamp,
}

impl Trial {
    pub(super) fn about(story: Story, ground: Ground, class: Severity) -> Self {
        let (calendar, rules) = (calendar(), story.rules.clone());
        let at = Moment { rules: &rules.process, calendar: &calendar, now: NOW };
        let opening = File {
            id: ProceedingId::from_u128(50),
            city: story.merchant.profile.city,
            merchant: merchant_id(),
            ground,
            class,
            category: None,
            clause: None,
            facts: words("价格牌与收费不符"),
        };
        let Actor::Staff { id } = OFFICER else { unreachable!() };
        let file = Proceeding::open(opening, id, at).unwrap();
        Self { story, calendar, file, now: NOW }
    }

    pub(super) fn finding(class: Severity) -> Self {
        Self::about(excellent(), Ground::Finding, class)
    }

    pub(super) fn red_line() -> Self {
        Self::about(excellent(), Ground::RedLine { line: RedLine::Fraud }, Severity::Serious)
    }

    pub(super) fn try_act(&mut self, act: Act, by: Actor) -> Result<(), ProcessRefusal> {
        let rules = &self.story.rules.process;
        let at = Moment { rules, calendar: &self.calendar, now: self.now };
        if let Step::Done(next) = self.file.act(act, by, at)? {
            assert_eq!(next.version, self.file.version.next());
            self.file = next;
            self.settle();
        }
        Ok(())
    }

    pub(super) fn act(&mut self, act: Act, by: Actor) {
        self.try_act(act, by).unwrap();
    }

    pub(super) fn settle(&mut self) {
        if let Some(change) = self.out_of_line() {
            self.story.carry_out(&change);
        }
        assert_eq!(self.out_of_line(), None, "what is in line stays as it is");
    }

    pub(super) fn out_of_line(&self) -> Option<Change> {
        let entry = EntryId::from_u128(2_000 + self.story.ledger.len() as u128);
        let at = Recording { rules: &self.story.rules, now: self.now, entry };
        settle(&self.story.merchant, &self.file, &self.posted(), self.file.appeal_is_open(), at)
    }

    pub(super) fn posted(&self) -> Posted {
        let by_cause = |cause| self.story.ledger.iter().find(|entry| entry.posting.cause == cause).cloned();
        let reversal =
            |of: &Option<Entry>| of.as_ref().and_then(|made| by_cause(Cause::Reversal(made.posting.id)));
        let breach = match self.file.ground {
            Ground::Breach { case } => by_cause(Cause::Breach(case)),
            Ground::RedLine { .. } | Ground::Finding => None,
        };
        let sanction = by_cause(Cause::Sanction(self.file.id));
        let fact = sanction.as_ref().or(breach.as_ref());
        let repair = fact.and_then(|fact| by_cause(Cause::Repair(fact.posting.id)));
        let taken_back = reversal(&breach).is_some();
        Posted {
            breach: breach.filter(|_| !taken_back),
            reversal: reversal(&sanction),
            unrepair: reversal(&repair),
            sanction,
            repair,
        }
    }

    /// The same story, begun on another day.
    pub(super) fn begin(&mut self, day: &str) {
        self.now = day.parse::<Day>().unwrap().at_minute(600);
        for entry in &mut self.story.ledger {
            let posting = &mut entry.posting;
            (posting.valid_from, posting.recorded_at) = (self.now, self.now);
            posting.valid_until = self.story.rules.valid_until(&posting.rule, self.now);
        }
    }

    /// How it stands by its ledger and its file, as known then.
    pub(super) fn known_at(&self, then: Timestamp) -> (u16, Grade, Grade, usize) {
        let past = self.story.past_with(core::slice::from_ref(&self.file), self.now, then).unwrap();
        (past.score, past.grade, past.awarded, past.findings.len())
    }

    pub(super) fn stands(&self) -> (u16, Grade, Grade, usize) {
        let credit = &self.merchant().credit;
        (credit.score, credit.grade, credit.awarded, credit.findings.len())
    }

    /// It is admitted again, as it was.
    pub(super) fn readmit(&mut self) {
        let entry = EntryId::from_u128(3_000 + self.story.ledger.len() as u128);
        let at = Recording { rules: &self.story.rules, now: self.now, entry };
        let merchant = self.merchant();
        let change = readmit(merchant, ApplicationId::from_u128(60), merchant.profile.clone(), at);
        self.story.carry_out(&change);
    }

    /// The entries whose time is over are ended, as the turn does.
    pub(super) fn expire(&mut self) -> usize {
        self.story.now = self.now;
        self.story.expire_due()
    }

    pub(super) fn evaluate(&mut self, year: u16) {
        self.story.now = self.now;
        self.story.evaluate(year);
    }

    pub(super) fn evaluate_as_of(&mut self, year: u16, as_of: Timestamp) {
        self.story.now = self.now;
        self.story.evaluate_as_of(year, as_of);
    }

    pub(super) fn tell(&mut self, number: u128, fact: Fact) {
        self.story.now = self.now;
        self.story.tell(number, fact).unwrap();
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.now = self.now.after(time);
        if let Some(next) = self.file.elapse(self.now) {
            self.file = next;
            self.settle();
        }
    }

    pub(super) fn pass_to(&mut self, instant: Timestamp) {
        self.pass(instant.since(self.now));
    }

    pub(super) fn merchant(&self) -> &Merchant {
        &self.story.merchant
    }

    pub(super) fn grade_and_status(&self) -> (Grade, Status) {
        (self.merchant().credit.grade, self.merchant().status)
    }
}

pub(super) fn impose(measure: Measure, months: u16) -> Act {
    let rectify_working_days = (measure == Measure::Rectification).then_some(10);
    Act::Impose { measure, months, rectify_working_days, reason: "多次收费高于公示价格".to_owned() }
}

pub(super) fn notify(announced: Measure) -> Act {
    Act::Notify { announced, reason: "收费高于公示价格".to_owned() }
}

pub(super) fn reply() -> Act {
    Act::Reply { text: words("我们已退款"), asks_hearing: false }
}

pub(super) fn repair() -> Act {
    Act::DecideRepair { granted: true, reason: verdict(true) }
}

pub(super) fn verdict(granted: bool) -> String {
    if granted { "情况属实".to_owned() } else { "不成立".to_owned() }
}

pub(super) fn day_of(instant: Timestamp) -> String {
    instant.before(Duration::from_micros(1)).in_city().day.to_string()
}

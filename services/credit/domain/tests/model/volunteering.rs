//! What the volunteer centre reports: what holds, what it is worth, and what a withdrawal leaves.

use credit_domain::activities::{
    Activity, ActivityDraft, Counting, Honour, HonourDraft, HonourLevel, give_for_attendance,
    give_for_honour, may_be_honoured, take_back,
};
use credit_domain::volunteer::{
    Claimant, Count, Deed, DeedKind, Line, Need, NeedDraft, NeedState, Report, ReportDraft, VolunteerYear,
    check_statement, give_for_report, reconcile, withdraw_report,
};
use credit_domain::{Cause, Denied, Entry, Opening, Recording, verify_chain};
use kernel::{
    ActivityId, Actor, ActorId, Area, CategoryCode, City, EntryId, HonourId, MerchantId, Timestamp,
    VolunteerId, VolunteerNeedId, VolunteerReportId, VolunteerTeamId,
};
use proptest::prelude::*;

use crate::applicant::policy;
use crate::support::{NOW, Story, days, merchant_id, rules};

const MINUTE: std::time::Duration = std::time::Duration::from_secs(60);
const PLATFORM: Actor = Actor::Platform;

/// Something that is given, or taken back again.
#[derive(Debug, Clone)]
pub(crate) enum Gift {
    Attend,
    Honour(HonourLevel),
    Report(Deed),
    /// Takes the n-th gift back.
    Back(usize),
}

pub(crate) fn any_gift() -> impl Strategy<Value = Gift> {
    prop_oneof![
        2 => Just(Gift::Attend),
        1 => prop::sample::select(HonourLevel::ALL).prop_map(Gift::Honour),
        5 => any_deed().prop_map(Gift::Report),
        2 => (0_usize..20).prop_map(Gift::Back),
    ]
}

fn any_deed() -> impl Strategy<Value = Deed> {
    let at = NOW.before(days(1));
    prop_oneof![
        Just(Deed::TeamIncubation { team: VolunteerTeamId::from_u128(1), at }),
        Just(Deed::MatchedNeed { need: VolunteerNeedId::from_u128(1), at }),
        (1_u32..200).prop_map(move |people| Deed::Recruitment { people, at }),
        (15_u32..720).prop_map(hours),
    ]
}

/// So many minutes of a volunteer, yesterday.
fn hours(minutes: u32) -> Deed {
    let check_in = NOW.before(days(1));
    let volunteer = VolunteerId::from_u128(5);
    Deed::Hours { volunteer, check_in, check_out: check_in.after(MINUTE * minutes) }
}

/// A merchant that is given things.
#[derive(Debug, Clone)]
pub(crate) struct Giving {
    pub(crate) story: Story,
    year: VolunteerYear,
    reports: Vec<(Report, Option<Entry>)>,
    given: Vec<Entry>,
    number: u128,
}

impl Giving {
    pub(crate) fn of(story: Story) -> Self {
        Self { story, year: VolunteerYear::default(), reports: Vec::new(), given: Vec::new(), number: 0 }
    }

    fn at<'a>(&self, rules: &'a credit_domain::Rules) -> Recording<'a> {
        Recording { rules, now: self.story.now, entry: EntryId::from_u128((self.number + 1) << 64) }
    }

    /// Carries out what is allowed.
    pub(crate) fn tell(&mut self, gift: Gift) {
        self.number += 1;
        match gift {
            Gift::Attend => self.attend(),
            Gift::Honour(level) => self.honour(level),
            Gift::Report(deed) => self.report(deed),
            Gift::Back(place) => self.back(place),
        }
    }

    fn attend(&mut self) {
        let rules = self.story.rules.clone();
        let says = ActivityDraft {
            kind: "training".to_owned(),
            title: "培训".to_owned(),
            place: "大厅".to_owned(),
            starts_at: NOW,
            ends_at: NOW.after(MINUTE),
            capacity: 9,
            training: None,
            villages: Vec::new(),
            services: Vec::new(),
        };
        let (id, city) = (ActivityId::from_u128(self.number), City::try_new(330_200).unwrap());
        let before = NOW.before(days(1));
        let activity =
            Activity::plan(id, city, says, "K".to_owned(), PLATFORM, &rules.activities, before).unwrap();
        let merchant = &self.story.merchant;
        let given = give_for_attendance(merchant, None, &activity, merchant_id(), self.at(&rules));
        self.carry_out(&given.unwrap().done().unwrap());
    }

    fn honour(&mut self, level: HonourLevel) {
        if may_be_honoured(&self.story.merchant).is_err() {
            return;
        }
        let rules = self.story.rules.clone();
        let says = HonourDraft {
            merchant: merchant_id(),
            kind: "service-brand".to_owned(),
            level,
            grantor: "宁波市".to_owned(),
            document: None,
            granted_at: NOW,
            valid_until: NOW.after(days(300)),
        };
        let (id, city) = (HonourId::from_u128(self.number), City::try_new(330_200).unwrap());
        let by = ActorId::from_u128(1);
        let honour = Honour::propose((id, city), says, by, &rules.activities, NOW, NOW).unwrap();
        let given = give_for_honour(&self.story.merchant, None, &honour, self.at(&rules));
        self.carry_out(&given.unwrap().done().unwrap().unwrap());
    }

    fn report(&mut self, deed: Deed) {
        let rules = self.story.rules.clone();
        let report = receive(self.number, deed).unwrap();
        let given = give_for_report(&self.story.merchant, &self.year, &report, self.at(&rules)).unwrap();
        self.year = given.year;
        let entry = given.change.as_ref().map(|change| change.entries[0].clone());
        if let Some(change) = given.change {
            self.story.carry_out(&change);
        }
        self.reports.push((report, entry));
    }

    fn back(&mut self, place: usize) {
        let rules = self.story.rules.clone();
        if place < self.reports.len() {
            let (report, entry) = self.reports.remove(place);
            let merchant = &self.story.merchant;
            let taken =
                withdraw_report(merchant, entry.as_slice(), &self.year, &report, self.at(&rules)).unwrap();
            self.year = taken.year;
            if let Some(change) = taken.change {
                self.story.carry_out(&change);
            }
        } else if let Some(entry) = self.given.pop() {
            let taken = take_back(&self.story.merchant, None, &entry, self.at(&rules)).unwrap();
            self.story.carry_out(&taken.done().unwrap());
        }
    }

    fn carry_out(&mut self, change: &credit_domain::Change) {
        self.story.carry_out(change);
        self.given.push(change.entries[0].clone());
    }

    /// What the live reports are worth together.
    fn worth(&self) -> i64 {
        let mut year = VolunteerYear::default();
        for (report, _) in &self.reports {
            *year.done.entry(report.says.deed.kind()).or_default() += report.says.deed.quantity();
        }
        year.worth(&self.story.rules.activities.volunteer)
    }
}

fn receive(number: u128, deed: Deed) -> Result<Report, Denied> {
    let says = ReportDraft { id: VolunteerReportId::from_u128(number), merchant: merchant_id(), deed };
    let opened_at = NOW.before(days(10));
    Report::receive(City::try_new(330_200).unwrap(), says, &rules().activities.volunteer, opened_at, NOW)
}

fn pointer(deed: Deed) -> String {
    match receive(1, deed).unwrap_err() {
        Denied::Invalid(problems) => problems[0].pointer.clone(),
        other => other.to_string(),
    }
}

fn giving() -> Giving {
    Giving::of(Story::open(Opening::Newcomer))
}

fn activities(giving: &Giving) -> i64 {
    giving.story.merchant.credit.tally.points.credit_activities
}

proptest! {
    #[test]
    fn i3_volunteering_is_worth_what_the_reports_that_stand_are_worth_whatever_was_withdrawn(
        deeds in prop::collection::vec(any_deed(), 1..30),
        back in prop::collection::vec(0_usize..30, 0..30),
    ) {
        let mut giving = giving();
        let opened = activities(&giving);
        for deed in deeds {
            giving.tell(Gift::Report(deed));
            prop_assert_eq!(activities(&giving), opened + giving.worth());
        }
        for place in back {
            giving.tell(Gift::Back(place));
            prop_assert_eq!(activities(&giving), opened + giving.worth());
        }
        prop_assert_eq!(verify_chain(merchant_id(), &giving.story.ledger), Ok(giving.story.merchant.credit.tip));
    }
}

#[test]
fn a_withdrawn_report_restores_the_score_exactly_and_what_the_cap_had_cut_comes_back() {
    let mut giving = giving();
    giving.tell(Gift::Report(Deed::Recruitment { people: 150, at: NOW.before(days(2)) }));
    let once = giving.story.merchant.credit.score;
    giving.tell(Gift::Report(Deed::Recruitment { people: 150, at: NOW.before(days(1)) }));
    assert_eq!(giving.year.counted, 20, "capped");
    giving.tell(Gift::Back(0));
    assert_eq!(giving.story.merchant.credit.score, once);
    assert_eq!(giving.story.merchant.cause, Cause::Reversal(giving.story.ledger[1].posting.id));
    assert!(giving.story.ledger.iter().any(|entry| matches!(entry.posting.cause, Cause::Recount(_))));
}

#[test]
fn what_was_done_before_the_day_of_the_opening_is_kept_and_neither_it_nor_its_withdrawal_moves_a_point() {
    let mut giving = giving();
    let opened = activities(&giving);
    let recruited = |people, ago| Deed::Recruitment { people, at: NOW.before(days(ago)) };
    giving.tell(Gift::Report(recruited(95, 11)));
    assert_eq!(giving.reports[0].0.counting, Counting::BeforeOpening);
    assert_eq!((activities(&giving), &giving.year), (opened, &VolunteerYear::default()));
    giving.tell(Gift::Report(recruited(15, 10)));
    assert_eq!(activities(&giving), opened + 1, "the 95 from before are not added up with them");
    giving.tell(Gift::Back(0));
    assert_eq!(activities(&giving), opened + 1);
}

#[test]
fn minutes_of_several_sessions_are_added_up_before_they_count() {
    let mut giving = giving();
    giving.tell(Gift::Report(hours(300)));
    assert_eq!((activities(&giving), giving.story.ledger.len()), (30, 1), "no entry without a point");
    giving.tell(Gift::Report(hours(180)));
    assert_eq!((activities(&giving), giving.story.ledger.len()), (31, 2));
}

#[test]
fn the_points_of_a_year_end_together() {
    let mut giving = giving();
    giving.tell(Gift::Report(Deed::Recruitment { people: 10, at: NOW.before(days(5)) }));
    giving.tell(Gift::Report(Deed::Recruitment { people: 500, at: NOW.before(days(4)) }));
    giving.tell(Gift::Back(0));
    let end: Timestamp = "2028-01-01T00:00:00+08:00".parse().unwrap();
    giving.story.now = end.before(MINUTE);
    assert_eq!(giving.story.expire_due(), 0);
    giving.story.now = end;
    let _ = giving.story.expire_due();
    assert_eq!(activities(&giving), 30);
}

#[test]
fn a_session_that_is_absurd_is_refused() {
    assert!(receive(1, hours(15)).is_ok());
    assert_eq!(pointer(hours(14)), "#/deed/check_out");
    assert_eq!(pointer(hours(721)), "#/deed/check_out");
    let volunteer = VolunteerId::from_u128(5);
    let backwards = Deed::Hours { volunteer, check_in: NOW, check_out: NOW.before(days(1)) };
    assert_eq!(pointer(backwards), "#/deed/check_out");
    let not_over = Deed::Hours { volunteer, check_in: NOW, check_out: NOW.after(MINUTE * 60) };
    assert_eq!(pointer(not_over), "#/deed");
    let long_ago = Deed::Recruitment { people: 3, at: NOW.before(days(61)) };
    assert_eq!(pointer(long_ago), "#/deed");
}

#[test]
fn a_need_is_claimed_by_the_first_and_counts_for_whoever_fulfilled_it() {
    let area = Area::try_new(330_203_001).unwrap();
    let says = NeedDraft {
        title: "陪诊".to_owned(),
        text: "独居老人需要陪同就医".to_owned(),
        category: None,
        area,
        people: 1,
        wanted_from: NOW,
        wanted_until: NOW.after(days(3)),
        request: None,
    };
    let (id, city) = (VolunteerNeedId::from_u128(1), City::try_new(330_200).unwrap());
    let publish = |says| Need::publish(id, city, says, &policy(), PLATFORM, NOW);
    let strange = NeedDraft { category: Some(CategoryCode::try_new("gossip").unwrap()), ..says.clone() };
    assert!(matches!(publish(strange), Err(Denied::Invalid(unfit)) if unfit[0].pointer == "#/category"));
    let need = publish(says).unwrap();
    let mine = Claimant::Merchant { merchant: merchant_id() };
    let theirs = Claimant::Team { team: VolunteerTeamId::from_u128(2), merchant: None };
    assert!(need.claim(mine, NOW.after(days(3))).is_err(), "lapsed");
    let claimed = need.claim(mine, NOW).unwrap().done().unwrap();
    assert!(claimed.claim(mine, NOW).unwrap().is_already_done());
    assert!(claimed.claim(theirs, NOW).is_err());
    assert!(claimed.fulfil(NOW).is_err(), "nobody was matched");
    let matched = claimed.match_up(NOW).unwrap().done().unwrap();
    let released = matched.release(NOW).unwrap().done().unwrap();
    assert_eq!((released.state, &released.claim), (NeedState::Published, &None));
    assert!(matched.fulfil(NOW.before(days(1))).is_err(), "it is wanted later");
    let fulfilled = matched.fulfil(NOW).unwrap().done().unwrap();
    assert_eq!(fulfilled.was_done_by(merchant_id()), Ok(()));
    assert!(fulfilled.was_done_by(MerchantId::from_u128(8)).is_err());
    assert!(matched.was_done_by(merchant_id()).is_err());
}

#[test]
fn a_statement_and_what_is_held_are_compared_line_by_line_and_nothing_is_nothing() {
    let line = |merchant: u128, kind, reports, quantity| Line {
        merchant: MerchantId::from_u128(merchant),
        kind,
        count: Count { reports, quantity },
    };
    let stated =
        [line(2, DeedKind::Hours, 2, 300), line(1, DeedKind::Activity, 1, 1), line(3, DeedKind::Hours, 0, 0)];
    let held = [
        line(2, DeedKind::Hours, 1, 120),
        line(1, DeedKind::Activity, 1, 1),
        line(4, DeedKind::Hours, 1, 60),
    ];
    let found = reconcile(&stated, &held);
    let who: Vec<MerchantId> = found.iter().map(|difference| difference.merchant).collect();
    assert_eq!(who, [MerchantId::from_u128(2), MerchantId::from_u128(4)]);
    assert_eq!((found[0].stated.quantity, found[0].held.quantity), (300, 120));
    assert_eq!(found[1].stated, Count::default());
    let (today, yesterday) = (NOW.in_city().day, NOW.in_city().day.plus(-1));
    assert!(check_statement(yesterday, &stated, NOW).is_ok());
    assert!(check_statement(today, &stated, NOW).is_err(), "not over");
    assert!(check_statement(yesterday, &[stated[0], stated[0]], NOW).is_err());
}

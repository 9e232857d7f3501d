//! What time does by itself, as the service's turns do it: at midnight and at noon of every day.

use core::time::Duration;

use credit_domain::admission::{ExpiryNotice, set_categories};
use credit_domain::{Cause, Status, expire};
use kernel::{Day, MerchantId, Step, Timestamp};

use crate::explain::{day, entry, last_day};
use crate::town::Town;

/// Steps of one day follow each other by this.
const BETWEEN: Duration = Duration::from_secs(60);
const MORNING: u16 = 9 * 60;
const NOON: u16 = 12 * 60;

impl Town {
    /// Lets time pass until the morning of this day, and says what happened by itself.
    pub(crate) fn pass_to(&mut self, until: Day) -> String {
        let mut told = String::new();
        let morning = until.at_minute(MORNING);
        let mut at = self.now.in_city().day;
        while at <= until && self.now != Timestamp::EPOCH {
            for minute in [0, NOON] {
                let turn = at.at_minute(minute);
                if self.now < turn && turn < morning {
                    told.push_str(&self.turn(turn));
                }
            }
            at = at.next();
        }
        let now = if self.now < morning { morning } else { self.now.after(BETWEEN) };
        told.push_str(&self.turn(now));
        told
    }

    /// One turn.
    fn turn(&mut self, now: Timestamp) -> String {
        self.now = now;
        let mut happened = self.end_entries();
        happened.extend(self.elapse());
        happened.extend(self.tell_overdue());
        happened.extend(self.tend());
        happened.extend(self.end_bans());
        if happened.is_empty() {
            return String::new();
        }
        let today = day(self.now);
        self.answered(happened.into_iter().map(|what| format!("{today} 到时 by itself: {what}")).collect())
    }

    fn end_entries(&mut self) -> Vec<String> {
        let now = self.now;
        let ended = |ledger: &[credit_domain::Entry]| {
            let over = ledger.iter().filter(|entry| entry.posting.has_ended(now)).cloned();
            over.collect::<Vec<_>>()
        };
        let due: Vec<_> = self.companies.values().flat_map(|company| ended(&company.ledger)).collect();
        let mut told = Vec::new();
        for over in due {
            let cause = Cause::Expiry(over.posting.id);
            let (rules, recording) = (self.rules.clone(), self.recording());
            let at = credit_domain::Recording { rules: &rules, ..recording };
            let company = self.company_of(over.merchant);
            let earlier = company.ledger.iter().find(|entry| entry.posting.cause == cause);
            if let Step::Done(change) = expire(company.merchant(), earlier, &over, at).unwrap() {
                told.extend(change.entries.iter().map(entry));
                company.carry_out(&change);
            }
        }
        told
    }

    fn elapse(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        for place in 0..self.files.len() {
            if let Some(next) = self.files[place].elapse(self.now) {
                told.push(match next.end {
                    Some(_) => "措施期满 the time of the measure is over".to_owned(),
                    None => {
                        "紧急暂停终止 nobody confirmed or decided: the emergency suspension ends".to_owned()
                    }
                });
                told.extend(self.save(place, next));
            }
        }
        told
    }

    fn tell_overdue(&mut self) -> Vec<String> {
        let files = self.files.iter().filter_map(|file| {
            let due = file.due()?;
            Some((file.id.uuid().as_u128(), due.by, due.what.to_string()))
        });
        let objections = self.objections.iter().filter(|one| one.is_open());
        let objections =
            objections.map(|one| (one.id.uuid().as_u128(), one.decide_by, "objection".to_owned()));
        let late: Vec<_> = files.chain(objections).filter(|(_, by, _)| *by <= self.now).collect();
        let mut told = Vec::new();
        for (id, by, what) in late {
            if !self.told.contains(&(id, by)) {
                self.told.push((id, by));
                told.push(format!("逾期 deadline missed: {what}, last day {}", last_day(by)));
            }
        }
        told
    }

    /// Notices of what ends soon, and categories that end.
    fn tend(&mut self) -> Vec<String> {
        let ids: Vec<MerchantId> = self.companies.values().map(|company| company.id).collect();
        ids.into_iter().flat_map(|id| self.tend_one(id)).collect()
    }

    pub(crate) fn tend_one(&mut self, id: MerchantId) -> Vec<String> {
        let (policy, now) = (self.policy.clone(), self.now);
        let company = self.company_of(id);
        let Some((_, dossier)) = &mut company.papers else { return Vec::new() };
        // Whoever is not in is told of nothing.
        let status = company.merchant.as_ref().map(|merchant| merchant.status);
        if !matches!(status, Some(Status::Affiliated | Status::Suspended)) {
            return Vec::new();
        }
        let mut told = Vec::new();
        let notices = dossier.notices_due(&policy, now);
        if !notices.is_empty() {
            *dossier = dossier.told(&notices);
        }
        for ExpiryNotice { subject, expires_at, days_before, .. } in notices {
            told.push(format!(
                "提醒 notice {days_before} days before: {subject} ends on {}",
                day(expires_at)
            ));
        }
        let serving = dossier.serving(&policy, now);
        if let Some(merchant) = &company.merchant
            && let Step::Done(change) = set_categories(merchant, serving, now)
        {
            let fewer = change.merchant.profile.categories.len() < merchant.profile.categories.len();
            told.extend(
                fewer.then(|| "类别暂停 a category is suspended: what it rests on has ended".to_owned()),
            );
            company.carry_out(&change);
        }
        told
    }

    fn end_bans(&mut self) -> Vec<String> {
        let over = |ban: &credit_domain::admission::Ban| ban.until <= self.now;
        let ended = self.bans.iter().filter(|ban| over(ban)).count();
        self.bans.retain(|ban| self.now < ban.until);
        (0..ended).map(|_| "禁入期满 the ban is over".to_owned()).collect()
    }
}

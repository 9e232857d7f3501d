//! What is given beyond orders: volunteering and honours.

use core::time::Duration;

use credit_domain::Recording;
use credit_domain::activities::{Honour, HonourDraft, give_for_honour, may_be_honoured};
use credit_domain::volunteer::{Deed, Given, Report, ReportDraft, give_for_report};
use kernel::{HonourId, Step, VolunteerId, VolunteerReportId, VolunteerTeamId};

use crate::company::ningbo;
use crate::explain::entry;
use crate::script::{by, day_at_end};
use crate::town::{Answers, OFFICER, REVIEWER, Town, person};

impl Town {
    /// Something that is given; none when it is something else.
    pub(crate) fn given(&mut self, line: &str) -> Option<Answers> {
        let (line, named) = by(line);
        match line.split_once(' ')? {
            ("volunteering", deed) => Some(self.volunteering(deed)),
            ("honour", "granted") => Some(self.grant(named.unwrap_or(REVIEWER))),
            ("honour", honour) => Some(self.propose(honour, named.unwrap_or(OFFICER))),
            _ => None,
        }
    }

    /// `8 hours`, `30 people`, `a team`, `an activity`: as the volunteer centre reports it.
    fn volunteering(&mut self, deed: &str) -> Answers {
        let (number, at) = (deed.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0), self.now);
        let ago = |hours: u64| at.before(Duration::from_secs(hours * 3_600));
        let deed = match deed.rsplit(' ').next().unwrap() {
            "hours" => {
                Deed::Hours { volunteer: VolunteerId::from_u128(1), check_in: ago(number), check_out: at }
            }
            "people" => Deed::Recruitment { people: u32::try_from(number).unwrap(), at },
            "team" => Deed::TeamIncubation { team: VolunteerTeamId::from_u128(1), at },
            "activity" => {
                Deed::Activity { title: "山区便民服务".to_owned(), starts_at: ago(4), ends_at: at }
            }
            other => panic!("volunteers do no {other:?}"),
        };
        let id = VolunteerReportId::from_u128(self.next_id());
        let says = ReportDraft { id, merchant: self.company().id, deed };
        let (rules, opened_at) = (&self.rules.activities.volunteer, self.company().opened_at());
        let report = Report::receive(ningbo(), says, rules, opened_at, self.now);
        let report = report.map_err(|denied| denied.to_string())?;
        let (rules, recording) = (self.rules.clone(), self.recording());
        let at = Recording { rules: &rules, ..recording };
        let company = self.company_mut();
        let year = company.volunteered.entry(report.year()).or_default();
        let merchant = company.merchant.as_ref().unwrap();
        let Given { year: next, points, change } = give_for_report(merchant, year, &report, at).unwrap();
        *year = next;
        let counted = year.counted;
        let told = format!("志愿服务 reported by the centre: {points} points, {counted} of this year");
        let entries = change.iter().flat_map(|change| change.entries.iter().map(entry)).collect::<Vec<_>>();
        if let Some(change) = change {
            company.carry_out(&change);
        }
        Ok(core::iter::once(told).chain(entries).collect())
    }

    /// `credit-demonstration of the city until 2027-12-31`.
    fn propose(&mut self, words: &str, officer: &str) -> Answers {
        let (kind, rest) = words.split_once(" of the ").unwrap();
        let level = rest.split(' ').next().unwrap().parse().unwrap();
        let merchant = self.company().merchant();
        may_be_honoured(merchant).map_err(|denied| denied.to_string())?;
        let says = HonourDraft {
            merchant: merchant.profile.id,
            kind: kind.to_owned(),
            level,
            grantor: "宁波市".to_owned(),
            document: None,
            granted_at: self.now,
            valid_until: day_at_end(words).at_minute(0),
        };
        let (id, now) = (HonourId::from_u128(self.next_id()), self.now);
        let (rules, opened_at) = (&self.rules.activities, self.company().opened_at());
        let proposed = Honour::propose((id, ningbo()), says, person(officer), rules, opened_at, now);
        self.honours.push(proposed.map_err(|denied| denied.to_string())?);
        Ok(vec!["荣誉提名 proposed; another person decides".to_owned()])
    }

    fn grant(&mut self, reviewer: &str) -> Answers {
        let now = self.now;
        let honour = self.honours.last_mut().expect("an honour was proposed");
        let step = honour.decide(true, "证书已核".to_owned(), person(reviewer), now);
        if let Step::Done(granted) = step.map_err(|denied| denied.to_string())? {
            *honour = granted;
        }
        let honour = honour.clone();
        let (rules, recording) = (self.rules.clone(), self.recording());
        let at = Recording { rules: &rules, ..recording };
        let company = self.company_of(honour.says.merchant);
        let change = give_for_honour(company.merchant(), None, &honour, at).unwrap().done().unwrap();
        let change = change.expect("it is honoured on the day on which it is told");
        company.carry_out(&change);
        let told = "荣誉授予 the honour is granted".to_owned();
        Ok(core::iter::once(told).chain(change.entries.iter().map(entry)).collect())
    }
}

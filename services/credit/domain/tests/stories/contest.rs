//! Objections, and what comes of them.

use credit_domain::evaluation::Fold;
use credit_domain::objection::{Objection, Word, contest, showing, uphold};
use credit_domain::process::{Ground, Proceeding, Verdict};
use credit_domain::remedy::{Named, Remedy, correct, correctable, reassess};
use credit_domain::{Cause, Change, Entry, Points, Recording};
use kernel::{Actor, EntryId, ObjectionId};

use crate::explain::{by_when, entry};
use crate::justice::{refused, words};
use crate::script::number_before;
use crate::town::{Answers, OFFICER, REVIEWER, Town, staff};

impl Town {
    /// An act of an objection; none when it is something else.
    pub(crate) fn objection(&mut self, line: &str, named: Option<&str>) -> Option<Answers> {
        if let Some(what) = line.strip_prefix("objects to the ") {
            return Some(self.object(what));
        }
        let upheld = |upheld, remedy| Word { upheld, remedy, reason: "见核查记录".to_owned() };
        if let Some(word) = line.strip_prefix("objection examined, to be ") {
            let remedy = word.starts_with("corrected").then(|| self.correction(word));
            let word = upheld(word != "rejected", remedy);
            return Some(self.examine(word, named.unwrap_or(OFFICER)));
        }
        Some(match line {
            "objection upheld" => self.decide_objection(upheld(true, None), named.unwrap_or(REVIEWER)),
            "objection rejected" => self.decide_objection(upheld(false, None), named.unwrap_or(REVIEWER)),
            _ => return None,
        })
    }

    /// The last entry of this kind: `breach`, `evaluation`, `volunteering` and so on.
    fn object(&mut self, what: &str) -> Answers {
        let id = ObjectionId::from_u128(self.next_id());
        let company = self.company();
        let kind = if what == "breach" { "breach_verified" } else { what };
        let against = company.ledger.iter().rfind(|entry| entry.posting.cause.word() == kind);
        let against = against.unwrap_or_else(|| panic!("there is no {what}"));
        if self.objections.iter().any(|first| first.entry() == Some(against.posting.id)) {
            return Ok(vec![
                "同一记录只受理一次异议 one objection to an entry: the first one stands".to_owned(),
            ]);
        }
        let owner = Actor::Merchant { id: company.id };
        let filed =
            Objection::file(id, company.merchant(), against, words("与事实不符"), owner, self.moment());
        let objection = filed.map_err(refused)?;
        let answer = format!(
            "异议受理 the objection is filed; 期限 due: objection {}",
            by_when(self, objection.decide_by)
        );
        self.objections.push(objection);
        self.show_contested(id);
        Ok(vec![answer])
    }

    fn show_contested(&mut self, id: ObjectionId) {
        let (now, contested) = (self.now, self.contested(self.company().id));
        let company = self.company_mut();
        if let Some(change) = contest(company.merchant(), id, contested, now) {
            company.carry_out(&change);
        }
    }

    /// `corrected to 3 points`, of volunteering.
    fn correction(&self, word: &str) -> Remedy {
        let credit_activities = Some(i64::from(number_before(word, "points")));
        Remedy::Correct { points: Named { credit_activities, ..Named::default() } }
    }

    fn against(&self, id: Option<EntryId>) -> Entry {
        let against = |entry: &&Entry| Some(entry.posting.id) == id;
        self.company().ledger.iter().find(against).unwrap().clone()
    }

    fn examine(&mut self, word: Word, officer: &str) -> Answers {
        let (now, upheld) = (self.now, word.upheld);
        let objection = self.objections.last().unwrap();
        let examined = objection.examine(word, staff(officer), &[], now).map_err(refused)?.done().unwrap();
        if let Some(Remedy::Correct { points }) = examined.remedy {
            let against = self.against(examined.entry());
            let points = correctable(&against, points, &self.rules).map_err(refused)?;
            self.year_put_right(&against, points).map_err(refused)?;
        }
        *self.objections.last_mut().unwrap() = examined;
        let proposes = if upheld {
            "建议成立 proposes to uphold it"
        } else {
            "建议不成立 proposes to reject it"
        };
        Ok(vec![format!("{proposes}; another person decides")])
    }

    fn decide_objection(&mut self, word: Word, reviewer: &str) -> Answers {
        let (now, upheld) = (self.now, word.upheld);
        let objection = self.objections.last_mut().unwrap();
        let step = objection.decide(word, staff(reviewer), &[], now).map_err(refused)?;
        *objection = step.done().unwrap();
        let decided = objection.clone();
        if !upheld {
            self.show_contested(decided.id);
            return Ok(vec!["异议不成立 rejected: the entry stands".to_owned()]);
        }
        let contested = self.contested(decided.merchant);
        let against = self.against(decided.entry());
        let (told, change) = self.remedied(&decided, &against);
        let change = showing(change, contested);
        self.company_mut().carry_out(&change);
        let mut answers = vec![format!("异议成立 upheld: {told}")];
        answers.extend(change.entries.iter().map(entry));
        answers.extend(self.fall(against.posting.cause, decided.decision.unwrap()));
        Ok(answers)
    }

    fn remedied(&mut self, decided: &Objection, against: &Entry) -> (&'static str, Change) {
        let (rules, recording) = (self.rules.clone(), self.recording());
        let at = Recording { rules: &rules, ..recording };
        let merchant = self.company().merchant();
        match decided.remedy.unwrap() {
            Remedy::TakeBack => {
                let change = uphold(merchant, None, against, false, at).unwrap().done().unwrap();
                ("the entry is reversed", change)
            }
            Remedy::Correct { points } => {
                let points = correctable(against, points, &rules).unwrap();
                let change = correct(merchant, None, against, points, at).unwrap().done().unwrap();
                let year = self.year_put_right(against, points).unwrap();
                self.company_mut().volunteered.insert(in_year(against), year);
                ("更正 the entry is corrected", change)
            }
            Remedy::Reassess => {
                let mut fold = Fold::new(&rules, against.posting.valid_from);
                self.company().ledger.iter().for_each(|entry| fold.add(entry));
                let change = reassess(merchant, None, decided.id, &fold, at).unwrap().done().unwrap();
                ("重新评定 the year is computed anew", change)
            }
            Remedy::Overturn => panic!("no story objects to a sanction"),
        }
    }

    /// The year of volunteering that the entry is about, once it gives these points.
    fn year_put_right(
        &self,
        entry: &Entry,
        points: Points,
    ) -> Result<credit_domain::volunteer::VolunteerYear, credit_domain::process::ProcessRefusal> {
        let given = entry.posting.tally.points.credit_activities;
        let rules = &self.rules.activities.volunteer;
        let year = self.company().volunteered.get(&in_year(entry)).cloned().unwrap_or_default();
        year.put_right(given, points.credit_activities, rules)
    }

    /// A proceeding about a breach that was none falls with it.
    fn fall(&mut self, cause: Cause, verdict: Verdict) -> Vec<String> {
        let about = |file: &Proceeding| matches!(file.ground, Ground::Breach { case } if Cause::Breach(case) == cause);
        let Some(place) = self.files.iter().position(about) else { return Vec::new() };
        let Some(fallen) = self.files[place].fall_with_its_fact(verdict) else { return Vec::new() };
        let mut answers = vec!["所涉案件撤销 the proceeding about it falls".to_owned()];
        answers.extend(self.save(place, fallen));
        answers
    }
}

fn in_year(entry: &Entry) -> i32 {
    entry.posting.valid_from.in_city().day.year()
}

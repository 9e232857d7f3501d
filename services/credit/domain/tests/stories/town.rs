//! Everything the steps of a story act on, and the one door through which they do.

use std::collections::BTreeMap;

use credit_domain::activities::Honour;
use credit_domain::admission::{AdmissionPolicy, Ban};
use credit_domain::objection::Objection;
use credit_domain::process::{self, Proceeding};
use credit_domain::{Calendar, CalendarData, Moment, Recording, Rules, fold, past, verify_chain};
use kernel::{Actor, ActorId, EntryId, MerchantId, Timestamp};

use crate::company::{Company, policy};
use crate::explain::{Shown, show};

/// What a step leads to: its answers, or why it is refused.
pub(crate) type Answers = Result<Vec<String>, String>;

/// The town.
pub(crate) struct Town {
    pub(crate) rules: Rules,
    pub(crate) calendar: Calendar,
    pub(crate) policy: AdmissionPolicy,
    pub(crate) now: Timestamp,
    pub(crate) companies: BTreeMap<String, Company>,
    /// Whom the steps are about.
    pub(crate) current: String,
    pub(crate) files: Vec<Proceeding>,
    pub(crate) objections: Vec<Objection>,
    pub(crate) bans: Vec<Ban>,
    pub(crate) honours: Vec<Honour>,
    /// Deadlines that were told as missed.
    pub(crate) told: Vec<(u128, Timestamp)>,
    ids: u128,
    shown: BTreeMap<String, Shown>,
}

impl Town {
    pub(crate) fn new() -> Self {
        let rules: Rules = serde_json::from_str(include_str!("../../../data/rules.v1.json")).unwrap();
        let calendar: CalendarData =
            serde_json::from_str(include_str!("../../../data/calendar.v1.json")).unwrap();
        Self {
            rules,
            calendar: Calendar::try_new(&calendar).unwrap(),
            policy: policy(),
            now: Timestamp::EPOCH,
            companies: BTreeMap::new(),
            current: String::new(),
            files: Vec::new(),
            objections: Vec::new(),
            bans: Vec::new(),
            honours: Vec::new(),
            told: Vec::new(),
            ids: 1_000,
            shown: BTreeMap::new(),
        }
    }

    /// Does a step and says what came of it.
    pub(crate) fn step(&mut self, company: Option<&str>, words: &str) -> String {
        if let Some(name) = company {
            name.clone_into(&mut self.current);
            let number = self.companies.len();
            self.companies.entry(name.to_owned()).or_insert_with(|| Company::new(name, number));
        }
        let answers = match self.decide(words) {
            Ok(answers) => answers,
            Err(refused) => vec![format!("不予 refused: {refused}")],
        };
        self.answered(answers)
    }

    fn decide(&mut self, words: &str) -> Answers {
        let answers = self.entrance(words).or_else(|| self.fact(words)).or_else(|| self.given(words));
        let answers = answers.or_else(|| self.act(words));
        answers.unwrap_or_else(|| panic!("nobody knows how to do this: {words:?}"))
    }

    /// The answers, and how everybody stands where that changed.
    pub(crate) fn answered(&mut self, mut answers: Vec<String>) -> String {
        for (name, company) in &self.companies {
            self.check(company);
            let shown = show(self, company);
            if self.shown.get(name) != Some(&shown) {
                let whose = if self.companies.len() > 1 { format!("{name}: ") } else { String::new() };
                answers.extend(shown.lines(self.shown.get(name)).map(|line| format!("{whose}{line}")));
                self.shown.insert(name.clone(), shown);
            }
        }
        answers.iter().map(|answer| format!("> {answer}\n")).collect()
    }

    /// I3: score and grade are the fold of the ledger and the files, and the chain holds.
    fn check(&self, company: &Company) {
        let Some(merchant) = &company.merchant else { return };
        let credit = &merchant.credit;
        assert_eq!(fold(&company.ledger), credit.tally);
        assert_eq!(verify_chain(company.id, &company.ledger), Ok(credit.tip));
        let files: Vec<Proceeding> =
            self.files.iter().filter(|file| file.merchant == company.id).cloned().collect();
        let moment = Moment { as_of: self.now, known_at: self.now };
        let past = past(&company.ledger, &files, moment, |_| Some(&self.rules)).unwrap().unwrap();
        let stood = (past.score, past.grade, past.awarded, past.findings.len());
        let stands = (credit.score, credit.grade, credit.awarded, credit.findings.len());
        assert_eq!(stood, stands, "{} at {} by its ledger and its files", company.name, self.now);
    }

    pub(crate) fn next_id(&mut self) -> u128 {
        self.ids += 1;
        self.ids
    }

    pub(crate) fn recording(&mut self) -> Recording<'_> {
        self.ids += 1;
        // A change may hold several entries, whose ids follow from the first one's.
        Recording { rules: &self.rules, now: self.now, entry: EntryId::from_u128(self.ids << 64) }
    }

    pub(crate) fn moment(&self) -> process::Moment<'_> {
        process::Moment { rules: &self.rules.process, calendar: &self.calendar, now: self.now }
    }

    pub(crate) fn company(&self) -> &Company {
        &self.companies[&self.current]
    }

    pub(crate) fn company_mut(&mut self) -> &mut Company {
        self.companies.get_mut(&self.current).unwrap()
    }

    pub(crate) fn company_of(&mut self, merchant: MerchantId) -> &mut Company {
        self.companies.values_mut().find(|company| company.id == merchant).unwrap()
    }

    /// Whether anything about the merchant is contested.
    pub(crate) fn contested(&self, merchant: MerchantId) -> bool {
        self.objections.iter().any(|one| one.merchant == merchant && one.is_open())
            || self.files.iter().any(|file| file.merchant == merchant && file.appeal_is_open())
    }
}

/// The officer who investigates, and the reviewers who decide.
pub(crate) const OFFICER: &str = "Chen";
pub(crate) const REVIEWER: &str = "Lin";
pub(crate) const ANOTHER: &str = "Zhou";

/// The member of staff of this name.
pub(crate) fn person(name: &str) -> ActorId {
    let place = [OFFICER, REVIEWER, ANOTHER].iter().position(|known| *known == name);
    ActorId::from_u128(place.unwrap_or_else(|| panic!("{name} is not of the staff")) as u128 + 1)
}

/// The same as the one who acts.
pub(crate) fn staff(name: &str) -> Actor {
    Actor::Staff { id: person(name) }
}

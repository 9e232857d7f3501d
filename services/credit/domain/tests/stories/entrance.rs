//! The way in, and what a company hands in.

use credit_domain::admission::{
    Admitted, Application, ApplicationState, Assessment, CheckOutcome, Facts, NewApplication, NewPaper,
    Opened, Signed, Wanted,
};
use credit_domain::exchange::until_text;
use credit_domain::prices::{Price, PriceChange};
use credit_domain::{Denied, Hours};
use kernel::{Actor, ApplicationId, Area, CategoryCode, Fen, QualificationCode, Step};

use crate::company::{Company, ningbo};
use crate::explain::{check, day};
use crate::script::{by, day_at_end};
use crate::town::{Answers, OFFICER, REVIEWER, Town, person};

impl Town {
    /// A step on the way in; none when it is another.
    pub(crate) fn entrance(&mut self, words: &str) -> Option<Answers> {
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        Some(match verb {
            "applies" if rest.starts_with("for repair") => return None,
            "applies" => self.applies(rest.strip_prefix("for ")?),
            "paper" => self.paper(rest),
            "signs" => self.signs(),
            "prices" => self.prices(),
            "worker" => self.worker(rest),
            "checks" => self.checks(),
            "published" => self.published(),
            "admitted" => self.admitted(by(words).1.unwrap_or(REVIEWER)),
            "rejected" => self.rejected(by(rest).1.unwrap_or(REVIEWER)),
            "later" => Ok(Vec::new()),
            _ => return None,
        })
    }

    /// `cleaning and laundry, represented by Wang, controlled by Li`.
    fn applies(&mut self, words: &str) -> Answers {
        let mut parts = words.split(", ");
        let categories = parts.next().unwrap().split(" and ");
        let categories = categories.map(|code| CategoryCode::try_new(code).unwrap()).collect();
        let (mut representative, mut controller) = ("Wang", None);
        for part in parts {
            match part.split_once(" by ").unwrap() {
                ("represented", name) => representative = name,
                ("controlled", name) => controller = Some(name),
                _ => panic!("{part:?} is neither represented by nor controlled by"),
            }
        }
        let home = Area::try_new(330_203_001).unwrap();
        let id = ApplicationId::from_u128(self.next_id());
        let company = self.company();
        let name = company.name.clone();
        let wanted = Wanted { name, home, areas: vec![home], capacity: 6, hours: Hours::ALL_DAY };
        let registration = company.registration(representative, controller);
        let merchant = company.id;
        let new = NewApplication { id, city: ningbo(), merchant, wanted, categories, registration };
        let dossier = company.papers.as_ref().map(|(_, dossier)| dossier);
        let by = Actor::Merchant { id: merchant };
        let opened = Application::open(new, dossier, company.merchant.as_ref(), &self.policy, by, self.now);
        let Opened { application, dossier } = opened.map_err(told)?;
        self.company_mut().papers = Some((application, dossier));
        Ok(self.open_checks("已申请 applied"))
    }

    fn facts<'a>(&'a self, company: &'a Company) -> Facts<'a> {
        let (_, dossier) = company.papers.as_ref().unwrap();
        let (green_until, now) = (company.green_until, self.now);
        Facts { policy: &self.policy, dossier, prices: &company.prices, green_until, bans: &self.bans, now }
    }

    /// What stands between the company and its admission.
    fn open_checks(&self, done: &str) -> Vec<String> {
        let company = self.company();
        let assessment = Assessment::of(&company.papers.as_ref().unwrap().0, self.facts(company));
        let open: Vec<String> = assessment
            .checks()
            .iter()
            .filter(|check| check.outcome != CheckOutcome::Passed)
            .map(|one| format!("待办 open: {}", check(one)))
            .collect();
        if open.is_empty() {
            return vec![format!("{done}; 各项审核通过 every check is passed")];
        }
        core::iter::once(done.to_owned()).chain(open).collect()
    }

    /// `liability-insurance until 2026-05-01`: handed in by the company, seen by the officer.
    fn paper(&mut self, words: &str) -> Answers {
        let (code, until) = (words.split(' ').next().unwrap(), day_at_end(words));
        let new = NewPaper {
            code: QualificationCode::try_new(code).unwrap(),
            number: format!("{code}-{until}"),
            issuer: "宁波市".to_owned(),
            valid_until: until.at_minute(0),
        };
        let now = self.now;
        let company = self.company_mut();
        let owner = Actor::Merchant { id: company.id };
        let (_, dossier) = company.papers.as_mut().unwrap();
        if let Step::Done((filed, id)) = dossier.file_paper(new, owner, now).map_err(told)? {
            let judged = filed.judge_paper(id, true, "原件已核", person(OFFICER), now).map_err(told)?;
            *dossier = judged.unwrap().done().unwrap();
        }
        let id = company.id;
        let mut answers = vec![format!("已核 verified, good until {until}")];
        answers.extend(self.tend_one(id));
        Ok(answers)
    }

    fn signs(&mut self) -> Answers {
        let (policy, now) = (self.policy.clone(), self.now);
        let company = self.company_mut();
        let owner = Actor::Merchant { id: company.id };
        let (application, dossier) = company.papers.as_mut().unwrap();
        for category in application.categories.clone() {
            let hash = policy.commitment_hash(&category).unwrap();
            let version = policy.rules.commitment.version;
            let what = Signed { category, version, text_hash: hash };
            if let Step::Done(signed) = dossier.sign(what, owner, &policy, now).map_err(told)? {
                *dossier = signed;
            }
        }
        let (until, id) = (dossier.signatures.last().unwrap().until, company.id);
        let mut answers = vec![format!("承诺有效 the commitment is in force until {}", until_text(until))];
        answers.extend(self.tend_one(id));
        Ok(answers)
    }

    fn prices(&mut self) -> Answers {
        let (items, now) = (self.policy.items(), self.now);
        let company = self.company_mut();
        let (surcharges, note) = (Vec::new(), None);
        let price = Price { unit: "次".to_owned(), from: Fen(8_000), to: None, surcharges, note };
        let categories = &company.papers.as_ref().unwrap().0.categories;
        let wanted =
            items.iter().filter(|item| categories.iter().any(|one| item.as_str().ends_with(one.as_str())));
        let changes = wanted.map(|item| PriceChange {
            item: item.clone(),
            valid_from: None,
            price: Some(price.clone()),
        });
        let owner = Actor::Merchant { id: company.id };
        if let Step::Done(changed) =
            company.prices.change(changes.collect(), &items, owner, now).map_err(told)?
        {
            company.prices = changed.list;
        }
        Ok(vec!["价目齐全 every item has its price".to_owned()])
    }

    fn worker(&mut self, words: &str) -> Answers {
        let until = day_at_end(words);
        self.company_mut().green_until = Some(until.at_minute(0));
        Ok(vec![format!("绿码 a worker is green until {until}")])
    }

    /// The officer looks into the register, and at everything else.
    fn checks(&mut self) -> Answers {
        let now = self.now;
        let (application, _) = self.company_mut().papers.as_mut().unwrap();
        if let Step::Done(begun) = application.begin_checks(person(OFFICER)).map_err(told)? {
            *application = begun;
        }
        let look = application.attest_code(true, "登记系统", person(OFFICER), now).map_err(told)?;
        if let Step::Done(seen) = look {
            *application = seen;
        }
        Ok(self.open_checks("审核中 under examination"))
    }

    fn published(&mut self) -> Answers {
        let company = self.company();
        let (application, _) = company.papers.as_ref().unwrap();
        let step = application.publish(self.facts(company), person(OFFICER)).map_err(told)?;
        let public = step.done().unwrap();
        let ApplicationState::Publicity { until, .. } = public.state else { panic!("it is not public") };
        self.company_mut().papers.as_mut().unwrap().0 = public;
        Ok(vec![format!("公示中 made public; may be decided from {} on, by another person", day(until))])
    }

    fn admitted(&mut self, by: &str) -> Answers {
        let (rules, recording) = (self.rules.clone(), self.recording());
        let at = credit_domain::Recording { rules: &rules, ..recording };
        let company = self.company();
        let (application, _) = company.papers.as_ref().unwrap();
        let step = application.admit(self.facts(company), company.merchant.as_ref(), person(by), at);
        let Admitted { application, dossier, change } = step.map_err(told)?.done().unwrap();
        let again = if application.again { "重新加盟 admitted again" } else { "准予加盟 admitted" };
        let company = self.company_mut();
        company.papers = Some((application, dossier));
        company.carry_out(&change);
        Ok(vec![again.to_owned()])
    }

    fn rejected(&mut self, by: &str) -> Answers {
        let now = self.now;
        let (application, dossier) = self.company_mut().papers.as_mut().unwrap();
        let step = application.refuse("在禁入期内", dossier, person(by), now).map_err(told)?;
        *application = step.done().unwrap();
        Ok(vec!["不予加盟 the application is refused".to_owned()])
    }
}

/// Why it is denied, with every check that is open.
#[expect(clippy::needless_pass_by_value, reason = "what map_err gives")]
fn told(denied: Denied) -> String {
    match &denied {
        Denied::ChecksOpen(open) => {
            let open: Vec<String> = open.iter().map(check).collect();
            format!("{denied}: {}", open.join("; "))
        }
        Denied::PublicityRuns(until) => {
            format!("公示期未满 the publicity period runs until {}", until_text(*until))
        }
        _ => denied.to_string(),
    }
}

//! One who applies for admission, and the world around it.

use core::time::Duration;
use std::collections::BTreeMap;

use credit_domain::admission::{
    AdmissionPolicy, AdmissionRules, Admitted, Application, Ban, CategoryPolicy, Dossier, Facts, Holder,
    HolderRole, NewApplication, NewPaper, Opened, Registration, Signed, Stage, Wanted,
};
use credit_domain::prices::{Price, PriceChange, PriceList};
use credit_domain::{Cause, Denied, Hours, Merchant, Rules, Status};
use kernel::{
    Actor, ActorId, ApplicationId, Area, CaseId, CategoryCode, City, Fen, ItemCode, MerchantId,
    QualificationCode, SocialCreditCode, Step, Timestamp,
};

use crate::support::{NOW, at, merchant_id, rules};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3_600);
pub(crate) const OFFICER: ActorId = ActorId::from_u128(21);
pub(crate) const REVIEWER: ActorId = ActorId::from_u128(22);

pub(crate) fn ningbo() -> City {
    City::try_new(330_200).unwrap()
}

pub(crate) fn locks() -> CategoryCode {
    CategoryCode::try_new("lock-opening").unwrap()
}

pub(crate) fn paper(code: &str) -> QualificationCode {
    QualificationCode::try_new(code).unwrap()
}

pub(crate) fn item() -> ItemCode {
    ItemCode::try_new("open-lock").unwrap()
}

pub(crate) fn policy() -> AdmissionPolicy {
    let rules: AdmissionRules =
        serde_json::from_str(include_str!("../../../data/admission.v1.json")).unwrap();
    rules.validate().unwrap();
    let row = CategoryPolicy {
        name: "开锁".to_owned(),
        enters_home: true,
        qualifications: vec![paper("locksmith-filing")],
        items: vec![item()],
    };
    AdmissionPolicy { rules, rows: BTreeMap::from([(locks(), row)]) }
}

pub(crate) fn registration(code: &str, passports: &[&str]) -> Registration {
    let holder = |(place, passport): (usize, &&str)| {
        let role = if place == 0 { HolderRole::LegalRepresentative } else { HolderRole::ControllingPerson };
        Holder::new(role, "王小明", format!("passport:{passport}").parse().unwrap())
    };
    Registration {
        code: SocialCreditCode::complete(code).unwrap(),
        holders: passports.iter().enumerate().map(holder).collect(),
    }
}

/// One who applies, with everything that can be true or not about it.
#[derive(Debug, Clone)]
pub(crate) struct Applicant {
    pub(crate) policy: AdmissionPolicy,
    pub(crate) rules: Rules,
    pub(crate) dossier: Dossier,
    pub(crate) application: Application,
    pub(crate) prices: PriceList,
    pub(crate) merchant: Option<Merchant>,
    pub(crate) green_until: Option<Timestamp>,
    pub(crate) bans: Vec<Ban>,
    pub(crate) now: Timestamp,
}

impl Applicant {
    pub(crate) fn new(merchant: MerchantId, registration: Registration, policy: AdmissionPolicy) -> Self {
        let home = Area::try_new(330_203_001).unwrap();
        let wanted = Wanted {
            name: "甬诚锁业服务部".to_owned(),
            home,
            areas: vec![home],
            capacity: 6,
            hours: Hours::ALL_DAY,
        };
        let id = ApplicationId::from_u128(1);
        let new =
            NewApplication { id, city: ningbo(), merchant, wanted, categories: vec![locks()], registration };
        let by = Actor::Merchant { id: merchant };
        let Opened { application, dossier } = Application::open(new, None, None, &policy, by, NOW).unwrap();
        let prices = PriceList::empty(ningbo(), merchant);
        let (merchant, green_until, bans) = (None, None, Vec::new());
        Self { policy, rules: rules(), dossier, application, prices, merchant, green_until, bans, now: NOW }
    }

    /// With every paper, signature, price and worker that is asked for.
    pub(crate) fn complete() -> Self {
        let mut one = Self::new(merchant_id(), registration("91330203MA2810000", &["E00000001"]), policy());
        one.file("locksmith-filing", 400);
        one.file("liability-insurance", 200);
        one.sign();
        one.post_prices();
        one.green_until = Some(NOW.after(DAY * 300));
        one
    }

    pub(crate) fn file(&mut self, code: &str, days: u32) {
        let new = NewPaper {
            code: paper(code),
            number: format!("{code}-{days}"),
            issuer: "宁波市公安局".to_owned(),
            valid_until: self.now.after(DAY * days),
        };
        let by = Actor::Merchant { id: self.dossier.merchant };
        if let Step::Done((dossier, id)) = self.dossier.file_paper(new, by, self.now).unwrap() {
            let judged = dossier.judge_paper(id, true, "原件已核", OFFICER, self.now).unwrap().unwrap();
            self.dossier = judged.done().unwrap();
        }
    }

    pub(crate) fn sign(&mut self) {
        let hash = self.policy.commitment_hash(&locks()).unwrap();
        let by = Actor::Merchant { id: self.dossier.merchant };
        let what = Signed { category: locks(), version: 1, text_hash: hash };
        if let Step::Done(signed) = self.dossier.sign(what, by, &self.policy, self.now).unwrap() {
            self.dossier = signed;
        }
    }

    pub(crate) fn post_prices(&mut self) {
        let price =
            Price { unit: "次".to_owned(), from: Fen(8_000), to: None, surcharges: Vec::new(), note: None };
        let change = PriceChange { item: item(), valid_from: None, price: Some(price) };
        let step = self.prices.change(vec![change], &self.policy.items(), Actor::Platform, self.now);
        if let Step::Done(changed) = step.unwrap() {
            self.prices = changed.list;
        }
    }

    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            policy: &self.policy,
            dossier: &self.dossier,
            prices: &self.prices,
            green_until: self.green_until,
            bans: &self.bans,
            now: self.now,
        }
    }

    pub(crate) fn begin_and_attest(&mut self) -> Result<(), Denied> {
        if let Step::Done(begun) = self.application.begin_checks(OFFICER)? {
            self.application = begun;
        }
        if let Step::Done(seen) = self.application.attest_code(true, "登记系统截图", OFFICER, self.now)?
        {
            self.application = seen;
        }
        Ok(())
    }

    pub(crate) fn publish(&mut self) -> Result<(), Denied> {
        if let Step::Done(public) = self.application.publish(self.facts(), OFFICER)? {
            self.application = public;
        }
        Ok(())
    }

    pub(crate) fn admit(&mut self, reviewer: ActorId) -> Result<(), Denied> {
        let recording = credit_domain::Recording { now: self.now, ..at(&self.rules, 9) };
        let step = self.application.admit(self.facts(), self.merchant.as_ref(), reviewer, recording)?;
        if let Step::Done(Admitted { application, dossier, change }) = step {
            (self.application, self.dossier, self.merchant) = (application, dossier, Some(change.merchant));
        }
        Ok(())
    }

    pub(crate) fn go_all_the_way(&mut self) -> Result<(), Denied> {
        self.begin_and_attest()?;
        self.publish()?;
        self.now = self.now.after(DAY * 8);
        self.admit(REVIEWER)
    }

    pub(crate) fn stage(&self) -> Option<Stage> {
        let banned = self.bans.iter().any(|ban| ban.runs(self.now));
        Stage::of(Some(&self.application), self.merchant.as_ref().map(|merchant| merchant.status), banned)
    }

    pub(crate) fn reapply(&mut self) -> Result<(), Denied> {
        let Application { id, city, merchant, wanted, categories, registration, .. } =
            self.application.clone();
        let id = ApplicationId::from_u128(id.uuid().as_u128() + 1);
        let new = NewApplication { id, city, merchant, wanted, categories, registration };
        let by = Actor::Merchant { id: merchant };
        let dossier = Some(&self.dossier);
        let opened = Application::open(new, dossier, self.merchant.as_ref(), &self.policy, by, self.now)?;
        (self.application, self.dossier) = (opened.application, opened.dossier);
        Ok(())
    }

    /// As the process of a red line does it: removed, and banned with everybody behind it.
    pub(crate) fn remove_with_ban(&mut self, days: u32) {
        let Some(merchant) = &mut self.merchant else { return };
        merchant.status = Status::Removed;
        let until = self.now.after(DAY * days);
        let cause = Cause::Breach(CaseId::from_u128(5));
        let registration = self.dossier.registration.as_ref();
        self.bans.push(Ban::on(ningbo(), self.dossier.merchant, registration, self.now, until, cause));
    }
}

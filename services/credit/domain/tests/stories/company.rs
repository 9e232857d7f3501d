//! A company and all that is kept about it.

use std::collections::BTreeMap;

use credit_domain::admission::{
    AdmissionPolicy, AdmissionRules, Application, CategoryPolicy, Dossier, Holder, HolderRole, Registration,
};
use credit_domain::prices::PriceList;
use credit_domain::volunteer::VolunteerYear;
use credit_domain::{Cause, Change, Entry, Merchant};
use kernel::{CategoryCode, City, ItemCode, MerchantId, QualificationCode, SocialCreditCode, Timestamp};

pub(crate) fn ningbo() -> City {
    City::try_new(330_200).unwrap()
}

/// What is asked for by category: its name, whether homes are entered, its qualifications.
const CATEGORIES: [(&str, &str, bool, &[&str]); 4] = [
    ("cleaning", "保洁服务", true, &[]),
    ("laundry", "洗衣织补", false, &[]),
    ("gas-appliances", "燃气具维修", true, &["gas-appliance-licence"]),
    ("car-rescue", "汽车救援", false, &["vehicle-repair-filing"]),
];

pub(crate) fn policy() -> AdmissionPolicy {
    let rules: AdmissionRules =
        serde_json::from_str(include_str!("../../../data/admission.v1.json")).unwrap();
    let row = |(code, name, enters_home, papers): (&str, &str, bool, &[&str])| {
        let qualifications = papers.iter().map(|paper| QualificationCode::try_new(paper).unwrap()).collect();
        let items = vec![ItemCode::try_new(&format!("any-{code}")).unwrap()];
        let row = CategoryPolicy { name: name.to_owned(), enters_home, qualifications, items };
        (CategoryCode::try_new(code).unwrap(), row)
    };
    AdmissionPolicy { rules, rows: CATEGORIES.map(row).into_iter().collect::<BTreeMap<_, _>>() }
}

/// A company.
pub(crate) struct Company {
    pub(crate) name: String,
    pub(crate) id: MerchantId,
    /// Its application and its file, once it applied.
    pub(crate) papers: Option<(Application, Dossier)>,
    pub(crate) prices: PriceList,
    pub(crate) green_until: Option<Timestamp>,
    /// Once it was admitted.
    pub(crate) merchant: Option<Merchant>,
    pub(crate) ledger: Vec<Entry>,
    /// What it volunteered, by year.
    pub(crate) volunteered: BTreeMap<i32, VolunteerYear>,
}

impl Company {
    pub(crate) fn new(name: &str, number: usize) -> Self {
        let id = MerchantId::from_u128(number as u128 + 1);
        let prices = PriceList::empty(ningbo(), id);
        let (papers, green_until, merchant) = (None, None, None);
        let (ledger, volunteered) = (Vec::new(), BTreeMap::new());
        Self { name: name.to_owned(), id, papers, prices, green_until, merchant, ledger, volunteered }
    }

    /// Who it is before the law: its own code, a legal representative, and who controls it.
    pub(crate) fn registration(&self, representative: &str, controller: Option<&str>) -> Registration {
        let code =
            SocialCreditCode::complete(&format!("91330203MA28{:05}", self.id.uuid().as_u128())).unwrap();
        let holder = |role, name: &str| {
            let document = format!("passport:{:0<9}", name.to_uppercase());
            Holder::new(role, name, document.parse().unwrap())
        };
        let mut holders = vec![holder(HolderRole::LegalRepresentative, representative)];
        holders.extend(controller.map(|name| holder(HolderRole::ControllingPerson, name)));
        Registration { code, holders }
    }

    pub(crate) fn merchant(&self) -> &Merchant {
        self.merchant.as_ref().unwrap_or_else(|| panic!("{} was not admitted", self.name))
    }

    /// Since when it is affiliated: by its last entry of that.
    pub(crate) fn opened_at(&self) -> Timestamp {
        let opens = |entry: &&Entry| matches!(entry.posting.cause, Cause::Opening | Cause::Admission(_));
        self.ledger.iter().rev().find(opens).expect("its ledger was opened").posting.valid_from
    }

    /// The first category that it applied for: call-backs and breaches are about it.
    pub(crate) fn category(&self) -> CategoryCode {
        self.papers.as_ref().unwrap().0.categories[0].clone()
    }

    pub(crate) fn carry_out(&mut self, change: &Change) {
        self.merchant = Some(change.merchant.clone());
        self.ledger.extend(change.entries.iter().cloned());
    }
}

//! Who lives in the year: merchants that do not exist, drawn from the seed.

use kernel::{Day, MerchantId, SocialCreditCode};
use serde_json::{Value, json};

use crate::chance::{Chance, Topic};

/// The street where all of them serve.
pub(crate) const AREA: u32 = 330_203_001;
/// Weights of the first 17 digits of a resident identity number (GB 11643).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// What a merchant does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trade {
    pub(crate) category: &'static str,
    /// An item of it, to ask for.
    pub(crate) item: &'static str,
    /// The paper that it takes.
    pub(crate) paper: &'static str,
    /// Whether homes are entered: a green worker is needed.
    pub(crate) enters_home: bool,
}

pub(crate) const TRADES: [Trade; 3] = [
    Trade { category: "cleaning", item: "daily-cleaning", paper: "liability-insurance", enters_home: true },
    Trade {
        category: "laundry",
        item: "garment-washing",
        paper: "liability-insurance",
        // Some of it is done at the door.
        enters_home: true,
    },
    Trade { category: "car-rescue", item: "jump-start", paper: "vehicle-repair-filing", enters_home: false },
];

/// How it works, in citizens of a thousand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conduct {
    /// Who suspect a breach.
    pub(crate) suspected: u64,
    /// Who are not content.
    pub(crate) discontent: u64,
    /// Days of a thousand with an order.
    pub(crate) busy: u64,
}

/// What the year has in store for some of them, whatever the seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Forges records in June: a red line.
    Fraud,
    /// The company behind which the same person stands; applies in September.
    Front,
    /// Breaks its commitment in spring, and repairs it in time.
    Repairer,
    /// Is suspended in an emergency, and right on appeal.
    Suspended,
    /// Objects, and is right.
    Wronged,
    /// Objects, and is not.
    Denied,
    /// Goes by itself in October.
    Leaver,
    /// A file about it is forgotten: a deadline passes.
    Forgotten,
    /// Is not in the register.
    Unregistered,
    /// Nothing but chance.
    Ordinary,
}

const PARTS: [Part; 9] = [
    Part::Fraud,
    Part::Repairer,
    Part::Suspended,
    Part::Wronged,
    Part::Denied,
    Part::Leaver,
    Part::Forgotten,
    Part::Unregistered,
    Part::Ordinary,
];

/// A merchant, from its first application on.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) number: usize,
    pub(crate) id: MerchantId,
    pub(crate) name: String,
    pub(crate) trade: Trade,
    pub(crate) part: Part,
    pub(crate) conduct: Conduct,
    pub(crate) applies: Day,
    pub(crate) application: String,
    pub(crate) worker: Option<String>,
    /// Whether it works now: admitted, and not gone.
    pub(crate) is_in: bool,
}

impl Member {
    fn new(number: usize, part: Part, seed: u64, first: Day) -> Self {
        let mut chance = Chance::new(seed, Topic::Merchant, number as u64);
        let conduct = match chance.below(10) {
            0 => Conduct { suspected: 60, discontent: 150, busy: 120 },
            1 | 2 => Conduct { suspected: 20, discontent: 60, busy: 150 },
            _ => Conduct { suspected: 4, discontent: 15, busy: 200 },
        };
        let trade = TRADES.get(number % TRADES.len()).copied().unwrap_or(TRADES[0]);
        // Most come in the first three months, the others over the year.
        let early = part != Part::Ordinary || chance.permille(800);
        let applies = first.plus(if early { chance.days(75) } else { 75 + chance.days(220) });
        Self {
            number,
            id: MerchantId::from_u128(0x8189_0000 + number as u128),
            name: format!("甬城第{}号商户", number + 1),
            trade,
            part,
            conduct,
            applies,
            application: String::new(),
            worker: None,
            is_in: false,
        }
    }

    /// Its application, as it hands it in.
    pub(crate) fn application(&self) -> Value {
        let code = SocialCreditCode::complete(&format!("91330203MA2Y{:05}", self.number));
        let code = code.map(|code| code.to_string()).unwrap_or_default();
        // Whoever stands behind the fraud stands behind the new company too.
        let behind = if self.part == Part::Front { 0 } else { self.number };
        json!({
            "city": 330_200, "name": self.name, "code": code, "home": AREA, "areas": [AREA], "capacity": 50,
            "categories": [self.trade.category],
            "holders": [
                { "role": "legal_representative", "name": "王代表", "document": passport(10_000 + self.number) },
                { "role": "controlling_person", "name": "李控制", "document": passport(20_000 + behind) },
            ],
        })
    }

    /// Its worker, as it enrols one.
    pub(crate) fn worker(&self) -> Value {
        json!({ "name": "张师傅", "identity_number": identity_number(self.number) })
    }

    /// What must not be on the bus: names and numbers of people.
    pub(crate) fn secrets(&self) -> [String; 5] {
        let passport = |number: usize| format!("E{number:08}");
        [
            passport(10_000 + self.number),
            passport(20_000 + self.number),
            identity_number(self.number),
            "王代表".to_owned(),
            "张师傅".to_owned(),
        ]
    }
}

/// So many merchants, and the company behind which the fraud comes back.
pub(crate) fn members(merchants: usize, seed: u64, first: Day) -> Vec<Member> {
    let part = |number: usize| match PARTS.get(number) {
        Some(part) => *part,
        // One of twenty is not let in.
        None if number % 20 == 0 => Part::Unregistered,
        None => Part::Ordinary,
    };
    let mut members: Vec<Member> =
        (0..merchants).map(|number| Member::new(number, part(number), seed, first)).collect();
    members.push(Member::new(merchants, Part::Front, seed, first));
    members
}

fn passport(number: usize) -> String {
    format!("passport:E{number:08}")
}

/// A number of nobody's, with the check character that fits.
fn identity_number(number: usize) -> String {
    let digits = format!("330203{}0101{:03}", 1960 + number / 1_000, number % 1_000);
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let checks = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"];
    let check = checks.get(usize::try_from(sum % 11).unwrap_or_default()).copied().unwrap_or_default();
    format!("{digits}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_company_shares_one_person_with_the_fraud_and_nothing_else() {
        let first: Day = "2025-01-02".parse().unwrap();
        let all = members(12, 1, first);
        let (fraud, front) = (all[0].application(), all[12].application());
        assert_eq!(fraud["holders"][1], front["holders"][1]);
        assert_ne!(fraud["holders"][0], front["holders"][0]);
        assert_ne!(fraud["code"], front["code"]);
    }
}

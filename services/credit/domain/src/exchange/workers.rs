//! Workers: a row enrols a person or finds one by its card, and says what an officer saw of the papers.

use kernel::{SocialCreditCode, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Cells, Column, Privacy, Says, Table, until_text};
use crate::workers::{CardNumber, Identity, IdentityNumber, Papers, mask};

const NAME_CHARS_MAX: usize = 40;
const PHOTO_BYTES_MAX: usize = 300;

const NO_CODE: Says = Says {
    code: "not-a-social-credit-code",
    zh: "请填所在企业的 18 位统一社会信用代码。",
    en: "Give the 18-character social credit code of the merchant.",
};
const NO_CARD: Says = Says {
    code: "not-a-card-number",
    zh: "卡号形如 330200-0000001；新登记的人员留空。",
    en: "A card number is such as 330200-0000001; leave it empty for somebody new.",
};
const NO_IDENTITY: Says = Says {
    code: "not-an-identity-number",
    zh: "公民身份号码为 18 位，末位为校验码。在 Excel 中请把该列设为文本格式。",
    en: "An identity number has 18 characters, the last a check character. In Excel, format the column as text.",
};
const NEITHER: Says = Says {
    code: "nobody-named",
    zh: "新登记的人员请填姓名和公民身份号码，已登记的请填卡号。",
    en: "Give name and identity number of somebody new, or the card number of somebody enrolled.",
};
const NO_OUTCOME: Says = Says {
    code: "not-an-identity-check",
    zh: "请填 未核验、已通过、已失效 或 异常。",
    en: "Give unchecked, passed, lapsed or abnormal.",
};
const NO_PHOTO: Says = Says {
    code: "not-a-photo",
    zh: "照片请填 https 地址，不超过 300 字节。",
    en: "Give the photo's https address, at most 300 bytes.",
};

/// By what a worker is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    /// By the card.
    Card(CardNumber),
    /// By the identity number: somebody new, or somebody who has a card already.
    Number {
        /// Kept until the row is carried out, and never shown.
        #[serde(with = "stored")]
        number: IdentityNumber,
        /// The masked name.
        masked_name: String,
    },
}

/// A worker of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerRow {
    /// Who enrols the worker.
    pub merchant: SocialCreditCode,
    /// By what the worker is known.
    pub person: Person,
    /// Where the photo stands.
    pub photo: Option<String>,
    /// The outcome of the identity check; what is known stays where the row says nothing, as below.
    pub identity: Option<Identity>,
    /// Expiry of the medical exam.
    pub exam_until: Option<Timestamp>,
    /// Expiry of the liability insurance.
    pub insurance_until: Option<Timestamp>,
}

impl WorkerRow {
    /// The papers after the row: what it does not speak of stays.
    #[must_use]
    pub fn papers(&self, known: Papers) -> Papers {
        Papers {
            identity: self.identity.unwrap_or(known.identity),
            exam_until: self.exam_until.or(known.exam_until),
            insurance_until: self.insurance_until.or(known.insurance_until),
        }
    }
}

/// Numbers are personal: their type cannot be written by mistake, so it is written here on purpose.
mod stored {
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    use crate::workers::IdentityNumber;

    pub(super) fn serialize<S: Serializer>(number: &IdentityNumber, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(number.in_the_clear())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<IdentityNumber, D::Error> {
        String::deserialize(from)?.parse().map_err(|_| de::Error::custom("no identity number"))
    }
}

impl Table for WorkerRow {
    const COLUMNS: &'static [Column] = &[
        Column::needed("企业信用代码", "merchant"),
        Column::free("安心卡号", "card"),
        Column::free("姓名", "name").of(Privacy::Name),
        Column::free("公民身份号码", "identity_number").of(Privacy::Never),
        Column::free("照片", "photo"),
        Column::free("身份核验", "identity"),
        Column::free("体检有效期至", "exam_until"),
        Column::free("保险有效期至", "insurance_until"),
    ];

    const SAMPLE: &'static [&'static str] = &["91350100M000100Y43", "330200-0000001", "", "", "", "", "", ""];

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let merchant = cells.read("merchant", NO_CODE);
        let person = person(cells);
        let photo = cells.note("photo", PHOTO_BYTES_MAX);
        if photo.as_ref().is_some_and(|photo| !is_address(photo)) {
            cells.fault("photo", NO_PHOTO);
        }
        let identity = identity(cells);
        let (exam_until, insurance_until) = (cells.until("exam_until"), cells.until("insurance_until"));
        Some(Self { merchant: merchant?, person: person?, photo, identity, exam_until, insurance_until })
    }

    fn key(&self) -> String {
        match &self.person {
            Person::Card(card) => card.to_string(),
            Person::Number { number, .. } => number.in_the_clear().to_owned(),
        }
    }

    /// Whoever is known by a number goes out without it.
    fn write(&self) -> Vec<String> {
        let card = match &self.person {
            Person::Card(card) => card.to_string(),
            Person::Number { .. } => String::new(),
        };
        let day = |until: Option<Timestamp>| until.map(until_text).unwrap_or_default();
        vec![
            self.merchant.to_string(),
            card,
            String::new(),
            String::new(),
            self.photo.clone().unwrap_or_default(),
            self.identity.map(|identity| identity.to_string()).unwrap_or_default(),
            day(self.exam_until),
            day(self.insurance_until),
        ]
    }
}

fn person(cells: &mut Cells<'_>) -> Option<Person> {
    let card = cells.maybe::<CardNumber>("card", NO_CARD);
    let number = cells.maybe::<IdentityNumber>("identity_number", NO_IDENTITY);
    let name = cells.note("name", NAME_CHARS_MAX);
    match (card, number, name) {
        (Some(card), None, _) => Some(Person::Card(card)),
        (None, Some(number), Some(name)) => Some(Person::Number { number, masked_name: mask(&name) }),
        (Some(_), Some(_), _) | (None, _, _) => {
            cells.fault("card", NEITHER);
            None
        }
    }
}

fn identity(cells: &mut Cells<'_>) -> Option<Identity> {
    match cells.raw("identity") {
        "未核验" => Some(Identity::Unchecked),
        "已通过" => Some(Identity::Passed),
        "已失效" => Some(Identity::Lapsed),
        "异常" => Some(Identity::Abnormal),
        _ => cells.maybe("identity", NO_OUTCOME),
    }
}

fn is_address(photo: &str) -> bool {
    photo.len() <= PHOTO_BYTES_MAX
        && photo.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
        && photo.bytes().all(|byte| byte.is_ascii_graphic())
}

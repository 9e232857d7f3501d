//! Merchants: a row is an application, or a merchant that was affiliated elsewhere and is taken over.

use core::fmt;
use core::str::FromStr;

use kernel::{Area, CategoryCode, SocialCreditCode, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Cells, Column, Privacy, Says, Table, until_text};
use crate::admission::{Holder, HolderRole, IdentityDocument};
use crate::merchant::{Hours, Status};

const NAME_CHARS_MAX: usize = 100;
const DAY_MINUTES: u16 = 24 * 60;

const NO_CODE: Says = Says {
    code: "not-a-social-credit-code",
    zh: "统一社会信用代码为 18 位，末位为校验码，请核对。",
    en: "A social credit code has 18 characters, the last of them a check character. Compare it with the licence.",
};
const NO_AREA: Says = Says {
    code: "not-an-area-code",
    zh: "请填九位街道代码，如 330203001；多个用分号隔开。",
    en: "Give nine-digit street codes such as 330203001, parted by semicolons.",
};
const NO_CATEGORY: Says = Says {
    code: "not-a-category-code",
    zh: "请填服务目录的类别代码，如 cleaning；多个用分号隔开。",
    en: "Give category codes of the catalogue such as cleaning, parted by semicolons.",
};
const NO_NUMBER: Says =
    Says {
        code: "not-a-number", zh: "请填 1 至 10000 的整数。", en: "Give a whole number from 1 to 10000."
    };
const NO_TIME: Says = Says {
    code: "not-a-time",
    zh: "请填 08:00 这样的时间；全天营业则两列都留空。",
    en: "Give a time such as 08:00; leave both columns empty when it is open round the clock.",
};
const NO_DOCUMENT: Says = Says {
    code: "not-an-identity-document",
    zh: "请填 18 位身份证号，或 passport:号码、organisation:统一社会信用代码。在 Excel 中请把该列设为文本格式。",
    en: "Give a resident number, or passport:<number> or organisation:<code>. In Excel, format the column as text.",
};
const UNEVEN: Says = Says {
    code: "uneven-lists",
    zh: "姓名与证件的个数须相同，且顺序一致。",
    en: "There must be as many documents as names, in the same order.",
};
const NO_ENTRY: Says =
    Says {
        code: "not-an-entry", zh: "请填“新申请”或“存量接收”。", en: "Give application or taken_over."
    };
const ONE_END_EACH: Says = Says {
    code: "uneven-lists",
    zh: "请填一个日期，或与类别个数相同的日期。",
    en: "Give one date, or one for each category.",
};

const NO_STATUS: Says = Says {
    code: "not-a-status",
    zh: "此列只用于导出：请填 affiliated 或 suspended，或留空。",
    en: "This column is for what goes out: give affiliated or suspended, or leave it empty.",
};

/// How a merchant comes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// It applies: all checks are before it (新申请).
    Application,
    /// It was affiliated before this platform kept its file (存量接收).
    TakenOver {
        /// The end of each category's commitment, in the order of the categories.
        commitments_until: Vec<Timestamp>,
    },
}

/// How it comes in, in one word.
#[derive(PartialEq)]
enum EntryWord {
    Application,
    TakenOver,
}

impl FromStr for EntryWord {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "application" | "新申请" => Ok(Self::Application),
            "taken_over" | "存量接收" => Ok(Self::TakenOver),
            _ => Err(()),
        }
    }
}

/// A merchant of a file. Of the persons behind it a first character and a key are kept, as everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerchantRow {
    /// Its unified social credit code: what it is known by.
    pub code: SocialCreditCode,
    /// The published name.
    pub name: String,
    /// The street its people start from.
    pub home: Area,
    /// The streets it serves.
    pub areas: Vec<Area>,
    /// The categories.
    pub categories: Vec<CategoryCode>,
    /// Jobs it can hold at once.
    pub capacity: u16,
    /// When it works.
    pub hours: Hours,
    /// What was seen of it in the register of organisations, and where that lies: of one that is taken over.
    pub register_check: String,
    /// The persons behind it.
    pub holders: Vec<Holder>,
    /// How it comes in.
    pub entry: Entry,
    /// How it stands where the row went out: nobody who is suspended there is let in by it elsewhere.
    #[serde(default)]
    pub status: Option<Status>,
}

impl Table for MerchantRow {
    const COLUMNS: &'static [Column] = &[
        Column::needed("统一社会信用代码", "code"),
        Column::needed("企业名称", "name"),
        Column::needed("所在街道", "home"),
        Column::needed("服务街道", "areas"),
        Column::needed("服务类别", "categories"),
        Column::needed("同时接单数", "capacity"),
        Column::free("开始营业", "opens"),
        Column::free("结束营业", "closes"),
        Column::needed("加盟方式", "entry"),
        Column::free("承诺有效期至", "commitment_until"),
        Column::free("登记核查", "register_check"),
        Column::free("法定代表人", "legal_representative").of(Privacy::Name),
        Column::free("法定代表人证件", "legal_document").of(Privacy::Never),
        Column::free("实际控制人", "controlling_persons").of(Privacy::Name),
        Column::free("实际控制人证件", "controlling_documents").of(Privacy::Never),
        Column::free("状态", "status"),
    ];

    const SAMPLE: &'static [&'static str] = &[
        "91350100M000100Y43",
        "甬安",
        "330203001",
        "330203001",
        "cleaning",
        "1",
        "",
        "",
        "application",
        "2099-12-31",
        "",
        "王小明",
        "passport:E00000000",
        "",
        "",
        "",
    ];

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let code = cells.read("code", NO_CODE);
        let name = cells.text("name", NAME_CHARS_MAX);
        let home = cells.read("home", NO_AREA);
        let areas = cells.some("areas", NO_AREA);
        let categories: Option<Vec<CategoryCode>> = cells.some("categories", NO_CATEGORY);
        let capacity = cells.read("capacity", NO_NUMBER);
        let hours = hours(cells);
        let entry = entry(cells, categories.as_ref().map_or(0, Vec::len));
        let register_check = cells.raw("register_check").to_owned();
        let holders = holders(cells, entry == Some(Entry::Application));
        let status = cells.maybe("status", NO_STATUS);
        Some(Self {
            code: code?,
            name: name?,
            home: home?,
            areas: areas?,
            categories: categories?,
            capacity: capacity?,
            hours: hours?,
            register_check,
            holders,
            entry: entry?,
            status,
        })
    }

    fn key(&self) -> String {
        self.code.to_string()
    }

    /// The persons behind it do not go out.
    fn write(&self) -> Vec<String> {
        let (entry, until) = match &self.entry {
            Entry::Application => ("application", String::new()),
            Entry::TakenOver { commitments_until } => ("taken_over", ends(commitments_until)),
        };
        let [opens, closes] = match self.hours {
            Hours::ALL_DAY => [String::new(), String::new()],
            Hours { opens, closes } => [clock(opens), clock(closes)],
        };
        let mut cells = vec![
            self.code.to_string(),
            self.name.clone(),
            self.home.to_string(),
            joined(&self.areas),
            joined(&self.categories),
            self.capacity.to_string(),
            opens,
            closes,
            entry.to_owned(),
            until,
        ];
        cells.resize(Self::COLUMNS.len() - 1, String::new());
        cells.push(self.status.map(|status| status.to_string()).unwrap_or_default());
        cells
    }
}

/// One date where all are the same.
fn ends(all: &[Timestamp]) -> String {
    let mut texts: Vec<String> = all.iter().copied().map(until_text).collect();
    if let Some(first) = texts.first().cloned()
        && texts.iter().all(|text| *text == first)
    {
        texts = vec![first];
    }
    texts.join("; ")
}

pub(super) fn joined<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

struct Clock(u16);

impl FromStr for Clock {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split([':', '：']);
        let mut part =
            || parts.next().filter(|part| (1..=2).contains(&part.len())).and_then(|part| part.parse().ok());
        let (hour, minute): (u16, u16) = (part().ok_or(())?, part().ok_or(())?);
        let of_day = hour * 60 + minute;
        // A spreadsheet adds the seconds.
        let whole = parts.all(|rest| rest == "00");
        if whole && minute < 60 && of_day < DAY_MINUTES { Ok(Self(of_day)) } else { Err(()) }
    }
}

fn hours(cells: &mut Cells<'_>) -> Option<Hours> {
    if cells.raw("opens").is_empty() && cells.raw("closes").is_empty() {
        return Some(Hours::ALL_DAY);
    }
    let (opens, closes) = (cells.read("opens", NO_TIME), cells.read("closes", NO_TIME));
    let (Clock(opens), Clock(closes)) = (opens?, closes?);
    Some(Hours { opens, closes })
}

fn entry(cells: &mut Cells<'_>, categories: usize) -> Option<Entry> {
    match cells.read("entry", NO_ENTRY)? {
        EntryWord::Application => Some(Entry::Application),
        EntryWord::TakenOver => {
            cells.filled("commitment_until")?;
            let mut commitments_until = cells.untils("commitment_until");
            if let [one] = commitments_until.as_slice() {
                commitments_until = vec![*one; categories];
            }
            if categories > 0 && commitments_until.len() != categories {
                cells.fault("commitment_until", ONE_END_EACH);
            }
            Some(Entry::TakenOver { commitments_until })
        }
    }
}

/// Whoever applies names its legal representative.
fn holders(cells: &mut Cells<'_>, applies: bool) -> Vec<Holder> {
    if applies {
        cells.filled("legal_representative");
        cells.filled("legal_document");
    }
    let mut holders = Vec::new();
    for (role, names, documents) in [
        (HolderRole::LegalRepresentative, "legal_representative", "legal_document"),
        (HolderRole::ControllingPerson, "controlling_persons", "controlling_documents"),
    ] {
        let (named, known) = (cells.items(names), cells.items(documents));
        if named.len() != known.len() && !known.is_empty() && !named.is_empty() {
            cells.fault(names, UNEVEN);
        }
        for (name, number) in named.into_iter().zip(known) {
            match document(number) {
                Some(document) => holders.push(Holder::new(role, name, document)),
                None => cells.fault(documents, NO_DOCUMENT),
            }
        }
    }
    holders
}

/// A bare number is a resident's.
fn document(text: &str) -> Option<IdentityDocument> {
    let text = if text.contains(':') { text.to_owned() } else { format!("resident:{text}") };
    text.parse().ok()
}

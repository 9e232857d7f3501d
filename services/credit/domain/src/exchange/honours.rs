//! Honours: a row proposes what a grantor gave; another person decides on each of them afterwards.

use core::str::FromStr;

use kernel::{SocialCreditCode, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Cells, Column, Says, Table, from_text, until_text};
use crate::activities::HonourLevel;

const TEXT_CHARS_MAX: usize = 100;

const NO_CODE: Says = Says {
    code: "not-a-social-credit-code",
    zh: "请填企业的 18 位统一社会信用代码。",
    en: "Give the 18-character social credit code of the merchant.",
};
const NO_LEVEL: Says =
    Says {
        code: "not-a-level", zh: "请填 市级、省级 或 国家级。", en: "Give city, province or nation."
    };

/// An honour of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HonourRow {
    /// Who is honoured.
    pub merchant: SocialCreditCode,
    /// Its kind: one of the rules'.
    pub kind: String,
    /// Its level.
    pub level: HonourLevel,
    /// Who grants it.
    pub grantor: String,
    /// The number of the grantor's document, where it has one.
    pub document: Option<String>,
    /// When it was granted.
    pub granted_at: Timestamp,
    /// The first moment at which it no longer counts.
    pub valid_until: Timestamp,
}

struct LevelWord(HonourLevel);

impl FromStr for LevelWord {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "市级" => Ok(Self(HonourLevel::City)),
            "省级" => Ok(Self(HonourLevel::Province)),
            "国家级" => Ok(Self(HonourLevel::Nation)),
            word => word.parse().map(Self).map_err(drop),
        }
    }
}

impl Table for HonourRow {
    const COLUMNS: &'static [Column] = &[
        Column::needed("企业信用代码", "merchant"),
        Column::needed("荣誉种类", "kind"),
        Column::needed("级别", "level"),
        Column::needed("授予单位", "grantor"),
        Column::free("文号", "document"),
        Column::needed("授予日期", "granted_at"),
        Column::needed("有效期至", "valid_until"),
    ];

    const SAMPLE: &'static [&'static str] =
        &["91350100M000100Y43", "kind", "city", "市商务局", "", "2000-01-01", "2099-12-31"];

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let merchant = cells.read("merchant", NO_CODE);
        let kind = cells.text("kind", TEXT_CHARS_MAX);
        let level = cells.read("level", NO_LEVEL).map(|LevelWord(level)| level);
        let grantor = cells.text("grantor", TEXT_CHARS_MAX);
        let document = cells.note("document", TEXT_CHARS_MAX);
        let granted_at = cells.filled("granted_at").and_then(|_| cells.since("granted_at"));
        let valid_until = cells.filled("valid_until").and_then(|_| cells.until("valid_until"));
        Some(Self {
            merchant: merchant?,
            kind: kind?,
            level: level?,
            grantor: grantor?,
            document,
            granted_at: granted_at?,
            valid_until: valid_until?,
        })
    }

    fn key(&self) -> String {
        format!("{} {} {} {}", self.merchant, self.kind, self.level, self.granted_at)
    }

    fn write(&self) -> Vec<String> {
        vec![
            self.merchant.to_string(),
            self.kind.clone(),
            self.level.to_string(),
            self.grantor.clone(),
            self.document.clone().unwrap_or_default(),
            from_text(self.granted_at),
            until_text(self.valid_until),
        ]
    }
}

//! Standards: a row is an entry of the library.

use core::str::FromStr;

use kernel::CategoryCode;
use serde::{Deserialize, Serialize};

use super::merchants::joined;
use super::{Cells, Column, Says, Table, from_text, until_text};
use crate::standards::{Clause, StandardDraft, StandardKind, StandardNumber};

const TITLE_CHARS_MAX: usize = 200;

const NO_NUMBER: Says = Says {
    code: "not-a-standard-number",
    zh: "标准编号形如 DB33/T 2396-2021。",
    en: "A standard's number is such as DB33/T 2396-2021.",
};
const NO_KIND: Says = Says {
    code: "not-a-kind-of-standard",
    zh: "请填 国家标准、行业标准、地方标准、团体标准 或 企业标准。",
    en: "Give national, industry, local, group or enterprise.",
};
const NO_CATEGORY: Says = Says {
    code: "not-a-category-code",
    zh: "请填服务目录的类别代码，多个用分号隔开；适用全部类别则留空。",
    en: "Give category codes of the catalogue, parted by semicolons; leave it empty for all.",
};
const NO_CLAUSE: Says = Says {
    code: "not-a-clause",
    zh: "每行一条，写成 5.2：明码标价。",
    en: "Give a clause a line, such as 5.2: prices are posted.",
};

/// A standard of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandardRow {
    /// What is said about it.
    pub says: StandardDraft,
}

struct KindWord(StandardKind);

impl FromStr for KindWord {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let chinese = |kind: StandardKind| match kind {
            StandardKind::National => "国家标准",
            StandardKind::Industry => "行业标准",
            StandardKind::Local => "地方标准",
            StandardKind::Group => "团体标准",
            StandardKind::Enterprise => "企业标准",
        };
        let found =
            StandardKind::ALL.into_iter().find(|kind| kind.as_str() == text || chinese(*kind) == text);
        found.map(Self).ok_or(())
    }
}

impl Table for StandardRow {
    const COLUMNS: &'static [Column] = &[
        Column::needed("标准编号", "number"),
        Column::needed("标准类别", "kind"),
        Column::free("标准名称", "title"),
        Column::free("发布单位", "issuer"),
        Column::free("实施日期", "valid_from"),
        Column::free("有效期至", "valid_until"),
        Column::free("适用类别", "categories"),
        Column::free("条款", "clauses"),
    ];

    const SAMPLE: &'static [&'static str] = &["DB33/T 1-2000", "local", "", "", "", "", "", ""];

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let number: Option<StandardNumber> = cells.read("number", NO_NUMBER);
        let kind = cells.read("kind", NO_KIND).map(|KindWord(kind)| kind);
        let (title, issuer) = (cells.note("title", TITLE_CHARS_MAX), cells.note("issuer", TITLE_CHARS_MAX));
        let (valid_from, valid_until) = (cells.since("valid_from"), cells.until("valid_until"));
        let categories: Vec<CategoryCode> = cells.list("categories", NO_CATEGORY);
        let mut clauses = Vec::new();
        for line in cells.lines("clauses") {
            match line.split_once([':', '：']) {
                Some((number, text)) => {
                    let (number, text) = (number.trim().to_owned(), text.trim().to_owned());
                    clauses.push(Clause { number, text });
                }
                None => cells.fault("clauses", NO_CLAUSE),
            }
        }
        let (number, kind) = (number?, kind?);
        let says =
            StandardDraft { number, kind, title, issuer, valid_from, valid_until, categories, clauses };
        Some(Self { says })
    }

    fn key(&self) -> String {
        self.says.number.slug()
    }

    fn write(&self) -> Vec<String> {
        let StandardDraft { number, kind, title, issuer, valid_from, valid_until, categories, clauses } =
            &self.says;
        // A clause stands in a line of its own: within it there are none.
        let clause =
            |clause: &Clause| format!("{}：{}", clause.number, clause.text.replace(['\n', ';', '；'], "，"));
        vec![
            number.to_string(),
            kind.to_string(),
            title.clone().unwrap_or_default(),
            issuer.clone().unwrap_or_default(),
            valid_from.map(from_text).unwrap_or_default(),
            valid_until.map(until_text).unwrap_or_default(),
            joined(categories),
            clauses.iter().map(clause).collect::<Vec<_>>().join("\n"),
        ]
    }
}

//! Prices: a row is one item of one merchant's list.

use core::str::FromStr;

use kernel::{Fen, ItemCode, SocialCreditCode};
use serde::{Deserialize, Serialize};

use super::{Cells, Column, Says, Table, from_text};
use crate::prices::{Price, PriceChange, Surcharge};

const TEXT_CHARS_MAX: usize = 200;

const NO_CODE: Says = Says {
    code: "not-a-social-credit-code",
    zh: "请填企业的 18 位统一社会信用代码。",
    en: "Give the 18-character social credit code of the merchant.",
};
const NO_ITEM: Says = Says {
    code: "not-an-item-code",
    zh: "请填服务目录的项目代码。",
    en: "Give the code of an item of the catalogue.",
};
const NO_YUAN: Says = Says {
    code: "not-an-amount",
    zh: "请以元为单位填写，如 80 或 80.50。",
    en: "Give yuan, such as 80 or 80.50.",
};
const NO_SURCHARGE: Says = Says {
    code: "not-a-surcharge",
    zh: "请写成 夜间：20.00/次，多项用分号或换行隔开。",
    en: "Write it as name: 20.00/unit, several of them parted by semicolons or lines.",
};
const NO_OFFER: Says = Says { code: "not-yes-or-no", zh: "请填 是 或 否。", en: "Give yes or no." };
const NO_PRICE: Says = Says {
    code: "price-without-offer",
    zh: "不提供的项目不填价格。",
    en: "An item that is not offered has no price.",
};

/// A price of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceRow {
    /// Whose.
    pub merchant: SocialCreditCode,
    /// The change that it is.
    pub change: PriceChange,
}

/// Yuan with at most two decimals.
struct Yuan(Fen);

impl FromStr for Yuan {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim_start_matches(['¥', '￥']).trim_end_matches('元').trim();
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 2 || whole.len() > 9 {
            return Err(());
        }
        let tenths = if part.len() == 1 { 10 } else { 1 };
        let (whole, part): (i64, i64) = (whole.parse().map_err(drop)?, part.parse().map_err(drop)?);
        Ok(Self(Fen(whole * 100 + part * tenths)))
    }
}

struct YesNo(bool);

impl FromStr for YesNo {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.to_ascii_lowercase().as_str() {
            "是" | "yes" | "true" => Ok(Self(true)),
            "否" | "no" | "false" => Ok(Self(false)),
            _ => Err(()),
        }
    }
}

impl Table for PriceRow {
    const COLUMNS: &'static [Column] = &[
        Column::needed("企业信用代码", "merchant"),
        Column::needed("项目代码", "item"),
        Column::needed("是否提供", "offered"),
        Column::needed("计价单位", "unit"),
        Column::needed("价格（元）", "from"),
        Column::free("最高价（元）", "to"),
        Column::free("附加费", "surcharges"),
        Column::free("说明", "note"),
        Column::free("生效日期", "valid_from"),
    ];

    const SAMPLE: &'static [&'static str] =
        &["91350100M000100Y43", "item", "yes", "次", "1.00", "", "", "", ""];

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let (merchant, item) = (cells.read("merchant", NO_CODE), cells.read("item", NO_ITEM));
        let offered = cells.read("offered", NO_OFFER);
        let valid_from = cells.since("valid_from");
        let price = match offered {
            Some(YesNo(true)) => price(cells),
            Some(YesNo(false)) if !cells.raw("from").is_empty() => {
                cells.fault("from", NO_PRICE);
                None
            }
            Some(YesNo(false)) | None => None,
        };
        let (item, YesNo(_)): (ItemCode, _) = (item?, offered?);
        Some(Self { merchant: merchant?, change: PriceChange { item, valid_from, price } })
    }

    fn key(&self) -> String {
        let PriceChange { item, valid_from, .. } = &self.change;
        format!("{} {item} {valid_from:?}", self.merchant)
    }

    fn write(&self) -> Vec<String> {
        let PriceChange { item, valid_from, price } = &self.change;
        let mut cells = vec![self.merchant.to_string(), item.to_string()];
        match price {
            None => cells.extend(["no", "", "", "", "", ""].map(str::to_owned)),
            Some(Price { unit, from, to, surcharges, note }) => cells.extend([
                "yes".to_owned(),
                unit.clone(),
                yuan(*from),
                to.map(yuan).unwrap_or_default(),
                surcharges.iter().map(extra).collect::<Vec<_>>().join("; "),
                note.clone().unwrap_or_default(),
            ]),
        }
        cells.push(valid_from.map(from_text).unwrap_or_default());
        cells
    }
}

fn price(cells: &mut Cells<'_>) -> Option<Price> {
    let unit = cells.text("unit", TEXT_CHARS_MAX);
    let from = cells.read("from", NO_YUAN).map(|Yuan(fen)| fen);
    let to = cells.maybe("to", NO_YUAN).map(|Yuan(fen)| fen);
    let note = cells.note("note", TEXT_CHARS_MAX);
    let mut surcharges = Vec::new();
    for line in cells.lines("surcharges") {
        match surcharge(line) {
            Some(extra) => surcharges.push(extra),
            None => cells.fault("surcharges", NO_SURCHARGE),
        }
    }
    Some(Price { unit: unit?, from: from?, to, surcharges, note })
}

fn surcharge(line: &str) -> Option<Surcharge> {
    let (name, rest) = line.split_once([':', '：'])?;
    let (amount, unit) = rest.split_once('/').unwrap_or((rest, ""));
    let Yuan(amount) = amount.trim().parse().ok()?;
    Some(Surcharge { name: name.trim().to_owned(), amount, unit: unit.trim().to_owned() })
}

fn extra(extra: &Surcharge) -> String {
    let Surcharge { name, amount, unit } = extra;
    let per = if unit.is_empty() { String::new() } else { format!("/{unit}") };
    format!("{name}：{}{per}", yuan(*amount))
}

fn yuan(Fen(fen): Fen) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

//! Standings (信用等级): how merchants stand, for those who work with it elsewhere. It goes out and does not come in: a
//! grade is what the ledger gives.

use kernel::SocialCreditCode;

use super::Column;
use crate::merchant::Merchant;

/// Its columns.
pub const STANDING_COLUMNS: &[Column] = &[
    Column::needed("统一社会信用代码", "code"),
    Column::needed("企业名称", "name"),
    Column::needed("状态", "status"),
    Column::needed("信用等级", "grade"),
    Column::needed("评定等级", "awarded"),
    Column::needed("信用分", "score"),
    Column::needed("异议处理中", "under_objection"),
    Column::needed("最近评价年度", "evaluated_year"),
    Column::needed("变动日期", "changed_on"),
];

/// A merchant's line, whatever its status.
#[must_use]
pub fn standing_line(code: SocialCreditCode, merchant: &Merchant) -> Vec<String> {
    let credit = &merchant.credit;
    vec![
        code.to_string(),
        merchant.profile.name.clone(),
        merchant.status.as_str().to_owned(),
        credit.grade.to_string(),
        credit.awarded.to_string(),
        credit.score.to_string(),
        if merchant.under_objection { "yes" } else { "no" }.to_owned(),
        credit.evaluated_year.map(|year| year.to_string()).unwrap_or_default(),
        merchant.changed_at.in_city().day.to_string(),
    ]
}

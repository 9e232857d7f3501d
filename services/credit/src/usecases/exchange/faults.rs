//! What a person is told of a row that is not carried out: the same as over the interface, by column.

use chassis::http::Problem;
use credit_domain::exchange::{Column, Fault, TableKind, shortened};

use crate::error::Error;

/// What is wrong with a row of these (masked) cells.
pub(super) fn faults(kind: TableKind, cells: &[String], error: Error) -> Vec<Fault> {
    let problem = Problem::from(error);
    let about = problem.kind();
    let body = problem.body();
    if body.errors.is_empty() {
        let (zh, en) = (about.page.zh.to_owned(), problem.detail_text().unwrap_or(about.page.en).to_owned());
        return vec![Fault { column: None, value: String::new(), code: about.code.to_owned(), zh, en }];
    }
    let fault = |(pointer, code, en): (String, String, String)| {
        let found = column(kind, &pointer);
        let value = found.and_then(|(place, _)| cells.get(place)).map(|cell| shortened(cell));
        let column = found.map(|(_, column)| column.title());
        Fault { column, value: value.unwrap_or_default(), zh: chinese(&code).to_owned(), code, en }
    };
    body.errors.into_iter().map(|error| fault((error.pointer, error.code, error.detail))).collect()
}

/// The column that a pointer such as `#/changes/0/price/from` is about: the last part that is one's name.
fn column(kind: TableKind, pointer: &str) -> Option<(usize, &'static Column)> {
    let named = |part: &str| kind.columns().iter().enumerate().find(|(_, column)| column.en == part);
    pointer.rsplit('/').find_map(named)
}

fn chinese(code: &str) -> &'static str {
    match code {
        "unknown-merchant" => "本市没有使用此代码的企业。请先导入企业，或核对代码。",
        "unknown-card" => "本市没有此卡号。请核对，或改填姓名和公民身份号码。",
        _ => "此列的内容不符合规则，请核对。",
    }
}

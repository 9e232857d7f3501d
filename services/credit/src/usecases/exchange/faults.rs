//! What a person is told of a row that is not carried out: the same as over the interface, by column, in the words of
//! both languages that its reason has.

use chassis::http::Problem;
use credit_domain::admission::AdmissionPolicy;
use credit_domain::exchange::{Column, Fault, MerchantRow, Row, TableKind, shortened};
use credit_domain::{Denied, Unfit};
use kernel::CategoryCode;

use crate::error::Error;
use crate::error::admission::UNFIT;
use crate::error::exchange::ExchangeError;
use crate::problems::NO_POLICY;

/// What is wrong with a row of these (masked) cells.
pub(super) fn faults(kind: TableKind, cells: &[String], error: Error) -> Vec<Fault> {
    match error {
        Error::Denied(Denied::Invalid(unfit)) => {
            unfit.into_iter().map(|one| by_column(kind, cells, UNFIT, one)).collect()
        }
        Error::Denied(Denied::NoPolicy(category)) => vec![no_policy(kind, cells, category)],
        Error::Exchange(ExchangeError::Unknown(named)) => {
            vec![by_column(kind, cells, named.code(), named.unfit())]
        }
        error => vec![of_row(&Problem::from(error))],
    }
}

/// The categories of a row that nobody is admitted to: whatever else keeps it out is found before them.
pub(super) fn without_policy(policy: &AdmissionPolicy, row: &Row, cells: &[String]) -> Vec<Fault> {
    let Row::Merchants(MerchantRow { categories, .. }) = row else { return Vec::new() };
    let without = categories.iter().filter(|category| policy.row(category).is_err());
    without.map(|category| no_policy(TableKind::Merchants, cells, category.clone())).collect()
}

fn no_policy(kind: TableKind, cells: &[String], category: CategoryCode) -> Fault {
    let zh = format!("准入政策中没有类别 {category}：没有即不予准入");
    let unfit = Unfit { pointer: "#/categories".to_owned(), zh, en: Denied::NoPolicy(category).to_string() };
    by_column(kind, cells, NO_POLICY.code, unfit)
}

fn by_column(kind: TableKind, cells: &[String], code: &str, unfit: Unfit) -> Fault {
    let Unfit { pointer, zh, en } = unfit;
    let found = column(kind, &pointer);
    let value = found.and_then(|(place, _)| cells.get(place)).map(|cell| shortened(cell));
    let column = found.map(|(_, column)| column.title());
    Fault { column, value: value.unwrap_or_default(), code: code.to_owned(), zh, en }
}

/// What is wrong with the row as a whole.
fn of_row(problem: &Problem) -> Fault {
    let about = problem.kind();
    let (zh, en) = (about.page.zh.to_owned(), problem.detail_text().unwrap_or(about.page.en).to_owned());
    Fault { column: None, value: String::new(), code: about.code.to_owned(), zh, en }
}

/// The column that a pointer such as `#/changes/0/price/from` is about: the last part that is one's name.
fn column(kind: TableKind, pointer: &str) -> Option<(usize, &'static Column)> {
    let named = |part: &str| kind.columns().iter().enumerate().find(|(_, column)| column.en == part);
    pointer.rsplit('/').find_map(named)
}

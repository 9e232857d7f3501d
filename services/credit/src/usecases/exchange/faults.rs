//! What a person is told of a row that is not carried out: the same as over the interface, by column, in the words of
//! both languages that its reason has.

use chassis::http::Problem;
use credit_domain::exchange::{Column, Fault, TableKind, shortened};
use credit_domain::{Denied, Unfit};

use crate::error::Error;
use crate::error::admission::UNFIT;
use crate::error::exchange::ExchangeError;

/// What is wrong with a row of these (masked) cells.
pub(super) fn faults(kind: TableKind, cells: &[String], error: Error) -> Vec<Fault> {
    let by_column = |code: &str, Unfit { pointer, zh, en }: Unfit| {
        let found = column(kind, &pointer);
        let value = found.and_then(|(place, _)| cells.get(place)).map(|cell| shortened(cell));
        let column = found.map(|(_, column)| column.title());
        Fault { column, value: value.unwrap_or_default(), code: code.to_owned(), zh, en }
    };
    match error {
        Error::Denied(Denied::Invalid(unfit)) => unfit.into_iter().map(|one| by_column(UNFIT, one)).collect(),
        Error::Exchange(ExchangeError::Unknown(named)) => vec![by_column(named.code(), named.unfit())],
        error => vec![of_row(&Problem::from(error))],
    }
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

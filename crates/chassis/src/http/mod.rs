//! The HTTP shell of a service: what every request gets, and the words handlers are written in.
//!
//! A handler decodes ([`Json`], [`Query`], [`Path`], [`IfMatch`], [`IdempotencyKey`]), authorises
//! ([`crate::auth`]), runs one use case and maps its result; whatever goes wrong is a [`Problem`].
//! [`assemble`] puts the routes, their OpenAPI document and the [`Shell`] together; [`serve`] listens.

mod bare;
mod binary;
mod body;
mod conditional;
mod faults;
mod headers;
mod idempotency;
mod kinds;
pub mod live;
mod observe;
mod openapi;
mod page;
mod pages;
mod params;
pub mod problem;
mod refusals;
mod serve;
mod shape;
mod sheet;
mod shell;

pub use bare::bare;
pub use binary::Binary;
pub use body::{BodyLimit, Json, Raw};
pub(crate) use body::{decode_as, read};
pub use conditional::{IfMatch, IfNoneMatch, Tagged, etag};
pub use faults::{FAULTS, Fault};
pub use idempotency::IdempotencyKey;
pub use openapi::{Api, assemble, finish};
pub use page::{Cursor, Limit, Page, Reading};
pub use pages::Catalogue;
pub use params::{Path, Query};
pub use problem::{Kind, Problem};
pub use refusals::refuses;
pub use serve::{Port, serve};
pub use sheet::{Sheet, escaped, prefers_html};
pub use shell::Shell;
#[cfg(test)]
pub(crate) use shell::tests::{config as test_config, host as test_host};

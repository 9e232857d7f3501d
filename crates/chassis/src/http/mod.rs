//! The HTTP shell of a service: what every request gets, and the words handlers are written in.
//!
//! A handler decodes ([`Json`], [`Query`], [`Path`], [`IfMatch`], [`IdempotencyKey`]), authorises
//! ([`crate::auth`]), runs one use case and maps its result; whatever goes wrong is a [`Problem`].
//! [`assemble`] puts the routes, their OpenAPI document and the [`Shell`] together; [`serve`] listens.

mod body;
mod conditional;
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
mod serve;
mod shape;
mod shell;

pub use body::{BodyLimit, Json};
pub(crate) use body::{decode, read};
pub use conditional::{IfMatch, IfNoneMatch, Tagged, etag};
pub use idempotency::IdempotencyKey;
pub use openapi::{Api, assemble, finish};
pub use page::{Cursor, Page, Reading};
pub use pages::Catalogue;
pub use params::{Path, Query};
pub use problem::{Kind, Problem};
pub use serve::{Port, serve};
pub use shell::Shell;
#[cfg(test)]
pub(crate) use shell::tests::config as test_config;

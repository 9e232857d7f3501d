//! What each operation refuses with, written into its OpenAPI document.
//!
//! Most of it follows from the operation's form: who is let in, a body, a query, `If-Match`. What is peculiar to it
//! the operation names by the constants that it refuses with:
//! `extensions(("x-problems" = json!(refuses(&[TOO_LATE]))))`. Both end as one answer a status, with the codes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Header, Ref, RefOr, Response, ResponseBuilder};

use super::Kind;
use super::problem::{self, ProblemBody, StatusCode};
use super::problem::{
    BODY_TOO_LARGE, IDEMPOTENCY_KEY_REQUIRED, IDEMPOTENCY_KEY_REUSED, INTERNAL, INVALID_BODY, INVALID_CURSOR,
    INVALID_HEADER, INVALID_PATH, INVALID_QUERY, MALFORMED_JSON, OVERLOADED, PRECONDITION_FAILED,
    PRECONDITION_REQUIRED, TIMED_OUT, UNAVAILABLE, UNKNOWN_FIELD, UNREADABLE_BODY, UNSUPPORTED_MEDIA_TYPE,
};
use crate::auth;

/// Where an operation names what it alone refuses with, until its document is finished.
const NAMED: &str = "x-problems";

/// The types of problems that an operation alone has, as its documentation names them.
#[must_use]
pub fn refuses(kinds: &[Kind]) -> Value {
    kinds.iter().map(|kind| Value::from(vec![kind.status.as_u16().into(), Value::from(kind.code)])).collect()
}

/// The codes of each status.
#[derive(Default)]
struct Codes(BTreeMap<u16, BTreeSet<String>>);

impl Codes {
    fn add(&mut self, kinds: &[Kind]) {
        for kind in kinds {
            self.0.entry(kind.status.as_u16()).or_default().insert(kind.code.into());
        }
    }

    fn add_named(&mut self, named: &Value) {
        for one in named.as_array().into_iter().flatten() {
            let status = one.get(0).and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
            if let (Some(status), Some(code)) = (status, one.get(1).and_then(Value::as_str)) {
                self.0.entry(status).or_default().insert(code.into());
            }
        }
    }
}

/// Writes the refusals of an operation, each status with its codes and headers.
pub(super) fn describe(operation: &mut Operation) {
    let mut codes = Codes::default();
    codes.add(&[INTERNAL, OVERLOADED, TIMED_OUT, UNAVAILABLE]);
    by_caller(operation.security.as_deref(), &mut codes);
    by_body(operation, &mut codes);
    by_parameters(operation, &mut codes);
    if let Some(named) = operation.extensions.as_mut().and_then(|extensions| extensions.remove(NAMED)) {
        codes.add_named(&named);
    }
    operation.extensions.take_if(|extensions| extensions.is_empty());
    let answers = &mut operation.responses.responses;
    for (status, codes) in codes.0 {
        answers.entry(status.to_string()).or_insert_with(|| refusal(status, &codes).into());
    }
    let other = "Refused in another way, such as on the way here: a problem (RFC 9457)";
    answers.entry("default".into()).or_insert_with(|| problem_of(other).build().into());
}

/// Whoever signs in may be turned away; a catalogue for everybody turns nobody away.
fn by_caller(security: Option<&[SecurityRequirement]>, codes: &mut Codes) {
    let everybody = security.is_some_and(|ways| ways.contains(&SecurityRequirement::default()));
    if !everybody {
        codes.add(&[auth::UNSIGNED, auth::BAD_TOKEN, auth::FORBIDDEN]);
    }
    if security.is_none() {
        codes.add(&[auth::UNKNOWN_CHANNEL, auth::BAD_SIGNATURE, auth::STALE_SIGNATURE]);
    }
}

fn by_body(operation: &Operation, codes: &mut Codes) {
    if operation.request_body.is_some() {
        codes.add(&[MALFORMED_JSON, UNREADABLE_BODY, INVALID_BODY, UNKNOWN_FIELD]);
        codes.add(&[UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE]);
    }
}

fn by_parameters(operation: &Operation, codes: &mut Codes) {
    let parameters: Vec<_> = operation.parameters.iter().flatten().filter_map(written_out).collect();
    for parameter in &parameters {
        match (&parameter.parameter_in, parameter.name.as_str()) {
            (ParameterIn::Path, _) => codes.add(&[INVALID_PATH]),
            (ParameterIn::Query | ParameterIn::QueryString, _) => codes.add(&[INVALID_QUERY]),
            (ParameterIn::Header, "If-Match") => {
                codes.add(&[PRECONDITION_REQUIRED, PRECONDITION_FAILED, INVALID_HEADER]);
            }
            (ParameterIn::Header, "Idempotency-Key") => {
                codes.add(&[IDEMPOTENCY_KEY_REQUIRED, IDEMPOTENCY_KEY_REUSED, INVALID_HEADER]);
            }
            (ParameterIn::Header | ParameterIn::Cookie, _) => {}
        }
    }
    // A page of a list; what else has an `after` reads it in another way.
    if ["limit", "after"].iter().all(|name| parameters.iter().any(|parameter| parameter.name == *name)) {
        codes.add(&[INVALID_CURSOR]);
    }
}

/// None of ours is written elsewhere and named here.
fn written_out(parameter: &RefOr<Parameter>) -> Option<&Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    }
}

fn refusal(status: u16, codes: &BTreeSet<String>) -> Response {
    let words: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
    let response = problem_of(&format!("Refused: {}", words.join(", ")));
    match StatusCode::from_u16(status) {
        Ok(StatusCode::UNAUTHORIZED) => response.header("WWW-Authenticate", text("`Bearer`.")),
        Ok(
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::INSUFFICIENT_STORAGE,
        ) => response.header("Retry-After", seconds("Seconds after which to try again.")),
        Ok(_) | Err(_) => response,
    }
    .build()
}

fn problem_of(description: &str) -> ResponseBuilder {
    let schema = Ref::from_schema_name(ProblemBody::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content(problem::MEDIA_TYPE, content)
}

/// Writes the entity tag of what is answered by version: who is answered 304 sent `If-None-Match`.
pub(super) fn describe_tags(operation: &mut Operation) {
    let answers = &mut operation.responses.responses;
    if !answers.contains_key("304") {
        return;
    }
    for status in ["200", "304"] {
        if let Some(RefOr::T(answer)) = answers.get_mut(status) {
            answer.headers.entry("ETag".into()).or_insert_with(|| text("The version, such as \"7\".").into());
        }
    }
    let known = ParameterBuilder::new()
        .name("If-None-Match")
        .parameter_in(ParameterIn::Header)
        .description(Some("The ETag of what the client has: answered 304 while it is still that."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
    operation.parameters.get_or_insert_default().push(known.build().into());
}

fn text(description: &str) -> Header {
    header(Type::String, description)
}

fn seconds(description: &str) -> Header {
    header(Type::Integer, description)
}

fn header(of: Type, description: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(of).build();
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}

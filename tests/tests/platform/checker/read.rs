//! Gathers the history from the databases and the streams.

use std::collections::BTreeSet;

use contracts::streams::Stream;
use kernel::Timestamp;
use sea_orm::QueryResult;
use serde_json::Value;
use uuid::Uuid;

use super::Evidence;
use super::databases::{Stores, column};
use super::history::{Assigned, Callback, History, Job, Letter, Ruling, Sent};
use super::streams;

/// Everything there is.
pub(crate) async fn history(evidence: &Evidence, stores: &Stores) -> History {
    let mut stored = Vec::new();
    for stream in Stream::ALL {
        stored.extend(
            streams::messages(&evidence.client, stream).await.into_iter().map(|message| message.stored),
        );
    }
    let timeline = "SELECT request, kind, assignment FROM timeline";
    let versions = "SELECT id, version FROM merchants";
    let handlers = "SELECT request, actor FROM handlers";
    History {
        answered: evidence.answered.clone(),
        acknowledged: evidence.acknowledged.clone(),
        requests: stores.rows("intake", "SELECT id FROM requests", |row| column(row, "id")).await,
        timeline: stores.rows("intake", timeline, entry).await,
        jobs: stores.rows("dispatch", "SELECT request, state, assignment FROM jobs", job).await,
        assignments: assignments(stores).await,
        callbacks: callbacks(stores).await,
        rulings: rulings(stores).await,
        handlers: stores.rows("feedback", handlers, handler).await.into_iter().collect(),
        versions: stores.rows("credit", versions, version).await.into_iter().collect(),
        causes: stores.rows("credit", "SELECT merchant, cause FROM ledger", cause).await,
        outbox: outbox(stores).await,
        streams: stored,
        consumers: streams::consumers(&evidence.client).await,
        inbox: stores.all_rows("SELECT consumer, event_id FROM inbox", done).await.into_iter().collect(),
        letters: letters(stores).await,
    }
}

/// Dispatch's assignments, with their decisions.
pub(crate) async fn assignments(stores: &Stores) -> Vec<Assigned> {
    let sql = "SELECT a.id, a.request, a.merchant, a.state, a.credit_version, a.confirmed, a.offered_at, \
               d.taken_at, d.inputs, d.outcome FROM assignments a \
               LEFT JOIN decisions d ON d.city = a.city AND d.assignment = a.id";
    stores.rows("dispatch", sql, assigned).await
}

fn assigned(row: &QueryResult) -> Assigned {
    let taken_at: Option<i64> = column(row, "taken_at");
    let (inputs, outcome): (Option<String>, Option<String>) = (column(row, "inputs"), column(row, "outcome"));
    Assigned {
        id: column(row, "id"),
        request: column(row, "request"),
        merchant: column(row, "merchant"),
        state: column(row, "state"),
        credit_version: unsigned(row, "credit_version"),
        confirmed: column(row, "confirmed"),
        began_at: Timestamp::from_micros(taken_at.unwrap_or_else(|| column(row, "offered_at"))),
        decision: inputs.zip(outcome),
    }
}

fn entry(row: &QueryResult) -> (Uuid, String, Option<Uuid>) {
    (column(row, "request"), column(row, "kind"), column(row, "assignment"))
}

fn job(row: &QueryResult) -> Job {
    Job {
        request: column(row, "request"),
        state: column(row, "state"),
        assignment: column(row, "assignment"),
    }
}

fn handler(row: &QueryResult) -> (Uuid, String) {
    (column(row, "request"), column(row, "actor"))
}

fn version(row: &QueryResult) -> (Uuid, u64) {
    (column(row, "id"), unsigned(row, "version"))
}

fn cause(row: &QueryResult) -> (Uuid, String) {
    (column(row, "merchant"), column(row, "cause"))
}

fn done(row: &QueryResult) -> (String, Uuid) {
    (column(row, "consumer"), column(row, "event_id"))
}

async fn callbacks(stores: &Stores) -> Vec<Callback> {
    let sql = "SELECT id, request, assignment, state, ended_by, attempts FROM callbacks";
    let read = |row: &QueryResult| {
        let attempts: Value = serde_json::from_str(&column::<String>(row, "attempts")).unwrap();
        let by = |attempt: &Value| attempt["by"].as_str().unwrap().parse().unwrap();
        let mut callers: BTreeSet<Uuid> = attempts.as_array().unwrap().iter().map(by).collect();
        callers.extend(column::<Option<Uuid>>(row, "ended_by"));
        Callback {
            id: column(row, "id"),
            request: column(row, "request"),
            assignment: column(row, "assignment"),
            state: column(row, "state"),
            callers,
        }
    };
    stores.rows("feedback", sql, read).await
}

async fn rulings(stores: &Stores) -> Vec<Ruling> {
    let sql = "SELECT id, request, merchant, state, opened_by, ruling FROM cases WHERE ruling IS NOT NULL";
    let read = |row: &QueryResult| {
        let ruling: Value = serde_json::from_str(&column::<String>(row, "ruling")).unwrap();
        Ruling {
            case: column(row, "id"),
            request: column(row, "request"),
            merchant: column(row, "merchant"),
            verified: column::<String>(row, "state") == "verified",
            opened_by: column(row, "opened_by"),
            by: ruling["by"].as_str().unwrap().parse().unwrap(),
        }
    };
    stores.rows("feedback", sql, read).await
}

async fn outbox(stores: &Stores) -> Vec<Sent> {
    let sql = "SELECT event_id, stream, subject, ce_type, payload, outbox_waiting.seq AS waiting FROM outbox \
         LEFT JOIN outbox_waiting ON outbox_waiting.seq = outbox.seq ORDER BY outbox.seq";
    let read = |row: &QueryResult| Sent {
        id: column(row, "event_id"),
        stream: column(row, "stream"),
        subject: column(row, "subject"),
        ce_type: column(row, "ce_type"),
        payload: serde_json::from_str(&column::<String>(row, "payload")).unwrap(),
        published: column::<Option<i64>>(row, "waiting").is_none(),
    };
    stores.all_rows(sql, read).await
}

async fn letters(stores: &Stores) -> Vec<Letter> {
    let sql = "SELECT consumer, stream_seq, subject, headers, reason FROM dead_letters";
    let read = |row: &QueryResult| {
        let headers: Value = serde_json::from_str(&column::<String>(row, "headers")).unwrap();
        let id = headers.as_object().unwrap().iter().find(|(name, _)| name.eq_ignore_ascii_case("ce-id"));
        Letter {
            consumer: column(row, "consumer"),
            seq: unsigned(row, "stream_seq"),
            subject: column(row, "subject"),
            id: id.and_then(|(_, values)| values[0].as_str()?.parse().ok()),
            reason: column(row, "reason"),
        }
    };
    stores.all_rows(sql, read).await
}

fn unsigned(row: &QueryResult, name: &str) -> u64 {
    u64::try_from(column::<i64>(row, name)).unwrap()
}

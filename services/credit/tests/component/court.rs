//! Who has a part in due process, what they send, and what comes of it.

use std::net::SocketAddr;
use std::sync::Arc;

use contracts::Event;
use contracts::reference::Reference;
use credit::usecases::process::Procedure;
use credit_domain::{Merchant, Status};
use kernel::{MerchantId, Role};
use serde_json::{Value, json};
use testkit::wait;

use crate::callers::{Caller, Reply};
use crate::host::{PATIENCE, TestCredit, ningbo};

/// Everybody who has a part in it.
pub(crate) struct Court {
    pub(crate) officer: Caller,
    pub(crate) reviewer: Caller,
    pub(crate) another: Caller,
    pub(crate) auditor: Caller,
    pub(crate) citizen: Caller,
    pub(crate) address: SocketAddr,
}

impl Court {
    pub(crate) async fn of(credit: &TestCredit) -> Self {
        let address = credit.serve().await;
        Self {
            officer: Caller::staff(address, 1, Role::CreditOfficer),
            reviewer: Caller::staff(address, 2, Role::CreditReviewer),
            another: Caller::staff(address, 3, Role::CreditReviewer),
            auditor: Caller::staff(address, 4, Role::Auditor),
            citizen: Caller::nobody(address),
            address,
        }
    }

    pub(crate) async fn open(&self, merchant: MerchantId, ground: Value, class: &str) -> Reply {
        let facts = "王女士说价格牌与收费不符";
        let body = json!({ "merchant": merchant, "ground": ground, "class": class, "facts": facts });
        self.officer.post("/v1/proceedings?city=330200", "the-first", &body).await
    }

    /// Who is banned now.
    pub(crate) async fn banned(&self) -> Vec<Value> {
        let bans = self.auditor.get("/v1/bans?city=330200").await;
        bans.body["items"].as_array().unwrap().iter().map(|ban| ban["merchant"].clone()).collect()
    }

    /// Opens a proceeding and gives its id.
    pub(crate) async fn opened(&self, merchant: MerchantId, ground: Value, class: &str) -> String {
        let opened = self.open(merchant, ground, class).await;
        assert_eq!((opened.status, opened.etag.as_deref()), (201, Some("\"1\"")), "{}", opened.body);
        opened.body["id"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn red_line() -> Value {
    json!({ "kind": "red_line", "line": "fraud" })
}

pub(crate) fn finding() -> Value {
    json!({ "kind": "finding" })
}

pub(crate) fn removal() -> Value {
    json!({ "act": "impose", "measure": "removal", "months": 12, "reason": "伪造服务记录" })
}

pub(crate) fn of(id: &str, rest: &str) -> String {
    format!("/v1/proceedings/{id}{rest}?city=330200")
}

/// All messages of this event about the merchant.
pub(crate) async fn said<E: Event>(credit: &TestCredit, merchant: MerchantId, count: usize) -> Vec<E> {
    let subject = format!("{}.{}.{merchant}", E::SUBJECT, ningbo());
    let js = credit.service.runtime.bus.jetstream();
    let what = format!("{count} of {}", E::SUBJECT);
    let read = wait::until(&what, PATIENCE, async || {
        let mut stream = js.get_stream(E::STREAM.spec().name).await.ok()?;
        let last = stream.info().await.ok()?.state.last_sequence;
        let mut found = Vec::new();
        for sequence in 1..=last {
            let message = stream.get_raw_message(sequence).await.ok()?;
            if message.subject.as_str() == subject {
                found.push(serde_json::from_slice(&message.payload).unwrap());
            }
        }
        (found.len() >= count).then_some(found)
    });
    read.await.unwrap()
}

pub(crate) fn procedure(credit: &TestCredit) -> Procedure {
    Procedure {
        rules: Arc::new(credit.rules.clone()),
        calendar: Arc::new(credit::calendar::embedded().unwrap()),
        policy: Arc::new(credit::policy::embedded(&Reference::embedded().unwrap()).unwrap()),
    }
}

/// Whether how the merchant stands by its ledger and its proceedings is what its row says.
pub(crate) async fn agrees(court: &Court, credit: &TestCredit, id: MerchantId) {
    let folded = court.auditor.get(&format!("/v1/merchants/{id}/credit?city=330200")).await;
    assert_eq!(folded.status, 200, "{}", folded.body);
    let row = credit.merchant(id).await.credit;
    assert_eq!(folded.body["score"], json!(row.score));
    assert_eq!(folded.body["grade"], json!(row.grade));
    let check = court.auditor.get(&format!("/v1/merchants/{id}/ledger/check?city=330200")).await;
    assert_eq!(check.body["holds"], json!(true), "{}", check.body);
}

pub(crate) async fn until_status(credit: &TestCredit, id: MerchantId, status: Status) -> Merchant {
    wait::until("the status", PATIENCE, async || {
        let merchant = credit.merchant(id).await;
        (merchant.status == status).then_some(merchant)
    })
    .await
    .unwrap()
}

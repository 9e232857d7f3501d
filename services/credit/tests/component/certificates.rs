//! Certificates: issued, revoked with the standing, verified with a connection and without.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contracts::credit::{CertificateIssued, CertificateRevoked, RevocationReason};
use contracts::feedback::Severity;
use credit::usecases::Seeded;
use credit::usecases::certificates::{CertificatesConfig, CertificatesDesk, follow_up};
use credit_domain::certificate::{Checked, Revocations, Verdict, verify};
use credit_domain::keys::{Algorithm, PublicKey, TrustList};
use credit_domain::{Merchant, Status};
use futures::future::join_all;
use kernel::{Clock as _, Grade, MerchantId, Role, Timestamp};
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases, wait};

use crate::court::said;
use crate::evaluation::{computed, in_effect, with_a_year};
use crate::host::{CODE_KEY, PATIENCE, TestCredit};
use crate::people::Person;
use crate::reports::{printed, shown};

const LIST: &str = "/v1/certificates/revocations?city=330200";

fn of(merchant: MerchantId, rest: &str) -> String {
    format!("/v1/merchants/{merchant}{rest}?city=330200")
}

/// What a phone without a connection fetched when it had one.
struct Reader {
    trust: TrustList,
    list: Revocations,
}

impl Reader {
    async fn up_to_date(address: SocketAddr) -> Self {
        let nobody = Person::nobody(address);
        let keys = nobody.get("/v1/certificates/keys").await.ok();
        let trust = TrustList::new(keys["keys"].as_array().unwrap().iter().map(|key| {
            let x = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
            PublicKey::from_bytes(Algorithm::Ed25519, x).unwrap()
        }));
        let (status, _, signed) = nobody.bytes(LIST).await;
        assert_eq!(status, 200);
        Self { list: Revocations::read(&signed, &trust).unwrap(), trust }
    }

    fn check(&self, certificate: &Value, now: Timestamp) -> Checked {
        verify(certificate["code"].as_str().unwrap(), &self.trust, Some(&self.list), now)
    }
}

/// An affiliated merchant of this grade with its certificate, and the merchant's account.
async fn certified(credit: &TestCredit, address: SocketAddr, grade: Grade) -> (Merchant, Person, Value) {
    let merchant = credit.any_of_grade(grade).await;
    let own = Person::merchant(address, merchant.profile.id);
    let issued = own.post(&of(merchant.profile.id, "/certificates"), None, &json!({})).await.ok();
    assert_eq!(issued["already"], json!(false));
    (merchant, own, issued["certificate"].clone())
}

async fn record(address: SocketAddr, certificate: &Value) -> Value {
    let number = certificate["number"].as_str().unwrap();
    Person::nobody(address).get(&format!("/v1/certificates/{number}")).await.ok()
}

async fn checked_online(address: SocketAddr, code: &Value) -> Value {
    Person::nobody(address).post("/v1/certificates/verify", None, &json!({ "code": code })).await.ok()
}

/// The newest certificate of the merchant, once it has had so many.
async fn newest(own: &Person, merchant: MerchantId, count: usize) -> Value {
    let what = format!("{count} certificates");
    let found = wait::until(&what, PATIENCE, async || {
        let all = own.get(&of(merchant, "/certificates")).await.ok()["items"].as_array().unwrap().clone();
        (all.len() >= count).then(|| all[0].clone())
    });
    found.await.unwrap()
}

fn desk() -> CertificatesDesk {
    let config: CertificatesConfig = serde_json::from_value(json!({
        "signing_keys": [CODE_KEY], "former_keys": [], "issuer": "81890求助服务中心", "issuer_en": "81890",
        "ends_on": "04-01", "least_days": 30, "revocations_good_for_hours": 24,
    }))
    .unwrap();
    CertificatesDesk::open(&config).unwrap()
}

on_both_databases! {
    async fn a_certificate_is_good_with_a_connection_and_without(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (merchant, own, certificate) = certified(&credit, address, Grade::AAA).await;
        assert_eq!((&certificate["grade"], &certificate["status"]), (&json!("AAA"), &json!("valid")));
        let online = checked_online(address, &certificate["code"]).await;
        assert_eq!((&online["verdict"], &online["certificate"]["number"]), (&json!("valid"), &certificate["number"]));
        let shown = format!("/v1/certificates/{}", certificate["number"].as_str().unwrap());
        for path in [shown.clone(), format!("{shown}/page.html")] {
            let kept = Person::nobody(address).get(&path).await.cache;
            assert_eq!(kept.as_deref(), Some("no-cache"), "a revoked one would be shown as valid");
        }
        let offline = Reader::up_to_date(address).await.check(&certificate, credit.clock_now());
        let says = offline.says.unwrap();
        assert_eq!((offline.verdict, says.grade, says.merchant), (Verdict::Valid, Grade::AAA, merchant.profile.id));
        let again = own.post(&of(merchant.profile.id, "/certificates"), None, &json!({})).await.ok();
        assert_eq!((&again["already"], &again["certificate"]["number"]), (&json!(true), &certificate["number"]));
        let told: Vec<CertificateIssued> = said(&credit, merchant.profile.id, 1).await;
        assert_eq!((told.len(), told[0].number.as_str()), (1, certificate["number"].as_str().unwrap()));
        credit.stop().await;
    }

    async fn i4_grades_of_the_year_revoke_the_certificates_that_say_another_one(db: TestDb) {
        let credit = with_a_year(&db).await;
        let address = credit.serve().await;
        let mut held = Vec::new();
        for merchant in credit.all().await {
            let own = Person::merchant(address, merchant.profile.id);
            let issued = own.post(&of(merchant.profile.id, "/certificates"), None, &json!({})).await;
            if issued.status == 200 {
                held.push((merchant, issued.body["certificate"].clone()));
            }
        }
        let run = computed(&credit).await;
        in_effect(&credit, &run).await;
        let mut moved = 0;
        for (before, certificate) in held {
            let now = credit.merchant(before.profile.id).await.credit.grade;
            let record = record(address, &certificate).await["record"].clone();
            // Some ended before, with the first of their commitments.
            if now != before.credit.grade && record["status"] != json!("expired") {
                assert_eq!(record["revoked_because"], json!("grade_changed"), "{record}");
                moved += 1;
            }
        }
        assert!(moved > 0, "no grade moved");
        credit.stop().await;
    }

    async fn i4_a_verified_breach_revokes_the_certificate_in_the_transaction_of_the_standing(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (merchant, own, certificate) = certified(&credit, address, Grade::AAA).await;
        let id = merchant.profile.id;
        credit.clock.advance(Duration::from_secs(60));
        credit.publish(credit.id(), &credit.breach(id, Severity::General)).await;
        credit.consumed(1).await;
        let record = record(address, &certificate).await["record"].clone();
        let changed_at = credit.merchant(id).await.changed_at.to_string();
        assert_eq!((&record["status"], &record["revoked_because"]), (&json!("revoked"), &json!("grade_changed")));
        assert_eq!(record["revoked_at"], json!(changed_at));
        assert_eq!(checked_online(address, &certificate["code"]).await["verdict"], json!("revoked"));
        let reader = Reader::up_to_date(address).await;
        assert_eq!(reader.check(&certificate, credit.clock_now()).verdict, Verdict::Revoked);
        let told: Vec<CertificateRevoked> = said(&credit, id, 1).await;
        assert_eq!((told.len(), told[0].reason), (1, RevocationReason::GradeChanged));
        // The standing allows another one: the turn issues it.
        let next = newest(&own, id, 2).await;
        assert_eq!((&next["grade"], &next["status"]), (&json!("B"), &json!("valid")));
        assert_eq!(reader.check(&next, credit.clock_now()).verdict, Verdict::Valid);
        credit.stop().await;
    }

    async fn whoever_leaves_has_no_certificate_and_gets_none(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (merchant, own, certificate) = certified(&credit, address, Grade::A).await;
        let id = merchant.profile.id;
        own.post(&of(id, "/leave"), 1, &json!({})).await.ok();
        let record = record(address, &certificate).await["record"].clone();
        assert_eq!((&record["status"], &record["revoked_because"]), (&json!("revoked"), &json!("left")));
        let board = Person::nobody(address).get(&of(id, "/price-board")).await.ok()["certificate"].clone();
        let shown = json!({ "number": record["number"], "status": "revoked", "valid_until": record["valid_until"] });
        assert_eq!(board, shown);
        let refused = own.post(&of(id, "/certificates"), None, &json!({})).await;
        assert_eq!(refused.problem(), (409, "not-certifiable"));
        assert_eq!(follow_up(credit.db(), &desk(), credit.clock_now()).await.unwrap(), 0);
        assert_eq!(own.get(&of(id, "/certificate.pdf")).await.problem(), (404, "not-found"));
        credit.stop().await;
    }

    async fn when_all_certificates_end_the_next_ones_are_issued_once_whatever_instance_comes_first(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (merchant, own, certificate) = certified(&credit, address, Grade::AA).await;
        let end: Timestamp = certificate["valid_until"].as_str().unwrap().parse().unwrap();
        credit.clock.advance(end.since(credit.clock_now()));
        let reader = Reader::up_to_date(address).await;
        assert_eq!(reader.check(&certificate, credit.clock_now()).verdict, Verdict::Expired);
        let (desk, now) = (desk(), credit.clock.now());
        join_all((0..3).map(|_| follow_up(credit.db(), &desk, now))).await;
        let next = newest(&own, merchant.profile.id, 2).await;
        assert_eq!((&next["status"], &next["valid_from"]), (&json!("valid"), &certificate["valid_until"]));
        let told: Vec<CertificateIssued> = said(&credit, merchant.profile.id, 2).await;
        assert_eq!(told.len(), 2);
        credit.stop().await;
    }

    async fn the_list_of_revocations_is_cached_until_something_changes(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (merchant, _, certificate) = certified(&credit, address, Grade::AAA).await;
        let nobody = Person::nobody(address);
        let (_, tag, _) = nobody.bytes(LIST).await;
        let tag = tag.unwrap();
        assert_eq!(nobody.get_unless(LIST, &tag).await.status, 304);
        let before = Reader::up_to_date(address).await.list;
        assert!(before.revoked.is_empty() && before.next_update == before.issued_at.after(Duration::from_secs(86_400)));
        credit.publish(credit.id(), &credit.breach(merchant.profile.id, Severity::Minor)).await;
        credit.consumed(1).await;
        assert_eq!(nobody.get_unless(LIST, &tag).await.status, 200);
        let after = Reader::up_to_date(address).await.list;
        let revoked: Vec<String> = after.revoked.iter().map(ToString::to_string).collect();
        assert_eq!(revoked, [certificate["number"].as_str().unwrap()]);
        // Once it would have ended by itself it is left out.
        let end: Timestamp = certificate["valid_until"].as_str().unwrap().parse().unwrap();
        credit.clock.advance(end.since(credit.clock_now()));
        let later = Reader::up_to_date(address).await.list;
        assert!(later.revoked.is_empty() && later.issued_at > after.issued_at);
        credit.stop().await;
    }

    async fn an_objection_shows_with_the_certificate_and_on_the_list(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (merchant, own, _) = certified(&credit, address, Grade::AAA).await;
        let id = merchant.profile.id;
        credit.publish(credit.id(), &credit.breach(id, Severity::General)).await;
        credit.consumed(1).await;
        let certificate = newest(&own, id, 2).await;
        let entry = credit.ledger(id).await.last().unwrap().posting.id;
        let body = json!({ "entry": entry, "grounds": "价格牌已更换" });
        assert_eq!(own.post_once(&of(id, "/objections"), "k", &body).await.status, 201);
        assert_eq!(record(address, &certificate).await["record"]["under_objection"], json!(true));
        let reader = Reader::up_to_date(address).await;
        let checked = reader.check(&certificate, credit.clock_now());
        assert_eq!((checked.verdict, checked.contested), (Verdict::Valid, true));
        credit.stop().await;
    }

    async fn the_record_for_tender_offices_is_signed_as_it_is_shown(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (_, _, certificate) = certified(&credit, address, Grade::AA).await;
        let shown = record(address, &certificate).await;
        let parts: Vec<&str> = shown["jws"].as_str().unwrap().split('.').collect();
        let payload = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&payload).unwrap(), shown["record"]);
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap().try_into().unwrap();
        let reader = Reader::up_to_date(address).await;
        assert!(reader.trust.keys()[0].verifies(format!("{}.{}", parts[0], parts[1]).as_bytes(), &signature));
        let scale: Vec<_> = shown["record"]["grade_scale"].as_array().unwrap().iter().map(|one| &one["grade"]).collect();
        assert_eq!(scale, ["AAA", "AA", "A", "B", "C", "D"]);
        credit.stop().await;
    }

    async fn whoever_scans_the_sheet_is_told_whether_to_rely_on_it(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (merchant, _, certificate) = certified(&credit, address, Grade::AAA).await;
        let page = format!("/v1/certificates/{}/page.html", certificate["number"].as_str().unwrap());
        let shown = Person::nobody(address).get(&page).await.text;
        for expected in ["证书有效", "AAA", &merchant.profile.name] {
            assert!(shown.contains(expected), "{expected} is not on {shown}");
        }
        credit.publish(credit.id(), &credit.breach(merchant.profile.id, Severity::General)).await;
        credit.consumed(1).await;
        let shown = Person::nobody(address).get(&page).await.text;
        assert!(shown.contains("证书已吊销") && !shown.contains("AAA"), "{shown}");
        credit.stop().await;
    }

    async fn what_was_never_issued_is_refused_whatever_it_looks_like(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (_, _, certificate) = certified(&credit, address, Grade::AA).await;
        let code = certificate["code"].as_str().unwrap();
        let changed = format!("{}0{}", &code[..100], &code[101..]);
        let verdicts = [("HC1:X", "unreadable"), (changed.as_str(), "forged")];
        for (text, expected) in verdicts {
            let found = checked_online(address, &json!(text)).await;
            let verdict = found["verdict"].as_str().unwrap();
            assert!(verdict == expected || verdict == "unreadable", "{text}: {verdict}");
            assert_eq!(found.get("certificate"), None);
        }
        let nobody = Person::nobody(address);
        assert_eq!(nobody.get("/v1/certificates/330200-2026-999999").await.problem(), (404, "not-found"));
        assert_eq!(nobody.get("/v1/certificates/none").await.problem(), (404, "not-found"));
        credit.stop().await;
    }

    async fn a_certificate_is_asked_for_by_its_merchant_or_an_officer_and_vouches_for_no_d(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (merchant, other) = (credit.any_of_grade(Grade::B).await, credit.any_of_grade(Grade::A).await);
        let target = of(merchant.profile.id, "/certificates");
        let stranger = Person::merchant(address, other.profile.id);
        assert_eq!(stranger.post(&target, None, &json!({})).await.problem(), (403, "forbidden"));
        assert_eq!(stranger.get(&target).await.problem(), (403, "forbidden"));
        let auditor = Person::staff(address, 4, Role::Auditor);
        assert_eq!(auditor.post(&target, None, &json!({})).await.problem(), (403, "forbidden"));
        let officer = Person::staff(address, 1, Role::CreditOfficer);
        let issued = officer.post(&target, None, &json!({})).await.ok();
        assert_eq!(issued["certificate"]["grade"], json!("B"));
        let all = credit.all().await;
        let d = all.iter().find(|one| one.credit.grade == Grade::D || one.status != Status::Affiliated);
        if let Some(out) = d {
            let refused = officer.post(&of(out.profile.id, "/certificates"), None, &json!({})).await;
            assert_eq!(refused.problem(), (409, "not-certifiable"));
        }
        credit.stop().await;
    }

    async fn certificate_and_price_board_are_printed(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (merchant, own, held) = certified(&credit, address, Grade::AAA).await;
        let (id, nobody) = (merchant.profile.id, Person::nobody(address));
        let (status, tag, sheet) = own.bytes(&of(id, "/certificate.pdf")).await;
        assert!(status == 200 && sheet.starts_with(b"%PDF-"), "{status}");
        assert_eq!(own.get_unless(&of(id, "/certificate.pdf"), &tag.unwrap()).await.status, 304);
        assert_eq!(nobody.get(&of(id, "/certificate.pdf")).await.status, 401);
        let told = format!("信用等级证书{}，有效期至", held["number"].as_str().unwrap());
        let board = printed(&nobody, &of(id, "/price-board.pdf")).await;
        assert!(board.contains(&told), "{board}");
        let page = shown(&nobody, &of(id, "/price-board.html")).await;
        assert!(page.contains(&told), "{page}");
        let all = credit.all().await.into_iter().filter(|one| one.status == Status::Affiliated);
        let small = all.filter(|one| one.profile.id != id).min_by_key(|one| one.profile.categories.len()).unwrap();
        let board = printed(&nobody, &of(small.profile.id, "/price-board.pdf")).await;
        assert!(board.contains("现在没有有效的信用等级证书") && board.contains("第1页，共1页"), "{board}");
        credit.stop().await;
    }

    async fn a_sample_city_awaits_its_certificates_and_greets_once(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        for made in [5, 0] {
            assert_eq!(credit.seed_shown(5).await, Seeded { made, kept: 5 - made });
        }
        let board = Person::nobody(address).get("/v1/publicity?city=330200").await.ok();
        assert_eq!(board["items"].as_array().unwrap().len(), 2);
        let able = |merchant: &Merchant| merchant.credit.grade != Grade::D;
        for merchant in credit.all().await.into_iter().filter(able) {
            let own = Person::merchant(address, merchant.profile.id);
            assert_eq!(newest(&own, merchant.profile.id, 1).await["grade"], json!(merchant.credit.grade));
        }
        credit.stop().await;
    }
}

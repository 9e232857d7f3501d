//! Merchants' reports on their year: whose they are, what they say, and that page and sheet say the same.

use std::net::SocketAddr;
use std::time::Duration;

use contracts::feedback::Severity;
use credit::usecases::RecordBreach;
use credit::usecases::evaluation::{evaluation_of_year, found_after};
use kernel::{Grade, MerchantId, Role};
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases, wait};

use crate::callers::Caller;
use crate::evaluation::{YEAR, at, computed, in_effect, publish, until, with_a_year};
use crate::host::{MERCHANTS, PATIENCE, TestCredit, ningbo};
use crate::people::Person;

/// Call-backs of a line of the report.
fn calls(line: &Value) -> u64 {
    ["satisfied", "unsatisfied", "suspected", "unreached"].iter().filter_map(|name| line[name].as_u64()).sum()
}

/// The text of a printed sheet, without its breaks.
pub(crate) async fn printed(who: &Person, target: &str) -> String {
    let (status, _, sheet) = who.bytes(target).await;
    assert_eq!(status, 200, "{target}: {}", String::from_utf8_lossy(&sheet));
    let sheet = lopdf::Document::load_mem(&sheet).unwrap();
    let pages: Vec<u32> = sheet.get_pages().into_keys().collect();
    sheet.extract_text(&pages).unwrap().split_whitespace().collect()
}

/// The text of a page, without its markup and breaks.
pub(crate) async fn shown(who: &Person, target: &str) -> String {
    let page = who.get(target).await;
    assert_eq!(page.status, 200, "{target}: {}", page.text);
    let body = page.text.split_once("<body>").unwrap().1;
    let text: String =
        body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    text.replace("&quot;", "\"").split_whitespace().collect()
}

async fn broken(credit: &TestCredit, id: MerchantId) {
    let breach = credit.breach(id, Severity::Minor);
    let command =
        RecordBreach { rules: &credit.rules, calendar: &credit.calendar, policy: &credit.policy, breach };
    assert!(!credit.db().write(&command).await.unwrap().is_already_done());
}

/// Grants it an honour of this day, by two persons.
async fn honoured(address: SocketAddr, id: MerchantId, granted_at: &str) {
    let (officer, reviewer) =
        (Person::staff(address, 1, Role::CreditOfficer), Person::staff(address, 2, Role::CreditReviewer));
    let honour = json!({
        "kind": "credit-demonstration", "level": "city", "grantor": "宁波市信用办",
        "granted_at": granted_at, "valid_until": "2027-12-31T00:00:00Z",
    });
    let target = format!("/v1/merchants/{id}/honours?city=330200");
    let proposed = officer.post_once(&target, "late", &honour).await.ok();
    let target = format!("/v1/honours/{}/decide?city=330200", proposed["id"].as_str().unwrap());
    let decided = reviewer.post(&target, 1, &json!({ "agrees": true, "reason": "材料属实" })).await.ok();
    assert_eq!(decided["counts"], json!(true));
}

/// What has to be on both, and what on neither.
async fn both(who: &Person, target: &str, wanted: &[&str], unwanted: &[&str]) {
    let texts = [
        printed(who, &format!("{target}/report.pdf?city=330200")).await,
        shown(who, &format!("{target}/report.html?city=330200")).await,
    ];
    for text in texts {
        for one in wanted {
            assert!(text.contains(one), "{one} is not in {text}");
        }
        for one in unwanted {
            assert!(!text.contains(one), "{one} is in {text}");
        }
    }
}

on_both_databases! {
    async fn a_report_is_the_merchants_own_and_tells_what_counts_and_what_would_help(db: TestDb) {
        let credit = with_a_year(&db).await;
        let address = credit.serve().await;
        let run = computed(&credit).await;
        let all = found_after(credit.db(), run.id, false, None, 100).await.unwrap();
        let id = all.iter().find(|found| found.evaluated.found.grade < Grade::AAA).unwrap().evaluated.merchant;
        let years = "/v1/evaluation-summaries?city=330200";
        assert_eq!(Caller::nobody(address).get(years).await.body["items"], json!([]), "it is not published");
        let published = publish(&credit, &run).await;
        let listed = Caller::nobody(address).get(years).await.body;
        assert_eq!((&listed["items"][0]["year"], &listed["items"][0]["state"]), (&json!(YEAR), &json!("published")));
        assert_eq!(listed["items"][0].get("published_by"), None);
        let told = Caller::merchant(address, id).get(&format!("/v1/merchants/{id}/notices?city=330200")).await;
        let newest = &told.body["items"][0];
        assert_eq!(newest["kind"], json!("evaluation_published"), "{}", told.body);
        assert_eq!(newest["act_by"], json!(published.effective_at()));
        let path = format!("/v1/merchants/{id}/reports/{YEAR}");
        let own = Caller::merchant(address, id).get(&format!("{path}?city=330200")).await;
        assert_eq!(own.status, 200, "{}", own.body);
        let report = &own.body;
        assert_eq!(report["dimensions"].as_array().unwrap().len(), 4);
        let counted: i64 = report["dimensions"].as_array().unwrap().iter().map(|one| one["counted"].as_i64().unwrap()).sum();
        assert_eq!(counted, report["found"]["score"].as_i64().unwrap());
        let asked: u64 = report["callbacks"].as_array().unwrap().iter().map(calls).sum();
        let others = report["entries"].as_array().unwrap().len() as u64;
        assert_eq!(report["entries_of_year"], json!(asked + others), "every entry is counted or named");
        assert!(report["entries"].as_array().unwrap().iter().all(|entry| entry["rule"].is_string() && entry["cause"].is_string()));
        assert!(!report["raises"].as_array().unwrap().is_empty(), "{report}");
        assert_eq!(report["peers"][0]["merchants"], json!(MERCHANTS));
        let names: Vec<_> = credit.all().await.into_iter().filter(|one| one.profile.id != id).map(|one| one.profile.name).collect();
        assert!(names.iter().all(|name| !report.to_string().contains(name)), "nobody else is named");
        let page = Caller::merchant(address, id).get(&format!("{path}/report.html?city=330200")).await;
        assert_eq!((page.status, page.cache.as_deref()), (200, Some("private, no-store")));
        let strangers = [
            Caller::merchant(address, all.iter().find(|found| found.evaluated.merchant != id).unwrap().evaluated.merchant),
            Caller::staff(address, 9, Role::Operator),
        ];
        for stranger in strangers {
            assert_eq!(stranger.get(&format!("{path}?city=330200")).await.status, 403);
        }
        let public = Caller::nobody(address).get(&format!("/v1/evaluation-summaries/{YEAR}?city=330200")).await;
        assert_eq!((public.status, public.cache.as_deref()), (200, Some("public, max-age=60")));
        assert_eq!(public.body["distributions"][0]["merchants"], json!(MERCHANTS));
        credit.stop().await;
    }

    async fn page_and_sheet_say_the_same_and_are_marked_until_the_year_is_published(db: TestDb) {
        let credit = with_a_year(&db).await;
        let address = credit.serve().await;
        let id = credit.any_of_grade(Grade::AA).await.profile.id;
        broken(&credit, id).await;
        let (own, auditor) = (Person::merchant(address, id), Person::staff(address, 4, Role::Auditor));
        let target = format!("/v1/merchants/{id}/reports/{YEAR}");
        let check = format!("/v1/evaluation-summaries/{YEAR}/merchants/{id}/page.html?city=330200");
        let run = computed(&credit).await;
        both(&auditor, &target, &["草稿DRAFT", "公布后有10个工作日"], &["扫码在线核对"]).await;
        assert_eq!(own.get(&format!("{target}/report.pdf?city=330200")).await.problem(), (404, "not-found"));
        assert_eq!(Person::nobody(address).get(&check).await.problem(), (404, "not-found"), "not published");
        publish(&credit, &run).await;
        let told = [
            "2025年度信用报告", "失信核实：轻微失信", "价格透明", "开锁换锁", "评价期间", "2025-01-01至2025-12-31", "将生效",
            "2026-02-13止（含当日）", "第1版", "扫码在线核对", "您的权利", "北京时间",
        ];
        both(&own, &target, &told, &["草稿", "/followup/", "/breach/", "breach_verified", "T16:00"]).await;
        let waiting = shown(&Person::nobody(address), &check).await;
        assert!(!waiting.contains("年度等级Grade"), "no grade before it takes effect: {waiting}");
        credit.clock.set(at("2026-02-14T00:00:00Z"));
        until(&credit, "in_effect").await;
        both(&own, &target, &["生效等级", "自2026-02-14起", "异议期已于2026-02-13结束"], &["将生效", "草稿"]).await;
        let grade = credit.merchant(id).await.credit.grade;
        let checked = shown(&Person::nobody(address), &check).await;
        assert!(checked.contains(&format!("年度等级Grade{grade}")) && checked.contains("2026-02-13"), "{checked}");
        let (_, tag, _) = own.bytes(&format!("{target}/report.pdf?city=330200")).await;
        assert_eq!(own.get_unless(&format!("{target}/report.pdf?city=330200"), &tag.unwrap()).await.status, 304);
        credit.stop().await;
    }

    async fn a_preview_is_marked_as_one_and_is_for_staff_alone(db: TestDb) {
        let credit = with_a_year(&db).await;
        let address = credit.serve().await;
        credit.clock.advance(Duration::from_secs(86_400));
        let id = credit.any_of_grade(Grade::AA).await.profile.id;
        let officer = Caller::staff(address, 1, Role::CreditOfficer);
        let begun = officer.post("/v1/evaluations", "p", &json!({ "city": 330_200 })).await;
        let path = format!("/v1/evaluations/{}", begun.body["id"].as_str().unwrap());
        wait::until("the preview", PATIENCE, async || {
            Some(officer.get(&path).await.body).filter(|run| run["state"] == "computed")
        })
        .await
        .unwrap();
        let target = format!("{path}/reports/{id}");
        let told = ["预览PREVIEW", "不改变任何等级", "未注明类别", "全市"];
        both(&Person::staff(address, 4, Role::Auditor), &target, &told, &["您的权利", "将生效"]).await;
        for kind in ["html", "pdf"] {
            let refused = Person::merchant(address, id).get(&format!("{target}/report.{kind}?city=330200")).await;
            assert_eq!(refused.problem(), (403, "forbidden"));
        }
        credit.stop().await;
    }

    async fn a_report_leads_to_every_entry_of_its_year_page_by_page(db: TestDb) {
        let credit = with_a_year(&db).await;
        let address = credit.serve().await;
        let id = credit.any_of_grade(Grade::A).await.profile.id;
        let run = computed(&credit).await;
        broken(&credit, id).await;
        publish(&credit, &run).await;
        let own = Person::merchant(address, id);
        let report = own.get(&format!("/v1/merchants/{id}/reports/{YEAR}?city=330200")).await.ok();
        let (ledger, mut found, mut next) = (report["ledger"].as_str().unwrap(), Vec::new(), String::new());
        loop {
            let page = own.get(&format!("{ledger}&limit=2{next}")).await.ok();
            found.extend(page["items"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64().unwrap()));
            let Some(after) = page["next"].as_str() else { break };
            next = format!("&after={after}");
        }
        let of_year = report["entries_of_year"].as_u64().unwrap();
        assert_eq!(found, (1..=of_year).collect::<Vec<_>>(), "what was recorded since is not of the year");
        assert!(credit.ledger(id).await.len() as u64 > of_year);
        credit.stop().await;
    }

    async fn what_was_recorded_after_the_report_of_its_year_is_on_the_next_one(db: TestDb) {
        let credit = with_a_year(&db).await;
        let address = credit.serve().await;
        let id = credit.any_of_grade(Grade::AA).await.profile.id;
        let run = computed(&credit).await;
        in_effect(&credit, &run).await;
        credit.clock.set(at("2026-03-10T01:00:00Z"));
        honoured(address, id, "2025-12-01T00:00:00Z").await;
        credit.clock.set(at("2027-02-01T00:30:00Z"));
        wait::until("the next year", PATIENCE, async || {
            let run = evaluation_of_year(credit.db(), ningbo(), YEAR + 1).await.ok()?;
            (run.state.word() == "computed").then_some(())
        })
        .await
        .unwrap();
        let target = format!("/v1/merchants/{id}/reports/{}", YEAR + 1);
        let auditor = Person::staff(address, 4, Role::Auditor);
        let report = auditor.get(&format!("{target}?city=330200")).await.ok();
        let late: Vec<_> = report["late_entries"].as_array().unwrap().iter().map(|entry| {
            entry["cause"].as_str().unwrap().split(':').next().unwrap()
        }).collect();
        assert_eq!((&late[..], &report["late_entries_left_out"]), (&["honour", "evaluation"][..], &json!(0)));
        let told = ["此前发生、本期记入的记录", "以下2条记录", "2025-12-01", "2025-12-31"];
        both(&auditor, &target, &told, &[]).await;
        let before = auditor.get(&format!("/v1/merchants/{id}/reports/{YEAR}?city=330200")).await.ok();
        assert_eq!(before["late_entries"], json!([]), "it is a report on what was known then");
        credit.stop().await;
    }

    async fn a_year_with_nobody_to_evaluate_is_refused_and_can_be_evaluated_later(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        credit.clock.set(at("2026-02-03T01:00:00Z"));
        let officer = Caller::staff(address, 1, Role::CreditOfficer);
        let year = json!({ "city": 330_200, "year": YEAR });
        let refused = officer.post("/v1/evaluations", "y", &year).await;
        assert_eq!(refused.problem(), (409, "nobody-to-evaluate"), "{}", refused.body);
        let preview = json!({ "city": 330_200, "as_of": "2026-01-15T00:00:00Z" });
        let refused = officer.post("/v1/evaluations", "p", &preview).await;
        assert_eq!(refused.problem(), (409, "nobody-to-evaluate"), "a preview of nobody: {}", refused.body);
        assert_eq!(officer.get("/v1/evaluations?city=330200").await.body["items"], json!([]), "they used nothing up");
        credit.clock.set(at("2025-11-20T01:00:00Z"));
        credit.seed().await;
        credit.clock.set(at("2026-02-03T01:00:00Z"));
        assert_eq!(officer.post("/v1/evaluations", "y", &year).await.status, 202);
        credit.stop().await;
    }
}

//! Due process over HTTP, on the bus and in time.

use std::time::Duration;

use contracts::credit::{Deadline, DeadlineMissed, MerchantRemoved, SanctionDecided, SanctionOutcome};
use contracts::feedback::Severity;
use credit::usecases::process::{ActOnProceeding, end_what_is_over, tell_what_is_overdue};
use credit_domain::Status;
use credit_domain::process::{Act, Measure};
use futures::future::join_all;
use kernel::{Actor, ActorId, Clock as _, Grade, ProceedingId, Role, Timestamp, Version};
use sea_orm::ConnectionTrait;
use serde_json::json;
use testkit::{TestDb, on_both_databases};

use crate::callers::Caller;
use crate::court::{Court, agrees, finding, of, procedure, red_line, removal, said, until_status};
use crate::host::{TestCredit, ningbo};
use crate::people::Person;
use crate::reports::{printed, shown};
use crate::search::target;

const DAY: Duration = Duration::from_secs(86_400);

on_both_databases! {
    async fn i4_a_red_line_removes_a_merchant_at_once_and_tells_everybody(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::AAA).await;
        let id = before.profile.id;
        let court = Court::of(&credit).await;
        let proceeding = court.opened(id, red_line(), "serious").await;
        let imposed = court.reviewer.change(&of(&proceeding, "/decisions"), 1, &removal()).await;
        assert_eq!((imposed.status, &imposed.body["stage"]), (200, &json!("in_force")), "{}", imposed.body);
        let after = credit.merchant(id).await;
        assert_eq!((after.credit.grade, after.status), (Grade::D, Status::Removed));
        assert_eq!(after.version, before.version.next());
        agrees(&court, &credit, id).await;
        let removed = said::<MerchantRemoved>(&credit, id, 1).await;
        assert_eq!(removed[0].ban_until.to_string(), "2027-11-23T01:00:00Z");
        let decided = said::<SanctionDecided>(&credit, id, 1).await;
        assert_eq!((decided[0].outcome, decided[0].published), (SanctionOutcome::Imposed, true));
        let again = court.reviewer.change(&of(&proceeding, "/decisions"), 1, &removal()).await;
        assert_eq!((again.status, again.etag.as_deref()), (200, Some("\"2\"")), "the first decision stands");
        credit.stop().await;
    }

    async fn an_appeal_that_is_upheld_gives_everything_back_and_clears_the_board(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::AA).await;
        let id = before.profile.id;
        let court = Court::of(&credit).await;
        let merchant = Caller::merchant(court.address, id);
        let proceeding = court.opened(id, red_line(), "serious").await;
        court.reviewer.change(&of(&proceeding, "/decisions"), 1, &removal()).await;
        let board = court.citizen.get("/v1/publicity?city=330200&kind=removal").await;
        assert_eq!((board.status, board.cache.as_deref()), (200, Some("public, max-age=60")));
        assert_eq!(board.body["items"][0]["merchant_name"], json!(before.profile.name));
        assert!(!board.body.to_string().contains("王女士"), "nothing personal: {}", board.body);
        assert_eq!(court.banned().await, [json!(id)]);
        let kept = court.citizen.get_unless("/v1/publicity?city=330200&kind=removal", board.etag.as_deref());
        assert_eq!(kept.await.status, 304);
        let appeal = json!({ "act": "appeal", "grounds": "服务记录属实" });
        let appealed = merchant.post(&of(&proceeding, "/answers"), "x", &appeal).await;
        assert_eq!((appealed.status, &appealed.body["stage"]), (200, &json!("appealed")));
        assert!(credit.merchant(id).await.under_objection);
        let shown = async |who: &Caller| {
            let it = who.get("/v1/proceedings?city=330200").await.body["items"][0].clone();
            (it["recused"].clone(), it["allowed_actions"].clone())
        };
        assert_eq!(shown(&court.reviewer).await, (json!(true), json!([])), "it decided before");
        assert_eq!(shown(&court.another).await, (json!(false), json!(["rule_on_appeal"])));
        let ruling = json!({ "act": "rule_on_appeal", "granted": true, "reason": "证据不足" });
        let decider = court.reviewer.change(&of(&proceeding, "/decisions"), 3, &ruling).await;
        assert_eq!(decider.problem(), (403, "same-person"));
        let ruled = court.another.change(&of(&proceeding, "/decisions"), 3, &ruling).await;
        assert_eq!((ruled.status, &ruled.body["stage"]), (200, &json!("reversed")), "{}", ruled.body);
        let after = credit.merchant(id).await;
        assert_eq!((after.credit.grade, after.credit.score), (before.credit.grade, before.credit.score));
        assert_eq!((after.status, after.under_objection), (Status::Affiliated, false));
        assert!(court.banned().await.is_empty(), "the ban fell with the removal");
        agrees(&court, &credit, id).await;
        let cleared = court.citizen.get_unless("/v1/publicity?city=330200&kind=removal", board.etag.as_deref());
        let cleared = cleared.await;
        assert_eq!((cleared.status, &cleared.body["items"]), (200, &json!([])));
        let outcomes: Vec<_> =
            said::<SanctionDecided>(&credit, id, 2).await.iter().map(|decided| decided.outcome).collect();
        assert_eq!(outcomes, [SanctionOutcome::Imposed, SanctionOutcome::Reversed]);
        credit.stop().await;
    }

    async fn a_measure_comes_after_notice_and_reply_and_ends_by_itself(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::AAA).await;
        let id = before.profile.id;
        let court = Court::of(&credit).await;
        let merchant = Caller::merchant(court.address, id);
        let proceeding = court.opened(id, finding(), "general").await;
        let (investigation, decisions) = (of(&proceeding, "/investigation"), of(&proceeding, "/decisions"));
        let impose = json!({ "act": "impose", "measure": "suspension", "months": 3, "reason": "收费不明" });
        assert_eq!(court.reviewer.change(&decisions, 1, &impose).await.problem(), (409, "not-now"));
        let notify = json!({ "act": "notify", "announced": "suspension", "reason": "收费不明" });
        let noticed = court.officer.change(&investigation, 1, &notify).await;
        assert_eq!(noticed.body["notice"]["reply_by"], json!("2026-11-30T16:00:00Z"), "{}", noticed.body);
        assert_eq!(court.reviewer.change(&decisions, 2, &impose).await.problem(), (409, "too-early"));
        let seen = merchant.get(&of(&proceeding, "")).await;
        assert_eq!(seen.body["allowed_actions"], json!(["reply"]));
        let reply = json!({ "act": "reply", "text": "已整改" });
        assert_eq!(merchant.post(&of(&proceeding, "/answers"), "x", &reply).await.status, 200);
        assert_eq!(court.reviewer.change(&decisions, 2, &impose).await.problem(), (412, "precondition-failed"));
        assert_eq!(court.reviewer.change(&decisions, 3, &impose).await.status, 200);
        assert_eq!(credit.merchant(id).await.status, Status::Suspended);
        let board = court.citizen.get(&format!("/v1/merchants/{id}/price-board?city=330200")).await;
        assert_eq!(board.body["suspension"], json!({ "since": credit.clock.now(), "by": "measure" }));
        let sheet = format!("/v1/merchants/{id}/price-board.html?city=330200");
        let sheet = shown(&Person::nobody(court.address), &sheet).await;
        assert!(sheet.contains("平台经处理程序作出的措施"), "{sheet}");
        agrees(&court, &credit, id).await;
        credit.clock.advance(93 * DAY);
        let after = until_status(&credit, id, Status::Affiliated).await;
        agrees(&court, &credit, id).await;
        assert!(after.credit.restraints.is_empty());
        let mut outcomes = said::<SanctionDecided>(&credit, id, 2).await;
        assert_eq!(outcomes.pop().map(|decided| decided.outcome), Some(SanctionOutcome::Expired));
        credit.stop().await;
    }

    async fn a_repair_gives_back_what_the_breach_took_and_the_ledger_says_the_same(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::AAA).await;
        let id = before.profile.id;
        let breach = credit.breach(id, Severity::General);
        credit.publish(credit.id(), &breach).await;
        credit.consumed(1).await;
        let court = Court::of(&credit).await;
        let ground = json!({ "kind": "breach", "case": breach.case });
        let proceeding = court.opened(id, ground, "general").await.parse().unwrap();
        let procedure = procedure(&credit);
        let act = async |by, act| {
            let (procedure, city) = (procedure.clone(), ningbo());
            let command = ActOnProceeding { procedure, city, id: proceeding, act, by, expected: None };
            credit.db().write(&command).await.unwrap()
        };
        let staff = |n| Actor::Staff { id: ActorId::from_u128(n) };
        let (officer, reviewer, owner) = (staff(1), staff(2), Actor::Merchant { id });
        let measure = Measure::PreferenceSuspension;
        let reason = || "收费不明".to_owned();
        act(officer, Act::Notify { announced: measure, reason: reason() }).await;
        act(owner, Act::Reply { text: "已退款".to_owned().into(), asks_hearing: false }).await;
        let impose = Act::Impose { measure, months: 12, rectify_working_days: None, reason: reason() };
        act(reviewer, impose).await;
        assert_eq!(credit.merchant(id).await.credit.grade, Grade::B);
        agrees(&court, &credit, id).await;
        credit.clock.advance(93 * DAY);
        act(owner, Act::ApplyForRepair { proof: "退款凭证".to_owned().into(), last_breach_at: None }).await;
        act(reviewer, Act::DecideRepair { granted: true, reason: reason() }).await;
        let after = credit.merchant(id).await.credit;
        assert_eq!((after.score, after.grade), (before.credit.score, before.credit.grade));
        agrees(&court, &credit, id).await;
        credit.stop().await;
    }

    async fn an_emergency_suspension_that_nobody_confirms_ends_by_itself_once(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AA).await.profile.id;
        let court = Court::of(&credit).await;
        let proceeding = court.opened(id, finding(), "serious").await;
        let suspend = json!({ "act": "suspend", "reason": "消防隐患" });
        let suspended = court.officer.change(&of(&proceeding, "/investigation"), 1, &suspend).await;
        assert_eq!(suspended.status, 200, "{}", suspended.body);
        let version = credit.merchant(id).await.version;
        assert_eq!(credit.merchant(id).await.status, Status::Suspended);
        let board = format!("/v1/merchants/{id}/price-board?city=330200");
        let told = court.auditor.get(&board).await.body["suspension"].clone();
        assert_eq!(told, json!({ "since": credit.clock.now(), "by": "emergency" }));
        // It is still affiliated: who looks for it by name is not told that it is not.
        let name = credit.merchant(id).await.profile.name;
        let found = court.citizen.get(&target("/v1/merchants/public", &[("name", &name)])).await;
        let found = &found.body["items"][0];
        assert_eq!((&found["id"], &found["suspended"]), (&json!(id), &json!(true)), "{found}");
        assert_eq!(found.get("grade"), None, "as on its price board");
        let sheet = format!("/v1/merchants/{id}/price-board");
        let nobody = Person::nobody(court.address);
        for text in [
            shown(&nobody, &format!("{sheet}.html?city=330200")).await,
            printed(&nobody, &format!("{sheet}.pdf?city=330200")).await,
        ] {
            assert!(text.contains("自2026-11-23起，平台紧急措施，尚未定论"), "{text}");
        }
        let target = "/v1/proceedings?city=330200&awaiting_confirmation=true&total=true";
        let awaiting = court.auditor.get(target).await.body;
        assert_eq!(awaiting["total"]["count"], json!(1), "{awaiting}");
        assert_eq!(awaiting["items"][0]["due"]["what"], json!("confirmation"));
        credit.clock.advance(4 * DAY);
        // As several instances do at once.
        let (procedure, now) = (procedure(&credit), credit.clock.now());
        for ended in join_all((0..4).map(|_| end_what_is_over(credit.db(), &procedure, now))).await {
            ended.unwrap();
        }
        let after = until_status(&credit, id, Status::Affiliated).await;
        assert_eq!(after.version, version.next());
        assert_eq!(court.auditor.get(target).await.body["items"], json!([]));
        let again = court.officer.change(&of(&proceeding, "/investigation"), 1, &suspend).await;
        assert_eq!((again.problem(), &again.body["stage"]), ((409, "not-now"), &json!("opened")));
        credit.stop().await;
    }

    async fn a_deadline_that_passed_is_told_once(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::B).await.profile.id;
        let court = Court::of(&credit).await;
        let proceeding = court.opened(id, finding(), "minor").await;
        let target = "/v1/proceedings?city=330200&overdue=true";
        assert_eq!(court.auditor.get(target).await.body["items"], json!([]));
        let now = credit.clock.advance(8 * DAY);
        for told in join_all((0..4).map(|_| tell_what_is_overdue(credit.db(), now))).await {
            told.unwrap();
        }
        let missed = said::<DeadlineMissed>(&credit, id, 1).await;
        assert_eq!((missed.len(), missed[0].what), (1, Deadline::Notice));
        assert_eq!(tell_what_is_overdue(credit.db(), now).await.unwrap(), 0);
        let overdue = court.auditor.get(target).await;
        assert_eq!(overdue.body["items"][0]["id"], json!(proceeding));
        assert_eq!(overdue.body["items"][0]["due"]["overdue"], json!(true));
        credit.stop().await;
    }

    async fn what_is_due_first_stands_first_page_by_page_and_what_has_no_deadline_last(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::B).await.profile.id;
        let court = Court::of(&credit).await;
        let open = async |key: &str| {
            let body = json!({ "merchant": id, "ground": finding(), "class": "serious", "facts": "未通过检查" });
            let opened = court.officer.post("/v1/proceedings?city=330200", key, &body).await;
            opened.body["id"].as_str().unwrap().to_owned()
        };
        let dropped = open("one").await;
        let drop = json!({ "act": "drop", "reason": "未查实" });
        assert_eq!(court.reviewer.change(&of(&dropped, "/decisions"), 1, &drop).await.status, 200);
        let noticed_by = open("two").await;
        let suspended = open("three").await;
        let suspend = json!({ "act": "suspend", "reason": "消防隐患" });
        assert_eq!(court.officer.change(&of(&suspended, "/investigation"), 1, &suspend).await.status, 200);
        let list = "/v1/proceedings?city=330200&limit=1";
        let mut found = Vec::new();
        let mut page = court.auditor.get(&format!("{list}&sort=due")).await.body;
        loop {
            found.push(page["items"][0]["id"].clone());
            let Some(next) = page["next"].as_str() else { break };
            let other = court.auditor.get(&format!("{list}&after={next}")).await;
            assert_eq!(other.problem(), (400, "invalid-cursor"), "a place in the other order");
            page = court.auditor.get(&format!("{list}&sort=due&after={next}")).await.body;
        }
        assert_eq!(json!(found), json!([suspended, noticed_by, dropped]));
        credit.stop().await;
    }

    async fn what_is_due_within_three_days_or_overdue_is_counted_and_nothing_else(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::B).await.profile.id;
        let court = Court::of(&credit).await;
        let opened = court.open(id, finding(), "minor").await.body;
        let by: Timestamp = serde_json::from_value(opened["due"]["by"].clone()).unwrap();
        let count = async |filter: &str| {
            let target = format!("/v1/proceedings?city=330200&total=true&limit=1&{filter}");
            court.auditor.get(&target).await.body["total"]["count"].clone()
        };
        let counts =
            async || json!([count("due_soon=true").await, count("overdue=true").await, count("due_soon=true&overdue=true").await]);
        assert_eq!(counts().await, json!([0, 0, 0]));
        credit.clock.set(by.before(3 * DAY));
        assert_eq!(counts().await, json!([1, 0, 1]));
        credit.clock.set(by);
        assert_eq!(counts().await, json!([0, 1, 1]));
        credit.stop().await;
    }

    async fn an_objection_is_shown_until_another_person_decides_and_takes_the_measure_with_it(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::AAA).await;
        let id = before.profile.id;
        let breach = credit.breach(id, Severity::General);
        credit.publish(credit.id(), &breach).await;
        credit.consumed(1).await;
        let court = Court::of(&credit).await;
        let merchant = Caller::merchant(court.address, id);
        let ground = json!({ "kind": "breach", "case": breach.case });
        let proceeding = court.opened(id, ground.clone(), "general").await;
        let twice = json!({ "merchant": id, "ground": ground, "class": "general", "facts": "重复" });
        let twice = court.officer.post("/v1/proceedings?city=330200", "other", &twice).await;
        assert_eq!((twice.problem(), &twice.body["proceeding"]), ((409, "already-opened"), &json!(proceeding)));
        let entry = credit.ledger(id).await[1].posting.id;
        let target = format!("/v1/merchants/{id}/objections?city=330200");
        let body = json!({ "entry": entry, "grounds": "当日未上门" });
        let filed = merchant.post(&target, "x", &body).await;
        assert_eq!((filed.status, &filed.body["decide_by"]), (201, &json!("2026-12-07T16:00:00Z")));
        assert!(credit.merchant(id).await.under_objection);
        let again = merchant.post(&target, "x", &body).await;
        assert_eq!((again.status, &again.body["id"]), (200, &filed.body["id"]));
        let of = |rest| format!("/v1/objections/{}{rest}?city=330200", filed.body["id"].as_str().unwrap());
        let word = json!({ "upheld": true, "reason": "录音与记录不符" });
        assert_eq!(court.reviewer.change(&of("/decide"), 1, &word).await.problem(), (409, "not-examined"));
        assert_eq!(court.officer.change(&of("/examine"), 1, &word).await.body["state"], json!("examined"));
        let decided = court.reviewer.change(&of("/decide"), 2, &word).await;
        assert_eq!((decided.status, &decided.body["state"]), (200, &json!("upheld")), "{}", decided.body);
        let after = credit.merchant(id).await;
        assert_eq!((after.credit.grade, after.under_objection), (Grade::AAA, false));
        let fallen = court.auditor.get(&format!("/v1/proceedings?city=330200&merchant={id}")).await;
        assert_eq!(fallen.body["items"][0]["stage"], json!("dropped"));
        let opening = json!({ "entry": credit.ledger(id).await[0].posting.id, "grounds": "不服" });
        let opening = merchant.post(&target, "x", &opening).await;
        assert_eq!((opening.status, &opening.body["admits"]), (201, &json!("correct")), "any entry is open");
        credit.stop().await;
    }

    async fn a_finding_cites_a_clause_that_there_is(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        let court = Court::of(&credit).await;
        let open = async |key: &str, clause: &str| {
            let body = json!({
                "merchant": id, "ground": finding(), "class": "minor", "clause": clause, "facts": "现场检查",
            });
            court.officer.post("/v1/proceedings?city=330200", key, &body).await
        };
        let unknown = open("1", "no-such-clause").await;
        assert_eq!(unknown.problem(), (422, "unknown-clause"));
        assert_eq!(unknown.body["errors"][0]["pointer"], json!("#/clause"));
        assert_eq!(open("2", "DB33/T 2396-2021#99").await.problem(), (422, "unknown-clause"));
        assert_eq!(open("3", "price-as-posted").await.status, 201);
        credit.stop().await;
    }

    async fn i7_what_people_said_is_read_with_a_trace_and_by_nobody_else(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let (own, other) = { let all = credit.all().await; (all[0].profile.id, all[1].profile.id) };
        let court = Court::of(&credit).await;
        let proceeding = court.opened(own, finding(), "general").await;
        let read = court.reviewer.get(&of(&proceeding, "")).await;
        assert_eq!((read.status, &read.body["facts"]), (200, &json!("王女士说价格牌与收费不符")));
        let trace = court.auditor.get(&of(&proceeding, "/clear-reads")).await;
        assert_eq!(trace.body["items"].as_array().unwrap().len(), 1);
        let audited = court.auditor.get(&of(&proceeding, "")).await;
        assert_eq!((audited.status, &audited.body["facts"]), (200, &read.body["facts"]));
        let trace = court.auditor.get(&of(&proceeding, "/clear-reads")).await;
        assert_eq!(trace.body["items"].as_array().unwrap().len(), 2, "an auditor leaves a trace as well");
        let inspector = Caller::staff(court.address, 5, Role::Inspector);
        assert_eq!(inspector.get(&of(&proceeding, "")).await.problem(), (403, "forbidden"));
        let listed = court.auditor.get(&format!("/v1/proceedings?city=330200&merchant={own}")).await;
        assert!(listed.status == 200 && !listed.body.to_string().contains("王女士"));
        let (own, other) = (Caller::merchant(court.address, own), Caller::merchant(court.address, other));
        assert_eq!(own.get(&of(&proceeding, "")).await.status, 200);
        assert_eq!(other.get(&of(&proceeding, "")).await.problem(), (404, "not-found"));
        let reply = json!({ "act": "reply", "text": "x" });
        assert_eq!(other.post(&of(&proceeding, "/answers"), "x", &reply).await.problem(), (404, "not-found"));
        assert_eq!(court.citizen.get(&of(&proceeding, "")).await.problem(), (401, "unsigned"));
        credit.stop().await;
    }

    async fn each_door_is_open_to_its_own_role_alone(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.all().await.remove(0).profile.id;
        let court = Court::of(&credit).await;
        let proceeding = court.opened(id, finding(), "general").await;
        let doors = [
            ("/investigation", Role::CreditOfficer, json!({ "act": "suspend", "reason": "x" })),
            ("/decisions", Role::CreditReviewer, json!({ "act": "confirm_suspension" })),
            ("/answers", Role::Merchant, json!({ "act": "reply", "text": "x" })),
        ];
        for (door, its, body) in doors {
            for role in Role::ALL {
                let caller = match role {
                    Role::Merchant => Caller::merchant(court.address, id),
                    _ => Caller::staff(court.address, 9, role),
                };
                let answer = caller.change(&of(&proceeding, door), 1, &body).await;
                // Channels have no tokens at all.
                let shut = matches!(answer.problem(), (403, "forbidden") | (401, "bad-token"));
                assert_eq!(shut, role != its, "{door} {role:?}");
            }
        }
        credit.stop().await;
    }

    async fn i2_the_same_key_opens_one_proceeding_and_another_payload_none(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.all().await.remove(0).profile.id;
        let court = Court::of(&credit).await;
        let first = court.open(id, finding(), "general").await;
        let again = court.open(id, finding(), "general").await;
        assert_eq!((first.status, again.status, &again.body["id"]), (201, 200, &first.body["id"]));
        let other = court.open(id, finding(), "serious").await;
        assert_eq!(other.problem(), (422, "idempotency-key-reused"));
        credit.stop().await;
    }

    async fn i2_of_decisions_at_the_same_moment_one_stands(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::AAA).await;
        let court = Court::of(&credit).await;
        let id = court.opened(before.profile.id, red_line(), "serious").await;
        let id: ProceedingId = id.parse().unwrap();
        let act = |months| Act::Impose {
            measure: Measure::Removal,
            months,
            rectify_working_days: None,
            reason: "伪造服务记录".to_owned(),
        };
        let commands: Vec<_> = (12..20)
            .map(|months| ActOnProceeding {
                procedure: procedure(&credit),
                city: ningbo(),
                id,
                act: act(months),
                by: Actor::Staff { id: ActorId::from_u128(u128::from(months)) },
                expected: Some(Version(1)),
            })
            .collect();
        let told = join_all(commands.iter().map(|command| credit.db().write(command))).await;
        let done = told.iter().flatten().filter(|told| !told.already).count();
        assert_eq!((done, told.iter().flatten().count()), (1, 1), "another period is no second answer");
        let after = credit.merchant(before.profile.id).await;
        assert_eq!(after.version, before.version.next());
        assert_eq!(credit.ledger(before.profile.id).await.len(), 2);
        credit.stop().await;
    }

    async fn who_did_what_is_kept_and_cannot_be_edited(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.all().await.remove(0).profile.id;
        let court = Court::of(&credit).await;
        let proceeding = court.opened(id, red_line(), "serious").await;
        court.reviewer.change(&of(&proceeding, "/decisions"), 1, &removal()).await;
        let steps = court.auditor.get(&of(&proceeding, "/steps")).await.body;
        let words: Vec<_> = steps["items"].as_array().unwrap().iter().map(|step| step["step"].clone()).collect();
        assert_eq!(words, [json!("open"), json!("impose")]);
        let conn = sea_orm::Database::connect(db.url()).await.unwrap();
        for edit in ["UPDATE process_steps SET actor = 'platform'", "DELETE FROM process_steps"] {
            let refused = conn.execute_unprepared(edit).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{refused}");
        }
        conn.close().await.unwrap();
        credit.stop().await;
    }

    async fn protection_and_rights_do_not_wait_for_the_calendar_of_a_new_year(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let [id, other] = [Grade::AA, Grade::AAA].map(|grade| credit.any_of_grade(grade));
        let (id, other) = (id.await.profile.id, other.await.profile.id);
        let court = Court::of(&credit).await;
        // The last days of a year, and nobody has given the calendar of the next one.
        credit.clock.advance(37 * DAY);
        let proceeding = court.opened(id, finding(), "serious").await;
        let suspend = json!({ "act": "suspend", "reason": "消防隐患" });
        let suspended = court.officer.change(&of(&proceeding, "/investigation"), 1, &suspend).await;
        assert_eq!((suspended.status, credit.merchant(id).await.status), (200, Status::Suspended));
        let notify = json!({ "act": "notify", "announced": "suspension", "reason": "消防隐患" });
        let noticed = court.officer.change(&of(&proceeding, "/investigation"), 2, &notify).await;
        // 31 December, and then 4 to 7 January: New Year's Day with its weekend costs the merchant nothing.
        assert_eq!(noticed.body["notice"]["reply_by"], json!("2027-01-07T16:00:00Z"), "{}", noticed.body);
        let body = json!({ "merchant": other, "ground": red_line(), "class": "serious", "facts": "伪造记录" });
        let opened = court.officer.post("/v1/proceedings?city=330200", "another", &body).await;
        let decisions = of(opened.body["id"].as_str().unwrap(), "/decisions");
        assert_eq!(court.reviewer.change(&decisions, 1, &removal()).await.status, 200);
        assert_eq!(credit.merchant(other).await.status, Status::Removed);
        credit.stop().await;
    }
}

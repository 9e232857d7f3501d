//! The way in, what keeps a merchant in, and what keeps it out.

use chassis::store::{Command, StoreError, Tx};
use contracts::Broadcast as _;
use contracts::credit::StandingNow;
use credit::usecases::{impose_ban, lift_ban, tend_dossiers};
use credit_domain::admission::{Ban, Holder, HolderRole, Registration};
use credit_domain::process::{Hold, Restraint};
use credit_domain::{Cause, Status};
use futures::StreamExt as _;
use futures::future::join_all;
use kernel::{CaseId, Grade, Role, SocialCreditCode};
use sea_orm::ConnectionTrait;
use serde_json::json;
use testkit::{TestDb, on_both_databases, wait};

use crate::applicants::{CLEANING, CODE, DAY, PASSPORT, People, application, path, pointers};
use crate::host::{PATIENCE, TestCredit, ningbo};
use crate::people::Person;

/// As the process of a red line imposes it.
struct Impose(Ban);

impl Command for Impose {
    type Out = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        impose_ban(tx.conn(), &self.0).await
    }
}

/// As the reversal of a removal lifts it.
struct Lift(Ban);

impl Command for Lift {
    type Out = bool;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        lift_ban(tx.conn(), self.0.city, self.0.merchant, self.0.cause, tx.now()).await
    }
}

on_both_databases! {
    async fn a_newcomer_gets_in_once_every_check_is_passed_and_another_person_decides(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let people = People::of(address, credit.id());
        let id = people.apply("once", CODE).await["id"].clone();
        assert_eq!(people.seen(&id).await["stage"], json!("applied"));
        people.step(&people.officer, &id, "/begin-checks", json!({})).await.ok();
        let refused = people.step(&people.officer, &id, "/publish", json!({})).await;
        assert_eq!(refused.problem(), (409, "checks-open"));
        assert_eq!(pointers(&refused.body), ["code", "papers/car-rescue", "commitment/car-rescue", "prices/car-rescue"]);
        people.prepare(&credit, 300).await;
        assert_eq!(people.step(&people.officer, &id, "/publish", json!({})).await.ok()["state"], json!("publicity"));
        assert_eq!(people.step(&people.reviewer, &id, "/admit", json!({})).await.problem(), (409, "conflict"));
        let public = Person::nobody(address).get("/v1/applications/public?city=330200").await;
        assert_eq!((&public.body["items"][0]["id"], public.text.contains('王')), (&id, false));
        credit.clock.set(credit.clock_now().after(DAY * 8));
        let both = Person::staff(address, 1, Role::CreditReviewer);
        assert_eq!(people.step(&both, &id, "/admit", json!({})).await.problem(), (403, "same-person"));
        assert_eq!(people.step(&people.officer, &id, "/admit", json!({})).await.problem(), (403, "forbidden"));
        let admitted = people.step(&people.reviewer, &id, "/admit", json!({})).await.ok();
        assert_eq!((&admitted["stage"], admitted["checks"].as_array().unwrap().len()), (&json!("affiliated"), 7));
        let public = Person::nobody(address).get("/v1/applications/public?city=330200").await.ok();
        assert_eq!(public["items"], json!([]), "what is decided is not public any more");
        let merchant = credit.merchant(people.merchant).await;
        assert_eq!((merchant.credit.grade, merchant.profile.categories.len()), (Grade::B, 1));
        let again = people.step(&people.reviewer, &id, "/admit", json!({})).await.ok();
        assert_eq!(again["version"], admitted["version"]);
        assert_eq!(credit.merchant(people.merchant).await, merchant);
        let log = people.officer.get(&people.at("/file/log")).await.ok();
        let done: Vec<_> = log["items"].as_array().unwrap().iter().map(|line| line["what"].clone()).collect();
        let all = ["applied", "checks-begun", "paper-filed", "paper-verified", "commitment-signed", "code-attested", "published", "admitted"];
        assert_eq!(done, all);
        credit.stop().await;
    }

    async fn one_intent_makes_one_application_and_one_organisation_has_one_file(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let people = People::of(address, credit.id());
        let first = people.apply("k1", CODE).await;
        assert_eq!(people.apply("k1", CODE).await, first);
        let reused = people.own.post_once("/v1/applications", "k1", &application("91110108551385082Q")).await;
        assert_eq!(reused.problem(), (422, "idempotency-key-reused"));
        let second = people.own.post_once("/v1/applications", "k2", &application(CODE)).await;
        assert_eq!(second.problem(), (409, "exists"));
        let stranger = Person::merchant(address, credit.id());
        let other = stranger.post_once("/v1/applications", "k1", &application(CODE)).await;
        assert_eq!(other.problem(), (409, "exists"));
        let slip = people.own.post_once("/v1/applications", "k3", &application("91350100M000100Y4Y")).await;
        assert_eq!((slip.problem(), pointers(&slip.body)), ((422, "invalid-body"), vec!["#/code"]));
        // Who withdrew may apply anew.
        people.step(&people.own, &first["id"], "/withdraw", json!({})).await.ok();
        assert_eq!(people.own.post_once("/v1/applications", "k4", &application(CODE)).await.status, 200);
        credit.stop().await;
    }

    async fn a_ban_on_a_person_blocks_another_company_under_another_licence_until_it_ends(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let people = People::of(credit.serve().await, credit.id());
        let passport = format!("passport:{PASSPORT}").parse().unwrap();
        let holder = Holder::new(HolderRole::LegalRepresentative, "李华", passport);
        let code = SocialCreditCode::try_new("91110108551385082Q").unwrap();
        let banned = Registration { code, holders: vec![holder] };
        let (from, until) = (credit.clock_now(), credit.clock_now().after(DAY * 20));
        let cause = Cause::Breach(CaseId::from_u128(5));
        let ban = Ban::on(ningbo(), credit.id(), Some(&banned), from, until, cause);
        credit.db().write(&Impose(ban.clone())).await.unwrap();
        credit.db().write(&Impose(ban)).await.unwrap();
        let listed = people.reviewer.get("/v1/bans?city=330200").await;
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
        assert!(!listed.text.contains(PASSPORT) && !listed.text.contains('李'));
        let id = people.prepare(&credit, 300).await;
        let refused = people.step(&people.officer, &id, "/publish", json!({})).await;
        assert_eq!((refused.problem(), pointers(&refused.body)), ((409, "checks-open"), vec!["bans"]));
        credit.clock.set(until);
        people.step(&people.officer, &id, "/publish", json!({})).await.ok();
        assert!(people.own.get("/v1/bans?city=330200").await.status == 403);
        credit.stop().await;
    }

    async fn an_applicant_takes_in_a_green_worker_and_is_affiliated_with_it(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let mut people = People::of(credit.serve().await, credit.id());
        people.trade = CLEANING;
        let person = json!({ "name": "王小明", "identity_number": "11010519491231002X" });
        let early = people.own.post(&people.at("/workers"), None, &person).await;
        assert_eq!(early.problem(), (404, "not-found"), "it does not apply yet");
        let id = people.prepare(&credit, 300).await;
        let refused = people.step(&people.officer, &id, "/publish", json!({})).await;
        assert_eq!(pointers(&refused.body), ["workers/cleaning"]);
        assert_eq!(people.own.get(&people.at("/workers")).await.ok()["items"], json!([]));
        let enrolled = people.own.post(&people.at("/workers"), None, &person).await;
        assert_eq!(enrolled.status, 201, "{}", enrolled.text);
        let until = credit.clock_now().after(DAY * 200);
        let papers = json!({ "identity": "passed", "exam_until": until, "insurance_until": until });
        let worker = format!("/v1/workers/{}/papers?city=330200", enrolled.body["id"].as_str().unwrap());
        assert_eq!(people.officer.put(&worker, 1, &papers).await.ok()["colour"], json!("green"));
        people.step(&people.officer, &id, "/publish", json!({})).await.ok();
        credit.clock.set(credit.clock_now().after(DAY * 8));
        people.step(&people.reviewer, &id, "/admit", json!({})).await.ok();
        let merchant = credit.merchant(people.merchant).await;
        assert_eq!((merchant.status, merchant.profile.green_until), (Status::Affiliated, Some(until)));
        let listed = people.own.get(&people.at("/workers")).await.ok();
        assert_eq!(listed["items"][0]["id"], enrolled.body["id"]);
        credit.stop().await;
    }

    async fn who_stands_behind_a_merchant_changes_by_a_look_into_the_register_and_past_no_ban(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let people = People::of(credit.serve().await, credit.id());
        people.admitted(&credit, 300).await;
        let banned = Holder::new(HolderRole::LegalRepresentative, "赵", "passport:X1234567".parse().unwrap());
        let banned = Registration { code: SocialCreditCode::try_new("91110108551385082Q").unwrap(), holders: vec![banned] };
        let (from, until) = (credit.clock_now(), credit.clock_now().after(DAY * 20));
        let ban = Ban::on(ningbo(), credit.id(), Some(&banned), from, until, Cause::Breach(CaseId::from_u128(5)));
        credit.db().write(&Impose(ban)).await.unwrap();
        let change = |document: &str| json!({
            "holders": [{ "role": "legal_representative", "name": "赵敏", "document": document }], "evidence": "登记截图 21",
        });
        let target = people.at("/registration");
        assert_eq!(people.own.post(&target, None, &change("passport:X7654321")).await.problem(), (403, "forbidden"));
        assert_eq!(people.officer.post(&target, None, &change("passport:X1234567")).await.problem(), (409, "conflict"));
        let first = people.officer.post(&target, None, &change("passport:X7654321")).await.ok();
        assert_eq!(first["register_check"]["evidence"], json!("登记截图 21"));
        let again = people.officer.post(&target, None, &change("passport:X7654321")).await.ok();
        assert_eq!(first["version"], again["version"]);
        credit.stop().await;
    }

    async fn a_removed_merchant_is_not_admitted_again_within_its_ban_and_is_after_it(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let people = People::of(credit.serve().await, credit.id());
        people.admitted(&credit, 600).await;
        let finding = json!({
            "merchant": people.merchant, "ground": { "kind": "red_line", "line": "fraud" }, "class": "serious",
            "facts": "伪造服务记录",
        });
        let opened = people.officer.post_once("/v1/proceedings?city=330200", "p", &finding).await;
        let decisions = format!("/v1/proceedings/{}/decisions?city=330200", opened.body["id"].as_str().unwrap());
        let removal = json!({ "act": "impose", "measure": "removal", "months": 12, "reason": "伪造服务记录" });
        people.reviewer.post(&decisions, 1, &removal).await.ok();
        let removed = credit.merchant(people.merchant).await;
        assert_eq!((removed.status, removed.credit.grade), (Status::Removed, Grade::D));
        let id = people.apply("again", CODE).await["id"].clone();
        people.step(&people.officer, &id, "/begin-checks", json!({})).await.ok();
        let seen = json!({ "active": true, "evidence": "登记系统截图 18" });
        people.step(&people.officer, &id, "/attest-code", seen.clone()).await.ok();
        let refused = people.step(&people.officer, &id, "/publish", json!({})).await;
        assert_eq!((refused.problem(), pointers(&refused.body)), ((409, "checks-open"), vec!["bans"]));
        credit.clock.set(credit.clock_now().after(DAY * 366));
        people.sign().await;
        people.step(&people.officer, &id, "/attest-code", seen).await.ok();
        people.step(&people.officer, &id, "/publish", json!({})).await.ok();
        credit.clock.set(credit.clock_now().after(DAY * 8));
        people.step(&people.reviewer, &id, "/admit", json!({})).await.ok();
        let removed = |held: &Restraint| held.hold == Hold::Removed;
        let admitted = credit.merchant(people.merchant).await;
        assert!(admitted.status == Status::Affiliated && !admitted.credit.restraints.iter().any(removed));
        let back = wait::until("the measure to end as well", PATIENCE, async || {
            Some(credit.merchant(people.merchant).await).filter(|now| now.credit.restraints.is_empty())
        });
        let back = back.await.unwrap();
        assert_eq!(back.status, Status::Affiliated);
        let folded = people.officer.get(&people.at("/credit")).await.ok();
        assert_eq!((&folded["grade"], &folded["score"]), (&json!(back.credit.grade), &json!(back.credit.score)));
        assert_eq!(people.officer.get(&people.at("/ledger/check")).await.ok()["holds"], json!(true));
        credit.stop().await;
    }

    async fn a_ban_that_is_taken_back_keeps_nobody_out_any_more(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let people = People::of(credit.serve().await, credit.id());
        let (from, until) = (credit.clock_now(), credit.clock_now().after(DAY * 365));
        // On the merchant itself: its code was never recorded when it was removed.
        let cause = Cause::Breach(CaseId::from_u128(5));
        let ban = Ban::on(ningbo(), people.merchant, None, from, until, cause);
        credit.db().write(&Impose(ban.clone())).await.unwrap();
        let id = people.prepare(&credit, 300).await;
        let refused = people.step(&people.officer, &id, "/publish", json!({})).await;
        assert_eq!(pointers(&refused.body), ["bans"]);
        assert!(credit.db().write(&Lift(ban.clone())).await.unwrap());
        assert!(!credit.db().write(&Lift(ban)).await.unwrap(), "there is nothing left to lift");
        people.step(&people.officer, &id, "/publish", json!({})).await.ok();
        credit.stop().await;
    }

    async fn a_paper_that_ends_is_told_ahead_once_each_and_suspends_its_category_on_the_day(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let people = People::of(credit.serve().await, credit.id());
        let ends = credit.clock_now().after(DAY * 60);
        people.admitted(&credit, 60).await;
        let before = credit.merchant(people.merchant).await;
        for (days, told) in [(30, 2), (7, 3), (1, 4)] {
            credit.clock.set(ends.before(DAY * days));
            let notices = wait::until("a notice", PATIENCE, async || {
                let items = people.own.get(&people.at("/notices")).await.body["items"].clone();
                items.as_array().filter(|items| items.len() == told).cloned()
            });
            let newest = notices.await.unwrap().remove(0);
            assert_eq!((&newest["subject"], &newest["days_before"]), (&json!("paper:vehicle-repair-filing"), &json!(days)));
        }
        assert_eq!(credit.merchant(people.merchant).await, before, "a notice changes no standing");
        credit.clock.set(ends);
        let suspended = wait::until("the category to be suspended", PATIENCE, async || {
            Some(credit.merchant(people.merchant).await).filter(|now| now.profile.categories.is_empty())
        });
        let suspended = suspended.await.unwrap();
        assert_eq!((suspended.version, suspended.cause), (before.version.next(), Cause::Papers));
        let told = people.own.get(&people.at("/notices")).await.body["items"].clone();
        assert_eq!((told.as_array().unwrap().len(), &told[0]["kind"]), (5, &json!("category_suspended")), "{told}");
        assert_eq!((&told[0]["subject"], &told[0]["categories"]), (&json!("paper:vehicle-repair-filing"), &json!(["car-rescue"])));
        let file = people.own.get(&people.at("/file")).await.ok();
        assert_eq!(file["categories"][0]["missing"], json!(["paper:vehicle-repair-filing"]));
        let board = people.own.get(&people.at("/price-board")).await.ok();
        assert_eq!((&board["categories"], &board["suspended_categories"][0]["code"]), (&json!([]), &json!("car-rescue")));
        let sheet = people.own.get(&people.at("/price-board.html")).await.text;
        assert!(sheet.contains("暂停服务：") && sheet.contains("Suspended for now: "), "{sheet}");
        people.paper("A-2", ends.after(DAY * 365)).await;
        let lifted = credit.merchant(people.merchant).await;
        assert_eq!((lifted.version, lifted.profile.categories.len()), (suspended.version.next(), 1));
        credit.stop().await;
    }

    async fn a_notice_is_given_once_however_many_instances_look(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let people = People::of(credit.serve().await, credit.id());
        let ends = credit.clock_now().after(DAY * 60);
        let id = people.admitted(&credit, 60).await;
        credit.clock.set(ends.before(DAY * 30));
        let policy = credit::policy::embedded(&contracts::reference::Reference::embedded().unwrap()).unwrap();
        let looks = (0..6).map(|_| tend_dossiers(credit.db(), &policy, credit.clock_now()));
        for look in join_all(looks).await {
            look.unwrap();
        }
        let notices = people.own.get(&people.at("/notices")).await.ok();
        let kinds: Vec<_> = notices["items"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, [&json!("expiry"), &json!("admitted")], "{notices}");
        let admitted = &notices["items"][1];
        assert_eq!((&admitted["subject"], &admitted["categories"]), (&json!(format!("application:{}", id.as_str().unwrap())), &json!(["car-rescue"])));
        credit.stop().await;
    }

    async fn i4_a_merchant_that_is_in_applies_for_more_and_others_hear_of_it_at_once(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let month = credit.clock_now().after(DAY * 30);
        let fits = |one: &credit_domain::Merchant| {
            one.status == Status::Affiliated
                && one.profile.green_until.is_some_and(|until| until > month)
                && one.profile.categories.iter().all(|made| made.category.as_str() != "car-rescue")
        };
        let before = credit.all().await.into_iter().find(fits).unwrap();
        let mut people = People::of(address, before.profile.id);
        let file = people.own.get(&people.at("/file")).await.ok();
        people.code = file["code"].as_str().unwrap().to_owned();
        let listener = credit.bus.client().await.unwrap();
        let mut live = listener.subscribe(format!("{}.{}", StandingNow::SUBJECT, ningbo())).await.unwrap();
        listener.flush().await.unwrap();
        people.admitted(&credit, 300).await;
        let told = async {
            loop {
                let message = live.next().await.unwrap();
                let StandingNow(now) = serde_json::from_slice(&message.payload).unwrap();
                if now.merchant == before.profile.id && now.cause == "admission" {
                    return now;
                }
            }
        };
        let now = tokio::time::timeout(PATIENCE, told).await.unwrap();
        assert!(now.categories.iter().any(|made| made.category.as_str() == "car-rescue"), "{now:?}");
        assert_eq!((now.grade, now.score), (before.credit.grade, before.credit.score));
        credit.stop().await;
    }

    async fn a_sample_merchant_has_a_whole_file_a_price_board_and_ends_with_its_commitment(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let all = credit.all().await.into_iter();
        let ends = |one: &credit_domain::Merchant| one.profile.categories.iter().map(|made| made.commitment_until).min();
        let first = all.min_by_key(ends).unwrap();
        let people = People::of(address, first.profile.id);
        let file = people.own.get(&people.at("/file")).await.ok();
        assert_eq!((&file["origin"], file["code"].as_str().unwrap().len()), (&json!("sample"), 18));
        let states = file["categories"].as_array().unwrap();
        assert!(states.iter().all(|one| one["missing"] == json!([]) && one["until"] == one["commitment_until"]), "{file}");
        let board = Person::nobody(address).get(&people.at("/price-board")).await.ok();
        assert!(board.to_string().contains("\"from\""), "{board}");
        credit.clock.set(ends(&first).unwrap());
        let left = wait::until("the category to end", PATIENCE, async || {
            let now = credit.merchant(first.profile.id).await.profile.categories.len();
            (now == first.profile.categories.len() - 1).then_some(now)
        });
        left.await.unwrap();
        credit.stop().await;
    }

    async fn what_the_public_says_is_for_officers_and_is_answered_before_anybody_is_admitted(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let (people, public) = (People::of(address, credit.id()), Person::nobody(address));
        let id = people.prepare(&credit, 300).await;
        let said = json!({ "name": "赵六", "text": "该企业曾以他名被清退" });
        let early = public.post(&path(&id, "/remarks"), None, &said).await;
        assert_eq!(early.problem(), (409, "conflict"), "it is not public yet");
        people.step(&people.officer, &id, "/publish", json!({})).await.ok();
        assert_eq!(public.post(&path(&id, "/remarks"), None, &said).await.ok()["already"], json!(false));
        assert_eq!(public.post(&path(&id, "/remarks"), None, &said).await.ok()["already"], json!(true));
        let endless = json!({ "text": "长".repeat(1_001) });
        assert_eq!(public.post(&path(&id, "/remarks"), None, &endless).await.problem(), (422, "invalid-body"));
        let seen = people.seen(&id).await;
        assert_eq!((&seen["remarks"][0]["text"], &seen["remarks"][0]["name"]), (&said["text"], &json!("赵*")));
        let own = people.own.get(&path(&id, "")).await;
        assert!(own.body["remarks"][0]["at"].is_string() && !own.text.contains("他名"), "{}", own.text);
        credit.clock.set(credit.clock_now().after(DAY * 8));
        assert_eq!(people.step(&people.reviewer, &id, "/admit", json!({})).await.problem(), (409, "remarks-open"));
        let found = json!({ "found": "已核：法定代表人和控制人均无禁入记录" });
        people.officer.post(&path(&id, "/remarks/1/answer"), None, &found).await.ok();
        assert_eq!(people.officer.post(&path(&id, "/remarks/2/answer"), None, &found).await.problem(), (404, "not-found"));
        people.step(&people.reviewer, &id, "/admit", json!({})).await.ok();
        credit.stop().await;
    }

    async fn an_applicant_that_came_on_paper_is_admitted_by_what_officers_recorded(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let mut people = People::of(address, credit.id());
        // No account of its own: everything is handed in at the counter, and judged by another officer.
        let counter = || Person::staff(address, 7, Role::CreditOfficer);
        let applied = counter().post_once("/v1/applications", "paper", &application(CODE)).await.ok();
        people.merchant = serde_json::from_value(applied["merchant"].clone()).unwrap();
        people.own = counter();
        people.paper("A-1", credit.clock_now().after(DAY * 300)).await;
        people.post_prices().await;
        let text = people.officer.get("/v1/commitments/car-rescue").await.ok();
        let signing = json!({
            "category": "car-rescue", "version": text["version"], "text_hash": text["text_hash"],
            "signed_by": "王小明", "signed_at": credit.clock_now().before(DAY), "scan_hash": "0f".repeat(32),
            "evidence": "加盟卷 2026-17 第 3 页",
        });
        assert_eq!(people.reviewer.post(&people.at("/commitments/on-paper"), None, &signing).await.problem(), (403, "forbidden"));
        let file = counter().post(&people.at("/commitments/on-paper"), None, &signing).await;
        assert!(!file.text.contains("小明"), "{}", file.text);
        assert_eq!(file.ok()["signatures"][0]["on_paper"]["signed_by"], json!("王**"));
        let id = applied["id"].clone();
        people.step(&people.officer, &id, "/begin-checks", json!({})).await.ok();
        let seen = json!({ "active": true, "evidence": "登记系统截图 17" });
        people.step(&people.officer, &id, "/attest-code", seen).await.ok();
        people.step(&people.officer, &id, "/publish", json!({})).await.ok();
        credit.clock.set(credit.clock_now().after(DAY * 8));
        let recorder = Person::staff(address, 7, Role::CreditReviewer);
        assert_eq!(people.step(&recorder, &id, "/admit", json!({})).await.problem(), (403, "same-person"));
        people.step(&people.reviewer, &id, "/admit", json!({})).await.ok();
        credit.stop().await;
    }

    async fn an_applicants_own_account_applies_without_a_merchant_and_is_the_merchants_once_it_is_admitted(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let mut people = People::of(address, credit.id());
        people.own = Person::applicant(address, people.merchant);
        assert_eq!(people.own.get(&people.at("/file")).await.status, 404, "nobody knows it yet");
        people.admitted(&credit, 300).await;
        let mine = people.own.get("/v1/applications?city=330200").await.ok()["items"].clone();
        assert_eq!((&mine[0]["state"], mine.as_array().unwrap().len()), (&json!("admitted"), 1), "and no list of others");
        assert_eq!(people.own.get(&people.at("")).await.ok()["status"], json!("affiliated"));
        let another = Person::applicant(address, credit.id());
        assert_eq!(another.get(&people.at("/file")).await.problem(), (403, "forbidden"));
        credit.stop().await;
    }

    async fn i7_of_the_persons_behind_a_merchant_nothing_but_a_first_character_is_kept_or_shown(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let people = People::of(credit.serve().await, credit.id());
        let id = people.apply("once", CODE).await["id"].clone();
        let seen = people.officer.get(&path(&id, "")).await;
        let names: Vec<_> = seen.body["holders"].as_array().unwrap().iter().map(|one| one["masked_name"].clone()).collect();
        assert_eq!(names, ["王**", "李*"]);
        let conn = sea_orm::Database::connect(db.url()).await.unwrap();
        for table in ["applications", "dossiers", "admission_log", "idempotency"] {
            let body = match table { "idempotency" => "result", "admission_log" => "detail", _ => "body" };
            let rows = conn.query_all_raw(sea_orm::Statement::from_string(conn.get_database_backend(), format!("SELECT {body} FROM {table}"))).await.unwrap();
            assert!(!rows.is_empty(), "{table}");
            for row in rows {
                let text: String = row.try_get_by_index(0).unwrap();
                for secret in ["小明", "李华", PASSPORT, "11010519491231002X"] {
                    assert!(!text.contains(secret), "{table} keeps {secret}");
                }
            }
        }
        conn.close().await.unwrap();
        let unfit = json!({ "role": "controlling_person", "name": "李华", "document": "passport:1" });
        let mut wrong = application("91110108551385082Q");
        wrong["holders"][1] = unfit;
        let refused = people.own.post_once("/v1/applications", "k9", &wrong).await;
        assert_eq!((refused.problem(), pointers(&refused.body)), ((422, "invalid-body"), vec!["#/holders/1/document"]));
        assert!(!refused.text.contains("passport:1"));
        credit.stop().await;
    }

    async fn a_merchant_hands_in_its_own_and_staff_does_only_its_part(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let people = People::of(address, credit.id());
        let id = people.apply("once", CODE).await["id"].clone();
        let stranger = Person::merchant(address, credit.id());
        let paper = json!({ "code": "first-aid", "number": "1", "issuer": "红十字会", "valid_until": credit.clock_now().after(DAY) });
        for (who, answer) in [
            ("another merchant", stranger.post(&people.at("/papers"), None, &paper).await),
            ("a reviewer", people.reviewer.post(&people.at("/papers"), None, &paper).await),
            ("a stranger reading", stranger.get(&path(&id, "")).await),
            ("a stranger withdrawing", stranger.post(&path(&id, "/withdraw"), 1, &json!({})).await),
            ("its own officer", people.own.post(&path(&id, "/begin-checks"), 1, &json!({})).await),
            ("an officer signing", people.officer.post(&people.at("/commitments"), None, &json!({ "category": "car-rescue", "version": 1, "text_hash": "x" })).await),
            ("an officer leaving", people.officer.post(&people.at("/leave"), 1, &json!({})).await),
            ("an auditor deciding", Person::staff(address, 4, Role::Auditor).post(&path(&id, "/admit"), 1, &json!({})).await),
        ] {
            assert_eq!(answer.problem(), (403, "forbidden"), "{who}");
        }
        assert_eq!(Person::staff(address, 4, Role::Auditor).get(&path(&id, "")).await.status, 200);
        assert_eq!(people.own.get(&path(&id, "")).await.ok()["allowed_actions"], json!(["withdraw"]));
        assert_eq!(people.seen(&id).await["allowed_actions"], json!(["begin_checks", "withdraw"]));
        let other = json!({ "category": "car-rescue", "version": 1, "text_hash": "0".repeat(64) });
        assert_eq!(people.own.post(&people.at("/commitments"), None, &other).await.problem(), (409, "other-text"));
        let unknown = json!({ "category": "fortune-telling", "version": 1, "text_hash": "0".repeat(64) });
        assert_eq!(people.own.post(&people.at("/commitments"), None, &unknown).await.problem(), (422, "no-policy"));
        credit.stop().await;
    }
}

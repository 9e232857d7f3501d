//! Tables that come in and go out as files.

use core::time::Duration;
use std::io::Cursor;
use std::process::Stdio;

use calamine::Reader as _;
use credit_domain::Status;
use credit_domain::admission::{Ban, Holder, HolderRole, Registration};
use kernel::{CaseId, Role, SocialCreditCode};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases, wait};

use crate::host::{PATIENCE, TestCredit, ningbo};
use crate::people::Person;

const DAY: Duration = Duration::from_secs(24 * 3_600);
const CODES: [&str; 2] = ["91350100M000100Y43", "91110108551385082Q"];
const MERCHANTS: &str = "统一社会信用代码,企业名称,所在街道,服务街道,服务类别,同时接单数,加盟方式,承诺有效期至,登记核查,法定代表人,法定代表人证件\n";
/// Commits of the process that dies: the step, then three rows.
const COMMITS_BEFORE_DEATH: u32 = 4;

struct Desk {
    officer: Person,
    reviewer: Person,
    address: std::net::SocketAddr,
}

impl Desk {
    async fn of(credit: &TestCredit) -> Self {
        let address = credit.serve().await;
        let officer = Person::staff(address, 1, Role::CreditOfficer);
        Self { officer, reviewer: Person::staff(address, 2, Role::CreditReviewer), address }
    }

    /// Hands a file in, and waits until every row was tried out.
    async fn checked(&self, kind: &str, file: &[u8]) -> Value {
        let key = format!("{kind}-{}", file.len());
        let begun = self.officer.post_file(&begin(kind), &key, file).await;
        assert_eq!(begun.status, 201, "{}", begun.text);
        self.until(&begun.body["id"], "checked").await
    }

    async fn until(&self, id: &Value, state: &str) -> Value {
        wait::until(state, PATIENCE, async || {
            let import = self.officer.get(&at(id, "")).await.ok();
            (import["state"] == state).then_some(import)
        })
        .await
        .unwrap()
    }

    async fn load(&self, import: &Value) -> Value {
        self.officer.post(&at(&import["id"], "/load"), import["version"].as_u64(), &json!({})).await.ok();
        self.until(&import["id"], "loaded").await
    }

    /// Rows with what is wrong with them, as `row column code`.
    async fn bad_rows(&self, import: &Value) -> Vec<String> {
        let page = self.officer.get(&at(&import["id"], "/bad-rows")).await.ok();
        let mut told = Vec::new();
        for row in page["items"].as_array().unwrap() {
            for fault in row["faults"].as_array().unwrap() {
                let column = fault["column"].as_str().unwrap_or("-").split(' ').next_back().unwrap();
                assert!(!fault["zh"].as_str().unwrap().is_ascii() && fault["en"].is_string(), "{fault}");
                told.push(format!("{} {column} {}", row["row"], fault["code"].as_str().unwrap()));
            }
        }
        told
    }
}

fn begin(kind: &str) -> String {
    format!("/v1/imports?city=330200&kind={kind}")
}

fn at(id: &Value, step: &str) -> String {
    format!("/v1/imports/{}{step}?city=330200", id.as_str().unwrap())
}

fn count(import: &Value, which: &str) -> u64 {
    import["counts"][which].as_u64().unwrap()
}

/// Numbers of nobody, each with the check character that fits.
fn person(serial: u32) -> String {
    let body = format!("33020319900101{serial:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = "10X98765432".chars().nth(usize::try_from(sum % 11).unwrap()).unwrap();
    format!("{body}{check}")
}

/// The code of a merchant of the sample city.
async fn sample_code(credit: &TestCredit, desk: &Desk) -> String {
    let merchant = credit.all().await.into_iter().find(|one| one.status == Status::Affiliated).unwrap();
    let file = format!("/v1/merchants/{}/file?city=330200", merchant.profile.id);
    desk.officer.get(&file).await.ok()["code"].as_str().unwrap().to_owned()
}

/// So many workers of one merchant.
fn workers(code: &str, serials: core::ops::Range<u32>) -> String {
    let mut file = "企业信用代码,姓名,公民身份号码,身份核验,体检有效期至,保险有效期至\n".to_owned();
    for serial in serials {
        file.push_str(&format!("{code},王小明,{},已通过,2027-05-31,2027/6/30\n", person(serial)));
    }
    file
}

async fn stored(db: &TestDb, sql: &str) -> Vec<String> {
    let conn = sea_orm::Database::connect(db.url()).await.unwrap();
    let statement = Statement::from_string(conn.get_database_backend(), sql);
    let rows = conn.query_all_raw(statement).await.unwrap();
    let texts = rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect();
    conn.close().await.unwrap();
    texts
}

fn banned(credit: &TestCredit) -> Ban {
    let document = "passport:E98765432".parse().unwrap();
    let holder = Holder::new(HolderRole::LegalRepresentative, "李华", document);
    let code = SocialCreditCode::complete("91350100MA2XY1BK1").unwrap();
    let registration = Registration { code, holders: vec![holder] };
    let (from, until) = (credit.clock_now(), credit.clock_now().after(DAY * 20));
    let cause = credit_domain::Cause::Breach(CaseId::from_u128(5));
    Ban::on(ningbo(), credit.id(), Some(&registration), from, until, cause)
}

on_both_databases! {
    async fn a_trial_lists_every_bad_row_and_carries_nothing_out(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let desk = Desk::of(&credit).await;
        let code = sample_code(&credit, &desk).await;
        let number = person(1);
        let file = format!(
            "{}\n{code},李华,110105194912310021,,,\n{},王五,{},,,\n,,,,,\n{code},王小明,{number},,,\n{code},赵六,{},,2099-01-01,\n",
            workers(&code, 1..2), CODES[0], person(2), person(3),
        );
        let import = desk.checked("workers", file.as_bytes()).await;
        assert_eq!((count(&import, "rows"), count(&import, "bad"), count(&import, "new")), (5, 4, 1));
        assert_eq!(
            desk.bad_rows(&import).await,
            [
                "4 identity_number not-an-identity-number", "4 card nobody-named", "5 merchant unknown-merchant",
                "7 - duplicate-row", "8 - implausible-expiry",
            ]
        );
        assert_eq!((&import["format"], import["digest"].as_str().unwrap().len()), (&json!("csv_utf8"), 64));
        assert_eq!(stored(&db, "SELECT identity_number FROM worker_persons").await, Vec::<String>::new());
        let refused = desk.officer.post(&at(&import["id"], "/load"), import["version"].as_u64(), &json!({})).await;
        assert_eq!((refused.problem(), &refused.body["bad"]), ((409, "rows-bad"), &json!(4)));
        let again = desk.officer.post_file(&begin("workers"), &format!("workers-{}", file.len()), file.as_bytes()).await;
        assert_eq!((again.status, &again.body["id"]), (201, &import["id"]));
        credit.stop().await;
    }

    async fn good_rows_are_loaded_when_the_person_says_so_and_once_however_often(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let desk = Desk::of(&credit).await;
        let code = sample_code(&credit, &desk).await;
        let file = format!("{}{code},李华,1,,,\n", workers(&code, 1..4));
        let import = desk.checked("workers", file.as_bytes()).await;
        let load = format!("{}&load=good-rows", at(&import["id"], "/load"));
        let stale = desk.officer.post(&load, 1, &json!({})).await;
        assert_eq!(stale.problem(), (412, "precondition-failed"));
        desk.officer.post(&load, import["version"].as_u64(), &json!({})).await.ok();
        let loaded = desk.until(&import["id"], "loaded").await;
        assert_eq!((count(&loaded, "loaded"), count(&loaded, "failed"), count(&loaded, "bad")), (3, 0, 1));
        desk.officer.post(&load, 1, &json!({})).await.ok();
        assert_eq!(stored(&db, "SELECT identity_number FROM worker_persons").await.len(), 3);
        // What a row held of a person is where it belongs, and nowhere else.
        let bodies = stored(&db, "SELECT body FROM import_rows").await.concat();
        assert!(!bodies.contains(&person(1)) && !bodies.contains("王小明"), "{bodies}");
        let second = desk.checked("workers", workers(&code, 1..4).replace("2027-05-31", "2027-06-01").as_bytes()).await;
        assert_eq!((count(&second, "new"), count(&second, "changed")), (0, 3));
        desk.load(&second).await;
        let third = desk.checked("workers", workers(&code, 1..4).replace("2027-05-31", "2027/6/1").as_bytes()).await;
        assert_eq!(count(&third, "unchanged"), 3);
        credit.stop().await;
    }

    async fn a_merchant_comes_in_by_an_application_or_by_two_persons_and_never_past_a_ban(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let desk = Desk::of(&credit).await;
        credit.db().write(&Impose(banned(&credit))).await.unwrap();
        let until = credit.clock_now().after(DAY * 90);
        let file = format!(
            "{MERCHANTS}{},甬安,330203001,330203001,car-rescue,5,新申请,,,王小明,11010519491231002X\n\
             {},甬平,330203001,330203001;330203002,car-rescue,5,存量接收,{until},登记截图 9,张三,passport:E11111111\n",
            CODES[0], CODES[1],
        );
        let third = SocialCreditCode::complete("91350100MA2XY1BK0").unwrap();
        let file = format!("{file}{third},旧人,330203001,330203001,car-rescue,5,存量接收,{until},登记截图 9,李华,passport:E98765432\n");
        let import = desk.checked("merchants", file.as_bytes()).await;
        assert_eq!(desk.bad_rows(&import).await, ["4 - conflict"]);
        assert_eq!((count(&import, "new"), &import["needs_second_person"]), (2, &json!(true)));
        let load = format!("{}&load=good-rows", at(&import["id"], "/load"));
        let proposed = desk.officer.post(&load, import["version"].as_u64(), &json!({})).await.ok();
        assert_eq!(proposed["state"], json!("proposed"));
        assert_eq!(credit.all().await, []);
        let approve = at(&import["id"], "/approve");
        let version = proposed["version"].as_u64();
        let same = Person::staff(desk.address, 1, Role::CreditReviewer);
        assert_eq!(same.post(&approve, version, &json!({})).await.problem(), (403, "same-person"));
        assert_eq!(desk.officer.post(&approve, version, &json!({})).await.problem(), (403, "forbidden"));
        desk.reviewer.post(&approve, version, &json!({})).await.ok();
        let loaded = desk.until(&import["id"], "loaded").await;
        assert_eq!((count(&loaded, "loaded"), count(&loaded, "failed")), (2, 0));
        let [merchant] = credit.all().await.try_into().unwrap();
        assert_eq!((merchant.profile.name.as_str(), merchant.status), ("甬平", Status::Affiliated));
        let seen = desk.officer.get(&format!("/v1/merchants/{}/file?city=330200", merchant.profile.id)).await.ok();
        assert_eq!(seen["origin"], json!("taken_over"));
        let applied = desk.officer.get("/v1/applications?city=330200").await.ok();
        assert_eq!((&applied["items"][0]["state"], applied["items"].as_array().unwrap().len()), (&json!("applied"), 1));
        let again = desk.checked("merchants", file.replace("甬安", "甬安 ").as_bytes()).await;
        assert_eq!(count(&again, "unchanged"), 2);
        credit.stop().await;
    }

    async fn i2_a_process_killed_between_two_rows_leaves_each_row_carried_out_once(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let desk = Desk::of(&credit).await;
        let code = sample_code(&credit, &desk).await;
        let import = desk.checked("workers", workers(&code, 1..9).as_bytes()).await;
        credit.stop().await;
        let died = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "exchange::a_process_that_loads_an_import", "--ignored"])
            .env("IMPORT_DATABASE", db.url())
            .env("IMPORT_ID", import["id"].as_str().unwrap())
            .env("PLATFORM_CRASH_AT", format!("after-commit:{COMMITS_BEFORE_DEATH}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .await
            .unwrap();
        assert!(!died.success(), "it was not killed");
        let numbers = "SELECT identity_number FROM worker_persons";
        assert_eq!(stored(&db, numbers).await.len(), 3);
        let credit = TestCredit::start(&db).await;
        let desk = Desk::of(&credit).await;
        let loaded = desk.until(&import["id"], "loaded").await;
        assert_eq!((count(&loaded, "loaded"), count(&loaded, "failed")), (8, 0));
        assert_eq!(stored(&db, numbers).await.len(), 8);
        let enrolled = stored(&db, "SELECT actor FROM worker_records").await;
        assert_eq!(enrolled.len(), 16, "each was enrolled once, and its papers were reviewed once");
        credit.stop().await;
    }

    async fn what_goes_out_comes_in_again_and_changes_nothing(db: TestDb) {
        let credit = TestCredit::seeded_with(&db, 10).await;
        let desk = Desk::of(&credit).await;
        let code = sample_code(&credit, &desk).await;
        let prices = format!("企业信用代码,项目代码,是否提供,计价单位,价格（元）,说明\n{code},{},是,次,80,\"=1+1\"\n", item());
        let import = desk.checked("prices", prices.as_bytes()).await;
        desk.load(&import).await;
        let standards = "标准编号,标准类别,标准名称,条款\nDB3302/T 9-2026,地方标准,@名称,\"5.2：明码标价\n5.3：持证\"\n";
        let import = desk.checked("standards", standards.as_bytes()).await;
        desk.load(&import).await;
        let day = |days| credit.clock_now().after(days).in_city().day.to_string();
        let honours = format!("企业信用代码,荣誉种类,级别,授予单位,授予日期,有效期至\n{code},credit-demonstration,市级,市商务局,{},{}\n", day(Duration::ZERO), day(DAY * 90));
        let import = desk.checked("honours", honours.as_bytes()).await;
        desk.load(&import).await;
        let proposed = desk.officer.get("/v1/honours?city=330200").await.ok();
        let decide = format!("/v1/honours/{}/decide?city=330200", proposed["items"][0]["id"].as_str().unwrap());
        desk.reviewer.post(&decide, 1, &json!({ "agrees": true, "reason": "公告已核" })).await.ok();
        // Whoever is suspended goes out as well, and says so.
        let suspended = credit.all().await.into_iter().rfind(|one| one.status == Status::Affiliated).unwrap().profile.id;
        let opening = json!({ "merchant": suspended, "ground": { "kind": "finding" }, "class": "general", "facts": "消防隐患" });
        let opened = desk.officer.post_once("/v1/proceedings?city=330200", "s", &opening).await;
        let suspend = json!({ "act": "suspend", "reason": "消防隐患" });
        desk.officer.post(&format!("/v1/proceedings/{}/investigation?city=330200", opened.body["id"].as_str().unwrap()), 1, &suspend).await.ok();
        let out = String::from_utf8(desk.officer.download("/v1/exports/merchants.csv?city=330200").await).unwrap();
        assert!(out.contains(",suspended\r\n") && out.contains(",affiliated\r\n") && !out.contains("Z,"), "{out}");
        for (kind, least) in [("honours", 1), ("merchants", 8), ("workers", 20), ("prices", 50), ("standards", 1)] {
            for form in ["csv", "xlsx"] {
                let file = desk.officer.download(&format!("/v1/exports/{kind}.{form}?city=330200")).await;
                let import = desk.checked(kind, &file).await;
                assert_eq!(desk.bad_rows(&import).await, Vec::<String>::new(), "{kind}.{form}");
                assert_eq!(count(&import, "unchanged"), count(&import, "rows"), "{kind}.{form}");
                assert!(count(&import, "rows") >= least, "{kind}.{form}");
            }
        }
        let standings = desk.officer.download("/v1/exports/standings.csv?city=330200").await;
        let standings = String::from_utf8(standings).unwrap();
        assert!(standings.contains("信用等级 grade,") && standings.contains(&format!("{code},")), "{standings}");
        credit.stop().await;
    }

    async fn nothing_that_goes_out_is_a_formula_and_excel_reads_its_letters(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let desk = Desk::of(&credit).await;
        let standards = "标准编号,标准类别,标准名称\nDB3302/T 8-2026,地方标准,\"=HYPERLINK(\"\"http://x\"\")\"\n";
        let import = desk.checked("standards", standards.as_bytes()).await;
        desk.load(&import).await;
        let csv = desk.officer.download("/v1/exports/standards.csv?city=330200").await;
        assert!(csv.starts_with(b"\xEF\xBB\xBF"));
        let text = String::from_utf8(csv).unwrap();
        assert!(text.contains("标准编号 number,") && text.contains("\"'=HYPERLINK"), "{text}");
        let xlsx = desk.officer.download("/v1/exports/standards.xlsx?city=330200").await;
        let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(xlsx)).unwrap();
        let sheet = book.worksheet_range("standards").unwrap();
        assert!(sheet.used_cells().any(|(_, _, cell)| cell.to_string().starts_with("'=HYPERLINK")));
        let unknown = desk.officer.get("/v1/exports/citizens.csv?city=330200").await;
        assert_eq!(unknown.problem(), (404, "not-found"));
        credit.stop().await;
    }

    async fn a_bad_row_says_what_would_be_right_in_both_languages(db: TestDb) {
        let credit = TestCredit::seeded_with(&db, 10).await;
        let desk = Desk::of(&credit).await;
        let faults = async |kind: &str, file: String| {
            let import = desk.checked(kind, file.as_bytes()).await;
            let page = desk.officer.get(&at(&import["id"], "/bad-rows")).await.ok();
            let faults = page["items"][0]["faults"].as_array().unwrap().clone();
            faults.into_iter().map(|one| [one["column"].clone(), one["zh"].clone(), one["en"].clone()]).collect::<Vec<_>>()
        };
        let standards = "标准编号,标准类别,标准名称,适用类别\nDB3302/T 7-2026,地方标准,名称,cleaning;gossip\n".to_owned();
        let unknown = json!(["适用类别 categories", "服务目录中没有此类别", "the catalogue has no such category"]);
        assert_eq!(json!(faults("standards", standards).await), json!([unknown]));
        let code = sample_code(&credit, &desk).await;
        let day = |days: Duration| credit.clock_now().after(days).in_city().day.to_string();
        let honours = |code: &str, kind: &str| format!("企业信用代码,荣誉种类,级别,授予单位,授予日期,有效期至\n{code},{kind},市级,市商务局,{},{}\n", day(DAY), day(DAY * 90));
        let late = json!([
            ["荣誉种类 kind", "规则中没有这种荣誉", "is none of the rules' kinds of honours"],
            ["授予日期 granted_at", "不得晚于此刻", "must not lie in the future"],
        ]);
        assert_eq!(json!(faults("honours", honours(&code, "best-of-all")).await), late);
        let stranger = SocialCreditCode::complete("91350100MA2XY1BK1").unwrap();
        let nobody = faults("honours", honours(stranger.as_str(), "credit-demonstration")).await;
        assert_eq!(nobody[0][1], json!("本市没有使用此代码的企业。请先导入企业，或核对代码。"), "{nobody:?}");
        credit.stop().await;
    }

    async fn a_bad_row_lists_what_its_cells_hold_and_what_the_rules_and_the_catalogue_find_at_once(db: TestDb) {
        let credit = TestCredit::seeded_with(&db, 10).await;
        let desk = Desk::of(&credit).await;
        let code = sample_code(&credit, &desk).await;
        let merchants = format!("{MERCHANTS}{},甬安,330203001,330203001,nosuch;car-rescue,0,新申请,,,王小明,11010519491231002X\n", CODES[0]);
        let unread = merchants.replace(",0,", ",zero,");
        let prices = format!("企业信用代码,项目代码,是否提供,计价单位,价格（元）\n{code},nosuch,是,次,-1\n");
        let honours = format!("企业信用代码,荣誉种类,级别,授予单位,授予日期,有效期至\n{code},bogus,镇级,市商务局,2026-03-01,2026-02-01\n");
        for (kind, file, told) in [
            ("merchants", merchants, &["2 capacity invalid-value", "2 categories no-policy"][..]),
            ("merchants", unread, &["2 capacity not-a-number", "2 categories no-policy"]),
            ("prices", prices, &["2 from not-an-amount", "2 item invalid-value"]),
            ("honours", honours, &["2 level not-a-level", "2 kind invalid-value", "2 valid_until invalid-value"]),
        ] {
            let import = desk.checked(kind, file.as_bytes()).await;
            assert_eq!(desk.bad_rows(&import).await, told, "{kind}");
            assert_eq!((count(&import, "bad"), count(&import, "checked")), (1, 1), "{kind}");
        }
        credit.stop().await;
    }

    async fn the_file_of_bad_rows_is_mended_and_handed_in_again(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let desk = Desk::of(&credit).await;
        let code = sample_code(&credit, &desk).await;
        // As Excel in China writes it.
        let text = format!("企业信用代码,姓名,公民身份号码,体检有效期至\n{code},王小明,{},明年\n", person(1));
        let file = encoding_rs::GB18030.encode(&text).0.into_owned();
        let import = desk.checked("workers", &file).await;
        assert_eq!((&import["format"], count(&import, "bad")), (&json!("csv_gb18030"), 1));
        let listed = desk.officer.get(&at(&import["id"], "/bad-rows")).await;
        let mend = String::from_utf8(desk.officer.download(&at(&import["id"], "/bad-rows.csv")).await).unwrap();
        for shown in [&mend, &listed.text] {
            assert!(!shown.contains(&person(1)) && !shown.contains("王小明") && shown.contains("明年"), "{shown}");
        }
        let mended = mend.replace("王**,,", &format!("王小明,{},", person(1))).replace(",明年,", ",2027-05-31,");
        let second = desk.checked("workers", mended.as_bytes()).await;
        assert_eq!((count(&second, "bad"), count(&second, "new")), (0, 1), "{mended}");
        credit.stop().await;
    }

    async fn rows_are_forgotten_when_their_time_is_over_and_the_counts_stay(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let desk = Desk::of(&credit).await;
        let code = sample_code(&credit, &desk).await;
        let import = desk.checked("workers", workers(&code, 1..3).as_bytes()).await;
        assert_eq!(stored(&db, "SELECT body FROM import_rows").await.len(), 2);
        credit.clock.advance(DAY * 7);
        let expired = desk.until(&import["id"], "expired").await;
        assert_eq!((count(&expired, "rows"), &expired["digest"]), (2, &import["digest"]));
        assert_eq!(stored(&db, "SELECT body FROM import_rows").await, Vec::<String>::new());
        credit.stop().await;
    }

    async fn a_file_that_does_not_fit_is_refused_at_once_with_what_is_wrong(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let desk = Desk::of(&credit).await;
        let unfit = desk.officer.post_file(&begin("standards"), "1", "标准号,类别 ,标准名称,电话\n1,2,3,4\n".as_bytes()).await;
        assert_eq!(unfit.problem(), (422, "columns-unfit"));
        let told: Vec<_> = unfit.body["errors"].as_array().unwrap().iter().map(|error| error["detail"].as_str().unwrap()).collect();
        assert_eq!(told[0], "there is no such column: did you mean 标准编号 number");
        assert_eq!((told.len(), told[2], told[4]), (5, "there is no such column", "the column is missing"));
        for (key, file) in [("2", &b"\xD0\xCF\x11\xE0old"[..]), ("3", b""), ("4", b"PK\x03\x04"), ("5", "标准编号,标准类别".as_bytes())] {
            assert_eq!(desk.officer.post_file(&begin("standards"), key, file).await.problem(), (422, "unreadable-file"), "{key}");
        }
        // Larger than any other body may be.
        let large = vec![b'a'; 400 * 1_024];
        assert_eq!(desk.officer.post_file(&begin("standards"), "6", &large).await.problem(), (422, "columns-unfit"));
        for role in [Role::CreditReviewer, Role::Auditor, Role::Operator, Role::Inspector] {
            let other = Person::staff(desk.address, 3, role);
            assert_eq!(other.post_file(&begin("standards"), "7", b"a").await.problem(), (403, "forbidden"));
        }
        let merchant = Person::merchant(desk.address, credit.id());
        assert_eq!(merchant.post_file(&begin("prices"), "8", b"a").await.problem(), (403, "forbidden"));
        assert_eq!(merchant.get("/v1/exports/workers.csv?city=330200").await.problem(), (403, "forbidden"));
        credit.stop().await;
    }
}

/// Loads an import until it is killed.
#[tokio::test]
#[ignore = "a process to be killed: another test starts it"]
async fn a_process_that_loads_an_import() {
    let of = |name: &str| std::env::var(name).unwrap();
    crate::host::load_import(&of("IMPORT_DATABASE"), of("IMPORT_ID").parse().unwrap()).await;
}

fn item() -> String {
    let reference = contracts::reference::Reference::embedded().unwrap();
    reference.categories()[0].items[0].code.to_string()
}

/// As the process of a red line imposes it.
struct Impose(Ban);

impl chassis::store::Command for Impose {
    type Out = ();
    type Error = chassis::store::StoreError;

    async fn run(&self, tx: &mut chassis::store::Tx) -> Result<(), chassis::store::StoreError> {
        credit::usecases::impose_ban(tx.conn(), &self.0).await
    }
}

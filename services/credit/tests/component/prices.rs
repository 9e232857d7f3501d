//! Posted prices and the board on the wall.

use credit_domain::{Merchant, Status};
use kernel::{Grade, Role};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases};

use crate::host::TestCredit;
use crate::people::Person;

fn path(merchant: &Merchant, rest: &str) -> String {
    format!("/v1/merchants/{}{rest}?city=330200", merchant.profile.id)
}

fn asks(item: &str, fen: i64) -> Value {
    let night = json!([{ "name": "夜间 <22点后>", "amount": 3_000, "unit": "次" }]);
    let price = json!({ "unit": "次", "from": fen, "to": fen + 4_050, "surcharges": night });
    json!({ "changes": [{ "item": item, "price": price }] })
}

/// An affiliated merchant, and the first item of its first category.
async fn with_item(credit: &TestCredit) -> (Merchant, String) {
    let all = credit.all().await;
    let merchant = all
        .into_iter()
        .find(|one| one.status == Status::Affiliated && one.credit.grade == Grade::AAA)
        .unwrap();
    let reference = contracts::reference::Reference::embedded().unwrap();
    let category = reference.category(&merchant.profile.categories[0].category).unwrap();
    (merchant, category.items[0].code.to_string())
}

on_both_databases! {
    async fn a_price_is_posted_for_everybody_and_its_history_stays(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let (merchant, item) = with_item(&credit).await;
        let address = credit.serve().await;
        let (own, nobody) = (Person::merchant(address, merchant.profile.id), Person::nobody(address));
        let first = own.post(&path(&merchant, "/prices"), 1, &asks(&item, 8_000)).await.ok();
        assert_eq!(first["version"], json!(2), "its list is there from the beginning");
        assert_eq!(own.post(&path(&merchant, "/prices"), 1, &asks(&item, 8_000)).await.ok()["version"], json!(2));
        let stale = own.post(&path(&merchant, "/prices"), 1, &asks(&item, 9_000)).await;
        assert_eq!((stale.problem(), &stale.body["current_version"]), ((412, "precondition-failed"), &json!(2)));
        own.post(&path(&merchant, "/prices"), 2, &asks(&item, 9_000)).await.ok();
        let board = nobody.get(&path(&merchant, "/price-board")).await.ok();
        assert_eq!((&board["grade"], board["promises"].as_array().unwrap().len()), (&json!("AAA"), 3));
        let shown = board["categories"].as_array().unwrap().iter().flat_map(|one| one["items"].as_array().unwrap());
        let mut shown = shown.filter(|one| one["code"] == json!(item)).map(|one| &one["price"]["from"]);
        assert_eq!((shown.next(), shown.next()), (Some(&json!(9_000)), None));
        let history = own.get(&format!("{}&item={item}", path(&merchant, "/prices/history"))).await.ok();
        let posted: Vec<_> = history["items"].as_array().unwrap().iter().map(|one| one["price"]["from"].clone()).collect();
        assert_eq!(posted[1..], [json!(8_000), json!(9_000)]);
        credit.stop().await;
    }

    async fn the_sheet_shows_promises_grade_prices_and_code_and_nothing_typed_in_becomes_markup(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let (merchant, item) = with_item(&credit).await;
        let address = credit.serve().await;
        let own = Person::merchant(address, merchant.profile.id);
        own.post(&path(&merchant, "/prices"), 1, &asks(&item, 8_000)).await.ok();
        let nobody = Person::nobody(address);
        let sheet = nobody.get(&path(&merchant, "/price-board.html")).await;
        assert_eq!((sheet.status, sheet.cache.as_deref()), (200, Some("public, max-age=60")));
        for shown in ["价格公示牌", "Price board", "三项承诺", "<b>AAA</b>", "现在没有有效的信用等级证书", "80–120.50 / 次", "夜间 &lt;22点后&gt; 30 元 / 次", "<svg", "@media print"] {
            assert!(sheet.text.contains(shown), "{shown} is not on {}", sheet.text);
        }
        assert!(sheet.text.contains(&merchant.profile.name) && !sheet.text.contains("<script"));
        let known = sheet.etag.as_deref().unwrap();
        assert_eq!(nobody.get_unless(&path(&merchant, "/price-board.html"), known).await.status, 304);
        credit.stop().await;
    }

    async fn the_board_of_a_merchant_that_is_out_vouches_for_nothing(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let (merchant, item) = with_item(&credit).await;
        let address = credit.serve().await;
        let (own, nobody) = (Person::merchant(address, merchant.profile.id), Person::nobody(address));
        own.post(&path(&merchant, "/prices"), 1, &asks(&item, 8_000)).await.ok();
        own.post(&path(&merchant, "/leave"), 1, &json!({})).await.ok();
        let board = nobody.get(&path(&merchant, "/price-board")).await.ok();
        assert_eq!((&board["status"], board.get("grade"), &board["categories"]), (&json!("left"), None, &json!([])));
        let sheet = nobody.get(&path(&merchant, "/price-board.html")).await.text;
        assert!(sheet.contains("该商户已终止加盟81890") && !sheet.contains("AAA"));
        credit.stop().await;
    }

    async fn nobody_posts_the_prices_of_another_and_unfit_prices_are_pointed_at(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let (merchant, item) = with_item(&credit).await;
        let address = credit.serve().await;
        let other = credit.all().await.into_iter().find(|one| one.profile.id != merchant.profile.id).unwrap();
        let stranger = Person::merchant(address, other.profile.id);
        let target = path(&merchant, "/prices");
        assert_eq!(stranger.post(&target, 0, &asks(&item, 8_000)).await.problem(), (403, "forbidden"));
        let auditor = Person::staff(address, 3, Role::Auditor);
        assert_eq!(auditor.post(&target, 0, &asks(&item, 8_000)).await.problem(), (403, "forbidden"));
        let own = Person::merchant(address, merchant.profile.id);
        let refused = own.post(&target, 0, &asks("no-such-item", -1)).await;
        let pointers: Vec<_> = refused.body["errors"].as_array().unwrap().iter().map(|one| one["pointer"].clone()).collect();
        assert_eq!(pointers, ["#/changes/0/item", "#/changes/0/price/from"]);
        assert_eq!(own.post(&target, None, &asks(&item, 8_000)).await.problem(), (428, "precondition-required"));
        credit.stop().await;
    }

    async fn what_was_posted_once_can_be_neither_changed_nor_deleted(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let (merchant, item) = with_item(&credit).await;
        let own = Person::merchant(credit.serve().await, merchant.profile.id);
        own.post(&path(&merchant, "/prices"), 1, &asks(&item, 8_000)).await.ok();
        let conn = sea_orm::Database::connect(db.url()).await.unwrap();
        for edit in ["UPDATE price_history SET item = 'x'", "DELETE FROM price_history"] {
            let refused = conn.execute_unprepared(edit).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{refused}");
        }
        conn.close().await.unwrap();
        credit.stop().await;
    }
}

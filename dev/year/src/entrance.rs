//! Merchants on their way in, what keeps them in, and how they go.

use core::time::Duration;

use anyhow::Context as _;
use kernel::{Channel, Timestamp};
use serde_json::{Value, json};

use crate::chance::{Chance, Topic};
use crate::city::Part;
use crate::diary::Task;
use crate::http::{As, Call, OFFICER, REVIEWER, items, number, text};
use crate::year::Year;

const DAY: Duration = Duration::from_secs(24 * 3_600);
/// A worker's papers outlast the year.
const WORKER_DAYS: u32 = 700;
/// A paper is good for so many days, and up to half a year longer.
const PAPER_DAYS: u64 = 180;
/// A commitment is in force for a year; it is signed anew so many days after it was signed.
const SIGN_AFTER_DAYS: i32 = 355;

impl Year {
    fn of_merchant(&self, member: usize, rest: &str) -> anyhow::Result<String> {
        Ok(format!("/v1/merchants/{}{rest}?city=330200", self.member(member)?.id))
    }

    pub(crate) async fn credit(&self, call: Call) -> anyhow::Result<Value> {
        self.http.call(call).await?.ok()
    }

    /// The merchant applies and hands everything in; an officer looks at it, and makes it public if it may be.
    pub(crate) async fn apply(&mut self, member: usize) -> anyhow::Result<()> {
        let (at, one) = (self.platform.credit.at, self.member(member)?.clone());
        let own = As::Merchant(one.id);
        let applied = Call::post(own, at, "/v1/applications", one.application());
        let applied = self.credit(applied.with_key(format!("apply-{member}"))).await?;
        let id = text(&applied, "id").to_owned();
        self.member_mut(member)?.application = id;
        self.figures().applied += 1;
        self.post_prices(member).await?;
        self.sign(member).await?;
        self.paper(member).await?;
        if one.trade.enters_home {
            self.enrol(member).await?;
        }
        self.step(member, OFFICER, "begin-checks", json!({})).await?.ok()?;
        let active = one.part != Part::Unregistered;
        let look = json!({ "active": active, "evidence": "登记系统截图" });
        self.step(member, OFFICER, "attest-code", look).await?.ok()?;
        let public = self.step(member, OFFICER, "publish", json!({})).await?;
        let lets_in = active && one.part != Part::Front;
        match (public.code(), lets_in) {
            ("checks-open", false) => {}
            ("", false) => self.fault(format_args!("{} is published, and its checks are open", one.name)),
            _ => drop(public.ok()?),
        }
        self.later(if lets_in { 8 } else { 2 }, Task::Decide(member));
        Ok(())
    }

    /// Another person decides.
    pub(crate) async fn decide(&mut self, member: usize) -> anyhow::Result<()> {
        let one = self.member(member)?.clone();
        if matches!(one.part, Part::Front | Part::Unregistered) {
            let reason = json!({ "reason": "审核未通过" });
            self.step(member, REVIEWER, "refuse", reason).await?.ok()?;
            self.figures().refused += 1;
            return Ok(());
        }
        self.step(member, REVIEWER, "admit", json!({})).await?.ok()?;
        self.member_mut(member)?.is_in = true;
        self.figures().admitted += 1;
        self.later(SIGN_AFTER_DAYS - 8, Task::Sign(member));
        if one.trade.enters_home {
            self.scan_later(member);
        }
        Ok(())
    }

    /// A step of the application, at the version it has now.
    async fn step(
        &self,
        member: usize,
        who: As,
        step: &str,
        body: Value,
    ) -> anyhow::Result<crate::http::Answer> {
        let (at, id) = (self.platform.credit.at, &self.member(member)?.application);
        let seen = self.credit(Call::get(who, at, format!("/v1/applications/{id}?city=330200"))).await?;
        let target = format!("/v1/applications/{id}/{step}?city=330200");
        self.http.call(Call::post(who, at, target, body).if_version(number(&seen, "version"))).await
    }

    async fn post_prices(&self, member: usize) -> anyhow::Result<()> {
        let one = self.member(member)?;
        let category = self.platform.reference.categories().iter();
        let category = category.clone().find(|it| it.code.as_str() == one.trade.category);
        let items = &category.context("the catalogue has the category")?.items;
        let price = json!({ "unit": "次", "from": 8_000 });
        let changes: Vec<Value> =
            items.iter().map(|item| json!({ "item": item.code, "price": price })).collect();
        let target = self.of_merchant(member, "/prices")?;
        let body = json!({ "changes": changes });
        let call = Call::post(As::Merchant(one.id), self.platform.credit.at, target, body);
        self.credit(call.if_version(0)).await.map(drop)
    }

    async fn sign(&self, member: usize) -> anyhow::Result<()> {
        let (at, one) = (self.platform.credit.at, self.member(member)?);
        let (own, category) = (As::Merchant(one.id), one.trade.category);
        let read = self.credit(Call::get(own, at, format!("/v1/commitments/{category}"))).await?;
        let signing =
            json!({ "category": category, "version": read["version"], "text_hash": read["text_hash"] });
        self.credit(Call::post(own, at, self.of_merchant(member, "/commitments")?, signing)).await.map(drop)
    }

    /// The commitment is signed anew before it ends.
    pub(crate) async fn sign_again(&mut self, member: usize) -> anyhow::Result<()> {
        if self.member(member)?.is_in {
            self.sign(member).await?;
        }
        Ok(())
    }

    /// A paper that ends within the year; most are renewed in time.
    async fn paper(&mut self, member: usize) -> anyhow::Result<()> {
        let (at, one) = (self.platform.credit.at, self.member(member)?.clone());
        let mut chance = Chance::new(self.seed, Topic::Renewal, member as u64);
        let days = PAPER_DAYS + chance.below(PAPER_DAYS);
        let late = chance.permille(150);
        let until = self.platform.now().after(DAY * u32::try_from(days)?);
        let paper = json!({
            "code": one.trade.paper, "number": format!("{}-{}", one.number, self.today), "issuer": "宁波市",
            "valid_until": until,
        });
        let filed = Call::post(As::Merchant(one.id), at, self.of_merchant(member, "/papers")?, paper);
        let file = self.credit(filed).await?;
        let papers = file.get("papers").and_then(Value::as_array);
        let id = papers.and_then(|papers| papers.last()).map(|paper| number(paper, "id"));
        let verify = format!("/papers/{}/verify", id.context("the paper is in the file")?);
        let evidence = json!({ "evidence": "原件已核" });
        self.credit(Call::post(OFFICER, at, self.of_merchant(member, &verify)?, evidence)).await?;
        let days = i32::try_from(days)?;
        self.later(if late { days + 6 } else { days - 6 }, Task::RenewPaper(member));
        Ok(())
    }

    /// Renews the paper. The merchant was told 30 and 7 days before; where it is late, the category is suspended.
    pub(crate) async fn renew_paper(&mut self, member: usize) -> anyhow::Result<()> {
        let (at, one) = (self.platform.credit.at, self.member(member)?.clone());
        if !one.is_in {
            return Ok(());
        }
        let target = self.of_merchant(member, "/notices")?;
        let told = self.credit(Call::get(As::Merchant(one.id), at, target)).await?;
        let subject = format!("paper:{}", one.trade.paper);
        for days in [30, 7] {
            let of =
                |notice: &&Value| text(notice, "subject") == subject && number(notice, "days_before") == days;
            if !items(&told).iter().any(|notice| of(&notice)) {
                self.fault(format_args!("{} was not told {days} days before its paper ends", one.name));
            }
        }
        self.paper(member).await
    }

    async fn enrol(&mut self, member: usize) -> anyhow::Result<()> {
        let (at, one) = (self.platform.credit.at, self.member(member)?.clone());
        let enrolled =
            Call::post(As::Merchant(one.id), at, self.of_merchant(member, "/workers")?, one.worker());
        let worker = text(&self.credit(enrolled).await?, "id").to_owned();
        let until: Timestamp = self.platform.now().after(DAY * WORKER_DAYS);
        let papers = json!({ "identity": "passed", "exam_until": until, "insurance_until": until });
        let target = format!("/v1/workers/{worker}/papers?city=330200");
        self.credit(Call::put(OFFICER, at, target, papers).if_version(1)).await?;
        self.member_mut(member)?.worker = Some(worker);
        Ok(())
    }

    /// A citizen scans the code on the worker's phone, sees green, and lets it in. The same code shows nobody twice.
    pub(crate) async fn scan(&mut self, member: usize) -> anyhow::Result<()> {
        let (at, one) = (self.platform.credit.at, self.member(member)?.clone());
        let Some(worker) = one.worker.filter(|_| one.is_in) else { return Ok(()) };
        let target = format!("/v1/workers/{worker}/code?city=330200");
        let shown = self.credit(Call::post(As::Merchant(one.id), at, target, Value::Null)).await?;
        let (front, target) = (As::Channel(Channel::Wechat), "/v1/scans?city=330200");
        let scan = |key: &str| {
            let body = json!({ "code": shown["code"] });
            Call::post(front, at, target, body).with_key(format!("{key}-{member}-{}", self.today))
        };
        let seen = self.credit(scan("first")).await?;
        let twice = self.http.call(scan("second")).await?;
        if text(&seen, "colour") != "green" || twice.code() != "used-code" {
            self.fault(format_args!("a worker of {} was shown as it is not", one.name));
        }
        let target = format!("/v1/scans/{}/entry?city=330200", text(&seen, "scan"));
        self.credit(Call::post(front, at, target, json!({}))).await?;
        self.figures().scans += 1;
        self.scan_later(member);
        Ok(())
    }

    pub(crate) async fn leave(&mut self, member: usize) -> anyhow::Result<()> {
        let (at, one) = (self.platform.credit.at, self.member(member)?.clone());
        let seen = self.credit(Call::get(As::Merchant(one.id), at, self.of_merchant(member, "")?)).await?;
        let call = Call::post(As::Merchant(one.id), at, self.of_merchant(member, "/leave")?, json!({}));
        self.credit(call.if_version(number(&seen, "version"))).await?;
        self.member_mut(member)?.is_in = false;
        Ok(())
    }
}

//! Honours in autumn, and in February the yearly evaluation: begun by its day, published by another person, open to
//! objections, and in effect for all at one moment.

use std::collections::BTreeSet;

use anyhow::Context as _;
use kernel::{Grade, MerchantId, Timestamp};
use serde_json::{Value, json};

use crate::chance::{Chance, Topic};
use crate::check;
use crate::diary::Task;
use crate::http::{AUDITOR, As, Call, OFFICER, REVIEWER, number, part, text};
use crate::year::Year;

/// The year that is evaluated.
const EVALUATED: u16 = 2025;
/// Of a thousand merchants so many are honoured, as far as they may be.
const HONOURED_PERMILLE: u64 = 400;

impl Year {
    /// An officer proposes an honour, another person grants it. Nobody with an open finding is honoured.
    pub(crate) async fn honour(&mut self, member: usize) -> anyhow::Result<()> {
        let (at, one) = (self.platform.credit.at, self.member(member)?.clone());
        let mut chance = Chance::new(self.seed, Topic::Honour, member as u64);
        if !one.is_in || !chance.permille(HONOURED_PERMILLE) {
            return Ok(());
        }
        let level = if chance.permille(300) { "province" } else { "city" };
        let now = self.platform.now();
        let until = self.today.plus_months(24).at_minute(0);
        let body = json!({
            "kind": "credit-demonstration", "level": level, "grantor": "宁波市", "granted_at": now, "valid_until": until,
        });
        let target = format!("/v1/merchants/{}/honours?city=330200", one.id);
        let call = Call::post(OFFICER, at, target, body).with_key(format!("honour-{member}"));
        let proposed = self.http.call(call).await?;
        if proposed.code() == "open-finding" {
            return Ok(());
        }
        let proposed = proposed.ok()?;
        let target = format!("/v1/honours/{}/decide?city=330200", text(&proposed, "id"));
        let body = json!({ "agrees": true, "reason": "证书已核" });
        let call = Call::post(REVIEWER, at, target, body).if_version(number(&proposed, "version"));
        let decided = self.http.call(call).await?;
        if decided.code() != "open-finding" {
            decided.ok()?;
            self.figures().honoured += 1;
        }
        Ok(())
    }

    /// The day itself began the evaluation. Run again as of the same moment, it finds the same to the bit.
    pub(crate) async fn run_again(&mut self) -> anyhow::Result<()> {
        let (at, run) = (self.platform.credit.at, self.evaluation().await?);
        let body = json!({ "city": 330_200, "as_of": part(&run, "as_of") });
        let begun = self.credit(Call::post(OFFICER, at, "/v1/evaluations", body).with_key("again")).await?;
        self.platform.work().await?;
        let target = format!("/v1/evaluations/{}", text(&begun, "id"));
        let again = self.credit(Call::get(OFFICER, at, target)).await?;
        for name in ["state", "digest"] {
            let (first, second) = (text(&run, name), text(&again, name));
            if first != second || first.is_empty() {
                self.fault(format_args!(
                    "I5: the evaluation has {name} {first}, and {second} when it is run again"
                ));
            }
        }
        Ok(())
    }

    /// Another person publishes it.
    pub(crate) async fn publish_evaluation(&mut self) -> anyhow::Result<()> {
        let (at, run) = (self.platform.credit.at, self.evaluation().await?);
        let target = format!("/v1/evaluations/{}/publish", text(&run, "id"));
        let publish = Call::post(REVIEWER, at, target, Value::Null).if_version(number(&run, "version"));
        let public = self.credit(publish).await?;
        let effective: Timestamp = text(&public, "effective_at").parse()?;
        let (members, reader) = (self.members.clone(), self.reader().await?);
        for member in members.iter().filter(|member| member.is_in) {
            let shown = self.certify(member.id, &reader).await?;
            self.certificates.extend(shown);
        }
        // On the morning of that day the grades are in effect.
        self.note(effective.in_city().day, Task::LookAtEvaluation);
        Ok(())
    }

    /// The grades are in effect, all of them; every merchant reads its report. A certificate of another grade is revoked.
    pub(crate) async fn look_at_evaluation(&mut self) -> anyhow::Result<()> {
        let at = self.platform.credit.at;
        let run = self.evaluation().await?;
        if text(&run, "state") != "in_effect" {
            self.fault(format_args!("the evaluation is {} after its day", text(&run, "state")));
        }
        let target = format!("/v1/evaluations/{}/results", text(&run, "id"));
        let results = self.http.all(AUDITOR, at, &format!("{target}?moved=false")).await?;
        let (mut reports, mut moved) = (0, BTreeSet::new());
        for result in &results {
            let Some(effect) = result.get("effect").filter(|effect| !effect.is_null()) else { continue };
            let (before, after): (Grade, Grade) =
                (text(effect, "before").parse()?, text(effect, "after").parse()?);
            self.figures().raised += u32::from(after > before);
            self.figures().lowered += u32::from(after < before);
            let merchant: MerchantId = text(result, "merchant").parse()?;
            if after != before {
                moved.insert(merchant);
            }
            let target = format!("/v1/merchants/{merchant}/reports/{EVALUATED}?city=330200");
            let report = self.credit(Call::get(As::Merchant(merchant), at, target)).await?;
            let told = text(part(&report, "effect"), "after");
            if told != after.as_str() {
                self.fault(format_args!("{merchant} was graded {after} and reads {told} in its report"));
            }
            reports += 1;
        }
        if reports == 0 {
            self.fault("nobody was evaluated");
        }
        let reader = self.reader().await?;
        for shown in std::mem::take(&mut self.certificates) {
            self.read_again(&shown, &reader, moved.contains(&shown.merchant())).await?;
        }
        let target = format!("/v1/evaluation-summaries/{EVALUATED}?city=330200");
        self.credit(Call::get(AUDITOR, at, target)).await?;
        check::order(self).await
    }

    /// The run of the year.
    async fn evaluation(&self) -> anyhow::Result<Value> {
        let runs = self.http.all(AUDITOR, self.platform.credit.at, "/v1/evaluations?city=330200").await?;
        let of_year = |run: &Value| number(run, "year") == u64::from(EVALUATED);
        runs.into_iter().find(of_year).context("the evaluation has begun by itself")
    }
}

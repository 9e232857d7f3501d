//! Orders, call-backs and cases: where the facts come from. Dispatch's word that an order is done is published as
//! dispatch publishes it; all that follows goes through feedback's own API, and reaches credit over the bus.

use std::collections::BTreeMap;

use anyhow::Context as _;
use contracts::dispatch::Completed;
use futures::{StreamExt as _, TryStreamExt as _};
use kernel::{Actor, Area, AssignmentId, CategoryCode, ItemCode, RequestId};
use serde_json::{Value, json};

use crate::chance::{Chance, Topic};
use crate::city::{AREA, Part};
use crate::diary::{Task, working};
use crate::http::{AUDITOR, CALLER, Call, OFFICER, REVIEWER, number, text};
use crate::justice::Why;
use crate::servers::city;
use crate::year::Year;

/// Where the numbers of requests begin.
const REQUESTS: u128 = 0x8189_0000_0000_0000;
/// Call-backs that are made at once.
const AT_ONCE: usize = 16;
/// Of a thousand citizens so many are not reached by a call.
const UNREACHED_PERMILLE: u64 = 150;
/// Of a thousand suspicions so many hold.
const VERIFIED_PERMILLE: u64 = 600;
const CLAUSES: [&str; 6] =
    ["honest-service", "price-as-posted", "quality", "on-time", "code-shown", "courtesy"];

/// A call-back that was made.
struct Called {
    order: u64,
    done: bool,
    answered: bool,
}

impl Year {
    /// Everybody who is in and not suspended serves its orders of the day.
    pub(crate) async fn serve(&mut self) -> anyhow::Result<()> {
        let at = self.platform.credit.at;
        let rows = self.http.all(AUDITOR, at, "/v1/merchants?city=330200").await?;
        let works = |row: &&Value| {
            text(row, "status") == "affiliated"
                && row.get("categories").and_then(Value::as_array).is_some_and(|it| !it.is_empty())
        };
        let working: Vec<&str> = rows.iter().filter(works).map(|row| text(row, "id")).collect();
        let today = u64::try_from(self.today.julian()).unwrap_or_default();
        let busy = |member: &&crate::city::Member| {
            let number = member.number as u64 * 100_000_000 + today;
            member.is_in
                && working.contains(&member.id.to_string().as_str())
                && Chance::new(self.seed, Topic::Order, number).permille(member.conduct.busy)
        };
        let busy: Vec<usize> = self.members.iter().filter(busy).map(|member| member.number).collect();
        let served = !busy.is_empty();
        for member in busy {
            self.complete(member).await?;
        }
        if served {
            self.platform.completions_heard().await?;
        }
        Ok(())
    }

    /// An order is done. Its number is its identity.
    async fn complete(&mut self, member: usize) -> anyhow::Result<u64> {
        self.orders += 1;
        let (one, order) = (self.member(member)?, u128::from(self.orders));
        let done = Completed {
            request: RequestId::from_u128(REQUESTS + order),
            city: city()?,
            assignment: AssignmentId::from_u128(REQUESTS * 2 + order),
            merchant: one.id,
            item: ItemCode::try_new(one.trade.item)?,
            category: CategoryCode::try_new(one.trade.category)?,
            area: Area::try_new(AREA)?,
            by: Actor::Merchant { id: one.id },
            completed_at: self.platform.now(),
        };
        self.platform.publish(&done).await?;
        Ok(self.orders)
    }

    /// An order that will turn out as a breach of this severity, whatever chance says.
    pub(crate) async fn breach(&mut self, member: usize, severity: &'static str) -> anyhow::Result<()> {
        let order = self.complete(member).await?;
        self.foreseen.insert(order, severity);
        self.platform.completions_heard().await
    }

    /// All citizens whose call-back is due are called.
    pub(crate) async fn call_back(&mut self) -> anyhow::Result<()> {
        let at = self.platform.feedback.at;
        let due = self.http.all(CALLER, at, "/v1/callbacks?city=330200").await?;
        let this = &*self;
        let calls = futures::stream::iter(due).map(|task| async move { this.call(&task).await });
        let mut called: Vec<Called> = calls.buffer_unordered(AT_ONCE).try_collect().await?;
        called.sort_by_key(|call| call.order);
        for Called { done, answered, .. } in called {
            self.facts += u64::from(done);
            self.figures().answered += u32::from(answered);
        }
        self.platform.facts_heard(self.facts).await
    }

    /// What a citizen says depends on the order and the try alone.
    async fn call(&self, task: &Value) -> anyhow::Result<Called> {
        let (at, id) = (self.platform.feedback.at, text(task, "id"));
        let order = order_of(task)?;
        let tries = task.get("attempts").and_then(Value::as_array).map_or(0, Vec::len) as u64;
        let merchant = text(task, "merchant");
        let member = self.members.iter().find(|member| member.id.to_string() == merchant);
        let conduct = member.context("the order is of a member")?.conduct;
        let mut chance = Chance::new(self.seed, Topic::Call, order * 16 + tries);
        let foreseen = self.foreseen.contains_key(&order);
        let word = chance.below(1_000);
        let said = if !foreseen && chance.permille(UNREACHED_PERMILLE) {
            json!({ "result": "unreached" })
        } else if foreseen || word < conduct.suspected {
            json!({ "result": "reached", "verdict": "suspected_breach", "note": "多收了五十元" })
        } else if word < conduct.suspected + conduct.discontent {
            json!({ "result": "reached", "verdict": "unsatisfied" })
        } else {
            json!({ "result": "reached", "verdict": "satisfied" })
        };
        let target = |step: &str| format!("/v1/callbacks/{id}/{step}?city=330200");
        let claimed = self.http.call(Call::post(CALLER, at, target("claim"), Value::Null)).await?.ok()?;
        let answered = text(&said, "result") == "reached";
        let outcome = Call::post(CALLER, at, target("outcome"), said).if_version(number(&claimed, "version"));
        let kept = self.http.call(outcome).await?.ok()?;
        Ok(Called { order, done: text(&kept, "state") == "done", answered })
    }

    /// An officer rules on the cases that were opened before today. Whoever made the call does not.
    pub(crate) async fn rule(&mut self) -> anyhow::Result<()> {
        if working(self.platform.calendar(), self.today) != self.today {
            return Ok(());
        }
        let at = self.platform.feedback.at;
        let open = self.http.all(OFFICER, at, "/v1/cases?city=330200&state=open").await?;
        let morning = self.today.at_minute(0).to_string();
        let yesterdays = open.iter().filter(|case| *text(case, "opened_at") < *morning);
        let numbered = yesterdays.map(|case| Ok((order_of(case)?, case)));
        // In the order of their orders: calls are made side by side, and so are cases opened.
        for (_, case) in numbered.collect::<anyhow::Result<BTreeMap<u64, &Value>>>()? {
            self.rule_on(case).await?;
        }
        self.platform.facts_heard(self.facts).await
    }

    async fn rule_on(&mut self, case: &Value) -> anyhow::Result<()> {
        let (at, id, order) = (self.platform.feedback.at, text(case, "id").to_owned(), order_of(case)?);
        let mut chance = Chance::new(self.seed, Topic::Case, order);
        let foreseen = self.foreseen.get(&order).copied();
        let holds = foreseen.is_some() || chance.permille(VERIFIED_PERMILLE);
        let grave = chance.below(1_000);
        let severity = foreseen.unwrap_or(match grave {
            0..650 => "minor",
            650..930 => "general",
            _ => "serious",
        });
        let clause = CLAUSES.get(usize::try_from(order)? % CLAUSES.len()).copied().unwrap_or_default();
        let (step, body) = if holds {
            ("verify", json!({ "clause": clause, "severity": severity }))
        } else {
            ("dismiss", json!({ "reason": "查无实据" }))
        };
        let target = format!("/v1/cases/{id}/{step}?city=330200");
        let call = Call::post(OFFICER, at, target, body).if_version(number(case, "version"));
        // I8: neither the caller nor a reviewer of credit has a say here.
        for other in [CALLER, REVIEWER] {
            let refused = self.http.call(call.clone().by(other)).await?;
            if refused.is_done() {
                self.fault("I8: somebody ruled on a case that is not theirs");
            }
        }
        self.http.call(call).await?.ok()?;
        self.facts += 1;
        if !holds {
            self.figures().dismissed += 1;
            return Ok(());
        }
        self.figures().breaches += 1;
        let merchant = text(case, "merchant");
        let member = self.members.iter().find(|member| member.id.to_string() == merchant);
        let (member, part) = member.map(|it| (it.number, it.part)).context("the case is of a member")?;
        self.follow(member, part, id, severity, &mut chance);
        Ok(())
    }

    /// What follows on a verified breach: an objection, a file, or nothing more.
    fn follow(
        &mut self,
        member: usize,
        part: Part,
        case: String,
        severity: &'static str,
        chance: &mut Chance,
    ) {
        let scripted = matches!(part, Part::Wronged | Part::Denied);
        let objects = chance.permille(250);
        let pursued = severity != "minor" || chance.permille(300);
        if scripted || (objects && part != Part::Repairer) {
            self.later(1, Task::Object(member, case.clone()));
        }
        if pursued {
            self.later(1, Task::Open(member, Why::Breach(case, severity)));
        }
    }
}

/// The number of the order that a call-back or a case is about.
fn order_of(task: &Value) -> anyhow::Result<u64> {
    let request: RequestId = text(task, "request").parse()?;
    Ok(u64::try_from(request.uuid().as_u128().saturating_sub(REQUESTS))?)
}

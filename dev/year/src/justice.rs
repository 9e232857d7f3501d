//! Proceedings, appeals, repair and objections, each step by the person whose step it is.

use anyhow::Context as _;
use kernel::Timestamp;
use serde_json::{Value, json};

use crate::chance::{Chance, Topic};
use crate::check;
use crate::city::Part;
use crate::diary::Task;
use crate::http::{ANOTHER, As, Call, EXAMINER, OFFICER, REVIEWER, number, part, text};
use crate::year::Year;

/// What a file is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// A breach that feedback verified: its case, and how grave it is.
    Breach(String, &'static str),
    /// A red line.
    Fraud,
    /// Something that cannot wait, and turns out to be nothing.
    Emergency,
    /// Something small that is left lying.
    Forgotten,
}

/// A step of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Confirm,
    Notify,
    Reply,
    Impose,
    Prove,
    JudgeProof,
    Appeal,
    RuleOnAppeal,
    ApplyForRepair,
    DecideRepair,
    Drop,
}

/// A file.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) id: String,
    member: usize,
    why: Why,
    measure: &'static str,
    chance: Chance,
}

/// An objection.
#[derive(Debug, Clone)]
pub(crate) struct Objection {
    pub(crate) id: String,
    member: usize,
    upheld: bool,
}

impl Year {
    /// An officer opens a file, and does what cannot wait.
    pub(crate) async fn open(&mut self, member: usize, why: Why) -> anyhow::Result<()> {
        let (at, one) = (self.platform.credit.at, self.member(member)?.clone());
        if !one.is_in {
            return Ok(());
        }
        let number_of = self.files.len();
        let mut chance = Chance::new(self.seed, Topic::File, number_of as u64);
        let (ground, class, measure) = match &why {
            Why::Breach(case, severity) => {
                let light = one.part == Part::Repairer;
                let measure = match (*severity, chance.below(3)) {
                    ("minor", _) => "warning",
                    ("general", 0) if !light => "rectification",
                    ("general", 1) if !light => "suspension",
                    ("general", _) => "preference_suspension",
                    _ => "suspension",
                };
                (json!({ "kind": "breach", "case": case }), *severity, measure)
            }
            Why::Fraud => (json!({ "kind": "red_line", "line": "fraud" }), "serious", "removal"),
            Why::Emergency => (json!({ "kind": "finding" }), "serious", "suspension"),
            Why::Forgotten => (json!({ "kind": "finding" }), "minor", "remind"),
        };
        let body = json!({ "merchant": one.id, "ground": ground, "class": class, "facts": "见案卷" });
        let call = Call::post(OFFICER, at, "/v1/proceedings?city=330200", body);
        let answer = self.http.call(call.with_key(format!("file-{number_of}"))).await?;
        // The breach was objected to and fell before anybody opened a file.
        if answer.code() == "not-found" {
            return Ok(());
        }
        let id = text(&answer.ok()?, "id").to_owned();
        self.files.push(File { id, member, why: why.clone(), measure, chance });
        match why {
            Why::Breach(..) => self.later(1, Task::File(number_of, Act::Notify)),
            Why::Fraud => self.remove(member, number_of).await?,
            Why::Emergency => {
                self.investigate(number_of, json!({ "act": "suspend", "reason": "涉嫌无证作业" })).await?;
                self.later(1, Task::File(number_of, Act::Confirm));
            }
            Why::Forgotten => self.later(30, Task::File(number_of, Act::Drop)),
        }
        Ok(())
    }

    /// Removes a merchant at once. From then on its certificate shows that it is not to be relied on.
    async fn remove(&mut self, member: usize, file: usize) -> anyhow::Result<()> {
        let (merchant, reader) = (self.member(member)?.id, self.reader().await?);
        let shown = self.certify(merchant, &reader).await?;
        self.file(file, Act::Impose).await?;
        let (shown, reader) =
            (shown.context("whoever is found out had a certificate")?, self.reader().await?);
        self.read_again(&shown, &reader, true).await
    }

    /// The next step of a file. Where the file is over by then - its breach fell, its time ran out - it is no step.
    pub(crate) async fn file(&mut self, place: usize, act: Act) -> anyhow::Result<()> {
        let (file, done) = match act {
            Act::Notify => {
                let announced = self.files.get(place).context("the file is there")?.measure;
                let body = json!({ "act": "notify", "announced": announced, "reason": "见案卷" });
                self.investigate(place, body).await?
            }
            Act::Confirm => self.decide_file(place, REVIEWER, json!({ "act": "confirm_suspension" })).await?,
            Act::Impose => self.impose(place).await?,
            Act::Drop => self.decide_file(place, REVIEWER, said("drop", None)).await?,
            Act::JudgeProof => self.decide_file(place, REVIEWER, said("judge_proof", Some(true))).await?,
            Act::RuleOnAppeal => {
                let granted = self.draw(place, 300, |why| *why == Why::Emergency);
                self.decide_file(place, ANOTHER, said("rule_on_appeal", Some(granted))).await?
            }
            Act::DecideRepair => {
                let repairer = self.is_repairer(place)?;
                let granted = self.draw(place, 850, |_| repairer);
                self.decide_file(place, REVIEWER, said("decide_repair", Some(granted))).await?
            }
            Act::Reply => self.answer(place, json!({ "act": "reply", "text": "已退款" })).await?,
            Act::Prove => self.answer(place, json!({ "act": "prove", "proof": "见附件" })).await?,
            Act::Appeal => self.answer(place, json!({ "act": "appeal", "grounds": "记录属实" })).await?,
            Act::ApplyForRepair => {
                self.answer(place, json!({ "act": "apply_for_repair", "proof": "见附件" })).await?
            }
        };
        if done { self.go_on(place, act, &file).await } else { Ok(()) }
    }

    /// What comes after a step.
    async fn go_on(&mut self, place: usize, act: Act, file: &Value) -> anyhow::Result<()> {
        match act {
            Act::Confirm => self.later(0, Task::File(place, Act::Notify)),
            Act::Notify => {
                let replies = self.draw(place, 700, |why| *why == Why::Emergency);
                if replies {
                    self.later(2, Task::File(place, Act::Reply));
                } else {
                    let over: Timestamp = text(part(file, "notice"), "reply_by").parse()?;
                    self.note(over.in_city().day, Task::File(place, Act::Impose));
                }
            }
            Act::Reply => self.later(3, Task::File(place, Act::Impose)),
            Act::Impose => self.after_decision(place, file).await?,
            Act::Prove => self.later(2, Task::File(place, Act::JudgeProof)),
            Act::Appeal => self.later(5, Task::File(place, Act::RuleOnAppeal)),
            Act::ApplyForRepair => self.later(4, Task::File(place, Act::DecideRepair)),
            Act::RuleOnAppeal if text(file, "stage") == "reversed" => self.figures().reversed += 1,
            Act::DecideRepair if text(file, "stage") == "repaired" => self.figures().repaired += 1,
            Act::JudgeProof | Act::RuleOnAppeal | Act::DecideRepair | Act::Drop => {}
        }
        Ok(())
    }

    async fn after_decision(&mut self, place: usize, file: &Value) -> anyhow::Result<()> {
        self.figures().sanctions += 1;
        let kept = self.files.get(place).context("the file is there")?.clone();
        if kept.why == Why::Fraud {
            self.member_mut(kept.member)?.is_in = false;
            self.figures().removed += 1;
            // I4: from this moment on nobody is sent to it.
            return check::order(self).await;
        }
        if kept.measure == "rectification" {
            self.later(5, Task::File(place, Act::Prove));
        }
        let appeals = self.draw(place, 150, |why| *why == Why::Emergency);
        if appeals && !self.is_repairer(place)? {
            self.later(3, Task::File(place, Act::Appeal));
        }
        let from: Timestamp = text(part(file, "decision"), "repair_from").parse()?;
        self.note(from.in_city().day.next(), Task::File(place, Act::ApplyForRepair));
        Ok(())
    }

    async fn impose(&mut self, place: usize) -> anyhow::Result<(Value, bool)> {
        let file = self.files.get(place).context("the file is there")?;
        let months = match (&file.why, file.measure) {
            (Why::Fraud, _) => 12,
            (Why::Emergency | Why::Breach(_, "serious"), _) => 24,
            (Why::Breach(_, "general"), _) => 6,
            _ => 2,
        };
        let (measure, reason) = (file.measure, "见案卷");
        let body = if measure == "rectification" {
            json!({ "act": "impose", "measure": measure, "months": months, "rectify_working_days": 10, "reason": reason })
        } else {
            json!({ "act": "impose", "measure": measure, "months": months, "reason": reason })
        };
        self.decide_file(place, REVIEWER, body).await
    }

    fn is_repairer(&self, place: usize) -> anyhow::Result<bool> {
        let member = self.files.get(place).context("the file is there")?.member;
        Ok(self.member(member)?.part == Part::Repairer)
    }

    /// Whether it turns out so, by chance unless it is certain.
    fn draw(&mut self, place: usize, permille: u64, certain: impl Fn(&Why) -> bool) -> bool {
        let drawn =
            self.files.get_mut(place).map(|file| (certain(&file.why), file.chance.permille(permille)));
        drawn.is_some_and(|(certain, by_chance)| certain || by_chance)
    }

    async fn investigate(&mut self, place: usize, body: Value) -> anyhow::Result<(Value, bool)> {
        self.act(place, OFFICER, "investigation", body).await
    }

    /// Whoever opened the file tries to decide it first, and must be refused.
    async fn decide_file(&mut self, place: usize, who: As, body: Value) -> anyhow::Result<(Value, bool)> {
        let investigator = As::Staff(1, kernel::Role::CreditReviewer);
        let (_, done) = self.act(place, investigator, "decisions", body.clone()).await?;
        if done {
            self.fault("whoever investigated decided");
        }
        self.act(place, who, "decisions", body).await
    }

    async fn answer(&mut self, place: usize, body: Value) -> anyhow::Result<(Value, bool)> {
        let member = self.files.get(place).context("the file is there")?.member;
        let own = As::Merchant(self.member(member)?.id);
        self.act(place, own, "answers", body).await
    }

    /// Does an act at the version that the file has now; false when it is refused for a reason of the file's own.
    async fn act(&self, place: usize, who: As, room: &str, body: Value) -> anyhow::Result<(Value, bool)> {
        let (at, file) = (self.platform.credit.at, self.files.get(place).context("the file is there")?);
        let seen =
            self.credit(Call::get(who, at, format!("/v1/proceedings/{}?city=330200", file.id))).await?;
        let target = format!("/v1/proceedings/{}/{room}?city=330200", file.id);
        let key = format!("{place}-{}-{}", text(&body, "act"), self.today);
        let call = Call::post(who, at, target, body).if_version(number(&seen, "version")).with_key(key);
        let answer = self.http.call(call).await?;
        if matches!(answer.code(), "not-now" | "too-late" | "not-repairable" | "same-person" | "forbidden") {
            return Ok((answer.body, false));
        }
        Ok((answer.ok()?, true))
    }

    /// A merchant objects to the entry of a breach.
    pub(crate) async fn object(&mut self, member: usize, case: &str) -> anyhow::Result<()> {
        let (at, one) = (self.platform.credit.at, self.member(member)?.clone());
        let own = As::Merchant(one.id);
        let ledger = self.http.all(own, at, &format!("/v1/merchants/{}/ledger?city=330200", one.id)).await?;
        let cause = format!("breach_verified:{case}");
        let entry = ledger.iter().find(|entry| text(entry, "cause") == cause);
        let entry = text(entry.context("the breach is in the ledger")?, "id").to_owned();
        let target = format!("/v1/merchants/{}/objections?city=330200", one.id);
        let body = json!({ "entry": entry, "grounds": "当日未上门" });
        let filed = self.credit(Call::post(own, at, target, body).with_key(format!("object-{case}"))).await?;
        let place = self.objections.len();
        let mut chance = Chance::new(self.seed, Topic::Objection, place as u64);
        let upheld = match one.part {
            Part::Wronged => true,
            Part::Denied => false,
            _ => chance.permille(400),
        };
        self.objections.push(Objection { id: text(&filed, "id").to_owned(), member, upheld });
        // Some lie too long: their deadline passes, and that is told.
        let forgotten = chance.permille(60);
        self.later(if forgotten { 25 } else { 4 }, Task::Examine(place));
        Ok(())
    }

    pub(crate) async fn examine(&mut self, place: usize) -> anyhow::Result<()> {
        self.word(place, EXAMINER, "examine").await?;
        self.later(3, Task::Judge(place));
        Ok(())
    }

    /// Another person decides. Upheld, the score is what it would be without the breach.
    pub(crate) async fn judge(&mut self, place: usize) -> anyhow::Result<()> {
        let one = self.objections.get(place).context("the objection is there")?.clone();
        let before = self.score(one.member).await?;
        self.word(place, REVIEWER, "decide").await?;
        let after = self.score(one.member).await?;
        if one.upheld {
            self.figures().upheld += 1;
            if after <= before {
                self.fault(format_args!(
                    "an objection was upheld, and the score went from {before} to {after}"
                ));
            }
        } else {
            self.figures().rejected += 1;
            if after != before {
                self.fault(format_args!(
                    "an objection was rejected, and the score went from {before} to {after}"
                ));
            }
        }
        Ok(())
    }

    async fn score(&self, member: usize) -> anyhow::Result<u64> {
        let (at, one) = (self.platform.credit.at, self.member(member)?);
        let target = format!("/v1/merchants/{}?city=330200", one.id);
        Ok(number(&self.credit(Call::get(As::Merchant(one.id), at, target)).await?, "score"))
    }

    async fn word(&self, place: usize, who: As, step: &str) -> anyhow::Result<Value> {
        let (at, one) =
            (self.platform.credit.at, self.objections.get(place).context("the objection is there")?);
        let of = |rest: &str| format!("/v1/objections/{}{rest}?city=330200", one.id);
        let seen = self.credit(Call::get(who, at, of(""))).await?;
        let body = json!({ "upheld": one.upheld, "reason": "见核查记录" });
        let call = Call::post(who, at, of(&format!("/{step}")), body);
        self.credit(call.if_version(number(&seen, "version"))).await
    }
}

/// A word on something, and why.
fn said(act: &str, granted: Option<bool>) -> Value {
    match granted {
        Some(granted) => json!({ "act": act, "granted": granted, "reason": "见案卷" }),
        None => json!({ "act": act, "reason": "见案卷" }),
    }
}

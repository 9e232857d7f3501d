//! What must hold, looked at each month and at the end of the year. Each fault names its invariant.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Event;
use contracts::credit::{DeadlineMissed, GradeChanged};
use contracts::feedback::{BreachVerified, FollowupRecorded};
use contracts::streams::Stream;
use kernel::{Channel, Grade};
use serde::de::DeserializeOwned;
use serde_json::Value;
use testkit::wait;

use crate::city::{AREA, Part, TRADES};
use crate::http::{AUDITOR, As, Call, OFFICER, OPERATIONS, items, number, text};
use crate::year::Year;

/// What is on its way to dispatch has arrived within this.
const ARRIVES_WITHIN: std::time::Duration = std::time::Duration::from_secs(20);
/// Why a grade may rise: the evaluation, a reversal, a repair, the end of a measure, a new admission, and an objection
/// that was upheld.
const RISES: [&str; 7] =
    ["evaluation", "reversal", "repair", "sanction", "admission", "correction", "reassessment"];

/// The end of a month: every ledger, and one order on all channels. Gives the merchants by grade, AAA first.
pub(crate) async fn month(year: &mut Year) -> anyhow::Result<[u32; 6]> {
    ledgers(year).await?;
    order(year).await?;
    let mut grades = [0; 6];
    for row in merchants(year).await? {
        let grade: Grade = text(&row, "grade").parse()?;
        let place = Grade::ALL.iter().rev().position(|known| *known == grade);
        let gone = text(&row, "status") == "left";
        if let Some(count) = place.and_then(|place| grades.get_mut(place)).filter(|_| !gone) {
            *count += 1;
        }
    }
    Ok(grades)
}

/// All that can be looked at once only, when the year is over.
pub(crate) async fn year(year: &mut Year) -> anyhow::Result<()> {
    facts(year).await?;
    rises(year).await?;
    bans(year).await?;
    deadlines(year).await?;
    letters(year).await?;
    secrets(year).await
}

async fn merchants(year: &Year) -> anyhow::Result<Vec<Value>> {
    year.http.all(AUDITOR, year.platform.credit.at, "/v1/merchants?city=330200").await
}

/// I3: every chain holds to its tip, and score and grade are what ledger and files make of them.
async fn ledgers(year: &mut Year) -> anyhow::Result<()> {
    let at = year.platform.credit.at;
    for row in merchants(year).await? {
        let (id, name) = (text(&row, "id"), text(&row, "name"));
        let of = |rest: &str| Call::get(AUDITOR, at, format!("/v1/merchants/{id}/{rest}?city=330200"));
        let check = year.credit(of("ledger/check")).await?;
        if check.get("holds") != Some(&Value::Bool(true)) {
            year.fault(format_args!("I3: the ledger of {name} does not hold: {check}"));
        }
        let folded = year.credit(of("credit")).await?;
        for part in ["score", "grade"] {
            if folded.get(part) != row.get(part) {
                let (row, folded) = (row.get(part), folded.get(part));
                year.fault(format_args!("I3: {name} has {part} {row:?}, and {folded:?} by its ledger"));
            }
        }
    }
    Ok(())
}

/// I4: dispatch has every merchant as credit has it, and shows one order on all six channels.
pub(crate) async fn order(year: &mut Year) -> anyhow::Result<()> {
    for trade in TRADES {
        let looked = wait::until("dispatch to have what credit has", ARRIVES_WITHIN, async || {
            let differences = differences(year, trade.category, trade.item).await.ok()?;
            differences.is_empty().then_some(())
        });
        if looked.await.is_err() {
            for difference in differences(year, trade.category, trade.item).await? {
                year.fault(format_args!("I4: {difference}"));
            }
        }
        let target = format!("/v1/recommendations?city=330200&item={}&area={AREA}&limit=20", trade.item);
        let mut orders = BTreeSet::new();
        for channel in Channel::ALL {
            let call = Call::get(As::Channel(channel), year.platform.dispatch.at, target.clone());
            let asked = year.http.call(call).await?.ok()?;
            let candidates = asked.get("candidates").and_then(Value::as_array).cloned().unwrap_or_default();
            let order: Vec<&str> = candidates.iter().map(|one| text(one, "merchant")).collect();
            orders.insert(order.join(","));
            if !falls(&candidates) {
                year.fault(format_args!("I4: {channel} shows {} not by grade: {order:?}", trade.category));
            }
        }
        if orders.len() != 1 {
            year.fault(format_args!(
                "I4: {} is ordered differently on {} channels",
                trade.category,
                orders.len()
            ));
        }
    }
    Ok(())
}

/// Whether grades fall down the list, a newcomer's reserved place apart, and within those who arrive in time.
fn falls(candidates: &[Value]) -> bool {
    let ranked = candidates.iter().filter(|one| one.get("reserved") != Some(&Value::Bool(true)));
    let ranked: Vec<(bool, Option<Grade>)> =
        ranked.map(|one| (text(one, "arrival") == "on_time", text(one, "grade").parse().ok())).collect();
    ranked.is_sorted_by(|before, after| before >= after)
}

/// Where dispatch has a merchant of the category otherwise than credit has it.
async fn differences(year: &Year, category: &str, item: &str) -> anyhow::Result<Vec<String>> {
    let target = format!("/v1/recommendations/explanation?city=330200&item={item}&area={AREA}");
    let seen = year.http.call(Call::get(OFFICER, year.platform.dispatch.at, target)).await?.ok()?;
    let part = |name: &str| seen.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let (candidates, exclusions) = (part("candidates"), part("exclusions"));
    let known: BTreeMap<&str, &Value> =
        candidates.iter().chain(&exclusions).map(|one| (text(one, "merchant"), one)).collect();
    let mut found = Vec::new();
    let rows = merchants(year).await?;
    for row in &rows {
        let (id, name) = (text(row, "id"), text(row, "name"));
        let serves = row.get("categories").and_then(Value::as_array);
        let serves = serves.is_some_and(|it| it.iter().any(|one| text(one, "category") == category));
        match known.get(id) {
            Some(one) if number(one, "credit_version") != number(row, "version") => {
                found.push(format!("{name} is ranked with another version than credit has"));
            }
            None if serves && text(row, "status") == "affiliated" && known.len() < 200 => {
                found.push(format!("{name} is missing"));
            }
            Some(_) | None => {}
        }
    }
    for one in &candidates {
        let row = rows.iter().find(|row| text(row, "id") == text(one, "merchant"));
        let same = row.is_some_and(|row| {
            text(row, "status") == "affiliated"
                && text(row, "grade") == text(one, "grade")
                && text(row, "grade") != "D"
                && number(row, "score") == number(one, "score")
        });
        if !same {
            found.push(format!("{} is recommended and should not be so", text(one, "name")));
        }
    }
    Ok(found)
}

/// What of this event was said on its stream.
async fn said<E: Event + DeserializeOwned>(year: &Year) -> anyhow::Result<Vec<E>> {
    let messages = year.platform.messages(E::STREAM).await?;
    let prefix = format!("{}.", E::SUBJECT);
    let of_kind = messages.into_iter().filter(|(subject, _)| subject.starts_with(&prefix));
    of_kind.map(|(_, payload)| Ok(serde_json::from_slice(&payload)?)).collect()
}

/// I1, I2: what feedback said is in the ledger, each fact once, and nothing else is there as a fact.
async fn facts(year: &mut Year) -> anyhow::Result<()> {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for fact in said::<FollowupRecorded>(year).await? {
        told.entry(fact.merchant.to_string()).or_default().insert(format!("followup:{}", fact.callback));
    }
    for fact in said::<BreachVerified>(year).await? {
        told.entry(fact.merchant.to_string()).or_default().insert(format!("breach_verified:{}", fact.case));
    }
    for row in merchants(year).await? {
        let (id, name) = (text(&row, "id"), text(&row, "name"));
        let target = format!("/v1/merchants/{id}/ledger?city=330200");
        let ledger = year.http.all(AUDITOR, year.platform.credit.at, &target).await?;
        let causes = ledger.iter().map(|entry| text(entry, "cause").to_owned());
        let mut kept: Vec<String> = causes
            .filter(|cause| cause.starts_with("followup:") || cause.starts_with("breach_verified:"))
            .collect();
        kept.sort();
        let expected: Vec<String> = told.remove(id).unwrap_or_default().into_iter().collect();
        if kept != expected {
            let (kept, expected) = (kept.len(), expected.len());
            year.fault(format_args!("I2: {name} has {kept} facts in its ledger, and {expected} were told"));
        }
    }
    if !told.is_empty() {
        year.fault(format_args!("I1: facts were told about {} merchants that are not there", told.len()));
    }
    Ok(())
}

/// A grade rises for one of few reasons, and the evaluation moves all grades at one moment.
async fn rises(year: &mut Year) -> anyhow::Result<()> {
    let mut evaluated = BTreeSet::new();
    for moved in said::<GradeChanged>(year).await? {
        let GradeChanged { merchant, from, to, cause, changed_at, .. } = moved;
        if cause == "evaluation" {
            evaluated.insert(changed_at);
        }
        if to > from && !RISES.contains(&cause.as_str()) {
            year.fault(format_args!("I3: {merchant} rose from {from} to {to} by {cause}"));
        }
    }
    if evaluated.len() > 1 {
        year.fault(format_args!("the evaluation took effect at {} moments", evaluated.len()));
    }
    Ok(())
}

/// Whoever was removed is out, and nobody behind it came in.
async fn bans(year: &mut Year) -> anyhow::Result<()> {
    let at = year.platform.credit.at;
    let bans = year.credit(Call::get(AUDITOR, at, "/v1/bans?city=330200")).await?;
    let banned: Vec<&str> = items(&bans).iter().map(|ban| text(ban, "merchant")).collect();
    let rows = merchants(year).await?;
    let frauds = year.members.iter().filter(|member| member.part == Part::Fraud);
    let frauds: Vec<String> = frauds.map(|member| member.id.to_string()).collect();
    for fraud in &frauds {
        if !banned.contains(&fraud.as_str()) {
            year.fault("whoever crossed a red line is not banned");
        }
    }
    for row in &rows {
        if banned.contains(&text(row, "id")) && text(row, "status") != "removed" {
            year.fault(format_args!("{} is banned and not out", text(row, "name")));
        }
    }
    let front = year.members.iter().find(|member| member.part == Part::Front).cloned();
    let front = front.map(|member| member.id.to_string()).unwrap_or_default();
    if rows.iter().any(|row| text(row, "id") == front) {
        year.fault("the company behind which a banned person stands was admitted");
    }
    Ok(())
}

/// What is overdue this morning, to be compared in the end with what was told.
pub(crate) async fn note_overdue(year: &mut Year) -> anyhow::Result<()> {
    let at = year.platform.credit.at;
    let files = year.http.all(AUDITOR, at, "/v1/proceedings?city=330200&overdue=true").await?;
    year.overdue.extend(files.iter().map(|file| text(file, "id").to_owned()));
    for state in ["open", "examined"] {
        let target = format!("/v1/objections?city=330200&state={state}");
        let open = year.http.all(AUDITOR, at, &target).await?;
        let late = open.iter().filter(|one| one.get("overdue") == Some(&Value::Bool(true)));
        year.overdue.extend(late.map(|one| text(one, "id").to_owned()));
    }
    Ok(())
}

/// Every deadline was kept, or it was told that it was not.
async fn deadlines(year: &mut Year) -> anyhow::Result<()> {
    let missed = said::<DeadlineMissed>(year).await?;
    let told: BTreeSet<String> = missed.iter().map(|missed| missed.subject.to_string()).collect();
    let untold: Vec<String> = year.overdue.difference(&told).cloned().collect();
    for id in untold {
        year.fault(format_args!("a deadline of {id} passed, and nobody was told"));
    }
    for DeadlineMissed { due_by, .. } in missed {
        let month = due_by.in_city().day.to_string().chars().take(7).collect();
        year.months.0.entry(month).or_default().missed += 1;
    }
    Ok(())
}

/// I6: nothing was given up.
async fn letters(year: &mut Year) -> anyhow::Result<()> {
    let platform = &year.platform;
    for (name, at) in [
        ("credit", platform.credit.at),
        ("dispatch", platform.dispatch.at),
        ("feedback", platform.feedback.at),
    ] {
        let letters = year.http.call(Call::get(OPERATIONS, at, "/v1/dead-letters")).await?.ok()?;
        let reasons: Vec<String> = items(&letters).iter().map(|it| text(it, "reason").to_owned()).collect();
        if !reasons.is_empty() {
            year.faults.push(format!("I6: {name} gave up: {}", reasons.join("; ")));
        }
    }
    Ok(())
}

/// I7: nobody's name or number is on the bus.
async fn secrets(year: &mut Year) -> anyhow::Result<()> {
    let secrets: BTreeSet<String> = year.members.iter().flat_map(crate::city::Member::secrets).collect();
    for stream in [Stream::Credit, Stream::Standing, Stream::Feedback, Stream::Dispatch] {
        for (subject, payload) in year.platform.messages(stream).await? {
            let payload = String::from_utf8_lossy(&payload);
            if secrets.iter().any(|secret| payload.contains(secret.as_str())) {
                year.fault(format_args!("I7: a person is named in {subject}"));
            }
        }
    }
    Ok(())
}

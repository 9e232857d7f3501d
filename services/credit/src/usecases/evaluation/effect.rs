//! Lets the grades of a year take effect: all merchants of the city in one transaction.

use chassis::fail_point;
use chassis::store::{Command, Tx};
use contracts::credit::GradesInEffect;
use credit_domain::evaluation::{Evaluation, Fold, Summary};
use credit_domain::publicity::{BoardNotice, NoticeKind};
use credit_domain::{Change, Merchant, Recording, Rules, Status, evaluate};
use kernel::{EvaluationId, MerchantId, Step};

use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::evaluation_results::{self, Effect, Evaluated};
use crate::store::{evaluations, merchants, notices};
use crate::usecases::carry_out_all;
use crate::usecases::ledger_walk::{From, walk};

/// Merchants held and written at once.
const MERCHANTS_PER_PAGE: u64 = 200;
/// Entries read at once of what was recorded since.
const ENTRIES_PER_PAGE: u64 = 1_000;
/// How long a notice of a grade stands: until the next year's has come.
const NOTICE_MONTHS: u16 = 13;

/// Lets a published run take effect whose time has come.
pub(super) struct TakeEffect<'a> {
    pub(super) rules: &'a RuleBook,
    pub(super) id: EvaluationId,
}

impl Command for TakeEffect<'_> {
    /// Whether it did: another instance may have been faster.
    type Out = bool;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<bool, Error> {
        let run = evaluations::lock(tx.conn(), self.id).await?.ok_or(Error::Unknown("evaluation"))?;
        let Some(year) = run.order.scope.year().filter(|_| run.is_due(tx.now())) else { return Ok(false) };
        let number = run.order.rules_version;
        let unknown = Error::UnknownRules(credit_domain::UnknownRules(number));
        // What was announced was computed by these; a version that came in force since is the next year's.
        let rules = self.rules.version(tx.conn(), number).await?.ok_or(unknown)?;
        let (mut summary, mut shown, mut after) = (Summary::default(), Vec::new(), None);
        loop {
            let page = merchants::lock_of_city(tx.conn(), run.order.city, after, MERCHANTS_PER_PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.profile.id);
            shown.extend(grade(tx, &run, rules, &page, &mut summary).await?);
            fail_point::reach("evaluation-effect");
        }
        notices::insert_all(tx.conn(), &shown, tx.now()).await?;
        tx.emit(&GradesInEffect {
            evaluation: run.id,
            city: run.order.city,
            year,
            merchants: summary.merchants,
            raised: summary.raised,
            lowered: summary.lowered,
            effective_at: tx.now(),
        })?;
        let done = run.in_effect(summary, tx.now()).ok_or(Error::Unknown("evaluation"))?;
        evaluations::save(tx.conn(), &done).await?;
        Ok(true)
    }
}

/// Merchants that are held. Gives what the board shows of them.
async fn grade(
    tx: &mut Tx,
    run: &Evaluation,
    rules: &Rules,
    page: &[Merchant],
    summary: &mut Summary,
) -> Result<Vec<BoardNotice>, Error> {
    let ids: Vec<MerchantId> = page.iter().map(|merchant| merchant.profile.id).collect();
    let mut results = evaluation_results::of(tx.conn(), run.id, &ids).await?;
    let (mut changes, mut effects, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for merchant in page {
        let Some(result) = results.remove(&merchant.profile.id) else { continue };
        let Some((change, effect)) = one(tx, run, rules, merchant, result).await? else {
            summary.left_out = summary.left_out.saturating_add(1);
            continue;
        };
        summary.count(effect.before, effect.after, effect.recomputed);
        shown.push(notice(tx, run, &change.merchant));
        effects.push(effect);
        changes.push((merchant.version, change));
    }
    evaluation_results::insert_effects(tx.conn(), run.id, &effects).await?;
    carry_out_all(tx, run.order.city, changes).await?;
    Ok(shown)
}

/// The year of one merchant; none for whoever is not with us any more, or anew.
async fn one(
    tx: &Tx,
    run: &Evaluation,
    rules: &Rules,
    merchant: &Merchant,
    result: Evaluated,
) -> Result<Option<(Change, Effect)>, Error> {
    if !matches!(merchant.status, Status::Affiliated | Status::Suspended) {
        return Ok(None);
    }
    let recomputed = result.fold.known() != merchant.credit.tip.seq;
    let fold = if recomputed { gone_on(tx, run, rules, merchant, result.fold).await? } else { result.fold };
    let Some(year) = run.order.scope.year().filter(|_| fold.is_evaluated()) else { return Ok(None) };
    let at = Recording { rules, now: tx.now(), entry: tx.next_id() };
    let Step::Done(change) = evaluate(merchant, year, &fold, at) else { return Ok(None) };
    let credit = &change.merchant.credit;
    let effect = Effect {
        merchant: merchant.profile.id,
        before: merchant.credit.grade,
        after: credit.grade,
        awarded: credit.awarded,
        score: credit.score,
        recomputed,
    };
    Ok(Some((change, effect)))
}

/// The ledger with what was recorded since it was read.
async fn gone_on(
    tx: &Tx,
    run: &Evaluation,
    rules: &Rules,
    merchant: &Merchant,
    mut fold: Fold,
) -> Result<Fold, Error> {
    let (known_at, whole) = (run.order.known_at, merchant.credit.tip.seq);
    let from = From { city: run.order.city, merchant: merchant.profile.id, after: fold.through() };
    walk(tx.conn(), from, ENTRIES_PER_PAGE, |entry| {
        // The others were taken in when it was computed.
        if entry.posting.recorded_at > known_at {
            fold.add(entry);
        }
    })
    .await?;
    if fold.known() != whole {
        // Somebody wrote with a clock that lags far behind: nothing may be left out.
        fold = Fold::new(rules, run.order.as_of);
        walk(tx.conn(), From { after: 0, ..from }, ENTRIES_PER_PAGE, |entry| fold.add(entry)).await?;
    }
    Ok(fold)
}

fn notice(tx: &Tx, run: &Evaluation, merchant: &Merchant) -> BoardNotice {
    let year = run.order.scope.year().unwrap_or_default();
    let (id, grade) = (merchant.profile.id, merchant.credit.grade);
    let today = tx.now().in_city();
    BoardNotice {
        id: tx.next_id(),
        city: run.order.city,
        kind: NoticeKind::Grade,
        source: Some(format!("evaluation:{}:{id}", run.id)),
        merchant: Some((id, merchant.profile.name.clone())),
        category: None,
        district: Some(merchant.profile.home.district()),
        title: merchant.profile.name.clone(),
        text: format!("{year}年度信用评价等级：{grade}"),
        text_en: Some(format!("Credit grade of the yearly evaluation {year}: {grade}")),
        measure: None,
        class: None,
        grade: Some(grade),
        publish_at: tx.now(),
        remove_at: Some(today.day.plus_months(NOTICE_MONTHS).at_minute(0)),
        withdrawn_at: None,
        contested: false,
    }
}

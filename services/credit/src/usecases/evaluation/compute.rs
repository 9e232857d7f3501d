//! Computes a run, a page of merchants at a time.

use std::collections::HashMap;

use chassis::fail_point;
use chassis::store::{Command, Db, Tx};
use contracts::credit::EvaluationComputed;
use credit_domain::evaluation::{Evaluation, EvaluationState, Fold, MERCHANTS_MAX, Order, Progress};
use credit_domain::process::Proceeding;
use credit_domain::{Merchant, Rules};
use kernel::{EvaluationId, MerchantId};

use super::turn::Pages;
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::evaluation_results::{self, Evaluated};
use crate::store::{evaluations, merchants, proceedings};
use crate::usecases::ledger_walk::{From, walk};

/// Proceedings against the merchants of one page; a file is large.
const PROCEEDINGS_MAX: u64 = 2_000;

/// What is to be written of a run.
pub(super) struct Page<'a> {
    rules: &'a Rules,
    run: EvaluationId,
    /// What the run looked at when the page was begun, and how far it was.
    order: Order,
    begun_at: Option<MerchantId>,
    progress: Progress,
    found: Vec<Evaluated>,
    end: End,
}

/// Whether the run comes to its end with the page.
enum End {
    No,
    Computed,
    Failed(&'static str),
}

/// Looks at the next page of merchants; the run ends when there are no more.
pub(super) async fn page<'a>(
    db: &Db,
    rules: &'a RuleBook,
    run: &Evaluation,
    pages: Pages,
) -> Result<Page<'a>, Error> {
    let by = rules_of(db, rules, run).await?;
    let Order { city, .. } = run.order;
    let mut page = Page {
        rules: by,
        run: run.id,
        order: run.order,
        begun_at: run.progress.after,
        progress: run.progress.clone(),
        found: Vec::new(),
        end: End::No,
    };
    let next = merchants::page(db.read(), city, page.begun_at, pages.merchants).await?;
    match next.last() {
        None => page.end = End::Computed,
        Some(_) if run.progress.merchants >= MERCHANTS_MAX => {
            page.end = End::Failed("the city has more merchants than a run takes");
        }
        Some(_) => {}
    }
    let mut files = files_of(db, run.order, &next).await?;
    for merchant in &next {
        let files = files.remove(&merchant.profile.id).unwrap_or_default();
        look_at(db, &mut page, merchant, &files, pages).await?;
    }
    Ok(page)
}

/// The rules by which the run was begun.
pub(super) async fn rules_of<'a>(db: &Db, rules: &'a RuleBook, run: &Evaluation) -> Result<&'a Rules, Error> {
    let number = run.order.rules_version;
    let unknown = Error::UnknownRules(credit_domain::UnknownRules(number));
    rules.version(db.read(), number).await?.ok_or(unknown)
}

async fn files_of(
    db: &Db,
    order: Order,
    merchants: &[Merchant],
) -> Result<HashMap<MerchantId, Vec<Proceeding>>, Error> {
    let ids: Vec<MerchantId> = merchants.iter().map(|merchant| merchant.profile.id).collect();
    let found = proceedings::of_merchants(db.read(), order.city, &ids, PROCEEDINGS_MAX + 1).await?;
    if found.len() as u64 > PROCEEDINGS_MAX {
        return Err(Error::LedgerTooLong);
    }
    let mut files: HashMap<MerchantId, Vec<Proceeding>> = HashMap::new();
    for file in found {
        files.entry(file.merchant).or_default().push(file);
    }
    Ok(files)
}

/// One merchant's ledger, read once and as it was known.
async fn look_at(
    db: &Db,
    page: &mut Page<'_>,
    merchant: &Merchant,
    files: &[Proceeding],
    pages: Pages,
) -> Result<(), Error> {
    let Order { city, as_of, known_at, .. } = page.order;
    let (id, mut fold) = (merchant.profile.id, Fold::new(page.rules, as_of));
    let from = From { city, merchant: id, after: 0 };
    walk(db.read(), from, pages.entries, |entry| {
        if entry.posting.recorded_at <= known_at {
            fold.add(entry);
        }
    })
    .await?;
    let found = fold.assess(page.rules, files, known_at);
    page.progress.count(merchant, fold.known(), found.as_ref());
    if let Some(found) = found {
        page.found.push(Evaluated { merchant: id, in_force: merchant.credit.grade, found, fold });
    }
    Ok(())
}

impl Command for Page<'_> {
    /// How far the run is.
    type Out = Progress;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Progress, Error> {
        let found = evaluations::lock(tx.conn(), self.run).await?;
        let mut run = found.ok_or(Error::Unknown("evaluation"))?;
        let moved = run.order != self.order || run.progress.after != self.begun_at;
        if run.state != EvaluationState::Running || moved {
            return Ok(run.progress);
        }
        evaluation_results::insert(tx.conn(), run.id, &self.found).await?;
        fail_point::reach("evaluation-page");
        run.progress = self.progress.clone();
        match self.end {
            End::No => {}
            End::Failed(reason) => run = run.failed(reason),
            End::Computed => {
                run = run.computed(&self.rules.evaluation, tx.now());
                say_computed(tx, &run)?;
            }
        }
        evaluations::save(tx.conn(), &run).await?;
        Ok(run.progress)
    }
}

/// Of a year; a preview concerns nobody but who asked for it.
fn say_computed(tx: &mut Tx, run: &Evaluation) -> Result<(), Error> {
    let (Some(year), EvaluationState::Computed { at, publish_by: Some(publish_by), .. }) =
        (run.order.scope.year(), &run.state)
    else {
        return Ok(());
    };
    tx.emit(&EvaluationComputed {
        evaluation: run.id,
        city: run.order.city,
        year,
        as_of: run.order.as_of,
        merchants: run.progress.evaluated,
        digest: run.progress.digest.to_string(),
        publish_by: *publish_by,
        computed_at: *at,
    })?;
    Ok(())
}

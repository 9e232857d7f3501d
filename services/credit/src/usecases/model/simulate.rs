//! Carries out runs of drafts over the ledger, a page of merchants at a time.
//!
//! Reading and computing take no lock. A page is written only while the run is under way and as far as it was
//! when the page was begun, so that any number of instances may work on a run, one may die at any moment, and a
//! cancelled run gets no further page. Ledgers are read as they were at the run's moment; open findings, status and
//! profile as they are when their page is read.

use std::collections::{BTreeMap, HashMap};

use chassis::store::{Command, Db, Tx};
use credit_domain::model::{self, Model};
use credit_domain::simulation::{
    Contest, MERCHANTS_MAX, Outcome, Progress, Run, RunState, Share, Summary, Trial, why,
};
use credit_domain::{Merchant, Rules};
use kernel::{Grade, MerchantId, SimulationId};

use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::simulation_merchants::{self, Tried};
use crate::store::{merchants, models, simulations};
use crate::usecases::ledger_walk::{From, walk};

/// Merchants of one page.
const MERCHANTS_PER_PAGE: u64 = 20;
/// Entries read at once.
const ENTRIES_PER_PAGE: u64 = 1_000;
/// Rows read at once for the shares.
const ROWS_PER_PAGE: u64 = 500;

/// Works on the run that was asked for first, by one page. `false` when there is none.
///
/// # Errors
/// When the database refuses; the next turn goes on where this one was.
pub async fn simulate(db: &Db, rules: &RuleBook) -> Result<bool, Error> {
    let Some(run) = simulations::next(db.read()).await? else { return Ok(false) };
    let model = models::find(db.read(), run.order.model).await?;
    let model = model.ok_or(Error::UnknownModel(run.order.model))?;
    let page = match over(&run, &model) {
        Some(reason) => Page { state: RunState::Failed(reason.to_owned()), ..Page::of(&run) },
        None => tried(db, rules, &run, &model.document).await?,
    };
    db.write(&page).await?;
    Ok(true)
}

/// Why the run can not go on.
fn over(run: &Run, model: &Model) -> Option<&'static str> {
    match () {
        () if model.edition != run.order.edition => Some("the draft was edited meanwhile"),
        () if run.progress.merchants >= MERCHANTS_MAX => Some("the city has more merchants than a run takes"),
        () => None,
    }
}

/// What is to be written of a run.
struct Page {
    run: SimulationId,
    /// How far the run was when the page was begun.
    begun_at: Option<MerchantId>,
    progress: Progress,
    tried: Vec<Tried>,
    shares: BTreeMap<MerchantId, Share>,
    state: RunState,
}

impl Page {
    /// One that changes nothing yet.
    fn of(run: &Run) -> Self {
        Self {
            run: run.id,
            begun_at: run.progress.after,
            progress: run.progress.clone(),
            tried: Vec::new(),
            shares: BTreeMap::new(),
            state: RunState::Running,
        }
    }
}

/// The next page of merchants; the end of the run, when there are no more.
async fn tried(db: &Db, rules: &RuleBook, run: &Run, draft: &Rules) -> Result<Page, Error> {
    let in_force = rules.in_force(db.read(), run.order.at).await?;
    let mut page = Page::of(run);
    let next = merchants::page(db.read(), run.order.city, page.begun_at, MERCHANTS_PER_PAGE).await?;
    if next.is_empty() {
        let outcome = contest(db, run).await?;
        page.state = RunState::Finished(Box::new(Summary::of(&page.progress, &outcome)));
        page.shares = outcome.shares;
    }
    for merchant in &next {
        let tried = try_one(db, run, merchant, [in_force, draft], &mut page.progress).await?;
        page.tried.push(tried);
    }
    Ok(page)
}

/// One merchant's whole ledger under both versions, read once.
async fn try_one(
    db: &Db,
    run: &Run,
    merchant: &Merchant,
    [in_force, draft]: [&Rules; 2],
    progress: &mut Progress,
) -> Result<Tried, Error> {
    let mut trials = [in_force, draft].map(|rules| Trial::new(rules, run.order.at));
    let id = merchant.profile.id;
    let from = From { city: run.order.city, merchant: id, after: 0 };
    let last = walk(db.read(), from, ENTRIES_PER_PAGE, |entry| {
        trials.iter_mut().for_each(|trial| trial.add(entry));
    })
    .await?;
    let [before, after_draft] = trials.map(|trial| trial.finish(&merchant.credit));
    progress.count(id, last, &before, &after_draft);
    Ok(Tried {
        merchant: id,
        in_force: merchant.credit.grade,
        before: (before.score, before.grade),
        after: (after_draft.score, after_draft.grade),
        why: why((&before, in_force), (&after_draft, draft)),
        share: None,
    })
}

/// Who would come first where, from what the run found.
async fn contest(db: &Db, run: &Run) -> Result<Outcome, Error> {
    let mut grades: HashMap<MerchantId, (Grade, Grade)> = HashMap::new();
    let mut last = None;
    loop {
        let page = simulation_merchants::page(db.read(), run.id, false, last, ROWS_PER_PAGE).await?;
        let Some(end) = page.last() else { break };
        last = Some(end.merchant);
        grades.extend(page.into_iter().map(|tried| (tried.merchant, (tried.before.1, tried.after.1))));
    }
    let (mut contest, mut last) = (Contest::default(), None);
    loop {
        let page = merchants::page(db.read(), run.order.city, last, ROWS_PER_PAGE).await?;
        let Some(end) = page.last() else { break };
        last = Some(end.profile.id);
        for merchant in &page {
            if let Some((before, after)) = grades.get(&merchant.profile.id) {
                contest.enter(merchant, *before, *after, run.order.at);
            }
        }
    }
    Ok(contest.finish())
}

impl Command for Page {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let found = simulations::lock(tx.conn(), self.run).await?;
        let mut run = found.ok_or(Error::UnknownSimulation(self.run))?;
        if run.state != RunState::Running || run.progress.after != self.begun_at {
            return Ok(());
        }
        simulation_merchants::insert(tx.conn(), run.id, &self.tried).await?;
        for (merchant, share) in &self.shares {
            simulation_merchants::set_share(tx.conn(), run.id, *merchant, *share).await?;
        }
        run.progress = self.progress.clone();
        run.state = self.state.clone();
        simulations::save(tx.conn(), &run).await?;
        if matches!(run.state, RunState::Finished(_)) {
            let model = models::lock(tx.conn(), run.order.model).await?;
            let model = model.ok_or(Error::UnknownModel(run.order.model))?;
            if let Some(simulated) = model::simulated(&model, run.order.edition, tx.now()) {
                models::save(tx.conn(), &simulated, model.version).await?;
            }
        }
        Ok(())
    }
}

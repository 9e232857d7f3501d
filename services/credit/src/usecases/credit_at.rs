//! How a merchant stood at a moment, and whether its ledger holds. Reads only.

use std::collections::BTreeMap;

use chassis::store::Db;
use credit_domain::process::Proceeding;
use credit_domain::{
    Broken, Entry, Measure, Measured, Moment, Past, Rules, StandingStep, Tally, Tip, past, standing_history,
    thinned,
};
use kernel::{City, MerchantId, Timestamp};

use super::queries::merchant;
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{ledger, proceedings};

/// Entries read at once.
const ENTRIES_PER_PAGE: u64 = 1_000;
/// Entries that one answer is folded from: a hundred years of a busy merchant.
const ENTRIES_MAX: usize = 200_000;
/// Proceedings that one answer takes in; a file is large.
const PROCEEDINGS_MAX: u64 = 1_000;

/// How a merchant stood, with the service quality that an evaluation would have measured then.
#[derive(Debug, Clone)]
pub struct CreditAt {
    /// What was asked.
    pub moment: Moment,
    /// How it stood.
    pub past: Past,
    /// The measured quality.
    pub measured: Measured,
}

/// How the merchant stood at the moment, folded from its ledger and its proceedings; none before its ledger was opened.
///
/// # Errors
/// [`Error`] when there is no such merchant, its ledger is too long, or the database refuses.
pub async fn credit_at(
    db: &Db,
    rules: &RuleBook,
    city: City,
    id: MerchantId,
    moment: Moment,
) -> Result<Option<CreditAt>, Error> {
    let Whole { entries, files, versions } = whole(db, rules, city, id).await?;
    if entries.is_empty() {
        merchant(db, city, id).await?;
    }
    let Some(past) = past(&entries, &files, moment, |number| versions.get(&number).copied())? else {
        return Ok(None);
    };
    let Some(by) = versions.get(&past.rules_version) else { return Ok(None) };
    let mut measure = Measure::new(by, moment.as_of);
    let known = entries.iter().filter(|entry| entry.posting.recorded_at <= moment.known_at);
    known.for_each(|entry| measure.add(&entry.posting));
    Ok(Some(CreditAt { moment, past, measured: measure.finish().0 }))
}

/// How a merchant's standing moved.
#[derive(Debug, Clone)]
pub struct StandingSeries {
    /// Its changes, the first first; what stood at the beginning of the span comes first.
    pub steps: Vec<StandingStep>,
    /// How many changes there were, whether or not they are all among the steps.
    pub changes: usize,
}

/// How score and grade of the merchant moved from `from` on until then, as they stood at the time, in at most so many steps.
///
/// # Errors
/// As [`credit_at`].
pub async fn standing_series(
    db: &Db,
    rules: &RuleBook,
    (city, id): (City, MerchantId),
    (from, until): (Option<Timestamp>, Timestamp),
    most: usize,
) -> Result<StandingSeries, Error> {
    let Whole { entries, files, versions } = whole(db, rules, city, id).await?;
    if entries.is_empty() {
        merchant(db, city, id).await?;
    }
    let mut steps = standing_history(&entries, &files, until, |number| versions.get(&number).copied())?;
    if let Some(from) = from {
        let later = steps.partition_point(|step| step.at <= from);
        steps.drain(..later.saturating_sub(1));
    }
    let changes = steps.len();
    Ok(StandingSeries { steps: thinned(steps, most), changes })
}

/// All that is known of a merchant's credit, for what is folded in order.
pub(super) struct Whole<'a> {
    /// Its ledger, the first entry first.
    pub(super) entries: Vec<Entry>,
    /// Its proceedings.
    pub(super) files: Vec<Proceeding>,
    /// The rules that the entries name.
    pub(super) versions: BTreeMap<u32, &'a Rules>,
}

/// Reads it, within bounds.
pub(super) async fn whole<'a>(
    db: &Db,
    rules: &'a RuleBook,
    city: City,
    id: MerchantId,
) -> Result<Whole<'a>, Error> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after = entries.last().map_or(0, |entry| entry.seq);
        let page = ledger::page(db.read(), city, id, after, ENTRIES_PER_PAGE).await?;
        if page.is_empty() {
            break;
        }
        entries.extend(page);
        if entries.len() > ENTRIES_MAX {
            return Err(Error::LedgerTooLong);
        }
    }
    let mut versions: BTreeMap<u32, &Rules> = BTreeMap::new();
    for entry in &entries {
        let number = entry.posting.rules_version;
        if !versions.contains_key(&number)
            && let Some(found) = rules.version(db.read(), number).await?
        {
            versions.insert(number, found);
        }
    }
    let filter = proceedings::Filter::of_merchant(city, id, PROCEEDINGS_MAX + 1);
    let files = proceedings::page(db.read(), filter).await?;
    if files.len() as u64 > PROCEEDINGS_MAX {
        return Err(Error::LedgerTooLong);
    }
    Ok(Whole { entries, files, versions })
}

/// What a check of a merchant's ledger found (I3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerCheck {
    /// The end that the merchant's row keeps.
    pub tip: Tip,
    /// Entries that were read.
    pub entries: u64,
    /// The first entry that does not hold.
    pub broken: Option<Broken>,
    /// Whether the chain ends where the merchant's row says.
    pub complete: bool,
    /// Whether tally and score of the row are what the entries add up to.
    pub folds: bool,
}

impl LedgerCheck {
    /// Whether all is as it should be.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.broken.is_none() && self.complete && self.folds
    }
}

/// Recomputes the whole chain of a merchant, up to the end that its row keeps.
///
/// # Errors
/// [`Error`] when there is no such merchant, or the database refuses.
pub async fn check_ledger(
    db: &Db,
    rules: &RuleBook,
    city: City,
    id: MerchantId,
) -> Result<LedgerCheck, Error> {
    let credit = merchant(db, city, id).await?.credit;
    let (mut tip, mut tally, mut entries) = (Tip::START, Tally::ZERO, 0);
    let mut broken = None;
    'pages: loop {
        let page = ledger::page(db.read(), city, id, tip.seq, ENTRIES_PER_PAGE).await?;
        // What was added since the row was read is the next check's.
        let mut page = page.into_iter().filter(|entry| entry.seq <= credit.tip.seq).peekable();
        if page.peek().is_none() {
            break;
        }
        for entry in page {
            entries += 1;
            match tip.follow(id, &entry) {
                Ok(next) => tip = next,
                Err(found) => {
                    broken = Some(found);
                    break 'pages;
                }
            }
            tally = tally + entry.posting.tally;
        }
    }
    let by = rules.version(db.read(), credit.rules_version).await?;
    let folds = tally == credit.tally && by.is_some_and(|by| by.score(tally.points) == credit.score);
    Ok(LedgerCheck { tip: credit.tip, entries, complete: tip == credit.tip, broken, folds })
}

//! A city with ledgers as call-backs and breaches make them, written in bulk: the entries are the domain's own, chained
//! and folded, only the way into the tables is short.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chassis::clock::SystemIds;
use chassis::store::Db;
use contracts::reference::Reference;
use credit::usecases::{SeedPlan, merchants_after, seed_city};
use credit::{Credit, RuleBook};
use credit_domain::{
    Change, Entry, Evidence, Followup, FollowupOutcome, Merchant, Points, Recording, Tally, VerifiedBreach,
    record_breach, record_followup,
};
use kernel::{CallbackId, CaseId, CategoryCode, EntryId, Severity, Step, Timestamp};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, TransactionTrait as _};
use testkit::ManualClock;

use crate::figure::say;
use crate::servers::{city, configure};

/// Rows in one statement.
const ROWS: usize = 500;
/// Merchants in one transaction.
const MERCHANTS: usize = 50;

/// A city of merchants with long ledgers, on a clock that the bench moves.
pub(crate) struct City {
    pub(crate) db: Db,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) rules: RuleBook,
    /// Past the store: nothing else writes so many rows at once.
    raw: DatabaseConnection,
    next_id: u128,
}

impl City {
    /// So many merchants, affiliated at this moment.
    pub(crate) async fn found(database: &str, merchants: u32, at: Timestamp) -> anyhow::Result<Self> {
        let config = configure::<Credit>("nats://127.0.0.1:1", database, &[]).await?;
        let clock = Arc::new(ManualClock::at(at));
        let db = Db::open(&config.database, clock.clone(), Arc::new(SystemIds::new())).await?;
        let (rules, reference) = (RuleBook::embedded()?, Reference::embedded()?);
        let plan =
            SeedPlan { city: city()?, seed: 81_890, merchants, workers: merchants, now: at, shown: false };
        seed_city(&db, &rules, &reference, plan, |_| {}).await?;
        Ok(Self { db, clock, rules, raw: Database::connect(database).await?, next_id: 1 << 100 })
    }

    pub(crate) async fn merchants(&self) -> anyhow::Result<Vec<Merchant>> {
        Ok(merchants_after(&self.db, city()?, None, 100_000).await?)
    }

    /// Adds so many entries to every ledger, evenly between the moments.
    pub(crate) async fn live(&mut self, entries: u32, from: Timestamp, to: Timestamp) -> anyhow::Result<()> {
        let merchants = self.merchants().await?;
        say(format_args!("credit: {} entries for each of {} merchants", entries, merchants.len()));
        let step = to.since(from) / entries.max(1);
        for part in merchants.chunks(MERCHANTS) {
            let tx = self.raw.begin().await?;
            for merchant in part {
                let (after, made) = self.story(merchant, entries, from, step)?;
                for rows in made.chunks(ROWS) {
                    tx.execute_unprepared(&insert(&after, rows, tx.get_database_backend())).await?;
                }
                tx.execute_unprepared(&update(&after, tx.get_database_backend())).await?;
            }
            tx.commit().await?;
        }
        self.raw.execute_unprepared("ANALYZE").await?;
        Ok(())
    }

    /// What happens to one merchant: nine of ten citizens are content, and one fact in four hundred is a breach.
    fn story(
        &mut self,
        merchant: &Merchant,
        entries: u32,
        from: Timestamp,
        step: Duration,
    ) -> anyhow::Result<(Merchant, Vec<Entry>)> {
        let (mut now, mut merchant, mut made) = (from, merchant.clone(), Vec::new());
        let category: CategoryCode =
            merchant.profile.categories.first().context("a merchant without a category")?.category.clone();
        for number in 0..entries {
            self.next_id += 1;
            now = now.after(step);
            let at = Recording { rules: self.rules.released(), now, entry: EntryId::from_u128(self.next_id) };
            let change = fact(&merchant, number, &category, at)?;
            merchant = change.merchant;
            made.extend(change.entries);
        }
        Ok((merchant, made))
    }

    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.raw.close().await?;
        self.db.close().await;
        Ok(())
    }
}

fn fact(
    merchant: &Merchant,
    number: u32,
    category: &CategoryCode,
    at: Recording<'_>,
) -> anyhow::Result<Change> {
    let (id, category, happened_at) = (at.entry.uuid().as_u128(), category.clone(), at.now);
    let merchant_id = merchant.profile.id;
    let step = if number % 400 == 399 {
        let (case, clause) = (CaseId::from_u128(id), "price-as-posted".to_owned());
        let fact = VerifiedBreach {
            merchant: merchant_id,
            case,
            category,
            clause,
            severity: Severity::Minor,
            happened_at,
        };
        record_breach(merchant, None, &fact, at)?
    } else {
        let outcome =
            if number % 10 == 9 { FollowupOutcome::Unsatisfied } else { FollowupOutcome::Satisfied };
        let callback = CallbackId::from_u128(id);
        let fact = Followup { merchant: merchant_id, callback, category, outcome, happened_at };
        record_followup(merchant, None, &fact, at)?
    };
    match step {
        Step::Done(change) => Ok(change),
        Step::AlreadyDone(_) => anyhow::bail!("a fresh fact was applied before"),
    }
}

/// Bytes as the database writes them.
fn bytes(bytes: &[u8], backend: DbBackend) -> String {
    let hex: String = bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to memory does not fail.
        let _: std::fmt::Result = write!(hex, "{byte:02x}");
        hex
    });
    if backend == DbBackend::Postgres { format!("'\\x{hex}'::bytea") } else { format!("x'{hex}'") }
}

fn id(id: uuid::Uuid, backend: DbBackend) -> String {
    if backend == DbBackend::Postgres { format!("'{id}'") } else { bytes(id.as_bytes(), backend) }
}

fn insert(merchant: &Merchant, entries: &[Entry], backend: DbBackend) -> String {
    let rows: Vec<String> = entries
        .iter()
        .map(|entry| {
            let it = &entry.posting;
            let Tally { points, evidence } = it.tally;
            let category = it.category.as_ref().map_or("NULL".to_owned(), |code| format!("'{code}'"));
            let clause = it.clause.as_ref().map_or("NULL".to_owned(), |clause| format!("'{clause}'"));
            let until = it.valid_until.map_or("NULL".to_owned(), |until| until.as_micros().to_string());
            format!(
                "({},{},{},{},{category},'{}','{}',{},{clause},{},{until},{},{},{},{},{})",
                merchant.profile.city.code(),
                id(merchant.profile.id.uuid(), backend),
                entry.seq,
                id(it.id.uuid(), backend),
                it.cause,
                it.rule,
                it.rules_version,
                it.valid_from.as_micros(),
                it.recorded_at.as_micros(),
                bytes(&entry.prev.bytes(), backend),
                bytes(&entry.hash.bytes(), backend),
                numbers(points),
                counts(evidence),
            )
        })
        .collect();
    format!(
        "INSERT INTO ledger (city, merchant, seq, id, category, cause, rule, rules_version, clause, valid_from, \
         valid_until, recorded_at, prev, hash, social_evaluation, credit_activities, credit_record, demonstration, \
         satisfied, unsatisfied, verified_orders) VALUES {}",
        rows.join(",")
    )
}

fn numbers(points: Points) -> String {
    let Points { social_evaluation, credit_activities, credit_record, demonstration } = points;
    format!("{social_evaluation},{credit_activities},{credit_record},{demonstration}")
}

fn counts(evidence: Evidence) -> String {
    let Evidence { satisfied, unsatisfied, verified_orders } = evidence;
    format!("{satisfied},{unsatisfied},{verified_orders}")
}

fn update(merchant: &Merchant, backend: DbBackend) -> String {
    let credit = &merchant.credit;
    let Tally { points, evidence } = credit.tally;
    format!(
        "UPDATE merchants SET (version, grade, score, tip_seq, tip_hash, social_evaluation, credit_activities, \
         credit_record, demonstration, satisfied, unsatisfied, verified_orders) = \
         ({},'{}',{},{},{},{},{}) WHERE id = {}",
        merchant.version.0,
        credit.grade,
        credit.score,
        credit.tip.seq,
        bytes(&credit.tip.hash.bytes(), backend),
        numbers(points),
        counts(evidence),
        id(merchant.profile.id.uuid(), backend),
    )
}

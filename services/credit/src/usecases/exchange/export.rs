use chassis::store::Db;
use credit_domain::activities::{HonourDraft, HonourState};
use credit_domain::exchange::{
    Column, Entry, HonourRow, MerchantRow, Person, PriceRow, Row, STANDING_COLUMNS, StandardRow, TableKind,
    WorkerRow, standing_line,
};
use credit_domain::prices::{Offer, PriceChange, PriceEntry, PriceList};
use credit_domain::standards::Standard;
use credit_domain::{Merchant, Worker};
use kernel::{City, HonourId, MerchantId, SocialCreditCode, WorkerId};

use crate::error::Error;
use crate::store::{dossiers, honours, merchants, prices, standards, workers};

/// Things read at once.
const PAGE: u64 = 200;

/// What goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going {
    /// A table, with the columns that an import takes.
    Table(TableKind),
    /// How merchants stand.
    Standings,
}

impl Going {
    /// By its name in an address.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        if word == "standings" { Some(Self::Standings) } else { word.parse().ok().map(Self::Table) }
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table(kind) => kind.as_str(),
            Self::Standings => "standings",
        }
    }

    /// Its first line.
    #[must_use]
    pub fn titles(self) -> Vec<String> {
        let columns = match self {
            Self::Table(kind) => kind.columns(),
            Self::Standings => STANDING_COLUMNS,
        };
        columns.iter().map(Column::title).collect()
    }
}

/// How far an export is: after what it goes on. It begins with the default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exporting {
    merchant: Option<MerchantId>,
    worker: Option<WorkerId>,
    slug: Option<String>,
    honour: Option<HonourId>,
}

/// The next lines of what goes out as it stands, and after what to go on; none at its end. A merchant whose code is not
/// known goes out in no table: nothing could be told apart by it.
///
/// # Errors
/// When the database refuses.
pub async fn export_page(
    db: &Db,
    city: City,
    what: Going,
    at: Exporting,
) -> Result<Option<(Vec<Vec<String>>, Exporting)>, Error> {
    let rows = match what {
        Going::Standings => return standing_lines(db, city, at).await,
        Going::Table(TableKind::Merchants) => merchant_rows(db, city, at).await,
        Going::Table(TableKind::Workers) => worker_rows(db, city, at).await,
        Going::Table(TableKind::Prices) => price_rows(db, city, at).await,
        Going::Table(TableKind::Standards) => standard_rows(db, city, at).await,
        Going::Table(TableKind::Honours) => honour_rows(db, city, at).await,
    };
    Ok(rows?.map(|(rows, at)| (rows.iter().map(Row::write).collect(), at)))
}

/// Whoever was ever in, with what it came to.
async fn standing_lines(
    db: &Db,
    city: City,
    at: Exporting,
) -> Result<Option<(Vec<Vec<String>>, Exporting)>, Error> {
    let found = merchants::page(db.read(), city, at.merchant, PAGE).await?;
    let Some(last) = found.last().map(|merchant| merchant.profile.id) else { return Ok(None) };
    let codes = dossiers::codes_of(db.read(), city, found.iter().map(|merchant| merchant.profile.id)).await?;
    let line = |merchant: &Merchant| Some(standing_line(*codes.get(&merchant.profile.id)?, merchant));
    Ok(Some((found.iter().filter_map(line).collect(), Exporting { merchant: Some(last), ..at })))
}

type Exported = Result<Option<(Vec<Row>, Exporting)>, Error>;

/// Merchants that are with us, each with its status; whoever is out is among the standings.
async fn merchant_rows(db: &Db, city: City, at: Exporting) -> Exported {
    let found = merchants::page(db.read(), city, at.merchant, PAGE).await?;
    let Some(last) = found.last().map(|merchant| merchant.profile.id) else { return Ok(None) };
    let codes = dossiers::codes_of(db.read(), city, found.iter().map(|merchant| merchant.profile.id)).await?;
    let with_us = found.into_iter().filter(|merchant| merchant.status.is_in());
    let rows = with_us.filter_map(|merchant| Some(merchant_row(*codes.get(&merchant.profile.id)?, merchant)));
    Ok(Some((rows.collect(), Exporting { merchant: Some(last), ..at })))
}

fn merchant_row(code: SocialCreditCode, merchant: Merchant) -> Row {
    let (profile, status) = (merchant.profile, Some(merchant.status));
    let made = profile.categories;
    Row::Merchants(MerchantRow {
        code,
        name: profile.name,
        home: profile.home,
        areas: profile.areas,
        categories: made.iter().map(|made| made.category.clone()).collect(),
        capacity: profile.capacity,
        hours: profile.hours,
        register_check: String::new(),
        holders: Vec::new(),
        entry: Entry::TakenOver {
            commitments_until: made.iter().map(|made| made.commitment_until).collect(),
        },
        status,
    })
}

async fn worker_rows(db: &Db, city: City, at: Exporting) -> Exported {
    let found = workers::page_of_city(db.read(), city, at.worker, PAGE).await?;
    let Some(last) = found.last().map(|worker| worker.id) else { return Ok(None) };
    let codes = dossiers::codes_of(db.read(), city, found.iter().map(|one| one.enrolment.merchant)).await?;
    let rows =
        found.into_iter().filter_map(|one| Some(worker_row(*codes.get(&one.enrolment.merchant)?, one)));
    Ok(Some((rows.collect(), Exporting { worker: Some(last), ..at })))
}

fn worker_row(merchant: SocialCreditCode, worker: Worker) -> Row {
    Row::Workers(WorkerRow {
        merchant,
        person: Person::Card(worker.card),
        photo: worker.photo,
        identity: Some(worker.papers.identity),
        exam_until: worker.papers.exam_until,
        insurance_until: worker.papers.insurance_until,
    })
}

async fn price_rows(db: &Db, city: City, at: Exporting) -> Exported {
    let found = prices::page(db.read(), city, at.merchant, PAGE).await?;
    let Some(last) = found.last().map(|list| list.merchant) else { return Ok(None) };
    let codes = dossiers::codes_of(db.read(), city, found.iter().map(|list| list.merchant)).await?;
    let of_list = |list: PriceList| {
        let code = codes.get(&list.merchant).copied();
        list.entries.into_iter().filter_map(move |entry| Some(price_row(code?, entry)))
    };
    Ok(Some((found.into_iter().flat_map(of_list).collect(), Exporting { merchant: Some(last), ..at })))
}

fn price_row(merchant: SocialCreditCode, entry: PriceEntry) -> Row {
    let price = match entry.offer {
        Offer::Priced(price) => Some(price),
        Offer::NotOffered => None,
    };
    let change = PriceChange { item: entry.item, valid_from: Some(entry.valid_from), price };
    Row::Prices(PriceRow { merchant, change })
}

/// Honours that were granted.
async fn honour_rows(db: &Db, city: City, at: Exporting) -> Exported {
    let granted = Some(HonourState::Granted);
    let found = honours::page(db.read(), city, None, granted, at.honour, PAGE).await?;
    let Some(last) = found.last().map(|honour| honour.id) else { return Ok(None) };
    let codes = dossiers::codes_of(db.read(), city, found.iter().map(|honour| honour.says.merchant)).await?;
    let rows = found
        .into_iter()
        .filter_map(|honour| Some(honour_row(*codes.get(&honour.says.merchant)?, honour.says)));
    Ok(Some((rows.collect(), Exporting { honour: Some(last), ..at })))
}

fn honour_row(merchant: SocialCreditCode, says: HonourDraft) -> Row {
    let HonourDraft { kind, level, grantor, document, granted_at, valid_until, .. } = says;
    Row::Honours(HonourRow { merchant, kind, level, grantor, document, granted_at, valid_until })
}

async fn standard_rows(db: &Db, city: City, at: Exporting) -> Exported {
    let found = standards::page(db.read(), city, None, at.slug.as_deref(), PAGE).await?;
    let Some(last) = found.last().map(|standard| standard.says.number.slug()) else { return Ok(None) };
    let row = |standard: Standard| Row::Standards(StandardRow { says: standard.says });
    Ok(Some((found.into_iter().map(row).collect(), Exporting { slug: Some(last), ..at })))
}

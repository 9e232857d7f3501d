//! The same recommendation by PostgreSQL: same eligibility, same order. Once on normalised tables with the indexes
//! that serve the query best, once on a flat table of cells with a covering index that holds the order.
//!
//! Both are helped where they can be: merchants and categories by small numbers, the merchant's point on the ring
//! kept as a column, only categories for which everybody arrives in time (so that the arrival band needs no sorting
//! and the index order is the rule's), and no counting of who was left out.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use contracts::credit::v1::{MerchantStatus, Standing};
use dispatch_domain::ring;
use kernel::{Clock as _, Grade, MerchantId};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};
use testkit::postgres::{Options, Postgres};

use crate::figure::say;
use crate::merchants::{Cell, Town};
use crate::pgbench::{self, Plan};

/// Cells whose answers are compared before anything is measured.
pub(crate) const COMPARED: usize = 200;
const CLIENTS: usize = 16;
const FOR: Duration = Duration::from_secs(5);

/// How the data lie.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    Normalised,
    Flat,
}

/// PostgreSQL with the same merchants.
pub(crate) struct Peer {
    server: Postgres,
    database: String,
    db: DatabaseConnection,
    cells: Vec<Cell>,
    streets: usize,
    kinds: usize,
}

const TABLES: &str = "
CREATE TABLE merchants (key int, id uuid, name text, version bigint, grade smallint, score smallint, status smallint,
  home int, capacity int, open int, served int, opens smallint, closes smallint, green_until bigint, point bigint,
  objection boolean);
CREATE TABLE merchant_streets (street int, merchant int);
CREATE TABLE merchant_categories (category int, merchant int, until bigint);
";

const INDEXES: &str = "
ALTER TABLE merchants ADD PRIMARY KEY (key);
ALTER TABLE merchant_streets ADD PRIMARY KEY (street, merchant);
CREATE INDEX ON merchant_streets (merchant, street);
ALTER TABLE merchant_categories ADD PRIMARY KEY (merchant, category);
CREATE INDEX ON merchant_categories (category, merchant) INCLUDE (until);
CREATE TABLE cells AS
  SELECT c.category, s.street, m.grade, (m.served * 1000 / m.capacity) AS served, m.point, c.until, m.status, m.home,
    m.capacity, m.open, m.opens, m.closes, m.green_until, m.id, m.name, m.version, m.score, m.objection
  FROM merchant_categories c JOIN merchant_streets s USING (merchant) JOIN merchants m ON m.key = c.merchant;
CREATE INDEX cells_order ON cells (category, street, grade, served, point)
  INCLUDE (until, status, home, capacity, open, opens, closes, green_until, id, name, version, score, objection);
VACUUM (ANALYZE);
";

impl Shape {
    /// The query, with its parameters as pgbench writes them.
    const fn query(self) -> &'static str {
        match self {
            Self::Normalised => {
                "SELECT m.id, m.name, m.version, m.grade, m.score, m.home, m.served * 1000 / m.capacity, m.objection \
                 FROM merchant_categories c \
                 JOIN merchant_streets s ON s.merchant = c.merchant AND s.street = :street \
                 JOIN merchants m ON m.key = c.merchant \
                 WHERE c.category = :category AND c.until > :now AND m.status = 0 AND m.grade < 5 AND m.open < m.capacity \
                 AND m.green_until > :now \
                 AND (m.opens = m.closes OR CASE WHEN m.opens < m.closes THEN m.opens <= :minute AND :minute < m.closes \
                      ELSE m.opens <= :minute OR :minute < m.closes END) \
                 ORDER BY m.grade, m.served * 1000 / m.capacity, (m.point - :start) & 4294967295 LIMIT 5"
            }
            Self::Flat => {
                "SELECT id, name, version, grade, score, home, served, objection FROM cells \
                 WHERE category = :category AND street = :street AND until > :now AND status = 0 AND grade < 5 \
                 AND open < capacity AND green_until > :now \
                 AND (opens = closes OR CASE WHEN opens < closes THEN opens <= :minute AND :minute < closes \
                      ELSE opens <= :minute OR :minute < closes END) \
                 ORDER BY category, street, grade, served, (point - :start) & 4294967295 LIMIT 5"
            }
        }
    }
}

impl Peer {
    /// Loads the merchants. `cells` are the ones that are asked for.
    pub(crate) async fn start(town: &Town, merchants: u32, cells: &[Cell]) -> anyhow::Result<Self> {
        say(format_args!("recommend: PostgreSQL with {merchants} merchants"));
        let server = Postgres::start(Options::default()).await?;
        let database = server.fresh_database().await?;
        let db = Database::connect(&database).await?;
        db.execute_unprepared(TABLES).await?;
        let (streets, kinds) = (
            numbered(cells, |cell| cell.area.to_string()),
            numbered(cells, |cell| cell.category.to_string()),
        );
        let numbers: Vec<u32> = (0..merchants).collect();
        for part in numbers.chunks(500) {
            let mut rows = Rows::default();
            for &number in part {
                let standing = town.merchant(number).context("the city has no streets")?;
                rows.add(number, &standing, &streets, &kinds);
            }
            rows.insert(&db).await?;
        }
        for statement in INDEXES.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            db.execute_unprepared(statement).await?;
        }
        Ok(Self { server, database, db, cells: cells.to_vec(), streets: streets.len(), kinds: kinds.len() })
    }

    /// Whether both shapes give these merchants for the cell, in this order.
    pub(crate) async fn must_agree(&self, cell: &Cell, seed: u64, ours: &[MerchantId]) -> anyhow::Result<()> {
        let streets = numbered(&self.cells, |cell| cell.area.to_string());
        let kinds = numbered(&self.cells, |cell| cell.category.to_string());
        let place =
            |list: &[String], name: &str| list.iter().position(|one| one == name).context("no such cell");
        let (street, category) =
            (place(&streets, &cell.area.to_string())?, place(&kinds, &cell.category.to_string())?);
        for shape in [Shape::Normalised, Shape::Flat] {
            let query = shape
                .query()
                .replace(":street", &street.to_string())
                .replace(":category", &category.to_string())
                .replace(":start", &start(seed))
                .replace(":minute", &minute())
                .replace(":now", &now());
            let rows = self.db.query_all_raw(Statement::from_string(DbBackend::Postgres, query)).await?;
            let theirs: Vec<MerchantId> = rows
                .into_iter()
                .map(|row| row.try_get::<uuid::Uuid>("", "id").map(MerchantId::new))
                .collect::<Result<_, _>>()?;
            ensure!(theirs == ours, "{shape:?} orders {cell:?} as {theirs:?}, dispatch as {ours:?}");
        }
        Ok(())
    }

    /// Answers per second, asked for cells at random.
    pub(crate) async fn tps(&self, shape: Shape) -> anyhow::Result<f64> {
        let script = format!(
            "\\set street random(0, {})\n\\set category random(0, {})\n\\set start random(0, 4294967295)\n\\set minute {}\n\\set now {}\n{};\n",
            self.streets - 1,
            self.kinds - 1,
            minute(),
            now(),
            shape.query()
        );
        let plan = Plan { database: &self.database, script: &script, clients: CLIENTS, long: FOR };
        Ok(pgbench::run(&self.server, plan).await?.tps)
    }
}

fn now() -> String {
    chassis::clock::SystemClock.now().as_micros().to_string()
}

/// The minute of the day, in the city.
fn minute() -> String {
    chassis::clock::SystemClock.now().in_city().minute.to_string()
}

/// Where all searches of the day start.
fn start(seed: u64) -> String {
    ring::start_point(None, seed).to_string()
}

/// The names in order, once each: a name's place is its number.
fn numbered(cells: &[Cell], name: impl Fn(&Cell) -> String) -> Vec<String> {
    let mut names: Vec<String> = cells.iter().map(name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Rows on their way into the tables.
#[derive(Default)]
struct Rows {
    merchants: Vec<String>,
    streets: Vec<String>,
    categories: Vec<String>,
}

impl Rows {
    fn add(&mut self, key: u32, standing: &Standing, streets: &[String], kinds: &[String]) {
        let (open, served) = Town::load(key);
        let status = match standing.status {
            MerchantStatus::Affiliated => 0,
            MerchantStatus::Suspended => 1,
            MerchantStatus::Removed => 2,
        };
        let grade = Grade::AAA.rank() - standing.grade.rank();
        let green =
            standing.green_until.map_or_else(|| "NULL".to_owned(), |until| until.as_micros().to_string());
        self.merchants.push(format!(
            "({key},'{}','{}',{},{grade},{},{status},{},{},{open},{served},{},{},{green},{},{})",
            standing.merchant,
            standing.name,
            standing.version.0,
            standing.score,
            standing.home.code(),
            standing.capacity,
            standing.hours.opens,
            standing.hours.closes,
            ring::merchant_point(standing.merchant),
            standing.under_objection
        ));
        let place = |list: &[String], name: String| list.iter().position(|one| *one == name);
        for street in standing.areas.iter().filter_map(|area| place(streets, area.to_string())) {
            self.streets.push(format!("({street},{key})"));
        }
        for signed in &standing.categories {
            // Categories that nobody asks for here are left out: fewer rows for PostgreSQL.
            if let Some(kind) = place(kinds, signed.category.to_string()) {
                self.categories.push(format!("({kind},{key},{})", signed.commitment_until.as_micros()));
            }
        }
    }

    async fn insert(self, db: &DatabaseConnection) -> anyhow::Result<()> {
        for (table, rows) in [
            ("merchants", self.merchants),
            ("merchant_streets", self.streets),
            ("merchant_categories", self.categories),
        ] {
            if !rows.is_empty() {
                db.execute_unprepared(&format!("INSERT INTO {table} VALUES {}", rows.join(","))).await?;
            }
        }
        Ok(())
    }
}

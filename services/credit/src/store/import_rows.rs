//! The rows of files that are imported. What a row holds of persons is forgotten when it is carried out, or when the
//! import's time is over.

use chassis::store::StoreError;
use credit_domain::exchange::{Effect, Fault, Row};
use kernel::ImportId;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::{ROWS_PER_INSERT, narrow};

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowState {
    /// It is to be tried out.
    Waiting,
    /// It would be carried out.
    Good,
    /// It would not.
    Bad,
    /// It was carried out.
    Loaded,
    /// It was good, and could not be carried out any more.
    Failed,
}

impl RowState {
    pub(super) const ALL: [Self; 5] = [Self::Waiting, Self::Good, Self::Bad, Self::Loaded, Self::Failed];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Loaded => "loaded",
            Self::Failed => "failed",
        }
    }
}

/// A row of `import_rows`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_rows")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) import: Uuid,
    /// As a person sees it beside the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) number: i64,
    pub(super) state: String,
    /// JSON: what is kept of it.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is kept of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its number, as a person sees it beside the row.
    #[serde(skip)]
    pub number: u32,
    /// Its cells, for the file to be mended: names masked, numbers of persons left out.
    pub cells: Vec<String>,
    /// The row as it was read, until it is carried out. Of one that has faults already, with something else in its bad
    /// cells until it is tried out.
    pub row: Option<Row>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// What it leads to.
    pub effect: Option<Effect>,
}

impl Kept {
    /// The row, where nothing was found wrong with it so far.
    pub(crate) fn fit(&self) -> Option<&Row> {
        self.row.as_ref().filter(|_| self.faults.is_empty())
    }

    /// Where it begins.
    pub(crate) const fn begins(&self) -> RowState {
        if self.row.is_some() { RowState::Waiting } else { RowState::Bad }
    }
}

/// Keeps new rows.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    import: ImportId,
    rows: &[Kept],
) -> Result<(), StoreError> {
    for part in rows.chunks(ROWS_PER_INSERT) {
        let row = |kept: &Kept| Ok(to_row(import, kept, kept.begins())?.into_active_model());
        let rows: Vec<ActiveModel> = part.iter().map(row).collect::<Result<_, StoreError>>()?;
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Writes back a row of an import that is held.
pub(crate) async fn save(
    conn: &impl ConnectionTrait,
    import: ImportId,
    kept: &Kept,
    state: RowState,
) -> Result<(), StoreError> {
    Entity::update(to_row(import, kept, state)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// Rows of an import that stand so, after this number.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    import: ImportId,
    states: &[RowState],
    after: u32,
    limit: u64,
) -> Result<Vec<Kept>, StoreError> {
    let found = Entity::find()
        .filter(Column::Import.eq(import.uuid()))
        .filter(Column::State.is_in(states.iter().map(|state| state.as_str())))
        .filter(Column::Number.gt(i64::from(after)));
    let rows = found.order_by_asc(Column::Number).limit(limit).all(conn).await?;
    rows.iter().map(read).collect()
}

/// Forgets all rows of an import.
pub(crate) async fn forget(conn: &impl ConnectionTrait, import: ImportId) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::Import.eq(import.uuid())).exec(conn).await?;
    Ok(())
}

fn to_row(import: ImportId, kept: &Kept, state: RowState) -> Result<Model, StoreError> {
    Ok(Model {
        import: import.uuid(),
        number: i64::from(kept.number),
        state: state.as_str().to_owned(),
        body: serde_json::to_string(kept)?,
    })
}

fn read(row: &Model) -> Result<Kept, StoreError> {
    let kept: Kept = serde_json::from_str(&row.body)?;
    Ok(Kept { number: narrow("number", row.number)?, ..kept })
}

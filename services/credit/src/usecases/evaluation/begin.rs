use chassis::store::idempotency::{self, Key, Seen};
use chassis::store::{Command, Tx};
use credit_domain::evaluation::{Evaluation, EvaluationRefusal, EvaluationState, Order};
use kernel::{ActorId, City, EvaluationId, Timestamp};

use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{evaluation_results, evaluations, merchants};
use crate::usecases::Told;

/// Previews that are kept of a city, the last ones.
const PREVIEWS_KEPT: u64 = 20;

/// What is asked for.
#[derive(Debug, Clone)]
pub enum Asked {
    /// The evaluation of a year: there is one, whoever asks and however often.
    Year(u16),
    /// A look at a moment; at now when none is named.
    Preview {
        /// The moment.
        as_of: Option<Timestamp>,
        /// The client's name for this intent.
        key: Key,
        /// Who asks.
        by: ActorId,
    },
}

/// Begins a run of the evaluation. What was begun before is answered with that.
#[derive(Debug, Clone)]
pub struct BeginEvaluation<'a> {
    /// The rules.
    pub rules: &'a RuleBook,
    /// The city.
    pub city: City,
    /// What is asked for.
    pub asked: Asked,
    /// Who begins it; nobody when the day does.
    pub by: Option<ActorId>,
}

impl Command for BeginEvaluation<'_> {
    type Out = Told<Evaluation>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Evaluation>, Error> {
        match &self.asked {
            Asked::Year(year) => self.yearly(tx, *year).await,
            Asked::Preview { as_of, key, by } => self.preview(tx, *as_of, key, *by).await,
        }
    }
}

impl BeginEvaluation<'_> {
    async fn yearly(&self, tx: &mut Tx, year: u16) -> Result<Told<Evaluation>, Error> {
        if let Some(now) = evaluations::of_year(tx.conn(), self.city, year).await? {
            return Ok(Told { now, already: true });
        }
        let order = Order::yearly(self.city, year, self.version(tx).await?, self.by, tx.now())?;
        // A year has one run: one over nobody would keep it from those whose ledgers are still to come.
        self.has_somebody(tx, &order).await?;
        self.begin(tx, order).await
    }

    async fn has_somebody(&self, tx: &Tx, order: &Order) -> Result<(), Error> {
        if merchants::any_opened(tx.conn(), self.city, order.as_of).await? {
            return Ok(());
        }
        Err(EvaluationRefusal::Nobody(order.as_of.in_city().day).into())
    }

    async fn preview(
        &self,
        tx: &mut Tx,
        as_of: Option<Timestamp>,
        key: &Key,
        by: ActorId,
    ) -> Result<Told<Evaluation>, Error> {
        match idempotency::look_up::<EvaluationId>(tx.conn(), key).await? {
            Seen::Fresh => {}
            Seen::OtherPayload => return Err(Error::KeyReused),
            Seen::Before(id) => {
                let found = evaluations::find(tx.conn(), id).await?;
                return Ok(Told { now: found.ok_or(Error::Unknown("evaluation"))?, already: true });
            }
        }
        let order = Order::preview(self.city, as_of, self.version(tx).await?, by, tx.now())?;
        self.has_somebody(tx, &order).await?;
        let kept = evaluations::previews(tx.conn(), self.city, PREVIEWS_KEPT).await?;
        if kept.iter().any(|run| run.state == EvaluationState::Running) {
            return Err(EvaluationRefusal::Busy.into());
        }
        if kept.len() as u64 >= PREVIEWS_KEPT
            && let Some(oldest) = kept.last()
        {
            evaluation_results::remove(tx.conn(), oldest.id).await?;
            evaluations::remove(tx.conn(), oldest.id).await?;
        }
        let begun = self.begin(tx, order).await?;
        idempotency::store(tx.conn(), key, &begun.now.id, tx.now()).await?;
        Ok(begun)
    }

    async fn begin(&self, tx: &Tx, order: Order) -> Result<Told<Evaluation>, Error> {
        let merchants = merchants::count(tx.conn(), self.city).await?;
        let run = Evaluation::begin(tx.next_id(), order, u32::try_from(merchants).unwrap_or(u32::MAX));
        evaluations::insert(tx.conn(), &run).await?;
        Ok(Told { now: run, already: false })
    }

    async fn version(&self, tx: &Tx) -> Result<u32, Error> {
        Ok(self.rules.in_force(tx.conn(), tx.now()).await?.version)
    }
}

//! Carries out what comes of an objection that was upheld, in the transaction of the decision.

use chassis::store::Tx;
use credit_domain::evaluation::{Evaluation, EvaluationState, Fold};
use credit_domain::objection::{Objection, Subject, showing, uphold};
use credit_domain::process::{Proceeding, ProcessRefusal, Verdict};
use credit_domain::publicity::finding_source;
use credit_domain::remedy::{Named, Remedy, correct, correctable, reassess, removable};
use credit_domain::volunteer::VolunteerYear;
use credit_domain::{Cause, Change, Entry, Merchant, Points, Rules};
use kernel::{Actor, ActorId, City, EntryId, MerchantId, ObjectionId, Step, VolunteerReportId};
use sea_orm::ConnectionTrait;

use super::super::ledger_walk::{From, walk};
use super::super::{carry_out, recording};
use super::settle::{Moved, settle};
use super::{Procedure, contested};
use crate::error::Error;
use crate::store::evaluation_results::{self, Corrected};
use crate::store::{evaluations, honours, ledger, notices, objections, proceedings, verifiers, volunteering};

/// Entries read at once of a ledger that is computed anew.
const ENTRIES_PER_PAGE: u64 = 1_000;
/// Proceedings against one merchant.
const PROCEEDINGS_MAX: u64 = 2_000;
/// Entries that put each other right, or take each other back, down to what was given first.
const BEHIND_MAX: usize = 16;

/// An entry of the merchant's ledger.
pub(super) async fn entry(tx: &Tx, merchant: &Merchant, id: EntryId) -> Result<Entry, Error> {
    entry_of(tx.conn(), (merchant.profile.city, merchant.profile.id), id).await
}

async fn entry_of(
    conn: &impl ConnectionTrait,
    (city, merchant): (City, MerchantId),
    id: EntryId,
) -> Result<Entry, Error> {
    let found = ledger::by_id(conn, city, merchant, id).await?;
    found.ok_or(Error::Unknown("entry in this ledger"))
}

/// Refuses what would be no better for the merchant, and points that the entry cannot be put right with.
pub(super) async fn feasible(
    tx: &Tx,
    procedure: &Procedure,
    merchant: &Merchant,
    objection: &Objection,
) -> Result<(), Error> {
    let (Some(remedy), Some(of)) = (objection.remedy, objection.entry()) else { return Ok(()) };
    let entry = entry(tx, merchant, of).await?;
    match remedy {
        Remedy::TakeBack => Ok(removable(&entry)?),
        Remedy::Correct { points } => {
            let rules = procedure.rules.in_force(tx.conn(), tx.now()).await?;
            let points = correctable(&entry, points, rules)?;
            year_put_right(tx, merchant, &entry, points, rules).await.map(drop)
        }
        // Said by the year and the file themselves.
        Remedy::Reassess | Remedy::Overturn => Ok(()),
    }
}

/// The year of volunteering that the entry is about, as it is once the entry is put right; none where it is about none.
async fn year_put_right(
    tx: &Tx,
    merchant: &Merchant,
    entry: &Entry,
    points: Points,
    rules: &Rules,
) -> Result<Option<(i32, VolunteerYear)>, Error> {
    let (city, id) = (merchant.profile.city, merchant.profile.id);
    let Some(report) = volunteering_behind(tx, merchant, entry).await? else { return Ok(None) };
    let report = volunteering::find(tx.conn(), city, report).await?.ok_or(Error::Unknown("report"))?;
    let year = volunteering::year(tx.conn(), city, id, report.year()).await?;
    let given = entry.posting.tally.points.credit_activities;
    let year = year.put_right(given, points.credit_activities, &rules.activities.volunteer)?;
    Ok(Some((report.year(), year)))
}

/// Carries it out.
pub(super) async fn remedy(
    tx: &mut Tx,
    procedure: &Procedure,
    merchant: &Merchant,
    upheld: &Objection,
    verdict: Verdict,
) -> Result<(), Error> {
    let of = match upheld.subject {
        Subject::Entry(id) => Some(entry(tx, merchant, id).await?),
        Subject::Evaluation(_) => None,
    };
    match (upheld.remedy, of) {
        (Some(Remedy::TakeBack), Some(entry)) => take_back(tx, procedure, merchant, &entry, verdict).await,
        (Some(Remedy::Correct { points }), Some(entry)) => {
            put_right(tx, procedure, merchant, &entry, points).await
        }
        (Some(Remedy::Overturn), Some(entry)) => {
            match proceedings::that_imposed(tx.conn(), upheld.city, &entry).await? {
                Some(about) => fall(tx, procedure, about, verdict).await,
                None => Err(Error::Unknown("proceeding")),
            }
        }
        (Some(Remedy::Reassess), _) => compute_anew(tx, procedure, merchant, upheld).await,
        (Some(Remedy::TakeBack | Remedy::Correct { .. } | Remedy::Overturn) | None, _) => {
            Err(ProcessRefusal::RemedyUnfit { admits: upheld.admits }.into())
        }
    }
}

/// The entry is taken back, and a proceeding about the same breach falls with it.
async fn take_back(
    tx: &mut Tx,
    procedure: &Procedure,
    merchant: &Merchant,
    entry: &Entry,
    verdict: Verdict,
) -> Result<(), Error> {
    let (city, id) = (merchant.profile.city, merchant.profile.id);
    let earlier = ledger::by_cause(tx.conn(), city, id, Cause::Reversal(entry.posting.id)).await?;
    let contested = contested(tx, city, id).await?;
    let at = recording(&procedure.rules, tx).await?;
    let step = uphold(merchant, earlier.as_ref(), entry, contested, at)?;
    carry_out(tx, merchant.version, step).await.map(drop)?;
    let Cause::Breach(case) = entry.posting.cause else { return Ok(()) };
    notices::withdraw_source(tx.conn(), city, &finding_source(case), tx.now()).await?;
    match proceedings::about_case(tx.conn(), city, case).await? {
        Some(about) => fall(tx, procedure, about, verdict).await,
        None => Ok(()),
    }
}

/// The proceeding falls with what it rests on.
async fn fall(tx: &mut Tx, procedure: &Procedure, about: Proceeding, verdict: Verdict) -> Result<(), Error> {
    let about = proceedings::lock(tx.conn(), about.city, about.id).await?.unwrap_or(about);
    let by = Actor::Staff { id: verdict.by };
    if let Some(fallen) = about.fall_with_its_fact(verdict) {
        let moved = Moved { before: &about, after: &fallen, step: "fall", by };
        Box::pin(settle(tx, procedure, moved)).await?;
    }
    Ok(())
}

/// One entry more holds what is missing. What a year of volunteering gives is counted with it, under the same cap.
async fn put_right(
    tx: &mut Tx,
    procedure: &Procedure,
    merchant: &Merchant,
    entry: &Entry,
    named: Named,
) -> Result<(), Error> {
    let (city, id) = (merchant.profile.city, merchant.profile.id);
    let earlier = ledger::by_cause(tx.conn(), city, id, Cause::Correction(entry.posting.id)).await?;
    let at = recording(&procedure.rules, tx).await?;
    let points = correctable(entry, named, at.rules)?;
    if let Some((year, sums)) = year_put_right(tx, merchant, entry, points, at.rules).await? {
        volunteering::save_year(tx.conn(), city, id, year, &sums).await?;
    }
    let step = correct(merchant, earlier.as_ref(), entry, points, at)?;
    shown(tx, merchant, step).await
}

/// Computes the year anew with what is known now. Before its grades take effect, what is found is kept beside what was
/// found first, and the day itself goes on from the ledger as it is then; afterwards the ledger gets an entry.
async fn compute_anew(
    tx: &mut Tx,
    procedure: &Procedure,
    merchant: &Merchant,
    upheld: &Objection,
) -> Result<(), Error> {
    let city = merchant.profile.city;
    if let Subject::Evaluation(id) = upheld.subject {
        let run = evaluations::find(tx.conn(), id).await?.ok_or(Error::Unknown("evaluation"))?;
        if matches!(run.state, EvaluationState::Published { .. }) {
            return found_anew(tx, procedure, merchant, upheld, &run).await;
        }
    }
    let nothing = ProcessRefusal::NothingEvaluated;
    let year = merchant.credit.evaluated_year.ok_or(nothing.clone())?;
    let as_of = merchant.credit.quality.as_ref().map(|measured| measured.as_of).ok_or(nothing)?;
    let at = recording(&procedure.rules, tx).await?;
    // Quality is measured as it was that year; what it merits is what the rules of now say.
    let rules = match evaluations::of_year(tx.conn(), city, year).await? {
        Some(run) => rules_of(tx, procedure, &run).await?,
        None => at.rules,
    };
    let fold = whole(tx, merchant, Fold::new(rules, as_of)).await?;
    let cause = Cause::Reassessment(upheld.id);
    let earlier = ledger::by_cause(tx.conn(), city, merchant.profile.id, cause).await?;
    let step = reassess(merchant, earlier.as_ref(), upheld.id, &fold, at)?;
    shown(tx, merchant, step).await
}

async fn found_anew(
    tx: &Tx,
    procedure: &Procedure,
    merchant: &Merchant,
    upheld: &Objection,
    run: &Evaluation,
) -> Result<(), Error> {
    let id = merchant.profile.id;
    let rules = rules_of(tx, procedure, run).await?;
    let fold = whole(tx, merchant, Fold::new(rules, run.order.as_of)).await?;
    let filter = proceedings::Filter::of_merchant(run.order.city, id, PROCEEDINGS_MAX + 1);
    let files = proceedings::page(tx.conn(), filter).await?;
    if files.len() as u64 > PROCEEDINGS_MAX {
        return Err(Error::LedgerTooLong);
    }
    let found = fold.assess(rules, &files, tx.now()).ok_or(ProcessRefusal::NothingEvaluated)?;
    let first = evaluation_results::of(tx.conn(), run.id, &[id]).await?.remove(&id);
    if first.is_some_and(|first| found.awarded < first.found.awarded) {
        return Err(ProcessRefusal::NoBetter.into());
    }
    let corrected = Corrected { merchant: id, objection: upheld.id, known_at: tx.now(), found };
    Ok(evaluation_results::insert_correction(tx.conn(), run.id, &corrected).await?)
}

async fn rules_of<'a>(tx: &Tx, procedure: &'a Procedure, run: &Evaluation) -> Result<&'a Rules, Error> {
    let number = run.order.rules_version;
    let unknown = Error::UnknownRules(credit_domain::UnknownRules(number));
    procedure.rules.version(tx.conn(), number).await?.ok_or(unknown)
}

/// The merchant's whole ledger, of which nothing but the fold is held.
async fn whole(tx: &Tx, merchant: &Merchant, mut fold: Fold) -> Result<Fold, Error> {
    let from = From { city: merchant.profile.city, merchant: merchant.profile.id, after: 0 };
    walk(tx.conn(), from, ENTRIES_PER_PAGE, |entry| fold.add(entry)).await?;
    Ok(fold)
}

/// Carries a change out that shows whether anything is still contested.
async fn shown(tx: &mut Tx, merchant: &Merchant, step: Step<Change, Entry>) -> Result<(), Error> {
    let contested = contested(tx, merchant.profile.city, merchant.profile.id).await?;
    carry_out(tx, merchant.version, step.map(|change| showing(change, contested))).await.map(drop)
}

/// The volunteer report behind an entry that gave, took back or put right points for it.
async fn volunteering_behind(
    tx: &Tx,
    merchant: &Merchant,
    made: &Entry,
) -> Result<Option<VolunteerReportId>, Error> {
    let mut cause = made.posting.cause;
    for _ in 0..BEHIND_MAX {
        match cause {
            Cause::Volunteering(report) | Cause::Recount(report) => return Ok(Some(report)),
            Cause::Reversal(of) | Cause::Correction(of) | Cause::Expiry(of) => {
                cause = entry(tx, merchant, of).await?.posting.cause;
            }
            _ => return Ok(None),
        }
    }
    Err(Error::LedgerTooLong)
}

/// Takes the desk of volunteering first, where the objection is to an entry about it: whoever holds the desk comes
/// before whoever holds a merchant.
pub(super) async fn volunteer_desk(tx: &Tx, city: City, id: ObjectionId) -> Result<(), Error> {
    let Some(found) = objections::find(tx.conn(), city, id).await? else { return Ok(()) };
    let Some(of) = found.entry() else { return Ok(()) };
    let merchant = crate::store::merchants::find(tx.conn(), city, found.merchant).await?;
    let Some(merchant) = merchant else { return Ok(()) };
    let made = entry(tx, &merchant, of).await?;
    if volunteering_behind(tx, &merchant, &made).await?.is_some() {
        volunteering::take_desk(tx.conn(), city).await?;
    }
    Ok(())
}

/// Who of the staff had a part in what is objected to: they neither examine the objection nor decide on it.
pub(super) async fn involved(
    conn: &impl ConnectionTrait,
    objection: &Objection,
) -> Result<Vec<ActorId>, Error> {
    let (city, id) = (objection.city, objection.merchant);
    let of = match objection.subject {
        Subject::Evaluation(run) => {
            return Ok(evaluations::find(conn, run).await?.map_or_else(Vec::new, |run| behind(&run)));
        }
        Subject::Entry(of) => entry_of(conn, (city, id), of).await?,
    };
    Ok(match of.posting.cause {
        Cause::Breach(case) => verifiers::of(conn, city, case).await?.into_iter().collect(),
        Cause::Sanction(_) => {
            let file = proceedings::that_imposed(conn, city, &of).await?;
            file.map_or_else(Vec::new, |file| file.had_a_part().collect())
        }
        Cause::Evaluation(year) => {
            evaluations::of_year(conn, city, year).await?.map_or_else(Vec::new, |run| behind(&run))
        }
        Cause::Honour(honour) => {
            let honour = honours::find(conn, city, honour).await?;
            honour.map_or_else(Vec::new, |honour| honour.had_a_part().collect())
        }
        Cause::Correction(first) => {
            let first = Subject::Entry(first);
            decided(objections::to_subject(conn, city, id, first).await?)
        }
        Cause::Reassessment(first) => decided(objections::find(conn, city, first).await?),
        _ => Vec::new(),
    })
}

/// Who began the run and who published it.
fn behind(run: &Evaluation) -> Vec<ActorId> {
    let published_by = match run.state {
        EvaluationState::Published { by, .. } | EvaluationState::InEffect { by, .. } => Some(by),
        EvaluationState::Running | EvaluationState::Computed { .. } | EvaluationState::Failed { .. } => None,
    };
    run.order.by.into_iter().chain(published_by).collect()
}

/// Who examined and decided the objection that made an entry.
fn decided(first: Option<Objection>) -> Vec<ActorId> {
    let Some(first) = first else { return Vec::new() };
    [first.examination, first.decision].into_iter().flatten().map(|verdict| verdict.by).collect()
}

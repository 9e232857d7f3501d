use chassis::store::Tx;
use contracts::credit::{MerchantRemoved, SanctionDecided, SanctionOutcome};
use credit_domain::admission::Ban;
use credit_domain::process::{
    Decision, End, Ending, Ground, Measure, Outcome, Posted, Proceeding, Publicity, Removal,
    settle as line_up,
};
use credit_domain::publicity::{BoardNotice, NoticeKind, finding_source};
use credit_domain::{Cause, Entry, Merchant};
use kernel::{Actor, City, MerchantId, Step};

use super::super::notices::tell;
use super::super::{carry_out, recording};
use super::{Procedure, contested, show_grades};
use crate::error::Error;
use crate::store::{bans, dossiers, ledger, merchants, notices, proceedings, steps};
use crate::wire;

/// A proceeding that moved, and who moved it.
pub(super) struct Moved<'a> {
    pub(super) before: &'a Proceeding,
    pub(super) after: &'a Proceeding,
    /// In a word.
    pub(super) step: &'static str,
    pub(super) by: Actor,
}

/// Saves a proceeding and brings all that hangs on it in line.
pub(super) async fn settle(tx: &mut Tx, procedure: &Procedure, moved: Moved<'_>) -> Result<(), Error> {
    let Moved { before, after, step, by } = moved;
    proceedings::save(tx.conn(), before, after).await?;
    steps::note(tx, after.city, after.id, after.version, step, by).await?;
    let merchant = in_line(tx, procedure, after).await?;
    removal(tx, before, after).await?;
    publish(tx, after, &merchant).await?;
    tell(tx, after.city, after.merchant, after.news_since(before)).await?;
    if let Some(outcome) = outcome(before, after) {
        let sanction = after.sanction();
        tx.emit(&SanctionDecided {
            proceeding: after.id,
            merchant: after.merchant,
            city: after.city,
            class: after.class,
            outcome,
            measure: sanction.map(|sanction| wire::measure(sanction.measure)),
            until: sanction.map(|sanction| sanction.until),
            published: sanction.is_some_and(|sanction| sanction.published),
            decided_at: tx.now(),
        })?;
    }
    Ok(())
}

/// Merchant and ledger.
async fn in_line(tx: &mut Tx, procedure: &Procedure, after: &Proceeding) -> Result<Merchant, Error> {
    let (city, id) = (after.city, after.merchant);
    let merchant = held(tx, city, id).await?;
    let posted = posted(tx, after).await?;
    let contested = contested(tx, city, id).await?;
    let at = recording(&procedure.rules, tx).await?;
    if let Some(change) = line_up(&merchant, after, &posted, contested, at) {
        let now = change.merchant.clone();
        carry_out(tx, merchant.version, Step::Done(change)).await.map(drop)?;
        // Of those who are out, only a removal that is reversed brings one back here.
        if now.status.is_in() != merchant.status.is_in() {
            show_grades(tx, &now).await?;
        }
    }
    Ok(merchant)
}

/// The merchant, held until the transaction ends.
pub(super) async fn held(tx: &Tx, city: City, merchant: MerchantId) -> Result<Merchant, Error> {
    let found = merchants::lock(tx.conn(), city, merchant).await?;
    found.ok_or(Error::UnknownMerchant { city, merchant })
}

/// The entries of the ledger that concern a proceeding.
async fn posted(tx: &Tx, proceeding: &Proceeding) -> Result<Posted, Error> {
    let breach = match proceeding.ground {
        Ground::Breach { case } => made_by(tx, proceeding, Cause::Breach(case)).await?,
        Ground::RedLine { .. } | Ground::Finding => None,
    };
    let taken_back = reversal(tx, proceeding, breach.as_ref()).await?.is_some();
    let sanction = made_by(tx, proceeding, Cause::Sanction(proceeding.id)).await?;
    let repair = match sanction.as_ref().or(breach.as_ref()) {
        Some(fact) => made_by(tx, proceeding, Cause::Repair(fact.posting.id)).await?,
        None => None,
    };
    let unrepair = reversal(tx, proceeding, repair.as_ref()).await?;
    let reversal = reversal(tx, proceeding, sanction.as_ref()).await?;
    Ok(Posted { breach: breach.filter(|_| !taken_back), sanction, reversal, repair, unrepair })
}

async fn reversal(tx: &Tx, proceeding: &Proceeding, of: Option<&Entry>) -> Result<Option<Entry>, Error> {
    match of {
        Some(made) => made_by(tx, proceeding, Cause::Reversal(made.posting.id)).await,
        None => Ok(None),
    }
}

async fn made_by(tx: &Tx, proceeding: &Proceeding, cause: Cause) -> Result<Option<Entry>, Error> {
    Ok(ledger::by_cause(tx.conn(), proceeding.city, proceeding.merchant, cause).await?)
}

/// The removal with its ban on everybody behind the merchant, and the end of both.
async fn removal(tx: &mut Tx, before: &Proceeding, after: &Proceeding) -> Result<(), Error> {
    match (before.removal(), after.removal()) {
        (None, Some(removal)) => {
            // By what is known of it: a merchant without a file is banned itself.
            let file = dossiers::find(tx.conn(), after.city, removal.merchant).await?;
            let behind = file.as_ref().and_then(|file| file.registration.as_ref());
            let Removal { merchant, cause, removed_at, ban_until, .. } = removal;
            let ban = Ban::on(after.city, merchant, behind, removed_at, ban_until, cause);
            bans::impose_ban(tx.conn(), &ban).await?;
            tx.emit(&MerchantRemoved {
                merchant: removal.merchant,
                city: after.city,
                proceeding: after.id,
                red_line: removal.red_line.map(wire::red_line),
                removed_at: removal.removed_at,
                ban_until: removal.ban_until,
            })?;
        }
        (Some(removal), None) => {
            bans::lift_ban(tx.conn(), after.city, removal.merchant, removal.cause, tx.now()).await?;
        }
        (None, None) | (Some(_), Some(_)) => {}
    }
    Ok(())
}

/// What the publicity board shows of it; once it is decided, in place of the breach that it is about.
async fn publish(tx: &Tx, proceeding: &Proceeding, merchant: &Merchant) -> Result<(), Error> {
    if let (Ground::Breach { case }, Some(_)) = (proceeding.ground, &proceeding.decision) {
        notices::withdraw_source(tx.conn(), proceeding.city, &finding_source(case), tx.now()).await?;
    }
    let source = format!("sanction:{}", proceeding.id);
    let found = notices::lock_source(tx.conn(), proceeding.city, &source).await?;
    match (found, proceeding.publicity(), &proceeding.decision) {
        (None, Some(publicity), Some(decision)) => {
            let notice = notice(tx, proceeding, merchant, publicity, decision, source);
            notices::insert(tx.conn(), &notice, None, tx.now()).await?;
        }
        (Some(shown), None, _) if shown.withdrawn_at.is_none() => {
            let withdrawn = BoardNotice { withdrawn_at: Some(tx.now()), ..shown };
            notices::save(tx.conn(), &withdrawn, tx.now()).await?;
        }
        (Some(shown), Some(_), _) => {
            notices::contest(tx.conn(), shown, proceeding.appeal_is_open(), tx.now()).await?;
        }
        _ => {}
    }
    Ok(())
}

fn notice(
    tx: &Tx,
    proceeding: &Proceeding,
    merchant: &Merchant,
    publicity: Publicity,
    decision: &Decision,
    source: String,
) -> BoardNotice {
    let kind = match publicity.measure {
        Measure::Removal => NoticeKind::Removal,
        Measure::Remind
        | Measure::Warning
        | Measure::Rectification
        | Measure::PreferenceSuspension
        | Measure::Suspension => NoticeKind::Sanction,
    };
    BoardNotice {
        id: tx.next_id(),
        city: proceeding.city,
        kind,
        source: Some(source),
        merchant: Some((proceeding.merchant, merchant.profile.name.clone())),
        category: proceeding.category.clone(),
        district: Some(merchant.profile.home.district()),
        title: merchant.profile.name.clone(),
        text: decision.reason.clone(),
        text_en: None,
        measure: Some(publicity.measure),
        class: Some(proceeding.class),
        grade: None,
        publish_at: tx.now(),
        remove_at: Some(publicity.until),
        withdrawn_at: None,
        contested: proceeding.appeal_is_open(),
    }
}

/// What was decided by this step, if anything was.
fn outcome(before: &Proceeding, after: &Proceeding) -> Option<SanctionOutcome> {
    if before.end != after.end {
        return after.end.map(|End { how, .. }| match how {
            Ending::Expired => SanctionOutcome::Expired,
            Ending::Repaired => SanctionOutcome::Repaired,
            Ending::Reversed => SanctionOutcome::Reversed,
        });
    }
    if before.decision.is_none() {
        return after.decision.as_ref().map(|decision| match decision.outcome {
            Outcome::Dropped => SanctionOutcome::Dropped,
            Outcome::Imposed(_) => SanctionOutcome::Imposed,
        });
    }
    (before.appeal_is_open() && !after.appeal_is_open()).then_some(SanctionOutcome::Upheld)
}

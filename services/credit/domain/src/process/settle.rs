//! Brings a merchant and its ledger in line with a proceeding.

use kernel::{MerchantId, Timestamp};

use super::measure::{Hold, Measure, RedLine, Restraint};
use super::parts::{End, Ending, Ground};
use super::proceeding::Proceeding;
use crate::commands::{Change, Recording, appended, posting, settled, taken_back, touched};
use crate::ledger::{Cause, Entry, Posting};
use crate::merchant::{Credit, Merchant, Status};
use crate::tally::{Evidence, Tally};

/// The entries of the merchant's ledger that concern a proceeding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posted {
    /// The one of the breach it is about, unless it was taken back: a repair gives its points back once.
    pub breach: Option<Entry>,
    /// The one it made itself, where it is about no breach.
    pub sanction: Option<Entry>,
    /// The one that reversed that.
    pub reversal: Option<Entry>,
    /// The one that repaired the fact: the breach, or what it made itself.
    pub repair: Option<Entry>,
    /// The one that took the repair back, because the fact behind it fell afterwards.
    pub unrepair: Option<Entry>,
}

/// A removal (清退) with its ban, for whoever keeps the bans: nobody behind the merchant is admitted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removal {
    /// Who was removed.
    pub merchant: MerchantId,
    /// What removed it.
    pub cause: Cause,
    /// The red line that was crossed, if it was one.
    pub red_line: Option<RedLine>,
    /// Since when.
    pub removed_at: Timestamp,
    /// No re-admission before.
    pub ban_until: Timestamp,
}

impl Proceeding {
    /// The removal that it made, and that was not reversed. Its ban lasts as long as the measure that was imposed.
    #[must_use]
    pub fn removal(&self) -> Option<Removal> {
        let reversed = matches!(self.end, Some(End { how: Ending::Reversed, .. }));
        let sanction = self.sanction().filter(|it| it.measure == Measure::Removal && !reversed)?;
        let removed_at = self.decision.as_ref()?.at;
        Some(Removal {
            merchant: self.merchant,
            cause: Cause::Sanction(self.id),
            red_line: match self.ground {
                Ground::RedLine { line } => Some(line),
                Ground::Breach { .. } | Ground::Finding => None,
            },
            removed_at,
            ban_until: sanction.until,
        })
    }
}

/// Brings merchant and ledger in line with the proceeding as it is now, and with whether anything about the
/// merchant is `contested` (an objection or an appeal is open). Nothing when they are.
///
/// A measure that comes in force takes effect at once. One that ends gives back what it took: the grade is what
/// award, score and the rest of the findings allow. A reversal also takes back the points, by a compensating
/// entry; a repair gives them back by one, since publicity and effect end together, and keeps the evidence. Both
/// take them out of what the last evaluation awarded for.
#[must_use]
pub fn settle(
    merchant: &Merchant,
    proceeding: &Proceeding,
    posted: &Posted,
    contested: bool,
    at: Recording<'_>,
) -> Option<Change> {
    let before = &merchant.credit.restraints;
    let restraints = restraints_after(before, proceeding, at.now);
    let missing = missing(proceeding, posted, at);
    let repaired = repaired_case(proceeding)
        .filter(|case| merchant.credit.findings.iter().any(|finding| finding.case == *case));
    let unmoved = restraints == *before && contested == merchant.under_objection;
    if unmoved && missing.is_none() && repaired.is_none() {
        return None;
    }
    let gives_back = matches!(missing, Some(Missing::Reversal(_) | Missing::Repair(..)));
    // What ended by time lifts no grade: that waits for the evaluation, whichever of the two is written first.
    let lapsed = posted.breach.as_ref().is_some_and(|breach| breach.posting.has_ended(at.now));
    let eased =
        gives_back || (repaired.is_some() && !lapsed) || before.iter().any(|held| !restraints.contains(held));
    let (mut next, entries) = match missing {
        Some(Missing::Posting(posting)) => {
            let mut next = touched(merchant, posting.cause, at.now);
            let entry = appended(&mut next, posting, at.rules);
            (next, vec![entry])
        }
        Some(Missing::Repair(fact, posting)) => {
            let mut next = touched(merchant, posting.cause, at.now);
            let entry = given_back(&mut next, fact, posting, at);
            (next, vec![entry])
        }
        Some(Missing::Reversal(of)) => {
            let mut next = touched(merchant, Cause::Reversal(of.posting.id), at.now);
            let entries = taken_back(&mut next, of, at);
            (next, entries)
        }
        None => (touched(merchant, Cause::Sanction(proceeding.id), at.now), Vec::new()),
    };
    next.status = status_after(merchant, &restraints);
    next.under_objection = contested;
    next.credit.restraints = restraints;
    next.credit.findings.retain(|finding| Some(finding.case) != repaired);
    let allowed = next.credit.allowed(at.rules);
    let grade = if eased { allowed } else { next.credit.grade.min(allowed) };
    Some(settled(merchant, next, entries, grade))
}

/// What holds the merchant back beside this proceeding, and what this one does. A removal takes effect when it is
/// decided and at no other time: who was admitted again since is not removed by the file of then.
pub(crate) fn restraints_after(
    before: &[Restraint],
    proceeding: &Proceeding,
    now: Timestamp,
) -> Vec<Restraint> {
    let decided_now = proceeding.decision.as_ref().is_some_and(|decision| decision.at == now);
    let holds = |held: &Restraint| held.hold != Hold::Removed || decided_now || before.contains(held);
    let others = before.iter().copied().filter(|held| held.proceeding != proceeding.id);
    others.chain(proceeding.restraints().into_iter().filter(holds)).collect()
}

/// The status that the restraints leave.
pub(crate) fn worst(held: &[Restraint]) -> Status {
    held.iter().map(|held| held.hold.status()).max().unwrap_or(Status::Affiliated)
}

/// Measures suspend and remove, and give back no more than they took: a merchant that is suspended or gone for
/// another reason stays so.
fn status_after(merchant: &Merchant, restraints: &[Restraint]) -> Status {
    let after = worst(restraints);
    if merchant.status == worst(&merchant.credit.restraints) { after } else { merchant.status.max(after) }
}

/// The breach that weighs no longer, because the proceeding about it was repaired.
pub(crate) fn repaired_case(proceeding: &Proceeding) -> Option<kernel::CaseId> {
    match (proceeding.ground, proceeding.end) {
        (Ground::Breach { case }, Some(End { how: Ending::Repaired, .. })) => Some(case),
        _ => None,
    }
}

/// What the ledger lacks.
enum Missing<'a> {
    /// An entry of the proceeding's own.
    Posting(Posting),
    /// The reversal of this one.
    Reversal(&'a Entry),
    /// The repair of this one.
    Repair(&'a Entry, Posting),
}

/// What the proceeding's state asks for and the ledger does not have.
fn missing<'a>(proceeding: &Proceeding, posted: &'a Posted, at: Recording<'_>) -> Option<Missing<'a>> {
    let decided_at = proceeding.decision.as_ref()?.at;
    proceeding.sanction()?;
    let how = proceeding.end.map(|end| end.how);
    match (&posted.sanction, how) {
        (None, None | Some(Ending::Expired)) if !matches!(proceeding.ground, Ground::Breach { .. }) => {
            let points = at.rules.breach_rule(proceeding.class).points;
            let (rule, cause) = (format!("/breach/{}", proceeding.class), Cause::Sanction(proceeding.id));
            let tally = Tally { points, evidence: Evidence::ZERO };
            let category = proceeding.category.as_ref();
            let mut posting = posting(tally, category, cause, rule, decided_at, at);
            posting.clause.clone_from(&proceeding.clause);
            Some(Missing::Posting(posting))
        }
        // What a repair gave back is not given back twice.
        (Some(made), Some(Ending::Reversed)) if posted.reversal.is_none() && posted.repair.is_none() => {
            Some(Missing::Reversal(made))
        }
        (None, Some(Ending::Reversed)) if posted.unrepair.is_none() => {
            posted.repair.as_ref().map(Missing::Reversal)
        }
        (made, Some(Ending::Repaired)) if posted.repair.is_none() => {
            let fact = made.as_ref().or(posted.breach.as_ref())?;
            repair(&fact.posting, at).map(|posting| Missing::Repair(fact, posting))
        }
        _ => None,
    }
}

/// Gives the points of a fact back, for as long as it would have taken them; nothing when its time is over: its
/// end gives them back, written or about to be.
fn repair(fact: &Posting, at: Recording<'_>) -> Option<Posting> {
    if fact.has_ended(at.now) {
        return None;
    }
    let tally = Tally { points: -fact.tally.points, evidence: Evidence::ZERO };
    let cause = Cause::Repair(fact.id);
    let repair = posting(tally, fact.category.as_ref(), cause, fact.rule.clone(), at.now, at);
    Some(Posting { valid_until: fact.valid_until, ..repair })
}

/// Gives the points of a fact back by this posting. Where the last evaluation counted them, its award is what it
/// would have been without: so a repair gives the same before an evaluation takes effect and after.
fn given_back(merchant: &mut Merchant, fact: &Entry, repair: Posting, at: Recording<'_>) -> Entry {
    let entry = appended(merchant, repair, at.rules);
    let Credit { quality, awarded, .. } = &mut merchant.credit;
    if let Some(measured) = quality
        && measured.without_points_of(fact)
    {
        // Rules that became stricter since take nothing from who repairs.
        *awarded = measured.award(at.rules).max(*awarded);
    }
    entry
}

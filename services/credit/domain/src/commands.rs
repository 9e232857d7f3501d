//! What can happen to a merchant's credit: one function per command, each from state, fact, rules and moment
//! to a [`Change`].
//!
//! A fact (a call-back, a verified breach) becomes exactly one ledger entry, named by its cause. The caller
//! looks up the entry of the same merchant and cause and passes it as `earlier`; if there is one, the fact was
//! applied before and the answer is [`Step::AlreadyDone`] with it. Storage keeps (merchant, cause) unique.

mod entries;

use kernel::{
    CallbackId, CaseId, CategoryCode, EntryId, Grade, MerchantId, Severity, Step, Timestamp, Version,
};

use crate::evaluation::Fold;
use crate::ledger::{Cause, Entry, Tip};
use crate::merchant::{Credit, Finding, Merchant, Moved, Profile, Status};
use crate::rules::Rules;
use crate::tally::{Evidence, Points, Tally};
pub(crate) use entries::{
    appended, applied_before, ending, posting, quality, recorded, settled, taken_back, touched,
};

/// The rule by which a newcomer's ledger opens.
pub(crate) const NEWCOMER: &str = "/opening";
/// The rule by which quality is measured.
pub(crate) const QUALITY: &str = "/quality";

/// Under which rules, when, and under which id a fact is recorded.
#[derive(Debug, Clone, Copy)]
pub struct Recording<'a> {
    /// The rules in force, validated.
    pub rules: &'a Rules,
    /// Now.
    pub now: Timestamp,
    /// The id of the entry to be made.
    pub entry: EntryId,
}

impl Recording<'_> {
    /// For a further entry of the same change: its id is the first one's with a number in the random bits.
    #[must_use]
    pub(crate) fn following(self, number: u8) -> Self {
        let bits = self.entry.uuid().as_u128() ^ (u128::from(number) << 32);
        Self { entry: EntryId::from_u128(bits), ..self }
    }
}

/// How a call-back ended, as feedback said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FollowupOutcome {
    /// Content.
    Satisfied,
    /// Not content, without a breach.
    Unsatisfied,
    /// Not reached: no evidence.
    Unreached,
    /// Something that may be a breach: the order is verified, the rest is for the case to say.
    SuspectedBreach,
}

/// A finished call-back (回访).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followup {
    /// The merchant that served.
    pub merchant: MerchantId,
    /// The call-back.
    pub callback: CallbackId,
    /// The category served.
    pub category: CategoryCode,
    /// How it ended.
    pub outcome: FollowupOutcome,
    /// When.
    pub happened_at: Timestamp,
}

/// A verified breach of a commitment (失信核实).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedBreach {
    /// The merchant that broke its commitment.
    pub merchant: MerchantId,
    /// The case.
    pub case: CaseId,
    /// The category whose commitment was broken.
    pub category: CategoryCode,
    /// The clause that was broken.
    pub clause: String,
    /// How grave.
    pub severity: Severity,
    /// When it was verified.
    pub happened_at: Timestamp,
}

/// With what a merchant's ledger opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// A newcomer: the rules' opening points and entry grade.
    Newcomer,
    /// A merchant with a history elsewhere: this much is taken over, and the grade is what it merits.
    TakenOver(Tally),
}

/// What a command leads to; carried out whole, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The merchant after it, with its version raised by one.
    pub merchant: Merchant,
    /// The entries to append, in this order.
    pub entries: Vec<Entry>,
    /// Set when the grade moved.
    pub grade_change: Option<GradeChange>,
}

/// A grade that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GradeChange {
    /// Before.
    pub from: Grade,
    /// After.
    pub to: Grade,
    /// Why.
    pub cause: Cause,
}

/// Why a command is not carried out. All of them are mistakes of the caller, not of a merchant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The fact or entry is about another merchant.
    #[error("the fact concerns merchant {fact}, not {merchant}")]
    OtherMerchant {
        /// The merchant it was applied to.
        merchant: MerchantId,
        /// The merchant it is about.
        fact: MerchantId,
    },
    /// The entry passed as the earlier result has another cause.
    #[error("the earlier entry was made by {found}, not by {expected}")]
    OtherCause {
        /// The cause asked about.
        expected: Cause,
        /// The cause of the entry.
        found: Cause,
    },
    /// Openings and reversals stay; a wrong reversal is answered by recording the fact anew.
    #[error("an entry made by {0} cannot be reversed")]
    NotReversible(Cause),
    /// The entry still counts.
    #[error("the time of entry {0} is not over")]
    NotEnded(EntryId),
}

/// Opens the ledger of a merchant that was admitted; version 1.
#[must_use]
pub fn affiliate(profile: Profile, opening: Opening, at: Recording<'_>) -> Change {
    let rules = at.rules;
    let (tally, awarded, rule) = match opening {
        Opening::Newcomer => {
            (Tally { points: rules.opening, evidence: Evidence::ZERO }, rules.entry_grade, NEWCOMER)
        }
        Opening::TakenOver(tally) => {
            // No more than could have been earned here: what a breach takes must show.
            let tally = Tally { points: rules.within_bounds(tally.points), ..tally };
            (tally, rules.merited(tally.points, tally.evidence), "/opening/taken-over")
        }
    };
    let cause = Cause::Opening;
    let posting = posting(tally, None, cause, rule.to_owned(), at.now, at);
    let entry = Tip::START.append(profile.id, posting);
    let mut credit = Credit {
        tally,
        score: rules.score(tally.points),
        grade: awarded,
        awarded,
        findings: Vec::new(),
        restraints: Vec::new(),
        evaluated_year: None,
        quality: None,
        rules_version: rules.version,
        tip: Tip { seq: entry.seq, hash: entry.hash },
    };
    credit.grade = credit.allowed(rules);
    let merchant = Merchant {
        profile,
        version: Version(1),
        status: Status::Affiliated,
        credit,
        under_objection: false,
        cause,
        changed_at: at.now,
        moved: Moved { cause, at: at.now },
    };
    Change { merchant, entries: vec![entry], grade_change: None }
}

/// Records a finished call-back. One that reached nobody is recorded with no points: it is no evidence.
///
/// # Errors
/// [`Refusal`] when fact, merchant and earlier entry do not belong together.
pub fn record_followup(
    merchant: &Merchant,
    earlier: Option<&Entry>,
    fact: &Followup,
    at: Recording<'_>,
) -> Result<Step<Change, Entry>, Refusal> {
    let cause = Cause::Followup(fact.callback);
    if let Some(first) = applied_before(merchant, fact.merchant, cause, earlier)? {
        return Ok(Step::AlreadyDone(first));
    }
    let evidence =
        |satisfied, unsatisfied, verified_orders| Evidence { satisfied, unsatisfied, verified_orders };
    let (points, evidence, rule) = match fact.outcome {
        FollowupOutcome::Satisfied => (at.rules.followup.satisfied, evidence(1, 0, 1), "/followup/satisfied"),
        FollowupOutcome::Unsatisfied => {
            (at.rules.followup.unsatisfied, evidence(0, 1, 1), "/followup/unsatisfied")
        }
        FollowupOutcome::SuspectedBreach => (Points::ZERO, evidence(0, 0, 1), "/followup/suspected-breach"),
        FollowupOutcome::Unreached => (Points::ZERO, Evidence::ZERO, "/followup/unreached"),
    };
    let tally = Tally { points, evidence };
    let posting = posting(tally, Some(&fact.category), cause, rule.to_owned(), fact.happened_at, at);
    Ok(Step::Done(recorded(merchant, posting, at, |_| {})))
}

/// Records a verified breach: points are lost, and the grade falls at once to what the finding allows.
///
/// # Errors
/// [`Refusal`] when fact, merchant and earlier entry do not belong together.
pub fn record_breach(
    merchant: &Merchant,
    earlier: Option<&Entry>,
    fact: &VerifiedBreach,
    at: Recording<'_>,
) -> Result<Step<Change, Entry>, Refusal> {
    let cause = Cause::Breach(fact.case);
    if let Some(first) = applied_before(merchant, fact.merchant, cause, earlier)? {
        return Ok(Step::AlreadyDone(first));
    }
    let finding = Finding { case: fact.case, severity: fact.severity, verified_at: fact.happened_at };
    Ok(Step::Done(breached(merchant, finding, Some((&fact.category, &fact.clause)), at)))
}

/// What a verified breach does to a merchant, of whichever category and clause it is.
pub(crate) fn breached(
    merchant: &Merchant,
    finding: Finding,
    of: Option<(&CategoryCode, &str)>,
    at: Recording<'_>,
) -> Change {
    let tally = Tally {
        points: at.rules.breach_rule(finding.severity).points,
        evidence: Evidence { unsatisfied: 1, ..Evidence::ZERO },
    };
    let rule = format!("/breach/{}", finding.severity);
    let (category, clause) = of.unzip();
    let mut posting = posting(tally, category, Cause::Breach(finding.case), rule, finding.verified_at, at);
    posting.clause = clause.map(str::to_owned);
    recorded(merchant, posting, at, |credit| credit.add_finding(finding))
}

/// Takes back the entry of a fact that did not hold, by a compensating entry: the score is again what it
/// would have been without the fact, and so is the grade. `earlier` is the reversal's own entry, if any.
///
/// The compensating entry counts for the same time as the one that it takes back. Where a quality was measured
/// with the fact in it, a second entry moves social evaluation to what would have been measured without.
///
/// # Errors
/// [`Refusal`] when the entries are not this merchant's, or `entry` is an opening or itself a reversal.
pub fn reverse(
    merchant: &Merchant,
    earlier: Option<&Entry>,
    entry: &Entry,
    at: Recording<'_>,
) -> Result<Step<Change, Entry>, Refusal> {
    let cause = Cause::Reversal(entry.posting.id);
    if let Some(first) = applied_before(merchant, entry.merchant, cause, earlier)? {
        return Ok(Step::AlreadyDone(first));
    }
    let overturned = match entry.posting.cause {
        Cause::Breach(case) => Some(case),
        Cause::Followup(_) => None,
        // A sanction is appealed against, and a repair ends with it. What was given is taken back where it was given.
        kept @ (Cause::Opening
        | Cause::Reversal(_)
        | Cause::Evaluation(_)
        | Cause::Quality(_)
        | Cause::Expiry(_)
        | Cause::Workers
        | Cause::Papers
        | Cause::Admission(_)
        | Cause::Leaving
        | Cause::Sanction(_)
        | Cause::Repair(_)
        | Cause::Objection(_)
        | Cause::Activity(_)
        | Cause::Honour(_)
        | Cause::Volunteering(_)
        | Cause::Recount(_)
        | Cause::Correction(_)
        | Cause::Reassessment(_)) => {
            return Err(Refusal::NotReversible(kept));
        }
    };
    let mut next = touched(merchant, cause, at.now);
    let entries = taken_back(&mut next, entry, at);
    next.credit.findings.retain(|finding| Some(finding.case) != overturned);
    // What the fact took is given back at once: waiting for February would keep a wrong in force.
    let grade = next.credit.allowed(at.rules);
    Ok(Step::Done(settled(merchant, next, entries, grade)))
}

/// Ends an entry whose time is over, by a compensating entry: it stops counting, and a finding behind it stops
/// weighing. The grade follows down at once and up at the evaluation, as with every fact.
///
/// # Errors
/// [`Refusal`] when the entries are not this merchant's, or the entry's time is not over.
pub fn expire(
    merchant: &Merchant,
    earlier: Option<&Entry>,
    entry: &Entry,
    at: Recording<'_>,
) -> Result<Step<Change, Entry>, Refusal> {
    let cause = Cause::Expiry(entry.posting.id);
    if let Some(first) = applied_before(merchant, entry.merchant, cause, earlier)? {
        return Ok(Step::AlreadyDone(first));
    }
    if !entry.posting.has_ended(at.now) {
        return Err(Refusal::NotEnded(entry.posting.id));
    }
    let ended = ending(&entry.posting, at);
    Ok(Step::Done(recorded(merchant, ended, at, |credit| {
        if let Cause::Breach(case) = entry.posting.cause {
            credit.findings.retain(|finding| finding.case != case);
        }
    })))
}

/// The evaluation (年度评价) of `year` takes effect: the one regular way up. The award is what the merchant's whole
/// ledger merits as of the end of the year, without the points of what was repaired since; social evaluation is set to
/// the quality as measured then, by one entry that counts from then on and holds the difference. Findings of the year
/// that are not serious have had their effect; serious ones stay until they are repaired. What happened after the year
/// holds the grade down as ever, and lifts it above the award by nothing. Already done gives the grade in force.
pub fn evaluate(merchant: &Merchant, year: u16, ledger: &Fold, at: Recording<'_>) -> Step<Change, Grade> {
    if merchant.credit.evaluated_year.is_some_and(|last| last >= year) {
        return Step::AlreadyDone(merchant.credit.grade);
    }
    let mut change = awarded(merchant, Cause::Evaluation(year), ledger, at);
    change.merchant.credit.evaluated_year = Some(year);
    Step::Done(change)
}

/// Awards what the ledger merits: one entry moves social evaluation to what was measured.
pub(crate) fn awarded(merchant: &Merchant, cause: Cause, ledger: &Fold, at: Recording<'_>) -> Change {
    let mut next = touched(merchant, cause, at.now);
    let (mut measured, step) = ledger.finish();
    let as_of = measured.as_of;
    let posting = posting(quality(step), None, cause, QUALITY.to_owned(), as_of, at);
    let entry = appended(&mut next, posting, at.rules);
    measured.seq = entry.seq;
    let credit = &mut next.credit;
    credit.awarded = measured.award(at.rules);
    credit.quality = Some(measured);
    credit.findings.retain(|finding| finding.outlasts(as_of));
    let grade = credit.allowed(at.rules);
    settled(merchant, next, vec![entry], grade)
}

/// The papers of the merchant's workers changed: see [`crate::green_until`].
pub fn set_green_until(merchant: &Merchant, until: Option<Timestamp>, now: Timestamp) -> Step<Change, ()> {
    if merchant.profile.green_until == until {
        return Step::AlreadyDone(());
    }
    let mut next = touched(merchant, Cause::Workers, now);
    next.profile.green_until = until;
    Step::Done(Change { merchant: next, entries: Vec::new(), grade_change: None })
}

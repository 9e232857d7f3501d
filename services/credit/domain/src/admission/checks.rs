//! The blocking checks (准入审核). They are computed from the facts of the moment, all of them, each time; none can
//! be left out, since what decides is made here alone and asks for every kind by an exhaustive match.

use core::fmt;

use kernel::{CategoryCode, Timestamp};
use serde::{Deserialize, Serialize};

use super::application::Application;
use super::ban::Ban;
use super::dossier::Dossier;
use super::notice::Subject;
use super::paper::Verdict;
use super::policy::AdmissionPolicy;
use crate::denied::Denied;
use crate::prices::PriceList;

/// A blocking check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// The unified social credit code is active in the register (统一社会信用代码).
    Code,
    /// No running ban on the code, the legal representative or the controlling persons (禁入).
    Bans,
    /// The policy has a row for the category (准入政策).
    Policy,
    /// The qualifications and insurance that the category demands are verified and in date (资质).
    Papers,
    /// The current commitment of the category is signed and in force (服务承诺).
    Commitment,
    /// The price list speaks of every item of the category (明码标价).
    Prices,
    /// A worker with a green code, where homes are entered (安心码).
    Workers,
}

impl CheckKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Code, Self::Bans, Self::Policy, Self::Papers, Self::Commitment, Self::Prices, Self::Workers];

    /// Whether it is asked for each category, and not once.
    #[must_use]
    pub const fn is_per_category(self) -> bool {
        match self {
            Self::Code | Self::Bans => false,
            Self::Policy | Self::Papers | Self::Commitment | Self::Prices | Self::Workers => true,
        }
    }

    /// The one form in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Bans => "bans",
            Self::Policy => "policy",
            Self::Papers => "papers",
            Self::Commitment => "commitment",
            Self::Prices => "prices",
            Self::Workers => "workers",
        }
    }
}

impl fmt::Display for CheckKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// It holds.
    Passed,
    /// Something is not there yet.
    Missing,
    /// It does not hold.
    Failed,
}

impl CheckOutcome {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Passed, Self::Missing, Self::Failed];

    /// The one form in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Missing => "missing",
            Self::Failed => "failed",
        }
    }
}

/// A check with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which.
    pub kind: CheckKind,
    /// For which category, where it is asked for each.
    pub category: Option<CategoryCode>,
    /// How it came out.
    pub outcome: CheckOutcome,
    /// What it rests on, or what is missing; no personal data.
    pub evidence: String,
    /// The first moment at which it no longer holds by itself; none when it has no end, or does not hold.
    pub expires_at: Option<Timestamp>,
}

/// What the checks look at.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The policy.
    pub policy: &'a AdmissionPolicy,
    /// The file.
    pub dossier: &'a Dossier,
    /// The price list.
    pub prices: &'a PriceList,
    /// Until when at least one worker is green; none when none is.
    pub green_until: Option<Timestamp>,
    /// Bans that may be on the merchant or somebody behind it.
    pub bans: &'a [Ban],
    /// Now.
    pub now: Timestamp,
}

/// The outcome of all checks. Made by [`Assessment::of`] alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment(Vec<Check>);

/// What a single check finds: outcome, evidence, expiry.
type Found = (CheckOutcome, String, Option<Timestamp>);

impl Assessment {
    /// Runs every check of the application.
    #[must_use]
    pub fn of(application: &Application, facts: Facts<'_>) -> Self {
        let mut checks = Vec::new();
        for kind in CheckKind::ALL {
            if kind.is_per_category() {
                let categories = application.categories.iter();
                checks.extend(categories.map(|category| run(kind, Some(category), application, facts)));
            } else {
                checks.push(run(kind, None, application, facts));
            }
        }
        Self(checks)
    }

    /// The checks.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.0
    }

    /// Goes on only if every check is passed.
    ///
    /// # Errors
    /// [`Denied::ChecksOpen`] with those that are not.
    pub fn all_passed(&self) -> Result<(), Denied> {
        let open: Vec<Check> =
            self.0.iter().filter(|check| check.outcome != CheckOutcome::Passed).cloned().collect();
        if open.is_empty() { Ok(()) } else { Err(Denied::ChecksOpen(open)) }
    }
}

fn run(
    kind: CheckKind,
    category: Option<&CategoryCode>,
    application: &Application,
    facts: Facts<'_>,
) -> Check {
    let (outcome, evidence, expires_at) = match (kind, category) {
        (CheckKind::Code, _) => code(application, facts),
        (CheckKind::Bans, _) => bans(application, facts),
        (CheckKind::Policy, Some(category)) => policy(category, facts),
        (CheckKind::Papers, Some(category)) => papers(category, facts),
        (CheckKind::Commitment, Some(category)) => commitment(category, facts),
        (CheckKind::Prices, Some(category)) => prices(category, facts),
        (CheckKind::Workers, Some(category)) => workers(category, facts),
        (
            CheckKind::Policy
            | CheckKind::Papers
            | CheckKind::Commitment
            | CheckKind::Prices
            | CheckKind::Workers,
            None,
        ) => failed("asked for no category"),
    };
    Check { kind, category: category.cloned(), outcome, evidence, expires_at }
}

fn failed(evidence: impl Into<String>) -> Found {
    (CheckOutcome::Failed, evidence.into(), None)
}

fn missing(evidence: impl Into<String>) -> Found {
    (CheckOutcome::Missing, evidence.into(), None)
}

fn no_policy(category: &CategoryCode) -> Found {
    failed(Denied::NoPolicy(category.clone()).to_string())
}

fn code(application: &Application, facts: Facts<'_>) -> Found {
    match &application.code_check {
        None => missing("nobody has looked it up in the register yet"),
        Some(look) if !look.active => failed(look.evidence.clone()),
        Some(look) if look.good_until <= facts.now => missing("the look-up in the register is too old"),
        Some(look) => (CheckOutcome::Passed, look.evidence.clone(), Some(look.good_until)),
    }
}

fn bans(application: &Application, facts: Facts<'_>) -> Found {
    let on = |ban: &&Ban| ban.runs(facts.now) && ban.is_on(application.merchant, &application.registration);
    match facts.bans.iter().filter(on).map(|ban| ban.until).max() {
        Some(until) => failed(format!("a ban runs until {until}")),
        None => (CheckOutcome::Passed, format!("no ban runs at {}", facts.now), None),
    }
}

fn policy(category: &CategoryCode, facts: Facts<'_>) -> Found {
    match facts.policy.row(category) {
        Ok(_) => (
            CheckOutcome::Passed,
            format!("rules of admission, version {}", facts.policy.rules.version),
            None,
        ),
        Err(_) => no_policy(category),
    }
}

fn papers(category: &CategoryCode, facts: Facts<'_>) -> Found {
    let Ok(demanded) = facts.policy.papers(category) else { return no_policy(category) };
    let (mut seen, mut lacking, mut expires): (Vec<String>, Vec<String>, Option<Timestamp>) =
        Default::default();
    for code in demanded {
        let good = facts.dossier.papers.iter().filter(|paper| paper.code == code && paper.is_good(facts.now));
        match good.max_by_key(|paper| paper.valid_until) {
            Some(paper) => {
                let evidence = match &paper.verdict {
                    Verdict::Verified { evidence, .. } => evidence.as_str(),
                    Verdict::Waiting | Verdict::Refused { .. } => "",
                };
                seen.push(format!("{} {} until {}: {evidence}", code, paper.number, paper.valid_until));
                expires = Some(expires.map_or(paper.valid_until, |first| first.min(paper.valid_until)));
            }
            None => lacking.push(Subject::Paper(code).to_string()),
        }
    }
    if lacking.is_empty() {
        let evidence = if seen.is_empty() { "none is demanded".to_owned() } else { seen.join("; ") };
        (CheckOutcome::Passed, evidence, expires)
    } else {
        missing(format!("not verified or not in date: {}", lacking.join(", ")))
    }
}

fn commitment(category: &CategoryCode, facts: Facts<'_>) -> Found {
    let Ok(hash) = facts.policy.commitment_hash(category) else { return no_policy(category) };
    let signed = facts.dossier.signatures.iter().find(|signed| signed.category == *category);
    match signed {
        None => missing("not signed"),
        Some(signed) if signed.text_hash != hash => missing("an earlier text is signed"),
        Some(signed) if signed.until <= facts.now => missing("the signed commitment has expired"),
        Some(signed) => {
            let evidence = format!(
                "version {} signed by {} at {}, sha-256 {}",
                signed.version, signed.signer, signed.signed_at, signed.text_hash
            );
            (CheckOutcome::Passed, evidence, Some(signed.until))
        }
    }
}

fn prices(category: &CategoryCode, facts: Facts<'_>) -> Found {
    let Ok(row) = facts.policy.row(category) else { return no_policy(category) };
    let lacking = facts.prices.missing(&row.items, facts.now);
    if lacking.is_empty() && !row.items.is_empty() {
        let evidence = format!("price list, version {}", facts.prices.version);
        (CheckOutcome::Passed, evidence, None)
    } else {
        let codes: Vec<String> = lacking.iter().map(ToString::to_string).collect();
        missing(format!("nothing is said about: {}", codes.join(", ")))
    }
}

fn workers(category: &CategoryCode, facts: Facts<'_>) -> Found {
    let Ok(row) = facts.policy.row(category) else { return no_policy(category) };
    if !row.enters_home {
        return (CheckOutcome::Passed, "no home is entered".to_owned(), None);
    }
    match facts.green_until {
        Some(until) if facts.now < until => {
            (CheckOutcome::Passed, format!("a worker is green until {until}"), Some(until))
        }
        Some(_) | None => missing("no worker is green"),
    }
}

//! An application for admission (加盟申请): applied -> checks -> publicity -> admitted, or refused, or withdrawn.
//! Whoever investigated does not decide, and every step that leads inwards runs all checks anew.

use kernel::{Actor, ActorId, ApplicationId, CategoryCode, City, MerchantId, Step, Timestamp, Version};
use serde::{Deserialize, Serialize};

use super::ban::Registration;
use super::checks::{Assessment, Check, Facts};
use super::dossier::{DAY, Dossier, end_of_day};
use super::membership::{grant, readmit};
use super::paper::Verdict;
use super::policy::AdmissionPolicy;
use super::register::Attestation;
use super::remark::Remark;
use super::signing::Signature;
use super::wanted::{Wanted, check_holders, check_wanted};
use crate::commands::{Change, Opening, Recording, affiliate};
use crate::denied::{Denied, Faults};
use crate::merchant::{Merchant, Profile, Status};

const REASON_CHARS_MAX: usize = 500;

/// An application as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApplication {
    /// Its id.
    pub id: ApplicationId,
    /// The city.
    pub city: City,
    /// Who applies.
    pub merchant: MerchantId,
    /// What it will be.
    pub wanted: Wanted,
    /// The categories it applies for.
    pub categories: Vec<CategoryCode>,
    /// Who it is before the law.
    pub registration: Registration,
}

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ApplicationState {
    /// Handed in (已申请).
    Applied,
    /// Under examination (审核中).
    Checks,
    /// Made public before it is decided (公示中).
    Publicity {
        /// Since when.
        from: Timestamp,
        /// The first moment at which it may be decided.
        until: Timestamp,
    },
    /// Admitted (已加盟).
    Admitted {
        /// Who decided.
        by: ActorId,
        /// When.
        at: Timestamp,
    },
    /// Refused (不予加盟).
    Refused {
        /// Who decided.
        by: ActorId,
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
    /// Withdrawn by the merchant (已撤回).
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

impl ApplicationState {
    /// All words for it in storage and on the wire.
    pub const WORDS: [&'static str; 6] =
        ["applied", "checks", "publicity", "admitted", "refused", "withdrawn"];

    /// The one form in storage and on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Checks => "checks",
            Self::Publicity { .. } => "publicity",
            Self::Admitted { .. } => "admitted",
            Self::Refused { .. } => "refused",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Whether something can still become of it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self {
            Self::Applied | Self::Checks | Self::Publicity { .. } => true,
            Self::Admitted { .. } | Self::Refused { .. } | Self::Withdrawn { .. } => false,
        }
    }
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The city.
    pub city: City,
    /// Who applies.
    pub merchant: MerchantId,
    /// Counts the changes.
    pub version: Version,
    /// Whether the merchant was affiliated before and comes back (重新申请).
    pub again: bool,
    /// What it will be.
    pub wanted: Wanted,
    /// The categories it applies for.
    pub categories: Vec<CategoryCode>,
    /// Who it is before the law.
    pub registration: Registration,
    /// Who handed it in.
    pub applied_by: Actor,
    /// When.
    pub applied_at: Timestamp,
    /// Where it stands.
    #[serde(flatten)]
    pub state: ApplicationState,
    /// The look into the register.
    pub code_check: Option<Attestation>,
    /// The officers who had a hand in it: none of them decides.
    pub investigators: Vec<ActorId>,
    /// The checks as they were at the last step that asked for them.
    pub checks: Vec<Check>,
    /// What the public said while it was public.
    #[serde(default)]
    pub remarks: Vec<Remark>,
}

/// A new application, and the file it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The application.
    pub application: Application,
    /// The file: opened, or brought up to date.
    pub dossier: Dossier,
}

/// What an admission leads to; carried out whole, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The application, closed.
    pub application: Application,
    /// The file with what was granted.
    pub dossier: Dossier,
    /// The merchant, new or with more.
    pub change: Change,
}

impl Application {
    /// Hands in an application: of a newcomer, of a merchant that comes back, or of one that wants to serve more
    /// categories. A running ban does not keep anybody from applying: it keeps the application from going on.
    ///
    /// # Errors
    /// [`Denied`] when it does not fit, a category has no policy, or the merchant is suspended.
    pub fn open(
        new: NewApplication,
        dossier: Option<&Dossier>,
        merchant: Option<&Merchant>,
        policy: &AdmissionPolicy,
        by: Actor,
        now: Timestamp,
    ) -> Result<Opened, Denied> {
        check(&new)?;
        for category in &new.categories {
            policy.row(category)?;
        }
        let again = match merchant.map(|merchant| merchant.status) {
            Some(Status::Suspended) => {
                return Err(Denied::State { what: "the merchant", state: "suspended" });
            }
            Some(Status::Removed | Status::Left) => true,
            Some(Status::Affiliated) | None => false,
        };
        let NewApplication { id, city, merchant, wanted, categories, registration } = new;
        let dossier = match dossier {
            None => Dossier::opened(city, merchant, id, registration.clone()),
            Some(known) => {
                let same = |known: &Registration| known.code == registration.code;
                if !known.registration.as_ref().is_none_or(same) {
                    return Err(Denied::Exists("a file of this merchant with another code"));
                }
                let mut next = known.touched();
                // Whoever stood behind it stays in the file: a change of hands does not wash a ban off.
                next.registration = Some(joined(known.registration.as_ref(), &registration));
                next
            }
        };
        let application = Self {
            id,
            city,
            merchant,
            version: Version(1),
            again,
            wanted,
            categories,
            registration: dossier.registration.clone().unwrap_or(registration),
            applied_by: by,
            applied_at: now,
            state: ApplicationState::Applied,
            code_check: None,
            investigators: Vec::new(),
            checks: Vec::new(),
            remarks: Vec::new(),
        };
        Ok(Opened { application, dossier })
    }

    /// An officer takes it up.
    ///
    /// # Errors
    /// [`Denied`] when it is over.
    pub fn begin_checks(&self, officer: ActorId) -> Result<Step<Self, ()>, Denied> {
        match self.state {
            ApplicationState::Applied => {
                let mut next = self.handled(officer);
                next.state = ApplicationState::Checks;
                Ok(Step::Done(next))
            }
            ApplicationState::Checks => Ok(Step::AlreadyDone(())),
            ApplicationState::Publicity { .. }
            | ApplicationState::Admitted { .. }
            | ApplicationState::Refused { .. }
            | ApplicationState::Withdrawn { .. } => Err(self.not_now()),
        }
    }

    /// An officer looked into the register of organisations. The same said within a day is the first look; later it
    /// is another.
    ///
    /// # Errors
    /// [`Denied`] unless it is under examination or public, or when nothing is said.
    pub fn attest_code(
        &self,
        active: bool,
        evidence: &str,
        officer: ActorId,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, Denied> {
        if !matches!(self.state, ApplicationState::Checks | ApplicationState::Publicity { .. }) {
            return Err(self.not_now());
        }
        let same =
            |look: &Attestation| look.active == active && look.evidence == evidence && look.by == officer;
        if self.code_check.as_ref().is_some_and(|look| same(look) && now < look.at.after(DAY)) {
            return Ok(Step::AlreadyDone(()));
        }
        let mut faults = Faults::default();
        faults.text(evidence, REASON_CHARS_MAX, "#/evidence");
        faults.none()?;
        let mut next = self.handled(officer);
        next.code_check = Some(Attestation::of(active, evidence, officer, now));
        Ok(Step::Done(next))
    }

    /// An officer makes it public: every check is passed.
    ///
    /// # Errors
    /// [`Denied::ChecksOpen`], or when it is not under examination.
    pub fn publish(&self, facts: Facts<'_>, officer: ActorId) -> Result<Step<Self, ()>, Denied> {
        match self.state {
            ApplicationState::Checks => {}
            ApplicationState::Publicity { .. } => return Ok(Step::AlreadyDone(())),
            ApplicationState::Applied
            | ApplicationState::Admitted { .. }
            | ApplicationState::Refused { .. }
            | ApplicationState::Withdrawn { .. } => return Err(self.not_now()),
        }
        let assessment = Assessment::of(self, facts);
        assessment.all_passed()?;
        let mut next = self.handled(officer);
        let until = end_of_day(facts.now, facts.policy.rules.publicity_days);
        next.state = ApplicationState::Publicity { from: facts.now, until };
        next.checks = assessment.checks().to_vec();
        Ok(Step::Done(next))
    }

    /// A reviewer admits it, after the publicity period: every check is passed still.
    ///
    /// # Errors
    /// [`Denied`] when the period runs, a check is open, or the reviewer investigated.
    pub fn admit(
        &self,
        facts: Facts<'_>,
        merchant: Option<&Merchant>,
        reviewer: ActorId,
        at: Recording<'_>,
    ) -> Result<Step<Admitted, ()>, Denied> {
        match self.state {
            ApplicationState::Publicity { until, .. } if at.now < until => {
                return Err(Denied::PublicityRuns(until));
            }
            ApplicationState::Publicity { .. } => {}
            ApplicationState::Admitted { .. } => return Ok(Step::AlreadyDone(())),
            ApplicationState::Applied
            | ApplicationState::Checks
            | ApplicationState::Refused { .. }
            | ApplicationState::Withdrawn { .. } => return Err(self.not_now()),
        }
        if self.investigated(facts.dossier, reviewer) {
            return Err(Denied::SamePerson);
        }
        self.remarks_answered()?;
        let assessment = Assessment::of(self, Facts { now: at.now, ..facts });
        assessment.all_passed()?;
        let mut dossier = facts.dossier.touched();
        if merchant.is_some_and(|merchant| matches!(merchant.status, Status::Removed | Status::Left)) {
            // Who comes back gets what was checked now, and nothing that it had before.
            dossier.formerly_granted.append(&mut dossier.granted.drain(..).collect());
            dossier.owed.clear();
        }
        // What was checked here is owed no longer.
        dossier.owed.retain(|owed| !self.categories.contains(&owed.category));
        dossier.register_check = self.code_check.clone();
        let new = self.categories.iter().filter(|category| !dossier.granted.contains(category));
        let new: Vec<CategoryCode> = new.cloned().collect();
        dossier.granted.extend(new);
        let serving = dossier.serving(facts.policy, at.now);
        let profile = self.profile(serving, facts.green_until);
        let change = match merchant.map(|merchant| (merchant, merchant.status)) {
            None => affiliate(profile, Opening::Newcomer, at),
            Some((merchant, Status::Removed | Status::Left)) => readmit(merchant, self.id, profile, at),
            Some((merchant, Status::Affiliated)) => grant(merchant, self.id, profile.categories, at.now),
            Some((_, Status::Suspended)) => {
                return Err(Denied::State { what: "the merchant", state: "suspended" });
            }
        };
        let mut application = self.touched();
        application.state = ApplicationState::Admitted { by: reviewer, at: at.now };
        application.checks = assessment.checks().to_vec();
        Ok(Step::Done(Admitted { application, dossier, change }))
    }

    /// A reviewer refuses it.
    ///
    /// # Errors
    /// [`Denied`] when it is over, no reason is given, or the reviewer investigated.
    pub fn refuse(
        &self,
        reason: &str,
        dossier: &Dossier,
        reviewer: ActorId,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, Denied> {
        if matches!(self.state, ApplicationState::Refused { .. }) {
            return Ok(Step::AlreadyDone(()));
        }
        self.still_open()?;
        if self.investigated(dossier, reviewer) {
            return Err(Denied::SamePerson);
        }
        let mut faults = Faults::default();
        faults.text(reason, REASON_CHARS_MAX, "#/reason");
        faults.none()?;
        let mut next = self.touched();
        next.state = ApplicationState::Refused { by: reviewer, at: now, reason: reason.to_owned() };
        Ok(Step::Done(next))
    }

    /// The merchant takes it back.
    ///
    /// # Errors
    /// [`Denied`] when it is over.
    pub fn withdraw(&self, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        if matches!(self.state, ApplicationState::Withdrawn { .. }) {
            return Ok(Step::AlreadyDone(()));
        }
        self.still_open()?;
        let mut next = self.touched();
        next.state = ApplicationState::Withdrawn { at: now };
        Ok(Step::Done(next))
    }

    /// Whether this person had a hand in it: took it up, looked up the code, answered a remark, judged a paper of the
    /// file, or recorded a signature on paper.
    #[must_use]
    pub fn investigated(&self, dossier: &Dossier, person: ActorId) -> bool {
        let judged = |verdict: &Verdict| match verdict {
            Verdict::Verified { by, .. } | Verdict::Refused { by, .. } => *by == person,
            Verdict::Waiting => false,
        };
        let actor = Actor::Staff { id: person };
        let recorded = |signed: &Signature| signed.signer == actor;
        self.applied_by == actor
            || self.investigators.contains(&person)
            || dossier.signatures.iter().any(recorded)
            || dossier.papers.iter().any(|paper| judged(&paper.verdict))
    }

    fn profile(
        &self,
        categories: Vec<crate::merchant::Commitment>,
        green_until: Option<Timestamp>,
    ) -> Profile {
        let Wanted { name, home, areas, capacity, hours } = self.wanted.clone();
        Profile {
            id: self.merchant,
            city: self.city,
            name,
            home,
            areas,
            categories,
            capacity,
            hours,
            green_until,
        }
    }

    pub(super) fn handled(&self, officer: ActorId) -> Self {
        let mut next = self.touched();
        if !next.investigators.contains(&officer) {
            next.investigators.push(officer);
        }
        next
    }

    pub(super) fn touched(&self) -> Self {
        Self { version: self.version.next(), ..self.clone() }
    }

    fn still_open(&self) -> Result<(), Denied> {
        if self.state.is_open() { Ok(()) } else { Err(self.not_now()) }
    }

    pub(super) fn not_now(&self) -> Denied {
        Denied::State { what: "the application", state: self.state.as_str() }
    }
}

/// The new registration, with everybody who stood behind the merchant before.
pub(super) fn joined(before: Option<&Registration>, now: &Registration) -> Registration {
    let mut joined = now.clone();
    let gone = before.iter().flat_map(|before| &before.holders);
    for holder in gone {
        if !joined.holders.iter().any(|other| other.key == holder.key) {
            joined.holders.push(holder.clone());
        }
    }
    joined
}

fn check(new: &NewApplication) -> Result<(), Denied> {
    let mut faults = Faults::default();
    check_wanted(&mut faults, new.city, &new.wanted, &new.categories);
    check_holders(&mut faults, &new.registration, "#/holders");
    faults.none()
}

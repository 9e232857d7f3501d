//! The look into the register of organisations (登记核查).

use kernel::{ActorId, Step, Timestamp};
use serde::{Deserialize, Serialize};

use super::application::joined;
use super::ban::{Ban, Holder, Registration};
use super::dossier::{DAY, Dossier};
use super::wanted::check_holders;
use crate::denied::{Denied, Faults};

/// How long a look is good, in days.
const LOOK_UP_DAYS: u32 = 30;

/// A look into the register of organisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// Whether the code is active there, with these holders.
    pub active: bool,
    /// What was seen, and where it lies.
    pub evidence: String,
    /// Who looked.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
    /// The first moment at which one must look again.
    pub good_until: Timestamp,
}

impl Attestation {
    /// Somebody has looked now.
    #[must_use]
    pub fn of(active: bool, evidence: &str, by: ActorId, at: Timestamp) -> Self {
        Self { active, evidence: evidence.to_owned(), by, at, good_until: at.after(DAY * LOOK_UP_DAYS) }
    }
}

/// Characters of what was seen.
const EVIDENCE_CHARS_MAX: usize = 500;

impl Dossier {
    /// Others stand behind the merchant now (变更登记), as an officer saw in the register. Whoever stood there before
    /// stays known, so that a ban finds them too. Already done when nobody is new.
    ///
    /// # Errors
    /// [`Denied`] when they do not fit, nothing says where it was seen, the code is not known, or a ban runs on anybody
    /// of them: `bans` are those that do.
    pub fn register_anew(
        &self,
        holders: Vec<Holder>,
        evidence: &str,
        bans: &[Ban],
        by: ActorId,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, Denied> {
        let before = self.registration.as_ref();
        let code = before.map(|known| known.code);
        let code = code.ok_or(Denied::State { what: "the file", state: "without a code" })?;
        let registration = Registration { code, holders };
        let is_known = |new: &Holder| {
            before.is_some_and(|known| {
                known.holders.iter().any(|old| (old.role, old.key) == (new.role, new.key))
            })
        };
        if !registration.holders.is_empty() && registration.holders.iter().all(is_known) {
            return Ok(Step::AlreadyDone(()));
        }
        let mut faults = Faults::default();
        check_holders(&mut faults, &registration, "#/holders");
        faults.text(evidence, EVIDENCE_CHARS_MAX, "#/evidence");
        faults.none()?;
        if bans.iter().any(|ban| ban.runs(now) && ban.is_on(self.merchant, &registration)) {
            return Err(Denied::State { what: "somebody who stands behind the merchant", state: "banned" });
        }
        let seen = Attestation::of(true, evidence, by, now);
        let registration = Some(joined(before, &registration));
        Ok(Step::Done(Self { registration, register_check: Some(seen), ..self.touched() }))
    }
}

//! Signing the integrated service commitment (签署承诺): at the interface by the merchant's own account, or on paper,
//! of which an officer records what the paper says.

use kernel::{Actor, ActorId, CategoryCode, Step, Timestamp};
use serde::{Deserialize, Serialize};

use super::ban::masked;
use super::dossier::{DAY, Dossier, end_of_day};
use super::policy::AdmissionPolicy;
use crate::denied::{Denied, Faults};

const NAME_CHARS_MAX: usize = 60;
const EVIDENCE_CHARS_MAX: usize = 500;
/// A paper that was signed longer ago is signed anew, in days.
const PAPER_DAYS_MAX: u32 = 30;

/// A signed commitment (签署的承诺): which text, by whom, when, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// For which category.
    pub category: CategoryCode,
    /// The version of the text.
    pub version: u32,
    /// Its SHA-256.
    pub text_hash: String,
    /// Who signed; who recorded it, where it was signed on paper.
    pub signer: Actor,
    /// When.
    pub signed_at: Timestamp,
    /// The first moment at which it is no longer in force.
    pub until: Timestamp,
    /// What the paper says, where it was signed on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_paper: Option<OnPaper>,
}

/// A signature on paper (纸质签署).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnPaper {
    /// Who signed: of the name its first character is kept.
    pub signed_by: String,
    /// SHA-256 of the scan of the signed paper.
    pub scan_hash: String,
    /// Where paper and scan lie.
    pub evidence: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// A signature on paper as an officer records it.
#[derive(Clone, PartialEq, Eq)]
pub struct PaperSigned {
    /// Who signed. Personal: a first character is kept.
    pub name: String,
    /// When.
    pub signed_at: Timestamp,
    /// SHA-256 of the scan, as 64 hex digits.
    pub scan_hash: String,
    /// Where paper and scan lie.
    pub evidence: String,
}

impl core::fmt::Debug for PaperSigned {
    /// Without the name.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PaperSigned").field("signed_at", &self.signed_at).finish_non_exhaustive()
    }
}

/// Which text was in front of the signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// For which category.
    pub category: CategoryCode,
    /// The version of the text.
    pub version: u32,
    /// Its SHA-256.
    pub text_hash: String,
}

impl Dossier {
    /// Signs the commitment of a category: the version and the hash say which text was in front of the signer.
    /// Signing again what was signed within a day is the first signature; later it renews.
    ///
    /// # Errors
    /// [`Denied`] without a policy for the category, or for another text than the one in force.
    pub fn sign(
        &self,
        what: Signed,
        signer: Actor,
        policy: &AdmissionPolicy,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, Denied> {
        in_force(&what, policy)?;
        let known = self.signatures.iter().find(|known| known.category == what.category);
        let again = |known: &Signature| known.text_hash == what.text_hash && now < known.signed_at.after(DAY);
        if known.is_some_and(again) {
            return Ok(Step::AlreadyDone(()));
        }
        Ok(Step::Done(self.signed(what, signer, now, None, policy)))
    }

    /// An officer records that the commitment was signed on paper. It is in force from the moment at which it was signed.
    /// The same paper again is the first one.
    ///
    /// # Errors
    /// [`Denied`] as for [`Dossier::sign`], when the moment does not fit, or something is not said.
    pub fn sign_on_paper(
        &self,
        what: Signed,
        paper: PaperSigned,
        officer: ActorId,
        policy: &AdmissionPolicy,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, Denied> {
        in_force(&what, policy)?;
        let PaperSigned { name, signed_at, scan_hash, evidence } = paper;
        let same = |known: &Signature| {
            let scan = known.on_paper.as_ref().is_some_and(|paper| paper.scan_hash == scan_hash);
            scan && known.category == what.category && known.text_hash == what.text_hash
        };
        if self.signatures.iter().any(same) {
            return Ok(Step::AlreadyDone(()));
        }
        let mut faults = Faults::default();
        faults.text(&name, NAME_CHARS_MAX, "#/signed_by");
        faults.text(&evidence, EVIDENCE_CHARS_MAX, "#/evidence");
        let hex = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
        let hash = scan_hash.len() == 64 && scan_hash.bytes().all(hex);
        faults.unless(
            hash,
            "#/scan_hash",
            "须为扫描件的 SHA-256，64 位小写十六进制",
            "must be the SHA-256 of the scan, as 64 lower-case hex digits",
        );
        let timely = signed_at <= now && now < signed_at.after(DAY * PAPER_DAYS_MAX);
        faults.unless(timely, "#/signed_at", "须在最近 30 天内", "must lie within the last 30 days");
        faults.none()?;
        let paper = OnPaper { signed_by: masked(&name), scan_hash, evidence, recorded_at: now };
        Ok(Step::Done(self.signed(what, Actor::Staff { id: officer }, signed_at, Some(paper), policy)))
    }

    fn signed(
        &self,
        what: Signed,
        signer: Actor,
        signed_at: Timestamp,
        on_paper: Option<OnPaper>,
        policy: &AdmissionPolicy,
    ) -> Self {
        let Signed { category, version, text_hash } = what;
        let mut next = self.touched();
        next.signatures.retain(|known| known.category != category);
        let until = end_of_day(signed_at, policy.rules.commitment_days);
        next.signatures.push(Signature { category, version, text_hash, signer, signed_at, until, on_paper });
        next
    }
}

fn in_force(what: &Signed, policy: &AdmissionPolicy) -> Result<(), Denied> {
    let hash = policy.commitment_hash(&what.category)?;
    let same = what.version == policy.rules.commitment.version && what.text_hash == hash;
    if same { Ok(()) } else { Err(Denied::OtherText) }
}

//! Merchants' files as they are sent and shown.

use credit_domain::admission::{
    Attestation, CategoryState, Dossier, OnPaper, Origin, Paper, Signature, Stage, Verdict,
};
use kernel::{
    Actor, ActorId, ApplicationId, CategoryCode, City, MerchantId, QualificationCode, Timestamp, Version,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::application_views::HolderBody;
use crate::usecases::{DossierSeen, LogLine};

/// A qualification or an insurance of the merchant (资质, 保险).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Paper)]
pub(super) struct PaperView {
    /// Its number in the file.
    id: u32,
    code: QualificationCode,
    /// The number on it.
    number: String,
    /// Who issued it.
    issuer: String,
    /// The first moment at which it is no longer good.
    valid_until: Timestamp,
    filed_at: Timestamp,
    /// `waiting`, `verified` or `refused`.
    verdict: &'static str,
    /// The evidence or the reason, once an officer has looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
}

/// A signed commitment (签署的承诺).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CommitmentSignature)]
pub(super) struct SignatureView {
    category: CategoryCode,
    /// The version of the text.
    version: u32,
    /// SHA-256 of the text that was signed.
    text_hash: String,
    signed_at: Timestamp,
    /// The first moment at which it is no longer in force.
    until: Timestamp,
    /// What the paper says, where it was signed on paper and an officer recorded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_paper: Option<OnPaperView>,
}

/// A signature on paper (纸质签署).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaperSignature)]
pub(super) struct OnPaperView {
    /// Who signed: the first character of the name.
    signed_by: String,
    /// SHA-256 of the scan.
    scan_hash: String,
    /// Where paper and scan lie.
    evidence: String,
    recorded_at: Timestamp,
}

/// By whom a merchant was taken over (存量接收).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TakenOver)]
pub(super) struct TakenOverView {
    /// The member of staff who proposed it and looked up its code.
    proposed_by: ActorId,
    /// The member of staff who approved it.
    approved_by: ActorId,
    at: Timestamp,
    /// Whether it has handed in by now what the policy asks of everybody. Until then it has no certificate.
    complete: bool,
}

/// The look into the register of organisations by which it came in (登记核查).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegisterCheck)]
pub(super) struct RegisterCheckView {
    /// Whether the code was active there.
    active: bool,
    /// What was seen, and where it lies.
    evidence: String,
    at: Timestamp,
}

/// How a category stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategoryAdmission)]
pub(super) struct CategoryView {
    category: CategoryCode,
    /// Until when it may be served: the first end of what it rests on; absent while it is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    /// Until when its signed commitment is in force; absent where none is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    commitment_until: Option<Timestamp>,
    /// The first moment at which what is missing suspends it, of a category that was taken over.
    #[serde(skip_serializing_if = "Option::is_none")]
    complete_by: Option<Timestamp>,
    /// What is missing or has ended, such as `paper:electrician` or `commitment:cleaning`; of a category that was taken
    /// over also `prices:cleaning` and `workers:cleaning`.
    missing: Vec<String>,
}

/// A merchant's file (企业档案).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MerchantFile)]
pub(super) struct View {
    pub(super) merchant: MerchantId,
    pub(super) city: City,
    /// Where the merchant stands: from `applied` to `affiliated`, `suspended`, `removed`, `banned`, `left`,
    /// `re_applied`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(super) stage: Option<Stage>,
    /// `application`; `taken_over` for a merchant that was affiliated before files were kept here; `sample` for one of a
    /// sample city, which does not exist.
    pub(super) origin: &'static str,
    /// By whom it was taken over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) taken_over: Option<TakenOverView>,
    /// The application by which it came first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_application: Option<ApplicationId>,
    /// The unified social credit code, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    /// What was seen of it in the register of organisations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) register_check: Option<RegisterCheckView>,
    /// The categories that it was admitted to.
    pub(super) categories: Vec<CategoryView>,
    /// Its papers, the first handed in first.
    pub(super) papers: Vec<PaperView>,
    /// The commitments that it signed.
    pub(super) signatures: Vec<SignatureView>,
    pub(super) version: Version,
}

/// A paper to be handed in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPaper)]
pub(super) struct PaperBody {
    /// Which proof it is, as the catalogue names it, or `liability-insurance`.
    pub(super) code: QualificationCode,
    /// The number on it; at most 100 characters.
    pub(super) number: String,
    /// Who issued it; at most 100 characters.
    pub(super) issuer: String,
    /// The first moment at which it is no longer good.
    pub(super) valid_until: Timestamp,
}

/// What was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaperEvidence)]
pub(super) struct VerifyBody {
    /// Where the copy lies, which register was asked; at most 500 characters, no personal data.
    pub(super) evidence: String,
}

/// Who stands behind the merchant now, as it was seen in the register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRegistration)]
pub(super) struct RegistrationBody {
    /// One legal representative, and those who control it: at most 20 persons.
    pub(super) holders: Vec<HolderBody>,
    /// What was seen, and where it lies; at most 500 characters, no personal data.
    pub(super) evidence: String,
}

/// Why it is not what it says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaperRefusal)]
pub(super) struct RefuseBody {
    /// At most 500 characters, no personal data.
    pub(super) reason: String,
}

/// Which text was in front of the signer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CommitmentSigning)]
pub(super) struct SignBody {
    pub(super) category: CategoryCode,
    /// The version of the text.
    pub(super) version: u32,
    /// Its SHA-256, as `GET /v1/commitments/{category}` gives it.
    pub(super) text_hash: String,
}

/// What a signed paper says. No `Debug`: personal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaperSigning)]
pub(super) struct PaperSignBody {
    pub(super) category: CategoryCode,
    /// The version of the text on the paper.
    pub(super) version: u32,
    /// SHA-256 of that text, as `GET /v1/commitments/{category}` gives it.
    pub(super) text_hash: String,
    /// The name of who signed, at most 60 characters: its first one is kept, the paper has the rest.
    pub(super) signed_by: String,
    /// When it was signed: within the last 30 days.
    pub(super) signed_at: Timestamp,
    /// SHA-256 of the scan of the signed paper, as 64 lower-case hex digits.
    pub(super) scan_hash: String,
    /// Where paper and scan lie, at most 500 characters.
    pub(super) evidence: String,
}

/// Something that was done to the file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdmissionLogLine)]
pub(super) struct LogView {
    /// Rises with time.
    pub(super) id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) application: Option<ApplicationId>,
    /// Such as `paper-verified` or `admitted`.
    pub(super) what: String,
    /// By whom.
    pub(super) by: Actor,
    pub(super) at: Timestamp,
    /// With what.
    #[schema(value_type = Object)]
    pub(super) detail: serde_json::Value,
}

/// The merchant that left.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MerchantThatLeft)]
pub(super) struct LeftView {
    pub(super) merchant: MerchantId,
    pub(super) version: Version,
}

impl From<DossierSeen> for View {
    fn from(seen: DossierSeen) -> Self {
        let DossierSeen { dossier, stage, categories } = seen;
        let complete = dossier.is_whole();
        let categories = categories.into_iter().map(|state| CategoryView::of(state, &dossier)).collect();
        let Dossier { city, merchant, version, origin, registration, papers, signatures, .. } = dossier;
        let (origin, first_application, taken_over) = match origin {
            Origin::Application { application } => ("application", Some(application), None),
            Origin::TakenOver { proposed_by, approved_by, taken_over_at: at } => {
                ("taken_over", None, Some(TakenOverView { proposed_by, approved_by, at, complete }))
            }
            Origin::Sample => ("sample", None, None),
        };
        Self {
            merchant,
            city,
            stage,
            origin,
            taken_over,
            first_application,
            code: registration.map(|known| known.code.to_string()),
            register_check: dossier.register_check.map(RegisterCheckView::from),
            categories,
            papers: papers.into_iter().map(PaperView::from).collect(),
            signatures: signatures.into_iter().map(SignatureView::from).collect(),
            version,
        }
    }
}

impl CategoryView {
    fn of(state: CategoryState, file: &Dossier) -> Self {
        let CategoryState { category, until, missing } = state;
        let signed = file.signatures.iter().find(|signed| signed.category == category);
        let owed = file.owed.iter().find(|owed| owed.category == category);
        Self {
            until,
            commitment_until: signed.map(|signed| signed.until),
            complete_by: owed.map(|owed| owed.complete_by),
            missing: missing.iter().map(ToString::to_string).collect(),
            category,
        }
    }
}

impl From<Attestation> for RegisterCheckView {
    fn from(look: Attestation) -> Self {
        let Attestation { active, evidence, by: _, at, good_until: _ } = look;
        Self { active, evidence, at }
    }
}

impl From<Paper> for PaperView {
    fn from(paper: Paper) -> Self {
        let Paper { id, code, number, issuer, valid_until, filed_by: _, filed_at, verdict } = paper;
        let (verdict, said) = match verdict {
            Verdict::Waiting => ("waiting", None),
            Verdict::Verified { evidence, .. } => ("verified", Some(evidence)),
            Verdict::Refused { reason, .. } => ("refused", Some(reason)),
        };
        Self { id, code, number, issuer, valid_until, filed_at, verdict, said }
    }
}

impl From<Signature> for SignatureView {
    fn from(signature: Signature) -> Self {
        let Signature { category, version, text_hash, signer: _, signed_at, until, on_paper } = signature;
        let on_paper = on_paper.map(|paper| {
            let OnPaper { signed_by, scan_hash, evidence, recorded_at } = paper;
            OnPaperView { signed_by, scan_hash, evidence, recorded_at }
        });
        Self { category, version, text_hash, signed_at, until, on_paper }
    }
}

impl From<LogLine> for LogView {
    fn from(line: LogLine) -> Self {
        let LogLine { id, application, what, by, at, detail } = line;
        Self { id, application, what, by, at, detail }
    }
}

//! Applications as they are sent and shown.

use chassis::auth::{Permission, Staff};
use chassis::http::Problem;
use chassis::http::problem::INVALID_BODY;
use credit_domain::admission::{
    Application, ApplicationState, Check, CheckKind, CheckOutcome, Dossier, Holder, HolderRole,
    IdentityDocument, IdentityError, Remark, Stage,
};
use kernel::{
    Actor, ActorId, ApplicationId, Area, CategoryCode, City, MerchantId, SocialCreditCode, Timestamp, Version,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::merchants::HoursView;
use super::{may_act_for, words};
use crate::usecases::ApplicationSeen;

/// Somebody behind the merchant. No `Debug`: personal. Of the name its first character is kept, of the document
/// nothing but what it is matched by.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewHolder)]
pub(super) struct HolderBody {
    /// `legal_representative` or `controlling_person`.
    #[schema(value_type = String)]
    pub(super) role: HolderRole,
    /// The full name.
    pub(super) name: String,
    /// `resident:` and the 18 characters, `organisation:` and the code, or `passport:` and the number.
    pub(super) document: String,
}

/// An application. No `Debug`: personal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewApplication)]
pub(super) struct ApplyBody {
    pub(super) city: City,
    /// The merchant, when it has a file already; its own account need not name it.
    #[serde(default)]
    pub(super) merchant: Option<MerchantId>,
    /// The name of the company, to be published.
    pub(super) name: String,
    /// The unified social credit code (统一社会信用代码).
    pub(super) code: SocialCreditCode,
    /// The legal representative and the controlling persons.
    pub(super) holders: Vec<HolderBody>,
    /// The street its people start from.
    pub(super) home: Area,
    /// The streets it serves.
    pub(super) areas: Vec<Area>,
    /// Jobs it can hold at once.
    pub(super) capacity: u16,
    /// Round the clock when absent.
    #[serde(default)]
    pub(super) hours: Option<HoursView>,
    /// For which categories.
    pub(super) categories: Vec<CategoryCode>,
}

/// An application that was handed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AppliedFor)]
pub(super) struct AppliedView {
    pub(super) id: ApplicationId,
    /// The merchant that it is of: papers, commitments and prices are handed in under this id.
    pub(super) merchant: MerchantId,
    pub(super) version: Version,
}

/// Somebody behind the merchant, masked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Holder)]
pub(super) struct HolderView {
    /// `legal_representative` or `controlling_person`.
    #[schema(value_type = String)]
    pub(super) role: HolderRole,
    /// The first character of the name.
    pub(super) masked_name: String,
}

/// A blocking check (准入审核).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdmissionCheck)]
pub(super) struct CheckView {
    #[schema(schema_with = words::check_kind)]
    pub(super) kind: CheckKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) category: Option<CategoryCode>,
    #[schema(schema_with = words::check_outcome)]
    pub(super) outcome: CheckOutcome,
    /// What it rests on, or what is missing.
    pub(super) evidence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires_at: Option<Timestamp>,
}

/// What can be done with an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ApplicationAction)]
pub(super) enum Action {
    BeginChecks,
    AttestCode,
    Publish,
    AnswerRemark,
    Admit,
    Refuse,
    Withdraw,
}

/// An application (加盟申请).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Application)]
pub(super) struct View {
    pub(super) id: ApplicationId,
    pub(super) city: City,
    pub(super) merchant: MerchantId,
    #[schema(schema_with = words::application_state)]
    pub(super) state: &'static str,
    /// Whether the merchant was affiliated before and comes back.
    pub(super) again: bool,
    /// The name of the company, to be published.
    pub(super) name: String,
    pub(super) code: SocialCreditCode,
    pub(super) home: Area,
    /// The streets it serves.
    pub(super) areas: Vec<Area>,
    /// Jobs it can hold at once.
    pub(super) capacity: u16,
    pub(super) hours: HoursView,
    /// What it applies for.
    pub(super) categories: Vec<CategoryCode>,
    pub(super) applied_at: Timestamp,
    /// The first moment at which it may be decided, while it is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_until: Option<Timestamp>,
    /// When it was decided or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ended_at: Option<Timestamp>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    pub(super) version: Version,
}

/// An application as it is made public before it is decided (加盟公示).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicApplication)]
pub(super) struct PublicView {
    pub(super) id: ApplicationId,
    /// The name of the company.
    pub(super) name: String,
    /// The unified social credit code.
    pub(super) code: SocialCreditCode,
    /// What it applies for.
    pub(super) categories: Vec<CategoryCode>,
    /// Since when it is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public_from: Option<Timestamp>,
    /// The first moment at which it may be decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public_until: Option<Timestamp>,
}

/// An application with all that is needed to decide.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationInFull)]
pub(super) struct FullView {
    #[serde(flatten)]
    pub(super) application: View,
    /// Where the merchant stands: from `applied` to `affiliated`, `suspended`, `removed`, `banned`, `left`,
    /// `re_applied`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(super) stage: Option<Stage>,
    /// Who is behind the merchant, masked.
    pub(super) holders: Vec<HolderView>,
    /// Every check, as it comes out now, or as it was when it was decided.
    pub(super) checks: Vec<CheckView>,
    /// What the public said while it was public.
    pub(super) remarks: Vec<RemarkView>,
    /// What you may do with it now.
    pub(super) allowed_actions: Vec<Action>,
}

/// A statement of the public (公示期意见).
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationRemark)]
pub(super) struct RemarkView {
    /// Its number.
    id: u32,
    /// The first character of the name of who said it; absent when it is anonymous, and for whoever does not work on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// What is said; absent for whoever does not work on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    at: Timestamp,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<Timestamp>,
    /// What was looked into and found.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<String>,
}

/// What was seen in the register of organisations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CodeAttestation)]
pub(super) struct AttestBody {
    /// Whether the code is active there, with these holders.
    pub(super) active: bool,
    /// What was seen and where it lies, at most 500 characters; no personal data.
    pub(super) evidence: String,
}

/// Why it is refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApplicationRefusal)]
pub(super) struct RefuseBody {
    /// At most 500 characters; no personal data.
    pub(super) reason: String,
}

/// Turns names and documents into what is kept of them. A document that does not fit is named by its place alone.
pub(super) fn holders(bodies: &[HolderBody]) -> Result<Vec<Holder>, Problem> {
    let holder = |(place, body): (usize, &HolderBody)| {
        let document: IdentityDocument = body.document.parse().map_err(|error: IdentityError| {
            let pointer = format!("#/holders/{place}/document");
            Problem::new(INVALID_BODY).at(pointer, "invalid-value", error.to_string())
        })?;
        Ok(Holder::new(body.role, &body.name, document))
    };
    bodies.iter().enumerate().map(holder).collect()
}

impl FullView {
    pub(super) fn of(seen: ApplicationSeen, staff: &Staff) -> Self {
        let ApplicationSeen { application, dossier, checks, stage } = seen;
        let passed = checks.iter().all(|check| check.outcome == CheckOutcome::Passed);
        let allowed_actions = allowed(&application, &dossier, passed, staff);
        // What people say is for those who look into it and decide.
        let reads = staff.require(Permission::ReadStatements).is_ok();
        let shown =
            |holder: &Holder| HolderView { role: holder.role, masked_name: holder.masked_name.clone() };
        Self {
            stage,
            holders: application.registration.holders.iter().map(shown).collect(),
            checks: checks.into_iter().map(CheckView::from).collect(),
            remarks: application.remarks.iter().map(|said| RemarkView::of(said, reads)).collect(),
            allowed_actions,
            application: application.into(),
        }
    }
}

/// What this person may try now. Whether the publicity period is over is for the command to say.
fn allowed(application: &Application, dossier: &Dossier, passed: bool, staff: &Staff) -> Vec<Action> {
    let may = |permission| staff.require(permission).is_ok();
    let mut actions = Vec::new();
    if !application.state.is_open() {
        return actions;
    }
    if may(Permission::ExamineAdmissions) {
        match application.state {
            ApplicationState::Applied => actions.push(Action::BeginChecks),
            ApplicationState::Checks => {
                actions.push(Action::AttestCode);
                if passed {
                    actions.push(Action::Publish);
                }
            }
            ApplicationState::Publicity { .. } => {
                actions.push(Action::AttestCode);
                if application.remarks.iter().any(|said| said.answer.is_none()) {
                    actions.push(Action::AnswerRemark);
                }
            }
            ApplicationState::Admitted { .. }
            | ApplicationState::Refused { .. }
            | ApplicationState::Withdrawn { .. } => {}
        }
    }
    let decides = |id: ActorId| may(Permission::DecideAdmissions) && !application.investigated(dossier, id);
    if matches!(staff.0.actor, Actor::Staff { id } if decides(id)) {
        let answered = application.remarks.iter().all(|said| said.answer.is_some());
        if passed && answered && matches!(application.state, ApplicationState::Publicity { .. }) {
            actions.push(Action::Admit);
        }
        actions.push(Action::Refuse);
    }
    if may(Permission::ApplyForAdmission) && may_act_for(staff.0.actor, Some(application.merchant)).is_ok() {
        actions.push(Action::Withdraw);
    }
    actions
}

impl RemarkView {
    fn of(said: &Remark, reads: bool) -> Self {
        let Remark { id, name, text, at, answer } = said;
        Self {
            id: *id,
            name: name.clone().filter(|_| reads),
            text: reads.then(|| text.clone()),
            at: *at,
            answered_at: answer.as_ref().map(|answer| answer.at),
            found: answer.as_ref().filter(|_| reads).map(|answer| answer.found.clone()),
        }
    }
}

impl From<Application> for View {
    fn from(application: Application) -> Self {
        let Application { id, city, merchant, version, again, wanted, categories, registration, .. } =
            application;
        let state = application.state.as_str();
        let (public_until, ended_at, reason) = match application.state {
            ApplicationState::Applied | ApplicationState::Checks => (None, None, None),
            ApplicationState::Publicity { until, .. } => (Some(until), None, None),
            ApplicationState::Admitted { at, .. } | ApplicationState::Withdrawn { at } => {
                (None, Some(at), None)
            }
            ApplicationState::Refused { at, reason, .. } => (None, Some(at), Some(reason)),
        };
        Self {
            id,
            city,
            merchant,
            state,
            again,
            name: wanted.name,
            code: registration.code,
            home: wanted.home,
            areas: wanted.areas,
            capacity: wanted.capacity,
            hours: HoursView { opens: wanted.hours.opens, closes: wanted.hours.closes },
            categories,
            applied_at: application.applied_at,
            public_until,
            ended_at,
            reason,
            version,
        }
    }
}

impl From<Application> for PublicView {
    fn from(application: Application) -> Self {
        let (public_from, public_until) = match application.state {
            ApplicationState::Publicity { from, until } => (Some(from), Some(until)),
            ApplicationState::Applied
            | ApplicationState::Checks
            | ApplicationState::Admitted { .. }
            | ApplicationState::Refused { .. }
            | ApplicationState::Withdrawn { .. } => (None, None),
        };
        let Application { id, wanted, registration, categories, .. } = application;
        Self { id, name: wanted.name, code: registration.code, categories, public_from, public_until }
    }
}

impl From<Check> for CheckView {
    fn from(check: Check) -> Self {
        let Check { kind, category, outcome, evidence, expires_at } = check;
        Self { kind, category, outcome, evidence, expires_at }
    }
}

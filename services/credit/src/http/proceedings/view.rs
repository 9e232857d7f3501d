//! A proceeding as people see it.

use chassis::auth::{Permission, Staff};
use credit_domain::process::{
    ActKind, Doer, Due, Emergency, End, Hearing, Measure, Outcome, Proceeding, Said, SaidAs, Verdict,
};
use kernel::{Actor, ActorId, CategoryCode, City, MerchantId, ProceedingId, Severity, Timestamp, Version};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::names::{ShowsMerchants, is_of_a_merchant};
use super::{GroundBody, words as listed};

/// A proceeding against a merchant (惩戒程序), without what people said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proceeding)]
pub(super) struct View {
    pub(super) id: ProceedingId,
    city: City,
    merchant: MerchantId,
    /// Its published name; absent where it was never admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    ground: GroundBody,
    class: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<CategoryCode>,
    /// The clause that was broken, by the standards library.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    #[schema(schema_with = listed::stage)]
    stage: &'static str,
    opened_by: ActorId,
    opened_at: Timestamp,
    /// Until when the merchant is to be told, unless it was or it is decided.
    notice_by: Timestamp,
    /// The suspension before the notice, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    emergency: Option<EmergencyView>,
    /// What the merchant was told, once it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<NoticeView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replied_at: Option<Timestamp>,
    /// Whether the merchant asks for a hearing.
    asks_hearing: bool,
    /// The hearing, once it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    hearing: Option<HearingView>,
    /// Until when it is to be decided, once the merchant was told; moves with the reply and the hearing.
    #[serde(skip_serializing_if = "Option::is_none")]
    decide_by: Option<Timestamp>,
    /// How it was decided, once it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionView>,
    /// What is to be put right, if that was ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    rectification: Option<RectificationView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal: Option<PleaView>,
    /// Applications for repair, the last one last.
    repairs: Vec<PleaView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    /// What is due next.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<DueView>,
    /// Whether the asker had a part in it, and others decide what is to be decided now (回避).
    recused: bool,
    #[schema(schema_with = listed::proceeding_actions)]
    allowed_actions: Vec<&'static str>,
    version: Version,
}

/// A suspension before the notice, because it cannot wait.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EmergencySuspension)]
struct EmergencyView {
    by: ActorId,
    at: Timestamp,
    /// Why it could not wait; names nobody.
    reason: String,
    /// Without another person's word until then it ends.
    confirm_by: Timestamp,
    /// Without a decision until then it ends.
    until: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_by: Option<ActorId>,
    /// Who ended it before its time, instead of confirming it or after that was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifted_by: Option<ActorId>,
    /// Why it was ended before its time; names nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    lift_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
}

/// What the merchant was told before a decision (事先告知).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProceedingNotice)]
struct NoticeView {
    by: ActorId,
    at: Timestamp,
    /// The heaviest that may come of it.
    #[schema(schema_with = listed::measure)]
    announced: Measure,
    /// Why; names nobody.
    reason: String,
    reply_by: Timestamp,
    /// Whether the merchant has a right to a hearing: what was announced, or the class, is grave enough.
    hearing_on_request: bool,
}

/// A hearing (听证).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProceedingHearing)]
struct HearingView {
    called_by: ActorId,
    on: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_by: Option<ActorId>,
}

/// How it was decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProceedingOutcome)]
struct DecisionView {
    by: ActorId,
    at: Timestamp,
    /// Why; names nobody.
    reason: String,
    /// Absent when it was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = listed::measure, required = false)]
    measure: Option<Measure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    /// From when on repair can be asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    repair_from: Option<Timestamp>,
    /// Whether it is on the publicity board.
    published: bool,
    appeal_by: Timestamp,
}

/// A rectification that was ordered (限期整改).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rectification)]
struct RectificationView {
    due_by: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    proven_at: Option<Timestamp>,
    /// Until when the proof is to be judged, while one waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    decide_by: Option<Timestamp>,
    /// Whether it is put right.
    accepted: bool,
    /// What was said of the proofs, the last one last.
    verdicts: Vec<VerdictView>,
}

/// An appeal, or an application for repair.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plea)]
struct PleaView {
    at: Timestamp,
    decide_by: Timestamp,
    /// How it was decided, once it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<VerdictView>,
}

/// What somebody decided or found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verdict)]
pub(crate) struct VerdictView {
    by: ActorId,
    at: Timestamp,
    /// Whether it is granted, or holds.
    granted: bool,
    /// Why; names nobody.
    reason: String,
}

/// What is to be done in time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProceedingDue)]
struct DueView {
    /// confirmation, notice, decision, rectification, proof, appeal or repair.
    #[schema(value_type = String)]
    what: &'static str,
    by: Timestamp,
    /// Whether its time has passed.
    overdue: bool,
}

/// A proceeding with what people said. No `Debug`: the words are personal.
#[derive(Serialize, ToSchema)]
#[schema(as = ProceedingInTheClear)]
pub(super) struct ClearView {
    #[serde(flatten)]
    proceeding: View,
    /// What was found.
    facts: String,
    /// What was said since, the first first.
    statements: Vec<StatementView>,
}

/// What somebody said in a proceeding, and as what.
#[derive(Serialize, ToSchema)]
#[schema(as = ProceedingStatement)]
struct StatementView {
    #[serde(rename = "as")]
    #[schema(schema_with = listed::said_as)]
    said_as: &'static str,
    /// When.
    at: Timestamp,
    /// In the speaker's own words.
    text: String,
}

is_of_a_merchant!(View);

impl ShowsMerchants for ClearView {
    fn each(&mut self, see: &mut dyn FnMut(MerchantId, &mut Option<String>)) {
        self.proceeding.each(see);
    }
}

impl View {
    /// Until when it is to be done what is due next.
    pub(super) fn due_by(&self) -> Option<Timestamp> {
        self.due.as_ref().map(|due| due.by)
    }

    pub(super) fn of(it: &Proceeding, staff: &Staff, now: Timestamp) -> Self {
        Self {
            id: it.id,
            city: it.city,
            merchant: it.merchant,
            merchant_name: None,
            ground: it.ground.into(),
            class: it.class,
            category: it.category.clone(),
            clause: it.clause.clone(),
            stage: it.stage().as_str(),
            opened_by: it.opened_by,
            opened_at: it.facts.at,
            notice_by: it.notice_by,
            emergency: it.emergency.as_ref().map(EmergencyView::from),
            notice: it.notice.as_ref().map(|notice| NoticeView {
                by: notice.by,
                at: notice.at,
                announced: notice.announced,
                reason: notice.reason.clone(),
                reply_by: notice.reply_by,
                hearing_on_request: notice.hearing_on_request,
            }),
            replied_at: it.reply.as_ref().map(|reply| reply.at),
            asks_hearing: it.asks_hearing,
            hearing: it.hearing.as_ref().map(
                |Hearing { called_by, called_before_by: _, on, recorded_by, minutes: _ }| HearingView {
                    called_by: *called_by,
                    on: *on,
                    recorded_by: *recorded_by,
                },
            ),
            decide_by: it.decide_by,
            decision: it.decision.as_ref().map(DecisionView::from),
            rectification: it.rectification.as_ref().map(|it| RectificationView {
                due_by: it.due_by,
                proven_at: it.proof.as_ref().map(|proof| proof.at),
                decide_by: it.decide_by,
                accepted: it.is_accepted(),
                verdicts: it.verdicts.iter().map(VerdictView::from).collect(),
            }),
            appeal: it
                .appeal
                .as_ref()
                .map(|appeal| plea(&appeal.grounds, appeal.decide_by, appeal.ruling.as_ref())),
            repairs: it
                .repairs
                .iter()
                .map(|one| plea(&one.proof, one.decide_by, one.verdict.as_ref()))
                .collect(),
            ended_at: it.end.map(|End { how: _, at }| at),
            due: it.due().map(|Due { what, by }| DueView { what: what.as_str(), by, overdue: by <= now }),
            recused: recused(it, staff, now),
            allowed_actions: allowed(it, staff, now),
            version: it.version,
        }
    }
}

impl ClearView {
    pub(super) fn of(it: &Proceeding, staff: &Staff, now: Timestamp) -> Self {
        let statement = |(said_as, said): (SaidAs, &Said)| StatementView {
            said_as: said_as.as_str(),
            at: said.at,
            text: words(said),
        };
        Self {
            proceeding: View::of(it, staff, now),
            facts: words(&it.facts),
            statements: it.statements().into_iter().map(statement).collect(),
        }
    }
}

fn words(said: &Said) -> String {
    said.text.in_the_clear().to_owned()
}

fn plea(said: &Said, decide_by: Timestamp, verdict: Option<&Verdict>) -> PleaView {
    PleaView { at: said.at, decide_by, verdict: verdict.map(VerdictView::from) }
}

/// Whether this person, who may decide by role, had a part in what is to be decided now.
fn recused(it: &Proceeding, staff: &Staff, now: Timestamp) -> bool {
    let Actor::Staff { id } = staff.0.actor else { return false };
    staff.require(Permission::DecideProceedings).is_ok() && it.recuses(id, now)
}

/// What this person may do now, by role and by what the domain says.
fn allowed(it: &Proceeding, staff: &Staff, now: Timestamp) -> Vec<&'static str> {
    let may = |act: &&ActKind| {
        let permission = match act.doer() {
            Doer::Officer => Permission::InvestigateProceedings,
            Doer::Reviewer => Permission::DecideProceedings,
            Doer::Merchant => Permission::AnswerProceedings,
        };
        let open = it.may(**act, staff.0.actor, now);
        staff.require(permission).is_ok() && open.is_ok_and(|step| !step.is_already_done())
    };
    ActKind::ALL.iter().filter(may).map(|act| act.as_str()).collect()
}

impl From<&Emergency> for EmergencyView {
    fn from(it: &Emergency) -> Self {
        Self {
            by: it.by,
            at: it.at,
            reason: it.reason.clone(),
            confirm_by: it.confirm_by,
            until: it.until,
            confirmed_by: it.confirmed.map(|(by, _)| by),
            lifted_by: it.lifted.as_ref().map(|(by, _)| *by),
            lift_reason: it.lifted.as_ref().map(|(_, reason)| reason.clone()),
            ended_at: it.ended_at,
        }
    }
}

impl From<&credit_domain::process::Decision> for DecisionView {
    fn from(it: &credit_domain::process::Decision) -> Self {
        let sanction = match it.outcome {
            Outcome::Dropped => None,
            Outcome::Imposed(sanction) => Some(sanction),
        };
        Self {
            by: it.by,
            at: it.at,
            reason: it.reason.clone(),
            measure: sanction.map(|sanction| sanction.measure),
            until: sanction.map(|sanction| sanction.until),
            repair_from: sanction.map(|sanction| sanction.repair_from),
            published: sanction.is_some_and(|sanction| sanction.published),
            appeal_by: it.appeal_by,
        }
    }
}

impl From<&Verdict> for VerdictView {
    fn from(it: &Verdict) -> Self {
        Self { by: it.by, at: it.at, granted: it.granted, reason: it.reason.clone() }
    }
}

//! The words that can stand where only some can, as the documents list them: taken from where the words are made.

use core::fmt::Display;

use credit_domain::activities::{ActivityState, Counting, HonourLevel, HonourState, ParticipantState};
use credit_domain::admission::{ApplicationState, CheckKind, CheckOutcome, HolderRole};
use credit_domain::certificate::{Verdict, Why};
use credit_domain::evaluation::{EvaluationState, Scope};
use credit_domain::exchange::{FileFormat, ImportState, TableKind};
use credit_domain::model::ModelState;
use credit_domain::news::NewsKind;
use credit_domain::process::{ActKind, Measure, RedLine, SaidAs, Stage};
use credit_domain::publicity::NoticeKind;
use credit_domain::remedy::RemedyKind;
use credit_domain::simulation::RunState;
use credit_domain::standards::StandardKind;
use credit_domain::volunteer::{DeedKind, NeedState, ReportState};
use credit_domain::{Cause, Dimension, Status, Words};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::usecases::process::ObjectionState;

/// What something is called.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Names)]
pub(super) struct NamesView {
    /// In Chinese, shown first.
    zh: String,
    /// In English.
    en: String,
}

impl From<Words> for NamesView {
    fn from(Words { zh, en }: Words) -> Self {
        Self { zh, en }
    }
}

/// Exactly one of them.
fn one(words: impl IntoIterator<Item: Display>, says: &str) -> ObjectBuilder {
    let words = words.into_iter().map(|word| word.to_string());
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).description(Some(says))
}

/// Any of them.
fn some(words: impl IntoIterator<Item: Display>, says: &str) -> Schema {
    ArrayBuilder::new().items(one(words, "A step.")).description(Some(says)).into()
}

macro_rules! asked_for {
    ($($name:ident = $words:ident;)*) => {$(
        /// The same where a query asks for one of them.
        pub(super) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $words().into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

asked_for! {
    ApplicationStates = application_state;
    HonourStates = honour_state;
    NeedStates = need_state;
    StandardKinds = standard_kind;
    NoticeKinds = notice_kind;
    ObjectionStates = objection_state;
    Stages = stage;
    ImportStates = import_state;
    TableKinds = table_kind;
    LoadModes = load_mode;
    MerchantStatuses = merchant_status;
    Dimensions = dimension;
    EntryCauses = entry_cause;
}

/// Where an application stands.
pub(super) fn application_state() -> Schema {
    one(ApplicationState::WORDS, "Where the application stands.").into()
}

/// What can be done with a transfer.
pub(super) fn transfer_actions() -> Schema {
    some(super::transfers::ACTIONS, "What you may do now.")
}

/// A dimension of the credit model.
pub(super) fn dimension() -> Schema {
    one(Dimension::ALL.map(Dimension::as_str), "One of the four dimensions (四个维度).").into()
}

/// The kind of fact behind an entry.
pub(super) fn entry_cause() -> Schema {
    one(Cause::OF_ENTRIES, "The kind of fact behind an entry.").into()
}

/// Whether a merchant is affiliated.
pub(super) fn merchant_status() -> Schema {
    one(Status::ALL, "Whether the merchant is affiliated.").into()
}

/// What somebody is to a merchant.
pub(super) fn holder_role() -> Schema {
    one(HolderRole::WORDS, "What the person is to the merchant.").into()
}

/// What is checked before an admission.
pub(super) fn check_kind() -> Schema {
    one(CheckKind::ALL, "What is checked.").into()
}

/// How a check came out.
pub(super) fn check_outcome() -> Schema {
    one(CheckOutcome::ALL.map(CheckOutcome::as_str), "How it came out.").into()
}

/// Where a version of the rules stands.
pub(super) fn model_state() -> Schema {
    one(ModelState::WORDS, "Where the version stands.").into()
}

/// What can be done with a version of the rules.
pub(super) fn model_actions() -> Schema {
    some(super::models::ACTIONS, "What you may do with it now.")
}

/// Where a run stands.
pub(super) fn run_state() -> Schema {
    one(RunState::WORDS, "Where the run stands.").into()
}

/// What a run evaluates.
pub(super) fn evaluation_kind() -> Schema {
    one(Scope::WORDS, "A year, for good; or a preview, which changes no grade.").into()
}

/// Where a run of the evaluation stands.
pub(super) fn evaluation_state() -> Schema {
    one(EvaluationState::WORDS, "Where the run stands.").into()
}

/// What can be done with a run of the evaluation.
pub(super) fn evaluation_actions() -> Schema {
    some(super::evaluation_views::ACTIONS, "What you may do with it now.")
}

/// Whose standard it is.
pub(super) fn standard_kind() -> Schema {
    one(StandardKind::ALL, "Whose standard it is.").into()
}

/// What is on the publicity board.
pub(super) fn notice_kind() -> Schema {
    one(NoticeKind::ALL, "What it is about.").into()
}

/// What is written on the board by hand.
pub(super) fn written_kind() -> Schema {
    let written = NoticeKind::ALL.iter().filter(|kind| kind.is_written());
    one(written, "What it is about: what follows from a decision is not written by hand.").into()
}

/// What a merchant is told.
pub(super) fn news_kind() -> Schema {
    one(NewsKind::ALL, "What happened.").into()
}

/// Where an objection stands.
pub(super) fn objection_state() -> Schema {
    one(ObjectionState::ALL.map(ObjectionState::as_str), "Where the objection stands.").into()
}

/// What can come of an objection.
pub(super) fn remedy_kind() -> Schema {
    one(RemedyKind::ALL, "What comes of it when it is upheld.").into()
}

/// What can be done with an objection.
pub(super) fn objection_actions() -> Schema {
    some(super::objections::ACTIONS, "What you may do now.")
}

/// Where a proceeding stands.
pub(super) fn stage() -> Schema {
    one(Stage::ALL, "Where the proceeding stands.").into()
}

/// What something was said as.
pub(super) fn said_as() -> Schema {
    one(SaidAs::ALL, "What it was said as.").into()
}

/// What can be done in a proceeding.
pub(super) fn proceeding_actions() -> Schema {
    some(ActKind::ALL, "What you may do now.")
}

/// A step of the ladder.
pub(super) fn measure() -> Schema {
    one(Measure::ALL, "A measure of this platform (平台措施), from the lightest to the heaviest.").into()
}

/// What ends an affiliation at once.
pub(super) fn red_line() -> Schema {
    one(RedLine::ALL, "The red line (红线) that was crossed.").into()
}

/// What is in a file.
pub(super) fn table_kind() -> Schema {
    one(TableKind::ALL, "What is in the file.").into()
}

/// What kind of file it is.
pub(super) fn file_format() -> Schema {
    one(FileFormat::ALL.map(FileFormat::as_str), "What kind of file it was found to be.").into()
}

/// Where an import stands.
pub(super) fn import_state() -> Schema {
    one(ImportState::ALL.map(ImportState::as_str), "Where the import stands.").into()
}

/// What can be done with an import.
pub(super) fn import_actions() -> Schema {
    some(super::imports::ACTIONS, "What can be done with it now.")
}

/// Which rows are carried out.
pub(super) fn load_mode() -> Schema {
    one(["all-rows", "good-rows"], "Which rows are carried out.").into()
}

/// Who stands behind an honour.
pub(super) fn honour_level() -> Schema {
    one(HonourLevel::ALL, "Who stands behind it.").into()
}

/// Whether something that is given counts.
pub(super) fn counting() -> Schema {
    one(
        Counting::ALL,
        "Whether it gives points: what happened before the merchant was affiliated is kept and gives none.",
    )
    .into()
}

/// Where an honour stands.
pub(super) fn honour_state() -> Schema {
    one(HonourState::ALL, "Where the honour stands.").into()
}

/// What can be done with an honour.
pub(super) fn honour_actions() -> Schema {
    some(super::honours::ACTIONS, "What you may do now.")
}

/// Whether an activity takes place.
pub(super) fn activity_state() -> Schema {
    one(ActivityState::ALL, "Whether it takes place.").into()
}

/// Where a merchant stands with an activity.
pub(super) fn participant_state() -> Schema {
    one(ParticipantState::ALL, "Where the merchant stands with it.").into()
}

/// What kind of deed a report is about.
pub(super) fn deed_kind() -> Schema {
    one(DeedKind::ALL, "What was done.").into()
}

/// Where a report stands.
pub(super) fn report_state() -> Schema {
    one(ReportState::ALL, "Where the report stands.").into()
}

/// Where a need stands.
pub(super) fn need_state() -> Schema {
    one(NeedState::ALL, "Where the need stands.").into()
}

/// How a certificate stands.
pub(super) fn certificate_status() -> Schema {
    let statuses = [Verdict::Valid, Verdict::NotYetValid, Verdict::Expired, Verdict::Revoked];
    one(statuses, "How it stands.").into()
}

/// Why a certificate was revoked.
pub(super) fn revocation_reason() -> Schema {
    one(Why::ALL, "Why it was revoked.").into()
}

/// What came of checking a certificate.
pub(super) fn verdict() -> Schema {
    let verdicts = Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::RevocationsTooOld);
    one(verdicts, "Rely on it only if it is valid.").into()
}

//! Who may do what: the one table. A route asks for a permission, never for a role.

use core::fmt::{self, Write as _};

use kernel::Role;

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $($role:ident)*;)*) => {
        /// Something that may be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$doc])* $name,)*
        }

        impl Permission {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The roles that have it.
            #[must_use]
            pub const fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$name => &[$(Role::$role,)*],)*
                }
            }
        }
    };
}

/// As callers are told: lower case with hyphens, such as `create-request`.
impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in format!("{self:?}").chars().enumerate() {
            if letter.is_ascii_uppercase() && place > 0 {
                f.write_char('-')?;
            }
            f.write_char(letter.to_ascii_lowercase())?;
        }
        Ok(())
    }
}

permissions! {
    /// Record a citizen's request.
    CreateRequest: Channel Operator;
    /// See a request and follow it.
    ReadRequest: Channel Operator FollowupCaller Auditor;
    /// See how to reach the citizen of a request, in the clear. Each reading is kept.
    ReadContact: Operator FollowupCaller;
    /// The same, for the merchant that holds the request.
    ReadHeldContact: Merchant;
    /// See who read personal data in the clear.
    ReadClearReads: Auditor;
    /// Be known to colleagues by name, and know what they are called.
    KnowColleagues: Operator FollowupCaller CreditOfficer CreditReviewer Inspector Auditor Operations;
    /// Withdraw a request.
    CancelRequest: Channel Operator;
    /// Pick a merchant from the recommendation, for a request of one's own channel.
    ChooseMerchant: Channel Operator;
    /// See whom the platform recommends.
    ReadRecommendation: Channel Operator Auditor Service;
    /// Dispatch a job.
    Dispatch: Operator;
    /// Be the second person for a colleague's choice against the rule.
    ApproveOverrides: Operator;
    /// See jobs and assignments of all merchants.
    ReadJobs: Operator Auditor Operations;
    /// Accept, decline and complete the jobs of one's own merchant.
    AnswerOffers: Merchant;
    /// See why a decision was taken, and replay it.
    ReadDecisions: Operator CreditOfficer Auditor;
    /// Call citizens back.
    WorkCallbacks: FollowupCaller;
    /// See call-backs and cases.
    ReadCallbacks: FollowupCaller CreditOfficer Auditor;
    /// Verify or dismiss a suspected breach.
    RuleOnCases: CreditOfficer;
    /// See the suspected breaches of one's own merchant, and say its side of them.
    AnswerCases: Merchant;
    /// See merchants and their standing.
    ReadMerchants: Operator FollowupCaller CreditOfficer CreditReviewer Inspector Auditor;
    /// See the ledger and standing of one's own merchant.
    ReadOwnMerchant: Merchant;
    /// See the ledger behind a standing.
    ReadLedger: CreditOfficer CreditReviewer Auditor;
    /// See dead letters, how the consumers stand, and how each service is.
    ReadDeadLetters: Auditor Operations;
    /// Drive dead letters again, or discard them.
    ManageDeadLetters: Operations;
    /// Open proceedings, tell the merchant, hold hearings, examine objections.
    InvestigateProceedings: CreditOfficer;
    /// Decide what others investigated: measures, appeals, repair, objections.
    DecideProceedings: CreditReviewer;
    /// Reply, prove, appeal and apply for repair in the proceedings of one's own merchant, and object.
    AnswerProceedings: Merchant;
    /// See proceedings and objections, without what people said.
    ReadProceedings: CreditOfficer CreditReviewer Auditor;
    /// See what people said in them, in the clear. Each reading is kept.
    ReadStatements: CreditOfficer CreditReviewer Auditor;
    /// Write notices for the publicity board.
    WriteNotices: CreditOfficer;
    /// See drafts of the rules of credit, and what they would do.
    ReadModels: CreditOfficer CreditReviewer Auditor;
    /// Draft the rules of credit, and run drafts over the ledger.
    DraftModels: CreditOfficer;
    /// Be the second person who puts a draft of the rules in force.
    ApproveModels: CreditReviewer;
    /// Enrol workers of one's own merchant, let them go, show their codes.
    ManageOwnWorkers: Merchant;
    /// Enrol workers for any merchant, look at their papers, record trainings, give stars, issue cards.
    ManageWorkers: CreditOfficer;
    /// Scan a worker's code.
    ScanWorkerCodes: Channel Inspector;
    /// Let a worker in, for the citizen.
    ConfirmEntries: Channel;
    /// See what happened to a worker, and who was scanned when.
    ReadWorkerRecords: CreditOfficer Inspector Auditor;
    /// File what was found at an inspection.
    FileInspections: Inspector;
    /// See what inspections found.
    ReadInspections: CreditOfficer CreditReviewer Inspector Auditor;
    /// Say what became of an inspection: a proceeding that was opened about it, or why none was.
    SettleInspections: CreditOfficer;
    /// Keep the standards library.
    KeepStandards: CreditOfficer;
    /// Post the prices of one's own merchant, or of any at its word.
    PostPrices: Merchant CreditOfficer;
    /// Apply for admission and hand in papers: for one's own merchant, or for any at the counter.
    ApplyForAdmission: Merchant CreditOfficer;
    /// Sign the commitment of one's own merchant.
    SignCommitments: Merchant;
    /// Examine an application: take it up, look up the code, verify papers, make it public.
    ExamineAdmissions: CreditOfficer;
    /// Admit or refuse what a colleague examined.
    DecideAdmissions: CreditReviewer;
    /// See applications, merchants' files and running bans.
    ReadAdmissions: CreditOfficer CreditReviewer Inspector Auditor;
    /// Import tables from files, and have them carried out: with the permission for what is in them.
    ImportTables: CreditOfficer;
    /// Be the second person for an import that lets somebody in.
    ApproveImports: CreditReviewer;
    /// See imports with what is wrong with their rows, and export tables.
    ReadImports: CreditOfficer CreditReviewer Auditor;
    /// See runs of the evaluation, what they found, and merchants' reports.
    ReadEvaluations: CreditOfficer CreditReviewer Auditor;
    /// Begin runs of the evaluation, and have them computed anew.
    RunEvaluations: CreditOfficer;
    /// Be the second person who publishes an evaluation, from which its grades take effect.
    PublishEvaluations: CreditReviewer;
    /// Propose honours, and doubt them.
    ProposeHonours: CreditOfficer;
    /// Grant, reject and revoke honours that a colleague proposed or doubts.
    DecideHonours: CreditReviewer;
    /// See honours, and who takes part in activities.
    ReadHonours: CreditOfficer CreditReviewer Auditor;
    /// Plan credit-building activities and outreach.
    PlanActivities: CreditOfficer;
    /// Take part in activities: for one's own merchant, or for any at its word.
    JoinActivities: Merchant CreditOfficer;
    /// Record who was at an activity.
    RecordAttendance: CreditOfficer Inspector;
    /// Strike an attendance that a colleague recorded wrongly.
    StrikeAttendance: CreditReviewer;
    /// Publish needs that fit volunteers, and withdraw them.
    PublishNeeds: Operator CreditOfficer;
    /// See needs that fit volunteers.
    ReadNeeds: Operator CreditOfficer CreditReviewer Merchant Auditor VolunteerCentre;
    /// Take needs on for one's own merchant.
    ClaimNeeds: Merchant;
    /// Report what volunteers did, and state each day what was reported. Signed.
    ReportVolunteering: VolunteerCentre;
    /// See reports of the volunteer centre and how they compare with its statements.
    ReadVolunteering: CreditOfficer CreditReviewer Auditor VolunteerCentre;
    /// Ask for the certificate of one's own merchant, or for that of any.
    IssueCertificates: Merchant CreditOfficer;
}

/// What an operation says in its OpenAPI document of who may: whoever has any of these. Which things are one's own is for
/// the operation to find.
#[must_use]
pub fn permits(any: &[Permission]) -> serde_json::Value {
    any.iter().map(|permission| serde_json::Value::from(permission.to_string())).collect()
}

/// Whether the role has the permission.
#[must_use]
pub fn allows(role: Role, permission: Permission) -> bool {
    permission.roles().contains(&role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_changes_nothing() {
        use Permission as P;
        let changes = [
            P::CreateRequest,
            P::CancelRequest,
            P::ChooseMerchant,
            P::Dispatch,
            P::ApproveOverrides,
            P::AnswerOffers,
            P::WorkCallbacks,
            P::RuleOnCases,
            P::AnswerCases,
            P::ManageDeadLetters,
            P::InvestigateProceedings,
            P::DecideProceedings,
            P::AnswerProceedings,
            P::WriteNotices,
            P::DraftModels,
            P::ApproveModels,
            P::ManageOwnWorkers,
            P::ManageWorkers,
            P::ScanWorkerCodes,
            P::ConfirmEntries,
            P::FileInspections,
            P::SettleInspections,
            P::KeepStandards,
            P::PostPrices,
            P::ApplyForAdmission,
            P::SignCommitments,
            P::ExamineAdmissions,
            P::DecideAdmissions,
            P::ImportTables,
            P::ApproveImports,
            P::RunEvaluations,
            P::PublishEvaluations,
            P::ProposeHonours,
            P::DecideHonours,
            P::PlanActivities,
            P::JoinActivities,
            P::RecordAttendance,
            P::StrikeAttendance,
            P::PublishNeeds,
            P::ClaimNeeds,
            P::ReportVolunteering,
            P::IssueCertificates,
        ];
        assert!(changes.into_iter().all(|permission| !allows(Role::Auditor, permission)));
    }

    #[test]
    fn i7_whoever_audits_the_readers_reads_nobodys_contact() {
        use Permission as P;
        // What was said in a proceeding an auditor reads, with a trace: a decision is judged by it.
        let clear = [P::ReadContact, P::ReadHeldContact, P::RuleOnCases];
        let both = |role| allows(role, P::ReadClearReads) && clear.iter().any(|&read| allows(role, read));
        assert!(!Role::ALL.into_iter().any(both));
    }

    #[test]
    fn i8_no_role_both_serves_and_judges() {
        for role in Role::ALL {
            let serves = allows(role, Permission::Dispatch) || allows(role, Permission::AnswerOffers);
            let judges = allows(role, Permission::WorkCallbacks) || allows(role, Permission::RuleOnCases);
            assert!(!(serves && judges), "{role:?}");
        }
    }

    #[test]
    fn no_role_both_investigates_and_decides() {
        for role in Role::ALL {
            let investigates = allows(role, Permission::InvestigateProceedings);
            let party = allows(role, Permission::AnswerProceedings);
            assert!(!(allows(role, Permission::DecideProceedings) && (investigates || party)), "{role:?}");
        }
    }

    #[test]
    fn the_whole_matrix_is_as_agreed() {
        let mut matrix = String::new();
        for &permission in Permission::ALL {
            let roles: Vec<_> =
                Role::ALL.into_iter().filter(|&role| allows(role, permission)).map(Role::as_str).collect();
            matrix.push_str(&format!("{permission:?}: {}\n", roles.join(", ")));
        }
        assert_eq!(matrix, include_str!("matrix.txt"), "change matrix.txt only with the owner's consent");
    }

    #[test]
    fn callers_are_told_a_permission_in_the_words_of_the_interface() {
        assert_eq!(Permission::CreateRequest.to_string(), "create-request");
        assert_eq!(Permission::Dispatch.to_string(), "dispatch");
    }

    #[test]
    fn every_permission_belongs_to_someone() {
        assert!(Permission::ALL.iter().all(|permission| !permission.roles().is_empty()));
    }
}

//! The file of one finding: state, and what follows from it. What changes it is in [`super::Act`].

use kernel::{
    ActorId, CategoryCode, City, MerchantId, PersonalText, ProceedingId, Severity, Timestamp, Version,
};
use serde::{Deserialize, Serialize};

use super::measure::{Hold, Measure, Restraint};
use super::parts::{
    Appeal, Deadline, Decision, Due, Emergency, End, Ending, Ground, Hearing, Notice, Outcome, Publicity,
    Rectification, Repair, Said, SaidAs, Sanction, Stage, Verdict,
};
use super::{Moment, ProcessRefusal, reason_fits, text_fits};

/// What is known when a proceeding is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The proceeding.
    pub id: ProceedingId,
    /// The city.
    pub city: City,
    /// Against whom.
    pub merchant: MerchantId,
    /// What it is about.
    pub ground: Ground,
    /// How grave the finding is.
    pub class: Severity,
    /// The category whose commitment was broken, where it was one.
    pub category: Option<CategoryCode>,
    /// What of it, by the standards library.
    pub clause: Option<String>,
    /// What was found.
    pub facts: PersonalText,
}

/// A proceeding against a merchant (惩戒程序).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proceeding {
    /// The proceeding.
    pub id: ProceedingId,
    /// The city.
    pub city: City,
    /// Against whom.
    pub merchant: MerchantId,
    /// What it is about.
    pub ground: Ground,
    /// How grave the finding is.
    pub class: Severity,
    /// The category whose commitment was broken.
    pub category: Option<CategoryCode>,
    /// What of it.
    pub clause: Option<String>,
    /// What was found, when it was opened.
    pub facts: Said,
    /// Who opened it.
    pub opened_by: ActorId,
    /// Until when the merchant is to be told.
    pub notice_by: Timestamp,
    /// A suspension that came first.
    pub emergency: Option<Emergency>,
    /// What the merchant was told.
    pub notice: Option<Notice>,
    /// What it answered.
    pub reply: Option<Said>,
    /// Whether it asked for a hearing.
    pub asks_hearing: bool,
    /// The hearing.
    pub hearing: Option<Hearing>,
    /// Until when it is to be decided; moves with the reply and the hearing.
    pub decide_by: Option<Timestamp>,
    /// The decision.
    pub decision: Option<Decision>,
    /// What was ordered.
    pub rectification: Option<Rectification>,
    /// The appeal.
    pub appeal: Option<Appeal>,
    /// Applications for repair, the last one last.
    pub repairs: Vec<Repair>,
    /// How it ended, once it did.
    pub end: Option<End>,
    /// Counts its changes.
    pub version: Version,
}

impl Proceeding {
    /// Opens a file (立案).
    ///
    /// # Errors
    /// When there are no facts, or a red line is not called serious.
    pub fn open(opening: Opening, by: ActorId, at: Moment<'_>) -> Result<Self, ProcessRefusal> {
        let Opening { id, city, merchant, ground, class, category, clause, facts } = opening;
        text_fits("facts", &facts)?;
        if let Some(clause) = &clause {
            reason_fits("clause", clause)?;
        }
        if let Ground::RedLine { line } = ground
            && (class != Severity::Serious || !at.rules.red_lines.contains(&line))
        {
            return Err(ProcessRefusal::RedLine);
        }
        Ok(Self {
            id,
            city,
            merchant,
            ground,
            class,
            category,
            clause,
            facts: Said { text: facts, at: at.now },
            opened_by: by,
            notice_by: at.within(at.rules.notice_working_days),
            emergency: None,
            notice: None,
            reply: None,
            asks_hearing: false,
            hearing: None,
            decide_by: None,
            decision: None,
            rectification: None,
            appeal: None,
            repairs: Vec::new(),
            end: None,
            version: Version(1),
        })
    }

    /// Where it stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match (&self.decision, &self.end) {
            (_, Some(End { how: Ending::Reversed, .. })) => Stage::Reversed,
            _ if self.appeal_is_open() => Stage::Appealed,
            (_, Some(End { how: Ending::Repaired, .. })) => Stage::Repaired,
            (_, Some(End { how: Ending::Expired, .. })) => Stage::Expired,
            (Some(Decision { outcome: Outcome::Imposed(_), .. }), None) => Stage::InForce,
            (Some(Decision { outcome: Outcome::Dropped, .. }), None) => Stage::Dropped,
            (None, None) => match &self.hearing {
                Some(Hearing { minutes: Some(_), .. }) => Stage::Heard,
                Some(Hearing { minutes: None, .. }) => Stage::HearingCalled,
                None if self.hearing_is_due() => Stage::HearingAsked,
                None if self.notice.is_some() => Stage::Noticed,
                None => Stage::Opened,
            },
        }
    }

    /// What was imposed, whether or not it ended since.
    #[must_use]
    pub fn sanction(&self) -> Option<Sanction> {
        match self.decision.as_ref()?.outcome {
            Outcome::Imposed(sanction) => Some(sanction),
            Outcome::Dropped => None,
        }
    }

    /// Whether an appeal waits for its ruling.
    #[must_use]
    pub fn appeal_is_open(&self) -> bool {
        self.appeal.as_ref().is_some_and(|appeal| appeal.ruling.is_none())
    }

    /// The application for repair that waits for its decision.
    #[must_use]
    pub fn open_repair(&self) -> Option<&Repair> {
        self.repairs.last().filter(|repair| repair.verdict.is_none())
    }

    /// The emergency suspension that is in force.
    #[must_use]
    pub fn open_emergency(&self) -> Option<&Emergency> {
        self.emergency.as_ref().filter(|emergency| emergency.ended_at.is_none() && self.decision.is_none())
    }

    /// Until when another person has to confirm the emergency suspension that is in force; nothing once one did.
    #[must_use]
    pub fn confirm_by(&self) -> Option<Timestamp> {
        self.open_emergency().filter(|emergency| emergency.confirmed.is_none()).map(|it| it.confirm_by)
    }

    /// When its emergency suspension ended without a decision: lifted, or not confirmed in time, or not decided on. Nothing once
    /// it is decided.
    #[must_use]
    pub fn suspension_ended_at(&self) -> Option<Timestamp> {
        self.emergency.as_ref().and_then(|it| it.ended_at).filter(|_| self.decision.is_none())
    }

    /// Whether the person had a part in the investigation, and so decides nothing here.
    #[must_use]
    pub fn investigated(&self, person: ActorId) -> bool {
        let suspended_by = self.emergency.as_ref().map(|emergency| emergency.by);
        let told_by = self.notice.as_ref().map(|notice| notice.by);
        let called_by = self.hearing.as_ref().map(|hearing| hearing.called_by);
        let recorded_by = self.hearing.as_ref().and_then(|hearing| hearing.recorded_by);
        [Some(self.opened_by), suspended_by, told_by, called_by, recorded_by].contains(&Some(person))
            || self.called_before_by().contains(&person)
    }

    fn called_before_by(&self) -> &[ActorId] {
        self.hearing.as_ref().map_or(&[], |hearing| &hearing.called_before_by)
    }

    /// All that was said in it, the first first.
    #[must_use]
    pub fn statements(&self) -> Vec<(SaidAs, &Said)> {
        let hearing = self.hearing.as_ref().and_then(|hearing| hearing.minutes.as_ref());
        let proofs = self.rectification.iter().flat_map(|it| it.refused.iter().chain(&it.proof));
        let mut all: Vec<(SaidAs, &Said)> = (self.reply.iter().map(|said| (SaidAs::Reply, said)))
            .chain(hearing.map(|said| (SaidAs::Minutes, said)))
            .chain(proofs.map(|said| (SaidAs::Proof, said)))
            .chain(self.appeal.iter().map(|appeal| (SaidAs::Appeal, &appeal.grounds)))
            .chain(self.repairs.iter().map(|repair| (SaidAs::Repair, &repair.proof)))
            .collect();
        all.sort_by_key(|(_, said)| said.at);
        all
    }

    /// What it holds against its merchant.
    #[must_use]
    pub fn restraints(&self) -> Vec<Restraint> {
        let mut holds = Vec::new();
        if self.open_emergency().is_some() {
            holds.push(Hold::Suspended);
        }
        if let Some(Sanction { measure, .. }) = self.sanction() {
            let hold = match measure {
                Measure::Remind | Measure::Warning | Measure::Rectification => None,
                Measure::PreferenceSuspension => Some(Hold::Preference),
                Measure::Suspension => Some(Hold::Suspended),
                Measure::Removal => Some(Hold::Removed),
            };
            // Only a reversal brings a removed merchant back; otherwise it applies anew once the ban is over.
            let ended = match self.end {
                None => false,
                Some(End { how: Ending::Reversed, .. }) => true,
                Some(End { how: Ending::Expired | Ending::Repaired, .. }) => measure != Measure::Removal,
            };
            holds.extend(hold.filter(|_| !ended));
            if !matches!(self.ground, Ground::Breach { .. }) && self.end.is_none() {
                holds.push(Hold::Finding(self.class));
            }
        }
        holds.into_iter().map(|hold| Restraint { proceeding: self.id, hold }).collect()
    }

    /// When it began or ceased to weigh on its merchant's credit, in no order.
    pub(crate) fn moments(&self) -> impl Iterator<Item = Timestamp> {
        let emergency = self.emergency.as_ref();
        let began = [emergency.map(|it| it.at), self.decision.as_ref().map(|decision| decision.at)];
        let ceased = [emergency.and_then(|it| it.ended_at), self.lifted().map(|end| end.at)];
        let ended = [self.end.map(|end| end.at)];
        began.into_iter().chain(ceased).chain(ended).flatten()
    }

    /// The file as it was then, as far as it weighs on its merchant's credit.
    pub(crate) fn as_of(&self, then: Timestamp) -> Self {
        let known = |end: &End| end.at <= then;
        let mut file = self.clone();
        file.emergency = file.emergency.filter(|emergency| emergency.at <= then);
        if let Some(emergency) = &mut file.emergency {
            emergency.ended_at = emergency.ended_at.filter(|at| *at <= then);
        }
        file.decision = file.decision.filter(|decision| decision.at <= then);
        file.end = self.end.filter(known).or_else(|| self.lifted().filter(known));
        file
    }

    /// How it ended the first time: a reversal may follow on an end by time or by repair, and stands in its place.
    fn lifted(&self) -> Option<End> {
        let end = self.end?;
        if end.how != Ending::Reversed {
            return Some(end);
        }
        let repaired = self.repairs.iter().rev().filter_map(|repair| repair.verdict.as_ref());
        let repaired = repaired.filter(|verdict| verdict.granted).map(|verdict| verdict.at).next();
        let expired = self.sanction().map(|sanction| sanction.until).filter(|until| *until < end.at);
        match (repaired, expired) {
            (Some(at), _) => Some(End { how: Ending::Repaired, at }),
            (None, Some(at)) => Some(End { how: Ending::Expired, at }),
            (None, None) => None,
        }
    }

    /// What the publicity board shows of it; nothing once it ended.
    #[must_use]
    pub fn publicity(&self) -> Option<Publicity> {
        let Sanction { measure, until, published, .. } = self.sanction()?;
        (published && self.end.is_none()).then_some(Publicity { measure, until })
    }

    /// What is due next, from the platform or from the merchant. The merchant's reply is no duty and not here.
    #[must_use]
    pub fn due(&self) -> Option<Due> {
        let rectification = self.rectification.as_ref().filter(|it| !it.is_accepted() && self.end.is_none());
        let appeal = self.appeal.as_ref().filter(|_| self.appeal_is_open());
        let undecided = self.decision.is_none();
        let open = [
            (Deadline::Confirmation, self.confirm_by()),
            (Deadline::Notice, Some(self.notice_by).filter(|_| undecided && self.notice.is_none())),
            (Deadline::Hearing, self.hearing_by().filter(|_| undecided)),
            (Deadline::Decision, self.decide_by.filter(|_| undecided)),
            (Deadline::Rectification, rectification.filter(|it| it.proof.is_none()).map(|it| it.due_by)),
            (Deadline::Proof, rectification.and_then(|it| it.decide_by)),
            (Deadline::Appeal, appeal.map(|appeal| appeal.decide_by)),
            (Deadline::Repair, self.open_repair().map(|repair| repair.decide_by)),
        ];
        let open = open.into_iter().filter_map(|(what, by)| Some(Due { what, by: by? }));
        open.min_by_key(|due| (due.by, due.what))
    }

    /// Until when a hearing that was asked for is to be called, or one that was called is to be recorded: the end of its day.
    fn hearing_by(&self) -> Option<Timestamp> {
        match &self.hearing {
            Some(Hearing { minutes: Some(_), .. }) => None,
            Some(Hearing { on, .. }) => Some(on.in_city().day.next().at_minute(0)),
            None => self.decide_by.filter(|_| self.hearing_is_due()),
        }
    }

    /// When time itself changes it next: see [`Self::elapse`].
    #[must_use]
    pub fn turns_at(&self) -> Option<Timestamp> {
        let emergency = self.open_emergency().map(|emergency| match emergency.confirmed {
            None => emergency.confirm_by.min(emergency.until),
            Some(_) => emergency.until,
        });
        let sanction = self.sanction().filter(|_| self.end.is_none()).map(|sanction| sanction.until);
        [emergency, sanction].into_iter().flatten().min()
    }

    /// What time does: an emergency suspension that nobody confirmed or decided on ends, and so does a measure.
    /// Nothing when nothing is over.
    #[must_use]
    pub fn elapse(&self, now: Timestamp) -> Option<Self> {
        self.turns_at().filter(|at| *at <= now)?;
        let mut next = self.clone();
        next.version = self.version.next();
        if self.open_emergency().is_some() {
            if let Some(emergency) = &mut next.emergency {
                emergency.ended_at = Some(now);
            }
        } else {
            next.end = Some(End { how: Ending::Expired, at: now });
        }
        Some(next)
    }

    /// Whether an objection to what it imposed is taken: not while it can be appealed against, or is.
    ///
    /// # Errors
    /// [`ProcessRefusal::AppealFirst`].
    pub fn past_appeal(&self, now: Timestamp) -> Result<(), ProcessRefusal> {
        let until = match (&self.appeal, &self.decision) {
            (Some(appeal), _) if appeal.ruling.is_none() => appeal.decide_by,
            (None, Some(decision)) if now < decision.appeal_by && self.sanction().is_some() => {
                decision.appeal_by
            }
            _ => return Ok(()),
        };
        Err(ProcessRefusal::AppealFirst { proceeding: self.id, until })
    }

    /// Everybody of the staff who had a part in it: none of them looks into an objection to what it imposed.
    pub fn had_a_part(&self) -> impl Iterator<Item = ActorId> {
        let (emergency, hearing) = (self.emergency.as_ref(), self.hearing.as_ref());
        let confirmed_by = emergency.and_then(|it| it.confirmed).map(|(by, _)| by);
        let lifted_by = emergency.and_then(|it| it.lifted.as_ref()).map(|(by, _)| *by);
        let ruling = self.appeal.as_ref().and_then(|appeal| appeal.ruling.as_ref());
        let others = [
            emergency.map(|it| it.by),
            confirmed_by,
            lifted_by,
            self.notice.as_ref().map(|notice| notice.by),
            hearing.map(|hearing| hearing.called_by),
            hearing.and_then(|hearing| hearing.recorded_by),
            self.decision.as_ref().map(|decision| decision.by),
            ruling.map(|ruling| ruling.by),
        ];
        let called_before_by = self.called_before_by().iter().copied();
        core::iter::once(self.opened_by).chain(others.into_iter().flatten()).chain(called_before_by)
    }

    /// The fact behind it did not hold: what was imposed is reversed, and what was not decided is dropped.
    /// Nothing when it was over in either way.
    #[must_use]
    pub fn fall_with_its_fact(&self, verdict: Verdict) -> Option<Self> {
        let mut next = self.clone();
        next.version = self.version.next();
        match (self.stage(), self.sanction()) {
            (Stage::Reversed | Stage::Dropped, _) => return None,
            (_, Some(_)) => {
                next.end = Some(End { how: Ending::Reversed, at: verdict.at });
                if let Some(appeal) = &mut next.appeal {
                    appeal.ruling.get_or_insert(verdict);
                }
            }
            (_, None) => {
                let Verdict { by, at, granted: _, reason } = verdict;
                next.decision = Some(Decision { by, at, reason, outcome: Outcome::Dropped, appeal_by: at });
            }
        }
        Some(next)
    }
}

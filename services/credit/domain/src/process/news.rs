//! What a merchant is told of a step in its proceeding: a function of the file before and after it.

use super::measure::Hold;
use super::parts::{Outcome, Verdict};
use super::proceeding::Proceeding;
use crate::news::{About, News, NewsKind};

impl Proceeding {
    /// What its merchant is told, given the file `before` the step that led here; nothing of what it did itself.
    #[must_use]
    pub fn news_since(&self, before: &Self) -> Vec<News> {
        let steps = [
            self.emergency_news(before),
            self.notice_news(before),
            self.hearing_news(before),
            self.decision_news(before),
            self.proof_news(before),
            self.judged(NewsKind::AppealDecided, self.ruling(), before.ruling()),
            self.judged(NewsKind::RepairDecided, self.last_repair_verdict(), before.last_repair_verdict()),
            self.end_news(before),
        ];
        steps.into_iter().flatten().collect()
    }

    fn told(&self, kind: NewsKind) -> News {
        News::of(kind, &About::Proceeding(self.id))
    }

    fn emergency_news(&self, before: &Self) -> Option<News> {
        let emergency = self.emergency.as_ref()?;
        if before.emergency.is_none() {
            let (date, reason) = (Some(emergency.until), Some(emergency.reason.clone()));
            return Some(News { date, reason, ..self.told(NewsKind::Suspended) });
        }
        before.open_emergency().filter(|_| !self.stops_work())?;
        let (at, reason) = match &self.decision {
            Some(decision) => (decision.at, Some(decision.reason.clone())),
            None => (emergency.ended_at?, emergency.lifted.as_ref().map(|(_, reason)| reason.clone())),
        };
        Some(News { date: Some(at), reason, ..self.told(NewsKind::SuspensionOver) })
    }

    /// Whether no work is offered to its merchant because of it.
    fn stops_work(&self) -> bool {
        self.restraints().iter().any(|held| matches!(held.hold, Hold::Suspended | Hold::Removed))
    }

    fn notice_news(&self, before: &Self) -> Option<News> {
        let notice = self.notice.as_ref().filter(|_| before.notice.is_none())?;
        Some(News {
            act_by: Some(notice.reply_by),
            measure: Some(notice.announced),
            reason: Some(notice.reason.clone()),
            ..self.told(NewsKind::Noticed)
        })
    }

    fn hearing_news(&self, before: &Self) -> Option<News> {
        let told = before.hearing.as_ref().map(|hearing| hearing.on);
        let hearing = self.hearing.as_ref().filter(|hearing| told != Some(hearing.on))?;
        Some(News { date: Some(hearing.on), ..self.told(NewsKind::HearingCalled) })
    }

    fn decision_news(&self, before: &Self) -> Option<News> {
        let decision = self.decision.as_ref().filter(|_| before.decision.is_none())?;
        let reason = Some(decision.reason.clone());
        Some(match decision.outcome {
            Outcome::Dropped => News { reason, ..self.told(NewsKind::Dropped) },
            Outcome::Imposed(sanction) => News {
                act_by: Some(decision.appeal_by),
                date: Some(sanction.until),
                measure: Some(sanction.measure),
                reason,
                ..self.told(NewsKind::Imposed)
            },
        })
    }

    /// A word on something that the merchant asked for.
    fn judged(&self, kind: NewsKind, now: Option<&Verdict>, before: Option<&Verdict>) -> Option<News> {
        let verdict = now.filter(|_| now != before)?;
        let (granted, reason) = (Some(verdict.granted), Some(verdict.reason.clone()));
        Some(News { granted, reason, ..self.told(kind) })
    }

    /// A proof that was not enough may be followed by a better one, while there is time.
    fn proof_news(&self, before: &Self) -> Option<News> {
        let verdict = self.last_proof_verdict();
        let told = self.judged(NewsKind::ProofJudged, verdict, before.last_proof_verdict())?;
        let due_by = self.rectification.as_ref().map(|it| it.due_by);
        let act_by = due_by.filter(|by| verdict.is_some_and(|it| !it.granted && it.at < *by));
        Some(News { act_by, ..told })
    }

    fn end_news(&self, before: &Self) -> Option<News> {
        let end = self.end.filter(|_| self.end != before.end)?;
        let measure = self.sanction().map(|sanction| sanction.measure);
        Some(News { date: Some(end.at), measure, ..self.told(NewsKind::Ended) })
    }

    fn last_proof_verdict(&self) -> Option<&Verdict> {
        self.rectification.as_ref()?.verdicts.last()
    }

    fn ruling(&self) -> Option<&Verdict> {
        self.appeal.as_ref()?.ruling.as_ref()
    }

    /// Of the last application that was decided: one that waits takes no word back.
    fn last_repair_verdict(&self) -> Option<&Verdict> {
        self.repairs.iter().rev().find_map(|repair| repair.verdict.as_ref())
    }
}

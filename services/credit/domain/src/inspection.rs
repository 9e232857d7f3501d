//! What an inspector found on site (巡查发现). It decides nothing: an officer takes it up in a proceeding, where the merchant
//! is heard, or says why nothing comes of it.

use kernel::{ActorId, CategoryCode, City, InspectionId, MerchantId, ProceedingId, Step, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::denied::{Denied, Faults};

const FACTS_CHARS_MAX: usize = 2_000;
const TEXT_CHARS_MAX: usize = 500;

/// What was found, as it is filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// At whose work.
    pub merchant: MerchantId,
    /// In which category, where it is of one.
    pub category: Option<CategoryCode>,
    /// Which clause it may break, where that can be said.
    pub clause: Option<String>,
    /// What was seen; no personal data.
    pub facts: String,
    /// Where photographs, measurements and copies lie.
    pub evidence: String,
    /// When it was seen.
    pub seen_at: Timestamp,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It is evidence in a proceeding (立案).
    TakenUp {
        /// Which.
        proceeding: ProceedingId,
    },
    /// Nothing comes of it (不予立案).
    SetAside {
        /// Why.
        reason: String,
    },
}

/// Who said what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// What.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The officer.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
}

/// What an inspector found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// Its id.
    pub id: InspectionId,
    /// The city.
    pub city: City,
    /// What was found.
    #[serde(flatten)]
    pub found: Found,
    /// The inspector.
    pub filed_by: ActorId,
    /// When.
    pub filed_at: Timestamp,
    /// What became of it; none while it waits for an officer.
    pub settled: Option<Settled>,
    /// Counts the changes.
    pub version: Version,
}

impl Inspection {
    /// Files what was found.
    ///
    /// # Errors
    /// [`Denied`] when something is not said, or it was seen in the future.
    pub fn file(
        id: InspectionId,
        city: City,
        found: Found,
        by: ActorId,
        now: Timestamp,
    ) -> Result<Self, Denied> {
        let mut faults = Faults::default();
        faults.text(&found.facts, FACTS_CHARS_MAX, "#/facts");
        faults.text(&found.evidence, TEXT_CHARS_MAX, "#/evidence");
        faults.unless(found.seen_at <= now, "#/seen_at", "不得晚于此刻", "must not lie ahead");
        faults.none()?;
        Ok(Self { id, city, found, filed_by: by, filed_at: now, settled: None, version: Version(1) })
    }

    /// An officer says what becomes of it. What was said first stands.
    ///
    /// # Errors
    /// [`Denied`] when something else was said before, no reason is given, or the inspector says it.
    pub fn settle(&self, outcome: Outcome, by: ActorId, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        match &self.settled {
            Some(settled) if settled.outcome == outcome => return Ok(Step::AlreadyDone(())),
            Some(_) => return Err(Denied::State { what: "the inspection", state: "settled" }),
            None => {}
        }
        if self.filed_by == by {
            return Err(Denied::SamePerson);
        }
        let mut faults = Faults::default();
        if let Outcome::SetAside { reason } = &outcome {
            faults.text(reason, TEXT_CHARS_MAX, "#/reason");
        }
        faults.none()?;
        let settled = Some(Settled { outcome, by, at: now });
        Ok(Step::Done(Self { settled, version: self.version.next(), ..self.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_420_800_000_000);
    const INSPECTOR: ActorId = ActorId::from_u128(1);
    const OFFICER: ActorId = ActorId::from_u128(2);

    fn file(facts: &str, seen_at: Timestamp) -> Result<Inspection, Denied> {
        let found = Found {
            merchant: MerchantId::from_u128(3),
            category: None,
            clause: None,
            facts: facts.to_owned(),
            evidence: "照片 3 张，巡查卷 9".to_owned(),
            seen_at,
        };
        let city = City::try_new(330_200).unwrap();
        Inspection::file(InspectionId::from_u128(4), city, found, INSPECTOR, NOW)
    }

    #[test]
    fn an_inspection_is_settled_once_by_somebody_else() {
        let inspection = file("店内未张贴价目表", NOW).unwrap();
        let up = Outcome::TakenUp { proceeding: ProceedingId::from_u128(5) };
        assert_eq!(inspection.settle(up.clone(), INSPECTOR, NOW), Err(Denied::SamePerson));
        let settled = inspection.settle(up.clone(), OFFICER, NOW).unwrap().done().unwrap();
        assert!(settled.settle(up, OFFICER, NOW).unwrap().is_already_done());
        let aside = Outcome::SetAside { reason: "已当场改正".to_owned() };
        assert!(matches!(settled.settle(aside, OFFICER, NOW), Err(Denied::State { .. })));
    }

    #[test]
    fn what_was_found_is_said_and_does_not_lie_ahead() {
        let ahead = NOW.after(core::time::Duration::from_secs(1));
        assert!(matches!(file(" ", ahead), Err(Denied::Invalid(problems)) if problems.len() == 2));
        let aside = Outcome::SetAside { reason: String::new() };
        assert!(matches!(file("有异味", NOW).unwrap().settle(aside, OFFICER, NOW), Err(Denied::Invalid(_))));
    }
}

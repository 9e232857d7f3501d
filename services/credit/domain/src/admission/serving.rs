//! What a merchant may serve at a moment, and of what it must be told ahead: pure functions of its file, the policy
//! and the moment.

use std::collections::BTreeMap;

use kernel::{CategoryCode, Timestamp};

use super::dossier::{DAY, Dossier};
use super::notice::{ExpiryNotice, Subject};
use super::policy::AdmissionPolicy;
use crate::merchant::Commitment;

/// How a category of the merchant stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryState {
    /// The category.
    pub category: CategoryCode,
    /// Until when it may be served; none while it is suspended.
    pub until: Option<Timestamp>,
    /// What the policy asks for and the file has not, or what has expired. A category is suspended by it, unless it was
    /// taken over and the time to complete its file still runs.
    pub missing: Vec<Subject>,
}

impl Dossier {
    /// What the merchant may serve at this moment, each until the first of its papers and commitments ends.
    #[must_use]
    pub fn serving(&self, policy: &AdmissionPolicy, now: Timestamp) -> Vec<Commitment> {
        let states = self.categories(policy, now).into_iter();
        let serves = states.filter_map(|state| {
            Some(Commitment { category: state.category, commitment_until: state.until? })
        });
        serves.collect()
    }

    /// How each category of the merchant stands.
    #[must_use]
    pub fn categories(&self, policy: &AdmissionPolicy, now: Timestamp) -> Vec<CategoryState> {
        let state = |category: &CategoryCode| {
            let lasting = self.rests_on(category, policy, now);
            let lasts = lasting.iter().all(|(_, until)| until.is_some_and(|until| now < until));
            let until = lasting.iter().filter_map(|(_, until)| *until).min().filter(|_| lasts);
            let missing = self.asked_for(category, policy).into_iter();
            let missing = missing.filter(|(_, until)| until.is_none_or(|until| until <= now));
            CategoryState {
                category: category.clone(),
                until,
                missing: missing.map(|(subject, _)| subject).collect(),
            }
        };
        self.granted.iter().map(state).collect()
    }

    /// What the policy asks for in a category, and until when the file has it; may lie in the past. Without a row in
    /// the policy nothing is allowed: the commitment then has no end that could be named.
    fn asked_for(
        &self,
        category: &CategoryCode,
        policy: &AdmissionPolicy,
    ) -> Vec<(Subject, Option<Timestamp>)> {
        let commitment = Subject::Commitment(category.clone());
        let Ok(papers) = policy.papers(category) else { return vec![(commitment, None)] };
        let signed = self.signatures.iter().find(|signed| signed.category == *category);
        let papers = papers.into_iter().map(|code| {
            let until = self.good_until(&code);
            (Subject::Paper(code), until)
        });
        let signed = core::iter::once((commitment, signed.map(|signed| signed.until)));
        let shown = self.handover(category).into_iter().flat_map(|owed| owed.not_shown());
        papers.chain(signed).chain(shown.map(|subject| (subject, None))).collect()
    }

    /// What ended of what these served categories rest on, each with the categories that are suspended by it.
    #[must_use]
    pub fn suspended(
        &self,
        served: &[Commitment],
        policy: &AdmissionPolicy,
        now: Timestamp,
    ) -> BTreeMap<Subject, Vec<CategoryCode>> {
        let mut ended: BTreeMap<Subject, Vec<CategoryCode>> = BTreeMap::new();
        for CategoryState { category, missing, .. } in
            self.categories(policy, now).into_iter().filter(|state| state.until.is_none())
        {
            if served.iter().any(|made| made.category == category) {
                missing
                    .into_iter()
                    .for_each(|subject| ended.entry(subject).or_default().push(category.clone()));
            }
        }
        ended
    }

    /// What a category rests on, and until when each of it lasts. Where it was taken over, what is not there yet lasts
    /// until its file has to be complete.
    fn rests_on(
        &self,
        category: &CategoryCode,
        policy: &AdmissionPolicy,
        now: Timestamp,
    ) -> Vec<(Subject, Option<Timestamp>)> {
        let asked = self.asked_for(category, policy);
        let ruled = policy.row(category).is_ok();
        let owed = self.handover(category).map(|owed| owed.complete_by).filter(|by| ruled && now < *by);
        let there = |until: &Timestamp| owed.is_none() || now < *until;
        asked.into_iter().map(|(subject, until)| (subject, until.filter(there).or(owed))).collect()
    }

    /// What ends in a category that is served, the first end of each, with the categories that hang on it then.
    fn endings(
        &self,
        policy: &AdmissionPolicy,
        now: Timestamp,
    ) -> BTreeMap<Subject, (Timestamp, Vec<CategoryCode>)> {
        let mut endings: BTreeMap<Subject, (Timestamp, Vec<CategoryCode>)> = BTreeMap::new();
        for category in &self.granted {
            for (subject, until) in self.rests_on(category, policy, now) {
                let Some(until) = until.filter(|until| now < *until) else { continue };
                let (first, hang) = endings.entry(subject).or_insert((until, Vec::new()));
                if until < *first {
                    (*first, *hang) = (until, Vec::new());
                }
                if until == *first {
                    hang.push(category.clone());
                }
            }
        }
        endings
    }

    /// The notices that are due, each once: of several that are due at once, the one nearest to the end.
    #[must_use]
    pub fn notices_due(&self, policy: &AdmissionPolicy, now: Timestamp) -> Vec<ExpiryNotice> {
        let due = |(subject, (expires_at, categories)): (Subject, (Timestamp, Vec<CategoryCode>))| {
            let days = policy.rules.notice_days.iter().copied();
            let days_before = days.filter(|days| expires_at.before(DAY * u32::from(*days)) <= now).min()?;
            let told = self.told.get(&subject);
            let told = told.is_some_and(|(ends, days)| *ends == expires_at && *days <= days_before);
            (!told).then_some(ExpiryNotice { subject, expires_at, days_before, categories })
        };
        self.endings(policy, now).into_iter().filter_map(due).collect()
    }

    /// The file after its notices were given.
    #[must_use]
    pub fn told(&self, notices: &[ExpiryNotice]) -> Self {
        let mut next = self.touched();
        for notice in notices {
            next.told.insert(notice.subject.clone(), (notice.expires_at, notice.days_before));
        }
        next
    }

    /// The next moment at which somebody must look at the file: a notice falls due, or something ends.
    #[must_use]
    pub fn next_due(&self, policy: &AdmissionPolicy, now: Timestamp) -> Option<Timestamp> {
        if !self.notices_due(policy, now).is_empty() {
            return Some(now);
        }
        let moments = self.endings(policy, now).into_values().flat_map(|(until, _)| {
            let notices =
                policy.rules.notice_days.iter().map(move |days| until.before(DAY * u32::from(*days)));
            notices.chain([until])
        });
        moments.filter(|moment| now < *moment).min()
    }
}

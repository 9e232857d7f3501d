//! Facts from feedback, and the yearly evaluation.

use credit_domain::evaluation::{Fold, year_end};
use credit_domain::{
    Cause, Followup, FollowupOutcome, Points, Recording, VerifiedBreach, evaluate, record_breach,
    record_followup,
};
use kernel::{CallbackId, CaseId, Severity, Step};

use crate::explain::{entry, points};
use crate::script::{day_at_end, number_before};
use crate::town::{Answers, Town};

impl Town {
    /// A fact or an evaluation; none when it is something else.
    pub(crate) fn fact(&mut self, words: &str) -> Option<Answers> {
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        match verb {
            "call-backs" => Some(Ok(self.followups(rest))),
            "breach" => Some(self.breach(rest)),
            "evaluation" => Some(Ok(self.evaluation(rest.parse().unwrap()))),
            _ => None,
        }
    }

    /// `12 content, 1 discontent, 3 unreached`; with `of 2025-12-20` behind it, they happened then.
    fn followups(&mut self, words: &str) -> Vec<String> {
        let outcomes = [
            ("content", FollowupOutcome::Satisfied),
            ("discontent", FollowupOutcome::Unsatisfied),
            ("unreached", FollowupOutcome::Unreached),
        ];
        let happened = words.contains(" of ").then(|| day_at_end(words).at_minute(12 * 60));
        let mut added = Points::ZERO;
        for (word, outcome) in outcomes {
            for _ in 0..number_before(words, word) {
                let callback = CallbackId::from_u128(self.next_id());
                let (rules, recording) = (self.rules.clone(), self.recording());
                let at = Recording { rules: &rules, ..recording };
                let company = self.company_mut();
                let (merchant, category) = (company.id, company.category());
                let fact = Followup {
                    merchant,
                    callback,
                    category,
                    outcome,
                    happened_at: happened.unwrap_or(at.now),
                };
                let change = record_followup(company.merchant(), None, &fact, at).unwrap().done().unwrap();
                added = change.entries.iter().fold(added, |sum, entry| sum + entry.posting.tally.points);
                company.carry_out(&change);
            }
        }
        let asked = number_before(words, "content") + number_before(words, "discontent");
        let unreached = number_before(words, "unreached");
        let mut answers = Vec::new();
        if asked > 0 {
            answers.push(format!("记账 entered: {asked} answered, {}", points(added)));
        }
        if unreached > 0 {
            answers.push(format!("未接通不作评价依据 {unreached} not reached: no evidence, no points"));
        }
        answers
    }

    /// `serious price-as-posted`.
    fn breach(&mut self, words: &str) -> Answers {
        let (severity, clause) = words.split_once(' ').unwrap();
        let severity: Severity = severity.parse().unwrap();
        let case = CaseId::from_u128(self.next_id());
        let (rules, recording) = (self.rules.clone(), self.recording());
        let at = Recording { rules: &rules, ..recording };
        let company = self.company_mut();
        let (merchant, category) = (company.id, company.category());
        let (clause, happened_at) = (clause.to_owned(), at.now);
        let fact = VerifiedBreach { merchant, case, category, clause, severity, happened_at };
        let step =
            record_breach(company.merchant(), None, &fact, at).map_err(|refused| refused.to_string())?;
        let change = step.done().unwrap();
        company.carry_out(&change);
        Ok(change.entries.iter().map(entry).collect())
    }

    fn evaluation(&mut self, year: u16) -> Vec<String> {
        let (rules, recording) = (self.rules.clone(), self.recording());
        let at = Recording { rules: &rules, ..recording };
        let company = self.company_mut();
        let mut fold = Fold::new(&rules, year_end(year).unwrap());
        company.ledger.iter().for_each(|entry| fold.add(entry));
        match evaluate(company.merchant(), year, &fold, at) {
            Step::Done(change) => {
                company.carry_out(&change);
                let quality = change.merchant.credit.quality.iter().flat_map(|measured| {
                    measured
                        .means()
                        .map(|(_, mean)| format!("服务质量 measured quality {} per mille", mean / 1_000))
                });
                quality.chain(change.entries.iter().map(entry)).collect()
            }
            Step::AlreadyDone(grade) => vec![format!("已评 evaluated before: {grade}")],
        }
    }

    /// The last breach of the company.
    pub(crate) fn last_breach(&self) -> &credit_domain::Entry {
        let breach = |entry: &&credit_domain::Entry| matches!(entry.posting.cause, Cause::Breach(_));
        self.company().ledger.iter().rfind(breach).unwrap()
    }
}

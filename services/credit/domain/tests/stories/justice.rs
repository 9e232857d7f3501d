//! Proceedings, appeals and repair.

use credit_domain::admission::Ban;
use credit_domain::process::{Act, Ground, Opening, Posted, Proceeding, ProcessRefusal, RedLine, settle};
use credit_domain::{Cause, Entry, Recording};
use kernel::{Actor, PersonalText, ProceedingId, Severity, Step};

use crate::company::ningbo;
use crate::explain::{act_done, by_when, day, entry, publicity};
use crate::script::{by, day_at_end, number_before};
use crate::town::{ANOTHER, Answers, OFFICER, REVIEWER, Town, person, staff};

pub(crate) fn words(text: &str) -> PersonalText {
    PersonalText::new(text.to_owned())
}

impl Town {
    /// An act of a proceeding or an objection; none when it is something else.
    pub(crate) fn act(&mut self, line: &str) -> Option<Answers> {
        let (line, named) = by(line);
        if let Some(about) = line.strip_prefix("proceeding about ") {
            return Some(self.open(about, named.unwrap_or(OFFICER)));
        }
        if line.starts_with("object") {
            return self.objection(line, named);
        }
        let (act, doer) = self.read_act(line)?;
        let owner = Actor::Merchant { id: self.company().id };
        Some(self.do_act(act, doer.map_or(owner, |usual| staff(named.unwrap_or(usual)))))
    }

    /// The act, and who of the staff does it where nobody is named; none where the company does it.
    fn read_act(&self, line: &str) -> Option<(Act, Option<&'static str>)> {
        let reason = || "见案卷".to_owned();
        let proof = || words("见附件");
        let granted = |word: &str| line.ends_with(word);
        let last_breach_at = self.company().ledger.iter().filter_map(|entry| match entry.posting.cause {
            Cause::Breach(_) => Some(entry.posting.valid_from),
            _ => None,
        });
        let verb = line.split([' ', ',']).next()?;
        Some(match (verb, line) {
            ("suspends", _) => (Act::Suspend { reason: reason() }, Some(OFFICER)),
            ("confirms", _) => (Act::ConfirmSuspension, Some(REVIEWER)),
            ("notice", _) => {
                let announced = line.rsplit(' ').next()?.parse().ok()?;
                (Act::Notify { announced, reason: reason() }, Some(OFFICER))
            }
            ("replies", _) => {
                (Act::Reply { text: proof(), asks_hearing: granted("asks for a hearing") }, None)
            }
            ("hearing", line) if line.starts_with("hearing on") => {
                (Act::CallHearing { on: day_at_end(line).at_minute(9 * 60) }, Some(OFFICER))
            }
            ("hearing", _) => {
                let legal_adviser = !granted("without the legal adviser");
                (Act::RecordHearing { association: true, legal_adviser, minutes: proof() }, Some(OFFICER))
            }
            ("imposes", _) => (impose(line, reason())?, Some(REVIEWER)),
            ("drops", _) => (Act::Drop { reason: reason() }, Some(REVIEWER)),
            ("proves", _) => (Act::Prove { proof: proof() }, None),
            ("proof", _) => {
                (Act::JudgeProof { granted: granted("is accepted"), reason: reason() }, Some(REVIEWER))
            }
            ("appeals", _) => (Act::Appeal { grounds: proof() }, None),
            ("appeal", _) => {
                (Act::RuleOnAppeal { granted: granted("upheld"), reason: reason() }, Some(ANOTHER))
            }
            ("applies", "applies for repair") => {
                (Act::ApplyForRepair { proof: proof(), last_breach_at: last_breach_at.max() }, None)
            }
            ("repair", _) => {
                (Act::DecideRepair { granted: granted("granted"), reason: reason() }, Some(REVIEWER))
            }
            _ => return None,
        })
    }

    /// `the breach, general`, `the red line fraud`, `a finding, serious`.
    fn open(&mut self, about: &str, officer: &str) -> Answers {
        let class = about.rsplit(' ').next().unwrap();
        let breach = about.starts_with("the breach").then(|| self.last_breach().posting.clone());
        let (ground, class) = match (&breach, about.strip_prefix("the red line ")) {
            (Some(posting), _) => {
                let Cause::Breach(case) = posting.cause else { panic!("it is a breach") };
                (Ground::Breach { case }, class.parse::<Severity>().unwrap())
            }
            (None, Some(line)) => {
                (Ground::RedLine { line: line.parse::<RedLine>().unwrap() }, Severity::Serious)
            }
            (None, None) => (Ground::Finding, class.parse::<Severity>().unwrap()),
        };
        let opening = Opening {
            id: ProceedingId::from_u128(self.next_id()),
            city: ningbo(),
            merchant: self.company().id,
            ground,
            class,
            category: breach.as_ref().and_then(|posting| posting.category.clone()),
            clause: breach.and_then(|posting| posting.clause),
            facts: words("见案卷"),
        };
        let file = Proceeding::open(opening, person(officer), self.moment()).map_err(refused)?;
        let answer = format!("立案 opened, class {class}; {}", self.due(&file));
        self.files.push(file);
        Ok(vec![answer])
    }

    fn do_act(&mut self, act: Act, doer: Actor) -> Answers {
        let merchant = self.company().id;
        let place = self.files.iter().rposition(|file| file.merchant == merchant).expect("a file");
        let (kind, file) = (act.kind(), &self.files[place]);
        match file.act(act, doer, self.moment()).map_err(refused)? {
            Step::AlreadyDone(()) => Ok(vec!["前已办理 done before: the first stands".to_owned()]),
            Step::Done(next) => {
                let mut answers = vec![act_done(kind, &next)];
                answers.push(self.due(&next));
                answers.extend(self.save(place, next));
                answers.retain(|answer| !answer.is_empty());
                Ok(answers)
            }
        }
    }

    /// Saves the file and brings company, ledger, bans and board in line with it.
    pub(crate) fn save(&mut self, place: usize, next: Proceeding) -> Vec<String> {
        let before = core::mem::replace(&mut self.files[place], next);
        let file = self.files[place].clone();
        let mut answers = Vec::new();
        let contested = self.contested(file.merchant);
        let (rules, recording) = (self.rules.clone(), self.recording());
        let at = Recording { rules: &rules, ..recording };
        let company = self.company_of(file.merchant);
        if let Some(change) =
            settle(company.merchant(), &file, &posted(&company.ledger, &file), contested, at)
        {
            answers.extend(change.entries.iter().map(entry));
            company.carry_out(&change);
        }
        let behind = company.papers.as_ref().and_then(|(_, dossier)| dossier.registration.clone());
        match (before.removal(), file.removal()) {
            (None, Some(it)) => {
                let ban =
                    Ban::on(ningbo(), it.merchant, behind.as_ref(), it.removed_at, it.ban_until, it.cause);
                answers.push(format!(
                    "终止加盟并禁入 removed, and banned with everybody behind it until {}",
                    day(ban.until)
                ));
                self.bans.push(ban);
            }
            (Some(it), None) => {
                self.bans.retain(|ban| ban.cause != it.cause);
                answers.push("禁入撤销 the ban is lifted".to_owned());
            }
            (None, None) | (Some(_), Some(_)) => {}
        }
        answers.extend(publicity(&before, &file));
        answers
    }

    fn due(&self, file: &Proceeding) -> String {
        let due = file.due().map(|due| format!("期限 due: {} {}", due.what, by_when(self, due.by)));
        due.unwrap_or_default()
    }
}

/// `imposes rectification for 3 months, to be put right within 10 working days`.
fn impose(line: &str, reason: String) -> Option<Act> {
    let measure = line.split(' ').nth(1)?.parse().ok()?;
    let (months, working_days) = (number_before(line, "months"), number_before(line, "working"));
    let rectify_working_days = (working_days > 0).then_some(working_days);
    Some(Act::Impose { measure, months, rectify_working_days, reason })
}

/// The entries that concern the file, as the service looks them up.
fn posted(ledger: &[Entry], file: &Proceeding) -> Posted {
    let made_by = |cause| ledger.iter().find(|entry| entry.posting.cause == cause).cloned();
    let reversal =
        |of: &Option<Entry>| of.as_ref().and_then(|made| made_by(Cause::Reversal(made.posting.id)));
    let breach = match file.ground {
        Ground::Breach { case } => made_by(Cause::Breach(case)),
        Ground::RedLine { .. } | Ground::Finding => None,
    };
    let sanction = made_by(Cause::Sanction(file.id));
    let fact = sanction.as_ref().or(breach.as_ref());
    let repair = fact.and_then(|fact| made_by(Cause::Repair(fact.posting.id)));
    let (taken_back, unrepair) = (reversal(&breach).is_some(), reversal(&repair));
    let reversal = reversal(&sanction);
    Posted { breach: breach.filter(|_| !taken_back), sanction, reversal, repair, unrepair }
}

pub(crate) fn refused(refusal: ProcessRefusal) -> String {
    match refusal {
        ProcessRefusal::TooEarly(at) => format!("未到时间 it cannot be done before {}", day(at)),
        ProcessRefusal::TooLate(at) => {
            format!("已过期限 it could be done until {}", crate::explain::last_day(at))
        }
        other => other.to_string(),
    }
}

//! What people read in place of rules and causes: Chinese first, English second. One table for pages, sheets and data.

use kernel::Severity;
use serde::Serialize;

use crate::activities::HonourLevel;
use crate::ledger::{Cause, Posting};
use crate::rules::{Rules, severity_of};
use crate::tally::Dimension;
use crate::volunteer::DeedKind;

/// Something in the two languages of the pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Chinese, shown first.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// These.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// What a rule is called; the pointer itself where it is of no rule that makes entries.
#[must_use]
pub fn rule_words(rules: &Rules, rule: &str) -> Words {
    let (zh, en) = match rule {
        "/opening" => ("新加盟起始分", "what a newcomer starts with"),
        "/opening/taken-over" => ("加盟前的记录", "record taken over"),
        "/entry_grade" => ("重新加盟", "admitted anew"),
        "/quality" => ("服务质量", "measured service quality"),
        "/followup/satisfied" => ("回访满意", "citizen content"),
        "/followup/unsatisfied" => ("回访不满意（未构成失信）", "citizen not content, no breach"),
        "/followup/suspected-breach" => ("回访疑似失信（另行核实）", "a breach suspected, and looked into"),
        "/followup/unreached" => ("回访未联系上", "nobody was reached"),
        "/activities/volunteer/points_per_year_max" => {
            ("志愿服务全年上限", "the most that a year of volunteering gives")
        }
        _ => {
            let severity = severity_of(rule).map(severity_words);
            return severity.or_else(|| given(rules, rule)).unwrap_or_else(|| Words::new(rule, rule));
        }
    };
    Words::new(zh, en)
}

/// How grave a breach is.
#[must_use]
pub fn severity_words(severity: Severity) -> Words {
    match severity {
        Severity::Minor => Words::new("轻微失信", "minor breach"),
        Severity::General => Words::new("一般失信", "general breach"),
        Severity::Serious => Words::new("严重失信", "serious breach"),
    }
}

/// What is given for activities, honours and volunteering. Their titles are part of the rules.
fn given(rules: &Rules, rule: &str) -> Option<Words> {
    if let Some(kind) = rule.strip_prefix("/activities/attended/") {
        let activity = rules.activities.attended.get(kind)?;
        let en = or_kind(&activity.title_en, kind);
        return Some(Words::new(format!("参加{}", activity.title), format!("attended: {en}")));
    }
    if let Some(deed) = rule.strip_prefix("/activities/volunteer/") {
        return deed.parse().ok().map(deed_words);
    }
    let (kind, level) = rule.strip_prefix("/activities/honours/")?.split_once('/')?;
    let honour = rules.activities.honours.get(kind)?;
    let (level_zh, level_en) = match level.parse().ok()? {
        HonourLevel::City => ("市级", "city"),
        HonourLevel::Province => ("省级", "province"),
        HonourLevel::Nation => ("国家级", "nation"),
    };
    let en = or_kind(&honour.title_en, kind);
    Some(Words::new(format!("{level_zh}{}", honour.title), format!("honoured by the {level_en}: {en}")))
}

fn or_kind<'a>(title: &'a str, kind: &'a str) -> &'a str {
    if title.is_empty() { kind } else { title }
}

fn deed_words(deed: DeedKind) -> Words {
    match deed {
        DeedKind::Activity => Words::new("组织志愿活动", "held a volunteer activity"),
        DeedKind::Hours => Words::new("志愿服务时长", "hours of volunteering"),
        DeedKind::Recruitment => Words::new("招募志愿者", "recruited volunteers"),
        DeedKind::TeamIncubation => Words::new("孵化志愿队伍", "incubated a team"),
        DeedKind::MatchedNeed => Words::new("满足志愿需求", "met a volunteer need"),
    }
}

/// What made an entry, or moved a grade.
#[must_use]
pub fn cause_words(cause: Cause) -> Words {
    let (zh, en) = match cause {
        Cause::Opening => ("建立信用台账", "ledger opened"),
        Cause::Followup(_) => ("回访", "call-back"),
        Cause::Breach(_) => ("失信核实", "breach verified"),
        Cause::Reversal(_) => ("撤销", "taken back"),
        Cause::Evaluation(year) => {
            return Words::new(format!("{year}年度评价"), format!("evaluation of {year}"));
        }
        Cause::Quality(_) => ("服务质量更正", "quality put right after a reversal"),
        Cause::Expiry(_) => ("到期退回", "its time was over"),
        Cause::Workers => ("从业人员证件变动", "papers of workers changed"),
        Cause::Papers => ("资质或承诺变动", "papers or commitments changed"),
        Cause::Admission(_) => ("准予加盟", "admitted"),
        Cause::Leaving => ("自行退出", "left by itself"),
        Cause::Sanction(_) => ("平台措施", "measure of the platform"),
        Cause::Repair(_) => ("信用修复", "repaired"),
        Cause::Objection(_) => ("异议", "objection"),
        Cause::Activity(_) => ("信用建设活动", "credit activity"),
        Cause::Honour(_) => ("荣誉", "honour"),
        Cause::Volunteering(_) => ("志愿服务", "volunteering"),
        Cause::Recount(_) => ("志愿服务重新计分", "volunteering counted anew"),
        Cause::Correction(_) => ("更正", "put right"),
        Cause::Reassessment(_) => ("重新评定", "year computed anew"),
    };
    Words::new(zh, en)
}

/// What an entry is about, in one line: what happened, and by which rule where that does not say it alone.
#[must_use]
pub fn posting_words(rules: &Rules, posting: &Posting) -> Words {
    let (cause, rule) = (cause_words(posting.cause), rule_words(rules, &posting.rule));
    match posting.cause {
        Cause::Evaluation(_) | Cause::Reassessment(_) => cause,
        Cause::Opening
        | Cause::Followup(_)
        | Cause::Admission(_)
        | Cause::Activity(_)
        | Cause::Honour(_)
        | Cause::Volunteering(_) => rule,
        Cause::Breach(_)
        | Cause::Sanction(_)
        | Cause::Reversal(_)
        | Cause::Quality(_)
        | Cause::Expiry(_)
        | Cause::Repair(_)
        | Cause::Recount(_)
        | Cause::Correction(_)
        | Cause::Workers
        | Cause::Papers
        | Cause::Leaving
        | Cause::Objection(_) => {
            Words::new(format!("{}：{}", cause.zh, rule.zh), format!("{}: {}", cause.en, rule.en))
        }
    }
}

/// What a dimension is called.
#[must_use]
pub fn dimension_words(dimension: Dimension) -> Words {
    let (zh, en) = match dimension {
        Dimension::SocialEvaluation => ("社会评价", "social evaluation"),
        Dimension::CreditActivities => ("信用建设活动", "credit activities"),
        Dimension::CreditRecord => ("信用记录", "credit record"),
        Dimension::Demonstration => ("示范引领", "demonstration"),
    };
    Words::new(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{ActivityId, EntryId};

    fn rules() -> Rules {
        serde_json::from_str(include_str!("../../data/rules.v1.json")).unwrap()
    }

    #[test]
    fn every_rule_that_makes_entries_has_a_name_in_both_languages() {
        let rules = rules();
        let plain = ["/opening", "/opening/taken-over", "/entry_grade", "/quality"];
        let calls = ["satisfied", "unsatisfied", "suspected-breach", "unreached"];
        let mut pointers: Vec<String> = plain.map(str::to_owned).to_vec();
        pointers.extend(calls.map(|call| format!("/followup/{call}")));
        pointers.extend(Severity::ALL.map(|severity| format!("/breach/{severity}")));
        pointers.extend(rules.activities.attended.keys().map(|kind| format!("/activities/attended/{kind}")));
        for kind in rules.activities.honours.keys() {
            let levels = HonourLevel::ALL.iter();
            pointers.extend(levels.map(|level| format!("/activities/honours/{kind}/{level}")));
        }
        pointers.extend(DeedKind::ALL.iter().map(|deed| format!("/activities/volunteer/{deed}")));
        pointers.push("/activities/volunteer/points_per_year_max".to_owned());
        for pointer in pointers {
            let Words { zh, en } = rule_words(&rules, &pointer);
            assert!(!zh.contains('/') && !zh.is_ascii(), "{pointer} is called {zh}");
            assert!(!en.contains(['/', '-']) || en.contains("call-back"), "{pointer} is called {en}");
        }
    }

    #[test]
    fn a_rule_that_is_gone_is_told_by_its_pointer() {
        let gone = "/activities/attended/gone";
        assert_eq!(rule_words(&rules(), gone), Words::new(gone, gone));
    }

    #[test]
    fn an_activity_is_called_by_its_title_alone_and_a_repair_says_what_of() {
        let rules = rules();
        let posting = |cause, rule: &str| Posting {
            id: EntryId::from_u128(1),
            tally: crate::tally::Tally::ZERO,
            category: None,
            cause,
            rule: rule.to_owned(),
            rules_version: 1,
            clause: None,
            valid_from: kernel::Timestamp::EPOCH,
            valid_until: None,
            recorded_at: kernel::Timestamp::EPOCH,
        };
        let attended = posting(Cause::Activity(ActivityId::from_u128(2)), "/activities/attended/pledge-day");
        assert_eq!(posting_words(&rules, &attended).zh, "参加诚信承诺日");
        let repaired = posting(Cause::Repair(EntryId::from_u128(3)), "/breach/minor");
        assert_eq!(posting_words(&rules, &repaired).zh, "信用修复：轻微失信");
    }
}

//! The words of the answers, Chinese first.

use core::time::Duration;

use credit_domain::admission::Check;
use credit_domain::process::{ActKind, Hold, Outcome, Proceeding, Rectification, Stage};
use credit_domain::{Dimension, Entry, Points, Status, Whose};
use kernel::{Grade, Severity, Timestamp};

use crate::company::Company;
use crate::town::Town;

/// The day in the city.
pub(crate) fn day(at: Timestamp) -> String {
    at.in_city().day.to_string()
}

/// The last day on which something may still be done that is too late at this instant.
pub(crate) fn last_day(too_late: Timestamp) -> String {
    day(too_late.before(Duration::from_micros(1)))
}

/// A deadline, and how far off it is.
pub(crate) fn by_when(town: &Town, too_late: Timestamp) -> String {
    let last = too_late.before(Duration::from_micros(1));
    let days = town.calendar.working_days_between(town.now, last, Whose::Merchants);
    format!("by the end of {}, {days} working days 个工作日", day(last))
}

const fn named(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::SocialEvaluation => "社会评价 social evaluation",
        Dimension::CreditActivities => "信用建设活动 activities",
        Dimension::CreditRecord => "信用记录 credit record",
        Dimension::Demonstration => "示范引领 demonstration",
    }
}

/// Points with their signs, those of nothing left out.
pub(crate) fn points(points: Points) -> String {
    let told = Dimension::ALL.into_iter().filter(|one| points.of(*one) != 0);
    let told: Vec<String> = told.map(|one| format!("{} {:+}", named(one), points.of(one))).collect();
    if told.is_empty() { "不计分 no points".to_owned() } else { told.join(", ") }
}

/// An entry of the ledger: its place, what it is for, what it is worth and until when.
pub(crate) fn entry(entry: &Entry) -> String {
    let posting = &entry.posting;
    let until = posting.valid_until.map(|until| format!(", counts until {}", day(until))).unwrap_or_default();
    format!(
        "记账 entry {}: {} by rule {}, {}{until}",
        entry.seq,
        posting.cause.word(),
        posting.rule,
        points(posting.tally.points)
    )
}

pub(crate) fn check(check: &Check) -> String {
    let category = check.category.as_ref().map(|category| format!(" ({category})")).unwrap_or_default();
    format!("{}{category}: {}", check.kind, check.evidence)
}

/// What an act did, and what it means for the file.
pub(crate) fn act_done(kind: ActKind, file: &Proceeding) -> String {
    let what = match kind {
        ActKind::Suspend => "紧急暂停 suspended at once",
        ActKind::ConfirmSuspension => "紧急暂停已确认 another person confirms it",
        ActKind::LiftSuspension => "紧急暂停已解除 another person lifts it",
        ActKind::Notify => "事先告知 the merchant is told, and may reply",
        ActKind::Reply if file.asks_hearing => "陈述申辩 the merchant replies, and asks for a hearing",
        ActKind::Reply => "陈述申辩 the merchant replies",
        ActKind::CallHearing => "听证通知 a hearing is called",
        ActKind::RecordHearing => "听证笔录 the hearing was held",
        ActKind::Impose => return imposed(file),
        ActKind::Drop => "不予处理 dropped",
        ActKind::Prove => "整改证明 the merchant shows what it put right",
        ActKind::JudgeProof if file.rectification.as_ref().is_some_and(Rectification::is_accepted) => {
            "整改合格 it is put right"
        }
        ActKind::JudgeProof => "整改不合格 it is not put right yet",
        ActKind::Appeal => "申请复核 the merchant appeals",
        ActKind::RuleOnAppeal if file.stage() == Stage::Reversed => "复核撤销 reversed",
        ActKind::RuleOnAppeal => "维持原决定 the decision stands",
        ActKind::ApplyForRepair => "申请信用修复 the merchant applies for repair",
        ActKind::DecideRepair if file.stage() == Stage::Repaired => "准予修复 repaired",
        ActKind::DecideRepair => "不予修复 not repaired",
    };
    let reply = file.notice.as_ref().filter(|_| kind == ActKind::Notify);
    let reply = reply.map(|notice| format!("; reply by the end of {}", last_day(notice.reply_by)));
    let confirm = file.emergency.as_ref().filter(|_| kind == ActKind::Suspend);
    let confirm = confirm.map(|it| {
        format!(
            "; ends by itself unless another person confirms it by the end of {}",
            last_day(it.confirm_by)
        )
    });
    format!("{what}{}{}", reply.unwrap_or_default(), confirm.unwrap_or_default())
}

fn imposed(file: &Proceeding) -> String {
    let decision = file.decision.as_ref().unwrap();
    let Outcome::Imposed(sanction) = decision.outcome else { panic!("it was imposed") };
    let rectify = file.rectification.as_ref();
    let rectify = rectify.map(|it| format!(", to be put right by the end of {}", last_day(it.due_by)));
    format!(
        "决定 decided: {} until {}{}; repair from {}; appeal by the end of {}",
        sanction.measure,
        day(sanction.until),
        rectify.unwrap_or_default(),
        day(sanction.repair_from),
        last_day(decision.appeal_by),
    )
}

/// What appears on the board or leaves it.
pub(crate) fn publicity(before: &Proceeding, after: &Proceeding) -> Option<String> {
    match (before.publicity(), after.publicity()) {
        (None, Some(shown)) => {
            Some(format!("公示 on the board: {} until {}", shown.measure, day(shown.until)))
        }
        (Some(_), None) => Some("撤下公示 taken off the board".to_owned()),
        (None, None) if before.sanction().is_none() && after.sanction().is_some() => {
            Some("不公示 not on the board: minor findings are not published".to_owned())
        }
        _ => None,
    }
}

/// What others see of a company, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Shown {
    score: String,
    grade: String,
    serves: String,
}

impl Shown {
    /// The lines that changed.
    pub(crate) fn lines(&self, before: Option<&Self>) -> impl Iterator<Item = &String> {
        let none = Self::default();
        let before = before.cloned().unwrap_or(none);
        let parts = [(&self.score, before.score), (&self.grade, before.grade), (&self.serves, before.serves)];
        parts.into_iter().filter(|(now, before)| **now != *before && !now.is_empty()).map(|(now, _)| now)
    }
}

pub(crate) fn show(town: &Town, company: &Company) -> Shown {
    let Some(merchant) = &company.merchant else { return Shown::default() };
    let credit = &merchant.credit;
    let counted = town.rules.within_bounds(credit.tally.points);
    let parts = Dimension::ALL.map(|one| format!("{} {}", named(one), counted.of(one)));
    let serves: Vec<&str> = merchant.profile.categories.iter().map(|made| made.category.as_str()).collect();
    let serves = if serves.is_empty() { "none 无".to_owned() } else { serves.join(", ") };
    let status = match merchant.status {
        Status::Affiliated => "已加盟 affiliated",
        Status::Suspended => "暂停派单 suspended: no work",
        Status::Removed => "已清退 removed: no work",
        Status::Left => "已退出 left: no work",
    };
    let objection = if merchant.under_objection { ", 异议中 under objection" } else { "" };
    Shown {
        score: format!("分数 score {}: {}", credit.score, parts.join(", ")),
        grade: format!(
            "等级 grade {}, {status}{objection} (因 because: {})",
            credit.grade,
            held_by(town, company)
        ),
        serves: format!("服务类别 serves: {serves}"),
    }
}

/// What keeps the grade from being a better one: all that allows no more than it.
fn held_by(town: &Town, company: &Company) -> String {
    let (rules, credit) = (&town.rules, &company.merchant().credit);
    let evidence = credit.tally.evidence;
    let asked = format!("{} of {} content", evidence.satisfied, evidence.callbacks());
    let steps: u8 = credit.findings.iter().map(|one| rules.breach_rule(one.severity).levels_down).sum();
    let mut limits = vec![
        (credit.awarded, format!("awarded 授予 {}", credit.awarded)),
        (rules.band(credit.score), "score band 分数档".to_owned()),
        (rules.gate(evidence), format!("evidence 评价依据 {asked}")),
    ];
    limits.extend(credit.findings.iter().map(|one| {
        (
            rules.finding_cap(one.severity),
            format!("open {} finding 未修复失信 of {}", one.severity, day(one.verified_at)),
        )
    }));
    limits.extend(credit.restraints.iter().map(|held| (held.hold.cap(rules), hold(held.hold))));
    let least = limits.iter().map(|(grade, _)| *grade).min().unwrap_or(Grade::D);
    let mut reasons: Vec<String> =
        limits.into_iter().filter(|(grade, _)| *grade == credit.grade).map(|(_, why)| why).collect();
    if credit.grade < least && steps > 0 {
        reasons.push(format!("{steps} steps down 降级 from {}", credit.awarded));
    }
    if reasons.is_empty() {
        reasons
            .push("rises only by the evaluation, a repair or a reversal 仅评价、修复、撤销可升级".to_owned());
    }
    reasons.join("; ")
}

fn hold(hold: Hold) -> String {
    match hold {
        Hold::Finding(Severity::Minor) => "minor finding 轻微问题".to_owned(),
        Hold::Finding(Severity::General) => "general finding 一般问题".to_owned(),
        Hold::Finding(Severity::Serious) => "serious finding 严重问题".to_owned(),
        Hold::Preference => "no preferred dispatch 暂停优先派单".to_owned(),
        Hold::Suspended => "suspended 暂停".to_owned(),
        Hold::Removed => "removed 清退".to_owned(),
    }
}

//! What would raise the grade, and what a merchant may do against it.

use credit_domain::evaluation::{EvaluationState, Raise, Report};
use credit_domain::{Dimension, Words, dimension_words, severity_words};

use super::{Desk, Section, end_words};
use crate::usecases::evaluation::ReportRead;

pub(super) fn raises(report: &Report) -> Section {
    let mut section = Section::new("怎样才能提高", "What would raise the grade");
    section.items = report.raises.iter().map(raise).collect();
    if section.items.is_empty() {
        section.items.push(Words::new("已是最高等级。", "It is the best grade there is."));
    }
    section
}

fn raise(one: &Raise) -> Words {
    match one {
        Raise::Points { grade, missing, room } => {
            let (zh, en): (Vec<_>, Vec<_>) =
                room.iter().map(|(dimension, room)| way(*dimension, *room)).unzip();
            Words::new(
                format!("距 {grade} 级还差 {missing} 分。还可以加：{}。", zh.join("；")),
                format!("{missing} points are missing for {grade}. There is room: {}.", en.join("; ")),
            )
        }
        Raise::Evidence { grade, content_callbacks: Some(more) } => Words::new(
            format!("再有 {more} 次满意回访，就达到 {grade} 级对回访的要求。"),
            format!("{more} more call-backs with a content citizen meet what {grade} asks of them."),
        ),
        Raise::Evidence { grade, content_callbacks: None } => Words::new(
            format!("不满意的比例太高，达不到 {grade} 级对回访的要求。"),
            format!("Too many were not content for what {grade} asks of call-backs."),
        ),
        Raise::Breach { severity, points, ends_at, until_repaired, .. } => {
            let Words { mut zh, mut en } = severity_words(*severity);
            zh = format!("{zh}：扣 {} 分", points.abs());
            en = format!("A {en}: {} points are taken", points.abs());
            if let Some(end) = ends_at.map(end_words) {
                zh = format!("{zh}，计至 {}", end.zh);
                en = format!("{en} until {}", end.en);
            }
            if *until_repaired {
                zh = format!("{zh}；修复前等级受限，改正并承诺后可申请信用修复");
                en = format!("{en}; it caps the grade until it is repaired, for which you may apply");
            }
            Words::new(format!("{zh}。"), format!("{en}."))
        }
        Raise::Measure { cap, ends_at, repair_applied, .. } => {
            let mut zh = format!("平台措施期间，等级最高为 {cap}");
            let mut en = format!("A measure of the platform caps the grade at {cap}");
            if let Some(end) = ends_at.map(end_words) {
                zh = format!("{zh}，至 {} 止", end.zh);
                en = format!("{en} until {}", end.en);
            }
            if *repair_applied {
                zh.push_str("；信用修复申请正在审理");
                en.push_str("; your application for repair is being examined");
            }
            Words::new(format!("{zh}。"), format!("{en}."))
        }
    }
}

/// How a dimension grows, and by how much it still can.
fn way(dimension: Dimension, room: i64) -> (String, String) {
    let (zh, en) = match dimension {
        Dimension::SocialEvaluation => ("让来电市民满意", "content citizens"),
        Dimension::CreditActivities => {
            ("参加诚信讲座、承诺日、培训和志愿服务", "lectures, pledge days, trainings and volunteering")
        }
        Dimension::CreditRecord => ("失信到期或得到修复", "breaches that end or are repaired"),
        Dimension::Demonstration => ("获得市级以上荣誉", "honours by the city, the province or the nation"),
    };
    let words = dimension_words(dimension);
    (format!("{}最多 {room} 分（{zh}）", words.zh), format!("{} up to {room} ({en})", words.en))
}

/// What the merchant may do, to whom and how. A preview gives it nothing to object to.
pub(super) fn rights(read: &ReportRead<'_>, desk: Desk<'_>) -> Option<Section> {
    read.report.year?;
    let mut section = Section::new("您的权利", "Your rights");
    section.items = vec![when(read), how(desk), decided(read)];
    section.items.push(Words::new(
        "异议成立的，错了的记录用相反或更正的条目改过，分数与等级随之恢复；不成立的，说明理由。",
        "Where it is upheld, an entry of the opposite amount or a correcting one puts it right, and score and grade with \
         it; where it is not, you are told why.",
    ));
    section.items.push(Words::new(
        "对平台措施不服，可申请复核；满最短期限、改正并承诺后，可申请信用修复。",
        "Against a measure you may appeal; after the shortest time, with the wrong put right, you may apply for repair.",
    ));
    Some(section)
}

fn when(read: &ReportRead<'_>) -> Words {
    let entries = ("对任何一条记录，可以随时提出异议", "To any entry you may object at any time");
    let (zh, en) = match read.run.state {
        EvaluationState::Published { effective_at, .. } => {
            let last = effective_at.last_day();
            (
                format!("对评定结果本身，在公布期内提出，至 {last} 止（含当日）"),
                format!("to the result as a whole while it is published, until the end of {last}"),
            )
        }
        EvaluationState::InEffect { objections_ended_at, .. } => {
            let last = objections_ended_at.last_day();
            (
                format!("对评定结果的异议期已于 {last} 结束；记录异议成立的，年度等级随之更正"),
                format!(
                    "the time to object to the result as a whole ended on {last}; where an objection to an entry is \
                     upheld, the yearly grade is put right as well"
                ),
            )
        }
        EvaluationState::Running | EvaluationState::Computed { .. } | EvaluationState::Failed { .. } => {
            let days = read.rules.evaluation.objection_working_days;
            (
                format!("对评定结果本身，公布后有 {days} 个工作日"),
                format!("to the result as a whole within {days} working days from its publication on"),
            )
        }
    };
    Words::new(format!("{}；{zh}。", entries.0), format!("{}; {en}.", entries.1))
}

fn how(desk: Desk<'_>) -> Words {
    let (zh, en) = (&desk.issuer.zh, &desk.issuer.en);
    Words::new(
        format!("向{zh}提出：用企业账号登录，选定记录或评定结果，写明理由；咨询电话 81890。"),
        format!(
            "To the {en}: sign in with your merchant's account, choose the entry or the result and say why; for advice call \
             81890."
        ),
    )
}

fn decided(read: &ReportRead<'_>) -> Words {
    let days = read.rules.process.objection_decision_working_days;
    Words::new(
        format!("{days} 个工作日内核查，并由另一人决定；期间凡显示等级处都注明“异议处理中”。"),
        format!(
            "It is examined, and decided by another person, within {days} working days; until then \"under objection\" \
             stands wherever your grade is shown."
        ),
    )
}

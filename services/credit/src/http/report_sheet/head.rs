//! What stands at the head and at the end of the sheet.

use credit_domain::Words;
use credit_domain::evaluation::{EvaluationState, Report};
use credit_domain::simulation::Limit;
use qrcode::types::QrError;

use super::super::sheets::qr;
use super::{Check, Desk, Fact, GradeBox, Mark, Row, Section, Sheet, day, minute, plain, text};
use crate::usecases::evaluation::ReportRead;

pub(super) fn sheet(read: &ReportRead<'_>, desk: Desk<'_>, sections: Vec<Section>) -> Result<Sheet, QrError> {
    let report = &read.report;
    let heading = match report.year {
        Some(year) => Words::new(format!("{year}年度信用报告"), format!("Credit report {year}")),
        None => Words::new("信用报告", "Credit report"),
    };
    let issuer = Words::new(&*desk.issuer.zh, &*desk.issuer.en);
    let mark = mark(read);
    let marked = mark.as_ref().map(|mark| format!("（{}）", mark.word.zh)).unwrap_or_default();
    Ok(Sheet {
        title: format!("{}{marked} {}", heading.zh, report.name),
        name: report.name.clone(),
        lines: lines(read),
        grades: grades(read),
        decides: decides(report.found.limit),
        notices: notices(read),
        sections,
        check: check(read, desk)?,
        foot: foot(report, mark.as_ref()),
        heading,
        issuer,
        mark,
    })
}

fn mark(read: &ReportRead<'_>) -> Option<Mark> {
    if read.report.year.is_none() {
        let says = Words::new(
            "试评预览：不改变任何等级，不是评价结果，仅供内部查看。",
            "A trial run: it changes no grade and is no result. For the staff alone.",
        );
        return Some(Mark { word: Words::new("预览", "PREVIEW"), says });
    }
    match read.run.state {
        EvaluationState::Published { .. } | EvaluationState::InEffect { .. } => None,
        EvaluationState::Running | EvaluationState::Computed { .. } | EvaluationState::Failed { .. } => {
            let says = Words::new(
                "尚未公布：公布前可能重新计算，不作为评价结果。",
                "Not published: it may be computed anew before, and is no result yet.",
            );
            Some(Mark { word: Words::new("草稿", "DRAFT"), says })
        }
    }
}

fn lines(read: &ReportRead<'_>) -> Vec<Fact> {
    let period = read.report.period;
    let days = format!("{} 至 {}", day(period.from), period.until.last_day());
    let mut lines = vec![Fact::new("评价期间", "Period", days)];
    match read.run.state {
        EvaluationState::Published { at, effective_at, .. } => {
            lines.push(Fact::new("公布日期", "Published", day(at)));
            lines.push(Fact::new(
                "异议期至",
                "Objections until the end of",
                effective_at.last_day().to_string(),
            ));
            lines.push(Fact::new("等级生效", "Grade in effect from", day(effective_at)));
        }
        EvaluationState::InEffect { published_at, objections_ended_at, at, .. } => {
            lines.push(Fact::new("公布日期", "Published", day(published_at)));
            lines.push(Fact::new(
                "异议期至",
                "Objections until the end of",
                objections_ended_at.last_day().to_string(),
            ));
            lines.push(Fact::new("等级生效", "Grade in effect since", day(at)));
        }
        EvaluationState::Computed { at, .. } => lines.push(Fact::new("计算日期", "Computed", day(at))),
        EvaluationState::Running | EvaluationState::Failed { .. } => {}
    }
    lines
}

/// The grade before, the one found, the one of the year's effect, and the one of now.
fn grades(read: &ReportRead<'_>) -> Vec<GradeBox> {
    let found = read.report.found.grade;
    let of = |zh: &str, en: &str, grade: kernel::Grade, says: Words| GradeBox {
        name: Words::new(zh, en),
        grade: grade.to_string(),
        says,
        main: false,
    };
    let before =
        of("评价前", "Before", read.grades.before, Words::new("评价时的等级", "when it was evaluated"));
    let score = Words::new(format!("{} 分", read.report.found.score), "points of 1,000");
    let awarded = GradeBox { main: true, ..of("本次评定", "Found", found, score) };
    let now = of("现在", "Now", read.grades.now, Words::new(day(read.at), "as of this day"));
    let mut boxes = vec![before, awarded];
    match (read.grades.effect, &read.run.state) {
        (Some(grade), EvaluationState::InEffect { at, .. }) => {
            boxes.push(of(
                "生效等级",
                "Took effect",
                grade,
                Words::new(format!("自 {} 起", day(*at)), "since then"),
            ));
            boxes.push(now);
        }
        (Some(grade), EvaluationState::Published { effective_at, .. }) => {
            boxes.push(now);
            let from = Words::new(format!("自 {} 起", day(*effective_at)), "from then on, as known now");
            boxes.push(of("将生效", "Will take effect", grade, from));
        }
        (Some(grade), _) => {
            boxes.push(now);
            let says = Words::new("公布并期满后", "once it is published");
            boxes.push(of("将生效", "Would take effect", grade, says));
        }
        (None, _) => boxes.push(now),
    }
    boxes
}

fn decides(limit: Limit) -> Words {
    match limit {
        Limit::Score => Words::new("等级由得分决定。", "The score decides the grade."),
        Limit::Evidence => Words::new(
            "得分够更高一级，但回访还不足以作为依据，等级因此受限。",
            "The score is enough for a better grade; too little is known from call-backs, which limits it.",
        ),
        Limit::Finding => Words::new(
            "得分和依据够更高一级，但尚有未了结的失信或平台措施，等级因此受限。",
            "Score and evidence are enough for a better grade; a finding or a measure that stands holds it down.",
        ),
    }
}

fn notices(read: &ReportRead<'_>) -> Vec<Words> {
    let mut notices = Vec::new();
    if read.under_objection {
        notices
            .push(Words::new("异议处理中：企业提出的异议正在核查", "Under objection: it is being examined"));
    }
    if let EvaluationState::Published { at, effective_at, .. } = read.run.state {
        notices.push(Words::new(
            format!(
                "公示期 {} 至 {}（含当日），期间可提异议；期满后全市等级自 {} 起同时生效。",
                day(at),
                effective_at.last_day(),
                day(effective_at)
            ),
            format!(
                "Published from {} to {}, both days among them, during which you may object; then all grades of the \
                 city take effect at once, from {} on.",
                day(at),
                effective_at.last_day(),
                day(effective_at)
            ),
        ));
    }
    let differs = read.grades.effect.is_some_and(|grade| grade != read.report.found.grade);
    if differs && read.report.year.is_some() {
        notices.push(Words::new(
            "评定之后又有新的记录，生效等级与评定等级不同。",
            "More was recorded since: what takes effect is another grade than the one found.",
        ));
    }
    notices
}

/// Where everybody may check it, once it is published.
fn check(read: &ReportRead<'_>, desk: Desk<'_>) -> Result<Option<Check>, QrError> {
    let Some(year) = read.report.year.filter(|_| read.run.is_public()) else { return Ok(None) };
    let (merchant, city) = (read.report.merchant, read.run.order.city);
    let address =
        format!("{}/v1/evaluation-summaries/{year}/merchants/{merchant}/page.html?city={city}", desk.url);
    let says = Words::new("扫码在线核对", "Check it online");
    Ok(Some(Check { code: qr(&address)?, address, says }))
}

/// By whom, when and by which rules it was made.
pub(super) fn made(read: &ReportRead<'_>, desk: Desk<'_>) -> Section {
    let report = &read.report;
    let row = |zh: &str, en: &str, value: Words| Row::of([Words::new(zh, en), value]);
    let version = report.rules_version;
    Section::new("本报告", "This report").table(
        vec![text("项目", "What", 3), text("内容", "Says", 9)],
        vec![
            row("出具机构", "issued by", Words::new(&*desk.issuer.zh, &*desk.issuer.en)),
            row("评价时点", "as of the end of", plain(report.period.until.last_day())),
            row(
                "所知截至",
                "known by",
                Words::new(format!("{}（北京时间）", minute(report.known_at)), "time of Beijing"),
            ),
            row("评价规则", "rules", Words::new(format!("第 {version} 版"), format!("version {version}"))),
            row("运行编号", "run", plain(report.evaluation)),
            row("查看日期", "read on", plain(day(read.at))),
        ],
    )
}

fn foot(report: &Report, mark: Option<&Mark>) -> Words {
    let mark = mark.map(|mark| (format!("{} · ", mark.word.zh), format!("{} · ", mark.word.en)));
    let (zh, en) = mark.unwrap_or_default();
    let year = report.year.map(|year| year.to_string()).unwrap_or_default();
    Words::new(
        format!("{zh}{} · {year}年度信用报告 · 咨询与异议：81890", report.name).replace("· 年度", "· "),
        format!("{en}The weights and thresholds are defaults of this platform."),
    )
}

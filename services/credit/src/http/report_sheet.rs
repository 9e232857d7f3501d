//! The yearly report as a page for A4. Everything that was typed in by somebody is escaped; the page loads nothing and
//! runs nothing.

use core::fmt::{self, Write as _};

use credit_domain::evaluation::{DimensionLine, GradeStep, PeerStanding, Raise, Report};
use credit_domain::simulation::Limit;
use credit_domain::{Dimension, Entry};
use kernel::Timestamp;

use super::board_sheet::Escaped;
use crate::usecases::evaluation::ReportRead;

/// Entries printed one by one: what is more is in the data, and in the ledger.
const ENTRIES_PRINTED_MAX: usize = 100;

const STYLE: &str = "\
@page{size:A4;margin:14mm}\
*{box-sizing:border-box}\
body{font-family:'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif;color:#111;\
background:#fff;max-width:190mm;margin:0 auto;padding:8mm;line-height:1.45}\
header{display:flex;justify-content:space-between;align-items:flex-start;border-bottom:2px solid #111;\
padding-bottom:4mm;gap:6mm}\
h1{font-size:22pt;margin:0}h2{font-size:13pt;margin:6mm 0 2mm;break-after:avoid}\
.en{color:#555;font-size:.8em;font-weight:normal}\
.grade{border:2px solid #111;padding:2mm 5mm;text-align:center;min-width:34mm}\
.grade b{display:block;font-size:26pt;line-height:1.1}\
table{width:100%;border-collapse:collapse}\
th,td{border:1px solid #999;padding:1mm 2mm;text-align:left;vertical-align:top;font-size:9.5pt}\
th{background:#eee}td.n{text-align:right;white-space:nowrap}tr{break-inside:avoid}\
thead{display:table-header-group}code{font-size:8.5pt}\
footer{margin-top:8mm;border-top:1px solid #999;padding-top:3mm;font-size:8.5pt;color:#333}\
@media print{body{padding:0;max-width:none}th{-webkit-print-color-adjust:exact;print-color-adjust:exact}}";

/// The whole page.
///
/// # Errors
/// When writing to a text fails.
pub(super) fn render(read: &ReportRead) -> Result<String, fmt::Error> {
    let ReportRead { run, report, effect } = read;
    let mut page = String::with_capacity(32 * 1_024);
    write!(
        page,
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>年度信用报告 Yearly report · {}</title><style>{STYLE}</style></head><body>",
        Escaped(&report.name)
    )?;
    head(&mut page, report)?;
    if let Some(effect) = effect {
        write!(
            page,
            "<p>等级自 <time>{}</time> 起生效：{} → {} <span class=\"en\">in effect since then</span></p>",
            run.effective_at().map(day).unwrap_or_default(),
            effect.before,
            effect.after
        )?;
    } else if let Some(at) = run.effective_at() {
        write!(
            page,
            "<p>异议期至 <time>{}</time>，期满生效 <span class=\"en\">open to objections until then</span></p>",
            day(at)
        )?;
    }
    dimensions(&mut page, &report.dimensions)?;
    rules(&mut page, report)?;
    raises(&mut page, &report.raises)?;
    peers(&mut page, &report.peers)?;
    changes(&mut page, &report.changes)?;
    entries(&mut page, report)?;
    write!(
        page,
        "<footer>评价规则第 {} 版；评价时点 {}，所知截至 {}；运行编号 {}<br><span class=\"en\">Rules version, moment \
         and run. All weights are defaults of this platform.</span></footer></body></html>",
        report.rules_version, report.as_of, report.known_at, report.evaluation
    )?;
    Ok(page)
}

fn day(at: Timestamp) -> String {
    at.in_city().day.to_string()
}

fn head(page: &mut String, report: &Report) -> fmt::Result {
    let of = report.year.map_or_else(|| day(report.as_of), |year| format!("{year} 年度"));
    write!(
        page,
        "<header><div><h1>{of}信用报告 <span class=\"en\">Credit report</span></h1><p>{}</p></div>\
         <div class=\"grade\">等级 <span class=\"en\">Grade</span><b>{}</b>{} 分 <span class=\"en\">points</span></div>\
         </header><p>{}</p>",
        Escaped(&report.name),
        report.found.grade,
        report.found.score,
        match report.found.limit {
            Limit::Score => "等级由得分决定 <span class=\"en\">The score decides the grade.</span>",
            Limit::Evidence => {
                "等级受已知服务记录数量限制 <span class=\"en\">Too little is known for a better grade.</span>"
            }
            Limit::Finding => {
                "等级受失信记录或措施限制 <span class=\"en\">A finding or a measure holds it down.</span>"
            }
        }
    )
}

/// Begins a table under a heading.
fn table(page: &mut String, (zh, en): (&str, &str), columns: &[(&str, &str)]) -> fmt::Result {
    write!(page, "<h2>{zh} <span class=\"en\">{en}</span></h2><table><thead><tr>")?;
    for (zh, en) in columns {
        write!(page, "<th scope=\"col\">{zh} <span class=\"en\">{en}</span></th>")?;
    }
    page.write_str("</tr></thead><tbody>")
}

const fn name(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::SocialEvaluation => "社会评价 <span class=\"en\">Social evaluation</span>",
        Dimension::CreditActivities => "信用建设活动 <span class=\"en\">Credit activities</span>",
        Dimension::CreditRecord => "信用记录 <span class=\"en\">Credit record</span>",
        Dimension::Demonstration => "示范引领 <span class=\"en\">Demonstration</span>",
    }
}

fn dimensions(page: &mut String, lines: &[DimensionLine]) -> fmt::Result {
    table(
        page,
        ("四个维度", "The four dimensions"),
        &[("维度", "Dimension"), ("累计", "Points"), ("计入", "Counted"), ("范围", "Bounds")],
    )?;
    for DimensionLine { dimension, points, counted, floor, ceiling } in lines {
        write!(
            page,
            "<tr><td>{}</td><td class=\"n\">{points}</td><td class=\"n\">{counted}</td>\
             <td class=\"n\">{floor} – {ceiling}</td></tr>",
            name(*dimension)
        )?;
    }
    page.write_str("</tbody></table>")
}

fn rules(page: &mut String, report: &Report) -> fmt::Result {
    table(page, ("得分来源", "What counts"), &[("规则", "Rule"), ("记录数", "Entries"), ("得分", "Points")])?;
    for line in &report.rules {
        write!(
            page,
            "<tr><td><code>{}</code></td><td class=\"n\">{}</td><td class=\"n\">{:+}</td></tr>",
            Escaped(&line.rule),
            line.entries,
            line.points.total()
        )?;
    }
    page.write_str("</tbody></table>")
}

fn raises(page: &mut String, all: &[Raise]) -> fmt::Result {
    page.write_str("<h2>如何提升 <span class=\"en\">What would raise the grade</span></h2><ul>")?;
    for one in all {
        page.write_str("<li>")?;
        raise(page, one)?;
        page.write_str("</li>")?;
    }
    page.write_str("</ul>")
}

fn raise(page: &mut String, one: &Raise) -> fmt::Result {
    match one {
        Raise::Points { grade, missing, room: _ } => write!(
            page,
            "距 {grade} 级还差 {missing} 分 <span class=\"en\">{missing} points are missing for {grade}</span>"
        ),
        Raise::Evidence { grade, content_callbacks: Some(more) } => write!(
            page,
            "再有 {more} 次满意回访即达到 {grade} 级的记录要求 <span class=\"en\">{more} more content call-backs meet \
             what {grade} asks to be known</span>"
        ),
        Raise::Evidence { grade, content_callbacks: None } => write!(
            page,
            "不满意比例过高，达不到 {grade} 级 <span class=\"en\">too many were not content for {grade}</span>"
        ),
        Raise::Breach { severity, points, ends_at, until_repaired, .. } => {
            write!(page, "失信记录 {severity}：{points} 分")?;
            if let Some(at) = ends_at {
                write!(page, "，至 {} 不再计入", day(*at))?;
            }
            if *until_repaired {
                page.write_str("，修复前限制等级")?;
            }
            page.write_str(" <span class=\"en\">a breach, until then or until it is repaired</span>")
        }
        Raise::Measure { cap, ends_at, repair_applied, .. } => {
            write!(page, "平台措施限制等级至 {cap}")?;
            if let Some(at) = ends_at {
                write!(page, "，至 {} 止", day(*at))?;
            }
            if *repair_applied {
                page.write_str("，修复申请审理中")?;
            }
            page.write_str(" <span class=\"en\">a measure caps the grade</span>")
        }
    }
}

fn peers(page: &mut String, standings: &[PeerStanding]) -> fmt::Result {
    table(
        page,
        ("同行分布", "Among the others"),
        &[("范围", "Where"), ("企业数", "Merchants"), ("低于本企业", "Below"), ("分位", "10/25/50/75/90 %")],
    )?;
    for one in standings {
        let place = one.category.as_ref().map_or("全市", |category| category.as_str());
        write!(page, "<tr><td>{place}</td><td class=\"n\">{}</td><td class=\"n\">", one.merchants)?;
        match one.below_permille {
            Some(below) => write!(page, "{}.{} %", below / 10, below % 10)?,
            None => page.write_str("—")?,
        }
        page.write_str("</td><td class=\"n\">")?;
        let marks: Vec<String> = one.quantiles.iter().map(|(_, score)| score.to_string()).collect();
        write!(page, "{}</td></tr>", marks.join(" / "))?;
    }
    page.write_str("</tbody></table>")
}

fn changes(page: &mut String, steps: &[GradeStep]) -> fmt::Result {
    table(
        page,
        ("等级变化", "How the grade moved"),
        &[("日期", "Day"), ("变化", "Step"), ("原因", "Cause")],
    )?;
    for GradeStep { at, from, to, cause } in steps {
        let from = from.map(|grade| grade.to_string()).unwrap_or_default();
        write!(page, "<tr><td>{}</td><td>{from} → {to}</td><td>{}</td></tr>", day(*at), cause.word())?;
    }
    page.write_str("</tbody></table>")
}

fn entries(page: &mut String, report: &Report) -> fmt::Result {
    let shown = report.entries.len().min(ENTRIES_PRINTED_MAX);
    let heading = format!("本年度记录（最近 {shown} 条，共 {} 条）", report.entries_of_year);
    table(
        page,
        (&heading, "Entries of the year, the last first"),
        &[("日期", "Day"), ("事由", "Cause"), ("规则", "Rule"), ("得分", "Points")],
    )?;
    for Entry { posting, .. } in report.entries.iter().take(ENTRIES_PRINTED_MAX) {
        write!(
            page,
            "<tr><td>{}</td><td>{}</td><td><code>{}</code></td><td class=\"n\">{:+}</td></tr>",
            day(posting.valid_from),
            posting.cause.word(),
            Escaped(&posting.rule),
            posting.tally.points.total()
        )?;
    }
    page.write_str("</tbody></table>")
}

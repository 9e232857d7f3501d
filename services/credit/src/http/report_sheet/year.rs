//! What happened in the year, and how others stand.

use credit_domain::evaluation::{CallbackLine, GradeStep, PeerStanding, Report};
use credit_domain::{Dimension, Entry, Points, Words, dimension_words, posting_words};

use super::super::ledger;
use super::{Desk, Row, Section, day, end_words, number, percent, plain, signed, text};
use crate::usecases::Span;
use crate::usecases::evaluation::ReportRead;

pub(super) fn changes(report: &Report) -> Section {
    let row = |GradeStep { at, from, to, names, .. }: &GradeStep| {
        let step = match from {
            Some(from) => plain(format_args!("{from} → {to}")),
            None => plain(to),
        };
        Row::of([plain(day(*at)), step, names.clone()])
    };
    let section = Section::new("等级变化", "How the grade moved");
    if report.changes.is_empty() {
        return section.says("本期等级没有变化。", "The grade did not move in this time.");
    }
    section.table(
        vec![text("日期", "Day", 2), text("变化", "Step", 2), text("原因", "Cause", 6)],
        report.changes.iter().map(row).collect(),
    )
}

/// By category, and the city last.
pub(super) fn peers(report: &Report, desk: Desk<'_>) -> Section {
    let (city, categories): (Vec<_>, Vec<_>) =
        report.peers.iter().partition(|standing| standing.category.is_none());
    let row = |standing: &PeerStanding| {
        let place = match &standing.category {
            Some(code) => desk.category(Some(code)),
            None => Words::new("全市", "the city"),
        };
        let marks: Vec<String> = standing.quantiles.iter().map(|(_, score)| score.to_string()).collect();
        match standing.below_permille {
            Some(below) => {
                Row::of([place, plain(standing.merchants), plain(percent(below)), plain(marks.join(" / "))])
            }
            None => Row::of([
                place,
                plain(standing.merchants),
                plain("–"),
                Words::new("企业太少，不显示分布", "too few to be told"),
            ]),
        }
    };
    let section = Section::new("同行分布", "Among the others").says(
        "只有数字，不点名。“分布”是 10%、25%、50%、75%、90% 的企业不超过的得分，以 10 分为一档；少于 5 家的不显示。",
        "Numbers alone, nobody is named. The marks are the scores that 10, 25, 50, 75 and 90 % do not exceed, in steps of \
         ten; fewer than five are not told.",
    );
    let section = match categories.is_empty() {
        true => section.says(
            "本企业的回访没有注明类别，只能与全市比较。",
            "No call-back names a category: the comparison is with the whole city.",
        ),
        false => section,
    };
    section.table(
        vec![
            text("范围", "Where", 4),
            number("企业数", "Merchants", 2),
            number("低于本企业", "Score lower", 2),
            number("分布", "Distribution", 5),
        ],
        categories.into_iter().chain(city).map(row).collect(),
    )
}

pub(super) fn callbacks(report: &Report, desk: Desk<'_>) -> Section {
    let row = |line: &CallbackLine| {
        Row::of([
            plain(&line.month),
            desk.category(line.category.as_ref()),
            plain(line.satisfied),
            plain(line.unsatisfied),
            plain(line.suspected),
            plain(line.unreached),
            signed(line.points),
        ])
    };
    let section = Section::new("本期回访", "Call-backs of this time");
    if report.callbacks.is_empty() {
        return section.says("本期没有回访记录。", "Nobody was called back in this time.");
    }
    let sum = |of: fn(&CallbackLine) -> u32| plain(report.callbacks.iter().map(of).sum::<u32>());
    let mut rows: Vec<Row> = report.callbacks.iter().map(row).collect();
    rows.push(Row::strong([
        Words::new("合计", "together"),
        plain(""),
        sum(|line| line.satisfied),
        sum(|line| line.unsatisfied),
        sum(|line| line.suspected),
        sum(|line| line.unreached),
        signed(report.callbacks.iter().map(|line| line.points).sum()),
    ]));
    let section = section.says(
        "按月、按类别合计；每一次回访在信用台账中都有一条记录。",
        "By month and category; each call-back is one entry of the ledger.",
    );
    let section = match report.callbacks_left_out {
        0 => section,
        more => section.says(
            format!("较早的 {more} 行未列出，见信用台账。"),
            format!("{more} earlier lines are left out: they are in the ledger."),
        ),
    };
    section.table(
        vec![
            text("月份", "Month", 3),
            text("类别", "Category", 5),
            number("满意", "Content", 2),
            number("不满意", "Not content", 3),
            number("疑似失信", "Suspected", 3),
            number("未联系上", "Unreached", 3),
            number("得分", "Points", 2),
        ],
        rows,
    )
}

/// Where all entries of the report's time are read.
pub(in super::super) fn ledger_address(read: &ReportRead<'_>) -> String {
    let report = &read.report;
    let span = Span {
        from: Some(report.period.from),
        until: Some(report.period.until),
        known_at: Some(report.known_at),
    };
    ledger::address(report.merchant, read.run.order.city, span)
}

pub(super) fn entries(read: &ReportRead<'_>, desk: Desk<'_>) -> Section {
    let report = &read.report;
    let listed = report.entries.len();
    let section = Section::new("本期其他记录", "All other entries of this time").says(
        format!(
            "本期共 {} 条记录；回访已按月合计，其余 {listed} 条逐一列出，最近的在前。“编号”是信用台账中的编号，提异议时请写明。",
            report.entries_of_year
        ),
        format!(
            "The time has {} entries; call-backs are counted above, the other {listed} stand here one by one, the last \
             first. Name the number, which is the one of the ledger, when you object.",
            report.entries_of_year
        ),
    );
    let section = match report.entries_left_out {
        0 => section,
        more => section.says(
            format!("较早的 {more} 条未列出；本期全部记录登录后见信用台账：{}", ledger_address(read)),
            format!(
                "{more} earlier ones are left out; all of them are in the ledger, once you are signed in."
            ),
        ),
    };
    entry_table(section, &report.entries, read, desk)
}

/// What was recorded since the report before, about days before the period; none where there is nothing.
pub(super) fn late_entries(read: &ReportRead<'_>, desk: Desk<'_>) -> Option<Section> {
    let report = &read.report;
    let listed = report.late_entries.len();
    if listed == 0 {
        return None;
    }
    let section = Section::new("此前发生、本期记入的记录", "Recorded since, about earlier days").says(
        format!("以下 {listed} 条记录的事实发生在本期之前，自上一份年度信用报告（如有）以来记入；最近记入的在前。"),
        format!(
            "These {listed} entries are about days before this time and were recorded since the report before this \
             one, if there was one; the last one recorded stands first."
        ),
    );
    let section = match report.late_entries_left_out {
        0 => section,
        more => {
            let span = Span { from: None, until: Some(report.period.from), known_at: Some(report.known_at) };
            let address = ledger::address(report.merchant, read.run.order.city, span);
            section.says(
                format!("较早记入的 {more} 条未列出；登录后见信用台账：{address}"),
                format!(
                    "{more} recorded earlier are left out; they are in the ledger, once you are signed in."
                ),
            )
        }
    };
    Some(entry_table(section, &report.late_entries, read, desk))
}

/// Entries one by one.
fn entry_table(section: Section, entries: &[Entry], read: &ReportRead<'_>, desk: Desk<'_>) -> Section {
    let row = |Entry { seq, posting, .. }: &Entry| {
        let mut about = posting_words(read.rules, posting);
        let mut and = |words: Words| {
            about.zh = format!("{}；{}", about.zh, words.zh);
            about.en = format!("{}; {}", about.en, if words.en.is_empty() { words.zh } else { words.en });
        };
        if let Some(code) = &posting.category {
            and(desk.category(Some(code)));
        }
        if let Some(clause) = &posting.clause {
            and(desk.clause(clause));
        }
        if let Some(until) = posting.valid_until {
            let end = end_words(until);
            and(Words::new(format!("计至 {}", end.zh), format!("counts until {}", end.en)));
        }
        let points = posting.tally.points;
        Row::of([plain(seq), plain(day(posting.valid_from)), about, parts(points), signed(points.total())])
    };
    section.table(
        vec![
            number("编号", "Number", 2),
            text("日期", "Day", 3),
            text("事项", "What it is about", 12),
            text("维度", "Dimension", 5),
            number("得分", "Points", 2),
        ],
        entries.iter().map(row).collect(),
    )
}

/// In which dimensions the points are.
fn parts(points: Points) -> Words {
    let moved: Vec<Dimension> =
        Dimension::ALL.into_iter().filter(|dimension| points.of(*dimension) != 0).collect();
    match moved[..] {
        [] => plain("–"),
        [one] => dimension_words(one),
        _ => {
            let (zh, en): (Vec<_>, Vec<_>) = moved
                .into_iter()
                .map(|dimension| {
                    let Words { zh, en } = dimension_words(dimension);
                    let points = points.of(dimension);
                    (format!("{zh} {points:+}"), format!("{en} {points:+}"))
                })
                .unzip();
            Words::new(zh.join("，"), en.join(", "))
        }
    }
}

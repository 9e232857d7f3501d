//! What the score is made of, and what each grade asks.

use credit_domain::evaluation::{DimensionLine, GateLine, Quality, QualityLine, Report, RuleLine};
use credit_domain::{Words, dimension_words};

use super::{Desk, Row, Section, number, percent, permille, plain, signed, text};

pub(super) fn dimensions(report: &Report) -> Section {
    let row = |line: &DimensionLine| {
        let DimensionLine { dimension, points, counted, floor, ceiling } = line;
        let bounds = format!("{floor} – {ceiling}");
        Row::of([dimension_words(*dimension), plain(points), plain(bounds), plain(counted)])
    };
    let mut rows: Vec<Row> = report.dimensions.iter().map(row).collect();
    rows.push(Row::strong([
        Words::new("得分", "score"),
        plain(""),
        plain("0 – 1000"),
        plain(report.found.score),
    ]));
    Section::new("四个维度", "The four dimensions")
        .says(
            "每个维度先限在自己的上下限内，再相加。",
            "Each dimension counts within its bounds; their sum is the score.",
        )
        .table(
            vec![
                text("维度", "Dimension", 5),
                number("累计", "Added up", 2),
                number("范围", "Bounds", 3),
                number("计入", "Counted", 2),
            ],
            rows,
        )
}

/// How service was measured, with what is taken for granted before anybody was asked.
pub(super) fn quality(quality: &Quality, desk: Desk<'_>) -> Section {
    let Quality { prior_weight, half_life_days, floor_at_permille, ceiling_at_permille, .. } = quality;
    let section = Section::new("服务质量", "Service quality").says(
        format!(
            "评价时，“社会评价”换成测得的服务质量。每个类别一个比例：先当您服务过 {prior_weight} 位市民、其中按类别平均满意率满意，\
             再加上实际回访；{half_life_days} 天前的回访只算一半，一次核实的失信再算一次不满意。质量 {floor_at_permille} ‰ 得最低分，\
             {ceiling_at_permille} ‰ 得最高分，其间按比例。"
        ),
        format!(
            "The evaluation replaces social evaluation by the measured quality. In each category it is as if \
             {prior_weight} citizens had been served before, as content as the category's mean, and then those who were \
             called back. What was said {half_life_days} days ago counts half; a verified breach is one more \"not \
             content\". {floor_at_permille} ‰ is worth the least, {ceiling_at_permille} ‰ the most, evenly between."
        ),
    );
    let Some(points) = quality.points else {
        let posted = quality.posted;
        return section.says(
            format!("没有可测的回访：社会评价保持 {posted} 分。"),
            format!("Nobody was asked: social evaluation stays at {posted}."),
        );
    };
    let row = |line: &QualityLine| {
        let prior = Words::new(format!("{prior_weight} 位 · {} ‰", line.prior_permille), "citizens, content");
        Row::of([
            desk.category(line.category.as_ref()),
            plain(line.satisfied),
            plain(line.unsatisfied),
            plain(line.breaches),
            prior,
            plain(permille(line.mean_ppm)),
            plain(percent(line.part_permille)),
            plain(line.points),
        ])
    };
    let sum = |of: fn(&QualityLine) -> i64| plain(quality.lines.iter().map(of).sum::<i64>());
    let mut rows: Vec<Row> = quality.lines.iter().map(row).collect();
    rows.push(Row::strong([
        Words::new("社会评价", "social evaluation"),
        sum(|line| line.satisfied),
        sum(|line| line.unsatisfied),
        sum(|line| line.breaches),
        plain(""),
        plain(""),
        plain(percent(1_000)),
        plain(points),
    ]));
    section.table(
        vec![
            text("类别", "Category", 5),
            number("满意", "Content", 3),
            number("不满意", "Not content", 3),
            number("失信", "Breaches", 3),
            number("先验", "Prior", 4),
            number("测得质量", "Quality", 3),
            number("所占比重", "Part", 3),
            number("折合分", "Worth", 2),
        ],
        rows,
    )
}

pub(super) fn gates(report: &Report) -> Section {
    let evidence = report.found.tally.evidence;
    let row = |line: &GateLine| {
        let asks = |least: u32, unit: &str| {
            if least == 0 { plain("–") } else { plain(format_args!("{least}{unit}")) }
        };
        Row::of([
            plain(line.grade),
            plain(line.score_min),
            asks(line.callbacks_min, ""),
            asks(line.sure_permille_min.into(), " ‰"),
            lacks(line, report),
        ])
    };
    let mut rows: Vec<Row> = report.gates.iter().map(row).collect();
    rows.push(Row::strong([
        Words::new("本企业", "you"),
        plain(report.found.score),
        plain(evidence.callbacks()),
        plain(format_args!("{} ‰", report.sure_permille)),
        Words::new(
            format!("满意 {}，不满意 {}", evidence.satisfied, evidence.unsatisfied),
            format!("{} content, {} not", evidence.satisfied, evidence.unsatisfied),
        ),
    ]));
    Section::new("各等级的要求", "What each grade asks")
        .says(
            "“满意率下限”是由回访推算、有把握至少达到的满意比例：回访越少，把握越小。没有联系上的回访不是证据；核实的失信算一次不满意。",
            "The sure share is the share of content citizens of which one can be sure from the call-backs: the fewer were \
             asked, the less is sure. A call-back that reached nobody is no evidence; a verified breach is one \"not \
             content\".",
        )
        .table(
            vec![
                text("等级", "Grade", 2),
                number("分数不低于", "Score from", 3),
                number("回访不少于", "Call-backs", 3),
                number("满意率下限", "Sure share", 3),
                text("本企业", "You", 6),
            ],
            rows,
        )
}

/// What the merchant lacks for the grade.
fn lacks(line: &GateLine, report: &Report) -> Words {
    let evidence = report.found.tally.evidence;
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    if !line.score_reached {
        let missing = line.score_min.saturating_sub(report.found.score);
        zh.push(format!("差 {missing} 分"));
        en.push(format!("{missing} points missing"));
    }
    if !line.callbacks_reached {
        let missing = i64::from(line.callbacks_min).saturating_sub(evidence.callbacks());
        zh.push(format!("差 {missing} 次回访"));
        en.push(format!("{missing} call-backs missing"));
    }
    if !line.sure_reached {
        zh.push("满意率下限不够".to_owned());
        en.push("the sure share is too low".to_owned());
    }
    if zh.is_empty() {
        return Words::new("达到", "met");
    }
    Words::new(zh.join("，"), en.join(", "))
}

pub(super) fn rules(report: &Report) -> Section {
    let row =
        |line: &RuleLine| Row::of([line.names.clone(), plain(line.entries), signed(line.points.total())]);
    let mut rows: Vec<Row> = report.rules.iter().map(row).collect();
    rows.push(Row::of([
        Words::new("服务质量代替回访累计", "the measured quality in place of what call-backs added up"),
        plain(""),
        signed(report.found.step),
    ]));
    let total = report.dimensions.iter().map(|line| line.points).sum::<i64>();
    rows.push(Row::strong([Words::new("累计", "added up"), plain(report.found.entries), plain(total)]));
    Section::new("得分来源", "What counts")
        .says(
            "自加盟以来、评价时仍计入的全部记录，按规则归类。",
            "All entries since you were admitted that still count, by rule.",
        )
        .table(
            vec![text("规则", "Rule", 8), number("记录数", "Entries", 2), number("得分", "Points", 2)],
            rows,
        )
}

//! docs/CREDIT.md explains the rules to merchants: its tables are held to the rules.

use serde_json::Value;

const DOCUMENT: &str = include_str!("../../../../../docs/CREDIT.md");
const RULES: &str = include_str!("../../../data/rules.v1.json");

/// The cells of each table row that names rules: figures, and the JSON pointers of the last cell.
fn rows() -> Vec<(Vec<String>, Vec<String>)> {
    let quoted =
        |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect() };
    let rows = DOCUMENT.lines().filter(|line| line.starts_with('|') && line.contains("`/"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let (rules, figures) = cells.split_last().unwrap();
        let figures = figures.iter().filter_map(|cell| figure(cell)).collect();
        (figures, quoted(rules))
    })
    .collect()
}

/// A cell that says a number or, in a column of caps, a grade. Grades in the first column only name the row.
fn figure(cell: &str) -> Option<String> {
    let text = cell.trim_end_matches(" ‰");
    (text.parse::<i64>().is_ok() || matches!(text, "A" | "B" | "C")).then(|| text.to_owned())
}

#[test]
fn every_figure_of_the_tables_for_merchants_is_that_of_the_rules() {
    let rules: Value = serde_json::from_str(RULES).unwrap();
    let rows = rows();
    assert!(rows.len() > 20, "the tables are gone: {}", rows.len());
    for (figures, pointers) in rows {
        let said: Vec<String> = pointers
            .iter()
            .map(|pointer| match rules.pointer(pointer) {
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
                None => panic!("{pointer} is not in the rules"),
            })
            .collect();
        let named = figures.len().saturating_sub(said.len());
        assert_eq!(figures[named..], said, "{pointers:?}");
    }
}

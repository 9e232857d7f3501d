//! Lines of files, and what becomes of them: the same words as a person sees.

use super::*;

const NEWCOMER: &str = "91350100M000100Y43|甬安|330203001|330203001；330203002|cleaning;car-rescue|5|08:00|22:30|新申请|||王小明|11010519491231002X|李华|passport:E98765432";

fn line(text: &str) -> Vec<String> {
    text.split('|').map(str::to_owned).collect()
}

fn read(kind: TableKind, text: &str) -> Row {
    Row::read(kind, &line(text)).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

/// What is wrong with a line: columns with codes, as one text.
fn told(kind: TableKind, text: &str) -> String {
    let faults = Row::read(kind, &line(text)).err().unwrap_or_default();
    let column =
        |fault: &Fault| fault.column.clone().unwrap_or_default().split(' ').next_back().map(str::to_owned);
    let told: Vec<_> =
        faults.iter().map(|fault| format!("{} {}", column(fault).unwrap_or_default(), fault.code)).collect();
    told.join(", ")
}

#[test]
fn a_merchant_that_applies_is_read_and_of_the_persons_behind_it_only_keys() {
    let Row::Merchants(row) = read(TableKind::Merchants, NEWCOMER) else { panic!("another kind") };
    assert_eq!((row.areas.len(), row.categories.len(), row.holders.len()), (2, 2, 2));
    assert_eq!((row.hours.opens, row.hours.closes, row.entry.clone()), (480, 1_350, Entry::Application));
    let kept = serde_json::to_string(&Row::Merchants(row)).unwrap();
    assert!(!kept.contains("11010519491231002X") && !kept.contains("王小明") && !kept.contains("E98765432"));
}

#[test]
fn a_line_is_read_on_with_something_else_in_its_bad_cells() {
    for kind in TableKind::ALL {
        let nothing = vec!["?".to_owned(); kind.columns().len()];
        let faults = Row::read(*kind, &nothing).unwrap_err();
        let (row, faults) = Row::with_stand_ins(*kind, &nothing, faults);
        assert!(row.is_some(), "{kind}: {faults:?}");
    }
    let mut cells = line(NEWCOMER);
    (cells[5], cells[0]) = ("many".to_owned(), "91350100M000100Y44".to_owned());
    let faults = Row::read(TableKind::Merchants, &cells).unwrap_err();
    let (Some(Row::Merchants(row)), told) = Row::with_stand_ins(TableKind::Merchants, &cells, faults) else {
        panic!("unread")
    };
    assert_eq!(told.len(), 2);
    assert_eq!((row.capacity, row.categories.len(), row.name.as_str()), (1, 2, "甬安"));
}

#[test]
fn what_is_wrong_with_a_merchant_is_told_column_by_column() {
    let good = NEWCOMER.split('|').collect::<Vec<_>>();
    for (column, value, expected) in [
        (0, "91350100M000100Y44", "code not-a-social-credit-code"),
        (0, "", "code missing-value"),
        (2, "海曙", "home not-an-area-code"),
        (3, "330203001;33", "areas not-an-area-code"),
        (4, "保洁", "categories not-a-category-code"),
        (5, "many", "capacity not-a-number"),
        (6, "25:00", "opens not-a-time"),
        (7, "", "closes missing-value"),
        (8, "朋友", "entry not-an-entry"),
        (8, "存量接收", "commitment_until missing-value"),
        (11, "", "legal_representative missing-value"),
        (12, "110105194912310021", "legal_document not-an-identity-document"),
        (13, "李华;王五", "controlling_persons uneven-lists"),
    ] {
        let mut cells = good.clone();
        cells[column] = value;
        assert_eq!(told(TableKind::Merchants, &cells.join("|")), expected, "{value}");
    }
    let empty = told(TableKind::Merchants, "||||||||||||||");
    assert_eq!(empty.matches("missing-value").count(), 7, "{empty}");
}

#[test]
fn a_worker_is_named_by_card_or_by_number_and_the_number_is_not_shown() {
    let new = "91350100M000100Y43||王小明|11010519491231002X||已通过|2027-05-31|";
    let Row::Workers(row) = read(TableKind::Workers, new) else { panic!("another kind") };
    assert!(!format!("{row:?}").contains("11010519491231002X") && format!("{row:?}").contains("王**"));
    let kept: Row =
        serde_json::from_str(&serde_json::to_string(&Row::Workers(row.clone())).unwrap()).unwrap();
    assert_eq!(kept, Row::Workers(row.clone()));
    assert!(!row.write().concat().contains("11010519491231002X"));
    for (text, expected) in [
        (
            "91350100M000100Y43||王小明|110105194912310021||||",
            "identity_number not-an-identity-number, card nobody-named",
        ),
        ("91350100M000100Y43||||||2027-05-31|", "card nobody-named"),
        ("91350100M000100Y43|330200-0000001||11010519491231002X||||", "card nobody-named"),
        (
            "91350100M000100Y43|330200-1||||ok|soon|",
            "card not-a-card-number, card nobody-named, identity not-an-identity-check, exam_until not-a-date",
        ),
        ("91350100M000100Y43|330200-0000001|||ftp://a|||", "photo not-a-photo"),
    ] {
        assert_eq!(told(TableKind::Workers, text), expected, "{text}");
    }
    let faults = Row::read(TableKind::Workers, &line("1||王小明|110105194912310021||||")).unwrap_err();
    assert!(!format!("{faults:?}").contains("110105194912310021"));
}

#[test]
fn a_price_is_in_yuan_and_what_is_not_offered_has_none() {
    for (text, expected) in [
        ("91350100M000100Y43|daily-cleaning|yes|次|80.005||||", "from not-an-amount"),
        ("91350100M000100Y43|daily-cleaning|yes|次|-80||||", "from not-an-amount"),
        ("91350100M000100Y43|daily-cleaning|no|次|80||||", "from price-without-offer"),
        ("91350100M000100Y43|daily-cleaning|maybe|次|80||||", "offered not-yes-or-no"),
        ("91350100M000100Y43|daily-cleaning|yes|次|80||night||", "surcharges not-a-surcharge"),
        (
            "91350100M000100Y43|Daily|yes||80||||明天",
            "item not-an-item-code, valid_from not-a-date, unit missing-value",
        ),
    ] {
        assert_eq!(told(TableKind::Prices, text), expected, "{text}");
    }
}

#[test]
fn what_goes_out_comes_in_again_as_it_was() {
    let taken_over = NEWCOMER.replace(
        "新申请|||王小明|11010519491231002X|李华|passport:E98765432",
        "存量接收|2027-05-31; 2027-06-30|||||",
    );
    for (kind, text) in [
        (TableKind::Merchants, taken_over.as_str()),
        (
            TableKind::Workers,
            "91350100M000100Y43|330200-0000001|||https://a/b|passed|2027-05-31|2027-06-30T00:00:01Z",
        ),
        (TableKind::Prices, "91350100M000100Y43|a|yes|次|80.5|100|夜间：20.00/次; 远程：5|看面积|2027-01-01"),
        (TableKind::Prices, "91350100M000100Y43|a|no||||||"),
        (
            TableKind::Honours,
            "91350100M000100Y43|credit-demonstration|city|市商务局|甬商〔2026〕1号|2026-01-01|2027-12-31",
        ),
        (
            TableKind::Standards,
            "DB33/T 2396-2021|local|家政|省局|2021-11-28|2027-05-31|cleaning; moving|5.2：明码标价\n5.3：持证",
        ),
    ] {
        let row = read(kind, text);
        let written = row.write();
        assert_eq!(written.len(), kind.columns().len(), "{kind}");
        assert_eq!(Row::read(kind, &written), Ok(row), "{kind}");
    }
}

#[test]
fn every_column_has_two_names_of_its_own_and_every_word_is_one_kind() {
    for kind in TableKind::ALL {
        let mut names: Vec<_> = kind.columns().iter().flat_map(|column| [column.zh, column.en]).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), kind.columns().len() * 2, "{kind}");
        assert_eq!(kind.as_str().parse(), Ok(*kind));
    }
}

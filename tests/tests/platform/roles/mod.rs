//! Who may do what, walked: every operation of every service, asked for by everybody, over HTTP.
//!
//! `roles.txt` beside this file is what a reviewer reads: a row for each operation, a column for each role. `yes` is
//! anything but a refusal of the person; `own` is yes for the merchant that it is about, and no for another; `no`
//! is 401 and 403, and 404 where somebody else finds something. A change of the table shows in its diff.

mod sample;
mod world;

use kernel::{Channel, Role};
use reqwest::Method;
use serde_json::{Map, Value, json};
use testkit::identity::Person;

use crate::doors::Who;
use crate::in_process::InProcess;
use sample::Sample;
use world::World;

/// The columns: a role, the short word above it, and who acts in it.
const COLUMNS: [&str; 12] = [
    "anybody",
    "operator",
    "caller",
    "officer",
    "reviewer",
    "inspector",
    "merchant",
    "auditor",
    "ops",
    "channel",
    "volunteer",
    "service",
];

/// Statuses and codes that say nothing about the person: what was sent did not come so far.
const UNREAD: [&str; 7] = [
    "malformed-json",
    "unknown-field",
    "invalid-query",
    "invalid-header",
    "unsupported-media-type",
    "idempotency-key-required",
    "precondition-required",
];

/// An operation of a document.
struct Operation {
    service: &'static str,
    method: Method,
    path: String,
    said: Value,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {} {}", self.service, self.method, self.path)
    }

    /// The ways to sign in, as the document has them.
    fn ways(&self) -> String {
        self.said.get("security").map_or_else(|| "bearer or channel".to_owned(), Value::to_string)
    }
}

/// What a walk found of one operation: a cell for each column.
struct Walked {
    operation: Operation,
    cells: Vec<&'static str>,
    /// Whether somebody was refused by the permission, and not by how it was asked.
    somebody_refused: bool,
}

fn fields(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

fn operations(service: &'static str, document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in fields(&document["paths"]) {
        for (method, said) in fields(methods) {
            let method: Method = method.to_uppercase().parse().unwrap();
            found.push(Operation { service, method, path: path.clone(), said: said.clone() });
        }
    }
    // Whatever changes something comes last, so that what is read is there to be read.
    found.sort_by_key(|one| (one.method != Method::GET, one.path.clone()));
    found
}

/// Everybody, in the order of the columns; the merchant comes twice: its own, and another one.
fn everybody(world: &World) -> Vec<Vec<Who>> {
    let staff = |n, role| vec![Who::Person(Person::staff(n, role))];
    vec![
        vec![Who::Anybody],
        staff(101, Role::Operator),
        staff(102, Role::FollowupCaller),
        staff(103, Role::CreditOfficer),
        staff(104, Role::CreditReviewer),
        staff(105, Role::Inspector),
        vec![Who::Person(Person::merchant(&world.own)), Who::Person(Person::merchant(&world.other))],
        staff(106, Role::Auditor),
        staff(107, Role::Operations),
        vec![Who::Channel(Channel::Wechat)],
        staff(108, Role::VolunteerCentre),
        staff(109, Role::Service),
    ]
}

/// How one person is answered.
async fn ask(world: &World, document: &Value, operation: &Operation, who: &Who) -> (u16, String) {
    let body = Sample::of(document, &world.rules).body(&operation.said);
    let target = world.target(document, &operation.path, &operation.said);
    world.door(operation.service).ask(who, &operation.method, &target, body).await
}

async fn walk(world: &World, document: &Value, operation: Operation) -> Walked {
    let mut answers = Vec::new();
    for column in everybody(world) {
        let mut of_column = Vec::new();
        for who in column {
            of_column.push(ask(world, document, &operation, &who).await);
        }
        answers.push(of_column);
    }
    let refused = |(status, code): &(u16, String)| *status == 401 || (*status == 403 && code == "forbidden");
    let all: Vec<_> = answers.iter().flatten().collect();
    for (status, code) in &all {
        assert!(!UNREAD.contains(&code.as_str()), "{}: {status} {code}", operation.name());
        assert!(*status < 500 || *status == 503, "{}: {status} {code}", operation.name());
    }
    let somebody_finds = all.iter().any(|answer| answer.0 != 404 && !refused(answer));
    let may = |answer: &(u16, String)| !refused(answer) && !(answer.0 == 404 && somebody_finds);
    let cell = |of_column: &Vec<(u16, String)>| match of_column.iter().map(may).collect::<Vec<_>>()[..] {
        [true] | [true, true] => "yes",
        [true, false] => "own",
        [false] | [false, false] => "no",
        _ => panic!("{}: another merchant may, and its own may not", operation.name()),
    };
    let cells = answers.iter().map(cell).collect();
    let somebody_refused = all.iter().any(|(status, code)| *status == 403 && code == "forbidden");
    Walked { operation, cells, somebody_refused }
}

/// The table, as `roles.txt` has it.
fn table(walked: &[Walked]) -> String {
    let mut rows: Vec<(String, Vec<&str>)> =
        walked.iter().map(|one| (one.operation.name(), one.cells.clone())).collect();
    rows.sort();
    let wide = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let line = |name: &str, cells: &[&str]| {
        let cells: Vec<_> =
            COLUMNS.iter().zip(cells).map(|(column, cell)| format!("{cell:<0$}", column.len())).collect();
        format!("{name:<wide$}  {}", cells.join("  ")).trim_end().to_owned() + "\n"
    };
    let mut text = line("", &COLUMNS);
    rows.iter().for_each(|(name, cells)| text.push_str(&line(name, cells)));
    text
}

/// What the document says of who signs in how, held against what was found.
fn agrees_with_its_document(one: &Walked) {
    let (name, ways) = (one.operation.name(), one.operation.ways());
    let cell = |column: &str| one.cells[COLUMNS.iter().position(|other| *other == column).unwrap()];
    if ways == "[{}]" {
        assert!(one.cells.iter().all(|cell| *cell == "yes"), "{name} is for everybody");
        return;
    }
    assert_eq!(cell("anybody"), "no", "{name}");
    if !ways.contains("channel") {
        assert_eq!(cell("channel"), "no", "{name}: {ways}");
    }
    let people = COLUMNS.iter().filter(|column| !["anybody", "channel"].contains(column));
    if ways.contains("bearer") {
        assert!(one.somebody_refused, "{name}: nobody is refused by the permission");
        assert!(one.cells.iter().any(|cell| *cell != "no"), "{name}: nobody may");
    } else {
        people.for_each(|column| assert_eq!(cell(column), "no", "{name}: {ways}"));
    }
}

/// An auditor reads whatever any member of staff reads, and changes nothing.
fn an_auditor_reads_all_and_changes_nothing(one: &Walked) {
    let name = one.operation.name();
    let cell = |column: &str| one.cells[COLUMNS.iter().position(|other| *other == column).unwrap()];
    if one.operation.method == Method::GET {
        let staff = ["caller", "officer", "reviewer", "ops"];
        assert!(cell("auditor") == "yes" || staff.iter().all(|role| cell(role) == "no"), "{name}");
    } else {
        assert_eq!(cell("auditor"), "no", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i7_every_operation_lets_in_whom_the_table_says_and_nobody_else() {
    let platform = InProcess::start().await;
    let world = World::of(&platform).await;
    let mut walked = Vec::new();
    for (service, document) in world::documents() {
        for operation in operations(service, &document) {
            walked.push(walk(&world, &document, operation).await);
        }
    }
    let found = table(&walked);
    let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("roles.txt");
    std::fs::write(&place, &found).unwrap();
    walked.iter().for_each(agrees_with_its_document);
    walked.iter().for_each(an_auditor_reads_all_and_changes_nothing);
    let agreed = include_str!("roles.txt");
    assert!(
        found == agreed,
        "the table as walked is in {}: if it is meant, it replaces roles.txt",
        place.display()
    );
    platform.stop().await;
}

#[test]
fn a_table_is_read_by_its_columns() {
    let operation =
        Operation { service: "credit", method: Method::GET, path: "/v1/x".to_owned(), said: json!({}) };
    let cells = COLUMNS.iter().map(|column| if *column == "merchant" { "own" } else { "no" }).collect();
    let text = table(&[Walked { operation, cells, somebody_refused: true }]);
    let [head, row]: [&str; 2] = text.lines().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(head.find("merchant"), row.find("own"));
}

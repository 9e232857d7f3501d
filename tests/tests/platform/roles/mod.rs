//! Who may do what, walked: every operation of every service, asked for by everybody, over HTTP.
//!
//! `roles.txt` beside this file is what a reviewer reads: a row for each operation, a column for each role. `yes` is
//! anything but a refusal of the person; `own` is yes for the merchant that it is about, and no for another, `other`
//! the reverse; `no` is 401 and 403, and 404 where somebody else finds something. A change of the table shows in its
//! diff.

mod sample;
mod world;

use chassis::auth::Permission;
use kernel::{Channel, Role};
use reqwest::Method;
use serde_json::{Map, Value, json};
use testkit::identity::Person;

use crate::doors::Who;
use crate::in_process::InProcess;
use sample::Sample;
use world::World;

/// The columns: the short word above each, and the role that acts in it. Before them stands whoever has no account.
const ROLES: [(&str, Role); 11] = [
    ("operator", Role::Operator),
    ("caller", Role::FollowupCaller),
    ("officer", Role::CreditOfficer),
    ("reviewer", Role::CreditReviewer),
    ("inspector", Role::Inspector),
    ("merchant", Role::Merchant),
    ("auditor", Role::Auditor),
    ("ops", Role::Operations),
    ("channel", Role::Channel),
    ("volunteer", Role::VolunteerCentre),
    ("service", Role::Service),
];

/// Statuses and codes that say nothing about the person: what was sent did not come so far.
const UNREAD: [&str; 8] = [
    "invalid-path",
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

impl Walked {
    fn cell(&self, column: &str) -> &'static str {
        self.cells[columns().position(|other| other == column).unwrap()]
    }
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

/// The words above the columns.
fn columns() -> impl Iterator<Item = &'static str> {
    core::iter::once("anybody").chain(ROLES.into_iter().map(|(column, _)| column))
}

/// Everybody, in the order of the columns; the merchant comes twice: the one that all is about, and another one.
fn everybody(world: &World) -> Vec<Vec<Who>> {
    let of_role = |(number, (_, role)): (u128, (&str, Role))| match role {
        Role::Merchant => {
            [&world.own, &world.other].map(|merchant| Who::Person(Person::merchant(merchant))).to_vec()
        }
        Role::Channel => vec![Who::Channel(Channel::Wechat)],
        role => vec![Who::Person(Person::staff(number, role))],
    };
    core::iter::once(vec![Who::Anybody]).chain((101..).zip(ROLES).map(of_role)).collect()
}

/// How one person is answered.
async fn ask(world: &World, document: &Value, operation: &Operation, who: &Who) -> (u16, String) {
    let body = Sample::of(document, &world.rules, &world.own).body(&operation.said);
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
    let hidden = |answer: &(u16, String)| answer.0 == 404 && somebody_finds;
    let may = |answer: &(u16, String)| !(refused(answer) || hidden(answer));
    let cell = |of_column: &Vec<(u16, String)>| match of_column.iter().map(may).collect::<Vec<_>>()[..] {
        [true] | [true, true] => "yes",
        [true, false] => "own",
        [false] | [false, false] => "no",
        _ => "other",
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
            columns().zip(cells).map(|(column, cell)| format!("{cell:<0$}", column.len())).collect();
        format!("{name:<wide$}  {}", cells.join("  ")).trim_end().to_owned() + "\n"
    };
    let mut text = line("", &columns().collect::<Vec<_>>());
    rows.iter().for_each(|(name, cells)| text.push_str(&line(name, cells)));
    text
}

/// Whether the permissions that the document names let this column in.
fn declared(operation: &Operation, role: Role) -> bool {
    let named = operation.said["x-permission"].as_array();
    let named = named.unwrap_or_else(|| panic!("{}: the document names no permission", operation.name()));
    let known = Permission::ALL.iter().filter(|known| named.iter().any(|one| *one == known.to_string()));
    let known: Vec<_> = known.collect();
    assert_eq!(known.len(), named.len(), "{}: {named:?}", operation.name());
    // What the volunteer centre reports it signs: its token alone lets it read.
    let by_token = |permission: &Permission| {
        role != Role::VolunteerCentre || *permission != Permission::ReportVolunteering
    };
    known.into_iter().any(|permission| by_token(permission) && permission.roles().contains(&role))
}

/// What the document says of who signs in how, held against what was found.
fn agrees_with_its_document(one: &Walked) {
    let (name, ways) = (one.operation.name(), one.operation.ways());
    if ways == "[{}]" {
        assert!(one.cells.iter().all(|cell| *cell == "yes"), "{name} is for everybody");
        return;
    }
    assert_eq!(one.cell("anybody"), "no", "{name}");
    if ways.contains("bearer") {
        assert!(one.somebody_refused, "{name}: nobody is refused by the permission");
    }
    for (column, role) in ROLES {
        let way = if column == "channel" { "channel" } else { "bearer" };
        // Nobody is a service by a token: services know one another by the bus.
        let may = column != "service" && ways.contains(way) && declared(&one.operation, role);
        assert_eq!(one.cell(column) != "no", may, "{name}: {column}, by what its document says");
    }
}

/// An auditor reads whatever any member of staff reads, and changes nothing. How to reach a citizen it does not read:
/// there it reads who did.
fn an_auditor_reads_all_and_changes_nothing(one: &Walked, all: &[Walked]) {
    let name = one.operation.name();
    if one.operation.method != Method::GET {
        // Whoever signs in is known by name from then on: nothing of what is audited changes by that.
        if name == "intake PUT /v1/colleagues/me" {
            return;
        }
        // What is for everybody reads, whatever its method: `documents.rs` lists it.
        assert!(one.cell("auditor") == "no" || one.operation.ways() == "[{}]", "{name}");
        return;
    }
    // Whoever has the code can say that it was there.
    if name == "credit GET /v1/activities/{id}/code" {
        return;
    }
    let staff = ["operator", "caller", "officer", "reviewer", "inspector", "ops"];
    if one.cell("auditor") == "no" && staff.iter().any(|role| one.cell(role) == "yes") {
        let readers = format!("{name}/clear-reads");
        let readers = all.iter().find(|other| other.operation.name() == readers);
        assert!(readers.is_some_and(|readers| readers.cell("auditor") == "yes"), "{name}");
    }
}

/// Whoever has an account for another city is refused wherever a city is asked about.
async fn an_account_for_another_city_is_refused(world: &World, document: &Value, one: &Walked) {
    let parameters = one.operation.said["parameters"].as_array().into_iter().flatten();
    let asks_about_a_city = parameters.into_iter().any(|one| one["name"] == "city" && one["in"] == "query");
    if !asks_about_a_city || one.operation.ways() == "[{}]" {
        return;
    }
    for (cell, column) in one.cells.iter().zip(everybody(world)) {
        if let ("yes", [Who::Person(person)]) = (*cell, &column[..]) {
            let elsewhere = Who::Person(person.clone().with("city", 310_100));
            let (status, code) = ask(world, document, &one.operation, &elsewhere).await;
            assert!(status == 403 || status == 404, "{}: {status} {code} {person:?}", one.operation.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_lets_in_whom_the_table_says_and_nobody_else() {
    let platform = InProcess::start().await;
    let world = World::of(&platform).await;
    let mut walked = Vec::new();
    for (service, document) in world::documents() {
        for operation in operations(service, &document) {
            let one = walk(&world, &document, operation).await;
            an_account_for_another_city_is_refused(&world, &document, &one).await;
            walked.push(one);
        }
    }
    let found = table(&walked);
    let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("roles.txt");
    std::fs::write(&place, &found).unwrap();
    walked.iter().for_each(agrees_with_its_document);
    walked.iter().for_each(|one| an_auditor_reads_all_and_changes_nothing(one, &walked));
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
    let cells = columns().map(|column| if column == "merchant" { "own" } else { "no" }).collect();
    let text = table(&[Walked { operation, cells, somebody_refused: true }]);
    let [head, row]: [&str; 2] = text.lines().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(head.find("merchant"), row.find("own"));
}

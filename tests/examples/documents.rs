//! Writes what is generated from the services: `cargo run -p stories --example documents`, from the root.

use std::error::Error;
use std::fs;

use chassis::auth::Permission;
use chassis::config;
use chassis::entry::Definition;
use chassis::http::{Catalogue, FAULTS, Fault};
use contracts::streams::Stream;
use kernel::Role;
use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    fs::create_dir_all("docs/openapi")?;
    let mut page = String::from(
        "# Configuration\n\nGenerated from each service's `config.default.toml` by `cargo xtask golden`; do not edit. Every key can be \
         set in a file (`--config`) or by a variable such as `INTAKE__HTTP__LISTEN`; with `_FILE` behind it, a variable names a \
         file that holds the value. `--print-config` shows what is in force, secrets redacted.\n",
    );
    page.push_str(&document::<intake::Intake>()?);
    page.push_str(&document::<dispatch::Dispatch>()?);
    page.push_str(&document::<feedback::Feedback>()?);
    page.push_str(&document::<credit::Credit>()?);
    fs::write("docs/CONFIG.md", page)?;
    let problems = catalogue();
    fs::write("docs/PROBLEMS.md", problems_page(&problems))?;
    fs::write("docs/problems.json", format!("{:#}\n", problems_data(&problems)))?;
    fs::write("docs/permissions.json", format!("{:#}\n", permissions()))?;
    fs::write("deploy/helm/platform/files/streams.yaml", streams())?;
    Ok(())
}

/// What the services refuse, and what to mend.
fn catalogue() -> Catalogue {
    Catalogue::of(&[
        (intake::Intake::NAME, intake::Intake::problems()),
        (dispatch::Dispatch::NAME, dispatch::Dispatch::problems()),
        (feedback::Feedback::NAME, feedback::Feedback::problems()),
        (credit::Credit::NAME, credit::Credit::problems()),
    ])
}

/// For people.
fn problems_page(catalogue: &Catalogue) -> String {
    let head = "# Problems\n\nGenerated from the code by `cargo xtask golden`; do not edit. Every refusal is a problem (RFC 9457, \
                `application/problem+json`): match on `code`; `type` is `/problems/` and the code, where each service \
                shows the line below. `errors` says what is wrong with which field, each with one of the codes at the \
                end. A gateway that puts services behind prefixes leads `/problems/` on, as the local one does.\n";
    head.to_owned() + &catalogue.markdown()
}

/// For the pages: what to say about a code, by the service that answered with it; and about a field that is wrong.
fn problems_data(catalogue: &Catalogue) -> Value {
    let mut by_owner = Map::new();
    for (owner, kind) in catalogue.kinds() {
        let words = json!({
            "zh": { "title": kind.page.title_zh, "remedy": kind.page.zh },
            "en": { "title": kind.title, "remedy": kind.page.en },
        });
        let codes = by_owner.entry(owner).or_insert_with(|| json!({}));
        if let Some(codes) = codes.as_object_mut() {
            codes.insert(kind.code.to_owned(), words);
        }
    }
    // No service has this name: what stands in `errors` is the same for all.
    let words = |fault: &Fault| (fault.code.to_owned(), json!({ "zh": fault.zh, "en": fault.en }));
    by_owner.insert("faults".to_owned(), FAULTS.iter().map(words).collect::<Map<_, _>>().into());
    by_owner.into()
}

/// For the pages: which roles have which permission.
fn permissions() -> Value {
    let roles = |all: &[Role]| all.iter().map(|role| Value::from(role.as_str())).collect::<Value>();
    let matrix = Permission::ALL.iter().map(|one| (one.to_string(), roles(one.roles())));
    matrix.collect::<Map<_, _>>().into()
}

/// The streams as resources of NACK, for operators who own them (`nats.manage_streams = false`).
fn streams() -> String {
    let mut text = String::from("# Generated from the contracts by `cargo xtask golden`; do not edit.\n");
    for stream in Stream::ALL {
        let spec = stream.spec();
        text.push_str(&format!(
            "---\napiVersion: jetstream.nats.io/v1beta2\nkind: Stream\nmetadata:\n  name: {}\nspec:\n  name: {}\n  subjects: {:?}\n  \
             storage: file\n  replicas: 3\n  retention: limits\n  discard: new\n  allowDirect: true\n  maxBytes: {}\n  \
             maxMsgsPerSubject: {}\n  duplicateWindow: {}s\n",
            spec.name.to_lowercase(),
            spec.name,
            spec.subjects,
            spec.max_bytes,
            spec.max_messages_per_subject.unwrap_or(-1),
            spec.duplicate_window.as_secs(),
        ));
        if let Some(age) = spec.max_age {
            text.push_str(&format!("  maxAge: {}s\n", age.as_secs()));
        }
        text.push_str(
            "  # Emptied and deleted by people, never by a change of this resource.\n  preventDelete: true\n",
        );
    }
    text
}

/// Writes the service's OpenAPI document, and gives its part of CONFIG.md.
fn document<D: Definition>() -> Result<String, Box<dyn Error>> {
    let text = D::document().to_pretty_json()? + "\n";
    fs::write(format!("docs/openapi/{}.json", D::NAME), text)?;
    Ok(format!("\n## {}\n\n{}", D::NAME, config::reference(D::NAME, D::DEFAULTS)?))
}

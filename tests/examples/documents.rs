//! Writes what is generated from the services: `cargo run -p stories --example documents`, from the root.

use std::error::Error;
use std::fs;

use chassis::config;
use chassis::entry::Definition;

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
    Ok(())
}

/// Writes the service's OpenAPI document, and gives its part of CONFIG.md.
fn document<D: Definition>() -> Result<String, Box<dyn Error>> {
    let text = D::document().to_pretty_json()? + "\n";
    fs::write(format!("docs/openapi/{}.json", D::NAME), text)?;
    Ok(format!("\n## {}\n\n{}", D::NAME, config::reference(D::NAME, D::DEFAULTS)?))
}

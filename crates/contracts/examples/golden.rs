//! Writes the generated files: `cargo run -p contracts --example golden`, from the workspace's root.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (path, content) in contracts::golden::files()? {
        if let Some(folder) = std::path::Path::new(&path).parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, content)?;
    }
    Ok(())
}

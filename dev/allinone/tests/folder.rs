//! The built program and the folder it is told to use. (That there is a test of the program also has
//! `cargo test --workspace` build it, for the stories that start it.)

use std::process::Command;

#[test]
fn a_folder_that_holds_something_else_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let theirs = folder.path().join("letter.txt");
    std::fs::write(&theirs, "keep me").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_allinone"));
    let ended =
        command.arg("--reset").arg("--data").arg(folder.path()).args(["--nats-server", "none"]).output();
    let ended = ended.unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(!ended.status.success() && said.contains("holds something else"), "{said}");
    assert_eq!(std::fs::read_to_string(&theirs).unwrap(), "keep me");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

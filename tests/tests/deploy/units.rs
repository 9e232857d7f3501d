//! The systemd units: systemd itself finds nothing wrong with them.

use std::process::Command;

use crate::platform::SERVICES;
use crate::{deploy, read};

#[test]
fn systemd_accepts_every_unit_and_finds_it_confined() {
    let folder = tempfile::tempdir().unwrap();
    for service in SERVICES {
        let unit = read(&deploy(&format!("systemd/81890-{service}.service")));
        let program = format!("ExecStart=/usr/lib/81890/{service} ");
        assert_eq!(unit.matches(&program).count(), 1);
        let file = folder.path().join(format!("81890-{service}.service"));
        // The program is not installed on this machine; another takes its place for the check.
        std::fs::write(&file, unit.replace(&program, "ExecStart=/bin/true ")).unwrap();
        for check in [&["verify"][..], &["security", "--offline=true", "--threshold=20", "--no-pager"]] {
            let mut command = Command::new("systemd-analyze");
            let output =
                command.args(check).arg(&file).output().expect("systemd-analyze (Debian package systemd)");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                output.status.success(),
                "{service} {check:?}: {said}{}",
                String::from_utf8_lossy(&output.stdout)
            );
            assert!(check[0] != "verify" || said.is_empty(), "{service}: {said}");
        }
    }
}

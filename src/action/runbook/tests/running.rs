//! Shipped runbooks of risk low, really run: as an ordinary process, with hostile inputs, on a machine that lacks most tools.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{Facts, inputs, shipped};
use crate::action::runbook::{Runbook, Work};
use crate::core::execution::order::Platform;
use crate::core::role::Risk;
use crate::link::remote::BlankKind;

/// Tools that every machine has. None of them reaches another machine.
const TOOLS: &[&str] = &[
    "sh", "df", "du", "find", "sort", "head", "tail", "cut", "grep", "awk", "cat", "ps", "id", "date", "base64",
    "uptime", "free", "getconf", "timeout", "printf", "sleep", "who", "ls", "dirname", "basename", "sed", "tr", "wc",
];

struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        std::fs::create_dir_all(&bin).unwrap();
        std::fs::create_dir_all(folder.path().join("work/a dir $(touch canary)")).unwrap();
        let places: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect();
        for tool in TOOLS {
            if let Some(found) = places.iter().map(|place| place.join(tool)).find(|path| path.exists()) {
                symlink(found, bin.join(tool)).unwrap();
            }
        }
        Self { folder }
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// As Systems Manager's agent does it: a file, run by `sh -c`.
    fn run(&self, runbook: &Runbook, pairs: &std::collections::BTreeMap<String, String>) -> Output {
        let rendered = runbook.render(pairs, &Facts::default()).unwrap();
        let file = self.folder.path().join("_script.sh");
        std::fs::write(&file, rendered.parameters["commands"].join("\n") + "\n").unwrap();
        let command = format!("sh {}", file.display());
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(command).current_dir(self.work()).env_clear();
        shell.env("PATH", self.folder.path().join("bin")).output().unwrap()
    }
}

fn evidence() -> impl Iterator<Item = Runbook> {
    let looks = |one: &Runbook| one.risk == Risk::Low && one.platform == Platform::Linux;
    shipped().into_iter().filter(move |one| looks(one) && matches!(one.work, Work::Script(_)))
}

/// Hostile, and small enough to look into.
fn hostile(runbook: &Runbook, folder: &Path) -> std::collections::BTreeMap<String, String> {
    let mut values = inputs([]);
    for input in &runbook.inputs {
        let value = match &input.kind {
            BlankKind::Path => folder.join("a dir $(touch canary)").display().to_string(),
            BlankKind::Text => "localhost$(touch canary)`touch canary`'; touch canary; \"\n-x".into(),
            BlankKind::Service => "canary@.service".into(),
            BlankKind::Integer { min, .. } => min.to_string(),
            BlankKind::Choice { of } => of[0].clone(),
            BlankKind::Instance => "i-0123456789abcdef0".into(),
        };
        values.insert(input.name.clone(), value);
    }
    values
}

#[test]
fn evidence_is_gathered_without_tools_and_whatever_the_alert_says() {
    let machine = Machine::new();
    for runbook in evidence() {
        let output = machine.run(&runbook, &hostile(&runbook, &machine.work()));
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0..=3)), "{}: {:?}\n{said}", runbook.name, output.status);
        assert!(!said.trim().is_empty() && said.len() < 24_000, "{}: {} bytes", runbook.name, said.len());
        // What it found may hold these words too: a shell's own complaints go to standard error.
        let complaints = String::from_utf8_lossy(&output.stderr);
        for fault in ["yntax error", "unbound", "parameter not set", "bad substitution", "unexpected"] {
            assert!(!complaints.contains(fault), "{}: {complaints}", runbook.name);
        }
        assert!(!machine.work().join("canary").exists(), "{} ran what the alert said", runbook.name);
    }
}

#[test]
fn disk_usage_begins_with_a_real_df() {
    let machine = Machine::new();
    let runbook = evidence().find(|one| one.name == "disk-usage").unwrap();
    assert!(runbook.auto);
    std::fs::write(machine.work().join("big"), vec![0; 300_000]).unwrap();
    let output = machine.run(&runbook, &inputs([("path", &machine.work().display().to_string())]));
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let first = said.lines().next().unwrap();
    assert!(first.starts_with("Filesystem") && first.contains("Mounted on"), "{said}");
    assert!(said.lines().nth(1).unwrap().contains('%'), "{said}");
    assert!(said.contains(&format!("{}\n", machine.work().display())), "{said}");
}

#[test]
fn a_clean_up_stays_below_var_log() {
    let machine = Machine::new();
    let runbook = shipped().into_iter().find(|one| one.name == "log-cleanup").unwrap();
    let old = machine.work().join("old.gz");
    std::fs::write(&old, "x").unwrap();
    let a_year_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(365 * 86_400);
    std::fs::File::options().write(true).open(&old).unwrap().set_modified(a_year_ago).unwrap();
    let output = machine.run(&runbook, &inputs([("path", &machine.work().display().to_string())]));
    assert_eq!(output.status.code(), Some(3));
    assert!(old.exists());
}

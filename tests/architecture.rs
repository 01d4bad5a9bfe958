//! Who may use whom, what the core must not touch, and how long a file may be: ARCHITECTURE.md, held by reading `src/`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the rooms it may use. A room that is not here yet gets its row when it is built.
const MAY_USE: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("config", &[]),
    ("sender", &[]),
    ("link", &["core"]),
    ("store", &["core"]),
    ("audit", &["core"]),
    ("aws", &["core", "config"]),
    ("notify", &["core", "config"]),
    ("people", &["core", "link"]),
    ("engine", &["core", "link", "store", "audit", "people"]),
    ("action", &["core", "link", "engine", "aws"]),
    ("receiver", &["core", "engine", "link", "people"]),
    ("tui", &["core", "link"]),
    ("demo", &["core", "config", "link", "sender", "aws"]),
    (
        "cli",
        &[
            "core", "config", "sender", "link", "store", "audit", "aws", "notify", "engine", "action", "receiver",
            "people", "tui", "demo",
        ],
    ),
    ("main", &["cli"]),
];

/// What reads a clock, does IO, waits or throws dice: none of it in the core.
const NOT_IN_CORE: &[&str] = &[
    "SystemTime",
    "Instant",
    "::now()",
    "std::fs",
    "std::net",
    "std::env",
    "std::io",
    "std::process",
    "std::thread",
    "std::sync::Mutex",
    "RwLock",
    "rand::",
    "getrandom",
    "tokio",
    "tracing",
];

const LONGEST: usize = 400;

#[test]
fn every_room_uses_only_the_rooms_it_may() {
    let mut broken = BTreeSet::new();
    for file in sources() {
        if file.room == "lib" {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(room, _)| *room == file.room) else {
            broken.insert(format!("{}: `{}` has no row in MAY_USE", file.shown, file.room));
            continue;
        };
        for (line, used) in references(&file) {
            if used != file.room && !allowed.contains(&used.as_str()) {
                let may = if allowed.is_empty() { "nothing of ours".into() } else { allowed.join(", ") };
                broken.insert(format!("{}:{line}: {} uses `{used}`, and may use {may}", file.shown, file.room));
            }
        }
    }
    assert_none("against ARCHITECTURE.md, \"Who may use whom\"", broken);
}

#[test]
fn of_aws_the_demo_uses_only_the_pure_codecs_of_sessions() {
    let mut broken = BTreeSet::new();
    for file in sources().into_iter().filter(|file| file.room == "demo") {
        let used = references(&file).into_iter().filter(|(_, room)| room == "aws").count();
        let allowed = code(&file.text).map(|(_, line)| line.matches("crate::aws::session::").count()).sum::<usize>();
        if used != allowed {
            broken.insert(format!("{}: {used} uses of `aws`, and {allowed} of `crate::aws::session::`", file.shown));
        }
    }
    assert_none("what the stand-in plays must not be what it is played to", broken);
}

#[test]
fn the_core_reads_no_clock_does_no_io_and_throws_no_dice() {
    let mut broken = BTreeSet::new();
    for file in sources().into_iter().filter(|file| file.room == "core") {
        for (number, line) in code(&file.text) {
            for word in NOT_IN_CORE.iter().filter(|word| has_word(line, word)) {
                broken.insert(format!("{}:{number}: `{word}`", file.shown));
            }
        }
    }
    assert_none("in the core, which does no IO and gets the time as an argument", broken);
}

#[test]
fn every_module_says_what_it_is_responsible_for() {
    let silent = sources().into_iter().filter(|file| !file.text.starts_with("//! ")).map(|file| file.shown);
    assert_none("without a `//!` on the first line", silent.collect());
}

#[test]
fn every_file_can_be_read_in_one_sitting() {
    let long = sources().into_iter().filter_map(|file| {
        let lines = without_tests(&file.text).lines().count();
        (lines > LONGEST).then(|| format!("{}: {lines} lines", file.shown))
    });
    assert_none(&format!("longer than {LONGEST} lines without its tests: split it"), long.collect());
}

/// Files of ours that are not tests.
struct Source {
    shown: String,
    /// `core` for everything below `src/core`.
    room: String,
    /// How many modules it is below the crate's root.
    depth: usize,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let of = |path: PathBuf| {
        let inside = path.strip_prefix(&root).unwrap().with_extension("");
        let mut modules: Vec<&str> = inside.iter().map(|part| part.to_str().unwrap()).collect();
        if modules.last() == Some(&"mod") {
            modules.pop();
        }
        let is_test = modules.iter().any(|module| matches!(*module, "tests" | "testing") || module.ends_with("_tests"));
        let (room, depth) = (modules[0].to_owned(), modules.len());
        let shown = format!("src/{}", path.strip_prefix(&root).unwrap().display());
        (!is_test).then(|| Source { shown, room, depth, text: fs::read_to_string(&path).unwrap() })
    };
    let sources: Vec<Source> = files.into_iter().filter_map(of).collect();
    assert!(sources.len() > 50, "only {} files found below {}", sources.len(), root.display());
    sources
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The text up to its own test module, which stands last.
fn without_tests(text: &str) -> &str {
    let at = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    &text[..at]
}

/// Lines that are no comments, numbered from 1.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = without_tests(text).lines().enumerate().map(|(at, line)| (at + 1, line));
    numbered.map(|(at, line)| (at, line.trim_start())).filter(|(_, line)| !line.starts_with("//"))
}

/// Every room that a file's paths lead to, with the line.
fn references(file: &Source) -> Vec<(usize, String)> {
    let text: String = {
        // Comments become empty lines, so that the numbers stay.
        let mut lines = vec![""; file.text.lines().count()];
        for (number, line) in code(&file.text) {
            lines[number - 1] = line;
        }
        lines.join("\n")
    };
    // `super` once more than there are modules above leads to the root as well.
    let up = "super::".repeat(file.depth);
    let mut found = Vec::new();
    for root in ["crate::", "alert_whisperer::", &up] {
        for (at, _) in text.match_indices(root) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let line = text[..at].matches('\n').count() + 1;
            found.extend(heads(&text[at + root.len()..]).into_iter().map(|head| (line, head)));
        }
    }
    found
}

/// The first names of a path: `a` of `a::b`, `a` and `c` of `{a::b, c::{d, e}}`.
fn heads(path: &str) -> Vec<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = path.strip_prefix('{') else { return vec![name(path)] };
    let mut heads = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | ',' if depth == 0 => {
                heads.push(name(group[start..at].trim_start()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

/// Whether a line has the word, and not only as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = word.starts_with(part) && line[..at].chars().next_back().is_some_and(part);
        let after = word.ends_with(part) && line[at + word.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}

fn assert_none(what: &str, broken: BTreeSet<String>) {
    assert!(broken.is_empty(), "{what}:\n  {}\n", broken.into_iter().collect::<Vec<_>>().join("\n  "));
}

#[test]
fn a_path_is_read_in_every_way_it_can_be_written() {
    let of = |depth, text: &str| {
        let source = Source { shown: String::new(), room: "x".into(), depth, text: text.into() };
        references(&source).into_iter().map(|(_, room)| room).collect::<Vec<_>>()
    };
    assert_eq!(of(2, "use crate::core::alert::Alert;"), ["core"]);
    assert_eq!(of(2, "use crate::{core::{alert, id}, store};"), ["core", "store"]);
    assert_eq!(of(2, "let x = crate::engine::start();"), ["engine"]);
    assert_eq!(of(2, "use super::super::store;"), ["store"]);
    assert!(of(2, "use super::handle;\n// use crate::tui;\n").is_empty());
    assert!(of(1, "#[cfg(test)]\nmod tests {\n    use crate::tui;\n}").is_empty());
    assert!(has_word("use tokio;", "tokio") && !has_word("let operand::x = 1;", "rand::"));
}

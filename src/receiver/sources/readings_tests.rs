//! Reads every body under `tests/data/senders/KIND/` and compares with what a person wrote beside it:
//!
//! - `CASE.json`, `.txt`, `.form`, `.bin`: the body exactly as it was sent;
//! - `CASE.reading.json`: `{"alerts": [{…}], "rejected": [{…}], "unreadable": true, "batch": true, "truncated": 2}`, and about the
//!   request `"content_type"`, `"user_agent"`, `"path"`, `"attributes"`, `"now"`, and `"mapping"`, a TOML file beside it. Only the fields that
//!   are listed are compared, those exactly; `null` says that there must be none;
//! - `ORIGIN.md`: where each body is from.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Sources;
use crate::core::reading::{Context, Head, Parsed};
use crate::core::source::Source;
use crate::core::source::kind::{Dialect, Kind};
use crate::core::time::{Moment, Span};
use crate::engine::interpreter::Interpreter;

/// Listed of every alert, so that a reading that says little is no reading.
const ALWAYS: [&str; 6] = ["asset_name", "signature", "severity", "status", "tool_source", "fingerprint"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    content_type: Option<String>,
    user_agent: Option<String>,
    #[serde(default)]
    path: String,
    /// The CloudEvents attributes among its headers.
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default = "long_after")]
    now: Moment,
    mapping: Option<String>,
    #[serde(default)]
    alerts: Vec<Map<String, Value>>,
    #[serde(default)]
    rejected: Vec<Map<String, Value>>,
    #[serde(default)]
    unreadable: bool,
    batch: Option<bool>,
    #[serde(default)]
    truncated: u64,
}

/// No body's time is in the future.
fn long_after() -> Moment {
    Moment::parse("2038-01-01T00:00:00Z").unwrap()
}

#[test]
fn every_senders_body_is_read_as_a_person_read_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/senders");
    let mut wrong = Vec::new();
    for folder in entries(&root).into_iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let kind = Kind::all().find(|kind| kind.name() == name).unwrap_or_else(|| panic!("{name} is no kind"));
        let origins = fs::read_to_string(folder.join("ORIGIN.md")).unwrap_or_default();
        let (readings, bodies): (Vec<_>, Vec<_>) = entries(&folder)
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e != "md" && e != "toml"))
            .partition(|path| path.to_str().unwrap().ends_with(".reading.json"));
        let mut readings: BTreeMap<_, _> = readings.into_iter().map(|path| (case(&path), path)).collect();
        for body in bodies {
            let file = body.file_name().unwrap().to_str().unwrap().to_owned();
            if !origins.contains(&file) {
                wrong.push(format!("{name}/ORIGIN.md does not name {file}"));
            }
            match readings.remove(&case(&body)) {
                Some(reading) => {
                    wrong.extend(
                        differences(kind, &body, &reading).into_iter().map(|what| format!("{name}/{file}: {what}")),
                    );
                }
                None => wrong.push(format!("{name}/{file} has no reading")),
            }
        }
        wrong.extend(readings.into_values().map(|reading| format!("{} has no body", reading.display())));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_tool_that_a_mapping_reads_has_a_body_and_a_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for kind in Kind::all().filter(|kind| kind.row().dialect == Dialect::Mapped) {
        assert!(root.join("tests/data/senders").join(kind.name()).join("ORIGIN.md").exists(), "{kind} has no body");
        assert!(root.join("docs/senders").join(kind.name()).with_extension("md").exists(), "{kind} has no page");
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// `firing` of `firing.json` and of `firing.reading.json`.
fn case(path: &Path) -> String {
    let stem = path.file_stem().unwrap().to_str().unwrap();
    stem.strip_suffix(".reading").unwrap_or(stem).to_owned()
}

fn differences(kind: Kind, body: &Path, reading: &Path) -> Vec<String> {
    let content_type = match body.extension().and_then(|e| e.to_str()) {
        Some("json") => Some("application/json"),
        Some("form") => Some("application/x-www-form-urlencoded"),
        _ => None,
    };
    let bytes = fs::read(body).unwrap();
    let wanted: Reading = match serde_json::from_slice(&fs::read(reading).unwrap()) {
        Ok(wanted) => wanted,
        Err(error) => return vec![format!("its reading: {error}")],
    };
    let own = wanted.mapping.as_ref().map(|file| fs::read_to_string(body.with_file_name(file)).unwrap());
    // From the disk, so that a preset can be tried without building anything anew.
    let presets = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/receiver/sources/presets");
    let mapping = own.or_else(|| fs::read_to_string(presets.join(kind.name()).with_extension("toml")).ok());
    let source = Source { mapping, ..Source::of(kind) };
    if let Err(words) = Sources.check(&source) {
        return vec![words];
    }
    let attributes: Vec<_> = wanted.attributes.iter().map(|(name, value)| (&**name, &**value)).collect();
    let head = Head {
        user_agent: wanted.user_agent.as_deref(),
        content_type: wanted.content_type.as_deref().or(content_type),
        path: &wanted.path,
        attributes: &attributes,
    };
    let read = |explain| {
        let skew = Span(300 * Span::SECOND.0);
        Sources.read(&source, &bytes, Context { now: wanted.now, skew, head, explain })
    };
    let mut wrong = Vec::new();
    match (read(false), read(true)) {
        (Ok(plain), Ok(explained)) => {
            if wanted.unreadable {
                wrong.push("was read, and should not be".into());
            }
            compare(&wanted, &plain, &mut wrong);
            if plain != (Parsed { origins: Vec::new(), ..explained }) {
                wrong.push("is another when explained".into());
            }
        }
        (Err(plain), explained) => {
            if !wanted.unreadable {
                wrong.push(format!("{plain:?}"));
            }
            if explained != Err(plain) {
                wrong.push("is another when explained".into());
            }
        }
        (Ok(_), Err(_)) => wrong.push("can't be read when explained".into()),
    }
    wrong
}

fn compare(wanted: &Reading, read: &Parsed, wrong: &mut Vec<String>) {
    if read.reports.len() != wanted.alerts.len() {
        wrong.push(format!("{} alerts, not {}", read.reports.len(), wanted.alerts.len()));
    }
    for (number, (wanted, report)) in wanted.alerts.iter().zip(&read.reports).enumerate() {
        wrong.extend(
            ALWAYS
                .iter()
                .filter(|field| !wanted.contains_key(**field))
                .map(|field| format!("the reading's alert {number} says nothing about {field}")),
        );
        listed(&format!("alert {number}"), wanted, &serde_json::to_value(report).unwrap(), wrong);
    }
    if read.rejected.len() != wanted.rejected.len() {
        wrong.push(format!("{} rejected, not {}: {:?}", read.rejected.len(), wanted.rejected.len(), read.rejected));
    }
    for (number, (wanted, rejected)) in wanted.rejected.iter().zip(&read.rejected).enumerate() {
        listed(&format!("rejected {number}"), wanted, &serde_json::to_value(rejected).unwrap(), wrong);
    }
    if wanted.batch.is_some_and(|batch| batch != read.batch) {
        wrong.push(format!("batch is {}", read.batch));
    }
    if read.truncated != wanted.truncated {
        wrong.push(format!("{} truncated, not {}", read.truncated, wanted.truncated));
    }
}

/// Compares what is listed. What is left out when it is empty is the same as empty.
fn listed(whose: &str, wanted: &Map<String, Value>, found: &Value, wrong: &mut Vec<String>) {
    for (field, wanted) in wanted {
        let found = &found[field];
        let nothing = |value: &Value| match value {
            Value::Null => true,
            Value::Array(list) => list.is_empty(),
            Value::Object(pairs) => pairs.is_empty(),
            _ => false,
        };
        let at = |value: &Value| value.as_str().and_then(|text| Moment::parse(text).ok());
        let same =
            found == wanted || (nothing(found) && nothing(wanted)) || (at(found).is_some() && at(found) == at(wanted));
        if !same {
            wrong.push(format!("{whose}: {field} is {found}, not {wanted}"));
        }
    }
}

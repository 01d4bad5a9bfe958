//! What bodies become: a saved one, one that could not be read, the mapping of a kind.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::add;
use crate::cli::out::{self, Failure, Table};
use crate::cli::place::Place;
use crate::cli::reach::Reached;
use crate::core::alert::Report;
use crate::core::id::TenantId;
use crate::core::reading::{Context, Head, Parsed, Unreadable};
use crate::core::safe_text::SafeText;
use crate::core::source::Source;
use crate::core::source::kind::{Dialect, Kind};
use crate::core::time::Span;
use crate::engine;
use crate::engine::interpreter::Interpreter as _;
use crate::link::{Quarantined, Reply, Request};
use crate::receiver::sources::Sources;
use crate::receiver::sources::mapping::preset;

/// Bytes of a body.
const LONGEST: u64 = 4 << 20;
/// How far a body's times may be ahead of ours.
const SKEW: Span = Span::minutes(5);
/// Alerts of one body that are shown to people.
const SHOWN: usize = 20;

/// A saved body to read.
#[derive(Debug, Args)]
pub struct Test {
    /// A source of this client; without it a kind is meant, or the one source of any client that is called so
    #[arg(long, value_name = "ID")]
    tenant: Option<TenantId>,
    /// The source's name, or the kind
    #[arg(value_name = "SOURCE|KIND")]
    by: String,
    /// The body exactly as it was sent; - reads standard input
    file: PathBuf,
    /// By this mapping table
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The Content-Type that it came with, if that was a form
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// What followed the source's name in the path
    #[arg(long, value_name = "PATH", default_value = "")]
    path: String,
}

/// Prints the mapping table of a kind.
///
/// # Errors
/// When it has none.
pub fn preset(kind: Kind) -> Result<(), Failure> {
    if kind.row().dialect != Dialect::Mapped {
        return Err(Failure::wrong_words(format!("{kind} is read by code, not by a mapping table")));
    }
    out::line(preset::of(kind).trim_end())
}

/// Shows what a saved body becomes.
///
/// # Errors
/// What went wrong, or why there is no alert in it.
pub fn test(test: &Test, place: &Place) -> Result<(), Failure> {
    let mut source = match &test.tenant {
        Some(tenant) => of_tenant(tenant, &test.by, place)?,
        None => match test.by.parse() {
            Ok(kind) => Source::of(kind),
            Err(unknown) => by_name(&test.by, place)?.ok_or_else(|| Failure::wrong(unknown))?,
        },
    };
    if let Some(file) = &test.mapping {
        source.mapping = Some(add::mapping(file)?);
    }
    Sources.check(&source).map_err(Failure::wrong_words)?;
    let mut body = Vec::new();
    let read = match test.file.as_os_str() == "-" {
        true => std::io::stdin().take(LONGEST + 1).read_to_end(&mut body),
        false => std::fs::File::open(&test.file).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut body)),
    };
    read.with_context(|| format!("cannot read {}", test.file.display()))?;
    if body.len() as u64 > LONGEST {
        return Err(anyhow::anyhow!("the body is larger than 4 MiB, and would be refused").into());
    }
    let head = Head { content_type: test.content_type.as_deref(), path: &test.path, ..Head::default() };
    let context = Context { now: engine::now(), skew: SKEW, head, explain: true };
    let read = Sources.read(&source, &body, context);
    tell(&read, place.json)
}

/// Shows what a body became.
///
/// # Errors
/// Why there is no alert in it.
pub fn tell(read: &Result<Parsed, Unreadable>, json: bool) -> Result<(), Failure> {
    let parsed = match read {
        Ok(parsed) => parsed,
        Err(Unreadable::NotJson { reason }) => return Err(anyhow::anyhow!("nothing can be read: {reason}").into()),
        Err(Unreadable::NoAlert { reason, fields }) => {
            let at = if fields.is_empty() { String::new() } else { format!(" ({})", fields.join(", ")) };
            return Err(anyhow::anyhow!("there is no alert in it: {reason}{at}").into());
        }
    };
    if json {
        let all = parsed.reports.iter().enumerate().map(|(index, report)| object(parsed, index, report));
        out::json(&all.collect::<Result<Vec<_>, _>>()?)?;
    } else if parsed.reports.is_empty() {
        out::line("This is to be passed over: it is answered as a success, and nothing is stored.")?;
    } else {
        let count = parsed.reports.len();
        for (index, report) in parsed.reports.iter().take(SHOWN).enumerate() {
            if count > 1 {
                out::line(format!("{}alert {} of {count}", if index > 0 { "\n" } else { "" }, index + 1))?;
            }
            fields(parsed, index, report)?.print()?;
        }
        if count > SHOWN {
            out::line(format!("\nand {} more", count - SHOWN))?;
        }
    }
    for bad in &parsed.rejected {
        out::warn(&format!("alert {} was bad: {} {}", bad.index, bad.reason, bad.fields.join(", ")));
    }
    if parsed.truncated > 0 {
        out::warn(&format!("the sender says that it left {} alerts out", parsed.truncated));
    }
    Ok(())
}

fn object(parsed: &Parsed, index: usize, report: &Report) -> Result<Value, Failure> {
    let mut object = serde_json::to_value(report)?;
    object["origins"] = serde_json::to_value(parsed.origins.get(index).map_or(&[][..], Vec::as_slice))?;
    Ok(object)
}

/// A report field by field, each with where it came from.
fn fields(parsed: &Parsed, index: usize, report: &Report) -> Result<Table, Failure> {
    let origins: BTreeMap<&str, _> =
        parsed.origins.get(index).into_iter().flatten().map(|origin| (&*origin.field, origin)).collect();
    let heading = ["FIELD", "VALUE", "FROM", "FOUND THERE"];
    let mut table = Table::new(if origins.is_empty() { &heading[..2] } else { &heading });
    let Value::Object(fields) = serde_json::to_value(report)? else { return Err(out::unexpected()) };
    for (name, value) in &fields {
        let value = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Array(parts) if parts.is_empty() => continue,
            Value::Array(parts) => parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
            Value::Object(parts) if parts.is_empty() => continue,
            Value::Object(parts) => {
                let pair = |(name, value): (&String, &Value)| format!("{name}={}", value.as_str().unwrap_or_default());
                parts.iter().map(pair).collect::<Vec<_>>().join(" ")
            }
            other => other.to_string(),
        };
        let origin = origins.get(&**name);
        let (from, found) = origin.map_or(("", ""), |origin| (&*origin.from, origin.found.as_deref().unwrap_or("")));
        table.row(&[name, &value, from, found]);
    }
    for origin in origins.values().filter(|origin| !fields.contains_key(&origin.field)) {
        table.row(&[&origin.field, "", &origin.from, origin.found.as_deref().unwrap_or("")]);
    }
    Ok(table)
}

/// Lists bodies that could not be read.
///
/// # Errors
/// What went wrong.
pub fn unread(tenant: &TenantId, name: Option<&str>, place: &Place) -> Result<(), Failure> {
    let Reply::Quarantine(mut bodies) = Reached::ask_once(place, Request::Quarantine { tenant: tenant.clone() })?
    else {
        return Err(out::unexpected());
    };
    bodies.retain(|body| name.is_none_or(|name| body.source == name));
    if place.json {
        let one = |body: &Quarantined| {
            json!({
                "number": body.number, "at": body.at, "source": body.source, "reason": body.reason,
                "fields": body.fields, "bytes": body.raw.len(), "body": String::from_utf8_lossy(&body.raw),
            })
        };
        return out::json(&bodies.iter().map(one).collect::<Vec<_>>());
    }
    let mut table = Table::new(&["NUMBER", "AT", "SOURCE", "BYTES", "WHY", "BODY"]);
    for body in &bodies {
        let begin: String = String::from_utf8_lossy(&body.raw).chars().take(60).collect();
        let why = [&[body.reason.clone()][..], &body.fields].concat().join(" ");
        let (number, bytes) = (body.number.to_string(), body.raw.len().to_string());
        table.row(&[&number, &body.at.to_string(), &body.source, &bytes, &why, SafeText::line(&begin).as_ref()]);
    }
    table.print()
}

/// The one source of that name, whose ever it is.
fn by_name(name: &str, place: &Place) -> Result<Option<Source>, Failure> {
    let Reply::Tenants(tenants) = Reached::ask_once(place, Request::Tenants)? else { return Err(out::unexpected()) };
    let mut found = tenants.iter().filter_map(|tenant| tenant.source(name));
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(Failure::wrong_words("several clients have such a source: say whose with --tenant ID")),
        (found, None) => Ok(found.map(std::borrow::Cow::into_owned)),
    }
}

fn of_tenant(tenant: &TenantId, name: &str, place: &Place) -> Result<Source, Failure> {
    let Reply::Tenants(tenants) = Reached::ask_once(place, Request::Tenant { id: tenant.clone() })? else {
        return Err(out::unexpected());
    };
    let found = tenants.first().and_then(|tenant| Some(tenant.source(name)?.into_owned()));
    found.ok_or_else(|| Failure::wrong_words(format!("{tenant} has no such source; `source list {tenant}` lists them")))
}

//! CloudEvents, version 1: one event, a batch of them, or one whose attributes are in the headers. What is inside may be
//! our own schema, an event of EventBridge, something that the source's mapping reads, or data of nobody's schema.

use std::borrow::Cow;

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::field::{self, Fault};
use super::json::{self, Json, Object};
use super::likely::{self, Word};
use super::sorted::Sorted;
use super::{eventbridge, native, no_alert};
use crate::core::alert::Report;
use crate::core::reading::{Context, Parsed, Unreadable};

/// Attributes of one event.
const MOST_ATTRIBUTES: usize = 64;
/// What data of our own schema have.
const OWN: [&str; 5] = ["asset_name", "signature", "severity", "message", "tool_source"];

/// The attributes among a request's headers.
pub fn attributes(headers: &HeaderMap) -> Vec<(&str, &str)> {
    headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().strip_prefix("ce-")?, value.to_str().ok()?)))
        .take(MOST_ATTRIBUTES)
        .collect()
}

/// The envelopes of a request, each with its data in it.
pub fn envelopes<'j, 'a>(json: &'j Json<'a>, context: Context<'a>) -> Cow<'j, Json<'a>> {
    let attributes = context.head.attributes;
    if !attributes.iter().any(|(name, _)| *name == "specversion") {
        return Cow::Borrowed(json);
    }
    let envelope = attributes
        .iter()
        .fold(Object::default(), |envelope, (name, value)| envelope.with(*name, Json::Text(unescaped(value).into())));
    Cow::Owned(Json::Object(envelope.with("data", json.clone())))
}

/// Reads a request.
///
/// # Errors
/// When there is no good alert in it.
pub fn parse(json: &Json<'_>, context: Context<'_>) -> Result<Parsed, Unreadable> {
    let mut read = Sorted::default();
    match json {
        Json::Object(event) => one(event, "", context, &mut read),
        Json::List(events) => {
            read.batch = true;
            for (index, event) in events.iter().enumerate() {
                let at = format!("/{index}");
                match event {
                    Json::Object(event) => one(event, &at, context, &mut read),
                    _ => read.add(&at, Err(Fault::new("An event must be an object.", &[""]))),
                }
            }
        }
        _ => return Err(no_alert("The body must be a CloudEvents object or an array of them.")),
    }
    read.done()
}

fn one(event: &Object<'_>, at: &str, context: Context<'_>, read: &mut Sorted) {
    if event.word("type").is_none() || event.word("source").is_none() {
        return read.add(at, Err(Fault::new("An event must have a type and a source.", &["/type", "/source"])));
    }
    let Some(encoded) = event.word("data_base64") else {
        return with_data(event, event.get("data"), at, context, read);
    };
    let text = STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(text) = text else {
        return read.add(at, Err(Fault::new("data_base64 must be text in base64.", &["/data_base64"])));
    };
    match json::read(&text) {
        Ok(data) => with_data(event, Some(&data), at, context, read),
        Err(_) => with_data(event, Some(&Json::Text(text.as_str().into())), at, context, read),
    }
}

fn with_data(event: &Object<'_>, data: Option<&Json<'_>>, at: &str, context: Context<'_>, read: &mut Sorted) {
    match data.and_then(Json::object) {
        Some(inner) if eventbridge::is_event(inner) => eventbridge::event(inner, &format!("{at}/data"), context, read),
        _ => read.add(at, about(event, data, context)),
    }
}

/// An event whose data are our own or nobody's.
fn about(event: &Object<'_>, data: Option<&Json<'_>>, context: Context<'_>) -> Result<Report, Fault> {
    let none = Object::default();
    let fields = data.and_then(Json::object).unwrap_or(&none);
    if OWN.iter().all(|name| fields.get(name).is_some()) {
        let report = native::one(fields, context)?;
        let fingerprint = report.fingerprint.clone().unwrap_or_else(|| of_its_own(event));
        return Ok(Report { fingerprint: Some(fingerprint), ..report });
    }
    let word = |name| event.word(name).unwrap_or_default();
    let subject = event.word("subject");
    let asset = likely::asset(fields);
    let asset = asset.as_deref().or(subject).unwrap_or(word("source"));
    let signature = likely::signature(fields);
    let signature = signature.as_deref().unwrap_or(word("type"));
    let mut report = field::report(asset, signature, tool(word("source")));
    let severity = likely::severity(fields).or_else(|| likely::severity(event));
    report.severity = severity.unwrap_or(report.severity);
    let message = likely::message(fields);
    field::message(&mut report, &[message.as_deref().or(data.and_then(Json::text))]);
    report.occurred_at = event.word("time").and_then(|at| field::moment(at, context));
    report.instance_id = Some(asset).filter(|asset| field::is_instance(asset)).map(Into::into);
    for name in ["type", "subject"] {
        field::tell(&mut report, name, event.get(name));
    }
    likely::rest(&mut report, fields);
    let status = likely::status(fields).filter(|word| *word != Word::Between);
    if let Some(status) = status {
        likely::set(&mut report, status);
    }
    report.fingerprint = Some(match (likely::key(fields), status) {
        (Some(key), _) => field::identity(&key),
        (None, Some(_)) => field::identity(&[word("source"), asset, signature].join("|")),
        (None, None) => of_its_own(event),
    });
    Ok(report)
}

/// The identity of an event that says nothing of beginning or end: the same event sent again is the same.
fn of_its_own(event: &Object<'_>) -> String {
    field::identity(&["source", "id"].map(|name| event.word(name).unwrap_or_default()).join("|"))
}

/// Who sends: the host of a source that is a URL, or else all of it.
fn tool(source: &str) -> &str {
    let host = source.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    host.filter(|host| !host.is_empty()).unwrap_or(source)
}

/// A header's value, in which what is no ASCII is written as `%C3%A9`.
fn unescaped(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = after.get(..2).filter(|_| *first == b'%').and_then(|digits| hex::decode(digits).ok());
        match escaped {
            Some(byte) => {
                bytes.extend(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_owned())
}

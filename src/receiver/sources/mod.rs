//! What senders say, one file per dialect: a body goes in, reports come out. Who the sender is and whether it may post has
//! been settled before; what becomes of the reports is the engine's.

pub mod alertmanager;
mod body;
pub mod cloudevents;
pub mod eventbridge;
mod explain;
mod field;
pub mod json;
mod likely;
pub mod mapping;
pub mod native;
pub mod opsgenie;
pub mod pagerduty;
pub mod sns;
mod sorted;

use crate::core::alert::Report;
use crate::core::input::Rejected;
use crate::core::reading::{Context, Parsed, Unreadable};
use crate::core::source::Source;
use crate::core::source::kind::Dialect;
use crate::engine::interpreter::Interpreter;
use json::Json;

/// All dialects, for the engine.
#[derive(Debug)]
pub struct Sources;

impl Interpreter for Sources {
    fn read(&self, source: &Source, body: &[u8], context: Context<'_>) -> Result<Parsed, Unreadable> {
        read(source, body, context)
    }

    fn topic(&self, body: &[u8]) -> Option<String> {
        super::topics::said(body).map(|message| message.topic().arn().to_owned())
    }

    fn check(&self, source: &Source) -> Result<(), String> {
        match source.kind.row().dialect {
            Dialect::Mapped | Dialect::CloudEvents => mapping::check(source).map_err(|mistake| mistake.to_string()),
            _ if source.mapping.is_some() => Err(format!("{} needs no mapping: it is read as it is", source.kind)),
            _ => Ok(()),
        }
    }
}

/// Reads a body by a source's rules.
///
/// # Errors
/// When there is no good alert in it.
pub fn read(source: &Source, body: &[u8], context: Context<'_>) -> Result<Parsed, Unreadable> {
    let dialect = source.kind.row().dialect;
    // Its path says all of it, and the body may be empty.
    if let Some(parsed) = opsgenie::about_known(context).filter(|_| dialect == Dialect::Opsgenie) {
        return Ok(parsed);
    }
    body::open(body, |json| {
        let parsed = said(source, json, context).and_then(with_any_good)?;
        let origins = if context.explain && parsed.origins.is_empty() {
            explain::origins(json, &parsed, context)
        } else {
            parsed.origins
        };
        Ok(Parsed { origins, ..parsed })
    })
}

/// What was bad is not passed over with what was to be, when nothing else was there: all of it is put aside.
fn with_any_good(parsed: Parsed) -> Result<Parsed, Unreadable> {
    match parsed.rejected.first() {
        Some(first) if parsed.reports.is_empty() => {
            let reason = first.reason.clone();
            let fields = parsed.rejected.into_iter().flat_map(|rejected| rejected.fields).collect();
            Err(Unreadable::NoAlert { reason, fields })
        }
        _ => Ok(parsed),
    }
}

/// What an opened body says.
fn said(source: &Source, json: &Json<'_>, context: Context<'_>) -> Result<Parsed, Unreadable> {
    match source.kind.row().dialect {
        Dialect::Native => native::parse(json, context),
        Dialect::Alertmanager => alertmanager::parse(json, context),
        Dialect::Sns => sns::parse(json, context),
        Dialect::EventBridge => eventbridge::parse(json, context),
        Dialect::PagerDuty => pagerduty::parse(json, context),
        Dialect::Opsgenie => opsgenie::parse(json, context),
        Dialect::Mapped => mapping::parse(source, json, context),
        Dialect::CloudEvents => {
            let envelopes = cloudevents::envelopes(json, context);
            match source.mapping {
                Some(_) => mapping::parse(source, &envelopes, context),
                None => cloudevents::parse(&envelopes, context),
            }
        }
    }
}

fn not_json(reason: &str) -> Unreadable {
    Unreadable::NotJson { reason: reason.into() }
}

fn no_alert(reason: &str) -> Unreadable {
    Unreadable::NoAlert { reason: reason.into(), fields: Vec::new() }
}

/// Sorts the alerts of a batch into good and bad ones. `at` is the pointer to the array.
fn sort_out<'a>(
    alerts: &[Json<'a>],
    at: &str,
    mut one: impl FnMut(&Json<'a>) -> Result<Report, field::Fault>,
) -> Result<Parsed, Unreadable> {
    let mut parsed = Parsed { batch: true, reports: Vec::with_capacity(alerts.len()), ..Parsed::default() };
    let mut first_reason = "There is no alert in the array.";
    for (index, alert) in (0u32..).zip(alerts) {
        match one(alert) {
            Ok(report) => {
                parsed.reports.push(report);
                parsed.indices.push(index);
            }
            Err(fault) => {
                if parsed.rejected.is_empty() {
                    first_reason = fault.reason;
                }
                let fields = fault.fields.iter().map(|field| format!("{at}/{index}{field}")).collect();
                parsed.rejected.push(Rejected { index, reason: fault.reason.into(), fields });
            }
        }
    }
    if parsed.reports.is_empty() {
        let fields = parsed.rejected.into_iter().flat_map(|rejected| rejected.fields).collect();
        return Err(Unreadable::NoAlert { reason: first_reason.into(), fields });
    }
    if parsed.rejected.is_empty() {
        parsed.indices.clear();
    }
    Ok(parsed)
}

#[cfg(test)]
mod readings_tests;

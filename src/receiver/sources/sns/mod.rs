//! Amazon SNS over HTTP: what a topic notifies of, whoever published it there (CloudWatch, EventBridge, our own schema, or plain
//! text), and that a topic asks to send here or no longer does. Whether it is from AWS and may send is settled before, by
//! `receiver::topics`.

pub mod cloudwatch;
pub mod envelope;
mod words;

use self::envelope::{Envelope, Type};
use super::field::{self, Fault};
use super::json::{self, Json, Object};
use super::{eventbridge, native, no_alert};
use crate::core::alert::{AlertStatus, Identity, Report};
use crate::core::reading::{Context, Parsed, Unreadable};
use crate::core::severity::Severity;
use crate::core::sns::{TOOL, Wish};
use crate::core::time::Moment;

/// Where a service that publishes JSON of its own says what it is about; the first that is there.
const KINDS: [&str; 5] = ["Event", "Event Message", "notificationType", "eventType", "event"];
/// Where it says what is ill.
const ASSETS: [&str; 3] = ["AutoScalingGroupName", "Source ID", "resource"];

/// Reads a body: a message of SNS, or, as raw delivery sends it, only what was published.
///
/// # Errors
/// When there is no alert in it.
pub fn parse(json: &Json<'_>, context: Context<'_>) -> Result<Parsed, Unreadable> {
    let Some(envelope) = Envelope::of(json) else {
        let published = published(json, "", context);
        return published.unwrap_or_else(|| Err(no_alert("The body is no message of Amazon SNS.")));
    };
    let envelope = envelope.map_err(unreadable)?;
    let parsed = match envelope.kind() {
        Type::Notification => notification(&envelope, context)?,
        Type::SubscriptionConfirmation => wish(Wish::Send, &envelope, context),
        Type::UnsubscribeConfirmation => wish(Wish::Return, &envelope, context),
    };
    Ok(Parsed { delivery_id: envelope.text("MessageId").map(Into::into), ..parsed })
}

/// A topic waits for somebody.
fn wish(wish: Wish, envelope: &Envelope<'_, '_>, context: Context<'_>) -> Parsed {
    let report = wish.report(envelope.topic(), AlertStatus::Firing);
    let origins = vec![
        ("asset_name".into(), "/TopicArn".into(), envelope.topic().to_string()),
        ("signature".into(), "/Type".into(), envelope.kind().word().into()),
    ];
    one(Report { occurred_at: at(envelope, context), ..report }, context, origins)
}

fn unreadable(fault: Fault) -> Unreadable {
    Unreadable::NoAlert { reason: fault.reason.into(), fields: fault.fields.into_iter().map(Into::into).collect() }
}

fn notification(envelope: &Envelope<'_, '_>, context: Context<'_>) -> Result<Parsed, Unreadable> {
    let text = envelope.message();
    let inside = text.trim_start().starts_with(['{', '[']).then(|| json::read(text).ok()).flatten();
    if let Some(parsed) = inside.as_ref().and_then(|json| published(json, "/Message", context)) {
        return parsed;
    }
    Ok(plain(envelope, text, inside.as_ref().and_then(Json::object), context))
}

/// What services publish whose words are known; absent when it is something else.
fn published(json: &Json<'_>, at: &str, context: Context<'_>) -> Option<Result<Parsed, Unreadable>> {
    let object = json.object()?;
    let has = |names: &[&str]| names.iter().all(|name| object.get(name).is_some());
    if has(&["AlarmName", "NewStateValue"]) {
        return Some(cloudwatch::parse(object, at, context).map_err(unreadable));
    }
    if has(&["source", "detail-type"]) {
        return Some(eventbridge::parse(json, context));
    }
    has(&["asset_name", "signature", "severity"]).then(|| native::parse(json, context))
}

/// Anything else: a text with a subject, or JSON that nobody knows.
fn plain(envelope: &Envelope<'_, '_>, text: &str, inside: Option<&Object<'_>>, context: Context<'_>) -> Parsed {
    let first = |names: &[&'static str]| {
        let inside = inside?;
        names.iter().find_map(|name| inside.word(name).map(|word| (format!("/Message/{name}"), word)))
    };
    let topic = envelope.topic();
    let subject = || envelope.subject().map(|subject| ("/Subject".to_owned(), subject));
    // A service's subject is the same for all that it tells, or names what is ill.
    let (signature_from, signature) =
        first(&KINDS).or_else(subject).unwrap_or_else(|| ("there is no /Subject".into(), "sns_notification"));
    let (asset_from, asset) = first(&ASSETS).unwrap_or_else(|| ("/TopicArn".into(), topic.name()));
    let severity = match words::severity([signature]) {
        Some(severity) => severity,
        None if signature.ends_with("_ERROR") => Severity::High,
        None if signature.starts_with("autoscaling:") => Severity::Low,
        None => Severity::Medium,
    };
    let (message, message_cut) = field::cut(text, field::LONGEST_MESSAGE);
    let instance_id = inside.and_then(|inside| inside.word("EC2InstanceId")).filter(|id| cloudwatch::is_instance(id));
    let report = Report {
        asset_name: field::cut_characters(asset, field::LONGEST_NAME).into(),
        signature: field::cut_characters(signature, field::LONGEST_NAME).into(),
        severity,
        status: AlertStatus::Firing,
        message: message.into(),
        message_cut,
        tool_source: TOOL.into(),
        occurred_at: at(envelope, context),
        instance_id: instance_id.map(Into::into),
        links: words::links(text).collect(),
        labels: [("topic", topic.name()), ("account", topic.account()), ("region", topic.region())]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into(),
        fingerprint: None,
        identity: Identity::Fingerprint,
    };
    let origins = vec![
        ("asset_name".into(), asset_from, asset.into()),
        ("signature".into(), signature_from.clone(), signature.into()),
        ("severity".into(), format!("what {signature_from} says, else medium"), signature.into()),
        ("message".into(), "/Message".into(), message.into()),
    ];
    one(report, context, origins)
}

/// When it was published; not in the future.
fn at(envelope: &Envelope<'_, '_>, context: Context<'_>) -> Option<Moment> {
    envelope.timestamp().filter(|at| *at <= context.now + context.skew)
}

/// A single report, with where its fields came from when somebody wants to know.
fn one(report: Report, context: Context<'_>, origins: Vec<(String, String, String)>) -> Parsed {
    let origin = |(name, from, found): (String, String, String)| field::origin(&name, &from, Some(&found));
    let origins = if context.explain { vec![origins.into_iter().map(origin).collect()] } else { Vec::new() };
    Parsed { reports: vec![report], origins, ..Parsed::default() }
}

//! Who an SNS message is from: whether AWS has signed it, lately, and whether its topic may send to a source. What it says is
//! read in `receiver::sources::sns`.
//!
//! A topic that asks to send is written down and waits for somebody's yes; what comes from one that nobody let in is put aside.
//! Where a source takes its key as proof enough, its topics need no yes, and their asking still does: nothing here goes to an
//! address that a message names but to those of [`Address`].

mod certificate;
mod certificates;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::time::Instant;

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use self::certificate::Version;
pub use self::certificates::Certificates;
use super::desk::Desk;
use super::key::once;
use super::refusal::{
    CERTIFICATE, Refused, SIGNATURE_MALFORMED, SIGNATURE_MISSING, SIGNATURE_WRONG, TIMESTAMP_MALFORMED,
    TIMESTAMP_OUTSIDE, UNAVAILABLE,
};
use super::sources::json;
use super::sources::sns::envelope::{Envelope, Type};
use crate::core::credentials::Confirmation;
use crate::core::input::Actor;
use crate::core::reading::Unreadable;
use crate::core::sns::{Address, Topic};
use crate::core::tenant::Tenant;
use crate::core::time::{Moment, Span};
use crate::link::source::Ask;
use crate::link::{Refusal, Request};

const RAW: &str = "x-amz-sns-rawdelivery";
const MESSAGE_TYPE: &str = "x-amz-sns-message-type";

/// How long SNS goes on sending a message again; no delivery policy may say more. Source: Amazon SNS Developer Guide, "Amazon SNS
/// message delivery retries".
const RETRIES: Span = Span::HOUR;
/// How far AWS' clock may be from ours.
const SKEW: Span = Span(300 * Span::SECOND.0);

/// What a message says about itself.
#[derive(Debug)]
pub struct Message {
    kind: Type,
    topic: Topic,
    id: String,
    confirm_at: Option<Address>,
}

/// A message that AWS has signed, not too long ago.
///
/// # Errors
/// When it is none.
pub async fn proven(
    desk: &Desk,
    headers: &HeaderMap,
    raw: &[u8],
    now: Moment,
    deadline: Instant,
) -> Result<Message, Refused> {
    if once(headers, RAW)?.is_some_and(|value| value.eq_ignore_ascii_case(b"true")) {
        let say = "Turn raw message delivery off for this subscription: a raw message carries no signature.";
        return Err(saying(&SIGNATURE_MISSING, say));
    }
    let not_sns =
        || saying(&SIGNATURE_MISSING, "Only messages of Amazon SNS are taken here, with the signature of AWS.");
    let text = text_of(raw).ok_or_else(not_sns)?;
    let json = json::read(text).map_err(|_| not_sns())?;
    let envelope = Envelope::of(&json).and_then(Result::ok).ok_or_else(not_sns)?;
    if once(headers, MESSAGE_TYPE)?.is_some_and(|kind| kind != envelope.kind().word().as_bytes()) {
        return Err(saying(&SIGNATURE_WRONG, "x-amz-sns-message-type does not say what the message says."));
    }
    let field = |name| envelope.text(name).ok_or_else(not_sns);
    let version = match field("SignatureVersion")? {
        "1" => Version::One,
        "2" => Version::Two,
        _ => return Err(saying(&SIGNATURE_MALFORMED, "SignatureVersion must be 1 or 2.")),
    };
    let signature = BASE64_STANDARD.decode(field("Signature")?);
    let signature = signature.map_err(|_| saying(&SIGNATURE_MALFORMED, "Signature must be Base64."))?;
    let at = Address::signing(field("SigningCertURL")?)
        .ok_or_else(|| saying(&SIGNATURE_MALFORMED, "SigningCertURL must be a certificate of Amazon SNS."))?;
    let signed = envelope.signed_text().ok_or_else(not_sns)?;
    let patience = deadline.saturating_duration_since(Instant::now());
    let certificate = desk.certificates.get(&desk.handle, &at, patience).await;
    let certificate = certificate.ok_or_else(|| Refused::later(&CERTIFICATE, 20))?;
    if !certificate.is_valid(now) {
        return Err(saying(&SIGNATURE_WRONG, "The certificate that the message is signed with has run out."));
    }
    if !certificate.has_signed(version, signed.as_bytes(), &signature) {
        return Err(saying(&SIGNATURE_WRONG, "The signature does not fit this message."));
    }
    let timeless = || saying(&TIMESTAMP_MALFORMED, "Timestamp must be an RFC 3339 time.");
    lately(envelope.timestamp().ok_or_else(timeless)?, now)?;
    Ok(Message::of(&envelope))
}

/// Published no longer ago than SNS sends again, as far as clocks may differ.
fn lately(at: Moment, now: Moment) -> Result<(), Refused> {
    if (now - RETRIES - SKEW..=now + SKEW).contains(&at) {
        return Ok(());
    }
    let allowed = u32::try_from((RETRIES + SKEW).0 / Span::SECOND.0).unwrap_or(u32::MAX);
    Err(Refused { clock: Some((now.unix_seconds(), allowed)), ..Refused::new(&TIMESTAMP_OUTSIDE) })
}

/// What a message says about itself, where nobody has to prove anything; absent when it is none of SNS.
pub fn said(raw: &[u8]) -> Option<Message> {
    let json = json::read(text_of(raw)?).ok()?;
    Envelope::of(&json)?.ok().map(|envelope| Message::of(&envelope))
}

/// As it is read: a byte order mark is none of it.
fn text_of(raw: &[u8]) -> Option<&str> {
    std::str::from_utf8(raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw)).ok()
}

fn saying(refusal: &'static super::refusal::Refusal, words: &'static str) -> Refused {
    Refused { message: Some(words.into()), ..Refused::new(refusal) }
}

impl Message {
    fn of(envelope: &Envelope<'_, '_>) -> Self {
        let topic = envelope.topic().clone();
        Self {
            kind: envelope.kind(),
            confirm_at: envelope.text("SubscribeURL").and_then(|url| Address::confirming(url, &topic)),
            id: envelope.text("MessageId").unwrap_or_default().into(),
            topic,
        }
    }

    /// Where it was published.
    pub fn topic(&self) -> &Topic {
        &self.topic
    }

    /// SNS' id of it: the same whenever it is sent again.
    pub fn id(&self) -> &[u8] {
        self.id.as_bytes()
    }

    /// Writes down what the message says about its topic. `proven`: AWS has signed it.
    ///
    /// # Errors
    /// When it can't be written down by the deadline.
    pub async fn heard(
        &self,
        desk: &Desk,
        tenant: &Tenant,
        source: &str,
        proven: bool,
        deadline: Instant,
    ) -> Result<Heard, Refused> {
        let topics = tenant.credentials.source(source).map_or(&[][..], |kept| &kept.topics);
        let approved = topics.iter().any(|topic| topic.arn == self.topic.arn() && topic.approved);
        match self.kind {
            Type::Notification if approved || !proven => return Ok(Heard::LetIn),
            Type::Notification => {
                let say = "Nobody has approved this topic for this source yet.";
                return Ok(Heard::KeptOut(no_alert(say, "/TopicArn")));
            }
            Type::SubscriptionConfirmation | Type::UnsubscribeConfirmation => {}
        }
        let Some(confirm_at) = &self.confirm_at else {
            let say = "SubscribeURL must be the address at Amazon SNS where this topic is confirmed.";
            return Ok(Heard::KeptOut(no_alert(say, "/SubscribeURL")));
        };
        let (arn, confirm_at) = (self.topic.arn(), Confirmation(confirm_at.url()));
        let asking = async {
            match self.kind {
                Type::UnsubscribeConfirmation => {
                    desk.handle.topic_left(&tenant.id, source, arn, confirm_at).await.map(|()| false)
                }
                _ => desk.handle.topic_asks(&tenant.id, source, arn, confirm_at).await,
            }
        };
        // Written down after that, it is the same when SNS says it again.
        let asked = tokio::time::timeout_at(deadline.into(), asking).await;
        match asked.map_err(|_| Refused::later(&UNAVAILABLE, 5))? {
            Ok(true) if proven => {
                self.confirm(desk, tenant, source);
                Ok(Heard::LetIn)
            }
            Ok(_) => Ok(Heard::LetIn),
            Err(Refusal { code, .. }) if code == "too_many" => {
                Ok(Heard::KeptOut(no_alert("Too many topics wait for this source.", "/TopicArn")))
            }
            Err(_) => Err(Refused::later(&UNAVAILABLE, 5)),
        }
    }

    /// The same topic was approved before: it need not be asked again for a subscription that was made anew.
    fn confirm(&self, desk: &Desk, tenant: &Tenant, source: &str) {
        let about = Ask::Topic { name: source.into(), topic: self.topic.arn().into(), approve: true };
        let request = Request::Source { tenant: tenant.id.clone(), about };
        let caller = desk.handle.caller().clone();
        let (tenant, topic) = (tenant.id.clone(), self.topic.clone());
        tokio::spawn(async move {
            if let Err(refusal) = caller.ask(&Actor::program("sns"), request).await {
                tracing::warn!(%tenant, %topic, %refusal, "a topic that is approved could not be confirmed again");
            }
        });
    }
}

/// What becomes of a message.
#[derive(PartialEq, Eq, Debug)]
pub enum Heard {
    /// It is read like any other.
    LetIn,
    /// It is put aside, and why.
    KeptOut(Unreadable),
}

fn no_alert(reason: &str, field: &str) -> Unreadable {
    Unreadable::NoAlert { reason: reason.into(), fields: vec![field.into()] }
}

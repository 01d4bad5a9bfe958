use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::testing::Signer;
use super::*;
use crate::core::credentials::{Credentials, Source};
use crate::core::testing::tenant;
use crate::engine::handle::{Handle, Message as ToEngine};
use crate::engine::post::{Fetched, OnTopic, Post};
use crate::link::Caller;
use crate::receiver::options::Options;
use crate::receiver::refusal::Refusal as Row;

const CERTIFICATE_OF_AWS: &str = include_str!("../../../tests/data/sns-signing/certificate.pem");
/// What AWS signed on 6 March 2026.
const SIGNED: [(&str, &str); 5] = [
    ("2026-03-06T19:53:21.424Z", include_str!("../../../tests/data/senders/sns/signed-v1-with-subject.json")),
    ("2026-03-06T19:55:38.903Z", include_str!("../../../tests/data/senders/sns/signed-v1.json")),
    ("2026-03-06T20:00:26.893Z", include_str!("../../../tests/data/senders/sns/signed-v2.json")),
    ("2026-03-06T19:31:32.895Z", include_str!("../../../tests/data/senders/sns/signed-subscription-confirmation.json")),
    ("2026-03-06T20:02:25.038Z", include_str!("../../../tests/data/senders/sns/signed-unsubscribe-confirmation.json")),
];
const TOPIC: &str = "arn:aws:sns:us-west-2:131990247566:dongie-standard-topic";

/// Serves one certificate, or nothing.
#[derive(Debug, Default)]
struct Serves {
    pem: Mutex<Option<String>>,
    asked: AtomicUsize,
}

impl Post for Arc<Serves> {
    fn get(&self, at: Address) -> Fetched {
        self.asked.fetch_add(1, Ordering::Relaxed);
        assert!(at.url().starts_with("https://sns.us-west-2.amazonaws.com/SimpleNotificationService-"));
        let pem = self.pem.lock().unwrap().clone();
        Box::pin(async move { pem.map(String::into_bytes).ok_or_else(|| "nothing is there".into()) })
    }
}

fn desk(pem: &str) -> (Desk, Arc<Serves>, Receiver<ToEngine>) {
    let (sending, messages) = sync_channel(8);
    let handle = Handle::new(sending, Default::default(), Default::default(), Caller::new(1).0);
    let serves = Arc::new(Serves { pem: Mutex::new(Some(pem.into())), asked: AtomicUsize::new(0) });
    handle.fetches_with(Arc::new(serves.clone()));
    (Desk::new(handle, Arc::new(Options::default())), serves, messages)
}

fn soon() -> Instant {
    Instant::now() + std::time::Duration::from_secs(10)
}

fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

async fn prove(desk: &Desk, headers: &HeaderMap, body: &str, now: Moment) -> Result<Message, &'static Row> {
    proven(desk, headers, body.as_bytes(), now, soon()).await.map_err(|refused| refused.refusal)
}

/// A message that our own key signed a moment ago.
fn signed(signer: &Signer, mut message: Value) -> String {
    message["SignatureVersion"] = json!("2");
    message["SigningCertURL"] = json!("https://sns.us-west-2.amazonaws.com/SimpleNotificationService-1.pem");
    message["Signature"] = json!("");
    let text = message.to_string();
    let json = json::read(&text).unwrap();
    let signature = signer.sign(&Envelope::of(&json).unwrap().unwrap().signed_text().unwrap());
    message["Signature"] = json!(signature);
    message.to_string()
}

fn notification() -> Value {
    json!({"Type": "Notification", "MessageId": "m-1", "TopicArn": TOPIC, "Message": "hello", "Timestamp": "2026-03-06T20:00:00Z"})
}

#[tokio::test]
async fn what_aws_signed_is_from_aws() {
    let (desk, serves, _messages) = desk(CERTIFICATE_OF_AWS);
    for (when, body) in SIGNED {
        let message = prove(&desk, &HeaderMap::new(), body, at(when) + Span::MINUTE).await.unwrap();
        assert_eq!(message.topic.arn(), TOPIC);
        assert!(body.contains(std::str::from_utf8(message.id()).unwrap()));
        let mended = body.replace("Message\" : \"", "Message\" : \"x");
        assert_eq!(prove(&desk, &HeaderMap::new(), &mended, at(when)).await.unwrap_err().code, "signature_wrong");
    }
    assert_eq!(serves.asked.load(Ordering::Relaxed), 1, "a certificate is fetched once");
}

#[tokio::test]
async fn every_field_that_is_signed_counts() {
    let signer = Signer::named(&["sns.amazonaws.com"]);
    let (desk, _serves, _messages) = desk(signer.pem());
    let now = Moment::parse("2026-03-06T20:00:10Z").unwrap();
    let good: Value = serde_json::from_str(&signed(&signer, notification())).unwrap();
    assert!(prove(&desk, &HeaderMap::new(), &good.to_string(), now).await.is_ok());
    for (field, value) in [
        ("Message", "other"),
        ("MessageId", "m-2"),
        ("Subject", "added"),
        ("Timestamp", "2026-03-06T20:00:01Z"),
        ("TopicArn", "arn:aws:sns:us-west-2:131990247566:other"),
        ("SignatureVersion", "1"),
    ] {
        let mut bad = good.clone();
        bad[field] = json!(value);
        assert_eq!(
            prove(&desk, &HeaderMap::new(), &bad.to_string(), now).await.unwrap_err().code,
            "signature_wrong",
            "{field}"
        );
    }
    for (field, value, code) in [
        ("Signature", json!("no Base64"), "signature_malformed"),
        ("Signature", json!(null), "signature_missing"),
        ("SignatureVersion", json!("3"), "signature_malformed"),
        ("SigningCertURL", json!("https://sns.us-west-2.evil.example/a.pem"), "signature_malformed"),
        ("SigningCertURL", json!("http://sns.us-west-2.amazonaws.com/a.pem"), "signature_malformed"),
        ("Type", json!("Other"), "signature_missing"),
        ("TopicArn", json!("my-topic"), "signature_missing"),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        assert_eq!(prove(&desk, &HeaderMap::new(), &bad.to_string(), now).await.unwrap_err().code, code, "{field}");
    }
    for body in ["", "hello", "{}", "[]"] {
        assert_eq!(prove(&desk, &HeaderMap::new(), body, now).await.unwrap_err().code, "signature_missing");
    }
}

#[tokio::test]
async fn a_message_may_be_as_old_as_sns_sends_again_and_not_older() {
    let signer = Signer::named(&[]);
    let (desk, _serves, _messages) = desk(signer.pem());
    let body = signed(&signer, notification());
    for (now, good) in [
        ("2026-03-06T19:55:00Z", true),
        ("2026-03-06T19:54:59Z", false),
        ("2026-03-06T21:05:00Z", true),
        ("2026-03-06T21:05:01Z", false),
    ] {
        let proved = prove(&desk, &HeaderMap::new(), &body, at(now)).await;
        assert_eq!(proved.err().map(|row| row.code), (!good).then_some("timestamp_outside_window"), "{now}");
    }
}

#[tokio::test]
async fn the_headers_say_what_the_message_says() {
    let signer = Signer::named(&[]);
    let (desk, _serves, _messages) = desk(signer.pem());
    let (body, now) = (signed(&signer, notification()), at("2026-03-06T20:00:10Z"));
    let with = |name: &'static str, value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    };
    assert!(prove(&desk, &with(MESSAGE_TYPE, "Notification"), &body, now).await.is_ok());
    let other = prove(&desk, &with(MESSAGE_TYPE, "SubscriptionConfirmation"), &body, now).await;
    assert_eq!(other.unwrap_err().code, "signature_wrong");
    let refused = proven(&desk, &with(RAW, "true"), b"{}", now, soon()).await.unwrap_err();
    assert!(refused.message.unwrap().contains("raw message delivery off"));
}

#[tokio::test]
async fn without_the_certificate_the_sender_comes_again() {
    let signer = Signer::named(&[]);
    let (desk, serves, _messages) = desk(signer.pem());
    *serves.pem.lock().unwrap() = None;
    let (body, now) = (signed(&signer, notification()), at("2026-03-06T20:00:10Z"));
    for _ in 0..3 {
        let refused = proven(&desk, &HeaderMap::new(), body.as_bytes(), now, soon()).await.unwrap_err();
        assert_eq!((refused.refusal.status.as_u16(), refused.retry_after), (503, Some(20)));
    }
    assert_eq!(serves.asked.load(Ordering::Relaxed), 1, "what was not to be had is left alone for a while");
}

#[tokio::test]
async fn a_certificate_that_has_run_out_proves_nothing() {
    let (desk, _serves, _messages) = desk(CERTIFICATE_OF_AWS);
    let body = SIGNED[1].1;
    let refused = proven(&desk, &HeaderMap::new(), body.as_bytes(), at("2027-01-01T00:00:00Z"), soon()).await;
    assert!(refused.unwrap_err().message.unwrap().contains("run out"));
}

/// What becomes of a message at a source with these topics; what the engine was told.
fn heard(body: &str, topics: &[(&str, bool)], proven: bool) -> (Heard, Vec<String>) {
    let (desk, _serves, messages) = desk("");
    let mut kept = Source::new("aws", [1; 32]);
    kept.topics = topics
        .iter()
        .map(|(arn, approved)| crate::core::credentials::Topic {
            arn: (*arn).into(),
            approved: *approved,
            since: Moment(0),
            confirm_at: None,
        })
        .collect();
    let credentials = Arc::new(Credentials { sources: vec![kept], hmac: Vec::new() });
    let tenant = Tenant { credentials, ..tenant("a") };
    let engine = std::thread::spawn(move || {
        let mut told = Vec::new();
        for message in messages {
            let ToEngine::Topic(step) = message else { continue };
            assert_eq!((step.source.as_str(), step.arn.as_str()), ("aws", TOPIC));
            told.push(match &step.on {
                OnTopic::Asks(_) => "asks".into(),
                OnTopic::Left(_) => "left".into(),
                OnTopic::LetIn(_) => "let in".into(),
            });
            step.answer.send(Ok(false)).unwrap();
        }
        told
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let heard = runtime.block_on(said(body.as_bytes()).unwrap().heard(&desk, &tenant, "aws", proven, soon())).unwrap();
    drop(desk);
    (heard, engine.join().unwrap())
}

#[test]
fn a_topic_that_nobody_approved_is_put_aside() {
    let kept_out = |heard: Heard| matches!(heard, Heard::KeptOut(_));
    let body = SIGNED[1].1;
    assert!(kept_out(heard(body, &[], true).0));
    assert!(kept_out(heard(body, &[(TOPIC, false)], true).0));
    assert!(kept_out(heard(body, &[("arn:aws:sns:us-west-2:131990247566:other", true)], true).0));
    assert_eq!(heard(body, &[(TOPIC, true)], true), (Heard::LetIn, vec![]));
    assert_eq!(heard(body, &[], false), (Heard::LetIn, vec![]), "the key is proof enough there");
}

#[test]
fn what_a_topic_asks_is_written_down() {
    assert_eq!(heard(SIGNED[3].1, &[], true), (Heard::LetIn, vec!["asks".into()]));
    assert_eq!(heard(SIGNED[4].1, &[(TOPIC, true)], true), (Heard::LetIn, vec!["left".into()]));
    let elsewhere = SIGNED[3].1.replace("?Action=ConfirmSubscription", "?Action=DeleteTopic");
    assert!(matches!(heard(&elsewhere, &[], true), (Heard::KeptOut(_), told) if told.is_empty()));
}

#[test]
fn an_engine_that_is_too_slow_to_write_down_what_a_topic_asks_is_not_waited_for() {
    let (desk, _, messages) = desk("");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let message = said(SIGNED[3].1.as_bytes()).unwrap();
    let heard = runtime.block_on(message.heard(&desk, &tenant("a"), "aws", true, Instant::now()));
    assert_eq!(heard.unwrap_err().refusal.code, "store_unavailable");
    drop(messages);
}

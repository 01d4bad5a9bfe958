//! No credential is in a log, at any level, or in what a type prints of itself.

use alert_whisperer::aws::Aws;
use alert_whisperer::aws::session::{Channel, Event, Input};
use alert_whisperer::cli::log_filter;
use alert_whisperer::config::Level;
use alert_whisperer::core::execution::order::Platform;
use alert_whisperer::core::session;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::fixture::*;
use super::log::Log;

const OURS: &str = "planted-secret-of-ours";
const THEIRS: &str = "planted-secret-of-theirs";
const TOKEN: &str = "planted-token";
const TYPED: &str = "planted-typing";

/// Everything that is logged with this filter while a role is assumed and used and a machine is let in, and what the types print
/// of themselves; and the machine's code, and the token of a session in which something is typed.
async fn logged(filter: EnvFilter) -> (String, [String; 2]) {
    let log = Log::default();
    let guard = tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone()).finish().set_default();
    let address = says(200, let_in(ACME, THEIRS, TOKEN)).await;
    let aws = Aws::new(at(&format!("http://{address}"), "AKIAOURS", OURS));
    let account = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap();
    // What this server says is no answer to that; the request was made and signed.
    assert!(account.nodes().await.is_err());
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let activation = account.activate("till-08", Platform::Linux).await.unwrap();
    let started = account.start_session(&WEB.parse().unwrap(), &session::Kind::Shell, "why").await.unwrap();
    let (printed, token) = (format!("{account:?} {started:?}"), started.token.0.to_string());
    let mut channel = Channel::open(account, started, &session::Kind::Shell, 80, 24);
    channel.input.send(Input::Bytes(format!("echo {TYPED}\r").into())).await.unwrap();
    let mut shown = String::new();
    while !shown.contains(TYPED) {
        match channel.events.recv().await.unwrap() {
            Event::Output(bytes) => shown.push_str(&String::from_utf8_lossy(&bytes)),
            event => assert!(!matches!(event, Event::Ended(_)), "{event:?}"),
        }
    }
    drop(guard);
    let written = log.text();
    (format!("{written} {aws:?} {activation:?} {printed}"), [activation.code.0.expose().into(), token])
}

#[tokio::test]
async fn no_credential_is_logged_or_printed() {
    for level in Level::ALL {
        let (text, [code, token]) = logged(log_filter(level)).await;
        for secret in [OURS, THEIRS, TOKEN, TYPED, &code, &token] {
            assert!(!text.contains(secret), "{secret} at {level:?} in {text}");
        }
        assert_eq!(
            text.contains("ssm:DescribeInstanceInformation"),
            level >= Level::Debug,
            "it is a log at all: {text}"
        );
    }
}

#[tokio::test]
async fn the_libraries_would_log_them_if_they_were_let() {
    let (text, [code, token]) = logged("trace".into()).await;
    assert!(text.contains(&code) && text.contains(&token), "the filter is not needed any more");
}

#[tokio::test]
async fn options_print_no_key() {
    let options = at("http://127.0.0.1:1", "AKIAOURS", OURS);
    assert!(!format!("{options:?} {:?}", options.keys).contains("planted"));
}

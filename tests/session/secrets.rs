//! Nothing that lets somebody in, and nothing that is typed or shown, is in a log, at any level.

use alert_whisperer::aws::session::Channel;
use alert_whisperer::cli::log_filter;
use alert_whisperer::config::Level;
use alert_whisperer::core::session::Kind;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::faults::Break;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::log::Log;
use super::rig::*;

const TYPED: &str = "planted-typed";
const SHOWN: &str = "planted-shown";

/// What is logged while a session is begun, typed into, cut, resumed, tampered with and ended; and every secret there was.
async fn logged(level: Level) -> (String, Vec<String>) {
    let log = Log::default();
    let filter = log_filter(level);
    let guard = tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone()).finish().set_default();
    let mut world = world();
    world.accounts = world.accounts.into_iter().map(|account| account.encrypted()).collect();
    let stand_in = StandIn::start(world).await.unwrap();
    let account = inside(&stand_in).await;
    let started = account.start_session(&WEB.parse().unwrap(), &Kind::Shell, "trial").await.unwrap();
    let first = started.token.0.to_string();
    let printed = format!("{started:?}");
    let id = started.aws_id.clone();
    let channel = Channel::open(account.clone(), started, &Kind::Shell, 100, 40);
    let mut open = Open::of(account, id, channel);
    open.types(&format!(": {TYPED}; echo {}\r", SHOWN.replace('-', "''-"))).await;
    open.until(SHOWN).await;
    stand_in.faults().break_off(Break::Cut);
    open.types("echo ag''ain\r").await;
    open.until("again").await;
    stand_in.faults().tamper();
    open.types(&format!("echo {SHOWN}\r")).await;
    open.ended().await;
    open.account.terminate_session(&open.id).await.unwrap();
    drop(guard);
    let mut secrets: Vec<String> = stand_in.secrets().iter().map(|secret| secret.expose().to_owned()).collect();
    secrets.extend([first, TYPED.into(), SHOWN.into()]);
    let written = log.text();
    (format!("{written} {printed} {:?}", open.channel), secrets)
}

#[tokio::test]
async fn no_token_and_nothing_typed_or_shown_is_logged() {
    for level in Level::ALL {
        let (text, secrets) = logged(level).await;
        assert!(secrets.len() >= 6 && secrets.iter().all(|secret| secret.len() > 10));
        for secret in secrets {
            assert!(!text.contains(&secret), "{level:?}: {text}");
        }
        assert!(text.contains("***"), "{level:?}: {text}");
    }
}

//! Sessions: begun, channelled, resumed, ended and found again, and what is said when one of that is not to be.

use std::time::Duration;

use alert_whisperer::aws::session::{Channel, Ending, Event, Input};
use alert_whisperer::aws::{Account, Aws, Kind};
use alert_whisperer::core::session;
use alert_whisperer::demo::aws::faults::{Break, Fault};
use alert_whisperer::demo::aws::gateway::lane::Line;

use super::fixture::*;

/// What a channel shows until it shows this, or its end.
async fn until(channel: &mut Channel, wanted: &str) -> Vec<Event> {
    let (mut seen, mut events) = (String::new(), Vec::new());
    while let Some(event) = channel.events.recv().await {
        if let Event::Output(bytes) = &event {
            seen.push_str(&String::from_utf8_lossy(bytes));
        }
        let over = matches!(event, Event::Ended(_)) || seen.contains(wanted);
        events.push(event);
        if over {
            break;
        }
    }
    events
}

async fn shell(account: &Account) -> (String, Channel) {
    let started = account.start_session(&WEB.parse().unwrap(), &session::Kind::Shell, "why").await.unwrap();
    let id = started.aws_id.clone();
    (id, Channel::open(account.clone(), started, &session::Kind::Shell, 80, 24))
}

#[tokio::test]
async fn a_shell_answers_and_ends() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let (_, mut channel) = shell(&account).await;
    channel.input.send(Input::Bytes("echo a$((1+1))b\r".into())).await.unwrap();
    let seen = until(&mut channel, "a2b").await;
    assert!(matches!(seen[0], Event::Ready { .. }), "{seen:?}");
    channel.input.send(Input::Bytes("exit\r".into())).await.unwrap();
    let seen = until(&mut channel, "never").await;
    assert_eq!(seen.last(), Some(&Event::Ended(Ending::Closed(String::new()))));
    assert_eq!(channel.events.recv().await, None);
}

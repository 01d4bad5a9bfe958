//! Encrypted sessions: the same shell, and in words which side is to mend what when it does not open.

use alert_whisperer::aws::session::{Ending, Event};
use alert_whisperer::core::session::Kind;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::faults::Break;
use alert_whisperer::demo::aws::world::{Encryption, KmsKey};

use super::rig::*;

async fn encrypted(change: impl FnOnce(&mut Encryption, &mut Vec<String>)) -> StandIn {
    let mut world = world();
    world.accounts = world.accounts.into_iter().map(|account| account.encrypted()).collect();
    let account = &mut world.accounts[0];
    change(account.encryption.as_mut().unwrap(), &mut account.roles[0].denied);
    StandIn::start(world).await.unwrap()
}

#[tokio::test]
async fn an_encrypted_shell_is_a_shell_like_any_other() {
    for (challenge, require_challenge) in [(true, true), (true, false), (false, false)] {
        let stand_in = encrypted(|encryption, _| {
            (encryption.challenge, encryption.require_challenge) = (challenge, require_challenge);
        });
        let stand_in = stand_in.await;
        let mut open = open(&stand_in, Kind::Shell).await;
        // Typed before the machine is ready: it is held, and goes out encrypted.
        open.types("x=4; echo $((6 * 7)).\r").await;
        let message = open.until_ready().await;
        assert!(message.contains("encrypted"), "{message}");
        open.until("42.\r\n").await;
        stand_in.faults().break_off(Break::Cut);
        open.types("echo $((x + 1)).\r").await;
        open.until("5.\r\n").await;
        open.types("exit\r").await;
        assert_eq!(open.ended().await, Ending::Closed(String::new()));
    }
}

#[tokio::test]
async fn an_encrypted_command_tells_its_errors_and_its_exit_code() {
    let stand_in = encrypted(|_, _| {}).await;
    let mut open = open(&stand_in, Kind::Command { text: "echo out; echo err >&2; exit 3".into() }).await;
    open.ended().await;
    assert_eq!((open.text().as_str(), open.errors.as_slice()), ("out\n", &b"err\n"[..]));
    assert!(open.events.contains(&Event::ExitCode(3)), "{:?}", open.events);
}

#[tokio::test]
async fn what_is_refused_says_which_side_is_to_mend_it() {
    type Change = fn(&mut Encryption, &mut Vec<String>);
    let cases: [(Change, &str); 4] = [
        (|_, denied| denied.push("kms:GenerateDataKey".into()), "kms:GenerateDataKey"),
        (|encryption, _| encryption.key = KmsKey::Disabled, "disabled"),
        (|encryption, _| encryption.key = KmsKey::Missing, "does not exist"),
        (|encryption, _| encryption.agent_may = false, "kms:Decrypt"),
    ];
    for (change, words) in cases {
        let stand_in = encrypted(change).await;
        let mut open = open(&stand_in, Kind::Shell).await;
        open.types("secret\r").await;
        let (Ending::Closed(said) | Ending::Failed(said)) = open.ended().await else { panic!("{:?}", open.events) };
        assert!(said.contains(words), "{words}: {said}");
        assert!(!open.events.iter().any(|event| matches!(event, Event::Ready { .. })), "{:?}", open.events);
    }
}

#[tokio::test]
async fn output_that_somebody_changed_ends_the_session() {
    let stand_in = encrypted(|_, _| {}).await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    stand_in.faults().tamper();
    open.types("echo on\r").await;
    let Ending::Failed(said) = open.ended().await else { panic!("{:?}", open.events) };
    assert!(said.contains("decrypt") || said.contains("key"), "{said}");
}

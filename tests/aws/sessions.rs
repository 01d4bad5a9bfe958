//! Sessions: begun, channelled, resumed, ended and found again, and what is said when one of that is not to be.

use alert_whisperer::aws::session::{Channel, Ending, Event, Input};
use alert_whisperer::aws::{Account, Aws, Kind, Options};
use alert_whisperer::core::session;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::faults::{Break, Fault};
use alert_whisperer::demo::aws::world::{self, KmsKey, Node, World};

use super::fixture::*;

/// What a channel says until it shows this, or is over.
async fn until(channel: &mut Channel, wanted: &str) -> Vec<Event> {
    let (mut seen, mut events) = (String::new(), Vec::new());
    while let Some(event) = channel.events.recv().await {
        if let Event::Output(bytes) = &event {
            seen.push_str(&String::from_utf8_lossy(bytes));
        }
        events.push(event);
        if seen.contains(wanted) {
            break;
        }
    }
    events
}

/// How it ends, whatever comes before.
async fn end(channel: &mut Channel) -> Ending {
    match until(channel, "\u{0}").await.pop() {
        Some(Event::Ended(ending)) => ending,
        other => panic!("it ended with {other:?}"),
    }
}

async fn types(channel: &Channel, keys: &str) {
    channel.input.send(Input::Bytes(keys.to_owned().into())).await.unwrap();
}

async fn open(account: &Account, kind: session::Kind) -> (String, Channel) {
    let started = account.start_session(&WEB.parse().unwrap(), &kind, "why").await.unwrap();
    let id = started.aws_id.clone();
    (id, Channel::open(account.clone(), started, &kind, 80, 24))
}

async fn shell(account: &Account) -> (String, Channel) {
    open(account, session::Kind::Shell).await
}

fn started_with(stand_in: &StandIn) -> Vec<String> {
    stand_in.sessions().into_iter().map(|session| session.document).collect()
}

#[tokio::test]
async fn a_shell_answers_and_ends() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let (_, mut channel) = shell(&account).await;
    types(&channel, "echo a$((1+1))b\r").await;
    let seen = until(&mut channel, "a2b").await;
    assert!(matches!(seen[0], Event::Ready { .. }), "{seen:?}");
    types(&channel, "exit\r").await;
    assert_eq!(end(&mut channel).await, Ending::Closed(String::new()));
    assert_eq!(channel.events.recv().await, None);
}

#[tokio::test]
async fn a_command_says_what_it_wrote_where_and_how_it_ended() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let text = "echo to out; echo to err >&2; exit 3".into();
    let (_, mut channel) = open(&account, session::Kind::Command { text }).await;
    let (mut out, mut err, mut code) = (Vec::new(), Vec::new(), None);
    while let Some(event) = channel.events.recv().await {
        match event {
            Event::Output(bytes) => out.extend_from_slice(&bytes),
            Event::Errors(bytes) => err.extend_from_slice(&bytes),
            Event::ExitCode(number) => code = Some(number),
            _ => {}
        }
    }
    assert_eq!((&out[..], &err[..], code), (&b"to out\n"[..], &b"to err\n"[..], Some(3)));
    assert_eq!(started_with(&stand_in), ["AWS-StartNonInteractiveCommand"]);
}

#[tokio::test]
async fn ports_have_documents_of_their_own() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let machine = WEB.parse().unwrap();
    for (host, document) in [
        (None, "AWS-StartPortForwardingSession"),
        (Some("db.internal".to_owned()), "AWS-StartPortForwardingSessionToRemoteHost"),
    ] {
        let kind = session::Kind::Forward { host, port: 5432, local: 0 };
        account.start_session(&machine, &kind, "why").await.unwrap();
        assert!(started_with(&stand_in).iter().any(|started| started == document), "{document}");
    }
}

#[tokio::test]
async fn sessions_are_found_by_their_reason_and_ended_once() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    stand_in.faults().manner(|manner| manner.page = 2);
    let mut ids = Vec::new();
    for number in 0..5 {
        let reason = format!("alert-whisperer k7 comp_acme-s{number} {}", "é".repeat(300));
        let kind = session::Kind::Shell;
        ids.push(account.start_session(&WEB.parse().unwrap(), &kind, &reason).await.unwrap().aws_id);
    }
    let active = account.active_sessions().await.unwrap();
    assert_eq!(active.len(), 5, "of all pages");
    let third = active.iter().find(|session| session.aws_id == ids[3]).unwrap();
    assert_eq!((third.target.as_str(), third.reason.chars().count()), (WEB, 256));
    assert!(third.reason.starts_with("alert-whisperer k7 comp_acme-s3 é"));
    account.terminate_session(&ids[3]).await.unwrap();
    account.terminate_session(&ids[3]).await.unwrap();
    account.terminate_session("aw-nobody-0123").await.unwrap();
    assert_eq!(account.active_sessions().await.unwrap().len(), 4);
    let theirs = Aws::new(options(&stand_in)).account(&bolt(), &purpose("priya", &bolt(), 0)).await.unwrap();
    assert_eq!(theirs.active_sessions().await.unwrap(), []);
}

#[tokio::test]
async fn a_session_is_begun_once_and_found_when_no_answer_came() {
    let stand_in = stand_in().await;
    let aws = Aws::new(Options { timeouts: IMPATIENT, ..options(&stand_in) });
    let account = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap();
    stand_in.faults().next("StartSession", Fault::DroppedAfter);
    let begun = account.start_session(&WEB.parse().unwrap(), &session::Kind::Shell, "alert-whisperer k7 s1").await;
    let error = begun.unwrap_err();
    assert!(error.may_have_arrived(), "{error}");
    assert_eq!(stand_in.sessions().len(), 1);
    let active = account.active_sessions().await.unwrap();
    assert_eq!(active[0].reason, "alert-whisperer k7 s1");
}

#[tokio::test]
async fn what_is_not_begun_is_said_with_what_to_mend() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let begin = |instance: &str| {
        let (account, instance) = (account.clone(), instance.parse().unwrap());
        async move { account.start_session(&instance, &session::Kind::Shell, "why").await.unwrap_err() }
    };
    let error = begin("i-0aaaaaaaaaaaaaaaa").await;
    assert_eq!(error.kind, Kind::NotConnected);
    for part in ["agent does not run", "AmazonSSMManagedInstanceCore", REGION, "comp_acme"] {
        assert!(error.message.contains(part), "{error}");
    }
    stand_in.faults().next("StartSession", Fault::Denied);
    let error = begin(WEB).await;
    assert_eq!(error.kind, Kind::Denied);
    assert!(error.message.contains("tenant verify comp_acme"), "{error}");
    stand_in.faults().next("StartSession", Fault::Throttled);
    assert_eq!(begin(WEB).await.kind, Kind::Throttled);
}

#[tokio::test]
async fn a_shell_outlives_its_connections() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let (id, mut channel) = shell(&account).await;
    types(&channel, "x=here; echo s$((1+1))t\r").await;
    until(&mut channel, "s2t").await;
    for (number, how) in [(1, Break::Cut), (2, Break::Bye)] {
        stand_in.faults().break_off(how);
        types(&channel, &format!("echo $x-{number}$((1+1))\r")).await;
        let seen = until(&mut channel, &format!("here-{number}2")).await;
        assert!(seen.iter().any(|event| matches!(event, Event::Away { .. })), "{seen:?}");
        assert!(seen.contains(&Event::Back), "{seen:?}");
    }
    assert_eq!((asked(&stand_in, "ResumeSession"), asked(&stand_in, "OpenDataChannel")), (2, 3));
    account.terminate_session(&id).await.unwrap();
    assert!(matches!(end(&mut channel).await, Ending::Closed(_)));
}

#[tokio::test]
async fn who_is_not_let_in_at_first_is_told_why_and_the_session_is_still_to_be_ended() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    stand_in.faults().always("OpenDataChannel", Fault::Denied);
    let (id, mut channel) = shell(&account).await;
    let Ending::Failed(why) = end(&mut channel).await else { panic!("failed") };
    assert!(why.contains("ssmmessages:OpenDataChannel"), "{why}");
    let active = account.active_sessions().await.unwrap();
    assert_eq!(active.iter().map(|session| session.aws_id.as_str()).collect::<Vec<_>>(), [id]);
}

#[tokio::test]
async fn who_is_not_let_in_later_comes_with_other_credentials() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let (_, mut channel) = shell(&account).await;
    types(&channel, "x=here; echo s$((1+1))t\r").await;
    until(&mut channel, "s2t").await;
    let before = asked(&stand_in, "AssumeRole");
    stand_in.faults().next("OpenDataChannel", Fault::Denied);
    stand_in.faults().break_off(Break::Cut);
    types(&channel, "echo $x-$((1+1))\r").await;
    let seen = until(&mut channel, "here-2").await;
    let refused = |event: &Event| matches!(event, Event::Away { why, .. } if why.contains("does not let us in"));
    assert!(seen.iter().any(refused), "{seen:?}");
    assert_eq!(asked(&stand_in, "AssumeRole"), before + 1);
}

#[tokio::test]
async fn a_session_that_ran_out_meanwhile_timed_out() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let (id, mut channel) = shell(&account).await;
    types(&channel, "echo s$((1+1))t\r").await;
    until(&mut channel, "s2t").await;
    // Nobody gets in until it is over.
    stand_in.faults().always("ResumeSession", Fault::Throttled);
    stand_in.faults().break_off(Break::Cut);
    assert!(matches!(channel.events.recv().await, Some(Event::Away { .. } | Event::Output(_))));
    stand_in.faults().time_out(&id);
    stand_in.faults().mend();
    assert_eq!(end(&mut channel).await, Ending::TimedOut);
}

/// Acme's account with encrypted sessions, changed like this.
async fn encrypted(change: impl FnOnce(&mut world::Account)) -> StandIn {
    let mut acme = world::Account::new(ACME, REGION, "acme-external", vec![Node::new(WEB, "web-03")]).encrypted();
    change(&mut acme);
    StandIn::start(World::of(vec![acme])).await.unwrap()
}

#[tokio::test]
async fn an_encrypted_shell_outlives_its_connections_too() {
    let stand_in = encrypted(|_| ()).await;
    let account = inside(&stand_in).await;
    let (_, mut channel) = shell(&account).await;
    types(&channel, "x=here; echo s$((1+1))t\r").await;
    let seen = until(&mut channel, "s2t").await;
    assert!(matches!(&seen[0], Event::Ready { message } if message.contains("encrypted")), "{seen:?}");
    stand_in.faults().break_off(Break::Cut);
    types(&channel, "echo $x-$((1+1))\r").await;
    until(&mut channel, "here-2").await;
    assert_eq!(asked(&stand_in, "GenerateDataKey"), 1);
}

#[tokio::test]
async fn a_key_that_is_not_to_be_had_is_said_with_whose_it_is_to_mend() {
    type Change = fn(&mut world::Account);
    let table: [(Change, &str); 3] = [
        (|acme| acme.roles[0].denied.push("kms:GenerateDataKey".into()), "in the policy of the key"),
        (|acme| acme.encryption.as_mut().unwrap().key = KmsKey::Disabled, "Session Manager preferences"),
        (|acme| acme.encryption.as_mut().unwrap().key = KmsKey::Missing, "Session Manager preferences"),
    ];
    for (change, words) in table {
        let stand_in = encrypted(change).await;
        let account = inside(&stand_in).await;
        let (_, mut channel) = shell(&account).await;
        let (Ending::Failed(why) | Ending::Closed(why)) = end(&mut channel).await else { panic!("timed out") };
        assert!(why.contains(words), "{why}");
    }
}

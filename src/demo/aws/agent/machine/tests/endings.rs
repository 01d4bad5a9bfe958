//! How sessions end, and what agents do to clients that don't wait.

use bytes::Bytes;

use super::line::{FAIR, Line, Weather, closed, encryption, from};
use crate::aws::session::frame::{MessageType, PayloadType};
use crate::aws::session::{Ending, Event};
use crate::core::time::Span;
use crate::demo::aws::agent::machine::{Effect, Saying};

#[test]
fn a_shell_that_exits_shows_its_last_words_first() {
    let mut line = Line::shell(Weather { loss: 20, spread: 50, ..FAIR });
    line.connect();
    let words = "bye\r\n".repeat(2_000);
    for piece in words.as_bytes().chunks(1_000) {
        assert!(line.agent.say(line.now, Saying::Output, piece));
    }
    // The agent waits two seconds for its queue, and then closes: this is what is to be had in that time.
    line.until(|line| line.got_down.len() == words.len());
    line.agent.end(line.now, "");
    line.until(|line| line.ending().is_some());
    assert_eq!(line.ending(), Some(&Ending::Closed(String::new())));
    assert!(line.client.is_ended() && line.client.deadline().is_none() && line.client.room() == 0);
}

#[test]
fn the_reason_is_told() {
    let mut line = Line::port(FAIR);
    line.connect();
    line.until(Line::is_ready);
    line.agent.end(line.now, "Forwarding to IP address 169.254.169.254 is forbidden.");
    line.until(|line| line.ending().is_some());
    let words = "Forwarding to IP address 169.254.169.254 is forbidden.".into();
    assert_eq!(line.ending(), Some(&Ending::Closed(words)));
}

fn output(line: &mut Line, sequence: i64, payload: &'static [u8]) {
    let message = from(MessageType::Output, line.now, sequence, PayloadType::OUTPUT, payload);
    line.client.receive(line.now, &message).unwrap();
}

#[test]
fn an_end_that_overtook_output_waits_for_it() {
    let mut line = Line::shell(FAIR);
    line.connect_client();
    output(&mut line, 0, b"a");
    output(&mut line, 2, b"c");
    let end = closed(line.now, "");
    line.client.receive(line.now, &end).unwrap();
    line.pass(500);
    assert_eq!(line.ending(), None);
    output(&mut line, 1, b"b");
    line.pass(1);
    assert_eq!((&line.got_down[..], line.ending()), (&b"abc"[..], Some(&Ending::Closed(String::new()))));
}

#[test]
fn output_that_was_lost_at_the_end_is_never_passed_over_in_silence() {
    for cut in [false, true] {
        let mut line = Line::shell(FAIR);
        line.connect_client();
        output(&mut line, 0, b"a");
        output(&mut line, 2, b"c");
        let end = closed(line.now, "Terminated");
        line.client.receive(line.now, &end).unwrap();
        if cut {
            line.cut(true);
        }
        let began = line.now;
        line.pass(2_000);
        assert_eq!(line.got_down, b"a");
        let Some(Ending::Closed(words)) = line.ending() else { panic!("{:?}", line.events) };
        assert!(words.starts_with("Terminated") && words.contains("was lost"), "{words}");
        assert_eq!(line.now - began, Span(2_000));
    }
}

#[test]
fn a_socket_that_closes_is_no_end() {
    let mut line = Line::shell(FAIR);
    line.connect();
    line.agent.say(line.now, Saying::Output, b"$ ");
    line.until(Line::is_ready);
    line.cut(true);
    line.now = line.now + Span::hours(1);
    line.client.tick(line.now);
    assert_eq!((line.ending(), line.client.is_ended()), (None, false));
    line.connect_client();
    line.client.send(line.now, b"echo $x\r");
    line.until(|line| line.got_up == b"echo $x\r");
}

#[test]
fn a_machine_that_acknowledges_nothing_for_five_minutes_is_given_up() {
    let mut line = Line::shell(FAIR);
    line.connect();
    line.agent.say(line.now, Saying::Output, b"$ ");
    line.until(|line| line.is_ready() && line.client.is_drained());
    line.deaf_agent = true;
    line.pass(600_000);
    assert_eq!(line.ending(), None, "nothing was asked of it");
    line.client.send(line.now, b"x");
    let began = line.now;
    line.until(|line| line.ending().is_some());
    assert_eq!(line.now - began, Span::minutes(5));
    assert!(matches!(line.ending(), Some(Ending::Failed(words)) if words.contains("5 minutes")));
    let copies = line.sent.iter().filter(|(frame, _)| frame.payload_type == PayloadType::OUTPUT).count();
    assert!(copies > 250, "it was sent again all the while: {copies}");
}

#[test]
fn nothing_comes_after_the_end() {
    let mut line = Line::shell(FAIR);
    line.connect_client();
    output(&mut line, 0, b"a");
    let end = closed(line.now, "");
    line.client.receive(line.now, &end).unwrap();
    line.client.receive(line.now, &end).unwrap();
    output(&mut line, 1, b"b");
    assert!(!line.client.send(line.now, b"x"));
    line.cut(true);
    line.connect_client();
    line.pass(1_000);
    assert_eq!((&line.got_down[..], line.events.len()), (&b"a"[..], 2));
    assert!(matches!(line.events[..], [Event::Ready { .. }, Event::Ended(_)]));
}

#[test]
fn real_agents_lose_what_comes_too_early_and_so_does_this_one() {
    // Without encryption it is acknowledged and thrown away.
    let mut line = Line::port(FAIR);
    line.connect_agent();
    let early = from(MessageType::Input, line.now, 0, PayloadType::OUTPUT, &b"early"[..]);
    line.agent.receive(line.now, &early).unwrap();
    let mut kinds = Vec::new();
    while let Some(message) = line.agent.next_message(line.now) {
        kinds.push(crate::aws::session::frame::Frame::decode(&message).unwrap().kind);
    }
    assert_eq!(kinds, [MessageType::AgentSessionState, MessageType::Acknowledge, MessageType::Output]);
    assert!(line.agent.next_effect().is_none());

    // With encryption its reader is gone, and the handshake times out.
    let mut line = Line::encrypted(FAIR);
    line.connect_agent();
    line.agent.receive(line.now, &early).unwrap();
    line.now = line.now + Span(15_000);
    line.agent.tick(line.now);
    line.now = line.now + Span(2_000);
    line.agent.tick(line.now);
    let Some(Effect::Closed(words)) = line.agent.next_effect() else { panic!("it goes on") };
    assert!(words.contains("Handshake timed out"), "{words}");
}

#[test]
fn an_agent_that_wants_the_challenge_refuses_who_leaves_it_out() {
    let mut line = Line::new(
        1,
        crate::core::session::Kind::Shell,
        crate::demo::aws::agent::machine::Plugin::Shell,
        Some(encryption()),
        FAIR,
    );
    line.connect_agent();
    let response = Bytes::from_static(
        br#"{"ClientVersion":"1.2.677.0","ProcessedClientActions":[{"ActionType":"KMSEncryption","ActionStatus":1,
            "ActionResult":{"KMSCipherTextKey":"QkxPQg==","KMSCipherTextHash":null},"Error":""}],"Errors":null}"#,
    );
    let message = from(MessageType::Input, line.now, 0, PayloadType::HANDSHAKE_RESPONSE, response);
    line.agent.receive(line.now, &message).unwrap();
    line.now = line.now + Span(2_000);
    line.agent.tick(line.now);
    let Some(Effect::Closed(words)) = line.agent.next_effect() else { panic!("it goes on") };
    assert!(words.contains("required encryption context random challenge"), "{words}");
}

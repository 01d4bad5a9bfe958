//! What clients get wrong about agents, as far as it is no matter of sockets: each one has bitten an existing client.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::line::{FAIR, FOUL, Line, Weather, from};
use crate::aws::session::Event;
use crate::aws::session::client::{Effect, Flag, Message};
use crate::aws::session::frame::{Frame, MessageType, PayloadType};
use crate::aws::session::payload::acknowledged;
use crate::core::session::Kind;
use crate::core::time::Span;
use crate::demo::aws::agent::machine::{Plugin, Saying};

/// What the client sends now, without the first message of a socket.
fn sends(line: &mut Line) -> Vec<Frame> {
    let now = line.now;
    let all = std::iter::from_fn(|| line.client.next_message(now));
    let binary = all.filter_map(|message| match message {
        Message::Text(_) => None,
        Message::Binary(message) => Some(Frame::decode(&message).unwrap()),
    });
    binary.collect()
}

fn hears(line: &mut Line, sequence: i64, payload_type: PayloadType, payload: &'static [u8]) {
    let message = from(MessageType::Output, line.now, sequence, payload_type, payload);
    line.client.receive(line.now, &message).unwrap();
}

fn tells(line: &mut Line, kind: MessageType) {
    let message = from(kind, line.now, 0, PayloadType::NONE, Bytes::new());
    line.client.receive(line.now, &message).unwrap();
}

fn acknowledges(line: &mut Line, sequence: i64) {
    let id = uuid::Uuid::nil();
    let said = crate::aws::session::payload::acknowledge(MessageType::Input, id, sequence, id, line.now);
    line.client.receive(line.now, &said.encode()).unwrap();
}

fn events(line: &mut Line) -> Vec<Event> {
    let all = std::iter::from_fn(|| line.client.next_effect());
    all.filter_map(|effect| if let Effect::Event(event) = effect { Some(event) } else { None }).collect()
}

fn outputs(frames: &[Frame]) -> Vec<&[u8]> {
    frames.iter().filter(|frame| frame.payload_type == PayloadType::OUTPUT).map(|frame| &frame.payload[..]).collect()
}

#[test]
fn what_is_typed_before_it_is_ready_waits_and_then_arrives_once_in_order() {
    for encrypted in [false, true] {
        let mut line = if encrypted { Line::encrypted(FAIR) } else { Line::port(FAIR) };
        assert!(line.client.send(line.now, b"whoami\r"));
        line.connect();
        tells(&mut line, MessageType::StartPublication);
        assert!(line.client.send(line.now, b"hostname\r"));
        line.until(Line::is_ready);
        assert!(line.client.send(line.now, b"uptime\r"));
        line.until(|line| line.client.is_drained());
        assert_eq!(String::from_utf8_lossy(&line.got_up), "whoami\rhostname\ruptime\r");
        for (frame, was_ready) in &line.sent {
            let is_handshake = matches!(
                frame.payload_type,
                PayloadType::NONE | PayloadType::HANDSHAKE_RESPONSE | PayloadType::CHALLENGE_RESPONSE
            );
            assert!(*was_ready || is_handshake, "{frame:?}");
            let in_clear = frame.payload.windows(6).any(|six| six == b"whoami");
            assert!(!(encrypted && in_clear), "{frame:?}");
        }
    }
}

#[test]
fn that_the_other_side_is_connected_does_not_mean_that_it_is_ready() {
    let mut line = Line::shell(FAIR);
    line.connect_client();
    line.client.send(line.now, b"secret\r");
    tells(&mut line, MessageType::StartPublication);
    line.now = line.now + Span::minutes(1);
    line.client.tick(line.now);
    // The handshake's time is long past: the size may go, and nothing else.
    let sent = sends(&mut line);
    assert_eq!(sent.iter().map(|frame| frame.payload_type).collect::<Vec<_>>(), [PayloadType::SIZE]);
    hears(&mut line, 0, PayloadType::OUTPUT, b"$ ");
    assert_eq!(outputs(&sends(&mut line)), [b"secret\r"]);
    let expected = [Event::Ready { message: String::new() }, Event::Output(Bytes::from_static(b"$ "))];
    assert_eq!(events(&mut line), expected);
}

#[test]
fn every_copy_of_a_message_is_acknowledged_and_only_the_first_is_shown() {
    let mut line = Line::shell(FAIR);
    line.connect_client();
    for sequence in [0, 0, 2, 2, 1, 0, 2] {
        hears(&mut line, sequence, PayloadType::OUTPUT, b"x");
        let sent = sends(&mut line);
        let said = sent.iter().find(|frame| frame.kind == MessageType::Acknowledge).unwrap();
        assert_eq!(acknowledged(&said.payload), Ok(sequence));
    }
    assert_eq!(events(&mut line).len(), 1 + 3);
}

#[test]
fn a_new_socket_keeps_the_session_and_sends_what_was_not_acknowledged() {
    let mut line = Line::shell(FAIR);
    line.connect_client();
    hears(&mut line, 0, PayloadType::OUTPUT, b"$ ");
    for key in [b"a", b"b", b"c"] {
        line.client.send(line.now, key);
    }
    let first = sends(&mut line);
    acknowledges(&mut line, 1);
    line.cut(true);
    assert!(sends(&mut line).is_empty());
    line.client.send(line.now, b"d");
    line.connect_client();
    assert!(matches!(line.client.next_message(line.now), Some(Message::Text(_))), "what lets us in comes first");
    let again = sends(&mut line);
    let numbers: Vec<i64> = again.iter().map(|frame| frame.sequence).collect();
    // 0 is the size, 1 was acknowledged, 4 was typed meanwhile.
    assert_eq!((numbers, outputs(&again)), (vec![0, 2, 3, 4], vec![&b"b"[..], b"c", b"d"]));
    assert!(again[..3].iter().all(|frame| first.contains(frame)), "the same messages to the byte");
    hears(&mut line, 0, PayloadType::OUTPUT, b"$ ");
    assert_eq!(sends(&mut line).len(), 1, "what it had not heard acknowledged is acknowledged again");
}

#[test]
fn typing_goes_on_for_a_little_while_away() {
    let mut line = Line::shell(FAIR);
    line.connect_client();
    assert_eq!(line.client.room(), 64 << 10);
    line.cut(true);
    assert!(!line.client.send(line.now, &[b'x'; 4_097]));
    assert!(line.client.send(line.now, &[b'x'; 4_096]));
    assert_eq!(line.client.room(), 0);
    assert!(!line.client.send(line.now, b"y"), "whoever types more is told so");
}

#[test]
fn no_number_is_given_twice_however_much_happens_at_once() {
    let mut line = Line::encrypted(FOUL);
    line.up = vec![b'x'; 60_000];
    line.connect();
    for turn in 0..200_u16 {
        line.pass(20);
        line.client.resize(line.now, 80 + turn, 24);
    }
    line.until(|line| line.got_up.len() == 60_000 && line.sizes.last() == Some(&(279, 24)));
    let mut by_number: BTreeMap<i64, &Frame> = BTreeMap::new();
    for (frame, _) in line.sent.iter().filter(|(frame, _)| frame.kind == MessageType::Input) {
        assert_eq!(*by_number.entry(frame.sequence).or_insert(frame), frame, "one number, one message");
    }
    let responses = by_number.values().filter(|frame| frame.payload_type == PayloadType::HANDSHAKE_RESPONSE);
    assert_eq!(responses.count(), 1);
    let numbers: Vec<i64> = by_number.into_keys().collect();
    assert_eq!(numbers, (0..numbers.len() as i64).collect::<Vec<_>>(), "and none is left out");
}

#[test]
fn no_message_is_empty_or_longer_than_both_peers_make_them() {
    let mut line = Line::shell(FAIR);
    line.connect_client();
    hears(&mut line, 0, PayloadType::OUTPUT, b"$ ");
    assert!(line.client.send(line.now, b""));
    assert!(line.client.send(line.now, &[b'x'; 2_500]));
    let sent = sends(&mut line);
    assert_eq!(outputs(&sent).iter().map(|payload| payload.len()).collect::<Vec<_>>(), [1_024, 1_024, 452]);
}

#[test]
fn a_lone_line_feed_is_enter_in_a_shell_and_a_byte_in_a_port() {
    let mut shell = Line::shell(FAIR);
    shell.connect_client();
    hears(&mut shell, 0, PayloadType::OUTPUT, b"$ ");
    shell.client.send(shell.now, b"\n");
    shell.client.send(shell.now, b"a\n");
    assert_eq!(outputs(&sends(&mut shell)), [&b"\r"[..], b"a\n"]);
    let mut port = Line::port(FAIR);
    port.connect();
    port.client.send(port.now, b"\n");
    port.until(|line| line.client.is_drained() && !line.got_up.is_empty());
    assert_eq!(port.got_up, b"\n");
}

#[test]
fn a_size_is_told_when_ready_again_with_the_first_output_and_on_each_change() {
    let mut line = Line::encrypted(FAIR);
    line.late = 1_000;
    line.connect();
    line.until(Line::is_ready);
    line.pass(900);
    assert!(line.sizes.is_empty(), "the shell was not there to hear it: agents say that it did");
    line.pass(200);
    line.agent.say(line.now, Saying::Output, b"$ ");
    line.pass(200);
    assert_eq!(line.sizes, [(80, 24)]);
    line.agent.say(line.now, Saying::Output, b"more");
    line.client.resize(line.now, 120, 40);
    line.client.resize(line.now, 120, 40);
    line.pass(200);
    assert_eq!(line.sizes, [(80, 24), (120, 40)]);
}

#[test]
fn ports_and_commands_have_no_size() {
    let mut port = Line::port(FAIR);
    port.connect();
    port.until(Line::is_ready);
    port.client.resize(port.now, 100, 30);
    port.pass(30_000);
    assert!(port.sent.iter().all(|(frame, _)| frame.payload_type != PayloadType::SIZE));
}

#[test]
fn a_command_keeps_its_errors_apart_and_says_how_it_ended() {
    for encryption in [None, Some(super::line::encryption())] {
        let kind = Kind::Command { text: "false".into() };
        let mut line = Line::new(1, kind, Plugin::Command, encryption, FAIR);
        line.connect();
        line.until(Line::is_ready);
        line.agent.say(line.now, Saying::Output, b"out");
        line.agent.say(line.now, Saying::Errors, b"err");
        line.agent.exit_code(line.now, 3);
        line.agent.end(line.now, "");
        line.until(|line| line.ending().is_some());
        assert_eq!((&line.got_down[..], &line.errors[..]), (&b"out"[..], &b"err"[..]));
        assert!(line.events.contains(&Event::ExitCode(3)), "{:?}", line.events);
    }
}

#[test]
fn a_port_that_nobody_listens_on_is_told() {
    let mut line = Line::port(FAIR);
    line.connect();
    line.until(Line::is_ready);
    line.agent.no_connection(line.now);
    line.until(|line| line.events.contains(&Event::NoConnection));
    line.client.send(line.now, b"last");
    line.client.flag(line.now, Flag::Disconnect);
    line.client.flag(line.now, Flag::Terminate);
    line.until(|line| line.client.is_drained());
    assert_eq!((&line.got_up[..], &line.flags[..]), (&b"last"[..], &[1, 2][..]));
    assert!(!line.events.contains(&Event::Raw));
}

#[test]
fn a_port_without_smux_is_told_before_it_is_ready() {
    let kind = Kind::Forward { host: None, port: 22, local: 0 };
    let plugin = Plugin::Port(BTreeMap::from([("portNumber".to_owned(), "22".to_owned())]));
    let mut line = Line::new(1, kind, plugin, None, FAIR);
    line.connect();
    line.until(Line::is_ready);
    assert_eq!(line.events, [Event::Raw, Event::Ready { message: String::new() }]);
}

#[test]
fn while_the_machine_is_away_nothing_is_sent_again() {
    let mut line = Line::shell(FAIR);
    line.connect_client();
    hears(&mut line, 0, PayloadType::OUTPUT, b"$ ");
    events(&mut line);
    tells(&mut line, MessageType::PausePublication);
    tells(&mut line, MessageType::PausePublication);
    assert_eq!(events(&mut line), [Event::Paused]);
    line.client.send(line.now, b"x");
    sends(&mut line);
    for _ in 0..9 {
        line.now = line.now + Span::SECOND;
        line.client.tick(line.now);
        assert!(sends(&mut line).is_empty());
    }
    line.now = line.now + Span::minutes(20);
    line.client.tick(line.now);
    assert!(!line.client.is_ended(), "who is away is not silent");
    tells(&mut line, MessageType::StartPublication);
    assert_eq!(events(&mut line), [Event::Resumed]);
    assert!(!sends(&mut line).is_empty(), "what it missed");
}

#[test]
fn what_is_unknown_is_acknowledged_and_means_nothing() {
    let mut line = Line::shell(FAIR);
    line.connect_client();
    hears(&mut line, 0, PayloadType::OUTPUT, b"$ ");
    hears(&mut line, 1, PayloadType(99), b"?");
    hears(&mut line, 2, PayloadType::HANDSHAKE_REQUEST, br#"{"RequestedClientActions":[]}"#);
    hears(&mut line, 3, PayloadType::ERROR, b"disk full");
    let sent = sends(&mut line);
    assert_eq!(sent.iter().filter(|frame| frame.kind == MessageType::Acknowledge).count(), 4);
    assert!(sent.iter().all(|frame| frame.payload_type != PayloadType::HANDSHAKE_RESPONSE));
    assert_eq!(events(&mut line)[2..], [Event::Errors(Bytes::from_static(b"disk full"))]);
    tells(&mut line, MessageType::Other([b'?'; 32]));
    assert!(events(&mut line).is_empty() && sends(&mut line).is_empty());
}

#[test]
fn a_character_cut_in_two_and_an_overtaken_error_come_as_they_were_said() {
    let mut line = Line::shell(Weather { spread: 50, ..FAIR });
    line.connect();
    line.until(|line| !line.is_ready() && line.is_client_on);
    for byte in "grüße €".as_bytes() {
        line.agent.say(line.now, Saying::Output, &[*byte]);
    }
    line.until(|line| line.got_down.len() == "grüße €".len());
    assert_eq!(String::from_utf8_lossy(&line.got_down), "grüße €");
}

#[test]
fn nothing_prints_what_is_typed() {
    let mut line = Line::shell(FAIR);
    line.connect_client();
    line.client.send(line.now, b"hunter2");
    let held = format!("{:?}", line.client);
    hears(&mut line, 0, PayloadType::OUTPUT, b"$ ");
    let sent = sends(&mut line);
    let sent = format!("{:?} {sent:?}", line.client);
    assert!(!held.contains("104, 117") && !format!("{held}{sent}").contains("hunter2"), "{held} {sent}");
}

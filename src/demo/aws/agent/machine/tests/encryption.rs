//! Sessions that have to be encrypted, and the words for those that can't be.

use bytes::Bytes;

use super::line::{FAIR, KEY_ID, Line, encryption, from};
use crate::aws::session::frame::{Frame, MessageType, PayloadType};
use crate::aws::session::{Ending, Event};
use crate::core::session::Kind;
use crate::core::time::Span;
use crate::demo::aws::agent::machine::{Encryption, Plugin, Saying};

#[track_caller]
fn fails(line: &mut Line) -> String {
    line.connect();
    line.client.send(line.now, b"secret\r");
    line.until(|line| line.ending().is_some());
    let typed = line.sent.iter().filter(|(frame, _)| frame.payload_type == PayloadType::OUTPUT).count();
    assert_eq!(typed, 0, "nothing that was typed leaves");
    match line.ending() {
        Some(Ending::Failed(words)) => words.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_challenge_is_in_both_contexts_and_the_message_is_shown() {
    let mut line = Line::encrypted(FAIR);
    line.connect();
    line.until(Line::is_ready);
    let [(ours, agents)] = &line.challenges[..] else { panic!("{:?}", line.challenges) };
    assert!(ours.as_ref().is_some_and(|challenge| challenge.len() == 24), "16 bytes in Base64: {ours:?}");
    assert_eq!(ours, agents);
    assert_eq!(line.events, [Event::Ready { message: "This session is encrypted using AWS KMS.".into() }]);
}

#[test]
fn an_old_agent_has_no_challenge() {
    let old = Encryption { challenge: false, require_challenge: false, ..encryption() };
    let mut line = Line::new(1, Kind::Shell, Plugin::Shell, Some(old), FAIR);
    line.connect();
    line.until(Line::is_ready);
    assert_eq!(line.challenges, [(None, None)]);
}

#[test]
fn a_key_that_we_do_not_get_is_our_side_to_mend() {
    let mut line = Line::encrypted(FAIR);
    line.kms.to_client = Err("its role may not kms:GenerateDataKey".into());
    let words = fails(&mut line);
    assert!(
        words.contains("on our side") && words.contains(KEY_ID) && words.contains("kms:GenerateDataKey"),
        "{words}"
    );
    let answers = line.sent.iter().filter(|(frame, _)| frame.payload_type == PayloadType::HANDSHAKE_RESPONSE);
    assert_eq!(answers.count(), 1, "the machine is told, and ends");
}

#[test]
fn a_key_that_we_do_not_get_ends_it_even_if_the_machine_never_hears_of_it() {
    let mut line = Line::encrypted(FAIR);
    line.kms.to_client = Err("denied".into());
    line.connect();
    line.until(|line| line.challenges.len() == 1);
    line.deaf_agent = true;
    let began = line.now;
    line.until(|line| line.ending().is_some());
    assert!((line.now - began) <= Span(6_000));
    assert!(matches!(line.ending(), Some(Ending::Failed(words)) if words.contains("denied")));
}

#[test]
fn a_key_of_another_length_is_refused() {
    let mut line = Line::encrypted(FAIR);
    line.kms.to_client = Ok(vec![7; 32]);
    assert!(fails(&mut line).contains("64 bytes"));
}

#[test]
fn a_key_that_the_machine_does_not_get_is_its_side_to_mend() {
    let mut line = Line::encrypted(FAIR);
    line.kms.to_agent = Err("AccessDeniedException".into());
    let words = fails(&mut line);
    for part in ["on the machine's side", "AccessDeniedException", "kms:Decrypt", KEY_ID] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn a_machine_with_another_key_is_found_out() {
    let mut line = Line::encrypted(FAIR);
    line.kms.to_agent = Ok(vec![7; 64]);
    let words = fails(&mut line);
    assert!(words.contains("the machine has another key") && words.contains(KEY_ID), "{words}");
}

/// A session whose client has answered the handshake, and the agent says no more by itself.
fn answered() -> Line {
    let mut line = Line::encrypted(FAIR);
    line.connect();
    line.until(|line| line.sent.iter().any(|(frame, _)| frame.payload_type == PayloadType::HANDSHAKE_RESPONSE));
    line
}

#[test]
fn a_machine_that_never_shows_that_it_has_the_key_gets_nothing() {
    let mut line = answered();
    line.client.send(line.now, b"secret\r");
    let complete = from(MessageType::Output, line.now, 1, PayloadType::HANDSHAKE_COMPLETE, &b"{}"[..]);
    line.client.receive(line.now, &complete).unwrap();
    line.until(|line| line.ending().is_some());
    assert!(matches!(line.ending(), Some(Ending::Failed(words)) if words.contains("never showed")));
    assert!(line.sent.iter().all(|(frame, _)| frame.payload_type != PayloadType::OUTPUT));
}

#[test]
fn what_comes_in_the_clear_where_it_was_to_be_encrypted_ends_it() {
    let mut line = answered();
    let plain = from(MessageType::Output, line.now, 1, PayloadType::OUTPUT, &b"sh-5.1$ "[..]);
    line.client.receive(line.now, &plain).unwrap();
    line.until(|line| line.ending().is_some());
    assert!(line.got_down.is_empty());
    assert!(matches!(line.ending(), Some(Ending::Failed(words)) if words.contains("was not encrypted")));
}

#[test]
fn a_ciphertext_that_was_changed_on_its_way_ends_it() {
    let mut line = Line::encrypted(FAIR);
    line.connect();
    line.until(Line::is_ready);
    line.agent.say(line.now, Saying::Output, b"balance: 100");
    let message = std::iter::from_fn(|| line.agent.next_message(line.now)).last().unwrap();
    let mut frame = Frame::decode(&message).unwrap();
    assert!(!message.windows(7).any(|seven| seven == b"balance"));
    let mut payload = frame.payload.to_vec();
    payload[20] ^= 1;
    frame.payload = Bytes::from(payload);
    line.client.receive(line.now, &frame.encode()).unwrap();
    line.until(|line| line.ending().is_some());
    assert!(line.got_down.is_empty());
    assert!(matches!(line.ending(), Some(Ending::Failed(words)) if words.contains("changed on its way")));
    assert_eq!(line.client.room(), 0);
}

#[test]
fn the_agents_nonces_count_up_and_ours_do_not_come_again() {
    let mut line = Line::encrypted(FAIR);
    line.up = vec![b'x'; 50_000];
    line.connect();
    line.until(|line| line.got_up.len() == 50_000);
    let typed = line.sent.iter().filter(|(frame, _)| frame.payload_type == PayloadType::OUTPUT);
    let nonces: std::collections::BTreeMap<_, _> =
        typed.map(|(frame, _)| (frame.payload[..12].to_vec(), frame.sequence)).collect();
    let numbers: std::collections::BTreeSet<_> = nonces.values().collect();
    assert!(nonces.len() > 40 && nonces.len() == numbers.len());
}

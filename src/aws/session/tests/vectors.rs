//! `tests/data/session-manager`: what the official plugin's and agent's own code made, both ways.

use bytes::Bytes;
use serde::Deserialize;
use uuid::uuid;
use zeroize::Zeroizing;

use crate::aws::session::cipher::Cipher;
use crate::aws::session::frame::{Frame, Malformed, MessageType, PayloadType, SYN, SYN_FIN};
use crate::aws::session::handshake::{Challenge, Complete, Done, FAILED, Request, Response, SUCCESS};
use crate::aws::session::payload::{
    ChannelClosed, Flag, OpenDataChannel, Size, acknowledge, acknowledged, exit_code, json, read,
};
use crate::core::time::Moment;

#[derive(Deserialize)]
struct Vector {
    name: String,
    #[serde(default)]
    hex: String,
    #[serde(default)]
    text: String,
}

fn vectors(side: &str) -> Vec<Vector> {
    let path = format!("{}/tests/data/session-manager/{side}_vectors.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn vector(side: &str, name: &str) -> Vector {
    vectors(side).into_iter().find(|vector| vector.name == name).unwrap_or_else(|| panic!("no vector {name}"))
}

fn bytes(side: &str, name: &str) -> Bytes {
    hex::decode(vector(side, name).hex).unwrap().into()
}

/// Decoded, after what it says of itself was found as in all vectors, and encoded again to the same bytes.
fn frame(side: &str, name: &str) -> Frame {
    let raw = bytes(side, name);
    let frame = Frame::decode(&raw).unwrap();
    assert_eq!(frame.id, uuid!("dd01e56b-ff48-483e-a508-b5f073f31b16"), "{name}");
    assert_eq!(frame.created, Moment(1_503_434_274_948), "{name}");
    assert_eq!(hex::encode(frame.encode()), hex::encode(raw), "{name}");
    frame
}

/// That payload as JSON of this type, and as the same bytes again.
fn payload<T: for<'de> Deserialize<'de> + serde::Serialize>(frame: &Frame) -> T {
    let value: T = read(&frame.payload).unwrap();
    assert_eq!(String::from_utf8_lossy(&json(&value)), String::from_utf8_lossy(&frame.payload));
    value
}

#[test]
fn every_frame_reads_as_it_was_meant_and_writes_as_it_was_read() {
    use MessageType::{Acknowledge, AgentSessionState, ChannelClosed, Input, Output};
    let expected = [
        ("plugin", "input_output", Input, 0, 0, 1),
        ("plugin", "input_output_seq_big", Input, 4_294_967_297, 0, 1),
        ("plugin", "input_size", Input, 1, 0, 3),
        ("plugin", "input_flag_1", Input, 2, 0, 10),
        ("plugin", "input_flag_2", Input, 2, 0, 10),
        ("plugin", "input_flag_3", Input, 2, 0, 10),
        ("plugin", "acknowledge", Acknowledge, 0, SYN_FIN, 0),
        ("plugin", "handshake_response", Input, 0, 0, 6),
        ("agent", "output_first", Output, 0, SYN, 1),
        ("agent", "output_second", Output, 1, 0, 1),
        ("agent", "stderr", Output, 2, 0, 11),
        ("agent", "exit_code", Output, 3, 0, 12),
        ("agent", "flag_connect_to_port_error", Output, 4, 0, 10),
        ("agent", "handshake_request_port", Output, 0, SYN, 5),
        ("agent", "handshake_request_shell_kms", Output, 0, SYN, 5),
        ("agent", "handshake_complete", Output, 2, 0, 7),
        ("agent", "enc_challenge_request", Output, 1, 0, 8),
        ("agent", "acknowledge_from_agent", Acknowledge, 0, SYN_FIN, 0),
        ("agent", "agent_session_state_connected", AgentSessionState, 0, SYN_FIN, 0),
        ("agent", "channel_closed", ChannelClosed, 0, 0, 0),
    ];
    for (side, name, kind, sequence, flags, payload_type) in expected {
        let frame = frame(side, name);
        let is = (frame.kind, frame.sequence, frame.flags, frame.payload_type);
        assert_eq!(is, (kind, sequence, flags, PayloadType(payload_type)), "{name}");
    }
    // What is not here is a vector of something else: none was forgotten.
    let others = ["enc_", "smux_"];
    for side in ["plugin", "agent"] {
        for vector in vectors(side).iter().filter(|vector| !vector.hex.is_empty()) {
            let is_here = expected.iter().any(|(of, name, ..)| (*of, *name) == (side, vector.name.as_str()));
            assert!(is_here || others.iter().any(|other| vector.name.starts_with(other)), "{}", vector.name);
        }
    }
}

#[test]
fn the_payloads_say_what_they_say() {
    assert_eq!(&frame("plugin", "input_output").payload[..], b"ls\r");
    assert_eq!(payload::<Size>(&frame("plugin", "input_size")), Size { cols: 101, rows: 37 });
    for (name, flag) in
        [("input_flag_1", Flag::Disconnect), ("input_flag_2", Flag::Terminate), ("input_flag_3", Flag::NoConnection)]
    {
        let payload = frame("plugin", name).payload;
        assert_eq!((Flag::decode(&payload), flag.encode()), (Some(flag), payload));
    }
    assert_eq!(exit_code(&frame("agent", "exit_code").payload), Some(3));
    assert_eq!(acknowledged(&frame("agent", "acknowledge_from_agent").payload), Ok(5));
    let closed = payload::<ChannelClosed>(&frame("agent", "channel_closed"));
    assert!(closed.output.starts_with("Unable to connect to specified port: dial tcp 127.0.0.1:81:"));
    assert_eq!(payload::<Challenge>(&frame("agent", "enc_challenge_request")).bytes().unwrap(), [1, 2, 3, 4]);
    assert_eq!(vector("plugin", "enc_challenge_response_json").text.as_bytes(), json(&Challenge::of(&[1, 2, 3, 4])));
    let complete = payload::<Complete>(&frame("agent", "handshake_complete"));
    assert_eq!(complete.handshake_time_to_complete, 123_456_789);
    assert_eq!(complete.customer_message, "This session is encrypted using AWS KMS.");
}

#[test]
fn an_acknowledgement_is_the_plugins_to_the_byte() {
    let id = uuid!("dd01e56b-ff48-483e-a508-b5f073f31b16");
    let ours = acknowledge(MessageType::Output, id, 7, id, Moment(1_503_434_274_948));
    assert_eq!(hex::encode(ours.encode()), vector("plugin", "acknowledge").hex);
    let agents = acknowledge(MessageType::Input, id, 5, id, Moment(1_503_434_274_948));
    assert_eq!(hex::encode(agents.encode()), vector("agent", "acknowledge_from_agent").hex);
}

#[test]
fn the_handshake_reads_and_writes_as_the_peers_do() {
    for name in ["handshake_request_port", "handshake_request_shell_kms"] {
        let request = payload::<Request>(&frame("agent", name));
        assert_eq!(request.agent_version, "3.3.987.0");
    }
    let response = payload::<Response>(&frame("plugin", "handshake_response"));
    assert!(response.processed_client_actions.iter().all(|done| done.action_status == SUCCESS));
    let failed = Response {
        client_version: "1.2.677.0".into(),
        processed_client_actions: vec![Done {
            action_type: "KMSEncryption".into(),
            action_status: FAILED,
            action_result: None,
            error: "Failed to process action KMSEncryption: boom".into(),
        }],
        errors: Some(vec!["boom".into()]),
    };
    assert_eq!(vector("plugin", "handshake_response_failed_json").text.as_bytes(), json(&failed));
}

#[test]
fn a_channel_is_opened_as_the_plugin_does() {
    let open = OpenDataChannel {
        message_schema_version: "1.0".into(),
        request_id: "ff07dccc-3c0d-4c18-94ba-000be6dcf181".into(),
        token_value: Zeroizing::new("TOKEN".into()),
        client_id: "01712032-49e5-404a-b18f-94a7f2280a94".into(),
        client_version: "1.2.677.0".into(),
    };
    let text = vector("plugin", "open_data_channel_json").text;
    assert_eq!(*open.encode(), text);
    assert_eq!(*read::<OpenDataChannel>(text.as_bytes()).unwrap().encode(), text);
}

#[test]
fn what_the_peers_encrypted_opens_and_seals_to_the_same_bytes() {
    let key: Vec<u8> = (0..64).collect();
    let (client, agent) = (Cipher::of_client(&key).unwrap(), Cipher::of_agent(&key).unwrap());
    for (side, name, plaintext) in [
        ("plugin", "enc_client_to_agent", &b"echo hello\r"[..]),
        ("agent", "enc_agent_to_client_0", b"total 0\r\n"),
        ("agent", "enc_agent_to_client_1", b"total 0\r\n"),
    ] {
        let sealed = bytes(side, name);
        let (sealer, opener) = if side == "plugin" { (&client, &agent) } else { (&agent, &client) };
        assert_eq!(opener.open(&sealed).as_deref(), Some(plaintext), "{name}");
        assert_eq!(sealer.seal(sealed[..12].try_into().unwrap(), plaintext), sealed, "{name}");
    }
}

#[test]
fn what_is_no_frame_is_refused_for_what_it_is() {
    let good = bytes("agent", "output_first");
    let with = |at: usize, new: &[u8]| {
        let mut changed = good.to_vec();
        changed[at..at + new.len()].copy_from_slice(new);
        Frame::decode(&changed.into())
    };
    assert_eq!(Frame::decode(&good.slice(..119)), Err(Malformed::Header(116)));
    assert_eq!(Frame::decode(&good.slice(..100)), Err(Malformed::Short(100)));
    assert_eq!(Frame::decode(&Bytes::new()), Err(Malformed::Short(0)));
    assert_eq!(with(0, &u32::MAX.to_be_bytes()), Err(Malformed::Header(u32::MAX)));
    assert_eq!(with(0, &4_u32.to_be_bytes()), Err(Malformed::Header(4)));
    assert_eq!(with(116, &9_u32.to_be_bytes()), Err(Malformed::Length { said: 9, there: 8 }));
    assert_eq!(with(40, &[0; 8]), Err(Malformed::Undated));
    assert_eq!(with(80, &[0; 32]), Err(Malformed::Digest));
    assert_eq!(with(127, b"#"), Err(Malformed::Digest));
    assert!(matches!(with(4, b"Output_stream_data").unwrap().kind, MessageType::Other(_)));
    assert_eq!(with(4 + 18, &[0; 14]).unwrap().kind, MessageType::Output, "padded with NULs");
}

#[test]
fn publication_messages_are_read_without_payload_date_and_digest() {
    for name in ["start_publication", "pause_publication"] {
        let mut raw = vec![0; 120];
        raw[3] = 116;
        raw[4..4 + name.len()].copy_from_slice(name.as_bytes());
        assert_eq!(Frame::decode(&raw.into()).unwrap().kind.name(), name);
    }
}

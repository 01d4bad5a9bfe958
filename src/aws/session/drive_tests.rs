//! A channel between a gateway that says what the trial wants and whoever holds the channel, with less patience than otherwise.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{DuplexStream, duplex};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::calls::Resumed;
use super::chance::Chance;
use super::client::{Client, DataKey, Setup};
use super::dial::{Pipe, Socket};
use super::drive::Drive;
use super::frame::{Frame, MessageType, PayloadType};
use super::pace::{FIRST_TRIES, PACE, Pace};
use super::payload::{acknowledge, acknowledged};
use super::reach::{NotThere, Reach};
use super::{Channel, Ending, Event, Input, Token, channel};
use crate::aws::{AwsError, Kind};
use crate::core::session;
use crate::core::time::Moment;

/// Less patient with everything that fails, and as patient as ever otherwise.
const SOON: Pace = Pace {
    first: Duration::from_millis(1),
    again: Duration::from_millis(1),
    longest: Duration::from_millis(5),
    short: Duration::ZERO,
    ..PACE
};

/// What a channel wants of the world, and where the answer goes.
enum Asked {
    Resume(oneshot::Sender<Result<Option<Resumed>, AwsError>>),
    Dial(String, oneshot::Sender<Result<Socket, NotThere>>),
    Key(String, Option<String>, oneshot::Sender<Result<DataKey, AwsError>>),
}

struct Asking(mpsc::UnboundedSender<Asked>);

impl Asking {
    async fn ask<T>(&self, make: impl FnOnce(oneshot::Sender<T>) -> Asked) -> T {
        let (answer, answered) = oneshot::channel();
        self.0.send(make(answer)).unwrap_or_else(|_| panic!("the trial is over"));
        answered.await.unwrap()
    }
}

impl Reach for Asking {
    async fn resume(&self) -> Result<Option<Resumed>, AwsError> {
        self.ask(Asked::Resume).await
    }

    async fn dial(&self, url: &str) -> Result<Socket, NotThere> {
        self.ask(|answer| Asked::Dial(url.into(), answer)).await
    }

    async fn key(&self, key_id: &str, challenge: Option<&str>) -> Result<DataKey, AwsError> {
        self.ask(|answer| Asked::Key(key_id.into(), challenge.map(Into::into), answer)).await
    }

    fn now(&self) -> Moment {
        Moment(1_795_350_896_000)
    }
}

/// Chance enough for a trial: a count.
struct Count(u64);

impl Chance for Count {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        let all = self.0.to_be_bytes();
        bytes.iter_mut().zip(all.iter().rev().cycle()).for_each(|(byte, count)| *byte = *count);
    }
}

struct World {
    asked: mpsc::UnboundedReceiver<Asked>,
}

impl World {
    fn new() -> (Self, Channel) {
        Self::of(session::Kind::Shell, SOON)
    }

    fn of(kind: session::Kind, pace: Pace) -> (Self, Channel) {
        let (asking, asked) = mpsc::unbounded_channel();
        let (channel, mate) = channel::ends();
        let client = Client::new(Setup { kind, size: None, chance: Box::new(Count(0)) });
        let drive =
            Drive::new(Asking(asking), pace, client, "wss://first".into(), token("token-1"), mate.input, mate.events);
        (Self { asked }, channel(tokio::spawn(drive.run())))
    }

    async fn dialed(&mut self) -> (String, oneshot::Sender<Result<Socket, NotThere>>) {
        match soon(self.asked.recv()).await {
            Some(Asked::Dial(url, answer)) => (url, answer),
            _ => panic!("not dialed"),
        }
    }

    async fn resumed(&mut self) -> oneshot::Sender<Result<Option<Resumed>, AwsError>> {
        match soon(self.asked.recv()).await {
            Some(Asked::Resume(answer)) => answer,
            _ => panic!("not resumed"),
        }
    }

    /// Lets the channel in when it comes.
    async fn let_in(&mut self) -> Gate {
        let (_, answer) = self.dialed().await;
        let (gate, socket) = Gate::new(64 * 1024).await;
        answer.send(Ok(socket)).unwrap_or_else(|_| panic!("nobody comes"));
        gate
    }

    /// Lets it in with another token.
    async fn let_in_again(&mut self, number: i64, said: i64) -> Gate {
        let resumed = Resumed { url: None, token: token(&format!("token-{number}")) };
        self.resumed().await.send(Ok(Some(resumed))).unwrap();
        Gate { said, ..self.let_in().await }
    }
}

fn token(text: &str) -> Token {
    Token(Zeroizing::new(text.into()))
}

/// The other side of a socket.
struct Gate {
    socket: WebSocketStream<DuplexStream>,
    /// How many messages of output were sent.
    said: i64,
}

impl Gate {
    async fn new(buffer: usize) -> (Self, Socket) {
        let (ours, theirs) = duplex(buffer);
        let pipe: Box<dyn Pipe> = Box::new(theirs);
        let socket = WebSocketStream::from_raw_socket(ours, Role::Server, None).await;
        (Self { socket, said: 0 }, WebSocketStream::from_raw_socket(pipe, Role::Client, None).await)
    }

    async fn opening(&mut self) -> Value {
        match soon(self.socket.next()).await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    async fn put(&mut self, frame: Frame) {
        soon(self.socket.send(Message::Binary(frame.encode()))).await.unwrap();
    }

    async fn say_as(&mut self, payload_type: PayloadType, payload: impl Into<Bytes>) {
        let sequence = self.said;
        self.said += 1;
        let kind = MessageType::Output;
        let id = Uuid::from_u128(u128::try_from(sequence).unwrap());
        let (created, payload) = (Moment(1), payload.into());
        self.put(Frame { kind, created, sequence, flags: 0, id, payload_type, payload }).await;
    }

    async fn say(&mut self, text: impl Into<Bytes>) {
        self.say_as(PayloadType::OUTPUT, text).await;
    }

    async fn notice(&mut self, kind: MessageType, payload: &Value) {
        let payload = if payload.is_null() { Bytes::new() } else { payload.to_string().into() };
        let (created, payload_type) = (Moment(1), PayloadType::NONE);
        self.put(Frame { kind, created, sequence: 0, flags: 0, id: Uuid::nil(), payload_type, payload }).await;
    }

    /// The next message that counts.
    async fn heard(&mut self) -> Frame {
        loop {
            match soon(self.socket.next()).await {
                Some(Ok(Message::Binary(frame))) => return Frame::decode(&frame).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next that is for the machine; it is acknowledged.
    async fn typed(&mut self) -> Frame {
        loop {
            let frame = self.heard().await;
            if frame.kind == MessageType::Input {
                let id = Uuid::from_u128(7);
                self.put(acknowledge(MessageType::Input, frame.id, frame.sequence, id, Moment(1))).await;
                return frame;
            }
        }
    }
}

async fn next(channel: &mut Channel) -> Event {
    soon(channel.events.recv()).await.expect("there is more")
}

/// What never comes fails a trial, and does not hold it up.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.expect("it comes")
}

fn error(kind: Kind) -> AwsError {
    AwsError::new(kind, format!("{kind:?}, for people"))
}

fn ready() -> Event {
    Event::Ready { message: String::new() }
}

fn output(text: &'static str) -> Event {
    Event::Output(text.into())
}

#[tokio::test]
async fn it_opens_with_the_token_and_carries_both_ways() {
    let (mut world, mut channel) = World::new();
    let mut gate = world.let_in().await;
    let opening = gate.opening().await;
    assert_eq!(opening["TokenValue"], "token-1");
    gate.notice(MessageType::StartPublication, &Value::Null).await;
    channel.input.send(Input::Bytes("ls\r".into())).await.unwrap();
    gate.say("$ ").await;
    assert_eq!((next(&mut channel).await, next(&mut channel).await), (ready(), output("$ ")));
    assert_eq!(gate.heard().await.kind, MessageType::Acknowledge);
    assert_eq!(gate.typed().await.payload, "ls\r");
}

#[tokio::test]
async fn what_can_not_be_reached_at_first_is_tried_five_times_with_the_same_token() {
    let (mut world, mut channel) = World::new();
    for _ in 0..FIRST_TRIES {
        let (url, answer) = world.dialed().await;
        assert_eq!(url, "wss://first");
        answer.send(Err(NotThere::NotNow("no route".into()))).unwrap_or_else(|_| panic!("nobody comes"));
    }
    for tries in 1..FIRST_TRIES {
        assert_eq!(next(&mut channel).await, Event::Away { why: "no route".into(), tries });
    }
    assert_eq!(next(&mut channel).await, Event::Ended(Ending::Failed("no route".into())));
    assert_eq!(soon(channel.events.recv()).await, None);
}

#[tokio::test]
async fn who_is_not_let_in_at_first_never_is() {
    for no in [NotThere::Refused("no".into()), NotThere::Never("no".into())] {
        let (mut world, mut channel) = World::new();
        let (_, answer) = world.dialed().await;
        answer.send(Err(no)).unwrap_or_else(|_| panic!("nobody comes"));
        assert_eq!(next(&mut channel).await, Event::Ended(Ending::Failed("no".into())));
        assert!(soon(world.asked.recv()).await.is_none(), "it is not tried again");
    }
}

#[tokio::test]
async fn a_gateway_that_hangs_up_without_a_word_is_given_up() {
    let (mut world, mut channel) = World::new();
    drop(world.let_in().await);
    for number in 2..6 {
        drop(world.let_in_again(number, 0).await);
    }
    let mut ended = next(&mut channel).await;
    while matches!(ended, Event::Away { .. } | Event::Back) {
        ended = next(&mut channel).await;
    }
    let Event::Ended(Ending::Failed(why)) = ended else { panic!("{ended:?}") };
    assert!(why.contains("closed the connection") || why.contains("broke"), "{why}");
}

#[tokio::test]
async fn goodbye_is_not_the_end() {
    let (mut world, mut channel) = World::new();
    let mut gate = world.let_in().await;
    let client_id = gate.opening().await["ClientId"].clone();
    gate.say("one ").await;
    assert_eq!((next(&mut channel).await, next(&mut channel).await), (ready(), output("one ")));
    let bye = CloseFrame { code: CloseCode::Normal, reason: "Bye".into() };
    gate.socket.close(Some(bye)).await.unwrap();
    let resumed = Resumed { url: Some("wss://elsewhere".into()), token: token("token-2") };
    world.resumed().await.send(Ok(Some(resumed))).unwrap();
    let (url, answer) = world.dialed().await;
    assert_eq!(url, "wss://elsewhere");
    let (mut gate, socket) = Gate::new(1024).await;
    answer.send(Ok(socket)).unwrap_or_else(|_| panic!("nobody comes"));
    let opening = gate.opening().await;
    assert_eq!((&opening["TokenValue"], &opening["ClientId"]), (&json!("token-2"), &client_id));
    gate.said = 1;
    gate.say("two").await;
    let why = "the gateway closed the connection (1000 Bye)".into();
    assert_eq!(next(&mut channel).await, Event::Away { why, tries: 0 });
    assert_eq!((next(&mut channel).await, next(&mut channel).await), (Event::Back, output("two")));
    // The address that it was resumed at stays.
    drop(gate);
    world.resumed().await.send(Ok(Some(Resumed { url: None, token: token("token-3") }))).unwrap();
    assert_eq!(world.dialed().await.0, "wss://elsewhere");
}

#[tokio::test]
async fn a_session_that_aws_has_no_more_is_over() {
    let (mut world, mut channel) = World::new();
    let mut gate = world.let_in().await;
    gate.say("one").await;
    assert_eq!((next(&mut channel).await, next(&mut channel).await), (ready(), output("one")));
    drop(gate);
    world.resumed().await.send(Ok(None)).unwrap();
    assert!(matches!(next(&mut channel).await, Event::Away { .. }));
    assert_eq!(next(&mut channel).await, Event::Ended(Ending::TimedOut));
    assert_eq!(soon(channel.events.recv()).await, None);
}

#[tokio::test]
async fn an_open_session_waits_for_as_long_as_somebody_needs_to_mend_it() {
    let (mut world, mut channel) = World::new();
    let mut gate = world.let_in().await;
    gate.say("one").await;
    assert_eq!((next(&mut channel).await, next(&mut channel).await), (ready(), output("one")));
    drop(gate);
    let kinds = [Kind::Expired, Kind::Denied, Kind::NoCredentials, Kind::Unreachable, Kind::Throttled, Kind::Server];
    for kind in kinds {
        let answer = world.resumed().await;
        answer.send(Err(error(kind))).unwrap();
    }
    // The gateway's refusal counts as little, later.
    world.resumed().await.send(Ok(Some(Resumed { url: None, token: token("token-2") }))).unwrap();
    let (_, answer) = world.dialed().await;
    answer.send(Err(NotThere::Refused("403".into()))).unwrap_or_else(|_| panic!("nobody comes"));
    let mut gate = world.let_in_again(3, 1).await;
    assert_eq!(gate.opening().await["TokenValue"], "token-3");
    gate.say("two").await;
    assert!(matches!(next(&mut channel).await, Event::Away { tries: 0, .. }));
    for (before, kind) in (1..).zip(kinds) {
        assert_eq!(next(&mut channel).await, Event::Away { why: error(kind).message, tries: before });
    }
    assert_eq!(next(&mut channel).await, Event::Away { why: "403".into(), tries: 7 });
    assert_eq!((next(&mut channel).await, next(&mut channel).await), (Event::Back, output("two")));
}

#[tokio::test]
async fn settings_that_have_changed_end_it() {
    let (mut world, mut channel) = World::new();
    let mut gate = world.let_in().await;
    gate.say("one").await;
    drop(gate);
    world.resumed().await.send(Err(error(Kind::NoAccount))).unwrap();
    let mut event = next(&mut channel).await;
    while !matches!(event, Event::Ended(_)) {
        event = next(&mut channel).await;
    }
    assert_eq!(event, Event::Ended(Ending::Failed(error(Kind::NoAccount).message)));
}

#[tokio::test]
async fn a_gateway_that_says_nothing_is_pinged_and_then_left() {
    let (ping, dead) = (Duration::from_millis(20), Duration::from_millis(200));
    let (mut world, mut channel) = World::of(session::Kind::Shell, Pace { ping, dead, ..SOON });
    let mut gate = world.let_in().await;
    gate.opening().await;
    gate.say("one").await;
    assert_eq!((next(&mut channel).await, next(&mut channel).await), (ready(), output("one")));
    // What is not read is not answered.
    let _answer = world.resumed().await;
    let Event::Away { why, .. } = next(&mut channel).await else { panic!("away") };
    assert!(why.starts_with("nothing was heard for"), "{why}");
    let mut pings = 0;
    while let Some(Ok(message)) = soon(gate.socket.next()).await {
        pings += usize::from(message.is_ping());
    }
    assert!(pings > 0);
}

#[tokio::test]
async fn a_gateway_that_only_answers_pings_is_there() {
    let (ping, dead) = (Duration::from_millis(20), Duration::from_secs(1));
    let (mut world, channel) = World::of(session::Kind::Shell, Pace { ping, dead, ..SOON });
    let mut gate = world.let_in().await;
    gate.opening().await;
    gate.say("one").await;
    // The socket answers pings while it is read. That is longer than it takes to be thought dead.
    for _ in 0..60 {
        while !soon(gate.socket.next()).await.unwrap().unwrap().is_ping() {}
    }
    assert!(world.asked.try_recv().is_err());
    // Dropped, it is away from there.
    drop(channel);
    while let Some(Ok(_)) = soon(gate.socket.next()).await {}
    assert!(soon(world.asked.recv()).await.is_none());
}

#[tokio::test]
async fn nothing_is_read_while_nobody_takes_what_comes_and_nothing_is_lost_by_that() {
    let (ping, dead) = (Duration::from_millis(20), Duration::from_millis(200));
    let (mut world, mut channel) = World::of(session::Kind::Shell, Pace { ping, dead, ..SOON });
    let mut gate = world.let_in().await;
    gate.opening().await;
    let all = 4_000;
    let saying = tokio::spawn(async move {
        for number in 0..all {
            gate.say(format!("{number:0>1000} ")).await;
        }
        gate
    });
    tokio::time::sleep(2 * dead).await;
    assert!(!saying.is_finished(), "it waits at some point");
    assert!(world.asked.try_recv().is_err(), "whoever did not listen does not think it dead");
    let mut seen = 0;
    assert_eq!(next(&mut channel).await, ready());
    while seen < all {
        let Event::Output(bytes) = next(&mut channel).await else { panic!("output") };
        assert_eq!(bytes, format!("{seen:0>1000} "));
        seen += 1;
    }
    saying.await.unwrap();
    assert!(world.asked.try_recv().is_err());
}

#[tokio::test]
async fn reading_goes_on_while_nothing_can_be_written() {
    let (mut world, mut channel) = World::new();
    let (_, answer) = world.dialed().await;
    let (mut gate, socket) = Gate::new(2 * 1024).await;
    answer.send(Ok(socket)).unwrap_or_else(|_| panic!("nobody comes"));
    gate.say("one").await;
    assert_eq!((next(&mut channel).await, next(&mut channel).await), (ready(), output("one")));
    // The gateway does not read, and the socket is full soon.
    channel.input.send(Input::Bytes(vec![b'x'; 64 * 1024].into())).await.unwrap();
    let (writing, mut reading) = (&mut gate, 0);
    for number in 0..100 {
        writing.say(format!("{number}")).await;
        assert_eq!(next(&mut channel).await, Event::Output(format!("{number}").into()));
        reading += 1;
    }
    assert_eq!(reading, 100);
}

#[tokio::test]
async fn more_than_there_is_room_for_goes_in_whole_and_in_order() {
    let (mut world, channel) = World::of(session::Kind::Command { text: "cat".into() }, SOON);
    let mut gate = world.let_in().await;
    gate.opening().await;
    gate.say("ready").await;
    let typing: Vec<u8> = (0..600_000_u32).map(|number| (number % 251) as u8).collect();
    let (all, input) = (Bytes::from(typing), channel.input.clone());
    let expected = all.clone();
    tokio::spawn(async move {
        input.send(Input::Bytes(all.slice(..500_000))).await.unwrap();
        input.send(Input::Bytes(all.slice(500_000..))).await.unwrap();
    });
    let (mut seen, mut sequence) = (Vec::new(), 0);
    while seen.len() < expected.len() {
        let frame = gate.typed().await;
        // What comes again because its acknowledgement was late is known already.
        if frame.sequence == sequence {
            sequence += 1;
            seen.extend_from_slice(&frame.payload);
        }
    }
    assert!(seen == expected);
}

#[tokio::test]
async fn the_end_comes_after_everything_else_and_then_the_socket_is_closed() {
    let (mut world, mut channel) = World::new();
    let mut gate = world.let_in().await;
    gate.opening().await;
    gate.say("last words").await;
    gate.notice(MessageType::ChannelClosed, &json!({ "MessageType": "channel_closed", "Output": "" })).await;
    assert_eq!((next(&mut channel).await, next(&mut channel).await), (ready(), output("last words")));
    assert_eq!(next(&mut channel).await, Event::Ended(Ending::Closed(String::new())));
    assert_eq!(soon(channel.events.recv()).await, None);
    let acknowledged = acknowledged(&gate.heard().await.payload);
    assert_eq!(acknowledged, Ok(0), "what came last, too");
    assert!(matches!(soon(gate.socket.next()).await, Some(Ok(Message::Close(_)))));
    assert!(soon(world.asked.recv()).await.is_none());
}

#[tokio::test]
async fn keys_are_asked_for_while_everything_else_goes_on() {
    let (mut world, mut channel) = World::new();
    let mut gate = world.let_in().await;
    gate.opening().await;
    let request = json!({ "AgentVersion": "3.3.0.0", "RequestedClientActions": [
        { "ActionType": "SessionType", "ActionParameters": { "SessionType": "Standard_Stream", "Properties": null } },
        { "ActionType": "KMSEncryption", "ActionParameters": { "KMSKeyId": "arn:key", "Challenge": "Y2hhbGxlbmdl" } },
    ]});
    gate.say_as(PayloadType::HANDSHAKE_REQUEST, request.to_string()).await;
    let Some(Asked::Key(key_id, challenge, answer)) = soon(world.asked.recv()).await else { panic!("no key wanted") };
    assert_eq!((key_id.as_str(), challenge.as_deref()), ("arn:key", Some("Y2hhbGxlbmdl")));
    // The socket goes meanwhile, and the answer is for the next one.
    drop(gate);
    let mut gate = world.let_in_again(2, 1).await;
    gate.opening().await;
    let key = DataKey { plaintext: Zeroizing::new((0..64).collect()), wrapped: Bytes::from_static(b"wrapped") };
    answer.send(Ok(key)).unwrap();
    let response = gate.typed().await;
    assert_eq!(response.payload_type, PayloadType::HANDSHAKE_RESPONSE);
    let response: Value = serde_json::from_slice(&response.payload).unwrap();
    assert_eq!(response["ProcessedClientActions"][1]["ActionResult"]["KMSCipherTextKey"], "d3JhcHBlZA==");
    assert!(matches!(next(&mut channel).await, Event::Away { .. }));
    assert_eq!(next(&mut channel).await, Event::Back);
}

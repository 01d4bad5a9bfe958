//! One connection of a client with the gateway, from its opening message to its end, which is not the session's.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::lane::{Lane, Line};
use super::relay::{Down, Relay};
use crate::aws::session::frame::{Frame, MessageType, PayloadType};
use crate::core::time::Moment;
use crate::demo::aws::faults::Break;
use crate::demo::aws::state::{Shared, State};
use crate::demo::aws::{at, random_uuid};

/// Frames on their way on a bad line. More, and the side that they come from waits.
const ON_THE_WAY: usize = 256;

/// The first message of a client.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Open {
    request_id: String,
    token_value: String,
    client_id: String,
}

/// Why a connection ends.
enum End {
    /// The client left, or is out of reach; or another connection of it took its place.
    Gone,
    /// The session is over, and the client was told.
    Over,
    /// It is broken off.
    Broken(Break),
}

/// Carries a client's frames for as long as its connection lasts.
pub(super) async fn carry(shared: &Arc<Shared>, id: &str, socket: WebSocketStream<TokioIo<Upgraded>>) {
    let (mut sink, mut stream) = socket.split();
    let Some(Ok(Message::Text(text))) = stream.next().await else { return };
    let Some((relay, number)) = admit(shared, id, &text) else { return };
    let (mut clients, breaks) = (relay.clients.subscribe(), shared.state().wrongs.breaks.len());
    // Whoever had the channel before sees that another client came, and leaves it.
    let mut down = relay.down.lock().await;
    let (line, target) = {
        let state = shared.state();
        let target = state.channels.get(id).map(|channel| channel.target.clone()).unwrap_or_default();
        (state.wrongs.line, target)
    };
    let began = Instant::now();
    let due = line.cut_after.map(|after| began + after);
    let broken = async {
        let shaken = shared.until(|state| state.wrongs.breaks.get(breaks).copied());
        tokio::select! {
            how = shaken => how,
            () = at(due) => Break::Cut,
        }
    };
    let end = {
        let sides = Sides { shared, id, target: &target, seed: line.seed, number };
        tokio::select! {
            biased;
            _ = clients.wait_for(|latest| *latest > number) => End::Gone,
            how = broken => End::Broken(how),
            end = sides.down(&mut sink, &mut down) => end,
            end = sides.up(&mut stream, &relay) => end,
        }
    };
    drop(down);
    // The agent is told that nobody listens; it would hear so in time.
    let _ = relay.up.try_send(notice(shared, MessageType::PausePublication, Bytes::new()));
    let close = |code, reason: &'static str| Message::Close(Some(CloseFrame { code, reason: reason.into() }));
    match end {
        End::Gone | End::Broken(Break::Cut) => {}
        End::Over => drop(sink.send(close(CloseCode::Normal, "")).await),
        End::Broken(Break::Bye) => {
            // The client answers in its own time; the answer is not waited for.
            drop(sink.send(close(CloseCode::Normal, "Bye")).await);
        }
        End::Broken(Break::Mute) => std::future::pending().await,
    }
}

/// The channel that an opening message opens, and which connection of it this is. One that is over is open to who has not heard.
fn admit(shared: &Shared, id: &str, opening: &str) -> Option<(Arc<Relay>, u64)> {
    let open: Open = serde_json::from_str(opening).ok()?;
    let mut state = shared.state();
    let channel = state.channels.get_mut(id)?;
    let known = channel.client.get_or_insert_with(|| open.client_id.clone());
    let fits = *known == open.client_id && open.token_value == channel.token.expose();
    if !fits || channel.requests.contains(&open.request_id) {
        return None;
    }
    channel.requests.push(open.request_id);
    channel.sockets += 1;
    let relay = channel.relay.clone();
    drop(state);
    let mut number = 0;
    relay.clients.send_modify(|clients| {
        *clients += 1;
        number = *clients;
    });
    shared.changed();
    Some((relay, number))
}

/// Both directions of a connection.
#[derive(Clone, Copy)]
struct Sides<'s> {
    shared: &'s Arc<Shared>,
    id: &'s str,
    target: &'s str,
    seed: u64,
    number: u64,
}

impl Sides<'_> {
    /// From the agent to the client.
    async fn down(
        self,
        sink: &mut (impl Sink<Message, Error = Error> + Unpin),
        down: &mut mpsc::Receiver<Down>,
    ) -> End {
        let mut lane = Lane::new(self.seed, 2 * self.number);
        let mut announced = None;
        let mut over = None;
        loop {
            let (line, paused) = self.standing();
            if announced != Some(paused) {
                announced = Some(paused);
                let kind = if paused { MessageType::PausePublication } else { MessageType::StartPublication };
                if sink.send(Message::Binary(notice(self.shared, kind, Bytes::new()))).await.is_err() {
                    return End::Gone;
                }
            }
            let now = Instant::now();
            let mut wrote = false;
            while let Some(frame) = lane.arrived(now) {
                wrote = true;
                if sink.feed(Message::Binary(self.as_it_arrives(frame))).await.is_err() {
                    return End::Gone;
                }
            }
            if let Some(words) = over.take_if(|_| lane.len() == 0) {
                let closed = closed(self.shared, self.id, self.target, words);
                return if sink.send(Message::Binary(closed)).await.is_ok() { End::Over } else { End::Gone };
            }
            // What comes at once goes out together.
            let more = !paused && over.is_none() && lane.len() < ON_THE_WAY;
            if more && let Ok(next) = down.try_recv() {
                take(next, &mut lane, &line, &mut over);
                continue;
            }
            if wrote && sink.flush().await.is_err() {
                return End::Gone;
            }
            tokio::select! {
                next = down.recv(), if more => match next {
                    Some(next) => take(next, &mut lane, &line, &mut over),
                    // It was over, and said so, before this client came.
                    None => return End::Over,
                },
                () = at(lane.next()) => {}
                () = self.otherwise(paused) => {}
            }
        }
    }

    /// From the client to the agent.
    async fn up(self, stream: &mut (impl Stream<Item = Result<Message, Error>> + Unpin), relay: &Relay) -> End {
        let mut lane = Lane::new(self.seed, 2 * self.number + 1);
        if relay.up.send(notice(self.shared, MessageType::StartPublication, Bytes::new())).await.is_err() {
            return End::Gone;
        }
        loop {
            let (line, paused) = self.standing();
            while let Some(frame) = lane.arrived(Instant::now()) {
                // An agent that is away hears nothing, and nobody keeps it for it. One that has gone hears nothing either; what
                // it said last is still on its way to the client.
                if !paused && relay.up.send(frame).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
            tokio::select! {
                message = stream.next(), if lane.len() < ON_THE_WAY => match message {
                    Some(Ok(Message::Binary(frame))) => lane.send(&line, Instant::now(), frame),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Gone,
                    Some(Ok(_)) => {}
                },
                () = at(lane.next()) => {}
            }
        }
    }

    /// What the line is like, and whether the agent is away.
    fn standing(self) -> (Line, bool) {
        let state = self.shared.state();
        (state.wrongs.line, self.paused(&state))
    }

    /// Whether the agent is away from a session that is not over.
    fn paused(self, state: &State) -> bool {
        let over = || state.channels.get(self.id).is_none_or(|channel| channel.ended.is_some());
        state.wrongs.paused.contains(self.target) && !over()
    }

    /// Until the agent leaves or comes back.
    async fn otherwise(self, paused: bool) {
        self.shared.until(|state| (self.paused(state) != paused).then_some(())).await;
    }

    /// A frame as the client gets it: somebody may have had it in their hands.
    fn as_it_arrives(self, bytes: Bytes) -> Bytes {
        if !self.shared.state().wrongs.tampered {
            return bytes;
        }
        let Ok(mut frame) = Frame::decode(&bytes) else { return bytes };
        let mut payload = frame.payload.to_vec();
        let (MessageType::Output, PayloadType::OUTPUT, Some(last)) =
            (frame.kind, frame.payload_type, payload.last_mut())
        else {
            return bytes;
        };
        *last ^= 1;
        frame.payload = payload.into();
        frame.encode()
    }
}

fn take(next: Down, lane: &mut Lane, line: &Line, over: &mut Option<String>) {
    match next {
        Down::Frame(frame) => lane.send(line, Instant::now(), frame),
        Down::Closed(words) => *over = Some(words),
    }
}

/// A message of the gateway's own.
fn notice(shared: &Shared, kind: MessageType, payload: Bytes) -> Bytes {
    let frame = Frame {
        kind,
        created: shared.now(),
        sequence: 0,
        flags: 0,
        id: random_uuid(),
        payload_type: PayloadType::NONE,
        payload,
    };
    frame.encode()
}

/// That the session is over, and why.
fn closed(shared: &Shared, id: &str, target: &str, words: String) -> Bytes {
    let now: Moment = shared.now();
    let payload = serde_json::json!({
        "MessageId": random_uuid().to_string(),
        "CreatedDate": now.to_string(),
        "DestinationId": target,
        "SessionId": id,
        "MessageType": "channel_closed",
        "SchemaVersion": 1,
        "Output": words,
    });
    notice(shared, MessageType::ChannelClosed, payload.to_string().into())
}

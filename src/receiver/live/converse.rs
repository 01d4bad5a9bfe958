//! One live feed, from its first message to its end: the feed out, requests in, answers out. Whoever reads too slowly is held up by
//! their own connection alone, until the engine gives them everything anew.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::{FutureExt, Sink, SinkExt, Stream, StreamExt};
use serde::Deserialize;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use super::super::takeover::Taken;
use crate::engine::handle::Handle;
use crate::engine::operator::Operator;
use crate::link::socket::FromEngine;
use crate::link::wire::{Asked, Frame, LONGEST, LONGEST_ASKED, Outgoing};
use crate::link::{Caller, Feed, Link, Refusal};

/// How often the other end is asked whether it is there, and after how long without a word it is not.
const PING: Duration = Duration::from_secs(20);
const DEAD: Duration = Duration::from_secs(60);
/// How long a closing word may take.
const FAREWELL: Duration = Duration::from_secs(1);
/// Requests of one seat that wait for their answers; with more, no more are read.
const ASKED: usize = 64;
/// Pieces that go out together, at most.
const TOGETHER: usize = 64;
/// How long a change waits for others in the deflated stream, which gets smaller by it: nobody sees a tenth of a second.
const GATHER: Duration = Duration::from_millis(100);

/// Somebody at a seat over the network.
pub struct Sitting {
    /// The engine's end.
    pub link: Link,
    /// Who they are.
    pub operator: Operator,
    /// Where they sit.
    pub seat: String,
    /// As the deflated stream.
    pub deflated: bool,
    /// Where it is counted.
    pub handle: Handle,
}

/// How a feed ends.
struct End(CloseCode, &'static str);

impl Sitting {
    /// Until either end is gone, or the receiver is stopped.
    pub async fn converse(self, taken: Taken) {
        let Self { link: Link { feed, caller }, operator, seat, deflated, handle } = self;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(LONGEST_ASKED))
            .max_frame_size(Some(LONGEST_ASKED))
            .read_buffer_size(LONGEST / 4)
            .write_buffer_size(LONGEST)
            .max_write_buffer_size(4 * LONGEST);
        let Taken { pipe, read, stopping } = taken;
        let socket = WebSocketStream::from_partially_read(pipe, read.to_vec(), Role::Server, Some(limits)).await;
        let (mut sink, stream) = socket.split();
        let (answering, answers) = mpsc::channel(ASKED);
        let writer = Writer { feed, answers, stopping, outgoing: Outgoing::new(deflated), deflated, handle };
        let reader = Reader { caller, operator, seat, answering };
        let end = tokio::select! {
            end = writer.write(&mut sink) => end,
            end = reader.read(stream) => end,
        };
        if let Some(End(code, reason)) = end {
            let close = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
            // They may have gone.
            let _ = timeout(FAREWELL, sink.send(close)).await;
        }
    }
}

struct Writer {
    feed: mpsc::Receiver<Feed>,
    answers: mpsc::Receiver<FromEngine>,
    stopping: watch::Receiver<()>,
    outgoing: Outgoing,
    deflated: bool,
    handle: Handle,
}

impl Writer {
    /// Writes what happens and what is answered; absent: they are gone.
    async fn write(mut self, sink: &mut (impl Sink<Message, Error = Error> + Unpin)) -> Option<End> {
        let mut pings = interval_at(Instant::now() + PING, PING);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let first = tokio::select! {
                biased;
                _ = self.stopping.changed() => told(Feed::Away("the engine is being stopped".into())),
                Some(answer) = self.answers.recv() => answer,
                piece = self.feed.recv() => told(piece.unwrap_or_else(|| Feed::Lost("the engine has stopped".into()))),
                _ = pings.tick() => {
                    sink.send(Message::Ping(Bytes::new())).await.ok()?;
                    continue;
                }
            };
            let said = self.gather(first).await;
            let ends = said.iter().any(|one| matches!(one, FromEngine::Feed { feed: Feed::Away(_) | Feed::Lost(_) }));
            let mut bytes = 0;
            for frame in self.outgoing.frames(said) {
                let message = match frame {
                    Frame::Text(text) => Message::text(text),
                    Frame::Deflated(frame) => Message::binary(frame),
                };
                bytes += message.len();
                sink.feed(message).await.ok()?;
                // Whoever reads slowly is asked whether they are there between two messages too.
                if pings.tick().now_or_never().is_some() {
                    sink.feed(Message::Ping(Bytes::new())).await.ok()?;
                }
            }
            sink.flush().await.ok()?;
            self.handle.counters().fed.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
            if ends {
                return Some(End(CloseCode::Away, "the feed ends here; come again"));
            }
        }
    }

    /// What goes out together: all that is there, and in the deflated stream what comes in a moment.
    async fn gather(&mut self, first: FromEngine) -> Vec<FromEngine> {
        let until = Instant::now() + GATHER;
        let mut said = vec![first];
        while said.len() < TOGETHER && !said.last().is_some_and(is_last) {
            if let Ok(answer) = self.answers.try_recv() {
                said.push(answer);
            } else if let Ok(piece) = self.feed.try_recv() {
                said.push(told(piece));
            } else if self.deflated && said.iter().all(can_wait) {
                let next = async {
                    tokio::select! {
                        Some(answer) = self.answers.recv() => Some(answer),
                        piece = self.feed.recv() => piece.map(told),
                    }
                };
                match timeout_at(until, next).await {
                    Ok(Some(next)) => said.push(next),
                    // What has ended is found in a moment.
                    Ok(None) | Err(_) => break,
                }
            } else {
                break;
            }
        }
        said
    }
}

fn told(feed: Feed) -> FromEngine {
    FromEngine::Feed { feed }
}

fn can_wait(said: &FromEngine) -> bool {
    matches!(said, FromEngine::Feed { feed: Feed::Changes(changes) } if !changes.is_empty())
}

fn is_last(said: &FromEngine) -> bool {
    matches!(said, FromEngine::Feed { feed: Feed::Away(_) | Feed::Lost(_) })
}

struct Reader {
    caller: Caller,
    operator: Operator,
    seat: String,
    answering: mpsc::Sender<FromEngine>,
}

impl Reader {
    /// Reads what is asked; absent: they are gone.
    async fn read(self, mut stream: impl Stream<Item = Result<Message, Error>> + Unpin) -> Option<End> {
        let places = Arc::new(Semaphore::new(ASKED));
        loop {
            let Ok(next) = timeout(DEAD, stream.next()).await else {
                return Some(End(CloseCode::Away, "not a word for a minute"));
            };
            let text = match next?.ok()? {
                Message::Text(text) => text,
                Message::Binary(_) => return Some(End(CloseCode::Unsupported, "requests are texts")),
                Message::Close(_) => return None,
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
            };
            let place = places.clone().acquire_owned().await.ok()?;
            match serde_json::from_str(&text) {
                Ok(Asked::Ask { id, seat, request }) => {
                    let by = self.operator.at(if seat.is_empty() { &self.seat } else { &seat });
                    // What is asked in order is put in order; the answers come when they come.
                    let asked = self.caller.put(&by, *request).await;
                    let answering = self.answering.clone();
                    tokio::spawn(async move {
                        let answer = match asked {
                            Ok(answer) => answer.await,
                            Err(gone) => Err(gone),
                        };
                        // They may have gone.
                        let _ = answering.send(FromEngine::Answer { id, answer }).await;
                        drop(place);
                    });
                }
                Err(_) => {
                    let Ok(Numbered { id }) = serde_json::from_str(&text) else {
                        return Some(End(CloseCode::Policy, "that is no request"));
                    };
                    let answer = Err(Refusal::new("not_understood", "that is no request; docs/feed.md has them"));
                    self.answering.send(FromEngine::Answer { id, answer }).await.ok()?;
                }
            }
        }
    }
}

/// Something that wants an answer, whatever it is.
#[derive(Deserialize)]
struct Numbered {
    id: u64,
}

//! The live feed as it goes over the network: `docs/feed.md`. Messages are JSON texts of at most [`LONGEST`] bytes; larger ones come
//! in pages. Our own seats ask for them as one deflated stream. A pure codec: who sends the frames is `receiver`'s and the
//! seat's, and what is in them is the same as on the socket.

pub mod deflate;
pub mod pages;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::deflate::{Deflater, Inflater};
use self::pages::{Joiner, Page};
use super::hello::Hello;
use super::socket::FromEngine;
use super::{Feed, PROTOCOL, Refusal, Reply, Request};
use crate::core::change::Published;
use crate::core::person::Present;
use crate::core::pulse::Pulse;

/// Bytes of a message, at most.
pub const LONGEST: usize = 32 << 10;
/// Bytes of what a seat asks, at most.
pub const LONGEST_ASKED: usize = 1 << 20;
/// Bytes of a message that comes in pieces, at most.
const LONGEST_WHOLE: usize = 256 << 20;

/// What the deflated feed is called when a WebSocket is opened: it names the [`PROTOCOL`].
pub fn subprotocol() -> String {
    format!("alert-whisperer.{PROTOCOL}.deflate")
}

/// The protocol that somebody asks for by a subprotocol's name; absent: it is none of ours.
pub fn protocol_of(subprotocol: &str) -> Option<u32> {
    subprotocol.strip_prefix("alert-whisperer.")?.strip_suffix(".deflate")?.parse().ok()
}

/// What came is not what was agreed on; the connection is of no more use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the engine sent {0}")]
pub struct Garbled(pub &'static str);

/// What a seat asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Asked {
    /// A request.
    Ask {
        /// Comes back with the answer.
        id: u64,
        /// Where whoever asks sits, in their own words.
        #[serde(default)]
        seat: String,
        /// What they ask.
        request: Box<Request>,
    },
}

/// A message that is no change.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    Snapshot(Box<Page>),
    /// What follows goes on from the revision that was named.
    Resumed,
    Pulse {
        data: Box<Pulse>,
    },
    Present {
        data: Arc<Vec<Present>>,
    },
    Answer(Box<Answer>),
    Away {
        message: String,
    },
    Lost {
        message: String,
    },
    Refused {
        error: Refusal,
    },
    Welcome {
        data: Hello,
    },
    /// A piece of a message that is too large.
    Part {
        page: usize,
        pages: usize,
        text: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ok: Option<Reply>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Refusal>,
}

/// A WebSocket's frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frame {
    /// A message.
    Text(String),
    /// Messages, one a line, as what comes next of the deflated stream.
    Deflated(Vec<u8>),
}

/// The engine's end.
#[derive(Debug, Default)]
pub struct Outgoing {
    deflater: Option<Deflater>,
}

impl Outgoing {
    /// For whoever asked for the deflated stream, or did not.
    pub fn new(deflated: bool) -> Self {
        Self { deflater: deflated.then(Deflater::default) }
    }

    /// The frames that say that, made one by one: a snapshot's are many. Each must be sent, in this order.
    pub fn frames(&mut self, said: impl IntoIterator<Item = FromEngine>) -> impl Iterator<Item = Frame> {
        let mut messages = said.into_iter().flat_map(messages).flat_map(parts).peekable();
        std::iter::from_fn(move || {
            let mut text = messages.next()?;
            let Some(deflater) = &mut self.deflater else { return Some(Frame::Text(text)) };
            while let Some(next) = messages.next_if(|next| text.len() + 1 + next.len() <= LONGEST) {
                text.push('\n');
                text.push_str(&next);
            }
            Some(Frame::Deflated(deflater.deflate(text.as_bytes())))
        })
    }
}

/// What is said, as messages of whatever length.
fn messages(said: FromEngine) -> Box<dyn Iterator<Item = String> + Send> {
    let one = |said: Said| -> Box<dyn Iterator<Item = String> + Send> { Box::new(std::iter::once(json(&said))) };
    match said {
        FromEngine::Feed { feed: Feed::Snapshot(snapshot) } => {
            let pages = pages::split(*snapshot).into_iter();
            Box::new(pages.map(|page| json(&Said::Snapshot(Box::new(page)))))
        }
        FromEngine::Feed { feed: Feed::Changes(changes) } if changes.is_empty() => one(Said::Resumed),
        FromEngine::Feed { feed: Feed::Changes(changes) } => {
            let mut next = 0;
            Box::new(std::iter::from_fn(move || {
                next += 1;
                changes.get(next - 1).map(json)
            }))
        }
        FromEngine::Feed { feed: Feed::Pulse(data) } => one(Said::Pulse { data }),
        FromEngine::Feed { feed: Feed::Present(data) } => one(Said::Present { data }),
        FromEngine::Feed { feed: Feed::Away(message) } => one(Said::Away { message }),
        FromEngine::Feed { feed: Feed::Lost(message) } => one(Said::Lost { message }),
        FromEngine::Answer { id, answer } => {
            let (ok, error) = match answer {
                Ok(reply) => (Some(reply), None),
                Err(refusal) => (None, Some(refusal)),
            };
            one(Said::Answer(Box::new(Answer { id, ok, error })))
        }
        FromEngine::Welcome(hello) => one(Said::Welcome { data: hello }),
        FromEngine::Refused(error) => one(Said::Refused { error }),
    }
}

/// A value's JSON.
fn json(value: &impl Serialize) -> String {
    // All that is said has JSON: its maps have texts for keys. What had none would be found garbled.
    serde_json::to_string(value).unwrap_or_default()
}

/// A message in pieces that fit.
fn parts(message: String) -> Vec<String> {
    if message.len() <= LONGEST {
        return vec![message];
    }
    // Each byte of JSON may take two within a text, and what is not ASCII is not cut through.
    const PIECE: usize = (LONGEST - 128) / 2;
    let mut pieces = Vec::new();
    let mut rest = message.as_str();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        pieces.push(piece);
        rest = after;
    }
    let pages = pieces.len();
    let part = |(page, text): (usize, &str)| json(&Said::Part { page, pages, text: text.to_owned() });
    (1..).zip(pieces).map(part).collect()
}

/// The seat's end.
#[derive(Debug, Default)]
pub struct Incoming {
    inflater: Inflater,
    joiner: Joiner,
    whole: String,
    parts: usize,
}

/// What every message has.
#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
}

impl Incoming {
    /// What a frame of the deflated stream says.
    ///
    /// # Errors
    /// It is none, or not the next one.
    pub fn deflated(&mut self, frame: &[u8]) -> Result<Vec<FromEngine>, Garbled> {
        let text = self.inflater.inflate(frame)?;
        self.text(&text)
    }

    /// What a text says: messages, one a line.
    ///
    /// # Errors
    /// It is none, or not the next one.
    pub fn text(&mut self, text: &str) -> Result<Vec<FromEngine>, Garbled> {
        let mut said = Vec::new();
        let mut changes = Vec::new();
        for message in text.lines() {
            self.message(message, &mut said, &mut changes)?;
        }
        flush(&mut changes, &mut said);
        Ok(said)
    }

    fn message(
        &mut self,
        message: &str,
        said: &mut Vec<FromEngine>,
        changes: &mut Vec<Published>,
    ) -> Result<(), Garbled> {
        let garbled = |_| Garbled("a message that cannot be read");
        let Kind { kind } = serde_json::from_str(message).map_err(garbled)?;
        let is_said = matches!(
            &*kind,
            "welcome" | "snapshot" | "resumed" | "pulse" | "present" | "answer" | "away" | "lost" | "refused" | "part"
        );
        if !is_said {
            changes.push(serde_json::from_str(message).map_err(garbled)?);
            return Ok(());
        }
        flush(changes, said);
        let feed = match serde_json::from_str(message).map_err(garbled)? {
            Said::Snapshot(page) => match self.joiner.take(*page)? {
                Some(snapshot) => Feed::Snapshot(Box::new(snapshot)),
                None => return Ok(()),
            },
            Said::Resumed => Feed::Changes(Arc::default()),
            Said::Pulse { data } => Feed::Pulse(data),
            Said::Present { data } => Feed::Present(data),
            Said::Away { message } => Feed::Away(message),
            Said::Lost { message } => Feed::Lost(message),
            Said::Refused { error } => {
                said.push(FromEngine::Refused(error));
                return Ok(());
            }
            Said::Welcome { data } => {
                said.push(FromEngine::Welcome(data));
                return Ok(());
            }
            Said::Answer(answer) => {
                let Answer { id, ok, error } = *answer;
                let answer = match (ok, error) {
                    (Some(reply), None) => Ok(reply),
                    (None, Some(refusal)) => Err(refusal),
                    _ => return Err(Garbled("an answer that is none")),
                };
                said.push(FromEngine::Answer { id, answer });
                return Ok(());
            }
            Said::Part { page, pages, text } => return self.part(page, pages, &text, said, changes),
        };
        said.push(FromEngine::Feed { feed });
        Ok(())
    }

    fn part(
        &mut self,
        page: usize,
        pages: usize,
        text: &str,
        said: &mut Vec<FromEngine>,
        changes: &mut Vec<Published>,
    ) -> Result<(), Garbled> {
        if page != self.parts + 1 || page > pages || self.whole.len() + text.len() > LONGEST_WHOLE {
            return Err(Garbled("a piece of a message that is not the next one"));
        }
        self.whole.push_str(text);
        self.parts = page;
        if page < pages {
            return Ok(());
        }
        self.parts = 0;
        let whole = std::mem::take(&mut self.whole);
        // No deeper: a whole one is a message, and not a piece of another.
        if whole.starts_with(r#"{"type":"part""#) {
            return Err(Garbled("a piece of a piece"));
        }
        self.message(&whole, said, changes)
    }
}

/// Changes that came together are told together.
fn flush(changes: &mut Vec<Published>, said: &mut Vec<FromEngine>) {
    if !changes.is_empty() {
        said.push(FromEngine::Feed { feed: Feed::Changes(Arc::new(std::mem::take(changes))) });
    }
}

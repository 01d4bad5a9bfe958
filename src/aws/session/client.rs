//! Our side of a data channel, as a machine without clock, socket or chance: bytes and time go in, frames and events come out.
//!
//! It outlives sockets: everything that is counted, waiting or keyed belongs to the session. Dialing, pings, resuming and KMS are
//! left to the task that drives it; that task also stops handing in frames while nobody takes what comes out.

use bytes::Bytes;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::chance::Chance;
use super::frame::Malformed;
use super::{Event, Token};
use crate::core::session::Kind;
use crate::core::time::Moment;

/// What a client has to know from the start.
#[derive(Debug)]
pub struct Setup {
    /// What the session is for.
    pub kind: Kind,
    /// The terminal's size at first: columns and rows. Only shells have one.
    pub size: Option<(u16, u16)>,
    /// Where ids and nonces come from.
    pub chance: Box<dyn Chance>,
}

/// What comes out of a client, apart from frames.
#[derive(Debug)]
pub enum Effect {
    /// Something for whoever holds the channel. After [`Event::Ended`] there is nothing more.
    Event(Event),
    /// A data key is wanted of KMS, `kms:GenerateDataKey` with 64 bytes, within 15 seconds: [`Client::key`] is the answer. The
    /// context holds the session's id, its target and, when there is one, the challenge, unchanged.
    KeyWanted {
        /// Of which key.
        key_id: String,
        /// For `aws:ssm:RandomChallenge`.
        challenge: Option<String>,
    },
}

/// What KMS gave. Prints as `***`.
pub struct DataKey {
    /// 64 bytes: the agent's half, then ours.
    pub plaintext: Zeroizing<Vec<u8>>,
    /// The same as only KMS can read it.
    pub wrapped: Bytes,
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A message for the socket.
pub enum Message {
    /// Goes as a text message. Holds the token.
    Text(Zeroizing<String>),
    /// Goes as a binary message.
    Binary(Bytes),
}

/// A signal to a port session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flag {
    /// The connection is over, the session is not: in raw mode.
    Disconnect,
    /// The session is over.
    Terminate,
}

/// Our side of a data channel.
///
/// All times are those of one clock that never goes back: the start's wall clock plus what has passed since.
#[derive(Debug)]
pub struct Client {
    client_id: Uuid,
    setup: Setup,
}

impl Client {
    /// Of a session that has no socket yet.
    pub fn new(mut setup: Setup) -> Self {
        Self { client_id: setup.chance.uuid(), setup }
    }

    /// There is a new socket: the first message for it lets us in with this token, and then everything goes on that was not
    /// acknowledged.
    pub fn connected(&mut self, _now: Moment, _token: &Token) {}

    /// The socket is gone, for whatever reason. That never means that the session is over.
    pub fn disconnected(&mut self, _now: Moment) {}

    /// A binary message has come. Those after the end change nothing.
    ///
    /// # Errors
    /// When it is no frame: to be noted, not acted upon.
    pub fn receive(&mut self, _now: Moment, _message: &Bytes) -> Result<(), Malformed> {
        Ok(())
    }

    /// Takes bytes for the machine, and holds them until it is ready. All or, when there is no [`Client::room`] for them, none:
    /// whether it took them.
    pub fn send(&mut self, _now: Moment, _bytes: &[u8]) -> bool {
        let _ = (&self.setup, self.client_id);
        false
    }

    /// How many bytes can be taken at present.
    pub fn room(&self) -> usize {
        0
    }

    /// The terminal has another size.
    pub fn resize(&mut self, _now: Moment, _cols: u16, _rows: u16) {}

    /// Signals to a port session, after all bytes taken so far. Others don't hear it.
    pub fn flag(&mut self, _now: Moment, _flag: Flag) {}

    /// The answer to [`Effect::KeyWanted`]: the key, or for people why there is none.
    pub fn key(&mut self, _now: Moment, _key: Result<DataKey, String>) {}

    /// What time brings about: to be called once [`Client::deadline`] has come.
    pub fn tick(&mut self, _now: Moment) {}

    /// When time alone changes something.
    pub fn deadline(&self) -> Option<Moment> {
        None
    }

    /// The next message for the socket. There is none without a socket.
    pub fn next_message(&mut self, _now: Moment) -> Option<Message> {
        None
    }

    /// The next thing that comes out.
    pub fn next_effect(&mut self) -> Option<Effect> {
        None
    }

    /// Whether every byte and signal taken has been acknowledged.
    pub fn is_drained(&self) -> bool {
        true
    }

    /// Whether it has ended: there is nothing more to send, and the socket can be closed.
    pub fn is_ended(&self) -> bool {
        false
    }
}

//! The agent's side of a data channel as the real agent behaves, as a machine without clock, socket or chance: bytes and time go
//! in, frames and what a plugin is to do come out. Running shells, dialing ports and asking KMS is left to whoever drives it.

use std::collections::BTreeMap;

use bytes::Bytes;
use zeroize::Zeroizing;

use crate::aws::session::chance::Chance;
use crate::aws::session::frame::Malformed;
use crate::core::time::Moment;

/// What an agent knows of a session from the start.
#[derive(Debug)]
pub struct Setup {
    /// AWS' id of the session.
    pub aws_id: String,
    /// What runs.
    pub plugin: Plugin,
    /// How what runs and what is typed is encrypted, if it is. Never for ports.
    pub encryption: Option<Encryption>,
    /// Where ids, nonces and challenges come from.
    pub chance: Box<dyn Chance>,
}

/// What runs in a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Plugin {
    /// `Standard_Stream`: a shell. With a handshake only when encrypted.
    Shell,
    /// `InteractiveCommands`. With a handshake only when encrypted.
    Interactive,
    /// `NonInteractiveCommands`: always with a handshake.
    Command,
    /// `Port`: always with a handshake, which tells these properties: `portNumber`, `type`, `host` …
    Port(BTreeMap<String, String>),
}

/// How a session is encrypted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Encryption {
    /// By which key.
    pub key_id: String,
    /// The agent is recent enough to want a challenge in the context.
    pub challenge: bool,
    /// It refuses a client that leaves the challenge out.
    pub require_challenge: bool,
}

/// What comes out of an agent, apart from frames.
#[derive(Debug)]
pub enum Effect {
    /// The handshake is over, or there was none: the plugin may start. Until [`Machine::started`], no input is taken.
    Start,
    /// Bytes for the shell or the port. Acknowledged by being taken from [`Machine::next_effect`].
    Input(Bytes),
    /// The terminal's size.
    Size {
        /// Across.
        cols: u16,
        /// Down.
        rows: u16,
    },
    /// Only to ports: 1 disconnect, 2 terminate.
    Flag(u32),
    /// KMS is to decrypt the session's key: [`Machine::key`] is the answer. The context holds the challenge if there is one.
    DecryptKey {
        /// What the client sent.
        wrapped: Bytes,
        /// For `aws:ssm:RandomChallenge`.
        challenge: Option<String>,
    },
    /// The session is over: the gateway tells the client so with these words, "" when the plugin just ended.
    Closed(String),
}

/// What a plugin says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Saying {
    /// Output of the shell, bytes of the port.
    Output,
    /// A command's standard error.
    Errors,
}

/// The agent's side of a data channel. Times as in the client: one clock that never goes back.
#[derive(Debug)]
pub struct Machine {
    setup: Setup,
}

impl Machine {
    /// Of a session that has no socket yet.
    pub fn new(setup: Setup) -> Self {
        Self { setup }
    }

    /// There is a socket. At the first one, the handshake begins.
    pub fn connected(&mut self, _now: Moment) {}

    /// The socket is gone.
    pub fn disconnected(&mut self, _now: Moment) {}

    /// A binary message has come.
    ///
    /// # Errors
    /// When it is no frame.
    pub fn receive(&mut self, _now: Moment, _message: &Bytes) -> Result<(), Malformed> {
        let _ = &self.setup;
        Ok(())
    }

    /// The plugin is there to take input. What came before was neither taken nor acknowledged, and will come again.
    pub fn started(&mut self, _now: Moment) {}

    /// Takes what the plugin says, 1024 bytes a message, and whether it did: not when [`Machine::room`] is less.
    pub fn say(&mut self, _now: Moment, _what: Saying, _bytes: &[u8]) -> bool {
        false
    }

    /// How many bytes of [`Machine::say`] can be taken at present: the agent holds at most 10,000 messages.
    pub fn room(&self) -> usize {
        0
    }

    /// A command with separated output has ended.
    pub fn exit_code(&mut self, _now: Moment, _code: i32) {}

    /// The port could not be dialed.
    pub fn no_connection(&mut self, _now: Moment) {}

    /// The plugin has ended, or was ended with these words: [`Effect::Closed`] follows when all was acknowledged, after two seconds
    /// at the latest.
    pub fn end(&mut self, _now: Moment, _words: &str) {}

    /// KMS' answer to [`Effect::DecryptKey`]: 64 bytes, or why not.
    pub fn key(&mut self, _now: Moment, _key: Result<Zeroizing<Vec<u8>>, String>) {}

    /// What time brings about: to be called once [`Machine::deadline`] has come.
    pub fn tick(&mut self, _now: Moment) {}

    /// When time alone changes something.
    pub fn deadline(&self) -> Option<Moment> {
        None
    }

    /// The next binary message for the socket. There is none without a socket. `agent_session_state` ones are for the gateway.
    pub fn next_message(&mut self, _now: Moment) -> Option<Bytes> {
        None
    }

    /// The next thing to do.
    pub fn next_effect(&mut self) -> Option<Effect> {
        None
    }
}

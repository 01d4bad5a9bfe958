//! The agent's side of a data channel as the real agent behaves, as a machine without clock, socket or chance: bytes and time go
//! in, frames and what a plugin is to do come out. Running shells, dialing ports and asking KMS is left to whoever drives it.

mod handshake;
mod input;
mod queue;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use self::queue::{Heard, Said};
use crate::aws::session::chance::Chance;
use crate::aws::session::cipher::Cipher;
use crate::aws::session::frame::{Frame, Malformed, MessageType, PayloadType, SYN, SYN_FIN};
use crate::aws::session::payload::{Flag, MOST, acknowledge, acknowledged, json};
use crate::core::time::{Moment, Span};

/// So long it waits for each answer of the handshake.
const HANDSHAKE: Span = Span(15_000);

/// So long it waits at the end for what was not acknowledged.
const DRAIN: Span = Span(2_000);

const FAILED: &str = "Encountered error while initiating handshake.";

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

/// How far the session is.
enum Stage {
    /// There was no socket yet.
    New,
    /// The client is to answer.
    Asked { since: Moment, until: Moment, challenge: String },
    /// KMS is asked.
    Deciphering { since: Moment },
    /// The client is to show that it has the key.
    Challenged { since: Moment, until: Moment, secret: Vec<u8> },
    /// The plugin runs, or is about to.
    Running,
    /// The plugin has ended.
    Draining { until: Moment, words: String },
    /// The client is told.
    Over,
}

/// The agent's side of a data channel. Times as in the client: one clock that never goes back.
pub struct Machine {
    setup: Setup,
    stage: Stage,
    is_online: bool,
    is_paused: bool,
    /// The plugin takes input.
    is_started: bool,
    /// Its reader is gone: real agents lose it to a second answer, and to input before there is a key.
    is_deaf: bool,
    said: Said,
    heard: Heard,
    /// The time at which it was last told anything.
    now: Moment,
    cipher: Option<Cipher>,
    /// Counts up, as the real one does.
    nonce: Option<[u8; 12]>,
    /// What is to be sent once, and again by nobody.
    loose: VecDeque<Bytes>,
    effects: VecDeque<(Effect, Option<Frame>)>,
}

impl std::fmt::Debug for Machine {
    /// Without what is typed and shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine").field("setup", &self.setup).finish_non_exhaustive()
    }
}

impl Machine {
    /// Of a session that has no socket yet.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            stage: Stage::New,
            is_online: false,
            is_paused: false,
            is_started: false,
            is_deaf: false,
            said: Said::default(),
            heard: Heard::default(),
            now: Moment::default(),
            cipher: None,
            nonce: None,
            loose: VecDeque::new(),
            effects: VecDeque::new(),
        }
    }

    /// There is a socket. At the first one, the handshake begins.
    pub fn connected(&mut self, now: Moment) {
        self.now = now;
        self.is_online = true;
        self.tell_state(now, "Connected");
        if !matches!(self.stage, Stage::New) {
            return;
        }
        let is_plain = matches!(self.setup.plugin, Plugin::Shell | Plugin::Interactive);
        if is_plain && self.setup.encryption.is_none() {
            return self.run();
        }
        let challenge = match &self.setup.encryption {
            Some(encryption) if encryption.challenge => STANDARD.encode(self.chance::<16>()),
            _ => String::new(),
        };
        let request = self.request(&challenge);
        self.stage = Stage::Asked { since: now, until: now + HANDSHAKE, challenge };
        self.put(now, PayloadType::HANDSHAKE_REQUEST, json(&request));
    }

    /// The socket is gone.
    pub fn disconnected(&mut self, _now: Moment) {
        self.is_online = false;
        self.is_paused = false;
        self.loose.clear();
    }

    /// A binary message has come.
    ///
    /// # Errors
    /// When it is no frame.
    pub fn receive(&mut self, now: Moment, message: &Bytes) -> Result<(), Malformed> {
        self.now = now;
        let frame = Frame::decode(message)?;
        if self.is_deaf || matches!(self.stage, Stage::Over) {
            return Ok(());
        }
        match frame.kind {
            MessageType::Acknowledge => {
                self.is_paused = false;
                self.said.acknowledged(now, acknowledged(&frame.payload)?);
                self.drain(now);
            }
            MessageType::Input => {
                self.is_paused = false;
                self.input(now, frame);
            }
            MessageType::StartPublication => self.is_paused = false,
            MessageType::PausePublication => self.is_paused = true,
            MessageType::ChannelClosed => self.stage = Stage::Over,
            MessageType::Output | MessageType::AgentSessionState | MessageType::Other(_) => {}
        }
        Ok(())
    }

    /// The plugin is there to take input. What came before was neither taken nor acknowledged, and will come again.
    pub fn started(&mut self, now: Moment) {
        self.now = now;
        self.is_started = true;
        self.follow(now);
    }

    /// Takes what the plugin says, 1024 bytes a message, and whether it did: not when [`Machine::room`] is less. That no message ends
    /// within a character is left to who runs a shell.
    pub fn say(&mut self, now: Moment, what: Saying, bytes: &[u8]) -> bool {
        if bytes.len() > self.room() {
            return false;
        }
        let payload_type = match what {
            Saying::Output => PayloadType::OUTPUT,
            Saying::Errors => PayloadType::STDERR,
        };
        bytes.chunks(MOST).for_each(|message| self.put_sealed(now, payload_type, message));
        true
    }

    /// How many bytes of [`Machine::say`] can be taken at present: the agent holds at most 10,000 messages.
    pub fn room(&self) -> usize {
        if matches!(self.stage, Stage::Running) { self.said.room() * MOST } else { 0 }
    }

    /// A command with separated output has ended.
    pub fn exit_code(&mut self, now: Moment, code: i32) {
        self.put_sealed(now, PayloadType::EXIT_CODE, format!("EXIT_CODE: {code}").as_bytes());
    }

    /// The port could not be dialed.
    pub fn no_connection(&mut self, now: Moment) {
        self.put(now, PayloadType::FLAG, Flag::NoConnection.encode());
    }

    /// The plugin has ended, or was ended with these words: [`Effect::Closed`] follows when all was acknowledged, after two seconds
    /// at the latest.
    pub fn end(&mut self, now: Moment, words: &str) {
        if matches!(self.stage, Stage::Draining { .. } | Stage::Over) {
            return;
        }
        self.stage = Stage::Draining { until: now + DRAIN, words: words.to_owned() };
        self.drain(now);
    }

    /// What time brings about: to be called once [`Machine::deadline`] has come.
    pub fn tick(&mut self, now: Moment) {
        self.now = now;
        if self.is_online {
            self.said.tick(now, self.is_paused);
        }
        match &self.stage {
            Stage::Asked { until, .. } | Stage::Challenged { until, .. } if *until <= now => {
                let words = format!(
                    "{FAILED} Handshake timed out. Please ensure that you have the latest version of the session manager \
                     plugin."
                );
                self.end(now, &words);
            }
            Stage::Draining { .. } => self.drain(now),
            _ => {}
        }
    }

    /// When time alone changes something.
    pub fn deadline(&self) -> Option<Moment> {
        let stage = match &self.stage {
            Stage::Asked { until, .. } | Stage::Challenged { until, .. } | Stage::Draining { until, .. } => {
                Some(*until)
            }
            _ => None,
        };
        let resend = self.said.deadline().filter(|_| self.is_online && !matches!(self.stage, Stage::Over));
        stage.into_iter().chain(resend).min()
    }

    /// The next binary message for the socket. There is none without a socket. `agent_session_state` ones are for the gateway.
    pub fn next_message(&mut self, now: Moment) -> Option<Bytes> {
        if !self.is_online {
            return None;
        }
        let loose = self.loose.pop_front();
        loose.or_else(|| self.said.next(now).filter(|_| !matches!(self.stage, Stage::Over)))
    }

    /// The next thing to do.
    pub fn next_effect(&mut self) -> Option<Effect> {
        let (effect, taken) = self.effects.pop_front()?;
        if let Some(frame) = taken {
            self.acknowledge(self.now, &frame);
        }
        Some(effect)
    }

    fn run(&mut self) {
        self.stage = Stage::Running;
        self.effects.push_back((Effect::Start, None));
    }

    /// Ends if nothing is left to be acknowledged, or that has lasted too long.
    fn drain(&mut self, now: Moment) {
        let Stage::Draining { until, words } = &self.stage else { return };
        if self.said.is_empty() || *until <= now {
            let words = words.clone();
            self.stage = Stage::Over;
            self.tell_state(now, "Terminating");
            self.effects.push_back((Effect::Closed(words), None));
        }
    }

    fn put_sealed(&mut self, now: Moment, payload_type: PayloadType, plaintext: &[u8]) {
        let payload = self.seal(plaintext);
        self.put(now, payload_type, payload);
    }

    fn put(&mut self, now: Moment, payload_type: PayloadType, payload: Bytes) {
        let sequence = self.said.number();
        let flags = if sequence == 0 { SYN } else { 0 };
        let id = self.setup.chance.uuid();
        let frame = Frame { kind: MessageType::Output, created: now, sequence, flags, id, payload_type, payload };
        self.said.put(now, frame.encode());
    }

    fn seal(&mut self, plaintext: &[u8]) -> Bytes {
        let nonce = match self.nonce {
            None => self.chance(),
            Some(mut nonce) => {
                // Little-endian, with its carry.
                let _ = nonce.iter_mut().try_for_each(|byte| {
                    *byte = byte.wrapping_add(1);
                    if *byte == 0 { Ok(()) } else { Err(()) }
                });
                nonce
            }
        };
        self.nonce = Some(nonce);
        match &self.cipher {
            Some(cipher) => cipher.seal(nonce, plaintext),
            None => Bytes::copy_from_slice(plaintext),
        }
    }

    fn acknowledge(&mut self, now: Moment, frame: &Frame) {
        if self.is_online {
            let id = self.setup.chance.uuid();
            self.loose.push_back(acknowledge(frame.kind, frame.id, frame.sequence, id, now).encode());
        }
    }

    fn tell_state(&mut self, now: Moment, state: &str) {
        let session = &self.setup.aws_id;
        let said = serde_json::json!({ "SchemaVersion": 1, "SessionState": state, "SessionId": session });
        let frame = Frame {
            kind: MessageType::AgentSessionState,
            created: now,
            sequence: 0,
            flags: SYN_FIN,
            id: self.setup.chance.uuid(),
            payload_type: PayloadType::NONE,
            payload: json(&said),
        };
        self.loose.push_back(frame.encode());
    }

    fn chance<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.setup.chance.fill(&mut bytes);
        bytes
    }
}

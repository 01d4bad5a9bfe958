//! Our side of a data channel, as a machine without clock, socket or chance: bytes and time go in, frames and events come out.
//!
//! It outlives sockets: everything that is counted, waiting or keyed belongs to the session. Dialing, pings, resuming and KMS are
//! left to the task that drives it; that task also stops handing in frames while nobody takes what comes out.

mod incoming;

use std::collections::VecDeque;

use bytes::Bytes;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::chance::Chance;
use super::delivery::{Inbox, Outbox};
use super::frame::{Frame, Malformed, MessageType, PayloadType};
use super::held::{Held, Item, typed};
use super::opening::Opening;
use super::payload::{CLIENT_VERSION, ChannelClosed, OpenDataChannel, Size, acknowledge, acknowledged, json, read};
use super::screen::Screen;
use super::{Ending, Event, Token};
use crate::core::session::Kind;
use crate::core::time::{Moment, Span};

pub use super::edge::{DataKey, Effect, Message, Setup};
pub use super::payload::Flag;

/// The agent has given a handshake up by then: what has not begun will begin without one, and may wait for a size.
const NO_HANDSHAKE: Span = Span(20_000);

/// So long after the end was announced, what was overtaken by it may still come.
const LINGER: Span = Span(2_000);

/// Our side of a data channel.
///
/// All times are those of one clock that never goes back: the start's wall clock plus what has passed since.
pub struct Client {
    chance: Box<dyn Chance>,
    client_id: Uuid,
    kind: Kind,
    /// The first message of a socket, until it is sent.
    open: Option<Zeroizing<String>>,
    is_online: bool,
    inbox: Inbox,
    outbox: Outbox,
    opening: Opening,
    held: Held,
    screen: Screen,
    /// The machine has been told a size that it may not have heard.
    is_size_early: bool,
    /// When the gateway said for the first time that the agent is there.
    published_at: Option<Moment>,
    is_paused: bool,
    /// The other side has closed it, with these words, and something before that is missing.
    closing: Option<(String, Moment)>,
    is_ended: bool,
    effects: VecDeque<Effect>,
}

impl std::fmt::Debug for Client {
    /// Without what is typed and shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("id", &self.client_id).finish_non_exhaustive()
    }
}

impl Client {
    /// Of a session that has no socket yet.
    pub fn new(mut setup: Setup) -> Self {
        let size = setup.size.filter(|_| setup.kind == Kind::Shell).map(|(cols, rows)| Size { cols, rows });
        Self {
            client_id: setup.chance.uuid(),
            chance: setup.chance,
            open: None,
            is_online: false,
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            opening: Opening::of(setup.kind.clone()),
            kind: setup.kind,
            held: Held::default(),
            screen: Screen::of(size),
            is_size_early: false,
            published_at: None,
            is_paused: false,
            closing: None,
            is_ended: false,
            effects: VecDeque::new(),
        }
    }

    /// There is a new socket: the first message for it lets us in with this token, and then everything goes on that was not
    /// acknowledged.
    pub fn connected(&mut self, now: Moment, token: &Token) {
        let open = OpenDataChannel {
            message_schema_version: "1.0".into(),
            request_id: self.chance.uuid().to_string(),
            token_value: token.0.clone(),
            client_id: self.client_id.to_string(),
            client_version: CLIENT_VERSION.into(),
        };
        self.open = Some(open.encode());
        self.is_online = true;
        self.outbox.again(now);
        self.flush(now);
    }

    /// The socket is gone, for whatever reason. That never means that the session is over.
    pub fn disconnected(&mut self, _now: Moment) {
        self.is_online = false;
        self.open = None;
        // The next socket's gateway says how the machine is.
        self.resumed();
        if let Some((words, _)) = self.closing.take() {
            self.close(&words);
        }
    }

    /// A binary message has come. Those after the end change nothing. What is to be acknowledged is in [`Client::next_message`]
    /// at once: send that before anything slow is done with what came.
    ///
    /// # Errors
    /// When it is no frame: to be noted, not acted upon.
    pub fn receive(&mut self, now: Moment, message: &Bytes) -> Result<(), Malformed> {
        if self.is_ended {
            return Ok(());
        }
        let frame = Frame::decode(message)?;
        match frame.kind {
            MessageType::Output => {
                self.heard(now);
                self.inbox.take(frame.sequence, frame.id, frame.payload_type, &frame.payload);
                self.process(now);
            }
            MessageType::Acknowledge => {
                let sequence = acknowledged(&frame.payload)?;
                self.heard(now);
                self.outbox.acknowledged(now, sequence);
            }
            MessageType::StartPublication => {
                self.published_at.get_or_insert(now);
                self.heard(now);
            }
            MessageType::PausePublication if !self.is_paused => {
                self.is_paused = true;
                self.event(Event::Paused);
            }
            MessageType::ChannelClosed => {
                // That it is over is what matters; the words may be missing.
                let words = read::<ChannelClosed>(&frame.payload).unwrap_or_default().output;
                match self.inbox.is_whole() {
                    true => self.close(&words),
                    false => {
                        self.closing.get_or_insert((words, now + LINGER));
                    }
                }
            }
            MessageType::PausePublication
            | MessageType::Input
            | MessageType::AgentSessionState
            | MessageType::Other(_) => {}
        }
        self.flush(now);
        Ok(())
    }

    /// Takes bytes for the machine, and holds them until it is ready. All or, when there is no [`Client::room`] for them, none:
    /// whether it took them.
    pub fn send(&mut self, now: Moment, bytes: &[u8]) -> bool {
        if bytes.len() > self.room() {
            return false;
        }
        match self.kind {
            Kind::Shell => self.held.put(&typed(bytes)),
            Kind::Command { .. } | Kind::Forward { .. } => self.held.put(bytes),
        }
        self.flush(now);
        true
    }

    /// How many bytes can be taken at present.
    pub fn room(&self) -> usize {
        if self.is_ended { 0 } else { self.held.room(self.is_online) }
    }

    /// The terminal has another size.
    pub fn resize(&mut self, now: Moment, cols: u16, rows: u16) {
        self.screen.resize(Size { cols, rows });
        self.flush(now);
    }

    /// Signals to a port session, after all bytes taken so far. Others don't hear it.
    pub fn flag(&mut self, now: Moment, flag: Flag) {
        if matches!(self.kind, Kind::Forward { .. }) {
            self.held.flag(flag);
            self.flush(now);
        }
    }

    /// The answer to [`Effect::KeyWanted`]: the key, or for people why there is none.
    pub fn key(&mut self, now: Moment, key: Result<DataKey, String>) {
        if !self.is_ended {
            let next = self.opening.key(now, key);
            self.follow(now, next);
            self.flush(now);
        }
    }

    /// What time brings about: to be called once [`Client::deadline`] has come.
    pub fn tick(&mut self, now: Moment) {
        if self.is_ended {
            return;
        }
        let has_come = |deadline: Option<Moment>| deadline.is_some_and(|deadline| deadline <= now);
        if has_come(self.opening.deadline()) {
            return self.end(self.opening.ending(""));
        }
        if let Some((words, _)) = self.closing.take_if(|(_, until)| *until <= now) {
            return self.close(&words);
        }
        if has_come(self.give_up_at()) {
            let minutes = "5 minutes";
            return self.end(Ending::Failed(format!("the machine has acknowledged nothing for {minutes}")));
        }
        self.flush(now);
    }

    /// When time alone changes something. What [`Client::next_message`] has for now is not a matter of time.
    pub fn deadline(&self) -> Option<Moment> {
        if self.is_ended {
            return None;
        }
        let resend = self.outbox.resend_at(self.is_paused).filter(|_| self.is_online);
        let size = self.screen.due().filter(|_| self.is_online && self.opening.is_ready() && !self.outbox.is_full());
        let closing = self.closing.as_ref().map(|(_, until)| *until);
        let all = [resend, size, self.early_size_at(), closing, self.opening.deadline(), self.give_up_at()];
        all.into_iter().flatten().min()
    }

    /// The next message for the socket. There is none without a socket.
    pub fn next_message(&mut self, now: Moment) -> Option<Message> {
        if !self.is_online || self.is_ended {
            return None;
        }
        if let Some(open) = self.open.take() {
            return Some(Message::Text(open));
        }
        if let Some((sequence, id)) = self.inbox.owed() {
            let said = acknowledge(MessageType::Output, id, sequence, self.chance.uuid(), now);
            return Some(Message::Binary(said.encode()));
        }
        self.outbox.next(now, self.is_paused).map(Message::Binary)
    }

    /// The next thing that comes out.
    pub fn next_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Whether every byte and signal taken has been acknowledged.
    #[cfg(test)]
    pub fn is_drained(&self) -> bool {
        self.held.is_empty() && self.outbox.is_empty()
    }

    /// Whether it has ended: there is nothing more to send, and the socket can be closed.
    pub fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// The other side is there.
    fn heard(&mut self, now: Moment) {
        if self.is_paused {
            self.outbox.back(now);
            self.resumed();
        }
    }

    fn resumed(&mut self) {
        if std::mem::take(&mut self.is_paused) {
            self.event(Event::Resumed);
        }
    }

    /// Gives numbers to what may leave.
    fn flush(&mut self, now: Moment) {
        if !self.is_online || self.is_ended {
            return;
        }
        let may_tell = self.opening.is_ready() || self.early_size_at().is_some_and(|at| at <= now);
        if may_tell
            && !self.outbox.is_full()
            && let Some(size) = self.screen.tell(now)
        {
            self.put(now, PayloadType::SIZE, json(&size));
        }
        while self.opening.is_ready()
            && !self.outbox.is_full()
            && let Some(item) = self.held.next()
        {
            match item {
                Item::Bytes(bytes) => {
                    let sealed = self.opening.seal(&mut *self.chance, &bytes);
                    self.put(now, PayloadType::OUTPUT, sealed);
                }
                Item::Flag(flag) => self.put(now, PayloadType::FLAG, flag.encode()),
            }
        }
    }

    /// Numbers a message and keeps it until it is acknowledged: one step, so that no number is given twice.
    fn put(&mut self, now: Moment, payload_type: PayloadType, payload: Bytes) {
        let id = self.chance.uuid();
        let frame =
            |sequence| Frame { kind: MessageType::Input, created: now, sequence, flags: 0, id, payload_type, payload };
        self.outbox.put(now, |sequence| frame(sequence).encode());
    }

    /// When a size may be told although nothing has come.
    fn early_size_at(&self) -> Option<Moment> {
        let is_silent = self.is_online && !self.inbox.has_begun() && self.inbox.is_whole();
        self.screen.due().and(self.published_at).filter(|_| is_silent).map(|at| at + NO_HANDSHAKE)
    }

    /// When a machine that says nothing is given up. One that is away, or that we can't reach, is not silent.
    fn give_up_at(&self) -> Option<Moment> {
        self.outbox.give_up_at().filter(|_| self.is_online && !self.is_paused)
    }

    fn event(&mut self, event: Event) {
        self.effects.push_back(Effect::Event(event));
    }

    /// The other side has closed it.
    fn close(&mut self, words: &str) {
        let ending = match self.opening.ending(words) {
            Ending::Closed(words) if !self.inbox.is_whole() => {
                let lost = "the last that the machine sent was lost on its way";
                Ending::Closed(if words.is_empty() { lost.into() } else { format!("{words} ({lost})") })
            }
            ending => ending,
        };
        self.end(ending);
    }

    fn end(&mut self, ending: Ending) {
        if !std::mem::replace(&mut self.is_ended, true) {
            self.event(Event::Ended(ending));
        }
    }
}

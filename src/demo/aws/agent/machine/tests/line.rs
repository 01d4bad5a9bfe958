//! A line between both sides, with a clock of its own: it loses, doubles, delays, reorders and breaks, the same for the same seed.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use zeroize::Zeroizing;

use crate::aws::session::chance::Chance;
use crate::aws::session::client::{self, Client, DataKey, Message};
use crate::aws::session::frame::{Frame, MessageType, PayloadType};
use crate::aws::session::payload::{ChannelClosed, OpenDataChannel, json, read};
use crate::aws::session::{Ending, Event, Token};
use crate::core::session::Kind;
use crate::core::time::{Moment, Span};
use crate::demo::aws::agent::machine::{self, Encryption, Machine, Plugin, Saying};

/// SplitMix64: chance that can be played again.
#[derive(Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    /// In so many of a hundred cases.
    pub fn percent(&mut self, n: u64) -> bool {
        self.below(100) < n
    }

    pub fn bytes(&mut self, n: usize) -> Vec<u8> {
        let mut bytes = vec![0; n];
        self.fill(&mut bytes);
        bytes
    }
}

impl Chance for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// What the line does to what goes over it. Percents and milliseconds.
#[derive(Clone, Debug)]
pub struct Weather {
    pub loss: u64,
    pub double: u64,
    pub delay: i64,
    /// What is added to the delay at random: frames overtake each other.
    pub spread: i64,
    /// How long a socket lives, at random up to twice that.
    pub cut_every: Option<i64>,
}

pub const FAIR: Weather = Weather { loss: 0, double: 0, delay: 5, spread: 0, cut_every: None };
pub const FOUL: Weather = Weather { loss: 10, double: 10, delay: 10, spread: 60, cut_every: Some(1_000) };

/// What KMS says to either side.
#[derive(Clone)]
pub struct Kms {
    pub to_client: Result<Vec<u8>, String>,
    pub to_agent: Result<Vec<u8>, String>,
}

pub const KEY_ID: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234";

pub struct Line {
    pub now: Moment,
    pub client: Client,
    pub agent: Machine,
    pub weather: Weather,
    pub kms: Kms,
    /// How long after its start the plugin takes input.
    pub late: i64,
    pub dice: Dice,
    /// What is to be typed, and what to be shown, as far as it was not taken yet.
    pub up: Vec<u8>,
    pub down: Vec<u8>,
    pub got_up: Vec<u8>,
    pub got_down: Vec<u8>,
    pub errors: Vec<u8>,
    /// Without output.
    pub events: Vec<Event>,
    pub sizes: Vec<(u16, u16)>,
    pub flags: Vec<u32>,
    pub challenges: Vec<(Option<String>, Option<String>)>,
    /// Every frame that the client sent, in its order; and whether it was ready then.
    pub sent: Vec<(Frame, bool)>,
    pub is_client_on: bool,
    pub is_agent_on: bool,
    /// Frames to this side go nowhere.
    pub deaf_agent: bool,
    pub is_closed: bool,
    pub sockets: u32,
    client_ids: BTreeSet<String>,
    fresh: bool,
    air: BTreeMap<(Moment, u64), (bool, Bytes)>,
    flights: u64,
    start_at: Option<Moment>,
    turn_at: Option<Moment>,
}

impl Line {
    pub fn new(seed: u64, kind: Kind, plugin: Plugin, encryption: Option<Encryption>, weather: Weather) -> Self {
        let mut dice = Dice(seed);
        let chances = [Dice(dice.next()), Dice(dice.next())];
        let [for_client, for_agent] = chances.map(Box::new);
        let client = Client::new(client::Setup { kind, size: Some((80, 24)), chance: for_client });
        let agent = Machine::new(machine::Setup { aws_id: "ops-1".into(), plugin, encryption, chance: for_agent });
        let key: Vec<u8> = (0..64).collect();
        Self {
            now: Moment(1_700_000_000_000),
            client,
            agent,
            weather,
            kms: Kms { to_client: Ok(key.clone()), to_agent: Ok(key) },
            late: 300,
            dice,
            up: Vec::new(),
            down: Vec::new(),
            got_up: Vec::new(),
            got_down: Vec::new(),
            errors: Vec::new(),
            events: Vec::new(),
            sizes: Vec::new(),
            flags: Vec::new(),
            challenges: Vec::new(),
            sent: Vec::new(),
            is_client_on: false,
            is_agent_on: false,
            deaf_agent: false,
            is_closed: false,
            sockets: 0,
            client_ids: BTreeSet::new(),
            fresh: false,
            air: BTreeMap::new(),
            flights: 0,
            start_at: None,
            turn_at: None,
        }
    }

    pub fn shell(weather: Weather) -> Self {
        Self::new(1, Kind::Shell, Plugin::Shell, None, weather)
    }

    pub fn encrypted(weather: Weather) -> Self {
        Self::new(1, Kind::Shell, Plugin::Shell, Some(encryption()), weather)
    }

    pub fn port(weather: Weather) -> Self {
        let kind = Kind::Forward { host: None, port: 80, local: 0 };
        let all = [("portNumber", "80"), ("localPortNumber", "0"), ("type", "LocalPortForwarding")];
        let all = all.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self::new(1, kind, Plugin::Port(all.into()), None, weather)
    }

    /// Both sides have a socket.
    pub fn connect(&mut self) {
        self.connect_agent();
        self.connect_client();
        self.turn_at = self.next_cut();
    }

    pub fn connect_client(&mut self) {
        self.sockets += 1;
        self.is_client_on = true;
        self.fresh = true;
        self.client.connected(self.now, &Token(Zeroizing::new(format!("token {}", self.sockets))));
    }

    pub fn connect_agent(&mut self) {
        self.is_agent_on = true;
        self.agent.connected(self.now);
    }

    /// One side's socket breaks, with what was on its way.
    pub fn cut(&mut self, client: bool) {
        if client {
            self.is_client_on = false;
            self.client.disconnected(self.now);
        } else {
            self.is_agent_on = false;
            self.agent.disconnected(self.now);
        }
        self.air.clear();
    }

    pub fn next_cut(&mut self) -> Option<Moment> {
        let every = self.weather.cut_every?;
        Some(self.now + Span(1 + self.dice.below(2 * every as u64) as i64))
    }

    pub fn is_ready(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Ready { .. }))
    }

    pub fn ending(&self) -> Option<&Ending> {
        match self.events.last() {
            Some(Event::Ended(ending)) => Some(ending),
            _ => None,
        }
    }

    /// Goes on until that is so. Both sides get four hours of their time.
    #[track_caller]
    pub fn until(&mut self, mut enough: impl FnMut(&Self) -> bool) {
        let end = self.now + Span::hours(4);
        loop {
            self.carry();
            if enough(self) {
                return;
            }
            let Some(next) = self.next_moment() else { panic!("nothing will ever happen again: {}", self.state()) };
            assert!(next < end, "it takes for ever: {}", self.state());
            self.step(next);
        }
    }

    /// Goes on for so long.
    pub fn pass(&mut self, ms: i64) {
        let end = self.now + Span(ms);
        loop {
            self.carry();
            match self.next_moment() {
                Some(next) if next <= end => self.step(next),
                _ => break,
            }
        }
        self.now = end;
        self.client.tick(end);
        self.agent.tick(end);
        self.carry();
    }

    fn state(&self) -> String {
        let (up, down) = (self.got_up.len(), self.got_down.len());
        let (on, off) = (self.is_client_on, self.is_agent_on);
        format!("{up} bytes up, {down} down, sockets {on} {off}, {:?}", self.events)
    }

    fn next_moment(&self) -> Option<Moment> {
        let landing = self.air.first_key_value().map(|((at, _), _)| *at);
        let wants_to_say = !self.down.is_empty() && self.agent.room() > 0;
        let saying = wants_to_say.then(|| self.now + Span(1));
        let all = [landing, self.client.deadline(), self.agent.deadline(), self.start_at, self.turn_at, saying];
        all.into_iter().flatten().min().map(|next| next.max(self.now))
    }

    fn step(&mut self, next: Moment) {
        // A deadline that stays where it is must not stop the clock.
        self.now = if next > self.now { next } else { self.now + Span(1) };
        let later = self.air.split_off(&(self.now + Span(1), 0));
        for (to_client, message) in std::mem::replace(&mut self.air, later).into_values() {
            // What no side can read is no matter of this line.
            if to_client && self.is_client_on {
                self.client.receive(self.now, &message).unwrap();
            } else if !to_client && self.is_agent_on && !self.deaf_agent {
                self.agent.receive(self.now, &message).unwrap();
            }
        }
        self.client.tick(self.now);
        self.agent.tick(self.now);
        if self.start_at.take_if(|at| *at <= self.now).is_some() {
            self.agent.started(self.now);
        }
        if self.turn_at.is_some_and(|at| at <= self.now) {
            self.turn();
        }
        if !self.down.is_empty() {
            let n = self.down.len().min(1_024).min(self.agent.room());
            let piece: Vec<u8> = self.down.drain(..n).collect();
            assert!(self.agent.say(self.now, Saying::Output, &piece));
        }
    }

    /// A socket breaks, or is there again.
    fn turn(&mut self) {
        match (self.is_client_on, self.is_agent_on) {
            (true, true) => {
                let client = !self.dice.percent(20);
                self.cut(client);
                self.turn_at = Some(self.now + Span(1 + self.dice.below(400) as i64));
            }
            (client, agent) => {
                if !client {
                    self.connect_client();
                }
                if !agent {
                    self.connect_agent();
                }
                self.turn_at = self.next_cut();
            }
        }
    }

    /// Everything that can happen without time going on.
    fn carry(&mut self) {
        let n = self.up.len().min(self.client.room()).min(2 + self.dice.below(3_000) as usize);
        if n > 0 {
            let piece: Vec<u8> = self.up.drain(..n).collect();
            assert!(self.client.send(self.now, &piece));
        }
        loop {
            let mut moved = false;
            while let Some(effect) = self.client.next_effect() {
                moved = true;
                self.client_wants(effect);
            }
            while let Some(message) = self.client.next_message(self.now) {
                moved = true;
                match message {
                    Message::Text(text) => self.let_in(&text),
                    Message::Binary(message) => {
                        assert!(!self.fresh, "nothing comes before what lets us in");
                        let is_ready = self.is_ready();
                        self.sent.push((Frame::decode(&message).unwrap(), is_ready));
                        self.fly(false, message);
                    }
                }
            }
            while let Some(message) = self.agent.next_message(self.now) {
                moved = true;
                if Frame::decode(&message).unwrap().kind != MessageType::AgentSessionState {
                    self.fly(true, message);
                }
            }
            while let Some(effect) = self.agent.next_effect() {
                moved = true;
                self.agent_wants(effect);
            }
            if !moved {
                return;
            }
        }
    }

    fn let_in(&mut self, text: &str) {
        let open: OpenDataChannel = read(text.as_bytes()).unwrap();
        assert!(std::mem::take(&mut self.fresh));
        assert_eq!(*open.token_value, format!("token {}", self.sockets));
        self.client_ids.insert(open.client_id);
        assert_eq!(self.client_ids.len(), 1, "one client, whatever the socket");
    }

    fn fly(&mut self, to_client: bool, message: Bytes) {
        let copies = 1 + u64::from(self.dice.percent(self.weather.double));
        for _ in 0..copies {
            if !self.dice.percent(self.weather.loss) {
                let spread = self.dice.below(self.weather.spread as u64 + 1) as i64;
                self.flights += 1;
                let key = (self.now + Span(self.weather.delay + spread), self.flights);
                self.air.insert(key, (to_client, message.clone()));
            }
        }
    }

    fn client_wants(&mut self, effect: client::Effect) {
        match effect {
            client::Effect::Event(Event::Output(bytes)) => {
                assert!(self.is_ready(), "nothing is shown before it is ready");
                self.got_down.extend_from_slice(&bytes);
            }
            client::Effect::Event(Event::Errors(bytes)) => self.errors.extend_from_slice(&bytes),
            client::Effect::Event(event) => {
                assert_eq!(self.ending(), None, "nothing comes after the end");
                self.events.push(event);
            }
            client::Effect::KeyWanted { key_id, challenge } => {
                assert_eq!(key_id, KEY_ID);
                self.challenges.push((challenge, None));
                let wrapped = Bytes::from_static(b"WRAPPED");
                let key = self.kms.to_client.clone();
                let key = key.map(|key| DataKey { plaintext: Zeroizing::new(key), wrapped });
                self.client.key(self.now, key);
            }
        }
    }

    fn agent_wants(&mut self, effect: machine::Effect) {
        match effect {
            machine::Effect::Start => self.start_at = Some(self.now + Span(self.late)),
            machine::Effect::Input(bytes) => self.got_up.extend_from_slice(&bytes),
            machine::Effect::Size { cols, rows } => self.sizes.push((cols, rows)),
            machine::Effect::Flag(flag) => self.flags.push(flag),
            machine::Effect::DecryptKey { wrapped, challenge } => {
                assert_eq!(&wrapped[..], b"WRAPPED");
                self.challenges.last_mut().unwrap().1 = challenge;
                self.agent.key(self.now, self.kms.to_agent.clone().map(Zeroizing::new));
            }
            machine::Effect::Closed(output) => {
                self.is_closed = true;
                // The gateway's own frames are neither lost nor overtaken: it is one TCP connection from there.
                let message = closed(self.now, &output);
                let last = self.air.last_key_value().map_or(self.now, |((at, _), _)| *at);
                self.flights += 1;
                self.air.insert((last.max(self.now + Span(self.weather.delay)), self.flights), (true, message));
                self.turn_at = self.turn_at.filter(|_| !self.is_client_on);
            }
        }
    }
}

pub fn encryption() -> Encryption {
    Encryption { key_id: KEY_ID.into(), challenge: true, require_challenge: true }
}

pub fn closed(now: Moment, output: &str) -> Bytes {
    let payload = ChannelClosed { output: output.into(), schema_version: 1, ..ChannelClosed::default() };
    from(MessageType::ChannelClosed, now, 0, PayloadType::NONE, json(&payload))
}

pub fn from(
    kind: MessageType,
    created: Moment,
    sequence: i64,
    payload_type: PayloadType,
    payload: impl Into<Bytes>,
) -> Bytes {
    let id = uuid::Uuid::from_u128(sequence as u128 + 1);
    Frame { kind, created, sequence, flags: 0, id, payload_type, payload: payload.into() }.encode()
}

//! Who types and looks: on a channel of ours, and at a seat of an engine that holds the session.

use alert_whisperer::aws::session::{Channel, Event, Input};
use alert_whisperer::core::id::SessionId;
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::session::{Kind, Wish};
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::link::session::{Blob, Size, Talk, Talked};
use alert_whisperer::link::{Caller, Reply, Request};
use bytes::Bytes;
use tokio::sync::mpsc;

use super::HANGS;
use super::place::{self, Place, TENANT, WEB};

/// One side of a session.
pub trait Side {
    /// Types.
    async fn types(&mut self, bytes: &[u8]);

    /// Waits for output.
    async fn output(&mut self) -> Bytes;
}

/// On a channel.
pub struct Ours(Channel);

impl Ours {
    pub async fn open(stand_in: &StandIn) -> Self {
        let account = place::account(stand_in).await;
        let started = account.start_session(&WEB.parse().unwrap(), &Kind::Shell, "bench").await.unwrap();
        Self(Channel::open(account, started, &Kind::Shell, 80, 24))
    }
}

impl Side for Ours {
    async fn types(&mut self, bytes: &[u8]) {
        self.0.input.send(Input::Bytes(Bytes::copy_from_slice(bytes))).await.unwrap();
    }

    async fn output(&mut self) -> Bytes {
        loop {
            match self.0.events.recv().await.unwrap() {
                Event::Output(bytes) => return bytes,
                Event::Ended(how) => panic!("{how:?}"),
                _ => {}
            }
        }
    }
}

/// At a seat: typing is one question, looking another that waits for its answer, as a seat has it.
pub struct Seat {
    caller: Caller,
    session: SessionId,
    output: mpsc::Receiver<Bytes>,
}

impl Seat {
    pub async fn open(place: &Place) -> Self {
        let caller = place.caller().await;
        let kind = Kind::Shell;
        let wish = Wish { incident: None, instance: WEB.parse().unwrap(), asset: "web-03".into(), kind };
        let open = Talk::Open { tenant: TENANT.parse().unwrap(), wish: Box::new(wish), size: Size::default() };
        let Talked::Opening(session) = ask(&caller, open).await else { panic!("it does not open") };
        let (shows, output) = mpsc::channel(64);
        tokio::spawn(look(place.caller().await, session.clone(), shows));
        Self { caller, session, output }
    }
}

impl Side for Seat {
    async fn types(&mut self, bytes: &[u8]) {
        ask(&self.caller, Talk::Type { session: self.session.clone(), bytes: Blob(bytes.to_vec()) }).await;
    }

    async fn output(&mut self) -> Bytes {
        self.output.recv().await.unwrap()
    }
}

async fn look(caller: Caller, session: SessionId, shows: mpsc::Sender<Bytes>) {
    let (mut seen, mut version) = (0, 0);
    loop {
        let Talked::Piece(piece) = ask(&caller, Talk::Read { session: session.clone(), seen, version }).await else {
            panic!("it shows nothing")
        };
        eprintln!("{piece:?}");
        seen = piece.upto;
        version = piece.live.map_or(version, |live| live.version);
        if piece.over || shows.send(piece.bytes.0.into()).await.is_err() {
            return;
        }
    }
}

async fn ask(caller: &Caller, talk: Talk) -> Talked {
    let by = Actor::named("bench");
    let asked = format!("{talk:?}");
    match tokio::time::timeout(HANGS, caller.ask(&by, Request::Session(talk))).await {
        Ok(Ok(Reply::Talked(talked))) => talked,
        other => panic!("{asked}: {other:?}"),
    }
}

//! What seats ask of a session that is held, in the order in which they ask it.

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::live::Live;
use super::readers::Reader;
use super::screen::sensible;
use super::world::World;
use crate::core::input::Actor;
use crate::core::session::step::Step;
use crate::core::session::{End, Kind};
use crate::link::session::{Line, Talk, Talked};
use crate::link::{Refusal, Reply};

/// Bytes of a marker.
const MARK: usize = 1_024;

/// What a session is told.
#[derive(Debug)]
pub(super) enum Told {
    /// Somebody asks for something.
    Asked(Box<Asked>),
    /// It is to end.
    Stop {
        /// How that is called.
        how: End,
        /// Why.
        why: String,
    },
}

/// Somebody asks for something.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) by: Actor,
    pub(super) talk: Talk,
    pub(super) answer: oneshot::Sender<Result<Reply, Refusal>>,
}

impl<W: World> Live<W> {
    /// Does what is asked, and answers.
    pub(super) async fn take(&mut self, Asked { by, talk, answer }: Asked) {
        let now = self.world.instant();
        self.seats.heard(&by, now);
        let done = match talk {
            Talk::Read { seen, version, .. } => {
                if self.seats.drives(&by) {
                    self.follows.read(seen, now);
                }
                if self.seats.has(&by) {
                    let until = now + self.rules.reads_wait;
                    return self.readers.put(Reader { seen, version, until, answer });
                }
                Err(Refusal::new("not_at_it", "you neither type in this session nor watch it; S comes back to it"))
            }
            Talk::Type { bytes, .. } => match self.may_type(&by) {
                Ok(()) => return self.typed_by(bytes.0, now, answer),
                Err(refused) => self.on_record(&by, "session.type", refused),
            },
            Talk::Resize { size, .. } => self.drives(&by).map(|()| {
                let size = sensible(size);
                if size != self.look.size {
                    self.look.size = size;
                    self.shown.resize(self.world.now(), size);
                    self.typed.resize(size);
                    self.changed();
                }
            }),
            Talk::HandOver { raw, .. } => self.drives(&by).map(|()| self.seats.raw = raw),
            Talk::Drive { .. } => self.step(&by, Step::Drive, now, "types now").await,
            Talk::Watch { .. } => self.step(&by, Step::Watch, now, "looks on").await,
            // Whoever is not there leaves no trace either.
            Talk::Leave { .. } if !self.seats.has(&by) => Ok(()),
            Talk::Leave { .. } => self.step(&by, Step::Leave, now, "has left").await,
            Talk::Detach { .. } => self.step(&by, Step::Detach, now, "has left it running").await,
            Talk::End { .. } if self.seats.drives(&by) => {
                self.close(by);
                Ok(())
            }
            Talk::End { .. } => match self.world.may_end(&by) {
                Ok(()) => {
                    self.close(by);
                    Ok(())
                }
                Err(refused) => self.on_record(&by, "session.end", refused),
            },
            Talk::Mark { text, .. } if self.seats.has(&by) => {
                self.mark(format!("{}: {}", by.who, &text[..text.floor_char_boundary(MARK)]));
                Ok(())
            }
            Talk::Mark { .. } => Err(Refusal::new("not_at_it", "you neither type in this session nor watch it")),
            Talk::Open { .. } | Talk::Recording { .. } => {
                Err(Refusal::new("not_here", "this is no question to a session that is there"))
            }
        };
        // Whoever asked may have gone.
        let _ = answer.send(done.map(|()| Reply::Talked(Talked::Done)));
    }

    fn typed_by(&mut self, mut bytes: Vec<u8>, now: Instant, answer: oneshot::Sender<Result<Reply, Refusal>>) {
        // Enter is a carriage return.
        if bytes == b"\n" && self.kind == Kind::Shell {
            bytes = vec![b'\r'];
        }
        let at = self.world.now();
        let away = self.look.line != Line::Ready;
        self.limits.touch(now);
        let typed = bytes.clone();
        if self.typed.put(bytes, away, answer) {
            self.shown.input(at, &typed);
        }
        if away {
            self.changed();
        }
    }

    /// A step of the session's life, as the core lets somebody take it.
    async fn step(&mut self, by: &Actor, step: Step, now: Instant, words: &str) -> Result<(), Refusal> {
        self.world.step(Some(by), step.clone()).await?;
        self.seats.stepped(by, &step, now);
        self.mark(format!("{} {words}", by.who));
        Ok(())
    }

    fn drives(&self, by: &Actor) -> Result<(), Refusal> {
        if self.seats.drives(by) {
            return Ok(());
        }
        let say = match self.seats.driver() {
            Some(driver) => format!("{} types in this session; T takes it over", driver.who),
            None => "nobody types in this session; T takes it over".to_owned(),
        };
        Err(Refusal::new("not_yours", say))
    }

    fn may_type(&self, by: &Actor) -> Result<(), Refusal> {
        if !self.goes_on() {
            return Err(Refusal::new("over", "this session is over"));
        }
        if matches!(self.kind, Kind::Forward { .. }) {
            return Err(Refusal::new("no_terminal", "a forwarded port has no terminal to type in"));
        }
        self.drives(by)
    }

    fn on_record(&self, by: &Actor, what: &'static str, refused: Refusal) -> Result<(), Refusal> {
        if self.goes_on() {
            self.world.refused(by, what, &refused);
        }
        Err(refused)
    }
}

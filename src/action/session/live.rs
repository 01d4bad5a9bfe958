//! One session: whatever comes from its machine and from its seats, one after the other, until it is over. What it needs of the
//! world is behind [`World`]; what seats ask of it is in `asked`.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::asked::Told;
use super::limits::Limits;
use super::readers::{Follows, Readers};
use super::rules::Rules;
use super::screen::sensible;
use super::seats::Seats;
use super::shown::Shown;
use super::typed::Typed;
use super::verdict::Verdict;
use super::world::{Came, Over, Way, World};
use crate::aws::session::{Ending, Event};
use crate::core::input::Actor;
use crate::core::session::step::Step;
use crate::core::session::{End, Kind};
use crate::link::session::{Line, Live as Look, Size};

/// How often figures that change all the time are told.
const FIGURES: Duration = Duration::from_millis(500);
/// How often it is looked whether all of it is recorded.
const LOOKS: Duration = Duration::from_secs(2);
/// How long seats are kept waiting for the end to be on record everywhere.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

type Under<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A session that is held.
pub(super) struct Live<W> {
    pub(super) world: Arc<W>,
    pub(super) rules: Rules,
    pub(super) kind: Kind,
    pub(super) shown: Shown,
    pub(super) seats: Seats,
    pub(super) typed: Typed,
    pub(super) look: Look,
    pub(super) readers: Readers,
    pub(super) limits: Limits,
    pub(super) follows: Follows,
    told: mpsc::Receiver<Told>,
    phase: Phase,
    exit_code: Option<i32>,
    /// The machine was ready, and that is on disk.
    opened: bool,
    /// Whoever wanted it to end while it was being opened.
    unwanted: Option<Verdict>,
    /// Figures changed since the seats were told.
    uncounted: bool,
    counted_at: Instant,
    /// The engine ends: nobody will read what it showed last.
    stopping: bool,
    /// Nobody can ask for anything any more.
    abandoned: bool,
}

enum Phase {
    Opening(Under<Result<Way, String>>),
    Open(Way),
    Ending(Under<()>, Instant),
    Over(Instant),
}

enum Happened {
    Told(Option<Told>),
    Begun(Result<Way, String>),
    Came(Came),
    Sent(usize),
    Ended,
    Time,
}

impl<W: World> Live<W> {
    /// One that is on record as asked for, by somebody who types. `told`: what is asked of it.
    pub(super) fn new(
        world: Arc<W>,
        rules: Rules,
        kind: Kind,
        by: Actor,
        size: Size,
        told: mpsc::Receiver<Told>,
    ) -> Self {
        let (now, size) = (world.instant(), sensible(size));
        let opening = world.clone();
        Self {
            shown: Shown::new(&kind, size),
            seats: Seats::new(by, now),
            typed: Typed::default(),
            look: Look { version: 1, size, ..Look::default() },
            readers: Readers::default(),
            limits: Limits::new(&rules, &kind, now),
            follows: Follows::default(),
            phase: Phase::Opening(Box::pin(async move { opening.begin(size).await })),
            exit_code: None,
            opened: false,
            unwanted: None,
            uncounted: false,
            counted_at: now,
            stopping: false,
            abandoned: false,
            world,
            rules,
            kind,
            told,
        }
    }

    /// To its end, and for as long after it as what it showed can be read.
    pub(super) async fn run(mut self) {
        loop {
            let now = self.world.instant();
            self.readers.answer(now, &self.shown, &self.look, self.is_over(now));
            match self.phase {
                Phase::Over(until) if self.stopping || until <= now => return,
                _ => {}
            }
            let (wake, held_up) = (self.wake(now), self.held_up(now).is_some());
            let happened = tokio::select! {
                told = self.told.recv(), if !self.abandoned => Happened::Told(told),
                happened = next(&mut self.phase, held_up) => happened,
                sent = self.typed.send() => Happened::Sent(sent),
                () = self.world.sleep_until(wake) => Happened::Time,
            };
            match happened {
                Happened::Told(Some(Told::Asked(asked))) => self.take(*asked).await,
                Happened::Told(Some(Told::Stop { how, why })) => {
                    self.stopping = true;
                    self.finish(Verdict { how, why: Some(why), by: None, there: false });
                }
                // Nobody holds it any more, so nobody can ask for anything.
                Happened::Told(None) => {
                    (self.stopping, self.abandoned) = (true, true);
                    let why = Some("the engine stopped".into());
                    self.finish(Verdict { how: End::Stopped, why, by: None, there: false });
                }
                Happened::Begun(begun) => self.begun(begun),
                Happened::Came(Came::Event(event)) => self.happened(event).await,
                Happened::Came(Came::Figures(figures)) => {
                    self.limits.touch(self.world.instant());
                    self.look.bytes_in = figures.bytes_in;
                    self.look.bytes_out = figures.bytes_out;
                    self.look.connections = figures.connections;
                    self.look.refused = figures.refused;
                    self.uncounted = true;
                }
                Happened::Sent(bytes) => {
                    self.look.bytes_out += bytes as u64;
                    self.uncounted = true;
                }
                Happened::Ended => self.phase = Phase::Over(self.world.instant() + self.rules.lingers),
                Happened::Time => {}
            }
            self.pass(self.world.instant()).await;
        }
    }

    /// Something about it is another than the seats know.
    pub(super) fn changed(&mut self) {
        self.look.version += 1;
        self.uncounted = false;
        self.counted_at = self.world.instant();
        if let Line::Away { held, .. } = &mut self.look.line {
            *held = self.typed.held() as u64;
        }
    }

    /// It goes on: it is not over, and not about to be.
    pub(super) fn goes_on(&self) -> bool {
        matches!(self.phase, Phase::Opening(_) | Phase::Open(_)) && self.unwanted.is_none()
    }

    /// Somebody ends it.
    pub(super) fn close(&mut self, by: Actor) {
        self.finish(Verdict { how: End::Closed, why: None, by: Some(by), there: false });
    }

    /// Puts a marker into its recording.
    pub(super) fn mark(&self, text: impl Into<String>) {
        self.shown.mark(self.world.now(), text.into());
    }

    fn is_over(&self, now: Instant) -> bool {
        match self.phase {
            Phase::Opening(_) | Phase::Open(_) => false,
            Phase::Ending(_, since) => since + ENDS_WITHIN <= now,
            Phase::Over(_) => true,
        }
    }

    fn begun(&mut self, begun: Result<Way, String>) {
        let unwanted = self.unwanted.take();
        match (begun, unwanted) {
            (Ok(way), None) => {
                if let Some(input) = way.input() {
                    self.typed.connect(input);
                }
                self.phase = Phase::Open(way);
            }
            (Ok(way), Some(verdict)) => {
                self.phase = Phase::Open(way);
                self.finish(verdict);
            }
            // There is nothing at AWS that would have to be ended.
            (Err(_), Some(verdict)) => self.end(Verdict { there: true, ..verdict }),
            (Err(why), None) => self.end(Verdict { how: End::NotOpened, why: Some(why), by: None, there: true }),
        }
    }

    async fn happened(&mut self, event: Option<Event>) {
        let line = match event {
            Some(Event::Output(bytes) | Event::Errors(bytes)) => return self.output(bytes),
            Some(Event::Ready { message }) => return self.ready(message).await,
            Some(Event::ExitCode(code)) => {
                self.exit_code = Some(code);
                return;
            }
            Some(Event::Ended(ending)) => {
                return self.finish(Verdict::of(ending, self.opened, self.exit_code));
            }
            None => {
                let broke = Ending::Failed("the channel to the machine broke".into());
                return self.finish(Verdict::of(broke, self.opened, self.exit_code));
            }
            // They are the port's.
            Some(Event::Raw | Event::NoConnection) => return,
            Some(Event::Paused) => Line::Paused,
            Some(Event::Away { why, tries }) => Line::Away { why, tries, held: 0 },
            Some(Event::Resumed | Event::Back) if self.opened => Line::Ready,
            Some(Event::Resumed | Event::Back) => Line::Opening,
        };
        // How often it was tried is no news for a recording.
        if std::mem::discriminant(&self.look.line) != std::mem::discriminant(&line) {
            self.mark(match &line {
                Line::Opening => "it is opening".to_owned(),
                Line::Ready => "it is there again".to_owned(),
                Line::Paused => "the machine does not respond".to_owned(),
                Line::Away { why, .. } => format!("the connection is away: {why}"),
            });
        }
        self.look.line = line;
        self.changed();
    }

    fn output(&mut self, bytes: bytes::Bytes) {
        self.look.bytes_in += bytes.len() as u64;
        self.uncounted = true;
        if matches!(self.kind, Kind::Command { .. }) {
            self.limits.touch(self.world.instant());
        }
        let answers = self.shown.output(self.world.now(), bytes);
        if !self.seats.raw {
            self.typed.answer(answers);
        }
    }

    async fn ready(&mut self, message: String) {
        if self.opened {
            return;
        }
        let Phase::Open(way) = &self.phase else { return };
        let step = Step::Opened { local_port: way.port() };
        if let Err(refused) = self.world.step(None, step).await {
            let why = Some(refused.message);
            return self.finish(Verdict { how: End::NotOpened, why, by: None, there: false });
        }
        self.opened = true;
        self.limits = Limits::new(&self.rules, &self.kind, self.world.instant());
        if let Some(recording) = self.world.record(self.look.size) {
            self.shown.record(recording);
        }
        self.look.line = Line::Ready;
        self.look.message = Some(message).filter(|message| !message.trim().is_empty());
        self.changed();
    }

    /// Ends it, unless it ends already. One that is being opened is ended as soon as it is known whether there is one.
    fn finish(&mut self, verdict: Verdict) {
        match self.phase {
            Phase::Opening(_) => {
                self.unwanted.get_or_insert(verdict);
            }
            Phase::Open(_) => self.end(verdict),
            Phase::Ending(..) | Phase::Over(_) => {}
        }
    }

    fn end(&mut self, verdict: Verdict) {
        self.typed.disconnect();
        self.seats.raw = false;
        let words = verdict.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        self.mark(format!("{}{words}", verdict.how.words()));
        let over = Over {
            how: verdict.how,
            why: verdict.why,
            exit_code: self.exit_code,
            by: verdict.by,
            recording: self.shown.take_recording(),
            there: verdict.there,
        };
        let world = self.world.clone();
        // The channel goes first: nothing more comes, and AWS is not asked to end what goes on here.
        self.phase = Phase::Ending(Box::pin(async move { world.end(over).await }), self.world.instant());
        self.look.warning = None;
        self.changed();
    }

    /// What time alone does.
    async fn pass(&mut self, now: Instant) {
        if self.goes_on() {
            if let Some((how, why)) = self.limits.over(now) {
                let (how, why) = match self.opened {
                    true => (how, why),
                    false => (End::NotOpened, format!("the machine was never ready, and {why}")),
                };
                self.finish(Verdict { how, why: Some(why), by: None, there: false });
            }
            let (warning, unrecorded) = (self.limits.warning(now), self.shown.unrecorded());
            if (&warning, &unrecorded) != (&self.look.warning, &self.look.unrecorded) && self.goes_on() {
                (self.look.warning, self.look.unrecorded) = (warning, unrecorded);
                self.changed();
            }
            for by in self.seats.silent(now, self.rules.silent) {
                self.gone(&by, now).await;
            }
        }
        if self.uncounted && self.counted_at + FIGURES <= now {
            self.changed();
        }
    }

    /// A seat has not asked for anything for too long. A session that nobody types in stays for whoever comes back.
    async fn gone(&mut self, by: &Actor, now: Instant) {
        match self.world.step(Some(by), Step::Leave).await {
            Ok(()) => {
                self.mark(format!("the seat of {} is gone", by.who));
                self.seats.stepped(by, &Step::Leave, now);
            }
            // It is tried again after as long a time.
            Err(_) => self.seats.heard(by, now),
        }
    }

    /// Until when nothing is taken from the machine, because the command's reader comes first.
    fn held_up(&self, now: Instant) -> Option<Instant> {
        let command = matches!(self.kind, Kind::Command { .. });
        self.follows.holds_up(self.shown.upto(), now).filter(|_| command)
    }

    /// When time alone will next do something.
    fn wake(&self, now: Instant) -> Instant {
        let mut wake = now + LOOKS;
        let figures = self.uncounted.then(|| self.counted_at + FIGURES);
        let phase = match self.phase {
            Phase::Opening(_) | Phase::Open(_) => None,
            Phase::Ending(_, since) => Some(since + ENDS_WITHIN).filter(|at| *at > now),
            Phase::Over(until) => Some(until),
        };
        let (limit, silent) = match self.goes_on() {
            true => (Some(self.limits.next(now)), self.seats.next_silent(self.rules.silent)),
            false => (None, None),
        };
        let all = [figures, phase, limit, silent, self.readers.next(), self.held_up(now)];
        all.into_iter().flatten().for_each(|at| wake = wake.min(at));
        wake.max(now)
    }
}

/// What comes next of what it is at. May be given up at any time.
async fn next(phase: &mut Phase, held_up: bool) -> Happened {
    match phase {
        Phase::Opening(opening) => Happened::Begun(opening.as_mut().await),
        Phase::Open(way) if !held_up => Happened::Came(way.next().await),
        Phase::Ending(ending, _) => {
            ending.as_mut().await;
            Happened::Ended
        }
        Phase::Open(_) | Phase::Over(_) => std::future::pending().await,
    }
}

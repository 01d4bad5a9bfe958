//! The loop of a seat: draw, wait, take in everything that waits. What the app wants done is done in `hands`.

use std::task::Poll;
use std::time::{Duration, Instant};

use crossterm::event::{Event, EventStream, KeyEventKind};
use futures_util::StreamExt;
use ratatui::layout::Rect;
use tokio::sync::mpsc;

use super::app::{App, Start};
use super::effect::{Effect, Purpose};
use super::fullscreen::FullScreen;
use super::hands::{self, Answering, Told};
use super::keeping::Keeping;
use super::pace::Pace;
use super::reload::{Watch, Wishes};
use super::seat::{Ended, Options, Seat, TuiError};
use super::sessions::Question;
use super::signals::Signals;
use super::terminal::Terminal;
use super::theme::{Look, Themes};
use super::urgency::{Dirty, Urgency};
use crate::core::input::Actor;
use crate::link::{Feed, Link, Refusal, Reply};

/// A seat while somebody sits there.
pub(super) struct Running {
    pub(super) app: App,
    pub(super) terminal: Terminal,
    pub(super) signals: Signals,
    /// Absent while the terminal is somebody else's.
    pub(super) events: Option<EventStream>,
    pub(super) link: Link,
    pub(super) options: Options,
    /// Who sits here.
    pub(super) operator: Actor,
    pace: Pace,
    /// When the runtime was.
    born: Instant,
    pub(super) area: Rect,
    answers: mpsc::UnboundedReceiver<(Purpose, Result<Reply, Refusal>)>,
    pub(super) answering: Answering,
    /// What has to arrive in the order in which it was asked.
    pub(super) telling: mpsc::UnboundedSender<Told>,
    connected: bool,
    /// Changes are left to gather until then: a storm of small batches need not wake the seat for each.
    rested: Instant,
    /// Acts on their way.
    pub(super) acting: usize,
    pub(super) keeping: Keeping,
    pub(super) urgency: Urgency,
    pub(super) rang: Option<Instant>,
    watch: Option<Watch>,
    /// What the configuration said when it was last read.
    wishes: Wishes,
    /// When it was last looked at.
    looked: Instant,
    /// A session that has the terminal.
    pub(super) full: Option<FullScreen>,
    pub(super) ended: Option<Ended>,
}

/// tokio's timer wakes twice for a deadline within one of its slots of so many milliseconds, counted from the birth of the
/// runtime, and once for a deadline at the border of two. An idle seat should wake once a second.
const SLOT: u64 = 64;

/// How often the configuration is looked at, at most.
const BETWEEN_LOOKS: Duration = Duration::from_millis(950);
/// How long changes may gather.
const GATHER: Duration = Duration::from_millis(20);
/// How long a seat that ends waits for its acts to be taken.
const LAST_ACTS: Duration = Duration::from_secs(1);

/// Something to take in.
pub(super) enum Woken {
    Event(Option<std::io::Result<Event>>),
    Feed(Option<Feed>),
    Answer(Purpose, Result<Reply, Refusal>),
    Second,
    Ended,
    /// Bytes, while a session has the terminal.
    Typed(std::io::Result<Vec<u8>>),
    /// Its size, while a session has it.
    Resized,
}

impl Running {
    /// Knows nothing yet, and is about to draw.
    pub(super) fn begin(seat: Seat, terminal: Terminal, signals: Signals, born: Instant) -> Self {
        let wishes = seat.wishes();
        let Seat { link, operator, options, keys, base_url, watch, memories } = seat;
        let mut keeping = Keeping::of(memories, &operator.who);
        let (memory, forgotten) = keeping.recall();
        let depth = options.colour.depth(|name| std::env::var(name).ok());
        let themes = Themes::new(options.themes.clone());
        let look = themes.look(&options.theme, depth, options.ascii);
        let start = Start {
            operator: operator.who.clone(),
            seat: operator.seat.clone(),
            read_only: options.read_only,
            embedded: options.embedded,
            hands_over: options.hands_over,
            rings_from: options.bell,
            base_url,
            utc_offset: options.utc_offset,
            look: look
                .clone()
                .or_else(|_| Look::new("default", depth, options.ascii))
                .unwrap_or_else(|_| Look::plain(options.ascii)),
            themes: themes.clone(),
            keys,
            memory,
            now: (options.clock)(),
        };
        let mut app = App::new(start);
        app.take_themes(themes);
        app.pointer.on = options.mouse;
        app.sessions.clipboard = options.session_clipboard;
        if options.wall {
            app.enter_wall(false);
        }
        if let Err(error) = look {
            app.mistake(error.to_string());
        }
        if let Some(why) = forgotten {
            app.mistake(why);
        }
        let (answering, answers) = mpsc::unbounded_channel();
        let (telling, told) = mpsc::unbounded_channel();
        tokio::spawn(hands::tell(link.caller.clone(), operator.clone(), told, answering.clone()));
        let pace = Pace::new(options.fps, Instant::now());
        let (area, events) = (Terminal::size(), Some(EventStream::new()));
        let (connected, urgency) = (true, Urgency::new());
        Self {
            app,
            terminal,
            signals,
            events,
            link,
            options,
            operator,
            pace,
            born,
            area,
            answers,
            answering,
            telling,
            connected,
            rested: born,
            acting: 0,
            keeping,
            urgency,
            rang: None,
            watch,
            wishes,
            looked: born,
            full: None,
            ended: None,
        }
    }

    /// The loop: draw, wait, take in everything that waits.
    pub(super) async fn last(mut self) -> Result<Ended, TuiError> {
        loop {
            self.draw().await?;
            if let Some(ended) = self.ended {
                self.keep_memory(true);
                self.see_acts_through().await;
                return Ok(ended);
            }
            let woken = self.wait().await;
            self.keep_memory(false);
            self.app.tick((self.options.clock)());
            self.take_in(woken).await?;
            self.drain().await?;
            if self.events.is_some() {
                Terminal::announce_input();
            }
            // Whatever woke the seat will do: looking is no reason to wake.
            if self.looked.elapsed() >= BETWEEN_LOOKS {
                self.look_at_configuration(false)?;
            }
        }
    }

    /// Takes what is new in the configuration, the keys and the themes; all of it when `anyway`.
    pub(super) fn look_at_configuration(&mut self, anyway: bool) -> Result<(), TuiError> {
        self.looked = Instant::now();
        let Some(Watch(read)) = &mut self.watch else {
            if anyway {
                self.app.mistake("this seat has no configuration to read".into());
            }
            return Ok(());
        };
        let now = match read(anyway) {
            None => return Ok(()),
            Some(Ok(now)) => now,
            Some(Err(mistake)) => {
                self.app.mistake(format!("configuration not taken: {mistake}"));
                self.urgency.raise(Dirty::Changed);
                return Ok(());
            }
        };
        self.app.reloaded(&self.wishes, &now);
        if now.fps != self.wishes.fps {
            self.pace = Pace::new(now.fps, Instant::now());
        }
        if now.mouse != self.wishes.mouse {
            self.app.pointer.on = now.mouse;
            self.terminal.set_mouse(now.mouse)?;
        }
        self.wishes = now;
        self.urgency.raise(Dirty::Changed);
        Ok(())
    }

    /// What was pressed before leaving is done, unless the engine does not answer.
    async fn see_acts_through(&mut self) {
        self.terminal.give_back();
        let answered = async {
            while self.acting > 0
                && let Some((purpose, _)) = self.answers.recv().await
            {
                self.acting -= usize::from(purpose.is_change());
            }
        };
        // The operator has left: a late answer has nobody to be told to.
        let _ = tokio::time::timeout(LAST_ACTS, answered).await;
    }

    async fn wait(&mut self) -> Woken {
        // While a session has the terminal, there is nothing to be drawn.
        let due = self.urgency.due(&self.pace, Instant::now()).filter(|_| self.full.is_none());
        let until = due.unwrap_or_else(|| self.next_second());
        let until = self.keeping.due().map_or(until, |due| due.min(until));
        let look = self.app.look_due().map(|span| Instant::now() + Duration::from_millis(span.0.unsigned_abs()));
        let until = look.map_or(until, |due| due.min(until));
        tokio::select! {
            biased;
            () = self.signals.end() => Woken::Ended,
            event = next_event(&mut self.events) => Woken::Event(event),
            woken = FullScreen::woken(&mut self.full) => woken,
            Some((purpose, answer)) = self.answers.recv() => Woken::Answer(purpose, answer),
            feed = next_feed(&mut self.link.feed, self.rested), if self.connected => Woken::Feed(feed),
            () = tokio::time::sleep_until(until.into()) => Woken::Second,
        }
    }

    /// When the clock must be drawn again: at the first multiple of [`SLOT`] after the next whole second.
    fn next_second(&self) -> Instant {
        let into = (self.options.clock)().0.rem_euclid(1_000).unsigned_abs();
        let second = Instant::now() + Duration::from_millis(1_000 - into);
        let since_birth = second.saturating_duration_since(self.born).as_millis();
        let slots = u64::try_from(since_birth).unwrap_or(0).div_ceil(SLOT);
        self.born + Duration::from_millis(slots * SLOT)
    }

    /// Keeps what is to be remembered, if it is time.
    fn keep_memory(&mut self, last: bool) {
        if let Err(why) = self.keeping.keep(last) {
            self.app.mistake(why);
        }
    }

    /// Takes in what waits already, so that a burst costs one frame; not for ever, so that a flood leaves time for drawing.
    async fn drain(&mut self) -> Result<(), TuiError> {
        for _ in 0..512 {
            // Polled as this task: the stream remembers one waker only, and it must be ours.
            let events = &mut self.events;
            let event = std::future::poll_fn(|task| {
                let polled = events.as_mut().map(|events| events.poll_next_unpin(task));
                Poll::Ready(polled.filter(Poll::is_ready))
            });
            let woken = if let Some(Poll::Ready(event)) = event.await {
                Woken::Event(event)
            } else if let Ok((purpose, answer)) = self.answers.try_recv() {
                Woken::Answer(purpose, answer)
            } else if let Ok(feed) = self.link.feed.try_recv() {
                Woken::Feed(Some(feed))
            } else {
                return Ok(());
            };
            self.take_in(woken).await?;
        }
        Ok(())
    }

    async fn take_in(&mut self, woken: Woken) -> Result<(), TuiError> {
        let effects = match woken {
            Woken::Event(Some(Ok(event))) => self.take_event(event),
            Woken::Event(Some(Err(error))) => return Err(error.into()),
            Woken::Event(None) => {
                self.ended = Some(Ended::InputClosed);
                Vec::new()
            }
            Woken::Answer(purpose, answer) => {
                self.acting -= usize::from(purpose.is_change());
                let wrote = self.full.as_mut().and_then(|full| full.wrote(&purpose, &answer));
                let shown = matches!(purpose, Purpose::Session(Question::Read(_)));
                self.app.answered(purpose, answer);
                if let Some(wrote) = wrote {
                    self.show_wrote(&wrote)?;
                }
                if shown {
                    self.urgency.shown(Instant::now())
                } else {
                    self.urgency.raise(Dirty::Pressed)
                }
                // The next question need not wait for a frame.
                self.app.take_effects()
            }
            Woken::Feed(feed) => {
                self.connected = feed.is_some();
                self.rested = Instant::now() + GATHER;
                self.app.changed(feed.unwrap_or_else(|| Feed::Lost("it has stopped".into())));
                self.urgency.raise(Dirty::Changed);
                self.app.take_effects()
            }
            Woken::Second => {
                self.urgency.raise(Dirty::Changed);
                Vec::new()
            }
            Woken::Ended => {
                self.ended = Some(Ended::Signal);
                Vec::new()
            }
            Woken::Typed(read) => {
                self.typed_in_full(read).await?;
                Vec::new()
            }
            Woken::Resized => {
                self.fit_full_screen();
                Vec::new()
            }
        };
        for effect in effects {
            self.carry_out(effect).await?;
        }
        self.mind_full_screen().await
    }

    fn take_event(&mut self, event: Event) -> Vec<Effect> {
        if matches!(event, Event::Key(_) | Event::Paste(_)) && self.app.is_typing_through() {
            self.urgency.typed(Instant::now());
        }
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                self.urgency.raise(Dirty::Pressed);
                return self.app.press(key.into());
            }
            Event::Paste(text) => {
                self.urgency.raise(Dirty::Pressed);
                self.app.pasted(&text);
            }
            Event::Mouse(mouse) => {
                self.urgency.raise(Dirty::Pressed);
                self.app.mouse(mouse);
            }
            Event::Resize(..) => {
                self.area = Terminal::size();
                self.urgency.raise(Dirty::Resized);
            }
            _ => {}
        }
        Vec::new()
    }

    /// Sends a frame if one is due. An ended seat draws no more.
    async fn draw(&mut self) -> Result<(), TuiError> {
        let now = Instant::now();
        let due = self.urgency.due(&self.pace, now).is_some_and(|due| now >= due);
        if !due || self.ended.is_some() || self.full.is_some() {
            return Ok(());
        }
        let follow = now >= self.pace.due();
        let effects = self.app.settle(self.area, follow);
        let (bytes, clicks) = self.terminal.draw(&self.app, self.area)?;
        self.app.pointer.clicks = clicks;
        self.pace.sent(bytes, follow, now);
        self.urgency.drawn(now, self.app.is_behind());
        for effect in effects {
            self.carry_out(effect).await?;
        }
        Ok(())
    }
}

async fn next_event(events: &mut Option<EventStream>) -> Option<std::io::Result<Event>> {
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}

async fn next_feed(feed: &mut mpsc::Receiver<Feed>, rested: Instant) -> Option<Feed> {
    tokio::time::sleep_until(rested.into()).await;
    feed.recv().await
}

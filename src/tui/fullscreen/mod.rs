//! A session on the whole terminal: the machine's bytes go to it as they are, but for what `filter` holds back, and what is typed
//! goes to the machine as it comes, but for the one key that comes back. The engine, the feed and the answers go on meanwhile, and
//! what happened is said afterwards. The seat's own emulator is fed as before, so that the pane has lost nothing.
//!
//! Three things read the terminal's input at different times, and never two of them: the event stream, this, and an editor.

mod filter;
mod input;
mod leaving;
mod meanwhile;

use std::io;
use std::time::Duration;

use crokey::KeyCombination;
use crossterm::event::{EventStream, KeyCode, KeyModifiers};
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::filter::Filter;
use self::input::Bytes;
use self::leaving::Leaving;
use self::meanwhile::{Before, Meanwhile};
use super::app::App;
use super::effect::{Effect, Purpose};
use super::panes::incidents::tenant_name;
use super::running::{Running, Woken};
use super::seat::{Ended, TuiError};
use super::sessions::{Question, typed};
use super::terminal::{ANSWER, Terminal};
use super::urgency::Dirty;
use crate::core::id::SessionId;
use crate::link::session::{Line, Size, Talk, Talked};
use crate::link::{Refusal, Reply};

/// How long a terminal has to answer what it was asked.
const ANSWERS: Duration = Duration::from_millis(500);

/// A session that has the terminal.
#[derive(Debug)]
pub struct FullScreen {
    id: SessionId,
    filter: Filter,
    input: Bytes,
    resized: Signal,
    leaving: Leaving,
    before: Before,
    /// The terminal's title, as it was last set.
    title: String,
}

/// What a session wrote, on its way to the terminal.
pub struct Wrote {
    bytes: Vec<u8>,
    fresh: bool,
}

impl App {
    /// Hands the whole terminal over to the session that is shown.
    pub fn full_screen(&mut self) {
        let Some(tab) = self.sessions.current() else { return self.mistake("no session is open here".into()) };
        if tab.over || !self.drives(&tab.id) {
            return self.mistake(self.typed_nowhere());
        }
        let id = tab.id.clone();
        self.effect(Effect::FullScreen(id));
    }

    /// Why a session can't have the terminal any longer.
    fn lost_full_screen(&self, id: &SessionId) -> Option<String> {
        let tab = self.sessions.tab(id)?;
        match self.board.session(id) {
            Some(session) if session.is_over() => Some(format!("{}: {}", session.headline(), session.standing())),
            Some(session) if !self.drives(id) => Some(match &session.driver {
                Some(driver) => format!("{} types in {id} now", driver.who),
                None => format!("{id} is in nobody's hands"),
            }),
            _ if tab.over => Some(format!("{id} is over")),
            _ if let Some(why) = self.phase.stands_still() => Some(format!("{why}, and {id} out of reach")),
            _ => tab.trouble.clone(),
        }
    }

    /// What the terminal's title says meanwhile: whose machine it is, how to come back, and what else there is to know.
    fn full_screen_title(&self, id: &SessionId) -> String {
        let Some((tab, session)) = self.sessions.tab(id).zip(self.board.session(id)) else { return id.to_string() };
        let (tenant, asset) = (tenant_name(self, &id.tenant), &session.wish.asset);
        let mut title = format!("{tenant}: {asset} ({id}); {} comes back", self.key_of("session-commands"));
        let line = match &tab.live.line {
            Line::Opening => Some("opening".into()),
            Line::Ready => None,
            Line::Paused => Some("THE MACHINE DOES NOT RESPOND".into()),
            Line::Away { tries, .. } => Some(format!("CONNECTION AWAY, tried {tries} times")),
        };
        let watchers: Vec<&str> = session.watchers.iter().map(|one| &*one.who).collect();
        let watched = (!watchers.is_empty()).then(|| format!("watched by {}", watchers.join(", ")));
        for more in line.into_iter().chain(tab.live.warning.clone()).chain(watched) {
            title.push_str(&format!("; {more}"));
        }
        title
    }

    /// The terminal is the seat's again. `rest`: what was typed after the key that came back.
    fn back_from_full_screen(&mut self, why: Option<String>, meanwhile: Meanwhile, rest: &[u8]) {
        self.leave_typing();
        if let Some(why) = why {
            self.mistake(why);
        }
        let newest = self.key_of("newest");
        match meanwhile.words() {
            Some(words) if meanwhile.critical > 0 => self.warn(format!("meanwhile: {words}; {newest} goes to it")),
            Some(words) => self.notice(format!("meanwhile: {words}")),
            None => self.notice("meanwhile nothing happened".into()),
        }
        let keys = rest.iter().map_while(|byte| (0x20..0x7f).contains(byte).then_some(char::from(*byte)));
        for key in keys {
            let key = KeyCombination::one_key(KeyCode::Char(key), KeyModifiers::NONE).normalized();
            let effects = self.press(key);
            self.effects.extend(effects);
        }
    }
}

impl FullScreen {
    /// What wakes the seat while a session has the terminal.
    pub async fn woken(full: &mut Option<Self>) -> Woken {
        let Some(full) = full else { return std::future::pending().await };
        tokio::select! {
            read = full.input.read() => Woken::Typed(read),
            _ = full.resized.recv() => Woken::Resized,
        }
    }

    /// What an answer brings to the terminal, if it is from the session that has it.
    pub fn wrote(&mut self, purpose: &Purpose, answer: &Result<Reply, Refusal>) -> Option<Wrote> {
        match (purpose, answer) {
            (Purpose::Session(Question::Read(id)), Ok(Reply::Talked(Talked::Piece(piece)))) if *id == self.id => {
                if piece.fresh {
                    self.filter.begin_anew();
                    return Some(Wrote { bytes: Vec::new(), fresh: true });
                }
                Some(Wrote { bytes: self.filter.pass(&piece.bytes.0), fresh: false })
            }
            _ => None,
        }
    }
}

impl Running {
    /// Hands the terminal over to a session.
    pub(super) async fn begin_full_screen(&mut self, id: SessionId) -> Result<(), TuiError> {
        if self.full.is_some() || self.app.sessions.tab(&id).is_none() {
            return Ok(());
        }
        self.put_events_away().await;
        let input = Bytes::take()?;
        let resized = signal(SignalKind::window_change())?;
        self.terminal.lend_to_machine()?;
        let leaving = Leaving::new(&self.app.keymap);
        let before = Before::of(&self.app.board);
        self.app.talk(Question::Send(id.clone()), Talk::HandOver { session: id.clone(), raw: true });
        self.full =
            Some(FullScreen { id, filter: Filter::default(), input, resized, leaving, before, title: String::new() });
        self.show_whole()?;
        self.fit_full_screen();
        self.mind_full_screen().await
    }

    /// What was typed goes to the machine, unless it is the key that comes back.
    pub(super) async fn typed_in_full(&mut self, read: io::Result<Vec<u8>>) -> Result<(), TuiError> {
        let bytes = read?;
        if bytes.is_empty() {
            self.ended = Some(Ended::InputClosed);
            return Ok(());
        }
        let Some(full) = &mut self.full else { return Ok(()) };
        let (machine, rest) = full.leaving.split(&bytes);
        let effects = typed(&full.id, machine);
        effects.into_iter().for_each(|effect| self.app.effect(effect));
        match rest {
            Some(rest) => self.end_full_screen(None, rest).await,
            None => Ok(()),
        }
    }

    /// Shows what the machine wrote. The seat's own emulator has it already.
    pub(super) fn show_wrote(&mut self, wrote: &Wrote) -> Result<(), TuiError> {
        if wrote.fresh {
            return self.show_whole();
        }
        let room = self.full.as_ref().is_some_and(|full| full.filter.is_at_rest());
        Ok(self.terminal.show_of_machine(&wrote.bytes, room)?)
    }

    /// The terminal has another size.
    pub(super) fn fit_full_screen(&mut self) {
        self.area = Terminal::size();
        let Some(full) = &self.full else { return };
        let (id, size) = (full.id.clone(), Size { cols: self.area.width, rows: self.area.height });
        if let Some(tab) = self.app.sessions.current_mut().filter(|tab| tab.id == id) {
            tab.fit(size);
            self.app.talk(Question::Send(id.clone()), Talk::Resize { session: id, size });
        }
    }

    /// Sees whether the session can still have the terminal, and keeps the title true. Called after everything that happens.
    pub(super) async fn mind_full_screen(&mut self) -> Result<(), TuiError> {
        let Some(full) = &mut self.full else { return Ok(()) };
        if self.app.sessions.tab(&full.id).is_none() {
            return self.end_full_screen(None, &[]).await;
        }
        if let Some(why) = self.app.lost_full_screen(&full.id) {
            return self.end_full_screen(Some(why), &[]).await;
        }
        let title = self.app.full_screen_title(&full.id);
        if title != full.title {
            self.terminal.set_title(&title)?;
            full.title = title;
        }
        // Whatever waits may be sent now, if the machine has not stopped in the middle of something.
        let room = full.filter.is_at_rest();
        self.terminal.show_of_machine(&[], room)?;
        let effects = self.app.take_effects();
        for effect in effects {
            Box::pin(self.carry_out(effect)).await?;
        }
        Ok(())
    }

    /// Draws the machine's whole screen, from what the seat's own emulator knows of it.
    fn show_whole(&mut self) -> Result<(), TuiError> {
        let Some(tab) = self.full.as_ref().and_then(|full| self.app.sessions.tab(&full.id)) else { return Ok(()) };
        let screen = tab.screen();
        self.terminal.empty_for_machine()?;
        if screen.alternate_screen() {
            self.terminal.show_of_machine(b"\x1b[?1049h", false)?;
        }
        Ok(self.terminal.show_of_machine(screen.state_formatted().as_bytes(), true)?)
    }

    /// The terminal is the seat's again.
    async fn end_full_screen(&mut self, why: Option<String>, rest: &[u8]) -> Result<(), TuiError> {
        let Some(full) = self.full.take() else { return Ok(()) };
        let FullScreen { id, filter, mut input, before, .. } = full;
        self.app.talk(Question::Send(id.clone()), Talk::HandOver { session: id, raw: false });
        let fence = filter.has_asked();
        self.terminal.return_from_machine(filter.has_recoloured(), fence)?;
        if fence {
            // Answers that come late would be taken for keys, and a machine can choose what some of them say.
            let _ = tokio::time::timeout(ANSWERS, answered(&mut input)).await;
        }
        let mut rest = rest.to_vec();
        rest.extend(input.finish());
        self.terminal.take_from_machine()?;
        self.events = Some(EventStream::new());
        self.area = Terminal::size();
        let meanwhile = before.until(&self.app.board);
        self.app.back_from_full_screen(why, meanwhile, if fence { &[] } else { &rest });
        self.urgency.raise(Dirty::Pressed);
        let effects = self.app.take_effects();
        for effect in effects {
            Box::pin(self.carry_out(effect)).await?;
        }
        Ok(())
    }
}

/// Takes in what the terminal answers, until it has answered all of it.
async fn answered(input: &mut Bytes) {
    let mut all = Vec::new();
    while let Ok(bytes) = input.read().await {
        all.extend_from_slice(&bytes);
        if bytes.is_empty() || all.windows(ANSWER.len()).any(|part| part == ANSWER) {
            return;
        }
    }
}

//! The sessions that this seat shows, one tab each: what the machine has written, what of it is looked at, and where keys go.
//!
//! Who opens a session, and how one comes to be listed, is left to whoever calls [`App::tab_opened`], [`App::watch_session`] and
//! [`App::drive_session`]. Everything for the engine is an [`Effect::Ask`] with a [`Request::Session`]: the `hands` keep those of one
//! session in order, but for [`Talk::Read`], which waits for as long as there is nothing new and holds nobody up.

pub mod back;
mod commands;
pub mod keys;
mod mouse;
mod paste;
pub mod tab;
mod typing;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use self::tab::Tab;
use super::app::{App, Phase};
use super::effect::{Effect, Purpose};
use super::opening::opening_words;
use super::panes::Pane;
use crate::core::id::{SessionId, TenantId};
use crate::core::input::Actor;
use crate::core::session::{Kind, Session, Wish};
use crate::link::session::{Blob, Size, Talk, Talked};
use crate::link::{Refusal, Reply, Request};

/// Bytes of one [`Talk::Type`], at most: a paste is cut into such pieces.
const PIECE: usize = 16 << 10;

/// What was asked of the engine about a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Question {
    /// To open one.
    Open {
        /// Whose machine.
        tenant: TenantId,
        /// What, and where.
        wish: Box<Wish>,
    },
    /// What it shows.
    Read(SessionId),
    /// To take what was typed, another size, or a marker.
    Send(SessionId),
    /// To let this seat type.
    Drive(SessionId),
    /// To let it look on.
    Watch(SessionId),
    /// To go away from it.
    Leave(SessionId),
    /// To leave it running.
    Detach(SessionId),
    /// To end it.
    End(SessionId),
}

impl Question {
    /// It changes something: a seat that ends waits for it.
    pub const fn is_change(&self) -> bool {
        !matches!(self, Self::Read(_) | Self::Send(_))
    }

    /// It is answered when something happens, or asked so often that nobody wants to read of it.
    pub const fn is_patient(&self) -> bool {
        matches!(self, Self::Read(_) | Self::Send(_))
    }
}

/// What keys mean in the pane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// They go to the machine, all but the one that leaves this.
    Typing,
    /// They are the pane's own commands.
    Commanding,
    /// They move through what has left the screen at the top.
    Scrolling,
}

/// The pane's state.
#[derive(Debug, Default)]
pub struct Sessions {
    tabs: Vec<Tab>,
    /// Forwarded ports that this seat looks after: they are read as tabs are, and shown in the list.
    ports: Vec<Tab>,
    /// The tab that is shown.
    at: usize,
    /// Keys go to the machine while the pane has them.
    typing: bool,
    /// The pane has the screen to itself while it has the keys.
    pub zoomed: bool,
    /// It is in the detail's place.
    front: bool,
    /// Texts for the clipboard are taken from machines.
    pub clipboard: bool,
}

impl Sessions {
    /// The tabs, in the order in which they were opened.
    pub fn tabs(&self) -> &[Tab] {
        &self.tabs
    }

    /// The tab that is shown.
    pub fn current(&self) -> Option<&Tab> {
        self.tabs.get(self.at)
    }

    /// The same, to change it.
    pub fn current_mut(&mut self) -> Option<&mut Tab> {
        self.tabs.get_mut(self.at)
    }

    /// The tab of a session.
    pub fn tab(&self, id: &SessionId) -> Option<&Tab> {
        self.tabs.iter().find(|tab| tab.id == *id)
    }

    /// What keys mean while the pane has them.
    pub fn mode(&self) -> Mode {
        match self.current() {
            Some(tab) if tab.is_scrolled() => Mode::Scrolling,
            Some(_) if self.typing => Mode::Typing,
            _ => Mode::Commanding,
        }
    }

    /// The number of the tab that is shown.
    pub fn place(&self) -> usize {
        self.at
    }

    /// The pane is in the detail's place.
    pub fn in_front(&self) -> bool {
        self.front && !self.tabs.is_empty()
    }

    /// A forwarded port that this seat looks after.
    pub fn port(&self, id: &SessionId) -> Option<&Tab> {
        self.ports.iter().find(|port| port.id == *id)
    }

    fn tab_mut(&mut self, id: &SessionId) -> Option<&mut Tab> {
        self.tabs.iter_mut().chain(&mut self.ports).find(|tab| tab.id == *id)
    }
}

impl App {
    /// This seat, as the engine knows it.
    pub fn me(&self) -> Actor {
        Actor { who: self.operator.clone(), seat: self.seat.clone() }
    }

    /// A session of the board that this seat shows in a tab.
    pub fn session_of(&self, tab: &Tab) -> Option<&Session> {
        self.board.session(&tab.id).map(|session| &**session)
    }

    /// Whether what is typed goes to the session: this seat drives it, and it is not over.
    pub fn drives(&self, id: &SessionId) -> bool {
        match self.board.session(id) {
            Some(session) => !session.is_over() && session.is_driven_by(&self.me()),
            // The answer may be here before the news.
            None => self.sessions.tab(id).is_some_and(|tab| tab.opened_here),
        }
    }

    /// Sessions that this seat drives: it is asked about them before it quits.
    pub fn driven(&self) -> impl Iterator<Item = &Session> {
        let me = self.me();
        let driven = move |session: &&Session| !session.is_over() && session.is_driven_by(&me);
        self.board.sessions().map(|session| &**session).filter(driven)
    }

    /// The engine has opened a session for this seat: its tab takes the keys, and what is typed goes to the machine.
    pub fn tab_opened(&mut self, id: SessionId) {
        if self.is_port(&id) {
            return self.port_joined(id, true);
        }
        self.show_tab(id, true);
        self.sessions.typing = true;
        if let Some(tab) = self.sessions.current_mut() {
            tab.opened_here = true;
        }
    }

    /// Looks on at a session.
    pub fn watch_session(&mut self, id: SessionId) {
        if self.is_port(&id) {
            self.port_joined(id.clone(), false);
        } else {
            self.show_tab(id.clone(), false);
            self.sessions.typing = false;
        }
        self.talk(Question::Watch(id.clone()), Talk::Watch { session: id });
    }

    /// Types into a session from now on, whoever did before. That it is meant was asked before.
    pub fn drive_session(&mut self, id: SessionId) {
        if self.is_port(&id) {
            self.port_joined(id.clone(), false);
        } else {
            self.show_tab(id.clone(), false);
            self.sessions.typing = true;
        }
        self.talk(Question::Drive(id.clone()), Talk::Drive { session: id });
    }

    /// The engine answered a question about a session.
    pub fn talked(&mut self, question: Question, answer: Result<Reply, Refusal>) {
        let answer = match answer {
            Ok(Reply::Talked(talked)) => Ok(talked),
            Ok(_) => Err(Refusal::new("unexpected", "the engine answered something else")),
            Err(refusal) => Err(refusal),
        };
        match (question, answer) {
            (Question::Read(id), Ok(Talked::Piece(piece))) => {
                let fresh = piece.fresh;
                let text = self.sessions.tab_mut(&id).and_then(|tab| {
                    tab.take(*piece);
                    tab.take_clipboard()
                });
                if let Some(text) = text.filter(|_| !fresh) {
                    self.clipboard_wanted(&id, &text);
                }
                self.read_on(&id);
            }
            (Question::Read(id), answer) => {
                if let (Some(tab), Err(refusal)) = (self.sessions.tab_mut(&id), answer) {
                    tab.refused(refusal.message);
                }
            }
            (Question::Drive(id) | Question::Watch(id), Ok(_)) => {
                if let Some(tab) = self.sessions.tab_mut(&id) {
                    tab.join();
                }
                self.read_on(&id);
            }
            (Question::Drive(id) | Question::Watch(id), Err(refusal)) => {
                if let Some(tab) = self.sessions.tab_mut(&id) {
                    tab.refused(refusal.message.clone());
                }
                self.mistake(refusal.message);
            }
            (Question::Open { wish, .. }, Ok(Talked::Opening(id))) => {
                self.unsay(&opening_words(&wish));
                if is_port(&wish) {
                    self.port_joined(id, true);
                } else {
                    self.tab_opened(id);
                }
            }
            (_, Ok(_)) => {}
            // What was on its way when it ended came too late: that it ended is said already.
            (Question::Send(id), Err(_)) if self.board.session(&id).is_none_or(|session| session.is_over()) => {}
            (_, Err(refusal)) => {
                self.stay_after_all();
                self.mistake(refusal.message);
            }
        }
    }

    /// A session is about to change on the board. Who can no longer type in it looks on.
    pub fn tab_changes(&mut self, is: &Session) {
        let (me, id) = (self.me(), is.id.clone());
        let drove = self.drives(&id);
        let other = is.driver.as_ref().is_some_and(|driver| *driver != me);
        if let Some(tab) = self.sessions.tab_mut(&id).filter(|_| drove && other && !is.is_over()) {
            tab.opened_here = false;
            self.talk(Question::Watch(id.clone()), Talk::Watch { session: id });
        }
    }

    /// The board is another one: what was refused before may be answered now.
    pub fn tabs_anew(&mut self) {
        self.sessions.tabs.iter_mut().chain(&mut self.sessions.ports).for_each(Tab::retry);
    }

    /// A machine wants a text, encoded, in the operator's clipboard.
    fn clipboard_wanted(&mut self, id: &SessionId, text: &[u8]) {
        if !self.sessions.clipboard || !self.drives(id) {
            return;
        }
        let text = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = text.map(|text| text.replace(|c: char| c.is_control() && !matches!(c, '\n' | '\t'), ""))
        else {
            return;
        };
        self.notice(format!("{id} has put {} bytes into your clipboard", text.len()));
        self.effect(Effect::Copy(text));
    }

    /// Bytes for the machine of the tab that is shown, in pieces.
    pub fn type_bytes(&mut self, bytes: &[u8]) {
        let Some(id) = self.sessions.current().map(|tab| tab.id.clone()) else { return };
        for effect in typed(&id, bytes) {
            self.effect(effect);
        }
    }

    /// Asks the engine something about a session.
    pub fn talk(&mut self, question: Question, talk: Talk) {
        self.effect(Effect::Ask(Purpose::Session(question), Request::Session(talk)));
    }

    /// What each tab still wants: called before each frame, with the room there is for a terminal.
    pub fn settle_sessions(&mut self, room: Option<Size>) {
        if self.phase != Phase::Live {
            return;
        }
        let board = &self.board;
        self.sessions.ports.retain(|port| !port.over || board.session(&port.id).is_some());
        let ids: Vec<_> = self.sessions.tabs.iter().chain(&self.sessions.ports).map(|tab| tab.id.clone()).collect();
        for id in ids {
            self.read_on(&id);
        }
        let Some((id, room)) = self.sessions.current().map(|tab| tab.id.clone()).zip(room) else { return };
        let drives = self.drives(&id);
        let Some(tab) = self.sessions.tab_mut(&id) else { return };
        if !drives {
            let size = tab.live.size;
            tab.fit(size);
        } else if tab.fit(room) {
            self.talk(Question::Send(id.clone()), Talk::Resize { session: id, size: room });
        }
    }

    /// Settles which of the detail and the sessions is in their place: the one that had the keys last.
    pub fn settle_front(&mut self) {
        if self.focus == Pane::Session && self.sessions.tabs.is_empty() {
            self.focus = Pane::Incidents;
        }
        match self.focus {
            Pane::Session => self.sessions.front = true,
            Pane::Detail => self.sessions.front = false,
            _ => {}
        }
    }

    /// Asks for what a session shows next, unless that is asked already.
    fn read_on(&mut self, id: &SessionId) {
        if let Some(talk) = self.sessions.tab_mut(id).and_then(Tab::wants) {
            self.talk(Question::Read(id.clone()), talk);
        }
    }

    fn is_port(&self, id: &SessionId) -> bool {
        self.board.session(id).is_some_and(|session| is_port(&session.wish))
    }

    /// Looks after a forwarded port: it takes no keys, and has no place on the screen but its line in the list.
    fn port_joined(&mut self, id: SessionId, joined: bool) {
        if self.sessions.port(&id).is_none() {
            self.sessions.ports.push(Tab::new(id, joined));
        }
    }

    /// Brings the tab of a session to the front, and makes it if there is none.
    fn show_tab(&mut self, id: SessionId, joined: bool) {
        let at = self.sessions.tabs.iter().position(|tab| tab.id == id).unwrap_or_else(|| {
            self.sessions.tabs.push(Tab::new(id, joined));
            self.sessions.tabs.len() - 1
        });
        self.sessions.at = at;
        self.focus = Pane::Session;
    }
}

fn is_port(wish: &Wish) -> bool {
    matches!(wish.kind, Kind::Forward { .. })
}

/// What brings bytes to a session's machine.
pub fn typed(id: &SessionId, bytes: &[u8]) -> Vec<Effect> {
    let piece = |bytes: &[u8]| {
        let talk = Talk::Type { session: id.clone(), bytes: Blob(bytes.to_vec()) };
        Effect::Ask(Purpose::Session(Question::Send(id.clone())), Request::Session(talk))
    };
    bytes.chunks(PIECE).map(piece).collect()
}

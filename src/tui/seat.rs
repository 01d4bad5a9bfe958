//! What a seat is given: its link, its operator, its options. Where these come from is left to `cli` and `config`.

use std::path::PathBuf;

use super::clock;
use super::colour::Colour;
use super::conflicts::KeyLine;
use super::reload::{Watch, Wishes};
use crate::core::input::Actor;
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};
use crate::link::Link;

/// Everything a seat needs.
#[derive(Debug)]
pub struct Seat {
    /// To the engine.
    pub link: Link,
    /// Who sits here, and where: what goes with every act.
    pub operator: Actor,
    /// How it behaves.
    pub options: Options,
    /// The user's keys, as `[keys]` has them.
    pub keys: Vec<KeyLine>,
    /// Where senders reach the receiver, if not where it says it listens.
    pub base_url: Option<String>,
    /// Looks whether the configuration has changed; absent: it never does.
    pub watch: Option<Watch>,
    /// The folder in which a seat keeps what it remembers; absent: it remembers nothing.
    pub memories: Option<PathBuf>,
}

/// How a seat behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// Commands that change something are refused.
    pub read_only: bool,
    /// The engine runs in this process: ctrl-z must not stop it.
    pub embedded: bool,
    /// That engine can go on without this seat.
    pub hands_over: bool,
    /// It begins as a wall, and stays one.
    pub wall: bool,
    /// Where it may keep what is written from it, for example a handover; absent: nowhere.
    pub folder: Option<PathBuf>,
    /// How many colours.
    pub colour: Colour,
    /// No character but ASCII.
    pub ascii: bool,
    /// The theme's name.
    pub theme: String,
    /// The user's own themes, each with its text.
    pub themes: Vec<(String, String)>,
    /// Frames a second that changes may cause.
    pub fps: u32,
    /// Clicks and the wheel are taken; the terminal's own selection then needs shift.
    pub mouse: bool,
    /// The least severity of a new incident that is heard; absent: none is.
    pub bell: Option<Severity>,
    /// Machines may set the operator's clipboard while a session is typed into.
    pub session_clipboard: bool,
    /// The time.
    pub clock: fn() -> Moment,
    /// What the shown times of day are ahead of UTC by.
    pub utc_offset: fn(Moment) -> Span,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            read_only: false,
            embedded: false,
            hands_over: false,
            wall: false,
            folder: None,
            colour: Colour::Auto,
            ascii: false,
            theme: "default".into(),
            themes: Vec::new(),
            fps: 10,
            mouse: false,
            bell: Some(Severity::Critical),
            session_clipboard: false,
            clock: system_clock,
            utc_offset: clock::utc,
        }
    }
}

impl Seat {
    /// What the configuration said of it at its beginning.
    pub(super) fn wishes(&self) -> Wishes {
        let Options { theme, themes, fps, mouse, bell, session_clipboard, .. } = &self.options;
        Wishes {
            theme: theme.clone(),
            themes: themes.clone(),
            fps: *fps,
            mouse: *mouse,
            bell: *bell,
            session_clipboard: *session_clipboard,
            keys: self.keys.clone(),
        }
    }
}

/// How a seat ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// The operator left.
    Quit,
    /// The operator left, and the engine of this process is to go on without it.
    LeaveEngine,
    /// SIGTERM, SIGINT or SIGHUP.
    Signal,
    /// The terminal has nothing more to say.
    InputClosed,
}

/// A seat could not begin, or its terminal is gone.
#[derive(Debug, thiserror::Error)]
#[error("terminal: {0}")]
pub struct TuiError(#[from] pub std::io::Error);

fn system_clock() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

//! Plays a recording: what an emulator shows of it, on the terminal, with a line below that says where it is. Nothing of the
//! recording reaches the terminal itself. Reading recordings is left to whoever has them.

mod draw;
mod left;
mod player;

use std::time::{Duration, Instant};

use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::StreamExt as _;

pub use self::left::Left;
use self::player::Player;
use super::TuiError;
use super::colour::Colour;
use super::signals::Signals;
use super::terminal::Terminal;
use super::theme::Look;
use crate::core::time::Span;
use crate::link::session::Size;

/// How often a busy recording is drawn.
const FRAME: Duration = Duration::from_millis(33);

/// Something that happened in a recording.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Since its beginning.
    pub at: Span,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// The machine showed this. As hostile as any text from outside.
    Output(String),
    /// The terminal has this size from now on.
    Size(Size),
    /// A marker. As hostile as any text from outside.
    Mark(String),
}

/// What to play, and how.
pub struct Replay {
    /// What the line below calls it. As hostile as any text from outside.
    pub title: String,
    /// The terminal's size at the beginning.
    pub size: Size,
    /// What happened, in order; read as it is played.
    pub steps: Box<dyn Iterator<Item = Step>>,
    /// 2: twice as fast as it was.
    pub speed: f64,
    /// Nothing is waited for longer than this.
    pub idle: Option<Span>,
    /// Colours.
    pub colour: Colour,
    /// ASCII only.
    pub ascii: bool,
}

/// Plays it until whoever looks has enough.
///
/// # Errors
/// When there is no terminal, or it is gone.
pub fn play(replay: Replay) -> Result<(), TuiError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let depth = replay.colour.depth(|name| std::env::var(name).ok());
    let look = Look::new("default", depth, replay.ascii).unwrap_or_else(|_| Look::plain(replay.ascii));
    let Replay { title, size, steps, speed, idle, .. } = replay;
    runtime.block_on(show(Player::new(size, steps, speed, idle), &title, &look))
}

async fn show(mut player: Player, title: &str, look: &Look) -> Result<(), TuiError> {
    let mut signals = Signals::listen(false)?;
    let mut terminal = Terminal::take(false)?;
    let mut keys = EventStream::new();
    let mut last = Instant::now();
    loop {
        let now = Instant::now();
        player.passed(now - std::mem::replace(&mut last, now));
        terminal.show(Terminal::size(), |buffer| draw::draw(&player, title, look, buffer))?;
        // At the end, and while it is paused, there is only the keyboard to wait for.
        let due = player.due().map(|due| due.max(FRAME));
        tokio::select! {
            () = tokio::time::sleep(due.unwrap_or_default()), if due.is_some() => {}
            () = signals.end() => return Ok(()),
            event = keys.next() => match event {
                Some(Ok(Event::Key(key))) if key.kind != KeyEventKind::Release => {
                    if pressed(&mut player, key) {
                        return Ok(());
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Ok(()),
            },
        }
    }
}

/// True: enough.
fn pressed(player: &mut Player, key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Char('q') | KeyCode::Esc => return true,
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return true,
        KeyCode::Char(' ') => player.paused = !player.paused,
        KeyCode::Char('+' | '=') => player.faster(),
        KeyCode::Char('-') => player.slower(),
        _ => {}
    }
    false
}

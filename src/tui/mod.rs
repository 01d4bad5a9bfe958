//! The seat: one person's live view of an engine, and their hands.
//!
//! Elm-shaped: [`app::App`] is all the state and does no IO; [`view::draw`] turns it into a buffer; [`effect::Effect`]s are what it
//! wants from the world, carried out by the loop here. It runs on a thread of its own, since writing to a terminal can block
//! for minutes. It knows nothing of store, receiver or engine: the [`crate::link::Link`] is its only way out.

mod act;
mod ansi;
pub mod app;
mod approvals;
mod arrivals;
mod attending;
mod bell;
mod bulk;
mod canvas;
mod clipboard;
mod clock;
pub mod colour;
mod columns;
pub mod command;
pub mod conflicts;
mod draft;
mod editor;
pub mod effect;
mod empty;
mod executions;
mod file;
mod follow;
pub mod forwarding;
mod fullscreen;
mod glyphs;
mod handover;
mod hands;
mod input;
mod issue;
mod keeping;
mod keymap;
mod layout;
mod leaving;
mod log;
mod machines;
pub mod memory;
mod mouse;
mod moves;
mod opening;
mod orders;
mod pace;
mod paint;
mod panes;
mod phase;
pub mod picture;
pub mod plain;
mod popups;
mod presence;
pub mod reload;
pub mod replay;
mod run;
mod running;
mod say;
mod scope;
mod scopes;
mod seat;
mod seeking;
mod sessions;
mod signals;
mod sources;
mod tasks;
mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
mod triage;
mod trouble;
mod typing;
mod urgency;
pub mod view;
mod views;
mod wall;
mod when;
mod whichkey;
mod windows;

pub use clock::utc;
pub use seat::{Ended, Options, Seat, TuiError};

use running::Running;
use signals::Signals;
use terminal::Terminal;

/// Sits down: shows the engine behind `seat` until the operator leaves. Blocks the calling thread, which should do nothing else.
///
/// # Errors
/// When there is no terminal, or it is gone.
pub fn run(seat: Seat) -> Result<Ended, TuiError> {
    let born = std::time::Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async move {
        // Signals first: from here on, nothing ends the seat without the terminal being given back.
        let signals = Signals::listen(seat.options.embedded)?;
        let terminal = Terminal::take(seat.options.mouse)?;
        Running::begin(seat, terminal, signals, born).last().await
    })
}

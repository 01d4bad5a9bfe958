//! What is wrong with the program itself: the engine, the store, the receiver, and the feed that should say so.

use super::app::Phase;
use crate::core::board::Board;
use crate::core::time::{Moment, Span};

/// The engine says something every ten seconds; after three times of that without a word, a quiet board proves nothing.
pub const SILENT: Span = Span(35_000);

/// The same in words that stay as they are while it lasts.
pub fn steady(board: &Board, phase: &Phase, heard_at: Moment, now: Moment) -> Vec<String> {
    let now = if let Phase::Away(_) = phase { heard_at } else { now.min(heard_at + SILENT) };
    troubles(board, phase, heard_at, now)
}

/// `34 s`, `12 min`, `3 h`.
pub fn age(span: Span) -> String {
    match span.0 / Span::SECOND.0 {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}

/// All of it, the worst first, each with what to do. `heard_at`: when the feed last brought anything.
pub fn troubles(board: &Board, phase: &Phase, heard_at: Moment, now: Moment) -> Vec<String> {
    let pulse = &board.pulse;
    let mut troubles = Vec::new();
    if let Phase::Lost(reason) = phase {
        troubles.push(format!("ENGINE LOST: {reason}. This board stands still. Quit (q) and start again."));
    }
    let silent = now - heard_at;
    if let Phase::Away(reason) = phase {
        let age = if silent >= Span::SECOND { format!(" FOR {}", age(silent)) } else { String::new() };
        troubles.push(format!("ENGINE AWAY{age}: {reason}. This board is that old. Trying again."));
    }
    if *phase == Phase::Live && silent >= SILENT {
        let seconds = silent.0 / Span::SECOND.0;
        troubles.push(format!("NOTHING HEARD FOR {seconds} s: the engine is stuck or stopped. This board may be old."));
    }
    if let Some(error) = &pulse.store_error {
        troubles.push(format!("STORE: {error}. Senders get 503 and retry until this is mended."));
    }
    if let Some(error) = &pulse.listen_error {
        troubles.push(format!("NOT LISTENING: {error}. No alert can come in until this is mended."));
    }
    if let Some(error) = &pulse.config_error {
        troubles.push(format!("CONFIGURATION: {error}. The one before holds until this is mended."));
    }
    for (id, panel) in &board.tenants {
        if let Some(reason) = &panel.stopped {
            troubles.push(format!("{id} TAKES NO ALERTS: {reason}"));
        }
    }
    troubles
}

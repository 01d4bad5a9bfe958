//! What happened to the incident: when, what, by whom and where they sat; the latest last.
//!
//! ```text
//! 02:41:40  assigned to sam  (sam, ops-3 tty2)
//! 03:12:25  note: called the carrier, ticket 4711  (priya, jump-1 pts/4)
//! ```

use super::text::{Line, hanging};
use crate::core::timeline::TimelineEntry;
use crate::tui::app::App;
use crate::tui::clock;
use crate::tui::theme::Role;

/// The latest entries that are shown.
const MOST: usize = 2_000;

/// The tab's lines.
pub fn lines(app: &App, timeline: &[TimelineEntry], width: u16) -> Vec<Line> {
    let latest = timeline.get(timeline.len().saturating_sub(MOST)..).unwrap_or_default();
    latest.iter().flat_map(|entry| entry_lines(app, entry, width)).collect()
}

fn entry_lines(app: &App, entry: &TimelineEntry, width: u16) -> Vec<Line> {
    let time = Line::dim(&format!("{}  ", clock::day_and_time(app, entry.at)));
    let what = entry.what.words(|at| clock::day_and_time(app, at));
    let by = match (&entry.who, &entry.seat) {
        (Some(who), Some(seat)) => format!("  ({who}, {seat})"),
        (Some(who), None) => format!("  ({who})"),
        (None, _) => String::new(),
    };
    hanging(time, &format!("{what}{by}"), Role::Text, width)
}

//! Times of day, as the seat was told to show them: UTC, or shifted by a given offset. Reads no clock and no time zone.

use super::app::App;
use crate::core::time::{Moment, Span};

/// `14:03:22`.
pub fn time_of_day(app: &App, at: Moment) -> String {
    let local = at + (app.utc_offset)(at);
    let seconds = local.0.rem_euclid(Span::DAY.0) / Span::SECOND.0;
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// The time of day, with the date when that is another one.
pub fn day_and_time(app: &App, at: Moment) -> String {
    let shifted = |at: Moment| at + (app.utc_offset)(at);
    let day = |at: Moment| shifted(at).0.div_euclid(Span::DAY.0);
    let time = time_of_day(app, at);
    if day(at) == day(app.now) { time } else { format!("{} {time}", shifted(at).to_string().get(..10).unwrap_or("-")) }
}

/// UTC.
pub fn utc(_: Moment) -> Span {
    Span(0)
}

//! A point in the time to come as people type it, in the seat's local time: `2h`, `08:00`, `tomorrow 8:00`, `mon 09:30`,
//! `2026-02-01 08:00`. What is done then is left to whoever asks.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

use crate::core::limit::Limit;
use crate::core::time::{Moment, Span};

/// When a day begins for those who name no hour.
const MORNING: Time = Time::constant(8, 0, 0, 0);
/// Examples, for prompts.
pub const LOOKS_LIKE: &str = "2h, 08:00, tomorrow 8:00, mon 09:30";

/// Why a text is no time to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTime {
    /// It begins with none.
    #[error("until when? 2h, 45m, 08:00, tomorrow 8:00, mon 09:30 or 2026-02-01 08:00")]
    Unread,
    /// It begins with one that is over.
    #[error("that time is past")]
    Past,
}

/// Clocks on the wall: what is shown is ahead of UTC by that.
pub type Offset = fn(Moment) -> Span;

/// Reads the time that `text` begins with, and what follows it.
///
/// # Errors
/// When it begins with no time, or with one that is not after `now`.
pub fn read(text: &str, now: Moment, offset: Offset) -> Result<(Moment, &str), NoTime> {
    let (word, rest) = word(text);
    if let Ok(Limit(Some(span))) = word.parse() {
        return Ok((now + span, rest));
    }
    let today = local(now, offset).ok_or(NoTime::Unread)?;
    let (day, rest) = match (day(word, today.date()), time(word)) {
        (Some(day), _) => (day, rest),
        (None, Some(at)) => {
            let next = if at > today.time() { Some(today.date()) } else { today.date().tomorrow().ok() };
            return Ok((moment(next.ok_or(NoTime::Unread)?.to_datetime(at), offset), rest));
        }
        (None, None) => return Err(NoTime::Unread),
    };
    let (word, after) = self::word(rest);
    let (at, rest) = time(word).map_or((MORNING, rest), |at| (at, after));
    let at = moment(day.to_datetime(at), offset);
    if at > now { Ok((at, rest)) } else { Err(NoTime::Past) }
}

/// The first word, and what follows it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace).map_or((text, ""), |(word, rest)| (word, rest.trim_start()))
}

fn day(word: &str, today: Date) -> Option<Date> {
    let word = word.to_ascii_lowercase();
    if word == "today" {
        return Some(today);
    }
    if word == "tomorrow" {
        return today.tomorrow().ok();
    }
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let named = names.iter().position(|name| word == *name || word == name[..3]);
    if let Some(weekday) = named.and_then(|at| Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()) {
        return today.checked_add(i64::from(weekday.since(today.weekday()).rem_euclid(7)).days()).ok().map(|day| {
            // Today's name means the day a week on: who means today says so.
            if day == today { day.saturating_add(7.days()) } else { day }
        });
    }
    (word.len() == 10).then(|| word.parse().ok()).flatten()
}

/// `8:00`, `08:00`, `8h00` is none.
fn time(word: &str) -> Option<Time> {
    let (hours, minutes) = word.split_once(':')?;
    let digits =
        |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    if !digits(hours, 2) || !digits(minutes, 2) || minutes.len() != 2 {
        return None;
    }
    Time::new(hours.parse().ok()?, minutes.parse().ok()?, 0, 0).ok()
}

fn local(at: Moment, offset: Offset) -> Option<DateTime> {
    let shown = at + offset(at);
    let shown = jiff::Timestamp::from_millisecond(shown.0).ok()?;
    Some(jiff::tz::TimeZone::UTC.to_datetime(shown))
}

/// When clocks on the wall show that. Of a time that they show twice, one of the two; for one that they leave out, a time no
/// further off than what is left out.
fn moment(shown: DateTime, offset: Offset) -> Moment {
    let as_utc = jiff::tz::TimeZone::UTC.to_timestamp(shown).map(jiff::Timestamp::as_millisecond).unwrap_or_default();
    let guess = Moment(as_utc) - offset(Moment(as_utc));
    Moment(as_utc) - offset(guess)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Saturday 2026-01-31 03:12:40 UTC.
    const NOW: Moment = Moment(1_769_829_160_000);

    fn utc(_: Moment) -> Span {
        Span(0)
    }

    fn plus_two(_: Moment) -> Span {
        Span::hours(2)
    }

    /// One hour more from 2026-03-29 01:00 UTC on.
    fn summer(at: Moment) -> Span {
        let changed = at >= Moment::parse("2026-03-29T01:00:00Z").unwrap();
        Span::hours(if changed { 3 } else { 2 })
    }

    fn at(text: &str, offset: Offset) -> (String, String) {
        let (at, rest) = read(text, NOW, offset).unwrap();
        (at.to_string().trim_end_matches(".000Z").to_owned(), rest.to_owned())
    }

    #[test]
    fn times_to_come_are_read_in_local_time_and_what_follows_is_left() {
        for (text, offset, is, rest) in [
            ("2h", utc as Offset, "2026-01-31T05:12:40", ""),
            ("1h30m  carrier works", utc, "2026-01-31T04:42:40", "carrier works"),
            ("08:00", utc, "2026-01-31T08:00:00", ""),
            ("8:00 why", plus_two, "2026-01-31T06:00:00", "why"),
            ("03:12", utc, "2026-02-01T03:12:00", ""),
            ("05:00", plus_two, "2026-02-01T03:00:00", ""),
            ("tomorrow 8:00 parts arrive", plus_two, "2026-02-01T06:00:00", "parts arrive"),
            ("Tomorrow parts arrive", utc, "2026-02-01T08:00:00", "parts arrive"),
            ("today 23:59", utc, "2026-01-31T23:59:00", ""),
            ("mon 09:30", utc, "2026-02-02T09:30:00", ""),
            ("sat", utc, "2026-02-07T08:00:00", ""),
            ("Friday 7:05 x", plus_two, "2026-02-06T05:05:00", "x"),
            ("2026-02-01 08:00 8:00 is theirs", utc, "2026-02-01T08:00:00", "8:00 is theirs"),
            ("2026-03-30 08:00", summer, "2026-03-30T05:00:00", ""),
            ("2026-03-28 08:00", summer, "2026-03-28T06:00:00", ""),
        ] {
            assert_eq!(at(text, offset), (is.into(), rest.into()), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_or_over_is_told_apart() {
        for text in ["", "soon", "25:00", "8:0", "8:000", "-2h", "off", "2026-02-30", "2026-2-1", "march", "8h00"] {
            assert_eq!(read(text, NOW, utc), Err(NoTime::Unread), "{text}");
        }
        for text in ["today 03:00", "2026-01-30 08:00", "2026-01-31 03:12"] {
            assert_eq!(read(text, NOW, utc), Err(NoTime::Past), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_as_a_time_to_come_or_not_at_all(text in "\\PC{0,20}", now in 0i64..4_000_000_000_000) {
            if let Ok((at, rest)) = read(&text, Moment(now), summer) {
                prop_assert!(at > Moment(now));
                prop_assert!(text.ends_with(rest) || text.trim_end().ends_with(rest));
            }
        }
    }
}

//! When somebody is on call: `always`, `never`, or shifts by local time, `mon-fri 08:00-18:00 Europe/Vilnius; sat 10:00-14:00`.
//!
//! A shift that ends before it begins goes on into the next day. A shift without a zone has that of the first one with one;
//! if none has, UTC.

use std::str::FromStr;

use jiff::civil::{DateTime, Time};

use super::time::Moment;
use super::zone::{NoZone, Zone};

/// When somebody is on call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rota {
    /// At all times.
    Always,
    /// At no time.
    Never,
    /// At these.
    Shifts(Vec<Shift>),
}

/// The same hours on some days of the week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    /// On which it begins, Monday first.
    days: [bool; 7],
    /// When it begins, in minutes after midnight.
    from: i16,
    /// When it ends, likewise; at or before `from`: on the next day.
    to: i16,
    zone: Zone,
}

/// Why a text says nothing about when somebody is on call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRota {
    /// It says nothing at all.
    #[error("say when: `always`, `never`, or shifts such as `mon-fri 08:00-18:00 Europe/Vilnius; sat 10:00-14:00`")]
    Empty,
    /// A shift has too few or too many words.
    #[error("`{0}` is no shift; one is days, hours and perhaps a zone: `mon-fri 08:00-18:00 Europe/Vilnius`")]
    Shape(String),
    /// There is no such day.
    #[error("`{0}` is no day; days are mon tue wed thu fri sat sun, as `mon-fri` or `sat,sun`")]
    Day(String),
    /// These are no hours.
    #[error("`{0}` are no hours; they look like `08:00-18:00`, and `20:00-08:00` ends the next morning")]
    Hours(String),
    /// There is no such zone.
    #[error("`{0}`: {1}")]
    Zone(String, NoZone),
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const A_DAY: i16 = 24 * 60;

impl Rota {
    /// Whether somebody is on call at that moment.
    pub fn on_call(&self, at: Moment) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Shifts(shifts) => shifts.iter().any(|shift| shift.runs(at)),
        }
    }

    /// When the next shift after that moment begins.
    pub fn next_begin(&self, after: Moment) -> Option<Moment> {
        match self {
            Self::Always | Self::Never => None,
            Self::Shifts(shifts) => shifts.iter().filter_map(|shift| shift.next_begin(after)).min(),
        }
    }
}

impl Shift {
    fn runs(&self, at: Moment) -> bool {
        let local = self.zone.local(at);
        let today = usize::from(local.weekday().to_monday_zero_offset().unsigned_abs());
        let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
        let (on_today, on_yesterday) = (self.days[today], self.days[(today + 6) % 7]);
        if self.from < self.to {
            on_today && (self.from..self.to).contains(&minute)
        } else {
            (on_today && minute >= self.from) || (on_yesterday && minute < self.to)
        }
    }

    fn next_begin(&self, after: Moment) -> Option<Moment> {
        let begin = Time::midnight().checked_add(jiff::Span::new().minutes(self.from)).ok()?;
        // A day earlier, as a change of clocks may put a shift's begin later than its own day's hours say.
        let mut day = self.zone.local(after).date().yesterday().ok()?;
        for _ in 0..10 {
            let on = self.days[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())];
            let at = self.zone.moment(DateTime::from_parts(day, begin));
            if on && at > after {
                return Some(at);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }
}

impl FromStr for Rota {
    type Err = BadRota;

    fn from_str(text: &str) -> Result<Self, BadRota> {
        match text.trim() {
            "always" => return Ok(Self::Always),
            "never" => return Ok(Self::Never),
            _ => {}
        }
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        let read: Vec<(Shift, bool)> = parts.map(shift).collect::<Result<_, _>>()?;
        let usual = read.iter().find(|(_, named)| *named).map_or(Zone::UTC, |(shift, _)| shift.zone.clone());
        if read.is_empty() {
            return Err(BadRota::Empty);
        }
        let shifts = read.into_iter().map(|(shift, named)| if named { shift } else { shift.in_zone(usual.clone()) });
        Ok(Self::Shifts(shifts.collect()))
    }
}

impl Shift {
    fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }
}

/// One shift, and whether it names its zone.
fn shift(text: &str) -> Result<(Shift, bool), BadRota> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (days, hours, zone) = match words[..] {
        [days, hours] => (days, hours, None),
        [days, hours, zone] => (days, hours, Some(zone)),
        _ => return Err(BadRota::Shape(text.into())),
    };
    let mut on = [false; 7];
    for part in days.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        (0..7).map(|step| (first + step) % 7).take((last + 7 - first) % 7 + 1).for_each(|at| on[at] = true);
    }
    let bad = || BadRota::Hours(hours.into());
    let (from, to) = hours.split_once('-').ok_or_else(bad)?;
    let (from, to) = (minutes(from).ok_or_else(bad)?, minutes(to).ok_or_else(bad)?);
    if from == A_DAY {
        return Err(bad());
    }
    let named = zone.map(|name| name.parse().map_err(|error| BadRota::Zone(name.into(), error))).transpose()?;
    let is_named = named.is_some();
    Ok((Shift { days: on, from, to, zone: named.unwrap_or_default() }, is_named))
}

fn day(name: &str) -> Result<usize, BadRota> {
    let known = DAYS.iter().position(|day| name.eq_ignore_ascii_case(day));
    known.ok_or_else(|| BadRota::Day(name.into()))
}

/// `08:00`, up to `24:00`.
fn minutes(text: &str) -> Option<i16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|c| c.is_ascii_digit());
        digits.then(|| text.parse::<i16>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= A_DAY).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    fn rota(text: &str) -> Rota {
        text.parse().unwrap()
    }

    /// 2026-01-31 is a Saturday.
    #[test]
    fn somebody_is_on_call_when_their_shift_says_so() {
        let table = [
            ("always", "2026-01-31T03:00:00Z", true),
            ("never", "2026-01-31T12:00:00Z", false),
            ("mon-fri 08:00-18:00", "2026-01-30T08:00:00Z", true),
            ("mon-fri 08:00-18:00", "2026-01-30T18:00:00Z", false),
            ("mon-fri 08:00-18:00", "2026-01-31T12:00:00Z", false),
            ("sat,sun 20:00-08:00", "2026-01-31T20:00:00Z", true),
            ("sat,sun 20:00-08:00", "2026-02-02T07:59:59Z", true),
            ("sat,sun 20:00-08:00", "2026-02-02T20:00:00Z", false),
            ("sat,sun 20:00-08:00", "2026-01-31T07:00:00Z", false),
            ("fri-mon 00:00-24:00", "2026-02-01T00:00:00Z", true),
            ("fri-mon 00:00-24:00", "2026-02-03T00:00:00Z", false),
            ("sat 08:00-08:00", "2026-02-01T07:59:00Z", true),
            ("mon-fri 08:00-18:00 Europe/Vilnius", "2026-01-30T06:00:00Z", true),
            ("mon-fri 08:00-18:00 Europe/Vilnius", "2026-07-31T05:00:00Z", true),
            ("fri 08:00-18:00 Europe/Vilnius; sat 10:00-14:00", "2026-01-31T08:00:00Z", true),
            ("sat 10:00-14:00; fri 08:00-18:00 Europe/Vilnius", "2026-01-31T12:30:00Z", false),
            ("MON-SUN 10:00-14:00 utc", "2026-01-31T13:59:00Z", true),
        ];
        for (text, when, expected) in table {
            assert_eq!(rota(text).on_call(at(when)), expected, "{text} at {when}");
        }
    }

    #[test]
    fn the_next_shift_is_told_in_advance() {
        let table = [
            ("mon-fri 08:00-18:00", "2026-01-30T08:00:00Z", "2026-02-02T08:00:00Z"),
            ("sat 20:00-08:00", "2026-01-31T21:00:00Z", "2026-02-07T20:00:00Z"),
            ("fri 08:00-18:00 Europe/Vilnius; sat 10:00-14:00", "2026-01-30T12:00:00Z", "2026-01-31T08:00:00Z"),
            // 03:30 is left out that night.
            ("sun 03:30-05:00 Europe/Vilnius", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"),
        ];
        for (text, after, next) in table {
            assert_eq!(rota(text).next_begin(at(after)), Some(at(next)), "{text} after {after}");
        }
        assert_eq!(rota("always").next_begin(at("2026-01-31T00:00:00Z")), None);
    }

    #[test]
    fn mistakes_say_what_is_right() {
        for (text, said) in [
            ("", "say when"),
            (" ; ", "say when"),
            ("mon-fri", "is no shift"),
            ("mon 08:00-18:00 UTC now", "is no shift"),
            ("mon-fry 08:00-18:00", "`fry` is no day"),
            ("mon 8-18", "are no hours"),
            ("mon 08:00-24:01", "are no hours"),
            ("mon 24:00-08:00", "are no hours"),
            ("mon 08:60-18:00", "are no hours"),
            ("mon 08:00-18:00 Mars/Olympus", "no time zone of that name"),
        ] {
            let error = text.parse::<Rota>().unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn nobody_comes_on_call_but_at_a_begin_that_was_told(
            hour in 0..24i64, length in 1..24i64, days in 0..7usize, zone in 0..3usize, minutes in 0..600_000i64,
        ) {
            let zone = ["UTC", "Europe/Vilnius", "America/New_York"][zone];
            let rota = rota(&format!("{},wed {hour:02}:00-{:02}:00 {zone}", DAYS[days], (hour + length) % 24));
            let now = Moment(1_767_225_600_000 + minutes * 60_000);
            let next = rota.next_begin(now).unwrap();
            prop_assert!(next > now && rota.on_call(next));
            if !rota.on_call(now) {
                let mut at = now;
                while at < next {
                    prop_assert!(!rota.on_call(at), "on call at {} before {}", at, next);
                    at = at + crate::core::time::Span::minutes(30);
                }
            }
        }
    }
}

//! Moments and spans as the core knows them: whole milliseconds, never read from a clock here.
//!
//! Reading the clock is left to `engine` and `receiver`; showing a local time is left to whoever shows it.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(pub i64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub i64);

impl Span {
    /// One second.
    pub const SECOND: Self = Self(1_000);
    /// One minute.
    pub const MINUTE: Self = Self(60_000);
    /// One hour.
    pub const HOUR: Self = Self(3_600_000);
    /// Twenty-four hours.
    pub const DAY: Self = Self(86_400_000);

    /// `n` whole minutes.
    pub const fn minutes(n: i64) -> Self {
        Self(n * Self::MINUTE.0)
    }

    /// `n` whole hours.
    pub const fn hours(n: i64) -> Self {
        Self(n * Self::HOUR.0)
    }

    /// How many whole hours fit in.
    pub const fn whole_hours(self) -> i64 {
        self.0.div_euclid(Self::HOUR.0)
    }
}

impl fmt::Display for Span {
    /// The largest unit that fits, as a board shows an age: `<1m`, `12m`, `5h`, `3d`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.max(0) / Self::MINUTE.0;
        match minutes {
            0 => f.pad("<1m"),
            1..60 => f.pad(&format!("{minutes}m")),
            60..1440 => f.pad(&format!("{}h", minutes / 60)),
            _ => f.pad(&format!("{}d", minutes / 1440)),
        }
    }
}

impl Moment {
    /// Reads RFC 3339 with any offset.
    ///
    /// # Errors
    /// When the text is no RFC 3339 time.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        text.parse::<jiff::Timestamp>().map(|at| Self(at.as_millisecond())).map_err(|_| NotATime)
    }

    /// Whole seconds since the Unix epoch.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }
}

/// The text is no RFC 3339 time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 time, for example 2026-01-31T09:30:00Z")]
pub struct NotATime;

impl fmt::Display for Moment {
    /// RFC 3339 in UTC with milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{at:.3}"),
            Err(_) => write!(f, "@{}ms", self.0),
        }
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

impl Add<Span> for Moment {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, more: Self) -> Self {
        Self(self.0.saturating_add(more.0))
    }
}

impl Sub<Span> for Moment {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Sub for Moment {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_3339_goes_in_with_any_offset_and_comes_out_in_utc() {
        let at = Moment::parse("2026-01-31T10:30:00.25+01:00").unwrap();
        assert_eq!(at.to_string(), "2026-01-31T09:30:00.250Z");
        assert_eq!(Moment::parse(&at.to_string()), Ok(at));
        assert!(Moment::parse("yesterday").is_err());
    }

    #[test]
    fn ages_show_their_largest_unit() {
        let shown = |span: Span| span.to_string();
        assert_eq!(
            [Span(59_999), Span::minutes(59), Span::hours(23), Span::hours(49)].map(shown),
            ["<1m", "59m", "23h", "2d"]
        );
    }
}

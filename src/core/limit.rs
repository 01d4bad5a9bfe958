//! A length of time as people write it: `15m`, `4h`, `1h30m`, `2d`, or `off` for none.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::time::Span;

/// At most so long; absent: no limit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Limit(pub Option<Span>);

impl Limit {
    /// No limit.
    pub const OFF: Self = Self(None);

    /// So many minutes.
    pub const fn minutes(n: i64) -> Self {
        Self(Some(Span::minutes(n)))
    }
}

/// The text is no length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a length of time is 30s, 15m, 4h, 1h30m, 2d or off")]
pub struct NotALength;

const UNITS: [(char, i64); 5] =
    [('w', 7 * Span::DAY.0), ('d', Span::DAY.0), ('h', Span::HOUR.0), ('m', Span::MINUTE.0), ('s', Span::SECOND.0)];
/// Longer than anything here lasts, and far from what would overflow a moment.
const LONGEST: i64 = 3_660 * Span::DAY.0;

impl FromStr for Limit {
    type Err = NotALength;

    fn from_str(text: &str) -> Result<Self, NotALength> {
        let mut text = text.trim();
        if matches!(text, "off" | "never" | "none") {
            return Ok(Self::OFF);
        }
        let mut total = 0_i64;
        while !text.is_empty() {
            let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or(NotALength)?;
            let (number, rest) = text.split_at(digits);
            let unit = rest.chars().next().ok_or(NotALength)?;
            let (_, worth) = UNITS.into_iter().find(|(letter, _)| *letter == unit).ok_or(NotALength)?;
            let number: i64 = number.parse().map_err(|_| NotALength)?;
            total = number.checked_mul(worth).and_then(|part| total.checked_add(part)).ok_or(NotALength)?;
            text = rest.get(unit.len_utf8()..).unwrap_or_default();
        }
        if (1..=LONGEST).contains(&total) { Ok(Self(Some(Span(total)))) } else { Err(NotALength) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Span(mut left)) = self.0 else { return f.write_str("off") };
        if left < Span::SECOND.0 {
            return f.write_str("0s");
        }
        for (letter, worth) in UNITS.into_iter().skip(1) {
            if left >= worth {
                write!(f, "{}{letter}", left / worth)?;
                left %= worth;
            }
        }
        Ok(())
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_they_are_written() {
        for (text, span) in [
            ("15m", Span::minutes(15)),
            ("4h", Span::hours(4)),
            ("1h30m", Span::minutes(90)),
            ("2d", Span::hours(48)),
            ("30s", Span(30_000)),
        ] {
            assert_eq!(text.parse(), Ok(Limit(Some(span))), "{text}");
            assert_eq!(Limit(Some(span)).to_string(), text);
        }
        assert_eq!("1w".parse::<Limit>().unwrap().to_string(), "7d");
        assert_eq!("off".parse(), Ok(Limit::OFF));
        for wrong in ["", "5", "m", "5x", "-5m", "0m", "99999999999999d", "4000d", "1h 2"] {
            assert_eq!(wrong.parse::<Limit>(), Err(NotALength), "{wrong}");
        }
    }
}

//! `[sessions]`: how long sessions may last, and what is kept of them.

use std::time::Duration;

use serde::Deserialize;

/// `[sessions]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// One in which nobody has typed for so long is ended.
    pub idle: Length,
    /// One that was begun so long ago is ended.
    pub longest: Length,
    /// Recordings hold what was typed, too: passwords among it.
    pub record_input: bool,
    /// Recordings are removed after so many days; 0: never.
    pub keep_days: u32,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { idle: Length(MINUTE * 20), longest: Length(MINUTE * 60), record_input: false, keep_days: 90 }
    }
}

/// A length of time: `20m`, `1h`, `90s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Length(pub Duration);

const MINUTE: Duration = Duration::from_secs(60);

/// AWS ends a session in which nobody types after at most an hour by itself, and every session after a day.
const IDLE: std::ops::RangeInclusive<Duration> = MINUTE..=Duration::from_secs(60 * 60);
const LONGEST: std::ops::RangeInclusive<Duration> = MINUTE..=Duration::from_secs(24 * 60 * 60);

impl TryFrom<String> for Length {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let wrong = "a length of time is a number with s, m or h behind it, for example \"20m\"";
        let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let unit = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 60 * 60,
            _ => return Err(wrong),
        };
        let seconds = digits.parse::<u64>().ok().and_then(|n| n.checked_mul(unit)).ok_or(wrong)?;
        Ok(Self(Duration::from_secs(seconds)))
    }
}

impl Sessions {
    /// The first value that makes no sense: its key, and why.
    pub(super) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        if !IDLE.contains(&self.idle.0) {
            return Err(("idle", "`idle` is from 1m to 1h"));
        }
        if !LONGEST.contains(&self.longest.0) {
            return Err(("longest", "`longest` is from 1m to 24h"));
        }
        Ok(())
    }
}

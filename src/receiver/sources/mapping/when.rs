//! The times that tools write: RFC 3339, seconds or milliseconds of Unix, or a format of their own in a zone of their own.

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use crate::core::time::{Moment, Span};

/// Times before this one, 2000-01-01, mean that there is none.
const OLDEST: Moment = Moment(946_684_800_000);

/// How a time is written.
#[derive(Clone, Debug)]
pub struct Format {
    form: Form,
    zone: TimeZone,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Form {
    Rfc3339,
    Unix,
    UnixMs,
    /// A format for `strptime`.
    Own(String),
}

impl Default for Format {
    fn default() -> Self {
        Self { form: Form::Rfc3339, zone: TimeZone::UTC }
    }
}

impl Format {
    /// Reads the name of a format, or a format.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(format: &str, zone: &str) -> Result<Self, String> {
        let form = match format {
            "rfc3339" => Form::Rfc3339,
            "unix" => Form::Unix,
            "unix_ms" => Form::UnixMs,
            own if own.contains('%') => {
                // Whatever can't be written can't be read.
                strtime::format(own, &jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC))
                    .map_err(|error| format!("the format of a time can't be followed: {error}"))?;
                Form::Own(own.into())
            }
            _ => {
                return Err("a time's format is rfc3339, unix, unix_ms, or made of directives such as \
                            \"%Y-%m-%d %H:%M:%S\""
                    .into());
            }
        };
        let zone = TimeZone::get(zone).map_err(|_| "no such time zone; one is \"Europe/Berlin\", or \"UTC\"")?;
        Ok(Self { form, zone })
    }

    /// The time that a text says, if it can be one: not before 2000, not after `latest`.
    pub fn read(&self, text: &str, latest: Moment) -> Option<Moment> {
        // RFC 3339 is never anything else.
        let at = Moment::parse(text).ok().or_else(|| self.formed(text))?;
        (OLDEST..=latest).contains(&at).then_some(at)
    }

    fn formed(&self, text: &str) -> Option<Moment> {
        match &self.form {
            Form::Rfc3339 => self.local(text.parse().ok()?),
            Form::Unix => number(text, Span::SECOND.0),
            Form::UnixMs => number(text, 1),
            Form::Own(format) => {
                let read = strtime::parse(format, text).ok()?;
                match read.to_timestamp() {
                    Ok(at) => Some(Moment(at.as_millisecond())),
                    Err(_) => self.local(read.to_datetime().ok()?),
                }
            }
        }
    }

    fn local(&self, at: DateTime) -> Option<Moment> {
        let at = self.zone.to_timestamp(at).ok()?;
        Some(Moment(at.as_millisecond()))
    }
}

/// Units since the epoch, whole or with a fraction.
fn number(text: &str, milliseconds: i64) -> Option<Moment> {
    if let Ok(whole) = text.parse::<i64>() {
        return whole.checked_mul(milliseconds).map(Moment);
    }
    let units = text.parse::<f64>().ok()? * milliseconds as f64;
    // Beyond what a float counts exactly there is no time of ours.
    (units.abs() < 9e15).then(|| Moment(units.round() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, zone: &str, text: &str) -> Option<String> {
        let latest = Moment::parse("2038-01-01T00:00:00Z").unwrap();
        Format::parse(format, zone).unwrap().read(text, latest).map(|at| at.to_string())
    }

    #[test]
    fn times_are_read_as_tools_write_them() {
        for (format, zone, text, wanted) in [
            ("rfc3339", "UTC", "2019-03-22T13:58:24.3713213Z", "2019-03-22T13:58:24.371Z"),
            ("rfc3339", "Europe/Berlin", "2026-11-22T02:56:56+01:00", "2026-11-22T01:56:56.000Z"),
            ("rfc3339", "Europe/Berlin", "2026-11-22T02:56:56", "2026-11-22T01:56:56.000Z"),
            ("rfc3339", "UTC", "2026-11-22 01:56:56.343", "2026-11-22T01:56:56.343Z"),
            ("unix", "UTC", "1499368214", "2017-07-06T19:10:14.000Z"),
            ("unix", "UTC", "1499368214.25", "2017-07-06T19:10:14.250Z"),
            ("unix", "UTC", "2017-07-06T21:10:14.250+02:00", "2017-07-06T19:10:14.250Z"),
            ("unix_ms", "UTC", "1499368214250", "2017-07-06T19:10:14.250Z"),
            ("%Y-%m-%d %H:%M:%S", "America/New_York", "2026-07-01 08:00:00", "2026-07-01T12:00:00.000Z"),
            ("%d/%m/%Y %H:%M:%S %z", "UTC", "01/07/2026 08:00:00 +0200", "2026-07-01T06:00:00.000Z"),
        ] {
            assert_eq!(read(format, zone, text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_can_be_no_time_is_none() {
        for (format, text) in [
            ("rfc3339", "0001-01-01T00:00:00Z"),
            ("rfc3339", "2039-01-01T00:00:00Z"),
            ("rfc3339", "yesterday"),
            ("unix", "0"),
            ("unix", "1e300"),
            ("unix", "NaN"),
            ("unix", "9223372036854775807"),
            ("unix_ms", "-5"),
            ("%Y-%m-%d %H:%M:%S", "2026-07-01"),
            ("%H:%M", "12:00"),
        ] {
            assert_eq!(read(format, "UTC", text), None, "{text}");
        }
        assert!(Format::parse("%Q!%", "UTC").is_err());
        assert!(Format::parse("iso", "UTC").is_err());
        assert!(Format::parse("unix", "Mars/Base").is_err());
    }
}

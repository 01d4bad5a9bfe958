//! Local time by name of zone, from the database that is built in: the same answer on every machine.

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::time::Moment;

/// A time zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zone(TimeZone);

/// There is no such zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no time zone of that name; names look like UTC or Europe/Vilnius")]
pub struct NoZone;

impl Zone {
    /// Universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone's name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What clocks on the wall show.
    pub fn local(&self, at: Moment) -> DateTime {
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        self.0.to_datetime(at)
    }

    /// When clocks on the wall show that. A time that a change of clocks leaves out is as much later as is left out; of one
    /// that comes twice, the first.
    pub fn moment(&self, local: DateTime) -> Moment {
        let at = self.0.to_ambiguous_timestamp(local).compatible();
        Moment(at.map(jiff::Timestamp::as_millisecond).unwrap_or_default())
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl std::str::FromStr for Zone {
    type Err = NoZone;

    fn from_str(name: &str) -> Result<Self, NoZone> {
        if name.eq_ignore_ascii_case("utc") {
            return Ok(Self::UTC);
        }
        TimeZoneDatabase::bundled().get(name).map(Self).map_err(|_| NoZone)
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_change_leave_no_gap_and_no_doubt() {
        let zone: Zone = "Europe/Vilnius".parse().unwrap();
        let at = |text: &str| Moment::parse(text).unwrap();
        assert_eq!(zone.moment("2026-01-15T08:00".parse().unwrap()), at("2026-01-15T06:00:00Z"));
        assert_eq!(zone.moment("2026-03-29T03:30".parse().unwrap()), at("2026-03-29T01:30:00Z"));
        assert_eq!(zone.moment("2026-10-25T03:30".parse().unwrap()), at("2026-10-25T00:30:00Z"));
        assert_eq!(zone.local(at("2026-07-01T12:00:00Z")).to_string(), "2026-07-01T15:00:00");
        assert_eq!("Mars/Olympus".parse::<Zone>(), Err(NoZone));
        assert_eq!("utc".parse(), Ok(Zone::UTC));
    }
}

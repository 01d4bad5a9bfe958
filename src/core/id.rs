//! Names of things. Every id of an alert or an incident carries its tenant, so a question about one can't be asked of another.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A tenant's id: 1–64 of `a-z 0-9 _ -`, beginning with a letter or digit. Safe as a folder name and in a URL.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(Arc<str>);

/// One alert: `comp_acme-a17`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertId {
    /// Whose it is.
    pub tenant: TenantId,
    /// Counts from 1 within the tenant, in order of receipt.
    pub number: u64,
}

/// One incident: `comp_acme-i4`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentId {
    /// Whose it is.
    pub tenant: TenantId,
    /// Counts from 1 within the tenant, in order of opening.
    pub number: u64,
}

/// One execution, and the approval that it may wait for: `comp_acme-x2`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExecutionId {
    /// Whose it is.
    pub tenant: TenantId,
    /// Counts from 1 within the tenant, in the order in which they were asked for.
    pub number: u64,
}

/// One session: `comp_acme-s3`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId {
    /// Whose it is.
    pub tenant: TenantId,
    /// Counts from 1 within the tenant, in the order in which they were asked for.
    pub number: u64,
}

/// The text is no id of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    /// Not a tenant id.
    #[error("a tenant id is 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit, for example comp_acme")]
    Tenant,
    /// Not an alert id.
    #[error("an alert id looks like comp_acme-a17")]
    Alert,
    /// Not an incident id.
    #[error("an incident id looks like comp_acme-i4")]
    Incident,
    /// Not an execution id.
    #[error("an execution id looks like comp_acme-x2")]
    Execution,
    /// Not a session id.
    #[error("a session id looks like comp_acme-s3")]
    Session,
}

impl TenantId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        let good = (1..=64).contains(&text.len())
            && text.bytes().next().is_some_and(plain)
            && text.bytes().all(|c| plain(c) || c == b'_' || c == b'-');
        if good { Ok(Self(text.into())) } else { Err(BadId::Tenant) }
    }
}

/// Splits `comp_acme-i4` at its last dash and reads the number behind `letter`.
fn split(text: &str, letter: char) -> Option<(TenantId, u64)> {
    let (tenant, rest) = text.rsplit_once('-')?;
    let digits = rest.strip_prefix(letter)?;
    if digits.starts_with(['0', '+']) {
        return None;
    }
    Some((tenant.parse().ok()?, digits.parse().ok()?))
}

impl FromStr for AlertId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        split(text, 'a').map(|(tenant, number)| Self { tenant, number }).ok_or(BadId::Alert)
    }
}

impl FromStr for IncidentId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        split(text, 'i').map(|(tenant, number)| Self { tenant, number }).ok_or(BadId::Incident)
    }
}

impl FromStr for ExecutionId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        split(text, 'x').map(|(tenant, number)| Self { tenant, number }).ok_or(BadId::Execution)
    }
}

impl FromStr for SessionId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        split(text, 's').map(|(tenant, number)| Self { tenant, number }).ok_or(BadId::Session)
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-a{}", self.tenant, self.number)
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-i{}", self.tenant, self.number)
    }
}

impl fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-x{}", self.tenant, self.number)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-s{}", self.tenant, self.number)
    }
}

macro_rules! as_text {
    ($($id:ty),*) => {$(
        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<'de, str>::deserialize(from)?.parse().map_err(de::Error::custom)
            }
        }
    )*};
}

as_text!(TenantId, AlertId, IncidentId, ExecutionId, SessionId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_out_and_come_back() {
        let tenant: TenantId = "comp_a-cme".parse().unwrap();
        let incident = IncidentId { tenant: tenant.clone(), number: 4 };
        assert_eq!(incident.to_string(), "comp_a-cme-i4");
        assert_eq!("comp_a-cme-i4".parse(), Ok(incident));
        assert_eq!("comp_a-cme-a17".parse(), Ok(AlertId { tenant, number: 17 }));
    }

    #[test]
    fn what_could_leave_its_folder_is_no_id() {
        for bad in ["", ".", "..", "a/b", "A", "-x", "_x", "a b", "é", &"x".repeat(65)] {
            assert_eq!(bad.parse::<TenantId>(), Err(BadId::Tenant), "{bad:?}");
        }
        for bad in ["comp-i", "comp-i0", "comp-i+1", "comp-a1x", "i1", "comp-i99999999999999999999"] {
            assert_eq!(bad.parse::<IncidentId>(), Err(BadId::Incident), "{bad:?}");
        }
    }
}

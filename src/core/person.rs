//! People: who may sit down at an engine, with which role, for which tenants; and who sits there now.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::id::{IncidentId, TenantId};
use super::role::Role;
use super::time::Moment;

/// Somebody in the book of people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Person {
    /// 1–64 of `a-z 0-9 . _ -`, beginning with a letter or digit: a login name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// For whom.
    pub tenants: Scope,
    /// When they were added.
    pub added_at: Moment,
}

/// Tenants that somebody may know of.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All, whichever there are.
    All,
    /// These.
    Some(BTreeSet<TenantId>),
}

/// What a token says of who holds it. That it is genuine is `people`'s to find out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claims {
    /// The person.
    pub name: String,
    /// What they might do when it was made.
    pub role: Role,
    /// For whom.
    pub tenants: Scope,
    /// The token's own name, by which it is revoked.
    pub id: String,
    /// It is good until then.
    pub expires_at: Moment,
}

/// Somebody at a seat.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Present {
    /// The seat's number, for as long as it is there.
    pub seat_number: u64,
    /// Who.
    pub who: String,
    /// Where they sit.
    pub seat: String,
    /// They came over the network.
    pub remote: bool,
    /// Since when.
    pub since: Moment,
    /// What they look at.
    pub looks_at: Option<IncidentId>,
}

impl Scope {
    /// Whether a tenant is among them.
    pub fn covers(&self, tenant: &TenantId) -> bool {
        match self {
            Self::All => true,
            Self::Some(tenants) => tenants.contains(tenant),
        }
    }

    /// Those in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, scope) | (scope, Self::All) => scope.clone(),
            (Self::Some(a), Self::Some(b)) => Self::Some(a.intersection(b).cloned().collect()),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::Some(tenants) => {
                let tenants: Vec<&str> = tenants.iter().map(TenantId::as_str).collect();
                f.write_str(&tenants.join(","))
            }
        }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A list of ids, or `["*"]`.
impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => to.collect_seq(["*"]),
            Self::Some(tenants) => to.collect_seq(tenants),
        }
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        if texts.iter().any(|text| text == "*") {
            return Ok(Self::All);
        }
        let tenants: Result<_, _> = texts.iter().map(|text| text.parse()).collect();
        tenants.map(Self::Some).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::tenant_id;

    fn some(ids: &[&str]) -> Scope {
        Scope::Some(ids.iter().map(|id| tenant_id(id)).collect())
    }

    #[test]
    fn what_is_in_both_is_never_more_than_in_one() {
        assert_eq!(Scope::All.and(&some(&["a"])), some(&["a"]));
        assert_eq!(some(&["a", "b"]).and(&some(&["b", "c"])), some(&["b"]));
        assert!(!some(&["a"]).and(&some(&["c"])).covers(&tenant_id("a")));
        assert!(Scope::All.and(&Scope::All).covers(&tenant_id("a")));
    }

    #[test]
    fn scopes_are_lists_in_json_and_a_bad_id_is_refused() {
        for scope in [Scope::All, some(&["a", "b"]), some(&[])] {
            let json = serde_json::to_string(&scope).unwrap();
            assert_eq!(serde_json::from_str::<Scope>(&json).unwrap(), scope, "{json}");
        }
        assert!(serde_json::from_str::<Scope>(r#"["A/b"]"#).is_err());
    }
}

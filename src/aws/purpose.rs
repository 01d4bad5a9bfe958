//! Who wants in and what for, as the client's CloudTrail will have it: session names and tags that AWS takes, whatever people
//! are called.

use crate::core::id::{IncidentId, TenantId};

/// What an [`super::Account`] is wanted for: who, and at which incident. Both are in the client's CloudTrail.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Purpose {
    /// The operator's name.
    pub operator: String,
    /// The incident; absent when it is about the tenant.
    pub incident: Option<IncidentId>,
}

/// AWS takes as much of a session's name.
const NAME: usize = 64;
/// And of a tag's value.
const TAG: usize = 256;

impl Purpose {
    /// `aw-priya-i4`, or `aw-priya-comp_acme` without an incident: 2 to 64 of `[\w+=,.@-]` (API_AssumeRole). The operator is cut
    /// before the incident, which is never.
    pub(super) fn session(&self, tenant: &TenantId) -> String {
        let what = match &self.incident {
            Some(incident) => format!("-i{}", incident.number),
            None => format!("-{tenant}"),
        };
        let plain = |c: char| if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) { c } else { '-' };
        // At least 16 are for the operator: with a tenant's longest id there would be none.
        let room = NAME.saturating_sub("aw-".len() + what.len()).max(16);
        let who: String = self.who().chars().map(plain).take(room).collect();
        let mut name = format!("aw-{who}{what}");
        name.truncate(NAME);
        name
    }

    /// The value of the tag `Operator`: `[\p{L}\p{Z}\p{N}_.:/=+\-@]*`, of which the ASCII is kept.
    pub(super) fn operator_tag(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || " _.:/=+-@".contains(c) { c } else { '_' };
        self.who().chars().map(plain).take(TAG).collect()
    }

    fn who(&self) -> &str {
        if self.operator.is_empty() { "nobody" } else { &self.operator }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn purpose(operator: &str, incident: Option<u64>) -> (Purpose, TenantId) {
        let tenant: TenantId = "comp_acme".parse().unwrap();
        let incident = incident.map(|number| IncidentId { tenant: tenant.clone(), number });
        (Purpose { operator: operator.into(), incident }, tenant)
    }

    #[test]
    fn sessions_name_who_and_what() {
        let session = |operator, incident| {
            let (purpose, tenant) = purpose(operator, incident);
            purpose.session(&tenant)
        };
        assert_eq!(session("priya", Some(4)), "aw-priya-i4");
        assert_eq!(session("priya", None), "aw-priya-comp_acme");
        assert_eq!(session("ACME\\päul", Some(4)), "aw-ACME-p-ul-i4");
        assert_eq!(session("", Some(4)), "aw-nobody-i4");
        let longest = session(&"x".repeat(200), Some(u64::MAX));
        assert_eq!(longest.len(), 64);
        assert!(longest.ends_with("-i18446744073709551615"), "{longest}");
    }

    #[test]
    fn the_longest_tenant_leaves_room_for_the_operator() {
        let tenant: TenantId = "t".repeat(64).parse().unwrap();
        let name = Purpose { operator: "priya".into(), incident: None }.session(&tenant);
        assert!(name.starts_with("aw-priya-ttt"), "{name}");
        assert_eq!(name.len(), 64);
    }

    proptest! {
        #[test]
        fn aws_takes_whatever_comes_out(operator in any::<String>(), incident in any::<Option<u64>>(), id in "[a-z0-9][a-z0-9_-]{0,63}") {
            let (purpose, _) = purpose(&operator, incident);
            let tenant: TenantId = id.parse().unwrap();
            let name = purpose.session(&tenant);
            prop_assert!((2..=64).contains(&name.len()), "{}", name);
            prop_assert!(name.bytes().all(|c| c.is_ascii_alphanumeric() || b"_+=,.@-".contains(&c)), "{}", name);
            let what = incident.map_or(String::new(), |number| format!("-i{number}"));
            prop_assert!(name.ends_with(&what));
            let tag = purpose.operator_tag();
            prop_assert!(!tag.is_empty() && tag.len() <= 256);
            prop_assert!(tag.bytes().all(|c| c.is_ascii_alphanumeric() || b" _.:/=+-@".contains(&c)), "{}", tag);
        }
    }
}

//! Who may do what on other people's machines: roles, risks, and what stands between a wish and its execution.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::assign::Technician;

/// What a person may do; each may do what those before may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Look.
    Viewer,
    /// Work on incidents.
    Technician,
    /// Decide for others.
    Lead,
    /// Everything.
    Admin,
}

/// What an execution may do to the machine that it runs on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// It reads, or changes nothing that anybody would miss.
    Low,
    /// It changes something.
    #[default]
    Medium,
    /// It may take a service away.
    High,
}

/// What must happen before an order is sent, besides the confirmation that every order needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Gate {
    /// The asset's name is to be typed.
    pub typed: bool,
    /// Somebody else has to approve.
    pub approval: bool,
}

impl Role {
    /// The role of somebody for a tenant: as the book of people says; of those who are not in it, as the technicians' file does.
    /// `staffed`: technicians are declared at all. While none are, whoever can reach the engine's own folder decides everything.
    pub fn of(who: &str, people: &BTreeMap<String, Self>, roster: &[Technician], staffed: bool) -> Self {
        if let Some(role) = people.get(who) {
            return *role;
        }
        match roster.iter().find(|one| one.name == who) {
            _ if !staffed => Self::Admin,
            Some(one) if one.lead => Self::Lead,
            _ => Self::Technician,
        }
    }

    /// As people write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Technician => "technician",
            Self::Lead => "lead",
            Self::Admin => "admin",
        }
    }

    /// Whether somebody with this role may approve what somebody with the role `asker` asked for. That they are two
    /// people is for the caller to see to.
    pub fn may_approve(self, asker: Self) -> bool {
        // A lead's own wish needs a second pair of eyes, and there may be no second lead.
        self >= Self::Lead || (self >= Self::Technician && asker >= Self::Lead)
    }
}

impl Risk {
    /// What stands before an order of this risk when somebody with that role gives it.
    pub fn gate(self, role: Role) -> Gate {
        match self {
            Self::Low => Gate { typed: false, approval: false },
            Self::Medium => Gate { typed: true, approval: role < Role::Lead },
            Self::High => Gate { typed: true, approval: true },
        }
    }

    /// As people write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_meets_the_gate_of_its_risk() {
        let table = [
            (Risk::Low, Role::Technician, false, false),
            (Risk::Low, Role::Admin, false, false),
            (Risk::Medium, Role::Technician, true, true),
            (Risk::Medium, Role::Lead, true, false),
            (Risk::Medium, Role::Admin, true, false),
            (Risk::High, Role::Technician, true, true),
            (Risk::High, Role::Lead, true, true),
            (Risk::High, Role::Admin, true, true),
        ];
        for (risk, role, typed, approval) in table {
            assert_eq!(risk.gate(role), Gate { typed, approval }, "{risk:?} {role:?}");
        }
    }

    #[test]
    fn a_lead_decides_for_others_and_a_lead_s_wish_needs_anybody_else() {
        assert!(Role::Lead.may_approve(Role::Technician));
        assert!(!Role::Technician.may_approve(Role::Technician));
        assert!(Role::Technician.may_approve(Role::Lead));
        assert!(!Role::Viewer.may_approve(Role::Lead));
    }
}

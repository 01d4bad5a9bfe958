//! Whether somebody may do something: one function over who, with which role, for which tenant, and what. Every call of every
//! seat, command line and HTTP client is put to it.

use serde::{Deserialize, Serialize};

use super::id::TenantId;
use super::person::Scope;
use super::role::Role;

/// What somebody may do, and for whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rights {
    /// Who.
    pub who: String,
    /// The most that they may do anywhere.
    pub role: Role,
    /// The tenants that they may know of.
    pub tenants: Scope,
}

/// A kind of thing that is done. What a tenant's own settings ask of a role comes on top.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// See tenants, incidents, alerts, machines, executions, who is on.
    See,
    /// Look on at a session.
    Watch,
    /// Work on incidents: acknowledge, assign, snooze, merge, resolve, note, undo.
    Work,
    /// Silences and maintenance windows.
    Silence,
    /// Run something on a machine, or ask for it; end it.
    Run,
    /// Open a session, type in one, end it.
    Session,
    /// See what was recorded of a session.
    Replay,
    /// Say yes or no to what somebody else asked for.
    Approve,
    /// Read a tenant's audit log.
    Audit,
    /// Change a tenant's settings.
    Set,
    /// Make and revoke a tenant's keys and secrets.
    Keys,
    /// Add, remove, back up, restore, export and erase tenants.
    Tenants,
    /// The book of people, their tokens, the engine's own log.
    People,
}

/// Why not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Denied {
    /// The tenant is not theirs: said in the same words as of one that there is not.
    #[error("no such tenant; `alert-whisperer tenant list` shows them")]
    NotTheirs,
    /// It takes more than their role.
    #[error("this takes the role {}; yours is {}", .least.word(), .role.word())]
    Role {
        /// The least that it takes.
        least: Role,
        /// What they have.
        role: Role,
    },
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::See,
        Self::Watch,
        Self::Work,
        Self::Silence,
        Self::Run,
        Self::Session,
        Self::Replay,
        Self::Approve,
        Self::Audit,
        Self::Set,
        Self::Keys,
        Self::Tenants,
        Self::People,
    ];

    /// The least role that it takes.
    pub const fn least(self) -> Role {
        match self {
            Self::See => Role::Viewer,
            Self::Watch | Self::Work | Self::Silence | Self::Run | Self::Session | Self::Replay | Self::Approve => {
                Role::Technician
            }
            Self::Audit | Self::Set => Role::Lead,
            Self::Keys | Self::Tenants | Self::People => Role::Admin,
        }
    }
}

impl Rights {
    /// Everything: whoever has the data folder.
    pub fn all(who: &str) -> Self {
        Self { who: who.into(), role: Role::Admin, tenants: Scope::All }
    }
}

/// Whether somebody may do that for a tenant; `None`: for the engine as a whole, which takes all tenants, unless it is only to see
/// what is theirs.
///
/// # Errors
/// Why not. Whose the tenant is comes first: nobody learns by their role that it is there.
pub fn may(rights: &Rights, tenant: Option<&TenantId>, action: Action) -> Result<(), Denied> {
    let theirs = match tenant {
        Some(tenant) => rights.tenants.covers(tenant),
        None => action == Action::See || rights.tenants == Scope::All,
    };
    if !theirs {
        return Err(Denied::NotTheirs);
    }
    let (least, role) = (action.least(), rights.role);
    if role < least { Err(Denied::Role { least, role }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::tenant_id;

    const ROLES: [Role; 4] = [Role::Viewer, Role::Technician, Role::Lead, Role::Admin];

    /// Who may do what, one row an action: viewer, technician, lead, admin.
    const TABLE: [(Action, &str); 13] = [
        (Action::See, "yyyy"),
        (Action::Watch, "-yyy"),
        (Action::Work, "-yyy"),
        (Action::Silence, "-yyy"),
        (Action::Run, "-yyy"),
        (Action::Session, "-yyy"),
        (Action::Replay, "-yyy"),
        (Action::Approve, "-yyy"),
        (Action::Audit, "--yy"),
        (Action::Set, "--yy"),
        (Action::Keys, "---y"),
        (Action::Tenants, "---y"),
        (Action::People, "---y"),
    ];

    #[test]
    fn every_combination_is_as_the_table_says() {
        assert_eq!(TABLE.map(|(action, _)| action), Action::ALL);
        let (own, other) = (tenant_id("own"), tenant_id("other"));
        let some = Scope::Some([own.clone()].into());
        for (action, row) in TABLE {
            for (role, allowed) in ROLES.into_iter().zip(row.chars().map(|c| c == 'y')) {
                for tenants in [Scope::All, some.clone()] {
                    let rights = Rights { who: "priya".into(), role, tenants };
                    let all = rights.tenants == Scope::All;
                    let said = |on| may(&rights, on, action);
                    let case = format!("{action:?} {role:?} {:?}", rights.tenants);
                    assert_eq!(said(Some(&own)).is_ok(), allowed, "{case}");
                    assert_eq!(said(Some(&other)).is_ok(), allowed && all, "{case}");
                    assert_eq!(said(None).is_ok(), allowed && (all || action == Action::See), "{case}");
                    if !all {
                        assert_eq!(said(Some(&other)), Err(Denied::NotTheirs), "{case}");
                    }
                }
            }
        }
    }
}

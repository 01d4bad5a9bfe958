//! What the store keeps of a tenant. How it goes on from there is `Caseload::load`.

use crate::core::aside::Aside;
use crate::core::correlate::KeyState;
use crate::core::execution::Execution;
use crate::core::incident::Incident;
use crate::core::session::Session;
use crate::core::standing::Standing;
use crate::core::tenant::Tenant;

/// What the store kept of a tenant: enough to go on as if nothing had happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The tenant, with its credentials.
    pub tenant: Tenant,
    /// The number of its next alert.
    pub next_alert: u64,
    /// The number of its next incident.
    pub next_incident: u64,
    /// Its incidents that are open or were resolved within [`crate::core::correlate::REMEMBERED_FOR`].
    pub incidents: Vec<Incident>,
    /// Every key that is kept.
    pub keys: Vec<KeyState>,
    /// What stands over all of them.
    pub standing: Standing,
    /// The number of its next execution.
    pub next_execution: u64,
    /// Its executions that are not over or ended within [`crate::core::correlate::REMEMBERED_FOR`].
    pub executions: Vec<Execution>,
    /// The number of its next session.
    pub next_session: u64,
    /// Its sessions that are not over or ended within [`crate::core::correlate::REMEMBERED_FOR`].
    pub sessions: Vec<Session>,
    /// What is put aside.
    pub aside: Vec<Aside>,
    /// The highest number of anything that ever was.
    pub last_aside: u64,
}

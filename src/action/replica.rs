//! What the engine knows, as this room sees it: a board like a seat's, kept in step by the one task that hears the feed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::core::board::Board;
use crate::core::execution::Execution;
use crate::core::id::{ExecutionId, IncidentId, SessionId, TenantId};
use crate::core::incident::Incident;
use crate::core::role::Role;
use crate::core::session::Session;
use crate::core::tenant::Tenant;
use crate::link::{Feed, Refusal};

/// The board, shared by those who answer and those who carry out. Looked into for moments only.
#[derive(Clone, Debug, Default)]
pub struct Replica(Arc<Mutex<Board>>);

impl Replica {
    /// Takes in a piece of the feed. False: the engine is gone.
    pub fn hear(&self, piece: &Feed) -> bool {
        let mut board = self.board();
        match piece {
            Feed::Snapshot(snapshot) => board.reset((**snapshot).clone()),
            Feed::Changes(changes) => changes.iter().for_each(|published| board.apply(published)),
            Feed::Pulse(_) | Feed::Present(_) | Feed::Away(_) => {}
            Feed::Lost(_) => return false,
        }
        true
    }

    /// A tenant.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn tenant(&self, id: &TenantId) -> Result<Arc<Tenant>, Refusal> {
        let board = self.board();
        board.tenants.get(id).and_then(|panel| panel.tenant.clone()).ok_or_else(Refusal::no_tenant)
    }

    /// All of them.
    pub fn tenants(&self) -> Vec<TenantId> {
        self.board().tenants.keys().cloned().collect()
    }

    /// An incident on the board.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn incident(&self, id: &IncidentId) -> Result<Arc<Incident>, Refusal> {
        self.board().incident(id).cloned().ok_or_else(no_incident)
    }

    /// An execution on the board.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn execution(&self, id: &ExecutionId) -> Result<Arc<Execution>, Refusal> {
        self.board().execution(id).cloned().ok_or_else(no_execution)
    }

    /// Those of a tenant's executions that `wanted` says.
    pub fn executions(&self, tenant: &TenantId, wanted: impl Fn(&Execution) -> bool) -> Vec<Arc<Execution>> {
        let board = self.board();
        let all = board.tenants.get(tenant).into_iter().flat_map(|panel| panel.executions.values());
        all.filter(|execution| wanted(execution)).cloned().collect()
    }

    /// Everything that is not over yet, of all tenants.
    pub fn unfinished(&self) -> Vec<Arc<Execution>> {
        self.board().executions().filter(|execution| !execution.is_over()).cloned().collect()
    }

    /// A session on the board, over or not.
    pub fn session(&self, id: &SessionId) -> Option<Arc<Session>> {
        self.board().session(id).cloned()
    }

    /// All sessions on the board.
    pub fn sessions(&self) -> Vec<Arc<Session>> {
        self.board().sessions().cloned().collect()
    }

    /// Every open incident of the tenants that `wanted` says.
    pub fn open_incidents(&self, wanted: impl Fn(&Tenant) -> bool) -> Vec<Arc<Incident>> {
        let board = self.board();
        let panels = board.tenants.values().filter(|panel| panel.tenant.as_deref().is_some_and(&wanted));
        panels.flat_map(|panel| panel.open().cloned()).collect()
    }

    /// Somebody's role for a tenant, for showing: what is let pass is decided by the engine.
    pub fn role(&self, tenant: &TenantId, who: &str) -> Role {
        self.board().tenants.get(tenant).map_or(Role::Viewer, |panel| panel.role(who))
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The words for an incident that is not there, or not this tenant's.
pub fn no_incident() -> Refusal {
    Refusal::new("no_such_incident", "no such incident on the board; resolved ones leave it after a day")
}

/// The words for an execution that is not there, or not this tenant's.
pub fn no_execution() -> Refusal {
    Refusal::new("no_such_execution", "no such execution; E lists them")
}

/// The words for a machine that is not there, or not this tenant's.
pub fn no_machine() -> Refusal {
    Refusal::new("no_such_machine", "no such machine in this client's account; K lists them")
}

//! One short name for everything that a board shows: two boards with the same digest show the same. By it, trials and benches
//! hold every seat to its engine.
//!
//! What comes and goes with the seats and the second (who is on, how the engine is) is left out, and so is the revision: a board
//! that was made from a snapshot after a restart shows what the one before it showed.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::board::{Board, TenantPanel};
use super::id::TenantId;

/// SHA-256 over a board's things, as JSON, in the order of their ids; as hexadecimal digits.
pub fn digest(board: &Board) -> String {
    let mut hash = Hash(Sha256::new());
    for (id, panel) in &board.tenants {
        hash.tenant(id, panel);
    }
    for alert in &board.stream {
        hash.add("alert", alert);
    }
    hex::encode(hash.0.finalize())
}

struct Hash(Sha256);

impl Hash {
    fn tenant(&mut self, id: &TenantId, panel: &TenantPanel) {
        self.add("id", id);
        self.add("tenant", &panel.tenant);
        let mut incidents: Vec<_> = panel.incidents.values().collect();
        incidents.sort_unstable_by_key(|incident| incident.id.number);
        for incident in incidents {
            self.add("incident", incident);
        }
        self.add("last_alert_at", &panel.last_alert_at);
        self.add("stopped", &panel.stopped);
        self.add("quarantined", &panel.quarantined);
        self.add("rate", &panel.rate);
        self.add("windows", &panel.windows);
        self.add("roster", &panel.roster);
        self.add("staffed", &panel.staffed);
        self.add("people", &panel.people);
        self.add("executions", &panel.executions);
        self.add("sessions", &panel.sessions);
    }

    /// What is added begins with its name and its length: nothing can pass for its neighbour.
    fn add(&mut self, name: &str, thing: &impl Serialize) {
        // A board's things have JSON.
        let json = serde_json::to_vec(thing).unwrap_or_default();
        self.0.update(name.as_bytes());
        self.0.update((json.len() as u64).to_le_bytes());
        self.0.update(json);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::board::{Snapshot, TenantPart};
    use crate::core::testing::tenant_id;

    fn board(parts: Vec<TenantPart>) -> Board {
        let mut board = Board::default();
        board.reset(Snapshot { tenants: parts, ..Snapshot::default() });
        board
    }

    #[test]
    fn a_replica_has_its_engines_digest_and_any_difference_another_one() {
        let one = || TenantPart { quarantined: 1, ..TenantPart::of(tenant_id("a")) };
        let engine = board(vec![one(), TenantPart::of(tenant_id("b"))]);
        let mut replica = Board::default();
        replica.reset(engine.snapshot());
        replica.revision = 7;
        assert_eq!(digest(&replica), digest(&engine));
        let others = [
            board(vec![one()]),
            board(vec![TenantPart { quarantined: 2, ..one() }, TenantPart::of(tenant_id("b"))]),
            board(vec![TenantPart { stopped: Some("1".into()), ..one() }, TenantPart::of(tenant_id("b"))]),
            board(vec![one(), TenantPart::of(tenant_id("c"))]),
        ];
        for other in others {
            assert_ne!(digest(&other), digest(&engine));
        }
    }
}

//! How machines are patched: what Patch Manager found on each of them, and what that comes to.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::execution::order::InstanceId;
use super::node::Node;
use super::time::Moment;

/// What was found on a machine when its patches were last scanned or installed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct State {
    /// Which machine.
    pub instance: InstanceId,
    /// The patch baseline that it was held to: as hostile as any text from outside.
    pub baseline: String,
    /// Patches that the baseline wants and that are not there.
    pub missing: u32,
    /// Patches that could not be installed.
    pub failed: u32,
    /// Patches of the baseline that are there.
    pub installed: u32,
    /// Patches that are there once it has been rebooted.
    pub pending_reboot: u32,
    /// Nothing is against the baseline: nothing of the above, and nothing that was rejected.
    pub compliant: bool,
    /// When the scan or the installation ended; absent where AWS does not say.
    pub ended_at: Option<Moment>,
}

/// A managed node with what was found on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Patched {
    /// Which.
    pub instance: InstanceId,
    /// What it is called: as hostile as any text from outside.
    pub name: String,
    /// What was found; absent when it was never scanned.
    pub state: Option<State>,
}

/// All managed nodes of a tenant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Patches {
    /// When AWS said so.
    pub at: Moment,
    /// Nodes on which nothing is against the baseline.
    pub compliant: usize,
    /// Nodes on which something is.
    pub non_compliant: usize,
    /// Nodes that were never scanned.
    pub never_scanned: usize,
    /// In the order of the nodes: by name.
    pub instances: Vec<Patched>,
}

impl Patches {
    /// Of these nodes. States of other machines are left out; of two of one machine, the one that ended later counts.
    pub fn of(nodes: &[Node], states: Vec<State>, at: Moment) -> Self {
        let mut found: HashMap<InstanceId, State> = HashMap::new();
        for state in states {
            if found.get(&state.instance).is_none_or(|other| other.ended_at <= state.ended_at) {
                found.insert(state.instance.clone(), state);
            }
        }
        let patched = |node: &Node| Patched {
            instance: node.instance.clone(),
            name: node.name.clone(),
            state: found.remove(&node.instance),
        };
        let instances: Vec<Patched> = nodes.iter().map(patched).collect();
        let count = |is: Option<bool>| {
            let same = |one: &&Patched| one.state.as_ref().map(|state| state.compliant) == is;
            instances.iter().filter(same).count()
        };
        let (compliant, non_compliant, never_scanned) = (count(Some(true)), count(Some(false)), count(None));
        Self { at, compliant, non_compliant, never_scanned, instances }
    }
}

#[cfg(test)]
mod tests {
    use super::super::execution::order::Platform;
    use super::*;

    fn node(id: &str) -> Node {
        Node {
            instance: id.parse().unwrap(),
            name: id.into(),
            platform: Platform::Linux,
            system: String::new(),
            ip: String::new(),
            agent_version: String::new(),
            online: true,
            last_ping_at: None,
        }
    }

    fn state(id: &str, missing: u32, ended_at: i64) -> State {
        State {
            instance: id.parse().unwrap(),
            baseline: "pb-0123456789abcdef0".into(),
            missing,
            failed: 0,
            installed: 7,
            pending_reboot: 0,
            compliant: missing == 0,
            ended_at: Some(Moment(ended_at)),
        }
    }

    #[test]
    fn every_node_is_counted_once_and_nothing_else_is() {
        let nodes = [node("i-00000001"), node("i-00000002"), node("i-00000003")];
        let states = vec![
            state("i-00000002", 0, 5),
            state("i-00000002", 4, 9),
            state("i-00000002", 1, 7),
            state("i-00000001", 0, 1),
            state("i-0000000f", 2, 1),
        ];
        let patches = Patches::of(&nodes, states, Moment(10));
        assert_eq!((patches.compliant, patches.non_compliant, patches.never_scanned), (1, 1, 1));
        let missing: Vec<_> =
            patches.instances.iter().map(|one| one.state.as_ref().map(|state| state.missing)).collect();
        assert_eq!(missing, [Some(0), Some(4), None]);
        assert_eq!(Patches::of(&[], Vec::new(), Moment(10)).instances, []);
    }
}

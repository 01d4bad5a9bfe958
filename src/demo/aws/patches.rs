//! The stand-in's Patch Manager: what it found on nodes.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Caller;
use super::ssm::{between, seconds};
use super::state::Shared;
use super::wire::{Problem, object, page};
use super::world::{Node, Patching};
use crate::core::execution::order::Platform;
use crate::core::time::Span;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Describe {
    #[serde(default)]
    instance_ids: Vec<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// What was found on the nodes that are named; nothing of those that were never scanned, and of those that are not there.
pub(super) fn states(shared: &Shared, caller: &Caller, asked: &Describe) -> Result<Value, Problem> {
    between("maxResults", asked.max_results, 10, 100)?;
    between("instanceIds", Some(asked.instance_ids.len()), 1, 50)?;
    let nodes = shared.world.account(&caller.account, &caller.region).map_or(&[][..], |account| &account.nodes);
    let named = |node: &&Node| asked.instance_ids.contains(&node.id);
    let found = nodes.iter().filter(named).filter_map(|node| node.patching.map(|patching| (node, patching))).collect();
    let (found, next) = page(found, asked.max_results, shared.state().wrongs.manner.page, asked.next_token.as_deref())?;
    let found: Vec<Value> = found.into_iter().map(|(node, patching)| described(shared, node, patching)).collect();
    Ok(object(json!({ "InstancePatchStates": found, "NextToken": next })))
}

fn described(shared: &Shared, node: &Node, patching: Patching) -> Value {
    let ended = shared.now() - patching.ago;
    let against = patching.missing + patching.failed + patching.pending_reboot;
    json!({
        "InstanceId": node.id,
        "PatchGroup": "",
        "BaselineId": if node.platform == Platform::Windows { "pb-0fedcba9876543210" } else { "pb-0123456789abcdef0" },
        "Operation": "Scan",
        "OperationStartTime": seconds(ended - Span(40_000)),
        "OperationEndTime": seconds(ended),
        "InstalledCount": patching.installed,
        "InstalledOtherCount": 3,
        "InstalledPendingRebootCount": patching.pending_reboot,
        "InstalledRejectedCount": 0,
        "MissingCount": patching.missing,
        "FailedCount": patching.failed,
        "NotApplicableCount": 800,
        "CriticalNonCompliantCount": 0,
        "SecurityNonCompliantCount": against,
        "OtherNonCompliantCount": 0,
    })
}

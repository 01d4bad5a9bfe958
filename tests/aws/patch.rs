//! How managed nodes are patched.

use std::collections::BTreeSet;

use alert_whisperer::aws::{Aws, Kind};
use alert_whisperer::core::execution::order::InstanceId;
use alert_whisperer::core::patch::Patches;
use alert_whisperer::core::time::Span;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::faults::Fault;
use alert_whisperer::demo::aws::world::{self, Node, Patching, World};

use super::fixture::*;

const OPERATION: &str = "DescribeInstancePatchStates";
const GOOD: Patching = Patching { installed: 40, missing: 0, failed: 0, pending_reboot: 0, ago: Span::HOUR };

/// Acme with these nodes, and Bolt with one that is as it should be.
async fn patched(nodes: Vec<Node>) -> StandIn {
    let theirs = Node { patching: Some(GOOD), ..Node::new(THEIRS, "db-01") };
    StandIn::start(World::of(vec![
        world::Account::new(ACME, REGION, "acme-external", nodes),
        world::Account::new(BOLT, REGION, "bolt-external", vec![theirs]),
    ]))
    .await
    .unwrap()
}

fn node(id: &str, patching: Patching) -> Node {
    Node { patching: Some(patching), ..Node::new(id, id) }
}

fn ids(all: &[&str]) -> Vec<InstanceId> {
    all.iter().map(|id| id.parse().unwrap()).collect()
}

#[tokio::test]
async fn what_was_found_is_told_of_each_and_nothing_of_another_account() {
    let stand_in = patched(vec![
        node(WEB, GOOD),
        node(FILES, Patching { missing: 3, failed: 1, pending_reboot: 2, ..GOOD }),
        Node::new(TILL, "till-07"),
    ])
    .await;
    let account = inside(&stand_in).await;
    let states = account.patch_states(&ids(&[WEB, FILES, TILL, THEIRS])).await.unwrap();
    let figures = |state: &alert_whisperer::core::patch::State| {
        (
            state.instance.to_string(),
            [state.missing, state.failed, state.installed, state.pending_reboot],
            state.compliant,
        )
    };
    let told: Vec<_> = states.iter().map(figures).collect();
    assert_eq!(told, [(WEB.into(), [0, 0, 40, 0], true), (FILES.into(), [3, 1, 40, 2], false)]);
    assert!(states.iter().all(|state| state.baseline.starts_with("pb-") && state.ended_at.is_some()), "{states:?}");
    let patches = Patches::of(&account.nodes().await.unwrap(), states, alert_whisperer::core::time::Moment(1));
    assert_eq!((patches.compliant, patches.non_compliant, patches.never_scanned), (1, 1, 1));
}

#[tokio::test]
async fn fifty_are_named_at_once_and_all_their_pages_are_read() {
    let all: Vec<String> = (0..120).map(|n| format!("i-{n:08x}")).collect();
    let stand_in = patched(all.iter().map(|id| node(id, GOOD)).collect()).await;
    let named: Vec<InstanceId> = all.iter().map(|id| id.parse().unwrap()).collect();
    let account = inside(&stand_in).await;
    for (page, requests) in [(50, 3), (20, 3 + 3 + 1), (1, 120)] {
        stand_in.faults().manner(|manner| manner.page = page);
        let before = asked(&stand_in, OPERATION);
        let states = account.patch_states(&named).await.unwrap();
        let told: BTreeSet<&InstanceId> = states.iter().map(|state| &state.instance).collect();
        assert_eq!((told.len(), states.len()), (120, 120));
        assert_eq!(asked(&stand_in, OPERATION) - before, requests, "pages of {page}");
    }
    let before = asked(&stand_in, OPERATION);
    assert_eq!(account.patch_states(&[]).await.unwrap(), []);
    assert_eq!(asked(&stand_in, OPERATION), before, "nobody is asked about no machine");
}

#[tokio::test]
async fn what_goes_wrong_is_said_with_what_to_mend() {
    let stand_in = patched(vec![node(WEB, GOOD)]).await;
    let account = inside(&stand_in).await;
    for (fault, kind, says) in [
        (Fault::Denied, Kind::Denied, "ssm:DescribeInstancePatchStates"),
        (Fault::Throttled, Kind::Throttled, "slower"),
        (Fault::Broken, Kind::Server, "failed"),
    ] {
        stand_in.faults().next(OPERATION, fault);
        let error = account.patch_states(&ids(&[WEB])).await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.contains(says), "{error}");
    }
    stand_in.faults().always(OPERATION, Fault::SilentBefore);
    let impatient = alert_whisperer::aws::Options { timeouts: IMPATIENT, ..options(&stand_in) };
    let account = Aws::new(impatient).account(&acme(), &purpose("priya", &acme(), 0)).await.unwrap();
    assert_eq!(account.patch_states(&ids(&[WEB])).await.unwrap_err().kind, Kind::Silent);
}

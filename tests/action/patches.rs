//! How a tenant's machines are patched: asked of AWS when somebody wants to know, and kept for a while.

use alert_whisperer::core::patch::Patches;
use alert_whisperer::core::time::Span;
use alert_whisperer::demo::aws::faults::Fault;
use alert_whisperer::demo::aws::world::Patching;
use alert_whisperer::link::remote::{Reached, Remote};
use alert_whisperer::link::{NewTenant, Refusal, Request};
use futures_util::FutureExt;

use crate::rig::{ACME, BOLT, Rig, WEB, fast, tenant, world};

const OPERATION: &str = "DescribeInstancePatchStates";

async fn ask(rig: &Rig, of: &str) -> Result<Patches, Refusal> {
    match rig.remote(Remote::Patches { tenant: tenant(of) }).await? {
        Reached::Patches(patches) => Ok(*patches),
        other => panic!("{other:?}"),
    }
}

async fn start() -> Rig {
    let mut world = world();
    let good = Patching { installed: 40, missing: 0, failed: 0, pending_reboot: 0, ago: Span::HOUR };
    world.accounts[0].nodes[0].patching = Some(Patching { missing: 3, ..good });
    world.accounts[1].nodes[0].patching = Some(good);
    Rig::with(world, fast()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn states_are_each_tenants_own_and_kept_for_a_quarter_of_an_hour() {
    let rig = start().await;
    let ours = ask(&rig, ACME).await.unwrap();
    assert_eq!((ours.compliant, ours.non_compliant, ours.never_scanned), (0, 1, 1));
    let names: Vec<_> = ours.instances.iter().map(|one| (one.name.as_str(), one.state.is_some())).collect();
    assert_eq!(names, [("db-01", false), ("web-03", true)]);
    let web = ours.instances[1].state.as_ref().unwrap();
    assert_eq!((web.instance.as_str(), web.missing), (WEB, 3));
    let theirs = ask(&rig, BOLT).await.unwrap();
    assert_eq!((theirs.compliant, theirs.instances.len()), (1, 1));
    assert_eq!(rig.count(OPERATION), 2);
    rig.pass(Span::minutes(14));
    assert_eq!(ask(&rig, ACME).await.unwrap(), ours);
    assert_eq!(rig.count(OPERATION), 2, "it is known still");
    rig.pass(Span::minutes(1));
    assert!(ask(&rig, ACME).await.unwrap().at > ours.at);
    assert_eq!(rig.count(OPERATION), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_at_once_waits_for_one_answer() {
    let rig = start().await;
    let (one, other) = tokio::join!(ask(&rig, ACME), ask(&rig, ACME));
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(rig.count(OPERATION), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_aws_does_not_say_is_said_with_the_reason_and_not_kept() {
    let rig = start().await;
    let bare = NewTenant { id: tenant("comp_bare"), name: None, critical_assets: Vec::new(), aws: None };
    rig.ask("priya", Request::TenantAdd(bare)).await.unwrap();
    assert_eq!(ask(&rig, "comp_bare").await.unwrap_err().code, "no_account");
    rig.stand_in.faults().next(OPERATION, Fault::Denied);
    let refused = ask(&rig, ACME).await.unwrap_err();
    assert_eq!(refused.code, "aws_denied");
    assert!(refused.message.contains("ssm:DescribeInstancePatchStates"), "{refused}");
    ask(&rig, ACME).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_account_said_is_not_told() {
    let rig = start().await;
    ask(&rig, ACME).await.unwrap();
    let settings = vec![("aws.external_id".into(), "another".into())];
    rig.ask("priya", Request::TenantSet { id: tenant(ACME), settings }).await.unwrap();
    let mut refused = ask(&rig, ACME).await;
    // The hands hear of the setting a moment later than the engine.
    while refused.is_ok() {
        refused = ask(&rig, ACME).await;
    }
    assert_eq!(refused.unwrap_err().code, "aws_denied");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_waits_for_any_more_is_known_the_next_time() {
    let rig = start().await;
    // Asked, and gone before anything can have come from AWS.
    assert!(ask(&rig, ACME).now_or_never().is_none());
    rig.stand_in.until(|requests| requests.iter().any(|request| request.operation == OPERATION)).await;
    ask(&rig, ACME).await.unwrap();
    assert_eq!(rig.count(OPERATION), 1);
}

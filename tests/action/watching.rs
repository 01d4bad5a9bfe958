//! Output while it comes, and what AWS is asked when nobody looks.

use std::time::Duration;

use alert_whisperer::core::execution::Stage;
use alert_whisperer::core::id::ExecutionId;
use alert_whisperer::demo::aws::faults::Point;
use alert_whisperer::link::remote::{Followed, Reached, Remote};

use crate::rig::{ACME, Rig, THEIRS, WEB, fast, instance, tenant, world};

async fn output(rig: &Rig, id: &ExecutionId, seen: u64) -> Followed {
    match rig.remote(Remote::Output { execution: id.clone(), instance: instance(WEB), seen }).await.unwrap() {
        Reached::Output(followed) => *followed,
        other => panic!("{other:?}"),
    }
}

fn looks(rig: &Rig) -> usize {
    rig.count("ListCommandInvocations")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn output_is_seen_as_it_comes_and_to_its_end() {
    let mut world = world();
    world.manner.early_output = true;
    let rig = Rig::with(world, fast()).await;
    let id = rig.script("echo one; while [ ! -e go ]; do sleep 0.01; done; echo two").await;
    let mut seen = output(&rig, &id, 0).await;
    while seen.output.stdout != "one\n" {
        seen = output(&rig, &id, seen.version).await;
    }
    assert!(!seen.over);
    // Nothing new: the question waits, and is answered with what is known.
    let same = output(&rig, &id, seen.version).await;
    assert_eq!((same.version, same.over), (seen.version, false));
    let cancel = alert_whisperer::link::Request::Cancel { execution: id.clone() };
    rig.ask("priya", cancel).await.unwrap();
    while !seen.over {
        seen = output(&rig, &id, seen.version).await;
    }
    assert_eq!(seen.output.stdout, "one\n");
    assert_eq!(output(&rig, &id, 0).await, seen, "and for as long as it is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_looks_and_only_the_end_is_waited_for() {
    // Watched, a look follows the other at once; unwatched, there is none before the test is over.
    let never = Duration::from_secs(3_600);
    let mut pace = fast();
    pace.lingers = Duration::from_millis(1);
    pace.unwatched = alert_whisperer::action::Backoff::between(never, never);
    let mut world = world();
    world.manner.early_output = true;
    let rig = Rig::with(world, pace).await;
    rig.stand_in.faults().hold(Point::Ending);
    let id = rig.script("echo done").await;
    rig.until(&id, |execution| execution.stage == Stage::Running && !execution.runs.is_empty()).await;
    assert_eq!(rig.count("GetCommandInvocation"), 0);
    let unwatched = looks(&rig);
    // The watch begins: looked at immediately, and again and again while it lasts.
    let mut seen = output(&rig, &id, 0).await;
    while seen.output.stdout != "done\n" {
        seen = output(&rig, &id, seen.version).await;
    }
    output(&rig, &id, seen.version).await;
    let watched = looks(&rig);
    assert!(watched > unwatched + 2, "{watched} {unwatched}");
    assert!(rig.count("GetCommandInvocation") > 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_asked_of_aws_until_somebody_needs_it() {
    let rig = Rig::start().await;
    let incident = rig.incident(ACME, "web-03").await;
    let _seat = rig.seat().await;
    rig.remote(Remote::Runbooks { incident }).await.unwrap();
    assert_eq!(rig.stand_in.requests(), []);
    let Reached::Nodes(nodes) = rig.remote(Remote::Nodes { tenant: tenant(ACME), fresh: false }).await.unwrap() else {
        panic!();
    };
    assert_eq!(nodes.nodes.len(), 2);
    let asked = rig.count("DescribeInstanceInformation");
    for _ in 0..5 {
        rig.remote(Remote::Nodes { tenant: tenant(ACME), fresh: false }).await.unwrap();
    }
    assert_eq!(rig.count("DescribeInstanceInformation"), asked, "they are kept for a minute");
    rig.remote(Remote::Nodes { tenant: tenant(ACME), fresh: true }).await.unwrap();
    assert!(rig.count("DescribeInstanceInformation") > asked, "unless somebody wants them fresh");
    // As whom AWS knows us is on the pulse by now, or will be.
    let mut seat = rig.seat().await;
    while seat.board.pulse.aws.is_none() {
        seat.hear().await;
    }
    assert_eq!(seat.board.pulse.aws, Some(Ok("arn:aws:iam::999900009999:user/alert-whisperer".into())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_machine_that_is_none_of_its_has_no_output() {
    let rig = Rig::start().await;
    let id = rig.script("echo done").await;
    rig.end(&id).await;
    let ask = Remote::Output { execution: id.clone(), instance: instance(THEIRS), seen: 0 };
    assert_eq!(rig.remote(ask).await.unwrap_err().code, "no_such_machine");
}

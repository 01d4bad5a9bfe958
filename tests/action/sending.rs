//! What becomes of an execution that may run: sent once, followed, ended.

use alert_whisperer::core::execution::order::{Order, Target};
use alert_whisperer::core::execution::step::{OnExecution, Step};
use alert_whisperer::core::execution::{Outcome, Stage};
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::role::Risk;
use alert_whisperer::demo::aws::faults::Point;
use alert_whisperer::demo::aws::world::Fate;
use alert_whisperer::link::Request;

use crate::rig::{ACME, DB, Rig, WEB, instance, order, tenant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_runs_to_its_end_and_what_it_wrote_is_kept() {
    let rig = Rig::start().await;
    let id = rig.script("echo to out\necho to err >&2").await;
    let ended = rig.end(&id).await;
    assert_eq!(ended.outcome(), Some(Outcome::Success), "{ended:#?}");
    let sent = rig.stand_in.commands();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].comment, format!("{id} {} priya", ended.incident_id));
    assert_eq!((ended.command_id.as_ref(), &ended.waits_for), (Some(&sent[0].command_id), &None));
    assert!(ended.request_id.is_some() && ended.sent_at.is_some());
    assert_eq!(ended.runs[0].exit_code, Some(0));
    let outputs = rig.outputs(&id).await;
    assert_eq!((outputs[0].1.stdout.as_str(), outputs[0].1.stderr.as_str()), ("to out\n", "to err\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_and_several_machines_end_each_as_they_do() {
    let rig = Rig::start().await;
    let incident = rig.incident(ACME, "web-03").await;
    let other = rig.incident(ACME, "db-01").await;
    let mut both = order(&incident, "web-03", WEB, "exit 3");
    both.targets.push(Target { incident: other, instance: instance(DB), asset: "db-01".into() });
    rig.stand_in.faults().fate(DB, Fate::Undeliverable);
    let id = rig.begin(both).await;
    let ended = rig.end(&id).await;
    assert_eq!(ended.outcome(), Some(Outcome::Failed));
    let said: Vec<_> =
        ended.runs.iter().map(|run| (run.instance.as_str(), run.detail.as_str(), run.exit_code)).collect();
    assert_eq!(said, [(WEB, "Failed", Some(3)), (DB, "Undeliverable", None)]);
    assert_eq!(rig.stand_in.commands().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_command_is_cancelled_at_aws_and_followed_to_its_end() {
    let rig = Rig::start().await;
    let id = rig.script("echo begun; sleep 600").await;
    rig.until(&id, |execution| execution.runs.iter().any(|run| run.status == "InProgress")).await;
    rig.ask("sam", Request::Cancel { execution: id.clone() }).await.unwrap();
    let ended = rig.end(&id).await;
    assert_eq!((ended.outcome(), ended.cancelled_by.as_deref()), (Some(Outcome::Cancelled), Some("sam")));
    assert_eq!(rig.count("CancelCommand"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_is_ended_at_its_timeout_by_aws() {
    let mut world = crate::rig::world();
    world.manner.second = std::time::Duration::from_millis(5);
    let rig = Rig::with(world, crate::rig::fast()).await;
    let id = rig.script("sleep 600").await;
    let ended = rig.end(&id).await;
    assert_eq!((ended.outcome(), ended.runs[0].detail.as_str()), (Some(Outcome::TimedOut), "ExecutionTimedOut"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_starts_again_takes_its_executions_up_by_their_command_ids() {
    let mut rig = Rig::start().await;
    rig.stand_in.faults().hold(Point::Ending);
    let id = rig.script("echo still there").await;
    rig.until(&id, |execution| execution.stage == Stage::Running).await;
    rig.sleep().await;
    rig.stand_in.faults().release(Point::Ending);
    rig.wake();
    assert_eq!(rig.end(&id).await.outcome(), Some(Outcome::Success));
    assert_eq!((rig.count("SendCommand"), rig.count("ListCommands")), (1, 0));
    assert_eq!(rig.outputs(&id).await[0].1.stdout, "still there\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_second_person_is_sent_once_that_one_says_yes() {
    let rig = Rig::start().await;
    let incident = rig.incident(ACME, "web-03").await;
    let risky = Order { risk: Risk::High, ..order(&incident, "web-03", WEB, "true") };
    let digest = risky.digest();
    let ask =
        |typed: &str| Step::Ask { order: risky.clone().into(), digest: digest.clone(), typed: Some(typed.into()) };
    let on = OnExecution { execution: 0, by: Actor::named("priya"), step: ask("web-03") };
    let id = rig.engine().handle().step(&tenant(ACME), on).await.unwrap();
    let approve = Request::Approve { execution: id.clone(), digest: digest.clone(), why: None };
    assert!(rig.ask("priya", approve.clone()).await.is_err(), "nobody approves their own");
    assert_eq!(rig.stand_in.requests(), []);
    rig.ask("sam", approve).await.unwrap();
    assert_eq!(rig.end(&id).await.outcome(), Some(Outcome::Success));
    assert_eq!(rig.count("SendCommand"), 1);
}

//! What a seat asks before anything runs, and asks to run.

use alert_whisperer::core::access::Verified;
use alert_whisperer::core::execution::order::Platform;
use alert_whisperer::core::execution::{Outcome, Stage};
use alert_whisperer::core::id::IncidentId;
use alert_whisperer::demo::aws::faults::Fault;
use alert_whisperer::demo::aws::world::{Fate, Node};
use alert_whisperer::link::remote::{Draft, Located, Plan, Reached, Remote, Wanted};
use alert_whisperer::link::{Refusal, Request};

use crate::rig::{ACME, DB, Rig, THEIRS, WEB, fast, instance, tenant, world};

async fn locate(rig: &Rig, incident: &IncidentId) -> Located {
    match rig.remote(Remote::Locate { incidents: vec![incident.clone()] }).await.unwrap() {
        Reached::Located(mut located) => located.remove(0),
        other => panic!("{other:?}"),
    }
}

fn draft(incident: &IncidentId, machine: &str, what: Wanted) -> Draft {
    Draft { targets: vec![(incident.clone(), instance(machine))], what, timeout_seconds: None, again: None }
}

fn command(text: &str) -> Wanted {
    Wanted::Command { text: text.into() }
}

async fn prepare(rig: &Rig, draft: &Draft) -> Result<Plan, Refusal> {
    match rig.remote(Remote::Prepare(draft.clone())).await? {
        Reached::Plan(plan) => Ok(*plan),
        other => panic!("{other:?}"),
    }
}

async fn run(rig: &Rig, draft: &Draft, digest: &str, typed: Option<&str>) -> Result<Reached, Refusal> {
    let (draft, digest, typed) = (draft.clone(), digest.to_owned(), typed.map(Into::into));
    rig.remote(Remote::Run { draft, digest, typed }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_looked_into_with_what_its_runbook_says() {
    let rig = Rig::start().await;
    let incident = rig.incident(ACME, "web-03").await;
    let located = locate(&rig, &incident).await;
    assert_eq!((located.nodes.len(), located.nodes[0].instance.as_str()), (1, WEB));
    let Reached::Runbooks(offers) = rig.remote(Remote::Runbooks { incident: incident.clone() }).await.unwrap() else {
        panic!();
    };
    assert!(offers[0].fits && offers[0].name == "disk-usage", "{:?}", offers[0]);
    let inputs = offers[0].inputs.iter().map(|blank| (blank.name.clone(), blank.value.clone())).collect();
    let draft = draft(&incident, WEB, Wanted::Runbook { name: offers[0].name.clone(), inputs });
    let plan = prepare(&rig, &draft).await.unwrap();
    assert_eq!((plan.digest, plan.gate.typed, &plan.warnings), (plan.order.digest(), false, &Vec::new()));
    let Reached::Begun(id) = run(&rig, &draft, &plan.order.digest(), None).await.unwrap() else { panic!() };
    assert_eq!(rig.end(&id).await.outcome(), Some(Outcome::Success));
    let wrote = &rig.outputs(&id).await[0].1.stdout;
    assert!(wrote.contains("Filesystem"), "{wrote}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_runs_only_as_it_was_shown_and_once_its_asset_is_typed() {
    let rig = Rig::start().await;
    let incident = rig.incident(ACME, "web-03").await;
    let asked = draft(&incident, WEB, command("echo hello"));
    let plan = prepare(&rig, &asked).await.unwrap();
    assert!(plan.gate.typed);
    let other = draft(&incident, WEB, command("echo other"));
    assert_eq!(run(&rig, &other, &plan.digest, Some("web-03")).await.unwrap_err().code, "changed");
    let untyped = run(&rig, &asked, &plan.digest, None).await.unwrap_err();
    assert!(untyped.message.contains("type web-03"), "{untyped}");
    let Reached::Begun(id) = run(&rig, &asked, &plan.digest, Some("web-03")).await.unwrap() else { panic!() };
    rig.end(&id).await;
    assert_eq!(rig.outputs(&id).await[0].1.stdout, "hello\n");
    assert_eq!(rig.stand_in.commands().len(), 1);
    let audit = rig.audit(ACME).await.join("\n");
    assert_eq!(audit.matches("refused: ").count(), 2, "{audit}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_should_be_known_before_is_warned_of() {
    let mut world = world();
    let other = Node { fate: Fate::Offline, ..Node::new("i-00000009", "mail-01") };
    world.accounts[0].nodes.push(other);
    world.accounts[0].nodes.push(Node { platform: Platform::Windows, ..Node::new("i-0000000a", "files-01") });
    let rig = Rig::with(world, fast()).await;
    let incident = rig.incident(ACME, "web-03").await;
    rig.stand_in.faults().hold(alert_whisperer::demo::aws::faults::Point::Ending);
    let running = rig.script("true").await;
    rig.until(&running, |execution| execution.stage == Stage::Running).await;
    let busy = prepare(&rig, &draft(&incident, WEB, command("true"))).await.unwrap().warnings;
    assert_eq!(busy, [format!("{running} by priya is not over there: trial")]);
    let warned = prepare(&rig, &draft(&incident, "i-00000009", command("true"))).await.unwrap().warnings;
    assert!(warned[0].starts_with("i-00000009 is offline"), "{warned:?}");
    assert!(warned[1].starts_with("i-00000009 may not be web-03: "), "{warned:?}");
    let mut both = draft(&incident, WEB, command("true"));
    both.targets.push((incident.clone(), instance("i-0000000a")));
    assert_eq!(prepare(&rig, &both).await.unwrap_err().code, "mixed_platforms");
    both.targets[1].1 = instance(WEB);
    let plan = prepare(&rig, &both).await.unwrap();
    assert_eq!((plan.order.targets.len(), plan.warnings[0].contains("runs once")), (1, true), "{plan:?}");
    both.targets.clear();
    assert_eq!(prepare(&rig, &both).await.unwrap_err().code, "no_target");
    both.targets = vec![(incident.clone(), instance(WEB)); 51];
    assert_eq!(prepare(&rig, &both).await.unwrap_err().code, "too_many");
    let mut long = draft(&incident, WEB, command("true"));
    long.timeout_seconds = Some(5);
    assert_eq!(prepare(&rig, &long).await.unwrap_err().code, "timeout");
    let none = draft(&incident, WEB, Wanted::Runbook { name: "none".into(), inputs: Default::default() });
    assert_eq!(prepare(&rig, &none).await.unwrap_err().code, "no_such_runbook");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_latest_alert_that_names_a_machine_of_the_account_says_which_it_is() {
    let rig = Rig::start().await;
    let first = rig.alert(ACME, "app", "slow", Some(WEB)).await;
    assert_eq!(rig.alert(ACME, "app", "slow", None).await, first);
    assert_eq!(locate(&rig, &first).await.nodes[0].instance.as_str(), WEB);
    rig.alert(ACME, "app", "slow", Some(DB)).await;
    assert_eq!(locate(&rig, &first).await.nodes[0].instance.as_str(), DB);
    rig.alert(ACME, "app", "slow", Some(THEIRS)).await;
    let located = locate(&rig, &first).await;
    assert!(located.nodes.is_empty() && located.how.contains("account 111122223333"), "{located:?}");
    let settings = vec![("asset_map".to_owned(), format!("app={WEB}"))];
    rig.ask("priya", Request::TenantSet { id: tenant(ACME), settings }).await.unwrap();
    assert_eq!(locate(&rig, &first).await.nodes[0].instance.as_str(), WEB);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_verified_and_a_machine_outside_let_in() {
    let rig = Rig::start().await;
    let Reached::Verified(verified) = rig.remote(Remote::Verify { tenant: tenant(ACME) }).await.unwrap() else {
        panic!();
    };
    let Verified { base, role, nodes, .. } = *verified;
    assert!(base.unwrap().contains("999900009999") && role.unwrap().contains("111122223333"));
    assert_eq!(nodes, Ok((2, 2)));
    let activate = Remote::Activate { tenant: tenant(ACME), name: "pos-08".into(), platform: Platform::Linux };
    let Reached::Activated(activation) = rig.remote(activate).await.unwrap() else { panic!() };
    let audit = rig.audit(ACME).await.join("\n");
    assert!(audit.contains("tenant.verify") && audit.contains(&activation.id), "{audit}");
    assert!(!audit.contains(activation.code.0.expose()), "its code is a secret");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_that_asks_for_much_leaves_room_for_the_others() {
    let rig = Rig::start().await;
    rig.stand_in.faults().always("DescribeInstanceInformation", Fault::SilentBefore);
    let nodes = || Request::Remote(Remote::Nodes { tenant: tenant(ACME), fresh: true });
    let flood = (0..40).map(|_| rig.ask("mallory", nodes()));
    let ours = async {
        let incident = rig.incident(ACME, "web-03").await;
        rig.remote(Remote::Runbooks { incident }).await
    };
    let (refused, ours) = tokio::join!(futures_util::future::join_all(flood), ours);
    let busy = refused.iter().flat_map(|answer| answer.as_ref().err()).filter(|refused| refused.code == "busy").count();
    assert!(busy > 8, "of 40, the others would have got none: {refused:?}");
    assert!(matches!(ours, Ok(Reached::Runbooks(_))), "{ours:?}");
}

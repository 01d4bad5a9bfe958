//! Two tenants, two accounts: whatever is asked with the ids of the other one's is refused, in the words for what is not there,
//! and is on record.

use alert_whisperer::aws::{Aws, Purpose};
use alert_whisperer::core::execution::Outcome;
use alert_whisperer::core::execution::order::Target;
use alert_whisperer::core::id::ExecutionId;
use alert_whisperer::core::time::Moment;
use alert_whisperer::link::remote::{Draft, Remote, Wanted};
use alert_whisperer::link::{Refusal, Reply, Request};

use crate::rig::{ACME, BOLT, Rig, THEIRS, WEB, aws_options, instance, order, tenant};

/// Refused with this code, and on the record of these tenants.
async fn refused(rig: &Rig, asked: Result<Reply, Refusal>, code: &str, what: &str, on: &[(&str, &str)]) {
    let refused = asked.expect_err(what);
    assert_eq!(refused.code, code, "{what}: {refused}");
    for (of, id) in on {
        let audit = rig.audit(of).await;
        let found = |entry: &&String| entry.contains(what) && entry.contains(id) && entry.contains("refused: ");
        assert!(audit.iter().any(|entry| found(&entry)), "{what} {id} is not on record of {of}: {audit:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_done_with_the_ids_of_another_tenant() {
    let rig = Rig::start().await;
    let (ours, theirs) = (rig.incident(ACME, "web-03").await, rig.incident(BOLT, "web-03").await);
    // Theirs has a number that ours has not.
    let mut their_order = order(&theirs, "web-03", THEIRS, "echo secret of bolt");
    their_order.risk = alert_whisperer::core::role::Risk::Low;
    rig.end(&rig.begin(their_order.clone()).await).await;
    let their_run = rig.begin(their_order).await;
    let ended = rig.end(&their_run).await;
    let our_run = rig.script("echo ours").await;
    rig.end(&our_run).await;
    let mistaken = ExecutionId { tenant: tenant(ACME), number: their_run.number };
    let (ours_on, theirs_on) = (ours.to_string(), theirs.to_string());
    let who = "mallory";

    let wanted = || Wanted::Command { text: "true".into() };
    let draft = |targets: &[_]| Draft { targets: targets.to_vec(), what: wanted(), timeout_seconds: None, again: None };
    let their_machine = draft(&[(ours.clone(), instance(THEIRS))]);
    let their_incident = draft(&[(ours.clone(), instance(WEB)), (theirs.clone(), instance(THEIRS))]);
    let their_again = Draft { again: Some(their_run.clone()), ..draft(&[(ours.clone(), instance(WEB))]) };
    let both = [(ACME, ours_on.as_str()), (BOLT, theirs_on.as_str())];
    for (draft, code, on) in [
        (&their_machine, "no_such_machine", &both[..1]),
        (&their_incident, "no_such_incident", &both[..]),
        (&their_again, "no_such_execution", &[both[0], (BOLT, "comp_bolt-x2")][..]),
    ] {
        let asked = rig.ask(who, Request::Remote(Remote::Prepare(draft.clone()))).await;
        refused(&rig, asked, code, "execution.prepare", on).await;
        let run = Remote::Run { draft: draft.clone(), digest: String::new(), typed: Some("web-03".into()) };
        let asked = rig.ask(who, Request::Remote(run)).await;
        refused(&rig, asked, code, "execution.ask", on).await;
    }
    let locate = Request::Remote(Remote::Locate { incidents: vec![ours.clone(), theirs.clone()] });
    refused(&rig, rig.ask(who, locate).await, "no_such_incident", "incident.locate", &both).await;

    // A machine of theirs in an execution of ours, and an execution of theirs under our name.
    let output = |execution: &ExecutionId, machine| {
        Request::Remote(Remote::Output { execution: execution.clone(), instance: instance(machine), seen: 0 })
    };
    let (our_id, mistaken_id) = (our_run.to_string(), mistaken.to_string());
    let asked = rig.ask(who, output(&our_run, THEIRS)).await;
    refused(&rig, asked, "no_such_machine", "execution.output", &[(ACME, &our_id)]).await;
    let asked = rig.ask(who, output(&mistaken, THEIRS)).await;
    refused(&rig, asked, "no_such_execution", "execution.output", &[(ACME, &mistaken_id)]).await;
    let approve = Request::Approve { execution: mistaken.clone(), digest: ended.digest.clone(), why: None };
    refused(&rig, rig.ask(who, approve).await, "no_such_execution", "execution.approve", &[(ACME, &mistaken_id)]).await;
    let reject = Request::Reject { execution: mistaken.clone(), why: "no".into() };
    refused(&rig, rig.ask(who, reject).await, "no_such_execution", "execution.reject", &[(ACME, &mistaken_id)]).await;
    let cancel = Request::Cancel { execution: mistaken.clone() };
    refused(&rig, rig.ask(who, cancel).await, "no_such_execution", "execution.cancel", &[(ACME, &mistaken_id)]).await;

    // An order that names their incident, or their account, or their machine in our account.
    let mut mixed = order(&ours, "web-03", WEB, "true");
    mixed.targets.push(Target { incident: theirs.clone(), instance: instance(THEIRS), asset: "web-03".into() });
    let mut their_account = order(&ours, "web-03", THEIRS, "true");
    their_account.account_id = "444455556666".into();
    for (order, code) in [(mixed, "no_such_incident"), (their_account, "refused")] {
        let asked = rig.try_to_begin(order).await.map(|_| Reply::Done);
        refused(&rig, asked, code, "execution.ask", &[(ACME, "priya")]).await;
    }
    let smuggled = rig.begin(order(&ours, "web-03", THEIRS, "true")).await;
    assert_eq!(rig.end(&smuggled).await.outcome(), Some(Outcome::NotSent));

    // Nothing of it reached their machine.
    let theirs = rig.stand_in.commands().into_iter().filter(|sent| sent.instances.contains(&THEIRS.to_owned()));
    assert!(theirs.clone().all(|sent| sent.account == "444455556666"));
    assert_eq!(theirs.count(), 2);
    // Nor is anything of theirs on our record, or of ours on theirs.
    assert!(!rig.audit(ACME).await.join("\n").contains(BOLT) && !rig.audit(BOLT).await.join("\n").contains(ACME));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_id_of_another_account_is_none() {
    let rig = Rig::start().await;
    let theirs = rig.incident(BOLT, "web-03").await;
    let id = rig.begin(order(&theirs, "web-03", THEIRS, "echo secret of bolt")).await;
    let command = rig.end(&id).await.command_id.unwrap();
    let Reply::Tenants(tenants) = rig.ask("priya", Request::Tenants).await.unwrap() else { panic!() };
    let acme = tenants.iter().find(|one| one.id == tenant(ACME)).unwrap();
    let aws = Aws::new(aws_options(&rig.stand_in, rig.stand_in.address()));
    let account = aws.account(acme, &Purpose { operator: "mallory".into(), incident: None }).await.unwrap();
    assert_eq!(account.runs(&command).await.unwrap_or_default(), []);
    assert!(account.output(&command, &instance(THEIRS)).await.is_err());
    assert!(account.cancel(&command).await.is_err());
    assert_eq!(account.find(&id.to_string(), Moment(0)).await.unwrap(), None);
    let mut order = order(&theirs, "web-03", THEIRS, "true");
    assert!(account.send(&order, "x").await.is_err());
    order.account_id = "111122223333".into();
    assert!(account.send(&order, "x").await.is_err());
    assert_eq!(rig.stand_in.commands().len(), 1);
}

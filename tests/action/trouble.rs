//! What goes wrong between us and AWS: nothing is lost, nothing is sent twice, and what is waited for is said.

use std::time::Duration;

use alert_whisperer::action::{Backoff, Duty, Pace};
use alert_whisperer::core::execution::step::Step;
use alert_whisperer::core::execution::{Execution, Outcome, Stage};
use alert_whisperer::core::id::ExecutionId;
use alert_whisperer::core::time::Span;
use alert_whisperer::demo::aws::faults::{ANY, Fault, Point};
use alert_whisperer::demo::aws::state::Requested;
use alert_whisperer::link::Request;
use alert_whisperer::link::remote::Remote;

use crate::rig::{ACME, PATIENCE, Rig, fast, tenant, world};

/// A command that runs until it is released.
async fn held(rig: &Rig) -> ExecutionId {
    rig.stand_in.faults().hold(Point::Ending);
    let id = rig.script("echo done").await;
    rig.until(&id, |execution| execution.stage == Stage::Running).await;
    id
}

/// Waits until something is said to be waited for.
async fn said(rig: &Rig, id: &ExecutionId) -> String {
    rig.until(id, |execution| execution.waits_for.is_some()).await.waits_for.unwrap()
}

/// It ends well, once.
async fn ends_well(rig: &Rig, id: &ExecutionId) {
    rig.stand_in.faults().release(Point::Ending);
    let ended = rig.end(id).await;
    assert_eq!((ended.outcome(), &ended.waits_for), (Some(Outcome::Success), &None), "{ended:#?}");
    assert_eq!(rig.stand_in.commands().len(), 1);
    assert_eq!(rig.outputs(id).await[0].1.stdout, "done\n");
}

fn why(execution: &Execution) -> &str {
    match &execution.stage {
        Stage::Ended { why: Some(why), .. } => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn throttles_and_failures_of_aws_are_waited_out_and_said() {
    let rig = Rig::start().await;
    let id = held(&rig).await;
    for (fault, words) in [(Fault::Throttled, "go slower"), (Fault::Broken, "failed")] {
        rig.stand_in.faults().always("ListCommandInvocations", fault);
        let said = said(&rig, &id).await;
        assert!(said.contains(words), "{said}");
        rig.stand_in.faults().mend();
        rig.until(&id, |execution| execution.waits_for.is_none()).await;
    }
    ends_well(&rig, &id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_is_gone_is_waited_for() {
    let rig = Rig::start().await;
    let id = held(&rig).await;
    rig.door.shut().await;
    let said = said(&rig, &id).await;
    assert!(!said.contains("does not let us"), "{said}");
    rig.door.reopen();
    rig.until(&id, |execution| execution.waits_for.is_none()).await;
    ends_well(&rig, &id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_that_expire_meanwhile_are_had_anew() {
    let rig = Rig::start().await;
    let id = held(&rig).await;
    let assumed = rig.count("AssumeRole");
    rig.stand_in.faults().expire_sessions();
    rig.stand_in.until(|requests| requests.iter().filter(|one| one.operation == "AssumeRole").count() > assumed).await;
    ends_well(&rig, &id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_credentials_that_have_expired_are_waited_for() {
    let rig = Rig::start().await;
    let id = held(&rig).await;
    rig.stand_in.faults().always(ANY, Fault::Expired);
    let said = said(&rig, &id).await;
    assert!(said.contains("expired"), "{said}");
    rig.stand_in.faults().mend();
    ends_well(&rig, &id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_is_taken_back_is_tried_again_and_given_up_after_a_day() {
    let rig = Rig::start().await;
    let id = held(&rig).await;
    rig.stand_in.faults().always(ANY, Fault::Denied);
    let said = said(&rig, &id).await;
    assert!(said.starts_with("the client's account does not let us see to it:"), "{said}");
    rig.stand_in.faults().mend();
    rig.until(&id, |execution| execution.waits_for.is_none()).await;
    rig.stand_in.faults().always(ANY, Fault::Denied);
    rig.pass(Span::DAY);
    rig.pass(Span::HOUR);
    let ended = rig.end(&id).await;
    assert_eq!(ended.outcome(), Some(Outcome::Unknown));
    assert!(why(&ended).contains("look at the machine"), "{}", why(&ended));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_whose_answer_was_lost_is_found_and_never_sent_again() {
    for fault in [Fault::DroppedAfter, Fault::SilentAfter] {
        let mut world = world();
        world.manner.unlisted = 3;
        let rig = Rig::with(world, fast()).await;
        rig.stand_in.faults().next("SendCommand", fault);
        let id = rig.script("echo done").await;
        ends_well(&rig, &id).await;
        assert_eq!(rig.count("SendCommand"), 1, "{fault:?}");
        assert!(rig.count("ListCommands") > 3, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_never_arrived_is_not_sent_again_either() {
    for fault in [Fault::DroppedBefore, Fault::SilentBefore, Fault::Broken] {
        let rig = Rig::start().await;
        rig.stand_in.faults().next("SendCommand", fault);
        let id = rig.script("echo done").await;
        let ended = rig.end(&id).await;
        assert_eq!(ended.outcome(), Some(Outcome::NotSent), "{fault:?}");
        assert!(why(&ended).contains("run it again"), "{fault:?}: {}", why(&ended));
        assert_eq!((rig.count("SendCommand"), rig.stand_in.commands().len()), (1, 0), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_aws_refuses_to_take_for_now_is_asked_again() {
    let rig = Rig::start().await;
    rig.stand_in.faults().next("SendCommand", Fault::Throttled);
    rig.stand_in.faults().next("SendCommand", Fault::Throttled);
    let id = rig.script("echo done").await;
    ends_well(&rig, &id).await;
    assert_eq!(rig.count("SendCommand"), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_sent_in_time_is_not_sent_later() {
    let rig = Rig::start().await;
    rig.door.shut().await;
    let id = rig.script("echo done").await;
    said(&rig, &id).await;
    rig.pass(Span::minutes(3));
    let ended = rig.end(&id).await;
    assert_eq!(ended.outcome(), Some(Outcome::NotSent));
    rig.door.reopen();
    assert_eq!(rig.stand_in.commands().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_external_id_is_said_with_what_to_fix_in_whose_account() {
    let mut world = world();
    world.accounts[0].roles[0].external_id = Some("another".into());
    let rig = Rig::with(world, fast()).await;
    let id = rig.script("echo done").await;
    let ended = rig.end(&id).await;
    assert_eq!(ended.outcome(), Some(Outcome::NotSent));
    let why = why(&ended);
    assert!(why.contains("external") && why.contains("111122223333"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_comes_back_sends_what_is_young_and_not_what_is_old() {
    for (away, outcome) in [(Span::SECOND, Outcome::Success), (Span::minutes(3), Outcome::NotSent)] {
        let mut rig = Rig::start().await;
        rig.let_go();
        let id = rig.script("echo done").await;
        rig.sleep().await;
        rig.pass(away);
        rig.wake();
        let ended = rig.end(&id).await;
        assert_eq!(ended.outcome(), Some(outcome), "{ended:#?}");
        assert_eq!(rig.count("SendCommand"), usize::from(outcome == Outcome::Success));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commands_engine_carries_out_what_is_asked_of_it_and_nothing_else() {
    let mut rig = Rig::start().await;
    rig.let_go();
    let (left, cancelled) = (rig.script("echo left").await, rig.script("echo cancelled").await);
    rig.step(&cancelled, Step::Sending).await;
    rig.sleep().await;
    rig.wake_for(Duty::Asked);
    rig.remote(Remote::Nodes { tenant: tenant(ACME), fresh: true }).await.unwrap();
    rig.ask("priya", Request::Cancel { execution: cancelled.clone() }).await.unwrap();
    assert_eq!(rig.end(&cancelled).await.outcome(), Some(Outcome::NotSent));
    let asked = rig.script("echo asked").await;
    assert_eq!(rig.end(&asked).await.outcome(), Some(Outcome::Success));
    assert_eq!(rig.until(&left, |_| true).await.stage, Stage::Ready, "it waits for an engine that stays");
    assert_eq!(rig.count("SendCommand"), 1);
    rig.sleep().await;
    rig.wake();
    assert_eq!(rig.end(&left).await.outcome(), Some(Outcome::Success));
    assert_eq!(rig.count("SendCommand"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_comes_back_only_looks_for_what_was_being_sent() {
    let mut rig = Rig::start().await;
    rig.let_go();
    let id = rig.script("echo done").await;
    rig.step(&id, Step::Sending).await;
    rig.sleep().await;
    rig.wake();
    let ended = rig.end(&id).await;
    assert_eq!(ended.outcome(), Some(Outcome::NotSent), "{ended:#?}");
    assert!(why(&ended).contains("never arrived"), "{}", why(&ended));
    assert_eq!(rig.count("SendCommand"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_that_the_account_forbids_is_said_and_the_end_is_still_caught() {
    let mut world = world();
    world.accounts[0].roles[0].denied = vec!["ssm:CancelCommand".into()];
    let rig = Rig::with(world, fast()).await;
    let id = held(&rig).await;
    let cancel = Request::Cancel { execution: id.clone() };
    rig.ask("sam", cancel).await.unwrap();
    let said = said(&rig, &id).await;
    assert!(said.starts_with("its end, for it cannot be cancelled: "), "{said}");
    ends_well(&rig, &id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_for_an_account_that_the_tenant_has_no_more_is_not_sent() {
    let mut rig = Rig::start().await;
    rig.let_go();
    let id = rig.script("echo done").await;
    let settings = vec![("aws.account_id".to_owned(), "444455556666".to_owned())];
    rig.ask("priya", Request::TenantSet { id: id.tenant.clone(), settings }).await.unwrap();
    rig.sleep().await;
    rig.wake();
    let ended = rig.end(&id).await;
    assert_eq!(ended.outcome(), Some(Outcome::NotSent), "{ended:#?}");
    assert!(why(&ended).contains("account"), "{}", why(&ended));
    assert_eq!(rig.count("SendCommand"), 0);
}

async fn moves(rig: &Rig, id: &ExecutionId, region: &str) {
    let settings = vec![("aws.region".to_owned(), region.to_owned())];
    rig.ask("priya", Request::TenantSet { id: id.tenant.clone(), settings }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_found_in_another_region_may_be_where_it_was_sent() {
    let mut rig = Rig::start().await;
    rig.let_go();
    let id = rig.script("echo done").await;
    rig.step(&id, Step::Sending).await;
    moves(&rig, &id, "eu-central-1").await;
    rig.sleep().await;
    rig.wake();
    let waits = rig.until(&id, |execution| execution.waits_for.is_some() || execution.is_over()).await.waits_for;
    assert!(waits.unwrap().contains("in eu-central-1 of account 111122223333 by now, and it was for us-east-1"));
    assert_eq!(rig.count("ListCommands"), 0);
    moves(&rig, &id, "us-east-1").await;
    assert!(why(&rig.end(&id).await).contains("never arrived"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_waits_for_the_region_that_the_command_is_in() {
    let rig = Rig::start().await;
    let id = held(&rig).await;
    moves(&rig, &id, "eu-central-1").await;
    let said = said(&rig, &id).await;
    assert!(said.contains("by now"), "{said}");
    rig.ask("sam", Request::Cancel { execution: id.clone() }).await.unwrap();
    moves(&rig, &id, "us-east-1").await;
    assert_eq!(rig.end(&id).await.outcome(), Some(Outcome::Cancelled));
    assert_eq!(rig.count("CancelCommand"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_while_the_engine_s_time_was_ahead_is_found() {
    let pace = Pace { shows_within: Span::DAY, ..fast() };
    let mut rig = Rig::with(world(), pace).await;
    rig.pass(Span::minutes(30));
    rig.stand_in.faults().next("SendCommand", Fault::DroppedAfter);
    let id = rig.script("echo done").await;
    said(&rig, &id).await;
    rig.sleep().await;
    // The clock is put right; what the engine wrote down stays.
    rig.pass(Span::minutes(-30));
    rig.wake();
    ends_well(&rig, &id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_written_down_in_time_is_not_sent_later() {
    let mut rig = Rig::start().await;
    rig.let_go();
    let id = rig.script("echo done").await;
    rig.sleep().await;
    rig.disk_is_full(true);
    rig.wake();
    rig.could_not_say().await;
    rig.pass(Span::minutes(3));
    rig.disk_is_full(false);
    let ended = rig.end(&id).await;
    assert!(why(&ended).contains("could not be written down in time"), "{ended:#?}");
    assert_eq!(ended.outcome(), Some(Outcome::NotSent), "{ended:#?}");
    assert_eq!(rig.count("SendCommand"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_whose_sessions_were_revoked_is_assumed_anew() {
    let rig = Rig::start().await;
    let id = held(&rig).await;
    let assumed = rig.count("AssumeRole");
    rig.stand_in.faults().next("ListCommandInvocations", Fault::Denied);
    let anew = |requests: &[Requested]| requests.iter().filter(|one| one.operation == "AssumeRole").count() > assumed;
    tokio::time::timeout(PATIENCE, rig.stand_in.until(anew)).await.unwrap();
    ends_well(&rig, &id).await;
}

/// Hears a seat until the engine says that AWS knows us, or that it does not.
async fn introduced(rig: &Rig, known: bool) {
    let mut seat = rig.seat().await;
    let by = tokio::time::Instant::now() + PATIENCE;
    while seat.board.pulse.aws.as_ref().map(Result::is_ok) != Some(known) {
        tokio::time::timeout_at(by, seat.hear()).await.unwrap();
    }
}

async fn fresh_nodes(rig: &Rig) -> bool {
    rig.remote(Remote::Nodes { tenant: tenant(ACME), fresh: true }).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_credentials_that_have_expired_are_on_the_pulse_until_they_are_had_anew() {
    let rig = Rig::start().await;
    assert!(fresh_nodes(&rig).await);
    introduced(&rig, true).await;
    rig.stand_in.faults().always(ANY, Fault::Expired);
    // The first finds out that the role is not good any more, the second that no other is to be had.
    assert!(!fresh_nodes(&rig).await && !fresh_nodes(&rig).await);
    introduced(&rig, false).await;
    rig.stand_in.faults().mend();
    assert!(fresh_nodes(&rig).await);
    introduced(&rig, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_we_are_is_asked_again_when_aws_had_no_answer() {
    let rig = Rig::start().await;
    rig.stand_in.faults().next("GetCallerIdentity", Fault::Broken);
    assert!(fresh_nodes(&rig).await);
    introduced(&rig, false).await;
    assert!(fresh_nodes(&rig).await);
    introduced(&rig, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_a_tenant_that_is_no_more_does_not_take_its_namesake_along() {
    let mut pace = fast();
    pace.trouble = Backoff::between(Duration::from_millis(300), Duration::from_millis(300));
    let rig = Rig::with(world(), pace).await;
    let old = held(&rig).await;
    rig.stand_in.faults().next("ListCommandInvocations", Fault::Broken);
    said(&rig, &old).await;
    rig.ask("priya", Request::TenantRemove { id: tenant(ACME) }).await.unwrap();
    rig.add(ACME, "111122223333", "acme-1").await;
    let new = rig.script("echo done").await;
    assert_eq!(new, old);
    rig.until(&new, |execution| execution.stage == Stage::Running).await;
    // The old one has noticed by then that it is not wanted any more.
    let looks = rig.count("ListCommandInvocations");
    let looked = |requests: &[Requested]| {
        requests.iter().filter(|one| one.operation == "ListCommandInvocations").count() > looks + 30
    };
    tokio::time::timeout(PATIENCE, rig.stand_in.until(looked)).await.unwrap();
    rig.stand_in.faults().release(Point::Ending);
    assert_eq!(rig.end(&new).await.outcome(), Some(Outcome::Success));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_outage_does_not_make_a_refusal_last_longer() {
    let mut pace = fast();
    let a_moment = Duration::from_millis(1);
    (pace.watched, pace.unwatched) = (Backoff::between(a_moment, a_moment), Backoff::between(a_moment, a_moment));
    pace.trouble = Backoff::between(a_moment, a_moment);
    pace.shut_out = Backoff::between(a_moment, Duration::from_secs(3_600));
    let rig = Rig::with(world(), pace).await;
    let id = held(&rig).await;
    rig.stand_in.faults().always("ListCommandInvocations", Fault::Broken);
    let tried = rig.count("ListCommandInvocations") + 25;
    let often = |requests: &[Requested]| {
        requests.iter().filter(|one| one.operation == "ListCommandInvocations").count() > tried
    };
    tokio::time::timeout(PATIENCE, rig.stand_in.until(often)).await.unwrap();
    rig.stand_in.faults().mend();
    rig.stand_in.faults().next("ListCommandInvocations", Fault::Denied);
    ends_well(&rig, &id).await;
}

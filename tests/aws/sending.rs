//! A command is sent once, whatever happens on the way, and what is said tells whether it may run.

use alert_whisperer::aws::{Aws, AwsError, Kind, Options};
use alert_whisperer::core::time::{Moment, Span};
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::faults::Fault;

use super::fixture::*;

const MARK: &str = "comp_acme-x7";
const COMMENT: &str = "comp_acme-x7 comp_acme-i4 priya";

async fn send_with(stand_in: &StandIn, fault: Fault) -> AwsError {
    let aws = Aws::new(Options { timeouts: IMPATIENT, ..options(stand_in) });
    let account = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap();
    stand_in.faults().next("SendCommand", fault);
    let error = account.send(&order(&acme(), &[WEB], "true"), COMMENT).await.unwrap_err();
    assert_eq!(asked(stand_in, "SendCommand"), 1, "{fault:?}: sent exactly once");
    error
}

async fn found(stand_in: &StandIn, mark: &str) -> Option<String> {
    inside(stand_in).await.find(mark, now() - Span::MINUTE).await.unwrap()
}

fn now() -> Moment {
    Moment(jiff::Timestamp::now().as_millisecond())
}

#[tokio::test]
async fn what_aws_took_without_a_word_is_found_by_its_comment() {
    for fault in [Fault::DroppedAfter, Fault::SilentAfter] {
        let stand_in = stand_in().await;
        let error = send_with(&stand_in, fault).await;
        assert_eq!((error.kind, error.may_have_arrived()), (Kind::Silent, true), "{fault:?}: {error}");
        let [sent] = &stand_in.commands()[..] else { panic!("{fault:?}: one command") };
        assert_eq!(found(&stand_in, MARK).await.as_ref(), Some(&sent.command_id));
        assert_eq!(found(&stand_in, "comp_acme-x").await, None, "the beginning of a mark is none");
        let later = now() + Span::hours(1);
        assert_eq!(
            inside(&stand_in).await.find(MARK, later).await.unwrap(),
            None,
            "what was sent before is not looked at"
        );
    }
}

#[tokio::test]
async fn what_never_reached_aws_may_have_and_is_not_found() {
    for (fault, kind) in
        [(Fault::DroppedBefore, Kind::Silent), (Fault::SilentBefore, Kind::Silent), (Fault::Broken, Kind::Server)]
    {
        let stand_in = stand_in().await;
        let error = send_with(&stand_in, fault).await;
        assert_eq!((error.kind, error.may_have_arrived()), (kind, true), "{fault:?}: {error}");
        assert_eq!(found(&stand_in, MARK).await, None);
    }
}

#[tokio::test]
async fn what_aws_refuses_does_not_run() {
    for (fault, kind, passes) in [
        (Fault::Throttled, Kind::Throttled, true),
        (Fault::Denied, Kind::Denied, false),
        (Fault::Expired, Kind::Expired, true),
    ] {
        let stand_in = stand_in().await;
        let error = send_with(&stand_in, fault).await;
        assert_eq!((error.kind, error.may_have_arrived(), error.passes()), (kind, false, passes), "{error}");
        assert!(error.request_id.is_some() && stand_in.commands().is_empty());
    }
}

#[tokio::test]
async fn a_refusal_names_the_action_the_role_and_the_account() {
    let stand_in = stand_in().await;
    let error = send_with(&stand_in, Fault::Denied).await;
    for part in ["ssm:SendCommand", "role/AlertWhisperer", ACME, "permission policy"] {
        assert!(error.message.contains(part), "{part} in {error}");
    }
}

#[tokio::test]
async fn nobody_there_is_no_answer_to_wonder_about() {
    let closed = {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        listener.local_addr().unwrap()
    };
    let aws = Aws::new(at(&format!("http://{closed}"), "AKIA", "secret"));
    let error = aws.identity().await.unwrap_err();
    assert_eq!((error.kind, error.may_have_arrived(), error.passes()), (Kind::Unreachable, false, true), "{error}");
    assert!(error.message.contains("refused"), "{error}");
}

#[tokio::test]
async fn an_order_for_elsewhere_is_not_sent() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let good = order(&acme(), &[WEB], "true");
    let mut region = good.clone();
    region.region = "eu-west-1".into();
    let mut incident = good.clone();
    incident.targets[0].incident.tenant = bolt().id;
    let mut nowhere = good.clone();
    nowhere.targets.clear();
    for bad in [order(&bolt(), &[THEIRS], "true"), region, incident, nowhere] {
        assert_eq!(account.send(&bad, COMMENT).await.unwrap_err().kind, Kind::Invalid);
    }
    assert_eq!(asked(&stand_in, "SendCommand"), 0);
}

#[tokio::test]
async fn a_machine_of_another_account_is_not_there() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let error = account.send(&order(&acme(), &[THEIRS], "true"), COMMENT).await.unwrap_err();
    assert_eq!((error.kind, error.may_have_arrived()), (Kind::NoSuch, false));
    assert!(error.message.contains("not managed in us-east-1 of account 111122223333"), "{error}");
    assert!(stand_in.commands().is_empty());
}

#[tokio::test]
async fn more_commands_than_can_be_looked_through_prove_nothing() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    stand_in.faults().manner(|manner| manner.page = 1);
    for _ in 0..21 {
        account.send(&order(&acme(), &[WEB], "true"), "something else").await.unwrap();
    }
    let error = account.find(MARK, now() - Span::MINUTE).await.unwrap_err();
    assert_eq!((error.kind, error.passes()), (Kind::Invalid, false));
    assert_eq!(asked(&stand_in, "ListCommands"), 20);
}

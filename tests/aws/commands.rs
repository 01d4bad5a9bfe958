//! Following a command: its machines, what they wrote, cancelling.

use alert_whisperer::aws::{Account, Aws, Kind, Options};
use alert_whisperer::core::execution::{Output, Run};
use alert_whisperer::demo::aws::faults::{Fault, Point};
use serde_json::json;

use super::fixture::*;

/// Asks until a machine's part is as wanted; a process takes its time.
async fn until(account: &Account, command: &str, instance: &str, detail: &str) -> (Run, Output) {
    for _ in 0..2_000 {
        let (run, output) = account.output(command, &instance.parse().unwrap()).await.unwrap();
        if run.detail == detail {
            return (run, output);
        }
        tokio::task::yield_now().await;
    }
    panic!("it never was {detail}");
}

#[tokio::test]
async fn a_command_runs_to_its_end() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let script = "echo to out\necho to err >&2\nexit 3";
    let sent = account.send(&order(&acme(), &[WEB], script), "comp_acme-x1 comp_acme-i4 priya").await.unwrap();
    assert!(sent.request_id.is_some());
    let (run, output) = until(&account, &sent.command_id, WEB, "Failed").await;
    assert_eq!((run.status.as_str(), run.exit_code), ("Failed", Some(3)));
    assert!(run.started_at.is_some() && run.ended_at >= run.started_at);
    assert_eq!((output.stdout.as_str(), output.stderr.as_str(), output.truncated), ("to out\n", "to err\n", false));
    assert_eq!(account.runs(&sent.command_id).await.unwrap(), [run]);
    let [taken] = &stand_in.commands()[..] else { panic!("one") };
    assert_eq!(taken.parameters["executionTimeout"], ["120"]);
    assert_eq!(taken.parameters["commands"].join("\n"), script);
    assert_eq!(taken.comment, "comp_acme-x1 comp_acme-i4 priya");
}

#[tokio::test]
async fn what_the_order_says_of_its_timeout_stays() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    let mut order = order(&acme(), &[WEB], "true");
    order.parameters.insert("executionTimeout".into(), vec!["77".into()]);
    account.send(&order, &"x".repeat(200)).await.unwrap();
    let [taken] = &stand_in.commands()[..] else { panic!("one") };
    assert_eq!((taken.parameters["executionTimeout"][0].as_str(), taken.comment.len()), ("77", 100));
}

#[tokio::test]
async fn what_aws_does_not_show_yet_is_not_there_yet() {
    let stand_in = stand_in().await;
    stand_in.faults().manner(|manner| manner.unseen = 1);
    let account = inside(&stand_in).await;
    let sent = account.send(&order(&acme(), &[WEB], "true"), "mark").await.unwrap();
    let error = account.output(&sent.command_id, &WEB.parse().unwrap()).await.unwrap_err();
    assert_eq!((error.kind, error.passes()), (Kind::NotThereYet, true));
    until(&account, &sent.command_id, WEB, "Success").await;
}

#[tokio::test]
async fn all_pages_of_a_commands_machines_are_read() {
    let stand_in = stand_in().await;
    stand_in.faults().manner(|manner| manner.page = 1);
    let account = inside(&stand_in).await;
    let sent = account.send(&order(&acme(), &[WEB, TILL], "true"), "mark").await.unwrap();
    let mut instances: Vec<_> =
        account.runs(&sent.command_id).await.unwrap().into_iter().map(|run| run.instance.to_string()).collect();
    instances.sort();
    assert_eq!(instances, [WEB, TILL]);
}

#[tokio::test]
async fn a_command_is_cancelled() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    stand_in.faults().hold(Point::Delivery);
    let sent = account.send(&order(&acme(), &[WEB], "true"), "mark").await.unwrap();
    account.cancel(&sent.command_id).await.unwrap();
    let (run, _) = until(&account, &sent.command_id, WEB, "Cancelled").await;
    assert_eq!(run.exit_code, None);
}

#[tokio::test]
async fn a_command_of_another_tenant_is_not_there() {
    let stand_in = stand_in().await;
    let aws = Aws::new(options(&stand_in));
    let ours = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap();
    let theirs = aws.account(&bolt(), &purpose("priya", &bolt(), 4)).await.unwrap();
    stand_in.faults().hold(Point::Delivery);
    let sent = ours.send(&order(&acme(), &[WEB], "true"), "mark").await.unwrap();
    assert_eq!(theirs.cancel(&sent.command_id).await.unwrap_err().kind, Kind::NoSuch);
    assert!(theirs.runs(&sent.command_id).await.is_ok_and(|runs| runs.is_empty()));
    assert!(theirs.output(&sent.command_id, &WEB.parse().unwrap()).await.is_err());
    assert_eq!(theirs.find("mark", alert_whisperer::core::time::Moment(0)).await.unwrap(), None);
}

#[tokio::test]
async fn a_silent_server_ends_a_question_and_does_not_end_the_next() {
    let stand_in = stand_in().await;
    let aws = Aws::new(Options { timeouts: IMPATIENT, ..options(&stand_in) });
    let account = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap();
    stand_in.faults().next("ListCommandInvocations", Fault::SilentBefore);
    let id = "00000000-0000-4000-a000-000000000000";
    let error = account.runs(id).await.unwrap_err();
    assert_eq!((error.kind, error.passes()), (Kind::Silent, true));
    assert!(error.message.contains("did not answer in time"), "{error}");
    assert_ne!(account.runs(id).await.map_err(|error| error.kind), Err(Kind::Silent));
}

#[tokio::test]
async fn an_answer_that_is_none_of_aws_is_no_reason_to_believe_anything() {
    for (status, kind) in [(200, Kind::Silent), (403, Kind::Silent), (502, Kind::Server)] {
        let address = says(status, "<html>captive portal</html>".into()).await;
        let error = Aws::new(at(&format!("http://{address}"), "AKIA", "secret")).identity().await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
    }
}

#[tokio::test]
async fn what_the_steps_of_a_document_wrote_is_asked_for_by_their_names() {
    let address = answers(|operation, body| {
        let asked: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        let answer = match (operation, asked["PluginName"].as_str()) {
            ("", _) => return (200, let_in(ACME, "secret", "token")),
            ("GetCommandInvocation", None) => json!({ "PluginName": "", "Status": "Failed", "ResponseCode": 0 }),
            ("GetCommandInvocation", Some(step)) => {
                json!({ "PluginName": step, "Status": "Failed", "StandardOutputContent": format!("by {step}") })
            }
            _ => json!({ "CommandInvocations": [ {
                "InstanceId": WEB, "Status": "Failed", "StatusDetails": "Failed",
                "CommandPlugins": [ { "Name": "Look", "ResponseCode": 0 }, { "Name": "Patch", "ResponseCode": 2 } ],
            } ] }),
        };
        (200, answer.to_string())
    })
    .await;
    let aws = Aws::new(at(&format!("http://{address}"), "AKIA", "secret"));
    let account = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap();
    let (run, output) = account.output("c-1", &WEB.parse().unwrap()).await.unwrap();
    assert_eq!((run.detail.as_str(), run.exit_code), ("Failed", Some(2)));
    assert_eq!(output.stdout, "-- Look --\nby Look\n-- Patch --\nby Patch");
}

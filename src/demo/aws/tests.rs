//! The stand-in as AWS' own clients see it.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_ssm::config::{BehaviorVersion, Region, retry::RetryConfig};
use aws_sdk_ssm::error::ProvideErrorMetadata;
use aws_sdk_ssm::operation::get_command_invocation::GetCommandInvocationOutput;
use aws_sdk_ssm::operation::send_command::builders::SendCommandFluentBuilder;

use super::faults::{Fault, Point};
use super::world::{Account, Fate, Node, World};
use super::*;
use crate::core::execution::order::Platform;

pub(super) const ACME: &str = "111122223333";
pub(super) const OTHER: &str = "444455556666";
pub(super) const WEB: &str = "i-0123456789abcdef0";
pub(super) const WINDOWS: &str = "i-0123456789abcdef1";
pub(super) const PREMISES: &str = "mi-0123456789abcdef2";
pub(super) const THEIRS: &str = "i-0fedcba9876543210";

pub(super) fn small_world() -> World {
    let windows = Node { platform: Platform::Windows, ..Node::new(WINDOWS, "files-01") };
    let acme = vec![Node::new(WEB, "web-03"), windows, Node::new(PREMISES, "pos-07")];
    World::of(vec![
        Account::new(ACME, "us-east-1", "acme-1", acme),
        Account::new(OTHER, "us-east-1", "other-1", vec![Node::new(THEIRS, "db-01")]),
    ])
}

pub(super) async fn start() -> StandIn {
    StandIn::start(small_world()).await.unwrap()
}

pub(super) fn keys(access_key: &str, secret: &str, token: Option<String>) -> Credentials {
    Credentials::new(access_key, secret, token, None, "test")
}

pub(super) fn base(stand_in: &StandIn) -> Credentials {
    let key = stand_in.base();
    keys(&key.access_key, key.secret.expose(), None)
}

pub(super) fn ssm_as(stand_in: &StandIn, credentials: Credentials) -> aws_sdk_ssm::Client {
    let config = aws_sdk_ssm::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(stand_in.url())
        .retry_config(RetryConfig::disabled())
        .credentials_provider(credentials);
    aws_sdk_ssm::Client::from_conf(config.build())
}

fn sts_as(stand_in: &StandIn, credentials: Credentials) -> aws_sdk_sts::Client {
    let config = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(stand_in.url())
        .retry_config(RetryConfig::disabled())
        .credentials_provider(credentials);
    aws_sdk_sts::Client::from_conf(config.build())
}

pub(super) async fn assume(stand_in: &StandIn, account: &str, external_id: &str) -> Result<Credentials, String> {
    let answer = sts_as(stand_in, base(stand_in))
        .assume_role()
        .role_arn(format!("arn:aws:iam::{account}:role/AlertWhisperer"))
        .role_session_name("aw-kim-inc-1")
        .external_id(external_id)
        .tags(aws_sdk_sts::types::Tag::builder().key("TenantId").value("comp_acme").build().unwrap())
        .duration_seconds(900)
        .send()
        .await
        .map_err(said)?;
    let given = answer.credentials.unwrap();
    Ok(keys(&given.access_key_id, &given.secret_access_key, Some(given.session_token)))
}

/// An error as `code: message`.
pub(super) fn said<E: ProvideErrorMetadata + std::fmt::Debug>(error: E) -> String {
    match error.code() {
        Some(code) => format!("{code}: {}", error.message().unwrap_or_default()),
        None => format!("{error:?}"),
    }
}

pub(super) async fn acme(stand_in: &StandIn) -> aws_sdk_ssm::Client {
    ssm_as(stand_in, assume(stand_in, ACME, "acme-1").await.unwrap())
}

pub(super) async fn other(stand_in: &StandIn) -> aws_sdk_ssm::Client {
    ssm_as(stand_in, assume(stand_in, OTHER, "other-1").await.unwrap())
}

fn shell(ssm: &aws_sdk_ssm::Client, script: &str) -> SendCommandFluentBuilder {
    let send = ssm.send_command().document_name("AWS-RunShellScript").instance_ids(WEB);
    send.parameters("commands", script.lines().map(Into::into).collect())
}

async fn id(send: SendCommandFluentBuilder) -> String {
    send.send().await.map_err(said).unwrap().command.unwrap().command_id.unwrap()
}

/// Looks until a machine's part is as wanted; a process takes its time.
async fn until(ssm: &aws_sdk_ssm::Client, id: &str, instance: &str, detail: &str) -> GetCommandInvocationOutput {
    for _ in 0..2_000 {
        let get = ssm.get_command_invocation().command_id(id).instance_id(instance);
        let found = get.send().await.map_err(said).unwrap();
        if found.status_details.as_deref() == Some(detail) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never was {detail}");
}

#[tokio::test]
async fn a_command_runs_and_its_output_is_read() {
    let stand_in = start().await;
    let ssm = acme(&stand_in).await;
    let script = "echo to out\necho to err >&2\nexit 3";
    let command = id(shell(&ssm, script).comment("x-1 inc-1 kim")).await;
    let ended = until(&ssm, &command, WEB, "Failed").await;
    assert_eq!(ended.response_code, 3);
    assert_eq!(ended.standard_output_content(), Some("to out\n"));
    assert_eq!(ended.standard_error_content(), Some("to err\n"));
    let sent = stand_in.commands();
    assert_eq!((sent.len(), sent[0].comment.as_str(), &sent[0].command_id), (1, "x-1 inc-1 kim", &command));
    assert_eq!(sent[0].parameters["commands"].join("\n"), script);
}

#[tokio::test]
async fn a_command_sees_its_own_directory_and_no_environment() {
    let stand_in = start().await;
    let ssm = acme(&stand_in).await;
    let command = id(shell(&ssm, "pwd; echo \"$HOME\"; env | cut -d= -f1 | sort | tr '\\n' ' '")).await;
    let ended = until(&ssm, &command, WEB, "Success").await;
    let lines: Vec<&str> = ended.standard_output_content().unwrap().lines().collect();
    assert_eq!(lines[0], lines[1]);
    assert!(lines[0].ends_with(WEB), "{lines:?}");
    assert!(
        lines[2].split_whitespace().all(|name| ["HOME", "LANG", "PATH", "PWD", "TMPDIR"].contains(&name)),
        "{lines:?}"
    );
    let folder = stand_in.shared.folder.clone();
    assert!(folder.exists());
    drop(stand_in);
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_command_changes_nothing_outside_of_its_directory() {
    let stand_in = start().await;
    let ssm = acme(&stand_in).await;
    let outside = stand_in.shared.folder.join("outside");
    let script = format!(
        "echo mine > mine && cat mine\nmktemp >/dev/null && echo temporary\nsystemctl restart sshd\necho theirs > {0}\n\
         kill -0 {1} && echo reached\ntrue",
        outside.display(),
        std::process::id(),
    );
    let command = id(shell(&ssm, &script)).await;
    let ended = until(&ssm, &command, WEB, "Success").await;
    let said = "mine\ntemporary\n(AWS stand-in) systemctl restart sshd: not done here\n";
    let (nothing, home) = (tokio::process::Command::new("/bin/true"), stand_in.shared.folder.clone());
    let (_, fenced) = super::fence::start(nothing, home).await.unwrap();
    let more = if fenced { "" } else { "reached\n" };
    assert_eq!(ended.standard_output_content(), Some(format!("{said}{more}").as_str()));
    assert_eq!(outside.exists(), !fenced);
}

#[tokio::test]
async fn only_the_right_external_id_lets_somebody_in() {
    let stand_in = start().await;
    let arn = "arn:aws:iam::111122223333:role/AlertWhisperer";
    let refused = "AccessDenied: User: arn:aws:iam::999900009999:user/alert-whisperer is not authorized to perform: \
                   sts:AssumeRole on resource:";
    assert_eq!(assume(&stand_in, ACME, "other-1").await.unwrap_err(), format!("{refused} {arn}"));
    assert!(assume(&stand_in, "123456789012", "acme-1").await.unwrap_err().starts_with(refused));
    let session = assume(&stand_in, ACME, "acme-1").await.unwrap();
    let identity = sts_as(&stand_in, session).get_caller_identity().send().await.unwrap();
    assert_eq!(identity.arn(), Some("arn:aws:sts::111122223333:assumed-role/AlertWhisperer/aw-kim-inc-1"));
    assert_eq!(identity.account(), Some(ACME));
    let assumed = stand_in.assumed();
    assert_eq!((assumed.len(), assumed[0].seconds), (1, 900));
    assert_eq!(assumed[0].tags["TenantId"], "comp_acme");
}

#[tokio::test]
async fn nodes_come_in_pages_and_only_the_account_s_own() {
    let stand_in = start().await;
    stand_in.faults().manner(|manner| manner.page = 2);
    let ssm = acme(&stand_in).await;
    let first = ssm.describe_instance_information().send().await.unwrap();
    let token = first.next_token().unwrap();
    let second = ssm.describe_instance_information().next_token(token).send().await.unwrap();
    assert!(second.next_token().is_none());
    let all = first.instance_information_list().iter().chain(second.instance_information_list());
    let ids: Vec<_> = all.map(|node| node.instance_id().unwrap()).collect();
    assert_eq!(ids, [WEB, WINDOWS, PREMISES]);
}

#[tokio::test]
async fn another_account_s_machines_and_commands_are_not_there() {
    let stand_in = start().await;
    let (ours, theirs) = (acme(&stand_in).await, other(&stand_in).await);
    let command = id(shell(&ours, "echo secret")).await;
    until(&ours, &command, WEB, "Success").await;
    let refused = shell(&theirs, "true").send().await.map_err(said).unwrap_err();
    assert_eq!(refused, format!("InvalidInstanceId: Instances [[{WEB}]] not in a valid state for account {OTHER}"));
    let get = theirs.get_command_invocation().command_id(&command).instance_id(WEB).send().await;
    assert!(said(get.unwrap_err()).starts_with("InvocationDoesNotExist"));
    let cancel = theirs.cancel_command().command_id(&command).send().await;
    assert!(said(cancel.unwrap_err()).starts_with("InvalidCommandId"));
    assert!(theirs.list_commands().send().await.unwrap().commands().is_empty());
    let listed = theirs.list_command_invocations().command_id(&command).send().await.unwrap();
    assert!(listed.command_invocations().is_empty());
    assert_eq!(ours.list_commands().send().await.unwrap().commands().len(), 1);
}

#[tokio::test]
async fn every_end_of_a_command_can_be_had() {
    let stand_in = start().await;
    let ssm = acme(&stand_in).await;
    for (fate, detail, status) in [
        (Fate::Undeliverable, "Undeliverable", "Failed"),
        (Fate::Terminated, "Terminated", "Failed"),
        (Fate::InvalidPlatform, "InvalidPlatform", "Failed"),
        (Fate::AccessDenied, "AccessDenied", "Failed"),
        (Fate::Offline, "DeliveryTimedOut", "TimedOut"),
    ] {
        stand_in.faults().manner(|manner| manner.second = Duration::from_millis(1));
        stand_in.faults().fate(WEB, fate);
        let command = id(shell(&ssm, "echo never")).await;
        let ended = until(&ssm, &command, WEB, detail).await;
        assert_eq!((ended.status().unwrap().as_str(), ended.response_code), (status, -1));
        assert_eq!(ended.standard_output_content(), Some(""));
    }
    stand_in.faults().fate(WEB, Fate::Runs);
    let too_long = shell(&ssm, "echo begun; sleep 600").parameters("executionTimeout", vec!["500".into()]);
    let command = id(too_long).await;
    let ended = until(&ssm, &command, WEB, "ExecutionTimedOut").await;
    assert_eq!((ended.status().unwrap().as_str(), ended.response_code), ("TimedOut", 137));
    assert_eq!(ended.standard_output_content(), Some("begun\n"));
    let windows = ssm.send_command().document_name("AWS-RunPowerShellScript").instance_ids(WINDOWS);
    let command = id(windows.parameters("commands", vec!["Get-Disk".into()])).await;
    let ended = until(&ssm, &command, WINDOWS, "Failed").await;
    assert!(ended.standard_error_content().unwrap().contains("(AWS stand-in)"));
}

#[tokio::test]
async fn a_command_is_held_where_it_is_wanted() {
    let stand_in = start().await;
    let ssm = acme(&stand_in).await;
    let faults = stand_in.faults();
    faults.hold(Point::Delivery);
    faults.hold(Point::Ending);
    let command = id(shell(&ssm, "echo done")).await;
    until(&ssm, &command, WEB, "Pending").await;
    faults.release(Point::Delivery);
    let under_way = until(&ssm, &command, WEB, "InProgress").await;
    assert_eq!(under_way.standard_output_content(), Some(""));
    faults.release(Point::Ending);
    until(&ssm, &command, WEB, "Success").await;
}

#[tokio::test]
async fn cancelling_ends_all_that_a_command_began() {
    let stand_in = start().await;
    stand_in.faults().manner(|manner| manner.early_output = true);
    stand_in.faults().hold(Point::Cancelling);
    let ssm = acme(&stand_in).await;
    let command = id(shell(&ssm, "sleep 600 & echo $$ $!\nwait")).await;
    let pids = loop {
        let found = until(&ssm, &command, WEB, "InProgress").await;
        let text = found.standard_output_content().unwrap_or_default().to_owned();
        if text.ends_with('\n') {
            break text;
        }
    };
    let pids: Vec<i32> = pids.split_whitespace().map(|pid| pid.parse().unwrap()).collect();
    assert_eq!(pids.len(), 2);
    ssm.cancel_command().command_id(&command).send().await.unwrap();
    until(&ssm, &command, WEB, "Cancelling").await;
    stand_in.faults().release(Point::Cancelling);
    until(&ssm, &command, WEB, "Cancelled").await;
    for pid in pids {
        assert!(is_gone(pid).await, "{pid} lives");
    }
}

/// Whether a process ends: killed, it may be a zombie until its parent looks.
async fn is_gone(pid: i32) -> bool {
    for _ in 0..400 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        if stat.is_empty() || stat.contains(") Z ") {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

#[tokio::test]
async fn long_output_is_cut() {
    let stand_in = start().await;
    let ssm = acme(&stand_in).await;
    let command =
        id(shell(&ssm, "head -c 30000 /dev/zero | tr '\\0' x; head -c 9000 /dev/zero | tr '\\0' y >&2")).await;
    let ended = until(&ssm, &command, WEB, "Success").await;
    let (out, err) = (ended.standard_output_content().unwrap(), ended.standard_error_content().unwrap());
    assert_eq!((out.len(), err.len()), (24_000, 8_000));
    assert!(out.ends_with("x--output truncated--") && err.ends_with("y--output truncated--"));
}

#[tokio::test]
async fn what_aws_would_not_take_is_refused() {
    let stand_in = start().await;
    let ssm = acme(&stand_in).await;
    let refusals = [
        (shell(&ssm, "true").comment("x".repeat(101)), "ValidationException"),
        (shell(&ssm, "true").timeout_seconds(29), "ValidationException"),
        (shell(&ssm, "true").timeout_seconds(2_592_001), "ValidationException"),
        (shell(&ssm, "true").instance_ids(WEB), "DuplicateInstanceId"),
        (shell(&ssm, "true").instance_ids(THEIRS), "InvalidInstanceId"),
        (shell(&ssm, "true").document_name("AWS-RunShelScript"), "InvalidDocument"),
        (shell(&ssm, "true").document_version("7"), "InvalidDocumentVersion"),
        (shell(&ssm, "true").parameters("Commands", vec!["x".into()]), "InvalidParameters"),
        (shell(&ssm, "true").parameters("executionTimeout", vec!["0".into()]), "InvalidParameters"),
        (shell(&ssm, "echo {{ssm:/secret}}"), "InvalidParameters"),
        (shell(&ssm, "echo {{ ssm-secure:/secret }}"), "InvalidParameters"),
        (ssm.send_command().document_name("AWS-RunShellScript"), "ValidationException"),
    ];
    for (send, code) in refusals {
        let refused = said(send.send().await.unwrap_err());
        assert!(refused.starts_with(&format!("{code}:")), "{refused}");
    }
    assert!(stand_in.commands().is_empty());
}

#[tokio::test]
async fn a_new_command_is_not_there_at_first() {
    let stand_in = start().await;
    stand_in.faults().manner(|manner| (manner.unseen, manner.unlisted) = (2, 1));
    let ssm = acme(&stand_in).await;
    let command = id(shell(&ssm, "true")).await;
    assert!(ssm.list_commands().send().await.unwrap().commands().is_empty());
    assert_eq!(ssm.list_commands().send().await.unwrap().commands().len(), 1);
    assert!(ssm.list_command_invocations().send().await.unwrap().command_invocations().is_empty());
    let get = ssm.get_command_invocation().command_id(&command).instance_id(WEB).send().await;
    assert!(said(get.unwrap_err()).starts_with("InvocationDoesNotExist"));
    until(&ssm, &command, WEB, "Success").await;
    let listed = ssm.list_command_invocations().details(true).send().await.unwrap();
    assert_eq!(listed.command_invocations()[0].status_details(), Some("Success"));
}

#[tokio::test]
async fn a_request_can_be_lost_before_and_after_it_was_taken() {
    let stand_in = start().await;
    let ssm = acme(&stand_in).await;
    for (fault, said_so, taken) in [
        (Fault::Throttled, "ThrottlingException: Rate exceeded", 0),
        (Fault::Broken, "InternalServerError", 0),
        (Fault::Denied, "AccessDeniedException", 0),
        (Fault::Expired, "ExpiredTokenException", 0),
        (Fault::DroppedBefore, "DispatchFailure", 0),
        (Fault::DroppedAfter, "DispatchFailure", 1),
    ] {
        stand_in.faults().next("SendCommand", fault);
        let lost = said(shell(&ssm, "true").send().await.unwrap_err());
        assert!(lost.starts_with(said_so), "{fault:?}: {lost}");
        assert_eq!(stand_in.commands().len(), taken, "{fault:?}");
    }
    stand_in.faults().next("SendCommand", Fault::SilentAfter);
    let silent = shell(&ssm, "true");
    tokio::select! {
        _ = silent.send() => panic!("it answered"),
        () = stand_in.until(|requests| requests.iter().filter(|one| one.operation == "SendCommand").count() == 7) => {}
    }
}

#[tokio::test]
async fn a_session_ends_and_only_its_own_token_goes_with_its_key() {
    let stand_in = start().await;
    let (ours, theirs) =
        (assume(&stand_in, ACME, "acme-1").await.unwrap(), assume(&stand_in, OTHER, "other-1").await.unwrap());
    let mixed = keys(ours.access_key_id(), ours.secret_access_key(), theirs.session_token().map(Into::into));
    let wrong = keys(ours.access_key_id(), "wrong", ours.session_token().map(Into::into));
    let unknown = keys("AKIDNOBODY", "x", None);
    for (credentials, code) in [
        (mixed, "UnrecognizedClientException"),
        (wrong, "InvalidSignatureException"),
        (unknown, "UnrecognizedClientException"),
        (base(&stand_in), "AccessDeniedException"),
    ] {
        let refused = ssm_as(&stand_in, credentials).list_commands().send().await;
        let refused = said(refused.unwrap_err());
        assert!(refused.starts_with(code), "{refused}");
    }
    stand_in.faults().expire_sessions();
    let refused = said(ssm_as(&stand_in, ours.clone()).list_commands().send().await.unwrap_err());
    assert_eq!(refused, "ExpiredTokenException: The security token included in the request is expired");
    let refused = said(sts_as(&stand_in, ours).get_caller_identity().send().await.unwrap_err());
    assert!(refused.starts_with("ExpiredToken:"), "{refused}");
}

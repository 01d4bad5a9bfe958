//! Run Command: sending, finding, following and cancelling. Judging how a run went is left to others.

use std::collections::HashMap;

use aws_sdk_ssm::operation::RequestId as _;
use aws_sdk_ssm::operation::get_command_invocation::GetCommandInvocationOutput;
use aws_sdk_ssm::types::{Command, CommandFilter, CommandFilterKey, CommandInvocation};

use crate::core::execution::order::{InstanceId, Order};
use crate::core::execution::{Output, Run};
use crate::core::time::{Moment, Span};

use super::nodes::moment;
use super::{Account, AwsError, Kind};

/// A comment's characters, at most (API_SendCommand).
const COMMENT: usize = 100;
/// How long AWS tries to hand a command to a machine, in seconds: from the 30 that it takes at least to 5 minutes. What reaches a
/// machine later than that reaches it in another situation than the one that it was meant for.
const DELIVERY: (u32, u32) = (30, 300);
/// The documents that take how long they may run as a parameter.
const TIMED: &[&str] = &["AWS-RunShellScript", "AWS-RunPowerShellScript"];
/// That parameter, in seconds.
const EXECUTION_TIMEOUT: &str = "executionTimeout";
/// As many come with a page (API_ListCommands, API_ListCommandInvocations: 1 to 50).
const A_PAGE: i32 = 50;
/// As many pages of commands are looked through: an account where 1,000 commands are sent within minutes is not ours alone.
const COMMAND_PAGES: usize = 20;
/// As many pages of one command's machines are read: ours have 50 at most, in one page.
const RUN_PAGES: usize = 20;
/// AWS' clock and ours may differ by that, and one request may take that long.
const LOOK_BACK: Span = Span::minutes(2);
/// AWS keeps so many characters of each stream (API_GetCommandInvocation).
const KEPT: (usize, usize) = (24_000, 8_000);
/// The agent ends what it has cut with one of these.
const CUT: &[&str] = &["--output truncated--", "--error truncated--"];

/// AWS took a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// AWS' id of it.
    pub command_id: String,
    /// AWS' id of the request.
    pub request_id: Option<String>,
}

impl Account {
    /// Sends a command, once: whatever happens, there is no second request. An error of which
    /// [`AwsError::may_have_arrived`] is true leaves open whether it runs; [`Account::find`] settles it.
    ///
    /// # Errors
    /// When AWS does not take it, nobody knows whether it did, or the order is for another account or tenant.
    pub async fn send(&self, order: &Order, comment: &str) -> Result<Sent, AwsError> {
        self.check(order)?;
        let mut parameters: HashMap<_, _> = order.parameters.clone().into_iter().collect();
        if TIMED.contains(&order.document.as_str()) {
            parameters.entry(EXECUTION_TIMEOUT.into()).or_insert_with(|| vec![order.timeout_seconds.to_string()]);
        }
        let instances: Vec<_> = order.targets.iter().map(|target| target.instance.to_string()).collect();
        let comment: String = comment.chars().take(COMMENT).collect();
        let delivery = order.timeout_seconds.clamp(DELIVERY.0, DELIVERY.1);
        let answer = self.ask_once("ssm:SendCommand", |ssm| {
            ssm.send_command()
                .document_name(&order.document)
                .set_document_version(order.document_version.clone())
                .set_parameters(Some(parameters.clone()))
                .set_instance_ids(Some(instances.clone()))
                .comment(&comment)
                .timeout_seconds(i32::try_from(delivery).unwrap_or(i32::MAX))
                .send()
        });
        let answer = answer.await?;
        let request_id = answer.request_id().map(Into::into);
        match answer.command.and_then(|command| command.command_id) {
            Some(command_id) => Ok(Sent { command_id, request_id }),
            None => Err(AwsError {
                request_id,
                ..AwsError::new(Kind::Silent, "AWS took the command and did not say its id")
            }),
        }
    }

    /// An order is for one account and one region; what is confirmed for one must not run in another.
    fn check(&self, order: &Order) -> Result<(), AwsError> {
        let elsewhere = order.account_id != self.account_id() || order.region != self.region();
        if elsewhere || order.targets.iter().any(|target| &target.incident.tenant != self.tenant()) {
            let why = format!(
                "the order is for {} of account {}, and {} is in {} of account {}; prepare it again",
                order.region,
                order.account_id,
                self.tenant(),
                self.region(),
                self.account_id()
            );
            return Err(AwsError::new(Kind::Invalid, why));
        }
        if order.targets.is_empty() || order.timeout_seconds == 0 {
            return Err(AwsError::new(Kind::Invalid, "an order needs machines, and an end"));
        }
        Ok(())
    }

    /// The id of the command whose comment is `mark`, or begins with it and a space, if one was sent since. None is no proof
    /// at once: AWS shows a command some seconds after it took it.
    ///
    /// # Errors
    /// When AWS can't be asked, or there are too many commands to look through: then it may well be there.
    pub async fn find(&self, mark: &str, since: Moment) -> Result<Option<String>, AwsError> {
        let after = whole_seconds(since - LOOK_BACK);
        let mut page = None;
        for _ in 0..COMMAND_PAGES {
            let answer = self
                .ask("ssm:ListCommands", |ssm| {
                    let filter = CommandFilter::builder().key(CommandFilterKey::InvokedAfter).value(&after).build();
                    ssm.list_commands()
                        .set_filters(filter.ok().map(|filter| vec![filter]))
                        .max_results(A_PAGE)
                        .set_next_token(page.clone())
                        .send()
                })
                .await?;
            let found = answer.commands.unwrap_or_default().into_iter().find(|command| is_marked(command, mark));
            if let Some(id) = found.and_then(|command| command.command_id) {
                return Ok(Some(id));
            }
            page = answer.next_token.filter(|token| !token.is_empty());
            if page.is_none() {
                return Ok(None);
            }
        }
        let why = format!(
            "more than 1,000 commands were sent in account {} since then; look in its console",
            self.account_id()
        );
        Err(AwsError::new(Kind::Invalid, why))
    }

    /// Every machine's part of a command, in no order; those that AWS does not show yet are missing.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub async fn runs(&self, command_id: &str) -> Result<Vec<Run>, AwsError> {
        let mut runs = Vec::new();
        let mut page = None;
        for _ in 0..RUN_PAGES {
            let answer = self
                .ask("ssm:ListCommandInvocations", |ssm| {
                    ssm.list_command_invocations()
                        .command_id(command_id)
                        .details(true)
                        .max_results(A_PAGE)
                        .set_next_token(page.clone())
                        .send()
                })
                .await?;
            runs.extend(answer.command_invocations.unwrap_or_default().into_iter().filter_map(listed));
            page = answer.next_token.filter(|token| !token.is_empty());
            if page.is_none() {
                break;
            }
        }
        Ok(runs)
    }

    /// One machine's part of a command, and what it wrote so far.
    ///
    /// # Errors
    /// [`Kind::NotThereYet`] within some seconds after it was sent; when AWS can't be asked.
    pub async fn output(&self, command_id: &str, instance: &InstanceId) -> Result<(Run, Output), AwsError> {
        let answer = self.ask("ssm:GetCommandInvocation", |ssm| {
            ssm.get_command_invocation().command_id(command_id).instance_id(instance.as_str()).send()
        });
        let answer = answer.await?;
        Ok((got(&answer, instance), output(answer)))
    }

    /// Asks AWS to cancel a command. Machines that are done stay done, and one that is at it may finish nevertheless.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub async fn cancel(&self, command_id: &str) -> Result<(), AwsError> {
        let answer = self.ask("ssm:CancelCommand", |ssm| ssm.cancel_command().command_id(command_id).send());
        answer.await.map(|_| ())
    }
}

/// RFC 3339 without a fraction: what filters take.
fn whole_seconds(at: Moment) -> String {
    let text = at.to_string();
    text.split_once('.').map_or(text.clone(), |(seconds, _)| format!("{seconds}Z"))
}

fn is_marked(command: &Command, mark: &str) -> bool {
    let rest = command.comment.as_deref().and_then(|comment| comment.strip_prefix(mark));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// A machine's part as the list has it.
fn listed(from: CommandInvocation) -> Option<Run> {
    let plugins = from.command_plugins.unwrap_or_default();
    // The step that failed, or else the last one, is what the machine's part ended with.
    let failed = plugins.iter().find(|plugin| plugin.response_code > 0);
    let telling = failed.or(plugins.last());
    let status = from.status.map(|status| status.as_str().to_owned()).unwrap_or_default();
    Some(Run {
        instance: from.instance_id.as_deref().unwrap_or_default().parse().ok()?,
        detail: detail(from.status_details),
        exit_code: telling.and_then(|plugin| exit_code(plugin.response_code, &status)),
        status,
        started_at: plugins.iter().filter_map(|plugin| moment(plugin.response_start_date_time.as_ref()?)).min(),
        ended_at: telling.and_then(|plugin| moment(plugin.response_finish_date_time.as_ref()?)),
    })
}

/// A machine's part as it is got for itself.
fn got(from: &GetCommandInvocationOutput, instance: &InstanceId) -> Run {
    let time = |text: Option<&str>| text.and_then(|text| Moment::parse(text).ok());
    let status = from.status().map(|status| status.as_str().to_owned()).unwrap_or_default();
    Run {
        instance: instance.clone(),
        detail: detail(from.status_details().map(Into::into)),
        exit_code: exit_code(from.response_code, &status),
        status,
        started_at: time(from.execution_start_date_time()),
        ended_at: time(from.execution_end_date_time()),
    }
}

/// AWS says -1 for what has not run to its end.
fn exit_code(code: i32, status: &str) -> Option<i32> {
    let goes_on = ["Pending", "InProgress", "Delayed", "Cancelling"].contains(&status);
    (code != -1 && !goes_on).then_some(code)
}

/// AWS' word, whatever it is. Its manuals write some of them as several words.
fn detail(text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    match text.as_str() {
        "In Progress" => "InProgress".into(),
        "Delivery Timed Out" => "DeliveryTimedOut".into(),
        "Execution Timed Out" => "ExecutionTimedOut".into(),
        "Invalid Platform" => "InvalidPlatform".into(),
        "Access Denied" => "AccessDenied".into(),
        _ => text,
    }
}

fn output(from: GetCommandInvocationOutput) -> Output {
    let stdout = from.standard_output_content.unwrap_or_default();
    let stderr = from.standard_error_content.unwrap_or_default();
    let full = |text: &str, kept: usize| text.len() >= kept && text.chars().count() >= kept;
    let cut = |text: &str| CUT.iter().any(|mark| text.trim_end().ends_with(mark));
    let truncated = full(&stdout, KEPT.0) || full(&stderr, KEPT.1) || cut(&stdout) || cut(&stderr);
    let kept_at = [from.standard_output_url, from.standard_error_url].into_iter().flatten().find(|url| !url.is_empty());
    Output { stdout, stderr, truncated, kept_at }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ssm::types::{CommandInvocationStatus, CommandPlugin};
    use aws_smithy_types::DateTime;

    use super::*;

    const WEB: &str = "i-0123456789abcdef0";

    fn answer(stdout: &str, stderr: &str) -> Output {
        output(
            GetCommandInvocationOutput::builder()
                .standard_output_content(stdout)
                .standard_error_content(stderr)
                .build(),
        )
    }

    #[test]
    fn output_that_was_cut_says_so() {
        assert!(!answer("short", "short").truncated);
        assert!(answer(&"é".repeat(24_000), "").truncated);
        assert!(!answer(&"é".repeat(23_999), "").truncated, "characters are counted, not bytes");
        assert!(answer("", &"x".repeat(8_000)).truncated);
        assert!(answer("first\n--output truncated--\n", "").truncated);
        assert!(answer("", "first\n--error truncated--").truncated);
        assert!(!answer("the words --output truncated-- in between", "").truncated);
    }

    #[test]
    fn where_all_of_the_output_is_is_kept() {
        let from =
            GetCommandInvocationOutput::builder().standard_output_url("").standard_error_url("https://s3/e").build();
        assert_eq!(output(from).kept_at.as_deref(), Some("https://s3/e"));
        assert_eq!(answer("", "").kept_at, None);
    }

    #[test]
    fn unknown_words_of_aws_pass_through() {
        let from = CommandInvocation::builder()
            .instance_id(WEB)
            .status(CommandInvocationStatus::from("Hibernating"))
            .status_details("Is Hibernating")
            .build();
        let run = listed(from).unwrap();
        assert_eq!((run.status.as_str(), run.detail.as_str()), ("Hibernating", "Is Hibernating"));
        assert_eq!(detail(Some("Delivery Timed Out".into())), "DeliveryTimedOut");
        assert_eq!(detail(None), "");
    }

    #[test]
    fn a_run_of_several_steps_ends_as_the_one_that_failed() {
        let step = |code, seconds| {
            CommandPlugin::builder()
                .response_code(code)
                .response_start_date_time(DateTime::from_secs(seconds))
                .response_finish_date_time(DateTime::from_secs(seconds + 1))
                .build()
        };
        let run = |status, steps: Vec<CommandPlugin>| {
            listed(
                CommandInvocation::builder().instance_id(WEB).status(status).set_command_plugins(Some(steps)).build(),
            )
            .unwrap()
        };
        let failed = run(CommandInvocationStatus::Failed, vec![step(0, 10), step(2, 20), step(0, 30)]);
        assert_eq!(
            (failed.exit_code, failed.started_at, failed.ended_at),
            (Some(2), Some(Moment(10_000)), Some(Moment(21_000)))
        );
        assert_eq!(run(CommandInvocationStatus::Success, vec![step(0, 10)]).exit_code, Some(0));
        assert_eq!(run(CommandInvocationStatus::InProgress, vec![step(0, 10)]).exit_code, None);
        assert_eq!(run(CommandInvocationStatus::TimedOut, vec![step(-1, 10)]).exit_code, None);
        assert_eq!(run(CommandInvocationStatus::Pending, vec![]).exit_code, None);
    }

    #[test]
    fn a_mark_ends_with_the_comment_or_a_space() {
        let marked = |comment: &str| is_marked(&Command::builder().comment(comment).build(), "comp-x1");
        assert!(marked("comp-x1") && marked("comp-x1 comp-i4 priya"));
        assert!(!marked("comp-x12 comp-i4") && !marked(" comp-x1") && !marked("comp-x1x") && !marked(""));
    }

    #[test]
    fn filters_get_whole_seconds() {
        assert_eq!(whole_seconds(Moment(1_700_000_000_123)), "2023-11-14T22:13:20Z");
    }
}

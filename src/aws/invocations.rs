//! Following a command: how far its machines are and what they wrote. Judging how a run went is left to others.

use aws_sdk_ssm::operation::get_command_invocation::GetCommandInvocationOutput;
use aws_sdk_ssm::types::CommandInvocation;

use crate::core::execution::order::InstanceId;
use crate::core::execution::{Output, Run};
use crate::core::time::Moment;

use super::nodes::moment;
use super::{Account, AwsError};

/// As many come with a page (API_ListCommandInvocations: 1 to 50).
const A_PAGE: i32 = 50;
/// As many pages of one command's machines are read: ours have 50 at most, in one page.
const RUN_PAGES: usize = 20;
/// As many steps of a document are read.
const STEPS: usize = 10;
/// AWS keeps so many characters of each stream (API_GetCommandInvocation).
const KEPT: (usize, usize) = (24_000, 8_000);
/// The agent ends what it has cut with one of these.
const CUT: &[&str] = &["--output truncated--", "--error truncated--"];

impl Account {
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
    /// [`super::Kind::NotThereYet`] within some seconds after it was sent; when AWS can't be asked.
    pub async fn output(&self, command_id: &str, instance: &InstanceId) -> Result<(Run, Output), AwsError> {
        let answer = self.ask("ssm:GetCommandInvocation", |ssm| {
            ssm.get_command_invocation().command_id(command_id).instance_id(instance.as_str()).send()
        });
        let answer = answer.await?;
        let run = got(&answer, instance);
        // Of a document with several steps, AWS tells what a step wrote only if it is asked for by name.
        if goes_on(&run.status) || answer.plugin_name().is_some_and(|name| !name.is_empty()) {
            return Ok((run, output(answer)));
        }
        let steps = self.steps(command_id, instance).await?;
        Ok(steps.unwrap_or_else(|| (run, output(answer))))
    }

    /// The same, put together from the steps of the document; none when it has none.
    async fn steps(&self, command_id: &str, instance: &InstanceId) -> Result<Option<(Run, Output)>, AwsError> {
        let answer = self.ask("ssm:ListCommandInvocations", |ssm| {
            ssm.list_command_invocations().command_id(command_id).instance_id(instance.as_str()).details(true).send()
        });
        let listing = answer.await?.command_invocations.unwrap_or_default().into_iter().next();
        let Some(listing) = listing.filter(|listing| !listing.command_plugins().is_empty()) else { return Ok(None) };
        let names: Vec<_> =
            listing.command_plugins().iter().filter_map(|plugin| plugin.name.clone()).take(STEPS).collect();
        let mut outputs = Vec::new();
        for name in names {
            let answer = self.ask("ssm:GetCommandInvocation", |ssm| {
                ssm.get_command_invocation()
                    .command_id(command_id)
                    .instance_id(instance.as_str())
                    .plugin_name(&name)
                    .send()
            });
            outputs.push((name.clone(), output(answer.await?)));
        }
        Ok(listed(listing).map(|run| (run, together(outputs))))
    }
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
    (code != -1 && !goes_on(status)).then_some(code)
}

fn goes_on(status: &str) -> bool {
    ["Pending", "InProgress", "Delayed", "Cancelling"].contains(&status)
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

/// What the steps wrote, one after the other; each under its name if there are several that wrote something.
fn together(steps: Vec<(String, Output)>) -> Output {
    let wrote = |text: &str| !text.trim().is_empty();
    let several = steps.iter().filter(|(_, output)| wrote(&output.stdout) || wrote(&output.stderr)).count() > 1;
    let add = |all: &mut String, name: &str, text: &str| {
        if !wrote(text) {
            return;
        }
        if several {
            let gap = if all.is_empty() || all.ends_with('\n') { "" } else { "\n" };
            all.push_str(&format!("{gap}-- {name} --\n"));
        }
        all.push_str(text);
    };
    let mut all = Output::default();
    for (name, step) in steps {
        add(&mut all.stdout, &name, &step.stdout);
        add(&mut all.stderr, &name, &step.stderr);
        all.truncated |= step.truncated;
        all.kept_at = all.kept_at.or(step.kept_at);
    }
    all
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
    fn what_several_steps_wrote_stands_under_their_names() {
        let step = |name: &str, stdout: &str, stderr: &str| {
            (name.to_owned(), Output { stdout: stdout.into(), stderr: stderr.into(), ..Output::default() })
        };
        let all = together(vec![step("PatchWindows", "", ""), step("PatchLinux", "3 missing\n", "warn")]);
        assert_eq!((all.stdout.as_str(), all.stderr.as_str()), ("3 missing\n", "warn"));
        let mut cut = step("b", "second\n", "");
        cut.1.truncated = true;
        let all = together(vec![step("a", "first", ""), cut]);
        assert_eq!((all.stdout.as_str(), all.truncated), ("-- a --\nfirst\n-- b --\nsecond\n", true));
    }
}

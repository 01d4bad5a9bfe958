//! Run Command: sending, finding what was sent, cancelling. Following it is left to `invocations`.

use std::collections::HashMap;

use aws_sdk_ssm::operation::RequestId as _;
use aws_sdk_ssm::types::{Command, CommandFilter, CommandFilterKey};

use crate::core::execution::order::Order;
use crate::core::time::{Moment, Span};

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
/// As many come with a page (API_ListCommands: 1 to 50).
const A_PAGE: i32 = 50;
/// As many pages of commands are looked through: an account where 1,000 commands are sent within minutes is not ours alone.
const COMMAND_PAGES: usize = 20;
/// AWS' clock and ours may differ by that, and one request may take that long.
const LOOK_BACK: Span = Span::minutes(2);

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

#[cfg(test)]
mod tests {
    use super::*;

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

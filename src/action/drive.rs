//! One execution: sent, once, and looked for when it is not known whether AWS has it. Following it is in `follow`.
//!
//! The invariant: [`Step::Sending`] is on stable storage before the request goes out, and whoever finds an execution at that
//! stage without knowing for certain that AWS refused it only looks for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::pace::Backoff;
use super::room::{Room, ourselves};
use super::watched::Sight;
use crate::aws::{Account, AwsError, Kind, Purpose};
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{Execution, Stage};
use crate::core::time::{Moment, Span};
use crate::link::Refusal;

/// AWS takes so many characters of a comment.
const COMMENT: usize = 100;
/// How far our clock may be ahead of AWS', besides what `aws` allows for, when a command is looked for by time: with more than
/// five minutes in all, AWS would not have taken it.
const CLOCKS: Span = Span::minutes(3);
/// How much further back it is looked for when the engine says when it was sent: its time never goes back, and is ahead for a
/// while when the clock was.
const AHEAD: Span = Span::HOUR;

/// Carries one execution out.
pub(super) struct Driver {
    pub(super) room: Arc<Room>,
    /// How the execution is, as the engine last said.
    pub(super) state: watch::Receiver<Arc<Execution>>,
    pub(super) sight: Arc<Sight>,
    /// What was last said to be waited for.
    waits: Option<String>,
    /// Trials in trouble, one after the other.
    troubles: u32,
    /// Makes its delays its own.
    pub(super) seed: u64,
}

/// There is nothing more to do here: it is over, or somebody else's.
pub(super) struct Done;

impl Driver {
    pub(super) fn new(room: Arc<Room>, state: watch::Receiver<Arc<Execution>>) -> Self {
        let execution = state.borrow().clone();
        let sight = room.watched.sight(&execution.id);
        Self { room, sight, waits: execution.waits_for.clone(), troubles: 0, seed: execution.id.number, state }
    }

    /// To its end.
    pub(super) async fn drive(mut self) {
        let execution = self.execution();
        let (sent_at, command) = (execution.sent_at.unwrap_or(execution.asked_at), execution.command_id.clone());
        let command = match (&execution.stage, command) {
            (Stage::Ready, _) => self.send().await,
            (Stage::Running, Some(command)) => Ok(command),
            (Stage::Sending | Stage::Running, _) => self.look_for(sent_at, sent_at.min(self.room.now()) - AHEAD).await,
            (Stage::Waiting | Stage::Ended { .. }, _) => Err(Done),
        };
        if let Ok(command) = command {
            // Both ways it is done.
            let (Ok(()) | Err(Done)) = self.follow(&command).await;
        }
    }

    /// Sends it; AWS' id of it.
    async fn send(&mut self) -> Result<String, Done> {
        let execution = self.execution();
        let approved_at =
            execution.approval.as_ref().and_then(|approval| approval.decided.as_ref()).map(|word| word.at);
        let good_until = approved_at.unwrap_or(execution.asked_at) + self.room.pace.good_for;
        let mut late = "the engine was away when it was to be sent; run it again".to_owned();
        let mut sending_since = None;
        loop {
            if self.is_over() {
                return Err(Done);
            }
            let now = self.room.now();
            if now >= good_until {
                return self.not_sent(late).await;
            }
            let account = match self.account().await {
                Ok(account) => account,
                Err(error) if error.passes() => {
                    late = error.message.clone();
                    self.trouble(&error).await?;
                    continue;
                }
                Err(error) => return self.not_sent(error.message).await,
            };
            if sending_since.is_none() {
                if let Err(refused) = self.try_step(Step::Sending).await {
                    return self.not_sent(refused.message).await;
                }
                sending_since = Some(now);
                // That it is on disk may have taken long.
                if self.room.now() >= good_until {
                    return self.not_sent("it could not be written down in time; run it again".into()).await;
                }
            } else if self.execution().cancelled_by.is_some() {
                return self.not_sent("it was cancelled before AWS took it".into()).await;
            }
            match account.send(&execution.order, &comment(&execution)).await {
                Ok(sent) => {
                    return self.sent(sent.command_id, sent.request_id).await;
                }
                Err(error) if error.may_have_arrived() => {
                    self.say(Some(format!("{error}; looking whether AWS has it"))).await?;
                    let sent_at = sending_since.unwrap_or(now);
                    return self.look_for(sent_at, sent_at).await;
                }
                // AWS said that it did not take it, so there is none to find: asking again doubles nothing.
                Err(error) if error.passes() => {
                    late = error.message.clone();
                    self.trouble(&error).await?;
                }
                Err(error) => return self.not_sent(error.message).await,
            }
        }
    }

    /// Finds out whether AWS has it, among what was sent there `since`; AWS' id of it.
    async fn look_for(&mut self, sent_at: Moment, since: Moment) -> Result<String, Done> {
        let execution = self.execution();
        let mark = execution.id.to_string();
        let pace = self.room.pace.clone();
        // It may have reached AWS just now, however long ago it went out.
        let shown_by = self.room.now() + pace.shows_within;
        for n in 0.. {
            if self.is_over() {
                return Err(Done);
            }
            let began = self.room.now();
            let found = match self.account().await {
                Ok(account) => account.find(&mark, since - CLOCKS).await,
                Err(error) => Err(error),
            };
            match found {
                Ok(Some(command_id)) => {
                    return self.sent(command_id, None).await;
                }
                Ok(None) if began >= shown_by => {
                    let why = "AWS has no such command: the request never arrived; run it again";
                    return self.not_sent(why.into()).await;
                }
                Ok(None) => {
                    let say = "whether AWS has it: its answer was lost, and the command is not in AWS' list yet";
                    self.say(Some(say.into())).await?;
                    tokio::time::sleep(pace.looking.nth(n, self.seed)).await;
                }
                Err(error) if began >= sent_at + pace.give_up_after => {
                    let why =
                        format!("nobody can say whether it ran: {error}; look at the machine before you run it again");
                    self.step(Step::Lost { why }).await?;
                    return Err(Done);
                }
                Err(error) => self.trouble(&error).await?,
            }
        }
        Err(Done)
    }

    /// The client's account, as whoever asked for it and at their incident; no other, and nowhere else there, than what the
    /// order names: what is not to be found elsewhere may well be where it was sent.
    pub(super) async fn account(&self) -> Result<Account, AwsError> {
        let execution = self.execution();
        let tenant = self.room.replica.tenant(&execution.id.tenant);
        let tenant = tenant.map_err(|gone| AwsError::new(Kind::NoAccount, gone.message))?;
        let purpose = Purpose { operator: execution.by.who.clone(), incident: Some(execution.incident_id.clone()) };
        let account = self.room.account(&tenant, &purpose).await?;
        let (is, was) =
            ((account.region(), account.account_id()), (&*execution.order.region, &*execution.order.account_id));
        if is == was {
            return Ok(account);
        }
        let place = |(region, account): (&str, &str)| format!("{region} of account {account}");
        let say = format!("the client's machines are in {} by now, and it was for {}", place(is), place(was));
        Err(AwsError::new(Kind::NoAccount, say))
    }

    /// Takes a step. It is on stable storage then, however long that takes.
    pub(super) async fn step(&self, step: Step) -> Result<(), Done> {
        self.try_step(step).await.map_err(|refused| {
            tracing::debug!(execution = %self.execution().id, %refused, "the engine goes on without this step");
            Done
        })
    }

    /// The same, and why the engine does not take it.
    async fn try_step(&self, step: Step) -> Result<(), Refusal> {
        let id = self.execution().id.clone();
        let mut trials = 0;
        loop {
            let on = OnExecution { execution: id.number, by: ourselves(), step: step.clone() };
            match self.room.engine.step(&id.tenant, on).await {
                Err(refused) if matches!(refused.code.as_str(), "unavailable" | "tenant_stopped") => {
                    tracing::warn!(execution = %id, %refused, "a step is not on disk yet");
                }
                taken => return taken.map(drop),
            }
            tokio::time::sleep(self.room.pace.trouble.nth(trials, self.seed)).await;
            trials = trials.saturating_add(1);
        }
    }

    async fn sent(&mut self, command_id: String, request_id: Option<String>) -> Result<String, Done> {
        self.all_well();
        self.step(Step::Sent { command_id: command_id.clone(), request_id }).await?;
        // With that step, nothing is waited for any more.
        self.waits = None;
        Ok(command_id)
    }

    async fn not_sent<T>(&self, why: String) -> Result<T, Done> {
        self.step(Step::NotSent { why }).await?;
        Err(Done)
    }

    /// Says what is being waited for, if that is news.
    pub(super) async fn say(&mut self, for_what: Option<String>) -> Result<(), Done> {
        if self.waits != for_what {
            self.step(Step::Waits { for_what: for_what.clone() }).await?;
            self.waits = for_what;
        }
        Ok(())
    }

    /// AWS answered as it should: the next trouble is a new one.
    pub(super) fn all_well(&mut self) {
        self.troubles = 0;
    }

    /// Says what is wrong and waits, longer each time.
    pub(super) async fn trouble(&mut self, error: &AwsError) -> Result<(), Done> {
        let (words, pace) = if error.passes() {
            (error.message.clone(), self.room.pace.trouble)
        } else {
            (format!("the client's account does not let us see to it: {error}"), self.room.pace.shut_out)
        };
        self.say(Some(words)).await?;
        let delay = self.next_delay(pace);
        tokio::time::sleep(delay).await;
        Ok(())
    }

    fn next_delay(&mut self, pace: Backoff) -> Duration {
        let delay = pace.nth(self.troubles, self.seed);
        self.troubles = self.troubles.saturating_add(1);
        delay
    }

    pub(super) fn execution(&self) -> Arc<Execution> {
        self.state.borrow().clone()
    }

    /// It is over, or there is nobody left who would want to know.
    pub(super) fn is_over(&self) -> bool {
        self.state.borrow().is_over() || self.state.has_changed().is_err()
    }
}

/// What AWS shows beside the command: its own id, by which it is found again, and who wants it for what.
fn comment(execution: &Execution) -> String {
    let whole = format!("{} {} {}", execution.id, execution.incident_id, execution.by.who);
    whole.chars().take(COMMENT).collect()
}

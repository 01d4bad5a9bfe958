//! One execution that AWS has: looked at often while somebody watches and seldom while nobody does, cancelled when somebody
//! wants that, and brought to its end with everything that it wrote.

use std::collections::BTreeMap;

use super::drive::{Done, Driver};
use crate::aws::{Account, AwsError, Kind};
use crate::core::execution::order::InstanceId;
use crate::core::execution::status::words;
use crate::core::execution::step::Step;
use crate::core::execution::{Execution, Output, Run};
use crate::core::time::{Moment, Span};

/// How long AWS tries to hand a command to a machine, at most, and how long it may take to notice that its time is up.
const DELIVERY: Span = Span::minutes(5);
const GRACE: Span = Span::minutes(2);

/// What is known of a command that is being followed.
#[derive(Default)]
struct Known {
    /// As the engine last heard.
    runs: Vec<Run>,
    /// Of the machines that are done.
    ended: BTreeMap<InstanceId, (Run, Output)>,
    /// AWS has been asked to cancel it.
    cancelled: bool,
    /// Why AWS does not cancel it.
    not_cancelled: Option<String>,
}

impl Driver {
    /// Follows a command to its end.
    pub(super) async fn follow(&mut self, command: &str) -> Result<(), Done> {
        let mut known = Known { runs: self.execution().runs.clone(), ..Known::default() };
        let mut quiet_looks = 0;
        loop {
            if self.is_over() {
                return Err(Done);
            }
            match self.look(command, &mut known).await {
                Ok(Seen::End(runs, outputs)) => return self.step(Step::Ended { runs, outputs }).await,
                Ok(Seen::More(runs)) => {
                    self.all_well();
                    self.in_time(known.not_cancelled.as_ref()).await?;
                    if runs != known.runs {
                        known.runs.clone_from(&runs);
                        self.step(Step::Progress { runs }).await?;
                        quiet_looks = 0;
                    }
                }
                Err(error) => {
                    self.give_up_some_time(&error).await?;
                    self.trouble(&error).await?;
                    continue;
                }
            }
            if self.pause(quiet_looks, known.cancelled).await {
                quiet_looks = 0;
            } else {
                quiet_looks += 1;
            }
        }
    }

    /// Asks AWS how the command is.
    async fn look(&mut self, command: &str, known: &mut Known) -> Result<Seen, AwsError> {
        let account = self.account().await?;
        if self.execution().cancelled_by.is_some() && !known.cancelled {
            match account.cancel(command).await {
                // It is over already.
                Err(AwsError { kind: Kind::NoSuch | Kind::Invalid, .. }) | Ok(()) => known.cancelled = true,
                Err(error) if error.passes() => return Err(error),
                Err(error) => {
                    known.cancelled = true;
                    known.not_cancelled = Some(format!("its end, for it cannot be cancelled: {error}"));
                }
            }
        }
        let runs = match account.runs(command).await {
            Err(error) if error.kind == Kind::NotThereYet => Vec::new(),
            runs => self.in_order(runs?),
        };
        if runs.len() >= self.execution().order.targets.len() && runs.iter().all(is_final) {
            return self.collect(&account, command, runs, known).await;
        }
        for instance in self.sight.looked_at(self.room.pace.lingers) {
            match account.output(command, &instance).await {
                Ok((_, output)) => self.sight.shows(&instance, output),
                Err(error) if error.kind == Kind::NotThereYet => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Seen::More(runs))
    }

    /// Fetches what every machine wrote. What was fetched is not asked for again when the rest has to wait.
    async fn collect(
        &self,
        account: &Account,
        command: &str,
        runs: Vec<Run>,
        known: &mut Known,
    ) -> Result<Seen, AwsError> {
        for run in &runs {
            if known.ended.contains_key(&run.instance) {
                continue;
            }
            let ended = match account.output(command, &run.instance).await {
                Ok((ended, output)) if is_final(&ended) => (ended, output),
                // One of AWS' answers is older than the other.
                Ok(_) => return Ok(Seen::More(runs)),
                // What it never got to, it wrote nothing to.
                Err(error) if error.kind == Kind::NoSuch => (run.clone(), Output::default()),
                Err(error) if error.kind == Kind::NotThereYet => return Ok(Seen::More(runs)),
                Err(error) => return Err(error),
            };
            known.ended.insert(run.instance.clone(), ended);
        }
        let ended = runs.iter().filter_map(|run| known.ended.get_key_value(&run.instance));
        let (runs, outputs) = ended.map(|(id, (run, output))| (run.clone(), (id.clone(), output.clone()))).unzip();
        Ok(Seen::End(runs, outputs))
    }

    /// In the order of the targets.
    fn in_order(&self, mut runs: Vec<Run>) -> Vec<Run> {
        let execution = self.execution();
        let place = |run: &Run| execution.order.targets.iter().position(|target| target.instance == run.instance);
        runs.retain(|run| place(run).is_some());
        runs.sort_by_key(place);
        runs
    }

    /// Says so when AWS lets it run for longer than it should; else that nothing but the machines is waited for.
    async fn in_time(&mut self, not_cancelled: Option<&String>) -> Result<(), Done> {
        let execution = self.execution();
        let now = self.room.now();
        if now < deadline(&execution) + GRACE {
            return self.say(not_cancelled.cloned()).await;
        }
        if now >= deadline(&execution) + self.room.pace.give_up_after {
            return self.lose("AWS never said that it ended").await;
        }
        let seconds = execution.order.timeout_seconds;
        self.say(Some(format!("AWS: its timeout of {seconds} s has passed, and AWS has not ended it yet"))).await
    }

    async fn give_up_some_time(&mut self, error: &AwsError) -> Result<(), Done> {
        let late = self.room.now() >= deadline(&self.execution()) + self.room.pace.give_up_after;
        if late { self.lose(&error.message).await } else { Ok(()) }
    }

    async fn lose(&mut self, why: &str) -> Result<(), Done> {
        let why = format!("how it ended is not known: {why}; look at the machine before you run it again");
        self.step(Step::Lost { why }).await?;
        Err(Done)
    }

    /// Waits until the next look. True: something happened for which it should be looked at often again.
    async fn pause(&mut self, quiet_looks: u32, cancelled: bool) -> bool {
        let pace = &self.room.pace;
        let watched = !self.sight.looked_at(pace.lingers).is_empty();
        let backoff = if watched { pace.watched } else { pace.unwatched };
        let delay = backoff.nth(quiet_looks, self.seed);
        let state = &mut self.state;
        let told = async {
            // An end of the engine is seen at the next look.
            let _ = state.wait_for(|now| now.is_over() || (now.cancelled_by.is_some() && !cancelled)).await;
        };
        tokio::select! {
            () = tokio::time::sleep(delay) => false,
            () = self.sight.begins(), if !watched => true,
            () = told => true,
        }
    }
}

/// What a look at a command showed.
enum Seen {
    /// Not all machines are done.
    More(Vec<Run>),
    /// All are; in the order of the targets.
    End(Vec<Run>, Vec<(InstanceId, Output)>),
}

/// It stays so.
fn is_final(run: &Run) -> bool {
    words(&run.status, "").is_final
}

/// When it should be over at the latest.
fn deadline(execution: &Execution) -> Moment {
    let runs_for = Span(1_000 * i64::from(execution.order.timeout_seconds));
    execution.sent_at.unwrap_or(execution.asked_at) + DELIVERY + runs_for
}

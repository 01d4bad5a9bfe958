//! A machine's part of a command, from Pending to its end.

use std::sync::Arc;
use std::time::Duration;

use super::faults::Point;
use super::shell::{self, Place, Script};
use super::state::{Invocation, Shared};
use super::world::{Fate, Manner};

/// What a machine does with a command.
#[derive(Clone, Debug)]
pub(super) enum Work {
    /// It runs a script.
    Runs(Script),
    /// It fails at once, and says why.
    Fails(String),
}

/// A machine's part of a command.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub account: String,
    pub command: String,
    pub instance: String,
    pub work: Work,
    pub fate: Fate,
    /// Seconds that it may take to the machine.
    pub delivery_seconds: u32,
    /// Seconds that it may run there.
    pub run_seconds: u32,
}

/// How a part ended: status, detail, exit code.
struct Ending(&'static str, &'static str, i32);

/// The exit code that the agent gives what it had to kill.
const KILLED: i32 = 137;

/// Lives it.
pub(super) async fn live(shared: Arc<Shared>, part: Part, manner: Manner) {
    let Part { command, instance, .. } = &part;
    let cancelled = shared.until(|state| {
        let invocation = state.commands.get(command)?.invocations.get(instance)?;
        let held = state.wrongs.holds(Point::Cancelling);
        (invocation.status == "Cancelling" && !held).then_some(invocation.started_at.is_some())
    });
    let Ending(status, detail, code) = tokio::select! {
        biased;
        () = shared.until(|state| state.over.then_some(())) => return,
        begun = cancelled => Ending("Cancelled", "Cancelled", if begun { KILLED } else { -1 }),
        ending = course(&shared, &part, manner) => ending,
    };
    let now = shared.now();
    shared.change(command, instance, |invocation| {
        (invocation.status, invocation.detail, invocation.code) = (status, detail, code);
        invocation.ended_at = Some(now);
    });
}

/// What happens to it when nobody cancels it.
async fn course(shared: &Arc<Shared>, part: &Part, manner: Manner) -> Ending {
    let too_late = tokio::time::sleep(times(manner.second, part.delivery_seconds));
    let delivered = async {
        tokio::time::sleep(manner.delivery).await;
        if part.fate == Fate::Offline {
            set(shared, part, "Delayed");
            std::future::pending::<()>().await;
        }
        shared.until(|state| (!state.wrongs.holds(Point::Delivery)).then_some(())).await;
    };
    tokio::select! {
        biased;
        () = delivered => {}
        () = too_late => return Ending("TimedOut", "DeliveryTimedOut", -1),
    }
    match part.fate {
        Fate::Undeliverable => return Ending("Failed", "Undeliverable", -1),
        Fate::Terminated => return Ending("Failed", "Terminated", -1),
        Fate::InvalidPlatform => return Ending("Failed", "InvalidPlatform", -1),
        Fate::AccessDenied => return Ending("Failed", "AccessDenied", -1),
        Fate::Runs | Fate::Offline => {}
    }
    let now = shared.now();
    set(shared, part, "InProgress");
    change(shared, part, |invocation| invocation.started_at = Some(now));
    let ending = match &part.work {
        Work::Fails(why) => {
            change(shared, part, |invocation| invocation.stderr.take(why.as_bytes()));
            Ending("Failed", "Failed", 1)
        }
        Work::Runs(script) => {
            let place = Place { account: &part.account, command: &part.command, instance: &part.instance };
            tokio::select! {
                biased;
                ended = shell::run(shared, &place, script) => match ended {
                    Ok(0) => Ending("Success", "Success", 0),
                    Ok(code) => Ending("Failed", "Failed", code),
                    Err(error) => {
                        let why = format!("(AWS stand-in) the shell could not be started: {error}\n");
                        change(shared, part, |invocation| invocation.stderr.take(why.as_bytes()));
                        Ending("Failed", "Failed", 1)
                    }
                },
                () = tokio::time::sleep(times(manner.second, part.run_seconds)) => {
                    Ending("TimedOut", "ExecutionTimedOut", KILLED)
                }
            }
        }
    };
    shared.until(|state| (!state.wrongs.holds(Point::Ending)).then_some(())).await;
    ending
}

fn times(second: Duration, seconds: u32) -> Duration {
    second.saturating_mul(seconds)
}

fn change(shared: &Shared, part: &Part, set: impl FnOnce(&mut Invocation)) {
    shared.change(&part.command, &part.instance, set);
}

/// It has come so far, unless somebody is cancelling it.
fn set(shared: &Shared, part: &Part, status: &'static str) {
    change(shared, part, |invocation| {
        if invocation.status != "Cancelling" {
            (invocation.status, invocation.detail) = (status, status);
        }
    });
}

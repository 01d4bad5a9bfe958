//! Waits for a source's first message, and shows how it was understood.

use std::time::Duration;

use super::read;
use crate::cli::out::{self, Failure};
use crate::cli::place::Place;
use crate::cli::reach::Reached;
use crate::core::id::TenantId;
use crate::link::source::{Ask, Body, Shown, Told};
use crate::link::{Reply, Request};

/// How often the engine is asked.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Waits until something comes in that can be read, or cannot.
///
/// # Errors
/// When no engine runs here, or the message can't be read.
pub fn first(tenant: &TenantId, name: &str, place: &Place) -> Result<(), Failure> {
    let reached = Reached::reach(place, false)?;
    if !reached.is_running() {
        reached.finish();
        let say = "no engine runs on this data folder, so nothing can come; start one with `alert-whisperer serve`";
        return Err(anyhow::anyhow!(say).into());
    }
    // To standard error: what is printed on standard output is about the message.
    out::warn(&format!("waiting for the first message to {tenant}/{name}; ctrl-c ends that"));
    let (mut refused, mut passed_over) = (None, 0);
    let body = loop {
        let shown = look(&reached, tenant, name)?;
        if shown.health.last_refused != refused {
            refused = shown.health.last_refused;
            if let Some((at, why)) = &refused {
                out::warn(&format!("{at} refused: {why}"));
            }
        }
        if let Some(alert) = shown.health.last_alert {
            break Body::Alert(alert);
        }
        if shown.health.taken > passed_over {
            passed_over = shown.health.taken;
            out::warn("a message came that is no alert: a test or a ping of the tool's; it was answered as a success");
        }
        if shown.health.unreadable > 0
            && let Some(number) = unread(&reached, tenant, name)?
        {
            break Body::Quarantined(number);
        }
        for topic in shown.topics.iter().filter(|topic| !topic.approved) {
            let say =
                format!("{} asks to send here: `alert-whisperer source topics {tenant} {name} --approve …`", topic.arn);
            out::warn(&say);
        }
        if shown.topics.iter().any(|topic| !topic.approved) {
            return Ok(());
        }
        std::thread::sleep(LOOK_EVERY);
    };
    let about = Ask::Read { name: name.into(), body };
    let reply = reached.ask(Request::Source { tenant: tenant.clone(), about })?;
    match reply {
        Reply::Source(Told::Reading(reading)) => read::tell(&reading, place.json),
        _ => Err(out::unexpected()),
    }
}

fn look(reached: &Reached, tenant: &TenantId, name: &str) -> Result<Shown, Failure> {
    let list = Request::Source { tenant: tenant.clone(), about: Ask::List };
    let Reply::Source(Told::List(all)) = reached.ask(list)? else { return Err(out::unexpected()) };
    let gone = || anyhow::anyhow!("the source was taken away meanwhile");
    Ok(all.into_iter().find(|source| source.name == name).ok_or_else(gone)?)
}

/// The latest body of that source that could not be read.
fn unread(reached: &Reached, tenant: &TenantId, name: &str) -> Result<Option<u64>, Failure> {
    match reached.ask(Request::Quarantine { tenant: tenant.clone() })? {
        Reply::Quarantine(bodies) => Ok(bodies.iter().find(|body| body.source == name).map(|body| body.number)),
        _ => Err(out::unexpected()),
    }
}

//! `check`: what is wrong with the setup, and how to mend it.

mod sources;

use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::Global;
use super::out::{self, Failure};
use super::place::Place;
use super::reach::Reached;
use super::receiving;
use crate::core::id::TenantId;
use crate::core::person::{Person, Scope};
use crate::core::role::Role;
use crate::core::safe_text::SafeText;
use crate::core::tenant::Tenant;
use crate::core::time::{Moment, Span};
use crate::engine::wall_clock;
use crate::link::remote::{Reached as Answer, Remote};
use crate::link::{Feed, Reply, Request, people};
use crate::tui::colour::Depth;
use crate::tui::conflicts;
use crate::tui::theme::{BadTheme, Themes};

/// How long AWS may take to answer for our own identity, and again for all clients.
const AWS_PATIENCE: Duration = Duration::from_secs(45);
/// What an account is that has not answered by then.
const SILENT: &str = "AWS does not answer; see the network, then `tenant verify ID`";

/// Something that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    good: bool,
    says: String,
    /// What would mend it, where that takes more than a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Looks at everything.
///
/// # Errors
/// When something is wrong: with the configuration, or with the rest.
pub fn run(global: &Global) -> Result<(), Failure> {
    let place = Place::find(global)?;
    let mut findings = vec![configuration(&place)];
    findings.extend(keys(&place));
    findings.extend(themes(&place));
    findings.extend(certificate(&place));
    findings.extend([clock(), terminal(), room(&place.data_dir)]);
    findings.extend(engine(&place));
    if place.json {
        out::json(&findings)?;
    } else {
        for Finding { what, good, says, detail } in &findings {
            let mark = if *good { "ok   " } else { "WRONG" };
            out::line(SafeText::line(&format!("{mark}  {what:<14} {says}")))?;
            for line in detail.iter().flat_map(|detail| detail.lines()) {
                out::line(SafeText::line(&format!("       {line}")))?;
            }
        }
    }
    match findings.iter().filter(|finding| !finding.good).count() {
        0 => Ok(()),
        wrong => Err(anyhow::anyhow!("{wrong} of {} checks found something wrong; see above", findings.len()).into()),
    }
}

/// All is well with this.
fn good(what: &'static str, says: impl Into<String>) -> Finding {
    Finding { what, good: true, says: says.into(), detail: None }
}

/// Something is wrong with this, and how to mend it.
fn wrong(what: &'static str, says: impl Into<String>) -> Finding {
    Finding { what, good: false, says: says.into(), detail: None }
}

fn configuration(place: &Place) -> Finding {
    let file = match &place.config.file {
        Some(file) => file.display().to_string(),
        None => "no file, so the defaults".into(),
    };
    good("configuration", file)
}

/// Keys that can't do what they say.
fn keys(place: &Place) -> impl Iterator<Item = Finding> + use<> {
    let (_, complaints) = conflicts::bind(&super::tui::keys(&place.config));
    complaints.into_iter().map(|complaint| wrong("keys", complaint.to_string()))
}

/// The receiver's certificate, if there is one, and until when it is valid.
fn certificate(place: &Place) -> Option<Finding> {
    let tls = match receiving::tls(place) {
        Ok(tls) => tls?,
        Err(error) => return Some(wrong("certificate", error.to_string())),
    };
    let Some(until) = tls.valid_until() else {
        return Some(good("certificate", "it does not say until when it is valid"));
    };
    Some(match tls.expires_soon(wall_clock()()) {
        Some(Span(..0)) => wrong(
            "certificate",
            format!("expired at {until}: senders refuse it; replace its files, no restart is needed"),
        ),
        Some(left) => {
            let days = left.0.div_euclid(Span::DAY.0);
            wrong("certificate", format!("expires in {days} days, at {until}: see why it was not renewed"))
        }
        None => good("certificate", format!("valid until {until}")),
    })
}

/// The user's own themes, and the one that is asked for.
fn themes(place: &Place) -> impl Iterator<Item = Finding> + use<> {
    let themes = Themes::new(super::tui::themes(place));
    let asked = themes.look(&place.config.ui.theme, Depth::Rgb, false).err();
    let broken = themes.mistakes().into_iter().chain(asked.filter(|error| matches!(error, BadTheme::Unknown(_))));
    broken.map(|error| wrong("theme", error.to_string())).collect::<Vec<_>>().into_iter()
}

fn clock() -> Finding {
    let now = wall_clock()();
    // A clock that was never set stands at its epoch: every signature would be refused.
    match now > Moment(0) + Span(20_000 * Span::DAY.0) {
        true => good("clock", format!("{now}; senders may be off by as much as their tenant allows")),
        false => wrong("clock", format!("{now} is in the past: set the clock, or no signature will be accepted")),
    }
}

fn terminal() -> Finding {
    if !std::io::stdout().is_terminal() {
        return good("terminal", "none here");
    }
    let name = std::env::var("TERM").unwrap_or_default();
    let size = crossterm::terminal::size().map_or("of unknown size".into(), |(w, h)| format!("{w}x{h}"));
    if name.is_empty() || name == "dumb" {
        return wrong("terminal", "TERM names no terminal that can draw; set it, for example to xterm-256color");
    }
    let drawing = if super::tui::speaks_utf8() { "draws Unicode" } else { "no UTF-8 locale, so it draws ASCII" };
    good("terminal", format!("{name}, {size}, {drawing}"))
}

fn room(data_dir: &Path) -> Finding {
    // What is not there yet will be on the file system of the nearest folder that is.
    let existing = data_dir.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    match rustix::fs::statvfs(existing) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize) >> 20;
            let says = format!("{}, {free} MiB free", data_dir.display());
            if free < 256 {
                wrong("data", format!("{says}: make room, alerts will be refused when it is full"))
            } else {
                good("data", says)
            }
        }
        Err(error) => wrong("data", format!("{} cannot be looked at: {error}", data_dir.display())),
    }
}

/// The engine that runs, or one of our own for the moment; and each tenant that it could not load.
fn engine(place: &Place) -> Vec<Finding> {
    let mut reached = match Reached::with_hands(place, true) {
        Ok(reached) => reached,
        Err(failure) => return vec![wrong("engine", failure.words())],
    };
    let mut findings = Vec::new();
    let running = reached.is_running();
    match reached.ask(Request::Pulse) {
        Ok(Reply::Pulse(pulse)) if pulse.config_error.is_some() => {
            let error = pulse.config_error.unwrap_or_default();
            findings.push(wrong("engine", format!("runs with the configuration before this mistake: {error}")));
        }
        Ok(Reply::Pulse(pulse)) => findings.push(match (&pulse.store_error, &pulse.listen_error, &pulse.listen) {
            (Some(error), ..) => wrong("store", error),
            (_, Some(error), _) => wrong("receiver", format!("does not listen: {error}")),
            (_, _, Some(listen)) => good("engine", format!("running, listening on {listen}")),
            (..) if running => good("engine", "running"),
            _ => good("engine", "none running; the store was opened and is readable"),
        }),
        Ok(_) => findings.push(wrong("engine", "gave an answer to another question; is it of another version?")),
        Err(failure) => findings.push(wrong("engine", failure.words())),
    }
    findings.extend(people(&reached));
    if let Some(Feed::Snapshot(snapshot)) = reached.next() {
        for part in &snapshot.tenants {
            let finding = match &part.stopped {
                Some(reason) => wrong("tenant", format!("{} is stopped: {reason}", part.id)),
                None => good("tenant", format!("{}, {} incidents on the board", part.id, part.incidents.len())),
            };
            findings.push(finding);
            if running && part.stopped.is_none() {
                findings.extend(sources::sources(&reached, &part.id));
            }
        }
        let tenants = snapshot.tenants.iter().filter_map(|part| part.tenant.as_deref());
        findings.extend(accounts(&reached, tenants.filter(|tenant| tenant.settings.aws.is_some())));
    }
    reached.finish();
    findings
}

/// The book of people; nothing for those who may not see it.
fn people(reached: &Reached) -> Vec<Finding> {
    let asked = reached.ask(Request::People(people::Ask::List));
    let Ok(Reply::People(people::Told::List(people))) = asked else { return Vec::new() };
    let none = |person: &&Person| person.tenants == Scope::Some(Default::default());
    let admins = people.iter().filter(|one| one.role == Role::Admin && one.tenants == Scope::All).count();
    let all = match (people.len(), admins) {
        (0, _) => {
            good("people", "nobody in the book: only who has the data folder can come, and nobody over the network")
        }
        (all, 0) => good(
            "people",
            format!("{all} in the book, no admin of all clients: only who has the data folder changes it"),
        ),
        (all, admins) => good("people", format!("{all} in the book, {admins} of them admin of all clients")),
    };
    let mend = "sees no client; `user set NAME --tenant ID` or `user remove NAME`";
    [all]
        .into_iter()
        .chain(people.iter().filter(none).map(|one| wrong("people", format!("{} {mend}", one.name))))
        .collect()
}

/// Our own identity, and how the account of each tenant that has one takes us.
fn accounts<'a>(reached: &Reached, tenants: impl Iterator<Item = &'a Tenant>) -> Vec<Finding> {
    let ids: Vec<_> = tenants.map(|tenant| tenant.id.clone()).collect();
    let Some((first, others)) = ids.split_first() else {
        return vec![good("aws", "no client has an account; `tenant set ID aws.account_id=…` gives it one")];
    };
    let verify = |id: &TenantId| Remote::Verify { tenant: id.clone() };
    let mut answers = reached.ask_all(vec![verify(first)], AWS_PATIENCE);
    // Who we are is the same for everybody.
    let base = match &answers[..] {
        [Some(Ok(Answer::Verified(verified)))] => verified.base.clone(),
        [Some(Err(refusal))] => Err(refusal.message.clone()),
        _ => Err(SILENT.into()),
    };
    let identity = match base {
        Ok(identity) => good("aws", identity),
        Err(why) => return vec![wrong("aws", why)],
    };
    answers.extend(reached.ask_all(others.iter().map(verify).collect(), AWS_PATIENCE));
    let judged = ids.iter().zip(answers).map(|(id, answer)| match answer {
        Some(Ok(Answer::Verified(verified))) => match (verified.role, verified.nodes) {
            (Err(why), _) | (_, Err(why)) => Finding {
                detail: Some(format!(
                    "the role's trust policy:\n{}\nthe role's permission policy:\n{}",
                    verified.trust_policy, verified.permission_policy
                )),
                ..wrong("account", format!("{id}: {why}"))
            },
            (Ok(role), Ok((all, online))) => {
                good("account", format!("{id}: {role}, {all} managed machines, {online} online"))
            }
        },
        Some(Err(refusal)) => wrong("account", format!("{id}: {}", refusal.message)),
        _ => wrong("account", format!("{id}: {SILENT}")),
    });
    [identity].into_iter().chain(judged).collect()
}

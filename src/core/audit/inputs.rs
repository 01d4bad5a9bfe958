//! Which records an input makes, and what time makes of executions. Deliveries are not on record here: the store has them.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{DONE, Record, TENANT_REMOVED};
use crate::core::caseload::Caseload;
use crate::core::change::Change;
use crate::core::credentials::{Credentials, StoredCredentials};
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{Execution, Stage};
use crate::core::id::{ExecutionId, IncidentId, SessionId, TenantId};
use crate::core::input::{Act, Actor, Again, Delivery, Discard, Gather, Input, OnIncident, OnWindow, WindowAct};
use crate::core::session::step::{OnSession, Step as SessionStep};
use crate::core::setting;
use crate::core::source::BUILT_IN;
use crate::core::tenant::Tenant;
use crate::core::time::Moment;

/// What is on record of an input that is about to be applied at `at`. Without a caseload, the tenant is not known yet.
pub fn of_input(at: Moment, id: &TenantId, caseload: Option<&Caseload>, input: &Input) -> Option<Record> {
    if let Input::Tenant { tenant, credentials, by } = input {
        let known = caseload.map(|caseload| &**caseload.tenant());
        return Some(of_tenant(at, by, known, tenant, credentials));
    }
    let caseload = caseload?;
    match input {
        Input::Act(on) => Some(of_act(at, id, caseload, on)),
        Input::Window(on) => Some(of_window(at, id, caseload, on)),
        Input::Gather(gather) => Some(of_gather(at, id, caseload, gather)),
        Input::Execution(on) => of_step(at, id, caseload, on),
        Input::Session(on) => of_session(at, id, caseload, on),
        Input::Noted(record) => Some(Record::clone(record)),
        Input::Roster { technicians, staffed, people } => {
            let name = |lead: bool| technicians.iter().filter(move |one| one.lead == lead).map(|one| one.name.clone());
            let parameters = json!({
                "leads": name(true).collect::<Vec<_>>(),
                "technicians": name(false).collect::<Vec<_>>(),
                "staffed": staffed,
                "people": people,
            });
            Some(Record::of(&Actor::program("configuration"), at, "tenant.roster", id.as_str()).with(parameters))
        }
        Input::TenantRemoved { by } => Some(Record::of(by, at, TENANT_REMOVED, id.as_str())),
        Input::Delivery(delivery) => delivery.again.as_ref().map(|again| of_again(at, id, caseload, delivery, again)),
        Input::Discard(discard) => Some(of_discard(at, id, caseload, discard)),
        Input::Unreadable(_) | Input::Tenant { .. } | Input::Resumed => None,
    }
}

/// The ends of executions among changes: each ends once, by whatever.
pub fn of_changes(at: Moment, changes: &[Change]) -> impl Iterator<Item = (TenantId, Record)> {
    changes.iter().filter_map(move |change| match change {
        Change::ExecutionChanged(execution) => Some((execution.id.tenant.clone(), of_end(at, execution)?)),
        _ => None,
    })
}

impl Act {
    /// What it is called on record.
    pub const fn on_record(&self) -> &'static str {
        match self {
            Self::Acknowledge { .. } => "incident.acknowledge",
            Self::Start => "incident.start",
            Self::Assign { .. } => "incident.assign",
            Self::Release => "incident.release",
            Self::Snooze { .. } => "incident.snooze",
            Self::Wake => "incident.wake",
            Self::Escalate { .. } => "incident.escalate",
            Self::Resolve { .. } => "incident.resolve",
            Self::Merge { .. } => "incident.merge",
            Self::Unmerge { .. } => "incident.unmerge",
            Self::Restore(_) => "incident.undo",
            Self::Reopen => "incident.reopen",
            Self::Note { .. } => "incident.note",
        }
    }
}

impl WindowAct {
    /// What it is called on record.
    pub const fn on_record(&self) -> &'static str {
        match self {
            Self::Put { window } if window.number == 0 => "window.make",
            Self::Put { .. } => "window.change",
            Self::End { .. } => "window.end",
        }
    }
}

fn of_act(at: Moment, id: &TenantId, caseload: &Caseload, on: &OnIncident) -> Record {
    let OnIncident { incident, by, act } = on;
    let parameters = match act {
        Act::Restore(restore) => json!({ "what": restore.what }),
        act => fields(act, "act"),
    };
    let outcome = caseload.check(at, *incident, act);
    Record::of(by, at, act.on_record(), incident_id(id, *incident)).with(parameters).came_to(outcome)
}

/// A request that was put aside is taken after all.
fn of_again(at: Moment, id: &TenantId, caseload: &Caseload, delivery: &Delivery, again: &Again) -> Record {
    let parameters = json!({
        "source": delivery.source,
        "came_at": again.at,
        "alerts": delivery.reports.len(),
        "rejected": delivery.rejected.len(),
    });
    let outcome = caseload.pile().get(again.number).map(|_| ()).ok_or("it is put aside no more");
    Record::of(&again.by, at, "source.replay", format!("{id}-q{}", again.number)).with(parameters).came_to(outcome)
}

fn of_discard(at: Moment, id: &TenantId, caseload: &Caseload, discard: &Discard) -> Record {
    let there = discard.numbers.iter().filter(|number| caseload.pile().get(**number).is_some());
    let parameters = json!({ "numbers": discard.numbers, "thrown_away": there.count() });
    Record::of(&discard.by, at, "source.discard", id.as_str()).with(parameters)
}

fn of_window(at: Moment, id: &TenantId, caseload: &Caseload, on: &OnWindow) -> Record {
    let made = caseload.standing().windows_made;
    let (number, parameters) = match &on.act {
        WindowAct::Put { window } if window.number == 0 => (made + 1, fields(window, "number")),
        WindowAct::Put { window } => (window.number, fields(window, "number")),
        WindowAct::End { number } => (*number, Value::Null),
    };
    let outcome = match &on.act {
        // Taking back its end: the number has been given before.
        WindowAct::Put { window } if (1..=made).contains(&window.number) => window.check(at),
        // That it matches much was meant, or it would not have come this far.
        act => caseload.check_window(at, act, true),
    };
    Record::of(&on.by, at, on.act.on_record(), format!("{id}-w{number}")).with(parameters).came_to(outcome)
}

fn of_gather(at: Moment, id: &TenantId, caseload: &Caseload, gather: &Gather) -> Record {
    let into = gather.into.unwrap_or_else(|| caseload.next_incident());
    let alerts: Vec<u64> = gather.alerts.iter().map(|alert| alert.alert).collect();
    let parameters = json!({ "from": gather.from.map(|from| incident_id(id, from)), "alerts": alerts });
    let outcome = caseload.check_gather(gather);
    Record::of(&gather.by, at, "incident.gather", incident_id(id, into)).with(parameters).came_to(outcome)
}

/// Asking, deciding, sending. How far the machines are is not on record; how it ended is: see [`of_changes`].
fn of_step(at: Moment, id: &TenantId, caseload: &Caseload, on: &OnExecution) -> Option<Record> {
    let outcome = caseload.check_execution(at, on);
    let number = if on.execution == 0 { caseload.next_execution() } else { on.execution };
    let known = caseload.execution(number);
    let (what, parameters) = match &on.step {
        Step::Ask { order, digest, typed } => {
            let mut parameters = fields(order, "title");
            parameters["digest"] = digest.as_str().into();
            parameters["typed"] = typed.as_deref().into();
            ("execution.ask", parameters)
        }
        Step::Approve { digest, why } => {
            let asked_by = known.map(|known| &known.by.who);
            ("execution.approve", json!({ "digest": digest, "why": why, "asked_by": asked_by }))
        }
        Step::Reject { why } => {
            ("execution.reject", json!({ "why": why, "asked_by": known.map(|known| &known.by.who) }))
        }
        Step::Cancel => ("execution.cancel", Value::Null),
        Step::Sent { command_id, .. } => ("execution.send", json!({ "command_id": command_id })),
        Step::Sending
        | Step::NotSent { .. }
        | Step::Lost { .. }
        | Step::Progress { .. }
        | Step::Waits { .. }
        | Step::Ended { .. } => return None,
    };
    let gated = match (&on.step, &outcome) {
        (Step::Ask { order, .. }, Ok(())) if caseload.gate(&on.by, order).approval => "waits for approval",
        (Step::Sent { .. }, Ok(())) => "sent",
        _ => DONE,
    };
    let on_id = ExecutionId { tenant: id.clone(), number }.to_string();
    let mut record = Record::of(&on.by, at, what, on_id).with(without_nulls(parameters)).came_to(outcome);
    if record.outcome == DONE {
        record.outcome = gated.into();
    }
    if let Step::Sent { request_id, .. } = &on.step {
        record.request_id.clone_from(request_id);
    }
    Some(record)
}

/// Everything that happens to a session: who wanted, opened, watched, took over, left and ended it, and what is kept of it.
fn of_session(at: Moment, id: &TenantId, caseload: &Caseload, on: &OnSession) -> Option<Record> {
    let number = if on.session == 0 { caseload.next_session() } else { on.session };
    let known = caseload.session(number);
    let (what, parameters) = match &on.step {
        SessionStep::Ask { wish } => ("session.open", fields(wish, "")),
        SessionStep::Started { aws_id } => ("session.start", json!({ "aws_id": aws_id })),
        SessionStep::Opened { local_port } => ("session.opened", json!({ "local_port": local_port })),
        SessionStep::Drive => {
            let from = known.and_then(|known| known.driver.as_ref()).map(|driver| &driver.who);
            ("session.drive", json!({ "from": from }))
        }
        SessionStep::Watch => ("session.watch", Value::Null),
        SessionStep::Leave => ("session.leave", Value::Null),
        SessionStep::Detach => ("session.detach", Value::Null),
        SessionStep::Ended { how, why, exit_code, recording } => {
            let opened_by = known.map(|known| &known.by.who);
            let parameters = json!({
                "how": how, "why": why, "exit_code": exit_code, "recording": recording, "opened_by": opened_by,
                "aws_id": known.and_then(|known| known.aws_id.as_ref()),
            });
            ("session.end", parameters)
        }
    };
    let on_id = SessionId { tenant: id.clone(), number }.to_string();
    let outcome = caseload.check_session(on);
    Some(Record::of(&on.by, at, what, on_id).with(without_nulls(parameters)).came_to(outcome))
}

fn of_end(at: Moment, execution: &Execution) -> Option<Record> {
    let Stage::Ended { outcome, why } = &execution.stage else { return None };
    let machine = |run: &crate::core::execution::Run| json!({ "instance": run.instance, "status": run.detail, "exit_code": run.exit_code });
    let parameters = json!({
        "asked_by": execution.by.who,
        "incident": execution.incident_id,
        "command_id": execution.command_id,
        "cancelled_by": execution.cancelled_by,
        "machines": execution.runs.iter().map(machine).map(without_nulls).collect::<Vec<_>>(),
    });
    let by = Actor::program("");
    let mut record = Record::of(&by, at, "execution.end", execution.id.to_string()).with(without_nulls(parameters));
    record.outcome = match why {
        Some(why) => format!("{}: {}", outcome.words(), super::masked::text(why)),
        None => outcome.words().into(),
    };
    record.request_id.clone_from(&execution.request_id);
    Some(record)
}

fn of_tenant(
    at: Moment,
    by: &Actor,
    known: Option<&Tenant>,
    tenant: &Tenant,
    credentials: &StoredCredentials,
) -> Record {
    let mut changed = Map::new();
    let names = setting::names(&tenant.settings);
    for name in names.iter().filter(|name| !name.is_empty()) {
        let is = setting::get(&tenant.settings, name).unwrap_or_default();
        let was = known.and_then(|known| setting::get(&known.settings, name));
        // What a new tenant was not told is as it always is.
        let was = was.or_else(|| setting::get(&Default::default(), name));
        if was.as_ref() != Some(&is) {
            changed.insert(name.clone(), is.into());
        }
    }
    if known.is_none_or(|known| known.name != tenant.name) {
        changed.insert("name".into(), tenant.name.as_str().into());
    }
    let settings = !changed.is_empty();
    let mut what_else = "tenant.set";
    for (change, parameters) in of_sources(known, tenant, &Credentials::from(credentials.clone())) {
        changed.extend(parameters);
        what_else = change;
    }
    let what = match known {
        None => "tenant.add",
        Some(_) if settings => "tenant.set",
        Some(_) => what_else,
    };
    let parameters = if changed.is_empty() { Value::Null } else { Value::Object(changed) };
    Record::of(by, at, what, tenant.id.as_str()).with(parameters)
}

/// What a tenant's change does to its sources: each with its name on record. The last one names the change.
fn of_sources(known: Option<&Tenant>, tenant: &Tenant, now: &Credentials) -> Vec<(&'static str, Map<String, Value>)> {
    let old = known.map(|known| Credentials::clone(&known.credentials)).unwrap_or_default();
    let mut changes = Vec::new();
    let mut change = |what, key: String, value: Value| changes.push((what, Map::from_iter([(key, value)])));
    let was = |name: &String| known.and_then(|known| known.sources.get(name));
    for source in &now.sources {
        let (name, before) = (&source.name, old.source(&source.name));
        if before.is_none_or(|before| before.key_digest != source.key_digest) {
            let what = if BUILT_IN.contains(&&**name) { "tenant.rotate_key" } else { "source.rotate_key" };
            change(what, format!("keys.{name}"), "***".into());
        }
        if source.secrets != before.map_or(&[][..], |before| &before.secrets) {
            change("source.rotate_secret", format!("secrets.{name}"), "***".into());
        }
        for topic in &source.topics {
            let known = before.and_then(|before| before.topics.iter().find(|known| known.arn == topic.arn));
            if known.map(|known| known.approved) != Some(topic.approved) {
                let state = if topic.approved { "approved" } else { "waits" };
                change("source.topic", format!("topics.{name}.{}", topic.arn), state.into());
            }
        }
        let gone = before.into_iter().flat_map(|before| &before.topics);
        for topic in gone.filter(|known| source.topics.iter().all(|topic| topic.arn != known.arn)) {
            change("source.topic", format!("topics.{name}.{}", topic.arn), "refused".into());
        }
    }
    if now.hmac != old.hmac {
        change("tenant.rotate_secret", "secrets.hmac".into(), "***".into());
    }
    for (name, source) in tenant.sources.iter().filter(|(name, source)| was(name) != Some(source)) {
        let what = if was(name).is_some() { "source.set" } else { "source.add" };
        let before = was(name);
        let mut parameters = json!({ "kind": source.kind, "auth": source.auth });
        if source.mapping != before.and_then(|before| before.mapping.clone()) {
            // All of it is in the tenant; the record says which it was.
            let text = source.mapping.as_deref().unwrap_or_default();
            parameters["mapping_sha256"] = hex::encode(Sha256::digest(text)).into();
        }
        change(what, format!("sources.{name}"), parameters);
    }
    let gone = known.into_iter().flat_map(|known| known.sources.keys());
    for name in gone.filter(|name| !tenant.sources.contains_key(*name)) {
        change("source.remove", format!("sources.{name}"), Value::Null);
    }
    changes
}

fn incident_id(id: &TenantId, number: u64) -> String {
    IncidentId { tenant: id.clone(), number }.to_string()
}

/// A value's fields but one, and but those that say nothing.
fn fields(value: &impl serde::Serialize, but: &str) -> Value {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(value) else { return Value::Null };
    fields.remove(but);
    if fields.is_empty() { Value::Null } else { without_nulls(Value::Object(fields)) }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields.into_iter().filter(|(_, field)| !field.is_null()).collect(),
        other => other,
    }
}

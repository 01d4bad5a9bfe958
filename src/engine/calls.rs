//! What seats and command lines ask for: checked against the core as it is, then an input like any other.

use std::sync::Arc;

use super::declared::Declared;
use super::issue;
use super::reader::{Question, parse};
use super::refusals::Attempt;
use super::task::Task;
use crate::core::audit::Record;
use crate::core::credentials::Credentials;
use crate::core::execution::step::Step;
use crate::core::id::TenantId;
use crate::core::input::{Actor, Input, OnWindow};
use crate::core::person::Scope;
use crate::core::pulse;
use crate::core::query::{Query, Viewer};
use crate::core::setting;
use crate::core::source::Sources;
use crate::core::tenant::{Settings, Tenant};
use crate::core::time::Moment;
use crate::link::source::Ask;
use crate::link::{Call, Issued, NewTenant, Refusal, Reply, Request};

impl Task {
    /// Answers a call, or hands it to the thread that will.
    pub(super) fn call(&mut self, mut call: Call) {
        let rights = match self.admit(&mut call) {
            Ok(rights) => rights,
            // Whoever asked may have gone.
            Err(refusal) => return drop(call.answer.send(Err(refusal))),
        };
        if let Some(seat) = call.seat {
            self.seats.heard(seat, &call.by);
        }
        let Some(call) = self.still(call) else { return };
        let Call { by, standing, seat, request, answer } = match call {
            call @ Call { request: Request::Remote(_) | Request::Session(_), .. } => return self.hand_over(call),
            // AWS has to hear of it first.
            call @ Call { request: Request::Source { about: Ask::Topic { approve: true, .. }, .. }, .. } => {
                return self.hand_over(call);
            }
            call => call,
        };
        if let Request::People(ask) = request {
            return self.about_people(&by, &standing, ask, answer);
        }
        if let Request::Look { incident } = &request {
            let there = self.look(seat, incident.as_ref());
            return drop(answer.send(if there { Ok(Reply::Done) } else { Err(request.need().thing.missing()) }));
        }
        if let Request::Source { tenant, about } = request {
            return self.about_source(by, tenant, about, answer);
        }
        if let Request::House { tenant, house } = request {
            return self.about_tenant(by, tenant, house, answer);
        }
        let past = matches!(
            request,
            Request::Detail { .. }
                | Request::Similar { .. }
                | Request::Raw { .. }
                | Request::Alerts(_)
                | Request::Quarantine { .. }
                | Request::Execution { .. }
                | Request::Executions { .. }
                | Request::Sessions(_)
                | Request::Audit { .. }
        );
        if past || self.asks_for_old_incidents(&request) {
            return self.ask_the_past(by.who, &rights.tenants, request, answer);
        }
        let attempt = Attempt::of(&request, self.core.undo_of(&by));
        let reply = self.reply(by.clone(), &rights.tenants, request);
        self.note_refusal(&by, attempt, &reply);
        // Whoever asked may have gone.
        let _ = answer.send(reply);
    }

    /// `scope`: the tenants that whoever asks may know of.
    fn reply(&mut self, by: Actor, scope: &Scope, request: Request) -> Result<Reply, Refusal> {
        match request {
            Request::Act { incident, act } => self.act(by, &incident, act),
            Request::Undo => self.undo(&by),
            Request::Approve { execution, digest, why } => self.step_by(by, &execution, Step::Approve { digest, why }),
            Request::Reject { execution, why } => self.step_by(by, &execution, Step::Reject { why }),
            Request::Cancel { execution } => self.step_by(by, &execution, Step::Cancel),
            Request::Gather { tenant, from, into, alerts } => self.gather(by, &tenant, from, into, &alerts),
            Request::Incidents(listing) => {
                let tenants = self.asked_tenants(listing.tenant.as_ref(), scope)?;
                let (query, limit) = parse(&listing, &tenants)?;
                let viewer = Viewer { who: &by.who, now: (self.clock)() };
                let all = tenants.iter().flat_map(|tenant| self.core.incidents(&tenant.id));
                let mut incidents: Vec<_> = all.filter(|incident| query.matches(incident, viewer)).cloned().collect();
                incidents.sort_by_key(|incident| (std::cmp::Reverse(incident.priority_score), incident.opened_at));
                incidents.truncate(limit);
                Ok(Reply::Incidents(incidents))
            }
            Request::Tenant { id } => Ok(Reply::Tenants(vec![self.known(&id)?.clone()])),
            Request::Tenants => self.asked_tenants(None, scope).map(Reply::Tenants),
            Request::Pulse => Ok(Reply::Pulse(Box::new(self.pulse().within(scope)))),
            Request::TenantAdd(new) => self.add_tenant(by, new),
            Request::TenantSet { id, settings } => self.set_tenant(by, &id, &settings),
            Request::RotateKey { id, source } => self.rotate_tenant_key(by, &id, &source),
            Request::RotateSecret { id, grace_seconds } => self.rotate_tenant_secret(by, &id, grace_seconds),
            Request::TenantRemove { id } => {
                self.known(&id)?;
                self.unpinned(&id)?;
                self.without_sessions(&id)?;
                self.write(&id, Input::TenantRemoved { by: by.clone() })?;
                self.tenant_gone(&by, &id);
                Ok(Reply::Done)
            }
            Request::Window { tenant, act, sure } => {
                self.known(&tenant)?;
                let now = self.now();
                let checked = self.core.check_window(now, &tenant, &act, sure);
                checked.map_err(|bad| Refusal::new(bad.code(), bad.to_string()))?;
                self.write(&tenant, Input::Window(OnWindow { by, act }))?;
                Ok(Reply::Done)
            }
            Request::Detail { .. }
            | Request::Similar { .. }
            | Request::Raw { .. }
            | Request::Alerts(_)
            | Request::Quarantine { .. }
            | Request::Execution { .. }
            | Request::Executions { .. }
            | Request::Audit { .. }
            | Request::Sessions(_)
            | Request::Session(_)
            | Request::House { .. }
            | Request::IfStill { .. }
            | Request::People(_)
            | Request::Source { .. }
            | Request::Look { .. }
            | Request::Remote(_) => Err(Refusal::new("not_here", "this is a question about the past")),
        }
    }

    /// What the configuration file declares would be there again at the next start.
    pub(super) fn unpinned(&self, id: &TenantId) -> Result<(), Refusal> {
        let Some(place) = self.pins.declared(id) else { return Ok(()) };
        let say = format!("{id} is declared at {place}; take it out there first, then remove it");
        Err(Refusal::new("pinned", say))
    }

    /// Once a tenant is removed, nobody gets into its account any more, and so nobody could end what is open there.
    pub(super) fn without_sessions(&self, id: &TenantId) -> Result<(), Refusal> {
        let all = self.board.tenants.get(id).into_iter().flat_map(|panel| panel.sessions.values());
        match all.filter(|session| !session.is_over()).count() {
            0 => Ok(()),
            n => Err(Refusal::new("sessions_open", format!("{n} sessions are open there; end them first"))),
        }
    }

    fn add_tenant(&mut self, by: Actor, new: NewTenant) -> Result<Reply, Refusal> {
        if self.core.tenant(&new.id).is_some() || self.board.tenants.contains_key(&new.id) {
            let say =
                format!("there is a tenant {} already; `alert-whisperer tenant show {}` shows it", new.id, new.id);
            return Err(Refusal::new("exists", say));
        }
        let settings = Settings { critical_assets: new.critical_assets, aws: new.aws, ..Settings::default() };
        setting::check(&settings).map_err(bad_setting)?;
        let name = new.name.unwrap_or_else(|| new.id.to_string());
        let (tenant, issued) = self.new_tenant(new.id, name, settings)?;
        let came = Record::of(&by, self.now(), "tenant.add", tenant.id.as_str());
        self.put(by, tenant)?;
        self.note_own(came);
        self.staff()?;
        Ok(Reply::Issued(Box::new(issued)))
    }

    fn set_tenant(&mut self, by: Actor, id: &TenantId, pairs: &[(String, String)]) -> Result<Reply, Refusal> {
        let mut tenant = Tenant::clone(self.known(id)?);
        for (key, value) in pairs {
            if let Some(place) = self.pins.place(id, key) {
                let say = format!("`{key}` of {id} is set at {place}; change it there and restart");
                return Err(Refusal::new("pinned", say));
            }
            match key.as_str() {
                "name" if value.trim().is_empty() || value.len() > 256 => {
                    return Err(Refusal::new("bad_setting", "`name` has 1 to 256 bytes"));
                }
                "name" => tenant.name.clone_from(value),
                _ => tenant.settings = setting::set(&tenant.settings, key, value).map_err(bad_setting)?,
            }
        }
        self.put(by, tenant)?;
        Ok(Reply::Done)
    }

    /// Brings the tenants in step with what the configuration file declares.
    ///
    /// # Errors
    /// The first thing that could not be done.
    pub(super) fn declare(&mut self, declared: &[Declared]) -> Result<(), Refusal> {
        for wanted in declared {
            if self.is_stopped(&wanted.id) {
                continue;
            }
            let known = self.core.tenant(&wanted.id).map(|tenant| Tenant::clone(tenant));
            let before = known.clone();
            let mut tenant = match known {
                Some(tenant) => tenant,
                None => self.new_tenant(wanted.id.clone(), wanted.id.to_string(), Settings::default())?.0,
            };
            if let Some(name) = &wanted.name {
                tenant.name.clone_from(&name.value);
            }
            for (key, placed) in &wanted.settings {
                let bad =
                    |error: setting::BadSetting| Refusal::new("bad_setting", format!("{}: {error}", placed.place));
                tenant.settings = setting::set(&tenant.settings, key, &placed.value).map_err(bad)?;
            }
            if let Some((secret, _)) = &wanted.hmac {
                let mut credentials = Credentials::clone(&tenant.credentials);
                credentials.hmac =
                    vec![crate::core::credentials::HmacSecret { secret: secret.clone(), expires_at: None }];
                tenant.credentials = Arc::new(credentials);
            }
            if before.as_ref() != Some(&tenant) {
                let (by, id) = (Actor::program("configuration"), tenant.id.clone());
                self.put(by.clone(), tenant)?;
                if before.is_none() {
                    let came = Record::of(&by, self.now(), "tenant.add", id.as_str());
                    self.note_own(came);
                }
            }
        }
        Ok(())
    }

    fn new_tenant(&mut self, id: TenantId, name: String, settings: Settings) -> Result<(Tenant, Issued), Refusal> {
        let (api_key, alerts) = issue::key("alerts").map_err(no_randomness)?;
        let (alertmanager_key, alertmanager) = issue::key("alertmanager").map_err(no_randomness)?;
        let secret = issue::secret().map_err(no_randomness)?;
        let issued = Issued {
            tenant: id.clone(),
            base_url: self.base_url(),
            api_key: Some(api_key),
            hmac_secret: Some(secret.secret.expose().to_owned()),
            alertmanager_key: Some(alertmanager_key),
        };
        let credentials = Arc::new(Credentials { sources: vec![alerts, alertmanager], hmac: vec![secret] });
        let sources = Sources::new();
        Ok((Tenant { id, name, created_at: self.now(), settings, sources, credentials }, issued))
    }

    pub(super) fn put(&mut self, by: Actor, tenant: Tenant) -> Result<(), Refusal> {
        let id = tenant.id.clone();
        let credentials = (&*tenant.credentials).into();
        self.write(&id, Input::Tenant { tenant: Box::new(tenant), credentials, by })
    }

    pub(super) fn write(&mut self, tenant: &TenantId, input: Input) -> Result<(), Refusal> {
        let now = self.now();
        self.write_at(now, tenant, input)
    }

    /// The same, as of a moment that is not before any other.
    pub(super) fn write_at(&mut self, at: Moment, tenant: &TenantId, input: Input) -> Result<(), Refusal> {
        if self.is_stopped(tenant) {
            return Err(Refusal::new("tenant_stopped", "this tenant is stopped; `alert-whisperer check` says why"));
        }
        let say = |why: &str| Refusal::new("unavailable", format!("nothing was changed: {why}"));
        self.input(at, tenant, input).map_err(say)
    }

    pub(super) fn known(&self, id: &TenantId) -> Result<&Arc<Tenant>, Refusal> {
        self.core.tenant(id).ok_or_else(Refusal::no_tenant)
    }

    /// One tenant, or all that whoever asks may know of.
    fn asked_tenants(&self, one: Option<&TenantId>, scope: &Scope) -> Result<Vec<Arc<Tenant>>, Refusal> {
        match one {
            Some(id) => self.known(id).map(|tenant| vec![tenant.clone()]),
            None => Ok(self.core.tenants().filter(|tenant| scope.covers(&tenant.id)).cloned().collect()),
        }
    }

    /// Resolved incidents leave the core after a day: a listing that may want them is a question about the past.
    fn asks_for_old_incidents(&self, request: &Request) -> bool {
        let Request::Incidents(listing) = request else { return false };
        listing.page.is_some() || Query::parse(&listing.query).is_ok_and(|query| query.may_be_resolved())
    }

    fn ask_the_past(
        &mut self,
        who: String,
        scope: &Scope,
        request: Request,
        answer: tokio::sync::oneshot::Sender<Result<Reply, Refusal>>,
    ) {
        let (tenant, incident) = match &request {
            Request::Detail { incident } | Request::Similar { incident } => {
                (Some(&incident.tenant), self.core.incident(incident).cloned())
            }
            Request::Raw { alert } => (Some(&alert.tenant), None),
            Request::Quarantine { tenant } | Request::Executions { tenant, .. } | Request::Audit { tenant, .. } => {
                (Some(tenant), None)
            }
            Request::Execution { execution } => (Some(&execution.tenant), None),
            Request::Sessions(listing) => (Some(&listing.tenant), None),
            Request::Alerts(listing) | Request::Incidents(listing) => (listing.tenant.as_ref(), None),
            _ => (None, None),
        };
        match self.asked_tenants(tenant, scope) {
            Ok(tenants) => {
                let (after, now) = (self.follower.given(), self.now());
                self.reader.ask(Question {
                    request,
                    tenants,
                    after,
                    incident,
                    who,
                    now,
                    how: None,
                    again: None,
                    answer,
                });
            }
            Err(refusal) => drop(answer.send(Err(refusal))),
        }
    }

    pub(super) fn base_url(&self) -> String {
        match &self.listen {
            Ok(Some(listen)) => pulse::base_url(listen),
            _ => self.public_url.clone(),
        }
    }
}

fn bad_setting(error: setting::BadSetting) -> Refusal {
    Refusal::new("bad_setting", error.to_string())
}

pub(super) fn no_randomness(_: getrandom::Error) -> Refusal {
    Refusal::new("no_randomness", "the system has no random numbers to give; nothing was changed")
}

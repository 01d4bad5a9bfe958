//! What is worth waking somebody: which incidents ring, and who is muted for how long. Sounding the bell is left to `terminal`.

use std::collections::BTreeMap;

use super::app::App;
use super::clock;
use super::effect::Effect;
use crate::core::board::Snapshot;
use crate::core::id::{IncidentId, TenantId};
use crate::core::incident::Incident;
use crate::core::limit::Limit;
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};

/// How long somebody is muted who says nothing else.
const MUTED: Span = Span::HOUR;
/// How long something new stands out.
const FRESH: Span = Span(8_000);

/// Until when nobody is woken; absent: until it is taken back.
type Until = Option<Moment>;

/// What rings.
#[derive(Debug, Default)]
pub struct Bell {
    /// The least severity that is heard; absent: none is.
    pub from: Option<Severity>,
    all: Option<Until>,
    tenants: BTreeMap<TenantId, Until>,
    /// What has rung, or would have, and when.
    fresh: Vec<(IncidentId, Moment)>,
}

impl Bell {
    /// Nobody is muted.
    pub fn new(from: Option<Severity>) -> Self {
        Self { from, ..Self::default() }
    }

    /// It is `now`: what has ended is no more.
    pub fn tick(&mut self, now: Moment) {
        let over = |until: &Until| until.is_some_and(|until| until <= now);
        self.all.take_if(|until| over(until));
        self.tenants.retain(|_, until| !over(until));
        self.fresh.retain(|(_, at)| now - *at < FRESH);
    }

    /// Whether a tenant's incidents are not heard.
    pub fn is_muted(&self, tenant: &TenantId) -> bool {
        self.all.is_some() || self.tenants.contains_key(tenant)
    }

    /// When an incident last rang, if that is only just.
    pub fn rang_at(&self, id: &IncidentId) -> Option<Moment> {
        self.fresh.iter().rev().find(|(fresh, _)| fresh == id).map(|(_, at)| *at)
    }

    /// Whether anything stands out, for being new.
    pub fn is_fresh(&self) -> bool {
        !self.fresh.is_empty()
    }

    /// An incident that was as `was` is now as `incident`: whether it is worth waking somebody. One that is bad enough, wants
    /// somebody, and was not there, was less, was over, or was in a silence.
    pub fn wakes(&self, was: Option<&Incident>, incident: &Incident) -> bool {
        // Where nothing is heard, what is critical is still seen.
        let enough = self.from.unwrap_or(Severity::Critical);
        let loud = |incident: &Incident| incident.is_loud() && incident.severity >= enough;
        loud(incident) && !was.is_some_and(loud) && !incident.flapping
    }
}

impl App {
    /// An incident is about to change on the board: rings if that is worth it.
    pub fn ring_for(&mut self, incident: &Incident) {
        if !self.bell.wakes(self.board.incident(&incident.id).map(|was| &**was), incident) {
            return;
        }
        self.bell.fresh.push((incident.id.clone(), self.now));
        if self.bell.from.is_some() && !self.bell.is_muted(&incident.company_id) {
            let Incident { severity, asset_name, signature, company_id, .. } = incident;
            self.effect(Effect::Ring(format!("{severity}: {asset_name} {signature} ({company_id})")));
        }
    }

    /// A whole board is about to take the place of the one that fell behind: what is new on it rings like anything new.
    pub fn ring_for_all(&mut self, snapshot: &Snapshot) {
        for incident in snapshot.tenants.iter().flat_map(|part| &part.incidents) {
            self.ring_for(incident);
        }
    }

    /// `comp_acme 1h`, `all 30m`, `comp_acme`, or nothing: the selected tenant, again: no more.
    pub fn mute(&mut self, argument: &str) {
        let mut words = argument.split_whitespace();
        let (name, long) = (words.next().unwrap_or_default(), words.next());
        let until = match long.map_or(Ok(Limit(Some(MUTED))), str::parse) {
            Ok(Limit(span)) => span.map(|span| self.now + span),
            Err(error) => return self.mistake(error.to_string()),
        };
        if name == "all" {
            self.bell.all = Some(until);
        } else {
            let Some(tenant) = self.tenant_meant(name) else { return };
            if name.is_empty() && self.bell.tenants.remove(&tenant).is_some() {
                return self.notice(format!("{tenant} rings again"));
            }
            self.bell.tenants.insert(tenant, until);
        }
        let until = until.map_or_else(String::new, |until| format!(" until {}", clock::time_of_day(self, until)));
        let who = if name.is_empty() { "the selected tenant" } else { name };
        self.notice(format!("no bell for {who}{until}; :unmute takes it back"));
    }

    /// Everybody is muted for a while, or nobody any more.
    pub fn mute_all(&mut self) {
        if self.bell.all.is_some() { self.unmute("") } else { self.mute("all 30m") }
    }

    /// A tenant rings again, or everybody.
    pub fn unmute(&mut self, name: &str) {
        if name.is_empty() || name == "all" {
            self.bell.all = None;
            self.bell.tenants.clear();
            self.notice("everybody rings again".into());
        } else if let Some(tenant) = self.tenant_meant(name) {
            self.bell.tenants.remove(&tenant);
            self.notice(format!("{tenant} rings again"));
        }
    }

    /// Who is not heard, for how long: `muted: all 29m`.
    pub fn muted(&self) -> Option<String> {
        let left = |until: &Until| until.map_or_else(|| "for good".into(), |until| (until - self.now).to_string());
        if let Some(until) = &self.bell.all {
            return Some(format!("muted: all {}", left(until)));
        }
        let (first, until) = self.bell.tenants.first_key_value()?;
        let more = self.bell.tenants.len() - 1;
        let more = if more > 0 { format!(" +{more}") } else { String::new() };
        Some(format!("muted: {first} {}{more}", left(until)))
    }
}

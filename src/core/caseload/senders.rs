//! Listens to a tenant's tools and heartbeats, and reports those that are missing as the program's own alerts.
//!
//! One deadline stands for all of them, never later than the first that matters: an alert that only says that its tool still
//! lives moves no deadline.

use std::sync::Arc;

use wildmatch::WildMatch;

use super::{Caseload, Due, Sent};
use crate::core::alert::{AlertStatus, Report};
use crate::core::change::Change;
use crate::core::quiet::{self, Beat, MOST_BEATS, MOST_SENDERS, Next, Sender};
use crate::core::standing::Standing;
use crate::core::tenant::{Senders, Tenant};
use crate::core::time::Moment;

/// How a tenant's senders are watched.
#[derive(Debug, Default)]
pub(super) struct Watch {
    heartbeats: Vec<WildMatch>,
    /// When they are looked at next.
    look_at: Option<Moment>,
}

impl Watch {
    /// As the tenant's settings say.
    pub(super) fn of(tenant: &Tenant) -> Self {
        let globs = tenant.settings.senders.heartbeats.iter();
        Self { heartbeats: globs.map(|glob| WildMatch::new_case_insensitive(glob.trim())).collect(), look_at: None }
    }

    fn is_heartbeat(&self, signature: &str) -> bool {
        self.heartbeats.iter().any(|glob| glob.matches(signature.trim()))
    }
}

impl Standing {
    /// Somebody is waited for.
    pub fn listens(&self) -> bool {
        !self.senders.is_empty() || !self.beats.is_empty()
    }
}

impl Caseload {
    /// Hears an alert: its tool lives. True when it is a heartbeat, which means no more than that.
    pub(super) fn hear(&mut self, now: Moment, report: &Arc<Report>, changes: &mut Vec<Change>) -> bool {
        if quiet::is_ours(report) {
            return false;
        }
        if self.tenant.settings.senders.watch {
            self.hear_sender(now, &report.tool_source, changes);
        }
        let beats = self.watch.is_heartbeat(&report.signature);
        if beats {
            self.hear_beat(now, report, changes);
        }
        beats
    }

    /// The engine was away: nobody could be heard.
    pub fn resumed(&mut self, now: Moment) {
        self.standing.listening_since = now;
        self.standing_touched = true;
        self.schedule_senders();
    }

    /// It is time to look who is missing.
    pub(super) fn due_senders(&mut self, at: Moment, changes: &mut Vec<Change>) {
        if self.watch.look_at == Some(at) {
            self.look(at, changes);
        }
    }

    /// Takes up what the store kept.
    pub(super) fn load_senders(&mut self) {
        self.watch = Watch::of(&self.tenant);
        self.schedule_senders();
    }

    /// The settings have changed: who isn't watched any more isn't missing either.
    pub(super) fn settle_senders(&mut self, now: Moment, changes: &mut Vec<Change>) {
        self.watch = Watch::of(&self.tenant);
        let mut back = Vec::new();
        if !self.tenant.settings.senders.watch {
            let senders = std::mem::take(&mut self.standing.senders);
            self.standing_touched |= !senders.is_empty();
            let quiet = senders.into_values().filter(|sender| sender.quiet);
            back.extend(quiet.map(|sender| sender.report(now, AlertStatus::Resolved)));
        }
        let unnamed = |beat: &Beat| !self.watch.is_heartbeat(&beat.signature);
        let gone = self.standing.beats.iter().filter(|(_, beat)| unnamed(beat)).map(|(key, _)| key.clone());
        for key in gone.collect::<Vec<_>>() {
            self.standing_touched = true;
            let beat = self.standing.beats.remove(&key).filter(|beat| beat.missing);
            back.extend(beat.map(|beat| beat.report(&key, now, AlertStatus::Resolved)));
        }
        self.tell_ourselves(now, back, changes);
        self.look(now, changes);
    }

    fn hear_sender(&mut self, now: Moment, tool: &str, changes: &mut Vec<Change>) {
        let since = self.standing.listening_since;
        let room = self.standing.senders.len() < MOST_SENDERS;
        let key = tool.trim().to_lowercase();
        let mut back = None;
        match self.standing.senders.get_mut(&key) {
            Some(sender) => {
                let quiet = std::mem::take(&mut sender.quiet);
                back = quiet.then(|| sender.report(now, AlertStatus::Resolved));
                if !sender.heard(now, since) && !quiet {
                    return;
                }
            }
            None if room => drop(self.standing.senders.insert(key.clone(), Sender::new(tool, now))),
            None => return,
        }
        self.standing_touched = true;
        if let Some(sender) = self.standing.senders.get(&key) {
            self.look_by(sender.next(&self.tenant.settings.senders, since).at());
        }
        self.tell_ourselves(now, back, changes);
    }

    fn hear_beat(&mut self, now: Moment, report: &Report, changes: &mut Vec<Change>) {
        let since = self.standing.listening_since;
        let over = report.status == AlertStatus::Resolved;
        let key = Beat::key(report);
        let known = self.standing.beats.contains_key(&key);
        if !known && self.standing.beats.len() >= MOST_BEATS {
            return;
        }
        let beat = self.standing.beats.entry(key.clone()).or_insert_with(|| Beat::new(report, now));
        let was_missing = std::mem::replace(&mut beat.missing, over);
        let news = !over && beat.heard(now);
        if known && !news && was_missing == over {
            return;
        }
        let status = if over { AlertStatus::Firing } else { AlertStatus::Resolved };
        let told = (was_missing != over).then(|| beat.report(&key, now, status));
        self.standing_touched = true;
        if let Some(beat) = self.standing.beats.get(&key) {
            self.look_by(beat.next(&self.tenant.settings.senders, since).at());
        }
        self.tell_ourselves(now, told, changes);
    }

    /// Reports who is missing by now, and forgets who has been for too long.
    fn look(&mut self, at: Moment, changes: &mut Vec<Change>) {
        let rules = self.tenant.settings.senders.clone();
        let (reports, forgot) = self.standing.look(at, &rules);
        self.standing_touched |= forgot || !reports.is_empty();
        self.tell_ourselves(at, reports, changes);
        self.schedule_senders();
    }

    /// Our own alerts go the way of all alerts.
    fn tell_ourselves(&mut self, now: Moment, reports: impl IntoIterator<Item = Report>, changes: &mut Vec<Change>) {
        for report in reports {
            self.receive(now, &Arc::new(report), Sent::default(), changes);
        }
    }

    fn schedule_senders(&mut self) {
        self.watch.look_at = None;
        if let Some(at) = self.standing.next_look(&self.tenant.settings.senders) {
            self.look_by(at);
        }
    }

    /// Somebody may be missing then.
    fn look_by(&mut self, at: Moment) {
        if self.watch.look_at.is_none_or(|look_at| at < look_at) {
            self.watch.look_at = Some(at);
            self.dues.push((at, Due::Senders));
        }
    }
}

impl Standing {
    /// When somebody may first be missing.
    fn next_look(&self, rules: &Senders) -> Option<Moment> {
        let since = self.listening_since;
        let senders = self.senders.values().map(|sender| sender.next(rules, since));
        let beats = self.beats.values().map(|beat| beat.next(rules, since));
        senders.chain(beats).map(Next::at).min()
    }

    /// Marks who is missing by `at`, with what is to be reported, and forgets who has been for too long; says whether any was.
    fn look(&mut self, at: Moment, rules: &Senders) -> (Vec<Report>, bool) {
        let since = self.listening_since;
        let mut reports = Vec::new();
        let known = self.senders.len() + self.beats.len();
        self.senders.retain(|_, sender| match sender.next(rules, since) {
            Next::MissingAt(then) if then <= at => {
                sender.quiet = true;
                reports.push(sender.report(at, AlertStatus::Firing));
                true
            }
            Next::ForgottenAt(then) => then > at,
            Next::MissingAt(_) => true,
        });
        self.beats.retain(|key, beat| match beat.next(rules, since) {
            Next::MissingAt(then) if then <= at => {
                beat.missing = true;
                reports.push(beat.report(key, at, AlertStatus::Firing));
                true
            }
            Next::ForgottenAt(then) => then > at,
            Next::MissingAt(_) => true,
        });
        (reports, self.senders.len() + self.beats.len() < known)
    }
}

//! What may run though nobody asked for it, and when it stops.
//!
//! A runbook of low risk runs by itself where the tenant's settings say so by name; at most so many times an hour on one asset,
//! never beside another run there, never for an incident that somebody wants left alone. One machine may have many assets, as a
//! glob of the asset map has it, or its name and its address: it counts as an asset too, or whoever sends alerts could have as
//! many runs there as there are names. Every such run that does not succeed counts against its asset and its machine; when the count of all runbooks there comes to the setting, nothing runs there by itself any more.
//! A run of the same runbook that succeeds there takes its failures off the count. As nothing runs by itself then, that is a
//! person's; or the tenant's `actions` are set anew. Time alone never does it, nor another incident: the reason why it failed
//! may still be there.

use std::collections::BTreeSet;

use crate::core::caseload::{Caseload, Glob};
use crate::core::execution::order::{Order, Target};
use crate::core::execution::step::Barred;
use crate::core::execution::{BY_ITSELF, Execution, Outcome};
use crate::core::incident::Incident;
use crate::core::input::Actor;
use crate::core::role::Risk;
use crate::core::tenant::Actions;
use crate::core::time::{Moment, Span};

/// Assets and machines with failures that are remembered. With more, something is wrong everywhere, and nothing runs by itself.
const PLACES: usize = 1_000;

impl Caseload {
    /// Whether a runbook of low risk may run by itself for an incident now.
    ///
    /// # Errors
    /// Why not.
    pub fn check_by_itself(&self, now: Moment, number: u64, runbook: &str) -> Result<(), Barred> {
        let actions = &self.tenant.settings.actions;
        let opted_in = |glob: &String| Glob::new(&glob.trim().to_lowercase()).matches(&runbook.to_lowercase());
        if !actions.auto.iter().any(opted_in) {
            return barred(format!("{runbook} is not in this tenant's actions.auto"));
        }
        let incident = self.incident(number).ok_or(Barred::NoIncident)?;
        if let Some(why) = left_alone(now, incident) {
            return barred(why);
        }
        self.check_place(now, &key(&incident.asset_name), runbook)
    }

    /// The limits of one asset, or of one machine.
    fn check_place(&self, now: Moment, place: &str, runbook: &str) -> Result<(), Barred> {
        let actions = &self.tenant.settings.actions;
        let there = |execution: &&std::sync::Arc<Execution>| {
            execution.order.targets.iter().any(|target| places(target).iter().any(|one| one == place))
        };
        if let Some(other) = self.executions().filter(there).find(|other| other.is_under_way()) {
            return barred(format!("{} runs there", other.id));
        }
        if let Some(why) = self.stopped_on(place, runbook, actions) {
            return barred(why);
        }
        let lately =
            |execution: &&std::sync::Arc<Execution>| execution.order.auto && execution.asked_at + Span::HOUR > now;
        let count = self.executions().filter(there).filter(lately).count();
        if count >= actions.auto_per_hour as usize {
            return barred(format!("{count} runs within the hour there; actions.auto_per_hour allows no more"));
        }
        Ok(())
    }

    /// What nobody asked for: all of it must be allowed, and nobody else may ask for such a thing, nor under that name for
    /// another.
    pub(super) fn check_unasked(&self, now: Moment, by: &Actor, order: &Order) -> Result<(), Barred> {
        let runbook = match &order.runbook {
            Some(runbook) if order.auto && by.who == BY_ITSELF => runbook,
            Some(_) if order.auto => return barred(format!("only {BY_ITSELF} asks for that")),
            None if order.auto => return barred("a command that comes from no runbook never does".into()),
            _ => return barred(format!("{BY_ITSELF} is nobody's name; ask under your own")),
        };
        if order.risk != Risk::Low {
            return barred(format!("its risk is {}, and only what is of low risk does", order.risk.word()));
        }
        order.targets.iter().try_for_each(|target| {
            self.check_by_itself(now, target.incident.number, runbook)?;
            self.check_place(now, target.instance.as_str(), runbook)
        })
    }

    /// Counts how it ended, for the runs that nobody asks for.
    pub(super) fn learn_from(&mut self, execution: &Execution) {
        let (Some(runbook), Some(outcome)) = (&execution.order.runbook, execution.outcome()) else { return };
        // A set: where an asset is called by its machine's id, one failure is one.
        let all: BTreeSet<String> = execution.order.targets.iter().flat_map(places).collect();
        for place in all {
            let failed = &mut self.standing.failed_by_itself;
            if outcome == Outcome::Success {
                let Some(there) = failed.get_mut(&place) else { continue };
                self.standing_touched |= there.remove(runbook).is_some();
                if there.is_empty() {
                    failed.remove(&place);
                }
            } else if execution.order.auto {
                let times = failed.entry(place).or_default().entry(runbook.clone()).or_default();
                *times = times.saturating_add(1);
                self.standing_touched = true;
            }
        }
    }

    /// The settings have changed: somebody has looked at it.
    pub(in crate::core::caseload) fn allow_anew(&mut self, before: &Actions) {
        if *before != self.tenant.settings.actions && !self.standing.failed_by_itself.is_empty() {
            self.standing.failed_by_itself.clear();
            self.standing_touched = true;
        }
    }

    fn stopped_on(&self, place: &str, runbook: &str, actions: &Actions) -> Option<String> {
        let failed = &self.standing.failed_by_itself;
        if failed.len() >= PLACES {
            return Some(format!(
                "it has failed on {PLACES} assets and machines; set this tenant's actions when that is mended"
            ));
        }
        let there = failed.get(place)?;
        let times = there.values().fold(0u32, |sum, times| sum.saturating_add(*times));
        let cure = there.keys().next().map_or(runbook, |name| name);
        (times >= actions.auto_failures).then(|| {
            format!("it has failed {times} times there; run {cure} there yourself, and if that succeeds it may again")
        })
    }
}

/// Somebody does not want to be troubled with it, or it is over.
fn left_alone(now: Moment, incident: &Incident) -> Option<String> {
    match incident {
        Incident { merged_into: Some(into), .. } => Some(format!("the incident was merged into {into}")),
        Incident { silenced_by: Some(window), .. } => Some(format!("the incident is silenced by window {window}")),
        Incident { snoozed_until: Some(until), .. } if *until > now => Some("the incident is snoozed".into()),
        _ if !incident.is_open() => Some("the incident is resolved".into()),
        _ => None,
    }
}

/// What a run on a target counts for: its asset, and its machine by whatever name.
fn places(target: &Target) -> [String; 2] {
    [key(&target.asset), target.instance.as_str().to_owned()]
}

/// Assets compare without case, as everywhere.
fn key(asset: &str) -> String {
    asset.trim().to_lowercase()
}

fn barred(why: String) -> Result<(), Barred> {
    Err(Barred::NotByItself(why))
}

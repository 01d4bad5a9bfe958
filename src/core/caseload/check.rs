//! Whether what an operator wants makes sense now, and why not.

use super::Caseload;
use crate::core::alert::AlertStatus;
use crate::core::engine::Senseless;
use crate::core::incident::Incident;
use crate::core::input::{Act, Gather};
use crate::core::time::{Moment, Span};

/// How far ahead an acknowledgement or a snooze may reach.
const FARTHEST: Span = Span(30 * Span::DAY.0);
/// Bytes of a name, a reason and a note, at most.
const NAME: usize = 128;
const REASON: usize = 1_024;
const NOTE: usize = 8_192;
/// Alerts that can be gathered at a time.
const GATHERED: usize = 1_000;

impl Caseload {
    /// Whether an operator's command makes sense.
    ///
    /// # Errors
    /// Why it doesn't.
    pub fn check(&self, now: Moment, number: u64, act: &Act) -> Result<(), Senseless> {
        let incident = self.incident(number).ok_or(Senseless::NoIncident)?;
        match act {
            Act::Note { text } => note(text),
            Act::Restore(restore) => self.check_restore(restore),
            _ if incident.merged_into.is_some() => self.check_merged(incident),
            Act::Reopen => Ok(()),
            Act::Resolve { note: text } => text.as_deref().map_or(Ok(()), |text| at_most(text, NOTE)),
            Act::Unmerge { part } if !incident.merged.contains(part) || self.incident(*part).is_none() => {
                Err(Senseless::NotItsPart)
            }
            Act::Unmerge { .. } => Ok(()),
            _ if !incident.is_open() => Err(Senseless::Resolved),
            Act::Start | Act::Wake | Act::Release => Ok(()),
            Act::Acknowledge { why, until } => {
                reason(why.as_deref())?;
                until.map_or(Ok(()), |until| ahead(now, until))
            }
            Act::Assign { to } => name(to),
            Act::Snooze { until, why } => {
                reason(why.as_deref())?;
                ahead(now, *until)
            }
            Act::Escalate { to, why } => {
                reason(why.as_deref())?;
                to.as_deref().map_or(Ok(()), name)
            }
            Act::Merge { into } if *into == number => Err(Senseless::Itself),
            Act::Merge { into } => self.check_target(*into),
        }
    }

    /// Whether alerts can be gathered.
    ///
    /// # Errors
    /// Why they can't.
    pub fn check_gather(&self, gather: &Gather) -> Result<(), Senseless> {
        let firing = gather.alerts.iter().filter(|alert| alert.report.status == AlertStatus::Firing).count();
        if firing == 0 {
            return Err(Senseless::NoAlerts);
        }
        if gather.alerts.len() > GATHERED {
            return Err(Senseless::TooMany);
        }
        if gather.from.is_some() && gather.from == gather.into {
            return Err(Senseless::Itself);
        }
        if let Some(from) = gather.from {
            let incident = self.incident(from).ok_or(Senseless::NoIncident)?;
            self.check_merged(incident)?;
            if incident.alert_count <= firing as u64 {
                return Err(Senseless::NothingLeft);
            }
        }
        gather.into.map_or(Ok(()), |into| self.check_target(into))
    }

    fn check_target(&self, number: u64) -> Result<(), Senseless> {
        let target = self.incident(number).ok_or_else(|| Senseless::NoTarget(self.incident_id(number)))?;
        self.check_merged(target)?;
        if target.is_open() { Ok(()) } else { Err(Senseless::TargetResolved(target.id.clone())) }
    }

    fn check_merged(&self, incident: &Incident) -> Result<(), Senseless> {
        match &incident.merged_into {
            Some(into) => Err(Senseless::MergedInto(into.clone())),
            None => Ok(()),
        }
    }
}

fn note(text: &str) -> Result<(), Senseless> {
    if text.trim().is_empty() { Err(Senseless::EmptyNote) } else { at_most(text, NOTE) }
}

fn name(text: &str) -> Result<(), Senseless> {
    if text.trim().is_empty() { Err(Senseless::NoName) } else { at_most(text, NAME) }
}

fn reason(text: Option<&str>) -> Result<(), Senseless> {
    text.map_or(Ok(()), |text| at_most(text, REASON))
}

fn at_most(text: &str, most: usize) -> Result<(), Senseless> {
    if text.len() > most { Err(Senseless::TooLong) } else { Ok(()) }
}

fn ahead(now: Moment, until: Moment) -> Result<(), Senseless> {
    if until <= now {
        return Err(Senseless::Past);
    }
    if until - now > FARTHEST { Err(Senseless::TooFar) } else { Ok(()) }
}

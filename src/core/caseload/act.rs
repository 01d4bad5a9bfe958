//! What operators may do to an incident.

use super::{Caseload, Tell};
use crate::core::change::Change;
use crate::core::engine::Senseless;
use crate::core::incident::Status;
use crate::core::input::{Act, OnIncident};
use crate::core::time::Moment;
use crate::core::timeline::Event;

impl Caseload {
    /// Whether an operator's command makes sense.
    pub fn check(&self, number: u64, act: &Act) -> Result<(), Senseless> {
        let incident = self.incident(number).ok_or(Senseless::NoIncident)?;
        match act {
            Act::Note { text } if text.trim().is_empty() => Err(Senseless::EmptyNote),
            Act::Note { text } if text.len() > 8_192 => Err(Senseless::TooLong),
            Act::Assign { to } if to.len() > 128 || to.trim().is_empty() => Err(Senseless::TooLong),
            Act::Acknowledge { .. } | Act::Assign { .. } if !incident.is_open() => Err(Senseless::Resolved),
            _ => Ok(()),
        }
    }

    /// An operator's command. One that makes no sense, or changes nothing, does nothing.
    pub fn act(&mut self, now: Moment, on: &OnIncident, changes: &mut Vec<Change>) {
        let Some(incident) = self.incident(on.incident) else { return };
        if self.check(on.incident, &on.act).is_err() {
            return;
        }
        let (number, open, who) = (on.incident, incident.is_open(), Some(on.by.who.clone()));
        match &on.act {
            Act::Acknowledge { .. } if incident.status == Status::New => {
                self.change(now, number, Tell::Updated, changes, |incident| {
                    incident.status = Status::Acknowledged;
                    incident.acknowledged_by = Some(on.by.who.clone());
                });
                self.write(now, number, who, Event::Acknowledged { why: None, until: None }, changes);
            }
            Act::Assign { to } if incident.assigned_to.as_ref() != Some(to) || incident.status == Status::New => {
                self.change(now, number, Tell::Updated, changes, |incident| {
                    incident.assigned_to = Some(to.clone());
                    if *to == on.by.who && incident.status == Status::New {
                        incident.status = Status::Acknowledged;
                        incident.acknowledged_by = Some(on.by.who.clone());
                    }
                });
                self.write(now, number, who, Event::Assigned { to: to.clone() }, changes);
            }
            Act::Resolve { .. } if open => self.resolve(now, number, who, changes),
            Act::Reopen if !open => {
                self.change(now, number, Tell::Updated, changes, |incident| {
                    let kept = incident.assigned_to.is_some();
                    incident.status = if kept { Status::Acknowledged } else { Status::New };
                    incident.acknowledged_by.take_if(|_| !kept);
                    incident.resolved_at = None;
                    incident.resolved_by = None;
                });
                self.write(now, number, who, Event::Reopened, changes);
                self.settle_silence(now, number, changes);
                self.schedule(number);
            }
            Act::Note { text } => self.write(now, number, who, Event::Note { text: text.clone() }, changes),
            _ => {}
        }
    }
}

//! Who was first: two people who do the same to one incident at once have not seen each other's doing. The one is done; the other is
//! told by whom, and how long ago, instead of being passed over or taking it away again.
//!
//! In memory only, and asked before an act is written down, never when it is applied: what was taken stays taken at a replay.

use std::collections::BTreeMap;

use super::engine::Senseless;
use super::id::IncidentId;
use super::incident::Incident;
use super::input::{Act, Actor};
use super::time::{Moment, Span};

/// Nobody has read what another did so short a while ago, and decided to do otherwise.
const AT_ONCE: Span = Span(10_000);

/// What was done to incidents a moment ago.
#[derive(Debug, Default)]
pub struct Firsts {
    lately: BTreeMap<(IncidentId, Deed), Done>,
}

#[derive(Debug)]
struct Done {
    who: String,
    at: Moment,
}

/// What one person does and another can be late for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Deed {
    Resolved,
    /// Worked on it from then on, or gave it to somebody.
    Taken,
    Acknowledged,
}

impl Firsts {
    /// Somebody did something to an incident, which is as it is since.
    pub fn remember(&mut self, at: Moment, by: &Actor, act: &Act, incident: &Incident) {
        self.lately.retain(|_, done| at - done.at < AT_ONCE);
        let deed = match act {
            Act::Acknowledge { .. } if incident.acknowledged_by.as_ref() == Some(&by.who) => Deed::Acknowledged,
            Act::Start | Act::Assign { .. } => Deed::Taken,
            Act::Resolve { .. } if incident.resolved_by.as_ref() == Some(&by.who) => Deed::Resolved,
            _ => return,
        };
        // One whose act changed nothing does not take the place of who was first.
        let of = (incident.id.clone(), deed);
        if self.lately.get(&of).is_none_or(|done| !deed.stands(&done.who, incident) || deed == Deed::Taken) {
            self.lately.insert(of, Done { who: by.who.clone(), at });
        }
    }

    /// Whether somebody is the first to do that.
    ///
    /// # Errors
    /// Who was, and how long ago.
    pub fn check(&self, now: Moment, by: &Actor, act: &Act, incident: &Incident) -> Result<(), Senseless> {
        let deeds: &[Deed] = match act {
            Act::Acknowledge { .. } => &[Deed::Resolved, Deed::Taken, Deed::Acknowledged],
            Act::Start | Act::Assign { .. } => &[Deed::Resolved, Deed::Taken],
            Act::Resolve { .. } => &[Deed::Resolved],
            _ => &[],
        };
        for deed in deeds {
            let Some(done) = self.lately.get(&(incident.id.clone(), *deed)) else { continue };
            let late = now - done.at < AT_ONCE && done.who != by.who && deed.stands(&done.who, incident);
            if late && deed.is_in_the_way(&done.who, by, act, incident) {
                return Err(Senseless::Late {
                    who: done.who.clone(),
                    did: deed.words(&done.who, incident),
                    ago: now - done.at,
                });
            }
        }
        Ok(())
    }
}

impl Deed {
    /// Whether the incident still is as somebody made it.
    fn stands(self, who: &str, incident: &Incident) -> bool {
        let is = |name: &Option<String>| name.as_deref() == Some(who);
        match self {
            Self::Resolved => !incident.is_open() && is(&incident.resolved_by),
            Self::Taken => incident.is_open() && incident.assigned_to.is_some(),
            Self::Acknowledged => incident.is_open() && is(&incident.acknowledged_by),
        }
    }

    /// Whether an act says otherwise than what somebody did, or the same in another's name.
    fn is_in_the_way(self, who: &str, by: &Actor, act: &Act, incident: &Incident) -> bool {
        let has_it = incident.assigned_to.as_deref();
        match (self, act) {
            // Given to somebody, it still wants to be seen by them.
            (Self::Taken, Act::Acknowledge { .. }) => has_it == Some(who),
            (Self::Taken, Act::Assign { to }) => has_it != Some(to.trim()),
            (Self::Taken, _) => has_it != Some(&by.who),
            (Self::Resolved | Self::Acknowledged, _) => true,
        }
    }

    fn words(self, who: &str, incident: &Incident) -> String {
        match (self, &incident.assigned_to) {
            (Self::Resolved, _) => "resolved it".into(),
            (Self::Acknowledged, _) => "acknowledged it".into(),
            (Self::Taken, Some(name)) if name != who => format!("gave it to {name}"),
            (Self::Taken, _) => "took it".into(),
        }
    }
}

/// `3 s ago`.
pub(super) fn since(span: Span) -> String {
    match span.0.max(0).div_euclid(1_000) {
        0 => "just now".into(),
        seconds => format!("{seconds} s ago"),
    }
}

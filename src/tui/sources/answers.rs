//! What the engine says about sources, and what is shown of it. What was issued is shown even when nobody looks at sources any
//! more: it is shown once.

use super::asks;
use crate::core::id::TenantId;
use crate::core::source::Source;
use crate::core::source::auth::Auth;
use crate::core::time::Moment;
use crate::link::source::{Ask, Body, Shown, Told};
use crate::link::{Refusal, Reply};
use crate::tui::app::App;
use crate::tui::popups::Popup;
use crate::tui::popups::sources::pasting::{Came, Pasting};

const ELSE: &str = "the engine answered something else";

impl App {
    /// The engine has answered something about a tenant's sources, or refused.
    pub fn source_answered(&mut self, tenant: &TenantId, ask: Ask, answer: Result<Reply, Refusal>) {
        let answer = match answer {
            Ok(Reply::Source(told)) => Ok(Some(told)),
            Ok(Reply::Done) => Ok(None),
            Ok(_) => Err(ELSE.to_owned()),
            Err(refusal) => Err(refusal.message),
        };
        match (&ask, answer) {
            (Ask::List, Ok(Some(Told::List(all)))) => self.sources_listed(tenant, Ok(all)),
            (Ask::List, Ok(_)) => self.sources_listed(tenant, Err(ELSE.into())),
            (Ask::List, Err(why)) => self.sources_listed(tenant, Err(why)),
            (Ask::Read { .. }, answer) => {
                let read = answer.and_then(|told| match told {
                    Some(Told::Reading(read)) => Ok(read),
                    _ => Err(ELSE.into()),
                });
                for popup in &mut self.popups {
                    if let Popup::Understood(understood) = popup
                        && understood.tenant == *tenant
                        && understood.ask == ask
                    {
                        understood.answered(read.clone());
                    }
                }
            }
            (_, Ok(Some(Told::Issued(issued)))) => {
                let known = self.source_named(tenant, &issued.name);
                let auth = match (&ask, &known) {
                    (Ask::Add { auth: Some(auth), .. }, _) => Auth::clone(auth),
                    (_, Some(known)) => known.source.auth.clone(),
                    (_, None) => Source::of(issued.kind).auth,
                };
                let before = known.map(|known| known.health).unwrap_or_default();
                self.popups.retain(|popup| !matches!(popup, Popup::Adding(_)));
                self.sources_changed(tenant);
                self.popup(Popup::Pasting(Box::new(Pasting::new(*issued, &auth, before))));
            }
            (Ask::Replay { .. }, Ok(Some(Told::Replayed { taken, left }))) => {
                let still = if left > 0 { format!("; {left} still can't be read") } else { String::new() };
                match taken {
                    0 => self.mistake(format!("nothing was taken{still}")),
                    taken => self.notice(format!("{taken} taken as if they came now{still}")),
                }
                self.unread_changed(tenant);
            }
            (Ask::Discard { numbers }, Ok(None)) => {
                self.notice(format!("{} forgotten", numbers.len()));
                self.unread_changed(tenant);
            }
            (ask, Ok(_)) => {
                self.notice(done(ask));
                self.sources_changed(tenant);
            }
            (Ask::Add { .. }, Err(why)) => match self.popups.last_mut() {
                Some(Popup::Adding(adding)) => adding.refused(why),
                _ => self.mistake(why),
            },
            (_, Err(why)) => {
                self.mistake(why);
                self.sources_changed(tenant);
            }
        }
    }

    fn sources_listed(&mut self, tenant: &TenantId, answer: Result<Vec<Shown>, String>) {
        let now: Moment = self.now;
        let mut came = false;
        for popup in &mut self.popups {
            match popup {
                Popup::Sources(list) if list.tenant == *tenant => list.answered(answer.clone()),
                Popup::Pasting(pasting) if pasting.tenant == *tenant => {
                    came |= pasting.answered(now, answer.as_deref().unwrap_or_default());
                }
                _ => {}
            }
        }
        // Whoever waits for the first message wants to see what became of it; whoever does something else does not.
        if came
            && let Some(Popup::Pasting(pasting)) = self.popups.last()
            && let Came::Message(Some(alert)) = pasting.came().clone()
        {
            let name = pasting.name.clone();
            self.explain_alert(tenant.clone(), name, alert);
        }
    }

    fn source_named(&self, tenant: &TenantId, name: &str) -> Option<Shown> {
        let known = |popup: &Popup| match popup {
            Popup::Sources(list) if list.tenant == *tenant => list.all().iter().find(|one| one.name == name).cloned(),
            _ => None,
        };
        self.popups.iter().find_map(known)
    }

    /// What is known of a tenant's sources is old.
    fn sources_changed(&mut self, tenant: &TenantId) {
        for popup in &mut self.popups {
            if let Popup::Sources(list) = popup
                && list.tenant == *tenant
            {
                list.due().now();
            }
        }
    }

    /// The engine may have lost what was asked.
    pub fn ask_sources_anew(&mut self) {
        let mut again = Vec::new();
        for popup in &mut self.popups {
            match popup {
                Popup::Sources(list) => list.due().now(),
                Popup::Pasting(pasting) => pasting.due().now(),
                Popup::Understood(understood) => again.push((understood.tenant.clone(), understood.ask.clone())),
                _ => {}
            }
        }
        again.into_iter().for_each(|(tenant, ask)| self.effect(asks(tenant, ask)));
    }
}

/// What was done, in words.
fn done(ask: &Ask) -> String {
    match ask {
        Ask::List | Ask::Read { .. } => "done".into(),
        Ask::Add { name, .. } => format!("{name} is added"),
        Ask::Set { name, .. } => format!("{name} is changed"),
        Ask::RotateKey { name } => format!("{name} has a new key"),
        Ask::RotateSecret { name, .. } => format!("{name} has a new secret"),
        Ask::Remove { name } => format!("{name} is taken away"),
        Ask::Topic { topic, approve: true, .. } => format!("{topic} may send"),
        Ask::Topic { topic, approve: false, .. } => format!("{topic} may not send"),
        Ask::Replay { .. } => "taken again".into(),
        Ask::Discard { .. } => "forgotten".into(),
    }
}

/// What is asked, for the log of the seat; nothing of what only looks.
pub fn asked(tenant: &TenantId, ask: &Ask) -> Option<String> {
    match ask {
        Ask::List | Ask::Read { body: Body::Bytes(_) | Body::Alert(_) | Body::Quarantined(_), .. } => None,
        Ask::Add { name, kind, .. } => Some(format!("add the source {name} ({kind}) to {tenant}")),
        Ask::Set { name, .. } => Some(format!("change the source {name} of {tenant}")),
        Ask::RotateKey { name } => Some(format!("a new key for {name} of {tenant}")),
        Ask::RotateSecret { name, .. } => Some(format!("a new secret for {name} of {tenant}")),
        Ask::Remove { name } => Some(format!("take away the source {name} of {tenant}")),
        Ask::Replay { name, numbers } => {
            let which = match (name, numbers.len()) {
                (Some(name), 0) => format!("all of {name}"),
                (None, 0) => "all".into(),
                (_, many) => many.to_string(),
            };
            Some(format!("take unreadable requests of {tenant} again: {which}"))
        }
        Ask::Discard { numbers } => Some(format!("forget {} unreadable requests of {tenant}", numbers.len())),
        Ask::Topic { name, topic, approve } => {
            Some(format!("{} {topic} to send to {name} of {tenant}", if *approve { "let" } else { "forbid" }))
        }
    }
}

//! Sources at a plain seat: how they are, topics that ask to send, and what could not be read. They are added, changed and taken away
//! elsewhere: `source add` brings what is to be pasted as lines, too.

use super::{Outcome, Plain, words};
use crate::core::id::TenantId;
use crate::link::source::{Ask, Shown, Told};
use crate::link::{Quarantined, Reply, Request};
use crate::tui::effect::Purpose;
use crate::tui::popups::machines::ago;
use crate::tui::popups::sources::words as said;

/// How many requests are told at once.
const LISTED: usize = 20;

impl Plain {
    /// `comp_acme`: its sources. One tenant needs no name.
    pub(super) fn sources(&self, which: &str) -> Outcome {
        self.of_tenant(which, |tenant| {
            (Purpose::Source { tenant: tenant.clone(), about: Box::new(Ask::List) }, Ask::List)
        })
    }

    /// `comp_acme`: its requests that could not be read.
    pub(super) fn unreadable(&self, which: &str) -> Outcome {
        match self.tenant_named(which) {
            Some(tenant) => {
                let ask = (Purpose::Quarantine(tenant.clone()), Request::Quarantine { tenant });
                Outcome { ask: Some(ask), ..Outcome::default() }
            }
            None => Self::which_tenant(),
        }
    }

    /// `comp_acme 7`: that one is taken again, or forgotten.
    pub(super) fn again(&self, rest: &str, discard: bool) -> Outcome {
        let (tenant, number) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let Ok(number) = number.trim().parse::<u64>() else {
            return Outcome::say("Which one? Its tenant and its number: unreadable tells them.");
        };
        let ask = match discard {
            true => Ask::Discard { numbers: vec![number] },
            false => Ask::Replay { name: None, numbers: vec![number] },
        };
        self.of_tenant(tenant, |tenant| (Purpose::Source { tenant: tenant.clone(), about: Box::new(ask.clone()) }, ask))
    }

    /// `comp_acme prod-sns arn:aws:sns:…`: it may send there, or not.
    pub(super) fn topic(&self, rest: &str, approve: bool) -> Outcome {
        let mut parts = rest.split_whitespace();
        let (Some(tenant), Some(name), Some(topic), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Outcome::say("Which topic? Its tenant, the source and the whole ARN: sources tells them.");
        };
        let ask = Ask::Topic { name: name.into(), topic: topic.into(), approve };
        self.of_tenant(tenant, |tenant| (Purpose::Source { tenant: tenant.clone(), about: Box::new(ask.clone()) }, ask))
    }

    /// What the engine said about a tenant's sources.
    pub(super) fn source_answered(&self, tenant: &TenantId, about: &Ask, reply: Reply) -> Option<Outcome> {
        let lines = match (about, reply) {
            (Ask::List, Reply::Source(Told::List(all))) if all.is_empty() => vec!["There is no source.".into()],
            (Ask::List, Reply::Source(Told::List(all))) => {
                all.iter().flat_map(|one| self.source_in_words(tenant, one)).collect()
            }
            (Ask::Replay { .. }, Reply::Source(Told::Replayed { taken, left })) => {
                vec![format!("Taken as if they came now: {taken}. Still unreadable: {left}.")]
            }
            (Ask::Discard { .. }, Reply::Done) => vec!["Forgotten.".into()],
            (Ask::Topic { topic, approve, .. }, Reply::Done) => {
                vec![format!("{topic} {} send.", if *approve { "may" } else { "may not" })]
            }
            _ => return None,
        };
        Some(Outcome { lines, ..Outcome::default() })
    }

    /// A tenant's requests that could not be read.
    pub(super) fn unreadable_in_words(&self, tenant: &TenantId, all: &[Quarantined]) -> Outcome {
        let line = |one: &Quarantined| {
            let when = words::time(self, one.at);
            let Quarantined { number, source, reason, fields, raw, .. } = one;
            let fields = fields.join(" ");
            format!("{number}: from {source} {when}, {} bytes: {reason} {fields}", raw.len()).trim_end().to_owned()
        };
        let mut lines: Vec<String> = all.iter().take(LISTED).map(line).collect();
        match all.len() {
            0 => lines.push(format!("Nothing of {tenant} is unreadable.")),
            count if count > LISTED => lines.push(format!("And {} more.", count - LISTED)),
            _ => {}
        }
        Outcome { lines, ..Outcome::default() }
    }

    fn source_in_words(&self, tenant: &TenantId, one: &Shown) -> Vec<String> {
        let seen = one.health.seen_at.map_or_else(|| "never seen".into(), |at| format!("seen {}", ago(self.now, at)));
        let wrong = said::wrong(one).map(|wrong| format!("; {wrong}")).unwrap_or_default();
        let (title, scheme) = (one.source.kind.row().title, said::scheme(&one.source.auth));
        let hour = one.health.in_last_hour;
        let mut lines =
            vec![format!("{}, {title}, by {scheme}: {seen}, {hour} within the last hour{wrong}.", one.name)];
        let asking = one.topics.iter().filter(|topic| !topic.approved);
        lines.extend(asking.map(|topic| {
            let (name, arn) = (&one.name, &topic.arn);
            format!("A topic asks to send to {name}: {arn}. allow-topic {tenant} {name} {arn} lets it.")
        }));
        lines
    }

    fn of_tenant(&self, which: &str, ask: impl FnOnce(&TenantId) -> (Purpose, Ask)) -> Outcome {
        match self.tenant_named(which) {
            Some(tenant) => {
                let (purpose, about) = ask(&tenant);
                Outcome { ask: Some((purpose, Request::Source { tenant, about })), ..Outcome::default() }
            }
            None => Self::which_tenant(),
        }
    }

    /// The tenant of that id, or the only one.
    fn tenant_named(&self, which: &str) -> Option<TenantId> {
        let mut all = self.board.tenants.keys();
        match (which, all.next(), all.next()) {
            ("", Some(only), None) => Some(only.clone()),
            _ => which.parse().ok().filter(|id| self.board.tenants.contains_key(id)),
        }
    }

    fn which_tenant() -> Outcome {
        Outcome::say("Of which tenant? Its id, for example: sources comp_acme")
    }
}

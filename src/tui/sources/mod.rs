//! A tenant's sources at a seat: listed, added, changed, taken away; topics let in or not; bodies that nobody could read explained,
//! taken again or forgotten. What may be done is the engine's to say.

mod answers;
mod unread;

pub use answers::asked;

use super::app::App;
use super::command;
use super::effect::{Effect, Purpose};
use super::input::Input;
use super::panes::incidents;
use super::popups::Popup;
use super::popups::pick::{Choice, Pick};
use super::popups::prompt::Prompt;
use super::popups::sources::Sources;
use super::popups::sources::adding::Adding;
use super::popups::sources::pasting::{Came, Pasting};
use super::popups::sources::topic::Topic;
use super::popups::sources::words;
use super::popups::understood::Understood;
use crate::core::credentials::Secret;
use crate::core::id::{AlertId, TenantId};
use crate::core::limit::Limit;
use crate::core::source::kind::Kind;
use crate::core::time::Span;
use crate::link::Request;
use crate::link::source::{Ask, Body, Shown, TopicShown};

/// How long an old secret stays valid when nothing else is said.
const GRACE: &str = "1d";

/// Whether an answer is waited for when the seat ends.
pub fn is_change(ask: &Ask) -> bool {
    !matches!(ask, Ask::List | Ask::Read { .. })
}

impl App {
    /// Shows the sources of the tenant called `id`, of the selected one, or of the selected incident's.
    pub fn list_sources(&mut self, id: &str) {
        let Some(tenant) = self.tenant_meant(id) else { return };
        self.popup(Popup::Sources(Box::new(Sources::new(tenant))));
        self.settle_due();
    }

    /// `datadog dd-prod`: adds a source. Without the name, asks for the rest.
    pub fn add_source(&mut self, text: &str) {
        let tenant = match self.popups.last() {
            Some(Popup::Sources(list)) => list.tenant.clone(),
            _ => {
                let Some(tenant) = self.tenant_meant("") else { return };
                // Whose it is to be is settled here, and is seen behind the question.
                self.list_sources(tenant.as_str());
                tenant
            }
        };
        if self.is_lost() {
            return;
        }
        let taken = match self.popups.last() {
            Some(Popup::Sources(list)) => list.all().iter().map(|one| one.name.clone()).collect(),
            _ => Vec::new(),
        };
        let (kind, name) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
        let adding = match kind.parse::<Kind>() {
            _ if kind.is_empty() => Adding::new(tenant, taken),
            Ok(kind) if name.is_empty() => Adding::of(tenant, taken, kind),
            Ok(kind) => {
                let name = name.trim().to_owned();
                return self.ask_source(tenant, Ask::Add { name, kind, auth: None, mapping: None, secret: None });
            }
            Err(_) => return self.mistake(format!("no tool {kind}: without one, this lists them")),
        };
        self.popup(Popup::Adding(Box::new(adding)));
    }

    /// What was filled in to add a source is meant.
    pub fn submit_source(&mut self, mut adding: Box<Adding>) {
        let ask = adding.submit();
        let tenant = adding.tenant.clone();
        self.popup(Popup::Adding(adding));
        if let Some(ask) = ask {
            self.ask_source(tenant, ask);
        }
    }

    /// One step back from what was filled in.
    pub fn cancel_source(&mut self, mut adding: Box<Adding>) {
        if adding.back() {
            self.popup(Popup::Adding(adding));
        }
    }

    /// A new key for the selected source, after asking.
    pub fn rotate_source_key(&mut self) {
        let Some((tenant, one)) = self.selected_source() else { return };
        let lines = vec![
            format!("{} ({}) posts with the key until then.", one.name, one.source.kind.row().title),
            "The old key is refused at once.".into(),
            "The new one is shown once, here.".into(),
        ];
        self.confirm_source("A new key for", tenant, &one, lines, Ask::RotateKey { name: one.name.clone() });
    }

    /// A new secret for the selected source; how long the old one stays valid is asked, and then whether.
    pub fn rotate_source_secret(&mut self, grace: &str) {
        let Some((tenant, one)) = self.selected_source() else { return };
        if one.secrets.is_empty() {
            let (name, scheme) = (&one.name, words::scheme(&one.source.auth));
            return self.mistake(format!("{name} proves itself by {scheme}: it has no secret"));
        }
        if grace.is_empty() {
            let Some(command) = command::named("rotate-source-secret") else { return };
            let title = format!("A new secret for {} of {}", one.name, incidents::tenant_name(self, &tenant));
            let hint = "how long the old one stays valid: 0, 1h, 1d".into();
            let prompt = Prompt { command, aim: Vec::new(), title, hint, input: Input::new(GRACE) };
            return self.popup(Popup::Prompt(prompt));
        }
        let seconds = match grace.trim() {
            "0" => 0,
            text => match text.parse::<Limit>() {
                Ok(Limit(Some(Span(span)))) => u64::try_from(span / Span::SECOND.0).unwrap_or(0),
                _ => return self.mistake(format!("{text} is no length of time: 0, 1h, 1d")),
            },
        };
        let old = match seconds {
            0 => "The old secret is refused at once.".to_owned(),
            _ => format!("The old secret stays valid for {}.", grace.trim()),
        };
        let third =
            (one.secrets.len() > 1).then(|| "The one before it is refused at once: two are alive at a time.".into());
        let lines = [Some(old), third, Some("The new one is shown once, here.".into())];
        let ask = Ask::RotateSecret { name: one.name.clone(), grace_seconds: seconds, secret: None };
        self.confirm_source("A new secret for", tenant, &one, lines.into_iter().flatten().collect(), ask);
    }

    /// Takes the selected source away, after asking.
    pub fn remove_source(&mut self) {
        let Some((tenant, one)) = self.selected_source() else { return };
        let lines = vec![
            format!("{} posts to {}.", one.source.kind.row().title, one.url),
            format!("Seen {}, {} requests within the last hour.", words::seen(self, &one), one.health.in_last_hour),
            "Whatever it sends from then on is refused. What it sent stays.".into(),
        ];
        self.confirm_source("Take away", tenant, &one, lines, Ask::Remove { name: one.name.clone() });
    }

    /// Whether an SNS topic may send to the selected source: the one called so, the only one, or one of several to choose.
    pub fn decide_topic(&mut self, arn: &str) {
        let Some((tenant, one)) = self.selected_source() else { return };
        let mut topics: Vec<&TopicShown> = one.topics.iter().collect();
        topics.sort_by_key(|topic| (topic.approved, topic.since));
        let topic = match &topics[..] {
            [] => return self.mistake(format!("no topic asks to send to {}", one.name)),
            [topic] if arn.is_empty() => *topic,
            all => match all.iter().find(|topic| topic.arn == arn) {
                Some(topic) => topic,
                None => {
                    let Some(command) = command::named("decide-topic") else { return };
                    let state = |topic: &TopicShown| if topic.approved { "sends here" } else { "asks" };
                    let choice = |topic: &&TopicShown| {
                        let (arn, note) = (topic.arn.clone(), state(topic).to_owned());
                        Choice { value: arn.clone(), label: arn, note }
                    };
                    let title = format!("Which topic of {}?", one.name);
                    let pick = Pick::new(command, Vec::new(), title, all.iter().map(choice).collect());
                    return self.popup(Popup::Pick(pick));
                }
            },
        };
        let (source, topic) = (one.name.clone(), topic.clone());
        self.popup(Popup::Topic(Box::new(Topic { tenant, source, topic })));
    }

    /// The question about a topic was answered.
    pub fn topic_decided(&mut self, topic: Topic, approve: bool) {
        let Topic { tenant, source, topic } = topic;
        self.ask_source(tenant, Ask::Topic { name: source, topic: topic.arn, approve });
    }

    /// The topic that is asked about may not send.
    pub fn refuse_topic(&mut self) {
        if let Some(Popup::Topic(_)) = self.popups.last()
            && let Some(Popup::Topic(topic)) = self.popups.pop()
        {
            self.topic_decided(*topic, false);
        }
    }

    /// Shows what is to be pasted into the selected source's tool.
    pub fn show_paste(&mut self) {
        let Some((tenant, one)) = self.selected_source() else { return };
        self.popup(Popup::Pasting(Box::new(Pasting::of(tenant, &one))));
    }

    /// Shows how the last message of the selected source was understood.
    pub fn show_last_message(&mut self) {
        let Some((tenant, one)) = self.selected_source() else { return };
        match one.health.last_alert.clone() {
            Some(alert) => self.explain_alert(tenant, one.name, alert),
            None => self.mistake(format!("no alert has come from {} since the engine started", one.name)),
        }
    }

    /// Shows what has come since something was to be pasted.
    pub fn show_what_came(&mut self) {
        let Some(Popup::Pasting(pasting)) = self.popups.last() else { return };
        let (tenant, name) = (pasting.tenant.clone(), pasting.name.clone());
        match pasting.came().clone() {
            Came::Message(Some(alert)) => self.explain_alert(tenant, name, alert),
            Came::Unreadable => self.show_unread(tenant, Some(name)),
            Came::Topic(topic) => self.popup(Popup::Topic(Box::new(Topic { tenant, source: name, topic }))),
            Came::Nothing | Came::Refused(_) | Came::Message(None) => self.mistake("no alert has come yet".into()),
        }
    }

    /// Copies something of what is to be pasted.
    pub fn copy_pasting(&mut self, what: &str, which: impl FnOnce(&Pasting) -> Option<Secret>) {
        let Some(Popup::Pasting(pasting)) = self.popups.last() else { return };
        match which(pasting) {
            Some(secret) => {
                self.notice(format!("{what} to the clipboard, if the terminal allows it"));
                self.effect(Effect::CopySecret(secret));
            }
            None => self.mistake(format!("{what} is not shown: it was, when it was made")),
        }
    }

    pub(super) fn explain_alert(&mut self, tenant: TenantId, name: String, alert: AlertId) {
        let title = format!("{alert} as {name} reads it");
        self.explain(tenant, title, Ask::Read { name, body: Body::Alert(alert) });
    }

    fn explain(&mut self, tenant: TenantId, title: String, ask: Ask) {
        self.popup(Popup::Understood(Box::new(Understood::new(tenant.clone(), title, ask.clone()))));
        self.ask_source(tenant, ask);
    }

    /// The source that is meant, with its tenant; says so when there is none.
    fn selected_source(&mut self) -> Option<(TenantId, Shown)> {
        let Some(Popup::Sources(list)) = self.popups.last() else { return None };
        let selected = list.selected().map(|one| (list.tenant.clone(), one.clone()));
        if selected.is_none() {
            self.mistake("there is no source".into());
        }
        selected
    }

    fn confirm_source(&mut self, what: &str, tenant: TenantId, one: &Shown, lines: Vec<String>, ask: Ask) {
        if self.is_lost() {
            return;
        }
        let question = format!("{what} {} of {}?", one.name, incidents::tenant_name(self, &tenant));
        self.popup(Popup::confirm(question, lines, vec![asks(tenant, ask)]));
    }

    pub(super) fn ask_source(&mut self, tenant: TenantId, ask: Ask) {
        if is_change(&ask) && self.is_lost() {
            return;
        }
        self.effect(asks(tenant, ask));
    }

    /// Asks again how sources are, where they are shown and what is known of them is old.
    pub fn settle_due(&mut self) {
        let now = self.now;
        let due = |popup: &mut Popup| match popup {
            Popup::Sources(list) => list.due().comes(now).then(|| list.tenant.clone()),
            Popup::Pasting(pasting) => pasting.due().comes(now).then(|| pasting.tenant.clone()),
            _ => None,
        };
        let mut tenants: Vec<TenantId> = self.popups.iter_mut().filter_map(due).collect();
        tenants.dedup();
        tenants.into_iter().for_each(|tenant| self.effect(asks(tenant, Ask::List)));
    }

    /// What is shown of sources is brought up to date for a screen of `area`.
    pub fn settle_sources(&mut self, area: ratatui::layout::Rect) {
        if self.phase == super::app::Phase::Live {
            self.settle_due();
        }
        let mut popups = std::mem::take(&mut self.popups);
        for popup in &mut popups {
            if let Popup::Sources(list) = popup {
                list.settle(self, area);
            }
        }
        self.popups = popups;
    }
}

fn asks(tenant: TenantId, about: Ask) -> Effect {
    Effect::Ask(
        Purpose::Source { tenant: tenant.clone(), about: Box::new(about.clone()) },
        Request::Source { tenant, about },
    )
}

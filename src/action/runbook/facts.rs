//! What is known of the incident that a runbook is to be run for: what inputs are filled in from.

use std::collections::BTreeMap;

use super::input::{Input, Source};
use crate::core::alert::Report;
use crate::core::execution::order::{InstanceId, Platform};
use crate::core::incident::Incident;
use crate::link::remote::BlankKind;

/// What is known of an incident and its machine. As hostile as any text from outside.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// What is ill.
    pub asset: String,
    /// The kind of trouble.
    pub signature: String,
    /// What skill it wants.
    pub category: String,
    /// Who reported it.
    pub tools: Vec<String>,
    /// What the latest report says.
    pub message: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The machine, once it is known.
    pub instance: Option<InstanceId>,
    /// What the machine runs, once that is known: runbooks for others are not offered.
    pub platform: Option<Platform>,
}

impl Facts {
    /// Of an incident, and of its latest report where there is one at hand.
    pub fn of(incident: &Incident, latest: Option<&Report>) -> Self {
        Self {
            asset: incident.asset_name.clone(),
            signature: incident.signature.clone(),
            category: incident.category.clone(),
            tools: incident.tool_sources.clone(),
            message: latest.map(|report| report.message.clone()).unwrap_or_default(),
            labels: latest.map(|report| report.labels.clone()).unwrap_or_default(),
            instance: incident.instance_id.as_deref().and_then(|id| id.parse().ok()),
            platform: None,
        }
    }

    /// The same, with the machine.
    #[must_use]
    pub fn on(mut self, instance: &InstanceId, platform: Platform) -> Self {
        self.instance = Some(instance.clone());
        self.platform = Some(platform);
        self
    }

    /// What an input is unless somebody says otherwise: the first fact that is of its kind, or what the file says, or nothing.
    pub fn suggest(&self, input: &Input, platform: Platform) -> String {
        let fact = |source: &Source| {
            let text = self.look_up(source)?;
            let good = |text: &&str| !text.is_empty() && input.kind.check(platform, text).is_ok();
            // A message is a sentence: only free text takes all of it.
            let sentence = *source == Source::Message && input.kind != BlankKind::Text;
            let whole = Some(&*text).filter(|_| !sentence).filter(good);
            let found = whole.or_else(|| words(&text).find(|word| stands_out(&input.kind, word) && good(word)));
            found.map(str::to_owned)
        };
        input.from.iter().find_map(fact).or_else(|| input.default.clone()).unwrap_or_default()
    }

    fn look_up(&self, source: &Source) -> Option<String> {
        match source {
            Source::Asset => Some(self.asset.clone()),
            Source::Message => Some(self.message.clone()),
            Source::Signature => Some(self.signature.clone()),
            Source::Tool => self.tools.first().cloned(),
            Source::Instance => self.instance.as_ref().map(ToString::to_string),
            Source::Label(name) => self.labels.get(name).cloned(),
        }
    }
}

/// The words of a sentence, without the signs around them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let around: &[char] = &[',', ';', ':', '.', '!', '?', '"', '\'', '(', ')', '[', ']', '<', '>'];
    text.split_whitespace().map(move |word| word.trim_end_matches(around).trim_start_matches(around)).take(500)
}

/// Whether a word in a sentence is more than by chance of this kind: any word could be the name of a service.
fn stands_out(kind: &BlankKind, word: &str) -> bool {
    match kind {
        BlankKind::Path | BlankKind::Instance => true,
        BlankKind::Service => word.ends_with(".service"),
        BlankKind::Integer { .. } | BlankKind::Choice { .. } | BlankKind::Text => false,
    }
}

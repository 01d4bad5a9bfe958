//! What is known of the incident that a runbook is to be run for: what inputs are filled in from.

use std::collections::BTreeMap;

use crate::core::alert::Report;
use crate::core::execution::order::{InstanceId, Platform};
use crate::core::incident::Incident;

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
    /// What the machine runs, once that is known: other runbooks are not offered.
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
}

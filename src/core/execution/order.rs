//! What is to be run, where, and how: everything that an approval binds to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::core::id::{ExecutionId, IncidentId};
use crate::core::role::Risk;

/// Machines that one order may run on, at most.
pub const MOST_TARGETS: usize = 50;
/// How long an execution may take unless its order says so.
pub const TIMEOUT_SECONDS: u32 = 300;

/// Something to run on machines of one account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Order {
    /// The runbook it comes from; absent for a free command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<String>,
    /// What it is called: the runbook's name, or the beginning of the command. As hostile as any text from outside.
    pub title: String,
    /// What it may do.
    pub risk: Risk,
    /// Twelve digits.
    pub account_id: String,
    /// For example `us-east-1`.
    pub region: String,
    /// What the machines run.
    pub platform: Platform,
    /// The SSM document, for example `AWS-RunShellScript`.
    pub document: String,
    /// Its version; absent: its default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_version: Option<String>,
    /// Its parameters as they are sent.
    pub parameters: BTreeMap<String, Vec<String>>,
    /// Where, at most [`MOST_TARGETS`].
    pub targets: Vec<Target>,
    /// After that it is ended. Never 0.
    pub timeout_seconds: u32,
    /// How a run is judged besides by its exit code.
    #[serde(default)]
    pub expect: Expect,
    /// What its success does to the incident.
    #[serde(default)]
    pub on_success: OnSuccess,
    /// Nobody asked for it: its runbook runs by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub auto: bool,
    /// The execution that this one repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<ExecutionId>,
}

/// A machine, and the trouble it is for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Target {
    /// The incident.
    pub incident: IncidentId,
    /// `i-…` or `mi-…`.
    pub instance: InstanceId,
    /// What the incident calls it.
    pub asset: String,
}

/// A managed node: `i-` or `mi-` and 8 or 17 hex digits. Safe in a command and on a screen.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstanceId(String);

/// The text is no instance id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an instance id is i- or mi- and 8 or 17 hex digits, for example i-0123456789abcdef0")]
pub struct BadInstance;

impl InstanceId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// It is on-premises, through a hybrid activation.
    pub fn is_hybrid(&self) -> bool {
        self.0.starts_with("mi-")
    }
}

impl std::str::FromStr for InstanceId {
    type Err = BadInstance;

    fn from_str(text: &str) -> Result<Self, BadInstance> {
        let digits = text.strip_prefix("mi-").or_else(|| text.strip_prefix("i-")).unwrap_or_default();
        let hex = digits.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c));
        if hex && matches!(digits.len(), 8 | 17) { Ok(Self(text.into())) } else { Err(BadInstance) }
    }
}

impl TryFrom<String> for InstanceId {
    type Error = BadInstance;

    fn try_from(text: String) -> Result<Self, BadInstance> {
        text.parse()
    }
}

impl From<InstanceId> for String {
    fn from(id: InstanceId) -> Self {
        id.0
    }
}

impl std::fmt::Display for InstanceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// What a machine runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// A shell.
    #[default]
    Linux,
    /// PowerShell.
    Windows,
    /// A shell too.
    MacOs,
}

/// How a run is judged besides by its exit code.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// Exit codes that are good too; 0 always is.
    pub exit_codes: Vec<i32>,
    /// What the output must hold.
    pub output_contains: Option<String>,
    /// What the output must not hold.
    pub output_lacks: Option<String>,
}

/// What success on every machine does to the incident.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnSuccess {
    /// It is written down, as always.
    #[default]
    Note,
    /// It resolves it.
    Resolve,
}

impl Order {
    /// The SHA-256 of the whole order, in hex: what runs, where, at what risk, how it is judged and what its success does.
    /// What was confirmed or approved is this and no other.
    pub fn digest(&self) -> String {
        // Texts, numbers, lists and maps of texts are always JSON.
        hex::encode(Sha256::digest(serde_json::to_vec(self).unwrap_or_default()))
    }

    /// Every machine once, in the order of the targets.
    pub fn instances(&self) -> Vec<&InstanceId> {
        let mut instances = Vec::new();
        for target in &self.targets {
            if !instances.contains(&&target.instance) {
                instances.push(&target.instance);
            }
        }
        instances
    }

    /// Every incident once, in the order of the targets.
    pub fn incidents(&self) -> Vec<&IncidentId> {
        let mut incidents = Vec::new();
        for target in &self.targets {
            if !incidents.contains(&&target.incident) {
                incidents.push(&target.incident);
            }
        }
        incidents
    }

    /// The machines of one of its incidents.
    pub fn instances_of(&self, incident: &IncidentId) -> Vec<InstanceId> {
        let mut instances: Vec<InstanceId> = Vec::new();
        for target in self.targets.iter().filter(|target| target.incident == *incident) {
            if !instances.contains(&target.instance) {
                instances.push(target.instance.clone());
            }
        }
        instances
    }

    /// What has to be typed where a name has to be: the asset's, or how many there are.
    pub fn word(&self) -> String {
        match &self.targets[..] {
            [only] => only.asset.clone(),
            many => format!("{} machines", many.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::order;

    #[test]
    fn the_digest_is_of_everything_that_was_confirmed() {
        let shown = order("comp_acme", 2);
        let changes: [fn(&mut Order); 9] = [
            |order| order.account_id = "444455556666".into(),
            |order| order.region = "us-gov-west-1".into(),
            |order| order.document_version = Some("7".into()),
            |order| drop(order.parameters.insert("workingDirectory".into(), vec!["/".into()])),
            |order| order.targets.truncate(1),
            |order| order.timeout_seconds += 1,
            |order| order.risk = Risk::High,
            |order| order.expect.exit_codes.push(3),
            |order| order.on_success = OnSuccess::Resolve,
        ];
        for (at, change) in changes.into_iter().enumerate() {
            let mut other = shown.clone();
            change(&mut other);
            assert_ne!(other.digest(), shown.digest(), "change {at}");
        }
        assert_eq!(shown.clone().digest(), shown.digest());
    }
}

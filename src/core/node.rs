//! Managed nodes: the machines that Systems Manager reaches.

use serde::{Deserialize, Serialize};

use super::credentials::Secret;
use super::execution::order::{InstanceId, Platform};
use super::time::Moment;

/// A managed node. The texts are as hostile as any from outside.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Node {
    /// `i-…` or `mi-…`.
    pub instance: InstanceId,
    /// Its name, or its computer's.
    pub name: String,
    /// What it runs.
    pub platform: Platform,
    /// The system's own words: `Ubuntu 24.04`.
    pub system: String,
    /// Its address.
    pub ip: String,
    /// Of the agent.
    pub agent_version: String,
    /// The agent answers.
    pub online: bool,
    /// When it last did.
    pub last_ping_at: Option<Moment>,
}

/// What a machine outside of AWS registers with, shown once.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Activation {
    /// Its id.
    pub id: String,
    /// Its code: a secret.
    pub code: Code,
    /// What to run on the machine. Holds the code.
    pub command: Code,
    /// Until when.
    pub expires_at: Moment,
}

impl std::fmt::Debug for Activation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Activation({}, ***)", self.id)
    }
}

/// A secret on its way to the one screen that shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Code(pub Secret);

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Secret::new(text)))
    }
}

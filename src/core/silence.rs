//! Silences and maintenance windows: what they match, and when. They never drop an alert; carrying them out is `caseload`'s.

use serde::{Deserialize, Serialize};

use super::severity::Severity;
use super::time::{Moment, Span};
use super::zone::Zone;

/// A silence or maintenance window of one tenant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Window {
    /// Counts up within the tenant; 0: not given yet.
    #[serde(default)]
    pub number: u64,
    /// What it matches.
    pub matches: Matcher,
    /// When it first begins.
    pub begins_at: Moment,
    /// How long each time lasts.
    pub lasts: Span,
    /// Whether it comes again.
    #[serde(default)]
    pub repeats: Repeat,
    /// Whose clocks say when it comes again.
    #[serde(default)]
    pub zone: Zone,
    /// No time begins at or after this; absent: it goes on until somebody ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// Who made it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub created_at: Moment,
}

/// What a window matches: everything that is said must be so. Globs compare without case.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Matcher {
    /// A glob over the asset; absent: every asset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// A glob over the signature; absent: every signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// At most this bad; absent: however bad.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Severity>,
}

/// Whether a window comes again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// It does not.
    #[default]
    Once,
    /// At the same local time on these days; Monday is 1.
    Weekly(Vec<i8>),
    /// At the same local time on this day of the month, or on its last day if it has none such.
    Monthly(i8),
}

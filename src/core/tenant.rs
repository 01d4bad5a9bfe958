//! A client company and its settings. What is secret about it is in [`Credentials`] and left out of every JSON.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::credentials::Credentials;
use super::id::TenantId;
use super::limit::Limit;
use super::priority::Weights;
use super::role::{Risk, Role};
use super::sla::Sla;
use super::source::auth::{Auth, Hmac, Preset};
use super::source::kind::Kind;
use super::source::{ALERTMANAGER, ALERTS, BUILT_IN, Source, Sources};
use super::time::{Moment, Span};

/// One client company.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Tenant {
    /// `comp_acme`.
    pub id: TenantId,
    /// As people call it.
    pub name: String,
    /// When it was added.
    pub created_at: Moment,
    /// Everything that can be set.
    #[serde(flatten)]
    pub settings: Settings,
    /// Who may post for it, by name; [`Tenant::source`] also knows those that every tenant has.
    #[serde(default, skip_serializing_if = "Sources::is_empty")]
    pub sources: Sources,
    /// Keys and secrets. Never part of any JSON.
    #[serde(skip)]
    pub credentials: Arc<Credentials>,
}

impl Tenant {
    /// A source as it is set, or as every tenant has it.
    pub fn source(&self, name: &str) -> Option<Cow<'_, Source>> {
        if let Some(source) = self.sources.get(name) {
            return Some(Cow::Borrowed(source));
        }
        match name {
            ALERTS => {
                let auth = self.settings.signing.as_auth();
                Some(Cow::Owned(Source { auth, ..Source::of(Kind::NATIVE) }))
            }
            ALERTMANAGER => Some(Cow::Owned(Source::of(Kind::ALERTMANAGER))),
            _ => None,
        }
    }

    /// All its sources: those that every tenant has, then its own by name.
    pub fn all_sources(&self) -> impl Iterator<Item = (&str, Cow<'_, Source>)> {
        let own = self.sources.keys().map(String::as_str).filter(|name| !BUILT_IN.contains(name));
        BUILT_IN.into_iter().chain(own).filter_map(|name| Some((name, self.source(name)?)))
    }
}

/// Everything about a tenant that can be set.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Globs over asset names, compared without case.
    pub critical_assets: Vec<String>,
    /// How requests prove their origin.
    pub signing: Signing,
    /// Which alerts make an incident.
    pub correlation: Correlation,
    /// What a score is made of.
    pub priority: Weights,
    /// How much a tenant's senders may send.
    pub rate_limit: RateLimit,
    /// How long incidents may wait.
    pub sla: Sla,
    /// What time does to an incident that somebody has seen.
    pub lifecycle: Lifecycle,
    /// What its senders' silence means.
    pub senders: Senders,
    /// Where its machines are.
    pub aws: Option<AwsAccount>,
    /// Which machine an asset is: `GLOB=INSTANCE`, the first that matches.
    pub asset_map: Vec<String>,
    /// What may be done to its machines.
    pub actions: Actions,
}

/// What may be done to a tenant's machines.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Actions {
    /// How a command that comes from no runbook is treated.
    pub command_risk: Risk,
    /// Globs over the names of runbooks that may run by themselves here, if their file and their risk allow it too.
    pub auto: Vec<String>,
    /// Runs by themselves on one asset within an hour, at most.
    pub auto_per_hour: u32,
    /// Failures of such runs on one asset, one after the other, after which they stop.
    pub auto_failures: u32,
    /// Whoever opens a session, or takes one over, has this role at least.
    pub sessions: Role,
}

impl Default for Actions {
    fn default() -> Self {
        Self {
            command_risk: Risk::Medium,
            auto: Vec::new(),
            auto_per_hour: 2,
            auto_failures: 2,
            sessions: Role::Technician,
        }
    }
}

/// How requests prove their origin.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Signing {
    /// Off: the key alone lets a request in, and the screen says so.
    pub enabled: bool,
    /// Where the signature is.
    pub signature_header: String,
    /// Where the time is.
    pub timestamp_header: String,
    /// How far the sender's clock may be off, in seconds.
    pub max_timestamp_diff_seconds: u32,
}

impl Signing {
    /// How the source of our own schema proves itself.
    pub fn as_auth(&self) -> Auth {
        match Preset::Native.into() {
            Auth::Hmac(native) if self.enabled => Auth::Hmac(Hmac {
                header: self.signature_header.clone(),
                timestamp_header: Some(self.timestamp_header.clone()),
                tolerance_seconds: self.max_timestamp_diff_seconds,
                ..native
            }),
            _ => Auth::Key,
        }
    }
}

impl Default for Signing {
    fn default() -> Self {
        Self {
            enabled: true,
            signature_header: "X-Signature".into(),
            timestamp_header: "X-Timestamp".into(),
            max_timestamp_diff_seconds: 300,
        }
    }
}

/// Which alerts make an incident.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Correlation {
    /// 5–15: alerts of one key closer together than this are one episode.
    pub time_window_minutes: u32,
    /// What alerts must share.
    pub aggregation_key: AggregationKey,
    /// How many alerts an episode needs to open an incident; at least 1.
    pub min_alerts_for_incident: u32,
    /// Off: alerts wait until somebody correlates them by hand.
    pub auto_correlate: bool,
    /// What a further episode does to an incident that is still open.
    pub recurrence: Recurrence,
    /// Whether an incident resolves when every tool that reported it says so.
    pub auto_resolve: bool,
}

impl Default for Correlation {
    fn default() -> Self {
        Self {
            time_window_minutes: 10,
            aggregation_key: AggregationKey::AssetSignature,
            min_alerts_for_incident: 1,
            auto_correlate: true,
            recurrence: Recurrence::Join,
            auto_resolve: true,
        }
    }
}

impl Correlation {
    /// The window as a span.
    pub fn window(&self) -> Span {
        Span::minutes(i64::from(self.time_window_minutes))
    }
}

/// What alerts of one incident share.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum AggregationKey {
    /// The same trouble on the same asset.
    #[default]
    #[serde(rename = "asset|signature")]
    AssetSignature,
    /// The same, by the same tool.
    #[serde(rename = "asset|signature|tool")]
    AssetSignatureTool,
    /// Everything on one asset.
    #[serde(rename = "asset")]
    Asset,
    /// One kind of trouble wherever it is.
    #[serde(rename = "signature")]
    Signature,
}

/// What a further episode does to an incident that is still open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recurrence {
    /// It joins, and is counted.
    #[default]
    Join,
    /// It opens a new incident, linked to the old.
    New,
}

/// What time does to an incident that somebody has seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Lifecycle {
    /// How long an acknowledgement lasts unless it says so itself.
    pub ack_timeout: Limit,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self { ack_timeout: Limit::minutes(120) }
    }
}

/// What the silence of a tenant's senders means.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Senders {
    /// Whether a tool that is quiet for longer than it usually is opens an incident.
    pub watch: bool,
    /// How long any tool may be quiet; off: as long as it usually is.
    pub quiet_after: Limit,
    /// Globs over signatures that only say that the sender lives: they open no incident, and their absence does.
    pub heartbeats: Vec<String>,
    /// How long a heartbeat may be missing.
    pub heartbeat_after: Limit,
}

impl Default for Senders {
    fn default() -> Self {
        Self {
            watch: true,
            quiet_after: Limit::OFF,
            heartbeats: vec!["watchdog".into(), "heartbeat".into()],
            heartbeat_after: Limit::minutes(15),
        }
    }
}

/// How much a tenant's senders may send. 0 requests a minute: no limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct RateLimit {
    /// Sustained.
    pub requests_per_minute: u32,
    /// On top of it, at once.
    pub burst: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { requests_per_minute: 6_000, burst: 3_000 }
    }
}

/// Where a tenant's machines are, and the role that lets us in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AwsAccount {
    /// Twelve digits.
    pub account_id: String,
    /// The role to assume.
    pub role_arn: String,
    /// What the role's trust policy asks for.
    pub external_id: String,
    /// For example `us-east-1`.
    pub region: String,
}

//! What may be asked about a tenant's sources, and the answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::id::{AlertId, TenantId};
use crate::core::reading::{Parsed, Unreadable};
use crate::core::source::Source;
use crate::core::source::auth::Auth;
use crate::core::source::kind::Kind;
use crate::core::time::Moment;
use crate::link::session::Blob;

/// A question about a tenant's sources, or a change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Ask {
    /// All of them, with how they are.
    List,
    /// Add one.
    Add {
        /// Its name in the URL.
        name: String,
        /// Which tool it is.
        kind: Kind,
        /// How it proves itself; absent: as is usual for the kind.
        auth: Option<Box<Auth>>,
        /// A mapping table of its own, as TOML.
        mapping: Option<String>,
        /// The secret that the tool has made; absent: one is made, where one is needed.
        secret: Option<Given>,
    },
    /// Change one. Absent: as it is.
    Set {
        /// Which.
        name: String,
        /// How it proves itself.
        auth: Option<Box<Auth>>,
        /// A mapping table of its own; empty: that of the kind again.
        mapping: Option<String>,
    },
    /// A new key; the old one is refused from then on.
    RotateKey {
        /// Which.
        name: String,
    },
    /// A new secret. At most two are alive at a time.
    RotateSecret {
        /// Which.
        name: String,
        /// How long the old one stays valid.
        grace_seconds: u64,
        /// The one that the tool has made; absent: one is made.
        secret: Option<Given>,
    },
    /// Take one away; what it sent stays.
    Remove {
        /// Which.
        name: String,
    },
    /// What a body becomes, field by field.
    Read {
        /// By which source's rules.
        name: String,
        /// The body.
        body: Body,
    },
    /// Take bodies that could not be read as if they came now, if they can be read by now.
    Replay {
        /// Of which source; absent: of all.
        name: Option<String>,
        /// Which, by number; empty: all.
        numbers: Vec<u64>,
    },
    /// Forget bodies that could not be read.
    Discard {
        /// Which, by number.
        numbers: Vec<u64>,
    },
    /// Let an SNS topic send here, or not.
    Topic {
        /// To which source.
        name: String,
        /// The topic's ARN.
        topic: String,
        /// Yes.
        approve: bool,
    },
}

/// A body to be read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// This one.
    Bytes(Blob),
    /// One that could not be read, by its number.
    Quarantined(u64),
    /// The one that an alert came in.
    Alert(AlertId),
}

/// A secret on its way to the engine: prints as `***`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given(pub String);

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// An answer about a tenant's sources.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "told", content = "about", rename_all = "snake_case")]
pub enum Told {
    /// All of them, by name.
    List(Vec<Shown>),
    /// What has to be pasted where, shown this once.
    Issued(Box<Issued>),
    /// What a body becomes.
    Reading(Box<Result<Parsed, Unreadable>>),
    /// What came of bodies that were taken again.
    Replayed {
        /// So many were taken.
        taken: u64,
        /// So many still can't be read.
        left: u64,
    },
}

/// A source as it may be shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// What is set.
    #[serde(flatten)]
    pub source: Source,
    /// Where it posts to, without a key.
    pub url: String,
    /// Its secrets, the newest first, as far as they may be shown.
    pub secrets: Vec<SecretShown>,
    /// Topics that sent here or want to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<TopicShown>,
    /// How it is.
    pub health: Health,
}

/// What may be shown of a secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SecretShown {
    /// The first digits of its digest.
    pub id: String,
    /// Refused from then on; absent: the one in force.
    pub expires_at: Option<Moment>,
    /// The last request that it verified.
    pub verified_at: Option<Moment>,
}

/// An SNS topic that sent to a source, or wants to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TopicShown {
    /// Its ARN.
    pub arn: String,
    /// It may send; else somebody has to say so.
    pub approved: bool,
    /// Since when.
    pub since: Moment,
}

/// How a source is. Counts are since the engine started.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Health {
    /// When it last sent something that was let in; absent: never.
    pub seen_at: Option<Moment>,
    /// Requests that were let in within the last hour.
    pub in_last_hour: u64,
    /// Requests that were let in.
    pub taken: u64,
    /// Requests that could not be read.
    pub unreadable: u64,
    /// Refused requests by cause.
    pub refused: BTreeMap<String, u64>,
    /// When one was last refused, and why.
    pub last_refused: Option<(Moment, String)>,
    /// How far ahead of ours its clock was, at its last signed request, in seconds.
    pub skew_seconds: Option<i64>,
    /// The first alert of the last request that was taken.
    pub last_alert: Option<AlertId>,
}

/// What a sender needs, shown once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Issued {
    /// Whose.
    pub tenant: TenantId,
    /// The source.
    pub name: String,
    /// Which tool.
    pub kind: Kind,
    /// Where to post to, without the key.
    pub webhook_url: String,
    /// The key, when it is new.
    pub api_key: Option<String>,
    /// The secret, when it is new.
    pub hmac_secret: Option<String>,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issued({}/{}, ***)", self.tenant, self.name)
    }
}

//! A tenant's sources: who may post, in which tool's words, proven how. What is secret about them is in
//! [`Credentials`](super::credentials::Credentials); reading bodies is the receiver's.

pub mod auth;
pub mod curl;
pub mod kind;
pub mod paste;
pub mod scheme;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::auth::Auth;
use self::kind::Kind;

/// The source that every tenant has for our own schema. It signs as the tenant's own settings say, with the tenant's secrets.
pub const ALERTS: &str = "alerts";
/// The source that every tenant has for Alertmanager.
pub const ALERTMANAGER: &str = "alertmanager";
/// Those that every tenant has.
pub const BUILT_IN: [&str; 2] = [ALERTS, ALERTMANAGER];
/// Sources of one tenant, besides those that every tenant has.
pub const MOST: usize = 100;
/// Characters of a source's name.
pub const LONGEST_NAME: usize = 64;

/// Bytes of a mapping table.
pub const LONGEST_MAPPING: usize = 64 << 10;

/// Whether a source may be called so.
pub fn is_name(name: &str) -> bool {
    let may = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(may)
}

/// Where a source posts to, without its key.
pub fn url(base: &str, name: &str) -> String {
    format!("{base}/api/webhooks/{name}")
}

/// All but the secrets of a tenant's sources, by their name in the URL.
pub type Sources = BTreeMap<String, Source>;

/// What can be set about a source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Source {
    /// Which tool it is.
    pub kind: Kind,
    /// How a request proves that it is from there.
    pub auth: Auth,
    /// A mapping table of its own, as TOML; absent: that of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<String>,
}

impl Source {
    /// As a kind is when nothing else is said.
    pub fn of(kind: Kind) -> Self {
        Self { kind, auth: kind.row().auth.into(), mapping: None }
    }
}

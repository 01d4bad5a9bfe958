//! A tenant's keys and secrets: types that print as `***` and that no JSON takes, but for [`StoredCredentials`] on its
//! way to the store.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::source::ALERTS;
use super::time::Moment;

/// Secrets that a source has at a time: the one in force, and the one before it while it is let run out.
pub const MOST_SECRETS: usize = 2;
/// Topics that are remembered of a source.
pub const MOST_TOPICS: usize = 100;

/// A tenant's keys and secrets.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Credentials {
    /// The senders that may post, each with its own key.
    pub sources: Vec<Source>,
    /// The secrets that the source [`ALERTS`] may sign with, the newest first.
    pub hmac: Vec<HmacSecret>,
}

impl Credentials {
    /// What is kept of a source.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// The same, to be changed.
    pub fn source_mut(&mut self, name: &str) -> Option<&mut Source> {
        self.sources.iter_mut().find(|source| source.name == name)
    }

    /// The secrets that a source may sign with, the newest first; some may have expired.
    pub fn secrets(&self, name: &str) -> &[HmacSecret] {
        if name == ALERTS { &self.hmac } else { self.source(name).map_or(&[], |source| &source.secrets) }
    }

    /// The same, to be changed.
    pub fn secrets_mut(&mut self, name: &str) -> Option<&mut Vec<HmacSecret>> {
        if name == ALERTS { Some(&mut self.hmac) } else { self.source_mut(name).map(|source| &mut source.secrets) }
    }
}

/// A sender with its own key.
#[derive(Clone, PartialEq, Debug)]
pub struct Source {
    /// Its name in the URL: `alerts` for our own schema, `alertmanager`.
    pub name: String,
    /// SHA-256 of its API key. The key itself is shown once and not kept.
    pub key_digest: [u8; 32],
    /// The secrets it may sign with, the newest first, [`MOST_SECRETS`] at most. Those of [`ALERTS`] are the tenant's.
    pub secrets: Vec<HmacSecret>,
    /// The SNS topics that send to it or want to, the first to come first.
    pub topics: Vec<Topic>,
}

impl Source {
    /// A sender with nothing but a key.
    pub fn new(name: impl Into<String>, key_digest: [u8; 32]) -> Self {
        Self { name: name.into(), key_digest, secrets: Vec::new(), topics: Vec::new() }
    }
}

/// An SNS topic that sends to a source or wants to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Topic {
    /// Its ARN.
    pub arn: String,
    /// Somebody let it in.
    pub approved: bool,
    /// When it asked, or was let in.
    pub since: Moment,
    /// Where its wish is confirmed; absent once it is. Whoever has it can confirm it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm_at: Option<Confirmation>,
}

/// The address that makes a topic send: prints as `***`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation(pub String);

impl fmt::Debug for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A signing secret.
#[derive(Clone, PartialEq, Debug)]
pub struct HmacSecret {
    /// The secret itself.
    pub secret: Secret,
    /// Refused from then on; absent for the one in force.
    pub expires_at: Option<Moment>,
}

impl HmacSecret {
    /// Whether a signature may be made with it at that time.
    pub fn is_live(&self, at: Moment) -> bool {
        self.expires_at.is_none_or(|end| at < end)
    }

    /// What it may be called without being told: the first digits of its digest.
    pub fn id(&self) -> String {
        hex::encode(&Sha256::digest(self.secret.expose())[..4])
    }
}

/// A secret text: prints as `***`, is in no JSON, and is wiped from memory when it is let go.
#[derive(Clone, PartialEq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself, for signing and for its place in the store.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Credentials in the form that the store keeps in files of mode 0600. Nothing else may serialise it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct StoredCredentials {
    sources: Vec<(String, String)>,
    hmac: Vec<(String, Option<Moment>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    more: Vec<StoredSource>,
}

/// What a source has besides its key.
#[derive(Clone, Serialize, Deserialize)]
struct StoredSource {
    source: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hmac: Vec<(String, Option<Moment>)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    topics: Vec<Topic>,
}

impl fmt::Debug for StoredCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl From<&Credentials> for StoredCredentials {
    fn from(from: &Credentials) -> Self {
        let secrets = |of: &[HmacSecret]| of.iter().map(|s| (s.secret.expose().into(), s.expires_at)).collect();
        let more = from.sources.iter().filter(|source| !(source.secrets.is_empty() && source.topics.is_empty()));
        Self {
            sources: from.sources.iter().map(|s| (s.name.clone(), hex::encode(s.key_digest))).collect(),
            hmac: secrets(&from.hmac),
            more: more
                .map(|source| StoredSource {
                    source: source.name.clone(),
                    hmac: secrets(&source.secrets),
                    topics: source.topics.clone(),
                })
                .collect(),
        }
    }
}

impl From<StoredCredentials> for Credentials {
    /// A digest that is not 64 hex digits lets nobody in.
    fn from(from: StoredCredentials) -> Self {
        let secrets = |of: Vec<(String, Option<Moment>)>| {
            let secret = |(secret, expires_at): (String, _)| HmacSecret { secret: Secret::new(secret), expires_at };
            of.into_iter().map(secret).collect()
        };
        let source = |(name, digest): (String, String)| {
            let mut key_digest = [0; 32];
            hex::decode_to_slice(digest, &mut key_digest).ok().map(|()| Source::new(name, key_digest))
        };
        let mut credentials =
            Self { sources: from.sources.into_iter().filter_map(source).collect(), hmac: secrets(from.hmac) };
        for StoredSource { source, hmac, topics } in from.more {
            if let Some(known) = credentials.source_mut(&source) {
                (known.secrets, known.topics) = (secrets(hmac), topics);
            }
        }
        credentials
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_survive_the_store_and_never_print() {
        let secret = |text: &str| HmacSecret { secret: Secret::new(text), expires_at: Some(Moment(5)) };
        let topic = Topic {
            arn: "arn:aws:sns:eu-west-1:111122223333:alarms".into(),
            approved: false,
            since: Moment(7),
            confirm_at: Some(Confirmation("https://sns/?Token=planted".into())),
        };
        let credentials = Credentials {
            sources: vec![
                Source::new("alerts", [7; 32]),
                Source { secrets: vec![secret("planted-too")], topics: vec![topic], ..Source::new("zabbix", [8; 32]) },
            ],
            hmac: vec![secret("planted")],
        };
        let stored = StoredCredentials::from(&credentials);
        assert!(!format!("{credentials:?} {stored:?}").contains("planted"));
        let json = serde_json::to_string(&stored).unwrap();
        assert_eq!(Credentials::from(serde_json::from_str::<StoredCredentials>(&json).unwrap()), credentials);
        assert_eq!(credentials.secrets("alerts")[0].id(), secret("planted").id());
        assert_eq!(credentials.secrets("zabbix")[0].secret.expose(), "planted-too");
        assert!(credentials.secrets("nobody").is_empty());
    }

    #[test]
    fn credentials_of_an_earlier_version_are_read() {
        let json = format!(r#"{{"sources":[["alerts","{}"],["bad","07"]],"hmac":[["s",null]]}}"#, "07".repeat(32));
        let read = Credentials::from(serde_json::from_str::<StoredCredentials>(&json).unwrap());
        assert_eq!(read.sources, [Source::new("alerts", [7; 32])]);
        assert_eq!(read.secrets("alerts").len(), 1);
    }
}

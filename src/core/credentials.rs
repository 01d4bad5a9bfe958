//! A tenant's keys and secrets: types that print as `***` and that no JSON takes, but for [`StoredCredentials`] on its
//! way to the store.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::time::Moment;

/// A tenant's keys and secrets.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Credentials {
    /// The senders that may post, each with its own key.
    pub sources: Vec<Source>,
    /// Every secret a signature may be made with, the newest first.
    pub hmac: Vec<HmacSecret>,
}

/// A sender with its own key.
#[derive(Clone, PartialEq, Debug)]
pub struct Source {
    /// Its name in the URL: `alerts` for our own schema, `alertmanager`.
    pub name: String,
    /// SHA-256 of its API key. The key itself is shown once and not kept.
    pub key_digest: [u8; 32],
}

/// A signing secret.
#[derive(Clone, PartialEq, Debug)]
pub struct HmacSecret {
    /// The secret itself.
    pub secret: Secret,
    /// Refused from then on; absent for the one in force.
    pub expires_at: Option<Moment>,
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
}

impl fmt::Debug for StoredCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl From<&Credentials> for StoredCredentials {
    fn from(from: &Credentials) -> Self {
        Self {
            sources: from.sources.iter().map(|s| (s.name.clone(), hex::encode(s.key_digest))).collect(),
            hmac: from.hmac.iter().map(|s| (s.secret.expose().into(), s.expires_at)).collect(),
        }
    }
}

impl From<StoredCredentials> for Credentials {
    /// A digest that is not 64 hex digits lets nobody in.
    fn from(from: StoredCredentials) -> Self {
        let source = |(name, digest): (String, String)| {
            let mut key_digest = [0; 32];
            hex::decode_to_slice(digest, &mut key_digest).ok().map(|()| Source { name, key_digest })
        };
        Self {
            sources: from.sources.into_iter().filter_map(source).collect(),
            hmac: from
                .hmac
                .into_iter()
                .map(|(secret, expires_at)| HmacSecret { secret: Secret::new(secret), expires_at })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_survive_the_store_and_never_print() {
        let credentials = Credentials {
            sources: vec![Source { name: "alerts".into(), key_digest: [7; 32] }],
            hmac: vec![HmacSecret { secret: Secret::new("planted"), expires_at: Some(Moment(5)) }],
        };
        let stored = StoredCredentials::from(&credentials);
        assert!(!format!("{credentials:?} {stored:?}").contains("planted"));
        let json = serde_json::to_string(&stored).unwrap();
        assert_eq!(Credentials::from(serde_json::from_str::<StoredCredentials>(&json).unwrap()), credentials);
    }
}

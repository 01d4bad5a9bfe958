//! How a request proves where it is from, beyond its key. Verifying is the receiver's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// How a request proves where it is from. The key finds the source; this comes on top.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case")]
pub enum Auth {
    /// The key alone, wherever it is.
    Key,
    /// The key as the password of `Authorization: Basic`, whatever the user.
    Basic,
    /// The key as `Authorization: Bearer`.
    Bearer,
    /// A signature over the body, with a secret.
    Hmac(Hmac),
    /// AWS' signature in the body.
    Sns,
}

/// How a signature is made and where it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hmac {
    /// The header with the signature, or with a list of them.
    pub header: String,
    /// The header with the time of signing; absent: the time is in the list of the first header as `t=`, or nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp_header: Option<String>,
    /// What is signed: text with `{timestamp}`, `{body}` and `{header:NAME}` in it.
    pub template: String,
    /// What stands before a signature.
    #[serde(default)]
    pub prefix: String,
    /// How the signature is written.
    pub encoding: Encoding,
    /// What stands between several signatures in the header; absent: there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
    /// How the secret becomes the key.
    pub key: KeyDecoding,
    /// How far the sender's clock may be off, in seconds.
    pub tolerance_seconds: u32,
}

/// How bytes are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Hexadecimal, in either case.
    Hex,
    /// Base64, padded.
    Base64,
}

/// How a secret becomes a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyDecoding {
    /// Its bytes as they are.
    Raw,
    /// Base64, after `whsec_` if it begins so.
    Base64,
    /// Hexadecimal.
    Hex,
}

impl KeyDecoding {
    /// The key that a secret is; absent when it is not written so.
    pub fn decoded(self, secret: &str) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::Raw => Some(secret.as_bytes().to_vec()),
            Self::Base64 => STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).ok(),
            Self::Hex => hex::decode(secret).ok(),
        }
        .map(Zeroizing::new)
    }
}

impl Auth {
    /// Whether it can be followed.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), &'static str> {
        let Self::Hmac(hmac) = self else { return Ok(()) };
        let header = |name: &str| {
            (1..=128).contains(&name.len()) && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
        };
        if !header(&hmac.header) || !hmac.timestamp_header.as_deref().is_none_or(header) {
            return Err("a header's name has letters, digits, - and _");
        }
        if hmac.template.len() > 256 || hmac.prefix.len() > 64 {
            return Err("what is signed has at most 256 bytes of template, and a signature 64 of prefix");
        }
        if !hmac.prefix.bytes().all(|c| c.is_ascii_graphic()) {
            return Err("what stands before a signature has no spaces in it");
        }
        if !(1..=3_600).contains(&hmac.tolerance_seconds) {
            return Err("the sender's clock may be off by 1 to 3600 seconds");
        }
        let mut rest = hmac.template.as_str();
        let mut bodies = 0;
        while let Some((_, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or("the template has a { without its }")?;
            match name {
                "body" => bodies += 1,
                "timestamp" => {}
                _ if name.strip_prefix("header:").is_some_and(header) => {}
                _ => return Err("a template knows {timestamp}, {body} and {header:NAME}"),
            }
            rest = after;
        }
        if bodies == 1 { Ok(()) } else { Err("a template has {body} in it, once") }
    }
}

/// A known way, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// [`Auth::Key`].
    Key,
    /// [`Auth::Basic`].
    Basic,
    /// [`Auth::Bearer`].
    Bearer,
    /// [`Auth::Sns`].
    Sns,
    /// Our own: `PRODUCT.md`, Signing.
    Native,
    /// <https://www.standardwebhooks.com>.
    StandardWebhooks,
    /// GitHub's `X-Hub-Signature-256`.
    Github,
    /// Slack's `v0`.
    Slack,
    /// Stripe's `Stripe-Signature`.
    Stripe,
    /// Grafana's contact point.
    Grafana,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Key,
        Self::Basic,
        Self::Bearer,
        Self::Sns,
        Self::Native,
        Self::StandardWebhooks,
        Self::Github,
        Self::Slack,
        Self::Stripe,
        Self::Grafana,
    ];

    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Basic => "basic",
            Self::Bearer => "bearer",
            Self::Sns => "sns",
            Self::Native => "native",
            Self::StandardWebhooks => "standard-webhooks",
            Self::Github => "github",
            Self::Slack => "slack",
            Self::Stripe => "stripe",
            Self::Grafana => "grafana",
        }
    }
}

impl From<Preset> for Auth {
    fn from(preset: Preset) -> Self {
        let hex = |header: &str, timestamp: Option<&str>, template: &str, prefix: &str| {
            Self::Hmac(Hmac {
                header: header.into(),
                timestamp_header: timestamp.map(Into::into),
                template: template.into(),
                prefix: prefix.into(),
                encoding: Encoding::Hex,
                separator: None,
                key: KeyDecoding::Raw,
                tolerance_seconds: 300,
            })
        };
        match preset {
            Preset::Key => Self::Key,
            Preset::Basic => Self::Basic,
            Preset::Bearer => Self::Bearer,
            Preset::Sns => Self::Sns,
            Preset::Native => hex("X-Signature", Some("X-Timestamp"), "{timestamp}.{body}", "sha256="),
            Preset::Github => hex("X-Hub-Signature-256", None, "{body}", "sha256="),
            Preset::Slack => {
                hex("X-Slack-Signature", Some("X-Slack-Request-Timestamp"), "v0:{timestamp}:{body}", "v0=")
            }
            Preset::Stripe => match hex("Stripe-Signature", None, "{timestamp}.{body}", "v1=") {
                Self::Hmac(hmac) => Self::Hmac(Hmac { separator: Some(','), ..hmac }),
                other => other,
            },
            Preset::Grafana => {
                hex("X-Grafana-Alerting-Signature", Some("X-Grafana-Alerting-Timestamp"), "{timestamp}:{body}", "")
            }
            Preset::StandardWebhooks => Self::Hmac(Hmac {
                header: "webhook-signature".into(),
                timestamp_header: Some("webhook-timestamp".into()),
                template: "{header:webhook-id}.{timestamp}.{body}".into(),
                prefix: "v1,".into(),
                encoding: Encoding::Base64,
                separator: Some(' '),
                key: KeyDecoding::Base64,
                tolerance_seconds: 300,
            }),
        }
    }
}

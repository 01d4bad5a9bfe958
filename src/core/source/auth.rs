//! How a request proves where it is from, beyond its key. Verifying is the receiver's.

use serde::{Deserialize, Serialize};

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

impl Auth {
    /// Whether it can be followed.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Hmac(hmac) => hmac.check(),
            Self::Key | Self::Basic | Self::Bearer | Self::Sns => Ok(()),
        }
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

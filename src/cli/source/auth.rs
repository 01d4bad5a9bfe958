//! How a source proves itself, from the command line: a preset, or settings of one's own.

use anyhow::bail;
use clap::Args;

use crate::core::source::auth::{Auth, Encoding, Hmac, KeyDecoding, Preset};

/// How requests prove where they are from; without any of these, as is usual for the kind.
#[derive(Debug, Args)]
pub struct Proof {
    /// A known way
    #[arg(long, value_name = "PRESET", value_parser = preset, help = presets())]
    auth: Option<Preset>,
    /// The header with the signature
    #[arg(long, value_name = "NAME")]
    hmac_header: Option<String>,
    /// The header with the time of signing
    #[arg(long, value_name = "NAME")]
    hmac_timestamp_header: Option<String>,
    /// What is signed, with {timestamp}, {body} and {header:NAME} in it
    #[arg(long, value_name = "TEMPLATE")]
    hmac_template: Option<String>,
    /// What stands before the signature, for example sha256=
    #[arg(long, value_name = "TEXT")]
    hmac_prefix: Option<String>,
    /// How the signature is written
    #[arg(long, value_name = "hex|base64", value_parser = encoding)]
    hmac_encoding: Option<Encoding>,
    /// What stands between several signatures
    #[arg(long, value_name = "CHARACTER")]
    hmac_separator: Option<char>,
    /// How the secret becomes the key
    #[arg(long, value_name = "raw|base64|hex", value_parser = decoding)]
    hmac_key: Option<KeyDecoding>,
    /// How far the sender's clock may be off, for example 5m
    #[arg(long, value_name = "SPAN", value_parser = crate::cli::tenant::span)]
    hmac_tolerance: Option<u64>,
}

impl Proof {
    /// What was said; absent: nothing.
    ///
    /// # Errors
    /// What does not go together.
    pub fn auth(self) -> anyhow::Result<Option<Auth>> {
        let own = self.hmac_header.is_some()
            || self.hmac_timestamp_header.is_some()
            || self.hmac_template.is_some()
            || self.hmac_prefix.is_some()
            || self.hmac_encoding.is_some()
            || self.hmac_separator.is_some()
            || self.hmac_key.is_some()
            || self.hmac_tolerance.is_some();
        let base = match (self.auth.map(Auth::from), own) {
            (auth, false) => return Ok(auth),
            (Some(Auth::Hmac(hmac)), true) => hmac,
            (Some(_), true) => bail!("--hmac-… settings are for a preset that signs"),
            (None, true) => Hmac {
                header: match &self.hmac_header {
                    Some(header) => header.clone(),
                    None => bail!("say which header the signature is in: --hmac-header NAME"),
                },
                timestamp_header: None,
                template: "{body}".into(),
                prefix: String::new(),
                encoding: Encoding::Hex,
                separator: None,
                key: KeyDecoding::Raw,
                tolerance_seconds: 300,
            },
        };
        let tolerance = self.hmac_tolerance.map(u32::try_from).transpose();
        let Ok(tolerance) = tolerance else { bail!("the sender's clock may be off by 1 to 400 seconds") };
        let auth = Auth::Hmac(Hmac {
            header: self.hmac_header.unwrap_or(base.header),
            timestamp_header: self.hmac_timestamp_header.or(base.timestamp_header),
            template: self.hmac_template.unwrap_or(base.template),
            prefix: self.hmac_prefix.unwrap_or(base.prefix),
            encoding: self.hmac_encoding.unwrap_or(base.encoding),
            separator: self.hmac_separator.or(base.separator),
            key: self.hmac_key.unwrap_or(base.key),
            tolerance_seconds: tolerance.unwrap_or(base.tolerance_seconds),
        });
        auth.check().map_err(anyhow::Error::msg)?;
        Ok(Some(auth))
    }
}

/// How a source proves itself, in a few words.
pub fn words(auth: &Auth) -> String {
    let known = Preset::ALL.into_iter().find(|preset| Auth::from(*preset) == *auth).map(Preset::word);
    match (known, auth) {
        (Some(word), _) => word.into(),
        (None, Auth::Hmac(hmac)) => format!("hmac in {}", hmac.header),
        (None, _) => "key".into(),
    }
}

fn presets() -> String {
    let words: Vec<_> = Preset::ALL.into_iter().map(Preset::word).collect();
    format!("A known way: {}", words.join(", "))
}

fn preset(text: &str) -> anyhow::Result<Preset> {
    let found = Preset::ALL.into_iter().find(|preset| preset.word() == text.to_ascii_lowercase());
    found.ok_or_else(|| anyhow::anyhow!("{}", presets()))
}

fn encoding(text: &str) -> anyhow::Result<Encoding> {
    match text {
        "hex" => Ok(Encoding::Hex),
        "base64" => Ok(Encoding::Base64),
        _ => bail!("hex or base64"),
    }
}

fn decoding(text: &str) -> anyhow::Result<KeyDecoding> {
    match text {
        "raw" => Ok(KeyDecoding::Raw),
        "base64" => Ok(KeyDecoding::Base64),
        "hex" => Ok(KeyDecoding::Hex),
        _ => bail!("raw, base64 or hex"),
    }
}

//! Adding and changing sources, and what is shown once.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use super::auth::Proof;
use super::{ask, done, one, wait};
use crate::cli::out::{self, Failure};
use crate::cli::place::Place;
use crate::core::id::TenantId;
use crate::core::safe_text::SafeText;
use crate::core::source::auth::Auth;
use crate::core::source::kind::Kind;
use crate::core::source::{LONGEST_MAPPING, curl, paste};
use crate::link::Reply;
use crate::link::source::{Ask, Given, Issued, Told};

/// Bytes of a file with a secret.
const LONGEST_SECRET: u64 = 4_096;

/// A source to add.
#[derive(Debug, Args)]
pub struct Add {
    /// For example comp_acme
    tenant: TenantId,
    /// Its name in the URL: a-z, 0-9 and -
    name: String,
    /// Which tool it is; `source kinds` lists them
    #[arg(long, value_name = "KIND")]
    kind: Kind,
    #[command(flatten)]
    proof: Proof,
    /// A mapping table of its own; `source preset` prints one to begin with
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The secret that the tool has made; - reads standard input. Without it, one is made where one is needed
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Wait for its first message, and show how it was understood
    #[arg(long)]
    wait: bool,
}

/// What to change of a source.
#[derive(Debug, Args)]
pub struct Set {
    /// For example comp_acme
    tenant: TenantId,
    /// Its name in the URL
    name: String,
    #[command(flatten)]
    proof: Proof,
    /// A mapping table of its own
    #[arg(long, value_name = "FILE", conflicts_with = "no_mapping")]
    mapping: Option<PathBuf>,
    /// That of the kind again
    #[arg(long)]
    no_mapping: bool,
}

/// Adds one.
///
/// # Errors
/// What went wrong.
pub fn add(add: Add, place: &Place) -> Result<(), Failure> {
    place.may_change()?;
    let auth = add.proof.auth().map_err(Failure::wrong)?.map(Box::new);
    let mapping = add.mapping.as_deref().map(mapping).transpose()?;
    let secret = add.secret_file.as_deref().map(secret).transpose()?;
    let (tenant, name) = (add.tenant, add.name);
    let about = Ask::Add { name: name.clone(), kind: add.kind, auth, mapping, secret };
    issued(place, &tenant, about)?;
    if add.wait { wait::first(&tenant, &name, place) } else { Ok(()) }
}

/// Changes one.
///
/// # Errors
/// What went wrong.
pub fn set(set: Set, place: &Place) -> Result<(), Failure> {
    place.may_change()?;
    let auth = set.proof.auth().map_err(Failure::wrong)?.map(Box::new);
    let mapping = match &set.mapping {
        Some(file) => Some(mapping(file)?),
        None => set.no_mapping.then(String::new),
    };
    if auth.is_none() && mapping.is_none() {
        return Err(Failure::wrong_words("nothing to change: --auth, --hmac-…, --mapping or --no-mapping"));
    }
    issued(place, &set.tenant, Ask::Set { name: set.name, auth, mapping })
}

/// Asks for something that may issue a key or a secret, and shows them.
///
/// # Errors
/// What went wrong.
pub fn issued(place: &Place, tenant: &TenantId, about: Ask) -> Result<(), Failure> {
    let issued = match ask(place, tenant, about)? {
        Reply::Source(Told::Issued(issued)) => *issued,
        Reply::Done => return done(place, "done"),
        _ => return Err(out::unexpected()),
    };
    let auth = one(place, tenant, &issued.name)?.source.auth;
    let text = pasted(&issued, &auth);
    let curl = issued.api_key.as_ref().and_then(|key| tried(&issued, key, &auth));
    if place.json {
        let mut object = json!({
            "company_id": issued.tenant,
            "source": issued.name,
            "kind": issued.kind,
            "webhook_url": issued.webhook_url,
            "paste": text,
        });
        let values = [("api_key", issued.api_key), ("hmac_secret", issued.hmac_secret), ("curl", curl)];
        for (name, value) in values.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            object[name] = value.into();
        }
        return out::json(&object);
    }
    let title = issued.kind.row().title;
    let rows = [
        ("source", Some(format!("{}/{} ({title})", issued.tenant, issued.name))),
        ("webhook_url", Some(issued.webhook_url)),
        ("api_key", issued.api_key),
        ("hmac_secret", issued.hmac_secret),
    ];
    let mut secrets = 0;
    for (name, value) in rows.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        secrets += u8::from(matches!(name, "api_key" | "hmac_secret"));
        out::line(SafeText::line(&format!("{name:<12} {value}")))?;
    }
    if secrets > 0 {
        out::line("\nThis is shown once.")?;
    }
    out::line(format!("\nPaste into the tool:\n\n{text}"))?;
    match curl {
        Some(curl) => out::line(format!("\nTry it with a saved body, with the engine running:\n\n{curl}")),
        None => Ok(()),
    }
}

/// Prints again what to paste, without key and secret.
///
/// # Errors
/// What went wrong.
pub fn paste(tenant: &TenantId, name: &str, place: &Place) -> Result<(), Failure> {
    let shown = one(place, tenant, name)?;
    let blanks =
        paste::Blanks { url: &shown.url, key: None, secret: None, tenant: tenant.as_str(), source: &shown.name };
    let text = with_signing(paste::filled(shown.source.kind, blanks), shown.source.kind, &shown.source.auth, None);
    if place.json { out::json(&json!({ "paste": text })) } else { out::line(text) }
}

fn pasted(issued: &Issued, auth: &Auth) -> String {
    let blanks = paste::Blanks {
        url: &issued.webhook_url,
        key: issued.api_key.as_deref(),
        secret: issued.hmac_secret.as_deref(),
        tenant: issued.tenant.as_str(),
        source: &issued.name,
    };
    with_signing(paste::filled(issued.kind, blanks), issued.kind, auth, issued.hmac_secret.as_deref())
}

fn with_signing(text: String, kind: Kind, auth: &Auth, secret: Option<&str>) -> String {
    match paste::signing(kind, auth, secret) {
        Some(signing) => format!("{text}\n\n{signing}"),
        None => text,
    }
}

fn tried(issued: &Issued, key: &str, auth: &Auth) -> Option<String> {
    curl::command(&issued.webhook_url, key, issued.hmac_secret.as_deref(), auth)
}

/// A mapping table of the command line. Whether it can be followed is the engine's to say.
pub fn mapping(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    if text.len() > LONGEST_MAPPING {
        return Err(Failure::wrong_words(format!("a mapping has at most {} KiB", LONGEST_MAPPING >> 10)));
    }
    Ok(text)
}

/// A secret, from a file or standard input: never from the arguments, which everybody on this host can see.
pub fn secret(file: &Path) -> Result<Given, Failure> {
    let mut text = String::new();
    let read = match file.as_os_str() == "-" {
        true => std::io::stdin().take(LONGEST_SECRET).read_to_string(&mut text),
        false => std::fs::File::open(file).and_then(|file| file.take(LONGEST_SECRET).read_to_string(&mut text)),
    };
    read.with_context(|| format!("cannot read the secret from {}", file.display()))?;
    let secret = text.trim_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(Failure::wrong_words(format!("there is no secret in {}", file.display())));
    }
    Ok(Given(secret.into()))
}

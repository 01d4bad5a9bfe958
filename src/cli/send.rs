//! `send`: posts a correctly signed alert, for trying out and for scripts.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::Global;
use super::out::{self, Failure};
use super::reach::runtime;
use crate::core::safe_text::SafeText;
use crate::core::severity::Severity;
use crate::engine::wall_clock;
use crate::sender::{Papers, Said, Sender};

/// What to send where.
#[derive(Debug, Args)]
pub struct Send {
    /// The webhook, or only http://HOST:PORT
    #[arg(long, value_name = "URL")]
    url: String,
    /// The tenant's API key; better in the environment, which other users can't read
    #[arg(long, env = "ALERT_WHISPERER_KEY", hide_env_values = true, value_name = "KEY")]
    key: String,
    /// The tenant's signing secret; likewise
    #[arg(long, env = "ALERT_WHISPERER_SECRET", hide_env_values = true, value_name = "SECRET")]
    secret: Option<String>,
    /// What is ill
    #[arg(long, value_name = "NAME")]
    asset: String,
    /// The kind of trouble, for example high_cpu_usage
    #[arg(long, value_name = "NAME")]
    signature: String,
    /// low, medium, high, critical
    #[arg(long, value_name = "WORD")]
    severity: Severity,
    /// What a person should read
    #[arg(long, default_value = "sent by hand")]
    message: String,
    /// Who says so
    #[arg(long, default_value = "alert-whisperer", value_name = "NAME")]
    tool: String,
    /// It is over
    #[arg(long)]
    resolved: bool,
    /// More authorities whose certificates are believed, as PEM
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Our own certificate and its key in one PEM file, for a receiver that asks for one
    #[arg(long, value_name = "FILE")]
    client_cert: Option<PathBuf>,
    /// So many, one after the other
    #[arg(long, default_value_t = 1)]
    count: u32,
}

/// Runs the command.
///
/// # Errors
/// When an alert was not taken.
pub fn run(send: &Send, global: &Global) -> Result<(), Failure> {
    let papers = Papers { authorities: pem(send.ca_file.as_deref())?, own: pem(send.client_cert.as_deref())? };
    let sender = Sender::new(&webhook(&send.url), &send.key, send.secret.as_deref(), &papers);
    let sender = sender.context("--ca-file takes certificates in PEM, --client-cert one and its key")?;
    let runtime = runtime(1)?;
    let clock = wall_clock();
    for number in 1..=send.count {
        // Two alerts of one second must not be the same bytes, or the second would be a retry of the first.
        let message = if send.count == 1 { send.message.clone() } else { format!("{} (#{number})", send.message) };
        let body = json!({
            "asset_name": send.asset,
            "signature": send.signature,
            "severity": send.severity,
            "message": message,
            "tool_source": send.tool,
            "status": if send.resolved { "resolved" } else { "firing" },
        });
        let said = runtime.block_on(sender.post(body.to_string(), clock().unix_seconds()));
        let said = said.with_context(|| {
            // A key may be in the query.
            let place = send.url.split('?').next().unwrap_or_default();
            let authority = if place.starts_with("https://") { " and give its authority with --ca-file" } else { "" };
            format!("no answer from {place}; see that an engine listens there, with `alert-whisperer check`{authority}")
        })?;
        tell(&said, global.json)?;
    }
    Ok(())
}

/// A file with at least one certificate in it.
fn pem(file: Option<&Path>) -> Result<Option<Vec<u8>>, Failure> {
    let Some(file) = file else { return Ok(None) };
    let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    match text.windows(CERTIFICATE.len()).any(|begin| begin == CERTIFICATE) {
        true => Ok(Some(text)),
        false => Err(Failure::wrong_words(format!("{} holds no certificate in PEM", file.display()))),
    }
}

const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

fn tell(said: &Said, json: bool) -> Result<(), Failure> {
    if said.status != 200 {
        return Err(anyhow::anyhow!("the receiver answered {}: {}", said.status, said.body.trim()).into());
    }
    match serde_json::from_str::<serde_json::Value>(&said.body) {
        Ok(answer) if json => out::json(&answer),
        Ok(answer) => {
            let text = |key: &str| answer[key].as_str().unwrap_or("-").to_owned();
            let line = format!("{}: alert {}, incident {}", text("message"), text("alert_id"), text("incident_id"));
            out::line(SafeText::line(&line))
        }
        Err(_) => Err(anyhow::anyhow!("the receiver's answer is no JSON; is {} the right port?", "--url").into()),
    }
}

/// The webhook at a URL that may be only the receiver's address.
fn webhook(url: &str) -> String {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    match after_scheme.trim_end_matches('/').contains('/') {
        true => url.to_owned(),
        false => format!("{}{}", url.trim_end_matches('/'), crate::core::tour::ALERTS_PATH),
    }
}

#[cfg(test)]
mod tests {
    use super::webhook;

    #[test]
    fn an_address_is_enough_of_a_url() {
        assert_eq!(webhook("http://127.0.0.1:8001"), "http://127.0.0.1:8001/api/webhooks/alerts");
        assert_eq!(webhook("http://127.0.0.1:8001/"), "http://127.0.0.1:8001/api/webhooks/alerts");
        assert_eq!(webhook("https://x/api/webhooks/alerts?api_key=k"), "https://x/api/webhooks/alerts?api_key=k");
    }
}

//! `tenant`: add, list, show, set, keys and secrets, remove.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::json;

use super::house;
use super::out::{self, Failure, Table};
use super::place::Place;
use super::reach::Reached;
use crate::core::id::TenantId;
use crate::core::safe_text::SafeText;
use crate::core::setting;
use crate::core::tenant::{AwsAccount, Tenant as Company};
use crate::core::tour;
use crate::link::{Issued, NewTenant, Refusal, Reply, Request};

/// What can be done with tenants.
#[derive(Debug, Subcommand)]
pub enum Tenant {
    /// Add a client; prints its keys and secret, this once
    Add(Add),
    /// List them
    List,
    /// Show one with its settings
    Show {
        /// For example comp_acme
        id: TenantId,
    },
    /// Change settings
    Set {
        /// For example comp_acme
        id: TenantId,
        /// For example correlation.time_window_minutes=5; `tenant show` lists them
        #[arg(required = true, value_name = "KEY=VALUE")]
        settings: Vec<String>,
    },
    /// A new key; the old one is refused at once
    RotateKey {
        /// For example comp_acme
        id: TenantId,
        /// Which sender's
        #[arg(long, default_value = "alerts", value_name = "alerts|alertmanager")]
        source: String,
    },
    /// A new signing secret
    RotateSecret {
        /// For example comp_acme
        id: TenantId,
        /// How long the old one stays valid, for example 1h
        #[arg(long, value_name = "SPAN", value_parser = span)]
        grace: Option<u64>,
    },
    /// Turn the signature check on or off
    Signing {
        /// For example comp_acme
        id: TenantId,
        /// on or off
        #[arg(value_parser = ["on", "off"])]
        state: String,
    },
    /// Whether its AWS account lets us in, and the policies that it must grant
    Verify {
        /// For example comp_acme
        id: TenantId,
    },
    /// Prepare a machine outside of AWS to be managed; prints its activation, this once
    Activate(super::verify::Activate),
    /// Write a copy of a client, from which it can be restored; its keys and secrets are in it
    Backup {
        /// For example comp_acme
        id: TenantId,
        /// Must not be there yet
        file: PathBuf,
    },
    /// Take a client in from a copy, on this host or another, exactly as it was
    Restore {
        /// What `tenant backup` wrote
        file: PathBuf,
        /// Instead of the client that is there, which is then gone
        #[arg(long)]
        replace: bool,
    },
    /// Write everything down that is kept of a client, one JSON value a line; without keys and secrets
    Export {
        /// For example comp_acme
        id: TenantId,
        /// Must not be there yet
        #[arg(value_name = "FILE.jsonl")]
        file: PathBuf,
    },
    /// Remove a client, its audit log too, and leave no trace of it
    Erase {
        /// For example comp_acme
        id: TenantId,
        /// Yes, all of it
        #[arg(long)]
        yes: bool,
    },
    /// Remove a client with everything that is kept of it, but for its audit log
    Remove {
        /// For example comp_acme
        id: TenantId,
        /// Yes, all of it
        #[arg(long)]
        yes: bool,
    },
}

/// A client to add.
#[derive(Debug, Args)]
pub struct Add {
    /// For example comp_acme
    id: TenantId,
    /// As people call it
    #[arg(long)]
    name: Option<String>,
    /// An asset that counts more, for example "payment-*"; may be given again
    #[arg(long = "critical-asset", value_name = "GLOB")]
    critical_assets: Vec<String>,
    /// Its AWS account
    #[arg(long, value_name = "12 DIGITS")]
    aws_account_id: Option<String>,
    /// The role that it grants
    #[arg(long, value_name = "ARN")]
    aws_role_arn: Option<String>,
    /// What the role's trust policy asks for
    #[arg(long, value_name = "ID")]
    aws_external_id: Option<String>,
    /// For example us-east-1
    #[arg(long, value_name = "REGION")]
    aws_region: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What went wrong.
pub fn run(command: Tenant, place: &Place) -> Result<(), Failure> {
    let reads = matches!(
        command,
        Tenant::List | Tenant::Show { .. } | Tenant::Verify { .. } | Tenant::Backup { .. } | Tenant::Export { .. }
    );
    if !reads {
        place.may_change()?;
    }
    let done = |text: &str| if place.json { out::json(&json!({ "done": true })) } else { out::line(text) };
    match command {
        Tenant::Add(add) => {
            let account = AwsAccount {
                account_id: add.aws_account_id.unwrap_or_default(),
                role_arn: add.aws_role_arn.unwrap_or_default(),
                external_id: add.aws_external_id.unwrap_or_default(),
                region: add.aws_region.unwrap_or_default(),
            };
            let aws = (account != AwsAccount::default()).then_some(account);
            let new = NewTenant { id: add.id, name: add.name, critical_assets: add.critical_assets, aws };
            issued(place, Request::TenantAdd(new))
        }
        Tenant::List => {
            let tenants = tenants(place)?;
            if place.json {
                return out::json(&tenants);
            }
            let mut table = Table::new(&["ID", "NAME", "SIGNING", "WINDOW", "CRITICAL ASSETS"]);
            for tenant in &tenants {
                let settings = &tenant.settings;
                let signing = if settings.signing.enabled { "on" } else { "OFF" };
                let window = format!("{}m", settings.correlation.time_window_minutes);
                let assets = settings.critical_assets.join(", ");
                table.row(&[tenant.id.as_str(), &tenant.name, signing, &window, &assets]);
            }
            table.print()
        }
        Tenant::Show { id } => show(place, &id),
        Tenant::Set { id, settings } => {
            let pairs = settings.iter().map(|pair| match pair.split_once('=') {
                Some((key, value)) => Ok((key.trim().to_owned(), value.to_owned())),
                None => Err(Failure::wrong_words("settings are given as KEY=VALUE; `tenant show ID` lists them")),
            });
            let settings = pairs.collect::<Result<_, _>>()?;
            Reached::ask_once(place, Request::TenantSet { id, settings })?;
            done("done")
        }
        Tenant::RotateKey { id, source } => issued(place, Request::RotateKey { id, source }),
        Tenant::RotateSecret { id, grace } => {
            issued(place, Request::RotateSecret { id, grace_seconds: grace.unwrap_or(0) })
        }
        Tenant::Signing { id, state } => {
            let settings = vec![("signing.enabled".to_owned(), state.clone())];
            Reached::ask_once(place, Request::TenantSet { id, settings })?;
            done(&format!("signing is {state}"))
        }
        Tenant::Verify { id } => super::verify::verify(&id, place),
        Tenant::Backup { id, file } => house::backup(&id, &file, place),
        Tenant::Restore { file, replace } => house::restore(&file, replace, place),
        Tenant::Export { id, file } => house::export(&id, &file, place),
        Tenant::Erase { id, yes } => house::erase(&id, yes, place),
        Tenant::Activate(new) => super::verify::activate(new, place),
        Tenant::Remove { id, yes } => {
            if !yes {
                let say = format!(
                    "this removes {id} with all its alerts and incidents for good, but for its audit log; say so with --yes"
                );
                return Err(Failure::wrong_words(say));
            }
            Reached::ask_once(place, Request::TenantRemove { id })?;
            done("removed")
        }
    }
}

fn tenants(place: &Place) -> Result<Vec<std::sync::Arc<Company>>, Failure> {
    match Reached::ask_once(place, Request::Tenants)? {
        Reply::Tenants(tenants) => Ok(tenants),
        _ => Err(out::unexpected()),
    }
}

fn show(place: &Place, id: &TenantId) -> Result<(), Failure> {
    let tenants = tenants(place)?;
    let tenant = tenants.iter().find(|tenant| tenant.id == *id).ok_or_else(Refusal::no_tenant)?;
    if place.json {
        return out::json(tenant);
    }
    let mut table = Table::default();
    table.row(&["id", tenant.id.as_str()]);
    table.row(&["name", &tenant.name]);
    table.row(&["created_at", &tenant.created_at.to_string()]);
    for key in setting::names(&tenant.settings) {
        table.row(&[&key, &setting::get(&tenant.settings, &key).unwrap_or_default()]);
    }
    table.print()
}

/// Asks for something that is shown once, and shows it.
fn issued(place: &Place, request: Request) -> Result<(), Failure> {
    let Reply::Issued(issued) = Reached::ask_once(place, request)? else { return Err(out::unexpected()) };
    let issued = *issued;
    let url = |source: &str, key: &String| format!("{}/api/webhooks/{source}?api_key={key}", issued.base_url);
    let webhook_url = issued.api_key.as_ref().map(|key| url("alerts", key));
    let alertmanager_url = issued.alertmanager_key.as_ref().map(|key| url("alertmanager", key));
    let curl = curl(&issued);
    let rows = [
        ("api_key", issued.api_key),
        ("hmac_secret", issued.hmac_secret),
        ("webhook_url", webhook_url),
        ("alertmanager_key", issued.alertmanager_key),
        ("alertmanager_url", alertmanager_url),
    ];
    let rows = rows.into_iter().filter_map(|(name, value)| Some((name, value?)));
    if place.json {
        let mut object = json!({ "id": issued.tenant });
        for (name, value) in rows.chain(curl.map(|curl| ("curl", curl))) {
            object[name] = value.into();
        }
        return out::json(&object);
    }
    for (name, value) in [("tenant", issued.tenant.to_string())].into_iter().chain(rows) {
        out::line(SafeText::line(&format!("{name:<17} {value}")))?;
    }
    out::line("\nThis is shown once.")?;
    if let Some(curl) = curl {
        out::line(format!("Try it, with the engine running:\n\n{curl}"))?;
    }
    Ok(())
}

/// A command that sends a signed alert, when all that it needs has just been issued.
fn curl(issued: &Issued) -> Option<String> {
    let (key, secret) = (issued.api_key.as_ref()?, issued.hmac_secret.as_ref()?);
    Some(format!("KEY={key}; SECRET={secret}\n{}", tour::curl(&issued.base_url).join("\n")))
}

/// Reads `90s`, `15m`, `1h`, `2d` as seconds.
pub(super) fn span(text: &str) -> anyhow::Result<u64> {
    let (digits, unit) = text.split_at(text.len() - text.chars().next_back().map_or(0, char::len_utf8));
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => anyhow::bail!("a span is a number with s, m, h or d behind it, for example 1h"),
    };
    let number: u64 = digits.parse().context("a span is a number with s, m, h or d behind it, for example 1h")?;
    number.checked_mul(unit).context("that is too long")
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn spans_are_a_number_and_a_unit() {
        assert_eq!(span("90s").unwrap(), 90);
        assert_eq!(span("1h").unwrap(), 3_600);
        for bad in ["", "h", "1", "1é", "-1h", "999999999999999999d"] {
            assert!(span(bad).is_err(), "{bad}");
        }
    }
}

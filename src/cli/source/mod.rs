//! `source`: who posts for a client: add, list, show, keys and secrets, what to paste where, and what a body becomes.

mod add;
mod auth;
mod list;
mod read;
mod wait;

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::out::{self, Failure};
use super::place::Place;
use super::reach::Reached;
use super::tenant::span;
use crate::core::id::TenantId;
use crate::core::source::kind::Kind;
use crate::link::source::{Ask, Shown, Told};
use crate::link::{Reply, Request};

/// What can be done with sources.
#[derive(Debug, Subcommand)]
pub enum Source {
    /// Add one; prints its key and secret, this once, and what to paste into the tool
    Add(add::Add),
    /// List them, with when they last sent and what was refused
    List {
        /// One client's only, for example comp_acme
        tenant: Option<TenantId>,
    },
    /// Show one, with how it is
    Show {
        /// For example comp_acme
        tenant: TenantId,
        /// Its name in the URL
        name: String,
    },
    /// Change how one proves itself, or its mapping
    Set(add::Set),
    /// A new key; the old one is refused at once
    RotateKey {
        /// For example comp_acme
        tenant: TenantId,
        /// Its name in the URL
        name: String,
    },
    /// A new signing secret
    RotateSecret {
        /// For example comp_acme
        tenant: TenantId,
        /// Its name in the URL
        name: String,
        /// How long the old one stays valid, for example 1h
        #[arg(long, value_name = "SPAN", value_parser = span)]
        grace: Option<u64>,
        /// The secret that the tool has made; - reads standard input
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
    },
    /// Take one away; what it sent stays
    Remove {
        /// For example comp_acme
        tenant: TenantId,
        /// Its name in the URL
        name: String,
        /// Yes, its key is refused from then on
        #[arg(long)]
        yes: bool,
    },
    /// The tools that a source can be
    Kinds,
    /// Print the mapping table of a kind, to copy and change
    Preset {
        /// For example datadog
        kind: Kind,
    },
    /// Print again what to paste into the tool, without key and secret
    Paste {
        /// For example comp_acme
        tenant: TenantId,
        /// Its name in the URL
        name: String,
    },
    /// What a saved body becomes, field by field; nothing is stored
    Test(read::Test),
    /// Bodies that could not be read, the latest first
    Unread {
        /// For example comp_acme
        tenant: TenantId,
        /// Of this source only
        name: Option<String>,
    },
    /// Take bodies that could not be read as if they came now, if they can be read by now
    Replay {
        /// For example comp_acme
        tenant: TenantId,
        /// Of this source only
        name: Option<String>,
        /// Only this one; `source unread` lists them; may be given again
        #[arg(long = "number", value_name = "N")]
        numbers: Vec<u64>,
    },
    /// Forget bodies that could not be read
    Discard {
        /// For example comp_acme
        tenant: TenantId,
        /// Which; `source unread` lists them
        #[arg(required = true, value_name = "N")]
        numbers: Vec<u64>,
        /// Yes, for good
        #[arg(long)]
        yes: bool,
    },
    /// SNS topics that send here or want to; let one in, or refuse it
    Topics(list::Topics),
}

/// Runs the command.
///
/// # Errors
/// What went wrong.
pub fn run(command: Source, place: &Place) -> Result<(), Failure> {
    match command {
        Source::Add(add) => add::add(add, place),
        Source::List { tenant } => list::list(tenant, place),
        Source::Show { tenant, name } => list::show(&tenant, &name, place),
        Source::Set(set) => add::set(set, place),
        Source::RotateKey { tenant, name } => {
            place.may_change()?;
            add::issued(place, &tenant, Ask::RotateKey { name })
        }
        Source::RotateSecret { tenant, name, grace, secret_file } => {
            place.may_change()?;
            let secret = secret_file.as_deref().map(add::secret).transpose()?;
            add::issued(place, &tenant, Ask::RotateSecret { name, grace_seconds: grace.unwrap_or(0), secret })
        }
        Source::Remove { tenant, name, yes } => {
            place.may_change()?;
            if !yes {
                let say = format!("whoever posts to {name} is refused from then on; say so with --yes");
                return Err(Failure::wrong_words(say));
            }
            ask(place, &tenant, Ask::Remove { name })?;
            done(place, "removed")
        }
        Source::Kinds => list::kinds(place),
        Source::Preset { kind } => read::preset(kind),
        Source::Paste { tenant, name } => add::paste(&tenant, &name, place),
        Source::Test(test) => read::test(&test, place),
        Source::Unread { tenant, name } => read::unread(&tenant, name.as_deref(), place),
        Source::Replay { tenant, name, numbers } => {
            place.may_change()?;
            let Reply::Source(Told::Replayed { taken, left }) = ask(place, &tenant, Ask::Replay { name, numbers })?
            else {
                return Err(out::unexpected());
            };
            match place.json {
                true => out::json(&json!({ "taken": taken, "left": left })),
                false => out::line(format!("{taken} taken, {left} still can't be read")),
            }
        }
        Source::Discard { tenant, numbers, yes } => {
            place.may_change()?;
            if !yes {
                return Err(Failure::wrong_words("a discarded body is gone for good; say so with --yes"));
            }
            ask(place, &tenant, Ask::Discard { numbers })?;
            done(place, "discarded")
        }
        Source::Topics(topics) => list::topics(topics, place),
    }
}

fn ask(place: &Place, tenant: &TenantId, about: Ask) -> Result<Reply, Failure> {
    Reached::ask_once(place, Request::Source { tenant: tenant.clone(), about })
}

fn done(place: &Place, say: &str) -> Result<(), Failure> {
    if place.json { out::json(&json!({ "done": true })) } else { out::line(say) }
}

/// All sources of a client.
fn all(place: &Place, tenant: &TenantId) -> Result<Vec<Shown>, Failure> {
    match ask(place, tenant, Ask::List)? {
        Reply::Source(Told::List(all)) => Ok(all),
        _ => Err(out::unexpected()),
    }
}

/// One of them.
fn one(place: &Place, tenant: &TenantId, name: &str) -> Result<Shown, Failure> {
    let found = all(place, tenant)?.into_iter().find(|source| source.name == name);
    found.ok_or_else(|| Failure::wrong_words(format!("{tenant} has no such source; `source list {tenant}` lists them")))
}

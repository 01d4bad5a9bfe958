//! Programs that people really have, posting to the program as it is built: what they send is taken, once.
//!
//! `.ci/senders` unpacks them, and says where in the environment. A plain `cargo test` leaves this out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../support/program.rs"]
mod program;
mod prometheus;
mod scripts;
mod zabbix;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use program::{Serve, json};
use serde_json::Value;

/// A program that `.ci/senders` has named, with the libraries that were unpacked with it.
fn sender(variable: &str) -> Command {
    let path = std::env::var_os(variable).unwrap_or_else(|| panic!("{variable}: run .ci/senders"));
    let mut command = Command::new(path);
    if let Some(libraries) = std::env::var_os("SENDERS_LIBRARIES") {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    command
}

/// Where a program posts to, and what came of it.
struct Posts {
    address: SocketAddr,
    /// Of the source, without the key.
    url: String,
    key: String,
    /// Empty when the kind does not sign.
    secret: String,
    data_dir: PathBuf,
}

impl Posts {
    /// A tenant with one source of a kind.
    fn to(serve: &Serve, data_dir: &Path, kind: &str) -> Self {
        json(data_dir, &["tenant", "add", "comp_acme"]);
        // Every tenant has this one.
        let issued = if kind == "alertmanager" {
            json(data_dir, &["source", "rotate-key", "comp_acme", kind])
        } else {
            json(data_dir, &["source", "add", "comp_acme", kind, "--kind", kind])
        };
        let named = |name: &str| issued[name].as_str().unwrap_or_default().to_owned();
        let url = format!("http://{}/api/webhooks/{kind}", serve.address);
        Self {
            address: serve.address,
            url,
            key: named("api_key"),
            secret: named("hmac_secret"),
            data_dir: data_dir.to_owned(),
        }
    }

    /// All that there are: `alerts`, `incidents`.
    fn all(&self, what: &str) -> Vec<Value> {
        json(&self.data_dir, &[what]).as_array().unwrap().clone()
    }

    /// The one that there is of the kind's own; incidents about the source itself are left out.
    fn only(&self, what: &str) -> Value {
        let all = self.all(what);
        assert_eq!(all.len(), 1, "{what}: {all:#?}");
        all[0].clone()
    }
}

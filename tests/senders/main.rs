//! Programs that people really have, posting to the program as it is built: what they send is taken, once.
//!
//! `.ci/senders` unpacks them, and says where in the environment. A plain `cargo test` leaves this out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../support/program.rs"]
mod program;
mod zabbix;

use std::process::Command;

/// A program that `.ci/senders` has named, with the libraries that were unpacked with it.
fn sender(variable: &str) -> Command {
    let path = std::env::var_os(variable).unwrap_or_else(|| panic!("{variable}: run .ci/senders"));
    let mut command = Command::new(path);
    if let Some(libraries) = std::env::var_os("SENDERS_LIBRARIES") {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    command
}

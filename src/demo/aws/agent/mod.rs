//! The stand-in's agents: the other end of a session. What is said on the channel is decided by `machine`; `attendance` carries
//! frames and time to it, and the rest is what runs: a shell, a command, a port.

mod attendance;
mod command;
mod connections;
pub mod machine;
mod port;
mod shell;
pub(super) mod terminal;
mod text;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

pub(super) use self::attendance::attend;
use self::machine::Plugin;
use super::state::Shared;
use super::world::{Encryption, Node};

/// A session as the agent is told of it.
#[derive(Debug)]
pub(super) struct Begun {
    pub session: String,
    pub account: String,
    pub node: Node,
    pub plan: Plan,
    pub encryption: Option<Encryption>,
}

/// What a session is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Plan {
    /// A shell.
    Shell,
    /// A command without input.
    Command {
        text: String,
        /// Its errors are kept apart, and its exit code is told.
        separate: bool,
    },
    /// A port.
    Port {
        host: Option<String>,
        port: u16,
        /// As the client said it; the agent tells it back.
        local: String,
        /// One connection at a time, without smux, as agents of old.
        raw: bool,
    },
}

/// Something for what runs.
#[derive(Debug)]
enum Hear {
    Bytes(Bytes),
    Size { cols: u16, rows: u16 },
    Flag(u32),
}

/// Something from what runs.
#[derive(Debug)]
enum Say {
    /// It takes input from now on.
    Started,
    Output(Bytes),
    Errors(Bytes),
    ExitCode(i32),
    NoConnection,
    /// It is over, for this reason if for any.
    Ended(String),
}

/// Bytes in one piece of what is said: one message of the channel.
const PIECE: usize = 1_024;

impl Plan {
    fn plugin(&self) -> Plugin {
        match self {
            Self::Shell => Plugin::Shell,
            Self::Command { .. } => Plugin::Command,
            Self::Port { host, port, local, raw } => {
                let mut properties = BTreeMap::from([("portNumber".to_owned(), port.to_string())]);
                if !raw {
                    properties.insert("type".into(), "LocalPortForwarding".into());
                    properties.insert("localPortNumber".into(), local.clone());
                }
                properties.extend(host.iter().map(|host| ("host".to_owned(), host.clone())));
                Plugin::Port(properties)
            }
        }
    }
}

/// Where something runs.
#[derive(Debug)]
struct Place {
    shared: Arc<Shared>,
    account: String,
    node: Node,
    pace: Duration,
    first_output: Duration,
    loopback: bool,
}

impl Place {
    /// The machine's own directory.
    ///
    /// # Errors
    /// When it can't be made.
    fn home(&self) -> io::Result<PathBuf> {
        let home = self.shared.folder.join(&self.account).join(&self.node.id);
        std::fs::create_dir_all(&home)?;
        Ok(home)
    }
}

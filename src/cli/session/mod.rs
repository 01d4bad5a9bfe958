//! `session`: shells, commands and forwarded ports on clients' machines; what was kept of them, and whether it is what it was.

mod follow;
mod forward;
mod list;
mod machine;
mod recording;
mod replay;
mod run;
mod verify;

use clap::{Args, Subcommand};

use super::out::Failure;
use super::place::Place;
use crate::core::id::{IncidentId, SessionId, TenantId};

/// What can be done with sessions.
#[derive(Debug, Subcommand)]
pub enum Session {
    /// Sessions, the latest first
    List(List),
    /// One session
    Show(Which),
    /// Play what a session showed
    Replay(replay::Replay),
    /// What a session showed, as an asciicast
    Export(recording::Export),
    /// End one
    End(Which),
    /// Whether recordings are what the audit log says
    Verify(verify::Verify),
    /// Run a command on a machine, see what it writes, end with its exit code
    Run(run::Run),
    /// Let a local port lead to a machine's, until ctrl-c
    Forward(forward::Forward),
}

/// Which sessions.
#[derive(Debug, Args)]
pub struct List {
    /// One client only
    #[arg(long, value_name = "ID")]
    tenant: Option<TenantId>,
    /// One incident only
    #[arg(long, value_name = "ID", conflicts_with = "tenant")]
    incident: Option<IncidentId>,
    /// Only those that are not over
    #[arg(long)]
    open: bool,
    /// At most so many
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

/// Which session.
#[derive(Debug, Args)]
pub struct Which {
    /// For example comp_acme-s3
    id: SessionId,
}

/// Runs the command.
///
/// # Errors
/// What went wrong.
pub fn run(command: &Session, place: &Place) -> Result<(), Failure> {
    match command {
        Session::List(which) => list::list(which, place),
        Session::Show(which) => list::show(&which.id, place),
        Session::Replay(replay) => replay::run(replay, place),
        Session::Export(export) => recording::export(export, place),
        Session::End(which) => list::end(&which.id, place),
        Session::Verify(which) => verify::run(which, place),
        Session::Run(run) => run::run(run, place),
        Session::Forward(forward) => forward::run(forward, place),
    }
}

//! `nodes`: a client's managed machines, as AWS tells of them.

use clap::Args;

use super::out::{self, Failure, Table};
use super::place::Place;
use super::reach::Reached;
use crate::core::id::TenantId;
use crate::core::node::Node;
use crate::link::remote::{Reached as Answer, Remote};

/// Whose.
#[derive(Debug, Args)]
pub struct Nodes {
    /// For example comp_acme
    #[arg(long, value_name = "ID")]
    tenant: TenantId,
    /// What AWS said a moment ago will do
    #[arg(long)]
    cached: bool,
}

/// Lists them.
///
/// # Errors
/// What went wrong.
pub fn run(which: &Nodes, place: &Place) -> Result<(), Failure> {
    let reached = Reached::with_hands(place, false)?;
    let answer = reached.ask_remote(Remote::Nodes { tenant: which.tenant.clone(), fresh: !which.cached });
    reached.finish();
    let Answer::Nodes(known) = answer? else { return Err(out::unexpected()) };
    if place.json {
        return out::json(&known.nodes);
    }
    table(&known.nodes).print()
}

/// Machines as a table.
pub fn table(nodes: &[Node]) -> Table {
    let mut table = Table::new(&["INSTANCE", "NAME", "STATE", "LAST PING", "SYSTEM", "ADDRESS", "AGENT"]);
    for node in nodes {
        table.row(&[
            node.instance.as_str(),
            &node.name,
            if node.online { "online" } else { "OFFLINE" },
            &node.last_ping_at.map_or_else(|| "-".into(), |at| at.to_string()),
            &node.system,
            &node.ip,
            &node.agent_version,
        ]);
    }
    table
}

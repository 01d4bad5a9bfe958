//! What lies between the two ends of a session's channel, whoever is at the client's: one queue each way.

use bytes::Bytes;
use tokio::sync::{Mutex, mpsc, watch};

/// Frames that wait for the client. More, and the agent waits.
const DOWN: usize = 64;
/// Frames that wait for the agent. More, and the client is not read.
const UP: usize = 64;

/// A session's channel, as the gateway has it.
#[derive(Debug)]
pub(in crate::demo::aws) struct Relay {
    /// To the agent.
    pub up: mpsc::Sender<Bytes>,
    /// From the agent. Whoever holds it is the one client.
    pub down: Mutex<mpsc::Receiver<Down>>,
    /// How many clients have come: the latest has the channel.
    pub clients: watch::Sender<u64>,
    /// The session was ended by somebody.
    pub end: watch::Sender<bool>,
}

/// What the agent's end gives the gateway.
#[derive(Debug)]
pub(in crate::demo::aws) enum Down {
    /// A frame for the client.
    Frame(Bytes),
    /// It is over, for this reason.
    Closed(String),
}

/// The agent's end.
#[derive(Debug)]
pub(in crate::demo::aws) struct AgentEnd {
    pub up: mpsc::Receiver<Bytes>,
    pub down: mpsc::Sender<Down>,
    pub end: watch::Receiver<bool>,
}

impl Relay {
    pub fn pair() -> (Self, AgentEnd) {
        let (up, agent_up) = mpsc::channel(UP);
        let (agent_down, down) = mpsc::channel(DOWN);
        let (end, agent_end) = watch::channel(false);
        let relay = Self { up, down: Mutex::new(down), clients: watch::Sender::new(0), end };
        (relay, AgentEnd { up: agent_up, down: agent_down, end: agent_end })
    }
}

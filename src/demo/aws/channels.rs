//! Session Manager's sessions, as they are remembered.

use std::sync::Arc;

use super::gateway::relay::Relay;
use super::state::Shared;
use crate::core::credentials::Secret;
use crate::core::time::Moment;

/// A session of Session Manager.
#[derive(Debug)]
pub(super) struct Channel {
    pub account: String,
    pub region: String,
    pub target: String,
    pub document: String,
    pub owner: String,
    pub reason: String,
    pub started_at: Moment,
    /// When and how it ended.
    pub ended: Option<(Moment, &'static str)>,
    /// What opens it, as it was given out last.
    pub token: Secret,
    /// The first client that opened it: it stays this one.
    pub client: Option<String>,
    /// What its openings were called.
    pub requests: Vec<String>,
    /// How many connections it had.
    pub sockets: usize,
    pub relay: Arc<Relay>,
}

/// A session of Session Manager, for those who look on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// Its id.
    pub id: String,
    /// In which account.
    pub account: String,
    /// On which machine.
    pub target: String,
    /// By which document.
    pub document: String,
    /// Why.
    pub reason: String,
    /// `Connected`, `Terminated`, `TimedOut` or `Failed`.
    pub status: &'static str,
    /// How many connections it had so far.
    pub sockets: usize,
}

impl Channel {
    pub fn status(&self) -> &'static str {
        self.ended.map_or("Connected", |(_, status)| status)
    }
}

impl Shared {
    /// Session Manager's sessions as they are now.
    pub(super) fn opened(&self) -> Vec<Opened> {
        let opened = |(id, channel): (&String, &Channel)| Opened {
            id: id.clone(),
            account: channel.account.clone(),
            target: channel.target.clone(),
            document: channel.document.clone(),
            reason: channel.reason.clone(),
            status: channel.status(),
            sockets: channel.sockets,
        };
        self.state().channels.iter().map(opened).collect()
    }

    /// Where a session's channel is.
    pub(super) fn stream_url(&self, id: &str) -> String {
        format!("ws://{}/v1/data-channel/{id}?role=publish_subscribe&cell-number=AAEAAQ%3D%3D", self.address)
    }

    /// A session is over, unless it already was. Its agent ends what it runs, and tells the client.
    pub(super) fn end_channel(&self, id: &str, how: &'static str) {
        let now = self.now();
        if let Some(channel) = self.state().channels.get_mut(id) {
            channel.ended.get_or_insert((now, how));
            channel.relay.end.send_replace(true);
        }
        self.changed();
    }
}

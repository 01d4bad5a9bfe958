//! A channel's two ends: the one that is handed out, and the one that carries, or in a trial stands in for, the machine.

use tokio::sync::mpsc;

use crate::aws::Account;
use crate::core::session::Kind;

use super::chance::Chance;
use super::client::{Client, Setup};
use super::drive::Drive;
use super::pace::PACE;
use super::reach::InAccount;
use super::{Channel, Event, Input, Started};

/// As many inputs wait for the way to the machine.
const INPUTS: usize = 64;
/// As many events wait to be taken. A message of the machine is 1 KiB, and never more than 64.
const EVENTS: usize = 64;

/// The machine's end of a channel, for trials.
#[derive(Debug)]
pub struct Mate {
    /// What the machine is to get.
    pub input: mpsc::Receiver<Input>,
    /// What happens there. After [`Event::Ended`], drop it.
    pub events: mpsc::Sender<Event>,
}

impl Channel {
    /// Opens the channel of a session that AWS has begun, and keeps it open: through other sockets when one closes, and with new
    /// credentials for each. Returns at once; how it gets on are its events, [`Event::Ready`] or [`Event::Ended`] among the first.
    /// The session itself is ended by [`Account::terminate_session`] alone, also when this could not be opened. `cols` and `rows`
    /// are the terminal's size, which nothing but a shell looks at.
    pub fn open(account: Account, started: Started, kind: &Kind, cols: u16, rows: u16) -> Self {
        let (channel, Mate { input, events }) = ends();
        let size = matches!(kind, Kind::Shell).then_some((cols, rows));
        let client = Client::new(Setup { kind: kind.clone(), size, chance: Box::new(Urandom) });
        let Started { aws_id, instance, url, token } = started;
        let reach = InAccount { account, aws_id, instance };
        channel(tokio::spawn(Drive::new(reach, PACE, client, url, token, input, events).run()))
    }

    /// A channel without a machine, and the end where one would be: for trials of those who hold channels.
    pub fn pair() -> (Self, Mate) {
        let (channel, mate) = ends();
        (channel(tokio::spawn(async {})), mate)
    }
}

/// The system's own chance.
struct Urandom;

impl Chance for Urandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        // The system can't be without; if it were, a nonce would repeat, and nothing may go on.
        let filled = getrandom::fill(bytes);
        assert!(filled.is_ok(), "the system has no random bytes");
    }
}

pub(super) fn ends() -> (impl FnOnce(tokio::task::JoinHandle<()>) -> Channel, Mate) {
    let (to_machine, input) = mpsc::channel(INPUTS);
    let (events, from_machine) = mpsc::channel(EVENTS);
    let channel = move |task| Channel { input: to_machine, events: from_machine, task };
    (channel, Mate { input, events })
}

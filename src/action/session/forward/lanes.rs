//! How connections share a port session: many at once as smux has it, or one after the other where the agent is too old for that.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::aws::session::Input;
use crate::aws::session::smux::{End, Happens, Mux, NotSmux, PART};

/// How connections share a session.
#[derive(Debug)]
pub(super) enum Lanes {
    /// Many at once.
    Many(Mux),
    /// One after the other: the session's bytes are its bytes.
    One {
        /// Which, and whether only what is on its way is still heard.
        open: Option<(u32, bool)>,
        /// The number of the last.
        last: u32,
        /// What waits to be sent.
        leaving: VecDeque<Input>,
    },
}

impl Lanes {
    pub(super) fn many() -> Self {
        Self::Many(Mux::new(End::Opens))
    }

    pub(super) fn one() -> Self {
        Self::One { open: None, last: 0, leaving: VecDeque::new() }
    }

    /// Whether there is a place for another connection now.
    pub(super) fn has_place(&self) -> bool {
        matches!(self, Self::Many(_) | Self::One { open: None, .. })
    }

    /// Opens a connection.
    pub(super) fn open(&mut self) -> Option<u32> {
        match self {
            Self::Many(mux) => mux.open(),
            Self::One { open: Some(_), .. } => None,
            Self::One { open, last, .. } => {
                *last = last.checked_add(1)?;
                *open = Some((*last, false));
                Some(*last)
            }
        }
    }

    /// Sends bytes through one.
    pub(super) fn send(&mut self, id: u32, bytes: &[u8]) {
        match self {
            Self::Many(mux) => mux.send(id, bytes),
            Self::One { open, leaving, .. } if *open == Some((id, false)) => {
                leaving.extend(bytes.chunks(PART).map(|part| Input::Bytes(Bytes::copy_from_slice(part))));
            }
            Self::One { .. } => {}
        }
    }

    /// Closes one, both ways.
    pub(super) fn close(&mut self, id: u32) {
        match self {
            Self::Many(mux) => mux.close(id),
            Self::One { open, leaving, .. } => {
                if let Some((_, finished)) = open.take_if(|(one, _)| *one == id)
                    && !finished
                {
                    leaving.push_back(Input::Disconnect);
                }
            }
        }
    }

    /// Closes one, and hears what is on its way.
    pub(super) fn finish(&mut self, id: u32) {
        match self {
            Self::Many(mux) => mux.finish(id),
            Self::One { open, leaving, .. } => {
                if let Some((one, finished @ false)) = open
                    && *one == id
                {
                    *finished = true;
                    leaving.push_back(Input::Disconnect);
                }
            }
        }
    }

    /// Bytes have come from the machine.
    pub(super) fn receive(&mut self, bytes: Bytes) -> Result<Vec<Happens>, NotSmux> {
        match self {
            Self::Many(mux) => mux.receive(&bytes),
            Self::One { open: Some((id, _)), .. } => Ok(vec![Happens::Data(*id, bytes)]),
            Self::One { open: None, .. } => Ok(Vec::new()),
        }
    }

    /// What is to be sent next.
    pub(super) fn next_input(&mut self) -> Option<Input> {
        match self {
            Self::Many(mux) => mux.next_message().map(Input::Bytes),
            Self::One { leaving, .. } => leaving.pop_front(),
        }
    }
}

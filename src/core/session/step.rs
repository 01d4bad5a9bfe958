//! The steps of a session's life, as inputs. Whether one is allowed, and what it does, is in `caseload::sessions`.

use serde::{Deserialize, Serialize};

use super::{End, Recording, Wish};
use crate::core::input::Actor;

/// A step of one session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OnSession {
    /// The number within the tenant; 0 for one that begins.
    pub session: u64,
    /// Who, and where; the program itself where nobody does it.
    #[serde(flatten)]
    pub by: Actor,
    /// What.
    pub step: Step,
}

/// What can happen to a session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Somebody wants it, and will type.
    Ask {
        /// What, and where.
        wish: Box<Wish>,
    },
    /// AWS has it: from here on it has to be ended there.
    Started {
        /// AWS' id of it.
        aws_id: String,
    },
    /// The machine is ready.
    Opened {
        /// The local port, of a forward.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        local_port: Option<u16>,
    },
    /// This seat types from now on, whoever did before.
    Drive,
    /// This seat looks on.
    Watch,
    /// This seat is gone: it types no more, and looks on no more.
    Leave,
    /// The seat that types is gone on purpose, and the session stays.
    Detach,
    /// It is over.
    Ended {
        /// How.
        how: End,
        /// Why, where there is more to say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// Of a command.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exit_code: Option<i32>,
        /// What is kept of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recording: Option<Box<Recording>>,
    },
}

/// Why a step cannot be taken, and what would help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    /// There is no such session.
    #[error("no such session; `alert-whisperer session list` shows them")]
    NoSession,
    /// There is no such incident.
    #[error("no such incident on the board; resolved ones leave it after a day")]
    NoIncident,
    /// Not for that role.
    #[error("your role, {0}, opens no sessions here; ask a {1}")]
    Role(&'static str, &'static str),
    /// It is over.
    #[error("this session is over")]
    Over,
    /// Not at this point of its life.
    #[error("this session is not at that point")]
    OutOfTurn,
    /// More than fits.
    #[error("{0}")]
    TooLong(&'static str),
    /// Enough people look on.
    #[error("16 seats watch this session already")]
    Crowded,
}

//! What a seat and a command line may ask of sessions, and the answers. Answered by whoever holds the sessions, beside the engine.
//!
//! A seat pulls what a session shows: every [`Talk::Read`] says how far the seat has come, and is answered as soon as there is
//! more, or something about the session changed. So a slow seat holds nobody up, and one that comes back goes on where it was.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::core::id::{IncidentId, SessionId, TenantId};
use crate::core::session::{Session, Wish};

/// A question about sessions, or something done to one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "talk", rename_all = "snake_case")]
pub enum Talk {
    /// Open one. Answered as soon as it is on record; how it gets on is read from it.
    Open {
        /// Whose machine.
        tenant: TenantId,
        /// What, and where.
        wish: Box<Wish>,
        /// The size of the terminal.
        size: Size,
    },
    /// What the session shows, from `seen` on: answered when there is more, when something else about it changed since `version`,
    /// or after some seconds.
    Read {
        /// Which.
        session: SessionId,
        /// Bytes of output seen so far: [`Piece::upto`] of the last answer; 0 at first.
        seen: u64,
        /// [`Live::version`] of the last answer; 0 at first.
        version: u64,
    },
    /// Keys, as bytes for the machine. Only the seat that drives. What is sent in order arrives in order.
    Type {
        /// To which.
        session: SessionId,
        /// What.
        bytes: Blob,
    },
    /// The terminal of the seat that drives has another size.
    Resize {
        /// Of which.
        session: SessionId,
        /// The new one.
        size: Size,
    },
    /// The seat that drives shows the bytes on its own terminal, which answers the machine's questions itself; or no longer.
    HandOver {
        /// Of which.
        session: SessionId,
        /// It does.
        raw: bool,
    },
    /// Type from now on, whoever did before.
    Drive {
        /// In which.
        session: SessionId,
    },
    /// Look on. A seat that neither drives nor watches is refused what a session shows.
    Watch {
        /// At which.
        session: SessionId,
    },
    /// No longer look on or type.
    Leave {
        /// Which.
        session: SessionId,
    },
    /// Leave it running on purpose.
    Detach {
        /// Which.
        session: SessionId,
    },
    /// End it.
    End {
        /// Which.
        session: SessionId,
    },
    /// A marker in its recording.
    Mark {
        /// In which.
        session: SessionId,
        /// What it says.
        text: String,
    },
    /// A session's recording, from a byte on.
    Recording {
        /// Whose.
        session: SessionId,
        /// From where.
        from: u64,
    },
}

impl Talk {
    /// Which session it is about, if about one that is there.
    pub fn session(&self) -> Option<&SessionId> {
        match self {
            Self::Open { .. } => None,
            Self::Read { session, .. }
            | Self::Type { session, .. }
            | Self::Resize { session, .. }
            | Self::HandOver { session, .. }
            | Self::Drive { session }
            | Self::Watch { session }
            | Self::Leave { session }
            | Self::Detach { session }
            | Self::End { session }
            | Self::Mark { session, .. }
            | Self::Recording { session, .. } => Some(session),
        }
    }
}

/// An answer about sessions.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "talked", content = "data", rename_all = "snake_case")]
pub enum Talked {
    /// It is on record and being opened.
    Opening(SessionId),
    /// It is done.
    Done,
    /// What the session shows.
    Piece(Box<Piece>),
    /// A part of a recording, and how long all of it is.
    Recording {
        /// The part; empty at its end.
        part: Blob,
        /// The whole file's length.
        of: u64,
    },
}

/// What a session has shown since the last answer.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Piece {
    /// Bytes of output up to the end of this piece, since the session began.
    pub upto: u64,
    /// More output. After a gap (see `fresh`) what draws the screen as it is.
    pub bytes: Blob,
    /// What was seen before is not what these bytes continue: begin with an empty terminal of [`Live::size`].
    pub fresh: bool,
    /// How the session is; absent when that has not changed.
    pub live: Option<Live>,
    /// There will be no more.
    pub over: bool,
}

/// How a session is at the moment: what is not kept on disk.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Live {
    /// Another number when any of this is another.
    pub version: u64,
    /// The connection with the machine.
    pub line: Line,
    /// The size of the terminal.
    pub size: Size,
    /// It will end soon unless somebody types, or because it has lasted long: in words, with how long that is.
    pub warning: Option<String>,
    /// What is not recorded, and why.
    pub unrecorded: Option<String>,
    /// What the machine has to say about the session: that it is encrypted, for example. As hostile as any text from outside.
    pub message: Option<String>,
    /// Bytes from the machine.
    pub bytes_in: u64,
    /// Bytes to the machine.
    pub bytes_out: u64,
    /// Of a forward: what goes through it.
    pub connections: Vec<Through>,
    /// Of a forward: the last connections that were refused, and why. As hostile as any text from outside.
    pub refused: Vec<String>,
}

/// The connection with the machine.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// Being made.
    #[default]
    Opening,
    /// There.
    Ready,
    /// There, but the machine does not respond.
    Paused,
    /// Away, and being made again. What is typed is held, up to a bound.
    Away {
        /// Why. As hostile as any text from outside.
        why: String,
        /// How many times it was tried.
        tries: u32,
        /// Bytes that were typed and wait.
        held: u64,
    },
}

/// A connection through a forwarded port.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Through {
    /// Who connected: `127.0.0.1:51234`.
    pub from: String,
    /// Bytes from the machine.
    pub bytes_in: u64,
    /// Bytes to it.
    pub bytes_out: u64,
}

/// A terminal's size in cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Size {
    /// Across.
    pub cols: u16,
    /// Down.
    pub rows: u16,
}

impl Default for Size {
    fn default() -> Self {
        Self { cols: 80, rows: 24 }
    }
}

/// Bytes, as base64 in JSON. What they hold is nobody's to log.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Blob(pub Vec<u8>);

impl std::fmt::Debug for Blob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        STANDARD.decode(&*text).map(Self).map_err(de::Error::custom)
    }
}

/// Which sessions to list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sessions {
    /// Whose.
    pub tenant: TenantId,
    /// Of one incident only.
    pub incident: Option<IncidentId>,
    /// At most so many.
    pub limit: usize,
}

/// Sessions, the latest first.
pub type Listed = Vec<std::sync::Arc<Session>>;

//! What may be asked about a tenant as a whole: a copy of it, an export, taking it in from a copy, erasing it.
//!
//! The engine writes to its own data folder only. A copy is made there first, and whoever asked fetches it part by part and writes
//! the file as themselves; a copy to be taken in is brought part by part in the same way.

use serde::{Deserialize, Serialize};

use super::session::Blob;

/// Bytes of a file in one question or answer, at most.
pub const PART: u64 = 256 << 10;

/// Something done with a tenant as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "house", rename_all = "snake_case")]
pub enum House {
    /// Make a copy of everything, from which it can be restored. Its credentials are in it.
    Backup,
    /// Write everything down, one JSON value a line. No credentials are in it.
    Export,
    /// A part of a file that was made, from a byte on.
    Fetch {
        /// Which file.
        file: u64,
        /// From where.
        from: u64,
    },
    /// A copy is going to be brought.
    Bring {
        /// As in [`House::Restore`]: what will be refused then is refused before anything is sent.
        replace: bool,
    },
    /// The next part of it.
    Put {
        /// Which file.
        file: u64,
        /// Where in it, to be sure that none is missing.
        from: u64,
        /// The bytes.
        part: Blob,
    },
    /// The copy is complete: take the tenant in from it.
    Restore {
        /// Which file.
        file: u64,
        /// Instead of the one that is there.
        replace: bool,
    },
    /// A file is of no more use.
    Drop {
        /// Which.
        file: u64,
    },
    /// Remove it with everything that is kept of it, its audit log too.
    Erase,
}

impl House {
    /// What it is called on record; nothing for what only follows from something that is.
    pub const fn on_record(&self) -> Option<&'static str> {
        match self {
            Self::Backup => Some("tenant.backup"),
            Self::Export => Some("tenant.export"),
            Self::Restore { .. } => Some("tenant.restore"),
            Self::Erase => Some("tenant.erase"),
            Self::Fetch { .. } | Self::Bring { .. } | Self::Put { .. } | Self::Drop { .. } => None,
        }
    }
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "housed", content = "data", rename_all = "snake_case")]
pub enum Housed {
    /// A file was made, and waits to be fetched for ten minutes after it was last asked for.
    Made(Made),
    /// A part of it; empty at its end.
    Part(Blob),
    /// The number of the file that is going to be brought.
    Brought(u64),
    /// The tenant is there, with everything that the copy had.
    Restored {
        /// The SHA-256 of its export.
        digest: String,
    },
    /// It is done.
    Done,
}

/// A file that was made of a tenant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Made {
    /// Its number, for fetching it.
    pub file: u64,
    /// How long it is.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// The SHA-256 of the tenant's export, in hex: the same for two tenants of which the same is kept.
    pub digest: String,
}

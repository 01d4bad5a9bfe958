//! Sessions: a shell, a command or a forwarded port on one machine, who has it in their hands, and how it ended. What may happen
//! when is in `caseload::sessions`; the bytes themselves never come here: they are `action::session`'s.

pub mod passage;
pub mod port;
pub mod step;

use serde::{Deserialize, Serialize};

use super::execution::order::InstanceId;
use super::id::{IncidentId, SessionId};
use super::input::Actor;
use super::time::Moment;

/// People who may watch one session at once.
pub const MOST_WATCHERS: usize = 16;

/// One session and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// What, and where.
    pub wish: Wish,
    /// Who wanted it.
    pub by: Actor,
    /// When.
    pub asked_at: Moment,
    /// How far it is.
    pub stage: Stage,
    /// What AWS calls it, once that is known: from then on it has to be ended there too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws_id: Option<String>,
    /// When the machine was ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Moment>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Moment>,
    /// The one seat that types; absent while nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<Actor>,
    /// Seats that look on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watchers: Vec<Actor>,
    /// It was left running on purpose: it outlives the seat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub detached: bool,
    /// The local port, of a forward that is ready.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_port: Option<u16>,
    /// Of a command that is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// What is kept of it, once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<Recording>,
}

/// What somebody wants, and where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Wish {
    /// On account of which incident, if of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// On which machine.
    pub instance: InstanceId,
    /// What people call the machine. As hostile as any text from outside.
    pub asset: String,
    /// What.
    pub kind: Kind,
}

/// What kind of session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// An interactive shell.
    Shell,
    /// One command without input, with its exit code.
    Command {
        /// As typed.
        text: String,
    },
    /// A local port that leads to a port of the machine, or of a host that the machine can reach.
    Forward {
        /// The host; absent: the machine itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        host: Option<String>,
        /// The port there.
        port: u16,
        /// The local port; 0: any that is free.
        local: u16,
    },
}

/// How far a session is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Asked for; the machine has not answered yet.
    Opening,
    /// Open. That the connection is away for a moment changes nothing about that.
    Open,
    /// Over.
    Ended {
        /// How.
        how: End,
        /// Why, where there is more to say. As hostile as any text from outside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
}

/// How a session ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The shell or command on the machine did.
    Exited,
    /// Somebody ended it.
    Closed,
    /// Nobody typed for as long as is allowed.
    Idle,
    /// It had lasted as long as is allowed.
    TooLong,
    /// The engine stopped, or had been away.
    Stopped,
    /// It never opened.
    NotOpened,
    /// AWS or the machine ended it.
    Broken,
}

/// What is kept of a session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recording {
    /// The file's name in the tenant's folder of recordings.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// Of the whole file, in hex.
    pub sha256: String,
    /// Why it is not whole, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

impl Session {
    /// It is over.
    pub const fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Ended { .. })
    }

    /// Whether this seat is the one that types.
    pub fn is_driven_by(&self, by: &Actor) -> bool {
        self.driver.as_ref() == Some(by)
    }

    /// What, where, and its id: `shell on web-01 (comp_acme-s3)`. As hostile as what it is made of.
    pub fn headline(&self) -> String {
        format!("{} ({})", self.wish.words(), self.id)
    }

    /// How far it is, or how it ended: `opening`, `open`, `ended: nobody typed for 20 minutes`.
    pub fn standing(&self) -> String {
        match &self.stage {
            Stage::Opening => "opening".into(),
            Stage::Open if self.detached => "open, detached".into(),
            Stage::Open => "open".into(),
            Stage::Ended { how, why } => {
                let code = self.exit_code.map(|code| format!(", exit code {code}")).unwrap_or_default();
                let why = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
                format!("{}{code}{why}", how.words())
            }
        }
    }
}

impl Wish {
    /// What and where, in words: `shell on web-01`, `port 5432 of db.internal through web-01`.
    pub fn words(&self) -> String {
        self.kind.words(&self.asset)
    }
}

impl Kind {
    /// What, and on which machine, in words.
    pub fn words(&self, asset: &str) -> String {
        match self {
            Self::Shell => format!("shell on {asset}"),
            Self::Command { .. } => format!("command on {asset}"),
            Self::Forward { host: None, port, .. } => format!("port {port} of {asset}"),
            Self::Forward { host: Some(host), port, .. } => format!("port {port} of {host} through {asset}"),
        }
    }
}

impl End {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Exited => "ended",
            Self::Closed => "closed",
            Self::Idle => "ended, idle for too long",
            Self::TooLong => "ended, open for too long",
            Self::Stopped => "ended with the engine",
            Self::NotOpened => "did not open",
            Self::Broken => "ended from the other side",
        }
    }
}

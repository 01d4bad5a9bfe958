//! What the world must do next: the only way from `App` to anything outside it. The loop in `tui` carries it out.

use super::memory::Memory;
use super::popups::history::Question;
use super::{attending, executions, machines, run, sessions, sources};
use crate::core::credentials::Secret;
use crate::core::id::{AlertId, IncidentId, SessionId, TenantId};
use crate::core::input::{Act, WindowAct};
use crate::core::time::Moment;
use crate::link::{Request, source};

/// Something for the loop to do.
#[derive(Debug)]
pub enum Effect {
    /// Leave.
    Quit,
    /// Leave, and let the engine that runs in this process go on behind.
    LeaveEngine,
    /// Give the terminal back to the shell until it says `fg`.
    Suspend,
    /// Send the whole screen again.
    Redraw,
    /// Take clicks and the wheel, or leave them to the terminal.
    TakeMouse(bool),
    /// Ask the engine; the answer comes back with its purpose.
    Ask(Purpose, Request),
    /// Bring a text to the terminal's clipboard.
    Copy(String),
    /// The same, of what is shown once.
    CopySecret(Secret),
    /// Write a file into the seat's folder.
    WriteFile {
        /// Its name.
        name: String,
        /// What is in it.
        text: String,
    },
    /// Make the terminal heard, and name the reason to terminals that show notifications.
    Ring(String),
    /// Let the operator write something in an editor of theirs.
    Edit {
        /// What.
        paper: Paper,
        /// A line about each incident that it is about.
        about: Vec<String>,
    },
    /// Keep a note that the engine has refused.
    Keep {
        /// The note.
        text: String,
        /// Why it was refused.
        why: String,
    },
    /// Read the configuration, the keys and the themes again, changed or not.
    Reload,
    /// Hand the whole terminal over to a session.
    FullScreen(SessionId),
    /// Keep this for the next time.
    Remember(Box<Memory>),
}

/// What is written in an editor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Paper {
    /// A note on these incidents.
    Note(Vec<IncidentId>),
    /// A command, as it is so far.
    Command(String),
}

/// What a question was for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// An operator's command.
    Act {
        /// On which incident.
        incident: IncidentId,
        /// What it was.
        act: Act,
    },
    /// The detail of an incident.
    Detail(IncidentId),
    /// The body that an alert came in.
    Raw(AlertId),
    /// A tenant's unreadable requests.
    Quarantine(TenantId),
    /// A tenant's audit log.
    Audit(TenantId),
    /// The last change is taken back.
    Undo,
    /// Alerts get their incident by hand.
    Gather {
        /// What is said when they have.
        what: String,
    },
    /// Earlier incidents like this one.
    Similar(IncidentId),
    /// A tenant is added.
    TenantAdd,
    /// What happened to an incident, for a handover.
    Handover(IncidentId),
    /// What was resolved since then, for a handover.
    Resolved(Moment),
    /// An operator's command on a window.
    Window {
        /// Whose.
        tenant: TenantId,
        /// What it was.
        act: WindowAct,
    },
    /// A search in the history.
    History(Question),
    /// Something about executions.
    Execution(executions::Question),
    /// Something about a tenant's sources.
    Source {
        /// Whose.
        tenant: TenantId,
        /// What.
        about: Box<source::Ask>,
    },
    /// Something about a tenant's machines.
    Machines(machines::Question),
    /// On the way to an execution, or about one.
    Run(run::Question),
    /// The others are told what this seat looks at.
    Look,
    /// About a session.
    Session(sessions::Question),
    /// On the way to a session, or about several.
    Attend(attending::Question),
}

impl Purpose {
    /// It changes something: a seat that ends waits for it.
    pub fn is_change(&self) -> bool {
        match self {
            Self::Act { .. } | Self::Undo | Self::Gather { .. } | Self::Window { .. } | Self::TenantAdd => true,
            Self::Execution(question) => question.is_change(),
            Self::Machines(question) => question.is_change(),
            Self::Source { about, .. } => sources::is_change(about),
            Self::Run(question) => matches!(question, run::Question::Run(_)),
            Self::Session(question) => question.is_change(),
            _ => false,
        }
    }

    /// It is answered when something happens: that it takes long means nothing.
    pub fn is_patient(&self) -> bool {
        match self {
            Self::Run(question) => matches!(question, run::Question::Output { .. }),
            Self::Look => true,
            Self::Session(question) => question.is_patient(),
            _ => false,
        }
    }

    /// What the status line calls it while there is no answer.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Act { .. } => "act",
            Self::Detail(_) => "detail",
            Self::Raw(_) => "raw request",
            Self::Quarantine(_) => "quarantine",
            Self::Audit(_) => "audit log",
            Self::Undo => "undo",
            Self::Gather { .. } => "correlation",
            Self::Similar(_) => "similar incidents",
            Self::Handover(_) | Self::Resolved(_) => "handover",
            Self::TenantAdd => "tenant",
            Self::Window { .. } => "window",
            Self::History(_) => "history",
            Self::Execution(_) => "execution",
            Self::Machines(_) => "machines",
            Self::Source { .. } => "sources",
            Self::Run(question) => question.words(),
            Self::Look => "presence",
            Self::Session(_) => "session",
            Self::Attend(attending::Question::Locate(_)) => "machines",
            Self::Attend(attending::Question::Older(_)) => "sessions",
            Self::Attend(attending::Question::Ports(_)) => "runbooks",
        }
    }
}

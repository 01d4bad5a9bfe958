//! Inputs of runbooks: what each takes, and whether a text is that.

/// Something to be filled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    /// Its name: a letter, then up to 31 of `a-z`, `0-9` and `_`.
    pub name: String,
    /// What it is for.
    pub doc: String,
    /// What it takes.
    pub kind: Kind,
    /// What it is unless somebody says otherwise; empty: it may be left empty.
    pub default: Option<String>,
    /// What of the incident it is filled in from, the first that is there and is what it takes.
    pub from: Vec<Source>,
}

/// What an input takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An instance id.
    Instance,
    /// The name of a service.
    Service,
    /// An absolute path.
    Path,
    /// A whole number.
    Integer {
        /// At least.
        min: i64,
        /// At most.
        max: i64,
    },
    /// One of these words.
    Choice(Vec<String>),
    /// Anything; travels as data.
    Text,
}

/// What of an incident an input is filled in from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// The asset's name.
    Asset,
    /// The message of the latest report.
    Message,
    /// The signature.
    Signature,
    /// The tool that reported it first.
    Tool,
    /// The machine's id.
    Instance,
    /// A label of the latest report.
    Label(String),
}

/// Why something is not run: what is wrong with an input, and what it takes. Never holds what was filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{input}: {what}")]
pub struct BadInput {
    /// Which; `command` for a command as typed.
    pub input: String,
    /// What it takes.
    pub what: String,
}

impl BadInput {
    pub(super) fn new(input: &str, what: impl Into<String>) -> Self {
        Self { input: input.into(), what: what.into() }
    }
}

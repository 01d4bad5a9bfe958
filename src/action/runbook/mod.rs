//! Runbooks: named, risk-rated commands and documents, read from files, offered for incidents, and rendered into exactly what a
//! machine will run. Who may run them, and sending them, are left to others.
//!
//! Text from outside reaches a command only as data: a runbook's script refers to its inputs as variables (`$AW_PATH`), and what
//! is put before the script are assignments of literals. Nothing is ever spliced into the script itself.

mod blank;
mod document;
mod facts;
mod file;
mod fits;
mod input;
mod mistake;
mod render;
mod script;
mod shelf;
mod shipped;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use self::facts::Facts;
pub use self::fits::{Fit, Fits};
pub use self::input::{BadInput, Input, Source};
pub use self::mistake::Mistake;
pub use self::render::command;
pub use self::shelf::{BUILT_IN, Shelf};
use crate::core::execution::order::{Expect, OnSuccess, Platform};
use crate::core::role::Risk;
use crate::core::session::port::Preset;

/// A named, risk-rated command or document.
#[derive(Clone, PartialEq, Debug)]
pub struct Runbook {
    /// Its name: 1 to 64 of `a-z`, `0-9` and `-`.
    pub name: String,
    /// What it does, in one line.
    pub doc: String,
    /// Which incidents it is meant for.
    pub fits: Fits,
    /// What the machines must run.
    pub platform: Platform,
    /// What it may do to them.
    pub risk: Risk,
    /// The SSM document.
    pub document: String,
    /// Its version; absent: its default.
    pub document_version: Option<String>,
    /// What the document gets.
    pub work: Work,
    /// What is to be filled in, in the order of the file.
    pub inputs: Vec<Input>,
    /// Ports that people want when they are about this.
    pub forwards: Vec<Preset>,
    /// After that it is ended.
    pub timeout_seconds: u32,
    /// How a run is judged besides by its exit code.
    pub expect: Expect,
    /// What its success does to the incident.
    pub on_success: OnSuccess,
    /// It may run by itself.
    pub auto: bool,
    /// The file it comes from; `built in` for those that come with the program.
    pub from: String,
}

/// What a runbook's document gets.
#[derive(Clone, PartialEq, Debug)]
pub enum Work {
    /// A script, for a shell or for PowerShell.
    Script(String),
    /// Parameters of a document.
    Parameters(BTreeMap<String, Vec<Value>>),
}

/// A value of a document's parameter.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// As the file has it.
    Fixed(String),
    /// An input's.
    Input(String),
    /// A JSON object of such values.
    Object(Vec<(String, Value)>),
}

/// Exactly what would run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendered {
    /// What it is called: the runbook's name, or the beginning of the command.
    pub title: String,
    /// The SSM document.
    pub document: String,
    /// Its version; absent: its default.
    pub document_version: Option<String>,
    /// Its parameters as they are sent.
    pub parameters: BTreeMap<String, Vec<String>>,
    /// What the machines must run.
    pub platform: Platform,
    /// After that it is ended.
    pub timeout_seconds: u32,
    /// What it may do to them. Of a free command: the default, which a tenant's settings replace.
    pub risk: Risk,
    /// How a run is judged besides by its exit code.
    pub expect: Expect,
    /// What its success does to the incident.
    pub on_success: OnSuccess,
    /// It may run by itself.
    pub auto: bool,
}

impl Rendered {
    /// The same with another timeout, which is one of the parameters too where the document knows it.
    #[must_use]
    pub fn within(mut self, seconds: u32) -> Self {
        self.timeout_seconds = seconds;
        if let Some(parameter) = self.parameters.get_mut("executionTimeout") {
            *parameter = vec![seconds.to_string()];
        }
        self
    }
}

impl Runbook {
    /// Whether machines with that system can run it. What is written for Linux is for any shell.
    pub fn runs_on(&self, platform: Platform) -> bool {
        self.platform == platform || (self.platform == Platform::Linux && platform == Platform::MacOs)
    }
}

//! Inputs of runbooks: what each takes, and whether a text is that. How its value gets into a script is `script`'s.

use crate::core::execution::order::{InstanceId, Platform};
use crate::core::safe_text::SafeText;
use crate::link::remote::BlankKind;

/// Bytes of a text input, at most: as many as are kept of a message.
pub const LONGEST_TEXT: usize = 8 * 1024;
/// Bytes of a path, at most.
pub const LONGEST_PATH: usize = 4096;
/// Characters of a service's name, at most.
const LONGEST_SERVICE: usize = 128;

/// Something to be filled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    /// Its name: a letter, then up to 31 of `a-z`, `0-9` and `_`.
    pub name: String,
    /// What it is for.
    pub doc: String,
    /// What it takes.
    pub kind: BlankKind,
    /// What it is unless somebody says otherwise; empty: it may be left empty.
    pub default: Option<String>,
    /// What of the incident it is filled in from: the first that is there and holds what it takes.
    pub from: Vec<Source>,
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

impl Input {
    /// Whether a text is what this takes on such a machine.
    ///
    /// # Errors
    /// What it takes.
    pub fn check(&self, platform: Platform, value: &str) -> Result<(), BadInput> {
        if value.is_empty() {
            let optional = self.default.as_deref() == Some("");
            return if optional { Ok(()) } else { Err(BadInput::new(&self.name, "is to be filled in")) };
        }
        self.kind.check(platform, value).map_err(|what| BadInput::new(&self.name, what))
    }
}

impl BlankKind {
    /// Whether a text that is not empty is of this kind; if not, what is.
    pub(super) fn check(&self, platform: Platform, value: &str) -> Result<(), String> {
        if value.contains('\0') {
            return Err("holds a NUL character, which no command can take".into());
        }
        match self {
            Self::Instance => value.parse::<InstanceId>().map(drop).map_err(|bad| bad.to_string()),
            Self::Service if is_service(platform, value) => Ok(()),
            Self::Service => Err(format!(
                "takes the name of a service: 1 to {LONGEST_SERVICE} of letters, digits and @ _ . : -, not beginning with -"
            )),
            Self::Path => path(platform, value),
            Self::Integer { min, max } => {
                // Only the usual spelling: a shell takes 010 for 8.
                let number = value.parse::<i64>().ok().filter(|number| number.to_string() == value);
                match number {
                    Some(number) if (min..=max).contains(&&number) => Ok(()),
                    _ => Err(format!("takes a whole number from {min} to {max}")),
                }
            }
            Self::Choice { of } if of.iter().any(|word| word == value) => Ok(()),
            Self::Choice { of } => Err(format!("takes one of {}", of.join(", "))),
            Self::Text if value.len() > LONGEST_TEXT => Err(format!("takes at most {LONGEST_TEXT} bytes of text")),
            Self::Text => Ok(()),
        }
    }
}

fn is_service(platform: Platform, name: &str) -> bool {
    // SQL Server's instances are services like `MSSQL$SQLEXPRESS`.
    let sign = |c: char| "@_.:-".contains(c) || (c == '$' && platform == Platform::Windows);
    name.len() <= LONGEST_SERVICE
        && !name.starts_with('-')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || sign(c))
}

fn path(platform: Platform, path: &str) -> Result<(), String> {
    let windows = platform == Platform::Windows;
    let absolute = if windows { on_a_drive(path) } else { path.starts_with('/') };
    if !absolute {
        let example = if windows { "on a drive, for example C:\\Logs" } else { "for example /var/log" };
        return Err(format!("takes an absolute path, {example}"));
    }
    if path.len() > LONGEST_PATH {
        return Err(format!("takes a path of at most {LONGEST_PATH} bytes"));
    }
    if path.split(|c| c == '/' || (windows && c == '\\')).any(|part| part == "..") {
        return Err("takes a path without `..`".into());
    }
    if is_braced(path) {
        return Err("takes a path without {{ and }}, which Systems Manager replaces".into());
    }
    if path.contains(is_typographic) || !shows_as_it_is(path) {
        return Err("takes a path without typographic quotes, control characters and others that do not show".into());
    }
    Ok(())
}

/// `C:\…`, and nothing that names a stream, a device or another machine's share: that machine would be told a password's hash.
fn on_a_drive(path: &str) -> bool {
    let mut characters = path.chars();
    let drive = characters.next().is_some_and(|c| c.is_ascii_alphabetic());
    drive
        && characters.next() == Some(':')
        && matches!(characters.next(), Some('\\' | '/'))
        && !path[3..].contains(['<', '>', '"', '|', '?', '*', ':'])
}

/// It has what begins or ends a reference that Systems Manager replaces.
pub(super) fn is_braced(text: &str) -> bool {
    text.contains("{{") || text.contains("}}")
}

/// Quotes of printed text: PowerShell takes them for quotes, shells don't, and who pasted them meant others.
pub(super) fn is_typographic(c: char) -> bool {
    matches!(c, '\u{2018}'..='\u{201f}')
}

/// A screen shows exactly this line: nothing hidden, nothing reordered, no control characters.
pub(super) fn shows_as_it_is(line: &str) -> bool {
    *SafeText::line(line) == *line
}

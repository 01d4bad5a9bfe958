//! asciicast v2: a header, then one event a line, `[seconds, kind, text]`. Both ways; <https://docs.asciinema.org/manual/asciicast/v2/>.
//!
//! The format holds text only. What a machine sends need not be text, and is cut anywhere: [`Decoder`] puts together what was cut
//! and puts U+FFFD for what is none.

use serde::{Deserialize, Serialize};

use crate::core::id::{IncidentId, SessionId};
use crate::core::safe_text::SafeText;
use crate::core::session::Session;
use crate::core::time::{Moment, Span};
use crate::link::session::Size;

/// What a machine takes the terminal for.
const TERM: &str = "xterm-256color";

/// The first line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Header {
    /// Always 2.
    pub version: u32,
    /// Columns at the beginning.
    pub width: u16,
    /// Rows at the beginning.
    pub height: u16,
    /// When it began, in Unix seconds.
    #[serde(default)]
    pub timestamp: i64,
    /// For people. Safe to show when we wrote it.
    #[serde(default)]
    pub title: String,
    /// What the machine was told of the terminal.
    #[serde(default)]
    pub env: Env,
    /// What the format has no word for. Players pass over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_whisperer: Option<Whose>,
}

/// What the machine was told of the terminal.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Env {
    /// The kind of terminal.
    #[serde(rename = "TERM", default)]
    pub term: String,
}

/// Whose session it was, and where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Whose {
    /// Which.
    pub session: SessionId,
    /// On account of which incident, if of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// On which machine.
    pub instance: String,
    /// What people call the machine.
    pub asset: String,
    /// Who wanted it.
    pub operator: String,
    /// At which terminal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seat: String,
    /// What AWS calls it, if that was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws_id: Option<String>,
    /// Whether what was typed is recorded too.
    pub input: bool,
}

impl Header {
    /// Of a session's recording that begins at `begun`.
    pub fn of(session: &Session, begun: Moment, size: Size, input: bool) -> Self {
        Self {
            version: 2,
            width: size.cols,
            height: size.rows,
            timestamp: begun.unix_seconds(),
            title: SafeText::line(&session.headline()).to_string(),
            env: Env { term: TERM.into() },
            alert_whisperer: Some(Whose {
                session: session.id.clone(),
                incident: session.wish.incident.clone(),
                instance: session.wish.instance.to_string(),
                asset: session.wish.asset.clone(),
                operator: session.by.who.clone(),
                seat: session.by.seat.clone(),
                aws_id: session.aws_id.clone(),
                input,
            }),
        }
    }

    /// As a line.
    pub fn line(&self) -> String {
        // A struct of texts and numbers has JSON.
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }
}

/// One event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Since the beginning.
    pub at: Span,
    /// What.
    pub what: Said,
}

/// What an event says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// The machine showed this. As hostile as any text from outside.
    Output(String),
    /// This was typed.
    Input(String),
    /// The terminal has this size from now on.
    Size(Size),
    /// A marker. As hostile as any text from outside.
    Mark(String),
    /// Another kind, which later versions of the format may have.
    Other,
}

/// The text is no event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no line of an asciicast v2")]
pub struct NotACast;

impl Event {
    /// As a line.
    pub fn line(&self) -> String {
        let (kind, text) = match &self.what {
            Said::Output(text) => ('o', text.clone()),
            Said::Input(text) => ('i', text.clone()),
            Said::Size(size) => ('r', format!("{}x{}", size.cols, size.rows)),
            Said::Mark(text) => ('m', text.clone()),
            Said::Other => return String::new(),
        };
        let (seconds, thousandths) = (self.at.0.max(0) / 1_000, self.at.0.max(0) % 1_000);
        // A text has JSON.
        let text = serde_json::to_string(&text).unwrap_or_default();
        format!("[{seconds}.{thousandths:03}, \"{kind}\", {text}]\n")
    }

    /// Reads a line.
    ///
    /// # Errors
    /// When it is none; so is the last line of a recording that was cut off.
    pub fn read(line: &str) -> Result<Self, NotACast> {
        let (seconds, kind, text): (f64, String, String) = serde_json::from_str(line).map_err(|_| NotACast)?;
        // Beyond what a recording can last, a number is none.
        if !(0.0..1e9).contains(&seconds) {
            return Err(NotACast);
        }
        let what = match kind.as_str() {
            "o" => Said::Output(text),
            "i" => Said::Input(text),
            "r" => Said::Size(size(&text).ok_or(NotACast)?),
            "m" => Said::Mark(text),
            _ => Said::Other,
        };
        #[expect(clippy::cast_possible_truncation, reason = "it was looked at above")]
        let at = Span((seconds * 1_000.0).round() as i64);
        Ok(Self { at, what })
    }
}

/// Reads `80x24`.
fn size(text: &str) -> Option<Size> {
    let (cols, rows) = text.split_once('x')?;
    Some(Size { cols: cols.parse().ok()?, rows: rows.parse().ok()? })
}

/// Bytes to text, however they are cut.
#[derive(Debug, Default)]
pub struct Decoder {
    /// The beginning of a character whose end has not come yet: three bytes at most.
    begun: Vec<u8>,
}

impl Decoder {
    /// The text so far that no later byte changes.
    pub fn read(&mut self, bytes: &[u8]) -> String {
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        let mut text = String::with_capacity(all.len());
        let mut chunks = all.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            if chunk.invalid().is_empty() {
                continue;
            }
            if chunks.peek().is_none() && may_go_on(chunk.invalid()) {
                self.begun = chunk.invalid().to_vec();
            } else {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        text
    }

    /// What is left when no more comes.
    pub fn end(&mut self) -> String {
        let left = std::mem::take(&mut self.begun);
        if left.is_empty() { String::new() } else { char::REPLACEMENT_CHARACTER.into() }
    }
}

/// Whether bytes at the end are the beginning of a character, rather than none at all.
fn may_go_on(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

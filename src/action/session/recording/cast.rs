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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::action::session::recording::testing::shell;

    #[test]
    fn the_header_says_whose_it_is_and_its_title_is_safe() {
        let mut session = shell();
        session.wish.asset = "web\u{1b}]0;owned\u{7}-01".into();
        let header = Header::of(&session, Moment(1_700_000_000_123), Size { cols: 132, rows: 43 }, true);
        let line: serde_json::Value = serde_json::from_str(header.line().strip_suffix('\n').unwrap()).unwrap();
        assert_eq!((&line["version"], &line["width"], &line["height"]), (&2.into(), &132.into(), &43.into()));
        assert_eq!((&line["timestamp"], &line["env"]["TERM"]), (&1_700_000_000.into(), &"xterm-256color".into()));
        assert_eq!(line["title"], "shell on web␛]0;owned␇-01 (comp_acme-s3)");
        let whose = &line["alert_whisperer"];
        assert_eq!((&whose["session"], &whose["operator"]), (&"comp_acme-s3".into(), &"priya".into()));
        assert_eq!((&whose["instance"], &whose["input"]), (&"i-0123456789abcdef0".into(), &true.into()));
        assert_eq!(serde_json::from_str::<Header>(&header.line()).unwrap(), header);
    }

    #[test]
    fn events_are_lines_as_the_format_has_them() {
        let line = |at, what| Event { at: Span(at), what }.line();
        assert_eq!(line(0, Said::Output("ls\r\n\u{1b}[0m".into())), "[0.000, \"o\", \"ls\\r\\n\\u001b[0m\"]\n");
        assert_eq!(line(61_007, Said::Size(Size { cols: 80, rows: 24 })), "[61.007, \"r\", \"80x24\"]\n");
        assert_eq!(line(1_500, Said::Mark("back".into())), "[1.500, \"m\", \"back\"]\n");
        assert_eq!(Event::read("[2.5, \"x\", \"\"]").unwrap().what, Said::Other);
    }

    #[test]
    fn what_is_no_event_is_refused() {
        let torn = "[1.0, \"o\", \"half a li";
        for line in [
            "",
            "{}",
            torn,
            "[-1, \"o\", \"\"]",
            "[1e300, \"o\", \"\"]",
            "[1, \"r\", \"80\"]",
            "[1, \"r\", \"99999x1\"]",
        ] {
            assert_eq!(Event::read(line), Err(NotACast), "{line}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn every_event_comes_back(at in 0..10_000_000_i64, text in any::<String>(), kind in 0..4) {
            let what = match kind {
                0 => Said::Output(text),
                1 => Said::Input(text),
                2 => Said::Mark(text),
                _ => Said::Size(Size { cols: at.to_le_bytes()[0].into(), rows: 7 }),
            };
            let event = Event { at: Span(at), what };
            let line = event.line();
            prop_assert_eq!(line.matches('\n').count(), 1);
            prop_assert_eq!(Event::read(&line), Ok(event));
        }

        #[test]
        fn bytes_make_the_same_text_however_they_are_cut(
            parts in proptest::collection::vec(prop_oneof![
                any::<String>().prop_map(String::into_bytes),
                proptest::collection::vec(any::<u8>(), 0..8),
            ], 0..6),
            cuts in proptest::collection::vec(0..200_usize, 0..12),
        ) {
            let all = parts.concat();
            let (mut decoder, mut text, mut from) = (Decoder::default(), String::new(), 0);
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(all.len())).collect();
            cuts.sort_unstable();
            for to in cuts.into_iter().chain([all.len()]) {
                text += &decoder.read(&all[from..to]);
                from = to;
            }
            text += &decoder.end();
            prop_assert_eq!(text, String::from_utf8_lossy(&all));
        }
    }
}

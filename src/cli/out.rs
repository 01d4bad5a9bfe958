//! What commands print: tables for people, JSON for scripts, one line for what went wrong.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use serde::Serialize;

use crate::core::safe_text::{SafeText, is_plain};
use crate::link::Refusal;
use crate::link::hello::WRONG_VERSION;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    what: anyhow::Error,
    /// What is wrong, and marks under it; no line when it need not be seen.
    shown: Vec<String>,
    /// The exit code says it all.
    quiet: bool,
}

impl Failure {
    /// The command or the configuration is wrong.
    pub fn wrong(what: impl Into<anyhow::Error>) -> Self {
        Self { code: 2, what: what.into(), shown: Vec::new(), quiet: false }
    }

    /// The same, in words.
    pub fn wrong_words(what: impl std::fmt::Display) -> Self {
        Self { code: 2, what: anyhow::anyhow!("{what}"), shown: Vec::new(), quiet: false }
    }

    /// A text of the command line is wrong from one byte to another.
    pub fn at(what: impl std::fmt::Display, text: &str, at: &std::ops::Range<usize>) -> Self {
        let columns = |part: std::ops::Range<usize>| SafeText::line(text.get(part).unwrap_or_default()).width();
        let marks = format!("{}{}", " ".repeat(columns(0..at.start)), "^".repeat(columns(at.clone()).max(1)));
        Self { shown: vec![text.into(), marks], ..Self::wrong_words(what) }
    }

    /// There is nothing to say but this exit code: somebody else's, who has said what there is to say.
    pub fn quiet(code: u8) -> Self {
        Self { code, what: anyhow::anyhow!("exit code {code}"), shown: Vec::new(), quiet: true }
    }

    /// The same, ending with this exit code.
    #[must_use]
    pub fn ending(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// What went wrong, in words.
    pub fn words(&self) -> String {
        format!("{:#}", self.what)
    }

    /// Says it on standard error, as one line, with what it is about below, and gives the exit code.
    pub fn tell(&self) -> ExitCode {
        let closed = |error: &anyhow::Error| {
            error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
        };
        if closed(&self.what) {
            // Whoever read our output has seen enough; a code that is not only about us is told nevertheless.
            return if self.code == 1 { ExitCode::SUCCESS } else { ExitCode::from(self.code) };
        }
        if self.quiet {
            return ExitCode::from(self.code);
        }
        let line = SafeText::line(&format!("alert-whisperer: {}", self.words()));
        // Nobody can be told that standard error is closed.
        let _ = writeln!(io::stderr(), "{line}");
        for line in &self.shown {
            let _ = writeln!(io::stderr(), "  {}", SafeText::line(line));
        }
        ExitCode::from(self.code)
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let what = error.into();
        let code = match what.downcast_ref::<Refusal>().map(|refusal| refusal.code.as_str()) {
            Some(
                "bad_setting" | "bad_query" | "no_such_source" | "bad_source" | "bad_secret" | "bad_mapping"
                | WRONG_VERSION,
            ) => 2,
            _ => 1,
        };
        Self { code, what, shown: Vec::new(), quiet: false }
    }
}

/// The engine gave an answer to another question.
pub fn unexpected() -> Failure {
    Failure::from(anyhow::anyhow!("the engine gave an answer to another question; is it of another version?"))
}

/// Says something on standard error that is no failure.
pub fn warn(what: &str) {
    // Nobody can be told that standard error is closed.
    let _ = writeln!(io::stderr(), "{}", SafeText::line(&format!("alert-whisperer: {what}")));
}

/// Prints a value as JSON.
///
/// # Errors
/// When standard output can't be written.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    line(escaped(&serde_json::to_string_pretty(value)?))
}

/// Prints a value as JSON on one line.
///
/// # Errors
/// When standard output can't be written.
pub fn json_line(value: &impl Serialize) -> Result<(), Failure> {
    line(escaped(&serde_json::to_string(value)?))
}

/// The same JSON, with everything that a terminal might obey or hide written as `\u…`. Outside its texts there is no such
/// thing but the line ends.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || is_plain(c) {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing into a string does not fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

/// Prints a line. Text from outside goes in as [`SafeText`].
///
/// # Errors
/// When standard output can't be written.
pub fn line(line: impl std::fmt::Display) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{line}")?;
    Ok(())
}

/// Rows of cells in columns that are as wide as they need to be; the last one is not padded.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<SafeText>>,
}

impl Table {
    /// A table with a heading.
    pub fn new(heading: &[&str]) -> Self {
        Self { rows: vec![heading.iter().map(|cell| SafeText::line(cell)).collect()] }
    }

    /// One more row. Every cell may hold text from outside.
    pub fn row(&mut self, cells: &[&str]) {
        self.rows.push(cells.iter().map(|cell| SafeText::fit(cell, 120)).collect());
    }

    /// One more row, the last cell of which may be something to copy: it is not shortened.
    pub fn row_to_copy(&mut self, cells: &[&str]) {
        self.row(cells);
        if let (Some(cell), Some(last)) = (cells.last(), self.rows.last_mut().and_then(|row| row.last_mut())) {
            *last = SafeText::line(cell);
        }
    }

    /// Prints it.
    ///
    /// # Errors
    /// When standard output can't be written.
    pub fn print(&self) -> Result<(), Failure> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(SafeText::width).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        let mut out = io::stdout().lock();
        for row in &self.rows {
            let mut text = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                text.push_str(cell);
                text.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
            }
            writeln!(out, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

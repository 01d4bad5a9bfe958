//! The log: one line for each event, to a file, to standard error, or to the journal that standard error leads to. Whatever an
//! event quotes, it stays one line, and a terminal that shows it does nothing but that.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, reload};

use super::out::Failure;
use super::place::Place;
use crate::config::{Format, Level};
use crate::core::safe_text::SafeText;

/// The log that runs, to change how much is logged.
#[derive(Debug)]
pub struct Log {
    filter: Option<reload::Handle<EnvFilter, Registry>>,
}

impl Log {
    /// Starts it: to the file that was asked for, else to standard error if that is free.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn start(place: &Place, to_stderr: bool) -> Result<Self, Failure> {
        let lines = match &place.log {
            Some(path) => {
                let file = OpenOptions::new().create(true).append(true).open(path);
                let file = file.with_context(|| format!("cannot write the log {}", path.display()))?;
                Lines { to: Sink::File(Mutex::new(file)), priorities: false }
            }
            None if to_stderr => Lines { to: Sink::Stderr, priorities: leads_to_journal() },
            None => return Ok(Self { filter: None }),
        };
        let (filter, handle) = reload::Layer::new(filter(place.log_level()));
        let times = !lines.priorities;
        tracing_subscriber::registry().with(filter).with(layer(lines, place.config.log.format, times)).init();
        Ok(Self { filter: Some(handle) })
    }

    /// From now on, so much is logged.
    pub fn level(&self, level: Level) {
        if let Some(handle) = &self.filter {
            // Only a log that has ended does not take it.
            let _ = handle.reload(filter(level));
        }
    }
}

/// What is logged. The libraries that carry requests to AWS and others write whole requests, with their credentials, when they
/// are let: they are not, however much else is wanted.
pub fn filter(level: Level) -> EnvFilter {
    let (all, theirs) = match level {
        Level::Error => ("error", "error"),
        Level::Warn => ("warn", "warn"),
        Level::Info => ("info", "warn"),
        Level::Debug => ("alert_whisperer=debug,info", "warn"),
        Level::Trace => ("trace", "warn"),
    };
    let quiet = ["aws", "hyper", "h2", "reqwest", "rustls"].map(|library| format!(",{library}={theirs}")).concat();
    EnvFilter::new(format!("{all}{quiet}"))
}

/// Writes events as lines. The journal knows what time it is.
fn layer<S, W>(lines: W, format: Format, times: bool) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(lines);
    match (format, times) {
        (Format::Text, true) => layer.boxed(),
        (Format::Text, false) => layer.without_time().boxed(),
        (Format::Json, true) => layer.json().flatten_event(true).boxed(),
        (Format::Json, false) => layer.json().flatten_event(true).without_time().boxed(),
    }
}

/// Whether standard error is the stream that systemd's journal reads, which it has named by device and file.
fn leads_to_journal() -> bool {
    let named = std::env::var("JOURNAL_STREAM").ok();
    let stat = rustix::fs::fstat(io::stderr()).ok();
    named.zip(stat).is_some_and(|(named, stat)| named == format!("{}:{}", stat.st_dev, stat.st_ino))
}

/// Where lines go.
#[derive(Debug)]
enum Sink {
    Stderr,
    File(Mutex<File>),
}

/// Makes the writer of one event.
#[derive(Debug)]
struct Lines {
    to: Sink,
    /// Each line begins with its priority, for the journal: `<3>`.
    priorities: bool,
}

/// The writer of one event.
struct Line<'a> {
    to: &'a Sink,
    priority: &'static str,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { to: &self.to, priority: "" }
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Line<'a> {
        Line { to: &self.to, priority: if self.priorities { priority(*event.level()) } else { "" } }
    }
}

/// As syslog numbers them.
fn priority(level: tracing::Level) -> &'static str {
    match level {
        tracing::Level::ERROR => "<3>",
        tracing::Level::WARN => "<4>",
        tracing::Level::INFO => "<6>",
        _ => "<7>",
    }
}

impl Write for Line<'_> {
    /// The formatter writes an event at once, with the line's end.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let line = one_line(self.priority, event);
        match self.to {
            Sink::Stderr => io::stderr().lock().write_all(&line)?,
            Sink::File(file) => file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)?,
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An event as one line that a terminal shows as it stands. No character that JSON is made of is changed.
fn one_line(priority: &str, event: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(event.strip_suffix(b"\n").unwrap_or(event));
    format!("{priority}{}\n", &*SafeText::line(&text)).into_bytes()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Escapes, line ends, bidi overrides, marks on nothing, a forged line.
    const HOSTILE: &str =
        "web\u{1b}[2J\u{1b}]0;x\u{7}\r\n2026 ERROR forged: all is lost\u{202e}\u{9b}31m\u{2028}\0\u{85}é";

    /// Writes to memory, through the same line.
    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    struct Kept(Memory, &'static str);

    impl Write for Kept {
        fn write(&mut self, event: &[u8]) -> io::Result<usize> {
            self.0.0.lock().unwrap().extend(one_line(self.1, event));
            Ok(event.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Memory {
        type Writer = Kept;

        fn make_writer(&'a self) -> Kept {
            Kept(self.clone(), "")
        }

        fn make_writer_for(&'a self, event: &Metadata<'_>) -> Kept {
            Kept(self.clone(), priority(*event.level()))
        }
    }

    fn logged(format: Format, say: impl FnOnce()) -> String {
        let memory = Memory::default();
        let subscriber = tracing_subscriber::registry().with(layer(memory.clone(), format, false));
        tracing::subscriber::with_default(subscriber, say);
        let bytes = memory.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn hostile_text_is_one_line_that_does_nothing_in_either_format() {
        for format in [Format::Text, Format::Json] {
            let text = logged(format, || {
                tracing::error!(asset = %HOSTILE, debugged = ?HOSTILE, plain = HOSTILE, "said {HOSTILE}");
                tracing::info!("next");
            });
            let lines: Vec<&str> = text.split_terminator('\n').collect();
            assert_eq!(lines.len(), 2, "{text}");
            assert!(lines[0].starts_with("<3>") && lines[1].starts_with("<6>"), "{text}");
            let shows = |c: char| c == '\n' || !c.is_control() && !('\u{2028}'..='\u{202e}').contains(&c);
            assert!(text.chars().all(shows), "{text:?}");
            if format == Format::Json {
                for line in lines {
                    let line: serde_json::Value = serde_json::from_str(&line[3..]).unwrap();
                    assert!(line["message"].is_string() && line["target"].is_string(), "{line}");
                }
            }
        }
    }

    #[test]
    fn each_level_has_all_that_the_one_before_it_has() {
        let said = |level: Level| {
            let memory = Memory::default();
            let subscriber =
                tracing_subscriber::registry().with(filter(level)).with(layer(memory.clone(), Format::Text, false));
            tracing::subscriber::with_default(subscriber, || {
                tracing::error!("a");
                tracing::warn!("b");
                tracing::info!("c");
                tracing::debug!("d");
                tracing::trace!("e");
                tracing::trace!(target: "hyper", "a whole request");
            });
            let bytes = memory.0.lock().unwrap().clone();
            String::from_utf8(bytes).unwrap().lines().count()
        };
        assert_eq!(Level::ALL.map(said), [1, 2, 3, 4, 5]);
        assert_eq!([0, 1, 2].map(|times| Level::Warn.verbose(times)), [Level::Warn, Level::Debug, Level::Trace]);
        assert_eq!(Level::Trace.verbose(1), Level::Trace);
    }
}

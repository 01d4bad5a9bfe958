//! `[log]`: how much is logged, and how it is written.

use serde::Deserialize;

/// `[log]`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// How a line is written.
    pub format: Format,
    /// How much is logged.
    pub level: Level,
}

/// How a line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// An object a line.
    Json,
}

/// How much is logged; each has all that the ones before it have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// What failed.
    Error,
    /// What may fail.
    Warn,
    /// What happens.
    #[default]
    Info,
    /// Every refused request.
    Debug,
    /// Everything.
    Trace,
}

impl Level {
    /// From the least to the most.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    /// As the file has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    /// With so many `-v`.
    #[must_use]
    pub fn verbose(self, times: u8) -> Self {
        match times {
            0 => self,
            1 => self.max(Self::Debug),
            _ => Self::Trace,
        }
    }
}

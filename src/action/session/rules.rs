//! How long sessions last, how long anything about them is waited for, and where what is kept of them is. Values only.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// All of it. Trials take less time than people get.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The data folder: tenants' recordings are below it, and this engine's mark in it.
    pub data: PathBuf,
    /// A session in which nobody has typed for so long is ended.
    pub idle: Duration,
    /// One that was opened so long ago is ended.
    pub longest: Duration,
    /// How long before either it is told.
    pub warning: Duration,
    /// What is typed is recorded, too.
    pub record_input: bool,
    /// Recordings are removed after so many days; 0: never.
    pub keep_days: u32,
    /// How long a question for more output waits.
    pub reads_wait: Duration,
    /// A seat that has not asked for so long is gone.
    pub silent: Duration,
    /// How long what a session showed last can be read after its end.
    pub lingers: Duration,
    /// How long the sessions have to end when the engine does.
    pub farewell: Duration,
}

impl Rules {
    /// What people get, unless they configure it.
    pub fn of(data: &Path) -> Self {
        let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
        Self {
            data: data.to_owned(),
            idle: minute * 20,
            longest: minute * 60,
            warning: minute * 2,
            record_input: false,
            keep_days: 90,
            reads_wait: second * 20,
            silent: second * 45,
            lingers: minute * 2,
            farewell: second * 6,
        }
    }
}

//! The first word between a seat and an engine: which program speaks. Two that would not understand each other say so then, and
//! what to install, before either shows what is not there.

use serde::{Deserialize, Serialize};

use super::{PROTOCOL, Refusal};

/// Who speaks. Its two keys stay what they are for ever: every version has to read those of every other one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hello {
    /// The shapes that it speaks: [`PROTOCOL`].
    pub protocol: u32,
    /// The program's version.
    pub version: String,
}

impl Hello {
    /// This program's.
    pub fn ours() -> Self {
        Self { protocol: PROTOCOL, version: env!("CARGO_PKG_VERSION").into() }
    }

    /// What an engine says to a seat that speaks so.
    ///
    /// # Errors
    /// It speaks otherwise: what to install.
    pub fn judged(&self) -> Result<(), Refusal> {
        let engine = Self::ours();
        if self.protocol == engine.protocol {
            return Ok(());
        }
        Err(wrong_version(&engine, Some(self)))
    }
}

/// The refusal of an engine that speaks otherwise than a seat. Absent: the seat did not say how it speaks.
pub fn wrong_version(engine: &Hello, seat: Option<&Hello>) -> Refusal {
    let ours = &engine.version;
    let seat = seat.map_or_else(
        || "an older version".to_owned(),
        |seat| {
            // It is said by whoever connects.
            let said: String = seat.version.chars().filter(|c| c.is_ascii_graphic()).take(32).collect();
            format!("version {said} (protocol {})", seat.protocol)
        },
    );
    let what = format!(
        "the engine is alert-whisperer {ours} (protocol {}), this is {seat}: install {ours} here, or the same version at both ends",
        engine.protocol
    );
    Refusal::new(WRONG_VERSION, what)
}

/// The code of that refusal.
pub const WRONG_VERSION: &str = "wrong_version";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_speaks_otherwise_is_told_what_to_install() {
        assert_eq!(Hello::ours().judged(), Ok(()));
        let newer = Hello { protocol: PROTOCOL + 1, version: "9.1.0\u{1b}[31m".into() };
        let refusal = newer.judged().unwrap_err();
        assert_eq!(refusal.code, WRONG_VERSION);
        let version = env!("CARGO_PKG_VERSION");
        for part in
            [format!("alert-whisperer {version}"), format!("install {version} here"), "version 9.1.0[31m".into()]
        {
            assert!(refusal.message.contains(&part), "{part}: {}", refusal.message);
        }
    }
}

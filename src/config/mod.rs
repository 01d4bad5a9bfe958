//! The configuration file: typed, unknown keys refused, every mistake named with its line and the nearest right spelling.
//!
//! What the values mean is left to whoever uses them; tenants stay texts here, each with the place it was read from.

mod keys;
mod log;
mod mistake;
mod receiver;
mod sessions;
mod technicians;
mod tenants;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use self::keys::Key;
pub use self::log::{Format, Level, Log};
pub use self::mistake::Mistake;
pub use self::receiver::{Block, ClientAuth, Receiver, Tls};
pub use self::sessions::Sessions;
pub use self::technicians::Technician;
pub use self::tenants::{Declared, Placed};

/// Everything that can be configured.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file it was read from; absent when there was none.
    pub file: Option<PathBuf>,
    /// `[receiver]`
    pub receiver: Receiver,
    /// `[ui]`
    pub ui: Ui,
    /// `[keys]`, in the order of the file.
    pub keys: Vec<Key>,
    /// `[[tenants]]`
    pub tenants: Vec<Declared>,
    /// `[[technicians]]`
    pub technicians: Vec<Technician>,
    /// `[aws]`
    pub aws: Aws,
    /// `[sessions]`
    pub sessions: Sessions,
    /// `[log]`
    pub log: Log,
    /// `[seats]`
    pub seats: Seats,
}

/// `[seats]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seats {
    /// Those of this Unix group may come to the engine's socket too; what they may do there, the book of people says.
    pub group: Option<String>,
}

/// `[ui]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ui {
    /// The name of one that comes with the program, or of one of the user's own.
    pub theme: String,
    /// Frames a second, at most.
    pub fps: u16,
    /// Wheel and clicks.
    pub mouse: bool,
    /// What rings: `critical`, `all` or `never`.
    pub bell: Bell,
    /// Machines may set the operator's clipboard while a session is typed into.
    pub session_clipboard: bool,
}

impl Default for Ui {
    fn default() -> Self {
        Self { theme: "default".into(), fps: 10, mouse: false, bell: Bell::Critical, session_clipboard: false }
    }
}

/// `[aws]`: as whom we come, before any tenant's role is assumed. What is absent is as the usual `AWS_*` variables and files
/// have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Aws {
    /// A profile of the shared configuration files.
    pub profile: Option<String>,
    /// For STS, and for tenants that name none.
    pub region: Option<String>,
    /// Another address for every service: for trying out.
    pub endpoint_url: Option<String>,
}

/// What rings the terminal's bell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bell {
    /// A new critical incident.
    Critical,
    /// Every new incident.
    All,
    /// Nothing.
    Never,
}

/// A size in bytes: `4 MiB`, `512 KiB`, `1000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Number")]
pub struct Size(pub usize);

#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Bytes(usize),
    Text(String),
}

impl TryFrom<Number> for Size {
    type Error = String;

    fn try_from(number: Number) -> Result<Self, String> {
        let text = match number {
            Number::Bytes(bytes) => return Ok(Self(bytes)),
            Number::Text(text) => text,
        };
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = match text[digits.len()..].trim() {
            "" | "B" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            _ => return Err("a size is a number with B, KiB or MiB behind it, for example \"4 MiB\"".into()),
        };
        let bytes = digits.trim().parse::<usize>().ok().and_then(|n| n.checked_mul(unit));
        bytes.map(Self).ok_or_else(|| "a size is a number with B, KiB or MiB behind it".into())
    }
}

/// The file as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    receiver: Receiver,
    store: Store,
    ui: Ui,
    keys: BTreeMap<String, String>,
    tenants: Vec<toml::Table>,
    aws: Aws,
    technicians: Vec<technicians::Table>,
    sessions: Sessions,
    log: Log,
    seats: Seats,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Store {
    kind: Kind,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Sqlite,
}

impl Config {
    /// Reads the file at `path`, or nothing when it is absent and `required` is false; then the overrides from `environment`.
    ///
    /// # Errors
    /// The first mistake.
    pub fn load(
        path: &Path,
        required: bool,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Mistake> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => None,
            Err(error) => return Err(Mistake::unreadable(path, &error)),
        };
        let shown = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into());
        let mut config = Self::read(text.as_deref().unwrap_or_default(), &shown, environment)?;
        config.file = text.is_some().then(|| path.to_owned());
        Ok(config)
    }

    /// Reads a file's text. `name` is what mistakes call it.
    ///
    /// # Errors
    /// The first mistake.
    pub fn read(text: &str, name: &str, environment: impl Iterator<Item = (String, String)>) -> Result<Self, Mistake> {
        let in_file = |error: toml::de::Error| Mistake::in_file(name, text, &error);
        let mut file: File = toml::from_str(text).map_err(in_file)?;
        let mut table: toml::Table = toml::from_str(text).map_err(in_file)?;
        let mut overridden: Vec<_> = environment.filter(|(variable, _)| variable.starts_with(PREFIX)).collect();
        overridden.sort();
        for (variable, value) in overridden {
            apply(&mut table, &variable, &value).ok_or_else(|| Mistake::of_variable(&variable, "names no setting"))?;
            let wrong = |error: toml::de::Error| Mistake::of_variable(&variable, error.message());
            file = File::deserialize(toml::Value::Table(table.clone())).map_err(wrong)?;
        }
        if !(1..=60).contains(&file.ui.fps) {
            return Err(Mistake::at_key(name, text, "fps", "`fps` is from 1 to 60"));
        }
        if let Err((key, why)) = file.receiver.check().and_then(|()| file.sessions.check()) {
            return Err(Mistake::at_key(name, text, key, why));
        }
        Ok(Self {
            file: None,
            tenants: tenants::declared(&file.tenants, text, name)?,
            technicians: technicians::declared(file.technicians, text, name),
            receiver: file.receiver,
            ui: file.ui,
            keys: keys::placed(file.keys, text, name),
            aws: file.aws,
            sessions: file.sessions,
            log: file.log,
            seats: file.seats,
        })
    }
}

/// What every overriding variable begins with.
const PREFIX: &str = "ALERT_WHISPERER_";

/// Puts `ALERT_WHISPERER_SECTION__KEY` where it belongs. The other variables with our prefix are not settings.
fn apply(table: &mut toml::Table, variable: &str, value: &str) -> Option<()> {
    let Some((section, key)) = variable.strip_prefix(PREFIX)?.split_once("__") else { return Some(()) };
    let (section, key) = (section.to_lowercase(), key.to_lowercase());
    let value = toml::from_str::<toml::Table>(&format!("value = {value}"))
        .ok()
        .and_then(|mut parsed| parsed.remove("value"))
        .unwrap_or_else(|| toml::Value::String(value.into()));
    table.entry(section).or_insert_with(|| toml::Table::new().into()).as_table_mut()?.insert(key, value);
    Some(())
}

#[cfg(test)]
mod tests;

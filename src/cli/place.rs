//! Where things are, after the command line, the environment and the configuration file have had their say.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::out::Failure;
use super::{Color, Global, receiving, technicians};
use crate::aws;
use crate::config::{Config, Level, Placed};
use crate::core::assign::Technician;
use crate::core::credentials::Secret;
use crate::core::input::Actor;
use crate::core::setting;
use crate::core::tenant::Settings;
use crate::engine::declared::{self, Declaration, Declared};
use crate::engine::operator::Process;

/// Where things are.
pub struct Place {
    /// The configuration.
    pub config: Config,
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// Where senders post.
    pub listen: SocketAddr,
    /// Tenants that the configuration declares.
    pub declared: Vec<Declared>,
    /// Technicians that the configuration declares.
    pub technicians: Vec<Technician>,
    /// The way to AWS.
    pub aws: aws::Options,
    /// Where the user's own runbooks are; absent: there are none.
    pub runbooks: Option<PathBuf>,
    /// How to find all of this again when the file has changed; absent: there is no file.
    pub again: Option<Again>,
    /// Where to log.
    pub log: Option<PathBuf>,
    /// How much to log.
    pub verbose: u8,
    /// Colours of the screen.
    pub(super) color: Color,
    /// ASCII only.
    pub ascii: bool,
    /// Nothing may be changed.
    pub read_only: bool,
    /// Print JSON.
    pub json: bool,
    /// The seat is a wall.
    pub wall: bool,
    /// The seat is plain lines.
    pub plain: bool,
}

/// Where the configuration was looked for, and on whose word.
#[derive(Clone, Debug)]
pub struct Again {
    /// The file; it may not be there yet.
    pub file: PathBuf,
    global: Global,
}

impl Again {
    /// Reads the configuration again and settles everything anew.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn find(&self) -> Result<Place, Failure> {
        Place::find(&self.global)
    }
}

impl Place {
    /// Reads the configuration and settles everything.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn find(global: &Global) -> Result<Self, Failure> {
        let dirs = ProjectDirs::from("", "", "alert-whisperer");
        let home = || Failure::wrong_words("no home folder is known: give --config and --data-dir");
        let file = match (&global.config, &dirs) {
            (Some(file), _) => file.clone(),
            (None, Some(dirs)) => dirs.config_dir().join("config.toml"),
            (None, None) => return Err(home()),
        };
        let environment = std::env::vars_os().filter_map(|(n, v)| Some((n.into_string().ok()?, v.into_string().ok()?)));
        let config = Config::load(&file, global.config.is_some(), environment).map_err(Failure::wrong)?;
        let data_dir = match (&global.data_dir, &dirs) {
            (Some(dir), _) => dir.clone(),
            (None, Some(dirs)) => dirs.data_dir().to_owned(),
            (None, None) => return Err(home()),
        };
        let listen = global.listen.as_ref().unwrap_or(&config.receiver.listen);
        let listen = receiving::address(listen, &config.receiver)?;
        let declared = config.tenants.iter().map(convert).collect::<Result<_, _>>()?;
        let technicians = technicians::judged(&config.technicians)?;
        Ok(Self {
            aws: (&config.aws).into(),
            runbooks: file.parent().map(|folder| folder.join("runbooks")),
            config,
            data_dir,
            listen,
            declared,
            technicians,
            again: Some(Again { file, global: global.clone() }),
            log: global.log.clone(),
            verbose: global.verbose,
            color: global.color,
            ascii: global.ascii,
            read_only: global.read_only,
            json: global.json,
            wall: global.wall,
            plain: global.plain,
        })
    }

    /// What the engine is told of the configuration.
    pub fn declaration(&self) -> Declaration {
        Declaration { tenants: self.declared.clone(), technicians: self.technicians.clone() }
    }

    /// How much is logged.
    pub fn log_level(&self) -> Level {
        self.config.log.level.verbose(self.verbose)
    }

    /// Refuses what changes something, where nothing may be changed.
    ///
    /// # Errors
    /// When this is read-only.
    pub fn may_change(&self) -> Result<(), Failure> {
        match self.read_only {
            true => Err(Failure::wrong_words("--read-only refuses everything that changes something")),
            false => Ok(()),
        }
    }

    /// The socket that a running engine serves.
    pub fn socket(&self) -> PathBuf {
        socket(&self.data_dir)
    }

    /// Where senders post, for what is told to people.
    pub fn base_url(&self) -> String {
        let scheme = if self.config.receiver.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.listen)
    }
}

/// The socket that the engine on a data folder serves.
pub fn socket(data_dir: &Path) -> PathBuf {
    data_dir.join("engine.sock")
}

/// Who runs this, and at which terminal. The engine asks the kernel too, and does not take our word for it.
pub fn actor() -> Actor {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let terminal = rustix::termios::ttyname(std::io::stdin(), Vec::new()).ok();
    let terminal = terminal.and_then(|name| name.into_string().ok()).map(|name| name.replace("/dev/", ""));
    let mut seat = terminal.map_or_else(|| host.clone(), |name| format!("{host} {name}"));
    let process = Process::own();
    let operator = process.operator();
    // Anybody may be behind root; what its environment says is no more than a hint.
    if operator.acts_as.is_none() && process.uid == 0 {
        let said = std::env::var("SUDO_USER").ok().filter(|name| (1..=32).contains(&name.trim().len()));
        seat.extend(said.map(|name| format!(", says {}", name.trim())));
    }
    operator.at(&seat)
}

/// Judges what the file says of a tenant, so that a mistake is told before anything starts.
fn convert(tenant: &crate::config::Declared) -> Result<Declared, Failure> {
    let placed = |placed: &Placed| declared::Placed { value: placed.value.clone(), place: placed.place.clone() };
    let at = |place: &str, error: &dyn std::fmt::Display| Failure::wrong_words(format!("{place}: {error}"));
    let id = tenant.id.value.parse().map_err(|error| at(&tenant.id.place, &error))?;
    let mut settings = Settings::default();
    for (key, value) in &tenant.settings {
        settings = setting::set(&settings, key, &value.value).map_err(|error| at(&value.place, &error))?;
    }
    let hmac = match &tenant.hmac {
        Some(at) => Some((secret(at)?, at.place.clone())),
        None => None,
    };
    let settings = tenant.settings.iter().map(|(key, value)| (key.clone(), placed(value))).collect();
    Ok(Declared { id, name: tenant.name.as_ref().map(placed), settings, hmac })
}

/// Fetches a secret from where the file says it is. The words of an error hold none of it.
fn secret(from: &Placed) -> Result<Secret, Failure> {
    let wrong = |what: String| Failure::wrong_words(format!("{}: {what}", from.place));
    let text = match from.value.split_once(':') {
        Some(("env", name)) => {
            std::env::var(name).map_err(|_| wrong(format!("environment variable {name} is not set")))?
        }
        Some(("file", path)) => {
            std::fs::read_to_string(path).map_err(|error| wrong(format!("cannot read {path}: {error}")))?
        }
        _ => return Err(wrong("`secrets.hmac` is env:NAME or file:PATH".into())),
    };
    let text = text.trim();
    if text.len() < 16 {
        return Err(wrong("the secret has fewer than 16 characters".into()));
    }
    Ok(Secret::new(text))
}

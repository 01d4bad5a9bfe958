//! `tui`: a seat, on the engine that runs on this data folder, else with one of its own.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::Color;
use super::log::Log;
use super::out::Failure;
use super::place::{Place, actor};
use super::serve::{Doors, THREADS};
use super::watch::watch;
use super::{leave, reach};
use crate::config::{Bell, Config, Key};
use crate::core::severity::Severity;
use crate::engine::handle::Handle;
use crate::engine::operator::Process;
use crate::engine::seats::Seating;
use crate::link::reconnect::NoWay;
use crate::link::{Link, Standing, socket};
use crate::tui::colour::{Colour, Depth};
use crate::tui::conflicts::KeyLine;
use crate::tui::reload::Wishes;
use crate::tui::{Ended, Options, Seat, TuiError};

/// More than anybody can tell apart.
const MOST_THEMES: usize = 50;

/// Runs until the operator leaves.
///
/// # Errors
/// When there is no terminal, or another engine has the data folder and cannot be reached.
pub fn run(place: &Place) -> Result<(), Failure> {
    Log::start(place, false)?;
    let runtime = reach::runtime(THREADS)?;
    match runtime.block_on(socket::stay(&place.socket(), &actor().seat)) {
        Ok(link) => return sit(seat(place, link, None)),
        Err(NoWay::Refused(refusal)) => return Err(refusal.into()),
        Err(NoWay::Away(_)) => {}
    }
    let (running, lock) = reach::start(place)?;
    let handle = running.handle().clone();
    let link = own(&handle);
    // The seat draws at once; the doors open behind it, and what is wrong with them stands on the screen.
    let mut seat = seat(place, link, Some(handle.clone()));
    seat.options.hands_over = true;
    let sitting = std::thread::Builder::new().name("seat".into()).spawn(move || crate::tui::run(seat));
    let sitting = sitting.context("cannot start a thread")?;
    let doors = Doors::open_socket(place, &runtime, &handle);
    let ended = sitting.join().unwrap_or_else(|_| Err(TuiError(std::io::Error::other("the screen failed"))));
    match doors {
        Ok((doors, _)) => runtime.block_on(doors.close()),
        Err(failure) => tracing::error!("{}", failure.words()),
    }
    running.stop();
    match ended.context("the screen ended")? {
        Ended::LeaveEngine => {
            drop(lock);
            leave::engine(place)
        }
        Ended::Quit | Ended::Signal | Ended::InputClosed => Ok(()),
    }
}

/// A seat on an engine of this process: whoever runs it has the data folder, unless the book of people says otherwise.
pub fn own(engine: &Handle) -> Link {
    let (process, people) = (Process::own(), engine.people().book());
    let standing = process.standing(&process.operator(), process.uid, &people).unwrap_or(Standing::Owner);
    engine.seat_of(Seating { by: actor(), standing, remote: false, since: None })
}

/// Sits down at a link and stays until the operator leaves.
///
/// # Errors
/// When there is no terminal.
pub fn sit(seat: Seat) -> Result<(), Failure> {
    crate::tui::run(seat).context("the screen ended")?;
    Ok(())
}

/// A seat as the command line and the configuration want it; `engine`: the one that runs in this process.
pub fn seat(place: &Place, link: Link, engine: Option<Handle>) -> Seat {
    let (wishes, embedded) = (wishes(place), engine.is_some());
    let watch = watch(place, engine);
    Seat {
        link,
        operator: actor(),
        options: Options {
            read_only: place.read_only,
            embedded,
            wall: place.wall,
            folder: Some(place.data_dir.clone()),
            colour: colour(place),
            ascii: place.ascii || !speaks_utf8(),
            theme: wishes.theme,
            themes: wishes.themes,
            fps: wishes.fps,
            mouse: wishes.mouse,
            bell: wishes.bell,
            session_clipboard: wishes.session_clipboard,
            ..Options::default()
        },
        keys: wishes.keys,
        base_url: None,
        watch,
        memories: Some(place.data_dir.join("seats")),
    }
}

/// The colours that were asked for.
pub fn colour(place: &Place) -> Colour {
    match place.color {
        Color::Auto => Colour::Auto,
        Color::Never => Colour::Just(Depth::None),
        Color::Sixteen => Colour::Just(Depth::Sixteen),
        Color::Indexed => Colour::Just(Depth::Indexed),
        Color::Rgb => Colour::Just(Depth::Rgb),
    }
}

/// Whether the locale says that the terminal reads UTF-8.
pub fn speaks_utf8() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    // Without any word on it, as in a container, a terminal of today reads it.
    locale.is_empty() || locale.to_lowercase().replace('-', "").contains("utf8")
}

/// What the configuration says of a seat.
pub fn wishes(place: &Place) -> Wishes {
    let config = &place.config;
    Wishes {
        theme: config.ui.theme.clone(),
        themes: themes(place),
        fps: u32::from(config.ui.fps),
        mouse: config.ui.mouse,
        bell: match config.ui.bell {
            Bell::Critical => Some(Severity::Critical),
            Bell::All => Some(Severity::Low),
            Bell::Never => None,
        },
        session_clipboard: config.ui.session_clipboard,
        keys: keys(config),
    }
}

/// The user's keys.
pub fn keys(config: &Config) -> Vec<KeyLine> {
    let of = |key: &Key| KeyLine { keys: key.keys.clone(), line: key.line.clone(), place: key.place.clone() };
    config.keys.iter().map(of).collect()
}

/// The user's own themes. One that can't be read is told as one that is wrong.
pub fn themes(place: &Place) -> Vec<(String, String)> {
    let Some(again) = &place.again else { return Vec::new() };
    let read = |file: PathBuf| {
        let name = file.file_stem()?.to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| format!("cannot be read: {error}"));
        Some((name, text))
    };
    theme_files(&again.file).into_iter().filter_map(read).collect()
}

/// `themes/NAME.toml` beside the configuration file.
pub fn theme_files(config: &Path) -> Vec<PathBuf> {
    let Some(Ok(files)) = config.parent().map(|folder| std::fs::read_dir(folder.join("themes"))) else {
        return Vec::new();
    };
    let toml = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "toml");
    let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).filter(toml).collect();
    files.sort();
    files.truncate(MOST_THEMES);
    files
}

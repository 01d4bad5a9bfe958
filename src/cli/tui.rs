//! `tui`: a seat, on the engine that runs on this data folder, else with one of its own.

use anyhow::Context;

use super::Color;
use super::out::Failure;
use super::place::{Place, actor};
use super::reach;
use super::serve::{Doors, THREADS, log};
use crate::config::Bell;
use crate::core::severity::Severity;
use crate::link::{Link, socket};
use crate::tui::colour::{Colour, Depth};
use crate::tui::{Options, Seat, TuiError};

/// Runs until the operator leaves.
///
/// # Errors
/// When there is no terminal, or another engine has the data folder and cannot be reached.
pub fn run(place: &Place) -> Result<(), Failure> {
    log(place, false)?;
    let runtime = reach::runtime(THREADS)?;
    if let Ok(link) = runtime.block_on(socket::connect(&place.socket(), true)) {
        return sit(seat(place, link, false));
    }
    let (running, _lock) = reach::start(place)?;
    let handle = running.handle().clone();
    let link = handle.seat();
    // The seat draws at once; the doors open behind it, and what is wrong with them stands on the screen.
    let seat = seat(place, link, true);
    let sitting = std::thread::Builder::new().name("seat".into()).spawn(move || crate::tui::run(seat));
    let sitting = sitting.context("cannot start a thread")?;
    let doors = Doors::open_socket(place, &runtime, &handle);
    let ended = sitting.join().unwrap_or_else(|_| Err(TuiError(std::io::Error::other("the screen failed"))));
    match doors {
        Ok((doors, _)) => runtime.block_on(doors.close()),
        Err(failure) => tracing::error!("{}", failure.words()),
    }
    running.stop();
    ended.context("the screen ended")?;
    Ok(())
}

/// Sits down at a link and stays until the operator leaves.
///
/// # Errors
/// When there is no terminal.
pub fn sit(seat: Seat) -> Result<(), Failure> {
    crate::tui::run(seat).context("the screen ended")?;
    Ok(())
}

/// A seat as the command line and the configuration want it; `embedded`: the engine runs in this process.
pub fn seat(place: &Place, link: Link, embedded: bool) -> Seat {
    let config = &place.config;
    let colour = match place.color {
        Color::Auto => Colour::Auto,
        Color::Never => Colour::Just(Depth::None),
        Color::Sixteen => Colour::Just(Depth::Sixteen),
        Color::Indexed => Colour::Just(Depth::Indexed),
        Color::Rgb => Colour::Just(Depth::Rgb),
    };
    Seat {
        link,
        operator: actor(),
        options: Options {
            read_only: place.read_only,
            embedded,
            colour,
            ascii: place.ascii || !speaks_utf8(),
            theme: config.ui.theme.clone(),
            fps: u32::from(config.ui.fps),
            mouse: config.ui.mouse,
            bell: match config.ui.bell {
                Bell::Critical => Some(Severity::Critical),
                Bell::All => Some(Severity::Low),
                Bell::Never => None,
            },
            ..Options::default()
        },
        keys: config.keys.iter().map(|(keys, line)| (keys.clone(), line.clone())).collect(),
        base_url: None,
        memories: Some(place.data_dir.join("seats")),
    }
}

/// Whether the locale says that the terminal reads UTF-8.
pub fn speaks_utf8() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    // Without any word on it, as in a container, a terminal of today reads it.
    locale.is_empty() || locale.to_lowercase().replace('-', "").contains("utf8")
}

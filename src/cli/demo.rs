//! `demo`: a made-up MSP on an engine and a receiver of its own, until it is interrupted. Nothing leaves the machine and nothing
//! is left on it.

use std::io::IsTerminal;
use std::net::Ipv4Addr;

use clap::Args;
use tokio::runtime::Runtime;

use super::log::Log;
use super::out::Failure;
use super::place::{Place, actor};
use super::serve::{Doors, THREADS, asked_to_end};
use super::tui::{own, seat, sit};
use super::{Global, plain, reach, tail};
use crate::aws::{Keys, Options};
use crate::config::Config;
use crate::demo::aws::{self, StandIn};
use crate::demo::folder::TemporaryFolder;
use crate::demo::player::Player;
use crate::engine::handle::Handle;
use crate::engine::wall_clock;
use crate::link::{Feed, Link};

/// Which night, and how fast.
#[derive(Debug, Args)]
pub struct Demo {
    /// So many times as fast; a night takes 11 minutes at speed 1
    #[arg(long, default_value_t = 1.0, value_name = "X", value_parser = speed)]
    speed: f64,
    /// Another number, another night; the same number, the same night
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Where its tools post, on 127.0.0.1; a free one without it
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    port: u16,
    /// Print what happens as lines, as `tail` does; so it is too without a terminal
    #[arg(long)]
    no_seat: bool,
}

/// Runs until it is interrupted.
///
/// # Errors
/// When it can't begin, or its output can't be written.
pub fn run(demo: &Demo, global: &Global) -> Result<(), Failure> {
    if global.config.is_some() || global.data_dir.is_some() || global.listen.is_some() {
        let say = "the demo has a configuration, a data folder and an address of its own: leave out --config, --data-dir and \
                   --listen (--port chooses the port)";
        return Err(Failure::wrong_words(say));
    }
    let runtime = reach::runtime(THREADS)?;
    // Before there is anything to clean up: from here on, no signal ends it without that.
    let ended = {
        let _inside = runtime.enter();
        asked_to_end()?
    };
    let folder = TemporaryFolder::make("alert-whisperer-demo")?;
    let stand_in = runtime.block_on(StandIn::start(aws::world()))?;
    let place = place(demo, global, &folder, &stand_in);
    Log::start(&place, false)?;
    let (running, _lock) = reach::start(&place)?;
    let doors = Doors::open(&place, &runtime, running.handle(), None)?;
    let link = own(running.handle());
    let watched = play(demo, &runtime, running.handle()).and_then(|playing| {
        let screen = !place.plain
            && !demo.no_seat
            && !place.json
            && std::io::stdin().is_terminal()
            && std::io::stdout().is_terminal();
        let watched = match (screen, place.plain) {
            (true, _) => sit(seat(&place, link, Some(running.handle().clone()))),
            (false, true) => runtime.block_on(plain::sit(&place, actor(), false, link, ended)).map(drop),
            (false, false) => runtime.block_on(watch(link, ended, place.json)),
        };
        playing.abort();
        watched
    });
    runtime.block_on(doors.close());
    running.stop();
    watched
}

/// Nothing of the user's own configuration and data.
fn place(demo: &Demo, global: &Global, folder: &TemporaryFolder, stand_in: &StandIn) -> Place {
    Place {
        config: Config::default(),
        data_dir: folder.path().into(),
        listen: (Ipv4Addr::LOCALHOST, demo.port).into(),
        declared: Vec::new(),
        technicians: crate::demo::crew::technicians(),
        aws: reached_by(stand_in),
        runbooks: None,
        again: None,
        log: global.log.clone(),
        verbose: global.verbose,
        color: global.color,
        ascii: global.ascii,
        read_only: global.read_only,
        json: global.json,
        wall: global.wall,
        plain: global.plain,
    }
}

/// The stand-in in the place of AWS, whatever the environment says.
fn reached_by(stand_in: &StandIn) -> Options {
    let key = stand_in.base();
    Options {
        region: Some(aws::REGION.into()),
        endpoint_url: Some(stand_in.url()),
        keys: Some(Keys { id: key.access_key.clone(), secret: key.secret.expose().to_owned().into() }),
        ..Options::default()
    }
}

/// Lets the night begin.
fn play(demo: &Demo, runtime: &Runtime, handle: &Handle) -> Result<tokio::task::JoinHandle<()>, Failure> {
    let player = runtime.block_on(Player::prepare(handle.caller(), &actor(), demo.speed, wall_clock()))?;
    Ok(runtime.spawn(player.play(demo.seed)))
}

/// What happens, as lines.
async fn watch(mut link: Link, ended: impl Future<Output = ()>, json: bool) -> Result<(), Failure> {
    tokio::pin!(ended);
    let mut heard = tail::Heard::default();
    loop {
        let piece = tokio::select! {
            piece = link.feed.recv() => piece,
            () = &mut ended => return Ok(()),
        };
        match piece {
            Some(Feed::Changes(changes)) => changes.iter().try_for_each(|published| heard.tell(published, json))?,
            Some(Feed::Snapshot(snapshot)) => heard.begin(&snapshot),
            Some(Feed::Pulse(_) | Feed::Present(_) | Feed::Away(_)) => {}
            Some(Feed::Lost(why)) => return Err(anyhow::anyhow!(why).into()),
            None => return Ok(()),
        }
    }
}

/// Reads a speed.
fn speed(text: &str) -> Result<f64, &'static str> {
    let speed = text.parse().ok().filter(|speed| (0.1..=1_000.0).contains(speed));
    speed.ok_or("a speed is a number from 0.1 to 1000")
}

#[cfg(test)]
mod tests {
    use super::speed;

    #[test]
    fn a_speed_is_neither_nothing_nor_endless() {
        assert_eq!(speed("2.5"), Ok(2.5));
        for bad in ["0", "-1", "NaN", "inf", "1e9", "fast"] {
            assert!(speed(bad).is_err(), "{bad}");
        }
    }
}

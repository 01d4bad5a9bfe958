//! `--plain`: a seat as lines, for screen readers. What happens is printed as it happens; what is typed is answered.

use std::io::{BufRead, IsTerminal, Write};
use std::time::Duration;

use tokio::sync::mpsc;

use super::log::Log;
use super::out::{self, Failure};
use super::place::{Place, actor};
use super::serve::{Doors, THREADS, asked_to_end};
use super::tui::{own, wishes};
use super::{leave, reach};
use crate::core::input::Actor;
use crate::core::safe_text::SafeText;
use crate::engine::wall_clock;
use crate::link::reconnect::NoWay;
use crate::link::{Link, socket};
use crate::tui::plain::{Outcome, Plain, Sitting};
use crate::tui::utc;

/// Runs until the operator leaves.
///
/// # Errors
/// When another engine has the data folder and cannot be reached, or standard output can't be written.
pub fn run(place: &Place) -> Result<(), Failure> {
    Log::start(place, false)?;
    let runtime = reach::runtime(THREADS)?;
    let ended = {
        let _inside = runtime.enter();
        asked_to_end()?
    };
    let by = actor();
    match runtime.block_on(socket::stay(&place.socket(), &by.seat)) {
        Ok(link) => return runtime.block_on(sit(place, by, false, link, ended)).map(drop),
        Err(NoWay::Refused(refusal)) => return Err(refusal.into()),
        Err(NoWay::Away(_)) => {}
    }
    let (running, lock) = reach::start(place)?;
    let doors = Doors::open_socket(place, &runtime, running.handle());
    let ended = runtime.block_on(sit(place, by, true, own(running.handle()), ended));
    match doors {
        Ok((doors, _)) => runtime.block_on(doors.close()),
        Err(failure) => tracing::error!("{}", failure.words()),
    }
    running.stop();
    match ended? {
        Left::Engine => {
            drop(lock);
            leave::engine(place)
        }
        Left::Seat => Ok(()),
    }
}

/// What the operator has left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Left {
    /// The seat, and an engine of this process with it.
    Seat,
    /// The seat, but the engine of this process goes on.
    Engine,
}

/// Sits down at a link and stays until the operator leaves, or is made to. `hands_over`: the engine runs in this process, and can go
/// on without the seat.
///
/// # Errors
/// When standard output can't be written.
pub async fn sit(
    place: &Place,
    by: Actor,
    hands_over: bool,
    mut link: Link,
    ended: impl Future<Output = ()>,
) -> Result<Left, Failure> {
    let clock = wall_clock();
    let sitting = Sitting {
        operator: by.who.clone(),
        read_only: place.read_only,
        hands_over,
        bell: wishes(place).bell.filter(|_| std::io::stdout().is_terminal()),
        utc_offset: utc,
    };
    let mut plain = Plain::new(sitting, clock());
    let mut lines = typed_lines();
    let mut second = tokio::time::interval(Duration::from_secs(1));
    tokio::pin!(ended);
    let mut reading = true;
    let mut connected = true;
    loop {
        let mut outcome = tokio::select! {
            () = &mut ended => return Ok(Left::Seat),
            _ = second.tick() => plain.tick(clock()),
            feed = link.feed.recv(), if connected => match feed {
                Some(feed) => plain.changed(feed),
                None => {
                    connected = false;
                    Outcome::default()
                }
            },
            // What is typed is about the board: it waits until there is one.
            line = lines.recv(), if reading && plain.has_board() => match line {
                Some(line) => plain.typed(&line),
                // At a terminal that is how one leaves; a pipe that has nothing more to say only has no questions.
                None if std::io::stdin().is_terminal() => return Ok(Left::Seat),
                None => {
                    reading = false;
                    Outcome::default()
                }
            },
        };
        tell(&outcome)?;
        while let Some((purpose, request)) = outcome.ask.take() {
            let answer = tokio::select! {
                answer = link.caller.ask(&by, request) => answer,
                () = &mut ended => return Ok(Left::Seat),
            };
            outcome = plain.answered(&purpose, answer);
            tell(&outcome)?;
        }
        if outcome.quit {
            return Ok(if outcome.leave_engine { Left::Engine } else { Left::Seat });
        }
    }
}

fn tell(outcome: &Outcome) -> Result<(), Failure> {
    for line in &outcome.lines {
        out::line(SafeText::line(line))?;
    }
    if outcome.ring {
        let mut out = std::io::stdout().lock();
        out.write_all(b"\x07").and_then(|()| out.flush())?;
    }
    Ok(())
}

/// What is typed, line by line. Read on a thread of its own, which ends with the process: nothing else can wait for a terminal
/// and for the engine at once.
fn typed_lines() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

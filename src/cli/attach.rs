//! `attach`: a seat on an engine somewhere else; without an address, on the one that runs on this host.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use super::log::Log;
use super::out::Failure;
use super::place::{Place, actor};
use super::serve::{THREADS, asked_to_end};
use super::{plain, reach, tui};
use crate::core::credentials::Secret;
use crate::core::input::Actor;
use crate::link::live::{self, Address, Live, Pass};
use crate::link::reconnect::NoWay;
use crate::link::{Link, socket};

/// What holds a token.
const TOKEN: &str = "ALERT_WHISPERER_TOKEN";

/// Where to sit down.
#[derive(Debug, Args)]
pub struct Attach {
    /// `https://HOST` or `https://HOST:PORT`; without it, the engine that runs on this host
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// A file with the token that `user token` printed; read again each time the seat comes back. Without it,
    /// ALERT_WHISPERER_TOKEN, or it is asked for
    #[arg(long, value_name = "FILE", requires = "url")]
    token_file: Option<PathBuf>,
    /// Certificates of an authority of your own, in PEM
    #[arg(long, value_name = "FILE", requires = "url")]
    ca_file: Option<PathBuf>,
    /// Our own certificate and its key in one PEM file, for an engine that asks for one
    #[arg(long, value_name = "FILE", requires = "url")]
    client_cert: Option<PathBuf>,
}

/// Runs until the operator leaves.
///
/// # Errors
/// When there is no way to the engine, or it does not want us, or there is no terminal.
pub fn run(attach: &Attach, place: &Place) -> Result<(), Failure> {
    Log::start(place, false)?;
    let runtime = reach::runtime(THREADS)?;
    let by = actor();
    let Some(url) = &attach.url else {
        let link = runtime.block_on(socket::stay(&place.socket(), &by.seat)).map_err(|why| match why {
            NoWay::Away(why) => Failure::from(anyhow::anyhow!(
                "{why}; `alert-whisperer serve` starts one, and the bare command sits down with one of its own"
            )),
            NoWay::Refused(refusal) => refusal.into(),
        })?;
        return sit(place, &runtime, by, link, None);
    };
    let address: Address = url.parse().map_err(Failure::wrong)?;
    let pass = pass(attach)?;
    let token = pass.token().map_err(Failure::wrong_words)?;
    // What the engine will call us.
    let who =
        Pass::name(&token).ok_or_else(|| Failure::wrong_words("that is no token; `user token NAME` prints one"))?;
    let by = Actor { who, ..by };
    let papers = || live::trusting(attach.ca_file.as_deref(), attach.client_cert.as_deref());
    let tls = address.secure.then(papers).transpose().map_err(Failure::wrong_words)?;
    let host = address.host.clone();
    let live = Live { address, pass, tls, seat: by.seat.clone() };
    let link = runtime.block_on(live::stay(live)).map_err(|why| match why {
        NoWay::Away(why) => Failure::from(anyhow::anyhow!(why)),
        NoWay::Refused(refusal) => refusal.into(),
    })?;
    sit(place, &runtime, by, link, Some(host))
}

/// `host`: of an engine somewhere else, whose views and filters are its own.
fn sit(
    place: &Place,
    runtime: &tokio::runtime::Runtime,
    by: Actor,
    link: Link,
    host: Option<String>,
) -> Result<(), Failure> {
    if place.plain {
        let ended = {
            let _inside = runtime.enter();
            asked_to_end()?
        };
        return runtime.block_on(plain::sit(place, by, false, link, ended)).map(drop);
    }
    let mut seat = tui::seat(place, link, None);
    seat.operator = by;
    if let Some(host) = host {
        seat.memories = Some(place.data_dir.join("seats").join(host));
    }
    tui::sit(seat)
}

/// The token: from the file that was named, else from the environment, else asked for.
fn pass(attach: &Attach) -> Result<Pass, Failure> {
    if let Some(file) = &attach.token_file {
        return Ok(Pass::File(file.clone()));
    }
    let token = match std::env::var(TOKEN).ok().filter(|token| !token.trim().is_empty()) {
        Some(token) => Secret::new(token.trim()),
        None => asked()?,
    };
    Ok(Pass::Said(token))
}

/// Asks for the token, and shows nothing of it.
fn asked() -> Result<Secret, Failure> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(Failure::wrong_words(format!(
            "no token: give --token-file FILE or {TOKEN}; `user token NAME` on the engine's host prints one"
        )));
    }
    let before = tcgetattr(&stdin).context("cannot ask for the token")?;
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    hidden.local_modes.insert(LocalModes::ECHONL);
    let mut out = std::io::stderr();
    // Where nobody can be asked, nothing is typed either.
    let _ = write!(out, "Token (not shown): ").and_then(|()| out.flush());
    tcsetattr(&stdin, OptionalActions::Flush, &hidden).context("cannot ask for the token")?;
    let mut typed = zeroize::Zeroizing::new(String::new());
    let read = stdin.lock().read_line(&mut typed);
    tcsetattr(&stdin, OptionalActions::Now, &before).context("cannot show again what is typed")?;
    read.context("cannot read the token")?;
    match typed.trim() {
        "" => Err(Failure::wrong_words("no token was typed")),
        token => Ok(Secret::new(token)),
    }
}

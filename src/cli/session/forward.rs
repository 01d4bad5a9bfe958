//! `session forward`: a local port that leads to a machine's, for as long as this command stays.

use clap::Args;

use super::follow::{Ends, ended, next};
use super::list::{one, talk};
use super::machine::Machine;
use crate::cli::out::{self, Failure};
use crate::cli::place::Place;
use crate::cli::reach::Reached;
use crate::core::id::SessionId;
use crate::core::session::{Kind, port};
use crate::link::session::{Line, Live, Size, Talk, Talked};

/// Which port.
#[derive(Debug, Args)]
pub struct Forward {
    #[command(flatten)]
    machine: Machine,
    /// The port there
    #[arg(long, value_name = "N", required_unless_present = "preset")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// A host that the machine reaches; without it, the machine itself
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// The local port; 0: any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    local: u16,
    /// A port by its name: rdp, https, postgresql, mysql, redis, ...
    #[arg(long, value_name = "NAME", conflicts_with = "port")]
    preset: Option<String>,
}

pub(super) fn run(forward: &Forward, place: &Place) -> Result<(), Failure> {
    place.may_change()?;
    let kind = forward.kind()?;
    let reached = Reached::with_hands(place, false)?;
    let held = hold(forward, kind, &reached, place.json);
    reached.finish();
    held
}

impl Forward {
    fn kind(&self) -> Result<Kind, Failure> {
        if let Some(host) = &self.host {
            port::check_host(host, host.contains(':')).map_err(Failure::wrong_words)?;
        }
        let preset = self.preset.as_ref().map(|name| {
            let found = port::built_in().find(|preset| preset.name == *name).map(|preset| preset.port);
            found.ok_or_else(|| {
                let all: Vec<_> = port::built_in().map(|preset| preset.name).collect();
                Failure::wrong_words(format!("there is no such preset; there are {}", all.join(", ")))
            })
        });
        let named = preset.transpose()?;
        let port = self.port.or(named).ok_or_else(|| Failure::wrong_words("name a port with --port or --preset"))?;
        Ok(Kind::Forward { host: self.host.clone(), port, local: self.local })
    }
}

fn hold(forward: &Forward, kind: Kind, reached: &Reached, json: bool) -> Result<(), Failure> {
    let (tenant, wish) = forward.machine.wish(reached, kind)?;
    let to = port::target(&wish.kind, &wish.asset);
    let wanted = Talk::Open { tenant, wish: Box::new(wish), size: Size::default() };
    let Talked::Opening(id) = talk(reached, wanted)? else { return Err(out::unexpected()) };
    let ends = reached.wait(async { Ends::listen() })?;
    let mut held = Held { id, ends, version: 0, told: Live::default() };
    let led = held.lead(reached, &to, json);
    if led.is_err() {
        // Nobody was told where it leads. One that is over, or out of reach, has nothing to be told.
        let _ = talk(reached, Talk::End { session: held.id.clone() });
    }
    let session = ended(reached, &held.id);
    led?;
    let session = session?;
    if held.ends.asked() {
        return Ok(());
    }
    Err(anyhow::anyhow!("{}: {}", session.id, session.standing()).into())
}

/// A forward that is held.
struct Held {
    id: SessionId,
    ends: Ends,
    version: u64,
    told: Live,
}

impl Held {
    /// Says where it is once it is ready, and waits until it is over.
    fn lead(&mut self, reached: &Reached, to: &str, json: bool) -> Result<(), Failure> {
        if reached.wait(self.until(reached, |live| live.line == Line::Ready))? {
            let session = one(reached, &self.id)?;
            if json {
                out::json(&*session)?;
            } else if let Some(local) = session.local_port {
                out::line(format!("127.0.0.1:{local}"))?;
                out::warn(&format!("it leads to {to} until ctrl-c"));
            }
            reached.wait(self.until(reached, |_| false))?;
        }
        Ok(())
    }

    /// Waits until it is so, or over; false when it is over. A signal ends it.
    async fn until(&mut self, reached: &Reached, is_so: impl Fn(&Live) -> bool) -> Result<bool, Failure> {
        let id = self.id.clone();
        let end = |_| Talk::End { session: id.clone() };
        while let Some(piece) = next(reached, &mut self.ends, (&id, 0, self.version), end).await? {
            if let Some(live) = piece.live {
                self.version = live.version;
                self.tell(live);
            }
            if piece.over {
                break;
            }
            if is_so(&self.told) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Says what is new: on standard error, so that whoever reads the address gets that alone.
    fn tell(&mut self, live: Live) {
        let was = std::mem::replace(&mut self.told, live);
        let is = &self.told;
        if std::mem::discriminant(&was.line) != std::mem::discriminant(&is.line) {
            match &is.line {
                Line::Away { why, .. } => out::warn(&format!("the connection is away, and is being made again: {why}")),
                Line::Paused => out::warn("the machine does not respond"),
                Line::Ready if was.line != Line::Opening => out::warn("it is there again"),
                Line::Ready | Line::Opening => {}
            }
        }
        if let Some(warning) = is.warning.as_ref().filter(|warning| was.warning.as_ref() != Some(warning)) {
            out::warn(warning);
        }
        // The oldest leave: what is new stands behind what was the last.
        let known = was.refused.last().and_then(|last| is.refused.iter().rposition(|one| one == last));
        for refused in &is.refused[known.map_or(0, |at| at + 1)..] {
            out::warn(refused);
        }
    }
}

//! Leaving an engine running behind when the seat that held it ends: `serve`, as a process of its own, on the data folder that was
//! let go of. The other seats come back to it by themselves.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};

use super::out::{self, Failure};
use super::place::Place;

/// How long the other engine may take to open its socket: it reads the whole store first.
const OPENS: Duration = Duration::from_secs(60);
/// How often it is looked whether it has.
const LOOKS: Duration = Duration::from_millis(50);
/// What has `serve` leave the terminal and the process group of whoever began it.
const APART: &str = "--apart";

/// Begins an engine on a data folder that nobody holds any longer, and waits until seats can come.
///
/// # Errors
/// When it cannot be begun, or ends at once; in words that say how to begin one.
pub fn engine(place: &Place) -> Result<(), Failure> {
    let instead = "`alert-whisperer serve` starts one";
    let program = std::env::current_exe().context("this program does not know where it is")?;
    let mut command = Command::new(program);
    command.arg("serve").arg(APART).arg("--data-dir").arg(&place.data_dir);
    command.arg("--listen").arg(place.listen.to_string());
    if let Some(again) = place.again.as_ref().filter(|again| again.file.exists()) {
        command.arg("--config").arg(&again.file);
    }
    if let Some(log) = &place.log {
        command.arg("--log").arg(log);
    }
    command.args((0..place.verbose).map(|_| "-v"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().with_context(|| format!("the engine cannot be left running; {instead}"))?;
    let until = Instant::now() + OPENS;
    while !place.socket().exists() && Instant::now() < until {
        if let Some(status) = child.try_wait().context("nobody knows how the engine is")? {
            return Err(anyhow!("the engine that was to go on has ended ({status}); {instead}, and says why").into());
        }
        std::thread::sleep(LOOKS);
    }
    let pid = child.id();
    out::warn(&format!("the engine goes on in the background, process {pid}; `kill {pid}` ends it"));
    Ok(())
}

/// Leaves the terminal, the session and the process group of whoever began this process.
///
/// # Errors
/// When the system does not let it.
pub fn go_apart() -> Result<(), Failure> {
    rustix::process::setsid().context("cannot leave the terminal")?;
    Ok(())
}

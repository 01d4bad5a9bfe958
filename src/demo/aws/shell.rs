//! Runs a command for a node that is none: in a shell of this machine, in a directory of its own, with an empty environment.
//! What it may touch is in `fence`.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::fence;
use super::state::{Invocation, Shared};

/// What AWS puts where it cut.
const CUT: &str = "--output truncated--";
/// Characters of standard output that AWS keeps.
pub(super) const MOST_OUT: usize = 24_000;
/// Characters of standard error that AWS keeps.
pub(super) const MOST_ERR: usize = 8_000;
/// More is read and thrown away: enough for as many characters of four bytes.
const MOST_BYTES: usize = 4 * MOST_OUT + 4;

/// What to run.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub text: String,
    pub arguments: Vec<String>,
    /// Instead of the node's own directory.
    pub directory: Option<String>,
}

/// What a command wrote, up to what can be shown of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Captured {
    bytes: Vec<u8>,
    more: bool,
}

impl Captured {
    pub fn take(&mut self, piece: &[u8]) {
        let room = MOST_BYTES.saturating_sub(self.bytes.len());
        self.more |= piece.len() > room;
        self.bytes.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    /// As AWS shows it: cut to `most` characters, the mark included.
    pub fn text(&self, most: usize) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        if !self.more && text.chars().nth(most).is_none() {
            return text.into_owned();
        }
        text.chars().take(most - CUT.len()).chain(CUT.chars()).collect()
    }
}

/// Runs a script to its end and says its exit code. Dropped, it ends everything that it began.
///
/// # Errors
/// When the shell could not be started.
pub(super) async fn run(shared: &Arc<Shared>, place: &Place<'_>, script: &Script) -> io::Result<i32> {
    let home = shared.folder.join(place.account).join(place.instance);
    let file = shared.folder.join("commands").join(place.command).join(place.instance);
    std::fs::create_dir_all(&home)?;
    std::fs::create_dir_all(&file)?;
    let file = file.join("_script.sh");
    std::fs::write(&file, &script.text)?;
    let directory = script.directory.as_ref().map_or_else(|| home.clone(), PathBuf::from);
    let mut command = Command::new("/bin/sh");
    command
        .arg(&file)
        .args(&script.arguments)
        .current_dir(directory)
        .env_clear()
        .envs([("HOME", &home), ("TMPDIR", &home)])
        .envs([("PATH", fence::path(&shared.folder)), ("LANG", "C.UTF-8".into())])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let (mut child, _) = fence::start(command, home).await?;
    let group = Group::of(shared, &child);
    let out = copy(shared, place, child.stdout.take(), |invocation| &mut invocation.stdout);
    let err = copy(shared, place, child.stderr.take(), |invocation| &mut invocation.stderr);
    let ended = async {
        let status = child.wait().await;
        // What it left behind would hold its output open, and live on.
        drop(group);
        status
    };
    let (status, (), ()) = tokio::join!(ended, out, err);
    Ok(code(status?))
}

/// An exit code as a shell tells it.
pub(super) fn code(status: std::process::ExitStatus) -> i32 {
    let by_signal = std::os::unix::process::ExitStatusExt::signal(&status);
    status.code().unwrap_or_else(|| 128 + by_signal.unwrap_or(0))
}

/// Where a script runs, and whose output it is.
#[derive(Debug)]
pub(super) struct Place<'p> {
    pub account: &'p str,
    pub command: &'p str,
    pub instance: &'p str,
}

async fn copy(
    shared: &Arc<Shared>,
    place: &Place<'_>,
    from: Option<impl AsyncRead + Unpin>,
    to: impl Fn(&mut Invocation) -> &mut Captured,
) {
    let Some(mut from) = from else { return };
    let mut buffer = [0; 8 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        shared.change(place.command, place.instance, |invocation| to(invocation).take(&buffer[..read]));
    }
}

/// Processes that end together, at the latest when this is dropped.
pub(super) struct Group<'s> {
    shared: &'s Shared,
    leader: Option<Pid>,
}

impl<'s> Group<'s> {
    pub fn of(shared: &'s Shared, child: &tokio::process::Child) -> Self {
        let leader = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        shared.state().groups.extend(leader);
        Self { shared, leader }
    }

    /// The one that all others follow.
    pub fn leader(&self) -> Option<Pid> {
        self.leader
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        let Some(leader) = self.leader else { return };
        self.shared.state().groups.retain(|group| *group != leader);
        // It may have ended by itself.
        let _ = kill_process_group(leader, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_to_the_length_with_the_mark() {
        let mut captured = Captured::default();
        captured.take("é".repeat(MOST_OUT).as_bytes());
        assert_eq!(captured.text(MOST_OUT).chars().count(), MOST_OUT);
        assert!(!captured.text(MOST_OUT).ends_with(CUT));
        captured.take(b"!");
        assert_eq!(captured.text(MOST_OUT).chars().count(), MOST_OUT);
        assert!(captured.text(MOST_OUT).ends_with(CUT) && captured.text(MOST_ERR).ends_with(CUT));
        captured.take(&[b'x'; 2 * MOST_BYTES]);
        assert_eq!(captured.bytes.len(), MOST_BYTES);
    }
}

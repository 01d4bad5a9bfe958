//! A terminal on this machine with a shell on it, fenced as commands are, and the end of all that it began.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::sync::mpsc;

use super::text::Pieces;
use super::{PIECE, Place};
use crate::demo::aws::fence;

/// What every shell shows, whichever there is.
const PROMPT: &str = "sh-5.2$ ";

/// A shell on a terminal. Without its processes, it ends.
pub(super) struct Terminal {
    /// Ends what was begun on it.
    pub processes: Guard,
    /// What it shows. While nobody takes it, whoever writes waits.
    pub output: mpsc::Receiver<Bytes>,
    /// What is typed.
    pub input: mpsc::Sender<Bytes>,
    /// For its size.
    pub master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// A shell on a terminal of its own.
    ///
    /// # Errors
    /// When there is no terminal, or no shell.
    pub async fn open(place: &Place) -> io::Result<Self> {
        let home = place.home()?;
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).map_err(io::Error::other)?;
        let mut shell = CommandBuilder::new(shell(&place.shared.folder));
        shell.cwd(&home);
        shell.env_clear();
        for (name, value) in environment(place, &home) {
            shell.env(name, value);
        }
        shell.env("TERM", "xterm-256color");
        shell.env("PS1", PROMPT);
        let (reader, writer) = (pair.master.try_clone_reader(), pair.master.take_writer());
        let (reader, writer) = (reader.map_err(io::Error::other)?, writer.map_err(io::Error::other)?);
        let terminal = pair.master.tty_name();
        let slave = pair.slave;
        let (child, _) = fence::fenced(home, terminal, move || slave.spawn_command(shell)).await?;
        let mut child = child.map_err(io::Error::other)?;
        let processes = Guard::of(child.process_id());
        place.shared.state().terminals.push(Arc::downgrade(&processes.0));
        let left = processes.0.clone();
        std::thread::Builder::new().spawn(move || {
            // However it ended: what it left behind would hold the terminal open, and live on.
            let _ = child.wait();
            left.end(true);
        })?;
        let (shows, output) = mpsc::channel(4);
        std::thread::Builder::new().spawn(move || read(reader, &shows))?;
        let (input, typed) = mpsc::channel(4);
        std::thread::Builder::new().spawn(move || write(writer, typed))?;
        Ok(Self { processes, output, input, master: pair.master })
    }
}

/// What every session has in its environment.
pub(super) fn environment(place: &Place, home: &Path) -> [(&'static str, String); 6] {
    let home = home.display().to_string();
    [
        ("HOME", home.clone()),
        ("TMPDIR", home),
        ("PATH", fence::path(&place.shared.folder)),
        ("LANG", "C.UTF-8".into()),
        ("USER", "ssm-user".into()),
        ("LOGNAME", "ssm-user".into()),
    ]
}

/// Bash where it is, called `sh` as where agents call it, for its line editing.
fn shell(folder: &Path) -> PathBuf {
    let bash = folder.join("sh");
    if bash.exists() { bash } else { "/bin/sh".into() }
}

/// Puts the shell's own name into a folder.
pub(in crate::demo::aws) fn lay_out(folder: &Path) -> io::Result<()> {
    let bash = Path::new("/bin/bash");
    if bash.exists() { std::os::unix::fs::symlink(bash, folder.join("sh")) } else { Ok(()) }
}

fn read(mut from: Box<dyn Read + Send>, to: &mpsc::Sender<Bytes>) {
    let mut pieces = Pieces::default();
    let mut buffer = [0; PIECE];
    // The last process' end shows as an error.
    while let Ok(read @ 1..) = from.read(&mut buffer[..pieces.room(PIECE)]) {
        if pieces.piece(&buffer[..read]).is_some_and(|piece| to.blocking_send(piece).is_err()) {
            return;
        }
    }
    if let Some(rest) = pieces.rest() {
        // Nobody may be there to see it.
        let _ = to.blocking_send(rest);
    }
}

fn write(mut to: Box<dyn Write + Send>, mut from: mpsc::Receiver<Bytes>) {
    while let Some(bytes) = from.blocking_recv() {
        if to.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// Ends a terminal's processes, at the latest when this is dropped.
pub(super) struct Guard(Arc<Processes>);

impl Guard {
    fn of(leader: Option<u32>) -> Self {
        let leader = leader.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        Self(Arc::new(Processes(Mutex::new(leader))))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.end(false);
    }
}

/// All that was begun on a terminal, by who leads it; nobody once the leader's number may be somebody else's.
#[derive(Debug)]
pub(in crate::demo::aws) struct Processes(Mutex<Option<Pid>>);

impl Processes {
    /// Ends them. When the leader is `gone`, there is no more to it.
    pub fn end(&self, gone: bool) {
        let mut leader = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(id) = *leader else { return };
        if gone {
            *leader = None;
        }
        // An interactive shell's jobs have groups of their own. Any of these may have ended by itself.
        for process in of_session(id) {
            let _ = rustix::process::kill_process(process, Signal::KILL);
        }
        if !gone {
            let _ = kill_process_group(id, Signal::KILL);
        }
    }
}

/// The processes of a session, where the system lists them.
fn of_session(leader: Pid) -> Vec<Pid> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let process = |entry: std::fs::DirEntry| {
        let id = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        // After the name, which can hold anything: state, parent, group, session.
        let session: i32 = stat.rsplit_once(')')?.1.split_whitespace().nth(3)?.parse().ok()?;
        (session == leader.as_raw_nonzero().get()).then(|| Pid::from_raw(id)).flatten()
    };
    processes.filter_map(process).collect()
}

//! Lends the terminal to the operator's editor, and reads what was written. What of it is meant is `draft`'s.
//!
//! The engine and the feed go on meanwhile. What was written is never lost: where it can't be used, it stays in its
//! file, and the screen says where that is.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crossterm::event::EventStream;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, kill_current_process_group, waitpid};

use super::draft;
use super::effect::Paper;
use super::running::Running;
use super::seat::{Ended, TuiError};
use super::terminal::Terminal;

/// What a shell exits with when there is no such program.
const NOT_FOUND: i32 = 127;

impl Running {
    /// Lets the operator write something.
    pub(super) async fn edit(&mut self, paper: Paper, about: &[String]) -> Result<(), TuiError> {
        let path = match put_aside(&draft::blank(&paper, about)) {
            Ok(path) => path,
            Err(error) => {
                self.app.mistake(format!("no file to write in: {error}"));
                return Ok(());
            }
        };
        self.put_events_away().await;
        self.terminal.give_back();
        let exit = self.lend(&path).await;
        // The editor may have ended of an interrupt that has not been taken in here yet.
        tokio::time::sleep(Duration::from_millis(5)).await;
        self.signals.forget_interrupts();
        self.terminal.retake()?;
        self.events = Some(EventStream::new());
        self.area = Terminal::size();
        self.come_back(paper, &path, exit);
        Ok(())
    }

    /// Keeps a note that the engine has refused.
    pub(super) fn keep(&mut self, text: &str, why: &str) {
        match put_aside(text) {
            Ok(path) => self.app.mistake(format!("{why}; note kept in {}", path.display())),
            Err(error) => self.app.mistake(format!("{why}; and no file for the note: {error}")),
        }
    }

    fn come_back(&mut self, paper: Paper, path: &Path, exit: Result<WaitStatus, io::Error>) {
        let read = fs::read(path).map(|bytes| draft::meant(&paper, &String::from_utf8_lossy(&bytes)));
        let failed = match &exit {
            Ok(status) if status.exit_status() == Some(0) => None,
            Ok(status) if status.exit_status() == Some(NOT_FOUND) => {
                Some("no such editor: set VISUAL or EDITOR".into())
            }
            Ok(_) => Some("the editor failed".to_owned()),
            Err(error) => Some(format!("no editor could be started: {error}")),
        };
        let kept = |why: &str| format!("{why}; text kept in {}", path.display());
        match (read, failed) {
            (Err(error), _) => self.app.mistake(kept(&format!("what was written can't be read: {error}"))),
            (Ok(Err(why)), _) => self.app.mistake(kept(why)),
            (Ok(Ok(text)), Some(why)) if !text.is_empty() => self.app.mistake(kept(&why)),
            (Ok(Ok(text)), failed) => {
                // A file that can't be removed is one that somebody else has removed.
                let _ = fs::remove_file(path);
                match failed {
                    Some(why) => self.app.mistake(why),
                    None => match paper {
                        Paper::Note(aim) => self.app.written(aim, text),
                        Paper::Command(_) => self.app.command_written(&text),
                    },
                }
            }
        }
    }

    /// Runs the editor to its end. Signals that end the seat end the wait, and the editor with it.
    async fn lend(&mut self, path: &Path) -> Result<WaitStatus, io::Error> {
        let editor = ["VISUAL", "EDITOR"].into_iter().find_map(|name| {
            let value = std::env::var(name).ok()?;
            Some(value).filter(|value| !value.trim().is_empty())
        });
        // The variable is a shell's: it may hold arguments.
        let script = format!("exec {} \"$@\"", editor.as_deref().unwrap_or("vi"));
        let mut child = Command::new("/bin/sh").arg("-c").arg(script).arg0("sh").arg("sh").arg(path).spawn()?;
        let pid = Pid::from_child(&child);
        let embedded = self.options.embedded;
        let mut ended = tokio::task::spawn_blocking(move || wait(pid, embedded));
        tokio::select! {
            status = &mut ended => return status.map_err(io::Error::other)?,
            // Ctrl-C is the editor's: handlers are reset in it, so it gets the signal too.
            () = self.signals.end_while_lent() => {}
        }
        self.ended = Some(Ended::Signal);
        child.kill()?;
        ended.await.map_err(io::Error::other)?
    }
}

/// Waits for a child. One that stops with the terminal in its hands, where the seat may not stop with it, is continued.
fn wait(pid: Pid, embedded: bool) -> io::Result<WaitStatus> {
    loop {
        match waitpid(Some(pid), WaitOptions::UNTRACED) {
            Ok(Some((_, status))) if status.stopped() => {
                if embedded {
                    kill_current_process_group(Signal::CONT)?;
                }
            }
            Ok(Some((_, status))) => return Ok(status),
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A file of its own, for nobody else to read.
fn put_aside(text: &str) -> io::Result<PathBuf> {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| folder.is_dir());
    let folder = folder.unwrap_or_else(std::env::temp_dir);
    for number in 0..1_000 {
        let path = folder.join(format!("alert-whisperer-{}-{number}.txt", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => return file.write_all(text.as_bytes()).map(|()| path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

//! The plain seat as a process: at a pipe, as screen readers and editors run it, and with nobody who types.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use alert_whisperer::engine::operator::Process;
use rustix::process::{Pid, Signal, kill_process};

use super::program::{Serve, program};
use super::{add, alert, post, signed};

/// No test waits as long as this unless it fails.
const PATIENCE: Duration = Duration::from_secs(20);

struct Seat {
    child: Child,
    lines: Receiver<String>,
}

impl Seat {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    fn at(data_dir: &Path, arguments: &[&str]) -> (Self, ChildStdin) {
        let mut command = program(data_dir);
        command.arg("--plain").args(arguments).stdin(Stdio::piped());
        let mut seat = Self::start(command);
        let typing = seat.child.stdin.take().unwrap();
        (seat, typing)
    }

    /// The next line that has `part` in it.
    fn until(&self, part: &str) -> String {
        let mut before = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(part) => return line,
                Ok(line) => before.push(line),
                Err(error) => panic!("no {part} ({error}) after {before:#?}"),
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_plain_seat_tells_what_happens_and_answers_what_is_typed() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let tenant = add(dir.path(), "comp_acme");
    let (mut seat, mut typing) = Seat::at(dir.path(), &[]);
    seat.until("No incident wants anybody.");
    let evil = "web\u{1b}[31m-01";
    assert_eq!(post(&serve, &signed(&tenant, &alert(evil, "slow"))).0, 200);
    let line = seat.until(": opened. critical web");
    assert!(line.contains("␛[31m") && !line.contains('\u{1b}'), "{line}");
    typing.write_all(b"list\nack 1\nshow 1\n").unwrap();
    seat.until("1. critical web");
    seat.until("Acknowledged comp_acme-i1.");
    seat.until("Reported by Zabbix.");
    let who = Process::own().operator().who;
    seat.until(&format!("{who}: acknowledged"));
    typing.write_all(b"quit\n").unwrap();
    assert_eq!(seat.child.wait().unwrap().code(), Some(0));
}

#[test]
fn without_anybody_who_types_it_tells_what_happens_until_it_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let tenant = add(dir.path(), "comp_acme");
    let mut command = program(dir.path());
    command.args(["--plain", "--read-only"]);
    let mut seat = Seat::start(command);
    seat.until("No incident wants anybody.");
    assert_eq!(post(&serve, &signed(&tenant, &alert("web-01", "slow"))).0, 200);
    seat.until(": opened. critical web-01");
    let pid = Pid::from_raw(seat.child.id().cast_signed()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(seat.child.wait().unwrap().code(), Some(0));
}

#[test]
fn without_an_engine_it_is_one_and_a_closed_pipe_is_not_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let (mut seat, typing) = Seat::at(dir.path(), &["--listen", "127.0.0.1:0"]);
    seat.until("No incident wants anybody.");
    drop(typing);
    add(dir.path(), "comp_acme");
    let pid = Pid::from_raw(seat.child.id().cast_signed()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(seat.child.wait().unwrap().code(), Some(0));
    assert!(!dir.path().join("engine.sock").exists());
}

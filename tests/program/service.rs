//! `serve` as a service: what systemd hears of it, how it ends, what it takes over.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;

use super::program::{Connection, Serve, program, run};
use super::{add, alert, failure, post, signed};

/// Stands in for systemd.
struct Systemd(UnixDatagram);

impl Systemd {
    fn listen(at: &Path) -> Self {
        let socket = UnixDatagram::bind(at).unwrap();
        // No trial waits that long but one that fails.
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Self(socket)
    }

    /// What it is told next.
    fn hears(&self) -> String {
        let mut told = [0; 4_096];
        let length = self.0.recv(&mut told).unwrap();
        String::from_utf8(told[..length].to_vec()).unwrap()
    }

    /// What it is told until `line` is among it, that included.
    fn hears_until(&self, line: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        while !all.iter().any(|told| told.starts_with(line)) {
            all.extend(self.hears().lines().map(Into::into));
        }
        all
    }
}

fn supervised(data_dir: &Path, arguments: &[&str]) -> (Serve, Systemd) {
    let at = data_dir.join("notify");
    let systemd = Systemd::listen(&at);
    let mut command = program(data_dir);
    command.env("NOTIFY_SOCKET", &at).env("WATCHDOG_USEC", "300000");
    (Serve::of(command, arguments), systemd)
}

#[test]
fn systemd_hears_when_it_is_ready_alive_reading_its_configuration_again_and_ending() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mine.toml");
    std::fs::write(&file, "").unwrap();
    let (serve, systemd) = supervised(dir.path(), &["--config", file.to_str().unwrap()]);
    let before = systemd.hears_until("READY=1");
    assert_eq!(before[0], "STATUS=reading what the store holds", "{before:?}");
    systemd.hears_until(&format!("STATUS=listening on {}", serve.address));
    systemd.hears_until("WATCHDOG=1");

    std::fs::write(&file, "[log]\nlevel = 'debug'\n[aws]\nregion = 'eu-north-1'\n").unwrap();
    serve.signal(Signal::HUP);
    let said = systemd.hears_until("RELOADING=1");
    assert!(said.iter().any(|line| line.starts_with("MONOTONIC_USEC=")), "{said:?}");
    systemd.hears_until("READY=1");
    std::fs::write(&file, "[log]\nlevel = 'deafening'\n").unwrap();
    serve.signal(Signal::HUP);
    systemd.hears_until("RELOADING=1");
    let said = systemd.hears_until("STATUS=");
    assert!(said.iter().any(|line| line.contains("CONFIGURATION: mine.toml:2")), "{said:?}");
    // At the level that was read before the mistake, a refused request is logged.
    let (status, _) =
        Connection::open(serve.address).unwrap().ask(b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert_eq!(status, 404);

    serve.terminate();
    systemd.hears_until("STOPPING=1");
    let (status, log) = serve.wait();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.contains("held=[aws]") && log.contains("request refused"), "{log}");
    assert!(log.lines().any(|line| line.contains("ERROR") && line.contains("mine.toml:2")), "{log}");
}

#[test]
fn told_to_end_again_it_ends_at_once_and_nothing_that_was_answered_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let (serve, systemd) = supervised(dir.path(), &[]);
    let tenant = add(dir.path(), "comp_acme");
    assert_eq!(post(&serve, &signed(&tenant, &alert("web-01", "in time"))).0, 200);
    // A sender that will never come to its end is waited for.
    let mut unfinished = std::net::TcpStream::connect(serve.address).unwrap();
    let request = signed(&tenant, &alert("late", "never whole"));
    unfinished.write_all(&request[..request.len() - 1]).unwrap();
    // The request's head has been read when one that came after it has been answered.
    assert_eq!(post(&serve, &signed(&tenant, &alert("web-02", "in time"))).0, 200);
    serve.terminate();
    systemd.hears_until("STOPPING=1");
    serve.terminate();
    let (status, log) = serve.wait();
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("told to end again"), "{log}");
    let alerts = super::program::json(dir.path(), &["alerts"]);
    assert_eq!(alerts.as_array().unwrap().len(), 2, "{alerts}");
}

#[test]
fn a_second_engine_is_told_which_one_is_the_first_and_how_it_was_called() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let (code, line) = failure(&run(dir.path(), &["serve", "--listen", "127.0.0.1:0"]));
    assert_eq!(code, 1);
    let (pid, year) = (format!("process {} (`", serve.child.id()), "since 20");
    assert!(line.contains(&pid) && line.contains(" serve --listen 127.0.0.1:0`") && line.contains(year), "{line}");
}

#[test]
fn it_takes_over_a_socket_that_was_opened_for_it_and_refuses_one_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let handed = |listener: TcpListener| {
        let mut shell = Command::new("/bin/sh");
        let ours = program(dir.path());
        shell.env_clear().env("HOME", dir.path()).stdin(Stdio::from(OwnedFd::from(listener)));
        // The process that execs keeps its number, which is how it knows that the socket is meant for it.
        shell.arg("-c").arg("exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"").arg("sh");
        shell.arg(ours.get_program()).args(ours.get_args());
        shell
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // One that came before it was there.
    let mut early = Connection::open(address).unwrap();
    let serve = Serve::of(handed(listener), &[]);
    assert_eq!(serve.address, address);
    assert_eq!(early.ask(b"GET /api/health HTTP/1.1\r\nHost: a\r\n\r\n").unwrap().0, 200);
    serve.terminate();
    assert!(serve.wait().0.success());

    let open = handed(TcpListener::bind("0.0.0.0:0").unwrap()).arg("serve").output().unwrap();
    let (code, line) = failure(&open);
    assert!(code == 2 && line.contains("in the clear"), "{code} {line}");
}

#[test]
fn whoever_looks_is_told_that_the_engine_ends() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let mut seat = UnixStream::connect(dir.path().join("engine.sock")).unwrap();
    let hello = serde_json::json!({ "to": "hello", "protocol": alert_whisperer::link::PROTOCOL,
        "version": env!("CARGO_PKG_VERSION") });
    seat.write_all(format!("{hello}\n{{\"to\":\"subscribe\",\"seat\":\"trial\"}}\n").as_bytes()).unwrap();
    let mut lines = BufReader::new(seat).lines();
    // It is on when it has its snapshot.
    assert!(lines.by_ref().map_while(Result::ok).any(|line| line.contains("snapshot")));
    serve.terminate();
    let last = lines.map_while(Result::ok).last().unwrap();
    assert!(last.contains("the engine ends"), "{last}");
    assert!(serve.wait().0.success());
}

#[test]
fn its_log_is_json_where_that_is_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("log");
    let mut command = program(dir.path());
    command.env("ALERT_WHISPERER_LOG__FORMAT", "json").arg("--log").arg(&log).args(["--listen", "127.0.0.1:0"]);
    let (at, systemd) = (dir.path().join("notify"), Systemd::listen(&dir.path().join("notify")));
    let mut serve = command.arg("serve").env("NOTIFY_SOCKET", at).spawn().unwrap();
    systemd.hears_until("READY=1");
    serve.kill().unwrap();
    serve.wait().unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    let listening = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let listening = listening.into_iter().find(|line| line["message"] == "listening").unwrap();
    assert!(listening["address"].is_string() && listening["level"] == "INFO", "{listening}");
}

//! The program as it is built, in processes of its own, and a sender that says exactly what it is told to.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// A running `serve`. Dropped, it is killed.
pub struct Serve {
    pub address: SocketAddr,
    pub child: Child,
    log: Option<JoinHandle<String>>,
}

/// The program on a data folder; nothing of the machine's own configuration reaches it.
pub fn program(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alert-whisperer"));
    command.env_clear().env("HOME", data_dir).arg("--data-dir").arg(data_dir);
    // A machine that does ten other things may take longer than a sender likes to wait.
    command.env("ALERT_WHISPERER_RECEIVER__ANSWER_WITHIN_MS", "30000");
    command.stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn run(data_dir: &Path, arguments: &[&str]) -> Output {
    program(data_dir).args(arguments).output().unwrap()
}

/// The JSON that a command prints.
pub fn json(data_dir: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = run(data_dir, &[arguments, &["--json"]].concat());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

impl Serve {
    /// Starts it, on a port of its own, and waits until it listens.
    pub fn start(data_dir: &Path) -> Self {
        Self::with(data_dir, &[])
    }

    pub fn with(data_dir: &Path, arguments: &[&str]) -> Self {
        Self::of(program(data_dir), arguments)
    }

    /// The same, by a program that has been told more.
    pub fn of(mut command: Command, arguments: &[&str]) -> Self {
        let listen: &[&str] = if arguments.contains(&"--listen") { &[] } else { &["--listen", "127.0.0.1:0"] };
        command.arg("serve").args(listen).args(arguments).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (found, address) = mpsc::channel();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            for line in stderr.lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("listening address=") {
                    found.send(rest.split(' ').next().unwrap().parse().unwrap()).unwrap();
                }
                log.push_str(&line);
                log.push('\n');
            }
            log
        });
        match address.recv() {
            Ok(address) => Self { address, child, log: Some(log) },
            Err(_) => panic!("serve did not start: {}", log.join().unwrap()),
        }
    }

    /// The machine's way to say "end now".
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Ends it as a crash would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
    }

    /// Waits for its end; how it ended and what it logged.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        (status, self.log.take().unwrap().join().unwrap())
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A keep-alive connection.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        // No trial waits that long but one that fails.
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { stream, read: Vec::new() })
    }

    /// Sends a request and reads the whole answer: its status and its body.
    pub fn ask(&mut self, request: &[u8]) -> std::io::Result<(u16, Vec<u8>)> {
        self.stream.write_all(request)?;
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.more()?;
        };
        let head = String::from_utf8(self.read.drain(..end).collect()).unwrap().to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        while self.read.len() < length {
            self.more()?;
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Ok((status, self.read.drain(..length).collect()))
    }

    fn more(&mut self) -> std::io::Result<()> {
        let mut piece = [0; 16_384];
        match self.stream.read(&mut piece)? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            read => {
                self.read.extend_from_slice(&piece[..read]);
                Ok(())
            }
        }
    }
}

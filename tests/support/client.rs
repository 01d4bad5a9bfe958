//! HTTP as bytes on a socket.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A connection.
pub struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

/// A request that is written as it is given.
#[derive(Clone)]
pub struct Request {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    lengthless: bool,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub text: String,
}

impl Request {
    pub fn new(method: &str, path: &str) -> Self {
        Self { line: format!("{method} {path} HTTP/1.1"), headers: Vec::new(), body: Vec::new(), lengthless: false }
    }

    pub fn path(mut self, path: &str) -> Self {
        self.line = format!("POST {path} HTTP/1.1");
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Gives a header this one value.
    pub fn instead(self, name: &str, value: &str) -> Self {
        self.without(name).header(name, value)
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    pub fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    /// Leaves out the Content-Length.
    pub fn lengthless(mut self) -> Self {
        self.lengthless = true;
        self
    }

    pub fn value(&self, name: &str) -> &str {
        &self.headers.iter().find(|(known, _)| known == name).unwrap().1
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{}\r\nHost: receiver\r\n", self.line);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.lengthless {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        // No test waits that long but one that fails.
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: Vec::new() }
    }

    pub fn ask(&mut self, request: &Request) -> Answer {
        self.send(&request.bytes());
        self.answer()
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// Sends as much as the receiver will hear.
    pub fn try_send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    pub fn finish_sending(&self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// The next answer.
    pub fn answer(&mut self) -> Answer {
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.more(), "the connection ended before an answer");
        };
        let head = String::from_utf8(self.read.drain(..end).collect()).unwrap();
        let length: usize = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
        while self.read.len() < length {
            assert!(self.more(), "the connection ended within an answer");
        }
        let text = String::from_utf8(self.read.drain(..length).collect()).unwrap();
        Answer { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head, text }
    }

    /// Whether the receiver has closed the connection; waits for what comes.
    pub fn is_closed(&mut self) -> bool {
        !self.more()
    }

    fn more(&mut self) -> bool {
        let mut piece = [0; 65_536];
        match self.stream.read(&mut piece) {
            Ok(0) => false,
            Ok(read) => {
                self.read.extend_from_slice(&piece[..read]);
                true
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("{error}"),
        }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of an error, after looking at its form.
    pub fn error(&self) -> String {
        let json = self.json();
        assert!(self.text.len() <= 512, "{self:?}");
        assert!(json["message"].is_string() && json["request_id"].is_string(), "{self:?}");
        json["error"].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned()
    }

    pub fn refused(&self) -> (u16, String) {
        (self.status, self.error())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let named = |line: &'h str| line.split_once(": ").filter(|(known, _)| known.eq_ignore_ascii_case(name));
    head.lines().find_map(named).map(|(_, value)| value)
}

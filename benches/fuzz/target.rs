//! An engine that is thrown at, in a process of its own, and what can be seen of it from outside.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use alert_whisperer::sender::signature;
use rcgen::{CertificateParams, KeyPair};
use rustix::process::{Pid, Signal, kill_process};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore};

use super::bytes::Known;

/// An engine that is thrown at.
pub struct Target {
    pub name: &'static str,
    pub address: SocketAddr,
    pub tls: Option<Arc<ClientConfig>>,
    pub known: Known,
    child: Child,
    log: JoinHandle<String>,
    _data: tempfile::TempDir,
}

impl Target {
    pub fn start(name: &'static str, encrypted: bool) -> Self {
        let data = tempfile::tempdir().unwrap();
        let certificate = encrypted.then(|| certificate(data.path()));
        let config = data.path().join("fuzz.toml");
        let tls = if encrypted { "tls = { cert = 'cert.pem', key = 'key.pem' }\n" } else { "" };
        std::fs::write(&config, format!("[receiver]\ntrusted_proxies = ['127.0.0.0/8']\n{tls}")).unwrap();
        let (child, address, log) = serve(data.path(), &config);
        let issued = run(data.path(), &["tenant", "add", "comp_acme", "--json"]);
        let issued: serde_json::Value = serde_json::from_slice(&issued.stdout).unwrap();
        let text = |name: &str| issued[name].as_str().unwrap().to_owned();
        let (key, secret) = (text("api_key"), text("hmac_secret"));
        // What is rightly signed is kept, and is not what is looked for.
        assert!(
            run(data.path(), &["tenant", "set", "comp_acme", "rate_limit.requests_per_minute=60"]).status.success()
        );
        let made = run(data.path(), &["user", "add", "fuzz", "--role", "technician", "--tenant", "comp_acme"]);
        let token = made.status.success().then(|| run(data.path(), &["user", "token", "fuzz"]));
        let token = token.filter(|token| token.status.success());
        let token = token.map(|token| String::from_utf8(token.stdout).unwrap().trim().to_owned());
        let known = Known { signed: signed(&key, &secret), key, alertmanager_key: text("alertmanager_key"), token };
        Self { name, address, child, log, tls: certificate.map(|shown| trusting(&shown)), known, _data: data }
    }

    /// A figure of the process, in what the kernel counts it in.
    pub fn figure(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    pub fn files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).map_or(0, Iterator::count)
    }

    /// Whether a good request gets its answer, and how soon.
    pub fn good(&self) -> Option<Duration> {
        let began = Instant::now();
        let mut stream = connect(self.address, Duration::from_secs(10))?;
        let request = b"GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        let mut answer = Vec::new();
        match &self.tls {
            Some(config) => {
                let mut session = session(config);
                let mut stream = tokio_rustls::rustls::Stream::new(&mut session, &mut stream);
                stream.write_all(request).ok()?;
                // Some of an answer is enough.
                let _ = stream.read_to_end(&mut answer);
            }
            None => {
                stream.write_all(request).ok()?;
                let _ = stream.read_to_end(&mut answer);
            }
        }
        answer.starts_with(b"HTTP/1.1 200").then(|| began.elapsed())
    }

    /// Ends the engine; what was wrong with it.
    pub fn end(mut self) -> usize {
        let alive = self.child.try_wait().unwrap().is_none();
        // It may have ended already.
        let _ = kill_process(Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap(), Signal::TERM);
        let status = self.child.wait().unwrap();
        let log = self.log.join().unwrap();
        let panics = log.matches("panicked").count() + log.matches("a part of the program has failed").count();
        println!(
            "{:5}  alive at the end: {alive}, {status}, {panics} panics in {} lines of log",
            self.name,
            log.lines().count()
        );
        usize::from(!alive) + usize::from(!status.success()) + panics
    }
}

/// The program on a data folder; nothing of the machine's own configuration reaches it.
fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alert-whisperer"));
    command.env_clear().env("HOME", data).arg("--data-dir").arg(data).stdin(Stdio::null());
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    program(data).args(arguments).output().unwrap()
}

fn serve(data: &Path, config: &Path) -> (Child, SocketAddr, JoinHandle<String>) {
    let mut command = program(data);
    command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(config);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
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
    let address = address.recv().expect("serve did not start");
    (child, address, log)
}

pub fn connect(address: SocketAddr, patience: Duration) -> Option<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(10)).ok()?;
    stream.set_nodelay(true).ok()?;
    stream.set_read_timeout(Some(patience)).ok()?;
    stream.set_write_timeout(Some(Duration::from_secs(2))).ok()?;
    Some(stream)
}

pub fn session(config: &Arc<ClientConfig>) -> ClientConnection {
    ClientConnection::new(config.clone(), "127.0.0.1".try_into().unwrap()).unwrap()
}

/// Puts a certificate and its key into a folder.
fn certificate(folder: &Path) -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    let made = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(folder.join("cert.pem"), made.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    made.der().clone()
}

fn trusting(shown: &CertificateDer<'static>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(shown.clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
}

fn signed(key: &str, secret: &str) -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let body = r#"{"asset_name":"a","signature":"s","severity":"high","message":"m","tool_source":"t"}"#;
    let signature = signature(secret, now.try_into().unwrap(), body.as_bytes());
    format!(
        "POST /api/webhooks/alerts?api_key={key} HTTP/1.1\r\nHost: x\r\nX-Timestamp: {now}\r\nX-Signature: {signature}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

//! TLS at the receiver's door: what is spoken, whose certificates are taken, what happens when the files change; and how many
//! come in.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use alert_whisperer::engine::handle::Message;
use alert_whisperer::receiver::{Clients, Files, Options, Tls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned, SupportedProtocolVersion,
};

use crate::support::client::Request;
use crate::support::engine::FakeEngine;
use crate::support::{Receiver, alert, signed, tenants};

/// An authority, and a folder with a certificate of its for the receiver.
struct House {
    folder: TempDir,
    authority: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key.
type Own = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl House {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let house = Self { folder: tempfile::tempdir().unwrap(), authority };
        house.renew();
        fs::write(house.path("ca.pem"), house.authority.pem()).unwrap();
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn issue(&self) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        (params.signed_by(&key, &self.authority).unwrap(), key)
    }

    fn own(&self) -> Own {
        let (certificate, key) = self.issue();
        (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }

    /// Gives the receiver another certificate.
    fn renew(&self) -> CertificateDer<'static> {
        let (certificate, key) = self.issue();
        fs::write(self.path("key.pem"), key.serialize_pem()).unwrap();
        fs::write(self.path("cert.pem"), certificate.pem()).unwrap();
        certificate.der().clone()
    }

    fn options(&self, clients: Clients) -> Options {
        let files = Files { cert: self.path("cert.pem"), key: self.path("key.pem"), clients };
        Options { tls: Some(Arc::new(Tls::load(files).unwrap())), ..Options::default() }
    }

    fn receiver(&self) -> Receiver {
        Receiver::with(self.options(Clients::Anybody), |_| {})
    }

    fn client(&self, versions: &[&'static SupportedProtocolVersion], own: Option<Own>) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der().clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let builder = builder.with_protocol_versions(versions).unwrap().with_root_certificates(roots);
        Arc::new(match own {
            Some((certificate, key)) => builder.with_client_auth_cert(vec![certificate], key).unwrap(),
            None => builder.with_no_client_auth(),
        })
    }

    fn connect(&self, receiver: &Receiver) -> Encrypted {
        Encrypted::new(receiver, self.client(&[&TLS13, &TLS12], None))
    }
}

/// A connection over TLS.
struct Encrypted(StreamOwned<ClientConnection, TcpStream>);

impl Encrypted {
    fn new(receiver: &Receiver, config: Arc<ClientConfig>) -> Self {
        let session = ClientConnection::new(config, "localhost".try_into().unwrap()).unwrap();
        Self(StreamOwned::new(session, raw(receiver)))
    }

    /// The answer's head; nothing when there was none.
    fn ask(&mut self, request: &Request) -> Option<String> {
        self.0.write_all(&request.bytes()).ok()?;
        let mut answer = Vec::new();
        let mut piece = [0; 4_096];
        loop {
            match self.0.read(&mut piece) {
                Ok(0) => return None,
                Ok(read) => answer.extend_from_slice(&piece[..read]),
                // No trial waits that long but one that fails.
                Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("no answer"),
                Err(_) => return None,
            }
            let text = String::from_utf8_lossy(&answer).to_lowercase();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.split_once("content-length: ").unwrap().1.lines().next().unwrap();
            if body.len() >= length.parse().unwrap() {
                return Some(head.into());
            }
        }
    }

    fn status(&mut self, request: &Request) -> Option<u16> {
        self.ask(request).map(|head| head.split(' ').nth(1).unwrap().parse().unwrap())
    }

    fn shown(&self) -> CertificateDer<'static> {
        self.0.conn.peer_certificates().unwrap()[0].clone().into_owned()
    }
}

fn raw(receiver: &Receiver) -> TcpStream {
    let stream = TcpStream::connect(receiver.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// What comes until the receiver closes the connection.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let (mut heard, mut piece) = (Vec::new(), [0; 4_096]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return heard,
            Ok(read) => heard.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return heard,
            Err(error) => panic!("{error}"),
        }
    }
}

fn nothing() -> Request {
    Request::new("GET", "/nothing")
}

#[test]
fn both_versions_of_tls_that_are_good_are_spoken() {
    let house = House::new();
    let receiver = house.receiver();
    for (version, is) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let mut client = Encrypted::new(&receiver, house.client(&[version], None));
        assert_eq!(client.status(&signed(alert(&format!("{is:?}")))), Some(200));
        let again = signed(alert(&format!("{is:?} again")));
        assert_eq!(client.status(&again), Some(200), "on the same connection");
        assert_eq!(client.0.conn.protocol_version(), Some(is));
    }
    assert_eq!(receiver.engine.state.lock().unwrap().deliveries.len(), 4);
}

#[test]
fn an_older_version_is_refused() {
    let house = House::new();
    let receiver = house.receiver();
    let mut stream = raw(&receiver);
    // A ClientHello of TLS 1.1: no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression, no extensions.
    let hello = [&[3, 2][..], &[7; 32], &[0], &[0, 2, 0, 0x2f], &[1, 0]].concat();
    let length = u8::try_from(hello.len()).unwrap();
    let record = [&[0x16, 3, 1, 0, length + 4, 1, 0, 0, length][..], &hello].concat();
    stream.write_all(&record).unwrap();
    let alert = rest(&mut stream);
    // RFC 8446, 6: a fatal alert, protocol_version or what comes of missing extensions.
    assert_eq!((alert.first(), alert.get(5)), (Some(&0x15), Some(&2)), "{alert:?}");
}

#[test]
fn who_speaks_no_tls_is_told_nothing() {
    let house = House::new();
    let receiver = house.receiver();
    let mut stream = raw(&receiver);
    stream.write_all(&signed(alert("a")).bytes()).unwrap();
    let heard = rest(&mut stream);
    assert!(!String::from_utf8_lossy(&heard).contains("HTTP"), "{heard:?}");
    assert!(receiver.engine.state.lock().unwrap().deliveries.is_empty());
}

#[test]
fn every_answer_keeps_browsers_out_and_over_tls_says_so_for_next_time() {
    let house = House::new();
    let encrypted = house.receiver();
    let plain = Receiver::start();
    for request in [nothing(), Request::new("GET", "/api/health"), Request::new("PUT", "/metrics"), signed(alert("a"))]
    {
        let over_tls = house.connect(&encrypted).ask(&request).unwrap();
        let in_the_clear = plain.ask(&request).head.to_lowercase();
        for head in [&over_tls, &in_the_clear] {
            for header in [
                "x-content-type-options: nosniff",
                "cache-control: no-store",
                "content-security-policy: default-src 'none'; frame-ancestors 'none'",
                "referrer-policy: no-referrer",
            ] {
                assert!(head.contains(header), "{header} in {head}");
            }
            assert!(!head.contains("\nserver:"), "{head}");
        }
        assert!(over_tls.contains("strict-transport-security: max-age="), "{over_tls}");
        assert!(!in_the_clear.contains("strict-transport-security"), "{in_the_clear}");
    }
}

#[test]
fn a_certificate_is_asked_for_and_has_to_be_of_the_right_authority() {
    let (house, other) = (House::new(), House::new());
    let ca = house.path("ca.pem");
    // With the certificate of the right authority, of another one, with none.
    for (clients, expected) in [
        (Clients::Required(ca.clone()), [true, false, false]),
        (Clients::Optional(ca), [true, false, true]),
        (Clients::Anybody, [true, true, true]),
    ] {
        let shown = format!("{clients:?}");
        let receiver = Receiver::with(house.options(clients), |_| {});
        for version in [&TLS12, &TLS13] {
            let owns = [Some(house.own()), Some(other.own()), None];
            let taken = owns.map(|own| Encrypted::new(&receiver, house.client(&[version], own)).status(&nothing()));
            assert_eq!(taken, expected.map(|taken| taken.then_some(404)), "{shown}");
        }
    }
}

#[test]
fn a_handshake_that_does_not_come_or_does_not_end_closes_the_connection() {
    let house = House::new();
    let impatient = Options { read_timeout: Duration::from_millis(200), ..house.options(Clients::Anybody) };
    let receiver = Receiver::with(impatient, |_| {});
    let mut silent = raw(&receiver);
    let mut slow = raw(&receiver);
    slow.write_all(&[0x16, 3, 1, 2]).unwrap();
    let mut greeted = house.connect(&receiver);
    greeted.0.conn.complete_io(&mut greeted.0.sock).unwrap();
    assert!(rest(&mut silent).is_empty() && rest(&mut slow).is_empty());
    assert!(!greeted.0.read(&mut [0; 16]).is_ok_and(|read| read > 0));
}

#[test]
fn new_files_are_shown_to_who_comes_next_and_old_connections_go_on() {
    let house = House::new();
    let options = Options { look_at_tls: Duration::from_millis(10), ..house.options(Clients::Anybody) };
    let (engine, messages) = FakeEngine::asleep(tenants(|_| {}), 64);
    let receiver = Receiver::before(engine, options);
    let Message::Listening(Ok(told)) = messages.recv().unwrap() else { panic!() };
    assert_eq!(told, format!("https://{}", receiver.address));
    let certificate = || {
        loop {
            match messages.recv_timeout(Duration::from_secs(20)).unwrap() {
                Message::Certificate(state) => return state,
                // Strangers are counted.
                Message::Nudge => {}
                other => panic!("{other:?}"),
            }
        }
    };

    let mut before = house.connect(&receiver);
    assert_eq!(before.status(&nothing()), Some(404));
    let renewed = house.renew();
    assert_eq!(certificate(), Ok(()));
    let mut after = house.connect(&receiver);
    assert_eq!(after.status(&nothing()), Some(404));
    assert_eq!(after.shown(), renewed);
    assert_ne!(before.shown(), renewed);
    assert_eq!(before.status(&nothing()), Some(404));

    fs::write(house.path("cert.pem"), "planted").unwrap();
    let told = certificate().unwrap_err();
    assert!(told.ends_with("cert.pem: holds no certificate in PEM"), "{told}");
    let mut still = house.connect(&receiver);
    assert_eq!((still.status(&nothing()), still.shown()), (Some(404), renewed));
    house.renew();
    assert_eq!(certificate(), Ok(()));
}

#[test]
fn told_to_stop_it_waits_for_no_handshake() {
    let house = House::new();
    // Who waited would wait for longer than any trial.
    let patient = Options {
        read_timeout: Duration::from_secs(600),
        drain: Duration::from_secs(600),
        ..house.options(Clients::Anybody)
    };
    let mut receiver = Receiver::with(patient, |_| {});
    let mut halfway = raw(&receiver);
    halfway.write_all(&[0x16, 3, 1]).unwrap();
    // Taken in the order in which they came.
    assert_eq!(house.connect(&receiver).status(&nothing()), Some(404));
    receiver.stop();
    receiver.join();
    assert!(rest(&mut halfway).is_empty());
}

#[test]
fn a_connection_that_is_old_is_closed_after_an_answer() {
    let short = Options { longest_connection: Duration::from_millis(500), ..Options::default() };
    let receiver = Receiver::with(short, |_| {});
    let mut client = receiver.client();
    assert_eq!(client.ask(&signed(alert("a"))).status, 200);
    assert!(client.is_closed());
}

#[test]
fn one_address_has_so_many_connections_and_no_more() {
    let counted = Options { connections_of_address: 2, trusts_this_host: false, ..Options::default() };
    let receiver = Receiver::with(counted, |_| {});
    let mut two = [receiver.client(), receiver.client()];
    assert!(two.iter_mut().all(|client| client.ask(&signed(alert("a"))).status == 200));
    let mut third = receiver.client();
    third.try_send(&nothing().bytes());
    assert!(third.is_closed(), "it was answered");
    assert!(two.iter_mut().all(|client| client.ask(&signed(alert("b"))).status == 200));
    let [one, _two] = two;
    drop(one);
    // The place is free once the receiver has noticed.
    let taken = || {
        let mut stream = raw(&receiver);
        let mut first = [0; 12];
        stream.write_all(&nothing().bytes()).is_ok()
            && stream.read_exact(&mut first).is_ok()
            && first == *b"HTTP/1.1 404"
    };
    assert!((0..10_000).any(|_| taken()));
}

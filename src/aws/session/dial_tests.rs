//! The way to a gateway over sockets of this machine: behind TLS, through proxies, and everything that may stand in between.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use hyper::{HeaderMap, StatusCode};
use hyper_util::client::proxy::matcher::Matcher;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Callback, ErrorResponse, Request, Response};

use super::address::Address;
use super::dial::{NoWay, Pipe, Socket, dial};
use crate::aws::Timeouts;
use crate::aws::way::{Bundle, Way};

const CA: &[u8] = include_bytes!("../../../tests/data/tls/ca.pem");
const CERTIFICATE: &[u8] = include_bytes!("../../../tests/data/tls/localhost.pem");
const KEY: &[u8] = include_bytes!("../../../tests/data/tls/localhost.key");

const PATIENT: Timeouts = Timeouts {
    connect: Duration::from_secs(20),
    attempt: Duration::from_secs(20),
    call: Duration::from_secs(20),
    credentials: Duration::from_secs(20),
};

type Heads = Arc<Mutex<Vec<String>>>;

fn acceptor() -> TlsAcceptor {
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap()))
}

/// How a gateway takes an upgrade.
struct Greet {
    heads: Heads,
    refuses: Option<(u16, &'static str)>,
}

impl Callback for Greet {
    fn on_request(self, request: &Request, response: Response) -> Result<Response, ErrorResponse> {
        self.heads.lock().unwrap().push(format!("{} {:?}", request.uri(), request.headers()));
        let Some((status, body)) = self.refuses else { return Ok(response) };
        let mut no = ErrorResponse::new(Some(body.to_owned()));
        *no.status_mut() = StatusCode::from_u16(status).unwrap();
        no.headers_mut().insert("content-length", body.len().into());
        Err(no)
    }
}

/// A gateway that says back what it is told, or refuses everybody with this status and body. With what it was asked with.
async fn gateway(secure: bool, refuses: Option<(u16, &'static str)>) -> (SocketAddr, Heads) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (address, heads) = (listener.local_addr().unwrap(), Heads::default());
    let seen = heads.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let pipe: Box<dyn Pipe> = match secure {
                true => match acceptor().accept(stream).await {
                    Ok(stream) => Box::new(stream),
                    Err(_) => continue,
                },
                false => Box::new(stream),
            };
            let greet = Greet { heads: heads.clone(), refuses };
            tokio::spawn(async move {
                let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(pipe, greet).await else { return };
                while let Some(Ok(message)) = socket.next().await {
                    if message.is_binary() && socket.send(message).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (address, seen)
}

/// An HTTP proxy that answers like this, and lets through whom it says yes to.
async fn proxy(secure: bool, answer: &'static str) -> (SocketAddr, Heads) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (address, heads) = (listener.local_addr().unwrap(), Heads::default());
    let seen = heads.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let heads = heads.clone();
            tokio::spawn(async move {
                let mut pipe: Box<dyn Pipe> = match secure {
                    true => Box::new(acceptor().accept(stream).await.unwrap()),
                    false => Box::new(stream),
                };
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(pipe.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap();
                let to = head.split(' ').nth(1).unwrap().to_owned();
                heads.lock().unwrap().push(head);
                pipe.write_all(answer.as_bytes()).await.unwrap();
                pipe.flush().await.unwrap();
                if answer.starts_with("HTTP/1.1 2") {
                    let mut there = TcpStream::connect(to).await.unwrap();
                    let _ = copy_bidirectional(&mut pipe, &mut there).await;
                }
            });
        }
    });
    (address, seen)
}

const YES: &str = "HTTP/1.1 200 Connection established\r\nVia: trial\r\n\r\n";

fn trusting(proxies: Option<Matcher>) -> Way {
    Way::with(proxies, Some(Bundle::of(CA.to_vec()).unwrap()))
}

fn through(proxy: String) -> Option<Matcher> {
    Some(Matcher::builder().all(proxy).build())
}

fn address(url: &str) -> Address {
    Address::of(url, Some("http://127.0.0.1")).unwrap()
}

/// The gateway by its name, as its certificate has it.
fn named(scheme: &str, at: SocketAddr) -> Address {
    address(&format!("{scheme}://localhost:{}/v1/data-channel/x?role=publish_subscribe", at.port()))
}

async fn go(way: &Way, to: &Address) -> Result<Socket, NoWay> {
    let mut signature = HeaderMap::new();
    signature.insert("authorization", "AWS4-HMAC-SHA256 signed".parse().unwrap());
    dial(way, to, signature, PATIENT).await
}

async fn failed(way: &Way, to: &Address) -> String {
    match go(way, to).await {
        Err(NoWay::Failed(why)) => why,
        Err(NoWay::Refused(status, why)) => panic!("refused: {status} {why}"),
        Ok(_) => panic!("it went through"),
    }
}

async fn echoes(socket: &mut Socket) -> bool {
    socket.send(Message::Binary("hello".into())).await.unwrap();
    socket.next().await.unwrap().unwrap() == Message::Binary("hello".into())
}

#[tokio::test]
async fn it_goes_straight_on_with_its_signature() {
    let (at, heads) = gateway(false, None).await;
    let mut socket = go(&Way::straight(), &named("ws", at)).await.unwrap();
    assert!(echoes(&mut socket).await);
    let head = heads.lock().unwrap().remove(0);
    assert!(head.starts_with("/v1/data-channel/x?role=publish_subscribe "), "{head}");
    for part in ["AWS4-HMAC-SHA256 signed", &format!("\"host\": \"localhost:{}\"", at.port())] {
        assert!(head.contains(part), "{head}");
    }
}

#[tokio::test]
async fn only_who_has_the_certificate_of_that_name_is_trusted() {
    let (at, heads) = gateway(true, None).await;
    let mut socket = go(&trusting(None), &named("wss", at)).await.unwrap();
    assert!(echoes(&mut socket).await);
    let elsewhere = address(&format!("wss://127.0.0.1:{}/v1", at.port()));
    for (way, to) in [(Way::straight(), &named("wss", at)), (trusting(None), &elsewhere)] {
        let why = failed(&way, to).await;
        assert!(why.contains("AWS_CA_BUNDLE"), "{why}");
    }
    assert_eq!(heads.lock().unwrap().len(), 1, "nothing was asked of who is not trusted");
}

#[tokio::test]
async fn it_goes_through_a_proxy_and_stays_behind_its_own_tls() {
    let (at, _) = gateway(true, None).await;
    for secure in [false, true] {
        let (proxy, heads) = proxy(secure, YES).await;
        let scheme = if secure { "https" } else { "http" };
        let way = trusting(through(format!("{scheme}://priya:sesame@localhost:{}", proxy.port())));
        let mut socket = go(&way, &named("wss", at)).await.unwrap();
        assert!(echoes(&mut socket).await);
        let there = format!("localhost:{}", at.port());
        let expected =
            format!("CONNECT {there} HTTP/1.1\r\nHost: {there}\r\nProxy-Authorization: Basic cHJpeWE6c2VzYW1l\r\n\r\n");
        assert_eq!(*heads.lock().unwrap(), [expected]);
    }
}

#[tokio::test]
async fn a_proxy_is_gone_around_where_it_is_not_wanted() {
    let (at, _) = gateway(false, None).await;
    let (proxy, heads) = proxy(false, YES).await;
    let proxies = Matcher::builder().all(format!("http://localhost:{}", proxy.port())).no("localhost").build();
    assert!(go(&Way::with(Some(proxies), None), &named("ws", at)).await.is_ok());
    assert!(heads.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_a_proxy_does_not_let_through_is_said_without_its_password() {
    let (at, _) = gateway(false, None).await;
    for (answer, words) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "does not know us"),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "HTTP status 403"),
        ("SSH-2.0-OpenSSH_9.6\r\n\r\n", "no HTTP proxy"),
        ("HTTP/1.1 50", "broke"),
    ] {
        let (proxy, _) = proxy(false, answer).await;
        let way = Way::with(through(format!("http://priya:sesame@localhost:{}", proxy.port())), None);
        let why = failed(&way, &named("ws", at)).await;
        assert!(why.contains(words) && !why.contains("sesame"), "{answer}: {why}");
    }
    let way = Way::with(through("socks5://priya:sesame@localhost:1".into()), None);
    let why = failed(&way, &named("ws", at)).await;
    assert!(why.contains("no HTTP proxy") && !why.contains("sesame"), "{why}");
}

#[tokio::test]
async fn whom_the_gateway_refuses_is_told_from_who_came_at_a_bad_time() {
    for status in [400, 401, 403, 404, 410] {
        let (at, _) = gateway(false, Some((status, "{\"message\":\"Said.\"}"))).await;
        let Err(NoWay::Refused(code, why)) = go(&Way::straight(), &named("ws", at)).await else { panic!("{status}") };
        assert_eq!(code, status);
        assert_eq!(why.contains("ssmmessages:OpenDataChannel"), matches!(status, 401 | 403), "{why}");
        assert!(why.contains("Said."), "{why}");
    }
    for status in [408, 429, 500, 503] {
        let (at, _) = gateway(false, Some((status, "<html>\u{1b}[2J</html>"))).await;
        let why = failed(&Way::straight(), &named("ws", at)).await;
        assert!(why.contains(&status.to_string()) && !why.contains("html"), "{why}");
    }
}

#[tokio::test]
async fn nobody_there_and_nobody_who_speaks_are_said_so() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let at = listener.local_addr().unwrap();
    let impatient = Timeouts { attempt: Duration::from_millis(50), ..PATIENT };
    let silent = dial(&Way::straight(), &named("ws", at), HeaderMap::new(), impatient).await;
    let Err(NoWay::Failed(why)) = silent else { panic!("it went through") };
    assert!(why.contains("did not answer in time"), "{why}");
    drop(listener);
    let why = failed(&Way::straight(), &named("ws", at)).await;
    assert!(why.contains("cannot be reached"), "{why}");
}

#[test]
fn a_bundle_without_certificates_is_said_so() {
    for bad in ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        assert!(Bundle::of(bad.into()).is_err(), "{bad}");
    }
    let Err(error) = Bundle::read("/nowhere/ca.pem".as_ref()) else { panic!("there is none") };
    assert!(error.message.contains("AWS_CA_BUNDLE is /nowhere/ca.pem"), "{error}");
    assert!(trusting(None).context().is_some() && Way::straight().context().is_none());
}

//! Getting to the message gateway: through a proxy where there is one, behind TLS, and up to a WebSocket. What is said there is
//! left to the channel.

use std::io;
use std::time::Duration;

use hyper::{HeaderMap, Request, Uri};
use hyper_util::client::proxy::matcher::Intercept;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::aws::Timeouts;
use crate::aws::way::Way;

use super::address::Address;

/// As large as a message may be: the agent takes 64 KiB itself, and sends one.
const MESSAGE: usize = 80 * 1024;
/// As much waits to be written before what makes more of it has to wait.
const WRITTEN: usize = 64 * 1024;
/// As long as a proxy's answer may be.
const ANSWER: usize = 16 * 1024;
/// As much of an answer is quoted.
const QUOTED: usize = 200;

/// What a WebSocket goes through.
pub(super) trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Pipe for T {}

/// A WebSocket to the gateway.
pub(super) type Socket = WebSocketStream<Box<dyn Pipe>>;

/// Why there is no WebSocket. The words are for people.
#[derive(Debug)]
pub(super) enum NoWay {
    /// The gateway does not let us in: HTTP's status of it.
    Refused(u16, String),
    /// It was not reached, or something went wrong there: another time it may be otherwise.
    Failed(String),
}

/// Goes to an address, with headers that let us in there.
pub(super) async fn dial(way: &Way, to: &Address, signature: HeaderMap, timeouts: Timeouts) -> Result<Socket, NoWay> {
    let all = async {
        let pipe = pipe(way, to, timeouts.connect).await.map_err(NoWay::Failed)?;
        upgrade(pipe, to, signature).await
    };
    timeout(timeouts.attempt, all)
        .await
        .unwrap_or_else(|_| Err(NoWay::Failed(format!("{} did not answer in time", to.host))))
}

async fn pipe(way: &Way, to: &Address, patience: Duration) -> Result<Box<dyn Pipe>, String> {
    let uri: Uri = to.http().parse().map_err(|_| "no address")?;
    let pipe: Box<dyn Pipe> = match way.proxy(&uri) {
        Some(proxy) => through(way, &proxy, to, patience).await?,
        None => Box::new(connect(&to.host, to.port, patience).await?),
    };
    if to.secure { secured(way, &to.host, pipe).await } else { Ok(pipe) }
}

/// A connection to the first of a host's addresses that takes one.
async fn connect(host: &str, port: u16, patience: Duration) -> Result<TcpStream, String> {
    let no = |why: &dyn std::fmt::Display| {
        format!("{host} cannot be reached ({why}); look at this machine's network, proxy and name resolution")
    };
    let addresses = timeout(patience, tokio::net::lookup_host((host, port))).await;
    let addresses = addresses.map_err(|_| no(&"its name is not found in time"))?.map_err(|error| no(&error))?;
    let mut last = no(&"it has no address");
    for address in addresses {
        match timeout(patience, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // A key is a message of its own, and somebody waits for it to be shown.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(error)) => last = no(&error),
            Err(_) => last = no(&"nobody answers"),
        }
    }
    Err(last)
}

async fn secured(way: &Way, host: &str, pipe: Box<dyn Pipe>) -> Result<Box<dyn Pipe>, String> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| format!("{host} is no host's name"))?;
    let stream = way.tls().await?.connect(name, pipe).await.map_err(|error| {
        format!(
            "no TLS with {host} ({error}); if a proxy looks into connections here, name its certificate in AWS_CA_BUNDLE"
        )
    })?;
    Ok(Box::new(stream))
}

/// A tunnel through an HTTP proxy.
async fn through(way: &Way, proxy: &Intercept, to: &Address, patience: Duration) -> Result<Box<dyn Pipe>, String> {
    let host = proxy.uri().host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    let (secure, port) = match proxy.uri().scheme_str() {
        Some("http") => (false, 80),
        Some("https") => (true, 443),
        _ => return Err(format!("the proxy {host} is no HTTP proxy, and sessions go through no others")),
    };
    let stream = connect(&host, proxy.uri().port_u16().unwrap_or(port), patience).await?;
    let mut pipe: Box<dyn Pipe> = if secure { secured(way, &host, Box::new(stream)).await? } else { Box::new(stream) };
    // Proxies want the port even where it is the usual one.
    let there =
        if to.host.contains(':') { format!("[{}]:{}", to.host, to.port) } else { format!("{}:{}", to.host, to.port) };
    let mut request = format!("CONNECT {there} HTTP/1.1\r\nHost: {there}\r\n").into_bytes();
    if let Some(auth) = proxy.basic_auth() {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(auth.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    let broke = |error: io::Error| format!("the connection to the proxy {host} broke ({error})");
    pipe.write_all(&request).await.map_err(broke)?;
    pipe.flush().await.map_err(broke)?;
    match answer(&mut pipe).await.map_err(broke)? {
        Some(200..=299) => Ok(pipe),
        Some(407) => Err(format!(
            "the proxy {host} does not know us; HTTPS_PROXY=http://USER:PASSWORD@… can name somebody whom it knows"
        )),
        Some(status) => Err(format!("the proxy {host} lets nobody through to {there} (HTTP status {status})")),
        None => Err(format!("what answers at {host} is no HTTP proxy")),
    }
}

/// The status of a proxy's answer. Read byte by byte, so that nothing of what comes after it is taken.
async fn answer(pipe: &mut Box<dyn Pipe>) -> io::Result<Option<u16>> {
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= ANSWER {
            return Ok(None);
        }
        head.push(pipe.read_u8().await?);
    }
    let line = String::from_utf8_lossy(&head);
    let mut words = line.lines().next().unwrap_or_default().split(' ');
    let http = words.next().is_some_and(|version| version.starts_with("HTTP/1."));
    Ok(words.next().filter(|_| http).and_then(|status| status.parse().ok()))
}

async fn upgrade(pipe: Box<dyn Pipe>, to: &Address, signature: HeaderMap) -> Result<Socket, NoWay> {
    let mut request = Request::builder()
        .uri(to.ws())
        .header("Host", to.authority())
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", generate_key())
        .body(())
        .map_err(|error| NoWay::Failed(error.to_string()))?;
    request.headers_mut().extend(signature);
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE))
        .max_frame_size(Some(MESSAGE))
        .read_buffer_size(MESSAGE / 2)
        .write_buffer_size(WRITTEN / 4)
        .max_write_buffer_size(WRITTEN);
    let host = &to.host;
    match tokio_tungstenite::client_async_with_config(request, pipe, Some(limits)).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => {
            let status = answer.status().as_u16();
            let said = quoted(answer.body().as_deref().unwrap_or_default());
            let what = format!("{host} does not let us in (HTTP status {status}{said})");
            Err(match status {
                401 | 403 => NoWay::Refused(
                    status,
                    format!(
                        "{what}; the role's permission policy must allow ssmmessages:OpenDataChannel, and this machine's \
                         clock must be right"
                    ),
                ),
                // A timeout and "too many" pass, though they are of this class.
                408 | 429 => NoWay::Failed(what),
                400..=499 => NoWay::Refused(status, what),
                _ => NoWay::Failed(what),
            })
        }
        Err(error) => Err(NoWay::Failed(format!("the connection to {host} broke ({error})"))),
    }
}

/// What an answer says, if it is for people and not a page.
fn quoted(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.is_empty() || text.starts_with('<') {
        return String::new();
    }
    let line = |c: char| if c.is_control() { ' ' } else { c };
    format!(": {}", text.chars().map(line).take(QUOTED).collect::<String>())
}

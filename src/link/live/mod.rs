//! The way to an engine over the network: a WebSocket behind TLS, let in by a token. What goes through it is [`super::wire`]'s.

mod address;
mod pass;
mod trust;

use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::Request;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::client::{Response, generate_key};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};

pub use self::address::{Address, NoAddress};
pub use self::pass::Pass;
pub use self::trust::trusting;
use super::hello::{Hello, WRONG_VERSION};
use super::reconnect::{self, Line, NoWay, Patience, Then, Way};
use super::socket::{FromEngine, ToEngine};
use super::wire::{Asked, Incoming, LONGEST, subprotocol};
use super::{Link, Refusal};

/// How long it may take to come in.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long an engine may say nothing: it says how it is every ten seconds.
const SILENT: Duration = Duration::from_secs(30);
/// Characters of an answer that are told.
const QUOTED: usize = 300;

/// An engine somewhere else, and what lets us in.
pub struct Live {
    /// Where it is.
    pub address: Address,
    /// What lets us in.
    pub pass: Pass,
    /// Whose certificates are believed; absent where there is no TLS.
    pub tls: Option<TlsConnector>,
    /// Where the seat is, in its own words.
    pub seat: String,
}

/// Sits down at an engine somewhere else, and comes back by itself.
///
/// # Errors
/// When there is no way to it at first, or it does not want us.
pub async fn stay(live: Live) -> Result<Link, NoWay> {
    reconnect::connect(live, Then::Return(Patience::default())).await
}

/// What a WebSocket goes through.
trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Pipe for T {}

type Socket = WebSocketStream<Box<dyn Pipe>>;

impl Way for Live {
    async fn open(&mut self, since: Option<u64>) -> Result<Line, NoWay> {
        let opened = timeout(PATIENCE, self.begin(since)).await;
        opened.unwrap_or_else(|_| Err(NoWay::Away(format!("{} does not answer in time", self.address.host))))
    }
}

impl Live {
    async fn begin(&self, since: Option<u64>) -> Result<Line, NoWay> {
        let pipe = self.pipe().await.map_err(NoWay::Away)?;
        let mut socket = self.upgrade(pipe, since).await?;
        let mut incoming = Incoming::default();
        // Whom the engine does not want, it tells first of all.
        let first = next(&mut socket, &mut incoming).await?;
        for said in &first {
            if let FromEngine::Refused(refusal) = said {
                return Err(NoWay::Refused(refusal.clone()));
            }
        }
        let (to, sent) = mpsc::channel(64);
        let (coming, from) = mpsc::channel(64);
        tokio::spawn(converse(socket, incoming, first, sent, coming));
        Ok(Line { to, from })
    }

    async fn pipe(&self) -> Result<Box<dyn Pipe>, String> {
        let Address { host, port, .. } = &self.address;
        let no = |why: &dyn std::fmt::Display| format!("{} cannot be reached ({why})", self.address);
        let mut last = no(&"its name is not known here");
        let addresses = tokio::net::lookup_host((host.as_str(), *port)).await.map_err(|error| no(&error))?;
        for address in addresses {
            match timeout(PATIENCE / 2, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // A key is a message of its own, and somebody waits for it to be shown.
                    let _ = stream.set_nodelay(true);
                    return if self.address.secure { self.secured(stream).await } else { Ok(Box::new(stream)) };
                }
                Ok(Err(error)) => last = no(&error),
                Err(_) => last = no(&"nobody answers"),
            }
        }
        Err(last)
    }

    async fn secured(&self, stream: TcpStream) -> Result<Box<dyn Pipe>, String> {
        let host = &self.address.host;
        let name = ServerName::try_from(host.clone()).map_err(|_| format!("{host} is no host's name"))?;
        let tls = self.tls.as_ref().ok_or("TLS was not made ready")?;
        let stream = tls.connect(name, stream).await.map_err(|error| {
            format!(
                "no TLS with {host} ({error}); where its certificate is from an authority of your own, give --ca-file"
            )
        })?;
        Ok(Box::new(stream))
    }

    async fn upgrade(&self, pipe: Box<dyn Pipe>, since: Option<u64>) -> Result<Socket, NoWay> {
        let token = self.pass.token().map_err(NoWay::Away)?;
        let since = since.map(|since| format!("?since={since}")).unwrap_or_default();
        let request = Request::builder()
            .uri(format!("{}{since}", self.address.feed()))
            .header("Host", self.address.authority())
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", generate_key())
            .header("Sec-WebSocket-Protocol", subprotocol())
            .header("User-Agent", concat!("alert-whisperer/", env!("CARGO_PKG_VERSION")))
            .header("X-Seat", escaped(&self.seat))
            .header("Authorization", format!("Bearer {}", token.expose()))
            .body(())
            // It quotes nothing of what was wrong.
            .map_err(|error| NoWay::Away(error.to_string()))?;
        let limits = WebSocketConfig::default().max_message_size(Some(2 * LONGEST)).max_frame_size(Some(2 * LONGEST));
        match tokio_tungstenite::client_async_with_config(request, pipe, Some(limits)).await {
            Ok((socket, _)) => Ok(socket),
            Err(Error::Http(answer)) => Err(self.kept_out(&answer)),
            Err(Error::Protocol(ProtocolError::HttparseError(_))) if !self.address.secure => {
                Err(NoWay::Refused(self.no_plain_http()))
            }
            Err(Error::Protocol(_)) => Err(NoWay::Refused(self.speaks_otherwise())),
            Err(error) => Err(self.broke(&error)),
        }
    }

    /// What an answer means that is no WebSocket.
    fn kept_out(&self, answer: &Response) -> NoWay {
        let said: Option<Refusal> =
            answer.body().as_deref().and_then(|body| serde_json::from_slice::<Answered>(body).ok()).map(Into::into);
        let address = &self.address;
        match (answer.status().as_u16(), said) {
            (_, Some(refusal)) if refusal.code == WRONG_VERSION => NoWay::Refused(refusal),
            (401, said) => {
                let said = said.map_or_else(|| "the token is not taken".to_owned(), |said| said.message);
                let what = format!("{address}: {said}");
                match self.pass.may_change() {
                    true => NoWay::Away(what),
                    false => NoWay::Refused(Refusal::new("unauthorized", what)),
                }
            }
            (403, Some(refusal)) => NoWay::Refused(refusal),
            (404 | 405 | 426 | 200..=399, _) => {
                let what = format!("what answers at {address} is no engine of Alert Whisperer, or a much older one");
                NoWay::Refused(Refusal::new("no_engine", what))
            }
            (status, Some(refusal)) => NoWay::Away(format!("{address}: {} (HTTP {status})", refusal.message)),
            (status, None) => NoWay::Away(format!("{address} does not let us in (HTTP {status})")),
        }
    }

    /// What a listener for TLS answers to plain words is no HTTP.
    fn no_plain_http(&self) -> Refusal {
        let Address { host, port, .. } = &self.address;
        let what = format!("what answers at {host}:{port} speaks no plain HTTP; over TLS it is https://, not http://");
        Refusal::new("no_engine", what)
    }

    fn speaks_otherwise(&self) -> Refusal {
        let Hello { protocol, version } = Hello::ours();
        let what = format!(
            "{} does not speak as this program does, which is alert-whisperer {version} (protocol {protocol}): install the \
             version of the engine here, or this one there",
            self.address
        );
        Refusal::new(WRONG_VERSION, what)
    }

    fn broke(&self, error: &Error) -> NoWay {
        NoWay::Away(format!("the connection with {} broke ({error})", self.address.host))
    }
}

/// HTTP's errors, as the receiver writes them.
#[derive(serde::Deserialize)]
struct Answered {
    error: String,
    message: String,
}

impl From<Answered> for Refusal {
    fn from(answered: Answered) -> Self {
        let line = |c: char| if c.is_control() { ' ' } else { c };
        Self::new(&answered.error, answered.message.chars().map(line).take(QUOTED).collect::<String>())
    }
}

/// A header's text.
fn escaped(seat: &str) -> String {
    seat.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect()
}

/// Carries both ways until either end is gone. Each way has its own pace: an engine that is busy writing is read meanwhile.
async fn converse(
    socket: Socket,
    incoming: Incoming,
    first: Vec<FromEngine>,
    sent: mpsc::Receiver<ToEngine>,
    coming: mpsc::Sender<Result<FromEngine, NoWay>>,
) {
    let (sink, stream) = socket.split();
    let why = tokio::select! {
        why = receive(stream, incoming, first, &coming) => why,
        why = send(sink, sent) => why,
        () = coming.closed() => return,
    };
    // Nobody may be left to be told.
    let _ = coming.send(Err(why)).await;
}

async fn receive(
    mut stream: SplitStream<Socket>,
    mut incoming: Incoming,
    first: Vec<FromEngine>,
    coming: &mpsc::Sender<Result<FromEngine, NoWay>>,
) -> NoWay {
    let mut said = first;
    loop {
        for piece in said {
            // Waiting ends with whoever is waited for: see `converse`.
            let _ = coming.send(Ok(piece)).await;
        }
        said = match next(&mut stream, &mut incoming).await {
            Ok(said) => said,
            Err(why) => return why,
        };
    }
}

/// What the engine says next.
async fn next(
    stream: &mut (impl futures_util::Stream<Item = Result<Message, Error>> + Unpin),
    incoming: &mut Incoming,
) -> Result<Vec<FromEngine>, NoWay> {
    let away = |why: &dyn std::fmt::Display| NoWay::Away(format!("the connection with the engine broke: {why}"));
    loop {
        let Ok(message) = timeout(SILENT, stream.next()).await else {
            let seconds = SILENT.as_secs();
            return Err(NoWay::Away(format!("nothing was heard of the engine for {seconds} seconds")));
        };
        let read = match message {
            Some(Ok(Message::Binary(frame))) => incoming.deflated(&frame),
            Some(Ok(Message::Text(text))) => incoming.text(&text),
            Some(Ok(Message::Close(Some(frame)))) if !frame.reason.is_empty() => {
                let line = |c: char| if c.is_control() { ' ' } else { c };
                return Err(NoWay::Away(frame.reason.chars().map(line).collect()));
            }
            Some(Ok(Message::Close(_))) | None => return Err(NoWay::Away("the engine ended the connection".into())),
            Some(Ok(_)) => continue,
            Some(Err(error)) => return Err(away(&error)),
        };
        return read.map_err(|garbled| away(&garbled));
    }
}

/// Writes until the seat has gone, or the connection.
async fn send(mut sink: SplitSink<Socket, Message>, mut sent: mpsc::Receiver<ToEngine>) -> NoWay {
    while let Some(message) = sent.recv().await {
        let ToEngine::Ask { id, by, request } = message else { continue };
        let Ok(text) = serde_json::to_string(&Asked::Ask { id, seat: by.seat, request }) else { continue };
        if let Err(error) = sink.send(Message::text(text)).await {
            return NoWay::Away(format!("the connection with the engine broke: {error}"));
        }
    }
    // The other end is told that nobody sits here any longer.
    let _ = sink.close().await;
    NoWay::Away("the seat has gone".into())
}

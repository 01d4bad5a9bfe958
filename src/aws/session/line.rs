//! An open WebSocket, with what is said on it: messages of the client go out as fast as the socket takes them, and coming in is never
//! held up by that. Pings, and noticing that nobody is there any more.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, Stream};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message};

use super::client::{self, Client};
use super::dial::Socket;
use super::pace::Pace;
use crate::core::time::Moment;

/// How long goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// An open WebSocket.
pub(super) struct Line {
    socket: Socket,
    pace: Pace,
    /// There is something in the socket that it has not written.
    unwritten: bool,
    opened: Instant,
    /// A message that counts has come.
    spoke: bool,
    listening: bool,
    heard: Instant,
    ping_at: Instant,
    ping_due: bool,
}

impl Line {
    pub(super) fn new(socket: Socket, pace: Pace) -> Self {
        let now = Instant::now();
        Self {
            socket,
            pace,
            unwritten: false,
            opened: now,
            spoke: false,
            listening: true,
            heard: now,
            ping_at: now + pace.ping,
            ping_due: false,
        }
    }

    /// Whether it was of use: it lasted, or something came through it before it was gone.
    pub(super) fn served(&self) -> bool {
        self.pace.is_good(self.opened.elapsed(), self.spoke)
    }

    /// Writes what the client has to say, and waits for a message of the other side, unless there is to be no `reading`. Can be
    /// given up at any time: nothing is lost by that.
    ///
    /// # Errors
    /// For people, why the socket is of no use any more.
    pub(super) async fn next(
        &mut self,
        client: &mut Client,
        now: impl Fn() -> Moment,
        reading: bool,
    ) -> Result<Bytes, String> {
        // Who did not listen can't say that nobody spoke.
        if reading && !self.listening {
            self.heard = Instant::now();
        }
        self.listening = reading;
        loop {
            let ping_at = self.ping_at;
            let dead_at = self.heard + self.pace.dead;
            tokio::select! {
                message = poll_fn(|cx| self.poll(cx, client, &now, reading)) => {
                    self.heard = Instant::now();
                    match message? {
                        Message::Binary(frame) => {
                            self.spoke = true;
                            return Ok(frame);
                        }
                        Message::Close(frame) => return Err(goodbye(frame.as_ref())),
                        // Pings are answered by the socket itself; texts are nothing that we know.
                        Message::Ping(_) | Message::Pong(_) | Message::Text(_) | Message::Frame(_) => {}
                    }
                }
                () = tokio::time::sleep_until(ping_at) => {
                    self.ping_due = true;
                    self.ping_at = Instant::now() + self.pace.ping;
                }
                () = tokio::time::sleep_until(dead_at), if reading => {
                    return Err(format!("nothing was heard for {} seconds", self.pace.dead.as_secs()));
                }
            }
        }
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut Client,
        now: &impl Fn() -> Moment,
        reading: bool,
    ) -> Poll<Result<Message, String>> {
        if let Poll::Ready(Err(error)) = self.poll_write(cx, client, now) {
            return Poll::Ready(Err(broken(&error)));
        }
        if !reading {
            return Poll::Pending;
        }
        match Pin::new(&mut self.socket).poll_next(cx) {
            Poll::Ready(Some(Ok(message))) => Poll::Ready(Ok(message)),
            Poll::Ready(Some(Err(error))) => Poll::Ready(Err(broken(&error))),
            Poll::Ready(None) => Poll::Ready(Err(goodbye(None))),
            Poll::Pending => Poll::Pending,
        }
    }

    /// Takes from the client only what the socket takes at once: what waits, waits there, where it is counted.
    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut Client,
        now: &impl Fn() -> Moment,
    ) -> Poll<Result<(), tungstenite::Error>> {
        let mut socket = Pin::new(&mut self.socket);
        while let Poll::Ready(ready) = socket.as_mut().poll_ready(cx) {
            ready?;
            let message = match client.next_message(now()) {
                Some(client::Message::Binary(frame)) => Message::Binary(frame),
                Some(client::Message::Text(text)) => Message::text(text.as_str()),
                None if std::mem::take(&mut self.ping_due) => Message::Ping(Bytes::from_static(b"keepalive")),
                None => break,
            };
            socket.as_mut().start_send(message)?;
            self.unwritten = true;
        }
        if self.unwritten && socket.as_mut().poll_flush(cx)?.is_ready() {
            self.unwritten = false;
        }
        Poll::Pending
    }

    /// Writes what the client still has to say, and says goodbye, if that can be done soon.
    pub(super) async fn close(mut self, client: &mut Client, now: impl Fn() -> Moment) {
        let all = async {
            while let Some(message) = client.next_message(now()) {
                let message = match message {
                    client::Message::Binary(frame) => Message::Binary(frame),
                    client::Message::Text(text) => Message::text(text.as_str()),
                };
                futures_util::SinkExt::feed(&mut self.socket, message).await?;
            }
            self.socket.close(None).await
        };
        let _ = tokio::time::timeout(GOODBYE, all).await;
    }
}

fn goodbye(frame: Option<&CloseFrame>) -> String {
    match frame {
        Some(frame) if !frame.reason.is_empty() => {
            format!("the gateway closed the connection ({} {})", u16::from(frame.code), frame.reason.as_str())
        }
        Some(frame) => format!("the gateway closed the connection ({})", u16::from(frame.code)),
        None => "the gateway closed the connection".into(),
    }
}

fn broken(error: &tungstenite::Error) -> String {
    match error {
        tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => "the connection broke off".into(),
        error => format!("the connection broke ({error})"),
    }
}

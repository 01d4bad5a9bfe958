//! `[receiver]` as the receiver takes it: the address, judged, and the limits, with the certificate read.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use listenfd::ListenFd;

use super::out::Failure;
use super::place::Place;
use crate::config::{Receiver, Tls as Configured};
use crate::receiver::{Clients, Files, Options, Tls, Unusable};

/// The address to listen on.
///
/// # Errors
/// When it is none, or one beyond loopback at which keys would be taken in the clear.
pub fn address(text: &str, receiver: &Receiver) -> Result<SocketAddr, Failure> {
    let resolved = text.to_socket_addrs().ok().and_then(|mut all| all.next());
    let Some(address) = resolved else {
        let text = text.escape_debug();
        return Err(Failure::wrong_words(format!(
            "`{text}` is no address to listen on; give ADDR:PORT, for example 127.0.0.1:8001"
        )));
    };
    may_listen(address, receiver)?;
    Ok(address)
}

/// Whether this is an address to listen on.
///
/// # Errors
/// When it is one beyond loopback at which keys would be taken in the clear.
fn may_listen(address: SocketAddr, receiver: &Receiver) -> Result<(), Failure> {
    if !address.ip().to_canonical().is_loopback() && !receiver.behind_proxy && receiver.tls.is_none() {
        return Err(Failure::wrong_words(format!(
            "listening on {address} would take keys over the network in the clear: give [receiver] \
             `tls = {{ cert = \"…\", key = \"…\" }}`, or put a proxy that does TLS in front and set `behind_proxy = true`, or \
             listen on 127.0.0.1"
        )));
    }
    Ok(())
}

/// The socket that systemd listens on for us, with its own unit; absent when we listen ourselves.
///
/// # Errors
/// When it is no TCP socket, or one beyond loopback at which keys would be taken in the clear.
pub fn handed(receiver: &Receiver) -> Result<Option<TcpListener>, Failure> {
    let taken = ListenFd::from_env().take_tcp_listener(0);
    let taken = taken.context("systemd handed over what is no TCP socket: see ListenStream= in the .socket unit")?;
    if let Some(listener) = &taken {
        may_listen(listener.local_addr().context("the socket that systemd handed over")?, receiver)?;
    }
    Ok(taken)
}

/// The receiver's limits, and TLS.
///
/// # Errors
/// When the certificate can't be used.
pub fn options(place: &Place) -> Result<Options, Unusable> {
    let receiver = &place.config.receiver;
    Ok(Options {
        folder: Some(place.data_dir.clone()),
        answer_timeout: Duration::from_millis(receiver.answer_within_ms),
        connections: receiver.max_connections,
        connections_of_address: receiver.max_connections_per_address,
        trusted_proxies: receiver.trusted_proxies.iter().map(|block| block.0).collect(),
        tls: tls(place)?.map(Arc::new),
        ..Options::default()
    })
}

/// TLS, read from its files; absent when none is configured.
///
/// # Errors
/// When a file can't be used.
pub fn tls(place: &Place) -> Result<Option<Tls>, Unusable> {
    let folder = place.config.file.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    place.config.receiver.tls.as_ref().map(|tls| Tls::load(files(tls, folder))).transpose()
}

fn files(tls: &Configured, folder: &Path) -> Files {
    let clients = match tls.authorities() {
        None => Clients::Anybody,
        Some((file, false)) => Clients::Optional(folder.join(file)),
        Some((file, true)) => Clients::Required(folder.join(file)),
    };
    Files { cert: folder.join(&tls.cert), key: folder.join(&tls.key), clients }
}

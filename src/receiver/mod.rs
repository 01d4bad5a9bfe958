//! The HTTP receiver: bounds what a stranger can cost, finds out who a sender is, proves it, reads what it says, hands it to
//! the engine and tells the sender what became of it. Correlation and storage are the engine's.
//!
//! Invariants: nothing is looked up or written for a request that is not authenticated. A body is read only under a known
//! key. No answer repeats anything a sender sent. A 200 is given only for what the engine says is stored.

mod allowance;
mod answer;
pub mod api;
mod body;
mod certificate;
mod connection;
mod crowd;
mod desk;
mod doors;
mod failures;
mod headers;
mod health;
mod key;
mod live;
mod metrics;
mod mistakes;
mod options;
mod proof;
mod proxy;
mod refusal;
mod routes;
mod signature;
pub mod sources;
mod takeover;
mod tls;
mod topics;
mod webhook;

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;

use crate::core::pulse::HTTPS;
use crate::engine::handle::Handle;

pub use options::{Limit, Options};
pub use proxy::Client;
pub use tls::{Clients, Files, Tls, Unusable};

/// A receiver that has its address and does not answer yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    handle: Handle,
    options: Options,
}

/// Connections the kernel may hold before we take them.
const BACKLOG: i32 = 1_024;

/// Takes the address, and tells the engine.
///
/// # Errors
/// When the address can't be had; the engine has been told that too.
pub fn bind(listen: SocketAddr, handle: Handle, options: Options) -> io::Result<Bound> {
    listening(&listen.to_string(), TcpListener::bind(listen), handle, options)
}

/// The same with a socket that somebody has opened for us.
///
/// # Errors
/// When it can't be used; the engine has been told that too.
pub fn take_over(listener: TcpListener, handle: Handle, options: Options) -> io::Result<Bound> {
    listening("the socket handed over", Ok(listener), handle, options)
}

fn listening(what: &str, opened: io::Result<TcpListener>, handle: Handle, options: Options) -> io::Result<Bound> {
    let bound = opened.and_then(|listener| {
        listener.set_nonblocking(true)?;
        // The standard library's backlog is too short for a storm; listening again only changes that.
        rustix::net::listen(&listener, BACKLOG)?;
        Ok((listener.local_addr()?, listener))
    });
    match bound {
        Ok((address, listener)) => {
            let https = if options.tls.is_some() { HTTPS } else { "" };
            handle.reads_with(Arc::new(sources::Sources));
            handle.listening(Ok(format!("{https}{address}")));
            Ok(Bound { listener, address, handle, options })
        }
        Err(error) => {
            handle.listening(Err(format!("{what}: {error}")));
            Err(error)
        }
    }
}

impl Bound {
    /// Where it listens, with the port that was found when 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Answers until `shutdown` ends; then takes no more connections, lets the requests that are under way finish, for at most
/// [`Options::drain`], and returns.
///
/// # Errors
/// When the listener can't be used at all.
pub async fn serve(bound: Bound, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let Bound { listener, handle, mut options, .. } = bound;
    options.connections = options::affordable(options.connections);
    let options = Arc::new(options);
    let router = routes::router(handle.clone(), options.clone());
    let (tls, look_at_tls) = (options.tls.clone(), options.look_at_tls);
    let mut answering = pin!(doors::accept(tokio::net::TcpListener::from_std(listener)?, router, options, shutdown));
    match tls {
        None => answering.await,
        Some(tls) => tokio::select! {
            () = &mut answering => {}
            // It does not end before the runtime does.
            () = tls.watch(look_at_tls, |state| handle.certificate(state)) => answering.await,
        },
    }
    Ok(())
}

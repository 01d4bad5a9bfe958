//! Doors: who may come in, how many at a time and how many from one address, and how all of them are let out when the
//! receiver ends. What happens on a connection is `connection`'s.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::connection::{self, Served};
use super::crowd::Crowd;
use super::options::Options;

/// How long to wait when the machine has no file descriptor left for a connection.
const BREATH: Duration = Duration::from_millis(50);

/// Takes connections until `shutdown` ends, then lets them end.
pub async fn accept(listener: TcpListener, router: Router, options: Arc<Options>, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    let places = Arc::new(Semaphore::new(options.connections.min(Semaphore::MAX_PERMITS)));
    let crowd = Crowd::default();
    let (stop, stopping) = watch::channel(());
    let mut open = JoinSet::new();
    // A place first, then a connection: what there is no place for waits in the kernel.
    let next = async || {
        let place = places.clone().acquire_owned().await;
        (listener.accept().await, place)
    };
    let mut waiting = Box::pin(next());
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = open.join_next(), if !open.is_empty() => {}
            (accepted, place) = &mut waiting => {
                match accepted {
                    Ok((stream, peer)) => {
                        // Closed, and not left waiting: who waits keeps those of other addresses waiting.
                        if let Some(among) = crowd.enter(peer.ip(), &options) {
                            let served = Served { peer: peer.ip(), router: router.clone(), options: options.clone() };
                            let one = one(stream, served, stopping.clone());
                            open.spawn(async move {
                                one.await;
                                drop((place, among));
                            });
                        }
                    }
                    Err(error) => {
                        tracing::debug!(%error, "no connection");
                        sleep(BREATH).await;
                    }
                }
                waiting.set(next());
            }
        }
    }
    drop(waiting);
    drop(listener);
    // Nobody left to hear it is fine.
    let _ = stop.send(());
    let ended = async { while open.join_next().await.is_some() {} };
    if timeout(options.drain, ended).await.is_err() {
        open.shutdown().await;
    }
}

async fn one(stream: TcpStream, served: Served, mut stopping: watch::Receiver<()>) {
    // A socket that is already gone fails at the first read.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &served.options.tls else { return connection::serve(stream, served, stopping).await };
    let shaking_hands = timeout(served.options.read_timeout, tls.acceptor().accept(stream));
    // On the heap: a connection without TLS need not be that large.
    let shaken = Box::pin(async {
        tokio::select! {
            shaken = shaking_hands => Some(shaken),
            _ = stopping.changed() => None,
        }
    });
    match shaken.await {
        Some(Ok(Ok(stream))) => Box::pin(connection::serve(stream, served, stopping)).await,
        Some(Ok(Err(error))) => tracing::debug!(peer = %served.peer, %error, "no TLS"),
        Some(Err(_)) | None => {}
    }
}

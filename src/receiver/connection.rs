//! Connections: how many, how long they may be silent, and how they end. What is said on them is `routes`'.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::options::Options;
use super::webhook::LetIn;

/// How long to wait when the machine has no file descriptor left for a connection.
const BREATH: Duration = Duration::from_millis(50);
/// How long, and for how many bytes, a sender is listened to after its last answer: closing earlier could destroy that
/// answer before it is read.
const LINGER: (Duration, usize) = (Duration::from_secs(2), 16 << 20);

/// Takes connections until `shutdown` ends, then lets them end.
pub async fn accept(listener: TcpListener, router: Router, options: Arc<Options>, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    let places = Arc::new(Semaphore::new(options.connections.min(Semaphore::MAX_PERMITS)));
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
                    Ok((stream, _)) => {
                        let one = connection(stream, router.clone(), options.clone(), stopping.clone());
                        open.spawn(async move {
                            one.await;
                            drop(place);
                        });
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

/// Until when a connection may stay silent. Hyper's own timer would give a sender that keeps its connection no longer between
/// two requests than a stranger for its first.
struct Patience {
    began: Instant,
    /// Milliseconds after `began`; [`BUSY`] while a request is being answered, which has its own limits.
    until: AtomicU64,
}

const BUSY: u64 = u64::MAX;

impl Patience {
    fn new(span: Duration) -> Self {
        let patience = Self { began: Instant::now(), until: AtomicU64::new(BUSY) };
        patience.begin(span);
        patience
    }

    fn begin(&self, span: Duration) {
        let until = self.began.elapsed().saturating_add(span).as_millis();
        self.until.store(u64::try_from(until).unwrap_or(BUSY), Ordering::Relaxed);
    }

    fn suspend(&self) {
        self.until.store(BUSY, Ordering::Relaxed);
    }

    /// When to look again; absent when it is over.
    fn look_again(&self, busy: Duration) -> Option<Instant> {
        match self.until.load(Ordering::Relaxed) {
            BUSY => Some(Instant::now() + busy),
            until => Some(self.began + Duration::from_millis(until)).filter(|until| *until > Instant::now()),
        }
    }
}

async fn connection(stream: TcpStream, router: Router, options: Arc<Options>, mut stopping: watch::Receiver<()>) {
    // A socket that is already gone fails at the first read.
    let _ = stream.set_nodelay(true);
    let patience = Arc::new(Patience::new(options.read_timeout));
    let service = {
        let (patience, options) = (patience.clone(), options.clone());
        let router = TowerToHyperService::new(router);
        service_fn(move |request: Request<Incoming>| {
            patience.suspend();
            let answering = router.call(request);
            let (patience, options) = (patience.clone(), options.clone());
            Box::pin(async move {
                let response = answering.await;
                let let_in = response.as_ref().is_ok_and(|response| response.extensions().get::<LetIn>().is_some());
                patience.begin(if let_in { options.idle_timeout } else { options.read_timeout });
                response
            })
        })
    };
    let mut http = http1::Builder::new();
    http.half_close(true)
        .header_read_timeout(None)
        .max_header_size(options.max_head)
        .max_buf_size(options.max_head.max(8 << 10));
    let mut connection = http.serve_connection(TokioIo::new(stream), service);
    let mut silent = pin!(sleep_until(Instant::now() + options.read_timeout));
    let mut told = false;
    loop {
        tokio::select! {
            biased;
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => {
                if let Err(error) = ended {
                    tracing::trace!(%error, "connection broken");
                }
                break;
            }
            _ = stopping.changed(), if !told => {
                told = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            () = &mut silent => match patience.look_again(options.read_timeout) {
                Some(again) => silent.as_mut().reset(again),
                None => return,
            },
        }
    }
    // Told to stop, it ends between two requests, when nothing is on its way.
    if !told {
        linger(connection.into_parts().io.into_inner()).await;
    }
}

/// Says that nothing more comes, and hears out what is still on its way.
async fn linger(mut stream: TcpStream) {
    // A peer that is gone need not be waited for.
    if stream.shutdown().await.is_err() {
        return;
    }
    let heard_out = async {
        // On the heap: every connection's task would be that much larger otherwise.
        let mut heard = vec![0; 4 << 10];
        let mut bytes = 0;
        while let Ok(more @ 1..) = stream.read(&mut heard).await {
            bytes += more;
            if bytes > LINGER.1 {
                break;
            }
        }
    };
    // Whoever has not finished by now is cut off.
    let _ = timeout(LINGER.0, heard_out).await;
}

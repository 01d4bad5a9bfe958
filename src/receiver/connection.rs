//! One connection, over whatever carries its bytes: how long it may be silent, and how it ends. How many there are is
//! `doors`'; what is said on them is `routes`'.

use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use tracing::Instrument as _;

use super::headers;
use super::options::Options;
use super::proxy;
use super::takeover::{Taken, Takeover};
use super::webhook::LetIn;

/// How long, and for how many bytes, a sender is listened to after its last answer: closing earlier could destroy that
/// answer before it is read.
const LINGER: (Duration, usize) = (Duration::from_secs(2), 16 << 20);

/// Who is at the other end, and what is said to them.
pub struct Served {
    /// The other end of the connection: the sender, or a proxy before it.
    pub peer: IpAddr,
    /// What answers.
    pub router: Router,
    /// The limits.
    pub options: Arc<Options>,
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

/// Answers what comes over `stream` until it ends, is silent for too long, or `stopping` says to.
pub async fn serve<S>(stream: S, served: Served, mut stopping: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Served { peer, router, options } = served;
    let encrypted = options.tls.is_some();
    let patience = Arc::new(Patience::new(options.read_timeout));
    let taker: Arc<OnceLock<Takeover>> = Arc::default();
    let service = {
        let (patience, options, taker) = (patience.clone(), options.clone(), taker.clone());
        let router = TowerToHyperService::new(router);
        service_fn(move |mut request: Request<Incoming>| {
            patience.suspend();
            let client = proxy::client(peer, request.headers(), &options.trusted_proxies);
            request.extensions_mut().insert(client);
            let answering = router.call(request).instrument(tracing::debug_span!("request", client = %client.0));
            let (patience, options, taker) = (patience.clone(), options.clone(), taker.clone());
            Box::pin(async move {
                let response = answering.await;
                let let_in = response.as_ref().is_ok_and(|response| response.extensions().get::<LetIn>().is_some());
                let response = response.map(|response| headers::guarded(response, encrypted));
                patience.begin(if let_in { options.idle_timeout } else { options.read_timeout });
                if let Some(takeover) = response.as_ref().ok().and_then(Takeover::of) {
                    // It is the last answer there is on this connection.
                    let _ = taker.set(takeover);
                }
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
    let mut old = pin!(sleep_until(Instant::now() + options.longest_connection));
    let (mut told, mut aged) = (false, false);
    loop {
        tokio::select! {
            biased;
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => {
                match ended {
                    Ok(()) if let Some(takeover) = taker.get().cloned() => {
                        let parts = connection.into_parts();
                        let taken = Taken { pipe: Box::new(parts.io.into_inner()), read: parts.read_buf, stopping };
                        return takeover.carry(taken).await;
                    }
                    Ok(()) => {}
                    Err(error) => tracing::trace!(%error, "connection broken"),
                }
                break;
            }
            _ = stopping.changed(), if !told => {
                told = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            () = &mut old, if !aged => {
                aged = true;
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
async fn linger(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let heard_out = async {
        // A peer that is gone need not be waited for.
        if stream.shutdown().await.is_err() {
            return;
        }
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

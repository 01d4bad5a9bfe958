//! Answers after which a connection speaks HTTP no more: whoever gives one says who has the connection from then on.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use axum::response::Response;
use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

/// What carries a connection's bytes.
pub trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Pipe for T {}

/// A connection that speaks HTTP no more.
pub struct Taken {
    /// It.
    pub pipe: Box<dyn Pipe>,
    /// What was read of it already.
    pub read: Bytes,
    /// The receiver is being stopped.
    pub stopping: watch::Receiver<()>,
}

type Carry = Box<dyn FnOnce(Taken) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// Who has the connection after an answer: an extension of it. It goes once.
#[derive(Clone)]
pub struct Takeover(Arc<Mutex<Option<Carry>>>);

impl Takeover {
    /// After `response`, the connection is `carry`'s.
    pub fn after<F>(response: &mut Response, carry: impl FnOnce(Taken) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let carry: Carry = Box::new(move |taken| Box::pin(carry(taken)));
        response.extensions_mut().insert(Self(Arc::new(Mutex::new(Some(carry)))));
    }

    /// Who has it after that answer; absent: it goes on with HTTP.
    pub fn of(response: &Response) -> Option<Self> {
        response.extensions().get::<Self>().cloned()
    }

    /// Carries it until it ends.
    pub async fn carry(self, taken: Taken) {
        let carry = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(carry) = carry {
            carry(taken).await;
        }
    }
}

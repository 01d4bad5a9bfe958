//! The gateway of data channels: lets a client in that has signed its upgrade and knows the session's token, and carries frames
//! between it and the agent, as well as the line is said to be. What frames hold is the two ends' business.

pub mod lane;
pub(super) mod relay;
mod socket;

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use hyper::http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::Caller;
use super::state::Shared;
use super::wire::Problem;

/// What an upgrade is called, for faults and among the requests.
pub const OPERATION: &str = "OpenDataChannel";

/// Where channels are.
const PATH: &str = "/v1/data-channel/";

/// A request to become a channel.
pub(super) struct Upgrade {
    key: HeaderValue,
    on: OnUpgrade,
}

impl Upgrade {
    /// The upgrade that a request asks for, if it does.
    pub fn of<B>(request: &mut Request<B>) -> Option<Self> {
        let wants = request.headers().get(UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
        let key = request.headers().get("sec-websocket-key").cloned();
        let key = key.filter(|_| wants && request.method() == Method::GET)?;
        Some(Self { key, on: hyper::upgrade::on(request) })
    }

    /// Lets it in, where there is a session. Whether it knows the token shows later.
    pub fn answer(
        self,
        shared: &Arc<Shared>,
        caller: &Caller,
        request: &Parts,
    ) -> Result<Response<Full<Bytes>>, Problem> {
        let id = request.uri.path().strip_prefix(PATH).unwrap_or_default().to_owned();
        let there = shared.state().channels.get(&id).is_some_and(|channel| {
            channel.account == caller.account && channel.region == caller.region && !caller.is_base
        });
        if !there || caller.denied.iter().any(|denied| denied == "ssmmessages:OpenDataChannel") {
            let message = format!("No such channel, or not for {}. (AWS stand-in)", caller.arn);
            return Err(Problem { status: 403, code: "AccessDeniedException", message });
        }
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
        if let Ok(accept) = derive_accept_key(self.key.as_bytes()).parse() {
            response.headers_mut().insert(SEC_WEBSOCKET_ACCEPT, accept);
        }
        let shared = shared.clone();
        tokio::spawn(async move {
            let Ok(upgraded) = self.on.await else { return };
            let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
            tokio::select! {
                biased;
                () = shared.until(|state| state.over.then_some(())) => {}
                () = socket::carry(&shared, &id, socket) => {}
            }
        });
        Ok(response)
    }
}

//! `GET /ws`: the live feed for seats and programs over the network, as `docs/feed.md` has it. Here somebody is let in; what they
//! may see is the engine's to say, how it is written `link::wire`'s.

mod converse;
mod opening;
mod places;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use self::converse::Sitting;
use self::opening::Opening;
pub use self::places::Places;
use super::desk::Desk;
use super::proxy::Client;
use super::refusal::{
    FEEDS_FULL, NOT_WEBSOCKET, Refused, SEAT_VERSION, SIGN_INS, TOKEN_EXPIRED, TOKEN_REFUSED, TOKEN_REVOKED,
};
use super::takeover::{Taken, Takeover};
use crate::core::person::Claims;
use crate::engine::operator::Operator;
use crate::engine::seats::Seating;
use crate::link::{Standing, wire};
use crate::people;

/// What a seat of another version is told.
const INSTALL: &str = concat!(
    "This engine is alert-whisperer ",
    env!("CARGO_PKG_VERSION"),
    "; install that version where the seat runs."
);

/// Lets somebody in, or not.
pub async fn open(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let read = Opening::read(&head).map_err(|refusal| {
        let message = (refusal == &SEAT_VERSION).then_some(INSTALL);
        Refused { message: message.map(Into::into), ..Refused::new(refusal) }
    });
    let opened = read.and_then(|opening| {
        let from = head.extensions.get::<Client>().copied();
        let claims = sign_in(&desk, &opening, from)?;
        let place = desk.feeds.take(&claims).ok_or_else(|| Refused::later(&FEEDS_FULL, 60))?;
        Ok((opening, claims, place))
    });
    let (opening, claims, place) = match opened {
        Ok(opened) => opened,
        Err(refused) => {
            let mut response = desk.refuse(None, &refused);
            if refused.refusal == &NOT_WEBSOCKET {
                switching(&mut response);
                response.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            }
            return response;
        }
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    switching(&mut response);
    let mut say = |name: HeaderName, value: String| {
        // Both are of a fixed alphabet.
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    };
    say(header::SEC_WEBSOCKET_ACCEPT, derive_accept_key(opening.key.as_bytes()));
    if opening.deflated {
        say(header::SEC_WEBSOCKET_PROTOCOL, wire::subprotocol());
    }
    Takeover::after(&mut response, move |taken: Taken| async move {
        let operator = Operator { who: claims.name.clone(), acts_as: None };
        let (standing, since) = (Standing::Bearer(claims), opening.since);
        let by = operator.at(&opening.seat);
        let link = desk.handle.seat_of(Seating { by: by.clone(), standing, remote: true, since });
        let sitting =
            Sitting { link, operator, seat: by.seat, deflated: opening.deflated, handle: desk.handle.clone() };
        sitting.converse(taken).await;
        desk.handle.left();
        drop(place);
    });
    response
}

fn sign_in(desk: &Desk, opening: &Opening, from: Option<Client>) -> Result<Arc<Claims>, Refused> {
    // Whoever has no address here is not of the network.
    let from = from.map_or(std::net::Ipv4Addr::LOCALHOST.into(), |client| client.0);
    desk.handle.sign_in(opening.token.expose(), from, crate::engine::now()).map_err(|why| match why {
        people::Refused::Wait(span) => Refused::later(&SIGN_INS, u64::try_from(span.0.max(0) / 1_000).unwrap_or(0) + 1),
        people::Refused::Expired => Refused::new(&TOKEN_EXPIRED),
        people::Refused::Revoked => Refused::new(&TOKEN_REVOKED),
        people::Refused::Bad | people::Refused::Unknown => Refused::new(&TOKEN_REFUSED),
    })
}

/// What says that the connection is, or has to be, a WebSocket's.
fn switching(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
}

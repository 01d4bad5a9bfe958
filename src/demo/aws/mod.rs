//! The AWS stand-in: a server on loopback that speaks SSM's, STS' and KMS' protocols and is the gateway of sessions' channels,
//! checks signatures, keeps accounts apart, and runs commands and shells on this machine. The demo and the tests use it in the place of AWS.
//!
//! It is not AWS: it has what Alert Whisperer uses and no more. What it says that AWS would not is marked `(AWS stand-in)`.

pub mod agent;
pub mod channels;
mod commands;
mod documents;
mod estates;
pub mod faults;
mod fence;
pub mod gateway;
mod kms;
mod life;
mod patches;
mod sessions;
mod shell;
mod signature;
mod ssm;
pub mod state;
mod sts;
mod wire;
pub mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use self::channels::Opened;
pub use self::estates::{REGION, access, world};
use self::faults::{Fault, Faults};
use self::signature::Claim;
use self::state::{Assumed, Requested, Sent, Shared};
use self::sts::Query;
use self::wire::{Problem, Service};
use self::world::{Key, World};
use super::folder::TemporaryFolder;
use crate::core::credentials::Secret;

/// Bytes of a request that are read.
const MOST: usize = 4 << 20;

/// A running stand-in. Dropped, it ends everything that it runs and leaves nothing behind.
#[derive(Debug)]
pub struct StandIn {
    shared: Arc<Shared>,
    address: SocketAddr,
    serving: JoinHandle<()>,
    _folder: TemporaryFolder,
}

impl StandIn {
    /// Starts on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When there is no port, no temporary folder, or no chance for its secrets.
    pub async fn start(world: World) -> io::Result<Self> {
        let folder = TemporaryFolder::make("alert-whisperer-aws-stand-in")?;
        fence::lay_out(folder.path())?;
        agent::terminal::lay_out(folder.path())?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let base = Key { access_key: format!("AKIA{}", random(8).to_uppercase()), secret: Secret::new(random(20)) };
        let shared = Arc::new(Shared::new(world, base, folder.path().to_owned(), address));
        let serving = tokio::spawn(serve(listener, shared.clone()));
        Ok(Self { shared, address, serving, _folder: folder })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as an endpoint's URL, for every service.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What whoever comes signs with.
    pub fn base(&self) -> &Key {
        &self.shared.base
    }

    /// What there is.
    pub fn world(&self) -> &World {
        &self.shared.world
    }

    /// Makes things go wrong.
    pub fn faults(&self) -> Faults {
        Faults(self.shared.clone())
    }

    /// Every command that was taken, in the order in which they came.
    pub fn commands(&self) -> Vec<Sent> {
        let state = self.shared.state();
        state.order.iter().filter_map(|id| state.commands.get(id)).map(|command| command.sent.clone()).collect()
    }

    /// Every session that was begun, whether it was opened or not, by their ids.
    pub fn sessions(&self) -> Vec<Opened> {
        self.shared.opened()
    }

    /// Every role that was assumed.
    pub fn assumed(&self) -> Vec<Assumed> {
        self.shared.state().assumed.clone()
    }

    /// Every request that was rightly signed.
    pub fn requests(&self) -> Vec<Requested> {
        self.shared.state().requests.clone()
    }

    /// Every secret that it has given out: our own key's, those of sessions with their tokens, and the tokens of channels.
    pub fn secrets(&self) -> Vec<Secret> {
        let state = self.shared.state();
        let sessions = state.sessions.values().flat_map(|session| [session.secret.clone(), session.token.clone()]);
        let channels = state.channels.values().map(|channel| channel.token.clone());
        sessions.chain(channels).chain([self.shared.base.secret.clone()]).collect()
    }

    /// Waits until the requests so far are enough.
    pub async fn until(&self, mut enough: impl FnMut(&[Requested]) -> bool) {
        self.shared.until(|state| enough(&state.requests).then_some(())).await;
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.serving.abort();
        self.shared.end();
        self.shared.changed();
    }
}

/// As whom a request comes, and where to.
#[derive(Debug)]
struct Caller {
    arn: String,
    user_id: String,
    account: String,
    region: String,
    is_base: bool,
    denied: Vec<String>,
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        // A key's echo is a packet of its own, and must not wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        while connections.try_join_next().is_some() {}
        let shared = shared.clone();
        connections.spawn(async move {
            let service = service_fn(|request| respond(&shared, request));
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // A connection that ends is what some faults are for.
            let _ = connection.with_upgrades().await;
        });
    }
}

/// Answers a request. An error ends the connection.
async fn respond(shared: &Arc<Shared>, mut request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
    let upgrade = gateway::Upgrade::of(&mut request);
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MOST).collect().await.map_err(io::Error::other)?.to_bytes();
    let request_id = random_id();
    let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let query = Query::read(&body);
    let (service, operation) = match target.map(|target| target.split_once('.').unwrap_or(("", target))) {
        _ if upgrade.is_some() => (Service::Messages, gateway::OPERATION),
        Some(("TrentService", operation)) => (Service::Kms, operation),
        Some((_, operation)) => (Service::Ssm, operation),
        None => (Service::Sts, query.action()),
    };
    let answer = |said: Result<String, Problem>| {
        // Whatever the gateway does not like about who comes, it forbids.
        let forbidden = |problem: Problem| match problem {
            Problem { status: 400, .. } if service == Service::Messages => Problem { status: 403, ..problem },
            other => other,
        };
        service.dialect().answer(&request_id, said.map_err(forbidden))
    };
    let caller = match authenticate(shared, service, &parts, &body) {
        Ok(caller) => caller,
        Err(problem) => return Ok(answer(Err(problem))),
    };
    let fault = {
        let mut state = shared.state();
        state.requests.push(Requested { operation: operation.into(), account: caller.account.clone() });
        state.wrongs.draw(operation)
    };
    shared.changed();
    let problem = fault.and_then(|fault| Problem::of(fault, service, operation, &caller.arn));
    let said = match (fault, problem, upgrade) {
        (Some(Fault::DroppedBefore), ..) => return Err(dropped()),
        (Some(Fault::SilentBefore), ..) => return std::future::pending().await,
        (_, Some(problem), _) => Err(problem),
        (_, None, Some(upgrade)) => match upgrade.answer(shared, &caller, &parts) {
            Ok(response) => return Ok(response),
            Err(problem) => Err(problem),
        },
        (_, None, None) => match service {
            Service::Sts => sts::answer(shared, &caller, &query, &request_id),
            Service::Kms => kms::answer(shared, &caller, operation, &body).map(|value| value.to_string()),
            Service::Ssm | Service::Messages => {
                ssm::answer(shared, &caller, operation, &body).map(|value| value.to_string())
            }
        },
    };
    match fault {
        Some(Fault::DroppedAfter) => Err(dropped()),
        Some(Fault::SilentAfter) => std::future::pending().await,
        _ => Ok(answer(said)),
    }
}

fn dropped() -> io::Error {
    io::Error::other("dropped on purpose")
}

/// Whose request it is, if its signature is right.
fn authenticate(shared: &Shared, service: Service, request: &Parts, body: &[u8]) -> Result<Caller, Problem> {
    let claim = Claim::read(service.dialect(), &request.headers)?;
    let json = service != Service::Sts;
    let status = if json { 400 } else { 403 };
    let unknown = || Problem {
        status,
        code: if json { "UnrecognizedClientException" } else { "InvalidClientTokenId" },
        message: "The security token included in the request is invalid.".into(),
    };
    let now = shared.now();
    if claim.access_key == shared.base.access_key {
        if claim.token.is_some() {
            return Err(unknown());
        }
        claim.check(service, shared.base.secret.expose(), request, body, now)?;
        return Ok(Caller {
            arn: shared.world.base_arn(),
            user_id: "AIDASTANDIN0000000000".into(),
            account: shared.world.base_account.clone(),
            region: claim.region,
            is_base: true,
            denied: Vec::new(),
        });
    }
    let state = shared.state();
    let session = state.sessions.get(&claim.access_key).ok_or_else(unknown)?;
    if claim.token.as_deref() != Some(session.token.expose()) {
        return Err(unknown());
    }
    if session.expires_at <= now {
        return Err(Problem {
            status,
            code: if json { "ExpiredTokenException" } else { "ExpiredToken" },
            message: "The security token included in the request is expired".into(),
        });
    }
    claim.check(service, session.secret.expose(), request, body, now)?;
    let account = shared.world.accounts.iter().find(|account| account.id == session.account);
    let role = account.and_then(|account| account.roles.iter().find(|role| role.name == session.role));
    Ok(Caller {
        arn: session.arn(),
        user_id: format!("{}:{}", sts::ROLE_ID, session.name),
        account: session.account.clone(),
        region: claim.region,
        is_base: false,
        denied: role.map(|role| role.denied.clone()).unwrap_or_default(),
    })
}

/// So many bytes of chance, in hex. Without any, there would be no secrets: the process has no business going on.
fn random(bytes: usize) -> String {
    let mut chance = vec![0; bytes];
    fill(&mut chance);
    hex::encode(chance)
}

fn fill(chance: &mut [u8]) {
    if let Err(error) = getrandom::fill(chance) {
        unreachable!("the system has no random numbers: {error}");
    }
}

/// An id as AWS gives requests and commands theirs.
fn random_id() -> String {
    let text = random(16);
    format!("{}-{}-4{}-a{}-{}", &text[..8], &text[8..12], &text[13..16], &text[17..20], &text[20..])
}

/// Until then; if there is no such time, for ever.
async fn at(due: Option<tokio::time::Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// An id as messages of channels have theirs.
fn random_uuid() -> uuid::Uuid {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod session_tests;
#[cfg(test)]
mod tests;

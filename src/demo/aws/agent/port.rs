//! A port of the machine, or of a host that it reaches: where it leads, and how agents of old carry it. Several connections at
//! once are in `connections`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::connections;
use super::shell::say;
use super::{Hear, PIECE, Place, Say};

/// The session is wanted no more.
pub(super) const TERMINATE: u32 = 2;

/// Carries connections until the client wants no more.
///
/// # Errors
/// Why it is refused, in the agent's words.
pub(super) async fn run(
    place: &Place,
    host: Option<String>,
    port: u16,
    raw: bool,
    heard: mpsc::Receiver<Hear>,
    says: &mpsc::Sender<Say>,
) -> Result<(), String> {
    let target = Target::find(place, host.as_deref(), port);
    if let Target::Forbidden(address) = target {
        return Err(format!("Forwarding to IP address {address} is forbidden."));
    }
    let _ = says.send(Say::Started).await;
    if raw {
        one_by_one(place, &target, heard, says).await;
    } else {
        connections::run(place, &target, heard, says).await;
    }
    Ok(())
}

/// Where a port leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// To an address, on this machine.
    At(SocketAddr),
    /// To a page that says whose it is.
    Page(String),
    /// Nowhere, as the system would say it.
    Nowhere(String),
    /// Where no agent goes.
    Forbidden(IpAddr),
}

/// Bytes both ways.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

impl Target {
    /// Where a port of a host leads for a machine: nowhere outside of this one.
    fn find(place: &Place, host: Option<&str>, port: u16) -> Self {
        let services = &place.shared.world.services;
        let name = host.unwrap_or("localhost");
        let address: Option<IpAddr> = match name {
            "localhost" => Some(Ipv4Addr::LOCALHOST.into()),
            name => name.trim_start_matches('[').trim_end_matches(']').parse().ok(),
        };
        if let Some(address) = address.filter(|address| is_forbidden(*address)) {
            return Self::Forbidden(address);
        }
        let fits = |service: &&crate::demo::aws::world::Service| service.host == name && service.port == port;
        if let Some(service) = services.iter().find(fits) {
            return Self::At(service.at);
        }
        match address {
            Some(address) if address.is_loopback() && place.loopback => Self::At(SocketAddr::new(address, port)),
            Some(address) if address.is_loopback() && matches!(port, 80 | 8080) => Self::Page(place.node.name.clone()),
            Some(address) => {
                Self::Nowhere(format!("dial tcp {}: connect: connection refused", SocketAddr::new(address, port)))
            }
            None => Self::Nowhere(format!("dial tcp: lookup {name}: no such host")),
        }
    }

    /// A connection.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn dial(&self) -> Result<Box<dyn Wire>, String> {
        match self {
            Self::At(address) => match TcpStream::connect(address).await {
                Ok(stream) => Ok(Box::new(stream)),
                Err(_) => Err(format!("dial tcp {address}: connect: connection refused")),
            },
            Self::Page(name) => {
                let (ours, theirs) = tokio::io::duplex(8 * 1_024);
                tokio::spawn(page(theirs, name.clone()));
                Ok(Box::new(ours))
            }
            Self::Nowhere(why) => Err(why.clone()),
            Self::Forbidden(address) => Err(format!("dial tcp {address}: forbidden")),
        }
    }
}

/// Where no agent goes: metadata services, resolvers, and whatever else is local to a link.
fn is_forbidden(address: IpAddr) -> bool {
    match address.to_canonical() {
        // The last is the resolver of the network that the stand-in's machines are in.
        IpAddr::V4(address) => address.is_link_local() || address == Ipv4Addr::new(10, 0, 0, 2),
        IpAddr::V6(address) => {
            let ec2 = |last| Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, last);
            address.is_unicast_link_local() || address == ec2(0x254) || address == ec2(0x253)
        }
    }
}

/// Answers whatever is asked, once.
async fn page(mut wire: impl Wire, name: String) {
    let mut asked = Vec::new();
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") && asked.len() < 8 * 1_024 {
        match wire.read_buf(&mut asked).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
    }
    let page = format!("<!doctype html><title>{name}</title><h1>{name}</h1><p>(AWS stand-in) a page of its own.</p>\n");
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close";
    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{page}", page.len());
    // Whoever asked may be gone.
    let _ = wire.write_all(answer.as_bytes()).await;
}

/// One connection after the other, each begun by the first byte for it.
async fn one_by_one(place: &Place, target: &Target, mut heard: mpsc::Receiver<Hear>, says: &mpsc::Sender<Say>) {
    while let Some(what) = heard.recv().await {
        let first = match what {
            Hear::Bytes(first) => first,
            Hear::Flag(TERMINATE) => return,
            Hear::Flag(_) | Hear::Size { .. } => continue,
        };
        let Ok(wire) = target.dial().await else {
            // Whoever attends to it may be gone.
            let _ = says.send(Say::NoConnection).await;
            continue;
        };
        let (mut from, mut to) = tokio::io::split(wire);
        let hears = async {
            let mut next = Some(Hear::Bytes(first));
            loop {
                match next {
                    Some(Hear::Bytes(bytes)) if to.write_all(&bytes).await.is_err() => return false,
                    Some(Hear::Flag(flag)) => return flag == TERMINATE,
                    Some(Hear::Bytes(_) | Hear::Size { .. }) => {}
                    None => return true,
                }
                next = heard.recv().await;
            }
        };
        let speaks = async {
            let mut buffer = [0; PIECE];
            while let Ok(read @ 1..) = from.read(&mut buffer).await {
                say(says, Say::Output, Bytes::copy_from_slice(&buffer[..read]), place.pace).await;
            }
        };
        let over = tokio::select! {
            over = hears => over,
            () = speaks => false,
        };
        if over {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_do_not_go_where_the_machines_secrets_are() {
        let no = [
            "169.254.169.254",
            "169.254.169.253",
            "169.254.1.1",
            "10.0.0.2",
            "fd00:ec2::254",
            "fd00:ec2::253",
            "fe80::1",
        ];
        for address in no.into_iter().chain(["::ffff:169.254.169.254"]) {
            assert!(is_forbidden(address.parse().unwrap()), "{address}");
        }
        for address in ["127.0.0.1", "10.0.0.3", "::1", "fd00:ec3::254", "192.168.1.1"] {
            assert!(!is_forbidden(address.parse().unwrap()), "{address}");
        }
    }
}

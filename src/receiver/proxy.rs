//! Whose request it is, as far as addresses say: the other end's, or what a proxy that we trust says of it. What an address
//! may do is left to others.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Proxies that one request may have passed; what is said beyond them is not looked at.
const MOST_PROXIES: usize = 16;

/// Where a request comes from: an extension of each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Client(pub IpAddr);

/// Whose request it is that came from `peer`: the last address in `X-Forwarded-For` that is not a trusted proxy's, if `peer`
/// is one. What stands before that was written by somebody we know nothing of, and is not believed.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Client {
    let mut nearest = peer.to_canonical();
    let said = headers.get_all(X_FORWARDED_FOR).iter().rev().flat_map(|value| value.as_bytes().rsplit(|c| *c == b','));
    let mut said = said.map(|one| std::str::from_utf8(one).ok().and_then(address)).take(MOST_PROXIES);
    while is_trusted(nearest, trusted) {
        match said.next() {
            Some(Some(further)) => nearest = further,
            // Nothing, or nothing that makes sense: the last one we know of answers for it.
            Some(None) | None => break,
        }
    }
    Client(nearest)
}

/// Whether an address is a trusted proxy's.
pub fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|block| block.contains(&address.to_canonical()))
}

/// An address as proxies write it: `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let plain = text.parse().ok();
    let found = plain.or_else(|| text.parse().ok().map(|socket: std::net::SocketAddr| socket.ip()));
    let found = found.or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok());
    found.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, said: &[&str]) -> String {
        let trusted = ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"].map(|net| net.parse().unwrap());
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append(X_FORWARDED_FOR, value.parse().unwrap());
        }
        client(peer.parse().unwrap(), &headers, &trusted).0.to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(of("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(of("10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(of("::ffff:10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(of("192.0.2.7", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(of("192.0.2.8", &["198.51.100.1"]), "192.0.2.8");
        assert_eq!(of("2001:db8::5", &["::ffff:198.51.100.1"]), "198.51.100.1");
        assert_eq!(of("10.1.2.3", &[]), "10.1.2.3");
    }

    #[test]
    fn what_stands_before_the_last_stranger_is_a_strangers_word() {
        assert_eq!(of("10.1.2.3", &["127.0.0.1, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(of("10.1.2.3", &["127.0.0.1, 198.51.100.1, 10.9.9.9,192.0.2.7"]), "198.51.100.1");
        assert_eq!(of("10.1.2.3", &["127.0.0.1", "198.51.100.1", "10.9.9.9"]), "198.51.100.1");
        assert_eq!(of("10.1.2.3", &["10.0.0.1, 10.0.0.2"]), "10.0.0.1");
    }

    #[test]
    fn nonsense_is_answered_for_by_whoever_brought_it() {
        for nonsense in ["", "unknown", "198.51.100.1, x", "198.51.100.1,", "999.1.1.1", "[", "a:b"] {
            assert_eq!(of("10.1.2.3", &[nonsense]), "10.1.2.3", "{nonsense}");
        }
        assert_eq!(of("10.1.2.3", &["198.51.100.1, _hidden, 10.9.9.9"]), "10.9.9.9");
        let long = ["10.9.9.9"; 1_000].join(",");
        assert_eq!(of("10.1.2.3", &[&format!("198.51.100.1,{long}")]), "10.9.9.9");
    }

    #[test]
    fn proxies_write_addresses_in_their_own_ways() {
        assert_eq!(of("10.1.2.3", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(of("10.1.2.3", &["[2001:dba::1]:443"]), "2001:dba::1");
        assert_eq!(of("10.1.2.3", &[" [2001:dba::1] "]), "2001:dba::1");
        assert_eq!(of("10.1.2.3", &["2001:DBA::1"]), "2001:dba::1");
    }
}

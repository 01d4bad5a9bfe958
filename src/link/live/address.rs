//! Where an engine is on the network: `https://HOST[:PORT][/PATH]`. Without TLS only on this machine, or a token would travel in the
//! clear.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use hyper::Uri;

/// An engine's address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Behind TLS.
    pub secure: bool,
    /// A name or an IP address, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What stands before `/ws`; empty, or `/` and more.
    path: String,
}

/// Why a text is no engine's address. None quotes it: a token may be in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoAddress {
    /// It is none.
    #[error("that is no address of an engine; give https://HOST or https://HOST:PORT")]
    Unread,
    /// It names somebody.
    #[error("an address with a name or a password in it is on everybody's screen; give a token with --token-file")]
    Somebody,
    /// It asks something.
    #[error(
        "an address has no `?`; a token goes into --token-file or ALERT_WHISPERER_TOKEN, never on the command line"
    )]
    Query,
    /// It goes over the network without TLS.
    #[error("http:// would take a token over the network in the clear; give https://, or an address of this machine")]
    Clear,
}

impl FromStr for Address {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        let uri: Uri = text.parse().map_err(|_| NoAddress::Unread)?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(NoAddress::Unread),
        };
        let authority = uri.authority().ok_or(NoAddress::Unread)?;
        if authority.as_str().contains('@') {
            return Err(NoAddress::Somebody);
        }
        if uri.query().is_some() {
            return Err(NoAddress::Query);
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() || text.contains('#') {
            return Err(NoAddress::Unread);
        }
        if !secure && !is_here(&host) {
            return Err(NoAddress::Clear);
        }
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        Ok(Self { secure, host, port, path: uri.path().trim_end_matches('/').to_owned() })
    }
}

fn is_here(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

impl Address {
    /// Its name for HTTP's `Host`.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let usual = if self.secure { 443 } else { 80 };
        if self.port == usual { host } else { format!("{host}:{}", self.port) }
    }

    /// Where its live feed is.
    pub fn feed(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}{}/ws", self.authority(), self.path)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_or_here() {
        for (text, feed) in [
            ("https://noc.example", "wss://noc.example/ws"),
            ("https://noc.example:8443/", "wss://noc.example:8443/ws"),
            ("https://noc.example/alerts/", "wss://noc.example/alerts/ws"),
            ("https://[2001:db8::1]", "wss://[2001:db8::1]/ws"),
            ("http://127.0.0.1:8001", "ws://127.0.0.1:8001/ws"),
            ("http://[::1]:8001", "ws://[::1]:8001/ws"),
            ("http://localhost", "ws://localhost/ws"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().feed(), feed, "{text}");
        }
        for (text, why) in [
            ("http://noc.example", NoAddress::Clear),
            ("http://127.0.0.1.example", NoAddress::Clear),
            ("http://10.0.0.7:8001", NoAddress::Clear),
            ("https://priya:planted@noc.example", NoAddress::Somebody),
            ("https://noc.example/?token=planted", NoAddress::Query),
            ("noc.example", NoAddress::Unread),
            ("wss://noc.example", NoAddress::Unread),
            ("https://", NoAddress::Unread),
            ("", NoAddress::Unread),
        ] {
            let refused = text.parse::<Address>().unwrap_err();
            assert_eq!(refused, why, "{text}");
            assert!(!refused.to_string().contains("planted"));
        }
    }
}

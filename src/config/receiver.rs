//! `[receiver]`: where senders come in, who is believed what, and how many may come.

use std::net::IpAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use serde::Deserialize;

use super::Size;

/// `[receiver]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Receiver {
    /// Where senders post.
    pub listen: String,
    /// A body's size, at most, for example `4 MiB`.
    pub max_body: Size,
    /// A proxy in front does TLS: allows listening beyond loopback without `tls`.
    pub behind_proxy: bool,
    /// Addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Block>,
    /// TLS; absent: none.
    pub tls: Option<Tls>,
    /// Connections at a time.
    pub max_connections: usize,
    /// Connections from one address at a time.
    pub max_connections_per_address: usize,
    /// Milliseconds from the end of a body until its sender is answered, whatever the answer is.
    pub answer_within_ms: u64,
}

impl Default for Receiver {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8001".into(),
            max_body: Size(4 << 20),
            behind_proxy: false,
            trusted_proxies: Vec::new(),
            tls: None,
            max_connections: 12_000,
            max_connections_per_address: 1_000,
            answer_within_ms: 900,
        }
    }
}

/// The files of TLS, PEM; a path that is not absolute begins at the configuration's folder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate, and after it those that lead to one that clients know.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// The authorities of clients' certificates.
    pub client_ca: Option<PathBuf>,
    /// Whether clients show one.
    pub client_auth: Option<ClientAuth>,
}

/// Whether clients show a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// Nobody is asked for one.
    None,
    /// Who shows one must be known; nobody has to.
    Optional,
    /// Everybody must.
    Required,
}

impl Tls {
    /// The authorities whose certificates are asked for, and whether everybody must show one; absent: nobody is asked. Whoever
    /// names authorities and says no more wants to see certificates.
    pub fn authorities(&self) -> Option<(&PathBuf, bool)> {
        match (&self.client_ca, self.client_auth) {
            (None, _) | (_, Some(ClientAuth::None)) => None,
            (Some(file), Some(ClientAuth::Optional)) => Some((file, false)),
            (Some(file), Some(ClientAuth::Required) | None) => Some((file, true)),
        }
    }
}

/// Addresses: `10.0.0.0/8`, `192.0.2.7`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Block(pub IpNet);

impl TryFrom<String> for Block {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let block = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        block.map(Self).map_err(|_| "give addresses or blocks of them, for example [\"10.0.0.0/8\", \"192.0.2.7\"]")
    }
}

impl Receiver {
    /// The first value that makes no sense: its key, and why.
    pub(super) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        if self.max_connections == 0 {
            return Err(("max_connections", "`max_connections` is 1 or more"));
        }
        if self.max_connections_per_address == 0 {
            return Err(("max_connections_per_address", "`max_connections_per_address` is 1 or more"));
        }
        if !(100..=60_000).contains(&self.answer_within_ms) {
            return Err(("answer_within_ms", "`answer_within_ms` is 100 to 60000"));
        }
        let asks = |tls: &Tls| tls.client_auth.is_some_and(|auth| auth != ClientAuth::None);
        if self.tls.as_ref().is_some_and(|tls| tls.client_ca.is_none() && asks(tls)) {
            return Err((
                "client_auth",
                "`client_auth` needs `client_ca`, the authorities whose certificates are taken",
            ));
        }
        Ok(())
    }
}

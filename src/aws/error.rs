//! What can go wrong on the way to AWS, in words for people: what to fix, in whose account.

/// Why AWS did not do what was asked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct AwsError {
    /// What kind of trouble it is.
    pub kind: Kind,
    /// What happened, and what to do about it in whose account. May quote AWS: as hostile as any text from outside.
    pub message: String,
    /// AWS' id of the request, if AWS answered.
    pub request_id: Option<String>,
}

/// Kinds of trouble.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The tenant has no AWS settings, or they do not fit the account that the role is in.
    NoAccount,
    /// We have no AWS credentials of our own, or AWS does not know them.
    NoCredentials,
    /// Credentials have expired: our own, or a role's.
    Expired,
    /// AWS knows us and says no.
    Denied,
    /// Too many requests.
    Throttled,
    /// The request never reached a server: no address, no route, nobody listens.
    Unreachable,
    /// AWS does not show it yet.
    NotThereYet,
    /// There is no such thing.
    NoSuch,
    /// The machine's agent is not connected to Session Manager.
    NotConnected,
    /// AWS does not take the request as it is.
    Invalid,
    /// AWS failed.
    Server,
    /// The request went out and no answer came: it may have been carried out.
    Silent,
}

impl AwsError {
    /// An error that AWS did not answer with.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), request_id: None }
    }

    /// Worth waiting for: asking again later can do better, by itself or after somebody has mended our own credentials.
    pub fn passes(&self) -> bool {
        match self.kind {
            Kind::NoCredentials
            | Kind::Expired
            | Kind::Throttled
            | Kind::Unreachable
            | Kind::NotThereYet
            | Kind::NotConnected
            | Kind::Server
            | Kind::Silent => true,
            Kind::NoAccount | Kind::Denied | Kind::NoSuch | Kind::Invalid => false,
        }
    }

    /// Of a request that must not be made twice: AWS may have carried it out nevertheless.
    pub fn may_have_arrived(&self) -> bool {
        matches!(self.kind, Kind::Server | Kind::Silent)
    }
}

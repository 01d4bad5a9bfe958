//! As whom we come to AWS, where AWS is, and how long it may take.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::Heard;
use crate::config;

/// Everything that can be chosen about reaching AWS. What is absent is as the usual `AWS_*` variables and files have it.
#[derive(Clone, Default)]
pub struct Options {
    /// A profile of the shared configuration files.
    pub profile: Option<String>,
    /// For STS, and for tenants that name none.
    pub region: Option<String>,
    /// Another address for every service.
    pub endpoint_url: Option<String>,
    /// Credentials of our own instead of those that the environment, files and metadata services have: with them none of
    /// those is looked at.
    pub keys: Option<Keys>,
    /// How long things may take.
    pub timeouts: Timeouts,
    /// What time it is.
    pub clock: Clock,
    /// Who hears how each call ended.
    pub heard: Heard,
}

/// An access key. Prints as `***`.
#[derive(Clone)]
pub struct Keys {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: zeroize::Zeroizing<String>,
}

/// How long things may take. There is no such thing as forever.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timeouts {
    /// Until a connection is there.
    pub connect: Duration,
    /// One request and its answer.
    pub attempt: Duration,
    /// One call with everything that belongs to it.
    pub call: Duration,
    /// Finding our own credentials.
    pub credentials: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(15),
            call: Duration::from_secs(20),
            credentials: Duration::from_secs(20),
        }
    }
}

/// What time it is.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock that shows what `read` says.
    pub fn new(read: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// What it shows.
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl From<&config::Aws> for Options {
    fn from(file: &config::Aws) -> Self {
        Self {
            profile: file.profile.clone(),
            region: file.region.clone(),
            endpoint_url: file.endpoint_url.clone(),
            ..Self::default()
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("profile", &self.profile)
            .field("region", &self.region)
            .field("endpoint_url", &self.endpoint_url)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

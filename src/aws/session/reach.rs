//! How a channel gets to its session: another way in, a WebSocket, a data key. Each with credentials that are good at that moment.

use std::time::UNIX_EPOCH;

use crate::aws::{Account, AwsError, Kind};
use crate::core::execution::order::InstanceId;
use crate::core::time::Moment;

use super::address::Address;
use super::calls::Resumed;
use super::client::DataKey;
use super::dial::{NoWay, Socket, dial};

/// How a channel gets to its session.
pub(super) trait Reach: Send + Sync + 'static {
    /// Another way into the session. None: there is no such session any more.
    fn resume(&self) -> impl Future<Output = Result<Option<Resumed>, AwsError>> + Send;

    /// A WebSocket to where the session is. The first message through it has to be the token.
    fn dial(&self, url: &str) -> impl Future<Output = Result<Socket, NotThere>> + Send;

    /// A data key for the session.
    fn key(&self, key_id: &str, challenge: Option<&str>) -> impl Future<Output = Result<DataKey, AwsError>> + Send;

    /// What time it is.
    fn now(&self) -> Moment;
}

/// Why a session was not reached.
#[derive(Debug)]
pub(super) enum NotThere {
    /// Nor will it be: it has to be given up.
    Never(String),
    /// The gateway lets nobody in like that.
    Refused(String),
    /// It may be another time.
    NotNow(String),
}

/// A session in a tenant's account.
pub(super) struct InAccount {
    pub(super) account: Account,
    pub(super) aws_id: String,
    pub(super) instance: InstanceId,
}

impl Reach for InAccount {
    async fn resume(&self) -> Result<Option<Resumed>, AwsError> {
        self.account.resume_session(&self.aws_id).await
    }

    async fn dial(&self, url: &str) -> Result<Socket, NotThere> {
        let (account, aws) = (&self.account, &self.account.aws);
        let role = account.role().await.map_err(NotThere::from)?;
        let base = aws.base().await.map_err(NotThere::from)?;
        let address = Address::of(url, base.instead().as_deref()).map_err(NotThere::Never)?;
        let signature = address.signature(&role.credentials, account.region(), aws.now()).map_err(NotThere::NotNow)?;
        let socket = dial(&base.way(), &address, signature, aws.shared.options.timeouts).await;
        socket.map_err(|no| match no {
            NoWay::Refused(status, why) => {
                if matches!(status, 401 | 403) {
                    account.spoilt(&role);
                }
                NotThere::Refused(why)
            }
            NoWay::Failed(why) => NotThere::NotNow(why),
        })
    }

    async fn key(&self, key_id: &str, challenge: Option<&str>) -> Result<DataKey, AwsError> {
        self.account.data_key(key_id, &self.aws_id, &self.instance, challenge).await
    }

    fn now(&self) -> Moment {
        let since = self.account.aws.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

impl From<AwsError> for NotThere {
    /// Only another tenant's settings, or none, are for good: everything else somebody may mend while the session waits.
    fn from(error: AwsError) -> Self {
        if error.kind == Kind::NoAccount { Self::Never(error.message) } else { Self::NotNow(error.message) }
    }
}

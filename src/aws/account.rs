//! One tenant's account: the only type that reaches a client's AWS.

use crate::core::execution::order::{InstanceId, Order, Platform};
use crate::core::execution::{Output, Run};
use crate::core::id::TenantId;
use crate::core::node::{Activation, Node};
use crate::core::time::Moment;

use super::{AwsError, Kind};

/// One tenant's account, with its role assumed. Only [`super::Aws::account`] makes one, from the tenant itself.
#[derive(Clone, Debug)]
pub struct Account {
    tenant: TenantId,
    account_id: String,
    region: String,
}

/// AWS took a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// AWS' id of it.
    pub command_id: String,
    /// AWS' id of the request.
    pub request_id: Option<String>,
}

impl Account {
    /// Whose it is.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Twelve digits: the account that the role is in.
    pub fn account_id(&self) -> &str {
        &self.account_id
    }

    /// Where its machines are.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// As whom we are in: the ARN of the assumed role.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub async fn identity(&self) -> Result<String, AwsError> {
        Err(self.unreached())
    }

    /// All managed nodes, by name.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub async fn nodes(&self) -> Result<Vec<Node>, AwsError> {
        Err(self.unreached())
    }

    /// Sends a command, once: whatever happens, there is no second request. An error of which
    /// [`AwsError::may_have_arrived`] is true leaves open whether it runs; [`Account::find`] settles it.
    ///
    /// # Errors
    /// When AWS does not take it, nobody knows whether it did, or the order is for another account or tenant.
    pub async fn send(&self, order: &Order, comment: &str) -> Result<Sent, AwsError> {
        let _ = (order, comment);
        Err(self.unreached())
    }

    /// The id of the command whose comment is `mark`, or begins with it and a space, if one was sent since. None is no proof
    /// at once: AWS shows a command some seconds after it took it.
    ///
    /// # Errors
    /// When AWS can't be asked, or there are too many commands to look through: then it may well be there.
    pub async fn find(&self, mark: &str, since: Moment) -> Result<Option<String>, AwsError> {
        let _ = (mark, since);
        Err(self.unreached())
    }

    /// Every machine's part of a command, in no order; those that AWS does not show yet are missing.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub async fn runs(&self, command_id: &str) -> Result<Vec<Run>, AwsError> {
        let _ = command_id;
        Err(self.unreached())
    }

    /// One machine's part of a command, and what it wrote so far.
    ///
    /// # Errors
    /// [`Kind::NotThereYet`] within some seconds after it was sent; when AWS can't be asked.
    pub async fn output(&self, command_id: &str, instance: &InstanceId) -> Result<(Run, Output), AwsError> {
        let _ = (command_id, instance);
        Err(self.unreached())
    }

    /// Asks AWS to cancel a command. Machines that are done stay done, and one that is at it may finish nevertheless.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub async fn cancel(&self, command_id: &str) -> Result<(), AwsError> {
        let _ = command_id;
        Err(self.unreached())
    }

    /// Lets one machine outside of AWS register within a day.
    ///
    /// # Errors
    /// When AWS can't be asked, or the role that such machines get is not there.
    pub async fn activate(&self, name: &str, platform: Platform) -> Result<Activation, AwsError> {
        let _ = (name, platform);
        Err(self.unreached())
    }

    fn unreached(&self) -> AwsError {
        AwsError::new(Kind::NoAccount, format!("{} is not reached yet", self.tenant))
    }
}

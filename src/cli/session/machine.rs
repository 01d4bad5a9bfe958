//! Which machine a session is for: an incident's, or one that is named.

use clap::Args;

use crate::cli::out::Failure;
use crate::cli::reach::Reached;
use crate::cli::run::locate;
use crate::core::execution::order::InstanceId;
use crate::core::id::{IncidentId, TenantId};
use crate::core::session::{Kind, Wish};

/// Which machine.
#[derive(Debug, Args)]
pub struct Machine {
    /// Whose machine; with --incident, the client is the incident's
    #[arg(long, value_name = "ID", required_unless_present = "incident")]
    tenant: Option<TenantId>,
    /// The machine of this incident, and on account of it
    #[arg(long, value_name = "ID", required_unless_present = "instance")]
    incident: Option<IncidentId>,
    /// This machine
    #[arg(long, value_name = "ID")]
    instance: Option<InstanceId>,
}

impl Machine {
    /// What is wanted there, and of which client.
    ///
    /// # Errors
    /// The machine is not clear.
    pub fn wish(&self, reached: &Reached, kind: Kind) -> Result<(TenantId, Wish), Failure> {
        let of_incident = self.incident.as_ref().map(|incident| &incident.tenant);
        let Some(tenant) = of_incident.or(self.tenant.as_ref()) else {
            return Err(Failure::wrong_words("name an incident, or a client with --tenant"));
        };
        if self.tenant.as_ref().is_some_and(|said| said != tenant) {
            return Err(Failure::wrong_words(format!(
                "the incident is not one of {}",
                self.tenant.as_ref().unwrap_or(tenant)
            )));
        }
        let (instance, asset) = match (&self.instance, &self.incident) {
            (Some(instance), _) => (instance.clone(), instance.to_string()),
            (None, Some(incident)) => locate(reached, incident)?,
            (None, None) => return Err(Failure::wrong_words("name a machine: --incident ID or --instance ID")),
        };
        Ok((tenant.clone(), Wish { incident: self.incident.clone(), instance, asset, kind }))
    }
}

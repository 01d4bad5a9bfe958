//! From a wish to an order: what exactly would run, where, and what a person should be warned of. The same wish gives the same
//! order for as long as nothing it depends on has changed.

use std::collections::BTreeSet;

use super::locate::{Found, Place};
use super::replica::{no_execution, no_machine};
use super::room::{Room, refusal};
use super::runbook::{self, BadInput, Facts, Rendered};
use crate::aws::Purpose;
use crate::core::execution::order::{InstanceId, MOST_TARGETS, Order, Platform, Target};
use crate::core::id::{IncidentId, TenantId};
use crate::core::incident::Incident;
use crate::core::input::Actor;
use crate::core::node::Node;
use crate::core::role::Risk;
use crate::core::tenant::Tenant;
use crate::link::Refusal;
use crate::link::remote::{Draft, Located, Plan, Wanted};

/// Seconds that an execution may take, at the least and at the most.
const TIMEOUTS: std::ops::RangeInclusive<u32> = 30..=172_800;

impl Room {
    /// What a wish comes to.
    ///
    /// # Errors
    /// Why it can't be run. Of what is another tenant's, the same as of what is not there.
    pub(super) async fn plan(&self, by: &Actor, draft: &Draft) -> Result<Plan, Refusal> {
        let Some((first, _)) = draft.targets.first() else {
            return Err(Refusal::new("no_target", "choose a machine first"));
        };
        if draft.targets.len() > MOST_TARGETS {
            let say = format!("{} machines are too many: at most {MOST_TARGETS} at once", draft.targets.len());
            return Err(Refusal::new("too_many", say));
        }
        let tenant = self.replica.tenant(&first.tenant)?;
        let ids = draft.targets.iter().map(|(incident, _)| incident);
        let incidents = ids.map(|id| self.incident_of(&tenant.id, id)).collect::<Result<Vec<_>, _>>()?;
        if let Some(again) = &draft.again
            && (again.tenant != tenant.id || self.replica.execution(again).is_err())
        {
            return Err(no_execution());
        }
        let purpose = Purpose { operator: by.who.clone(), incident: Some(first.clone()) };
        let nodes = self.nodes(&tenant, &purpose, self.pace.nodes_keep).await.map_err(refusal)?;
        let account = self.account(&tenant, &purpose).await.map_err(refusal)?;
        let machine = |id: &InstanceId| nodes.nodes.iter().find(|node| node.instance == *id).ok_or_else(no_machine);
        let machines = draft.targets.iter().map(|(_, id)| machine(id)).collect::<Result<Vec<_>, _>>()?;
        let platform = one_platform(&machines)?;

        let facts = self.facts(&incidents[0]).await.on(&machines[0].instance, platform);
        let (runbook, rendered) = self.rendered(&tenant, &draft.what, &facts, platform).await?;
        let rendered = match draft.timeout_seconds {
            Some(seconds) => rendered.within(seconds),
            None => rendered,
        };
        if !TIMEOUTS.contains(&rendered.timeout_seconds) {
            return Err(Refusal::new("timeout", "the timeout is from 30 seconds to 48 hours"));
        }
        let mut warnings = Vec::new();
        let mut targets: Vec<Target> = Vec::new();
        for ((id, instance), incident) in draft.targets.iter().zip(&incidents) {
            // AWS takes no machine twice.
            match targets.iter().find(|target| target.instance == *instance) {
                Some(first) => {
                    warnings.push(format!("{instance} is meant for {id} and {}: it runs once", first.incident))
                }
                None => targets.push(Target {
                    incident: id.clone(),
                    instance: instance.clone(),
                    asset: incident.asset_name.clone(),
                }),
            }
        }
        let order = Order {
            runbook,
            title: rendered.title,
            risk: rendered.risk,
            account_id: account.account_id().to_owned(),
            region: account.region().to_owned(),
            platform,
            document: rendered.document,
            document_version: rendered.document_version,
            parameters: rendered.parameters,
            targets,
            timeout_seconds: rendered.timeout_seconds,
            expect: rendered.expect,
            on_success: rendered.on_success,
            auto: false,
            again: draft.again.clone(),
        };
        for (node, incident) in machines.iter().zip(&incidents) {
            warnings.extend(offline(node));
            let found = self.find(&tenant, incident, &nodes.nodes).await;
            if !found.nodes.iter().any(|meant| meant.instance == node.instance) {
                warnings.push(format!("{} may not be {}: {}", node.instance, incident.asset_name, found.how));
            }
        }
        warnings.extend(self.busy(&tenant.id, &order));
        let gate = order.risk.gate(self.replica.role(&tenant.id, &by.who));
        Ok(Plan { digest: order.digest(), order, gate, warnings })
    }

    /// The machines behind an incident.
    pub(super) async fn located(&self, tenant: &Tenant, incident: &Incident, nodes: &[Node]) -> Located {
        let Found { nodes, how } = self.find(tenant, incident, nodes).await;
        Located { incident: incident.id.clone(), asset: incident.asset_name.clone(), nodes, how }
    }

    /// What is known of an incident, for what is to be filled in.
    pub(super) async fn facts(&self, incident: &Incident) -> Facts {
        let detail = self.detail(&incident.id).await;
        let latest = detail.as_ref().and_then(|detail| detail.alerts.first());
        Facts::of(incident, latest.map(|alert| &*alert.report))
    }

    pub(super) async fn find(&self, tenant: &Tenant, incident: &Incident, nodes: &[Node]) -> Found {
        // The incident keeps the first instance that was named; what counts is the latest.
        let named = match &incident.instance_id {
            None => None,
            Some(first) => {
                let alerts = self.detail(&incident.id).await.map(|detail| detail.alerts).unwrap_or_default();
                Some(alerts.iter().find_map(|alert| alert.report.instance_id.clone()).unwrap_or_else(|| first.clone()))
            }
        };
        let account_id = tenant.settings.aws.as_ref().map_or("", |aws| &aws.account_id);
        Place { account_id, map: &tenant.settings.asset_map, nodes }.find(&incident.asset_name, named.as_deref())
    }

    /// An incident, if it is this tenant's.
    pub(super) fn incident_of(&self, tenant: &TenantId, id: &IncidentId) -> Result<std::sync::Arc<Incident>, Refusal> {
        if id.tenant == *tenant { self.replica.incident(id) } else { Err(super::replica::no_incident()) }
    }

    async fn rendered(
        &self,
        tenant: &Tenant,
        what: &Wanted,
        facts: &Facts,
        platform: Platform,
    ) -> Result<(Option<String>, Rendered), Refusal> {
        let bad = |bad: BadInput| Refusal::new("bad_input", bad.to_string());
        match what {
            Wanted::Command { text } => {
                let rendered = runbook::command(platform, text).map_err(bad)?;
                let risk: Risk = tenant.settings.actions.command_risk;
                Ok((None, Rendered { risk, ..rendered }))
            }
            Wanted::Runbook { name, inputs } => {
                let shelf = self.shelf().await;
                let missing = || Refusal::new("no_such_runbook", format!("there is no runbook {name}; d lists them"));
                let runbook = shelf.named(&tenant.id, name).ok_or_else(missing)?;
                if !runbook.runs_on(platform) {
                    let say =
                        format!("{name} is for {}, and this machine runs {}", word(runbook.platform), word(platform));
                    return Err(Refusal::new("other_platform", say));
                }
                let rendered = runbook.render(inputs, facts).map_err(bad)?;
                Ok((Some(name.clone()), rendered))
            }
        }
    }

    /// What else runs on the same machines.
    fn busy(&self, tenant: &TenantId, order: &Order) -> Vec<String> {
        let wanted: BTreeSet<&InstanceId> = order.targets.iter().map(|target| &target.instance).collect();
        let others = self.replica.executions(tenant, |other| {
            !other.is_over() && other.order.targets.iter().any(|target| wanted.contains(&target.instance))
        });
        let say = |other: &std::sync::Arc<crate::core::execution::Execution>| {
            format!("{} by {} is not over there: {}", other.id, other.by.who, other.order.title)
        };
        others.iter().map(say).collect()
    }
}

/// What all machines run.
fn one_platform(machines: &[&Node]) -> Result<Platform, Refusal> {
    let mut platforms = machines.iter().map(|node| node.platform);
    let first = platforms.next().unwrap_or_default();
    if platforms.all(|other| other == first) {
        return Ok(first);
    }
    let say = "these machines do not all run the same system; choose those of one at a time";
    Err(Refusal::new("mixed_platforms", say))
}

/// The warning about a machine whose agent does not answer.
fn offline(node: &Node) -> Option<String> {
    let since = |at| format!(" since {at}");
    let say = |node: &Node| {
        let since = node.last_ping_at.map(since).unwrap_or_default();
        format!(
            "{} is offline{since}: a command waits for it for 5 minutes at most, then it is not delivered",
            node.instance
        )
    };
    (!node.online).then(|| say(node))
}

/// What people call a platform.
const fn word(platform: Platform) -> &'static str {
    match platform {
        Platform::Linux => "Linux",
        Platform::Windows => "Windows",
        Platform::MacOs => "macOS",
    }
}

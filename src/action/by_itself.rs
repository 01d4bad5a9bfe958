//! Runbooks that run by themselves: for which incidents that is tried, once an episode, and what must be certain before the
//! core is asked. Limits and failures are counted by the core, which has the last word.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use wildmatch::WildMatch;

use super::room::{Room, refusal};
use crate::aws::Purpose;
use crate::core::execution::order::Order;
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{BY_ITSELF, Execution};
use crate::core::id::{IncidentId, TenantId};
use crate::core::incident::Incident;
use crate::core::input::Actor;
use crate::core::role::Risk;
use crate::core::tenant::Tenant;
use crate::link::Refusal;
use crate::link::remote::{Draft, Offer, Wanted};

/// Incidents of one tenant for which it is tried at once: each reads the runbooks and asks the store, and a storm opens
/// thousands. One whose account is slow keeps nobody else waiting.
const AT_ONCE: usize = 4;

/// What was tried already.
pub(super) struct ByItself {
    room: Arc<Room>,
    /// The episode of each incident for which it was tried last.
    tried: HashMap<IncidentId, u64>,
    trying: JoinSet<()>,
    turns: HashMap<TenantId, Arc<Semaphore>>,
    looked_around: bool,
}

impl ByItself {
    pub(super) fn new(room: Arc<Room>) -> Self {
        Self { room, tried: HashMap::new(), trying: JoinSet::new(), turns: HashMap::new(), looked_around: false }
    }

    /// Everything is on the replica anew. At the start, only what has just opened is tried: the rest is somebody's work by now.
    pub(super) fn look_around(&mut self) {
        let at_start = !std::mem::replace(&mut self.looked_around, true);
        let young = self.room.now() - self.room.pace.good_for;
        for incident in self.room.replica.open_incidents(|tenant| !tenant.settings.actions.auto.is_empty()) {
            let ran = |execution: &Execution| execution.order.auto && execution.incident_id == incident.id;
            let old = incident.opened_at < young || !self.room.replica.executions(&incident.id.tenant, ran).is_empty();
            if at_start && old {
                self.tried.insert(incident.id.clone(), episode(&incident));
            } else {
                self.hear(&incident);
            }
        }
    }

    /// An incident opened or changed.
    pub(super) fn hear(&mut self, incident: &Arc<Incident>) {
        if !incident.is_open() || incident.silenced_by.is_some() {
            return;
        }
        let Ok(tenant) = self.room.replica.tenant(&incident.id.tenant) else { return };
        let episode = episode(incident);
        if tenant.settings.actions.auto.is_empty() || self.tried.get(&incident.id) == Some(&episode) {
            return;
        }
        self.tried.insert(incident.id.clone(), episode);
        let turns = self.turns.entry(tenant.id.clone()).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone();
        let (room, incident) = (self.room.clone(), incident.clone());
        self.trying.spawn(async move {
            // It is never closed.
            let Ok(_turn) = turns.acquire().await else { return };
            match room.by_itself(&tenant, &incident).await {
                Ok(None) => {}
                // What the engine refuses it puts on record itself.
                Ok(Some(step)) => drop(room.engine.step(&tenant.id, step).await),
                Err(refused) => {
                    let by = Actor::named(BY_ITSELF);
                    room.record_refusal(&tenant.id, &by, "execution.ask", incident.id.to_string(), &refused);
                }
            }
        });
    }

    /// An incident left the board.
    pub(super) fn forget(&mut self, incident: &IncidentId) {
        self.tried.remove(incident);
    }

    /// A tenant is no more.
    pub(super) fn forget_all(&mut self, tenant: &TenantId) {
        self.tried.retain(|incident, _| incident.tenant != *tenant);
        self.turns.remove(tenant);
    }

    /// Waits for a trial to be finished and forgets its task.
    pub(super) async fn tidy(&mut self) {
        if self.trying.join_next().await.is_none() {
            std::future::pending().await
        }
    }
}

impl Room {
    /// What may run by itself for an incident, if there is such a runbook.
    async fn by_itself(&self, tenant: &Tenant, incident: &Incident) -> Result<Option<OnExecution>, Refusal> {
        let facts = self.facts(incident).await;
        let shelf = self.shelf().await;
        let Some(offer) = first(tenant, shelf.offers(&tenant.id, &facts)) else { return Ok(None) };
        // What may not run leaves AWS alone.
        self.engine.by_itself(&incident.id, &offer.name).await?;
        let by = Actor::named(BY_ITSELF);
        let purpose = Purpose { operator: BY_ITSELF.into(), incident: Some(incident.id.clone()) };
        let nodes = self.nodes(tenant, &purpose, self.pace.nodes_keep).await.map_err(refusal)?;
        let found = self.find(tenant, incident, &nodes.nodes).await;
        let [node] = &found.nodes[..] else {
            let say = format!("it is not certain which machine {} is: {}", incident.asset_name, found.how);
            return Err(Refusal::new("no_such_machine", say));
        };
        if !node.online {
            return Err(Refusal::new("offline", format!("{} is offline", node.instance)));
        }
        let facts = facts.on(&node.instance, node.platform);
        let Some(offer) = first(tenant, shelf.offers(&tenant.id, &facts)) else { return Ok(None) };
        let inputs = offer.inputs.into_iter().map(|blank| (blank.name, blank.value)).collect();
        let draft = Draft {
            targets: vec![(incident.id.clone(), node.instance.clone())],
            what: Wanted::Runbook { name: offer.name, inputs },
            timeout_seconds: None,
            again: None,
        };
        let plan = self.plan(&by, &draft).await?;
        let order = Box::new(Order { auto: true, ..plan.order });
        let step = Step::Ask { digest: order.digest(), order, typed: None };
        Ok(Some(OnExecution { execution: 0, by, step }))
    }
}

/// The best that its file, its risk and the tenant let run by itself.
fn first(tenant: &Tenant, offers: Vec<Offer>) -> Option<Offer> {
    let may = |name: &str| tenant.settings.actions.auto.iter().any(|glob| WildMatch::new(glob.trim()).matches(name));
    offers.into_iter().find(|offer| offer.fits && offer.auto && offer.risk == Risk::Low && may(&offer.name))
}

/// Counts up with each burst of alerts and each time it came back.
fn episode(incident: &Incident) -> u64 {
    u64::from(incident.recurrences) + u64::from(incident.flaps)
}

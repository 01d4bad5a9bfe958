//! Answers what seats ask about other people's machines, each question on a task of its own. What was refused because it is
//! another tenant's, and what changes something, goes on record.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::JoinSet;

use super::machines::FRESH;
use super::replica::{no_execution, no_incident, no_machine};
use super::room::{Room, ourselves, refusal};
use super::watched;
use crate::aws::Purpose;
use crate::core::execution::order::{InstanceId, Platform};
use crate::core::execution::step::{OnExecution, Step};
use crate::core::id::{ExecutionId, IncidentId, TenantId};
use crate::core::input::Actor;
use crate::core::patch::Patches;
use crate::link::remote::{Draft, Followed, Nodes, Offer, Reached, Remote};
use crate::link::source::Ask;
use crate::link::{Call, Refusal, Reply, Request};

/// Questions that are answered at once, besides those that wait for output.
const AT_ONCE: usize = 32;
/// Questions that wait for output at once.
const WATCHING: usize = 256;

/// Of one seat at once: whoever asks for much leaves room for the others. More than the command line asks for at a time.
const ASKED_BY_ONE: usize = 16;
const WATCHED_BY_ONE: usize = 64;

/// Where questions are taken up.
pub(super) struct Desk {
    room: Arc<Room>,
    answering: JoinSet<()>,
    asking: Turns,
    watching: Turns,
}

/// How many are answered at once, of all and of each seat.
struct Turns {
    all: Arc<Semaphore>,
    of: HashMap<Actor, Arc<Semaphore>>,
    of_one: usize,
}

impl Turns {
    fn new(all: usize, of_one: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), of: HashMap::new(), of_one }
    }

    /// A turn, if there is one for this seat.
    fn take(&mut self, by: &Actor) -> Option<[OwnedSemaphorePermit; 2]> {
        let idle = |own: &Arc<Semaphore>| own.available_permits() == self.of_one;
        self.of.retain(|_, own| !idle(own));
        let own = self.of.entry(by.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.of_one)));
        let own = own.clone().try_acquire_owned().ok()?;
        Some([own, self.all.clone().try_acquire_owned().ok()?])
    }
}

impl Desk {
    pub(super) fn new(room: Arc<Room>) -> Self {
        Self {
            room,
            answering: JoinSet::new(),
            asking: Turns::new(AT_ONCE, ASKED_BY_ONE),
            watching: Turns::new(WATCHING, WATCHED_BY_ONE),
        }
    }

    /// Answers a call, some time.
    pub(super) fn take(&mut self, call: Call) {
        let Call { by, request, mut answer, .. } = call;
        let remote = match request {
            Request::Remote(remote) => remote,
            Request::Source { tenant, about: Ask::Topic { name, topic, approve: true } } => {
                let room = self.room.clone();
                let Some(turn) = self.asking.take(&by) else { return too_much(answer) };
                self.answering.spawn(async move {
                    let _turn = turn;
                    // The same.
                    let _ = answer.send(room.let_topic_in(&by, &tenant, &name, &topic).await);
                });
                return;
            }
            // Whoever asked may have gone.
            _ => return drop(answer.send(Err(Refusal::new("not_here", "this is no question about machines")))),
        };
        let turns = if matches!(remote, Remote::Output { .. }) { &mut self.watching } else { &mut self.asking };
        let Some(turn) = turns.take(&by) else { return too_much(answer) };
        let room = self.room.clone();
        self.answering.spawn(async move {
            let _turn = turn;
            let watches = matches!(remote, Remote::Output { .. });
            let answered = tokio::select! {
                answered = room.answer(&by, remote) => answered,
                // A seat that has gone watches nothing. What does something is finished.
                () = answer.closed(), if watches => return,
            };
            // Whoever asked may have gone.
            let _ = answer.send(answered.map(Reply::Reached));
        });
    }

    /// Waits for an answer to be finished and forgets its task.
    pub(super) async fn tidy(&mut self) {
        if self.answering.join_next().await.is_none() {
            std::future::pending().await
        }
    }
}

fn too_much(answer: oneshot::Sender<Result<Reply, Refusal>>) {
    // Whoever asked may have gone.
    let _ = answer.send(Err(Refusal::new("busy", "too much is being asked at once; try again")));
}

impl Room {
    async fn answer(&self, by: &Actor, remote: Remote) -> Result<Reached, Refusal> {
        match remote {
            Remote::Runbooks { incident } => self.runbooks(&incident).await.map(Reached::Runbooks),
            Remote::Locate { incidents } => self.locate(by, &incidents).await,
            Remote::Nodes { tenant, fresh } => self.nodes_of(by, &tenant, fresh).await,
            Remote::Patches { tenant } => self.patches_of(by, &tenant).await,
            Remote::Prepare(draft) => {
                let planned = self.plan(by, &draft).await;
                self.note_foreign(by, "execution.prepare", &draft, planned.as_ref().err());
                planned.map(|plan| Reached::Plan(Box::new(plan)))
            }
            Remote::Run { draft, digest, typed } => self.run(by, &draft, digest, typed).await,
            Remote::Output { execution, instance, seen } => {
                let output = self.output(&execution, &instance, seen).await;
                if let Err(refused) = &output
                    && is_foreign(refused)
                {
                    let named = std::iter::once((&execution.tenant, format!("{execution} {instance}")));
                    self.note_refused(by, "execution.output", named, refused);
                }
                output.map(|followed| Reached::Output(Box::new(followed)))
            }
            Remote::Verify { tenant } => self.verify(by, &tenant).await,
            Remote::Activate { tenant, name, platform } => self.activate(by, &tenant, &name, platform).await,
        }
    }

    async fn runbooks(&self, incident: &IncidentId) -> Result<Vec<Offer>, Refusal> {
        let known = self.replica.incident(incident)?;
        let tenant = self.replica.tenant(&incident.tenant)?;
        let mut facts = self.facts(&known).await;
        // Only where the machines are known already: runbooks are offered before AWS is asked anything.
        if let Some(nodes) = self.nodes_known(&tenant)
            && let [node] = &self.find(&tenant, &known, &nodes.nodes).await.nodes[..]
        {
            facts = facts.on(&node.instance, node.platform);
        }
        Ok(self.shelf().await.offers(&tenant.id, &facts))
    }

    async fn locate(&self, by: &Actor, incidents: &[IncidentId]) -> Result<Reached, Refusal> {
        let Some(first) = incidents.first() else { return Ok(Reached::Located(Vec::new())) };
        let tenant = self.replica.tenant(&first.tenant)?;
        let known = incidents.iter().map(|id| self.incident_of(&tenant.id, id)).collect::<Result<Vec<_>, _>>();
        if let (Err(refused), true) = (&known, incidents.iter().any(|id| id.tenant != tenant.id)) {
            self.note_refused(by, "incident.locate", incidents.iter().map(|id| (&id.tenant, id.to_string())), refused);
        }
        let purpose = Purpose { operator: by.who.clone(), incident: Some(first.clone()) };
        let known = known?;
        let nodes = self.nodes(&tenant, &purpose, self.pace.nodes_keep).await.map_err(refusal)?;
        let mut located = Vec::new();
        for incident in known {
            located.push(self.located(&tenant, &incident, &nodes.nodes).await);
        }
        Ok(Reached::Located(located))
    }

    async fn nodes_of(&self, by: &Actor, tenant: &TenantId, fresh: bool) -> Result<Reached, Refusal> {
        let tenant = self.replica.tenant(tenant)?;
        let purpose = Purpose { operator: by.who.clone(), incident: None };
        let at_most = if fresh { FRESH } else { self.pace.nodes_keep };
        let nodes = self.nodes(&tenant, &purpose, at_most).await.map_err(refusal)?;
        Ok(Reached::Nodes(Box::new(Nodes::clone(&nodes))))
    }

    async fn patches_of(&self, by: &Actor, tenant: &TenantId) -> Result<Reached, Refusal> {
        let tenant = self.replica.tenant(tenant)?;
        let purpose = Purpose { operator: by.who.clone(), incident: None };
        let patches = self.patches(&tenant, &purpose, self.pace.patches_keep).await.map_err(refusal)?;
        Ok(Reached::Patches(Box::new(Patches::clone(&patches))))
    }

    async fn run(&self, by: &Actor, draft: &Draft, digest: String, typed: Option<String>) -> Result<Reached, Refusal> {
        let planned = self.plan(by, draft).await.and_then(|plan| {
            let changed = || Refusal::new("changed", "what would run is not what was shown; look at it again");
            if plan.digest == digest { Ok(plan) } else { Err(changed()) }
        });
        self.note_draft(by, "execution.ask", draft, planned.as_ref().err());
        let order = Box::new(planned?.order);
        let tenant = order.targets.first().map(|target| target.incident.tenant.clone()).ok_or_else(no_incident)?;
        let step = Step::Ask { order, digest, typed };
        let on = OnExecution { execution: 0, by: by.clone(), step };
        Ok(Reached::Begun(self.engine.step(&tenant, on).await?))
    }

    /// Answers when there is something else than was seen, when the execution is over, or after a while.
    async fn output(&self, id: &ExecutionId, instance: &InstanceId, seen: u64) -> Result<Followed, Refusal> {
        // One that is not on the board any more is in the store, if anywhere.
        if let Ok(execution) = self.replica.execution(id)
            && !execution.is_over()
        {
            if !execution.order.targets.iter().any(|target| target.instance == *instance) {
                return Err(no_machine());
            }
            let sight = self.watched.sight(id);
            let look = sight.look(instance);
            let known = tokio::select! {
                other = look.other_than(seen) => Some(other),
                () = sight.ended() => None,
                () = tokio::time::sleep(self.pace.output_waits) => look.newest(),
            };
            if self.replica.execution(id).is_ok_and(|execution| !execution.is_over()) {
                let (version, output) = known.unwrap_or_default();
                return Ok(Followed { version, output, over: false });
            }
            self.watched.end(id);
        }
        self.kept(id, instance).await
    }

    /// What a machine of an execution that is over wrote, as the store has it.
    async fn kept(&self, id: &ExecutionId, instance: &InstanceId) -> Result<Followed, Refusal> {
        let request = Request::Execution { execution: id.clone() };
        let Reply::Execution(kept) = self.engine.caller().ask(&ourselves(), request).await? else {
            return Err(no_execution());
        };
        let (execution, outputs) = *kept;
        if !execution.order.targets.iter().any(|target| target.instance == *instance) {
            return Err(no_machine());
        }
        let output = outputs.into_iter().find(|(of, _)| of == instance).map(|(_, output)| output).unwrap_or_default();
        Ok(Followed { version: watched::version(&output), output, over: execution.is_over() })
    }

    async fn verify(&self, by: &Actor, tenant: &TenantId) -> Result<Reached, Refusal> {
        let tenant = self.replica.tenant(tenant)?;
        let purpose = Purpose { operator: by.who.clone(), incident: None };
        let found = self.aws.verify(&tenant, &purpose).await;
        self.engine.aws(found.base.clone());
        let outcome = match &found.role {
            Ok(_) => "done".to_owned(),
            Err(why) => format!("failed: {why}"),
        };
        self.record(&tenant.id, by, "tenant.verify", tenant.id.as_str(), outcome);
        Ok(Reached::Verified(Box::new(found)))
    }

    async fn activate(
        &self,
        by: &Actor,
        tenant: &TenantId,
        name: &str,
        platform: Platform,
    ) -> Result<Reached, Refusal> {
        let tenant = self.replica.tenant(tenant)?;
        let purpose = Purpose { operator: by.who.clone(), incident: None };
        // What lets a machine into the client's account is on record before it is there.
        self.recorded(&tenant.id, by, "tenant.activate", name, "asked for".into()).await?;
        let activated = match self.account(&tenant, &purpose).await {
            Ok(account) => account.activate(name, platform).await,
            Err(error) => Err(error),
        };
        let (on, outcome) = match &activated {
            Ok(activation) => (activation.id.clone(), "done".to_owned()),
            Err(error) => (name.to_owned(), format!("failed: {error}")),
        };
        // That it could not be is logged, and that it was asked for is on record.
        let _ = self.recorded(&tenant.id, by, "tenant.activate", &on, outcome).await;
        activated.map(|activation| Reached::Activated(Box::new(activation))).map_err(refusal)
    }

    /// A wish that was refused goes on record.
    fn note_draft(&self, by: &Actor, what: &str, draft: &Draft, refused: Option<&Refusal>) {
        let Some(refused) = refused else { return };
        let named =
            draft.targets.iter().map(|(incident, instance)| (&incident.tenant, format!("{incident} {instance}")));
        let again = draft.again.iter().map(|again| (&again.tenant, again.to_string()));
        self.note_refused(by, what, named.chain(again), refused);
    }

    /// A look at a wish is no deed: it goes on record only when it named what is not there, which may be another tenant's.
    fn note_foreign(&self, by: &Actor, what: &str, draft: &Draft, refused: Option<&Refusal>) {
        self.note_draft(by, what, draft, refused.filter(|refused| is_foreign(refused)));
    }

    /// On the record of every tenant that is known and of which something was named: what was named of it.
    fn note_refused<'a>(
        &self,
        by: &Actor,
        what: &str,
        named: impl Iterator<Item = (&'a TenantId, String)>,
        refused: &Refusal,
    ) {
        let mut of: BTreeMap<&TenantId, Vec<String>> = BTreeMap::new();
        named.for_each(|(tenant, id)| of.entry(tenant).or_default().push(id));
        for (tenant, ids) in of.into_iter().filter(|(tenant, _)| self.replica.tenant(tenant).is_ok()) {
            self.record_refusal(tenant, by, what, ids.join(", "), refused);
        }
    }
}

/// It named what is not there, or not this tenant's: nobody is told which.
fn is_foreign(refused: &Refusal) -> bool {
    matches!(refused.code.as_str(), "no_such_incident" | "no_such_machine" | "no_such_execution")
}

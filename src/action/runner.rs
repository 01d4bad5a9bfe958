//! Sees to it that every execution that may run is carried out and followed to its end, each by a task of its own, and that
//! runbooks that run by themselves do, as far as that is its duty. What to do is read from the feed: after a restart, from the
//! snapshot.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Duty;
use super::by_itself::ByItself;
use super::drive::Driver;
use super::room::Room;
use crate::core::change::Change;
use crate::core::execution::{Execution, Stage};
use crate::core::id::ExecutionId;
use crate::link::Feed;

/// All executions that are being carried out.
pub(super) struct Runner {
    room: Arc<Room>,
    /// Where each one's task hears how it is.
    under_way: HashMap<ExecutionId, watch::Sender<Arc<Execution>>>,
    driving: JoinSet<ExecutionId>,
    by_itself: ByItself,
    duty: Duty,
    /// What an earlier engine had begun and is not this one's to take up; unknown until the first snapshot.
    left: Option<HashSet<ExecutionId>>,
}

impl Runner {
    pub(super) fn new(room: Arc<Room>, duty: Duty) -> Self {
        let by_itself = ByItself::new(room.clone());
        Self { room, under_way: HashMap::new(), driving: JoinSet::new(), by_itself, duty, left: None }
    }

    /// Takes up what a piece of the feed says; the replica knows it already.
    pub(super) fn hear(&mut self, piece: &Feed) {
        match piece {
            Feed::Snapshot(_) => {
                let unfinished = self.room.replica.unfinished();
                self.leave(|id| unfinished.iter().all(|execution| execution.id != *id));
                let left = self.left.get_or_insert_with(|| match self.duty {
                    Duty::Everything => HashSet::new(),
                    Duty::Asked => unfinished.iter().map(|execution| execution.id.clone()).collect(),
                });
                let mine: Vec<_> = unfinished.iter().filter(|execution| !left.contains(&execution.id)).collect();
                mine.into_iter().for_each(|execution| self.put(execution));
                if self.duty == Duty::Everything {
                    self.by_itself.look_around();
                }
            }
            Feed::Changes(changes) => changes.iter().for_each(|published| match &published.change {
                Change::ExecutionChanged(execution) => {
                    // Whoever has a word on it here wants to see it through.
                    if let Some(left) = &mut self.left {
                        left.remove(&execution.id);
                    }
                    self.put(execution);
                }
                Change::IncidentCreated(incident) | Change::IncidentUpdated(incident)
                    if self.duty == Duty::Everything =>
                {
                    self.by_itself.hear(incident);
                }
                Change::IncidentForgotten { id } => self.by_itself.forget(id),
                Change::TenantRemoved { id } => {
                    self.leave(|execution| execution.tenant == *id);
                    self.by_itself.forget_all(id);
                    self.room.machines.forget(id);
                    self.room.patches.forget(id);
                    self.room.aws.forget(id);
                }
                _ => {}
            }),
            Feed::Pulse(_) | Feed::Present(_) | Feed::Away(_) | Feed::Lost(_) => {}
        }
    }

    /// Waits for a task to be finished and forgets it.
    pub(super) async fn tidy(&mut self) {
        tokio::select! {
            Some(ended) = self.driving.join_next() => match ended {
                // Another task may take it up, should it change once more.
                Ok(id) if self.under_way.get(&id).is_some_and(watch::Sender::is_closed) => {
                    self.under_way.remove(&id);
                }
                // Of a tenant that was removed and added again: another of the same name is under way.
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "an execution is not followed any more; a restart takes it up"),
            },
            () = self.by_itself.tidy() => {}
        }
    }

    /// Follows these no more.
    fn leave(&mut self, these: impl Fn(&ExecutionId) -> bool) {
        for id in self.under_way.extract_if(|id, _| these(id)).map(|(id, _)| id) {
            self.room.watched.end(&id);
        }
    }

    fn put(&mut self, execution: &Arc<Execution>) {
        if execution.is_over() {
            self.room.watched.end(&execution.id);
            if let Some(hears) = self.under_way.remove(&execution.id) {
                hears.send_replace(execution.clone());
            }
        } else if let Some(hears) = self.under_way.get(&execution.id) {
            hears.send_replace(execution.clone());
        } else if execution.stage != Stage::Waiting {
            let (hears, state) = watch::channel(execution.clone());
            self.under_way.insert(execution.id.clone(), hears);
            let driver = Driver::new(self.room.clone(), state);
            let id = execution.id.clone();
            self.driving.spawn(async move {
                driver.drive().await;
                id
            });
        }
    }
}

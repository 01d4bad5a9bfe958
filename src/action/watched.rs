//! What is seen of executions while they run: the newest output of each machine, and whether anybody looks. Shared between
//! those who follow executions and those who answer questions about them.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::core::execution::Output;
use crate::core::execution::order::InstanceId;
use crate::core::id::ExecutionId;

/// Of all executions that somebody follows or looks at.
#[derive(Clone, Debug, Default)]
pub struct Watched(Arc<Mutex<HashMap<ExecutionId, Arc<Sight>>>>);

/// Of one execution.
#[derive(Debug, Default)]
pub struct Sight {
    outputs: watch::Sender<BTreeMap<InstanceId, (u64, Output)>>,
    eyes: Mutex<BTreeMap<InstanceId, Eyes>>,
    /// Somebody begins to look.
    begins: Notify,
    over: watch::Sender<bool>,
}

/// Who looks at one machine's output.
#[derive(Clone, Copy, Debug)]
struct Eyes {
    now: usize,
    last: Instant,
}

/// Somebody looks, until this is dropped.
#[derive(Debug)]
pub struct Look {
    sight: Arc<Sight>,
    instance: InstanceId,
}

impl Watched {
    /// What is seen of an execution.
    pub fn sight(&self, id: &ExecutionId) -> Arc<Sight> {
        lock(&self.0).entry(id.clone()).or_default().clone()
    }

    /// It is over: what there was to see is in the store.
    pub fn end(&self, id: &ExecutionId) {
        if let Some(sight) = lock(&self.0).remove(id) {
            sight.over.send_replace(true);
        }
    }
}

impl Sight {
    /// Begins to look at a machine's output.
    pub fn look(self: &Arc<Self>, instance: &InstanceId) -> Look {
        let mut eyes = lock(&self.eyes);
        let one = eyes.entry(instance.clone()).or_insert(Eyes { now: 0, last: Instant::now() });
        one.now += 1;
        drop(eyes);
        self.begins.notify_one();
        Look { sight: self.clone(), instance: instance.clone() }
    }

    /// The machines that somebody looks at, or did within `lingers`: the next question is on its way.
    pub fn looked_at(&self, lingers: Duration) -> Vec<InstanceId> {
        let eyes = lock(&self.eyes);
        let open = |eyes: &Eyes| eyes.now > 0 || eyes.last.elapsed() < lingers;
        eyes.iter().filter(|(_, eyes)| open(eyes)).map(|(instance, _)| instance.clone()).collect()
    }

    /// Ends when somebody begins to look, or has since this ended last.
    pub async fn begins(&self) {
        self.begins.notified().await;
    }

    /// Ends when the execution is over.
    pub async fn ended(&self) {
        // The sending end is this.
        let _ = self.over.subscribe().wait_for(|over| *over).await;
    }

    /// A machine's output as it is now.
    pub fn shows(&self, instance: &InstanceId, output: Output) {
        let version = version(&output);
        self.outputs.send_if_modified(|outputs| {
            let new = outputs.get(instance).is_none_or(|(known, _)| *known != version);
            if new {
                outputs.insert(instance.clone(), (version, output));
            }
            new
        });
    }
}

impl Look {
    /// The output when it is another than `seen`, as soon as it is.
    pub async fn other_than(&self, seen: u64) -> (u64, Output) {
        let mut outputs = self.sight.outputs.subscribe();
        loop {
            if let Some(newest) = self.newest().filter(|(version, _)| *version != seen) {
                return newest;
            }
            if outputs.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// The output as it is known.
    pub fn newest(&self) -> Option<(u64, Output)> {
        self.sight.outputs.borrow().get(&self.instance).cloned()
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        if let Some(eyes) = lock(&self.sight.eyes).get_mut(&self.instance) {
            eyes.now = eyes.now.saturating_sub(1);
            eyes.last = Instant::now();
        }
    }
}

/// A number for an output: the same for the same output, after a restart too, and never 0.
pub fn version(output: &Output) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&output.stdout, &output.stderr, output.truncated, &output.kept_at).hash(&mut hasher);
    hasher.finish().max(1)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn id() -> (ExecutionId, InstanceId) {
        ("comp_a-x1".parse().unwrap(), "i-00000001".parse().unwrap())
    }

    fn says(text: &str) -> Output {
        Output { stdout: text.into(), ..Output::default() }
    }

    #[tokio::test]
    async fn a_look_lingers_for_the_next_question() {
        let (id, instance) = id();
        let watched = Watched::default();
        let sight = watched.sight(&id);
        let (long, none) = (Duration::from_secs(600), Duration::ZERO);
        assert!(sight.looked_at(long).is_empty());
        let look = watched.sight(&id).look(&instance);
        sight.begins().await;
        assert_eq!(sight.looked_at(none), std::slice::from_ref(&instance));
        drop(look);
        assert_eq!(sight.looked_at(long), [instance]);
        assert!(sight.looked_at(none).is_empty());
    }

    #[tokio::test]
    async fn an_end_is_told_to_those_who_look() {
        let (id, _) = id();
        let watched = Watched::default();
        let sight = watched.sight(&id);
        assert!(sight.ended().now_or_never().is_none());
        watched.end(&id);
        sight.ended().await;
        assert!(watched.sight(&id).ended().now_or_never().is_none(), "another one of that id begins anew");
    }

    #[tokio::test]
    async fn an_output_is_told_once_and_the_next_as_soon_as_it_is_there() {
        let (id, instance) = id();
        let sight = Watched::default().sight(&id);
        let look = sight.look(&instance);
        sight.shows(&instance, says("one"));
        let (first, output) = look.other_than(0).await;
        assert_eq!(output.stdout, "one");
        let mut next = Box::pin(look.other_than(first));
        assert!(next.as_mut().now_or_never().is_none());
        sight.shows(&instance, says("one"));
        assert!(next.as_mut().now_or_never().is_none());
        sight.shows(&instance, says("one\ntwo"));
        assert_eq!(next.await.1.stdout, "one\ntwo");
    }
}

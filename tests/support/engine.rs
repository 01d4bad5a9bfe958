//! An engine's task without a disk: the real core, what was answered kept in memory.

use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use alert_whisperer::core::change::Change;
use alert_whisperer::core::engine::Engine;
use alert_whisperer::core::id::TenantId;
use alert_whisperer::core::input::{Delivery, DeliveryKey, Input, Unreadable};
use alert_whisperer::core::pulse::Pulse;
use alert_whisperer::core::receipt::Receipts;
use alert_whisperer::core::tenant::Tenant;
use alert_whisperer::core::time::Moment;
use alert_whisperer::engine::counters::Counters;
use alert_whisperer::engine::directory::{Directory, Listed};
use alert_whisperer::engine::gauges::Stage;
use alert_whisperer::engine::handle::{Answered, DuplicateBy, Handle, Intake, Message};
use alert_whisperer::link::{Caller, Reply, Request};

/// What tests see of it, and how they tell it to misbehave.
pub struct FakeEngine {
    pub handle: Handle,
    pub state: Arc<Mutex<State>>,
}

#[derive(Default)]
pub struct State {
    pub pulse: Pulse,
    pub deliveries: Vec<(TenantId, Delivery)>,
    pub put_aside: Vec<(TenantId, Unreadable, Vec<u8>)>,
    pub changes: Vec<Change>,
    /// Nothing can be stored.
    pub failing: bool,
    /// Answers are forgotten.
    pub forgetful: bool,
}

impl FakeEngine {
    pub fn start(tenants: Vec<Tenant>) -> Self {
        let (this, messages) = Self::asleep(tenants, 1_024);
        this.wake(messages);
        this
    }

    /// An engine that takes nothing off its queue until it is woken.
    pub fn asleep(tenants: Vec<Tenant>, depth: usize) -> (Self, Receiver<Message>) {
        let (sending, messages) = mpsc::sync_channel(depth);
        let directory = Directory::default();
        directory
            .replace(tenants.into_iter().map(|tenant| Listed { tenant: Arc::new(tenant), stopped: None }).collect());
        let (caller, mut calls) = Caller::new(16);
        let state = Arc::new(Mutex::new(State::default()));
        let counters = Arc::new(Counters::default());
        counters.life.enter(Stage::Running);
        let answering = state.clone();
        std::thread::spawn(move || {
            while let Some(call) = calls.blocking_recv() {
                assert!(matches!(call.request, Request::Pulse));
                let pulse = answering.lock().unwrap().pulse.clone();
                drop(call.answer.send(Ok(Reply::Pulse(Box::new(pulse)))));
            }
        });
        (Self { handle: Handle::new(sending, directory, counters, caller), state }, messages)
    }

    pub fn wake(&self, messages: Receiver<Message>) {
        let state = self.state.clone();
        let mut core = Engine::default();
        for listed in self.handle.directory().all().iter() {
            let tenant = (*listed.tenant).clone();
            let credentials = (&*tenant.credentials).into();
            core.apply(
                now(),
                &tenant.id.clone(),
                &Input::Tenant { tenant: Box::new(tenant), credentials, by: Default::default() },
            );
        }
        std::thread::spawn(move || {
            let mut known = HashMap::new();
            for message in messages {
                if let Message::Intake(intake) = message {
                    take(&mut core, &mut known, &mut state.lock().unwrap(), *intake);
                }
            }
        });
    }
}

fn take(
    core: &mut Engine,
    known: &mut HashMap<(TenantId, DeliveryKey), Option<Arc<Receipts>>>,
    state: &mut State,
    intake: Intake,
) {
    assert_eq!(serde_json::from_slice::<Input>(&intake.encoded).unwrap(), *intake.input);
    let key = |key: Option<DeliveryKey>| key.map(|key| (intake.tenant.clone(), key));
    let marks = [(key(intake.by_signature), DuplicateBy::Signature), (key(intake.by_id), DuplicateBy::DeliveryId)];
    let before = marks.iter().find_map(|(key, by)| Some((known.get(key.as_ref()?)?.clone(), *by)));
    let answer = if state.failing {
        Answered::Unavailable("The disk is full; try again.")
    } else if let Some((before, by)) = before {
        before.map_or(Answered::PutAside, |receipts| Answered::Duplicate(receipts, by))
    } else {
        let changes = core.apply(now(), &intake.tenant, &intake.input);
        let receipts = match &*intake.input {
            Input::Delivery(delivery) => {
                state.deliveries.push((intake.tenant.clone(), delivery.clone()));
                Some(Arc::new(Receipts::of(delivery, &changes)))
            }
            Input::Unreadable(unreadable) => {
                state.put_aside.push((intake.tenant.clone(), unreadable.clone(), intake.raw.to_vec()));
                None
            }
            other => panic!("{other:?}"),
        };
        state.changes.extend(changes);
        for (key, _) in marks {
            known.extend(key.map(|key| (key, receipts.clone())));
        }
        receipts.map_or(Answered::PutAside, Answered::Stored)
    };
    if !state.forgetful {
        drop(intake.answer.send(answer));
    }
}

pub fn now() -> Moment {
    Moment(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap())
}

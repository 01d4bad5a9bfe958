//! What holds for executions whatever people, AWS and time do.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::executions::{ended, reachable, run};
use super::*;
use crate::core::assign::Technician;
use crate::core::board::Board;
use crate::core::change::Published;
use crate::core::execution::order::{OnSuccess, Order, Target};
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{APPROVAL_FOR, BY_ITSELF, Execution, Outcome, Run, Stage};
use crate::core::id::ExecutionId;
use crate::core::role::{Risk, Role};
use crate::core::testing::{instance, order, technician};

/// Who may do something. The first two are never leads in these tests, the third may be; the last is nobody.
pub(super) const PEOPLE: [&str; 4] = ["priya", "kim", "tomas", BY_ITSELF];
const TENANTS: [&str; 2] = ["comp_acme", "comp_borealis"];

/// A step of an execution's life, before it is known what there is to take it on.
#[derive(Clone, Debug)]
pub(super) enum On {
    Ask {
        incidents: Vec<u64>,
        risk: usize,
        runbook: Option<u8>,
        typed: bool,
        resolve: bool,
    },
    Approve {
        number: u64,
        seen: bool,
    },
    Reject {
        number: u64,
    },
    Cancel {
        number: u64,
    },
    /// Whatever comes next in its life; well, if so.
    Next {
        number: u64,
        well: bool,
    },
    /// Any of the steps of whoever carries it out, in turn or not.
    Any {
        number: u64,
        step: usize,
    },
}

pub(super) fn any_on() -> impl Strategy<Value = On> {
    let number = || 1..5u64;
    let asked = (proptest::collection::vec(1..5u64, 1..3), 0..3usize, proptest::option::of(0..2u8), any::<[bool; 2]>());
    prop_oneof![
        6 => asked.prop_map(|(incidents, risk, runbook, [typed, resolve])| {
            // Mostly as it should be.
            let typed = typed || risk % 2 == 0;
            On::Ask { incidents, risk, runbook, typed, resolve }
        }),
        3 => (number(), 0..4u8).prop_map(|(number, seen)| On::Approve { number, seen: seen > 0 }),
        1 => number().prop_map(|number| On::Reject { number }),
        1 => number().prop_map(|number| On::Cancel { number }),
        8 => (number(), 0..3u8).prop_map(|(number, well)| On::Next { number, well: well > 0 }),
        2 => (number(), 0..7usize).prop_map(|(number, step)| On::Any { number, step }),
    ]
}

/// The step itself, by somebody.
pub(super) fn taken(engine: &Engine, tenant: &str, who: usize, on: &On) -> OnExecution {
    let tenant = tenant_id(tenant);
    let known = |number: u64| engine.execution(&ExecutionId { tenant: tenant.clone(), number });
    let machines = |number: u64| known(number).map(|one| one.order.instances().len()).unwrap_or_default();
    let runs = |number: u64, status: &str| -> Vec<Run> {
        let of = known(number).map(|one| one.order.instances()).unwrap_or_default();
        of.into_iter().map(|instance| Run { instance: instance.clone(), ..run(0, status, Some(0)) }).collect()
    };
    let sent = || Step::Sent { command_id: "c".into(), request_id: None };
    let why = || "because".to_owned();
    let by = |who: &str| Actor { who: who.into(), seat: "pts/1".into() };
    let by_somebody = by(PEOPLE[who]);
    let by_program = by("alert-whisperer");
    let (execution, by, step) = match on {
        On::Ask { incidents, risk, runbook, typed, resolve } => {
            let target = |number: &u64| {
                let incident = IncidentId { tenant: tenant.clone(), number: *number };
                let asset = engine.incident(&incident).map_or("asset", |incident| &incident.asset_name).to_owned();
                Target { incident, instance: instance(usize::try_from(*number).unwrap()), asset }
            };
            let order = Order {
                risk: [Risk::Low, Risk::Medium, Risk::High][*risk],
                runbook: runbook.map(|at| format!("runbook-{at}")),
                targets: incidents.iter().map(target).collect(),
                on_success: if *resolve { OnSuccess::Resolve } else { OnSuccess::Note },
                auto: PEOPLE[who] == BY_ITSELF,
                ..order(tenant.as_str(), 1)
            };
            let typed = typed.then(|| order.word());
            (0, by_somebody, Step::Ask { digest: order.digest(), order: Box::new(order), typed })
        }
        On::Approve { number, seen } => {
            let digest = known(*number).filter(|_| *seen).map(|one| one.digest.clone()).unwrap_or_default();
            (*number, by_somebody, Step::Approve { digest, why: None })
        }
        On::Reject { number } => (*number, by_somebody, Step::Reject { why: why() }),
        On::Cancel { number } => (*number, by_somebody, Step::Cancel),
        On::Next { number, well } => {
            let step = match known(*number).map(|one| one.stage.clone()) {
                Some(Stage::Ready) if *well => Step::Sending,
                Some(Stage::Sending) if *well => sent(),
                Some(Stage::Running) => ended(runs(*number, if *well { "Success" } else { "Failed" })),
                _ => Step::NotSent { why: why() },
            };
            (*number, by_program, step)
        }
        On::Any { number, step } => {
            let steps = [
                Step::Sending,
                sent(),
                Step::NotSent { why: why() },
                Step::Lost { why: why() },
                Step::Progress { runs: runs(*number, "InProgress") },
                Step::Waits { for_what: (machines(*number) > 1).then(why) },
                ended(runs(*number, "TimedOut")),
            ];
            (*number, by_program, steps[*step].clone())
        }
    };
    OnExecution { execution, by, step }
}

/// Something that may happen, how long after what was before, and to whom.
#[derive(Clone, Debug)]
enum Event {
    On(usize, On),
    Alert(u8),
    Act(u64, Act),
    Roster(bool, bool),
    Settings(u32, u32, bool),
}

fn any_event() -> impl Strategy<Value = (i64, usize, Event)> {
    let act = prop_oneof![
        Just(Act::RESOLVE),
        Just(Act::Reopen),
        (1..5u64).prop_map(|into| Act::Merge { into }),
        (1..5u64).prop_map(|part| Act::Unmerge { part }),
    ];
    let event = prop_oneof![
        20 => (0..PEOPLE.len(), any_on()).prop_map(|(who, on)| Event::On(who, on)),
        3 => (0..4u8).prop_map(Event::Alert),
        2 => (1..5u64, act).prop_map(|(number, act)| Event::Act(number, act)),
        1 => any::<[bool; 2]>().prop_map(|[staffed, lead]| Event::Roster(staffed, lead)),
        1 => (1..4u32, 1..4u32, any::<bool>()).prop_map(|(hour, fail, known)| Event::Settings(hour, fail, known)),
    ];
    let gap = prop_oneof![6 => 0..60_000i64, 3 => 0..1_200_000i64, 1 => 0..(4 * 3_600_000i64)];
    (gap, prop_oneof![4 => Just(0usize), 1 => Just(1usize)], event)
}

fn settings(hour: u32, failures: u32, known: bool) -> Settings {
    let mut settings = reachable();
    settings.actions.auto = vec!["runbook-*".into()];
    (settings.actions.auto_per_hour, settings.actions.auto_failures) = (hour, failures);
    settings.aws.take_if(|_| !known);
    settings
}

fn put(tenant: &str, settings: Settings) -> Input {
    let tenant = Tenant { settings, ..tenant_of(tenant) };
    Input::Tenant { by: Actor::default(), credentials: (&*tenant.credentials).into(), tenant: Box::new(tenant) }
}

fn tenant_of(id: &str) -> Tenant {
    crate::core::testing::tenant(id)
}

fn roster(staffed: bool, lead: bool) -> Vec<Technician> {
    if staffed { vec![technician("priya", false), technician("tomas", lead)] } else { Vec::new() }
}

fn all(engine: &Engine, tenant: &str) -> Vec<Execution> {
    engine.executions(&tenant_id(tenant)).map(|one| Execution::clone(one)).collect()
}

fn rank(stage: &Stage) -> u8 {
    match stage {
        Stage::Waiting => 0,
        Stage::Ready => 1,
        Stage::Sending => 2,
        Stage::Running => 3,
        Stage::Ended { .. } => 4,
    }
}

/// The incidents in whose history some changes speak of an execution.
fn told(changes: &[Change], id: &ExecutionId) -> Vec<u64> {
    let of = |change: &Change| match change {
        Change::Timeline(entry) if entry.what.words(|_| String::new()).contains(&id.to_string()) => {
            Some(entry.incident_id.number)
        }
        _ => None,
    };
    changes.iter().filter_map(of).collect()
}

/// What is true of one execution that has changed, by what it was before.
fn follows(
    engine: &Engine,
    was: Option<&Execution>,
    is: &Execution,
    now: Moment,
    input: &Input,
    changes: &[Change],
) -> Result<(), TestCaseError> {
    let standing = engine.standing(&is.id.tenant).unwrap();
    let role = |who: &str| Role::of(who, &standing.people, &standing.roster, standing.staffed);
    prop_assert_eq!(is.order.digest(), is.digest.clone());
    let Some(was) = was else {
        let gate = is.order.risk.gate(role(&is.by.who));
        prop_assert_eq!(is.approval.is_some(), gate.approval && is.by.who != BY_ITSELF);
        prop_assert_eq!(is.awaits_approval(), is.approval.is_some());
        prop_assert_eq!(is.order.auto, is.by.who == BY_ITSELF);
        prop_assert!(!is.order.auto || is.order.risk == Risk::Low);
        return Ok(());
    };
    let before = (was.id.clone(), &was.by, was.asked_at, &was.order, &was.digest);
    prop_assert_eq!(before, (is.id.clone(), &is.by, is.asked_at, &is.order, &is.digest), "these stay");
    prop_assert!(rank(&is.stage) > rank(&was.stage) || is.stage == was.stage, "{:?} to {:?}", was.stage, is.stage);
    prop_assert!(rank(&is.stage) <= rank(&was.stage) + 1 || is.is_over(), "{:?} to {:?}", was.stage, is.stage);
    let decided = is.approval.as_ref().and_then(|approval| approval.decided.as_ref());
    if was.awaits_approval() && is.stage == Stage::Ready {
        let decided = decided.unwrap();
        prop_assert!(decided.approved && decided.by.who != is.by.who && decided.at < is.asked_at + APPROVAL_FOR);
        prop_assert!(role(&decided.by.who).may_approve(role(&is.by.who)));
        let exactly = matches!(input, Input::Execution(OnExecution { step: Step::Approve { digest, .. }, .. }) if *digest == is.digest);
        prop_assert!(exactly && decided.at == now);
    }
    let decides = decided != was.approval.as_ref().and_then(|approval| approval.decided.as_ref());
    if decides || (is.is_over() && !was.is_over()) {
        for incident in is.order.incidents() {
            prop_assert!(told(changes, &is.id).contains(&incident.number), "{incident} does not tell of {is:?}");
        }
    }
    Ok(())
}

/// What is true of every execution at any time.
fn holds(execution: &Execution, now: Moment) -> Result<(), TestCaseError> {
    let over = execution.is_over();
    prop_assert_eq!(over, execution.ended_at.is_some());
    if let Some(approval) = &execution.approval {
        let yes = approval.decided.as_ref().is_some_and(|decided| decided.approved);
        let outcome = execution.outcome();
        prop_assert!(yes || matches!(rank(&execution.stage), 0 | 4));
        prop_assert!(
            yes || !over
                || matches!(
                    outcome,
                    Some(Outcome::Rejected | Outcome::Expired | Outcome::Cancelled | Outcome::NotSent)
                )
        );
        prop_assert!(!execution.awaits_approval() || approval.expires_at > now, "expired ones end");
    }
    let reached = matches!(execution.stage, Stage::Running);
    prop_assert!(!reached || (execution.command_id.is_some() && execution.sent_at.is_some()));
    prop_assert!(!over || execution.waits_for.is_none());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn nothing_runs_that_nobody_let_pass_and_everything_is_told(events in proptest::collection::vec(any_event(), 1..60)) {
        let (mut engine, mut board, mut now) = (Engine::default(), Board::default(), start());
        let mut seen: BTreeMap<ExecutionId, Execution> = BTreeMap::new();
        for tenant in TENANTS {
            let reports = (0..3).map(|asset| report(&format!("asset-{asset}"), "disk_full")).collect();
            let staff = Input::Roster { technicians: roster(true, true), staffed: true, people: Default::default() };
            for input in [put(tenant, settings(2, 2, true)), staff, delivery(reports)] {
                note(&mut board, &mut seen, &engine.apply(now, &tenant_id(tenant), &input));
            }
        }
        for (gap, tenant, event) in &events {
            let tenant = TENANTS[*tenant];
            now = now + Span(*gap);
            note(&mut board, &mut seen, &engine.advance(now));
            let input = match event {
                Event::On(who, on) => Input::Execution(taken(&engine, tenant, *who, on)),
                Event::Alert(asset) => delivery(vec![report(&format!("asset-{asset}"), "disk_full")]),
                Event::Act(incident, act) => {
                    Input::Act(OnIncident { incident: *incident, by: Actor::named("kim"), act: act.clone() })
                }
                Event::Roster(staffed, lead) => {
                    Input::Roster { technicians: roster(*staffed, *lead), staffed: *staffed, people: Default::default() }
                }
                Event::Settings(hour, failures, known) => put(tenant, settings(*hour, *failures, *known)),
            };
            let other = TENANTS[usize::from(tenant == TENANTS[0])];
            let theirs = (all(&engine, other), engine.incidents(&tenant_id(other)).cloned().collect::<Vec<_>>());
            let refused = matches!(&input, Input::Execution(on) if engine.check_execution(now, &tenant_id(tenant), on).is_err());
            let next = engine.next_execution(&tenant_id(tenant));
            let changes = engine.apply(now, &tenant_id(tenant), &input);
            prop_assert!(!refused || (changes.is_empty() && engine.next_execution(&tenant_id(tenant)) == next), "{:?}", changes);
            prop_assert_eq!((all(&engine, other), engine.incidents(&tenant_id(other)).cloned().collect::<Vec<_>>()), theirs);
            for change in &changes {
                let Change::ExecutionChanged(is) = change else { continue };
                let new = !seen.contains_key(&is.id);
                follows(&engine, seen.get(&is.id), is, now, &input, &changes)?;
                prop_assert!(!new || is.order.incidents().iter().all(|of| told(&changes, &is.id).contains(&of.number)));
                // Once let pass it is sent once: the step before is never taken again.
                let begins = matches!(&input, Input::Execution(OnExecution { step: Step::Sending, .. }));
                prop_assert!(!begins || seen[&is.id].stage == Stage::Ready);
            }
            note(&mut board, &mut seen, &changes);
            for tenant in TENANTS {
                let replica: Vec<_> = board.tenants[&tenant_id(tenant)].executions.values().map(|one| Execution::clone(one)).collect();
                prop_assert_eq!(&replica, &all(&engine, tenant));
                replica.iter().try_for_each(|one| holds(one, now))?;
            }
        }
        // In the end, nothing waits for ever.
        note(&mut board, &mut seen, &engine.advance(now + APPROVAL_FOR));
        prop_assert!(seen.values().all(|one| !one.awaits_approval()));
    }
}

/// Takes changes in.
fn note(board: &mut Board, seen: &mut BTreeMap<ExecutionId, Execution>, changes: &[Change]) {
    for change in changes {
        if let Change::ExecutionChanged(one) = change {
            seen.insert(one.id.clone(), Execution::clone(one));
        }
        let revision = board.revision + 1;
        board.apply(&Published { revision, company_id: change.tenant().clone(), change: change.clone() });
    }
}

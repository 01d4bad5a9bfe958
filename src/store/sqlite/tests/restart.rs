//! Nothing that was kept is different after a restart, wherever it falls.

use proptest::prelude::*;

use super::*;
use crate::core::alert::AlertStatus;
use crate::core::correlate::Waiting;
use crate::core::input::Gather;
use crate::core::severity::Severity;
use crate::core::testing::ANYBODY;
use crate::core::time::Span;

#[test]
fn a_tenant_comes_back_with_its_secrets_incidents_and_keys() {
    let mut rig = Rig::new(&["comp_a", "comp_b"]);
    let a = tenant_id("comp_a");
    rig.keep(vec![(Moment(1_000), a.clone(), posted(vec![report("web", "cpu"), report("db", "disk")]), Bytes::new())]);
    rig.keep(vec![(Moment(2_000), a.clone(), act(1, Act::RESOLVE), Bytes::new())]);
    let kept = open_copy(&rig).1.archive.load(&a).unwrap();
    assert_eq!(kept.loaded.tenant, **rig.core.tenant(&a).unwrap());
    assert_eq!(kept.loaded.tenant.credentials.hmac[0].secret.expose(), "planted-secret");
    assert_eq!((kept.loaded.next_alert, kept.loaded.next_incident), (3, 3));
    assert_eq!((kept.watermark, kept.last_alert_at), (4, Some(Moment(1_000))));
    assert_eq!(kept.loaded.incidents, rig.core.incidents(&a).map(|i| (**i).clone()).collect::<Vec<_>>());
    assert_eq!(kept.loaded.keys.len(), 2);
    // Long after, the resolved one is history, and only the open one goes on.
    rig.keep(vec![(
        Moment(2_000) + Span::hours(25),
        tenant_id("comp_b"),
        posted(vec![report("x", "y")]),
        Bytes::new(),
    )]);
    rig.keep(vec![(Moment(2_001) + Span::hours(25), a.clone(), posted(vec![report("new", "y")]), Bytes::new())]);
    let numbers: Vec<_> =
        open_copy(&rig).1.archive.load(&a).unwrap().loaded.incidents.iter().map(|i| i.id.number).collect();
    assert_eq!(numbers, [2, 3]);
}

#[test]
fn what_was_merged_comes_back_with_what_it_was_merged_into_however_old() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    let days = |days: i64| Moment(days * Span::DAY.0);
    rig.keep(vec![
        (
            Moment(1),
            a.clone(),
            posted(vec![report("web", "cpu"), report("db", "disk"), report("x", "y")]),
            Bytes::new(),
        ),
        (Moment(2), a.clone(), act(1, Act::Merge { into: 2 }), Bytes::new()),
        (Moment(3), a.clone(), act(2, Act::Merge { into: 3 }), Bytes::new()),
        (days(9), a.clone(), posted(vec![report("new", "y")]), Bytes::new()),
    ]);
    let core = rig.restarted();
    assert_eq!(core.incidents(&a).count(), 4);
    assert_eq!(core.parts_of(&incident_id("comp_a", 3)), [1, 2].into());
    rig.keep(vec![(days(9), a.clone(), act(3, Act::RESOLVE), Bytes::new())]);
    rig.keep(vec![(days(12), a.clone(), posted(vec![report("new", "y")]), Bytes::new())]);
    assert_eq!(rig.restarted().incidents(&a).count(), 2);
}

#[test]
fn an_alert_that_lost_its_incident_has_none() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    let mut manual = tenant("comp_a");
    manual.settings.correlation.auto_correlate = false;
    let credentials = (&*manual.credentials).into();
    let settings = Input::Tenant { tenant: Box::new(manual), credentials, by: Default::default() };
    rig.keep(vec![
        (Moment(1), a.clone(), settings, Bytes::new()),
        (Moment(1), a.clone(), posted(vec![report("web", "cpu")]), Bytes::new()),
    ]);
    let numbers = [1, 2].into();
    let alone = rig.store.history.alerts_numbered(&a, &numbers).unwrap();
    assert_eq!(alone.iter().map(|alert| (alert.id.number, alert.incident_id.clone())).collect::<Vec<_>>(), [(1, None)]);
    let waiting = Waiting { alert: 1, at: Moment(1), report: alone[0].report.clone() };
    let by = Actor::named("priya");
    let gather = Gather { by: by.clone(), from: None, into: None, alerts: vec![waiting] };
    rig.keep(vec![(Moment(2), a.clone(), Input::Gather(gather), Bytes::new())]);
    assert_eq!(rig.store.history.alerts_of(&incident_id("comp_a", 1), 9).unwrap().len(), 1);
    let undo = rig.core.undo(&by).unwrap();
    rig.keep(vec![(Moment(3), a.clone(), undo.input, Bytes::new())]);
    assert_eq!(rig.store.history.alerts_numbered(&a, &numbers).unwrap(), alone);
}

#[test]
fn a_batch_written_twice_counts_once() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    let batch = rig.keep(vec![(Moment(1), a.clone(), posted(vec![report("web", "cpu")]), Bytes::from("body"))]);
    rig.store.archive.write(&batch).unwrap();
    assert_eq!(rig.store.history.timeline(&incident_id("comp_a", 1)).unwrap().len(), 1);
    // Nor does an older one undo what came after it.
    rig.keep(vec![(Moment(1), a.clone(), act(1, Act::ACKNOWLEDGE), Bytes::new())]);
    rig.store.archive.write(&batch).unwrap();
    let now = rig.store.history.incident(&incident_id("comp_a", 1)).unwrap();
    assert_eq!(now.as_ref(), rig.core.incident(&incident_id("comp_a", 1)).map(|incident| &**incident));
    // What time brought has no new watermark, is written all the same, and also counts once.
    let flap = [AlertStatus::Resolved, AlertStatus::Firing].repeat(4).into_iter().map(|status| {
        let report = Report { status, ..report("web", "cpu") };
        (Moment(1), a.clone(), posted(vec![report]), Bytes::new())
    });
    rig.keep(flap.collect());
    let before = rig.store.history.timeline(&incident_id("comp_a", 1)).unwrap().len();
    let ended = rig.advance(Moment(1) + Span::HOUR);
    rig.store.archive.write(&ended).unwrap();
    let after = rig.store.history.timeline(&incident_id("comp_a", 1)).unwrap();
    assert_eq!(after.len(), before + 1, "{after:?}");
}

#[test]
fn a_tenant_added_again_after_its_removal_begins_anew() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    rig.keep(vec![(Moment(1), a.clone(), posted(vec![report("web", "cpu")]), Bytes::new())]);
    let batch = rig.keep(vec![
        (Moment(2), a.clone(), posted(vec![report("web", "old")]), Bytes::new()),
        (Moment(3), a.clone(), Input::TenantRemoved { by: Default::default() }, Bytes::new()),
        (Moment(4), a.clone(), added("comp_a"), Bytes::new()),
        (Moment(5), a.clone(), posted(vec![report("web", "new")]), Bytes::new()),
    ]);
    rig.store.archive.write(&batch).unwrap();
    let kept = rig.store.archive.load(&a).unwrap();
    assert_eq!(kept.loaded.next_alert, 2);
    assert_eq!(kept.loaded.incidents[0].signature, "new");
    let read = rig.store.history.alerts(&a, &Default::default(), ANYBODY, 10).unwrap();
    assert_eq!(read.len(), 1);
}

#[derive(Debug, Clone)]
enum Step {
    Alert { tenant: usize, asset: usize, tool: usize, status: AlertStatus, severity: usize, fingerprint: bool },
    Act { tenant: usize, incident: u64, which: usize },
    Pass,
}

fn step() -> impl Strategy<Value = (i64, Step, bool)> {
    let status = prop_oneof![3 => Just(AlertStatus::Firing), 2 => Just(AlertStatus::Resolved)];
    let alert = (0..2usize, 0..3usize, 0..2usize, status, 0..4usize, any::<bool>()).prop_map(
        |(tenant, asset, tool, status, severity, fingerprint)| Step::Alert {
            tenant,
            asset,
            tool,
            status,
            severity,
            fingerprint,
        },
    );
    let act =
        (0..2usize, 1..4u64, 0..4usize).prop_map(|(tenant, incident, which)| Step::Act { tenant, incident, which });
    let minutes = prop_oneof![5 => 0..4i64, 2 => 4..30i64, 1 => 60..1_600i64];
    (minutes, prop_oneof![6 => alert, 2 => act, 1 => Just(Step::Pass)], any::<bool>())
}

const TENANTS: [&str; 2] = ["comp_a", "comp_b"];

fn input(step: &Step) -> Option<(TenantId, Input)> {
    Some(match step {
        Step::Alert { tenant, asset, tool, status, severity, fingerprint } => {
            let report = Report {
                status: *status,
                severity: Severity::ALL[*severity],
                tool_source: ["Zabbix", "Datadog"][*tool].into(),
                fingerprint: fingerprint.then(|| "print".into()),
                ..report(["web", "db", "mail"][*asset], "cpu")
            };
            (tenant_id(TENANTS[*tenant]), posted(vec![report]))
        }
        Step::Act { tenant, incident, which } => {
            let what = [Act::ACKNOWLEDGE, Act::Assign { to: "priya".into() }, Act::RESOLVE, Act::Reopen];
            (tenant_id(TENANTS[*tenant]), act(*incident, what[*which].clone()))
        }
        Step::Pass => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each step is applied; some are written at once, others with a later batch; some batches are forgotten by the inbox.
    /// After each cut, the core of a restarted process says the same to everything that follows.
    #[test]
    fn a_restart_changes_nothing(steps in prop::collection::vec(step(), 1..24), cut in any::<prop::sample::Index>()) {
        let mut rig = Rig::new(&TENANTS);
        let cut = cut.index(steps.len());
        let mut now = Moment(1_000_000_000_000);
        let mut behind: Option<Batch> = None;
        for (minutes, step, keep) in &steps[..cut] {
            now = now + Span::minutes(*minutes);
            let batch = match input(step) {
                Some((tenant, input)) => rig.apply(vec![(now, tenant, input, Bytes::new())]),
                None => {
                    let changes = rig.core.advance(now);
                    Batch { up_to: rig.seq, changes, keys: rig.core.take_touched(), ..Batch::default() }
                }
            };
            let mut whole = behind.take().unwrap_or_default();
            whole.up_to = batch.up_to;
            whole.outcomes.extend(batch.outcomes);
            whole.changes.extend(batch.changes);
            whole.keys.extend(batch.keys);
            if *keep {
                rig.store.archive.write(&whole).unwrap();
                rig.store.inbox.forget(whole.up_to, &[]).unwrap();
            } else {
                behind = Some(whole);
            }
        }
        let mut again = rig.restarted();
        // What time alone had brought before the cut comes again by its deadlines.
        again.advance(now);
        for tenant in TENANTS.map(tenant_id) {
            let all = |core: &Engine| core.incidents(&tenant).map(|i| (**i).clone()).collect::<Vec<_>>();
            prop_assert_eq!(all(&again), all(&rig.core));
        }
        for (minutes, step, _) in &steps[cut..] {
            now = now + Span::minutes(*minutes);
            let (then, before) = match input(step) {
                Some((tenant, input)) => (again.apply(now, &tenant, &input), rig.core.apply(now, &tenant, &input)),
                None => (again.advance(now), rig.core.advance(now)),
            };
            prop_assert_eq!(then, before);
        }
    }
}

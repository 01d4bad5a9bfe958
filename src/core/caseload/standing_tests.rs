use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::core::alert::{AlertStatus, Report};
use crate::core::assign::Technician;
use crate::core::board::Board;
use crate::core::change::Published;
use crate::core::engine::Engine;
use crate::core::input::{Act, Actor, Input, OnIncident, OnWindow, WindowAct};
use crate::core::limit::Limit;
use crate::core::quiet;
use crate::core::receipt::Receipts;
use crate::core::severity::Severity;
use crate::core::silence::{BadWindow, Matcher, Repeat, Window};
use crate::core::sla::{Limits, Sla};
use crate::core::tenant::{Correlation, Senders, Settings};
use crate::core::testing::{delivery, report, tenant, tenant_id};
use crate::core::time::Span;
use crate::core::zone::Zone;

/// Saturday.
fn at(minutes: i64) -> Moment {
    Moment::parse("2026-01-31T10:00:00Z").unwrap() + Span::minutes(minutes)
}

/// An engine with one tenant, what it has said, and what a store would have of it.
#[derive(Default)]
struct Night {
    engine: Engine,
    changes: Vec<Change>,
    kept: Kept,
}

#[derive(Default, Clone)]
struct Kept {
    tenant: Option<Arc<Tenant>>,
    incidents: BTreeMap<u64, Arc<Incident>>,
    keys: BTreeMap<String, KeyState>,
    next_alert: u64,
    standing: Standing,
    standing_writes: usize,
}

impl Night {
    fn with(settings: Settings) -> Self {
        let mut night = Self::default();
        night.settings(0, settings);
        night
    }

    /// Nothing is said of its age alone.
    fn settings(&mut self, minute: i64, mut settings: Settings) -> Vec<Change> {
        settings.priority.age_per_hour = 0;
        let tenant = Tenant { settings, ..tenant("comp_acme") };
        let credentials = (&*tenant.credentials).into();
        self.input(minute, &Input::Tenant { tenant: Box::new(tenant), credentials, by: Default::default() })
    }

    fn input(&mut self, minute: i64, input: &Input) -> Vec<Change> {
        let changes = self.engine.apply(at(minute), &tenant_id("comp_acme"), input);
        self.keep(changes)
    }

    fn pass(&mut self, minute: i64) -> Vec<Change> {
        let changes = self.engine.advance(at(minute));
        self.keep(changes)
    }

    fn keep(&mut self, changes: Vec<Change>) -> Vec<Change> {
        for change in &changes {
            match change {
                Change::TenantChanged(tenant) => self.kept.tenant = Some(tenant.clone()),
                Change::AlertReceived(alert) => self.kept.next_alert = alert.id.number + 1,
                Change::IncidentCreated(i) | Change::IncidentUpdated(i) | Change::IncidentResolved(i) => {
                    self.kept.incidents.insert(i.id.number, i.clone());
                }
                _ => {}
            }
        }
        for (_, key, state) in self.engine.take_touched() {
            match state {
                Some(state) => drop(self.kept.keys.insert(key, state)),
                None => drop(self.kept.keys.remove(&key)),
            }
        }
        for (_, standing) in self.engine.take_standing() {
            self.kept.standing = standing;
            self.kept.standing_writes += 1;
        }
        self.changes.extend(changes.iter().cloned());
        changes
    }

    fn restart(&mut self) {
        self.engine = Engine::default();
        let kept = self.kept.clone();
        self.engine.load(Loaded {
            tenant: Tenant::clone(&kept.tenant.unwrap()),
            next_alert: kept.next_alert.max(1),
            next_incident: kept.incidents.keys().next_back().map_or(1, |last| last + 1),
            incidents: kept.incidents.values().map(|i| Incident::clone(i)).collect(),
            keys: kept.keys.into_values().collect(),
            standing: kept.standing,
            next_session: 1,
            sessions: Vec::new(),
            aside: Vec::new(),
            last_aside: 0,
            next_execution: 1,
            executions: Vec::new(),
        });
        self.engine.take_standing();
    }

    fn alert(&mut self, minute: i64, report: Report) -> Vec<Change> {
        self.input(minute, &delivery(vec![report]))
    }

    fn act(&mut self, minute: i64, incident: u64, act: Act) -> Vec<Change> {
        self.input(minute, &Input::Act(OnIncident { incident, by: Actor::named("priya"), act }))
    }

    fn put(&mut self, minute: i64, window: Window) -> Vec<Change> {
        self.window(minute, WindowAct::Put { window: Box::new(window) })
    }

    fn window(&mut self, minute: i64, act: WindowAct) -> Vec<Change> {
        self.input(minute, &Input::Window(OnWindow { by: Actor::named("priya"), act }))
    }

    fn incident(&self, number: u64) -> &Incident {
        self.engine.incident(&IncidentId { tenant: tenant_id("comp_acme"), number }).unwrap()
    }

    fn incidents(&self) -> Vec<Incident> {
        self.engine.incidents(&tenant_id("comp_acme")).map(|incident| Incident::clone(incident)).collect()
    }

    fn open(&self) -> Vec<String> {
        let open = self.incidents().into_iter().filter(Incident::is_open);
        open.map(|incident| format!("{} {}", incident.asset_name, incident.signature)).collect()
    }

    fn standing(&self) -> &Standing {
        self.engine.standing(&tenant_id("comp_acme")).unwrap()
    }
}

fn over(report: Report) -> Report {
    Report { status: AlertStatus::Resolved, ..report }
}

/// Two hours for web-*, from the tenth minute on.
fn window() -> Window {
    Window {
        number: 0,
        matches: Matcher { asset: Some("WEB-*".into()), ..Matcher::default() },
        begins_at: at(10),
        lasts: Span::hours(2),
        repeats: Repeat::Once,
        zone: Zone::UTC,
        until: None,
        author: "nobody".into(),
        reason: "new disks".into(),
        created_at: Moment(0),
    }
}

fn said(changes: &[Change]) -> Vec<String> {
    let words = |change: &Change| match change {
        Change::AlertReceived(alert) => Some(format!("alert {} {:?}", alert.id.number, alert.silenced_by)),
        Change::IncidentCreated(i) => Some(format!("created {} {:?}", i.id.number, i.silenced_by)),
        Change::IncidentUpdated(i) => Some(format!("updated {} {:?}", i.id.number, i.silenced_by)),
        Change::IncidentResolved(i) => Some(format!("resolved {}", i.id.number)),
        Change::Timeline(entry) => Some(entry.what.words(|at| at.to_string())),
        Change::WindowChanged { window, .. } => Some(format!("window {} by {}", window.number, window.author)),
        Change::WindowEnded { number, .. } => Some(format!("window {number} ended")),
        Change::WindowExpires { window, .. } => Some(format!("window {} expires", window.number)),
        _ => None,
    };
    changes.iter().filter_map(words).collect()
}

#[test]
fn what_falls_into_a_window_is_kept_and_marked_and_comes_up_when_it_ends() {
    let mut night = Night::with(Settings::default());
    night.put(0, window());
    assert_eq!(said(&night.alert(5, report("web-01", "disk")))[..2], ["alert 1 None", "created 1 None"]);
    assert_eq!(said(&night.pass(10)), ["updated 1 Some(1)", "silenced by window 1 of priya: new disks"]);
    let within = night.alert(20, report("Web-02", "disk"));
    assert_eq!(
        said(&within),
        ["alert 2 Some(1)", "created 2 Some(1)", "opened", "silenced by window 1 of priya: new disks"]
    );
    let again = night.alert(21, report("web-02", "disk"));
    assert_eq!(said(&again), ["alert 3 Some(1)", "updated 2 Some(1)"], "said once");
    assert_eq!(said(&night.alert(22, report("db-01", "disk")))[..2], ["alert 4 None", "created 3 None"]);
    night.act(30, 2, Act::RESOLVE);
    assert_eq!(said(&night.pass(115)), ["window 1 expires"]);
    let end = night.pass(130);
    assert_eq!(
        said(&end),
        ["window 1 ended", "updated 1 None", "no longer silenced by window 1"],
        "the resolved one is quiet"
    );
    assert!(night.incident(1).is_loud() && night.standing().windows.is_empty());
    assert_eq!(night.incident(2).silenced_by, Some(1));
}

#[test]
fn what_gets_worse_than_its_window_allows_comes_out_at_once_and_what_reopens_goes_in() {
    let mut night = Night::with(Settings::default());
    let matches = Matcher { at_most: Some(Severity::High), ..window().matches };
    night.put(0, Window { matches, begins_at: at(0), ..window() });
    night.alert(1, report("web-01", "disk"));
    assert_eq!(night.incident(1).silenced_by, Some(1));
    let worse = night.alert(2, Report { severity: Severity::Critical, ..report("web-01", "disk") });
    assert_eq!(said(&worse)[..2], ["alert 2 None", "updated 1 None"], "told once, as it is");
    assert_eq!(said(&worse)[2..], ["worsened to critical", "no longer silenced by window 1"]);
    night.alert(3, report("web-02", "disk"));
    night.act(4, 2, Act::RESOLVE);
    night.window(5, WindowAct::End { number: 1 });
    assert!(said(&night.act(6, 2, Act::Reopen)).contains(&"no longer silenced by window 1".to_owned()));
    assert!(night.incident(2).is_loud());
    night.act(7, 2, Act::RESOLVE);
    night.put(8, Window { begins_at: at(0), ..window() });
    let back = said(&night.alert(9, report("web-02", "disk")));
    assert!(back.contains(&"updated 2 Some(2)".to_owned()) && !back.contains(&"updated 2 None".to_owned()), "{back:?}");
}

#[test]
fn in_a_window_no_clock_runs_and_nobody_is_looked_for() {
    let limits = Limits { respond: Limit::minutes(30), resolve: Limit::minutes(240) };
    let mut settings = Settings { sla: Sla { high: limits, ..Sla::default() }, ..Settings::default() };
    settings.priority.assign_threshold = 10;
    let mut night = Night::with(settings);
    let priya = Technician {
        name: "priya".into(),
        skills: Vec::new(),
        tenants: vec!["*".into()],
        on_call: "always".into(),
        at_most: None,
        lead: false,
    };
    night.input(0, &Input::Roster { technicians: vec![priya], staffed: true, people: Default::default() });
    night.put(0, window());
    night.alert(20, report("web-01", "disk"));
    let incident = night.incident(1).clone();
    assert!(incident.assigned_to.is_none() && incident.unassigned_because.is_none());
    night.pass(100);
    assert!(!night.incident(1).sla.breached() && !night.incident(1).sla.warned());
    assert!(!said(&night.changes).iter().any(|said| said.contains("time to respond")));
    night.pass(130);
    assert_eq!(night.incident(1).assigned_to.as_deref(), Some("priya"));
    let left = night.incident(1).sla.respond.unwrap().left(at(130));
    assert_eq!(left, Some(Span::minutes(30)), "it has all of its time");
    night.put(135, Window { begins_at: at(135), ..window() });
    night.pass(250);
    assert!(!night.incident(1).sla.breached());
    night.pass(255 + 25);
    assert!(night.incident(1).sla.breached());
}

#[test]
fn the_lowest_number_that_matches_silences_and_the_next_takes_over() {
    let mut night = Night::with(Settings::default());
    night.put(0, Window { begins_at: at(0), ..window() });
    night.put(0, Window { begins_at: at(0), lasts: Span::hours(5), ..window() });
    night.alert(1, report("web-01", "disk"));
    assert_eq!(night.incident(1).silenced_by, Some(1));
    night.pass(120);
    assert_eq!(night.incident(1).silenced_by, Some(2));
    night.pass(300);
    assert_eq!(night.incident(1).silenced_by, None);
}

#[test]
fn a_window_applies_at_once_when_it_is_made_changed_ended_and_put_back() {
    let mut night = Night::with(Settings::default());
    night.alert(1, report("web-01", "disk"));
    assert_eq!(
        said(&night.put(10, window())),
        ["window 1 by priya", "updated 1 Some(1)", "silenced by window 1 of priya: new disks"]
    );
    let matches = Matcher { asset: Some("db-*".into()), ..Matcher::default() };
    let changed = night.put(11, Window { number: 1, matches, author: "sam".into(), ..window() });
    assert_eq!(said(&changed), ["window 1 by priya", "updated 1 None", "no longer silenced by window 1"]);
    let was = Window::clone(&night.standing().windows[&1]);
    assert_eq!((&*was.author, was.created_at), ("priya", at(10)), "whoever changes it");
    assert_eq!(said(&night.window(12, WindowAct::End { number: 1 })), ["window 1 ended"]);
    assert_eq!(said(&night.window(12, WindowAct::End { number: 1 })), [""; 0]);
    assert_eq!(said(&night.put(13, was.clone())), ["window 1 by priya"]);
    assert_eq!(night.standing().windows[&1].created_at, at(10));
    assert_eq!(said(&night.put(14, Window { number: 7, ..was.clone() })), [""; 0], "there never was such a one");
    assert_eq!(said(&night.put(500, was)), ["window 1 expires", "window 1 ended"], "and can't be put back");
}

#[test]
fn a_window_that_comes_again_silences_each_time() {
    let mut night = Night::with(Settings {
        correlation: Correlation { auto_resolve: false, ..Correlation::default() },
        ..Settings::default()
    });
    night.put(0, Window { repeats: "daily".parse().unwrap(), ..window() });
    night.alert(1, report("web-01", "disk"));
    let day = 1_440;
    for (minute, silenced) in
        [(10, true), (129, true), (130, false), (day + 9, false), (day + 10, true), (3 * day, false)]
    {
        night.pass(minute);
        assert_eq!(night.incident(1).silenced_by.is_some(), silenced, "{minute}");
    }
    assert!(!said(&night.changes).iter().any(|said| said.contains("expires")));
}

#[test]
fn windows_are_checked_before_they_are_made() {
    let mut night = Night::with(Settings::default());
    let check =
        |night: &Night, act: WindowAct, sure| night.engine.check_window(at(1), &tenant_id("comp_acme"), &act, sure);
    let put = |window: Window| WindowAct::Put { window: Box::new(window) };
    let broad = Window { matches: Matcher::default(), ..window() };
    assert_eq!(check(&night, put(window()), false), Ok(()));
    assert_eq!(check(&night, put(broad.clone()), false), Err(BadWindow::TooBroad));
    assert_eq!(check(&night, put(broad), true), Ok(()));
    assert_eq!(check(&night, put(Window { number: 3, ..window() }), true), Err(BadWindow::None));
    assert_eq!(check(&night, WindowAct::End { number: 3 }, true), Err(BadWindow::None));
    for _ in 0..201 {
        night.put(1, window());
    }
    assert_eq!(night.standing().windows.len(), 200);
    assert_eq!(check(&night, put(window()), true), Err(BadWindow::TooMany));
    assert_eq!(check(&night, put(Window { number: 3, ..window() }), true), Ok(()));
}

/// Settings under which any tool may be quiet for half an hour.
fn watched() -> Settings {
    let senders = Senders { quiet_after: Limit::minutes(30), ..Senders::default() };
    Settings { senders, ..Settings::default() }
}

#[test]
fn a_tool_that_goes_quiet_is_an_incident_until_it_sends_again() {
    let mut night = Night::with(watched());
    night.alert(0, over(report("web-01", "disk")));
    assert_eq!(said(&night.pass(30)), [""; 0]);
    let quiet = night.pass(31);
    assert_eq!(said(&quiet), ["alert 2 None", "created 1 None", "opened"]);
    let incident = night.incident(1);
    assert_eq!(
        (&*incident.asset_name, &*incident.signature, incident.severity, &*incident.tool_sources),
        ("Zabbix", "sender_quiet", Severity::High, &["alert-whisperer".to_owned()][..])
    );
    assert_eq!(said(&night.pass(1_000)), [""; 0], "it is said once");
    let back = night.alert(1_001, report("web-01", "disk"));
    assert_eq!(said(&back)[..3], ["alert 3 None", "resolved 1", "resolved"]);
    assert_eq!(night.open(), ["web-01 disk"]);
    night.pass(2_000);
    assert_eq!(night.open(), ["web-01 disk", "Zabbix sender_quiet"]);
}

#[test]
fn our_own_alerts_are_no_answer_to_a_sender_and_no_sender() {
    let mut night = Night::with(watched());
    night.alert(0, report("web-01", "disk"));
    let Input::Delivery(sent) = delivery(vec![report("web-01", "disk"), report("web-02", "disk")]) else { panic!() };
    let changes = night.input(100, &Input::Delivery(sent.clone()));
    assert_eq!(changes.iter().filter(|change| matches!(change, Change::AlertReceived(_))).count(), 4);
    let receipts = Receipts::of(&sent, &changes);
    let ids: Vec<_> = receipts.alerts.iter().map(|receipt| (receipt.index, receipt.alert_id.number)).collect();
    assert_eq!(ids, [(0, 4), (1, 5)]);
    assert_eq!(night.standing().senders.keys().collect::<Vec<_>>(), ["zabbix"]);
    let mut board = Board::default();
    for (revision, change) in (1..).zip(changes) {
        board.apply(&Published { revision, company_id: tenant_id("comp_acme"), change });
    }
    night.pass(1_000);
    for change in std::mem::take(&mut night.changes) {
        board.apply(&Published { revision: 0, company_id: tenant_id("comp_acme"), change });
    }
    assert_eq!(board.tenants[&tenant_id("comp_acme")].last_alert_at, Some(at(100)), "the last word of a sender");
}

#[test]
fn what_the_program_reports_opens_and_ends_whatever_the_rules_for_senders() {
    for correlation in [
        Correlation { min_alerts_for_incident: 5, auto_resolve: false, ..Correlation::default() },
        Correlation { auto_correlate: false, ..Correlation::default() },
    ] {
        let mut night = Night::with(Settings { correlation, ..watched() });
        night.alert(0, report("web-01", "disk"));
        night.pass(60);
        assert_eq!(night.open(), ["Zabbix sender_quiet"]);
        night.alert(61, over(report("web-01", "disk")));
        assert_eq!(night.open(), [""; 0]);
    }
}

#[test]
fn a_quiet_tool_in_a_window_is_silenced_like_any_other() {
    let mut night = Night::with(watched());
    let matches = Matcher { asset: Some("zabbix".into()), ..Matcher::default() };
    night.put(0, Window { begins_at: at(0), matches, ..window() });
    night.alert(0, over(report("web-01", "disk")));
    night.pass(60);
    assert_eq!(night.incident(1).silenced_by, Some(1));
    night.pass(120);
    assert!(night.incident(1).is_loud());
}

#[test]
fn how_a_tool_sounds_is_learnt_and_watching_can_be_turned_off() {
    let mut night = Night::with(Settings::default());
    for hour in 0..25 {
        night.alert(hour * 60, over(report("web-01", "disk")));
    }
    night.pass(24 * 60 + 180);
    assert_eq!(night.open(), [""; 0]);
    night.pass(24 * 60 + 181);
    assert_eq!(night.open(), ["Zabbix sender_quiet"]);
    let off = Settings { senders: Senders { watch: false, ..Senders::default() }, ..Settings::default() };
    night.settings(24 * 60 + 200, off);
    assert_eq!((night.open().len(), night.standing().senders.len()), (0, 0));
    night.alert(24 * 60 + 201, over(report("web-01", "disk")));
    assert!(!night.standing().listens());
}

#[test]
fn settings_that_make_a_tool_late_say_so_at_once() {
    let mut night = Night::with(Settings::default());
    night.alert(0, over(report("web-01", "disk")));
    night.pass(100);
    assert!(said(&night.settings(100, watched())).contains(&"created 1 None".to_owned()));
}

#[test]
fn a_heartbeat_opens_nothing_and_its_absence_does() {
    let mut night = Night::with(Settings::default());
    let beat = || report("cluster", "WatchDog");
    assert_eq!(said(&night.alert(0, beat())), ["alert 1 None"]);
    night.alert(14, beat());
    assert_eq!(said(&night.pass(29)), [""; 0]);
    night.pass(30);
    assert_eq!(night.open(), ["cluster heartbeat_missing"]);
    assert_eq!(night.incident(1).severity, Severity::Critical);
    assert_eq!(said(&night.alert(40, beat())), ["alert 4 None", "resolved 1", "resolved", "alert 5 None"]);
    night.alert(41, over(beat()));
    assert_eq!(night.open(), ["cluster heartbeat_missing"], "it says itself that it is over");
    assert_eq!(said(&night.alert(42, over(beat()))), ["alert 8 None"], "once is enough");
    night.alert(43, beat());
    assert_eq!(night.open(), [""; 0]);
}

#[test]
fn two_heartbeats_of_one_asset_are_back_when_both_are() {
    let mut night = Night::with(Settings::default());
    let beat = |tool: &str| Report { tool_source: tool.into(), ..report("cluster", "heartbeat") };
    night.alert(0, beat("Prometheus"));
    night.alert(0, beat("Zabbix"));
    night.pass(20);
    assert_eq!(night.open(), ["cluster heartbeat_missing"]);
    night.alert(21, beat("Zabbix"));
    assert_eq!(night.open(), ["cluster heartbeat_missing"]);
    night.alert(22, beat("Prometheus"));
    assert_eq!(night.open(), [""; 0]);
}

#[test]
fn a_heartbeat_that_is_named_no_more_is_forgotten() {
    let mut night = Night::with(Settings::default());
    night.alert(0, report("cluster", "heartbeat"));
    night.pass(20);
    let senders = Senders { heartbeats: vec!["watchdog".into()], ..Senders::default() };
    night.settings(30, Settings { senders, ..Settings::default() });
    assert_eq!((night.open().len(), night.standing().beats.len()), (0, 0));
    night.alert(31, report("cluster", "heartbeat"));
    assert_eq!(night.open(), ["cluster heartbeat"]);
}

#[test]
fn who_could_not_be_heard_is_not_missing() {
    let mut night = Night::with(watched());
    night.alert(0, report("cluster", "heartbeat"));
    night.restart();
    night.input(300, &Input::Resumed);
    assert_eq!(said(&night.pass(315)), [""; 0], "everybody has their time anew");
    night.pass(316);
    assert_eq!(night.open(), ["cluster heartbeat_missing"]);
    night.pass(331);
    assert_eq!(night.open(), ["cluster heartbeat_missing", "Zabbix sender_quiet"]);
}

#[test]
fn a_tool_that_sends_all_the_time_is_written_down_once_a_minute() {
    let mut night = Night::with(Settings::default());
    let before = night.kept.standing_writes;
    for second in 0..600 {
        let changes = night.engine.apply(
            at(0) + Span(second * 1_000),
            &tenant_id("comp_acme"),
            &delivery(vec![report("a", "b")]),
        );
        night.keep(changes);
    }
    assert_eq!(night.kept.standing_writes - before, 10);
}

#[test]
fn who_has_been_missing_for_a_month_is_not_waited_for() {
    let mut night = Night::with(watched());
    night.alert(0, report("cluster", "heartbeat"));
    night.pass(29 * 1_440);
    assert!(night.standing().listens());
    night.pass(31 * 1_440);
    assert!(!night.standing().listens());
}

#[derive(Debug, Clone)]
enum Step {
    Alert(Report),
    Window(WindowAct),
    Settings(Box<Settings>),
    Act(u64, Act),
    Nothing,
}

fn any_step() -> impl Strategy<Value = (i64, Step)> {
    let severity = prop::sample::select(Severity::ALL.to_vec());
    let names = (0..3u8, prop::sample::select(vec!["disk", "cpu", "heartbeat"]), 0..2u8, any::<bool>(), severity);
    let alert = names.prop_map(|(asset, signature, tool, firing, severity)| {
        let status = if firing { AlertStatus::Firing } else { AlertStatus::Resolved };
        let tool_source = format!("tool{tool}");
        Step::Alert(Report { status, severity, tool_source, ..report(&format!("web-{asset}"), signature) })
    });
    let put = (0..5u64, 0..3u8, -60..400i64, 1..300i64, 0..3u8, prop::option::of(0..5_000i64), any::<bool>());
    let put = put.prop_map(|(number, asset, begins, lasts, repeats, until, mild)| {
        let repeats = ["once", "daily", "weekly sat,sun"][usize::from(repeats)];
        let window = Window {
            number,
            matches: Matcher {
                asset: Some(format!("web-{asset}")),
                signature: None,
                at_most: mild.then_some(Severity::Medium),
            },
            begins_at: at(begins),
            lasts: Span::minutes(lasts),
            repeats: repeats.parse().unwrap(),
            zone: "Europe/Vilnius".parse().unwrap(),
            until: until.map(at),
            ..window()
        };
        Step::Window(WindowAct::Put { window: Box::new(window) })
    });
    let settings = (any::<bool>(), prop::option::of(2..60i64)).prop_map(|(watch, after)| {
        let quiet_after = after.map_or(Limit::OFF, Limit::minutes);
        Step::Settings(Box::new(Settings {
            senders: Senders { watch, quiet_after, ..Senders::default() },
            ..Settings::default()
        }))
    });
    let acts = prop_oneof![
        Just(Act::RESOLVE),
        Just(Act::Reopen),
        Just(Act::ACKNOWLEDGE),
        (1..6u64).prop_map(|into| Act::Merge { into }),
        (1..6u64).prop_map(|part| Act::Unmerge { part }),
    ];
    let step = prop_oneof![
        6 => alert,
        3 => put,
        1 => (0..5u64).prop_map(|number| Step::Window(WindowAct::End { number })),
        1 => settings,
        3 => (1..6u64, acts).prop_map(|(number, act)| Step::Act(number, act)),
        2 => Just(Step::Nothing),
    ];
    (prop_oneof![0..20i64, 20..600i64], step)
}

fn play(night: &mut Night, minute: i64, step: &Step) {
    match step {
        Step::Alert(report) => drop(night.alert(minute, report.clone())),
        Step::Window(act) => drop(night.window(minute, act.clone())),
        Step::Settings(settings) => drop(night.settings(minute, (**settings).clone())),
        Step::Act(number, act) => drop(night.act(minute, *number, act.clone())),
        Step::Nothing => drop(night.pass(minute)),
    }
}

/// Every open incident is silenced by the lowest window that is on and matches, and by no other.
fn silenced_as_it_should_be(night: &Night, minute: i64) -> Result<(), TestCaseError> {
    let on: Vec<_> = night.standing().windows.values().filter(|window| window.covers(at(minute))).collect();
    for incident in night.incidents().iter().filter(|incident| incident.is_open()) {
        let matching = on.iter().find(|window| {
            window.matches.pattern().matches(&incident.asset_name, &incident.signature, incident.severity)
        });
        prop_assert_eq!(incident.silenced_by, matching.map(|window| window.number), "{}", incident.id);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_restart_at_any_cut_changes_nothing_that_is_said(
        steps in prop::collection::vec(any_step(), 1..30),
        cuts in prop::collection::btree_set(0..30usize, 0..4),
    ) {
        let (mut without, mut with) = (Night::with(watched()), Night::with(watched()));
        let mut minute = 0;
        for (index, (after, step)) in steps.iter().enumerate() {
            minute += after;
            if cuts.contains(&index) {
                with.restart();
            }
            play(&mut without, minute, step);
            play(&mut with, minute, step);
            silenced_as_it_should_be(&without, minute)?;
        }
        without.pass(minute + 10_000);
        with.restart();
        with.pass(minute + 10_000);
        let sent = steps.iter().filter(|(_, step)| matches!(step, Step::Alert(_))).count();
        let told = |change: &&Change| matches!(change, Change::AlertReceived(alert) if !quiet::is_ours(&alert.report));
        prop_assert_eq!(without.changes.iter().filter(told).count(), sent, "no alert is dropped");
        // The board forgets by deadlines of its own; what is said of it once more is no news.
        let said = |night: &Night| night.changes.iter().filter(|change| !matches!(change, Change::IncidentForgotten { .. })).cloned().collect::<Vec<_>>();
        prop_assert_eq!(said(&with), said(&without));
        prop_assert_eq!(with.standing(), without.standing());
    }

    #[test]
    fn it_makes_no_difference_how_often_time_is_told(
        steps in prop::collection::vec(any_step(), 1..20),
        ticks in prop::collection::vec(0..600i64, 20),
    ) {
        let (mut once, mut often) = (Night::with(watched()), Night::with(watched()));
        let mut minute = 0;
        for ((after, step), tick) in steps.iter().zip(ticks) {
            often.pass(minute + tick.min(*after));
            minute += after;
            play(&mut once, minute, step);
            play(&mut often, minute, step);
        }
        prop_assert_eq!(&once.changes, &often.changes);
        prop_assert_eq!(once.standing(), often.standing());
    }
}

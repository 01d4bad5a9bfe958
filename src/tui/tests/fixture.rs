//! A fixed board, made by the real core at fixed times, and a seat in front of it.

use std::fmt::Write;
use std::sync::Arc;

use crokey::KeyCombination;
use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::core::alert::{AlertStatus, Report};
use crate::core::assign::Technician;
use crate::core::board::Board;
use crate::core::change::{Change, Published};
use crate::core::correlate::Waiting;
use crate::core::engine::Engine;
use crate::core::execution::Run;
use crate::core::execution::step::{OnExecution, Step};
use crate::core::id::IncidentId;
use crate::core::incident::{Incident, Status};
use crate::core::input::{Act, Actor, Gather, Input, OnIncident, OnWindow};
use crate::core::pulse::Pulse;
use crate::core::query::{Query, Viewer};
use crate::core::role::Risk;
use crate::core::severity::Severity::{self, Critical, High, Low, Medium};
use crate::core::sla::{Clock, Clocks};
use crate::core::tenant::Tenant;
use crate::core::testing::{account, delivery, execution, report, restart, tenant, tenant_id};
use crate::core::time::{Moment, Span};
use crate::core::timeline::TimelineEntry;
use crate::link::remote::{Reached, Remote};
use crate::link::{Detail, Feed, Past, Refusal, Reply, Request, Similar};
use crate::tui::app::{App, Start};
use crate::tui::clock;
use crate::tui::colour::Depth;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::executions;
use crate::tui::keymap;
use crate::tui::popups::history::{Of, Question};
use crate::tui::theme::Look;
use crate::tui::view;

/// 2026-01-31 03:12:40 UTC.
pub const NOW: Moment = Moment(1_769_829_160_000);

/// The engine behind the seat, reduced to what a seat sees of it.
#[derive(Default)]
pub struct World {
    pub engine: Engine,
    pub board: Board,
    alerts: Vec<crate::core::alert::Alert>,
    timeline: Vec<TimelineEntry>,
}

impl World {
    pub fn tenant(&mut self, id: &str, name: &str, change: impl FnOnce(&mut Tenant)) {
        let mut tenant = Tenant { name: name.into(), ..tenant(id) };
        change(&mut tenant);
        let input = Input::Tenant { tenant: Box::new(tenant), credentials: Default::default(), by: Default::default() };
        self.apply(NOW - Span::hours(20), id, &input);
    }

    pub fn alert(&mut self, ago: Span, id: &str, tool: &str, severity: Severity, asset: &str, signature: &str) {
        let message = format!("{signature} on {asset}, by {tool}");
        let report = Report { severity, tool_source: tool.into(), message, ..report(asset, signature) };
        self.report(ago, id, report);
    }

    pub fn report(&mut self, ago: Span, id: &str, report: Report) -> Vec<Published> {
        self.apply(NOW - ago, id, &delivery(vec![report]))
    }

    pub fn act(&mut self, ago: Span, id: &str, incident: u64, who: &str, act: Act) -> Vec<Published> {
        self.apply(NOW - ago, id, &Input::Act(OnIncident { incident, by: Actor::named(who), act }))
    }

    pub fn apply(&mut self, at: Moment, id: &str, input: &Input) -> Vec<Published> {
        let changes = self.engine.apply(at, &tenant_id(id), input);
        self.publish(changes)
    }

    /// Who may be given a tenant's incidents.
    pub fn roster(&mut self, id: &str, technicians: Vec<Technician>) -> Vec<Published> {
        let technicians = Arc::new(technicians);
        self.publish(vec![Change::RosterChanged {
            id: tenant_id(id),
            technicians,
            staffed: true,
            people: Default::default(),
        }])
    }

    /// An incident as it could have become.
    pub fn turn(&mut self, id: &str, number: u64, how: impl FnOnce(&mut Incident)) -> Vec<Published> {
        let id = IncidentId { tenant: tenant_id(id), number };
        let mut incident = (**self.board.incident(&id).unwrap()).clone();
        how(&mut incident);
        self.publish(vec![Change::IncidentUpdated(Arc::new(incident))])
    }

    /// A step of an execution's life; 0 begins one.
    pub fn step(&mut self, ago: Span, id: &str, execution: u64, who: &str, step: Step) -> Vec<Published> {
        let on = OnExecution { execution, by: Actor::named(who), step };
        let barred = self.engine.check_execution(NOW - ago, &tenant_id(id), &on).err();
        assert_eq!(barred, None);
        self.apply(NOW - ago, id, &Input::Execution(on))
    }

    /// Somebody wants an order of that risk for an incident.
    pub fn want(&mut self, ago: Span, id: &str, who: &str, incident: u64, risk: Risk) -> Vec<Published> {
        let of = IncidentId { tenant: tenant_id(id), number: incident };
        let asset = self.board.incident(&of).unwrap().asset_name.clone();
        let order = restart(id, incident, &asset, risk);
        let (digest, typed) = (order.digest(), Some(order.word()));
        self.step(ago, id, 0, who, Step::Ask { order: Box::new(order), digest, typed })
    }

    /// Time passes until then.
    pub fn pass(&mut self, until: Moment) -> Vec<Published> {
        let changes = self.engine.advance(until);
        self.publish(changes)
    }

    fn publish(&mut self, changes: Vec<Change>) -> Vec<Published> {
        let mut all = Vec::new();
        for change in changes {
            match &change {
                Change::AlertReceived(alert) => self.alerts.push((**alert).clone()),
                Change::Timeline(entry) => self.timeline.push((**entry).clone()),
                Change::AlertsCorrelated { incident_id, alerts } => {
                    for alert in self.alerts.iter_mut().filter(|alert| alerts.contains(&alert.id)) {
                        alert.incident_id = Some(incident_id.clone());
                    }
                }
                Change::AlertsReleased { alerts, .. } => {
                    for alert in self.alerts.iter_mut().filter(|alert| alerts.contains(&alert.id)) {
                        alert.incident_id = None;
                    }
                }
                _ => {}
            }
            let company_id = change.tenant().clone();
            let next = Published { revision: self.board.revision + 1, company_id, change };
            self.board.apply(&next);
            all.push(next);
        }
        all
    }

    /// Something that happened to an incident without the engine.
    pub fn said(&mut self, id: &str, number: u64, at: Moment, who: &str, what: crate::core::timeline::Event) {
        let incident_id = crate::core::id::IncidentId { tenant: tenant_id(id), number };
        self.timeline.push(TimelineEntry { incident_id, at, who: Some(who.into()), seat: None, what });
    }

    /// Does what a seat asks for, as the engine does it, and tells the seat.
    pub fn carry_out(&mut self, app: &mut App, effect: &Effect) {
        let Effect::Ask(purpose, request) = effect else { return };
        if self.talk(app, effect) {
            return;
        }
        let by = Actor { who: "priya".into(), seat: "jump-1 pts/4".into() };
        let asked = match request {
            Request::Act { incident, act } => self.engine.check(NOW, &by, incident, act).map(|()| {
                let on = OnIncident { incident: incident.number, by, act: act.clone() };
                (incident.tenant.clone(), Input::Act(on), Reply::Done)
            }),
            Request::Window { tenant, act, .. } => {
                let on = OnWindow { by, act: act.clone() };
                Ok((tenant.clone(), Input::Window(on), Reply::Done))
            }
            Request::Undo => {
                self.engine.undo(&by).map(|undo| (undo.tenant, undo.input, Reply::Undone { what: undo.what }))
            }
            Request::Gather { tenant, from, into, alerts } => {
                let alerts =
                    self.alerts.iter().filter(|alert| alert.id.tenant == *tenant && alerts.contains(&alert.id.number));
                let waiting = |alert: &crate::core::alert::Alert| Waiting {
                    alert: alert.id.number,
                    at: alert.received_at,
                    report: alert.report.clone(),
                };
                let gather = Gather { by, from: *from, into: *into, alerts: alerts.map(waiting).collect() };
                let checked = self.engine.check_gather(tenant, &gather);
                checked.map(|()| (tenant.clone(), Input::Gather(gather), Reply::Done))
            }
            Request::Remote(Remote::Run { draft, digest, typed }) => {
                let begun = self.ask_to_run(draft, digest, typed.clone()).map(|(id, changes)| {
                    happened(app, changes);
                    Reply::Reached(Reached::Begun(id))
                });
                return app.answered(purpose.clone(), begun);
            }
            _ => {
                let Some((purpose, reply)) = self.answer(effect) else { return };
                return app.answered(purpose, Ok(reply));
            }
        };
        match asked {
            Ok((tenant, input, reply)) => {
                let mut changes = self.apply(NOW, tenant.as_str(), &input);
                changes.extend(self.pass(NOW));
                happened(app, changes);
                app.answered(purpose.clone(), Ok(reply));
            }
            Err(why) => app.answered(purpose.clone(), Err(Refusal::new("refused", why.to_string()))),
        }
    }

    /// Whether an incident's history says that.
    pub fn says(&self, id: &IncidentId, part: &str) -> bool {
        let of = self.timeline.iter().filter(|entry| entry.incident_id == *id);
        of.into_iter().any(|entry| entry.what.words(|at| at.to_string()).contains(part))
    }

    /// What the engine would answer.
    pub fn answer(&self, effect: &Effect) -> Option<(Purpose, Reply)> {
        let Effect::Ask(purpose, _) = effect else { return None };
        let reply = match purpose {
            Purpose::Act { .. } => Reply::Done,
            Purpose::TenantAdd => Reply::Issued(Box::new(crate::link::Issued {
                tenant: tenant_id("comp_acme"),
                base_url: "http://127.0.0.1:8001".into(),
                api_key: Some("awk_planted_key".into()),
                hmac_secret: Some("aws_planted_secret".into()),
                alertmanager_key: Some("awk_planted_second".into()),
            })),
            Purpose::Execution(executions::Question::Older(tenant)) => {
                let mut older = execution(tenant.as_str(), 1);
                older.asked_at = NOW - Span::hours(50);
                Reply::Executions(vec![Arc::new(older)])
            }
            Purpose::Execution(_) => Reply::Done,
            Purpose::Machines(question) => Reply::Reached(super::machines::reached(question)),
            Purpose::Resolved(_) => Reply::Incidents(Vec::new()),
            Purpose::Detail(id) | Purpose::Handover(id) => {
                let parts = self.engine.parts_of(id);
                let holds = |of: &IncidentId| of == id || (of.tenant == id.tenant && parts.contains(&of.number));
                let of = |alert: &&crate::core::alert::Alert| alert.incident_id.as_ref().is_some_and(holds);
                Reply::Detail(Box::new(Detail {
                    incident: self.engine.incident(id).cloned().or_else(|| self.earlier(id))?,
                    alerts: self.alerts.iter().rev().filter(of).cloned().collect(),
                    timeline: self.timeline.iter().filter(|entry| entry.incident_id == *id).cloned().collect(),
                }))
            }
            Purpose::Raw(_) => Reply::Raw(br#"{"asset_name":"payment-gw","message":"p99 4.2 s","n":[1,2]}"#.to_vec()),
            Purpose::Undo => Reply::Undone { what: "acknowledged comp_acme-i1".into() },
            Purpose::Gather { .. } | Purpose::Window { .. } => Reply::Done,
            Purpose::History(question) => self.history(question),
            Purpose::Run(question) => super::hands::reached(self, question)?.ok()?,
            Purpose::Look => Reply::Done,
            Purpose::Session(_) => return None,
            Purpose::Attend(question) => super::attending::answer(self, question)?,
            Purpose::Similar(id) => Reply::Similar(Box::new(self.similar(id))),
            Purpose::Audit(_) => Reply::Audit(super::audit::entries()),
            Purpose::Quarantine(_) => Reply::Quarantine(super::sources::unread()),
            Purpose::Source { tenant, about } => super::sources::told(tenant, about),
        };
        Some((purpose.clone(), reply))
    }
}

impl World {
    /// What a search finds: the alerts of the night, and what payment-gw has been through before.
    fn history(&self, question: &Question) -> Reply {
        let viewer = Viewer { who: "priya", now: NOW };
        let query = Query::parse(&question.query).unwrap();
        match question.of {
            Of::Alerts => {
                let found = self.alerts.iter().rev().filter(|alert| query.matches_alert(alert, viewer));
                Reply::Alerts(found.cloned().collect())
            }
            Of::Incidents => {
                let past = self.similar(&IncidentId { tenant: tenant_id("comp_acme"), number: 1 }).incidents;
                let past = past.into_iter().map(|past| Arc::new(past.incident));
                Reply::Incidents(past.filter(|incident| query.shows(incident, viewer)).collect())
            }
        }
    }

    /// One of those before, which have left the board.
    fn earlier(&self, id: &IncidentId) -> Option<Arc<Incident>> {
        let similar = self.similar(&IncidentId { number: 1, ..id.clone() });
        similar.incidents.into_iter().map(|past| Arc::new(past.incident)).find(|incident| incident.id == *id)
    }

    /// What payment-gw has been through before; nothing else has happened twice.
    fn similar(&self, id: &IncidentId) -> Similar {
        let now = self.engine.incident(id).filter(|now| now.asset_name == "payment-gw");
        let past = |(number, days, minutes, who, note): (u64, i64, i64, Option<&str>, Option<&str>)| {
            let opened_at = NOW - Span::hours(24 * days) - Span::minutes(17 * days);
            let incident = Incident {
                id: IncidentId { number: 900 + number, ..id.clone() },
                status: Status::Resolved,
                opened_at,
                resolved_at: Some(opened_at + Span::minutes(minutes)),
                resolved_by: who.map(str::to_owned),
                ..(**now?).clone()
            };
            Some(Past { incident, note: note.map(str::to_owned) })
        };
        let pasts = [
            (7, 2, 12, Some("priya"), Some("restarted the connection pool")),
            (6, 10, 125, Some("sam"), Some("the provider had an outage")),
            (5, 23, 4, None, None),
        ];
        let incidents: Vec<_> = pasts.into_iter().filter_map(past).collect();
        Similar { within_30_days: if incidents.is_empty() { 0 } else { 7 }, incidents }
    }
}

/// Six tenants at night: a storm, a multi-tool incident on a critical asset, a flapping check, a failing sender.
pub fn night() -> World {
    let mut world = World::default();
    world.tenant("comp_acme", "Acme Corp", |tenant| {
        tenant.settings.critical_assets = vec!["payment-*".into(), "db-01".into()];
    });
    world.tenant("comp_borealis", "Borealis Health", |_| {});
    world.tenant("comp_cobalt", "Cobalt Logistics", |tenant| tenant.settings.signing.enabled = false);
    world.tenant("comp_dunes", "Dunes Hotels", |_| {});
    world.tenant("comp_ember", "Ember Energy", |_| {});
    world.tenant("comp_fjord", "Fjord Bank", |_| {});
    world.alert(Span::hours(5), "comp_dunes", "Zabbix", Medium, "pos-17", "disk_full");
    world.alert(Span::hours(2), "comp_borealis", "Zabbix", High, "pacs-02", "backup_failed");
    world.alert(Span::minutes(46), "comp_fjord", "Prometheus", Low, "atm-gw", "cert_expires_soon");
    world.alert(Span::minutes(31), "comp_cobalt", "Datadog", High, "router-hub", "packet_loss");
    world.act(Span::minutes(29), "comp_cobalt", 1, "sam", Act::Assign { to: "sam".into() });
    for minute in [25, 24, 24, 23, 23, 22] {
        world.alert(Span::minutes(minute), "comp_cobalt", "Datadog", Medium, "scanner-7", "heartbeat_missing");
    }
    for (minute, tool) in [(12, "Datadog"), (11, "Zabbix"), (9, "Datadog"), (8, "CloudWatch"), (6, "Datadog")] {
        world.alert(Span::minutes(minute), "comp_acme", tool, Critical, "payment-gw", "high_latency");
    }
    world.alert(Span::minutes(7), "comp_acme", "Zabbix", High, "db-01", "replication_lag");
    world.act(Span::minutes(5), "comp_acme", 2, "priya", Act::ACKNOWLEDGE);
    for minute in [4, 3, 3, 2] {
        let firing = Report { severity: Medium, ..report("vpn-edge", "tunnel_down") };
        world.report(Span::minutes(minute), "comp_ember", firing.clone());
        world.report(Span(minute * 60_000 - 20_000), "comp_ember", Report { status: AlertStatus::Resolved, ..firing });
    }
    world.alert(Span(50_000), "comp_ember", "Prometheus", Medium, "vpn-edge", "tunnel_down");
    for host in 1..=9_i64 {
        world.alert(
            Span(40_000 - host * 2_000),
            "comp_borealis",
            "Prometheus",
            High,
            &format!("ward-{host:02}"),
            "host_down",
        );
    }
    let act = Act::Note { text: "called the carrier, ticket 4711".into() };
    world.act(Span(15_000), "comp_acme", 1, "priya", act);
    let refused =
        [("comp_dunes", "signature_wrong", 412), ("comp_dunes", "timestamp_old", 3), ("comp_acme", "not_json", 1)];
    let mut pulse =
        Pulse { at: NOW, listen: Some("127.0.0.1:8001".into()), received: 40, strangers: 2, ..Pulse::default() };
    for (id, cause, count) in refused {
        pulse.refused.entry(tenant_id(id)).or_default().insert(cause.into(), count);
    }
    world.board.pulse = pulse;
    world
}

/// The night, with an AWS account for every tenant.
pub fn night_in_reach() -> World {
    in_reach(night(), Span(15_000))
}

/// A world with an AWS account for every tenant since then.
pub fn in_reach(mut world: World, ago: Span) -> World {
    let tenants: Vec<_> = world.board.tenants.values().filter_map(|panel| panel.tenant.clone()).collect();
    for tenant in tenants {
        let mut tenant = Tenant::clone(&tenant);
        tenant.settings.aws = Some(account());
        let id = tenant.id.clone();
        let input = Input::Tenant { tenant: Box::new(tenant), credentials: Default::default(), by: Default::default() };
        world.apply(NOW - ago, id.as_str(), &input);
    }
    world
}

/// The night with executions, all within its last seconds, since the engine's clock never goes back: two wait for approval,
/// priya's among them, one runs, and one has failed.
pub fn night_at_work() -> World {
    let mut world = night_in_reach();
    let run = |status: &str, exit_code| Run {
        instance: "i-0123456789abcdef0".parse().unwrap(),
        status: status.into(),
        detail: status.into(),
        exit_code,
        started_at: Some(NOW - Span(9_000)),
        ended_at: exit_code.map(|_| NOW - Span(8_000)),
    };
    let sent = |command_id: &str| Step::Sent { command_id: command_id.into(), request_id: None };
    let program = "alert-whisperer";
    world.want(Span(14_000), "comp_cobalt", "kim", 1, Risk::Low);
    world.step(Span(13_000), "comp_cobalt", 1, program, Step::Sending);
    world.step(Span(13_000), "comp_cobalt", 1, program, sent("c-1"));
    world.want(Span(12_000), "comp_acme", "sam", 1, Risk::High);
    world.want(Span(11_000), "comp_acme", "priya", 2, Risk::High);
    world.want(Span(10_000), "comp_borealis", "sam", 1, Risk::Medium);
    world.step(Span(9_000), "comp_borealis", 1, program, Step::Sending);
    world.step(Span(9_000), "comp_borealis", 1, program, sent("c-2"));
    let ended = Step::Ended { runs: vec![run("Failed", Some(1))], outputs: Vec::new() };
    world.step(Span(8_000), "comp_cobalt", 1, program, ended);
    world.step(Span(7_000), "comp_borealis", 1, program, Step::Progress { runs: vec![run("InProgress", None)] });
    world
}

/// The night with people to give it to, a promise that is nearly broken, and a tenant whose alerts are correlated by hand.
pub fn busy_night() -> World {
    let mut world = night();
    let technician = |name: &str, skills: &[&str], on_call: &str, lead| Technician {
        name: name.into(),
        skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
        tenants: vec!["*".into()],
        on_call: on_call.into(),
        at_most: None,
        lead,
    };
    let team = vec![
        technician("sam", &["Network"], "always", false),
        technician("priya", &["Database", "Server"], "mon-fri 08:00-18:00", false),
        technician("kim", &[], "always", true),
        technician("Jo van Dyk", &["Server"], "never", true),
    ];
    for id in ["comp_acme", "comp_cobalt"] {
        world.roster(id, team.clone());
    }
    world.turn("comp_acme", 1, |incident| {
        let clock = |due: i64, warned| Clock {
            from: incident.opened_at,
            due_at: NOW + Span::minutes(due),
            stopped_at: None,
            warned,
            breached: due < 0,
        };
        incident.sla = Clocks { respond: Some(clock(3, true)), resolve: Some(clock(228, false)) };
        incident.unassigned_because = Some("nobody with the skill Server is on call".into());
        incident.escalations = 1;
        incident.merged = vec![9];
    });
    world.turn("comp_acme", 2, |incident| {
        incident.acknowledged_because = Some("waiting for parts".into());
        incident.acknowledged_until = Some(NOW + Span::hours(2));
        incident.snoozed_until = Some(NOW + Span::hours(2));
    });
    world.tenant("comp_gale", "Gale Wind", |tenant| tenant.settings.correlation.auto_correlate = false);
    for (ago, signature) in [(9, "blade_ice"), (8, "blade_ice"), (7, "gearbox_hot"), (6, "Blade_Ice")] {
        world.alert(Span(ago * 1_000), "comp_gale", "Scada", High, "turbine-3", signature);
    }
    world
}

/// A seat that has got nothing yet.
pub fn seat() -> App {
    seat_with(|_| {})
}

pub fn seat_with(change: impl FnOnce(&mut Start)) -> App {
    let mut start = Start {
        operator: "priya".into(),
        seat: "jump-1 pts/4".into(),
        read_only: false,
        embedded: false,
        hands_over: true,
        rings_from: Some(Severity::Critical),
        base_url: None,
        utc_offset: clock::utc,
        look: Look::new("default", Depth::Rgb, false).unwrap(),
        themes: Default::default(),
        keys: Vec::new(),
        memory: Default::default(),
        now: NOW,
    };
    change(&mut start);
    App::new(start)
}

/// A seat in front of a world, as it is after its first frames.
pub fn in_front_of(world: &World, width: u16, height: u16) -> App {
    let mut app = seat();
    show(&mut app, world);
    settled(&mut app, world, width, height);
    app
}

pub fn show(app: &mut App, world: &World) {
    app.changed(Feed::Snapshot(Box::new(world.board.snapshot())));
}

pub fn happened(app: &mut App, changes: Vec<Published>) {
    app.changed(Feed::Changes(Arc::new(changes)));
}

/// Settles until there is nothing left to ask, answering as the engine would.
pub fn settled(app: &mut App, world: &World, width: u16, height: u16) {
    for _ in 0..5 {
        for effect in app.settle(Rect::new(0, 0, width, height), true) {
            if let Some((purpose, reply)) = world.answer(&effect) {
                app.answered(purpose, Ok(reply));
            }
        }
    }
}

/// Presses keys as the table writes them; the effects of the last one.
pub fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    keymap::read(keys).unwrap().into_iter().map(|key| app.press(key)).last().unwrap()
}

/// Plays a script: keys as the table writes them, and text to be typed `'in quotes'`. Each key is answered as the engine would,
/// and followed by a frame. How many keys that took.
pub fn play(app: &mut App, world: &World, script: &str, (width, height): (u16, u16)) -> usize {
    let mut count = 0;
    for key in script_keys(script) {
        for effect in app.press(key) {
            if let Some((purpose, reply)) = world.answer(&effect) {
                app.answered(purpose, Ok(reply));
            }
        }
        let said = app.toast.as_ref().map_or("", |toast| &toast.text);
        assert!(!said.contains("does nothing here"), "{script}: {said}");
        settled(app, world, width, height);
        count += 1;
    }
    count
}

/// Presses the keys of a script, each answered by the living engine and followed by a frame; how many there were.
pub fn work(app: &mut App, world: &mut World, script: &str, (width, height): (u16, u16)) -> usize {
    let keys = script_keys(script);
    for key in &keys {
        for effect in app.press(*key) {
            world.carry_out(app, &effect);
        }
        settled(app, world, width, height);
    }
    keys.len()
}

/// The keys of a script as [`play`] reads it.
pub fn script_keys(script: &str) -> Vec<KeyCombination> {
    let typed = |c| KeyCombination::one_key(KeyCode::Char(c), KeyModifiers::NONE).normalized();
    let parts = script.split('\'').enumerate();
    let keys = parts.flat_map(|(at, part)| match at % 2 {
        1 => part.chars().map(typed).collect(),
        _ if part.trim().is_empty() => Vec::new(),
        _ => keymap::read(part).unwrap(),
    });
    keys.collect()
}

/// Types text.
pub fn type_in(app: &mut App, text: &str) {
    for key in script_keys(&format!("'{text}'")) {
        app.press(key);
    }
}

pub fn draw(app: &App, width: u16, height: u16) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    view::draw(app, &mut buffer);
    buffer
}

/// The text alone.
pub fn text(buffer: &Buffer) -> String {
    let area = *buffer.area();
    let line = |y| {
        let mut line = String::new();
        let mut x = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(unicode_width::UnicodeWidthStr::width(symbol).max(1)).unwrap();
        }
        line.trim_end().to_owned()
    };
    (0..area.height).map(line).collect::<Vec<_>>().join("\n")
}

/// The text, then for each line the letters of its styles, then what the letters mean.
pub fn with_styles(buffer: &Buffer) -> String {
    let area = *buffer.area();
    let mut legend: Vec<(Color, Color, Modifier)> = vec![(Color::Reset, Color::Reset, Modifier::empty())];
    let mut styles = String::new();
    for y in 0..area.height {
        let mut line = String::new();
        for x in 0..area.width {
            let cell = &buffer[(x, y)];
            let style = (cell.fg, cell.bg, cell.modifier);
            let at = legend.iter().position(|known| *known == style).unwrap_or_else(|| {
                legend.push(style);
                legend.len() - 1
            });
            line.push(".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".chars().nth(at).unwrap());
        }
        writeln!(styles, "{}", line.trim_end_matches('.')).unwrap();
    }
    let mut out = format!("{}\n{}\n{styles}", text(buffer), "-".repeat(area.width.into()));
    for (at, (fg, bg, modifier)) in legend.iter().enumerate().skip(1) {
        let letter = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".chars().nth(at).unwrap();
        writeln!(out, "{letter}: {fg} on {bg} {modifier:?}").unwrap();
    }
    out
}

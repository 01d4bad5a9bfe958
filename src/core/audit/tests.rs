use serde_json::{Value, json};

use super::*;
use crate::core::credentials::{Credentials, HmacSecret, Secret, Source};
use crate::core::engine::Engine;
use crate::core::execution::order::{Expect, OnSuccess, Order, Platform, Target};
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{APPROVAL_FOR, Run};
use crate::core::id::{IncidentId, TenantId};
use crate::core::input::{Act, Delivery, Input, OnIncident, Restore, WindowAct};
use crate::core::role::Risk;
use crate::core::source::Sources;
use crate::core::source::auth::Preset;
use crate::core::tenant::{AwsAccount, Settings, Tenant};
use crate::core::testing::{report, tenant_id};
use crate::core::time::Span;

/// An engine with the tenant `a` and its incident 1, and what was on record until then left out.
struct Night {
    core: Engine,
    id: TenantId,
    now: Moment,
}

/// With the account that the orders are for.
fn reachable() -> Settings {
    let (account_id, region) = ("123456789012".into(), "eu-west-1".into());
    Settings { aws: Some(AwsAccount { account_id, region, ..AwsAccount::default() }), ..Settings::default() }
}

impl Night {
    fn new() -> Self {
        let mut night = Self { core: Engine::default(), id: tenant_id("a"), now: Moment(1_700_000_000_000) };
        night.input(tenant(&reachable(), &Credentials::default(), "sam"));
        night.input(Input::Delivery(Delivery {
            source: "alerts".into(),
            reports: vec![report("web-03", "disk_full").into()],
            ..Delivery::default()
        }));
        night.core.take_audited();
        night
    }

    fn input(&mut self, input: Input) {
        self.core.apply(self.now, &self.id.clone(), &input);
    }

    fn records(&mut self) -> Vec<Record> {
        self.core.take_audited().into_iter().map(|(_, record)| record).collect()
    }

    fn only(&mut self, input: Input) -> Record {
        self.input(input);
        let [only] = &self.records()[..] else { panic!("one record was expected") };
        only.clone()
    }

    fn act(&mut self, act: Act) -> Record {
        self.only(Input::Act(OnIncident { incident: 1, by: priya(), act }))
    }

    fn step(&mut self, by: Actor, step: Step) -> Vec<Record> {
        self.input(Input::Execution(OnExecution { execution: u64::from(!matches!(step, Step::Ask { .. })), by, step }));
        self.records()
    }

    fn ask(&mut self, order: &Order) -> Vec<Record> {
        let (digest, typed) = (order.digest(), Some("web-03".into()));
        self.step(priya(), Step::Ask { order: Box::new(order.clone()), digest, typed })
    }

    fn order(&self, risk: Risk, command: &str) -> Order {
        let incident = IncidentId { tenant: self.id.clone(), number: 1 };
        Order {
            runbook: None,
            title: "df".into(),
            risk,
            account_id: "123456789012".into(),
            region: "eu-west-1".into(),
            platform: Platform::Linux,
            document: "AWS-RunShellScript".into(),
            document_version: None,
            parameters: [("commands".to_owned(), vec![command.to_owned()])].into(),
            targets: vec![Target {
                incident,
                instance: "i-0123456789abcdef0".parse().unwrap(),
                asset: "web-03".into(),
            }],
            timeout_seconds: 300,
            expect: Expect::default(),
            on_success: OnSuccess::Note,
            auto: false,
            again: None,
        }
    }
}

fn priya() -> Actor {
    Actor { who: "priya".into(), seat: "jump01 pts/3".into() }
}

fn tenant(settings: &Settings, credentials: &Credentials, who: &str) -> Input {
    let tenant = Tenant {
        id: tenant_id("a"),
        name: "Acme".into(),
        created_at: Moment(0),
        settings: settings.clone(),
        sources: Default::default(),
        credentials: Default::default(),
    };
    Input::Tenant { tenant: Box::new(tenant), credentials: credentials.into(), by: Actor::named(who) }
}

#[test]
fn an_act_is_on_record_with_who_where_what_on_what_and_how_it_came_out() {
    let mut night = Night::new();
    let done = night.act(Act::Snooze { until: night.now + Span::HOUR, why: Some("vendor called".into()) });
    let expected = Record {
        at: night.now,
        who: "priya".into(),
        seat: "jump01 pts/3".into(),
        what: "incident.snooze".into(),
        on: "a-i1".into(),
        parameters: json!({ "until": night.now + Span::HOUR, "why": "vendor called" }),
        outcome: "done".into(),
        request_id: None,
    };
    assert_eq!(done, expected);
    let late = night.act(Act::Snooze { until: night.now, why: None });
    assert_eq!(late.outcome, "refused: that time has passed; give one that is ahead");
    let restored = night.act(Act::Restore(Box::new(Restore {
        what: "snooze of a-i1".into(),
        incidents: Vec::new(),
        keys: Vec::new(),
        moved: None,
    })));
    assert_eq!((&*restored.what, restored.parameters), ("incident.undo", json!({ "what": "snooze of a-i1" })));
}

#[test]
fn every_act_has_its_name_on_record() {
    let acts = [
        (Act::ACKNOWLEDGE, "incident.acknowledge", Value::Null),
        (Act::Start, "incident.start", Value::Null),
        (Act::Assign { to: "sam".into() }, "incident.assign", json!({ "to": "sam" })),
        (Act::Release, "incident.release", Value::Null),
        (Act::Wake, "incident.wake", Value::Null),
        (Act::Escalate { to: None, why: None }, "incident.escalate", Value::Null),
        (Act::Note { text: "seen".into() }, "incident.note", json!({ "text": "seen" })),
        (Act::RESOLVE, "incident.resolve", Value::Null),
        (Act::Reopen, "incident.reopen", Value::Null),
    ];
    let mut night = Night::new();
    for (act, what, parameters) in acts {
        let record = night.act(act);
        assert_eq!((&*record.what, &record.parameters, &*record.outcome), (what, &parameters, "done"));
    }
}

#[test]
fn a_tenant_s_change_says_which_settings_and_never_a_secret() {
    let mut night = Night::new();
    let mut settings = Settings { critical_assets: vec!["db-*".into()], ..reachable() };
    settings.correlation.time_window_minutes = 5;
    let set = night.only(tenant(&settings, &Credentials::default(), "priya"));
    assert_eq!((&*set.what, &*set.who, &*set.on), ("tenant.set", "priya", "a"));
    assert_eq!(set.parameters, json!({ "critical_assets": "db-*", "correlation.time_window_minutes": "5" }));
    let credentials = Credentials {
        sources: vec![Source::new("alerts", [7; 32])],
        hmac: vec![HmacSecret { secret: Secret::new("planted-secret"), expires_at: None }],
    };
    let set = night.only(tenant(&settings, &credentials, "priya"));
    assert_eq!(set.what, "tenant.rotate_secret");
    assert_eq!(set.parameters, json!({ "keys.alerts": "***", "secrets.hmac": "***" }));
    let same = night.only(tenant(&settings, &credentials, "priya"));
    assert_eq!((&*same.what, same.parameters), ("tenant.set", Value::Null));
    let removed = night.only(Input::TenantRemoved { by: priya() });
    assert_eq!((&*removed.what, &*removed.who), (TENANT_REMOVED, "priya"));
    assert!(night.only(tenant(&settings, &credentials, "")).who == PROGRAM, "what nobody did, the program did");
}

#[test]
fn a_source_s_change_says_which_and_never_a_secret() {
    let mut night = Night::new();
    let settings = reachable();
    let of = |sources: Sources, credentials: &Credentials| match tenant(&settings, credentials, "priya") {
        Input::Tenant { tenant, credentials, by } => {
            Input::Tenant { tenant: Box::new(Tenant { sources, ..*tenant }), credentials, by }
        }
        other => other,
    };
    let secret = |text: &str| HmacSecret { secret: Secret::new(text), expires_at: None };
    let with = |secrets: Vec<HmacSecret>, key: u8| Credentials {
        sources: vec![Source { secrets, ..Source::new("gh", [key; 32]) }],
        hmac: Vec::new(),
    };
    let kind = "custom".parse().unwrap();
    let plain = crate::core::source::Source { kind, auth: Preset::Github.into(), mapping: None };
    let sources = |mapping: Option<&str>| {
        let mapping = mapping.map(Into::into);
        Sources::from([("gh".to_owned(), crate::core::source::Source { mapping, ..plain.clone() })])
    };
    night.only(of(Sources::new(), &Credentials::default()));
    let mut what = |input| {
        let record = night.only(input);
        assert!(!format!("{record:?}").contains("planted"));
        (record.what, record.parameters)
    };
    let (name, parameters) = what(of(sources(None), &with(vec![secret("planted-1")], 1)));
    assert_eq!((&*name, &parameters["sources.gh"]["kind"]), ("source.add", &json!("custom")));
    assert_eq!((&parameters["keys.gh"], &parameters["secrets.gh"]), (&json!("***"), &json!("***")));
    let (name, parameters) = what(of(sources(None), &with(vec![secret("planted-2")], 1)));
    assert_eq!((&*name, parameters), ("source.rotate_secret", json!({ "secrets.gh": "***" })));
    let (name, parameters) = what(of(sources(None), &with(vec![secret("planted-2")], 2)));
    assert_eq!((&*name, parameters), ("source.rotate_key", json!({ "keys.gh": "***" })));
    let (name, parameters) = what(of(sources(Some("x = 1")), &with(vec![secret("planted-2")], 2)));
    assert_eq!((&*name, parameters["sources.gh"]["mapping_sha256"].is_string()), ("source.set", true));
    let (name, parameters) = what(of(Sources::new(), &Credentials::default()));
    assert_eq!((&*name, parameters), ("source.remove", json!({ "sources.gh": null })));
}

#[test]
fn an_execution_is_on_record_from_the_wish_to_the_end() {
    let mut night = Night::new();
    let order = night.order(Risk::High, "systemctl restart nginx");
    let asked = night.ask(&order);
    let [asked] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!((&*asked.what, &*asked.on, &*asked.outcome), ("execution.ask", "a-x1", "waits for approval"));
    assert_eq!(asked.parameters["parameters"]["commands"][0], "systemctl restart nginx");
    assert_eq!(asked.parameters["digest"], order.digest());
    assert_eq!(asked.parameters["targets"][0]["instance"], "i-0123456789abcdef0");

    let digest = order.digest();
    let own = night.step(priya(), Step::Approve { digest: digest.clone(), why: None });
    assert!(own[0].outcome.starts_with("refused: nobody approves what they asked for themselves"), "{own:?}");
    let approved = night.step(Actor::named("sam"), Step::Approve { digest, why: Some("yes".into()) });
    assert_eq!((&*approved[0].what, &*approved[0].who, &*approved[0].outcome), ("execution.approve", "sam", "done"));
    assert_eq!(approved[0].parameters["asked_by"], "priya");
    assert!(night.step(Actor::program(""), Step::Sending).is_empty(), "that it is about to be sent is no news yet");
    let sent = night.step(Actor::program(""), Step::Sent { command_id: "c-1".into(), request_id: Some("r-1".into()) });
    assert_eq!(
        (&*sent[0].what, &*sent[0].outcome, sent[0].request_id.as_deref()),
        ("execution.send", "sent", Some("r-1"))
    );
    let run = Run {
        instance: "i-0123456789abcdef0".parse().unwrap(),
        status: "Failed".into(),
        detail: "Failed".into(),
        exit_code: Some(3),
        started_at: None,
        ended_at: None,
    };
    let ended = night.step(Actor::program(""), Step::Ended { runs: vec![run], outputs: Vec::new() });
    let [ended] = &ended[..] else { panic!("{ended:?}") };
    assert_eq!((&*ended.what, &*ended.who), ("execution.end", PROGRAM));
    assert!(ended.outcome.starts_with("failed: i-") && ended.outcome.ends_with("ended with exit code 3"), "{ended:?}");
    assert_eq!(ended.request_id.as_deref(), Some("r-1"));
    assert_eq!(ended.parameters["machines"][0]["exit_code"], 3);
}

#[test]
fn what_time_brings_an_execution_is_on_record_at_its_time() {
    let mut night = Night::new();
    let order = night.order(Risk::High, "reboot");
    night.ask(&order);
    let late = night.now + APPROVAL_FOR;
    night.core.advance(late + Span::HOUR);
    let records = night.records();
    let [expired] = &records[..] else { panic!("{records:?}") };
    assert_eq!((&*expired.what, &*expired.outcome, expired.at), ("execution.end", "not approved in time", late));
}

#[test]
fn windows_and_gathered_alerts_are_on_record_by_their_ids() {
    let mut night = Night::new();
    let window = |number| WindowAct::Put {
        window: Box::new(
            serde_json::from_value(json!({
                "number": number, "matches": { "asset": "web-*" }, "begins_at": night.now, "lasts": 3_600_000,
                "author": "", "reason": "patch night", "created_at": night.now,
            }))
            .unwrap(),
        ),
    };
    let (make, change) = (window(0), window(1));
    let mut on = |act| night.only(Input::Window(crate::core::input::OnWindow { by: priya(), act }));
    let made = on(make);
    assert_eq!((&*made.what, &*made.on, &*made.outcome), ("window.make", "a-w1", "done"));
    assert_eq!(made.parameters["reason"], "patch night");
    assert_eq!(on(change.clone()).what, "window.change");
    assert_eq!(on(WindowAct::End { number: 1 }).what, "window.end");
    assert_eq!(on(WindowAct::End { number: 1 }).outcome, "refused: there is no such window any more");
    assert_eq!(on(change).outcome, "done", "its end is taken back");
}

#[test]
fn an_unknown_tenant_has_no_record_and_deliveries_make_none() {
    let mut night = Night::new();
    night.id = tenant_id("b");
    night.input(Input::Act(OnIncident { incident: 1, by: priya(), act: Act::Start }));
    night.input(Input::TenantRemoved { by: priya() });
    assert!(night.records().is_empty());
}

#[test]
fn what_people_type_is_masked_where_the_name_of_a_secret_stands_before_it() {
    let table = [
        ("mysql -u root --password hunter2 -e 'x'", "mysql -u root --password *** -e 'x'"),
        ("curl -H 'Authorization: Bearer abc.def' url", "curl -H 'Authorization: Bearer *** url"),
        ("export DB_PASSWORD=hunter2; run", "export DB_PASSWORD=*** run"),
        ("\"secret\": \"hunter2\"", "\"secret\": ***"),
        ("PGPASSWORD = hunter2 next", "PGPASSWORD = *** next"),
        ("key AKIAIOSFODNN7EXAMPLE, and", "key ***, and"),
        ("df -h\n\ttokenize the list", "df -h\n\ttokenize the list"),
        ("resetting the password", "resetting the password"),
    ];
    for (said, masked) in table {
        assert_eq!(masked::text(said), masked);
        assert_eq!(masked::text(masked), masked, "masking again changes nothing");
    }
    let value = masked::value(json!({ "api_token": ["x"], "why": "AKIAIOSFODNN7EXAMPLE", "n": 5 }));
    assert_eq!(value, json!({ "api_token": "***", "why": "***", "n": 5 }));
}

#[test]
fn a_long_text_is_cut_and_known_by_its_digest() {
    let long = "é".repeat(4_000);
    let cut = masked::text(&long);
    assert!(cut.len() < 2_200 && cut.starts_with("éé"), "{}", cut.len());
    assert!(cut.contains("(8000 bytes, SHA-256 "));
    assert_eq!(masked::text(&cut), cut);
}

//! A tenant's sources at a seat: listed with how they are, added, changed, taken away; topics; and requests that nobody could read.

use std::collections::BTreeMap;

use super::fixture::{
    NOW, World, draw, in_front_of, night, night_in_reach, play, press, seat_with, settled, show, text, type_in,
};
use super::hostile::{EVIL, look_everywhere};
use super::screens::at_four_sizes_of;
use crate::core::alert::{AlertStatus, Report};
use crate::core::input::Rejected;
use crate::core::reading::{Origin, Parsed, Unreadable};
use crate::core::severity::Severity;
use crate::core::source::Source;
use crate::core::source::auth::{Auth, Preset};
use crate::core::testing::{report, tenant_id};
use crate::core::time::{Moment, Span};
use crate::link::source::{Ask, Body, Health, Issued, SecretShown, Shown, Told, TopicShown};
use crate::link::{Feed, Quarantined, Refusal, Reply, Request};
use crate::tui::app::App;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::popups::Popup;

const KEY: &str = "awk_PlantedSourceKey";
const SECRET: &str = "aws_PlantedSourceSecret";
const TOPIC: &str = "arn:aws:sns:eu-west-1:444455556666:alarms";

fn ago(span: Span) -> Option<Moment> {
    Some(NOW - span)
}

fn of(name: &str, kind: &str, preset: Option<Preset>, health: Health) -> Shown {
    let source = Source::of(kind.parse().unwrap());
    let source = Source { auth: preset.map_or(source.auth.clone(), Into::into), ..source };
    let url = format!("http://127.0.0.1:8001/api/webhooks/{name}");
    Shown { name: name.into(), source, url, secrets: Vec::new(), topics: Vec::new(), health }
}

fn refused(cause: &str, count: u64, span: Span) -> Health {
    let refused = BTreeMap::from([(cause.to_owned(), count)]);
    Health { refused, last_refused: Some((NOW - span, cause.into())), ..Health::default() }
}

/// Five sources: one fine, one never seen, one refused, one with two secrets and a wrong clock, one with a topic that asks.
fn sources() -> Vec<Shown> {
    let secret = |id: &str, expires_at, verified_at| SecretShown { id: id.into(), expires_at, verified_at };
    let fine = Health {
        seen_at: ago(Span(12_000)),
        in_last_hour: 34,
        taken: 412,
        skew_seconds: Some(2),
        last_alert: Some("comp_acme-a17".parse().unwrap()),
        ..Health::default()
    };
    let health = Health {
        seen_at: ago(Span::hours(3)),
        taken: 7,
        unreadable: 2,
        ..refused("key_in_two_places", 12, Span::minutes(3))
    };
    let clock = Health {
        seen_at: ago(Span::minutes(5)),
        in_last_hour: 3,
        taken: 9,
        skew_seconds: Some(-94),
        ..Health::default()
    };
    vec![
        Shown {
            secrets: vec![secret("3f2a91", None, ago(Span(12_000)))],
            ..of("alerts", "native", None, fine.clone())
        },
        of("alertmanager", "alertmanager", None, Health::default()),
        of("dd-prod", "datadog", None, health),
        Shown {
            secrets: vec![
                secret("77c0de", None, None),
                secret("91ab22", Some(NOW + Span::hours(20)), ago(Span::minutes(5))),
            ],
            ..of("runner", "custom", Some(Preset::StandardWebhooks), clock)
        },
        Shown {
            topics: vec![
                TopicShown { arn: TOPIC.into(), approved: false, since: NOW - Span::minutes(9) },
                TopicShown { arn: TOPIC.replace("alarms", "budget"), approved: true, since: NOW - Span::hours(50) },
            ],
            ..of("prod-sns", "sns", None, Health { seen_at: ago(Span::hours(1)), taken: 3, ..Health::default() })
        },
    ]
}

/// Requests that nobody could read: cut text, what a terminal hides, and JSON that is no alert.
pub fn unread() -> Vec<Quarantined> {
    let request = |number, minutes, source: &str, reason: &str, fields: &[&str], raw: &[u8]| Quarantined {
        number,
        at: NOW - Span::minutes(minutes),
        source: source.into(),
        reason: reason.into(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        raw: raw.to_vec(),
    };
    vec![
        request(3, 3, "alerts", "not an alert", &["/severity"], b"{\"severity\":\"\x1b[31mred\""),
        request(
            2,
            8,
            "dd-prod",
            "not JSON: a comma before the end",
            &[],
            "{\"host\":\"web-01\u{202e}\0\",\"p99\":\"4 s\u{200b}\",}\r\n\u{fffd}".as_bytes(),
        ),
        request(
            1,
            9,
            "dd-prod",
            "there is no alert in it",
            &["/host"],
            br#"{"title":"cpu","labels":{"region":"eu-1"}}"#,
        ),
    ]
}

fn origin(field: &str, from: &str, found: Option<&str>) -> Origin {
    Origin { field: field.into(), from: from.into(), found: found.map(str::to_owned) }
}

fn parsed() -> Parsed {
    let first = Report {
        severity: Severity::Critical,
        message: "p99 of 4.2 s over 5 min".into(),
        tool_source: "Datadog".into(),
        fingerprint: Some("monitor-4711".into()),
        occurred_at: ago(Span(40_000)),
        links: vec!["https://app.datadoghq.eu/monitors/4711".into()],
        labels: BTreeMap::from([("region".into(), "eu-1".into())]),
        ..report("payment-gw", "high_latency")
    };
    let origins = vec![
        origin("asset_name", "/host", Some("payment-gw")),
        origin("signature", "/title", Some("[Triggered] high_latency")),
        origin("severity", "/priority", Some("P1")),
        origin("fingerprint", "/monitor_id", Some("4711")),
        origin("instance_id", "nothing was found", None),
        origin("labels.region", "/tags/0", Some("eu-1")),
    ];
    let second = Report { status: AlertStatus::Resolved, ..report("db-01", "replication_lag") };
    let rejected = vec![Rejected { index: 1, reason: "too long".into(), fields: vec!["/alerts/1/host".into()] }];
    Parsed {
        reports: vec![first, second],
        indices: vec![0, 2],
        rejected,
        batch: true,
        truncated: 3,
        delivery_id: None,
        origins: vec![origins, Vec::new()],
    }
}

/// What the engine would say.
pub fn told(tenant: &crate::core::id::TenantId, ask: &Ask) -> Reply {
    let issued = |name: &str, kind: &str, api_key: Option<&str>, hmac_secret: Option<&str>| {
        Reply::Source(Told::Issued(Box::new(Issued {
            tenant: tenant.clone(),
            name: name.into(),
            kind: kind.parse().unwrap(),
            webhook_url: format!("http://127.0.0.1:8001/api/webhooks/{name}"),
            api_key: api_key.map(str::to_owned),
            hmac_secret: hmac_secret.map(str::to_owned),
        })))
    };
    match ask {
        Ask::List => Reply::Source(Told::List(sources())),
        Ask::Add { name, kind, auth, .. } => {
            let auth = auth.as_deref().cloned().unwrap_or_else(|| Source::of(*kind).auth);
            let signs = matches!(auth, Auth::Hmac(_));
            issued(name, kind.name(), Some(KEY), signs.then_some(SECRET))
        }
        Ask::RotateKey { name } => issued(name, "datadog", Some(KEY), None),
        Ask::RotateSecret { name, .. } => issued(name, "custom", None, Some(SECRET)),
        Ask::Read { body: Body::Quarantined(1), .. } => {
            let (reason, fields) = ("nothing says what is ill".into(), vec!["/host".into()]);
            Reply::Source(Told::Reading(Box::new(Err(Unreadable::NoAlert { reason, fields }))))
        }
        Ask::Read { .. } => Reply::Source(Told::Reading(Box::new(Ok(parsed())))),
        Ask::Replay { .. } => Reply::Source(Told::Replayed { taken: 1, left: 1 }),
        Ask::Set { .. } | Ask::Remove { .. } | Ask::Topic { .. } | Ask::Discard { .. } => Reply::Done,
    }
}

/// A seat that has added a source, whose first message has just come.
pub fn first_message_understood(size: (u16, u16)) -> App {
    let world = night();
    let mut app = in_front_of(&world, size.0, size.1);
    play(&mut app, &world, "g o n 'datadog' enter ctrl-u 'dd-eu' enter", size);
    app.tick(NOW + Span(5_000));
    let mut all = sources();
    let last_alert = Some("comp_acme-a18".parse().unwrap());
    let health = Health { seen_at: Some(NOW), taken: 1, in_last_hour: 1, last_alert, ..Health::default() };
    all.push(of("dd-eu", "datadog", None, health));
    app.source_answered(&acme(), Ask::List, Ok(Reply::Source(Told::List(all))));
    let effects = app.take_effects();
    let (purpose, reply) = world.answer(effects.last().unwrap()).unwrap();
    app.answered(purpose, Ok(reply));
    settled(&mut app, &world, size.0, size.1);
    app
}

fn toast(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| &toast.text)
}

fn asked(effects: &[Effect]) -> Ask {
    match effects {
        [Effect::Ask(Purpose::Source { about, .. }, Request::Source { tenant, about: sent })] => {
            assert!(**about == *sent && tenant.as_str() == "comp_acme");
            sent.clone()
        }
        other => panic!("{other:?}"),
    }
}

fn acme() -> crate::core::id::TenantId {
    tenant_id("comp_acme")
}

fn shown(app: &App) -> String {
    text(&draw(app, 80, 24))
}

/// Time passes, and the sources are as `turn` makes them.
fn later(app: &mut App, world: &World, seconds: i64, turn: impl FnOnce(&mut Vec<Shown>)) {
    app.tick(app.now + Span(seconds * 1_000));
    let mut now = sources();
    turn(&mut now);
    for effect in app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true) {
        if let Effect::Ask(purpose, Request::Source { about: Ask::List, .. }) = effect {
            app.answered(purpose, Ok(Reply::Source(Told::List(now.clone()))));
        }
    }
    settled(app, world, 80, 24);
}

#[test]
fn sources_are_listed_with_how_they_are_and_kept_fresh_while_they_are_shown() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "g o", (80, 24));
    let before = shown(&app);
    for part in [
        "Sources of Acme Corp 5",
        "dd-prod",
        "12s ago",
        "34/h",
        "refused 12, unreadable 2",
        "a topic asks",
        "clock -94 s",
    ] {
        assert!(before.contains(part), "{part}\n{before}");
    }
    play(&mut app, &world, "j j", (80, 24));
    later(&mut app, &world, 1, |_| {});
    assert!(shown(&app).contains("12s ago") || shown(&app).contains("13s ago"));
    // One is taken away, one is added elsewhere: the selection stays with its source.
    later(&mut app, &world, 3, |all| {
        all.retain(|one| one.name != "alerts");
        all.push(of("aaa", "zabbix", None, Health::default()));
    });
    let after = shown(&app);
    assert!(after.contains("aaa") && !after.contains("native"), "{after}");
    assert!(matches!(app.popups.last(), Some(Popup::Sources(list)) if list.selected().unwrap().name == "dd-prod"));
}

#[test]
fn a_source_in_full_says_which_secret_the_tool_signs_with_and_why_it_was_refused() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    play(&mut app, &world, "g o G enter", (120, 40));
    let page = text(&draw(&app, 120, 40));
    for part in [
        "runner of Acme Corp",
        "webhook-signature",
        "77c0de in force, has verified nothing yet",
        "91ab22 until 23:12:40",
        "the tool still signs with the old one, 91ab22",
        "94 s behind ours",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    play(&mut app, &world, "enter g g j j enter", (120, 40));
    let page = text(&draw(&app, 120, 40));
    assert!(page.contains("12 key_in_two_places") && page.contains("the last one 3m ago"), "{page}");
}

#[test]
fn a_source_is_added_with_a_few_keys_and_what_to_paste_is_shown_once() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "g o n 'datad' enter", (80, 24));
    assert!(shown(&app).contains("name    datadog"), "{}", shown(&app));
    play(&mut app, &world, "ctrl-u 'dd 2' tab ctrl-u 'hmac'", (80, 24));
    assert!(press(&mut app, "enter").is_empty() && shown(&app).contains("one of key basic"), "{}", shown(&app));
    press(&mut app, "ctrl-u");
    type_in(&mut app, "github");
    let effects = press(&mut app, "enter");
    let Ask::Add { name, kind, auth, mapping: None, secret: None } = asked(&effects) else { panic!() };
    assert_eq!((&*name, kind.name(), auth.as_deref()), ("dd 2", "datadog", Some(&Preset::Github.into())));
    assert!(press(&mut app, "enter").is_empty(), "once is enough");
    let [Effect::Ask(purpose, _)] = &effects[..] else { panic!() };
    app.answered(purpose.clone(), Err(Refusal::new("bad_name", "a source's name is 1 to 64 of a-z, 0-9 and -")));
    assert!(shown(&app).contains("a source's name is 1 to 64"), "{}", shown(&app));
    press(&mut app, "ctrl-u");
    type_in(&mut app, "dd-2");
    play(&mut app, &world, "enter", (80, 24));
    let paste = shown(&app);
    assert!(paste.contains("dd-2 of Acme Corp; this is shown once") && paste.contains(KEY), "{paste}");
    assert!(paste.contains("waiting for its first message"), "{paste}");
    for (key, part) in [("c", KEY), ("u", "/api/webhooks/dd-2"), ("y", KEY), ("s", SECRET)] {
        let effects = press(&mut app, key);
        assert!(matches!(&effects[..], [Effect::CopySecret(secret)] if secret.expose().contains(part)), "{key}");
        assert!(!format!("{effects:?} {app:?}").contains("Planted"));
    }
    play(&mut app, &world, "esc", (80, 24));
    assert!(matches!(app.popups.last(), Some(Popup::Sources(_))), "the form is done with");
    assert!(!shown(&app).contains("Planted") && !format!("{app:?} {:?}", app.memory().text()).contains("Planted"));
    play(&mut app, &world, "esc L", (80, 24));
    assert!(shown(&app).contains("add the source dd-2 (datadog) to comp_acme") && !shown(&app).contains("Planted"));
}

#[test]
fn the_palette_adds_one_too_and_says_which_tools_there_are() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    let palette = |app: &mut App, line: &str| {
        press(app, ":");
        type_in(app, line);
        press(app, "enter")
    };
    let Ask::Add { name, kind, .. } = asked(&palette(&mut app, "source-add prometheus am-2")[1..]) else { panic!() };
    assert_eq!((&*name, kind.name()), ("am-2", "alertmanager"));
    press(&mut app, "esc");
    palette(&mut app, "source-add sentinel");
    assert!(toast(&app).contains("no tool sentinel"));
    press(&mut app, "esc");
    palette(&mut app, "source-add");
    assert!(shown(&app).contains("which tool?"));
    press(&mut app, "esc");
    assert!(matches!(app.popups.last(), Some(Popup::Sources(_))), "whose it is stays in sight");
}

#[test]
fn the_first_message_is_waited_for_and_how_it_was_understood_is_shown() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "g o n 'kuma' enter enter", (80, 24));
    later(&mut app, &world, 3, |all| {
        all.push(of("uptime-kuma", "uptime-kuma", None, refused("signature_missing", 1, Span(0))))
    });
    assert!(shown(&app).contains("refused") && shown(&app).contains("signature_missing"), "{}", shown(&app));
    let long = "timestamp_missing: Grafana sends the time of signing only when its contact point names a Timestamp Header: \
                name it there.";
    later(&mut app, &world, 3, |all| all.push(of("uptime-kuma", "uptime-kuma", None, refused(long, 2, Span(0)))));
    assert!(shown(&app).contains("name it there."), "what is to be done is not cut off: {}", shown(&app));
    let unread = Health { unreadable: 1, ..Health::default() };
    later(&mut app, &world, 3, |all| all.push(of("uptime-kuma", "uptime-kuma", None, unread.clone())));
    assert!(shown(&app).contains("a message came that could not be read; enter shows it"), "{}", shown(&app));
    let [Effect::Ask(Purpose::Quarantine(_), _)] = &press(&mut app, "enter")[..] else { panic!() };
    press(&mut app, "esc");
    let last_alert = Some("comp_acme-a99".parse().unwrap());
    let good = Health { taken: 2, last_alert, seen_at: Some(NOW), ..unread };
    later(&mut app, &world, 3, |all| all.push(of("uptime-kuma", "uptime-kuma", None, good.clone())));
    let first = shown(&app);
    assert!(first.contains("comp_acme-a99 as uptime-kuma reads it") && first.contains("from /priority: P1"), "{first}");
    press(&mut app, "esc");
    later(&mut app, &world, 3, |all| all.push(of("uptime-kuma", "uptime-kuma", None, good)));
    assert!(shown(&app).contains("a message came and was understood"), "it comes up once: {}", shown(&app));
    assert!(shown(&app).contains(KEY), "and what is to be pasted is still there");
}

#[test]
fn a_change_is_asked_about_first_and_no_is_no() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "g o j j", (80, 24));
    assert!(press(&mut app, "K").is_empty());
    assert!(shown(&app).contains("A new key for dd-prod of Acme Corp?"), "{}", shown(&app));
    assert!(press(&mut app, "n").is_empty());
    assert_eq!(asked(&press(&mut app, "K y")), Ask::RotateKey { name: "dd-prod".into() });
    press(&mut app, "S");
    assert!(toast(&app).contains("dd-prod proves itself by key: it has no secret"));
    assert_eq!(asked(&press(&mut app, "x y")), Ask::Remove { name: "dd-prod".into() });
    app.answered(
        Purpose::Source { tenant: acme(), about: Box::new(Ask::Remove { name: "dd-prod".into() }) },
        Err(Refusal::new("forbidden", "an admin may")),
    );
    assert_eq!(toast(&app), "an admin may");
    press(&mut app, "G S");
    press(&mut app, "ctrl-u");
    type_in(&mut app, "soon");
    press(&mut app, "enter");
    assert!(toast(&app).contains("soon is no length of time"));
    press(&mut app, "S ctrl-u");
    type_in(&mut app, "2h");
    press(&mut app, "enter");
    assert!(shown(&app).contains("The old secret stays valid for 2h") && shown(&app).contains("two are alive"));
    let wanted = Ask::RotateSecret { name: "runner".into(), grace_seconds: 7_200, secret: None };
    assert_eq!(asked(&press(&mut app, "y")), wanted);
}

#[test]
fn a_topic_is_let_in_by_yes_only_and_another_account_is_named() {
    let world = night_in_reach();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "g o j j j", (80, 24));
    play(&mut app, &world, "t enter", (80, 24));
    let question = shown(&app);
    for part in ["May this topic send to prod-sns?", "A c m e   C o r p", "4 4 4 4 5 5 5 5 6 6 6 6", TOPIC, "WARNING"] {
        assert!(question.contains(part), "{part}\n{question}");
    }
    assert!(press(&mut app, "n").is_empty(), "no leaves it waiting");
    let topic = |approve| Ask::Topic { name: "prod-sns".into(), topic: TOPIC.into(), approve };
    play(&mut app, &world, "t enter", (80, 24));
    assert_eq!(asked(&press(&mut app, "y")), topic(true));
    play(&mut app, &world, "t enter", (80, 24));
    assert_eq!(asked(&press(&mut app, "x")), topic(false));
    assert!(matches!(app.popups.last(), Some(Popup::Sources(_))));
}

#[test]
fn what_could_not_be_read_is_shown_with_what_is_hidden_in_it_and_how_it_would_be_read_now() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "g q j enter", (80, 24));
    let body = shown(&app);
    for part in ["a comma before the end", "web-01⟨U+202E⟩⟨U+0000⟩", "4 s⟨U+200B⟩"] {
        assert!(body.contains(part), "{part}\n{body}");
    }
    play(&mut app, &world, "e", (80, 24));
    let read = shown(&app);
    for part in
        ["as dd-prod reads it now", "2 alerts, and 1 that can't be taken; the sender left 3 out", "from /priority: P1"]
    {
        assert!(read.contains(part), "{part}\n{read}");
    }
    play(&mut app, &world, "esc enter j e", (80, 24));
    let read = shown(&app);
    assert!(
        read.contains("There is no alert in it: nothing says what is ill") && read.contains("at fault  /host"),
        "{read}"
    );
}

#[test]
fn unreadable_requests_are_taken_again_one_or_all_and_forgotten_after_asking() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "g q j", (80, 24));
    let effects = press(&mut app, "r");
    assert_eq!(asked(&effects), Ask::Replay { name: Some("dd-prod".into()), numbers: vec![2] });
    let (purpose, reply) = world.answer(&effects[0]).unwrap();
    app.answered(purpose, Ok(reply));
    assert_eq!(toast(&app), "1 taken as if they came now; 1 still can't be read");
    assert!(matches!(&app.take_effects()[..], [Effect::Ask(Purpose::Quarantine(_), _)]), "they are asked for again");
    assert!(press(&mut app, "R").is_empty() && shown(&app).contains("Take all of dd-prod of Acme Corp again?"));
    assert_eq!(asked(&press(&mut app, "y")), Ask::Replay { name: Some("dd-prod".into()), numbers: Vec::new() });
    assert!(press(&mut app, "x").is_empty() && press(&mut app, "n").is_empty());
    assert_eq!(asked(&press(&mut app, "x y")), Ask::Discard { numbers: vec![2] });
}

#[test]
fn of_one_source_only_its_own_are_listed() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "g o j j u", (80, 24));
    let listed = shown(&app);
    assert!(
        listed.contains("Unreadable requests of dd-prod of Acme Corp 2") && !listed.contains("/severity"),
        "{listed}"
    );
}

#[test]
fn a_read_only_seat_looks_and_changes_nothing() {
    let world = night();
    let mut app = seat_with(|start| start.read_only = true);
    show(&mut app, &world);
    settled(&mut app, &world, 80, 24);
    play(&mut app, &world, "g o j j j", (80, 24));
    for key in ["n", "K", "S", "x", "t"] {
        assert!(press(&mut app, key).is_empty() && toast(&app).contains("read-only"), "{key}");
        assert!(matches!(app.popups.last(), Some(Popup::Sources(_))));
    }
    play(&mut app, &world, "p", (80, 24));
    assert!(shown(&app).contains("without the key"));
    play(&mut app, &world, "esc esc g q e esc", (80, 24));
    for key in ["r", "R", "x"] {
        assert!(press(&mut app, key).is_empty() && toast(&app).contains("read-only"), "{key}");
    }
}

#[test]
fn what_was_asked_of_an_engine_that_went_away_is_asked_again_when_it_is_back() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "g o");
    app.changed(Feed::Away("it restarts".into()));
    assert!(app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true).is_empty());
    press(&mut app, "n");
    assert!(toast(&app).contains("nothing can be changed"));
    show(&mut app, &world);
    settled(&mut app, &world, 80, 24);
    assert!(shown(&app).contains("Sources of Acme Corp 5"));
}

#[test]
fn nothing_that_came_from_outside_reaches_the_terminal_as_it_is() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    play(&mut app, &world, "g o j j j", (120, 40));
    let topics = |arn: &str| vec![TopicShown { arn: arn.into(), approved: false, since: NOW }];
    let mut all = sources();
    all.iter_mut().for_each(|one| {
        one.topics = topics(EVIL);
        one.health.last_refused = Some((NOW, EVIL.into()));
        one.url = EVIL.into();
    });
    app.source_answered(&acme(), Ask::List, Ok(Reply::Source(Told::List(all))));
    for keys in ["enter", "t", "esc", "p"] {
        press(&mut app, keys);
        look_everywhere(&mut app, &world, keys);
    }
    press(&mut app, "esc esc");
    play(&mut app, &world, "g q", (120, 40));
    let origins = vec![vec![origin(EVIL, EVIL, Some(EVIL)), origin("asset_name", EVIL, Some(EVIL))]];
    let fields = vec![EVIL.to_owned()];
    let rejected = vec![Rejected { index: 0, reason: EVIL.into(), fields: fields.clone() }];
    let good = Parsed { reports: vec![report(EVIL, EVIL)], rejected, origins, batch: true, ..Parsed::default() };
    let bad = Unreadable::NoAlert { reason: EVIL.into(), fields };
    for reading in [Ok(good), Err(bad)] {
        let effects = press(&mut app, "e");
        let ask = asked(&effects);
        app.source_answered(&acme(), ask, Ok(Reply::Source(Told::Reading(Box::new(reading)))));
        look_everywhere(&mut app, &world, "understood");
        press(&mut app, "esc");
    }
}

#[test]
fn sources_at_their_four_sizes() {
    let world = night_in_reach();
    for (name, script) in [
        ("sources", "g o j j"),
        ("source_page", "g o G enter"),
        ("source_kinds", "g o n"),
        ("source_adding", "g o n 'datadog' enter"),
        ("source_paste", "g o n 'datadog' enter enter"),
        ("source_topic", "g o j j j t enter"),
        ("quarantine_body", "g q j enter"),
        ("understood", "g q j e"),
    ] {
        at_four_sizes_of(&world, name, script);
    }
}

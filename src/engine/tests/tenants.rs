//! Tenants, their keys and secrets, and what the configuration file says of them.

use super::*;
use crate::core::assign::Technician;
use crate::core::credentials::Secret;
use crate::engine::declared::{Declaration, Placed};

fn may_post(running: &Running, key: &str) -> bool {
    running.handle().directory().find("alerts", &issue::digest(key)).is_some()
}

fn secrets(running: &Running) -> Vec<(String, Option<Moment>)> {
    let all = running.handle().directory().all();
    let listed = all.iter().find(|listed| listed.tenant.id == tenant_id("a")).unwrap();
    listed.tenant.credentials.hmac.iter().map(|hmac| (hmac.secret.expose().to_owned(), hmac.expires_at)).collect()
}

fn rotate(running: &Running, request: Request) -> Issued {
    let Reply::Issued(issued) = ask(running, request).unwrap() else { panic!() };
    *issued
}

#[test]
fn a_tenant_is_added_once_and_leaves_nothing_when_it_is_removed() {
    let house = House::new();
    let running = house.start();
    let first = add(&running, "a").api_key.unwrap();
    assert!(may_post(&running, &first));
    let new = NewTenant { id: tenant_id("a"), name: None, critical_assets: Vec::new(), aws: None };
    assert_eq!(refusal(&running, Request::TenantAdd(new)).code, "exists");
    stored(post("a", "one").signed(1).to(&running));
    assert_eq!(alerts(&running, "a").len(), 1);

    ask(&running, Request::TenantRemove { id: tenant_id("a") }).unwrap();
    assert!(!may_post(&running, &first));
    assert!(snapshot(&running).tenants.is_empty());
    assert!(matches!(post("a", "late").to(&running), Answered::Unavailable(_)));
    assert_eq!(refusal(&running, Request::TenantRemove { id: tenant_id("a") }).code, "no_such_tenant");

    add(&running, "a");
    assert!(alerts(&running, "a").is_empty());
    running.stop();
    let running = house.start();
    assert!(alerts(&running, "a").is_empty() && !may_post(&running, &first));
}

#[test]
fn settings_are_judged_and_kept() {
    let house = House::of(&["a"]);
    let running = house.start();
    set(&running, "a", "correlation.time_window_minutes", "5").unwrap();
    set(&running, "a", "name", "Acme Corp").unwrap();
    for (key, value) in [("correlation.time_window_minutes", "4"), ("name", " "), ("no.such", "1")] {
        assert_eq!(set(&running, "a", key, value).unwrap_err().code, "bad_setting", "{key}");
    }
    assert_eq!(set(&running, "b", "name", "B").unwrap_err().code, "no_such_tenant");
    running.stop();
    let tenant = snapshot(&house.start()).tenants[0].tenant.clone().unwrap();
    assert_eq!((tenant.name.as_str(), tenant.settings.correlation.time_window_minutes), ("Acme Corp", 5));
}

#[test]
fn a_new_key_ends_the_old_one_and_an_old_secret_its_grace() {
    let house = House::new();
    let running = house.start();
    let issued = add(&running, "a");
    let (key, secret) = (issued.api_key.unwrap(), issued.hmac_secret.unwrap());
    let id = tenant_id("a");
    let new = rotate(&running, Request::RotateKey { id: id.clone(), source: "alerts".into() });
    assert!(!may_post(&running, &key) && may_post(&running, new.api_key.as_ref().unwrap()));
    assert!(new.hmac_secret.is_none() && new.alertmanager_key.is_none());
    let other = Request::RotateKey { id: id.clone(), source: "nagios".into() };
    assert_eq!(refusal(&running, other).code, "no_such_source");

    let second = rotate(&running, Request::RotateSecret { id: id.clone(), grace_seconds: 3_600 }).hmac_secret.unwrap();
    let until = Some(Moment(house.clock.load(Ordering::SeqCst)) + Span::minutes(60));
    assert_eq!(secrets(&running), [(second.clone(), None), (secret, until)]);
    house.pass(Span::minutes(61));
    let third = rotate(&running, Request::RotateSecret { id: id.clone(), grace_seconds: 60 }).hmac_secret.unwrap();
    let until = Some(Moment(house.clock.load(Ordering::SeqCst)) + Span::minutes(1));
    assert_eq!(secrets(&running), [(third, None), (second, until)]);
    let last = rotate(&running, Request::RotateSecret { id, grace_seconds: 0 }).hmac_secret.unwrap();
    assert_eq!(secrets(&running), [(last, None)]);
}

#[test]
fn what_the_file_declares_is_refused_with_its_place() {
    let mut house = House::new();
    let placed = |value: &str, line: u32| Placed { value: value.into(), place: format!("config.toml:{line}") };
    house.declared = vec![Declared {
        id: tenant_id("a"),
        name: Some(placed("Acme Corp", 2)),
        settings: [("rate_limit.burst".to_owned(), placed("7", 3))].into(),
        hmac: Some((Secret::new("a-secret-from-a-file"), "config.toml:4".into())),
    }];
    let running = house.start();
    let of = |request| {
        let Refusal { code, message } = refusal(&running, request);
        assert_eq!(code, "pinned");
        message
    };
    let set_to = |key: &str| {
        let settings = vec![(key.to_owned(), "9".to_owned())];
        Request::TenantSet { id: tenant_id("a"), settings }
    };
    assert!(of(set_to("name")).contains("config.toml:2"));
    assert!(of(set_to("rate_limit.burst")).contains("config.toml:3"));
    assert!(of(Request::RotateSecret { id: tenant_id("a"), grace_seconds: 0 }).contains("config.toml:4"));
    assert!(of(Request::TenantRemove { id: tenant_id("a") }).contains("config.toml:"));
    set(&running, "a", "correlation.time_window_minutes", "5").unwrap();
    rotate(&running, Request::RotateKey { id: tenant_id("a"), source: "alerts".into() });

    let tenant = snapshot(&running).tenants[0].tenant.clone().unwrap();
    let settings = &tenant.settings;
    assert_eq!(tenant.name, "Acme Corp");
    assert_eq!((settings.rate_limit.burst, settings.correlation.time_window_minutes), (7, 5));
    assert_eq!(secrets(&running), [("a-secret-from-a-file".to_owned(), None)]);
}

#[test]
fn what_is_declared_anew_holds_and_what_is_wrong_leaves_the_old() {
    let placed = |value: &str, line: u32| Placed { value: value.into(), place: format!("config.toml:{line}") };
    let of = |id: &str, minutes: &str| Declared {
        id: tenant_id(id),
        name: None,
        settings: [("correlation.time_window_minutes".to_owned(), placed(minutes, 3))].into(),
        hmac: None,
    };
    let declare = |running: &Running, tenants: Vec<Declared>| {
        running.handle().declare(Ok(Declaration { tenants, ..Declaration::default() }));
    };
    let error = |running: &Running| match ask(running, Request::Pulse).unwrap() {
        Reply::Pulse(pulse) => pulse.config_error,
        other => panic!("{other:?}"),
    };
    let windows = |running: &Running| {
        let parts = snapshot(running).tenants;
        let window = |part: &TenantPart| part.tenant.as_ref().unwrap().settings.correlation.time_window_minutes;
        parts.iter().map(window).collect::<Vec<_>>()
    };
    let mut house = House::new();
    house.declared = vec![of("a", "5")];
    let running = house.start();
    declare(&running, vec![of("a", "6"), of("b", "7")]);
    assert_eq!((windows(&running), error(&running)), (vec![6, 7], None));

    running.handle().declare(Err("config.toml:2: unknown `tenats`".into()));
    assert_eq!(error(&running).unwrap(), "config.toml:2: unknown `tenats`");
    declare(&running, vec![of("a", "40")]);
    assert!(error(&running).unwrap().starts_with("config.toml:3: `correlation.time_window_minutes` is from 5 to 15"));
    assert_eq!(windows(&running), [6, 7]);

    declare(&running, vec![of("a", "8")]);
    assert_eq!((windows(&running), error(&running)), (vec![8, 7], None));
    assert_eq!(set(&running, "a", "correlation.time_window_minutes", "9").unwrap_err().code, "pinned");
    set(&running, "b", "correlation.time_window_minutes", "9").unwrap();

    let priya = Technician {
        name: "priya".into(),
        skills: Vec::new(),
        tenants: vec!["a".into()],
        on_call: "always".into(),
        at_most: None,
        lead: false,
    };
    let technicians = |technicians| running.handle().declare(Ok(Declaration { technicians, ..Declaration::default() }));
    let rosters = || snapshot(&running).tenants.iter().map(|part| part.roster.len()).collect::<Vec<_>>();
    technicians(vec![priya]);
    assert_eq!(rosters(), [1, 0]);
    technicians(Vec::new());
    assert_eq!(rosters(), [0, 0], "who is taken out of the file is given nothing more");
}

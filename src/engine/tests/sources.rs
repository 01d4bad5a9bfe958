//! A tenant's sources: made, changed and taken away, and what their bodies would become.

use super::*;
use crate::core::alert::AlertStatus;
use crate::core::credentials::{Confirmation, HmacSecret};
use crate::core::reading::{Context, Origin, Parsed, Unreadable};
use crate::core::sns::Wish;
use crate::core::source::Source;
use crate::core::source::auth::{Auth, Preset};
use crate::core::source::kind::Kind;
use crate::engine::interpreter::Interpreter;
use crate::link::session::Blob;
use crate::link::source::{Ask, Body, Given, Issued, Shown, Told};

/// Knows mappings that begin with `good`, and reads no body but `{}`.
#[derive(Debug)]
struct Reader;

impl Interpreter for Reader {
    fn read(&self, source: &Source, body: &[u8], context: Context<'_>) -> Result<Parsed, Unreadable> {
        assert!(context.explain);
        if body != b"{}" {
            return Err(Unreadable::NotJson { reason: "not {}".into() });
        }
        let origin = Origin { field: "asset_name".into(), from: source.kind.name().into(), found: None };
        Ok(Parsed { reports: vec![report("a", "b")], origins: vec![vec![origin]], ..Parsed::default() })
    }

    fn topic(&self, _: &[u8]) -> Option<String> {
        None
    }

    fn check(&self, source: &Source) -> Result<(), String> {
        match source.mapping.as_deref() {
            Some(mapping) if !mapping.starts_with("good") => Err("line 1: no such field".into()),
            _ => Ok(()),
        }
    }
}

fn ask_source(running: &Running, about: Ask) -> Result<Reply, crate::link::Refusal> {
    ask(running, Request::Source { tenant: tenant_id("a"), about })
}

fn code(running: &Running, about: Ask) -> String {
    ask_source(running, about).unwrap_err().code
}

fn issued(running: &Running, about: Ask) -> Issued {
    let Reply::Source(Told::Issued(issued)) = ask_source(running, about).unwrap() else { panic!() };
    *issued
}

fn shown(running: &Running, name: &str) -> Option<Shown> {
    let Reply::Source(Told::List(all)) = ask_source(running, Ask::List).unwrap() else { panic!() };
    all.into_iter().find(|source| source.name == name)
}

fn add_source(name: &str, kind: &str, auth: Option<Preset>) -> Ask {
    let auth = auth.map(|preset| Box::new(preset.into()));
    Ask::Add { name: name.into(), kind: kind.parse().unwrap(), auth, mapping: None, secret: None }
}

fn finds(running: &Running, source: &str, key: &str) -> bool {
    running.handle().directory().find(source, &issue::digest(key)).is_some()
}

fn secrets(running: &Running, name: &str) -> Vec<HmacSecret> {
    let all = running.handle().directory().all();
    let listed = all.iter().find(|listed| listed.tenant.id == tenant_id("a")).unwrap();
    listed.tenant.credentials.secrets(name).to_vec()
}

#[test]
fn a_source_has_its_own_key_and_is_there_after_a_restart_until_it_is_taken_away() {
    let house = House::of(&["a", "b"]);
    let running = house.start();
    let made = issued(&running, add_source("site-1", "uptime-kuma", None));
    assert_eq!(made.webhook_url, "http://127.0.0.1:8001/api/webhooks/site-1");
    assert_eq!(made.hmac_secret, None);
    let key = made.api_key.unwrap();
    assert!(finds(&running, "site-1", &key) && !finds(&running, "alerts", &key));
    assert_eq!(code(&running, add_source("site-1", "zabbix", None)), "exists");
    assert_eq!(code(&running, add_source("alerts", "zabbix", None)), "exists");
    for bad in ["", "Site", "a/b", "..", "x_y", &"x".repeat(65)] {
        assert_eq!(code(&running, add_source(bad, "zabbix", None)), "bad_source", "{bad}");
    }
    assert_eq!(code(&running, add_source("x", "zabbix", Some(Preset::Sns))), "bad_source");
    running.stop();

    let running = house.start();
    assert_eq!(shown(&running, "site-1").unwrap().source.kind.name(), "uptime-kuma");
    assert!(finds(&running, "site-1", &key));
    let new = issued(&running, Ask::RotateKey { name: "site-1".into() }).api_key.unwrap();
    assert!(finds(&running, "site-1", &new) && !finds(&running, "site-1", &key));
    ask_source(&running, Ask::Remove { name: "site-1".into() }).unwrap();
    assert!(!finds(&running, "site-1", &new) && shown(&running, "site-1").is_none());
    for (name, code_) in [("site-1", "no_such_source"), ("alerts", "bad_source"), ("alertmanager", "bad_source")] {
        assert_eq!(code(&running, Ask::Remove { name: name.into() }), code_, "{name}");
    }
    let other = Request::Source { tenant: tenant_id("b"), about: Ask::List };
    let Ok(Reply::Source(Told::List(all))) = ask(&running, other) else { panic!() };
    assert_eq!(all.iter().map(|source| &*source.name).collect::<Vec<_>>(), ["alerts", "alertmanager"]);
}

#[test]
fn a_source_that_signs_has_two_secrets_at_most_in_the_form_that_its_scheme_takes() {
    let house = House::of(&["a"]);
    let running = house.start();
    let first = issued(&running, add_source("hooks", "custom", Some(Preset::StandardWebhooks))).hmac_secret.unwrap();
    assert!(first.starts_with("whsec_"), "{first}");
    let rotate = |grace_seconds, secret: Option<&str>| {
        let secret = secret.map(|text| Given(text.into()));
        Ask::RotateSecret { name: "hooks".into(), grace_seconds, secret }
    };
    assert_eq!(code(&running, rotate(60, Some("not base64!"))), "bad_secret");
    assert_eq!(code(&running, rotate(60, Some("whsec_c2hvcnQ="))), "bad_secret", "five bytes");
    let given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    assert_eq!(issued(&running, rotate(3_600, Some(given))).hmac_secret, None, "what is known is not told");
    let third = issued(&running, rotate(3_600, None)).hmac_secret.unwrap();
    let kept = secrets(&running, "hooks");
    assert_eq!(kept.iter().map(|secret| secret.secret.expose()).collect::<Vec<_>>(), [&*third, given]);
    assert!(kept[0].expires_at.is_none() && kept[1].expires_at.is_some());
    let told = shown(&running, "hooks").unwrap().secrets;
    assert_eq!(told.iter().map(|secret| secret.id.clone()).collect::<Vec<_>>(), [kept[0].id(), kept[1].id()]);
    assert_eq!(issued(&running, rotate(0, None)).name, "hooks");
    assert_eq!(secrets(&running, "hooks").len(), 1, "without grace the old ones are gone");

    let to_key = Ask::Set { name: "hooks".into(), auth: Some(Box::new(Auth::Key)), mapping: None };
    ask_source(&running, to_key).unwrap();
    assert_eq!(code(&running, rotate(0, None)), "no_secret");
    let to_hex = Ask::Set { name: "hooks".into(), auth: Some(Box::new(Preset::Slack.into())), mapping: None };
    assert!(ask_source(&running, to_hex).is_ok());
    let no = Ask::Set { name: "alerts".into(), auth: Some(Box::new(Auth::Key)), mapping: None };
    assert_eq!(code(&running, no), "bad_source");
    let with_secret = Ask::Add {
        name: "other".into(),
        kind: Kind::ALERTMANAGER,
        auth: None,
        mapping: None,
        secret: Some(Given("of no use at all".into())),
    };
    assert_eq!(code(&running, with_secret), "bad_secret");
}

#[test]
fn a_mapping_is_checked_before_it_is_taken_and_a_body_read_by_it() {
    let house = House::of(&["a"]);
    let running = house.start();
    let with = |mapping: &str| Ask::Add {
        name: "own".into(),
        kind: "custom".parse().unwrap(),
        auth: None,
        mapping: Some(mapping.into()),
        secret: None,
    };
    assert_eq!(code(&running, with("good")), "no_reader");
    running.handle().reads_with(Arc::new(Reader));
    assert_eq!(code(&running, with("bad")), "bad_mapping");
    assert_eq!(code(&running, with(&format!("good{}", " ".repeat(70_000)))), "bad_source");
    issued(&running, with("good"));
    let set = |mapping: &str| Ask::Set { name: "own".into(), auth: None, mapping: Some(mapping.into()) };
    assert_eq!(code(&running, set("bad")), "bad_mapping");
    assert_eq!(shown(&running, "own").unwrap().source.mapping.as_deref(), Some("good"));
    assert!(matches!(ask_source(&running, set("")).unwrap(), Reply::Done));
    assert_eq!(shown(&running, "own").unwrap().source.mapping, None);

    let read = |body: Body| ask_source(&running, Ask::Read { name: "own".into(), body });
    let Ok(Reply::Source(Told::Reading(reading))) = read(Body::Bytes(Blob(b"{}".to_vec()))) else { panic!() };
    assert_eq!(reading.unwrap().origins[0][0].from, "custom");
    stored(post("a", "one").to(&running));
    let alert = alerts(&running, "a")[0].id.clone();
    let Ok(Reply::Source(Told::Reading(reading))) = read(Body::Alert(alert.clone())) else { panic!() };
    assert!(reading.is_ok(), "the body of an alert that was posted");
    let of_another = crate::core::id::AlertId { tenant: tenant_id("b"), ..alert };
    assert_eq!(read(Body::Alert(of_another)).unwrap_err().code, "no_such_body");
    assert_eq!(read(Body::Quarantined(9)).unwrap_err().code, "no_such_body");
    let nobody = Ask::Read { name: "nobody".into(), body: Body::Bytes(Blob::default()) };
    assert_eq!(code(&running, nobody), "no_such_source");
}

#[test]
fn a_topic_waits_until_somebody_lets_it_in() {
    let house = House::of(&["a"]);
    let running = house.start();
    issued(&running, add_source("aws", "sns", None));
    let handle = running.handle().clone();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (id, arn) = (tenant_id("a"), "arn:aws:sns:eu-west-1:111122223333:alarms");
    let at = |token: &str| Confirmation(format!("https://sns.eu-west-1.amazonaws.com/?Token={token}"));
    let asks = |token: &str| runtime.block_on(handle.topic_asks(&id, "aws", arn, at(token))).unwrap();
    let let_in = || runtime.block_on(handle.topic_let_in(&id, "aws", arn, Actor::named("kim")));
    let topics = || shown(&running, "aws").unwrap().topics.into_iter().map(|t| (t.arn, t.approved)).collect::<Vec<_>>();
    let waiting = || {
        let listed = handle.directory().all();
        listed[0].tenant.credentials.source("aws").unwrap().topics[0].confirm_at.clone()
    };

    assert!(!asks("1") && !asks("1") && !asks("2"));
    assert_eq!((topics(), waiting()), (vec![(arn.into(), false)], Some(at("2"))));
    let_in().unwrap();
    assert_eq!((topics(), waiting()), (vec![(arn.into(), true)], None));
    assert!(asks("3"), "it may send, whatever is confirmed anew");
    let_in().unwrap();
    runtime.block_on(handle.topic_left(&id, "aws", arn, at("4"))).unwrap();
    assert_eq!((topics(), waiting()), (vec![(arn.into(), false)], Some(at("4"))), "AWS ended its subscription");
    let_in().unwrap();
    let topic = |approve| Ask::Topic { name: "aws".into(), topic: arn.into(), approve };
    ask_source(&running, topic(false)).unwrap();
    assert!(topics().is_empty());
    let_in().unwrap();
    assert!(asks("5"), "it was approved before it asked");
    let nonsense = runtime.block_on(handle.topic_let_in(&id, "aws", "alarms", Actor::named("kim")));
    assert_eq!(nonsense.unwrap_err().code, "no_such_topic");
    assert_eq!(code(&running, topic(true)), "unavailable", "AWS has to hear of it, and is not reached here");
}

#[test]
fn the_alert_of_a_topic_is_over_once_somebody_has_decided() {
    let house = House::of(&["a"]);
    let running = house.start();
    issued(&running, add_source("aws", "sns", None));
    let handle = running.handle().clone();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (id, arn) = (tenant_id("a"), "arn:aws:sns:eu-west-1:111122223333:alarms");
    let asks = || {
        let at = Confirmation("https://sns.eu-west-1.amazonaws.com/?Token=1".into());
        runtime.block_on(handle.topic_asks(&id, "aws", arn, at)).unwrap();
        let report = Wish::Send.report(&arn.parse().unwrap(), AlertStatus::Firing);
        let reports = vec![Arc::new(report)];
        let input = Arc::new(Input::Delivery(Delivery { source: "aws".into(), reports, ..Delivery::default() }));
        let intake = Intake {
            input: input.clone(),
            encoded: serde_json::to_vec(&*input).unwrap().into(),
            ..post("a", "x").intake().0
        };
        let (answer, answered) = oneshot::channel();
        running.handle().offer(Intake { answer, ..intake }).unwrap();
        stored(answered.blocking_recv().unwrap());
    };
    let open = || {
        let Reply::Incidents(all) = ask(&running, Request::Incidents(Listing::default())).unwrap() else { panic!() };
        all.iter().filter(|incident| incident.signature == "sns_subscription_waiting" && incident.is_open()).count()
    };
    for approve in [true, false] {
        asks();
        assert_eq!(open(), 1);
        if approve {
            runtime.block_on(handle.topic_let_in(&id, "aws", arn, Actor::named("kim"))).unwrap();
        } else {
            ask_source(&running, Ask::Topic { name: "aws".into(), topic: arn.into(), approve }).unwrap();
        }
        assert_eq!(open(), 0);
    }
}

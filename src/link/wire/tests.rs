//! What is said at one end is heard at the other, in frames that fit, whatever it is.

use proptest::prelude::*;

use super::deflate::LONGEST_INFLATED;
use super::*;
use crate::core::board::{Snapshot, TenantPart};
use crate::core::change::Change;
use crate::core::id::IncidentId;
use crate::core::person::Present;
use crate::core::testing::{execution, tenant_id};
use crate::core::time::Moment;

fn told(feed: Feed) -> FromEngine {
    FromEngine::Feed { feed }
}

fn change(revision: u64, words: &str) -> Published {
    let id = tenant_id("comp_acme");
    Published { revision, company_id: id.clone(), change: Change::TenantStopped { id, reason: words.into() } }
}

/// What is heard of what was said: as JSON, which the socket carries.
fn heard(said: Vec<FromEngine>, deflated: bool) -> Vec<String> {
    let (mut outgoing, mut incoming) = (Outgoing::new(deflated), Incoming::default());
    let mut heard = Vec::new();
    for frame in outgoing.frames(said) {
        match frame {
            Frame::Text(text) => {
                assert!(!deflated && text.len() <= LONGEST, "{} bytes", text.len());
                heard.extend(incoming.text(&text).unwrap());
            }
            Frame::Deflated(frame) => {
                // What cannot be made smaller grows by a few bytes.
                assert!(deflated && frame.len() <= LONGEST + 64, "{} bytes", frame.len());
                heard.extend(incoming.deflated(&frame).unwrap());
            }
        }
    }
    heard.iter().map(|said| serde_json::to_string(said).unwrap()).collect()
}

/// The same, with changes one by one: those that come together are told together.
fn each(said: impl IntoIterator<Item = FromEngine>) -> Vec<String> {
    let one_by_one = said.into_iter().flat_map(|said| match said {
        FromEngine::Feed { feed: Feed::Changes(changes) } if !changes.is_empty() => {
            changes.iter().map(|one| told(Feed::Changes(Arc::new(vec![one.clone()])))).collect()
        }
        said => vec![said],
    });
    one_by_one.map(|said| serde_json::to_string(&said).unwrap()).collect()
}

fn again(lines: &[String]) -> Vec<FromEngine> {
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A snapshot with so many executions of each tenant, whose words are that long.
fn snapshot(tenants: &[(usize, usize)]) -> Snapshot {
    let part = |(number, (executions, words)): (usize, &(usize, usize))| {
        let id = format!("comp_{number}");
        let executions = (1..=*executions).map(|number| {
            let mut one = execution(&id, number as u64);
            one.order.title = "é\"x".repeat(words / 4);
            Arc::new(one)
        });
        let executions = executions.collect();
        TenantPart { executions, stopped: Some("why".into()), ..TenantPart::of(tenant_id(&id)) }
    };
    let pulse = Pulse { received: 7, ..Pulse::default() };
    Snapshot { revision: 9, tenants: tenants.iter().enumerate().map(part).collect(), pulse, ..Snapshot::default() }
}

fn everything() -> Vec<FromEngine> {
    let present = Present {
        seat_number: 1,
        who: "priya".into(),
        seat: "jump01\npts/3".into(),
        remote: true,
        since: Moment(1),
        looks_at: Some(IncidentId { tenant: tenant_id("comp_acme"), number: 7 }),
    };
    vec![
        FromEngine::Welcome(Hello::ours()),
        told(Feed::Changes(Arc::default())),
        told(Feed::Snapshot(Box::new(snapshot(&[(40, 2_000), (0, 0), (1, 90_000), (3, 0)])))),
        told(Feed::Changes(Arc::new(vec![
            change(10, "one"),
            change(11, &"wide é\"\\ ".repeat(20_000)),
            change(12, ""),
        ]))),
        told(Feed::Pulse(Box::default())),
        told(Feed::Present(Arc::new(vec![present]))),
        FromEngine::Answer { id: 3, answer: Ok(Reply::Raw(vec![7; 50_000])) },
        FromEngine::Answer { id: 4, answer: Err(Refusal::new("forbidden", "this takes the role lead")) },
        FromEngine::Refused(Refusal::new("wrong_version", "install it")),
        told(Feed::Away("the engine is being stopped".into())),
        told(Feed::Lost("the engine has stopped".into())),
    ]
}

#[test]
fn all_that_an_engine_says_is_heard_at_the_seat() {
    for deflated in [false, true] {
        let heard = heard(everything(), deflated);
        assert_eq!(each(again(&heard)), each(everything()), "deflated: {deflated}");
    }
}

#[test]
fn a_text_is_one_message_that_anybody_can_read() {
    let mut outgoing = Outgoing::new(false);
    let said = [
        told(Feed::Changes(Arc::new(vec![change(10, "disk"), change(11, "full")]))),
        told(Feed::Present(Arc::default())),
    ];
    let texts: Vec<_> = outgoing.frames(said).collect();
    let expected = [
        r#"{"revision":10,"company_id":"comp_acme","type":"tenant_stopped","data":{"id":"comp_acme","reason":"disk"}}"#,
        r#"{"revision":11,"company_id":"comp_acme","type":"tenant_stopped","data":{"id":"comp_acme","reason":"full"}}"#,
        r#"{"type":"present","data":[]}"#,
    ];
    assert_eq!(texts, expected.map(|text| Frame::Text(text.into())));
}

#[test]
fn what_was_said_before_costs_little_to_say_again() {
    let mut outgoing = Outgoing::new(true);
    let mut size = |revision| {
        let said = told(Feed::Changes(Arc::new(vec![change(revision, "the disk is full; make room and it goes on")])));
        match outgoing.frames([said]).next().unwrap() {
            Frame::Deflated(frame) => frame.len(),
            Frame::Text(_) => panic!(),
        }
    };
    let (first, second) = (size(10), size(11));
    assert!(second * 4 < first, "{first} and {second} bytes");
}

#[test]
fn a_frame_that_becomes_too_much_or_nothing_is_refused() {
    let bomb = deflate::Deflater::default().deflate(&vec![b'a'; 100 * LONGEST_INFLATED]);
    assert!(bomb.len() < LONGEST_INFLATED);
    let mut incoming = Incoming::default();
    assert_eq!(incoming.deflated(&bomb).unwrap_err(), Garbled("a frame that says more than a frame may"));
    for garbage in [&b"\xff\xff\xff\xff\xff"[..], b"hello", &[0; 64]] {
        assert!(Incoming::default().deflated(garbage).is_err(), "{garbage:?}");
    }
    for text in [
        "{}",
        "7",
        "{\"type\":\"unheard_of\"}",
        r#"{"type":"answer","id":1}"#,
        r#"{"type":"part","page":2,"pages":3,"text":""}"#,
        r#"{"type":"part","page":1,"pages":1,"text":"{\"type\":\"part\",\"page\":1,\"pages\":2,\"text\":\"\"}"}"#,
        r#"{"type":"snapshot","revision":1,"page":2,"pages":2,"data":{}}"#,
        r#"{"type":"snapshot","revision":1,"page":1,"pages":0,"data":{}}"#,
    ] {
        assert!(Incoming::default().text(text).is_err(), "{text}");
    }
}

#[test]
fn our_subprotocol_names_its_version_and_others_are_none() {
    assert_eq!(protocol_of(&subprotocol()), Some(PROTOCOL));
    assert_eq!(protocol_of("alert-whisperer.77.deflate"), Some(77));
    for other in ["alert-whisperer.deflate", "alert-whisperer.x.deflate", "graphql-ws", ""] {
        assert_eq!(protocol_of(other), None, "{other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_snapshot_in_pages_is_whole_again(
        tenants in proptest::collection::vec((0_usize..30, prop_oneof![0_usize..4_000, Just(70_000)]), 0..6),
    ) {
        let whole = snapshot(&tenants);
        let pages = pages::split(whole.clone());
        for page in &pages {
            let items = page.data.tenants.iter().map(|part| part.executions.len()).sum::<usize>();
            let bytes = serde_json::to_string(page).unwrap().len();
            prop_assert!(bytes < LONGEST || items <= 1, "{bytes} bytes, {items} executions");
        }
        let mut joiner = Joiner::default();
        let last = pages.len();
        for (place, page) in (1..).zip(pages) {
            let joined = joiner.take(page).unwrap();
            prop_assert_eq!(joined.is_some(), place == last);
            if let Some(joined) = joined {
                prop_assert!(joined == whole);
            }
        }
    }

    #[test]
    fn whatever_is_deflated_is_inflated(texts in proptest::collection::vec("\\PC{0,2000}", 1..20)) {
        let (mut deflater, mut inflater) = (deflate::Deflater::default(), deflate::Inflater::default());
        for text in texts {
            prop_assert_eq!(inflater.inflate(&deflater.deflate(text.as_bytes())).unwrap(), text);
        }
    }

    #[test]
    fn no_bytes_and_no_text_break_a_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,200}") {
        let _ = Incoming::default().deflated(&bytes);
        let _ = Incoming::default().text(&text);
    }
}

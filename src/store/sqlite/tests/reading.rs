//! What is read back is what was sent, and a search finds exactly what a query means.

use proptest::prelude::*;

use super::super::grams::BLOCK;
use super::*;
use crate::core::alert::AlertStatus;
use crate::core::incident::Incident;
use crate::core::input::Rejected;
use crate::core::query::{Query, Viewer, quoted};
use crate::core::receipt::Receipt;
use crate::core::severity::Severity;
use crate::core::testing::ANYBODY;
use crate::core::time::Span;
use crate::core::timeline::Event;
use crate::store::PastAnswer;

#[test]
fn an_alert_comes_back_as_it_was_told_with_the_body_it_came_in() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    let full = Report {
        status: AlertStatus::Resolved,
        severity: Severity::Critical,
        message_cut: true,
        occurred_at: Some(Moment(-5)),
        instance_id: Some("i-0abc".into()),
        links: vec!["https://example.test/1".into()],
        labels: [("team".into(), "payments \u{202e}\0".into())].into(),
        fingerprint: Some("print".into()),
        ..report("web\u{1b}[31m", "cpu")
    };
    let both = Delivery { delivery_id: Some("d-1".into()), ..delivery(vec![report("web", "cpu"), full]) };
    let body = Bytes::from(r#"[{"asset_name":"web"…"#.repeat(50));
    let batch = rig.keep(vec![(Moment(7), a.clone(), Input::Delivery(both), body.clone())]);
    let told: Vec<_> = batch
        .changes
        .iter()
        .rev()
        .filter_map(|change| match change {
            crate::core::change::Change::AlertReceived(alert) => Some((**alert).clone()),
            _ => None,
        })
        .collect();
    assert_eq!(rig.store.history.alerts(&a, &Query::default(), ANYBODY, 10).unwrap(), told);
    assert_eq!(told[0].delivery_id.as_deref(), Some("d-1"));
    for number in [1, 2] {
        assert_eq!(rig.store.history.raw(&alert_id("comp_a", number)).unwrap().as_deref(), Some(&body[..]));
    }
    assert_eq!(rig.store.history.raw(&alert_id("comp_a", 3)).unwrap(), None);
}

#[test]
fn an_incident_is_read_with_its_alerts_and_history_even_after_the_board_forgot_it() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    let fingerprinted = || Report { fingerprint: Some("print".into()), ..report("web", "cpu") };
    let id = incident_id("comp_a", 1);
    let post = |at, report| (Moment(at), a.clone(), posted(vec![report]), Bytes::new());
    rig.keep(vec![post(1, fingerprinted()), post(2, report("web", "cpu")), post(3, report("db", "disk"))]);
    rig.keep(vec![post(4, fingerprinted()), post(5, fingerprinted())]);
    rig.keep(vec![
        (Moment(6), a.clone(), act(1, Act::Note { text: "looked at it".into() }), Bytes::new()),
        (Moment(7), a.clone(), act(1, Act::RESOLVE), Bytes::new()),
    ]);
    rig.advance(Moment(8) + Span::DAY);
    assert!(rig.core.incident(&id).is_none());
    let alerts = rig.store.history.alerts_of(&id, 10).unwrap();
    assert_eq!(alerts.iter().map(|alert| (alert.id.number, alert.seen)).collect::<Vec<_>>(), [(2, 1), (1, 3)]);
    assert_eq!(rig.store.history.alerts_of(&id, 1).unwrap().len(), 1);
    let told: Vec<_> =
        rig.store.history.timeline(&id).unwrap().into_iter().map(|entry| (entry.who, entry.what)).collect();
    let priya = || Some("priya".to_owned());
    let noted = Event::Note { text: "looked at it".into() };
    assert_eq!(
        told,
        [(None, Event::Opened { follows: None }), (priya(), noted), (priya(), Event::Resolved { note: None })]
    );
    assert_eq!(rig.store.history.incident(&id).unwrap().unwrap().resolved_by, priya());
    assert_eq!(rig.store.history.incident(&incident_id("comp_a", 9)).unwrap(), None);
    let found = |text| {
        let found = rig.store.history.incidents(&a, &Query::parse(text).unwrap(), ANYBODY, 10).unwrap();
        found.iter().map(|incident| incident.id.number).collect::<Vec<_>>()
    };
    assert_eq!(found(""), [2, 1]);
    assert_eq!(found("status:any"), [2, 1]);
    assert_eq!(found("status:resolved"), [1]);
    assert_eq!(found("status:open"), [2]);
    assert_eq!(found("WEB status:any"), [1]);
}

#[test]
fn alerts_that_waited_are_found_with_their_incident() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    let mut patient = tenant("comp_a");
    patient.settings.correlation.min_alerts_for_incident = 3;
    let credentials = (&*patient.credentials).into();
    let patient = Input::Tenant { tenant: Box::new(patient), credentials, by: Default::default() };
    rig.keep(vec![(Moment(1), a.clone(), patient, Bytes::new())]);
    for at in 2..5 {
        rig.keep(vec![(Moment(at), a.clone(), posted(vec![report("web", "cpu")]), Bytes::new())]);
    }
    assert_eq!(rig.store.history.alerts_of(&incident_id("comp_a", 1), 10).unwrap().len(), 3);
}

#[test]
fn a_request_is_known_again_for_a_day_and_then_cleared_away() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    let key = |n: u8| DeliveryKey([n; 16]);
    let lone = Delivery { keys: vec![key(1), key(2)], ..delivery(vec![report("web", "cpu")]) };
    let rejected = vec![Rejected { index: 1, reason: "no severity".into(), fields: vec!["/1/severity".into()] }];
    let mixed = Delivery {
        keys: vec![key(3)],
        indices: vec![0, 2],
        rejected: rejected.clone(),
        ..delivery(vec![report("a", "b"), report("c", "d")])
    };
    let now = Moment(1_000_000_000);
    rig.keep(vec![
        (now, a.clone(), Input::Delivery(lone), Bytes::new()),
        (now, a.clone(), Input::Delivery(mixed), Bytes::new()),
        (now, a.clone(), unreadable(key(4)), Bytes::from("not {json")),
    ]);
    let receipt = |index, alert| Receipt {
        index,
        alert_id: alert_id("comp_a", alert),
        incident_id: Some(incident_id("comp_a", alert)),
    };
    let past = |rig: &Rig, n, at| rig.store.history.past_answer(&a, key(n), at).unwrap();
    let lone = Some(PastAnswer::Taken(Receipts { alerts: vec![receipt(0, 1)], ..Receipts::default() }));
    let mixed = Receipts { alerts: vec![receipt(0, 2), receipt(2, 3)], rejected, batch: true };
    let end = now + Span::DAY;
    assert_eq!((past(&rig, 1, now), past(&rig, 2, end)), (lone.clone(), lone));
    assert_eq!(past(&rig, 3, end), Some(PastAnswer::Taken(mixed)));
    assert_eq!(past(&rig, 4, end), Some(PastAnswer::Unreadable));
    assert_eq!(past(&rig, 5, end), None);
    let late = end + Span(1);
    assert_eq!([1, 2, 3, 4].map(|n| past(&rig, n, late)), [None, None, None, None]);
    let aside = rig.store.history.put_aside(&a, 10).unwrap();
    assert_eq!(aside.len(), 2);
    assert_eq!((&aside[0].raw[..], &*aside[0].reason), (&b"not {json"[..], "not JSON"));
    assert_eq!(&*aside[1].reason, "1 of 3 alerts: no severity");
    assert_eq!((&aside[1].fields[..], &aside[1].places[..]), (&["/1/severity".to_owned()][..], &[1][..]));
    assert_eq!(rig.store.history.one_aside(&a, aside[1].number).unwrap().as_ref(), Some(&aside[1]));
    assert_eq!(rig.store.history.one_aside(&a, 99).unwrap(), None);
    // A younger request keeps their run, and they are too old all the same.
    let younger = Delivery { keys: vec![key(6)], ..delivery(vec![report("web", "cpu")]) };
    rig.keep(vec![(late, a.clone(), Input::Delivery(younger), Bytes::new())]);
    assert_eq!([1, 4].map(|n| past(&rig, n, late)), [None, None]);
    assert!(past(&rig, 6, late).is_some());
    rig.keep(vec![(late + Span::DAY + Span(1), a.clone(), posted(vec![report("web", "cpu")]), Bytes::new())]);
    let db = rusqlite::Connection::open(rig.file("comp_a")).unwrap();
    let left: i64 = db.query_row("SELECT count(*) FROM answers", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn what_nobody_could_read_is_kept_within_bounds() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    let mut state = 1u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_le_bytes()
    };
    let noise: Bytes = (0..500_000).flat_map(next).collect::<Vec<_>>().into();
    let put = |at, n: u8| {
        let mut input = unreadable(DeliveryKey([n; 16]));
        if let Input::Unreadable(unreadable) = &mut input {
            unreadable.came.size = noise.len() as u64;
        }
        (at, a.clone(), input, noise.clone())
    };
    for n in 0..20 {
        rig.keep(vec![put(Moment(n.into()), n)]);
    }
    let kept = rig.store.history.put_aside(&a, 100).unwrap();
    assert_eq!(kept.len(), (64 << 20) / 4_000_000 + 1);
    assert_eq!(kept[0].at, Moment(19));
    rig.keep(vec![put(Moment(31 * Span::DAY.0), 21)]);
    assert_eq!(rig.store.history.put_aside(&a, 100).unwrap().len(), 1);
}

#[test]
fn no_text_is_a_command_to_a_search() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    let odd = [
        "\"",
        "'",
        "''; DROP TABLE alerts; --",
        "*",
        "NEAR(a b)",
        "-x",
        "a:b",
        "^",
        "%",
        "_",
        "(",
        "\\",
        "\0",
        "AND",
        "{x}",
        "\u{202e}",
        "İ",
        "ß",
        "ΑΣ",
        "\u{212a}elvin",
    ];
    rig.keep(vec![(Moment(1), a.clone(), posted(odd.map(|text| report(text, "cpu")).into()), Bytes::new())]);
    for text in odd {
        for word in text.to_lowercase().split_whitespace() {
            let query = Query::parse(&quoted(word)).unwrap();
            let found = rig.store.history.alerts(&a, &query, ANYBODY, 100).unwrap();
            assert!(found.iter().any(|alert| alert.report.asset_name == text), "{word:?}");
            let found = rig.store.history.incidents(&a, &query, ANYBODY, 100).unwrap();
            assert!(found.iter().any(|incident| incident.asset_name == text.trim()), "{word:?}");
        }
    }
}

const TEXTS: [&str; 9] =
    ["web-01", "DB-07", "Überlast", "disk full", "ΣΊΣΥΦΟΣ", "a\"b\\c", "İstanbul", "x", "check 00042 failed"];

/// Words and fields cut out of the texts, between quotes when they need it, negated, with others, and as globs.
fn some_query() -> impl Strategy<Value = String> {
    let part = || {
        (0..TEXTS.len(), 0..12usize, 1..8usize, 0..6).prop_map(|(text, from, length, how)| {
            let text = TEXTS[text];
            let part: String = text.chars().skip(from % text.chars().count()).take(length).collect();
            match how {
                0 if !part.contains([' ', '"', '\\']) => format!("*{part}*"),
                1 => format!("{}|nope", quoted(&part)),
                _ => quoted(&part),
            }
        })
    };
    #[rustfmt::skip]
    const OTHERS: &[&str] = &["status:open", "status:any", "status:resolved", "status:any status:new", "sev>=high", "sev<=medium", "sev:critical",
        "tenant:comp", "tenant:other", "!tenant:other", "tenant:company", "omp_a", "!omp_a", "datad", "nope", "!zabbix", "tool:zab", "cat:other",
        "since:5s", "before:3s", "age<4s", "age>2s", "!since:5s", "count>1", "assignee:none", "is:silenced", "instance:i-", "!instance:i-"];
    let other = prop::sample::select(OTHERS.to_vec()).prop_map(str::to_owned);
    let field = (prop::sample::select(vec!["asset:", "sig:", "tool:", "asset=", "!asset:", "!", "cat:"]), part());
    let term = prop_oneof![3 => part(), 2 => field.prop_map(|(field, part)| format!("{field}{part}")), 2 => other];
    prop::collection::vec(term, 1..4).prop_map(|terms| terms.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// Over more than one block, so that tables and the unfinished rest both have their say.
    #[test]
    fn a_search_finds_what_the_query_matches(
        picks in prop::collection::vec((0..TEXTS.len(), 0..TEXTS.len(), 0..TEXTS.len(), 0..4usize, any::<bool>()), 700..800),
        queries in prop::collection::vec(some_query(), 40),
        limit in 1..50usize,
    ) {
        let mut rig = Rig::new(&["comp_a"]);
        let a = tenant_id("comp_a");
        let mut steady = picks.iter().map(|(asset, signature, message, severity, over)| Report {
            message: TEXTS[*message].into(),
            severity: Severity::ALL[*severity],
            status: if *over { AlertStatus::Resolved } else { AlertStatus::Firing },
            tool_source: ["Zabbix", "Datadog"][*severity % 2].into(),
            ..report(TEXTS[*asset], TEXTS[*signature])
        });
        // Texts keep to themselves for a stretch, so that tables differ.
        let mut reports: Vec<_> = steady.by_ref().collect();
        reports.sort_by_key(|report| report.asset_name.clone());
        for (at, some) in reports.chunks(90).enumerate() {
            rig.keep(vec![(Moment(at as i64 * 1_000), a.clone(), posted(some.to_vec()), Bytes::new())]);
        }
        prop_assert!(reports.len() as u64 > 2 * BLOCK);
        let all = rig.store.history.alerts(&a, &Query::default(), ANYBODY, usize::MAX).unwrap();
        prop_assert_eq!(all.len(), reports.len());
        let incidents = rig.store.history.incidents(&a, &Query::parse("status:any").unwrap(), ANYBODY, usize::MAX).unwrap();
        let viewer = Viewer { who: "priya", now: Moment(9_000) };
        for text in queries {
            let mut query = Query::parse(&text).unwrap();
            query.learn_names([(&a, "The company")].into_iter());
            let mut written = query.as_written();
            written.learn_names([(&a, "The company")].into_iter());
            let meant: Vec<_> = all.iter().filter(|alert| written.matches_alert(alert, viewer)).take(limit).cloned().collect();
            prop_assert_eq!(rig.store.history.alerts(&a, &query, viewer, limit).unwrap(), meant, "{}", text);
            let meant: Vec<Incident> =
                incidents.iter().filter(|incident| written.matches(incident, viewer)).take(limit).cloned().collect();
            prop_assert_eq!(rig.store.history.incidents(&a, &query, viewer, limit).unwrap(), meant, "{}", text);
        }
    }
}

//! What is read back is what was sent, and a search finds exactly what a query means.

use proptest::prelude::*;

use super::super::grams::BLOCK;
use super::*;
use crate::core::alert::AlertStatus;
use crate::core::incident::Incident;
use crate::core::input::Rejected;
use crate::core::query::Query;
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
    assert_eq!(found("status:resolved"), [1]);
    assert_eq!(found("status:open"), [2]);
    assert_eq!(found("WEB"), [1]);
}

#[test]
fn alerts_that_waited_are_found_with_their_incident() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    let mut patient = tenant("comp_a");
    patient.settings.correlation.min_alerts_for_incident = 3;
    let credentials = (&*patient.credentials).into();
    let patient = Input::Tenant { tenant: Box::new(patient), credentials };
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
    assert_eq!((&aside[1].raw[..], &*aside[1].reason), (&b""[..], "alert 1 of the batch: no severity"));
    assert_eq!(aside[1].fields, ["/1/severity"]);
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
    let put = |at, n: u8| (at, a.clone(), unreadable(DeliveryKey([n; 16])), noise.clone());
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
            let query = Query { words: vec![word.into()], ..Query::default() };
            let found = rig.store.history.alerts(&a, &query, ANYBODY, 100).unwrap();
            assert!(found.iter().any(|alert| alert.report.asset_name == text), "{word:?}");
            let found = rig.store.history.incidents(&a, &query, ANYBODY, 100).unwrap();
            assert!(found.iter().any(|incident| incident.asset_name == text.trim()), "{word:?}");
        }
    }
}

const TEXTS: [&str; 9] =
    ["web-01", "DB-07", "Überlast", "disk full", "ΣΊΣΥΦΟΣ", "a\"b\\c", "İstanbul", "x", "check 00042 failed"];

fn some_query() -> impl Strategy<Value = Query> {
    let part = || {
        (0..TEXTS.len(), 0..12usize, 1..8usize).prop_filter_map("a word has no space", |(text, from, length)| {
            let text = TEXTS[text].to_lowercase();
            let part: String = text.chars().skip(from % text.chars().count()).take(length).collect();
            (!part.contains(' ')).then_some(part)
        })
    };
    let status = prop::sample::select(vec!["", "status:open", "status:resolved", "status:new"]);
    let severity = prop::sample::select(vec!["", "sev>=high", "sev<=medium", "sev:critical"]);
    let tenant = prop::sample::select(vec![None, Some("comp".to_owned()), Some("other".to_owned())]);
    let words =
        prop_oneof![3 => part(), 1 => prop::sample::select(vec!["omp_a".to_owned(), "datad".into(), "nope".into()])];
    let words = prop::collection::vec(words, 0..3);
    let rest = (prop::option::weighted(0.2, part()), prop::option::weighted(0.2, part()), tenant, status, severity);
    (words, rest).prop_map(|(words, (asset, signature, tenant, status, severity))| Query {
        words,
        asset,
        signature,
        tenant,
        ..Query::parse(&format!("{status} {severity}")).unwrap()
    })
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
            rig.keep(vec![(Moment(at as i64), a.clone(), posted(some.to_vec()), Bytes::new())]);
        }
        prop_assert!(reports.len() as u64 > 2 * BLOCK);
        let all = rig.store.history.alerts(&a, &Query::default(), ANYBODY, usize::MAX).unwrap();
        prop_assert_eq!(all.len(), reports.len());
        let incidents = rig.store.history.incidents(&a, &Query::default(), ANYBODY, usize::MAX).unwrap();
        for query in queries {
            let meant: Vec<_> = all.iter().filter(|alert| query.matches_alert(alert, ANYBODY)).take(limit).cloned().collect();
            prop_assert_eq!(rig.store.history.alerts(&a, &query, ANYBODY, limit).unwrap(), meant, "{:?}", query);
            let meant: Vec<Incident> =
                incidents.iter().filter(|incident| query.matches(incident, ANYBODY)).take(limit).cloned().collect();
            prop_assert_eq!(rig.store.history.incidents(&a, &query, ANYBODY, limit).unwrap(), meant, "{:?}", query);
        }
    }
}

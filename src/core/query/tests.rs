//! What the language means, example by example; and what holds for any text.

use proptest::prelude::*;

use super::*;
use crate::core::alert::{Alert, AlertStatus, Report};
use crate::core::id::{AlertId, IncidentId};
use crate::core::incident::Status;
use crate::core::severity::Severity;
use crate::core::sla::Clock;
use crate::core::testing::{report, tenant_id};
use crate::core::time::Span;

const NOW: Moment = Moment(1_769_829_160_000);
const VIEWER: Viewer<'static> = Viewer { who: "priya", now: NOW };

fn incident(number: u64) -> Incident {
    let id = IncidentId { tenant: tenant_id("comp_acme"), number };
    Incident {
        severity: Severity::High,
        priority_score: 94,
        alert_count: 5,
        episode_count: 5,
        tool_sources: vec!["Datadog".into(), "Zabbix".into()],
        category: "Network".into(),
        last_alert_at: NOW,
        instance_id: Some("i-0abc".into()),
        ..Incident::opening(id, &report("payment-gw", "high_latency"), NOW - Span::minutes(90))
    }
}

/// Incidents that differ in what queries ask for.
fn some() -> Vec<Incident> {
    let clock = Clock { from: NOW, due_at: NOW, stopped_at: None, warned: true, breached: false };
    let mut all: Vec<Incident> = (1..=12).map(incident).collect();
    all[1].status = Status::Acknowledged;
    all[1].acknowledged_by = Some("sam".into());
    all[1].assigned_to = Some("Priya".into());
    all[2].status = Status::Resolved;
    all[2].asset_name = "db-01".into();
    all[3].silenced_by = Some(3);
    all[3].severity = Severity::Low;
    all[4].snoozed_until = Some(NOW + Span::HOUR);
    all[4].tool_sources = vec!["Prometheus".into()];
    all[5].flapping = true;
    all[5].flaps = 3;
    all[6].sla.respond = Some(clock);
    all[7].sla.resolve = Some(Clock { breached: true, ..clock });
    all[8].escalations = 1;
    all[8].signature = "disk full".into();
    all[9].opened_at = NOW - Span(10 * Span::DAY.0);
    all[9].priority_score = 20;
    all[10].merged_into = Some(all[0].id.clone());
    all[10].status = Status::Resolved;
    all[11].company_id = tenant_id("comp_borealis");
    all[11].asset_name = "Überlast-07".into();
    all[11].assigned_to = Some("sam".into());
    all
}

fn numbers(text: &str) -> Vec<u64> {
    let mut query = Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let names = [(tenant_id("comp_acme"), "Acme Corp"), (tenant_id("comp_borealis"), "Northern Light Clinics")];
    query.learn_names(names.iter().map(|(id, name)| (id, *name)));
    some().iter().filter(|incident| query.matches(incident, VIEWER)).map(|incident| incident.id.number).collect()
}

#[test]
fn terms_ask_for_what_they_say() {
    let but = |out: &[u64]| (1..=12).filter(|number| !out.contains(number)).collect::<Vec<_>>();
    for (text, matching) in [
        ("", but(&[])),
        ("payment", but(&[3, 12])),
        ("PAYGW", but(&[3, 12])),
        ("\"paygw\"", vec![]),
        ("pa", but(&[3, 12])),
        ("pg", vec![]),
        ("\"disk full\"", vec![9]),
        ("db|disk", vec![3, 9]),
        ("db-*", vec![3]),
        ("clinics", vec![12]),
        ("northlight", vec![12]),
        ("acme corp", but(&[12])),
        ("tenant:northern", vec![12]),
        ("tenant=comp_acme", but(&[12])),
        ("tenant=acme", vec![]),
        ("tenant!=comp_acme", vec![12]),
        ("!acme", vec![12]),
        ("-acme", vec![12]),
        ("asset:*-01", vec![3]),
        ("asset:über", vec![12]),
        ("asset:\"payment-*\"", vec![]),
        ("sig:disk", vec![9]),
        ("sig:\"disk f\"", vec![9]),
        ("tool:zabbix", but(&[5])),
        ("tool:prom|zabbix", but(&[])),
        ("tools>1", but(&[5])),
        ("sev:low", vec![4]),
        ("sev<high", vec![4]),
        ("SEV>=High", but(&[4])),
        ("sev!=high", vec![4]),
        ("sev:warning|low", vec![4]),
        ("status:open", but(&[3, 11])),
        ("status:ack|resolved", vec![2, 3, 11]),
        ("!status:open", vec![3, 11]),
        ("is:silenced", vec![4]),
        ("is:quiet", vec![4, 5]),
        ("is:snoozed|flapping", vec![5, 6]),
        ("is:escalated", vec![9]),
        ("is:merged", vec![11]),
        ("is:mine", vec![2]),
        ("is:unassigned", but(&[2, 12])),
        ("ack:yes", vec![2]),
        ("ack:no", but(&[2])),
        ("assignee:me", vec![2]),
        ("assignee:sam|me", vec![2, 12]),
        ("assignee:none", but(&[2, 12])),
        ("sla:breached", vec![8]),
        ("sla:breached|warned", vec![7, 8]),
        ("sla:ok", vec![]),
        ("sla:none", but(&[7, 8])),
        ("score>90", but(&[10])),
        ("score<=20", vec![10]),
        ("age<2h", but(&[10])),
        ("age:1h", but(&[10])),
        ("age>=1h30m", but(&[])),
        ("age>1h30m", vec![10]),
        ("count:5", but(&[])),
        ("flaps>0", vec![6]),
        ("cat:net", but(&[])),
        ("instance:i-0*", but(&[])),
        ("since:3d", but(&[10])),
        ("before:3d", vec![10]),
        ("since:2026-01-22", but(&[10])),
        ("before:2026-01-31T01:00", vec![10]),
        ("before:2026-01-31T02:42:40+01:00", vec![10]),
    ] {
        assert_eq!(numbers(text), matching, "{text}");
    }
}

#[test]
fn alerts_are_asked_for_what_they_have() {
    let tenant = tenant_id("comp_acme");
    let alert = |status, silenced_by| Alert {
        id: AlertId { tenant: tenant.clone(), number: 1 },
        company_id: tenant.clone(),
        incident_id: None,
        received_at: NOW - Span::minutes(5),
        delivery_id: None,
        silenced_by,
        seen: 1,
        report: Report { status, instance_id: Some("i-9".into()), message: "load 42".into(), ..report("web", "cpu") }
            .into(),
    };
    let [firing, over] = [alert(AlertStatus::Firing, Some(1)), alert(AlertStatus::Resolved, None)];
    for (text, expected) in [
        ("42 web", (true, true)),
        ("status:open", (true, false)),
        ("status:new", (true, false)),
        ("status:resolved", (false, true)),
        ("is:silenced", (true, false)),
        ("age<10m instance:i-9 sev:high tool:zabbix", (true, true)),
        ("since:1m", (false, false)),
        ("assignee:none", (false, false)),
        ("!assignee:none", (true, true)),
    ] {
        let query = Query::parse(text).unwrap();
        assert_eq!((query.matches_alert(&firing, VIEWER), query.matches_alert(&over, VIEWER)), expected, "{text}");
    }
    let query = Query::parse("web assignee:none").unwrap();
    assert!(query.about_alerts().matches_alert(&firing, VIEWER));
    let error = query.not_about_alerts().unwrap();
    assert_eq!((error.at, &*error.words), (4..17, "assignee:none is said of incidents; alerts have none of it"));
}

#[test]
fn hidden_ones_are_shown_to_those_who_ask() {
    let shown = |text: &str| {
        let query = Query::parse(text).unwrap();
        let shown = some().into_iter().filter(|incident| query.shows(incident, VIEWER));
        shown.map(|incident| incident.id.number).collect::<Vec<_>>()
    };
    let loud = [1, 2, 6, 7, 8, 9, 10, 12];
    assert_eq!(shown(""), loud);
    assert_eq!(shown("status:open"), loud);
    assert_eq!(shown("!status:ack"), [1, 6, 7, 8, 9, 10, 12]);
    assert_eq!(shown("status:resolved"), [3, 11]);
    assert_eq!(shown("!status:open"), [3, 11]);
    assert_eq!(shown("status:any").len(), 12);
    assert_eq!(shown("is:silenced"), [4]);
    assert_eq!(shown("!is:silenced"), loud);
    assert_eq!(shown("is:snoozed|silenced"), [4, 5]);
    assert_eq!(shown("is:merged"), [11]);
}

#[test]
fn mistakes_say_where_they_are_and_what_is_right() {
    for (text, at, words) in [
        ("colour:red", 0..6, "no field colour"),
        ("x tenent:acme", 2..8, "did you mean tenant:?"),
        ("sev>=hihg", 5..9, "did you mean high? sev is low, medium, high or critical"),
        ("status:gone", 7..11, "status is open, new, acknowledged, in_progress, resolved or any"),
        ("is:slienced", 3..11, "did you mean silenced?"),
        ("tenant:", 0..7, "tenant needs a value: tenant:acme"),
        ("asset:a|", 0..8, "asset needs a value: asset:web-*"),
        ("asset>x", 5..6, "asset has no order"),
        ("score>many", 6..10, "score looks like score>90"),
        ("age<2x", 4..6, "age looks like age<2h"),
        ("since:soon", 6..10, "since looks like since:3d"),
        ("since:1d|2d", 6..11, "since is one time"),
        ("ack:yes|no", 4..10, "ack is yes or no"),
        ("a \"b c", 2..6, "the quotes do not end"),
        ("!", 0..1, "a word is missing"),
        ("a||b", 0..4, "a word is missing"),
    ] {
        let error = Query::parse(text).unwrap_err();
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.words.contains(words), "{text}: {error}");
    }
}

#[test]
fn a_term_that_is_still_typed_waits_and_the_others_filter() {
    let begun = |text: &str| Query::parse_begun(text).map(|(query, error)| (query.to_string(), error.is_some()));
    assert_eq!(begun("web sev>="), Ok(("web".into(), true)));
    assert_eq!(begun("web \"disk f"), Ok(("web".into(), true)));
    assert_eq!(begun("web !"), Ok(("web".into(), true)));
    assert_eq!(begun("web disk"), Ok(("web disk".into(), false)));
    assert!(begun("sev>= web").is_err());
    assert!(begun("sev>= ").is_err());
}

#[test]
fn terms_are_known_by_their_place() {
    let query = Query::parse("  sev>=high   !\"a b\"  ").unwrap();
    assert_eq!(query.chips().collect::<Vec<_>>(), ["sev>=high", "!\"a b\""]);
    assert_eq!(query.without_last(), "sev>=high");
    assert_eq!(query.to_string(), "sev>=high !\"a b\"");
    assert_eq!(quoted("a\"b\\c"), r#""a\"b\\c""#);
    assert!(Query::parse("10.0.0.1:9100 =x >").unwrap().terms().len() == 3, "no letter stands before the sign");
}

#[test]
fn every_example_of_the_document_can_be_read() {
    let text = include_str!("../../../docs/filter.md");
    let cells = text.lines().filter(|line| line.starts_with("| `")).flat_map(|line| line.split(" | ").last());
    let words = text.split("## Words").nth(1).and_then(|rest| rest.split("##").next()).unwrap();
    let words = words.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let hidden = text.split("## What is hidden").nth(1).and_then(|rest| rest.split("##").next()).unwrap();
    let hidden = hidden.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let blocks = text.split("```filter\n").skip(1).filter_map(|rest| rest.split("```").next());
    let fields = cells.filter(|cell| cell.ends_with("` |"));
    let spans = fields.chain(words).chain(hidden).flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let examples: Vec<_> = spans.map(|span| span.replace("\\|", "|")).chain(blocks.map(str::to_owned)).collect();
    assert!(examples.len() > 30, "{examples:?}");
    for example in examples {
        let query = Query::parse(&example).unwrap_or_else(|error| panic!("{example}: {error}"));
        assert!(!query.is_empty(), "{example}");
    }
}

fn piece() -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    const PIECES: &[&str] = &[
        "pay", "paym", "payment", "payg", "paygw", "gw", "p", "disk", "\"disk full\"", "\"pay\"", "db", "db-*", "*", "über", "i", "a|b", "pay|db",
        "tenant:acme", "tenant:comp_a", "tenant=comp_acme", "asset:pay", "asset:payment", "asset:pay*", "asset=payment-gw", "sig:disk|high",
        "sig:high", "tool:zab", "tool:zabbix", "sev:high", "sev>=medium", "sev>low", "sev<=low", "status:open", "status:new",
        "status:resolved", "status:any", "is:silenced", "is:quiet", "is:silenced|snoozed", "is:snoozed", "is:merged", "ack:yes", "ack:no",
        "assignee:me", "assignee:sam", "assignee:s", "assignee:none", "sla:breached", "sla:breached|warned", "score>90", "score>10", "score:94",
        "age<2h", "age<3d", "age>1h", "count>=5", "tools>1", "flaps:3", "cat:net", "instance:i-0", "since:3d", "before:3d",
    ];
    let negation = prop::sample::select(vec!["", "", "", "!", "-"]);
    (negation, prop::sample::select(PIECES.to_vec())).prop_map(|(negation, piece)| format!("{negation}{piece}"))
}

fn written() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..4).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_too_much(text in r#"([a-z]{1,6}|[!":=<>|\\*? é-]){0,20}"#, any in any::<String>()) {
        for text in [text, any] {
            if let Err(error) = Query::parse(&text) {
                prop_assert!(text.get(error.at.clone()).is_some(), "{text:?} {error:?}");
            }
            let _ = Query::parse_begun(&text);
        }
    }

    #[test]
    fn what_is_written_out_is_read_back(text in r#"([a-z]{1,6}|[!":=<>|\\*? é-]){0,20}"#, known in written()) {
        for text in [text, known] {
            if let Ok(query) = Query::parse(&text) {
                let again = Query::parse(&query.to_string()).unwrap();
                let tests = |query: &Query| query.terms.iter().map(|term| (term.negated, term.test.clone())).collect::<Vec<_>>();
                prop_assert_eq!(tests(&query), tests(&again), "{:?}", text);
            }
        }
    }

    #[test]
    fn any_text_is_found_by_its_quotes(text in ".{1,12}") {
        let query = Query::parse(&quoted(&text)).unwrap();
        prop_assert_eq!(query.terms().len(), 1);
        let odd = Incident { asset_name: text, ..incident(1) };
        prop_assert!(query.matches(&odd, VIEWER));
    }

    #[test]
    fn a_negated_term_is_the_complement(piece in piece()) {
        let plain = piece.trim_start_matches(['!', '-']);
        let [is, not] = [plain.to_owned(), format!("!{plain}")].map(|text| Query::parse(&text).unwrap());
        for incident in some() {
            prop_assert_ne!(is.matches(&incident, VIEWER), not.matches(&incident, VIEWER), "{} {}", plain, incident.id);
        }
    }

    #[test]
    fn narrowing_is_sound(one in written(), more in piece(), other in written(), cut in 0..40_usize) {
        let longer = format!("{one} {more}");
        let cut = (0..=cut.min(longer.len())).rev().find(|at| longer.is_char_boundary(*at)).unwrap_or(0);
        let texts = [one.clone(), longer.clone(), other, longer[..cut].to_owned()];
        let queries: Vec<Query> = texts.iter().filter_map(|text| Query::parse(text).ok()).collect();
        for query in &queries {
            for wider in queries.iter().filter(|wider| query.narrows(wider)) {
                for incident in some() {
                    prop_assert!(!query.matches(&incident, VIEWER) || wider.matches(&incident, VIEWER), "{query} {wider}");
                    prop_assert!(!query.shows(&incident, VIEWER) || wider.shows(&incident, VIEWER), "{query} {wider}");
                }
            }
        }
    }
}

#[test]
fn typing_on_narrows() {
    let narrows = |more: &str, less: &str| Query::parse(more).unwrap().narrows(&Query::parse(less).unwrap());
    for (more, less) in [
        ("payment", "paym"),
        ("pa", "p"),
        ("x web", "x"),
        ("tenant:acme", "tenant:acm"),
        ("sev:critical", "sev>=high"),
        ("!\"we\"", "!\"web\""),
        ("score>90", "score>9"),
        ("age<2h", "age<2d"),
        ("asset=web", "asset:we"),
    ] {
        assert!(narrows(more, less), "{more} {less}");
    }
    for (more, less) in [("web", "we"), ("web", "webs"), ("status:resolved", ""), ("web|x", "web"), ("!web", "!we")] {
        assert!(!narrows(more, less), "{more} {less}");
    }
}

use super::super::read;
use super::*;
use crate::core::reading::Head;
use crate::core::source::Source;
use crate::core::source::kind::Kind;
use crate::core::time::Span;

const NOW: Moment = Moment(1_795_320_000_000);

fn parse_from(agent: Option<&str>, body: &str) -> Result<Parsed, Unreadable> {
    let context =
        Context { now: NOW, skew: Span(300_000), head: Head { user_agent: agent, ..Head::default() }, explain: false };
    read(&Source::of(Kind::ALERTMANAGER), body.as_bytes(), context)
}

fn parse(body: &str) -> Parsed {
    parse_from(None, body).unwrap()
}

/// The one alert of a batch.
fn one(alert: &str) -> Report {
    parse(&format!(r#"{{"receiver":"team","alerts":[{alert}]}}"#)).reports.remove(0)
}

fn labelled(labels: &str) -> Report {
    one(&format!(r#"{{"status":"firing","labels":{{{labels}}}}}"#))
}

#[test]
fn alertmanager_as_captured() {
    let parsed = parse(include_str!("../../../tests/data/senders/alertmanager/two_firing.json"));
    assert!(parsed.batch && parsed.rejected.is_empty() && parsed.reports.len() == 2);
    let report = &parsed.reports[0];
    assert_eq!((&*report.asset_name, &*report.signature), ("127.0.0.1:19998", "InstanceDown"));
    assert_eq!((report.severity, report.status), (Severity::Critical, AlertStatus::Firing));
    assert_eq!(report.message, "Instance 127.0.0.1:19998 down\n127.0.0.1:19998 of job node has been down.");
    assert_eq!(report.tool_source, "Prometheus");
    assert_eq!(report.occurred_at, Moment::parse("2026-11-22T01:30:01.723Z").ok());
    assert_eq!(
        report.links,
        ["https://runbooks.example.org/InstanceDown", "http://vm:19090/graph?g0.expr=up+%3D%3D+0&g0.tab=1"]
    );
    assert_eq!(report.labels["customer"], "contoso");
    assert_eq!(report.fingerprint.as_deref(), Some("4ff82a9e706225d4"));
    let page = parse(include_str!("../../../tests/data/senders/alertmanager/severity_page.json"));
    assert_eq!((page.reports[0].severity, &*page.reports[0].asset_name), (Severity::Critical, "flap-01"));
}

#[test]
fn grafana_as_documented_has_no_instance_and_names_the_zone() {
    let parsed = parse(include_str!("../../../tests/data/senders/grafana/docs_webhook_example.json"));
    let each = |report: &Report| (report.asset_name.clone(), report.signature.clone(), report.links.len());
    let told: Vec<_> = parsed.reports.iter().map(each).collect();
    let expected = [("us-1", "High memory usage", 3), ("eu-1", "High CPU usage", 3)];
    assert_eq!(told, expected.map(|(asset, signature, links)| (asset.into(), signature.into(), links)));
    assert_eq!((&*parsed.reports[0].tool_source, parsed.reports[0].severity), ("Grafana", Severity::Medium));
}

#[test]
fn grafana_with_a_custom_payload_as_captured() {
    let parsed = parse(include_str!("../../../tests/data/senders/grafana/custom_payload.json"));
    assert_eq!(parsed.reports.len(), 3);
    assert_eq!((&*parsed.reports[2].asset_name, &*parsed.reports[2].tool_source), ("localhost:8083", "Grafana"));
    assert!(parsed.reports[0].links.is_empty());
    assert_eq!(parsed.reports[0].occurred_at, Moment::parse("2023-06-12T08:24:38.326Z").ok());
}

#[test]
fn the_user_agent_decides_where_the_body_leaves_it_open() {
    let bare = r#"{"alerts":[{"labels":{"alertname":"x"}}]}"#;
    let tool = |agent: &str| parse_from(Some(agent), bare).unwrap().reports[0].tool_source.clone();
    assert_eq!([tool("Grafana"), tool("Alertmanager/0.33.0"), tool("curl/8")], ["Grafana", "Prometheus", "Prometheus"]);
}

#[test]
fn the_asset_is_the_most_exact_name_there_is() {
    for (labels, asset) in [
        (r#""alertname":"A","job":"j","pod":"p","node":"n","hostname":"h","host":"o","instance":"i:9100""#, "i:9100"),
        (r#""alertname":"A","job":"j","pod":"p","node":"n""#, "n"),
        (r#""alertname":"A","job":"j","instance":" ","device":"sda""#, "sda"),
        (r#""alertname":"A","job":"j""#, "j"),
        (r#""alertname":"A""#, "A"),
        ("", "team"),
    ] {
        assert_eq!(labelled(labels).asset_name, asset, "{labels}");
    }
    let shared = parse(r#"{"commonLabels":{"host":"h"},"alerts":[{"labels":{"alertname":"A"}}]}"#);
    assert_eq!(shared.reports[0].asset_name, "h");
    assert_eq!(parse(r#"{"alerts":[{"labels":{}}]}"#).reports[0].asset_name, "Prometheus");
    assert_eq!(labelled("").signature, "alert");
}

#[test]
fn a_severity_nobody_knows_is_medium() {
    for (labels, severity) in [
        (r#""severity":"page""#, Severity::Critical),
        (r#""priority":"P2""#, Severity::High),
        (r#""level":"info""#, Severity::Low),
        (r#""severity":"purple""#, Severity::Medium),
        (r#""severity":7"#, Severity::Medium),
        ("", Severity::Medium),
    ] {
        assert_eq!(labelled(labels).severity, severity, "{labels}");
    }
}

#[test]
fn each_alert_has_its_own_status_or_else_the_batchs() {
    let body = r#"{"status":"resolved","alerts":[{"status":"firing","labels":{}},{"labels":{}}]}"#;
    let told: Vec<_> = parse(body).reports.iter().map(|report| report.status).collect();
    assert_eq!(told, [AlertStatus::Firing, AlertStatus::Resolved]);
}

#[test]
fn a_time_that_cannot_be_is_none() {
    let at = |at: &str| one(&format!(r#"{{"startsAt":"{at}","labels":{{}}}}"#)).occurred_at;
    assert_eq!(at("0001-01-01T00:00:00Z"), None);
    assert_eq!(at("soon"), None);
    assert_eq!(at(&(NOW + Span(300_000)).to_string()), Some(NOW + Span(300_000)));
    assert_eq!(at(&(NOW + Span(300_001)).to_string()), None);
}

#[test]
fn a_long_name_of_a_label_is_cut_and_two_long_fingerprints_stay_two() {
    let long = "n".repeat(1 << 20);
    let report = labelled(&format!(r#""{long}":"v""#));
    assert_eq!(report.labels.keys().map(String::len).collect::<Vec<_>>(), [1_024]);
    let print = |end: &str| {
        let report = one(&format!(r#"{{"labels":{{}},"fingerprint":"{long}{end}"}}"#));
        report.fingerprint.unwrap()
    };
    assert!(print("1") != print("2") && print("1").len() <= 512);
}

#[test]
fn a_fingerprint_is_made_of_the_labels_whatever_their_order() {
    let made = |labels: &str| labelled(labels).fingerprint.unwrap();
    assert_eq!(made(r#""a":"1","b":"2""#), made(r#""b":"2","a":"1""#));
    assert_ne!(made(r#""a":"1","b":"2""#), made(r#""a":"12","b":"""#));
    assert_eq!(one(r#"{"fingerprint":"f1","labels":{}}"#).fingerprint.as_deref(), Some("f1"));
}

#[test]
fn one_bad_alert_never_refuses_the_batch() {
    let good = r#"{"status":"firing","labels":{"alertname":"A"}}"#;
    let parsed = parse(&format!(
        r#"{{"truncatedAlerts":3,"alerts":[1,{good},{{"labels":7}},{{"status":"pending","labels":{{}}}}]}}"#
    ));
    assert_eq!((parsed.reports.len(), &parsed.indices[..], parsed.truncated), (1, &[1][..], 3));
    let fields: Vec<_> = parsed.rejected.iter().flat_map(|bad| bad.fields.clone()).collect();
    assert_eq!(fields, ["/alerts/0", "/alerts/2/labels", "/alerts/3/status"]);
    for bad in ["[]", "{}", r#"{"alerts":7}"#, r#"{"alerts":[]}"#, r#"{"alerts":[{}]}"#] {
        assert!(matches!(parse_from(None, bad), Err(Unreadable::NoAlert { .. })), "{bad}");
    }
}

#[test]
fn what_is_too_long_is_cut_and_what_is_too_many_is_left_to_the_raw_body() {
    let long = "é".repeat(10_000);
    let labels: Vec<_> = (0..100).map(|n| format!(r#""l{n:03}":"{}""#, &long[..2_000])).collect();
    let report = one(&format!(
        r#"{{"labels":{{"alertname":"{long}","instance":"{long}",{}}},"annotations":{{"summary":"{long}"}}}}"#,
        labels.join(",")
    ));
    assert_eq!((report.asset_name.chars().count(), report.signature.chars().count()), (256, 256));
    assert_eq!((report.message.len(), report.message_cut), (8_192, true));
    assert_eq!(report.labels.len(), 64);
    assert!(report.labels.values().all(|value| value.len() <= 1_024));
}

use super::super::read;
use super::*;
use crate::core::reading::Head;
use crate::core::source::Source;
use crate::core::source::kind::Kind;
use crate::core::time::Span;

const NOW: Moment = Moment(1_800_000_000_000);

fn parse(body: &str) -> Result<Parsed, Unreadable> {
    let context = Context { now: NOW, skew: Span(300_000), head: Head::default(), explain: false };
    read(&Source::of(Kind::NATIVE), body.as_bytes(), context)
}

/// A good alert with `more` fields, which replace those of the same name.
fn alert(more: &str) -> String {
    format!(
        r#"{{"asset_name":"db-01","signature":"high_cpu","severity":"high","message":"m","tool_source":"Zabbix"{}{more}}}"#,
        if more.is_empty() { "" } else { "," }
    )
}

fn good(more: &str) -> Report {
    match parse(&alert(more)) {
        Ok(parsed) => parsed.reports.into_iter().next().unwrap(),
        Err(unreadable) => panic!("{more}: {unreadable:?}"),
    }
}

fn faults(more: &str) -> Vec<String> {
    match parse(&alert(more)) {
        Err(Unreadable::NoAlert { fields, reason }) if reason.len() < 120 => fields,
        other => panic!("{more}: {other:?}"),
    }
}

fn text(length: usize) -> String {
    "é".repeat(length)
}

#[test]
fn what_is_taken() {
    let report = good(
        r#""asset_name":" web-01 ","severity":"WARNING","status":"Resolved","occurred_at":"2027-01-15T08:00:00+00:00",
           "instance_id":"i-0abc","links":["https://a/b","http://c"],"labels":{"n":1,"b":true,"s":"x","z":null},"extra":[{}]"#,
    );
    assert_eq!(
        (&*report.asset_name, report.severity, report.status),
        ("web-01", Severity::Medium, AlertStatus::Resolved)
    );
    assert_eq!(report.occurred_at, Some(NOW));
    assert_eq!(report.instance_id.as_deref(), Some("i-0abc"));
    assert_eq!(report.links, ["https://a/b", "http://c"]);
    let labels: Vec<_> = report.labels.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(labels, [("b", "true"), ("n", "1"), ("s", "x"), ("z", "")]);
    assert_eq!(report.fingerprint, None);
    let bare = good("");
    assert_eq!((bare.status, bare.occurred_at, bare.instance_id), (AlertStatus::Firing, None, None));
}

#[test]
fn nothing_is_as_good_as_absent_where_a_field_is_optional() {
    let report = good(r#""status":null,"occurred_at":null,"instance_id":"  ","links":null,"labels":null"#);
    assert_eq!(report, good(""));
}

#[test]
fn lengths_are_counted_in_characters_after_trimming() {
    for (field, longest) in [("asset_name", 256), ("signature", 256), ("tool_source", 64), ("instance_id", 64)] {
        good(&format!(r#""{field}":"  {}  ""#, text(longest)));
        assert_eq!(faults(&format!(r#""{field}":"{}""#, text(longest + 1))), [format!("/{field}")]);
    }
}

#[test]
fn a_fault_is_named_by_its_pointer() {
    let future = |seconds: i64| format!(r#""occurred_at":"{}""#, NOW + Span(seconds * 1_000));
    good(&future(300));
    for (more, pointer) in [
        (r#""asset_name":" ""#, "/asset_name"),
        (r#""asset_name":null"#, "/asset_name"),
        (r#""signature":7"#, "/signature"),
        (r#""severity":"bad""#, "/severity"),
        (r#""severity":4"#, "/severity"),
        (r#""message":null"#, "/message"),
        (r#""message":["m"]"#, "/message"),
        (r#""tool_source":"""#, "/tool_source"),
        (r#""status":"acknowledged""#, "/status"),
        (r#""status":1"#, "/status"),
        (r#""occurred_at":"yesterday""#, "/occurred_at"),
        (r#""occurred_at":1800000000"#, "/occurred_at"),
        (&future(301), "/occurred_at"),
        (r#""instance_id":7"#, "/instance_id"),
        (r#""links":"https://a""#, "/links"),
        (r#""links":["ftp://a"]"#, "/links"),
        (r#""links":[1]"#, "/links"),
        (r#""labels":[]"#, "/labels"),
        (r#""labels":{"a":{}}"#, "/labels"),
    ] {
        assert_eq!(faults(more), [pointer], "{more}");
    }
    assert_eq!(faults(r#""message":null,"severity":"x","links":1"#), ["/severity", "/message", "/links"]);
}

#[test]
fn links_and_labels_have_a_number() {
    let links = |n: usize| format!(r#""links":[{}]"#, vec![r#""https://a""#; n].join(","));
    assert_eq!(good(&links(8)).links.len(), 8);
    assert_eq!(faults(&links(9)), ["/links"]);
    let labels = |n: usize| {
        let pairs: Vec<_> = (0..n).map(|n| format!(r#""l{n}":"v""#)).collect();
        format!(r#""labels":{{{}}}"#, pairs.join(","))
    };
    assert_eq!(good(&labels(64)).labels.len(), 64);
    assert_eq!(faults(&labels(65)), ["/labels"]);
    let same = vec![r#""l":"v""#; 1_000].join(",");
    assert_eq!(good(&format!(r#""labels":{{{same},"l":"last"}}"#)).labels["l"], "last");
}

#[test]
fn a_long_message_is_cut_between_characters_and_marked() {
    let kept = good(&format!(r#""message":"{}""#, text(4_096)));
    assert_eq!((kept.message.len(), kept.message_cut), (8_192, false));
    let cut = good(&format!(r#""message":"a{}""#, text(4_096)));
    assert_eq!((cut.message.len(), cut.message_cut), (8_191, true));
    assert_eq!(good(r#""message":"""#).message, "");
}

#[test]
fn the_good_of_an_array_are_taken_and_the_bad_listed() {
    let body = format!(r#"[{},7,{},{}]"#, alert(""), alert(r#""severity":"x","message":null"#), alert(""));
    let parsed = parse(&body).unwrap();
    assert!(parsed.batch);
    assert_eq!((parsed.reports.len(), &parsed.indices[..]), (2, &[0, 3][..]));
    let rejected: Vec<_> = parsed.rejected.iter().map(|bad| (bad.index, bad.fields.join(" "))).collect();
    assert_eq!(rejected, [(1, "/1".into()), (2, "/2/severity /2/message".into())]);
    assert!(parse(&format!("[{}]", alert(""))).unwrap().indices.is_empty());
}

#[test]
fn what_holds_no_alert() {
    for body in ["[]", "[1,[],\"x\"]", "{}", "1", "\"x\"", "null", "true"] {
        assert!(matches!(parse(body), Err(Unreadable::NoAlert { .. })), "{body}");
    }
    let array = |n: usize| format!("[{}]", vec![alert(""); n].join(","));
    assert_eq!(parse(&array(5_000)).unwrap().reports.len(), 5_000);
    assert!(matches!(parse(&array(5_001)), Err(Unreadable::NoAlert { .. })));
    for body in ["", "{", "x", "{\"asset_name\":\"\u{1}\"}"] {
        assert!(matches!(parse(body), Err(Unreadable::NotJson { .. })), "{body}");
    }
}

#[test]
fn a_byte_order_mark_is_none_of_the_body_and_bad_utf_8_is_no_json() {
    let context = Context { now: NOW, skew: Span(0), head: Head::default(), explain: false };
    assert_eq!(parse(&format!("\u{feff}{}", alert(""))), parse(&alert("")));
    assert!(matches!(parse("\u{feff}"), Err(Unreadable::NotJson { .. })));
    let mut bad = alert(r#""extra":"?""#).into_bytes();
    let at = bad.iter().rposition(|byte| *byte == b'?').unwrap();
    bad[at] = 0xff;
    assert!(matches!(read(&Source::of(Kind::NATIVE), &bad, context), Err(Unreadable::NotJson { .. })));
}

use proptest::prelude::*;

use super::*;
use crate::core::alert::Report;
use crate::core::reading::Head;
use crate::core::source::kind::Kind;
use crate::core::time::{Moment, Span};
use crate::receiver::sources::json;

/// What every mapping needs; a trial's own lines stand before it.
const LEAST: &str = "tool = 'T'\nasset_name.from = ['/host']\nsignature.from = ['/check']\n";

fn context(explain: bool) -> Context<'static> {
    let now = Moment::parse("2026-11-22T12:00:00Z").unwrap();
    Context { now, skew: Span(300_000), head: Head::default(), explain }
}

fn read(mapping: &str, body: &str) -> Result<Parsed, Unreadable> {
    let mapping = table::read(mapping).unwrap_or_else(|mistake| panic!("{mistake}\n{mapping}"));
    alerts::parse(&mapping, &json::read(body).unwrap(), context(false))
}

fn one(mapping: &str, body: &str) -> Report {
    let parsed = read(mapping, body).unwrap();
    assert_eq!(parsed.reports.len(), 1);
    parsed.reports.into_iter().next().unwrap()
}

#[test]
fn the_first_place_that_has_something_counts() {
    let mapping = "tool = 'T'
        [asset_name]
        words = { 'THE HOST' = 'h1' }
        from = ['/host', '{/site}/{/device}', { at = '/text', pattern = 'on (\\S+)' }, '/tags']
        pattern = '(?:^|,)host:([^,]+)|^([^,:]+)$'
        default = 'unknown'
        [signature]
        default = 'fixed'";
    for (body, asset) in [
        (r#"{"host":"a","device":"d"}"#, "a"),
        (r#"{"host":"The host"}"#, "h1"),
        (r#"{"host":"null","tags":"host:b"}"#, "b"),
        (r#"{"host":"","site":"x","device":"d"}"#, "x/d"),
        (r#"{"host":null,"device":"d"}"#, "unknown"),
        (r#"{"host":" ","text":"CPU is high on web-1 now"}"#, "web-1"),
        (r#"{"tags":"env:prod,host:db-2"}"#, "db-2"),
        (r#"{"tags":["env:prod","host:db-2"]}"#, "db-2"),
        (r#"{"tags":"env:prod"}"#, "unknown"),
        (r#"{"host":17}"#, "17"),
        (r#"{"host":{"name":"x"}}"#, "unknown"),
        (r#""text""#, "unknown"),
    ] {
        let report = one(mapping, body);
        assert_eq!((&*report.asset_name, &*report.signature, &*report.message), (asset, "fixed", "fixed"), "{body}");
    }
}

#[test]
fn a_tools_words_and_numbers_become_ours() {
    let mapping = format!(
        "{LEAST}
        [severity]
        from = ['/p', '/n']
        words = {{ P1 = 'critical', 'not so bad' = 'low' }}
        ranges = [{{ from = 7, is = 'critical' }}, {{ from = 4, below = 7, is = 'high' }}, {{ below = 1.5, is = 'low' }}]
        [status]
        from = ['/s']
        words = {{ Green = 'resolved' }}
        default = 'firing'"
    );
    for (more, severity, status) in [
        (r#""p":"p1""#, "critical", "firing"),
        (r#""p":" Not So Bad ","s":"GREEN""#, "low", "resolved"),
        (r#""n":8.9"#, "critical", "firing"),
        (r#""n":"4","s":"ok""#, "high", "resolved"),
        (r#""n":7"#, "critical", "firing"),
        (r#""n":1.4"#, "low", "firing"),
        (r#""n":2"#, "medium", "firing"),
        (r#""p":"warning","s":"red""#, "medium", "firing"),
        (r#""p":"nobody knows""#, "medium", "firing"),
        (r#""p":"error","s":false"#, "high", "firing"),
    ] {
        let report = one(&mapping, &format!(r#"{{"host":"h","check":"c",{more}}}"#));
        let status_word = serde_json::to_value(report.status).unwrap();
        assert_eq!((report.severity.word(), status_word.as_str()), (severity, Some(status)), "{more}");
    }
}

#[test]
fn a_batch_gives_its_good_alerts_and_says_which_are_bad() {
    let mapping = format!(
        "batch = '/data/alerts'\nignore = [{{ at = '/check', words = ['Heartbeat'] }}]\n{LEAST}
        [dedup_key]
        from = ['{{^/group}}:{{/id}}']"
    );
    let body = r#"{"group":"g","data":{"alerts":[{"host":"a","check":"c","id":1},{"check":"c"},{"host":"x","check":"heartbeat"},
        {"host":"b","check":"c","id":2},5]}}"#;
    let parsed = read(&mapping, body).unwrap();
    let shown: Vec<_> = parsed.reports.iter().map(|r| (&*r.asset_name, r.fingerprint.as_deref().unwrap())).collect();
    assert_eq!(shown, [("a", "g:1"), ("b", "g:2")]);
    assert_eq!((&*parsed.indices, parsed.batch), (&[0, 3][..], true));
    let bad: Vec<_> = parsed.rejected.iter().map(|bad| (bad.index, bad.fields.join(" "))).collect();
    assert_eq!(bad, [(1, "/data/alerts/1/host".into()), (4, "/data/alerts/4/host /data/alerts/4/check".into())]);

    let alone = read(&mapping, r#"{"host":"a","check":"c"}"#).unwrap();
    assert_eq!((alone.reports.len(), alone.batch), (1, false));
    let array = read(LEAST, r#"[{"host":"a","check":"c"},{"host":"b","check":"c"}]"#).unwrap();
    assert_eq!((array.reports.len(), array.batch, array.indices.len()), (2, true, 0));
    assert!(read(&mapping, r#"{"data":{"alerts":[]}}"#).is_err());
    assert!(read(&mapping, r#"{"data":{"alerts":[{}]}}"#).is_err());
    assert!(read(&mapping, &format!(r#"{{"data":{{"alerts":[{}0]}}}}"#, "0,              ".repeat(5_000))).is_err());
}

#[test]
fn what_is_no_alert_is_passed_over() {
    let mapping = format!("ignore = [{{ at = '/event', words = ['ping', 'true'] }}, {{ at = '/comment' }}]\n{LEAST}");
    for body in [r#"{"event":"Ping"}"#, r#"{"event":true,"host":"a","check":"c"}"#, r#"{"comment":{}}"#] {
        let parsed = read(&mapping, body).unwrap();
        assert!(parsed.reports.is_empty() && parsed.rejected.is_empty(), "{body}");
    }
    assert!(read(&mapping, r#"{"event":"pong"}"#).is_err());
}

#[test]
fn json_in_a_text_is_read_in_place() {
    let mapping = "parse = ['/Message']\nbatch = '/Message/list'\ntool = 'T'
        [asset_name]
        from = ['/host']
        [signature]
        from = ['^/Message/rule']
        [message]
        from = ['^/Subject', '^/Message']";
    let body = r#"{"Message":"{\"rule\":\"r\",\"list\":[{\"host\":\"a\"},{\"host\":\"b\"}]}","Subject":""}"#;
    let parsed = read(mapping, body).unwrap();
    let shown: Vec<_> = parsed.reports.iter().map(|r| (&*r.asset_name, &*r.signature)).collect();
    assert_eq!(shown, [("a", "r"), ("b", "r")]);
    assert!(parsed.reports[0].message.starts_with("{\"rule\""), "the text itself can still be had");
    assert!(read(mapping, r#"{"Message":"no json"}"#).is_err());
}

#[test]
fn times_links_labels_and_instances_are_taken_as_they_can_be() {
    let mapping = format!(
        "{LEAST}
        [occurred_at]
        from = ['/ended', '/began']
        format = 'unix'
        began = true
        [instance_id]
        from = ['/arn']
        pattern = '\\b(m?i-[0-9a-f]{{8,17}})$'
        [links]
        from = ['/url', '/more', 'https://t.example/{{/id}}']
        [labels]
        all = '/tags'
        site = '/site'
        id = 'no. {{/id}}'"
    );
    let body = r#"{"host":"h","check":"c","ended":0,"began":1795348800,"arn":"arn:aws:ec2:x:1:instance/i-0123456789abcdef0","id":7,
        "url":"javascript:alert(1)","more":["https://a.example/","https://a.example/","http://b.example"],
        "tags":[["env","prod"],{"name":"team","value":"db"},{"key":"n","value":1},["deep",[[]]],["x"]],"site":"s"}"#;
    let report = one(&mapping, body);
    assert_eq!(report.occurred_at.map(|at| at.to_string()).as_deref(), Some("2026-11-22T12:00:00.000Z"));
    assert_eq!(report.identity, crate::core::alert::Identity::Beginning);
    assert_eq!(report.instance_id.as_deref(), Some("i-0123456789abcdef0"));
    assert_eq!(report.links, ["https://a.example/", "http://b.example", "https://t.example/7"]);
    let labels: Vec<_> = report.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(labels, ["env=prod", "id=no. 7", "n=1", "site=s", "team=db"]);
    let bare = one(&mapping, r#"{"host":"h","check":"c","began":1895348800,"arn":"i-xyz"}"#);
    assert_eq!((bare.occurred_at, bare.instance_id, bare.links.len(), bare.labels.len()), (None, None, 0, 0));
    assert_eq!(bare.identity, crate::core::alert::Identity::Fingerprint, "without a time no beginning can be told");
}

#[test]
fn what_is_too_long_is_cut_and_never_one_identity_for_another() {
    let mapping = format!("{LEAST}message.from = ['/m']\ndedup_key.from = ['/k']\n");
    let long = |end: char| {
        let body =
            format!(r#"{{"host":"{0}","check":"{0}","m":"{1}","k":"{1}{end}"}}"#, "é".repeat(300), "x".repeat(9_000));
        one(&mapping, &body)
    };
    let (a, b) = (long('a'), long('b'));
    assert_eq!((a.asset_name.chars().count(), a.signature.chars().count()), (256, 256));
    assert_eq!((a.message.len(), a.message_cut), (8 * 1024, true));
    assert!(a.fingerprint.is_some() && a.fingerprint != b.fingerprint);
}

#[test]
fn an_explanation_says_where_each_field_came_from() {
    let mapping = format!(
        "batch = '/a'\n{LEAST}severity.from = ['^/sev']\nmessage.from = ['{{^/sev}}: {{/text}}']\nlabels.site = '/site'\n"
    );
    let mapping = table::read(&mapping).unwrap();
    let body =
        json::read(r#"{"sev":"error","a":[{"host":"h","check":"c","text":"t","site":"s"},{"host":"h","check":"c"}]}"#)
            .unwrap();
    let parsed = alerts::parse(&mapping, &body, context(true)).unwrap();
    let shown: Vec<_> = parsed.origins[0]
        .iter()
        .map(|origin| format!("{} {} {}", origin.field, origin.from, origin.found.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        shown,
        [
            "asset_name /a/0/host h",
            "signature /a/0/check c",
            "severity /sev error",
            "status nothing was found -",
            "message {/sev}: {/a/0/text} error: t",
            "tool_source the mapping's tool T",
            "fingerprint nothing was found -",
            "occurred_at nothing was found -",
            "instance_id nothing was found -",
            "labels.site /a/0/site s",
        ]
    );
    assert_eq!(parsed.origins.len(), 2);
}

#[test]
fn every_mistake_says_its_line_and_what_would_be_right() {
    for (mapping, words) in [
        ("", "line 1: missing field `tool`"),
        ("tool = 'T'\nasset_nam.from = ['/a']", "line 2: unknown `asset_nam`; did you mean `asset_name`?"),
        ("tool = 'T'\n[asset_name]\nform = ['/a']", "line 3: unknown `form`; did you mean `from`?"),
        ("tool = 'T'\n[asset_name]\nfrom = '/a'", "line 3: invalid type: string \"/a\", expected a list: [\"…\"]"),
        ("tool = 'T'\n[asset_name]\nfrom = ['host']", "line 3: neither a pointer such as /alert/host"),
        ("tool = 'T'\n[asset_name]\n\nfrom = ['/a',\n'{/b']", "line 5: there is a { without its }"),
        ("tool = 'T'\n[asset_name]\nfrom = ['{b}']", "line 3: between { and } is a pointer"),
        ("tool = 'T'\n[asset_name]\nfrom = ['/a']\npattern = '('", "line 4: the pattern can't be read: unclosed group"),
        ("tool = 'T'\n[asset_name]\nfrom = ['/a']\npattern = '(a{500}){500}'", "line 4: the pattern is too large"),
        (
            "tool = 'T'\n[asset_name]\nfrom = ['/a']\npattern = '(?=a)'",
            "line 4: the pattern can't be read: look-around",
        ),
        ("tool = 'T'\nasset_name = {}\nsignature = {}", "line 2: this field is required"),
        ("batch = 'x'", "line 1: missing field `tool`"),
        ("tool = 'T'\n[severity]\nwords = { a = 'awful' }", "line 3: this is one of low, medium, high, critical"),
        ("tool = 'T'\n[status]\ndefault = 'gone'", "line 3: this is one of firing, resolved"),
        ("tool = 'T'\n[occurred_at]\nformat = 'iso'", "line 3: a time's format is rfc3339"),
        ("tool = 'T'\n[occurred_at]\nzone = 'Mars'", "line 3: no such time zone"),
        ("tool = 'T'\nbatch = 'x'", "line 2: a pointer is /names"),
        ("tool = ' '", "line 1: tool has 1 to 64 characters"),
        ("tool = 'T", "line 1: "),
    ] {
        // What follows a mistake is not read, and what every mapping needs follows where the mistake is not that it is lacking.
        let rest =
            ["asset_name", "signature"].into_iter().filter(|field| !mapping.is_empty() && !mapping.contains(field));
        let rest: String = rest.map(|field| format!("\n[{field}]\ndefault = 'd'")).collect();
        let whole = format!("{mapping}{rest}");
        let mistake = table::read(&whole).map(|_| ()).unwrap_err().to_string();
        assert!(mistake.starts_with(&format!("mapping, {words}")), "{mapping}\n{mistake}");
    }
    assert!(table::read(&format!("#{}\n{LEAST}", "x".repeat(LONGEST))).is_err());
    let patterns = |most: usize| format!("{LEAST}message.from = [{}]", "{ at = '/a', pattern = 'b' },".repeat(most));
    assert!(table::read(&patterns(64)).is_ok() && table::read(&patterns(65)).is_err());
}

#[test]
fn every_preset_can_be_followed() {
    for kind in Kind::all() {
        assert_eq!(check(&Source::of(kind)), Ok(()), "{kind}");
    }
    assert!(check(&Source { mapping: Some("tool = 1".into()), ..Source::of(Kind::NATIVE) }).is_err());
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
        Just("https://x.example".into()),
        Just("{\"host\":\"inside\"}".into()),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        let name = prop_oneof![Just("host".to_owned()), Just("check".to_owned()), Just("a".to_owned()), ".{0,4}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            proptest::collection::hash_map(name, inner, 0..6).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_a_body_is_its_reports_keep_the_bounds(body in any_json()) {
        let mapping = format!("batch = '/a'\nparse = ['/a', '/host']\n{LEAST}occurred_at.from = ['/a']\nlinks.from = ['/a', '/check']\nlabels.all = ''\n\
            message.from = ['{{/a}}{{^/host}}', {{ at = '/check', pattern = '.(.)' }}]\ndedup_key.from = ['/host']");
        let text = body.to_string();
        if let Ok(parsed) = read(&mapping, &text) {
            for report in parsed.reports {
                prop_assert!(!report.asset_name.trim().is_empty() && report.asset_name.chars().count() <= 256);
                prop_assert!(!report.signature.trim().is_empty() && !report.message.is_empty());
                prop_assert!(report.links.len() <= 8 && report.labels.len() <= 64);
            }
        }
    }
}

//! Where a dialect in code found what it told: looked for afterwards, by the values, so that the parsers need not keep it. What
//! stands in the body in other words is found by the name of its field.

use std::borrow::Cow;

use super::json::Json;
use super::{field, likely};
use crate::core::alert::{AlertStatus, Report};
use crate::core::reading::{Context, Origin, Parsed};
use crate::core::severity::Severity;

/// Values of a body that are looked at.
const MOST_LEAVES: usize = 5_000;
/// Reports of a body that are explained.
const MOST_REPORTS: usize = 100;
/// Characters of a name that is looked for within a longer text.
const SHORTEST_PART: usize = 3;
/// Names of fields that say how bad.
const SEVERITY: [&str; 7] = ["severity", "priority", "level", "label", "normalized", "criticality", "urgency"];
/// Names of fields that say how things stand.
const STATUS: [&str; 11] = [
    "status",
    "state",
    "value",
    "event_action",
    "recordstate",
    "statuscode",
    "compliancetype",
    "eventtype",
    "archived",
    "laststatus",
    "operation",
];

/// A plain value of the body, by its pointer.
struct Leaf<'j> {
    at: String,
    said: Cow<'j, str>,
}

impl Leaf<'_> {
    fn name(&self) -> String {
        self.at.rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
    }
}

/// Where the fields of each report came from.
pub fn origins(json: &Json<'_>, parsed: &Parsed, context: Context<'_>) -> Vec<Vec<Origin>> {
    let mut leaves = Vec::new();
    gather(json, String::new(), &mut leaves);
    let one = |(place, report): (usize, &Report)| {
        let index = parsed.indices.get(place).map_or(place, |index| *index as usize);
        // What stands in the alert's own part of a batch is looked at first.
        let own = format!("/{index}/");
        let (mine, others): (Vec<_>, Vec<_>) = leaves.iter().partition(|leaf| parsed.batch && leaf.at.contains(&own));
        let all: Vec<&Leaf<'_>> = mine.into_iter().chain(others).collect();
        of(&all, report, context)
    };
    parsed.reports.iter().take(MOST_REPORTS).enumerate().map(one).collect()
}

fn gather<'j>(json: &'j Json<'_>, at: String, leaves: &mut Vec<Leaf<'j>>) {
    if leaves.len() >= MOST_LEAVES {
        return;
    }
    match json {
        Json::Object(object) => {
            for (name, value) in object.pairs() {
                gather(value, below(&at, name), leaves);
            }
        }
        Json::List(values) => {
            for (index, value) in values.iter().enumerate() {
                gather(value, format!("{at}/{index}"), leaves);
            }
        }
        plain => {
            let said = plain.plain().filter(|said| !said.trim().is_empty());
            leaves.extend(said.map(|said| Leaf { at, said }));
        }
    }
}

/// The pointer to a field. One far down, or below long names, ends early: every value below it has one of its own.
fn below(at: &str, name: &str) -> String {
    if at.len() > field::LONGEST_ORIGIN {
        return at.into();
    }
    let (name, _) = field::cut(name, field::LONGEST_ORIGIN);
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn of(leaves: &[&Leaf<'_>], report: &Report, context: Context<'_>) -> Vec<Origin> {
    let severity = |leaf: &&&Leaf<'_>| {
        let says = || leaf.said.parse::<Severity>().is_ok_and(|said| said == report.severity);
        SEVERITY.contains(&leaf.name().as_str()) && (says() || leaf.said.parse::<f64>().is_ok())
    };
    let status = |leaf: &&&Leaf<'_>| {
        let good = match likely::word(&leaf.said) {
            Some(likely::Word::Bad(_)) => false,
            Some(_) => true,
            None => return false,
        };
        STATUS.contains(&leaf.name().as_str()) && good == (report.status == AlertStatus::Resolved)
    };
    let moment =
        |leaf: &&&Leaf<'_>| report.occurred_at.is_some() && field::moment(&leaf.said, context) == report.occurred_at;
    let text = |name: &str, value: &str| origin(name, same(leaves, value));
    let first_line = report.message.lines().next().unwrap_or_default();
    let mut origins = vec![
        text("asset_name", &report.asset_name),
        text("signature", &report.signature),
        origin("severity", leaves.iter().find(severity).copied()),
        origin("status", leaves.iter().find(status).copied()),
        text("message", first_line),
        text("tool_source", &report.tool_source),
    ];
    if report.occurred_at.is_some() {
        origins.push(origin("occurred_at", leaves.iter().find(moment).copied()));
    }
    let optional = [("instance_id", &report.instance_id), ("fingerprint", &report.fingerprint)];
    origins.extend(optional.into_iter().filter_map(|(name, value)| Some(text(name, value.as_deref()?))));
    origins
}

/// The value that is this text, or else the first one with it inside.
fn same<'l, 'j>(leaves: &[&'l Leaf<'j>], value: &str) -> Option<&'l Leaf<'j>> {
    let inside = || {
        let long = value.chars().nth(SHORTEST_PART - 1).is_some();
        leaves.iter().find(|leaf| long && leaf.said.contains(value))
    };
    leaves.iter().find(|leaf| leaf.said.trim() == value).or_else(inside).copied()
}

fn origin(name: &str, leaf: Option<&Leaf<'_>>) -> Origin {
    let from = leaf.map_or("not in these words in the body", |leaf| &leaf.at);
    field::origin(name, from, leaf.map(|leaf| &*leaf.said))
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::core::reading::Head;
    use crate::core::source::Source;
    use crate::core::time::Moment;

    fn explained(kind: &str, body: &str) -> Vec<Vec<(String, String)>> {
        let now = Moment::parse("2027-01-01T00:00:00Z").unwrap();
        let context = Context { now, skew: Default::default(), head: Head::default(), explain: true };
        let parsed = read(&Source::of(kind.parse().unwrap()), body.as_bytes(), context).unwrap();
        let pairs = |origins: Vec<Origin>| origins.into_iter().map(|origin| (origin.field, origin.from)).collect();
        parsed.origins.into_iter().map(pairs).collect()
    }

    fn from<'o>(origins: &'o [(String, String)], field: &str) -> &'o str {
        &origins.iter().find(|(name, _)| name == field).unwrap().1
    }

    #[test]
    fn every_field_is_found_where_it_stands() {
        let body = r#"{"event_action":"trigger","dedup_key":"k/1","payload":{"summary":"Disk full","source":"db-01",
            "severity":"warning","class":"disk"}}"#;
        let origins = &explained("pagerduty", body)[0];
        for (field, wanted) in [
            ("asset_name", "/payload/source"),
            ("signature", "/payload/class"),
            ("severity", "/payload/severity"),
            ("status", "/event_action"),
            ("message", "/payload/summary"),
            ("tool_source", "not in these words in the body"),
            ("fingerprint", "/dedup_key"),
        ] {
            assert_eq!(from(origins, field), wanted, "{field}");
        }
    }

    #[test]
    fn neither_a_long_name_nor_a_long_text_is_told_in_full() {
        let long = "n".repeat(1 << 20);
        let values = vec!["db-01".to_owned(); 1_000];
        let body = serde_json::json!({ "event_action": "trigger", "payload": { "summary": long, "source": "db-01",
            "severity": "warning", "custom_details": { &long: values } } });
        let body = body.to_string();
        let json = super::super::json::read(&body).unwrap();
        let mut leaves = Vec::new();
        gather(&json, String::new(), &mut leaves);
        assert!(leaves.len() > 1_000 && leaves.iter().all(|leaf| leaf.at.len() < 3 * field::LONGEST_ORIGIN));
        let now = Moment::parse("2027-01-01T00:00:00Z").unwrap();
        let context = Context { now, skew: Default::default(), head: Head::default(), explain: true };
        let parsed = read(&Source::of("pagerduty".parse().unwrap()), body.as_bytes(), context).unwrap();
        for origin in parsed.origins.iter().flatten() {
            let told = origin.field.len() + origin.from.len() + origin.found.as_ref().map_or(0, String::len);
            assert!(told <= 3 * field::LONGEST_ORIGIN, "{}: {told}", origin.field);
        }
    }

    #[test]
    fn each_alert_of_a_batch_is_looked_for_in_its_own_part() {
        let alert = r#"{"asset_name":"a","signature":"s","severity":"low","message":"m","tool_source":"t"}"#;
        let origins = explained("native", &format!(r#"[{alert},{{"asset_name":7}},{alert}]"#));
        assert_eq!(from(&origins[0], "asset_name"), "/0/asset_name");
        assert_eq!(from(&origins[1], "asset_name"), "/2/asset_name");
    }
}

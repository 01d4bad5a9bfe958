//! The rules for single fields that the dialects share: what is too long, which links are links, how labels become text.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::json::{Json, Object};
use crate::core::alert::{AlertStatus, Identity, Report};
use crate::core::reading::{Context, Origin, Unreadable};
use crate::core::severity::Severity;
use crate::core::time::Moment;

/// Bytes of a message that are kept.
pub const LONGEST_MESSAGE: usize = 8 * 1024;
/// Characters of an asset's name or a signature.
pub const LONGEST_NAME: usize = 256;
/// Characters of a tool's name.
pub const LONGEST_TOOL: usize = 64;
/// Links of an alert.
pub const MOST_LINKS: usize = 8;
/// Characters of a link.
pub const LONGEST_LINK: usize = 2_048;
/// Bytes of a sender's identity for a problem; a longer one is known by its digest.
const LONGEST_IDENTITY: usize = 512;
/// Times before this one, 2000-01-01, mean that there is none: Go's zero time is in the year 1, others' in 1970.
const OLDEST: Moment = Moment(946_684_800_000);
/// Labels of an alert.
pub const MOST_LABELS: usize = 64;
/// Bytes of a label's text that are kept; the raw payload has the rest.
pub const LONGEST_LABEL: usize = 1_024;

/// Bytes that are told of where a field came from, and of what stood there.
pub const LONGEST_ORIGIN: usize = 2_048;

/// Where a field came from, cut to what can be shown: a body's names and texts may have millions of characters.
pub fn origin(field: &str, from: &str, found: Option<&str>) -> Origin {
    let short = |text: &str| cut(text, LONGEST_ORIGIN).0.to_owned();
    Origin { field: short(field), from: short(from), found: found.map(short) }
}

/// A report of these names, as the dialects begin it that mend what is odd: cut to what is kept, firing, of medium severity,
/// with the signature for a message.
pub fn report(asset: &str, signature: &str, tool: &str) -> Report {
    let name = |text: &str, longest| cut_characters(text.trim(), longest).trim_end().to_owned();
    Report {
        asset_name: name(asset, LONGEST_NAME),
        signature: name(signature, LONGEST_NAME),
        severity: Severity::Medium,
        status: AlertStatus::Firing,
        message: name(signature, LONGEST_NAME),
        message_cut: false,
        tool_source: name(tool, LONGEST_TOOL),
        occurred_at: None,
        instance_id: None,
        links: Vec::new(),
        labels: BTreeMap::new(),
        fingerprint: None,
        identity: Identity::Fingerprint,
    }
}

/// The report's message: these texts, a line each; what says the same twice is left out.
pub fn message(report: &mut Report, texts: &[Option<&str>]) {
    let mut lines: Vec<&str> = Vec::new();
    for text in texts.iter().flatten().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        if !lines.contains(&text) {
            lines.push(text);
        }
    }
    if !lines.is_empty() {
        let whole = lines.join("\n");
        let (kept, was_cut) = cut(&whole, LONGEST_MESSAGE);
        (report.message, report.message_cut) = (kept.into(), was_cut);
    }
}

/// Adds a link, when it is one, is not there yet, and there is room.
pub fn link(report: &mut Report, link: Option<&str>) {
    if let Some(link) = link.map(str::trim).filter(|link| is_link(link))
        && report.links.len() < MOST_LINKS
        && !report.links.iter().any(|known| known == link)
    {
        report.links.push(link.into());
    }
}

/// Adds a label, when it is plain and not empty, and there is room.
pub fn tell(report: &mut Report, name: &str, value: Option<&Json<'_>>) {
    let text = value.and_then(label).filter(|text| !text.trim().is_empty());
    if let Some(text) = text
        && (report.labels.len() < MOST_LABELS)
    {
        report.labels.insert(cut(name, LONGEST_LABEL).0.to_owned(), text);
    }
}

/// A sender's identity for a problem as it is kept. Two long ones that begin alike stay two.
pub fn identity(text: &str) -> String {
    let text = text.trim();
    if text.len() <= LONGEST_IDENTITY { text.into() } else { hex::encode(Sha256::digest(text)) }
}

/// A time that can be: RFC 3339 or RFC 2822, not before this century, not in the future.
pub fn moment(text: &str, context: Context<'_>) -> Option<Moment> {
    let text = text.trim();
    let mail = || {
        let zoned = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(Moment(zoned.as_millisecond()))
    };
    let at = Moment::parse(text).ok().or_else(mail)?;
    (OLDEST..=context.now + context.skew).contains(&at).then_some(at)
}

/// A title without the mark that Alertmanager and Grafana put before it: `[FIRING:1] `, `[RESOLVED] `.
pub fn unmarked(title: &str) -> &str {
    let marked = title.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let is_mark = |mark: &str| ["FIRING", "RESOLVED", "ALERTING", "OK"].contains(&mark.split(':').next().unwrap_or(""));
    marked.filter(|(mark, rest)| is_mark(mark) && !rest.trim().is_empty()).map_or(title, |(_, rest)| rest.trim())
}

/// An instance's or managed node's id.
pub fn is_instance(text: &str) -> bool {
    let digits = text.strip_prefix("mi-").or_else(|| text.strip_prefix("i-")).unwrap_or("");
    (8..=17).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase())
}

/// What is wrong with an alert: the first reason in fixed words, and pointers to every field at fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The first reason.
    pub reason: &'static str,
    /// JSON pointers within the alert; empty when the alert itself is at fault.
    pub fields: Vec<&'static str>,
}

impl Fault {
    /// A single fault.
    pub fn new(reason: &'static str, fields: &[&'static str]) -> Self {
        Self { reason, fields: fields.to_vec() }
    }

    /// What it means for a body with this alone in it.
    pub fn unreadable(self) -> Unreadable {
        Unreadable::NoAlert { reason: self.reason.into(), fields: self.fields.into_iter().map(Into::into).collect() }
    }
}

/// `text` cut at a character's end to at most `longest` bytes, and whether that took anything away.
pub fn cut(text: &str, longest: usize) -> (&str, bool) {
    if text.len() <= longest {
        return (text, false);
    }
    let end = (0..=longest).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    (&text[..end], true)
}

/// `text` cut to at most `longest` characters.
pub fn cut_characters(text: &str, longest: usize) -> &str {
    text.char_indices().nth(longest).map_or(text, |(end, _)| &text[..end])
}

/// Whether the text, trimmed, has 1 to `longest` characters.
pub fn fits(text: &str, longest: usize) -> bool {
    // Bytes are never fewer than characters: most texts need no counting.
    !text.is_empty() && (text.len() <= longest || text.chars().nth(longest).is_none())
}

/// Whether the text is an http(s) URL as far as one may be offered to a person.
pub fn is_link(text: &str) -> bool {
    let after = |scheme: &str| {
        let begins = text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        begins && text.len() > scheme.len()
    };
    (after("http://") || after("https://"))
        && fits(text, LONGEST_LINK)
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Labels as text, of every name the last. Absent when a value is a list or an object, or when there are more than `most`.
pub fn labels(object: &Object<'_>, most: usize) -> Option<BTreeMap<String, String>> {
    let mut labels = BTreeMap::new();
    for (name, value) in object.pairs() {
        labels.insert(cut(name, LONGEST_LABEL).0.to_owned(), label(value)?);
        if labels.len() > most {
            return None;
        }
    }
    Some(labels)
}

/// A label's value as text; absent when it is a list or an object.
pub fn label(value: &Json<'_>) -> Option<String> {
    value.plain().map(|text| cut(&text, LONGEST_LABEL).0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_never_splits_a_character() {
        assert_eq!(cut("aé", 2), ("a", true));
        assert_eq!(cut("aé", 3), ("aé", false));
        assert_eq!(cut_characters("ééé", 2), "éé");
        assert!(fits(&"é".repeat(256), 256) && !fits(&"é".repeat(257), 256) && !fits("", 256));
    }

    #[test]
    fn times_come_in_several_forms_and_must_be_possible() {
        let now = Moment::parse("2026-01-31T09:30:00Z").unwrap();
        let context = Context { now, skew: Default::default(), head: Default::default(), explain: false };
        for good in ["2026-01-31T09:30:00Z", "2026-01-31T10:30:00.000+0100", " Sat, 31 Jan 2026 09:30:00 GMT"] {
            assert_eq!(moment(good, context), Some(now), "{good}");
        }
        for bad in ["2026-01-31T09:30:01Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "yesterday", ""] {
            assert_eq!(moment(bad, context), None, "{bad}");
        }
    }

    #[test]
    fn an_instance_is_known_by_its_form() {
        for good in ["i-1234567890abcdef0", "mi-0123456789abcdef0", "i-99999999"] {
            assert!(is_instance(good), "{good}");
        }
        for bad in ["i-", "i-xyz45678", "i-1234567890abcdef01", "db-01234567", "I-1234567890abcdef0", ""] {
            assert!(!is_instance(bad), "{bad}");
        }
    }

    #[test]
    fn a_mark_is_no_part_of_a_title() {
        for (title, wanted) in [
            ("[FIRING:12] DiskFull db-01", "DiskFull db-01"),
            ("[RESOLVED] DiskFull", "DiskFull"),
            ("[FIRING:1]", "[FIRING:1]"),
            ("[prod] DiskFull", "[prod] DiskFull"),
            ("DiskFull", "DiskFull"),
        ] {
            assert_eq!(unmarked(title), wanted, "{title}");
        }
    }

    #[test]
    fn long_identities_stay_apart() {
        let long = "k".repeat(600);
        assert_ne!(identity(&format!("{long}1")), identity(&format!("{long}2")));
        assert_eq!(identity(" k "), "k");
    }

    #[test]
    fn only_http_urls_are_links() {
        for good in ["http://vm:19090/graph?g0.expr=up+%3D%3D+0", "HTTPS://x"] {
            assert!(is_link(good), "{good}");
        }
        for bad in ["", "http://", "ftp://x", "javascript:alert(1)", "http://a b", "http://a\u{1b}[2J", "//x", "é"] {
            assert!(!is_link(bad), "{bad}");
        }
    }
}

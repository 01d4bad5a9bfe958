//! What people write into names and descriptions of alarms: how bad it is, and where to read on.

use crate::core::severity::Severity;
use crate::receiver::sources::field;

/// Words that say a severity wherever they stand. Others mean too much else: `high-cpu`, `low-disk`, `minor-gc`.
const WORDS: [&str; 22] = [
    "critical",
    "crit",
    "fatal",
    "emergency",
    "disaster",
    "urgent",
    "p0",
    "p1",
    "p2",
    "p3",
    "p4",
    "p5",
    "sev0",
    "sev1",
    "sev2",
    "sev3",
    "sev4",
    "sev5",
    "warning",
    "warn",
    "info",
    "informational",
];
/// Behind one of these any word for a severity is one: `severity: high`.
const NAMES: [&str; 3] = ["severity", "priority", "sev"];

/// Bytes of a text that are looked at.
const LONGEST: usize = 8 << 10;

/// The severity that these texts name, the first one's first.
pub fn severity<'t>(texts: impl IntoIterator<Item = &'t str>) -> Option<Severity> {
    texts.into_iter().find_map(of_one)
}

fn of_one(text: &str) -> Option<Severity> {
    // An alarm's description has 1,024 characters at most; whatever is longer is none.
    let words = split(field::cut(text, LONGEST).0);
    let named = words.windows(2).find_map(|pair| {
        let name = NAMES.iter().any(|name| name.eq_ignore_ascii_case(pair[0]));
        name.then(|| numbered(pair[1])).flatten()
    });
    let listed = |word: &&&str| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    named.or_else(|| words.iter().find(listed).and_then(|word| word.parse().ok()))
}

/// `severity: high`, and `severity: 2`.
fn numbered(word: &str) -> Option<Severity> {
    word.parse().ok().or_else(|| format!("sev{word}").parse().ok())
}

/// Its words: what stands between anything but letters and digits, and in `DiskCriticalOnWeb`.
fn split(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        let bytes = part.as_bytes();
        let mut from = 0;
        for here in 1..bytes.len() {
            if bytes[here].is_ascii_uppercase() && bytes[here - 1].is_ascii_lowercase() {
                words.push(&part[from..here]);
                from = here;
            }
        }
        words.push(&part[from..]);
    }
    words
}

/// The http(s) addresses in a text.
pub fn links(text: &str) -> impl Iterator<Item = String> {
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>\"'`|".contains(c);
    let mut links: Vec<String> = Vec::new();
    for word in text.split(ends) {
        // `RUNBOOK=https://…`
        let Some(from) = ["http://", "https://"].iter().filter_map(|scheme| word.find(scheme)).min() else { continue };
        let link = word[from..].trim_end_matches(['.', ',', ';', ':', ')', ']']);
        if field::is_link(link) && links.len() < field::MOST_LINKS && !links.iter().any(|known| known == link) {
            links.push(link.into());
        }
    }
    links.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_severity_is_found_where_it_is_meant() {
        for (text, expected) in [
            ("DiskCriticalOnWeb", Some(Severity::Critical)),
            ("web-01 [P3] latency", Some(Severity::Medium)),
            ("prod/api/warning", Some(Severity::Medium)),
            ("Severity: high, see the runbook", Some(Severity::High)),
            ("severity=low", Some(Severity::Low)),
            ("priority 1", Some(Severity::Critical)),
            ("SEV2", Some(Severity::High)),
            ("high-cpu", None),
            ("low-disk-space", None),
            ("5xx error rate", None),
            ("HighCPUUtilization", None),
            ("severity of what", None),
            ("", None),
        ] {
            assert_eq!(severity([text]), expected, "{text}");
        }
        assert_eq!(severity(["cpu", "a warning"]), Some(Severity::Medium));
        let late = "0,".repeat(LONGEST / 2);
        assert_eq!(severity([&*format!("{late} critical")]), None, "further on nobody looks");
    }

    #[test]
    fn addresses_are_found_without_what_stands_around_them() {
        let found: Vec<_> =
            links("See (https://wiki.example/a?b=c). Or <http://x.example/>, RUNBOOK=https://wiki.example/a?b=c")
                .collect();
        assert_eq!(found, ["https://wiki.example/a?b=c", "http://x.example/"]);
        assert_eq!(links("javascript:alert(1) http:// ftp://x").count(), 0);
    }
}

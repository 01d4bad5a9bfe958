//! What may stand where the cursor is: names of fields, and the values that a board holds.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::parse::{self, Split};
use super::pattern::contains;
use super::quoted;
use super::terms::{FIELDS, Field};
use crate::core::board::Board;

/// Something to put where the cursor is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// The bytes that it takes the place of.
    pub range: Range<usize>,
    /// What stands there then.
    pub replacement: String,
    /// What it means.
    pub note: String,
}

/// Values of a field that are kept, at most.
const VALUES: usize = 500;
/// Incidents that are looked at for them, at most.
const INCIDENTS: usize = 20_000;
/// Completions that are offered, at most.
const OFFERED: usize = 50;

/// The values that there are by now, with what is known of each.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    values: BTreeMap<&'static str, BTreeMap<String, String>>,
}

impl Vocabulary {
    /// Of a board: its tenants, and what its incidents say, as far as that is bounded.
    pub fn of(board: &Board) -> Self {
        let mut vocabulary = Self::default();
        for (id, name) in board.names() {
            vocabulary.add(Field::Tenant, id.as_str(), name);
        }
        for technician in board.tenants.values().flat_map(|panel| panel.roster.iter()) {
            vocabulary.add(Field::Assignee, &technician.name, "technician");
        }
        let mut seen: HashSet<(Field, &str)> = HashSet::new();
        for incident in board.incidents().take(INCIDENTS) {
            let own = [
                (Field::Asset, Some(incident.asset_name.as_str())),
                (Field::Signature, Some(&incident.signature)),
                (Field::Category, Some(&incident.category)),
                (Field::Assignee, incident.assigned_to.as_deref()),
                (Field::Instance, incident.instance_id.as_deref()),
            ];
            let tools = incident.tool_sources.iter().map(|tool| (Field::Tool, Some(tool.as_str())));
            for (field, value) in own.into_iter().chain(tools) {
                if let Some(value) = value.filter(|value| !value.is_empty() && seen.insert((field, value))) {
                    vocabulary.add(field, value, "");
                }
            }
        }
        vocabulary
    }

    /// One more value of a field, if there is room.
    pub fn add(&mut self, field: Field, value: &str, note: &str) {
        let values = self.values.entry(field.name()).or_default();
        if values.len() < VALUES && !values.contains_key(value) {
            values.insert(value.into(), note.into());
        }
    }

    /// The values of a field: the words that it is one of, then what was seen.
    fn of_field(&self, field: Field) -> impl Iterator<Item = (&str, &str)> {
        let fixed: &[(&str, &str)] = match field {
            Field::Assignee => &[("me", "whoever sits here"), ("none", "nobody")],
            Field::Age => &[("15m", ""), ("1h", ""), ("4h", ""), ("1d", "")],
            Field::Since | Field::Before => &[("1h", "an hour ago"), ("1d", "a day ago"), ("7d", "a week ago")],
            _ => &[],
        };
        let words = field.words().into_iter().map(|word| (word, ""));
        let seen = self.values.get(field.name()).into_iter().flatten();
        fixed.iter().copied().chain(words).chain(seen.map(|(value, note)| (&**value, &**note)))
    }
}

/// What may stand at `cursor`, a byte of `text`, the likeliest first.
pub fn complete(text: &str, cursor: usize, vocabulary: &Vocabulary) -> Vec<Completion> {
    let before = text.get(..cursor).unwrap_or(text);
    let piece = parse::pieces(before).pop().filter(|piece| piece.end == before.len());
    let piece = piece.unwrap_or(before.len()..before.len());
    let Split { negated, field, value } = parse::split(before, &piece);
    let from = piece.start + usize::from(negated);
    match field {
        None => words(before, from..cursor.max(from), vocabulary),
        Some((name, _)) => match Field::named(&before[name].to_ascii_lowercase()) {
            Some(field) => values(before, field, value, vocabulary),
            None => Vec::new(),
        },
    }
}

/// Fields that begin so, then values of which it is a part.
fn words(before: &str, range: Range<usize>, vocabulary: &Vocabulary) -> Vec<Completion> {
    let typed = before.get(range.clone()).unwrap_or_default().to_lowercase();
    let fields = FIELDS.iter().filter(|(_, names, _)| names.iter().any(|name| name.starts_with(&typed)));
    let fields = fields.map(|(field, _, note)| {
        let sign = if field.compares() && *field != Field::Severity { "" } else { ":" };
        let replacement = format!("{}{}", field.name(), if sign.is_empty() { ">" } else { sign });
        Completion { range: range.clone(), replacement, note: (*note).into() }
    });
    let seen = [Field::Tenant, Field::Asset, Field::Signature, Field::Tool, Field::Assignee];
    let begun = typed.len() >= 2;
    let values = seen.into_iter().filter(|_| begun).flat_map(|field| {
        let known =
            vocabulary.of_field(field).filter(|(value, note)| contains(value, &typed) || contains(note, &typed));
        known.map(move |(value, note)| (field, value, note)).collect::<Vec<_>>()
    });
    let values = values.map(|(field, value, note)| Completion {
        range: range.clone(),
        replacement: format!("{}:{}", field.name(), written(value)),
        note: note.into(),
    });
    fields.chain(values).take(OFFERED).collect()
}

/// Values of a field of which the one after the last `|` is a part: those that begin with it first.
fn values(before: &str, field: Field, value: Range<usize>, vocabulary: &Vocabulary) -> Vec<Completion> {
    let Some(typed) = parse::values(before, &value).pop() else { return Vec::new() };
    let part = typed.text.to_lowercase();
    let known: Vec<_> =
        vocabulary.of_field(field).filter(|(value, note)| contains(value, &part) || contains(note, &part)).collect();
    let begins = |value: &str| value.to_lowercase().starts_with(&part);
    let (first, rest): (Vec<_>, Vec<_>) = known.into_iter().partition(|(value, _)| begins(value));
    let completion = |(value, note): (&str, &str)| Completion {
        range: typed.at.clone(),
        replacement: written(value),
        note: note.into(),
    };
    first.into_iter().chain(rest).take(OFFERED).map(completion).collect()
}

/// A value as it must be written to be read back as it is.
fn written(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_.:/@+#".contains(c);
    if !value.is_empty() && value.chars().all(plain) { value.into() } else { quoted(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::query::Query;

    fn offered(text: &str) -> Vec<String> {
        let mut vocabulary = Vocabulary::default();
        for (field, value, note) in [
            (Field::Tenant, "comp_acme", "Acme Corp"),
            (Field::Tenant, "comp_fjord", "Fjord Bank"),
            (Field::Asset, "payment-gw", ""),
            (Field::Asset, "disk array \"7\"", ""),
            (Field::Tool, "Zabbix", ""),
        ] {
            vocabulary.add(field, value, note);
        }
        let all = complete(text, text.len(), &vocabulary);
        all.into_iter().map(|one| format!("{}{}", &text[..one.range.start], one.replacement)).collect()
    }

    #[test]
    fn what_may_stand_there_is_offered() {
        for (text, expected) in [
            ("te", &["tenant:"][..]),
            ("x !sev", &["x !sev:"]),
            ("sco", &["score>"]),
            ("tenant:ac", &["tenant:comp_acme"]),
            ("tenant:", &["tenant:comp_acme", "tenant:comp_fjord"]),
            ("bank", &["tenant:comp_fjord"]),
            ("sev>=", &["sev>=low", "sev>=medium", "sev>=high", "sev>=critical"]),
            ("status:open|re", &["status:open|resolved", "status:open|in_progress"]),
            ("asset:\"arr", &["asset:\"disk array \\\"7\\\"\""]),
            ("zab", &["tool:Zabbix"]),
            ("assignee:m", &["assignee:me"]),
            ("nothing:x", &[]),
        ] {
            assert_eq!(offered(text), expected, "{text}");
        }
        assert_eq!(offered("").len(), FIELDS.len());
    }

    #[test]
    fn what_is_offered_can_be_read() {
        for text in ["", "tenant:", "asset:", "sev>=", "is:", "sla:", "age<", "since:", "pa", "disk"] {
            for completed in offered(text) {
                let begun = Query::parse_begun(&completed).unwrap();
                assert!(begun.1.is_none() || completed.ends_with([':', '>']), "{completed}");
            }
        }
    }

    #[test]
    fn the_text_behind_the_cursor_stays() {
        let all = complete("te sev:high", 2, &Vocabulary::default());
        assert_eq!((all[0].range.clone(), &*all[0].replacement), (0..2, "tenant:"));
    }
}

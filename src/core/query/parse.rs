//! Reading a query: terms between white space, quotes, negation, fields and their values; and what is wrong, where, and what
//! would be right.

use std::ops::Range;

use super::pattern::{Beginnings, Kind, Pattern};
use super::terms::{
    Assignee, FIELDS, FLAGS, Field, SLA_WORDS, STATUS_WORDS, Term, Test, When, Word, severity_bit, status_bit,
};
use crate::core::incident::Status;
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};

/// What is wrong with a query, in words that say what is right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct BadQuery {
    /// The bytes at fault.
    pub at: Range<usize>,
    /// For people.
    pub words: String,
}

fn bad<T>(at: Range<usize>, words: impl Into<String>) -> Result<T, BadQuery> {
    Err(BadQuery { at, words: words.into() })
}

/// How a value compares.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Has,
    Is,
    Not,
    More,
    AtLeast,
    Less,
    AtMost,
}

/// The longest first: each is looked for before those that it begins with.
const COMPARISONS: &[(&str, Comparison)] = &[
    (":>=", Comparison::AtLeast),
    (":<=", Comparison::AtMost),
    (":!=", Comparison::Not),
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    ("!=", Comparison::Not),
    (":>", Comparison::More),
    (":<", Comparison::Less),
    (":=", Comparison::Is),
    (">", Comparison::More),
    ("<", Comparison::Less),
    ("=", Comparison::Is),
    (":", Comparison::Has),
];

/// Where the terms of a text stand: between white space that no quotes enclose.
pub(super) fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = None;
    let mut quotes = Quotes::default();
    for (at, c) in text.char_indices() {
        let within = quotes.pass(c);
        if c.is_whitespace() && !within {
            pieces.extend(start.take().map(|start| start..at));
        } else {
            start.get_or_insert(at);
        }
    }
    pieces.extend(start.map(|start| start..text.len()));
    pieces
}

/// Follows quotes through a text, and what is escaped within them.
#[derive(Default)]
struct Quotes {
    open: bool,
    escaped: bool,
}

impl Quotes {
    /// Passes a character; whether it stands within quotes.
    fn pass(&mut self, c: char) -> bool {
        let within = self.open;
        match c {
            _ if self.escaped => self.escaped = false,
            '\\' => self.escaped = within,
            '"' => self.open = !within,
            _ => {}
        }
        within
    }
}

/// A term's parts, of any text: where its name, its sign and its value stand.
pub(super) struct Split {
    pub(super) negated: bool,
    /// The name and the sign; absent for a word.
    pub(super) field: Option<(Range<usize>, Range<usize>)>,
    pub(super) value: Range<usize>,
}

/// Takes a term apart without looking at what its parts mean.
pub(super) fn split(text: &str, piece: &Range<usize>) -> Split {
    let negated = text[piece.clone()].starts_with(['!', '-']);
    let from = piece.start + usize::from(negated);
    let rest = &text[from..piece.end];
    let name = rest.find(|c: char| !c.is_ascii_alphabetic() && c != '_').unwrap_or(rest.len());
    let sign = COMPARISONS.iter().find(|(sign, _)| rest[name..].starts_with(sign)).filter(|_| name > 0);
    match sign {
        Some((sign, _)) => {
            let ends = from + name + sign.len();
            Split { negated, field: Some((from..from + name, from + name..ends)), value: ends..piece.end }
        }
        None => Split { negated, field: None, value: from..piece.end },
    }
}

/// One of the values between `|`.
pub(super) struct Value {
    pub(super) text: String,
    pub(super) quoted: bool,
    pub(super) at: Range<usize>,
}

/// Reads what stands between `|`, with quotes taken off.
pub(super) fn values(text: &str, all: &Range<usize>) -> Vec<Value> {
    let value = |at| Value { text: String::new(), quoted: false, at: at..at };
    let mut values = vec![value(all.start)];
    let mut quotes = Quotes::default();
    for (at, c) in text[all.clone()].char_indices().map(|(at, c)| (at + all.start, c)) {
        let was_escaped = quotes.escaped;
        let within = quotes.pass(c);
        let end = at + c.len_utf8();
        if c == '|' && !within {
            values.push(value(end));
            continue;
        }
        let Some(last) = values.last_mut() else { continue };
        last.at.end = end;
        match c {
            '"' if !was_escaped => last.quoted = true,
            '\\' if quotes.escaped => {}
            c => last.text.push(c),
        }
    }
    values
}

/// Reads one term.
pub(super) fn term(text: &str, piece: Range<usize>) -> Result<Term, BadQuery> {
    let Split { negated, field, value } = split(text, &piece);
    let values = values(text, &value);
    let mut quotes = Quotes::default();
    for c in text[piece.clone()].chars() {
        quotes.pass(c);
    }
    if quotes.open {
        return bad(piece, "the quotes do not end: \"disk full\"");
    }
    let (test, not) = match field {
        None => (Test::Word(words(values, &piece)?), false),
        Some((name, sign)) => {
            let Some(field) = Field::named(&text[name.clone()].to_ascii_lowercase()) else {
                return bad(name.clone(), no_field(&text[name], &text[piece]));
            };
            if let Some(empty) = values.iter().find(|value| value.text.is_empty()) {
                return bad(piece.start..empty.at.end, format!("{} needs a value: {}", field.name(), example(field)));
            }
            let how = COMPARISONS.iter().find(|(known, _)| *known == &text[sign.clone()]);
            let how = how.map_or(Comparison::Has, |(_, how)| *how);
            let orders = !matches!(how, Comparison::Has | Comparison::Is | Comparison::Not);
            if orders && !field.compares() {
                let what = format!(
                    "{0} has no order: {1}; sev, score, age, count, tools, flaps have",
                    field.name(),
                    example(field)
                );
                return bad(sign, what);
            }
            (of_field(field, how, &values)?, how == Comparison::Not)
        }
    };
    Ok(Term { range: piece, negated: negated != not, test, tenants: Vec::new() })
}

fn words(values: Vec<Value>, piece: &Range<usize>) -> Result<Vec<Word>, BadQuery> {
    let word = |value: Value| {
        if value.text.is_empty() {
            return bad(piece.clone(), "a word is missing: !noise, disk|cpu");
        }
        let pattern = pattern(&value, Kind::Part);
        let plain = !value.quoted && pattern.kind == Kind::Part;
        let beginnings = if plain { Beginnings::of(&pattern.text) } else { None };
        Ok(Word { pattern, beginnings })
    };
    values.into_iter().map(word).collect()
}

fn pattern(value: &Value, kind: Kind) -> Pattern {
    let glob = !value.quoted && value.text.contains(['*', '?']);
    Pattern::new(&value.text, if glob { Kind::Glob } else { kind })
}

fn of_field(field: Field, how: Comparison, values: &[Value]) -> Result<Test, BadQuery> {
    let whole = matches!(how, Comparison::Is | Comparison::Not);
    let text = |value: &Value| pattern(value, if whole { Kind::Whole } else { Kind::Part });
    Ok(match field {
        Field::Tenant | Field::Asset | Field::Signature | Field::Tool | Field::Category | Field::Instance => {
            Test::Text(field, values.iter().map(text).collect())
        }
        Field::Severity => {
            let mut bits = 0;
            for value in values {
                let wanted = severity(value)?;
                let bit = |is: Severity| if holds(how, is.cmp(&wanted)) { severity_bit(is) } else { 0 };
                bits |= Severity::ALL.into_iter().map(bit).sum::<u8>();
            }
            Test::Severity(bits)
        }
        Field::Status => {
            let bits = values.iter().map(status).collect::<Result<Vec<_>, _>>()?;
            Test::Status(bits.into_iter().fold(0, |all, bits| all | bits))
        }
        Field::Is => Test::Is(values.iter().map(|value| one_of(field, FLAGS, value)).collect::<Result<_, _>>()?),
        Field::Sla => Test::Sla(values.iter().map(|value| one_of(field, SLA_WORDS, value)).collect::<Result<_, _>>()?),
        Field::Ack => match values {
            [value] => {
                Test::Ack(one_of(field, &[("yes", true), ("no", false), ("true", true), ("false", false)], value)?)
            }
            [first, .., last] => return bad(first.at.start..last.at.end, "ack is yes or no"),
            [] => return bad(0..0, "ack is yes or no"),
        },
        Field::Assignee => Test::Assignee(
            values
                .iter()
                .map(|value| match value.text.to_ascii_lowercase().as_str() {
                    "me" if !value.quoted => Assignee::Me,
                    "none" | "nobody" | "-" if !value.quoted => Assignee::None,
                    _ => Assignee::Named(text(value)),
                })
                .collect(),
        ),
        Field::Score | Field::Count | Field::Tools | Field::Flaps | Field::Age => {
            Test::Number(field, values.iter().map(|value| interval(field, how, value)).collect::<Result<_, _>>()?)
        }
        Field::Since | Field::Before => {
            let [value] = values else {
                let all = values.first().map_or(0, |v| v.at.start)..values.last().map_or(0, |v| v.at.end);
                return bad(all, format!("{} is one time: {}", field.name(), example(field)));
            };
            let when = when(field, value)?;
            if field == Field::Since { Test::Since(when) } else { Test::Before(when) }
        }
    })
}

fn holds(how: Comparison, order: std::cmp::Ordering) -> bool {
    match how {
        Comparison::Has | Comparison::Is | Comparison::Not => order.is_eq(),
        Comparison::More => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
    }
}

fn severity(value: &Value) -> Result<Severity, BadQuery> {
    let word = value.text.to_ascii_lowercase();
    let begun = || Severity::ALL.into_iter().find(|severity| severity.word().starts_with(&word));
    match word.parse().ok().or_else(begun) {
        Some(severity) => Ok(severity),
        None => bad(value.at.clone(), no_value(Field::Severity, &word)),
    }
}

fn status(value: &Value) -> Result<u8, BadQuery> {
    match value.text.to_ascii_lowercase().as_str() {
        "unresolved" | "firing" => Ok(super::terms::OPEN),
        "acked" => Ok(status_bit(Status::Acknowledged)),
        "progress" | "working" | "started" => Ok(status_bit(Status::InProgress)),
        "closed" | "done" => Ok(super::terms::RESOLVED),
        "all" => Ok(super::terms::ANY),
        _ => one_of(Field::Status, STATUS_WORDS, value),
    }
}

/// The value whose word it is, or whose word begins so.
fn one_of<T: Copy>(field: Field, known: &[(&str, T)], value: &Value) -> Result<T, BadQuery> {
    let word = value.text.to_ascii_lowercase();
    let exact = known.iter().find(|(name, _)| *name == word);
    match exact.or_else(|| known.iter().find(|(name, _)| name.starts_with(&word))) {
        Some((_, meant)) => Ok(*meant),
        None => bad(value.at.clone(), no_value(field, &word)),
    }
}

fn interval(field: Field, how: Comparison, value: &Value) -> Result<(i64, i64), BadQuery> {
    // An age is the same as another one if it shows the same in that one's unit.
    let (least, most) = match field {
        Field::Age => span(&value.text).map(|(span, unit)| (span.0, span.0.saturating_add(unit.0 - 1))),
        _ => value.text.parse().ok().map(|number: i64| (number, number)),
    }
    .ok_or_else(|| BadQuery {
        at: value.at.clone(),
        words: format!("{} looks like {}", field.name(), example(field)),
    })?;
    Ok(match how {
        Comparison::Has | Comparison::Is | Comparison::Not => (least, most),
        Comparison::More => (least.saturating_add(1), i64::MAX),
        Comparison::AtLeast => (least, i64::MAX),
        Comparison::Less => (i64::MIN, least.saturating_sub(1)),
        Comparison::AtMost => (i64::MIN, least),
    })
}

/// `45m`, `1h30m`, with its last unit.
fn span(text: &str) -> Option<(Span, Span)> {
    let mut rest = text;
    let mut whole = Span(0);
    let mut unit = None;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        let each = match rest[digits..].chars().next()?.to_ascii_lowercase() {
            's' => Span::SECOND,
            'm' => Span::MINUTE,
            'h' => Span::HOUR,
            'd' => Span::DAY,
            'w' => Span(7 * Span::DAY.0),
            _ => return None,
        };
        whole = Span(whole.0.checked_add(number.checked_mul(each.0)?)?);
        unit = Some(each);
        rest = &rest[digits + 1..];
    }
    Some((whole, unit?))
}

fn when(field: Field, value: &Value) -> Result<When, BadQuery> {
    let text = &value.text;
    let ago = span(text).map(|(span, _)| When::Ago(span));
    let forms = [text.clone(), format!("{text}:00Z"), format!("{text}T00:00:00Z")];
    let at = || forms.iter().find_map(|text| Moment::parse(text).ok()).map(When::At);
    let wrong = || BadQuery { at: value.at.clone(), words: format!("{} looks like {}", field.name(), example(field)) };
    ago.or_else(at).ok_or_else(wrong)
}

/// A term with that field that is right.
fn example(field: Field) -> &'static str {
    match field {
        Field::Tenant => "tenant:acme",
        Field::Asset => "asset:web-*",
        Field::Signature => "sig:disk",
        Field::Tool => "tool:zabbix",
        Field::Severity => "sev>=high",
        Field::Status => "status:open",
        Field::Is => "is:snoozed",
        Field::Ack => "ack:no",
        Field::Assignee => "assignee:me",
        Field::Sla => "sla:breached",
        Field::Score => "score>90",
        Field::Age => "age<2h",
        Field::Category => "cat:network",
        Field::Instance => "instance:i-0abc",
        Field::Count => "count>=10",
        Field::Tools => "tools>1",
        Field::Flaps => "flaps>0",
        Field::Since => "since:3d, since:2026-01-31",
        Field::Before => "before:3d, before:2026-01-31",
    }
}

fn no_field(name: &str, piece: &str) -> String {
    let names = FIELDS.iter().flat_map(|(_, names, _)| names.iter().copied());
    let meant = nearest(name, names).map(|name| format!("; did you mean {name}:?")).unwrap_or_default();
    let all: Vec<_> = FIELDS.iter().map(|(field, ..)| format!("{}:", field.name())).collect();
    format!("no field {name}{meant} To look for the text, quote it: \"{piece}\". Fields are {}", all.join(" "))
}

fn no_value(field: Field, word: &str) -> String {
    let words = field.words();
    let meant = nearest(word, words.iter().copied()).map(|word| format!("did you mean {word}? ")).unwrap_or_default();
    let (last, others) = words.split_last().map_or(("", &[][..]), |(last, others)| (*last, others));
    format!("{meant}{} is {} or {last}", field.name(), others.join(", "))
}

fn nearest<'a>(wrong: &str, right: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_ascii_lowercase();
    right
        .map(|right| (strsim::normalized_damerau_levenshtein(&wrong, right), right))
        .filter(|(near, _)| *near > 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, right)| right)
}

//! What a query is made of: terms, the fields they name, and the words that their values are. How they are read is left to
//! `parse`, what matches them to `matching`.

use std::ops::Range;

use super::pattern::{Beginnings, Pattern};
use crate::core::id::TenantId;
use crate::core::incident::Status;
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};

/// One condition, as it was typed and as it is understood.
#[derive(Clone, PartialEq, Debug)]
pub struct Term {
    /// Where it stands in the text.
    pub range: Range<usize>,
    /// It must not be so.
    pub(super) negated: bool,
    pub(super) test: Test,
    /// Tenants whose names, which incidents and alerts don't carry, make it so; in order.
    pub(super) tenants: Vec<TenantId>,
}

/// What may be so or not. Of several values, one is enough.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Test {
    Word(Vec<Word>),
    Text(Field, Vec<Pattern>),
    /// Bits of [`severity_bit`].
    Severity(u8),
    /// Bits of [`status_bit`].
    Status(u8),
    Is(Vec<Flag>),
    Ack(bool),
    Assignee(Vec<Assignee>),
    Sla(Vec<SlaIs>),
    /// Both ends belong to it. Ages are in milliseconds.
    Number(Field, Vec<(i64, i64)>),
    Since(When),
    Before(When),
}

/// A word that is no field's value.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Word {
    pub(super) pattern: Pattern,
    /// Absent when it is quoted, short or a glob.
    pub(super) beginnings: Option<Beginnings>,
}

/// What can be asked after by name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Field {
    /// The tenant's id or name.
    Tenant,
    /// The asset.
    Asset,
    /// The signature.
    Signature,
    /// A tool's name.
    Tool,
    /// The severity.
    Severity,
    /// The status.
    Status,
    /// One of `Flag`.
    Is,
    /// Whether somebody has seen it.
    Ack,
    /// Who works on it.
    Assignee,
    /// How its clocks stand.
    Sla,
    /// The score.
    Score,
    /// How long ago it opened or came.
    Age,
    /// The skill that it wants.
    Category,
    /// The node.
    Instance,
    /// How many alerts.
    Count,
    /// How many tools.
    Tools,
    /// How many times it came back.
    Flaps,
    /// It opened or came no earlier.
    Since,
    /// It opened or came earlier.
    Before,
}

/// Every field: its names, the first one being the one to say, and what it asks, for people.
#[rustfmt::skip]
pub const FIELDS: &[(Field, &[&str], &str)] = &[
    (Field::Tenant,    &["tenant", "company", "client"],   "tenant id or name"),
    (Field::Severity,  &["sev", "severity"],               "low, medium, high, critical"),
    (Field::Status,    &["status"],                        "open, new, acknowledged, in_progress, resolved, any"),
    (Field::Asset,     &["asset", "host"],                 "what is ill"),
    (Field::Signature, &["sig", "signature"],              "the kind of trouble"),
    (Field::Tool,      &["tool"],                          "who reports it"),
    (Field::Assignee,  &["assignee", "owner", "assigned"], "a name, me, none"),
    (Field::Ack,       &["ack", "acknowledged"],           "yes, no"),
    (Field::Age,       &["age"],                           "<2h, >3d"),
    (Field::Score,     &["score"],                         ">90"),
    (Field::Sla,       &["sla"],                           "breached, warned, ok, none"),
    (Field::Is,        &["is"],                            "silenced, snoozed, flapping, …"),
    (Field::Category,  &["cat", "category"],               "Network, Database, …"),
    (Field::Instance,  &["instance"],                      "the node's id"),
    (Field::Count,     &["count", "alerts"],               "how many alerts"),
    (Field::Tools,     &["tools"],                         "how many tools"),
    (Field::Flaps,     &["flaps"],                         "how many times it came back"),
    (Field::Since,     &["since", "after"],                "2026-01-31 or 3d"),
    (Field::Before,    &["before", "until"],               "2026-01-31 or 3d"),
];

impl Field {
    /// The field of that name, in lower case.
    pub fn named(name: &str) -> Option<Self> {
        FIELDS.iter().find(|(_, names, _)| names.contains(&name)).map(|(field, ..)| *field)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|(field, ..)| *field == self).and_then(|(_, names, _)| names.first()).unwrap_or(&"")
    }

    /// It compares: `<`, `>=` and so on may follow.
    pub fn compares(self) -> bool {
        matches!(self, Self::Severity | Self::Score | Self::Age | Self::Count | Self::Tools | Self::Flaps)
    }

    /// The words that its value is one of; none when it may be any text.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Severity => Severity::ALL.into_iter().map(Severity::word).collect(),
            Self::Status => STATUS_WORDS.iter().map(|(word, _)| *word).collect(),
            Self::Is => FLAGS.iter().map(|(word, _)| *word).collect(),
            Self::Ack => vec!["yes", "no"],
            Self::Sla => SLA_WORDS.iter().map(|(word, _)| *word).collect(),
            _ => Vec::new(),
        }
    }
}

/// Who works on it.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Assignee {
    /// The viewer.
    Me,
    /// Nobody.
    None,
    /// Somebody.
    Named(Pattern),
}

/// How the clocks stand; each incident is just one of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SlaIs {
    /// A promise was broken.
    Breached,
    /// Three quarters of a running clock are gone.
    Warned,
    /// Neither.
    Ok,
    /// It has no clocks.
    None,
}

pub(super) const SLA_WORDS: &[(&str, SlaIs)] =
    &[("breached", SlaIs::Breached), ("warned", SlaIs::Warned), ("ok", SlaIs::Ok), ("none", SlaIs::None)];

/// What `is:` asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Flag {
    /// It lies in a window.
    Silenced,
    /// It is left alone for a while.
    Snoozed,
    /// It comes and goes.
    Flapping,
    /// It was passed on.
    Escalated,
    /// It was merged into another one.
    Merged,
    /// The viewer works on it.
    Mine,
    /// Nobody works on it.
    Unassigned,
    /// It is silenced or snoozed.
    Quiet,
}

pub(super) const FLAGS: &[(&str, Flag)] = &[
    ("silenced", Flag::Silenced),
    ("snoozed", Flag::Snoozed),
    ("flapping", Flag::Flapping),
    ("escalated", Flag::Escalated),
    ("mine", Flag::Mine),
    ("unassigned", Flag::Unassigned),
    ("quiet", Flag::Quiet),
    ("merged", Flag::Merged),
];

/// A point in time, fixed or as long before now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum When {
    At(Moment),
    Ago(Span),
}

impl When {
    pub(super) fn at(self, now: Moment) -> Moment {
        match self {
            Self::At(at) => at,
            Self::Ago(span) => now - span,
        }
    }
}

pub(super) const RESOLVED: u8 = 0b1000;
pub(super) const OPEN: u8 = 0b0111;
pub(super) const ANY: u8 = 0b1111;

pub(super) const STATUS_WORDS: &[(&str, u8)] = &[
    ("open", OPEN),
    ("new", 0b0001),
    ("acknowledged", 0b0010),
    ("in_progress", 0b0100),
    ("resolved", RESOLVED),
    ("any", ANY),
];

/// The bit of a status.
pub(super) const fn status_bit(status: Status) -> u8 {
    match status {
        Status::New => 0b0001,
        Status::Acknowledged => 0b0010,
        Status::InProgress => 0b0100,
        Status::Resolved => RESOLVED,
    }
}

/// The bit of a severity.
pub(super) const fn severity_bit(severity: Severity) -> u8 {
    1 << severity as u8
}

impl Term {
    /// What it says of the statuses or severities, taken together with its negation.
    pub(super) const fn bits(&self, of: u8) -> u8 {
        if self.negated { ANY & !of } else { of }
    }

    /// It can be said of alerts too.
    pub(super) fn is_about_alerts(&self) -> bool {
        match &self.test {
            Test::Word(_)
            | Test::Severity(_)
            | Test::Status(_)
            | Test::Since(_)
            | Test::Before(_)
            | Test::Number(Field::Age, _) => true,
            Test::Text(field, _) => *field != Field::Category,
            Test::Is(flags) => flags.iter().all(|flag| *flag == Flag::Silenced),
            Test::Number(..) | Test::Ack(_) | Test::Assignee(_) | Test::Sla(_) => false,
        }
    }

    /// How much it costs to look, for doing the cheap first.
    pub(super) fn cost(&self) -> u8 {
        match &self.test {
            Test::Severity(_)
            | Test::Status(_)
            | Test::Ack(_)
            | Test::Number(..)
            | Test::Since(_)
            | Test::Before(_) => 0,
            Test::Is(_) | Test::Sla(_) => 1,
            Test::Assignee(_) => 2,
            Test::Text(..) => 3,
            Test::Word(_) => 4,
        }
    }
}

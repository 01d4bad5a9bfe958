//! In which order incidents stand, and the rows that stand in it.

use std::cmp::Ordering;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::core::id::IncidentId;
use crate::core::incident::Incident;

/// By what incidents are sorted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The highest score first.
    #[default]
    Score,
    /// The oldest first.
    Age,
    /// The least time left first; those without a clock last.
    Sla,
    /// The worst first.
    Severity,
    /// By the tenant's id.
    Tenant,
}

/// An order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sort {
    /// By what.
    pub by: By,
    /// The other way round.
    pub reversed: bool,
}

/// All that an order looks at but the tenant and, among equals, the id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Key {
    over: bool,
    first: i64,
    /// Among equals the highest score first, then the oldest, so that rows keep their place.
    score: i64,
    opened: i64,
}

/// An incident at its place. The place is that of the last join; the incident is as it is now.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it stands.
    pub key: Key,
    /// The incident.
    pub incident: Arc<Incident>,
    /// It belongs here no more, and leaves at the next join.
    pub gone: bool,
}

impl Deref for Row {
    type Target = Incident;

    fn deref(&self) -> &Incident {
        &self.incident
    }
}

impl By {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Score, Self::Age, Self::Sla, Self::Severity, Self::Tenant];

    /// For people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Age => "age",
            Self::Sla => "SLA",
            Self::Severity => "severity",
            Self::Tenant => "tenant",
        }
    }
}

impl Sort {
    /// Another order; the same again is turned round.
    pub fn turned(self, by: By) -> Self {
        Self { by, reversed: self.by == by && !self.reversed }
    }

    /// Where an incident belongs. What is resolved comes after all that is open.
    pub fn key(self, incident: &Incident) -> Key {
        let first = match self.by {
            By::Score => Some(-i64::from(incident.priority_score)),
            By::Age => Some(incident.opened_at.0),
            By::Sla => incident.sla.next().map(|(_, clock)| clock.due_at.0),
            By::Severity => Some(-(incident.severity as i64)),
            By::Tenant => Some(0),
        };
        let first = first.map_or(i64::MAX, |first| if self.reversed { -first } else { first });
        let score = -i64::from(incident.priority_score);
        Key { over: !incident.is_open(), first, score, opened: incident.opened_at.0 }
    }

    /// How two places compare.
    pub fn order(self, a: (&Key, &IncidentId), b: (&Key, &IncidentId)) -> Ordering {
        let tenants = || match (self.by, self.reversed) {
            (By::Tenant, false) => a.1.tenant.cmp(&b.1.tenant),
            (By::Tenant, true) => b.1.tenant.cmp(&a.1.tenant),
            _ => Ordering::Equal,
        };
        a.0.over.cmp(&b.0.over).then_with(tenants).then_with(|| a.0.cmp(b.0)).then_with(|| a.1.cmp(b.1))
    }

    /// How two rows compare.
    pub fn rows(self, a: &Row, b: &Row) -> Ordering {
        // Which incident it is decides so rarely that its memory is better left alone.
        match self.by {
            By::Tenant => self.order((&a.key, &a.incident.id), (&b.key, &b.incident.id)),
            _ => a.key.cmp(&b.key).then_with(|| a.incident.id.cmp(&b.incident.id)),
        }
    }

    /// A row for an incident as it is.
    pub fn row(self, incident: &Arc<Incident>) -> Row {
        Row { key: self.key(incident), incident: incident.clone(), gone: false }
    }

    /// Where a row with that place is.
    pub fn find(self, rows: &[Row], key: &Key, id: &IncidentId) -> Option<usize> {
        let compare = |row: &Row| match self.by {
            By::Tenant => self.order((&row.key, &row.incident.id), (key, id)),
            _ => row.key.cmp(key).then_with(|| row.incident.id.cmp(id)),
        };
        rows.binary_search_by(compare).ok()
    }

    /// Takes rows out and puts others in, in one pass. `leaving` are places in `rows`.
    pub fn merge(self, rows: &mut Vec<Row>, mut leaving: Vec<usize>, mut coming: Vec<Row>) {
        leaving.sort_unstable();
        coming.sort_unstable_by(|a, b| self.rows(a, b));
        let mut merged = Vec::with_capacity(rows.len() + coming.len() - leaving.len().min(rows.len()));
        let places: Vec<usize> =
            coming.iter().map(|new| rows.partition_point(|row| self.rows(row, new).is_lt())).collect();
        let mut coming = places.into_iter().zip(coming).peekable();
        let mut leaving = leaving.into_iter().peekable();
        let mut staying = std::mem::take(rows).into_iter();
        let mut at = 0;
        loop {
            // Whole runs go over at once: few rows have anything beside them to be compared with.
            let stop = coming.peek().map(|(place, _)| *place).into_iter().chain(leaving.peek().copied()).min();
            let Some(stop) = stop else { break };
            merged.extend(staying.by_ref().take(stop - at));
            at = stop;
            while let Some((_, new)) = coming.next_if(|(place, _)| *place == at) {
                merged.push(new);
            }
            if leaving.next_if_eq(&at).is_some() {
                staying.next();
                at += 1;
            }
        }
        merged.extend(staying);
        *rows = merged;
    }
}

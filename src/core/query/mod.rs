//! The filter language: words that must occur, and fields. `disk tenant:acme sev>=high age<2h !noise`. `docs/filter.md` has all
//! of it.
//!
//! The same query filters a board's incidents, its stream of alerts, and a store's history; the store looks for candidates in its
//! own way, and asks here about each.

mod candidates;
pub mod completion;
mod matching;
mod narrowing;
pub mod page;
mod parse;
pub mod pattern;
pub mod terms;

#[cfg(test)]
mod tests;

use std::fmt;

use super::id::TenantId;
use super::incident::Incident;
use super::time::Moment;

pub use matching::Seen;
pub use parse::BadQuery;
pub use terms::Term;
use terms::{Flag, Test};

/// What must be true of an incident or an alert, all of it. The empty one is true of everything.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Query {
    text: String,
    terms: Vec<Term>,
    /// The terms' places, the cheapest to look at first.
    order: Vec<usize>,
    /// Only what stands on it; absent: all.
    page: Option<page::Page>,
}

/// Who asks, and when: what `me` and ages are about.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// The operator.
    pub who: &'a str,
    /// The time.
    pub now: Moment,
}

/// Incidents that are shown to those who ask for them only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hidden {
    /// In a silence or maintenance window.
    Silenced,
    /// Left alone for a while.
    Snoozed,
    /// Over.
    Resolved,
}

impl Hidden {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Silenced, Self::Snoozed, Self::Resolved];
}

impl Query {
    /// Reads a query. The empty text is the query that everything matches.
    ///
    /// # Errors
    /// The first thing that is wrong with it, where, and what would be right.
    pub fn parse(text: &str) -> Result<Self, BadQuery> {
        let pieces = parse::pieces(text).into_iter();
        Ok(Self::of(text, pieces.map(|piece| parse::term(text, piece)).collect::<Result<_, _>>()?))
    }

    /// Reads a query that is still being typed: a term that ends the text and is not right yet is left out, and its error told.
    ///
    /// # Errors
    /// What is wrong with any term before the last.
    pub fn parse_begun(text: &str) -> Result<(Self, Option<BadQuery>), BadQuery> {
        let last = parse::pieces(text).pop().filter(|last| last.end == text.len());
        match (Self::parse(text), last) {
            (Ok(query), _) => Ok((query, None)),
            (Err(error), Some(last)) if error.at.start >= last.start => {
                Self::parse(&text[..last.start]).map(|query| (query, Some(error)))
            }
            (Err(error), _) => Err(error),
        }
    }

    fn of(text: &str, terms: Vec<Term>) -> Self {
        let mut order: Vec<usize> = (0..terms.len()).collect();
        order.sort_by_key(|at| terms[*at].cost());
        Self { text: text.into(), terms, order, page: None }
    }

    /// Whether everything matches.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The terms, in the order in which they were written.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Each term as it was written.
    pub fn chips(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(|term| self.text.get(term.range.clone()))
    }

    /// The text without its last term.
    pub fn without_last(&self) -> &str {
        let end = self.terms.last().map_or(0, |term| term.range.start);
        self.text.get(..end).unwrap_or_default().trim()
    }

    /// Looks at the tenants' names, which neither incidents nor alerts carry. To be done again when tenants have changed.
    pub fn learn_names<'a>(&mut self, names: impl Iterator<Item = (&'a TenantId, &'a str)> + Clone) {
        for term in &mut self.terms {
            let named = match &term.test {
                Test::Text(terms::Field::Tenant, patterns) => {
                    let is_in = |name: &str| patterns.iter().any(|pattern| pattern.is_in(name));
                    names.clone().filter(|(_, name)| is_in(name)).map(|(id, _)| id.clone()).collect()
                }
                Test::Word(words) => {
                    let is_in = |name: &str| {
                        let begins = |word: &terms::Word| word.beginnings.as_ref().is_some_and(|all| all.are_in(name));
                        words.iter().any(|word| word.pattern.is_in(name) || begins(word))
                    };
                    names.clone().filter(|(_, name)| is_in(name)).map(|(id, _)| id.clone()).collect()
                }
                _ => continue,
            };
            term.tenants = named;
            term.tenants.sort_unstable();
        }
    }

    /// The same query with words that match as they are written only, as they do in the history. Names are to be learnt anew.
    pub fn as_written(&self) -> Self {
        let mut query = self.clone();
        for term in &mut query.terms {
            if let Test::Word(words) = &mut term.test {
                words.iter_mut().for_each(|word| word.beginnings = None);
            }
        }
        query
    }

    /// What of it can be said of alerts: for a stream of alerts beside the incidents that the rest is about.
    pub fn about_alerts(&self) -> Self {
        Self::of(&self.text, self.terms.iter().filter(|term| term.is_about_alerts()).cloned().collect())
    }

    /// The first term that only incidents can match, as an error for those who list alerts.
    pub fn not_about_alerts(&self) -> Option<BadQuery> {
        let term = self.terms.iter().find(|term| !term.is_about_alerts())?;
        let words = format!("{} is said of incidents; alerts have none of it", self.text.get(term.range.clone())?);
        Some(BadQuery { at: term.range.clone(), words })
    }

    /// Whether hidden incidents are wanted: those that a term names.
    pub fn asks_for(&self, hidden: Hidden) -> bool {
        self.terms.iter().any(|term| match &term.test {
            Test::Status(bits) => match (hidden, term.negated) {
                (Hidden::Resolved, false) => bits & terms::RESOLVED != 0,
                (Hidden::Resolved, true) => term.bits(*bits) == terms::RESOLVED,
                (Hidden::Silenced | Hidden::Snoozed, negated) => !negated && *bits == terms::ANY,
            },
            Test::Is(flags) if !term.negated => flags.iter().any(|flag| {
                matches!(
                    (hidden, flag),
                    (Hidden::Silenced, Flag::Silenced | Flag::Quiet)
                        | (Hidden::Snoozed, Flag::Snoozed | Flag::Quiet)
                        | (Hidden::Resolved, Flag::Merged)
                )
            }),
            _ => false,
        })
    }

    /// Whether incidents of any hidden kind are wanted.
    pub fn asks_for_hidden(&self) -> bool {
        Hidden::ALL.into_iter().any(|hidden| self.asks_for(hidden))
    }

    /// Whether a list shows an incident: it matches, and is not hidden, or its like is asked for.
    pub fn shows(&self, incident: &Incident, viewer: Viewer<'_>) -> bool {
        self.is_wanted(incident) && self.matches(incident, viewer)
    }

    fn is_wanted(&self, incident: &Incident) -> bool {
        if !incident.is_open() {
            return self.asks_for(Hidden::Resolved);
        }
        incident.is_loud()
            || incident.silenced_by.is_some() && self.asks_for(Hidden::Silenced)
            || incident.snoozed_until.is_some() && self.asks_for(Hidden::Snoozed)
    }

    fn in_order(&self) -> impl Iterator<Item = &Term> {
        self.order.iter().filter_map(|at| self.terms.get(*at))
    }
}

impl fmt::Display for Query {
    /// The terms as they were written, one space between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, chip) in self.chips().enumerate() {
            f.write_str(if at == 0 { "" } else { " " })?;
            f.write_str(chip)?;
        }
        Ok(())
    }
}

/// A text as a word that matches just where it stands, whatever signs are in it.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

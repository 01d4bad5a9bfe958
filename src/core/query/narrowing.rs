//! Whether a query asks for less than another one: then what it matches is among what that one has matched already, and typing
//! one more letter need not look at a hundred thousand incidents again.

use super::pattern::{Kind, Pattern};
use super::terms::{Assignee, Term, Test, Word};
use super::{Hidden, Query};

impl Query {
    /// Whether everything that this one matches, or shows, surely matches `other`, or is shown by it: for the same viewer at the
    /// same time, and with the same names learnt. False says nothing.
    pub fn narrows(&self, other: &Self) -> bool {
        let follows = |wanted: &Term| self.terms.iter().any(|term| implies(term, wanted));
        other.terms.iter().all(follows)
            && Hidden::ALL.into_iter().all(|hidden| !self.asks_for(hidden) || other.asks_for(hidden))
    }
}

fn implies(term: &Term, wanted: &Term) -> bool {
    match (&term.test, &wanted.test) {
        (Test::Severity(bits), Test::Severity(others)) | (Test::Status(bits), Test::Status(others)) => {
            term.bits(*bits) & !wanted.bits(*others) == 0
        }
        (test, other) => match (term.negated, wanted.negated) {
            (false, false) => test_implies(test, other),
            (true, true) => test_implies(other, test),
            _ => false,
        },
    }
}

fn test_implies(test: &Test, wanted: &Test) -> bool {
    match (test, wanted) {
        (Test::Word(words), Test::Word(others)) => each_within(words, others, word_implies),
        (Test::Text(field, patterns), Test::Text(other, others)) => {
            field == other && each_within(patterns, others, pattern_implies)
        }
        (Test::Number(field, ranges), Test::Number(other, others)) => {
            field == other && each_within(ranges, others, |(a, b), (least, most)| least <= a && b <= most)
        }
        (Test::Is(flags), Test::Is(others)) => each_within(flags, others, |flag, other| flag == other),
        (Test::Sla(is), Test::Sla(others)) => each_within(is, others, |is, other| is == other),
        (Test::Assignee(names), Test::Assignee(others)) => each_within(names, others, assignee_implies),
        (test, wanted) => test == wanted,
    }
}

fn each_within<T>(all: &[T], others: &[T], implies: impl Fn(&T, &T) -> bool) -> bool {
    all.iter().all(|one| others.iter().any(|other| implies(one, other)))
}

fn pattern_implies(pattern: &Pattern, wanted: &Pattern) -> bool {
    match (pattern.kind, wanted.kind) {
        (Kind::Part, Kind::Part) => pattern.text.contains(&*wanted.text),
        (Kind::Whole, _) if pattern.text.is_ascii() => wanted.is_in(&pattern.text),
        _ => pattern == wanted,
    }
}

fn word_implies(word: &Word, wanted: &Word) -> bool {
    let as_it_stands = pattern_implies(&word.pattern, &wanted.pattern);
    match (&word.beginnings, &wanted.beginnings) {
        // What parts begin with a word, they begin with all but its end.
        (Some(_), Some(_)) => word.pattern.text.starts_with(&*wanted.pattern.text),
        (Some(_), None) => false,
        (None, _) => as_it_stands,
    }
}

fn assignee_implies(is: &Assignee, wanted: &Assignee) -> bool {
    match (is, wanted) {
        (Assignee::Named(pattern), Assignee::Named(other)) => pattern_implies(pattern, other),
        (is, wanted) => is == wanted,
    }
}

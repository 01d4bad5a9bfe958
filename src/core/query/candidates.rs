//! What a store may know of a query's matches before it looks at any: texts that must occur, severities, times. All of it lets
//! everything through that matches; what is let through is still asked about one by one.

use super::matching::status_holds;
use super::pattern::{Pattern, contains};
use super::terms::{ANY, Field, RESOLVED, Term, Test, severity_bit};
use super::{Query, Viewer};
use crate::core::id::TenantId;
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};

impl Query {
    /// Nothing of a tenant matches, by the tenant alone.
    pub fn leaves_out(&self, tenant: &TenantId) -> bool {
        self.terms().iter().any(|term| match &term.test {
            Test::Text(Field::Tenant, _) => term.is_of_tenant(tenant) == term.negated,
            _ => term.negated && term.is_of_tenant(tenant),
        })
    }

    /// Texts in lower case of a tenant's matches: of each group, all texts of at least one member must occur in asset, signature,
    /// tool, message, owner or category.
    pub fn needs(&self, tenant: &TenantId) -> Vec<Vec<Vec<&str>>> {
        let texts = |pattern| Pattern::needs(pattern).collect::<Vec<_>>();
        let group = |term: &&Term| !term.negated && !term.is_of_tenant(tenant);
        self.terms()
            .iter()
            .filter(group)
            .filter_map(|term| match &term.test {
                Test::Word(words) => Some(words.iter().map(|word| texts(&word.pattern)).collect()),
                Test::Text(Field::Asset | Field::Signature | Field::Tool | Field::Category, patterns) => {
                    Some(patterns.iter().map(texts).collect())
                }
                _ => None,
            })
            .collect()
    }

    /// Whether texts written one after the other hold what matches need.
    pub fn may_be_in(needs: &[Vec<Vec<&str>>], texts: &str) -> bool {
        needs.iter().all(|group| group.iter().any(|all| all.iter().all(|part| contains(texts, part))))
    }

    /// Whether alerts of a severity, and firing or not, may match.
    pub fn allows(&self, severity: Severity, resolved: bool) -> bool {
        self.terms().iter().all(|term| match &term.test {
            Test::Severity(bits) => term.bits(*bits) & severity_bit(severity) != 0,
            Test::Status(bits) => status_holds(*bits, resolved) != term.negated,
            _ => true,
        })
    }

    /// Whether only incidents that are resolved may match.
    pub fn is_of_resolved(&self) -> bool {
        self.statuses() == RESOLVED
    }

    /// Whether an incident that is resolved may match.
    pub fn may_be_resolved(&self) -> bool {
        self.statuses() & RESOLVED != 0
    }

    fn statuses(&self) -> u8 {
        self.terms().iter().fold(ANY, |all, term| match &term.test {
            Test::Status(bits) => all & term.bits(*bits),
            _ => all,
        })
    }

    /// Matches opened or came at the first time or later, and before the second.
    pub fn times(&self, viewer: Viewer<'_>) -> (Moment, Moment) {
        let (mut from, mut to) = (Moment(i64::MIN), self.page_ends_before().unwrap_or(Moment(i64::MAX)));
        let now = viewer.now;
        for term in self.terms() {
            match (&term.test, term.negated) {
                (Test::Since(when), false) | (Test::Before(when), true) => from = from.max(when.at(now)),
                (Test::Before(when), false) | (Test::Since(when), true) => to = to.min(when.at(now)),
                (Test::Number(Field::Age, ranges), false) => {
                    let oldest = ranges.iter().map(|(_, most)| *most).max().unwrap_or(i64::MAX);
                    let newest = ranges.iter().map(|(least, _)| *least).min().unwrap_or(i64::MIN);
                    if oldest < i64::MAX {
                        from = from.max(now - Span(oldest));
                    }
                    if newest > i64::MIN {
                        to = to.min(now - Span(newest) + Span(1));
                    }
                }
                _ => {}
            }
        }
        (from, to)
    }

    /// It asks for what stands beside an alert's texts: the alert must be put together first.
    pub fn asks_for_instance(&self) -> bool {
        self.terms().iter().any(|term| matches!(term.test, Test::Text(Field::Instance, _)))
    }
}

impl Term {
    /// Whether every incident and alert of a tenant has it, by the tenant alone.
    fn is_of_tenant(&self, tenant: &TenantId) -> bool {
        let is_in = |pattern: &Pattern| pattern.is_in(tenant.as_str());
        match &self.test {
            Test::Text(Field::Tenant, patterns) => self.is_named(tenant) || patterns.iter().any(is_in),
            Test::Word(words) => self.is_named(tenant) || words.iter().any(|word| is_in(&word.pattern)),
            _ => false,
        }
    }
}

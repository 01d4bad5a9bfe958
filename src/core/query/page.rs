//! Lists in pages, from the latest to the earliest: where one page ended, the next one goes on, whatever came meanwhile.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::Query;
use crate::core::id::TenantId;
use crate::core::time::{Moment, Span};

/// A page of a list that goes from the latest to the earliest.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Page {
    /// The last one of the page before; absent: the first page.
    pub behind: Option<Place>,
}

/// Where something stands in such a list: by its time, then its number, then its tenant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// When an incident opened, or an alert came.
    pub at: Moment,
    /// Its number within the tenant.
    pub number: u64,
    /// Whose.
    pub tenant: TenantId,
}

impl Page {
    /// Whether something stands on this page or a later one.
    pub fn reaches(&self, at: Moment, number: u64, tenant: &TenantId) -> bool {
        self.behind
            .as_ref()
            .is_none_or(|place| (Reverse((place.at, place.number)), &place.tenant) < (Reverse((at, number)), tenant))
    }
}

impl Query {
    /// The same query, of a page only.
    #[must_use]
    pub fn on(mut self, page: Option<Page>) -> Self {
        self.page = page;
        self
    }

    /// It is about a page of a list from the latest to the earliest.
    pub fn is_paged(&self) -> bool {
        self.page.is_some()
    }

    /// Nothing on the page is of this time or later.
    pub(super) fn page_ends_before(&self) -> Option<Moment> {
        Some(self.page.as_ref()?.behind.as_ref()?.at + Span(1))
    }

    pub(super) fn page_reaches(&self, at: Moment, number: u64, tenant: &TenantId) -> bool {
        self.page.as_ref().is_none_or(|page| page.reaches(at, number, tenant))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::testing::tenant_id;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn every_page_goes_on_where_the_one_before_ended(
            mut all in prop::collection::vec((0..4_i64, 1..6_u64, 0..3_usize), 0..40),
            size in 1..5_usize,
        ) {
            let tenants = [tenant_id("a"), tenant_id("b"), tenant_id("c")];
            all.sort_by_key(|(at, number, tenant)| (Reverse((*at, *number)), *tenant));
            all.dedup();
            let (mut page, mut listed) = (Page::default(), Vec::new());
            loop {
                let reached = |(at, number, tenant): &&(i64, u64, usize)| {
                    page.reaches(Moment(*at), *number, &tenants[*tenant])
                };
                let some: Vec<_> = all.iter().filter(reached).take(size).copied().collect();
                let Some((at, number, tenant)) = some.last().copied() else { break };
                listed.extend(some);
                page.behind = Some(Place { at: Moment(at), number, tenant: tenants[tenant].clone() });
            }
            prop_assert_eq!(listed, all);
        }
    }
}

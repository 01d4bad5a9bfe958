//! How many live feeds there may be: for one tenant, and for one person who may see all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::core::person::{Claims, Scope};

/// Feeds of one tenant, or of one person who may see all tenants.
pub const MOST: usize = 100;

/// All feeds, by whom they count for.
#[derive(Clone, Debug, Default)]
pub struct Places(Arc<Mutex<HashMap<String, usize>>>);

/// A feed's place, for as long as this is held.
#[derive(Debug)]
pub struct Place {
    places: Places,
    of: Vec<String>,
}

impl Places {
    /// A place; absent when there is none left.
    pub fn take(&self, claims: &Claims) -> Option<Place> {
        let of: Vec<String> = match &claims.tenants {
            Scope::Some(tenants) if !tenants.is_empty() => tenants.iter().map(ToString::to_string).collect(),
            // No tenant's id has that in it.
            _ => vec![format!("@{}", claims.name)],
        };
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever may see several comes in by any of them: the people of one keep nobody from another.
        if of.iter().all(|one| taken.get(one).is_some_and(|count| *count >= MOST)) {
            return None;
        }
        for one in &of {
            *taken.entry(one.clone()).or_default() += 1;
        }
        Some(Place { places: self.clone(), of })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        for one in &self.of {
            if let Some(count) = taken.get_mut(one) {
                *count -= 1;
                if *count == 0 {
                    taken.remove(one);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::role::Role;
    use crate::core::testing::tenant_id;
    use crate::core::time::Moment;

    fn claims(name: &str, tenants: Scope) -> Claims {
        Claims { name: name.into(), role: Role::Viewer, tenants, id: "1".into(), expires_at: Moment(0) }
    }

    #[test]
    fn a_tenants_places_run_out_for_it_alone_and_come_back() {
        let places = Places::default();
        let of = |ids: &[&str]| claims("sam", Scope::Some(ids.iter().map(|id| tenant_id(id)).collect()));
        let mut held: Vec<_> = (0..MOST).map(|_| places.take(&of(&["a"])).unwrap()).collect();
        assert!(places.take(&of(&["a"])).is_none());
        assert!(places.take(&of(&["a", "b"])).is_some());
        let mut others: Vec<_> = (0..MOST).map(|_| places.take(&of(&["b"])).unwrap()).collect();
        assert!(places.take(&of(&["a", "b"])).is_none());
        others.pop();
        assert!(places.take(&claims("priya", Scope::All)).is_some());
        held.pop();
        assert!(places.take(&of(&["a", "b"])).is_some());
        drop((held, others));
        assert!(places.0.lock().unwrap().is_empty(), "who has left is not counted");
    }
}

//! What of everything somebody may see who may know of some tenants only. Of the others nothing is left, not even that they are
//! there.

use std::sync::Arc;

use super::assign::Technician;
use super::board::Snapshot;
use super::change::{Change, Published};
use super::id::TenantId;
use super::person::{Present, Scope};

impl Snapshot {
    /// What of it is theirs.
    #[must_use]
    pub fn within(mut self, scope: &Scope) -> Self {
        if *scope == Scope::All {
            return self;
        }
        self.tenants.retain(|part| scope.covers(&part.id));
        for part in &mut self.tenants {
            part.roster = roster_of(&part.id, &part.roster);
        }
        self.stream.retain(|alert| scope.covers(&alert.id.tenant));
        self.pulse = self.pulse.within(scope);
        self
    }
}

impl Published {
    /// The same, if it is theirs.
    pub fn within(&self, scope: &Scope) -> Option<Self> {
        if *scope == Scope::All {
            return Some(self.clone());
        }
        let mut theirs = scope.covers(&self.company_id).then(|| self.clone())?;
        if let Change::RosterChanged { id, technicians, .. } = &mut theirs.change {
            *technicians = roster_of(id, technicians);
        }
        Some(theirs)
    }
}

/// Technicians name all tenants that they look after.
fn roster_of(tenant: &TenantId, roster: &Arc<Vec<Technician>>) -> Arc<Vec<Technician>> {
    let here = |one: &Technician| Technician { tenants: vec![tenant.to_string()], ..one.clone() };
    Arc::new(roster.iter().map(here).collect())
}

impl Present {
    /// The same, for somebody else: nobody is there with whom they have no tenant in common, and what they look at may be none of
    /// theirs.
    pub fn within(&self, own: &Scope, scope: &Scope) -> Option<Self> {
        if own.and(scope) == Scope::Some([].into()) {
            return None;
        }
        let looks_at = self.looks_at.clone().filter(|incident| scope.covers(&incident.tenant));
        Some(Self { looks_at, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::board::TenantPart;
    use crate::core::id::IncidentId;
    use crate::core::testing::tenant_id;
    use crate::core::time::Moment;

    fn only(tenant: &str) -> Scope {
        Scope::Some([tenant_id(tenant)].into())
    }

    fn roster() -> Arc<Vec<Technician>> {
        let globs = vec!["own".into(), "other-*".into()];
        Arc::new(vec![Technician {
            name: "priya".into(),
            skills: Vec::new(),
            tenants: globs,
            on_call: String::new(),
            at_most: None,
            lead: false,
        }])
    }

    #[test]
    fn nothing_of_others_is_left_in_what_somebody_is_shown() {
        let part = |id| TenantPart { roster: roster(), ..TenantPart::of(tenant_id(id)) };
        let all = Snapshot { tenants: vec![part("other-1"), part("own")], ..Snapshot::default() };
        assert_eq!(all.clone().within(&Scope::All), all);
        let theirs = serde_json::to_string(&all.within(&only("own"))).unwrap();
        assert!(theirs.contains("own") && theirs.contains("priya") && !theirs.contains("other"), "{theirs}");
        let change = Change::RosterChanged {
            id: tenant_id("own"),
            technicians: roster(),
            staffed: true,
            people: Arc::default(),
        };
        let change = Published { revision: 1, company_id: tenant_id("own"), change };
        let theirs = serde_json::to_string(&change.within(&only("own"))).unwrap();
        assert!(theirs.contains("priya") && !theirs.contains("other"), "{theirs}");
        assert_eq!(change.within(&only("elsewhere")), None);
    }

    #[test]
    fn who_shares_no_tenant_is_not_there_and_what_is_looked_at_may_be_none_of_theirs() {
        let incident = IncidentId { tenant: tenant_id("b"), number: 7 };
        let seat = "jump01".to_owned();
        let looks_at = Some(incident.clone());
        let present = Present { seat_number: 1, who: "sam".into(), seat, remote: true, since: Moment(0), looks_at };
        assert_eq!(present.within(&only("b"), &only("a")), None);
        assert_eq!(present.within(&Scope::All, &only("a")).unwrap().looks_at, None);
        assert_eq!(present.within(&only("b"), &Scope::All).unwrap().looks_at, Some(incident.clone()));
        assert_eq!(present.within(&Scope::All, &only("b")).unwrap().looks_at, Some(incident));
    }
}

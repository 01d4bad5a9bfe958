//! Requests from senders: what is good in them goes to the tenant's incidents, one alert after the other; what is not is put
//! aside, and may be read again.

use std::collections::BTreeSet;

use super::Engine;
use crate::core::caseload::Sent;
use crate::core::change::Change;
use crate::core::id::TenantId;
use crate::core::input::{Delivery, Unreadable};
use crate::core::time::Moment;

impl Engine {
    pub(super) fn deliver(&mut self, at: Moment, tenant: &TenantId, delivery: &Delivery, changes: &mut Vec<Change>) {
        if let Some(again) = &delivery.again {
            let mut there = false;
            self.with(at, tenant, changes, |caseload, changes| there = caseload.take_aside(again.number, changes));
            if !there {
                return;
            }
        }
        for report in &delivery.reports {
            let sent = Sent { source: &delivery.source, delivery_id: delivery.delivery_id.as_deref() };
            self.with(at, tenant, changes, |caseload, changes| caseload.receive(at, report, sent, changes));
        }
        let size = delivery.came.as_ref().map_or(0, |came| came.size);
        self.with(at, tenant, changes, |caseload, changes| {
            if let Some(why) = delivery.why_aside() {
                caseload.put_aside(at, &delivery.source, &why, size, changes);
            }
            if delivery.again.is_some() {
                caseload.tell_read(at, BTreeSet::from([delivery.source.clone()]), changes);
            }
        });
    }

    pub(super) fn put_aside(
        &mut self,
        at: Moment,
        tenant: &TenantId,
        unreadable: &Unreadable,
        changes: &mut Vec<Change>,
    ) {
        let Unreadable { source, reason, came, .. } = unreadable;
        self.with(at, tenant, changes, |caseload, changes| caseload.put_aside(at, source, reason, came.size, changes));
    }

    /// The numbers of what is put aside of a tenant, the oldest first; of one source only, if one is given.
    pub fn aside(&self, tenant: &TenantId, source: Option<&str>) -> Vec<u64> {
        let pile = self.tenants.get(tenant).map(|caseload| caseload.pile());
        let all = pile.into_iter().flat_map(|pile| pile.all());
        let wanted = all.filter(|aside| source.is_none_or(|source| aside.source == source));
        wanted.map(|aside| aside.number).collect()
    }

    /// How much is put aside of a tenant.
    pub fn count_aside(&self, tenant: &TenantId) -> u64 {
        self.tenants.get(tenant).map_or(0, |caseload| caseload.pile().count())
    }
}

#[cfg(test)]
impl Engine {
    /// Every way from a fingerprint to its key is right.
    pub(in crate::core) fn prints_hold(&self) -> bool {
        self.tenants.values().all(|caseload| caseload.prints_hold())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::aside::{Came, KEPT_FOR, MOST_BYTES};
    use crate::core::caseload::Due;
    use crate::core::input::Input;
    use crate::core::testing::{tenant, tenant_id};

    #[test]
    fn one_look_at_what_is_put_aside_waits_however_much_comes_and_goes() {
        let (id, acme) = (tenant_id("acme"), tenant("acme"));
        let credentials = (&*acme.credentials).into();
        let mut engine = Engine::default();
        engine.apply(Moment(0), &id, &Input::Tenant { tenant: Box::new(acme), credentials, by: Default::default() });
        for at in 1..=50 {
            // Each drives out the one before.
            let came = Came { size: MOST_BYTES, ..Came::default() };
            let unreadable = Unreadable { source: "zabbix".into(), came, ..Unreadable::default() };
            engine.apply(Moment(at), &id, &Input::Unreadable(unreadable));
        }
        let looks = |engine: &Engine| engine.deadlines.iter().filter(|(_, _, due)| *due == Due::Aside).count();
        assert_eq!((engine.count_aside(&id), looks(&engine)), (1, 1));
        engine.advance(Moment(49) + KEPT_FOR);
        assert_eq!((engine.count_aside(&id), looks(&engine)), (1, 1));
        engine.advance(Moment(50) + KEPT_FOR);
        assert_eq!((engine.count_aside(&id), looks(&engine)), (0, 0));
    }
}

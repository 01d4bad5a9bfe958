//! Tenants as a whole, as calls: a copy or an export is begun, one that was judged is taken in, one is erased. What takes long is the
//! [`super::porter`]'s; here is what nothing else may happen beside.
//!
//! Both are carried out by renaming, after which the next start finishes what a crash cuts short: see the store's `copies`.

use std::time::Duration;

use super::memories;
use super::porter::{Answer, Job, TakeIn, What, refusal};
use super::refusals::Attempt;
use super::task::Task;
use crate::core::audit::{Record, refused};
use crate::core::board::TenantPart;
use crate::core::caseload::Loaded;
use crate::core::change::{Change, Published};
use crate::core::id::TenantId;
use crate::core::input::Actor;
use crate::core::time::Moment;
use crate::link::house::House;
use crate::link::{Refusal, Request};
use crate::store::Kept;

use super::recent::Recent;

/// How long a call waits for the archive to have written what was applied: everything else waits with it.
const PATIENCE: Duration = Duration::from_secs(2);

impl Task {
    /// Does something with a tenant as a whole, or hands it to the thread that will.
    pub(super) fn about_tenant(&mut self, by: Actor, tenant: TenantId, house: House, answer: Answer) {
        let request = Request::House { tenant, house };
        let attempt = Attempt::of(&request, None);
        let Request::House { tenant, house } = request else { return };
        let job = self.what_to_do(&by, &tenant, house);
        self.note_refusal(&by, attempt, &job);
        match job {
            Ok(what) => self.porter.give(Job { tenant, by, what, answer }),
            // Whoever asked may have gone.
            Err(refusal) => drop(answer.send(Err(refusal))),
        }
    }

    fn what_to_do(&mut self, by: &Actor, id: &TenantId, house: House) -> Result<What, Refusal> {
        match house {
            House::Backup | House::Export => {
                self.known(id)?;
                if self.is_stopped(id) {
                    let say = "this tenant is stopped; `alert-whisperer check` says why";
                    return Err(Refusal::new("tenant_stopped", say));
                }
                let at = self.now();
                Ok(What::Make { export: house == House::Export, after: self.follower.given(), at })
            }
            House::Restore { replace, .. } | House::Bring { replace } => {
                self.may_be_taken_in(id, replace)?;
                Ok(What::Carry(house))
            }
            House::Erase => {
                self.erase(by, id)?;
                Ok(What::Clear)
            }
            House::Fetch { .. } | House::Put { .. } | House::Drop { .. } => Ok(What::Carry(house)),
        }
    }

    /// Makes a copy that was judged the tenant.
    pub(super) fn take_in(&mut self, take_in: TakeIn) {
        let TakeIn { tenant, by, replace, digest, answer } = take_in;
        let taken = self.try_take_in(&by, &tenant, replace, &digest);
        // The thread that judged it waits.
        let _ = answer.send(taken);
    }

    fn try_take_in(&mut self, by: &Actor, id: &TenantId, replace: bool, digest: &str) -> Result<(), Refusal> {
        self.may_be_taken_in(id, replace)?;
        let now = self.catch_up();
        let with = serde_json::json!({ "replace": replace, "digest": digest });
        let record = Record::of(by, now, "tenant.restore", id.as_str()).with(with);
        self.on_own_record(&record)?;
        let (tenant, up_to) = (id.clone(), self.last_seq);
        let taken = self.follower.errand(PATIENCE, move |archive| archive.take_in(&tenant, up_to));
        let kept = match taken {
            Some(Ok(kept)) => kept,
            failed => {
                let why = failed.map_or_else(behind, |failed| refusal_of(failed.err()));
                self.note_own(Record { outcome: refused(&why), ..record });
                if self.copies.unstage(id).is_ok_and(|there| !there) {
                    self.half_taken_in(id, &why);
                }
                return Err(why);
            }
        };
        self.core.unload(id);
        self.follower.resume(id);
        self.damaged.remove(id);
        self.recent.forget(id);
        let keys = self.history.keys_since(id, Recent::since(now)).unwrap_or_default();
        keys.into_iter().for_each(|key| self.recent.remember_older(now, id, key));
        let Kept { loaded, last_alert_at, audited, missing, watermark: _ } = kept;
        self.chains.load(id, audited, missing);
        self.show(loaded, last_alert_at);
        self.resume_some(|tenant| tenant == id);
        let declared = self.pins.of_tenant(id);
        let told = self.declare(&declared).and_then(|()| self.staff());
        self.note_missing();
        tracing::info!(tenant = %id, "tenant restored");
        told.map_err(|why| {
            let say = "the tenant is restored; what the configuration says of it is taken at the next start";
            Refusal::new("half_done", format!("{say}: {why}"))
        })
    }

    /// The core and every board have it from now on.
    fn show(&mut self, loaded: Loaded, last_alert_at: Option<Moment>) {
        let id = loaded.tenant.id.clone();
        self.core.load(loaded);
        if let Some(part) = part(&self.core, &id, last_alert_at) {
            self.board.replace(part);
        }
        self.list_tenants();
        self.seats.anew(&self.board);
    }

    /// It will be the tenant at the next start, and is not yet: nothing may be taken for it that would be lost then.
    fn half_taken_in(&mut self, id: &TenantId, why: &Refusal) {
        let reason = format!("it is being restored, which was cut short ({why}); start the engine again");
        tracing::error!(tenant = %id, %reason, "tenant stopped");
        self.follower.stop(id.clone(), reason.clone());
        self.tell(&[Change::TenantStopped { id: id.clone(), reason }]);
        self.list_tenants();
    }

    fn may_be_taken_in(&self, id: &TenantId, replace: bool) -> Result<(), Refusal> {
        match self.is_there(id) {
            true if !replace => {
                let say = format!(
                    "there is a tenant {id} already; --replace restores it all the same, and what it has is gone"
                );
                Err(Refusal::new("exists", say))
            }
            _ => self.without_sessions(id),
        }
    }

    /// Leaves nothing of a tenant, but for a line in the engine's own log. Its files are moved away; removing them may take long.
    fn erase(&mut self, by: &Actor, id: &TenantId) -> Result<(), Refusal> {
        if !self.is_there(id) {
            return Err(Refusal::no_tenant());
        }
        self.unpinned(id)?;
        self.without_sessions(id)?;
        let now = self.catch_up();
        let record = Record::of(by, now, "tenant.erase", id.as_str());
        self.on_own_record(&record)?;
        let tenant = id.clone();
        let erased = self.follower.errand(PATIENCE, move |archive| archive.erase(&tenant));
        if !matches!(erased, Some(Ok(()))) {
            let why = erased.map_or_else(behind, |erased| refusal_of(erased.err()));
            self.note_own(Record { outcome: refused(&why), ..record });
            return Err(why);
        }
        self.core.unload(id);
        self.follower.resume(id);
        self.damaged.remove(id);
        self.recent.forget(id);
        self.chains.forget(id);
        self.tell(&[Change::TenantRemoved { id: id.clone() }]);
        self.list_tenants();
        self.erase_traces(id).map_err(|why| {
            tracing::error!(tenant = %id, %why, "erasing a tenant is finished at the next start");
            let say = "the tenant is gone; traces of it are in the data folder until the engine has been started again";
            Refusal::new("half_done", format!("{say}: {why}"))
        })
    }

    /// What is left of a tenant when its files are gone.
    pub(super) fn erase_traces(&mut self, id: &TenantId) -> Result<(), String> {
        self.inbox.erase(id).map_err(|error| error.to_string())?;
        self.forget_in_book(id)?;
        memories::forget(&self.copies.data_dir().join("seats"), id).map_err(|error| error.to_string())?;
        self.copies.erased(id).map_err(|error| error.to_string())
    }

    fn is_there(&self, id: &TenantId) -> bool {
        self.core.tenant(id).is_some() || self.board.tenants.contains_key(id)
    }

    fn on_own_record(&self, record: &Record) -> Result<(), Refusal> {
        let unwritten = |error| Refusal::new("unavailable", format!("nothing was changed: {error}"));
        self.own_log.add(record).map_err(unwritten)
    }

    /// Every board and every seat hears it, and the archive, which knows it already, does not.
    fn tell(&mut self, changes: &[Change]) {
        let published = changes.iter().map(|change| {
            let revision = self.board.revision + 1;
            let published = Published { revision, company_id: change.tenant().clone(), change: change.clone() };
            self.board.apply(&published);
            published
        });
        let published = std::sync::Arc::new(published.collect());
        self.seats.publish(&published);
    }
}

/// A tenant's part of the board, as the core has it.
pub(super) fn part(
    core: &crate::core::engine::Engine,
    id: &TenantId,
    last_alert_at: Option<Moment>,
) -> Option<TenantPart> {
    let tenant = core.tenant(id)?;
    let standing = core.standing(id).cloned().unwrap_or_default();
    Some(TenantPart {
        tenant: Some(tenant.clone()),
        incidents: core.incidents(id).cloned().collect(),
        last_alert_at,
        windows: standing.windows.into_values().collect(),
        roster: standing.roster,
        staffed: standing.staffed,
        people: standing.people,
        executions: core.executions(id).cloned().collect(),
        sessions: core.sessions(id).cloned().collect(),
        quarantined: core.count_aside(id),
        ..TenantPart::of(id.clone())
    })
}

fn behind() -> Refusal {
    Refusal::new("behind", "the latest alerts are not written yet; try again in a second")
}

fn refusal_of(error: Option<crate::store::StoreError>) -> Refusal {
    error.map_or_else(behind, refusal)
}

//! What the configuration file declares: tenants, of whom what it says is pinned and the rest is managed at run time, and
//! technicians. It can be declared anew while the engine runs.

use std::collections::BTreeMap;

use super::task::Task;
use crate::core::assign::Technician;
use crate::core::credentials::Secret;
use crate::core::id::TenantId;

/// A tenant as the configuration file declares it.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Which.
    pub id: TenantId,
    /// Its name, when the file gives one.
    pub name: Option<Placed>,
    /// Settings by dotted name.
    pub settings: BTreeMap<String, Placed>,
    /// Its signing secret, when the file says where it is.
    pub hmac: Option<(Secret, String)>,
}

/// All that the configuration file declares.
#[derive(Clone, Debug, Default)]
pub struct Declaration {
    /// Its tenants.
    pub tenants: Vec<Declared>,
    /// Who may be given incidents.
    pub technicians: Vec<Technician>,
}

/// A value, and the place that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// As `core::setting` takes it.
    pub value: String,
    /// `config.toml:12`.
    pub place: String,
}

/// What may not be changed at run time, and where it is said.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    pinned: BTreeMap<(TenantId, String), String>,
    /// Tenants that the file declares at all.
    tenants: BTreeMap<TenantId, String>,
    declared: Vec<Declared>,
}

impl Pins {
    /// Everything that `declared` says.
    pub fn of(declared: &[Declared]) -> Self {
        let mut pins = Self { declared: declared.to_vec(), ..Self::default() };
        for tenant in declared {
            let name = tenant.name.iter().map(|name| ("name", &name.place));
            let hmac = tenant.hmac.iter().map(|(_, place)| ("secrets.hmac", place));
            let settings = tenant.settings.iter().map(|(key, placed)| (key.as_str(), &placed.place));
            for (key, place) in name.chain(hmac).chain(settings) {
                pins.pinned.insert((tenant.id.clone(), key.into()), place.clone());
                pins.tenants.entry(tenant.id.clone()).or_insert_with(|| place.clone());
            }
            pins.tenants.entry(tenant.id.clone()).or_insert_with(|| "the configuration file".into());
        }
        pins
    }

    /// Where a setting is said, if it is.
    pub fn place(&self, tenant: &TenantId, key: &str) -> Option<&str> {
        self.pinned.get(&(tenant.clone(), key.into())).map(String::as_str)
    }

    /// What is said of a tenant.
    pub(super) fn of_tenant(&self, tenant: &TenantId) -> Vec<Declared> {
        self.declared.iter().filter(|declared| declared.id == *tenant).cloned().collect()
    }

    /// Where a tenant is declared, if it is.
    pub fn declared(&self, tenant: &TenantId) -> Option<&str> {
        self.tenants.get(tenant).map(String::as_str)
    }
}

impl Task {
    /// The configuration was read again: it holds from now on, or the old one does, and everybody is told why.
    pub(super) fn declared_anew(&mut self, read: Result<Declaration, String>) {
        let taken = read.and_then(|declaration| {
            self.pins = Pins::of(&declaration.tenants);
            self.technicians = declaration.technicians;
            let declared = self.declare(&declaration.tenants).and_then(|()| self.staff());
            declared.map_err(|refusal| refusal.message)
        });
        match &taken {
            Ok(()) => tracing::info!("configuration read again"),
            Err(error) => tracing::error!(%error, "the configuration was read again and not taken"),
        }
        self.config_error = taken.err();
        self.want_pulse();
    }
}

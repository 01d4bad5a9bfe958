//! An engine with two clients, and people who may know of one of them.

use alert_whisperer::audit::own::OwnLog;
use alert_whisperer::core::alert::{AlertStatus, Report};
use alert_whisperer::core::id::TenantId;
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::person::{Person, Scope};
use alert_whisperer::core::role::Role;
use alert_whisperer::core::severity::Severity;
use alert_whisperer::engine::{self, Options, Running};
use alert_whisperer::link::{Caller, NewTenant, Refusal, Reply, Request, Standing};
use alert_whisperer::people::People;
use alert_whisperer::store::sqlite;
use tempfile::TempDir;

use super::delivery::deliver;

/// Whose people ask.
pub const OURS: &str = "comp_acme";
/// Whose things they are not to know of: there is an incident, an alert, a window.
pub const THEIRS: &str = "comp_bolt";
/// Whose id is as long as that, and who is not there.
pub const NOBODY: &str = "comp_gone";
/// What nobody but the other client's people may read anywhere.
pub const SECRET: &str = "bolt-secret";

/// Each may do what the one before may; all of them for [`OURS`] only.
pub const PEOPLE: [(&str, Role); 4] =
    [("vera", Role::Viewer), ("tomas", Role::Technician), ("lena", Role::Lead), ("ada", Role::Admin)];

pub struct House {
    pub running: Running,
    pub people: People,
    pub dir: TempDir,
}

pub fn tenant(id: &str) -> TenantId {
    id.parse().unwrap()
}

pub fn person(name: &str, role: Role, tenants: Scope) -> Person {
    Person { name: name.into(), role, tenants, added_at: engine::now() }
}

impl House {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let people = People::open(dir.path()).unwrap();
        let options = Options {
            declared: Vec::new(),
            technicians: Vec::new(),
            public_url: "http://127.0.0.1:8001".into(),
            clock: engine::wall_clock(),
            people: people.clone(),
            own_log: OwnLog::open(dir.path()).unwrap(),
        };
        let path = dir.path().to_owned();
        let running = engine::start(move || sqlite::open(&path), options).unwrap();
        let house = Self { running, people, dir };
        for (id, name) in [(OURS, "Acme"), (THEIRS, SECRET)] {
            let new = NewTenant { id: tenant(id), name: Some(name.into()), critical_assets: Vec::new(), aws: None };
            house.owner().ask(&Actor::named("root"), Request::TenantAdd(new)).await.unwrap();
            house.alert(id, name).await;
        }
        house
            .people
            .change(engine::now(), |book| {
                let ours = Scope::Some([tenant(OURS)].into());
                PEOPLE.into_iter().try_for_each(|(name, role)| book.add(person(name, role, ours.clone())))
            })
            .unwrap();
        house
    }

    /// An incident on an asset.
    pub async fn alert(&self, of: &str, asset: &str) {
        let report = Report {
            asset_name: asset.into(),
            signature: "disk_full".into(),
            severity: Severity::High,
            status: AlertStatus::Firing,
            message: format!("{asset} is full"),
            message_cut: false,
            tool_source: "Zabbix".into(),
            occurred_at: None,
            instance_id: None,
            links: Vec::new(),
            labels: Default::default(),
            fingerprint: None,
            identity: Default::default(),
        };
        deliver(self.running.handle(), tenant(of), report, asset).await;
    }

    /// Whoever has the data folder.
    pub fn owner(&self) -> Caller {
        self.running.handle().caller().clone()
    }

    pub async fn ask(&self, who: &str, request: Request) -> Result<Reply, Refusal> {
        let caller = self.running.handle().caller().with(Standing::Known(who.into()), None);
        caller.ask(&Actor::named("somebody-else"), request).await
    }
}

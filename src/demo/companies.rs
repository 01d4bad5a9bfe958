//! Who the demo's MSP works for, what they run, and with what it is watched.

/// A client company.
#[derive(Debug)]
pub struct Company {
    /// The tenant's id.
    pub id: &'static str,
    /// As people call it.
    pub name: &'static str,
    /// Globs over its assets.
    pub critical_assets: &'static [&'static str],
    /// The correlation window, when it is not the default.
    pub window_minutes: Option<u32>,
    /// Settings that are lengths of time, in seconds of the script.
    pub lengths: &'static [(&'static str, u32)],
    /// What it runs.
    pub fleet: &'static [Machines],
    /// Its share of the noise.
    pub share: u32,
}

/// Machines that are alike.
#[derive(Debug)]
pub struct Machines {
    /// What can happen to them.
    pub kind: Kind,
    /// What comes before the number in their names.
    pub prefix: &'static str,
    /// How many there are.
    pub count: u32,
}

/// What can happen to a machine depends on what it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Runs others' work.
    Host,
    /// Answers requests.
    Web,
    /// Keeps data.
    Database,
    /// Carries packets.
    Network,
}

/// What watches a company.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tool {
    /// Signs.
    Datadog,
    /// Signs.
    Zabbix,
    /// Posts through its Alertmanager, which can't sign and has a key of its own.
    Prometheus,
    /// Signs.
    CloudWatch,
    /// Signs.
    UptimeKuma,
}

impl Tool {
    /// The name it gives as `tool_source`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Datadog => "Datadog",
            Self::Zabbix => "Zabbix",
            Self::Prometheus => "Prometheus",
            Self::CloudWatch => "CloudWatch",
            Self::UptimeKuma => "Uptime Kuma",
        }
    }
}

const MINUTE: u32 = 60;

/// The largest. One of its tools falls silent for a while.
pub static ACME: Company = Company {
    id: "comp_acme",
    name: "Acme Retail",
    critical_assets: &["pay-*", "shop-db-*"],
    window_minutes: None,
    lengths: &[
        ("sla.critical.respond", MINUTE),
        ("sla.critical.resolve", 5 * MINUTE),
        ("sla.high.respond", 2 * MINUTE),
        ("sla.high.resolve", 8 * MINUTE),
        ("senders.quiet_after", 3 * MINUTE),
    ],
    fleet: &[
        machines(Kind::Host, "store-srv-", 120),
        machines(Kind::Web, "shop-web-", 24),
        machines(Kind::Web, "pay-api-", 8),
        machines(Kind::Database, "shop-db-", 6),
    ],
    share: 8,
};

/// Where the storm is, and an acknowledgement runs out in it.
pub static BLUEFIN: Company = Company {
    id: "comp_bluefin",
    name: "Bluefin Logistics",
    critical_assets: &["dc2-core-*", "wms-*"],
    window_minutes: None,
    lengths: &[
        ("sla.critical.respond", MINUTE),
        ("sla.critical.resolve", 4 * MINUTE),
        ("sla.high.respond", 3 * MINUTE),
        ("sla.high.resolve", 6 * MINUTE),
        ("lifecycle.ack_timeout", 90),
    ],
    fleet: &[
        machines(Kind::Network, "depot-sw-", 60),
        machines(Kind::Host, "dc1-esx-", 32),
        machines(Kind::Web, "wms-", 10),
    ],
    share: 5,
};

/// Where several tools agree, and a heartbeat is missing for a while.
pub static CEDAR: Company = Company {
    id: "comp_cedar",
    name: "Cedar Valley Hospital",
    critical_assets: &["ehr-*", "pacs-*"],
    window_minutes: None,
    lengths: &[
        ("sla.critical.respond", 30),
        ("sla.critical.resolve", 8 * MINUTE),
        ("sla.high.respond", MINUTE),
        ("sla.high.resolve", 8 * MINUTE),
        ("senders.heartbeat_after", MINUTE),
    ],
    fleet: &[
        machines(Kind::Host, "ward-gw-", 40),
        machines(Kind::Web, "ehr-app-", 12),
        machines(Kind::Database, "ehr-db-", 4),
        machines(Kind::Host, "pacs-", 4),
    ],
    share: 4,
};

/// Where one sender's secret is wrong, and Alertmanager repeats itself.
pub static DELTA: Company = Company {
    id: "comp_delta",
    name: "Delta Insurance",
    critical_assets: &["policy-api-*"],
    window_minutes: None,
    lengths: &[
        ("sla.critical.respond", MINUTE),
        ("sla.critical.resolve", 6 * MINUTE),
        ("sla.high.respond", 2 * MINUTE),
        ("sla.high.resolve", 10 * MINUTE),
    ],
    fleet: &[
        machines(Kind::Host, "batch-", 16),
        machines(Kind::Web, "policy-api-", 10),
        machines(Kind::Database, "claims-db-", 3),
    ],
    share: 3,
};

/// Where a check flaps, and the game servers are patched.
pub static EMBER: Company = Company {
    id: "comp_ember",
    name: "Ember Games",
    critical_assets: &["login-*"],
    window_minutes: Some(5),
    lengths: &[
        ("sla.critical.respond", MINUTE),
        ("sla.critical.resolve", 5 * MINUTE),
        ("sla.high.respond", 2 * MINUTE),
        ("sla.high.resolve", 8 * MINUTE),
    ],
    fleet: &[
        machines(Kind::Host, "game-", 64),
        machines(Kind::Web, "login-", 4),
        machines(Kind::Database, "match-db-", 2),
    ],
    share: 3,
};

/// The smallest, where something burns slowly.
pub static FJORD: Company = Company {
    id: "comp_fjord",
    name: "Fjord Energy",
    critical_assets: &["scada-*"],
    window_minutes: Some(5),
    lengths: &[
        ("sla.critical.respond", MINUTE),
        ("sla.critical.resolve", 5 * MINUTE),
        ("sla.high.respond", 2 * MINUTE),
        ("sla.high.resolve", 8 * MINUTE),
        ("sla.medium.respond", 3 * MINUTE),
        ("sla.medium.resolve", 9 * MINUTE),
    ],
    fleet: &[
        machines(Kind::Host, "scada-", 6),
        machines(Kind::Host, "meter-gw-", 12),
        machines(Kind::Network, "site-rt-", 7),
    ],
    share: 1,
};

/// All of them.
pub static COMPANIES: [&Company; 6] = [&ACME, &BLUEFIN, &CEDAR, &DELTA, &EMBER, &FJORD];

const fn machines(kind: Kind, prefix: &'static str, count: u32) -> Machines {
    Machines { kind, prefix, count }
}

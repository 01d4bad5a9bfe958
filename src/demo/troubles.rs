//! What goes wrong on an ordinary night, and how a tool words it.

use super::chance::Chance;
use super::companies::{Kind, Tool};
use crate::core::severity::Severity::{self, Critical, High, Low, Medium};

/// Something that goes wrong with one kind of machine.
#[derive(Debug)]
pub struct Trouble {
    /// With which.
    pub kind: Kind,
    /// The signature.
    pub signature: &'static str,
    /// How bad.
    pub severity: Severity,
    /// Who notices.
    pub tools: &'static [Tool],
    /// The message; `{}` stands for the number.
    words: &'static str,
    least: u32,
    most: u32,
}

impl Trouble {
    /// What a tool says of it this time.
    pub fn message(&self, chance: &mut Chance) -> String {
        self.words.replace("{}", &chance.between(self.least, self.most).to_string())
    }
}

use Kind::{Database, Host, Network, Web};
use Tool::{CloudWatch, Datadog, Prometheus, UptimeKuma, Zabbix};

/// All of it. Every kind has some.
#[rustfmt::skip]
pub static TROUBLES: [Trouble; 20] = [
    trouble(Host,     "high_cpu_usage",       High,     &[Datadog, Zabbix, Prometheus], "CPU at {} % for 5 minutes", 91, 99),
    trouble(Host,     "memory_pressure",      Medium,   &[Datadog, Prometheus],         "{} % of memory in use", 88, 97),
    trouble(Host,     "disk_space_low",       Medium,   &[Zabbix, Prometheus],          "/var is {} % full", 85, 96),
    trouble(Host,     "backup_late",          Low,      &[Zabbix],                      "Last backup is {} hours old", 25, 40),
    trouble(Host,     "clock_drift",          Low,      &[Prometheus],                  "Clock is off by {} ms", 60, 900),
    trouble(Host,     "reboot_required",      Low,      &[Zabbix, Datadog],             "{} updates wait for a reboot", 2, 31),
    trouble(Host,     "service_down",         High,     &[Zabbix],                      "Agent silent for {} s", 90, 300),
    trouble(Web,      "error_rate_5xx",       High,     &[Datadog, CloudWatch],         "{} % of requests fail", 3, 18),
    trouble(Web,      "latency_p99",          Medium,   &[Datadog, Prometheus],         "p99 at {} ms", 900, 4_200),
    trouble(Web,      "http_check_failed",    High,     &[UptimeKuma],                  "No answer within {} s", 10, 48),
    trouble(Web,      "certificate_expires",  Low,      &[UptimeKuma],                  "Certificate expires in {} days", 3, 14),
    trouble(Web,      "queue_backlog",        Medium,   &[CloudWatch],                  "{} messages are waiting", 1_200, 90_000),
    trouble(Database, "replica_lag",          Medium,   &[CloudWatch, Prometheus],      "Replica is {} s behind", 20, 400),
    trouble(Database, "slow_queries",         Medium,   &[Datadog],                     "{} queries over 2 s in a minute", 12, 240),
    trouble(Database, "connections_used_up",  Critical, &[Datadog, CloudWatch],         "{} of 500 connections in use", 490, 500),
    trouble(Database, "disk_space_low",       High,     &[CloudWatch],                  "{} GB left on the data volume", 2, 9),
    trouble(Network,  "link_down",            High,     &[Zabbix],                      "Uplink {} is down", 1, 4),
    trouble(Network,  "packet_loss",          Medium,   &[Zabbix],                      "{} % of packets lost", 4, 35),
    trouble(Network,  "bgp_session_reset",    Medium,   &[Zabbix],                      "{} resets in an hour", 2, 9),
    trouble(Network,  "config_changed",       Low,      &[Zabbix],                      "{} lines changed outside the window", 1, 60),
];

const fn trouble(
    kind: Kind,
    signature: &'static str,
    severity: Severity,
    tools: &'static [Tool],
    words: &'static str,
    least: u32,
    most: u32,
) -> Trouble {
    Trouble { kind, signature, severity, tools, words, least, most }
}

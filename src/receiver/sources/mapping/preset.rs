//! The mappings that come with the program, one per kind of source: files under `presets/`.

use crate::core::source::kind::Kind;

macro_rules! presets {
    ($($name:literal)*) => {
        const PRESETS: &[(&str, &str)] = &[$(($name, include_str!(concat!("../presets/", $name, ".toml")))),*];
    };
}

presets! {
    "azure-monitor"
    "checkmk"
    "connectwise"
    "custom"
    "datadog"
    "datto"
    "elastic"
    "gcp-monitoring"
    "icinga2"
    "librenms"
    "nagios"
    "netdata"
    "newrelic"
    "ninjaone"
    "prtg"
    "sentry"
    "site24x7"
    "splunk"
    "uptime-kuma"
    "uptimerobot"
    "wazuh"
    "zabbix"
}

/// The mapping of a kind, as TOML; that of `custom` for a kind that is read without one.
pub fn of(kind: Kind) -> &'static str {
    let find = |name: &str| PRESETS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    find(kind.name()).or_else(|| find("custom")).unwrap_or_default()
}

//! The tools that a source can be: one row each. Names are in configurations and commands, and stay.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::auth::Preset;

/// A tool.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kind(u8);

/// What is known about a tool.
#[derive(Debug)]
pub struct Row {
    /// What it is called in commands.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Who reads what it sends.
    pub dialect: Dialect,
    /// How its requests prove themselves, as far as nothing else is said.
    pub auth: Preset,
    /// What it is told when there is too much of it.
    pub overload: Overload,
    /// What is to be pasted into the tool, with `{url}`, `{url_with_key}`, `{scheme}`, `{key}`, `{secret}`, `{tenant}` and `{source}` in it.
    pub paste: &'static str,
}

/// Who reads a body.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// Our own schema.
    Native,
    /// Alertmanager's webhook, version 4, and Grafana's, which grew out of it.
    Alertmanager,
    /// Amazon SNS over HTTP.
    Sns,
    /// Amazon EventBridge, through an API destination.
    EventBridge,
    /// PagerDuty's Events API, version 2.
    PagerDuty,
    /// Opsgenie's Alert API.
    Opsgenie,
    /// A CloudEvents envelope.
    CloudEvents,
    /// Whatever a mapping table says.
    Mapped,
}

/// What a sender is told when there is too much of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overload {
    /// 429: it comes again.
    TooMany,
    /// 503: on 429 it gives up, or comes again without end.
    Unavailable,
}

/// There is no such kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no such kind of source; `alert-whisperer source kinds` lists them")]
pub struct Unknown;

macro_rules! kinds {
    ($($name:literal $title:literal $dialect:ident $auth:ident $overload:ident;)*) => {
        const KINDS: &[Row] = &[$(Row {
            name: $name,
            title: $title,
            dialect: Dialect::$dialect,
            auth: Preset::$auth,
            overload: Overload::$overload,
            paste: include_str!(concat!("paste/", $name, ".txt")),
        }),*];
    };
}

kinds! {
    "native"          "our own schema"                              Native        Native  TooMany;
    "alertmanager"    "Prometheus Alertmanager"                     Alertmanager  Key     Unavailable;
    "grafana"         "Grafana"                                     Alertmanager  Grafana Unavailable;
    "sns"             "Amazon SNS, with CloudWatch alarms inside"   Sns           Sns     Unavailable;
    "eventbridge"     "Amazon EventBridge"                          EventBridge   Key     TooMany;
    "pagerduty"       "PagerDuty Events v2 senders"                 PagerDuty     Key     TooMany;
    "opsgenie"        "Opsgenie senders"                            Opsgenie      Key     TooMany;
    "cloudevents"     "CloudEvents"                                 CloudEvents   Key     TooMany;
    "custom"          "any tool, by a mapping table of your own"    Mapped        Key     Unavailable;
    "azure-monitor"   "Azure Monitor"                               Mapped        Key     Unavailable;
    "checkmk"         "Checkmk"                                     Mapped        Key     Unavailable;
    "connectwise"     "ConnectWise"                                 Mapped        Key     Unavailable;
    "datadog"         "Datadog"                                     Mapped        Key     Unavailable;
    "datto"           "Datto RMM"                                   Mapped        Key     Unavailable;
    "elastic"         "Elastic"                                     Mapped        Key     Unavailable;
    "gcp-monitoring"  "Google Cloud Monitoring"                     Mapped        Key     Unavailable;
    "icinga2"         "Icinga 2"                                    Mapped        Native  Unavailable;
    "librenms"        "LibreNMS"                                    Mapped        Key     Unavailable;
    "nagios"          "Nagios"                                      Mapped        Native  Unavailable;
    "netdata"         "Netdata"                                     Mapped        Key     Unavailable;
    "newrelic"        "New Relic"                                   Mapped        Key     Unavailable;
    "ninjaone"        "NinjaOne"                                    Mapped        Key     Unavailable;
    "prtg"            "PRTG"                                        Mapped        Key     Unavailable;
    "sentry"          "Sentry"                                      Mapped        Key     Unavailable;
    "site24x7"        "Site24x7"                                    Mapped        Key     Unavailable;
    "splunk"          "Splunk"                                      Mapped        Key     Unavailable;
    "uptime-kuma"     "Uptime Kuma"                                 Mapped        Key     Unavailable;
    "uptimerobot"     "UptimeRobot"                                 Mapped        Key     Unavailable;
    "wazuh"           "Wazuh"                                       Mapped        Key     Unavailable;
    "zabbix"          "Zabbix"                                      Mapped        Native  Unavailable;
}

/// Other names of kinds.
const ALIASES: [(&str, &str); 10] = [
    ("prometheus", "alertmanager"),
    ("cloudwatch", "sns"),
    ("generic", "custom"),
    ("mapping", "custom"),
    ("azure", "azure-monitor"),
    ("gcp", "gcp-monitoring"),
    ("icinga", "icinga2"),
    ("kuma", "uptime-kuma"),
    ("dattormm", "datto"),
    ("elasticsearch", "elastic"),
];

impl Kind {
    /// All of them, by name within their group.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).zip(KINDS).map(|(number, _)| Self(number))
    }

    /// What is known about it.
    pub fn row(self) -> &'static Row {
        &KINDS[usize::from(self.0)]
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Our own schema.
    pub const NATIVE: Self = Self(0);
    /// Alertmanager.
    pub const ALERTMANAGER: Self = Self(1);
}

impl FromStr for Kind {
    type Err = Unknown;

    /// In any case, with or without what joins words.
    fn from_str(text: &str) -> Result<Self, Unknown> {
        let plain = |text: &str| {
            text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect::<String>()
        };
        let wanted = plain(text);
        let wanted = ALIASES.iter().find(|(alias, _)| *alias == wanted).map_or(wanted, |(_, name)| plain(name));
        Self::all().find(|kind| plain(kind.name()) == wanted).ok_or(Unknown)
    }
}

impl TryFrom<String> for Kind {
    type Error = Unknown;

    fn try_from(text: String) -> Result<Self, Unknown> {
        text.parse()
    }
}

impl From<Kind> for String {
    fn from(kind: Kind) -> Self {
        kind.name().into()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_name_however_that_is_written() {
        for kind in Kind::all() {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        for (text, name) in [
            ("Uptime Kuma", "uptime-kuma"),
            ("NEW_RELIC", "newrelic"),
            ("cloudwatch", "sns"),
            ("Azure", "azure-monitor"),
        ] {
            assert_eq!(text.parse::<Kind>().map(Kind::name), Ok(name));
        }
        assert_eq!("".parse::<Kind>(), Err(Unknown));
        assert_eq!((Kind::NATIVE.name(), Kind::ALERTMANAGER.name()), ("native", "alertmanager"));
    }
}

//! Settings by name: `correlation.time_window_minutes=5`. One path for the command line, the API and the configuration file,
//! so that all of them refuse the same things in the same words.

use serde_json::Value;

use super::execution::order::InstanceId;
use super::tenant::{AwsAccount, Settings};

/// Why a setting was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSetting {
    /// There is no such setting.
    #[error("no setting `{key}`{}", nearest.as_ref().map(|key| format!("; did you mean `{key}`?")).unwrap_or_default())]
    Unknown {
        /// What was asked for.
        key: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// Its value is not of the right kind.
    #[error("`{key}` takes {wanted}")]
    Kind {
        /// Which.
        key: String,
        /// What it takes.
        wanted: &'static str,
    },
    /// Its value is out of bounds.
    #[error("`{key}` {rule}")]
    Bounds {
        /// Which.
        key: &'static str,
        /// The rule.
        rule: &'static str,
    },
}

/// `settings` with `key` changed to what `text` says. Lists are separated by commas.
///
/// # Errors
/// Why not.
pub fn set(settings: &Settings, key: &str, text: &str) -> Result<Settings, BadSetting> {
    let mut all = as_value(settings);
    let pointer = format!("/{}", key.replace('.', "/"));
    let Some(place) = all.pointer_mut(&pointer).filter(|place| !place.is_object()) else {
        return Err(unknown(settings, key));
    };
    let kind = |wanted| BadSetting::Kind { key: key.into(), wanted };
    *place = match place {
        Value::Bool(_) => match text {
            "true" | "on" | "yes" => Value::Bool(true),
            "false" | "off" | "no" => Value::Bool(false),
            _ => return Err(kind("true or false")),
        },
        Value::Number(_) => Value::from(text.parse::<i64>().map_err(|_| kind("a whole number"))?),
        Value::Array(_) => text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect(),
        _ => Value::from(text),
    };
    let mut settings: Settings = serde_json::from_value(all).map_err(|_| kind(wanted(key)))?;
    settings.aws.take_if(|account| *account == AwsAccount::default());
    check(&settings)?;
    Ok(settings)
}

/// Every setting's name.
pub fn names(settings: &Settings) -> Vec<String> {
    let mut names = Vec::new();
    gather(&as_value(settings), "", &mut names);
    names
}

/// A setting's value as [`set`] takes it.
pub fn get(settings: &Settings, key: &str) -> Option<String> {
    let all = as_value(settings);
    let place = all.pointer(&format!("/{}", key.replace('.', "/")))?;
    Some(match place {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    })
}

/// Whether settings keep their bounds.
///
/// # Errors
/// The first that does not.
pub fn check(settings: &Settings) -> Result<(), BadSetting> {
    let correlation = &settings.correlation;
    let signing = &settings.signing;
    let header = |name: &str| !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
    #[rustfmt::skip]
    let rules = [
        ((5..=15).contains(&correlation.time_window_minutes), "correlation.time_window_minutes", "is from 5 to 15"),
        ((1..=1_000).contains(&correlation.min_alerts_for_incident), "correlation.min_alerts_for_incident", "is from 1 to 1000"),
        ((1..=400).contains(&signing.max_timestamp_diff_seconds), "signing.max_timestamp_diff_seconds", "is from 1 to 400"),
        (header(&signing.signature_header), "signing.signature_header", "is a header name: letters, digits and -"),
        (header(&signing.timestamp_header), "signing.timestamp_header", "is a header name: letters, digits and -"),
        (settings.rate_limit.requests_per_minute == 0 || settings.rate_limit.burst > 0, "rate_limit.burst", "is at least 1"),
        (settings.senders.heartbeats.len() <= 100, "senders.heartbeats", "has at most 100 globs"),
        (settings.actions.auto.len() <= 100, "actions.auto", "has at most 100 globs"),
        ((1..=60).contains(&settings.actions.auto_per_hour), "actions.auto_per_hour", "is from 1 to 60"),
        ((1..=10).contains(&settings.actions.auto_failures), "actions.auto_failures", "is from 1 to 10"),
        (settings.asset_map.iter().all(|line| mapping(line).is_some()), "asset_map", "is a list of GLOB=INSTANCE, for example web-*=i-0123456789abcdef0"),
        (settings.asset_map.len() <= 10_000, "asset_map", "has at most 10000 lines"),
        (settings.critical_assets.len() <= 1_000, "critical_assets", "has at most 1000 globs"),
    ];
    match rules.into_iter().find(|(kept, ..)| !kept) {
        Some((_, key, rule)) => Err(BadSetting::Bounds { key, rule }),
        None => Ok(()),
    }
}

/// A line of the asset map: a glob over asset names, and the machine.
pub fn mapping(line: &str) -> Option<(&str, InstanceId)> {
    let (glob, instance) = line.rsplit_once('=')?;
    let glob = glob.trim();
    Some((glob, instance.trim().parse().ok()?)).filter(|_| !glob.is_empty())
}

/// All settings, with those of the AWS account there to be set even when there is none yet.
fn as_value(settings: &Settings) -> Value {
    let mut settings = settings.clone();
    settings.aws.get_or_insert_with(AwsAccount::default);
    serde_json::to_value(settings).unwrap_or_default()
}

fn gather(value: &Value, at: &str, names: &mut Vec<String>) {
    let Value::Object(fields) = value else {
        names.push(at.into());
        return;
    };
    for (name, field) in fields {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        gather(field, &path, names);
    }
}

fn unknown(settings: &Settings, key: &str) -> BadSetting {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let nearest = names(settings)
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(&last(&name), &last(key)), name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .map(|(_, name)| name);
    BadSetting::Unknown { key: key.into(), nearest }
}

fn wanted(key: &str) -> &'static str {
    match key {
        "correlation.aggregation_key" => "asset|signature, asset|signature|tool, asset or signature",
        "actions.command_risk" => "low, medium or high",
        "actions.sessions" => "technician, lead or admin",
        "correlation.recurrence" => "join or new",
        "lifecycle.ack_timeout" | "senders.quiet_after" | "senders.heartbeat_after" => "15m, 4h, 1h30m, 2d or off",
        key if key.starts_with("sla.") => "15m, 4h, 1h30m, 2d or off",
        _ => "a whole number that is not negative",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_can_be_read_and_set_to_what_it_is() {
        let settings = Settings { critical_assets: vec!["db-*".into(), "pay".into()], ..Settings::default() };
        for name in names(&settings) {
            let text = get(&settings, &name).unwrap();
            assert_eq!(set(&settings, &name, &text).unwrap().critical_assets, settings.critical_assets, "{name}");
        }
    }

    #[test]
    fn mistakes_say_what_is_right() {
        let say = |key: &str, text: &str| set(&Settings::default(), key, text).unwrap_err().to_string();
        assert_eq!(
            say("correlation.time_windw_minutes", "5"),
            "no setting `correlation.time_windw_minutes`; did you mean `correlation.time_window_minutes`?"
        );
        assert_eq!(say("correlation.time_window_minutes", "4"), "`correlation.time_window_minutes` is from 5 to 15");
        assert_eq!(
            say("correlation.time_window_minutes", "x"),
            "`correlation.time_window_minutes` takes a whole number"
        );
        assert_eq!(say("correlation.recurrence", "x"), "`correlation.recurrence` takes join or new");
        assert_eq!(say("correlation.auto_correlate", "x"), "`correlation.auto_correlate` takes true or false");
        assert_eq!(say("correlation", "x"), "no setting `correlation`");
        assert_eq!(say("senders.quiet_after", "soon"), "`senders.quiet_after` takes 15m, 4h, 1h30m, 2d or off");
    }

    #[test]
    fn values_arrive_where_they_belong() {
        let settings = set(&Settings::default(), "aws.region", "eu-west-1").unwrap();
        assert_eq!(settings.aws.as_ref().unwrap().region, "eu-west-1");
        let settings = set(&settings, "correlation.aggregation_key", "asset").unwrap();
        assert_eq!(settings.correlation.aggregation_key, crate::core::tenant::AggregationKey::Asset);
        assert_eq!(set(&settings, "critical_assets", "a, b*").unwrap().critical_assets, ["a", "b*"]);
    }
}

//! What is said of a source: how it proves itself, when it was seen, and what is wrong with it.

use crate::core::source::auth::{Auth, Encoding, Hmac, KeyDecoding, Preset};
use crate::core::time::Moment;
use crate::link::source::{Shown, TopicShown};
use crate::tui::app::App;
use crate::tui::panes::tenants::short;
use crate::tui::popups::machines::ago;

/// A clock that is further off than this is worth a word.
const SKEW_SECONDS: i64 = 60;

/// How it proves itself, in a word: a preset's name, or what the scheme is.
pub fn scheme(auth: &Auth) -> &'static str {
    let known = Preset::ALL.into_iter().find(|preset| Auth::from(*preset) == *auth);
    known.map_or("hmac", Preset::word)
}

/// How it proves itself, in full.
pub fn proof(auth: &Auth) -> String {
    match auth {
        Auth::Key => "the key, as Authorization: Bearer, X-API-Key or ?api_key=".into(),
        Auth::Basic => "the key, as the password of Authorization: Basic, whatever the user".into(),
        Auth::Bearer => "the key, as Authorization: Bearer".into(),
        Auth::Sns => "the key, and AWS' signature in the message".into(),
        Auth::Hmac(hmac) => format!("the key, and a signature ({}): {}", scheme(auth), signature(hmac)),
    }
}

fn signature(hmac: &Hmac) -> String {
    let encoding = match hmac.encoding {
        Encoding::Hex => "hexadecimal",
        Encoding::Base64 => "base64",
    };
    let key = match hmac.key {
        KeyDecoding::Raw => "",
        KeyDecoding::Base64 => ", whose key is the secret decoded from base64",
        KeyDecoding::Hex => ", whose key is the secret decoded from hexadecimal",
    };
    let time = match &hmac.timestamp_header {
        Some(header) => format!("; the time in {header}, at most {} s off", hmac.tolerance_seconds),
        None if hmac.template.contains("{timestamp}") => {
            format!("; the time as t= in the same header, at most {} s off", hmac.tolerance_seconds)
        }
        None => "; without a time".into(),
    };
    let Hmac { header, prefix, template, .. } = hmac;
    format!("{header}: {prefix}… with the HMAC-SHA256 of {template} in {encoding}{key}{time}")
}

/// `12s ago`, `never`.
pub fn seen(app: &App, one: &Shown) -> String {
    one.health.seen_at.map_or_else(|| "never".into(), |at| ago(app.now, at))
}

/// `34/h`; nothing when nothing ever came.
pub fn rate(one: &Shown) -> String {
    one.health.seen_at.map(|_| format!("{}/h", short(one.health.in_last_hour))).unwrap_or_default()
}

/// What needs somebody's eye, the worst first.
pub fn wrong(one: &Shown) -> Option<String> {
    let health = &one.health;
    let mut all = Vec::new();
    all.extend(waiting(one).map(|_| "a topic asks".to_owned()));
    let refused: u64 = health.refused.values().sum();
    // What was refused before it was let in again is mended.
    let since = health.last_refused.as_ref().map(|(at, _)| *at);
    if since.is_some_and(|at| health.seen_at.is_none_or(|seen| seen < at)) {
        all.push(format!("refused {}", short(refused)));
    }
    all.extend((health.unreadable > 0).then(|| format!("unreadable {}", short(health.unreadable))));
    all.extend(health.skew_seconds.filter(|skew| skew.abs() >= SKEW_SECONDS).map(|skew| format!("clock {skew:+} s")));
    (!all.is_empty()).then(|| all.join(", "))
}

/// The topic that has waited longest for somebody's word.
pub fn waiting(one: &Shown) -> Option<&TopicShown> {
    one.topics.iter().filter(|topic| !topic.approved).min_by_key(|topic| topic.since)
}

/// `2 s ahead of ours`.
pub fn skew(seconds: i64) -> String {
    match seconds {
        0 => "as ours".into(),
        1.. => format!("{seconds} s ahead of ours"),
        _ => format!("{} s behind ours", seconds.unsigned_abs()),
    }
}

/// `/api/webhooks/dd-prod` of a URL.
pub fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(rest)
}

/// When something was last verified, in words.
pub fn verified(app: &App, at: Option<Moment>) -> String {
    at.map_or_else(|| "has verified nothing yet".into(), |at| format!("last verified a request {}", ago(app.now, at)))
}

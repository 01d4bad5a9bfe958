//! One source in full.
//!
//! ```text
//! tool      Datadog
//! url       http://127.0.0.1:8001/api/webhooks/dd-prod
//! seen      12s ago, 03:12:28; 34 requests within the last hour
//! refused   412 signature_wrong
//! proof     the key, as Authorization: Bearer, X-API-Key or ?api_key=
//! secret    3f2a91 in force, last verified a request 12s ago
//!           91ab22 until 05:12:40, last verified a request 2d ago
//! ```

use super::words;
use crate::core::id::TenantId;
use crate::link::source::Shown;
use crate::tui::app::App;
use crate::tui::clock;
use crate::tui::panes::detail::label;
use crate::tui::panes::detail::text::{Line, hanging};
use crate::tui::popups::machines::ago;
use crate::tui::theme::Role;

/// Its lines.
pub fn lines(app: &App, tenant: &TenantId, one: &Shown, width: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut field = |name: &str, text: &str, role| lines.extend(hanging(label(name), text, role, width));
    let key = |name: &str| app.key_of(name);
    for (at, topic) in one.topics.iter().filter(|topic| !topic.approved).enumerate() {
        let since = clock::day_and_time(app, topic.since);
        let text = format!("{} asks to send here, since {since}; {} decides", topic.arn, key("decide-topic"));
        field(if at == 0 { "ASKS" } else { "" }, &text, Role::Mistake);
    }
    let row = one.source.kind.row();
    field("tool", &format!("{} ({})", row.title, row.name), Role::Title);
    field("url", &one.url, Role::Key);
    let health = &one.health;
    let seen = match health.seen_at {
        Some(at) => {
            let (ago, time) = (ago(app.now, at), clock::day_and_time(app, at));
            format!("{ago}, {time}; {} requests within the last hour", health.in_last_hour)
        }
        None => "never".into(),
    };
    field("seen", &seen, if health.seen_at.is_some() { Role::Fine } else { Role::Badge });
    field("taken", &format!("{} requests since the engine started", health.taken), Role::Popup);
    if health.unreadable > 0 {
        let text = format!("{} requests; {} shows them", health.unreadable, key("source-unreadable"));
        field("unread", &text, Role::Mistake);
    }
    for (at, (cause, count)) in health.refused.iter().enumerate() {
        field(if at == 0 { "refused" } else { "" }, &format!("{count} {cause}"), Role::Badge);
    }
    if let Some((at, why)) = &health.last_refused {
        field(if health.refused.is_empty() { "refused" } else { "" }, &last(app, *at, why), Role::Dim);
    }
    if let Some(skew) = health.skew_seconds {
        field("clock", &words::skew(skew), Role::Popup);
    }
    field("proof", &words::proof(&one.source.auth), Role::Popup);
    for (at, secret) in one.secrets.iter().enumerate() {
        let life = secret.expires_at.map_or_else(
            || "in force".to_owned(),
            |at| format!("{} {}", if at <= app.now { "ended" } else { "until" }, clock::day_and_time(app, at)),
        );
        let text = format!("{} {life}, {}", secret.id, words::verified(app, secret.verified_at));
        field(if at == 0 { "secret" } else { "" }, &text, if at == 0 { Role::Popup } else { Role::Dim });
    }
    if one.secrets.len() > 1 {
        let last = one.secrets.iter().filter(|secret| secret.verified_at.is_some()).max_by_key(|one| one.verified_at);
        let newest = one.secrets.first().map(|secret| &secret.id);
        let text = match last {
            Some(last) if Some(&last.id) == newest => format!("the tool signs with the new one, {}", last.id),
            Some(last) => format!("the tool still signs with the old one, {}", last.id),
            None => "neither has verified a request yet".into(),
        };
        field("", &text, Role::Badge);
    }
    if let Some(alert) = &health.last_alert {
        field("last", &format!("{alert}; {} shows how it was read", key("last-message")), Role::Popup);
    }
    for (at, topic) in one.topics.iter().filter(|topic| topic.approved).enumerate() {
        let text = format!("{} sends here, since {}", topic.arn, clock::day_and_time(app, topic.since));
        field(if at == 0 { "topics" } else { "" }, &text, Role::Popup);
    }
    let mapping = match &one.source.mapping {
        Some(own) => {
            format!("of its own, {} lines: alert-whisperer source show {tenant} {}", own.lines().count(), one.name)
        }
        None => format!("that of {}", row.name),
    };
    field("mapping", &mapping, Role::Dim);
    lines
}

fn last(app: &App, at: crate::core::time::Moment, why: &str) -> String {
    format!("the last one {}, {}: {why}", ago(app.now, at), clock::day_and_time(app, at))
}

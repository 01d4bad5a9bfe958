//! How a sender usually sounds, and when its silence means that it is missing. Raising that is `caseload`'s.
//!
//! A tool is known by the gaps between its bursts; a heartbeat by nothing but its next beat. Both are kept to the minute, so
//! that a tool that sends all the time is written down once a minute. While the engine was away nobody could be heard.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::alert::{AlertStatus, Identity, Report};
use super::limit::Limit;
use super::severity::Severity;
use super::tenant::Senders;
use super::time::{Moment, Span};

/// The tool that the program's own alerts come from.
pub const OURSELVES: &str = "alert-whisperer";
/// Tools of one tenant that are watched, at most.
pub const MOST_SENDERS: usize = 200;
/// Heartbeats of one tenant that are waited for, at most.
pub const MOST_BEATS: usize = 1_000;
/// Arrivals closer together than this are one burst.
const BURST: Span = Span::MINUTE;
/// Gaps that are kept: of the last week, the longest.
const GAPS: usize = 32;
/// Gaps that it takes to know a tool…
const ENOUGH: usize = 12;
/// …and how long it must have been heard for: one bad hour teaches nothing.
const KNOWN_AFTER: Span = Span::DAY;
/// For how long a gap tells how a tool sounds.
const WEEK: Span = Span(7 * Span::DAY.0);
/// How many times its longest gap a tool may be quiet.
const TIMES: i64 = 3;
/// The shortest silence that means anything.
const SHORTEST: Span = Span::minutes(15);
/// How long after the engine was away everybody has to be heard again.
const GRACE: Span = Span::DAY;
/// What has been missing for this long is not waited for any more.
const FORGOTTEN_AFTER: Span = Span(30 * Span::DAY.0);

/// How a tool usually sounds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sender {
    /// Its name as first spelled.
    pub name: String,
    /// When it was first heard.
    pub since: Moment,
    /// When it was last heard, to the minute.
    pub last_at: Moment,
    /// How long it was quiet between bursts, the latest last.
    #[serde(default)]
    pub gaps: Vec<Gap>,
    /// It is missing.
    #[serde(default)]
    pub quiet: bool,
}

/// A silence between two bursts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Gap {
    /// When it ended.
    pub ended_at: Moment,
    /// How long it was.
    pub lasted: Span,
}

/// Something that says again and again that its sender lives.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Beat {
    /// Who sends it.
    pub tool: String,
    /// What it is called.
    pub signature: String,
    /// What it says this about.
    pub asset: String,
    /// When it was last heard, to the minute.
    pub last_at: Moment,
    /// It is missing.
    #[serde(default)]
    pub missing: bool,
}

/// What time means to somebody who is waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Then it is missing.
    MissingAt(Moment),
    /// Then it is not waited for any more.
    ForgottenAt(Moment),
}

impl Next {
    /// When.
    pub const fn at(self) -> Moment {
        match self {
            Self::MissingAt(at) | Self::ForgottenAt(at) => at,
        }
    }
}

/// A report of the program itself: it is no sender's word. The name alone does not make it one, as anybody may send it.
pub fn is_ours(report: &Report) -> bool {
    const SIGNATURES: [&str; 4] =
        ["sender_quiet", "heartbeat_missing", "webhook_auth_failures", super::aside::SIGNATURE];
    let tool = report.tool_source.trim();
    let named = tool.eq_ignore_ascii_case(OURSELVES) || tool.eq_ignore_ascii_case("alert whisperer");
    named && SIGNATURES.contains(&report.signature.as_str())
}

/// When somebody is missed who was last heard at `last_at` and may be quiet for `patience`.
fn missed_at(last_at: Moment, patience: Span, listening_since: Moment) -> Moment {
    // To the minute: it may have been heard until a minute after that.
    let patience = patience.max(Span::MINUTE) + BURST;
    (last_at + patience).max(listening_since + patience.min(GRACE))
}

impl Sender {
    /// One that was never heard before.
    pub fn new(name: &str, now: Moment) -> Self {
        Self { name: name.trim().into(), since: now, last_at: now, gaps: Vec::new(), quiet: false }
    }

    /// It is heard. False when that is no news: it was heard within the minute. A silence that began before `listening_since`
    /// teaches nothing.
    pub fn heard(&mut self, now: Moment, listening_since: Moment) -> bool {
        let lasted = now - self.last_at;
        if lasted < BURST {
            return false;
        }
        if self.last_at >= listening_since {
            self.gaps.push(Gap { ended_at: now, lasted });
            self.forget_gaps(now);
        }
        self.last_at = now;
        true
    }

    /// How long it may be quiet; absent: that is not known.
    pub fn patience(&self, rules: &Senders) -> Option<Span> {
        match rules.quiet_after {
            Limit(Some(set)) => Some(set),
            Limit(None) if self.gaps.len() < ENOUGH || self.last_at - self.since < KNOWN_AFTER => None,
            Limit(None) => {
                let longest = self.longest_gap()?;
                Some(Span(longest.0.saturating_mul(TIMES)).clamp(SHORTEST, WEEK))
            }
        }
    }

    /// What time will mean to it.
    pub fn next(&self, rules: &Senders, listening_since: Moment) -> Next {
        match self.patience(rules) {
            Some(patience) if !self.quiet => Next::MissingAt(missed_at(self.last_at, patience, listening_since)),
            patience => {
                Next::ForgottenAt(self.last_at.max(listening_since) + (patience.unwrap_or_default() + FORGOTTEN_AFTER))
            }
        }
    }

    /// What is raised when it is missing, and told when it is heard again.
    pub fn report(&self, now: Moment, status: AlertStatus) -> Report {
        let Self { name, last_at, .. } = self;
        let message = match status {
            AlertStatus::Firing => {
                let usual = self.longest_gap().filter(|_| self.gaps.len() >= ENOUGH);
                let usual = usual.map(|gap| format!(" It was not quiet for longer than {} before.", words(gap)));
                format!(
                    "{name} has sent nothing for {} (since {last_at}).{} Check that {name} runs, that it reaches this \
                     receiver, and that its requests are not refused. Until then nothing that it watches is watched.",
                    words(now - *last_at),
                    usual.unwrap_or_default(),
                )
            }
            AlertStatus::Resolved => format!("{name} sends again, after {}.", words(now - *last_at)),
        };
        let fingerprint = format!("sender_quiet:{}", name.to_lowercase());
        ours(now, name, "sender_quiet", Severity::High, status, message, fingerprint)
    }

    fn longest_gap(&self) -> Option<Span> {
        self.gaps.iter().map(|gap| gap.lasted).max()
    }

    /// A storm of short gaps must not make it forget that its nights are long: of too many, the shortest goes.
    fn forget_gaps(&mut self, now: Moment) {
        while self.gaps.len() > ENOUGH && self.gaps.first().is_some_and(|gap| now - gap.ended_at > WEEK) {
            self.gaps.remove(0);
        }
        if self.gaps.len() > GAPS {
            let shortest = self.gaps.iter().enumerate().min_by_key(|(_, gap)| gap.lasted).map(|(at, _)| at);
            self.gaps.remove(shortest.unwrap_or(0));
        }
    }
}

impl Beat {
    /// What tells it from every other.
    pub fn key(report: &Report) -> String {
        let folded = |text: &str| text.trim().to_lowercase();
        let (tool, asset) = (folded(&report.tool_source), folded(&report.asset_name));
        format!("{}:{}:{tool}|{asset}|{}", tool.len(), asset.len(), folded(&report.signature))
    }

    /// One that was never heard before.
    pub fn new(report: &Report, now: Moment) -> Self {
        Self {
            tool: report.tool_source.trim().into(),
            signature: report.signature.trim().into(),
            asset: report.asset_name.trim().into(),
            last_at: now,
            missing: false,
        }
    }

    /// It beats. False when that is no news.
    pub fn heard(&mut self, now: Moment) -> bool {
        let news = now - self.last_at >= BURST;
        if news {
            self.last_at = now;
        }
        news
    }

    /// What time will mean to it.
    pub fn next(&self, rules: &Senders, listening_since: Moment) -> Next {
        match rules.heartbeat_after {
            Limit(Some(after)) if !self.missing => Next::MissingAt(missed_at(self.last_at, after, listening_since)),
            Limit(after) => {
                Next::ForgottenAt(self.last_at.max(listening_since) + (after.unwrap_or_default() + FORGOTTEN_AFTER))
            }
        }
    }

    /// What is raised when it is missing, and told when it beats again.
    pub fn report(&self, key: &str, now: Moment, status: AlertStatus) -> Report {
        let Self { tool, signature, asset, last_at, .. } = self;
        let quiet_for = words(now - *last_at);
        let message = match status {
            AlertStatus::Firing => format!(
                "The heartbeat {signature} of {asset} from {tool} is missing: last heard {quiet_for} ago (at {last_at}). \
                 Check that {tool} and what lies between it and this receiver work. Until then no alert of {asset} may \
                 arrive."
            ),
            AlertStatus::Resolved => format!("The heartbeat {signature} of {asset} from {tool} is back."),
        };
        let fingerprint = format!("heartbeat_missing:{key}");
        ours(now, asset, "heartbeat_missing", Severity::Critical, status, message, fingerprint)
    }
}

/// `2h5m`, to the minute.
fn words(span: Span) -> String {
    Limit(Some(Span((span.0 / Span::MINUTE.0).max(1) * Span::MINUTE.0))).to_string()
}

/// A report of the program itself.
pub(super) fn ours(
    now: Moment,
    asset: &str,
    signature: &str,
    severity: Severity,
    status: AlertStatus,
    message: String,
    fingerprint: String,
) -> Report {
    Report {
        asset_name: asset.into(),
        signature: signature.into(),
        severity,
        status,
        message,
        message_cut: false,
        tool_source: OURSELVES.into(),
        occurred_at: Some(now),
        instance_id: None,
        links: Vec::new(),
        labels: BTreeMap::new(),
        fingerprint: Some(fingerprint),
        // Each time is another time: with this, no report is taken for one before it.
        identity: Identity::Beginning,
    }
}

#[cfg(test)]
#[path = "quiet_tests.rs"]
mod tests;

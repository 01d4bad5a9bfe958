//! How each source is: when it last sent, how often, what was refused and why, how its clock goes, and which of its secrets it
//! uses. Counted in memory by whoever answers it, since the start. What is done about it is others'.
//!
//! Only requests under a known key are counted, so that no stranger makes this grow: it has at most as many lines as there are
//! sources, and each is of bounded size.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::core::engine::Engine;
use crate::core::id::{AlertId, TenantId};
use crate::core::time::{Moment, Span};
use crate::link::source::Health;

/// How all sources are.
#[derive(Debug, Default)]
pub struct Healths(Mutex<BTreeMap<TenantId, BTreeMap<String, Line>>>);

/// What a request was let in by, beyond its key.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Proof {
    /// How far ahead of ours the sender's clock was, in seconds; absent: it did not say.
    pub skew_seconds: Option<i64>,
    /// Which secret it was signed with, by [`id`](crate::link::source::SecretShown::id); absent: with none.
    pub secret: Option<String>,
}

/// What became of a request under a known key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome<'a> {
    /// It was answered as a success: its first alert, if there was one.
    Taken(Option<AlertId>),
    /// It could not be read, and was put aside.
    Unreadable,
    /// It was refused.
    Refused {
        /// The code.
        cause: &'static str,
        /// What its sender was told. Fixed words.
        words: &'a str,
        /// How far ahead of ours its clock was, in seconds, when that was why.
        skew_seconds: Option<i64>,
    },
}

/// Minutes of an hour.
const MINUTES: usize = 60;
/// Secrets of a source whose last use is remembered: those that live, and one that was replaced just now.
const SECRETS: usize = 3;

/// How one source is.
#[derive(Debug, Default)]
struct Line {
    seen_at: Option<Moment>,
    /// Requests that were let in, by the minute in which they came.
    minutes: Minutes,
    taken: u64,
    unreadable: u64,
    refused: BTreeMap<&'static str, u64>,
    last_refused: Option<(Moment, String)>,
    skew_seconds: Option<i64>,
    last_alert: Option<AlertId>,
    /// When each secret was last used, the latest first.
    secrets: Vec<(String, Moment)>,
}

/// Counts of the last hour.
#[derive(Debug)]
struct Minutes {
    /// The minute of the last count, since 1970.
    last: i64,
    counts: [u32; MINUTES],
}

impl Default for Minutes {
    fn default() -> Self {
        Self { last: 0, counts: [0; MINUTES] }
    }
}

impl Minutes {
    fn count(&mut self, at: Moment) {
        let minute = minute(at);
        // A clock that was set back counts in the minute that was last.
        let passed = usize::try_from(minute - self.last).unwrap_or(0).min(MINUTES);
        for step in 1..=passed {
            self.counts[place(minute - i64::try_from(passed - step).unwrap_or(0))] = 0;
        }
        self.last = self.last.max(minute);
        let count = &mut self.counts[place(self.last)];
        *count = count.saturating_add(1);
    }

    fn in_last_hour(&self, now: Moment) -> u64 {
        let over = usize::try_from(minute(now) - self.last).unwrap_or(0).min(MINUTES);
        let recent = (0..MINUTES - over).map(|back| self.last - i64::try_from(back).unwrap_or(0));
        recent.map(|minute| u64::from(self.counts[place(minute)])).sum()
    }
}

fn minute(at: Moment) -> i64 {
    at.0.div_euclid(Span::MINUTE.0)
}

fn place(minute: i64) -> usize {
    usize::try_from(minute.rem_euclid(60)).unwrap_or(0)
}

impl Healths {
    /// A request of a known key was answered. `proof`: it was let in, and by what.
    pub fn answered(&self, at: Moment, tenant: &TenantId, source: &str, proof: Option<&Proof>, outcome: Outcome<'_>) {
        let mut all = self.all();
        let line = match all.get_mut(tenant).and_then(|sources| sources.get_mut(source)) {
            Some(line) => line,
            None => all.entry(tenant.clone()).or_default().entry(source.into()).or_default(),
        };
        if let Some(proof) = proof {
            line.let_in(at, proof);
        }
        match outcome {
            Outcome::Taken(alert) => {
                line.taken += 1;
                line.last_alert = alert.or_else(|| line.last_alert.take());
            }
            Outcome::Unreadable => line.unreadable += 1,
            Outcome::Refused { cause, words, skew_seconds } => {
                line.skew_seconds = skew_seconds.or(line.skew_seconds);
                *line.refused.entry(cause).or_default() += 1;
                line.last_refused = Some((at, format!("{cause}: {words}")));
            }
        }
    }

    /// How a source is.
    pub fn of(&self, now: Moment, tenant: &TenantId, source: &str) -> Health {
        let all = self.all();
        let Some(line) = all.get(tenant).and_then(|sources| sources.get(source)) else { return Health::default() };
        Health {
            seen_at: line.seen_at,
            in_last_hour: line.minutes.in_last_hour(now),
            taken: line.taken,
            unreadable: line.unreadable,
            refused: line.refused.iter().map(|(cause, count)| ((*cause).into(), *count)).collect(),
            last_refused: line.last_refused.clone(),
            skew_seconds: line.skew_seconds,
            last_alert: line.last_alert.clone(),
        }
    }

    /// When a secret of a source last verified a request; absent: not since the start.
    pub fn verified_at(&self, tenant: &TenantId, source: &str, secret: &str) -> Option<Moment> {
        let all = self.all();
        let secrets = &all.get(tenant)?.get(source)?.secrets;
        secrets.iter().find(|(id, _)| id == secret).map(|(_, at)| *at)
    }

    /// Forgets those that no tenant has any more.
    pub fn keep_those_of(&self, core: &Engine) {
        self.retain(|tenant, source| core.tenant(tenant).is_some_and(|tenant| tenant.source(source).is_some()));
    }

    /// Forgets those that are not there any more.
    pub fn retain(&self, mut is_there: impl FnMut(&TenantId, &str) -> bool) {
        self.all().retain(|tenant, sources| {
            sources.retain(|source, _| is_there(tenant, source));
            !sources.is_empty()
        });
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<TenantId, BTreeMap<String, Line>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn let_in(&mut self, at: Moment, proof: &Proof) {
        self.seen_at = self.seen_at.max(Some(at));
        self.minutes.count(at);
        self.skew_seconds = proof.skew_seconds.or(self.skew_seconds);
        let Some(id) = &proof.secret else { return };
        match self.secrets.iter().position(|(known, _)| known == id) {
            Some(place) => self.secrets[..=place].rotate_right(1),
            None => {
                self.secrets.insert(0, (id.clone(), at));
                self.secrets.truncate(SECRETS);
            }
        }
        self.secrets[0].1 = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::tenant_id;

    const START: Moment = Moment(1_800_000_000_000);

    fn at(minutes: i64) -> Moment {
        START + Span::minutes(minutes)
    }

    fn taken(healths: &Healths, at: Moment, proof: &Proof) {
        healths.answered(at, &tenant_id("acme"), "zabbix", Some(proof), Outcome::Taken(None));
    }

    #[test]
    fn a_source_is_as_its_requests_were_and_another_tenants_is_another() {
        let healths = Healths::default();
        let (acme, alert) = (tenant_id("acme"), AlertId { tenant: tenant_id("acme"), number: 7 });
        let proof = Proof { skew_seconds: Some(-2), secret: Some("a1".into()) };
        healths.answered(at(0), &acme, "zabbix", Some(&proof), Outcome::Taken(Some(alert.clone())));
        let wrong = Outcome::Refused { cause: "signature_wrong", words: "It does not fit.", skew_seconds: None };
        healths.answered(at(1), &acme, "zabbix", None, wrong);
        healths.answered(at(2), &acme, "zabbix", Some(&Proof::default()), Outcome::Unreadable);
        let health = healths.of(at(2), &acme, "zabbix");
        assert_eq!((health.seen_at, health.in_last_hour), (Some(at(2)), 2));
        assert_eq!((health.taken, health.unreadable, health.last_alert), (1, 1, Some(alert)));
        assert_eq!(health.refused.into_iter().collect::<Vec<_>>(), [("signature_wrong".into(), 1)]);
        assert_eq!(health.last_refused, Some((at(1), "signature_wrong: It does not fit.".into())));
        assert_eq!(health.skew_seconds, Some(-2), "a request that says no time leaves what is known");
        assert_eq!(healths.of(at(2), &tenant_id("bolt"), "zabbix"), Health::default());
        assert_eq!(healths.of(at(2), &acme, "alerts"), Health::default());
    }

    #[test]
    fn the_last_hour_is_sixty_minutes() {
        let healths = Healths::default();
        for minutes in [0, 0, 10, 59] {
            taken(&healths, at(minutes), &Proof::default());
        }
        let count = |now: i64| healths.of(at(now), &tenant_id("acme"), "zabbix").in_last_hour;
        assert_eq!([59, 60, 69, 70, 118, 119, 5_000].map(count), [4, 2, 2, 1, 1, 0, 0]);
        taken(&healths, at(200), &Proof::default());
        assert_eq!(count(200), 1);
        taken(&healths, at(190), &Proof::default());
        assert_eq!(count(200), 2, "a clock that was set back");
        assert_eq!(healths.of(at(200), &tenant_id("acme"), "zabbix").seen_at, Some(at(200)));
    }

    #[test]
    fn it_is_known_which_secret_verified_last() {
        let healths = Healths::default();
        for (minutes, secret) in [(0, "a1"), (1, "b2"), (2, "a1"), (3, "c3"), (4, "d4")] {
            taken(&healths, at(minutes), &Proof { secret: Some(secret.into()), ..Proof::default() });
        }
        let verified = |secret: &str| healths.verified_at(&tenant_id("acme"), "zabbix", secret);
        assert_eq!(["a1", "b2", "c3", "d4"].map(verified), [Some(at(2)), None, Some(at(3)), Some(at(4))]);
    }

    #[test]
    fn what_is_gone_is_forgotten() {
        let healths = Healths::default();
        taken(&healths, at(0), &Proof::default());
        healths.retain(|_, source| source != "zabbix");
        assert_eq!(healths.of(at(0), &tenant_id("acme"), "zabbix"), Health::default());
    }
}

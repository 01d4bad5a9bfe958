//! Requests that nobody could read: which of them a tenant keeps, and which have to go. Their bodies are the store's.
//!
//! A number is never given twice, so that whoever asks twice for one body to be taken gets it once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::alert::{AlertStatus, Identity, Report};
use super::quiet;
use super::reading::Head;
use super::severity::Severity;
use super::time::{Moment, Span};

/// How long a body is kept.
pub const KEPT_FOR: Span = Span(30 * Span::DAY.0);
/// How many bytes of bodies are kept of one tenant; the oldest may reach past it.
pub const MOST_BYTES: u64 = 64 << 20;
/// How many bodies are kept of one tenant.
pub const MOST: usize = 10_000;
/// What the program says when there are such.
pub const SIGNATURE: &str = "unreadable_requests";

/// A request of which something is put aside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Aside {
    /// Its number within the tenant.
    pub number: u64,
    /// When it came.
    pub at: Moment,
    /// From which source.
    pub source: String,
    /// Bytes of its body.
    pub size: u64,
}

/// What is kept of a request besides what it says, where it may have to be read again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Came {
    /// Bytes of its body, and of what is kept of its head.
    pub size: u64,
    /// What its head says about the body.
    #[serde(flatten)]
    pub head: KeptHead,
}

impl Came {
    /// What is kept of a request with this body.
    pub fn of(body: &[u8], head: KeptHead) -> Self {
        let texts = [&head.user_agent, &head.content_type].into_iter().flatten().chain([&head.path]);
        let attributes = head.attributes.iter().flat_map(|(name, value)| [name, value]);
        let bytes = body.len() + texts.chain(attributes).map(String::len).sum::<usize>();
        Self { size: u64::try_from(bytes).unwrap_or(u64::MAX), head }
    }
}

/// A request's [`Head`], as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptHead {
    /// As in [`Head`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// As in [`Head`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// As in [`Head`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// As in [`Head`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(String, String)>,
}

impl KeptHead {
    /// Keeps a head.
    pub fn of(head: Head<'_>) -> Self {
        let own = |text: &str| text.to_owned();
        Self {
            user_agent: head.user_agent.map(own),
            content_type: head.content_type.map(own),
            path: head.path.into(),
            attributes: head.attributes.iter().map(|(name, value)| (own(name), own(value))).collect(),
        }
    }

    /// What a parser is told.
    pub fn with<T>(&self, read: impl FnOnce(Head<'_>) -> T) -> T {
        let attributes: Vec<(&str, &str)> = self.attributes.iter().map(|(name, value)| (&**name, &**value)).collect();
        read(Head {
            user_agent: self.user_agent.as_deref(),
            content_type: self.content_type.as_deref(),
            path: &self.path,
            attributes: &attributes,
        })
    }
}

/// Everything of one tenant that is put aside.
#[derive(Debug, Default)]
pub struct Pile {
    kept: BTreeMap<u64, Aside>,
    of: BTreeMap<String, u64>,
    bytes: u64,
    last: u64,
}

impl Pile {
    /// As the store kept it; `last` is the highest number that was ever given.
    pub fn load(kept: Vec<Aside>, last: u64) -> Self {
        let mut pile = Self { last, ..Self::default() };
        kept.into_iter().for_each(|aside| pile.put(aside));
        pile
    }

    /// Puts a request aside; its number.
    pub fn add(&mut self, at: Moment, source: &str, size: u64) -> u64 {
        let number = self.last + 1;
        self.put(Aside { number, at, source: source.into(), size });
        number
    }

    fn put(&mut self, aside: Aside) {
        self.last = self.last.max(aside.number);
        self.bytes = self.bytes.saturating_add(aside.size);
        *self.of.entry(aside.source.clone()).or_default() += 1;
        self.kept.insert(aside.number, aside);
    }

    /// One is not kept any more; nothing when it was not.
    pub fn take(&mut self, number: u64) -> Option<Aside> {
        let aside = self.kept.remove(&number)?;
        self.bytes = self.bytes.saturating_sub(aside.size);
        if let Some(count) = self.of.get_mut(&aside.source) {
            *count -= 1;
            if *count == 0 {
                self.of.remove(&aside.source);
            }
        }
        Some(aside)
    }

    /// The next that has to go by now: the oldest, while there are too many or too large ones.
    pub fn outlived(&self, now: Moment) -> Option<u64> {
        let (number, oldest) = self.kept.first_key_value()?;
        let crowded = self.kept.len() > MOST || self.bytes.saturating_sub(oldest.size) >= MOST_BYTES;
        (crowded || oldest.at + KEPT_FOR <= now).then_some(*number)
    }

    /// When the oldest has been kept for long enough.
    pub fn next_end(&self) -> Option<Moment> {
        self.kept.first_key_value().map(|(_, oldest)| oldest.at + KEPT_FOR)
    }

    /// How many there are of a source.
    pub fn count_of(&self, source: &str) -> u64 {
        self.of.get(source).copied().unwrap_or(0)
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.kept.len() as u64
    }

    /// Which there are, the oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Aside> {
        self.kept.values()
    }

    /// One of them.
    pub fn get(&self, number: u64) -> Option<&Aside> {
        self.kept.get(&number)
    }
}

/// What is raised when something of a source is put aside, seen again with each request more, and over when nothing is left.
pub fn report(now: Moment, source: &str, status: AlertStatus, why: &str) -> Report {
    let message = match status {
        AlertStatus::Firing => format!(
            "The source {source} sends what cannot be read: {why} Until then nothing in such a request is watched. What came is \
             kept for 30 days: `alert-whisperer quarantine` shows it. Mend the source's mapping or the sender, then have it read \
             again: `alert-whisperer source replay`."
        ),
        AlertStatus::Resolved => format!("Nothing of the source {source} is left unread."),
    };
    let asset = format!("webhook:{source}");
    let fingerprint = format!("{SIGNATURE}:{source}");
    let report = quiet::ours(now, &asset, SIGNATURE, Severity::High, status, message, fingerprint);
    Report { identity: Identity::Fingerprint, occurred_at: None, ..report }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_when_they_are_too_old_too_many_or_too_large() {
        let mut pile = Pile::default();
        for n in 0..3 {
            pile.add(Moment(n), "zabbix", 10);
        }
        assert_eq!((pile.outlived(Moment(2)), pile.next_end()), (None, Some(Moment(0) + KEPT_FOR)));
        assert_eq!(pile.outlived(Moment(0) + KEPT_FOR), Some(1));
        pile.add(Moment(3), "zabbix", MOST_BYTES);
        assert_eq!(pile.outlived(Moment(3)), Some(1));
        for number in 1..=3 {
            assert_eq!(pile.outlived(Moment(3)), Some(number));
            pile.take(number);
        }
        assert_eq!(pile.outlived(Moment(3)), None, "the last may be too large alone");
        let mut pile = Pile::default();
        let _ = (0..=MOST).map(|_| pile.add(Moment(0), "zabbix", 0)).last();
        assert_eq!(pile.outlived(Moment(0)), Some(1));
    }

    #[test]
    fn what_is_kept_of_a_head_counts() {
        let head = Head { path: "v2", attributes: &[("id", "17")], ..Head::default() };
        assert_eq!(Came::of(b"{}", KeptHead::of(head)).size, 8);
    }

    #[test]
    fn numbers_are_given_once_and_counts_agree() {
        let mut pile = Pile::default();
        assert_eq!([pile.add(Moment(0), "a", 1), pile.add(Moment(0), "b", 1)], [1, 2]);
        assert!(pile.take(2).is_some() && pile.take(2).is_none());
        assert_eq!((pile.count_of("a"), pile.count_of("b"), pile.count()), (1, 0, 1));
        let mut pile = Pile::load(pile.all().cloned().collect(), 2);
        assert_eq!(pile.add(Moment(0), "b", 1), 3);
    }
}

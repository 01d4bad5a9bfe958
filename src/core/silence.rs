//! Silences and maintenance windows: what they match, and when. They never drop an alert; carrying them out is `caseload`'s.
//!
//! A window is a row of times, each of the same length. Where they overlap, the window is simply on.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wildmatch::WildMatch;

use super::severity::Severity;
use super::time::{Moment, Span};
use super::zone::Zone;

/// Windows that a tenant may have at once.
pub const MOST_WINDOWS: usize = 200;
/// How long one time of a window may last.
pub const LONGEST: Span = Span(30 * Span::DAY.0);
/// How long before its end a window reminds its author, unless a quarter of it is less.
const REMINDS: Span = Span::minutes(15);
/// More than two months: whatever comes again, comes again within this.
const COMES_WITHIN: Span = Span(70 * Span::DAY.0);

/// A silence or maintenance window of one tenant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Window {
    /// Counts up within the tenant; 0: not given yet.
    #[serde(default)]
    pub number: u64,
    /// What it matches.
    pub matches: Matcher,
    /// When it first begins; one that comes again begins at this time of day, on its first day from then on.
    pub begins_at: Moment,
    /// How long each time lasts.
    pub lasts: Span,
    /// Whether it comes again.
    #[serde(default)]
    pub repeats: Repeat,
    /// Whose clocks say when it comes again.
    #[serde(default)]
    pub zone: Zone,
    /// No time begins at or after this; absent: it goes on until somebody ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// Who made it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub created_at: Moment,
}

/// What a window matches: everything that is said must be so. Globs compare without case.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Matcher {
    /// A glob over the asset; absent: every asset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// A glob over the signature; absent: every signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// At most this bad; absent: however bad.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Severity>,
}

/// Whether a window comes again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// It does not.
    #[default]
    Once,
    /// At the same local time on these days; Monday is 1.
    Weekly(Vec<i8>),
    /// At the same local time on this day of the month, or on its last day if it has none such.
    Monthly(i8),
}

/// A window can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadWindow {
    /// Nobody says why.
    #[error("a window needs a reason: those who miss an alert will read it")]
    NoReason,
    /// Too many words.
    #[error("that is too long: a reason may have 512 bytes, a glob 256")]
    TooLong,
    /// Too short or too long.
    #[error("a window lasts from 1m to 30d; one that comes again may do so for ever")]
    Lasts,
    /// No such days.
    #[error("it repeats weekly on days from mon to sun, or monthly on a day from 1 to 31")]
    Days,
    /// It would never be on.
    #[error("that window is over already: it must end in the future")]
    Over,
    /// Too many windows.
    #[error("this tenant has 200 windows; end one that is not needed any more")]
    TooMany,
    /// There is none of that number.
    #[error("there is no such window any more")]
    None,
    /// It matches nearly everything, and nobody said that this is meant.
    #[error("this silences everything of the tenant, criticals too")]
    TooBroad,
}

impl BadWindow {
    /// `code_in_snake_case`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooBroad => "too_broad",
            Self::None => "no_such_window",
            _ => "bad_window",
        }
    }
}

/// A [`Matcher`] that is ready to be asked often.
#[derive(Clone, PartialEq, Debug)]
pub struct Pattern {
    asset: Option<WildMatch>,
    signature: Option<WildMatch>,
    at_most: Option<Severity>,
}

impl Matcher {
    /// Ready to be asked.
    pub fn pattern(&self) -> Pattern {
        let glob = |text: &Option<String>| text.as_deref().map(|text| WildMatch::new_case_insensitive(text.trim()));
        Pattern { asset: glob(&self.asset), signature: glob(&self.signature), at_most: self.at_most }
    }

    /// Nothing is too bad for it, and neither asset nor signature narrows it.
    pub fn is_broad(&self) -> bool {
        let wide = |glob: &Option<String>| {
            let glob = glob.as_deref().map_or("*", str::trim);
            glob.contains('*') && glob.chars().all(|c| matches!(c, '*' | '?'))
        };
        wide(&self.asset) && wide(&self.signature) && self.at_most.is_none_or(|at_most| at_most == Severity::Critical)
    }
}

impl Pattern {
    /// Whether trouble of this kind, as bad as this, is matched.
    pub fn matches(&self, asset: &str, signature: &str, severity: Severity) -> bool {
        self.at_most.is_none_or(|at_most| severity <= at_most)
            && self.asset.as_ref().is_none_or(|glob| glob.matches(asset.trim()))
            && self.signature.as_ref().is_none_or(|glob| glob.matches(signature.trim()))
    }
}

impl fmt::Display for Matcher {
    /// `web-* disk* up to high`, or `everything`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.asset, &self.signature) {
            (None, None) => f.write_str("everything")?,
            (asset, signature) => {
                write!(f, "{} {}", asset.as_deref().unwrap_or("*"), signature.as_deref().unwrap_or("*"))?;
            }
        }
        self.at_most.map_or(Ok(()), |at_most| write!(f, " up to {at_most}"))
    }
}

impl Window {
    /// It is on at `at`.
    pub fn covers(&self, at: Moment) -> bool {
        !self.on_at(at).is_empty()
    }

    /// The next moment after `after` at which it may go on or off: until then nothing changes. Absent: nothing ever will.
    pub fn next_change(&self, after: Moment) -> Option<Moment> {
        let end = self.on_at(after).into_iter().map(|begun| begun + self.lasts).min();
        end.into_iter().chain(self.next_begin(after)).min()
    }

    /// When it goes off, being on at `at`. Absent when it is not on, or when there is always another time before the end of one.
    pub fn ends_at(&self, at: Moment) -> Option<Moment> {
        let mut end = at;
        // As many times as can be known to overlap; beyond that it makes no difference to anybody.
        for _ in 0..64 {
            match self.on_at(end).last() {
                Some(begun) => end = *begun + self.lasts,
                None => return Some(end).filter(|end| *end > at),
            }
        }
        None
    }

    /// When it next begins, after `after`.
    pub fn next_begin(&self, after: Moment) -> Option<Moment> {
        let from = self.begins_at.max(after + Span(1));
        self.begins(from, from + COMES_WITHIN).into_iter().next()
    }

    /// It will not be on any more.
    pub fn is_over(&self, at: Moment) -> bool {
        !self.covers(at) && self.next_begin(at).is_none()
    }

    /// When its last time ends; absent when there is always another.
    pub fn last_end(&self) -> Option<Moment> {
        let last = match (&self.repeats, self.until) {
            (Repeat::Once, _) => self.begins(self.begins_at, self.begins_at),
            (_, until) => {
                let until = until?;
                self.begins((until - COMES_WITHIN).max(self.begins_at), until)
            }
        };
        last.last().map(|begun| *begun + self.lasts)
    }

    /// When its author is told that it is about to end for good.
    pub fn reminds_at(&self) -> Option<Moment> {
        Some(self.last_end()? - Span(REMINDS.0.min(self.lasts.0 / 4)))
    }

    /// Whether it can be had.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, now: Moment) -> Result<(), BadWindow> {
        let glob = |glob: &Option<String>| glob.as_ref().is_none_or(|text| (1..=256).contains(&text.trim().len()));
        let days = match &self.repeats {
            Repeat::Once => true,
            Repeat::Weekly(days) => !days.is_empty() && days.iter().all(|day| (1..=7).contains(day)),
            Repeat::Monthly(day) => (1..=31).contains(day),
        };
        #[rustfmt::skip]
        let rules = [
            (!self.reason.trim().is_empty(), BadWindow::NoReason),
            (self.reason.len() <= 512 && glob(&self.matches.asset) && glob(&self.matches.signature), BadWindow::TooLong),
            ((Span::MINUTE..=LONGEST).contains(&self.lasts), BadWindow::Lasts),
            (days, BadWindow::Days),
        ];
        match rules.into_iter().find(|(kept, _)| !kept) {
            Some((_, bad)) => Err(bad),
            None if self.is_over(now) => Err(BadWindow::Over),
            None => Ok(()),
        }
    }

    /// The beginnings of the times that are on at `at`, the earliest first.
    fn on_at(&self, at: Moment) -> Vec<Moment> {
        self.begins(at - self.lasts + Span(1), at)
    }

    /// All beginnings from `from` to `to`, in order.
    fn begins(&self, from: Moment, to: Moment) -> Vec<Moment> {
        let kept = |begin: &Moment| {
            (from..=to).contains(begin) && *begin >= self.begins_at && self.until.is_none_or(|until| *begin < until)
        };
        if self.repeats == Repeat::Once {
            return Some(self.begins_at).filter(kept).into_iter().collect();
        }
        if to < self.begins_at {
            return Vec::new();
        }
        let first = self.zone.local(self.begins_at);
        // A zone's clocks are never a whole day away from each other.
        let day = self.zone.local(from.max(self.begins_at)).date().checked_sub(1.day());
        let last = self.zone.local(to).date().checked_add(1.day());
        let (Ok(mut day), Ok(last)) = (day, last) else { return Vec::new() };
        let mut begins = Vec::new();
        while day <= last {
            if self.repeats.falls_on(day) {
                // Of a time that comes twice, the one that was meant at first.
                let same = day == first.date();
                let begin = if same { self.begins_at } else { self.zone.moment(day.to_datetime(first.time())) };
                begins.extend(Some(begin).filter(kept));
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        begins.sort_unstable();
        begins.dedup();
        begins
    }
}

impl Repeat {
    fn falls_on(&self, day: Date) -> bool {
        match self {
            Self::Once => false,
            Self::Weekly(days) => days.contains(&day.weekday().to_monday_one_offset()),
            Self::Monthly(wanted) => day.day() == (*wanted).min(day.days_in_month()),
        }
    }
}

/// As the forms have them, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The text is no [`Repeat`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it repeats once, daily, weekly mon,wed, weekly mon-fri or monthly 15")]
pub struct NoRepeat;

impl std::str::FromStr for Repeat {
    type Err = NoRepeat;

    fn from_str(text: &str) -> Result<Self, NoRepeat> {
        let text = text.trim().to_lowercase();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
        let day = |text: &str| {
            let at = DAYS.iter().position(|day| text.trim().starts_with(day)).ok_or(NoRepeat)?;
            i8::try_from(at + 1).map_err(|_| NoRepeat)
        };
        match word {
            "once" | "" if rest.is_empty() => Ok(Self::Once),
            "daily" if rest.is_empty() => Ok(Self::Weekly((1..=7).collect())),
            "weekly" => {
                let mut days = Vec::new();
                for part in rest.split(',') {
                    let (from, to) = part.split_once('-').unwrap_or((part, part));
                    let (from, to) = (day(from)?, day(to)?);
                    // `sat-mon` goes over the end of the week.
                    let length = (to - from).rem_euclid(7);
                    days.extend((0..=length).map(|more| (from + more - 1) % 7 + 1));
                }
                days.sort_unstable();
                days.dedup();
                Ok(Self::Weekly(days))
            }
            "monthly" => match rest.trim().parse() {
                Ok(day @ 1..=31) => Ok(Self::Monthly(day)),
                _ => Err(NoRepeat),
            },
            _ => Err(NoRepeat),
        }
    }
}

impl fmt::Display for Repeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once => f.write_str("once"),
            Self::Weekly(days) if days.len() == 7 => f.write_str("daily"),
            Self::Weekly(days) => {
                let name = |day: &i8| usize::try_from(*day - 1).ok().and_then(|at| DAYS.get(at)).copied();
                write!(f, "weekly {}", days.iter().filter_map(name).collect::<Vec<_>>().join(","))
            }
            Self::Monthly(day) => write!(f, "monthly {day}"),
        }
    }
}

#[cfg(test)]
#[path = "silence_tests.rs"]
mod tests;

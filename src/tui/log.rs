//! What was said and done at this seat, the last of it. Kept in memory only; what the program as a whole logs is `--log`'s.

use std::collections::VecDeque;

use crate::core::input::Act;
use crate::core::time::Moment;
use crate::link::Request;
use crate::link::remote::{Remote, Wanted};

/// Lines that are kept.
pub const KEPT: usize = 2_000;
/// Characters of a line that are kept.
const LONGEST: usize = 500;

/// What kind of line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The engine was asked for a change.
    Asked,
    /// Something is done.
    Done,
    /// Something could not be done.
    Failed,
    /// Something is wrong with the program itself.
    Trouble,
    /// What the seat did by itself.
    Seat,
}

impl Kind {
    /// In one word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Failed => "FAILED",
            Self::Trouble => "TROUBLE",
            Self::Seat => "seat",
        }
    }
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Counts up by one.
    pub number: u64,
    /// When.
    pub at: Moment,
    /// What kind.
    pub kind: Kind,
    /// What happened.
    pub text: String,
}

/// The last lines.
#[derive(Debug, Default)]
pub struct Log {
    lines: VecDeque<Line>,
    added: u64,
}

impl Log {
    /// One more line; the oldest goes when there are too many.
    pub fn add(&mut self, at: Moment, kind: Kind, text: &str) {
        let text = text.chars().take(LONGEST).collect();
        self.lines.push_back(Line { number: self.added, at, kind, text });
        self.added += 1;
        if self.lines.len() > KEPT {
            self.lines.pop_front();
        }
    }

    /// The lines that have every word of `search` somewhere, in any case; the oldest first.
    pub fn matching(&self, search: &str) -> Vec<&Line> {
        let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        let matches = |line: &&Line| {
            let text = format!("{} {} {}", line.at, line.kind.word(), line.text).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.lines.iter().filter(matches).collect()
    }

    /// Lines that were ever added.
    pub fn added(&self) -> u64 {
        self.added
    }
}

/// A request that changes something, in words; absent for one that only asks.
pub fn asked(request: &Request) -> Option<String> {
    match request {
        Request::Act { incident, act } => Some(format!("{} {incident}", act_word(act))),
        Request::Undo => Some("undo".into()),
        Request::Window { tenant, .. } => Some(format!("a window of {tenant}")),
        Request::Gather { tenant, alerts, .. } => {
            Some(format!("{} alerts of {tenant} into one incident", alerts.len()))
        }
        Request::Approve { execution, .. } => Some(format!("approve {execution}")),
        Request::Reject { execution, .. } => Some(format!("reject {execution}")),
        Request::Cancel { execution } => Some(format!("cancel {execution}")),
        Request::Source { tenant, about } => super::sources::asked(tenant, about),
        Request::Remote(Remote::Activate { tenant, .. }) => Some(format!("an activation for {tenant}")),
        Request::Remote(Remote::Run { draft, .. }) => {
            let what = match &draft.what {
                Wanted::Runbook { name, .. } => name,
                Wanted::Command { text } => text,
            };
            Some(format!("run on {} machines: {what}", draft.targets.len()))
        }
        _ => None,
    }
}

const fn act_word(act: &Act) -> &'static str {
    match act {
        Act::Acknowledge { .. } => "acknowledge",
        Act::Start => "start",
        Act::Assign { .. } => "assign",
        Act::Release => "release",
        Act::Snooze { .. } => "snooze",
        Act::Wake => "wake",
        Act::Escalate { .. } => "escalate",
        Act::Resolve { .. } => "resolve",
        Act::Merge { .. } => "merge",
        Act::Unmerge { .. } => "unmerge",
        Act::Restore(_) => "restore",
        Act::Reopen => "reopen",
        Act::Note { .. } => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_found_by_their_words() {
        let mut log = Log::default();
        for n in 0..KEPT + 10 {
            log.add(Moment(0), Kind::Done, &format!("acknowledged comp_acme-i{n}"));
        }
        log.add(Moment(0), Kind::Failed, &"é".repeat(2 * LONGEST));
        assert_eq!(log.matching("").len(), KEPT);
        assert_eq!(log.matching("")[0].number, 11);
        assert_eq!(log.matching("I2009 DONE").len(), 1);
        assert_eq!(log.matching("failed")[0].text.chars().count(), LONGEST);
        assert!(log.matching("comp_acme-i3 failed").is_empty());
    }
}

//! What Run Command says of a machine's part, or of a command as a whole, in words, with what to do about it.
//!
//! The rows are the tables of "Understanding command statuses" in the Systems Manager User Guide, and the values of `Status`
//! and `StatusDetails` in the API. Which of them a run has is `aws`' to find out; what they make of an execution is `judge`'s.

/// What is to be known about a status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words<'a> {
    /// What it means. AWS' own word when nobody here knows it: as hostile as any text from outside then.
    pub says: &'a str,
    /// What to do about it.
    pub advice: &'static str,
    /// It stays so.
    pub is_final: bool,
}

/// A status, whether it is final, what it means, and what to do about it.
type Row = (&'static str, bool, &'static str, &'static str);

/// What is said of a status or a detail that is in no table.
const UNKNOWN: &str =
    "a status that this version does not know; AWS explains it under \"Understanding command statuses\"";

/// Everything that is documented. Details that stand for a status are written as one word.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    // Of one machine, and of the command.
    ("Pending", false, "not yet received by the machine's agent",
        "wait; if it stays so, see on the machine whether the agent runs"),
    ("InProgress", false, "under way: sent to the machine, or running there",
        "wait; if nothing comes, the agent may be gone: it ends at its timeout"),
    ("Delayed", false, "the machine could not be reached; AWS tries again",
        "wait, or see whether the machine is stopped or off the network"),
    ("Success", true, "ended with exit code 0",
        "read its output: an exit code is all that AWS looks at"),
    ("Failed", true, "ended with an exit code other than 0",
        "read its output and its exit code"),
    ("TimedOut", true, "not done in time",
        "see what hangs on the machine, or run it again with a longer timeout"),
    ("Cancelling", false, "being cancelled",
        "wait; what has begun on the machine may still end by itself"),
    ("Cancelled", true, "cancelled before it was done",
        "see how far it came: what it had begun is not undone"),
    // Details of one machine's part.
    ("DeliveryTimedOut", true, "did not reach the machine, or its agent never answered, in time",
        "see whether the machine is up and its agent connected, then run it again"),
    ("ExecutionTimedOut", true, "began on the machine and was ended there at its timeout",
        "see what it waited for, or run it again with a longer timeout"),
    ("Undeliverable", true, "cannot be delivered: the machine is gone or does not answer",
        "see whether the machine still exists and its agent is online (K lists them)"),
    ("Terminated", true, "not begun: too many other machines had failed before",
        "see why the others failed, then run it here again"),
    ("InvalidPlatform", true, "not run: the document is for another operating system",
        "choose a runbook for what this machine runs"),
    ("AccessDenied", true, "not run: our role may not run commands on this machine",
        "have the client grant ssm:SendCommand on it (the palette's verify prints the policy)"),
    // Details of a command as a whole.
    ("Incomplete", true, "ended on all machines, on some of them not well",
        "see which machine says what"),
    ("RateExceeded", true, "run nowhere: too many commands are pending in the client's account",
        "wait until fewer run there, then run it again on fewer machines"),
    ("NoInstancesInTag", true, "run nowhere: no machine matched",
        "see whether the machines still exist (K lists them)"),
];

/// A status and its detail, in words. The detail, where there is one, says more than the status; whether it is final follows
/// from the status when the detail is not known.
pub fn words<'a>(status: &'a str, detail: &'a str) -> Words<'a> {
    let known = |&(_, is_final, says, advice): &Row| Words { says, advice, is_final };
    let by_status = row(status);
    match row(detail).or(by_status.filter(|_| detail.trim().is_empty())) {
        Some(row) => known(row),
        None => Words {
            says: if detail.trim().is_empty() { status } else { detail },
            advice: UNKNOWN,
            is_final: by_status.is_some_and(|(_, is_final, ..)| *is_final),
        },
    }
}

/// The API writes `DeliveryTimedOut`, its documentation `Delivery Timed Out` and `Canceled`.
fn row(word: &str) -> Option<&'static Row> {
    let letters = |word: &str| word.replace(' ', "").replace("Cancell", "Cancel").to_ascii_lowercase();
    let word = letters(word);
    ROWS.iter().find(|(known, ..)| letters(known) == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_status_says_what_it_means_and_what_to_do() {
        for &(word, is_final, says, advice) in ROWS {
            assert!(!says.is_empty() && !advice.is_empty(), "{word}");
            assert!(says.len() <= 80 && advice.len() <= 100, "{word} is read at a glance");
            assert_eq!(words(word, word), Words { says, advice, is_final }, "{word}");
            assert_eq!(words(word, ""), Words { says, advice, is_final }, "{word}");
            assert_eq!(words("Failed", word).says, says, "{word} as a detail");
        }
    }

    #[test]
    fn what_the_api_can_answer_is_all_there() {
        // `CommandStatus` and `CommandInvocationStatus`, then the details of a machine's part and of a command.
        let open = ["Pending", "InProgress", "Delayed", "Cancelling"];
        let over = ["Success", "Cancelled", "TimedOut", "Failed"];
        let details = [
            ("TimedOut", "Delivery Timed Out"),
            ("TimedOut", "ExecutionTimedOut"),
            ("Failed", "Undeliverable"),
            ("Failed", "Terminated"),
            ("Failed", "Invalid Platform"),
            ("Failed", "AccessDenied"),
            ("Failed", "Incomplete"),
            ("Failed", "RateExceeded"),
            ("Failed", "NoInstancesInTag"),
            ("Cancelled", "Canceled"),
        ];
        for status in open {
            assert!(!words(status, status).is_final && words(status, status).advice != UNKNOWN, "{status}");
        }
        for (status, detail) in over.map(|word| (word, word)).into_iter().chain(details) {
            assert!(words(status, detail).is_final && words(status, detail).advice != UNKNOWN, "{status} {detail}");
        }
        assert_ne!(words("TimedOut", "DeliveryTimedOut").says, words("TimedOut", "ExecutionTimedOut").says);
    }

    #[test]
    fn what_nobody_knows_is_said_as_it_came_and_ends_with_its_status() {
        let unknown = words("Failed", "Frobnicated");
        assert_eq!((unknown.says, unknown.advice, unknown.is_final), ("Frobnicated", UNKNOWN, true));
        assert!(!words("InProgress", "Frobnicated").is_final);
        let unknown = words("Frobnicating", "");
        assert_eq!((unknown.says, unknown.is_final), ("Frobnicating", false));
        assert_eq!(words("", ""), Words { says: "", advice: UNKNOWN, is_final: false });
    }
}

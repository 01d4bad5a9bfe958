//! How an execution ended whose machines are all done: as its worst machine. AWS looks at exit codes only; an order may expect
//! more, or put up with more.
//!
//! What cannot be seen is not good: a machine that is not heard of, an output that was cut before what was looked for.

use super::order::{Expect, InstanceId, Order};
use super::status::words;
use super::{Outcome, Output, Run};

/// How it ended, and why so when that is not well.
pub fn judge(order: &Order, runs: &[Run], outputs: &[(InstanceId, Output)]) -> (Outcome, Option<String>) {
    let mut bad: Vec<(Outcome, String)> = Vec::new();
    for instance in order.instances() {
        let run = runs.iter().find(|run| run.instance == *instance);
        let output = outputs.iter().find(|(of, _)| of == instance).map(|(_, output)| output);
        if let Err((outcome, why)) = one(&order.expect, run, output) {
            bad.push((outcome, format!("{instance}: {why}")));
        }
    }
    // The first of those that are equally bad, as the order names them.
    let Some(worst) = bad.iter().map(|(outcome, _)| badness(*outcome)).max() else {
        return if order.targets.is_empty() { (Outcome::Unknown, None) } else { (Outcome::Success, None) };
    };
    let others = bad.len() - 1;
    let named = bad.into_iter().find(|(outcome, _)| badness(*outcome) == worst);
    let Some((outcome, mut why)) = named else { return (Outcome::Unknown, None) };
    if others > 0 {
        why.push_str(&format!("; {others} more did not end well"));
    }
    (outcome, Some(why))
}

/// One machine's part.
fn one(expect: &Expect, run: Option<&Run>, output: Option<&Output>) -> Result<(), (Outcome, String)> {
    let Some(run) = run else { return Err((Outcome::Unknown, "AWS says nothing of it".into())) };
    let said = words(&run.status, &run.detail);
    if !said.is_final {
        return Err((Outcome::Unknown, format!("{}, when last heard of", said.says)));
    }
    match run.status.as_str() {
        "Success" => {}
        "Cancelled" => return Err((Outcome::Cancelled, said.says.into())),
        "TimedOut" => return Err((Outcome::TimedOut, said.says.into())),
        // Only a command that ran to its end has an exit code of its own: the others have one too, of no meaning.
        _ => match run.exit_code.filter(|_| matches!(run.detail.as_str(), "" | "Failed")) {
            Some(code) if expect.exit_codes.contains(&code) => {}
            Some(code) => return Err((Outcome::Failed, format!("ended with exit code {code}"))),
            None => return Err((Outcome::Failed, said.says.into())),
        },
    }
    wrote(expect, output).map_err(|why| (Outcome::Failed, why))
}

/// Whether what it wrote is what was expected.
fn wrote(expect: &Expect, output: Option<&Output>) -> Result<(), String> {
    if expect.output_contains.is_none() && expect.output_lacks.is_none() {
        return Ok(());
    }
    let Some(output) = output else {
        return Err("its output could not be read, so nobody knows whether it did what it should".into());
    };
    let holds = |text: &String| output.stdout.contains(text.as_str()) || output.stderr.contains(text.as_str());
    if let Some(text) = expect.output_lacks.as_ref().filter(|text| holds(text)) {
        return Err(format!("its output holds \"{text}\""));
    }
    let missing = expect.output_contains.as_ref().filter(|text| !holds(text));
    match missing {
        // What lacks one text may hold it further on, and what holds the other is good however much is cut.
        _ if output.truncated && (missing.is_some() || expect.output_lacks.is_some()) => {
            Err("AWS cut its output short, so nobody knows whether it did what it should".into())
        }
        Some(text) => Err(format!("its output does not hold \"{text}\"")),
        None => Ok(()),
    }
}

const fn badness(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Success => 0,
        Outcome::Unknown => 1,
        Outcome::Cancelled => 2,
        Outcome::TimedOut => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{instance, order};

    fn run(at: usize, status: &str, detail: &str, exit_code: Option<i32>) -> Run {
        let (status, detail) = (status.into(), detail.into());
        Run { instance: instance(at), status, detail, exit_code, started_at: None, ended_at: None }
    }

    fn wrote(at: usize, stdout: &str, truncated: bool) -> (InstanceId, Output) {
        (instance(at), Output { stdout: stdout.into(), stderr: "warn: x".into(), truncated, kept_at: None })
    }

    #[test]
    fn an_execution_ended_as_its_worst_machine() {
        let order = order("comp_acme", 3);
        let good = |at| run(at, "Success", "Success", Some(0));
        let table: [(&str, Run, Outcome, Option<&str>); 7] = [
            ("all good", good(2), Outcome::Success, None),
            ("failed", run(2, "Failed", "Failed", Some(3)), Outcome::Failed, Some("ended with exit code 3")),
            (
                "never ran",
                run(2, "Failed", "Undeliverable", Some(-1)),
                Outcome::Failed,
                Some("cannot be delivered: the machine is gone or does not answer"),
            ),
            (
                "too late",
                run(2, "TimedOut", "ExecutionTimedOut", Some(137)),
                Outcome::TimedOut,
                Some("began on the machine and was ended there at its timeout"),
            ),
            (
                "taken back",
                run(2, "Cancelled", "Canceled", None),
                Outcome::Cancelled,
                Some("cancelled before it was done"),
            ),
            (
                "not done",
                run(2, "InProgress", "InProgress", None),
                Outcome::Unknown,
                Some("under way: sent to the machine, or running there, when last heard of"),
            ),
            ("elsewhere", good(9), Outcome::Unknown, Some("AWS says nothing of it")),
        ];
        for (name, last, outcome, why) in table {
            let why = why.map(|why| format!("{}: {why}", instance(2)));
            assert_eq!(judge(&order, &[good(0), good(1), last], &[]), (outcome, why), "{name}");
        }
        let mixed = [run(0, "TimedOut", "", None), run(1, "Failed", "Failed", Some(1)), run(2, "Cancelled", "", None)];
        let why = format!("{}: ended with exit code 1; 2 more did not end well", instance(1));
        assert_eq!(judge(&order, &mixed, &[]), (Outcome::Failed, Some(why)));
    }

    #[test]
    fn other_exit_codes_are_good_where_the_order_says_so_and_the_command_did_run() {
        let mut order = order("comp_acme", 1);
        order.expect.exit_codes = vec![2, -1];
        let outcome = |detail, code| judge(&order, &[run(0, "Failed", detail, code)], &[]).0;
        assert_eq!(outcome("Failed", Some(2)), Outcome::Success);
        assert_eq!(outcome("", Some(2)), Outcome::Success);
        assert_eq!(outcome("Failed", Some(1)), Outcome::Failed);
        assert_eq!(outcome("Failed", None), Outcome::Failed);
        assert_eq!(outcome("Undeliverable", Some(-1)), Outcome::Failed);
    }

    #[test]
    fn what_it_wrote_is_looked_through_and_what_was_cut_away_is_not_taken_for_good() {
        /// What it must hold, what it must not, what it wrote and whether that was cut, whether that is good.
        type Row = (Option<&'static str>, Option<&'static str>, Option<(&'static str, bool)>, bool);
        let table: [Row; 13] = [
            (None, None, None, true),
            (Some("done"), None, Some(("all done", false)), true),
            (Some("done"), None, Some(("failed", false)), false),
            (Some("warn"), None, Some(("", false)), true),
            (Some("done"), None, Some(("all done", true)), true),
            (Some("done"), None, Some(("all", true)), false),
            (Some("done"), None, None, false),
            (None, Some("error"), Some(("fine", false)), true),
            (None, Some("error"), Some(("error 5", false)), false),
            (None, Some("warn"), Some(("fine", false)), false),
            (None, Some("error"), Some(("fine", true)), false),
            (Some("done"), Some("error"), Some(("done", false)), true),
            (Some("done"), Some("error"), Some(("done", true)), false),
        ];
        for (contains, lacks, text, good) in table {
            let mut order = order("comp_acme", 1);
            order.expect.output_contains = contains.map(Into::into);
            order.expect.output_lacks = lacks.map(Into::into);
            let outputs: Vec<_> = text.into_iter().map(|(text, cut)| wrote(0, text, cut)).collect();
            let (outcome, why) = judge(&order, &[run(0, "Success", "Success", Some(0))], &outputs);
            assert_eq!(outcome == Outcome::Success, good, "{contains:?} {lacks:?} {text:?}: {why:?}");
            assert_eq!(why.is_none(), good);
        }
    }
}

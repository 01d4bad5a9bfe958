//! A command without input: its output, its errors, its exit code.

use alert_whisperer::aws::session::{Ending, Event};
use alert_whisperer::core::session::Kind;

use super::rig::*;

fn command(text: &str) -> Kind {
    Kind::Command { text: text.into() }
}

#[tokio::test]
async fn errors_are_kept_apart_and_the_exit_code_is_told() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, command("echo out; echo err >&2; exit 3")).await;
    assert_eq!(open.ended().await, Ending::Closed(String::new()));
    assert_eq!((open.text().as_str(), open.errors.as_slice()), ("out\n", &b"err\n"[..]));
    assert!(open.events.contains(&Event::ExitCode(3)), "{:?}", open.events);
}

#[tokio::test]
async fn a_signal_ends_a_command() {
    let stand_in = stand_in().await;
    let text = "trap 'exit 130' INT; trap 'exit 131' QUIT; echo wait; while :; do sleep 0.01; done";
    for (key, code) in [("\x03", 130), ("\x1c", 131)] {
        let mut open = open(&stand_in, command(text)).await;
        open.until("wait\n").await;
        open.types(&format!("ignored{key}")).await;
        open.ended().await;
        assert!(open.events.contains(&Event::ExitCode(code)), "{:?}", open.events);
    }
}

/// As in the background of a script: the shell would set no trap then, and the command go on for ever.
#[test]
fn a_signal_ends_a_command_also_where_the_trials_ignore_it() {
    let trial = ["--exact", "commands::a_signal_ends_a_command"];
    let mut trials = std::process::Command::new("/bin/sh");
    trials.args(["-c", "trap '' INT QUIT; exec \"$0\" \"$@\""]).arg(std::env::current_exe().unwrap()).args(trial);
    let ended = trials.output().unwrap();
    assert!(ended.status.success() && String::from_utf8_lossy(&ended.stdout).contains("1 passed"), "{ended:?}");
}

#[tokio::test]
async fn all_of_a_commands_output_arrives_before_its_exit_code() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, command("seq 1 100000; sleep 600 &")).await;
    open.ended().await;
    let all = (1..=100_000).map(|n| format!("{n}\n")).collect::<String>();
    assert!(open.text() == all, "{} of {} bytes", open.output.len(), all.len());
    assert!(
        matches!(&open.events[..], [Event::Ready { .. }, Event::ExitCode(0), Event::Ended(_)]),
        "{:?}",
        open.events
    );
}

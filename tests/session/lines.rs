//! Bad lines, lost connections and agents that are away: nothing is lost, nothing comes twice, the shell is the same.

use std::time::Duration;

use alert_whisperer::aws::session::{Ending, Event};
use alert_whisperer::core::session::Kind;
use alert_whisperer::demo::aws::faults::{Break, Fault};
use alert_whisperer::demo::aws::gateway::lane::Line;

use super::rig::*;

#[tokio::test]
async fn the_shell_is_the_same_whatever_becomes_of_the_connection() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    open.types("stty -echo; x=1; for n in 1 2 3 4 5 6 7 8 9; do echo line $n; sleep 0.01; done\r").await;
    open.until("line 2").await;
    stand_in.faults().break_off(Break::Bye);
    open.until("line 9\r\n").await;
    for (how, n) in [(Break::Cut, 2), (Break::Bye, 3)] {
        stand_in.faults().break_off(how);
        open.types("x=$((x + 1)); echo \"[$x]\"\r").await;
        open.until(&format!("[{n}]\r\n")).await;
    }
    assert_eq!(stand_in.sessions()[0].sockets, 4);
    assert_eq!(open.came_back(), 3, "{:?}", open.events);
    let lines = (1..=9).map(|n| format!("line {n}\r\n")).collect::<String>();
    assert!(open.text().contains(&lines), "{}", open.text());
}

#[tokio::test]
async fn what_is_typed_while_the_connection_is_away_arrives_once() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.quiet().await;
    stand_in.faults().always("ResumeSession", Fault::Throttled);
    stand_in.faults().break_off(Break::Cut);
    while !matches!(open.next().await, Some(Event::Away { .. })) {}
    for n in 0..20 {
        open.types(&format!("echo {n},\r")).await;
    }
    stand_in.faults().mend();
    open.until("19,\r\n").await;
    let shown: Vec<&str> =
        open.output.split(|byte| *byte == b'\n').filter_map(|line| str::from_utf8(line).ok()).collect();
    let numbers: Vec<usize> = shown
        .iter()
        .filter_map(|line| line.trim().trim_start_matches("\u{1b}[?2004l\r").strip_suffix(',')?.parse().ok())
        .collect();
    assert_eq!(numbers, (0..20).collect::<Vec<_>>(), "{}", open.text());
}

/// A tenth is lost, a tenth comes twice, a fifth too late, and the connection is cut every second.
fn terrible() -> Line {
    let cut_after = Some(Duration::from_secs(1));
    Line { lost: 10, doubled: 10, reordered: 20, delay: Duration::from_millis(2), cut_after, seed: 7 }
}

#[tokio::test]
async fn a_shell_stays_usable_on_a_terrible_line() {
    let stand_in = stand_in().await;
    stand_in.faults().line(terrible());
    let mut open = open(&stand_in, Kind::Shell).await;
    open.quiet().await;
    let (from, mut said) = (open.output.len(), 0);
    // At least until it was cut.
    while said < 6 || stand_in.sessions()[0].sockets < 2 {
        let n = said;
        open.types(&format!("echo \"<{n}\" \"$(seq -s, 1 500)>\"\r")).await;
        open.until(&format!("<{n}")).await;
        open.until(">").await;
        said += 1;
    }
    open.types("exit\r").await;
    open.ended().await;
    let all = (1..=500).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let shown = String::from_utf8_lossy(&open.output[from..]).into_owned();
    for n in 0..said {
        assert_eq!(shown.matches(&format!("<{n} {all}>")).count(), 1, "{n}");
    }
}

#[tokio::test]
async fn an_agent_that_is_away_is_said_to_be_and_loses_nothing() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    stand_in.faults().pause(WEB);
    while open.next().await != Some(Event::Paused) {}
    open.types("echo st''ill\r").await;
    stand_in.faults().go_on(WEB);
    while open.next().await != Some(Event::Resumed) {}
    open.until("still\r\n").await;
    assert_eq!(stand_in.sessions()[0].sockets, 1);
}

#[tokio::test]
async fn a_session_that_lasted_too_long_ends() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    stand_in.faults().time_out(&open.id);
    assert_eq!(open.ended().await, Ending::Closed(String::new()));
    // And one that was not there to hear it finds it gone.
    let mut open = super::rig::open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    stand_in.faults().next("ResumeSession", Fault::Throttled);
    stand_in.faults().break_off(Break::Cut);
    while !matches!(open.next().await, Some(Event::Away { .. })) {}
    stand_in.faults().time_out(&open.id);
    assert_eq!(open.ended().await, Ending::TimedOut);
}

//! A shell: what is typed arrives, what it shows comes back, and it ends with its exit, or with its session.

use alert_whisperer::aws::session::{Ending, Event, Input};
use alert_whisperer::core::session::Kind;
use alert_whisperer::demo::aws::faults::Fault;
use alert_whisperer::demo::aws::gateway::OPERATION;
use alert_whisperer::demo::aws::world::Fate;

use super::rig::*;

#[tokio::test]
async fn a_shell_answers_and_ends() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    assert_eq!(open.events, [Event::Ready { message: String::new() }]);
    open.types("echo $((6 * 7)) $TERM; stty size\r").await;
    open.until("42 xterm-256color\r\n40 100\r\n").await;
    open.channel.input.send(Input::Size { cols: 132, rows: 50 }).await.unwrap();
    open.types("until [ \"$(stty size)\" = '50 132' ]; do sleep 0.01; done; echo wi''der\r").await;
    open.until("wider\r\n").await;
    open.types("exit\r").await;
    assert_eq!(open.ended().await, Ending::Closed(String::new()));
    assert_eq!(stand_in.sessions()[0].status, "Terminated");
}

#[tokio::test]
async fn keys_that_are_signals_reach_the_machine() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    open.types("sh -c 'trap \"echo interrupt''ed; exit\" INT; echo wait''ing; while :; do sleep 0.01; done'\r").await;
    open.until("waiting\r\n").await;
    open.types("\x03").await;
    open.until("interrupted").await;
    open.until(PROMPT).await;
    open.types("sh -c 'trap \"echo q''uit; exit\" QUIT; echo wait''ing; while :; do sleep 0.01; done'\r").await;
    open.until("waiting\r\n").await;
    open.types("\x1c").await;
    open.until("quit").await;
    open.until(PROMPT).await;
    open.types("sh -c 'echo wait''ing; exec cat'\r").await;
    open.until("waiting\r\n").await;
    open.types("\x1a").await;
    open.until(PROMPT).await;
    open.types("fg\r").await;
    open.until("cat").await;
    open.types("back\r").await;
    open.until("back\r\nback\r\n").await;
    open.types("\x04").await;
    open.until(PROMPT).await;
    open.types("\x04").await;
    assert_eq!(open.ended().await, Ending::Closed(String::new()));
}

/// A process that says its number, and outlives its terminal unless somebody ends it.
const STUBBORN: &str = "(trap '' HUP TERM; echo pid=$(exec sh -c 'echo $PPID')=; sleep 600) & sleep 600\r";

#[tokio::test]
async fn what_a_terminated_shell_began_is_ended() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    open.types(STUBBORN).await;
    let pid = pid(&mut open).await;
    open.account.terminate_session(&open.id).await.unwrap();
    assert_eq!(open.ended().await, Ending::Closed(String::new()));
    assert!(is_gone(pid).await);
}

#[tokio::test]
async fn nothing_outlives_the_stand_in() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    open.types(STUBBORN).await;
    let pid = pid(&mut open).await;
    drop(stand_in);
    assert!(is_gone(pid).await);
}

async fn pid(open: &mut Open) -> i32 {
    open.until("\npid=").await;
    open.until("=").await.trim_end_matches('=').parse().unwrap()
}

/// Whether a process ends: killed, it may be a zombie until its parent looks.
async fn is_gone(pid: i32) -> bool {
    for _ in 0..1_000 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        if stat.is_empty() || stat.contains(") Z ") {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    false
}

#[tokio::test]
async fn a_shell_changes_nothing_outside_of_its_directory() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside");
    open.types(&format!(
        "echo mine > mine && cat mine; echo theirs > {}; echo on > /dev/tty; echo do''ne\r",
        outside.display()
    ))
    .await;
    let shown = open.until("done\r\n").await;
    assert!(shown.contains("mine\r\n") && shown.contains("on\r\n"), "{shown}");
    if cfg!(target_os = "linux") && shown.contains("denied") {
        assert!(!outside.exists());
    }
}

#[tokio::test]
async fn characters_arrive_whole_and_garbage_as_it_is() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    open.types("stty -echo; printf '\\360\\237'; sleep 0.05; printf '\\230\\200|\\377\\200|'; echo do''ne\r").await;
    open.until("done").await;
    let whole = "\u{1f600}|".as_bytes();
    assert!(open.output.windows(whole.len()).any(|part| part == whole), "{}", open.text());
    assert!(open.output.windows(4).any(|part| part == b"|\xff\x80|"), "{}", open.text());
}

#[tokio::test]
async fn a_windows_machine_says_that_it_is_none() {
    let stand_in = stand_in().await;
    let mut open = on(inside(&stand_in).await, FILES, Kind::Shell).await;
    let Ending::Closed(words) = open.ended().await else { panic!("{:?}", open.events) };
    assert!(words.contains("there is no PowerShell here"), "{words}");
}

#[tokio::test]
async fn a_machine_that_is_not_there_is_said_to_be_away() {
    let stand_in = stand_in().await;
    stand_in.faults().fate(WEB, Fate::Offline);
    let error = inside(&stand_in).await.start_session(&WEB.parse().unwrap(), &Kind::Shell, "trial").await.unwrap_err();
    assert!(error.to_string().contains(WEB), "{error}");
}

#[tokio::test]
async fn a_gateway_that_lets_nobody_in_ends_it_in_words() {
    let stand_in = stand_in().await;
    stand_in.faults().always(OPERATION, Fault::Denied);
    let mut open = open(&stand_in, Kind::Shell).await;
    let Ending::Failed(words) = open.ended().await else { panic!("{:?}", open.events) };
    assert!(words.contains("403") || words.contains("refused"), "{words}");
    assert_eq!(stand_in.sessions()[0].sockets, 0);
}

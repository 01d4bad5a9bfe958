//! A shell: what is typed arrives, what it shows comes back, and it ends with its exit.

use alert_whisperer::aws::session::{Ending, Input};
use alert_whisperer::core::session::Kind;

use super::rig::*;

#[tokio::test]
async fn a_shell_answers_and_ends() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    open.types("echo $((6 * 7)) $TERM; stty size\r").await;
    open.until("42 xterm-256color\r\n40 100\r\n").await;
    open.channel.input.send(Input::Size { cols: 132, rows: 50 }).await.unwrap();
    open.types("until [ \"$(stty size)\" = '50 132' ]; do sleep 0.01; done; echo wi''der\r").await;
    open.until("wider\r\n").await;
    open.types("exit\r").await;
    assert_eq!(open.ended().await, Ending::Closed(String::new()));
    assert_eq!(stand_in.sessions()[0].status, "Terminated");
}

//! Much at once: it arrives whole, and waits where somebody does not take it.

use alert_whisperer::core::session::Kind;
use sha2::{Digest as _, Sha256};

use super::rig::*;

const MIB: usize = 1 << 20;

/// The same bytes for the same length, without a newline that a terminal would change.
fn bytes(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b'!' + u8::try_from((state >> 33) % 90).unwrap()
    };
    (0..length).map(next).collect()
}

#[tokio::test]
async fn forty_mebibytes_arrive_whole_past_a_reader_that_stopped() {
    let stand_in = stand_in().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bulk");
    let all = bytes(40 * MIB);
    std::fs::write(&file, &all).unwrap();
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    open.types(&format!("stty -echo -opost; printf '<<'; cat {}; printf '>>'\r", file.display())).await;
    open.until("\u{1b}[?2004l\r").await;
    open.until("<<").await;
    // Nobody takes anything, for as long as everything on the way needs to be full.
    let mut held = usize::MAX;
    while open.channel.events.len() != held {
        held = open.channel.events.len();
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let from = open.seen();
    while open.output.len() < from + all.len() + 2 {
        open.next().await.unwrap();
    }
    let digest = |bytes: &[u8]| Sha256::digest(bytes);
    assert_eq!(digest(&open.output[from..from + all.len()]), digest(&all));
    assert_eq!(&open.output[from + all.len()..][..2], b">>");
}

#[tokio::test]
async fn a_paste_of_two_megabytes_arrives_whole() {
    let stand_in = stand_in().await;
    let mut open = open(&stand_in, Kind::Shell).await;
    open.until(PROMPT).await;
    let all = bytes(2 * MIB);
    open.types(&format!("stty raw -echo; echo rea''dy; head -c {} | sha256sum; stty sane\r", all.len())).await;
    open.until("ready").await;
    for piece in all.chunks(100_000) {
        open.sends(piece).await;
    }
    open.until(&hex::encode(Sha256::digest(&all))).await;
}

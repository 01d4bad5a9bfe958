//! Much at once: it arrives whole, and waits where somebody does not take it.

use std::path::Path;
use std::time::Duration;

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

/// How far a process has read a file; only Linux tells.
fn position(process: &str, file: &Path) -> Option<usize> {
    let process = Path::new("/proc").join(process);
    let open = std::fs::read_dir(process.join("fd")).ok()?.flatten();
    let number = open.into_iter().find(|fd| std::fs::read_link(fd.path()).is_ok_and(|to| to == file))?.file_name();
    let info = std::fs::read_to_string(process.join("fdinfo").join(number)).ok()?;
    info.lines().find_map(|line| line.strip_prefix("pos:")?.trim().parse().ok())
}

#[tokio::test]
async fn forty_mebibytes_arrive_whole_past_a_reader_that_stopped() {
    let stand_in = stand_in().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().canonicalize().unwrap().join("bulk");
    let all = bytes(40 * MIB);
    std::fs::write(&file, &all).unwrap();
    let mut open = open(&stand_in, Kind::Shell).await;
    open.quiet().await;
    open.types(&format!("stty -opost; sh -c 'echo =$$=; exec cat {}'; echo end\r", file.display())).await;
    open.until("=").await;
    let reads = open.until("=\n").await;
    let reads = reads.trim_end_matches("=\n");
    let from = open.seen();
    // Nobody takes anything, until everything on the way is full.
    let mut held = None;
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = (open.channel.events.len(), position(reads, &file));
        if held.replace(now) == Some(now) && now.0 > 0 {
            break;
        }
    }
    if let Some(read) = position(reads, &file) {
        assert!(read < all.len() && read - (open.output.len() - from) <= 16 * MIB, "{read} bytes are on the way");
    }
    while open.output.len() < from + all.len() {
        open.next().await.unwrap();
    }
    assert_eq!(Sha256::digest(&open.output[from..from + all.len()]), Sha256::digest(&all));
    open.until("end\n").await;
    assert_eq!(open.seen(), from + all.len() + "end\n".len());
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

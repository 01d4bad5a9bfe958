//! A recording on a real disk, from its beginning to its end.

use std::os::unix::fs::PermissionsExt as _;

use sha2::{Digest as _, Sha256};

use super::cast::{Event, Said};
use super::testing::shell;
use super::*;
use crate::core::time::Span;

const OPENED: Moment = Moment(1_700_000_002_000);
const SIZE: Size = Size { cols: 80, rows: 24 };

/// The events of the recording in a folder.
fn events(folder: &Path) -> Vec<(i64, Said)> {
    let text = std::fs::read_to_string(folder.join("comp_acme-s3.cast")).unwrap();
    text.lines().skip(1).map(|line| Event::read(line).unwrap()).map(|event| (event.at.0, event.what)).collect()
}

#[tokio::test]
async fn what_happens_is_kept_with_its_times_hashed_and_nobody_elses() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("tenants/comp_acme/recordings");
    let recording = Recording::begin(&folder, &shell(), SIZE, false);
    let after = |ms| OPENED + Span(ms);
    recording.output(after(10), Bytes::from_static(b"sh-5.1$ "));
    recording.input(after(500), Bytes::from_static(b"hunter2\r"));
    recording.resize(after(700), Size { cols: 100, rows: 30 });
    recording.mark(after(900), "sam watches");
    recording.output(after(1_000), Bytes::from_static(b"\x1b[1mok\x1b[0m\r\n"));
    let kept = recording.end().await.unwrap();

    assert_eq!(kept.file, "comp_acme-s3.cast");
    let bytes = std::fs::read(folder.join(&kept.file)).unwrap();
    assert_eq!((kept.bytes, &kept.sha256), (bytes.len() as u64, &hex::encode(Sha256::digest(&bytes))));
    assert_eq!(kept.trouble, None);
    let expected = [
        (10, Said::Output("sh-5.1$ ".into())),
        (700, Said::Size(Size { cols: 100, rows: 30 })),
        (900, Said::Mark("sam watches".into())),
        (1_000, Said::Output("\u{1b}[1mok\u{1b}[0m\r\n".into())),
    ];
    assert_eq!(events(&folder), expected);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join(&kept.file))), (0o700, 0o600));
}

#[tokio::test]
async fn what_is_typed_is_kept_where_that_was_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let recording = Recording::begin(dir.path(), &shell(), SIZE, true);
    recording.input(OPENED + Span(5), Bytes::from_static(b"ls\r"));
    recording.end().await.unwrap();
    assert_eq!(events(dir.path()), [(5, Said::Input("ls\r".into()))]);
}

#[tokio::test]
async fn a_recording_that_is_there_is_never_written_over_and_the_session_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("comp_acme-s3.cast"), "evidence").unwrap();
    let recording = Recording::begin(dir.path(), &shell(), SIZE, false);
    recording.output(OPENED, Bytes::from_static(b"more"));
    let kept = recording.end().await.unwrap();
    assert_eq!(std::fs::read_to_string(dir.path().join("comp_acme-s3.cast")).unwrap(), "evidence");
    assert_eq!(kept.trouble.unwrap(), "nothing was recorded: there is a recording of that name already");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_stops_nothing_and_is_said() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("tenants"), "a file").unwrap();
    let recording = Recording::begin(&dir.path().join("tenants/recordings"), &shell(), SIZE, false);
    (0..2_000).for_each(|n| recording.output(OPENED + Span(n), Bytes::from(vec![b'x'; 1_024])));
    let kept = recording.end().await.unwrap();
    assert_eq!(kept.bytes, 0);
    assert!(kept.trouble.unwrap().starts_with("nothing was recorded: "));
}

#[tokio::test]
async fn one_that_is_dropped_is_still_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut recording = Recording::begin(dir.path(), &shell(), SIZE, false);
    recording.output(OPENED, Bytes::from_static(b"last words"));
    let ended = std::mem::replace(&mut recording.ended, oneshot::channel().1);
    drop(recording);
    ended.await.unwrap();
    assert_eq!(events(dir.path()), [(0, Said::Output("last words".into()))]);
}

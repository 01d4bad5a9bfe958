//! Writes a recording: pieces to lines, lines to the disk, whole lines only. What the disk does not take is counted and tried again
//! after a while, with a marker that says what is missing. The hash is of what was written, not of what is read back.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::cast::{Decoder, Event, Header, Said};
use super::queue::{Piece, What};
use crate::core::session;
use crate::core::time::{Moment, Span};
use crate::link::session::Size;

/// Bytes that are written at a time.
const CHUNK: usize = 64 << 10;
/// How long a disk that takes nothing is left alone.
const PAUSE: Span = Span(5_000);

/// Where lines go.
pub(super) trait Disk {
    /// Adds lines: all of them, or none.
    fn add(&mut self, lines: &[u8]) -> io::Result<()>;
    /// Has everything on stable storage.
    fn settle(&mut self) -> io::Result<()>;
}

/// A file that is made when the first line comes: mode 0600, in a folder with 0700, never one that was there before.
#[derive(Debug)]
pub(super) struct OnDisk {
    path: PathBuf,
    file: Option<File>,
    /// Of all whole lines.
    length: u64,
    /// There may be a part of a line behind them.
    torn: bool,
}

impl OnDisk {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: None, length: 0, torn: false }
    }

    /// The file, with nothing but whole lines in it.
    fn whole(&mut self) -> io::Result<&mut File> {
        let file = match self.file.take() {
            Some(file) => file,
            None => make(&self.path)?,
        };
        let file = self.file.insert(file);
        if self.torn {
            file.set_len(self.length)?;
            self.torn = false;
        }
        Ok(file)
    }
}

impl Disk for OnDisk {
    fn add(&mut self, lines: &[u8]) -> io::Result<()> {
        let added = self.whole()?.write_all(lines);
        if added.is_ok() {
            self.length += lines.len() as u64;
        } else {
            self.torn = true;
            // Done before the next line, if it cannot be done now.
            let _ = self.whole();
        }
        added
    }

    fn settle(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            return Ok(());
        }
        self.whole()?.sync_all()?;
        // Its name has to stay, too.
        self.path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

fn make(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let found = folder.symlink_metadata()?;
        if !found.is_dir() {
            return Err(io::Error::other("the folder of recordings leads elsewhere"));
        }
        if found.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        }
    }
    OpenOptions::new().append(true).create_new(true).mode(0o600).open(path)
}

/// What is between the pieces and the disk.
#[derive(Debug)]
pub(super) struct Writer<D> {
    disk: D,
    header: String,
    begun: Moment,
    /// The time of the last event: later ones are never before it.
    last: Moment,
    size: Size,
    output: Decoder,
    input: Decoder,
    lines: String,
    /// Bytes of what happened that `lines` are made of.
    carried: u64,
    hash: Sha256,
    written: u64,
    /// Bytes that are missing where the next line goes.
    missing: u64,
    /// When the last of them came: what stands there is before whatever comes next.
    missed_at: Moment,
    /// Bytes that are missing in all.
    lost: u64,
    fault: Option<Fault>,
    /// Why something is missing, the last time that something was.
    why: Option<String>,
}

/// The disk takes nothing.
#[derive(Debug)]
struct Fault {
    why: String,
    until: Moment,
}

impl<D: Disk> Writer<D> {
    pub(super) fn new(disk: D, header: &Header, begun: Moment, size: Size) -> Self {
        Self {
            disk,
            header: header.line(),
            begun,
            last: begun,
            size,
            output: Decoder::default(),
            input: Decoder::default(),
            lines: String::new(),
            carried: 0,
            hash: Sha256::new(),
            written: 0,
            missing: 0,
            missed_at: begun,
            lost: 0,
            fault: None,
            why: None,
        }
    }

    /// Takes a piece; it is on the disk after [`Writer::flush`].
    pub(super) fn put(&mut self, piece: Piece) {
        self.last = self.last.max(piece.at);
        self.carried += piece.what.bytes() as u64;
        match piece.what {
            What::Output(bytes) => {
                let text = self.output.read(&bytes);
                self.event(Said::Output(text));
            }
            What::Input(bytes) => {
                let text = self.input.read(&bytes);
                self.event(Said::Input(text));
            }
            What::Size(size) => {
                self.size = size;
                self.event(Said::Size(size));
            }
            What::Mark(text) => self.event(Said::Mark(text)),
            What::Gap { bytes, size } => {
                self.flush();
                self.size = size.unwrap_or(self.size);
                self.why = Some("the disk was too slow".into());
                self.miss(bytes);
            }
        }
        if self.lines.len() >= CHUNK {
            self.flush();
        }
    }

    fn event(&mut self, what: Said) {
        if !matches!(&what, Said::Output(text) | Said::Input(text) if text.is_empty()) {
            self.lines.push_str(&Event { at: self.last - self.begun, what }.line());
        }
    }

    /// Hands the disk what there is. A disk that took nothing a moment ago is not asked.
    pub(super) fn flush(&mut self) {
        if self.fault.as_ref().is_none_or(|fault| self.last >= fault.until) {
            self.write();
        } else {
            self.leave_out();
        }
    }

    fn write(&mut self) {
        let all = self.before() + &self.lines;
        if all.is_empty() {
            return;
        }
        match self.disk.add(all.as_bytes()) {
            Ok(()) => {
                self.hash.update(all.as_bytes());
                self.written += all.len() as u64;
                self.fault = None;
                self.missing = 0;
                self.lines.clear();
                self.carried = 0;
            }
            Err(error) => {
                let why = told(&error);
                self.why = Some(why.clone());
                self.fault = Some(Fault { why, until: self.last + PAUSE });
                self.leave_out();
            }
        }
    }

    /// What has to stand before the next line: the header before the first one, and what is missing where something is.
    fn before(&self) -> String {
        let mut before = if self.written == 0 { self.header.clone() } else { String::new() };
        if self.missing > 0 || self.fault.is_some() {
            let at = self.missed_at - self.begun;
            let why = self.why.as_deref().unwrap_or("the disk took nothing");
            let says = format!("{} bytes are not recorded here: {why}", self.missing);
            before.push_str(&Event { at, what: Said::Mark(says) }.line());
            before.push_str(&Event { at, what: Said::Size(self.size) }.line());
        }
        before
    }

    fn leave_out(&mut self) {
        self.lines.clear();
        let bytes = std::mem::take(&mut self.carried);
        self.miss(bytes);
    }

    fn miss(&mut self, bytes: u64) {
        self.missing += bytes;
        self.lost += bytes;
        self.missed_at = self.last;
    }

    /// What is not recorded, and why.
    pub(super) fn trouble(&self) -> Option<String> {
        match &self.fault {
            Some(fault) => Some(format!("not being recorded: {}", fault.why)),
            None => self.lost_in_all(),
        }
    }

    fn lost_in_all(&self) -> Option<String> {
        let why = self.why.as_deref().filter(|_| self.lost > 0)?;
        Some(format!("{} bytes are missing in the recording: {why}", self.lost))
    }

    /// Writes what is left, however the disk was a moment ago, and has it on stable storage.
    pub(super) fn end(mut self, file: String) -> session::Recording {
        let text = self.output.end();
        self.event(Said::Output(text));
        self.write();
        let settled = self.disk.settle();
        let unsettled = settled.err().map(|error| format!("its end may not be on the disk: {}", told(&error)));
        let trouble = match &self.fault {
            Some(fault) if self.written == 0 => Some(format!("nothing was recorded: {}", fault.why)),
            _ => self.lost_in_all(),
        };
        session::Recording {
            file,
            bytes: self.written,
            sha256: hex::encode(self.hash.finalize()),
            trouble: trouble.or(unsettled),
        }
    }
}

/// For people, who know what a full disk is.
fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".into(),
        io::ErrorKind::AlreadyExists => "there is a recording of that name already".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::action::session::recording::testing::shell;

    /// Takes so many bytes in all, and no part of what is more.
    #[derive(Clone, Debug, Default)]
    struct Small(Arc<Mutex<(Vec<u8>, usize)>>);

    impl Small {
        fn with_room(room: usize) -> Self {
            Self(Arc::new(Mutex::new((Vec::new(), room))))
        }

        fn set_room(&self, room: usize) {
            let mut inside = self.0.lock().unwrap();
            inside.1 = inside.0.len() + room;
        }

        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().0.clone()).unwrap()
        }
    }

    impl Disk for Small {
        fn add(&mut self, lines: &[u8]) -> io::Result<()> {
            let mut inside = self.0.lock().unwrap();
            if inside.0.len() + lines.len() > inside.1 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            inside.0.extend_from_slice(lines);
            Ok(())
        }

        fn settle(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    const START: Moment = Moment(1_000_000);
    const SIZE: Size = Size { cols: 80, rows: 24 };

    fn writer(disk: &Small) -> Writer<Small> {
        let session = shell();
        Writer::new(disk.clone(), &Header::of(&session, START, SIZE, false), START, SIZE)
    }

    fn output(after: i64, text: &str) -> Piece {
        Piece { at: START + Span(after), what: What::Output(Bytes::copy_from_slice(text.as_bytes())) }
    }

    /// Every event that is on the disk.
    fn events(disk: &Small) -> Vec<Event> {
        let text = disk.text();
        let mut lines = text.lines();
        let header: Header = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!(header.version, 2);
        lines.map(|line| Event::read(line).unwrap()).collect()
    }

    fn said(at: i64, what: Said) -> Event {
        Event { at: Span(at), what }
    }

    #[test]
    fn what_a_full_disk_did_not_take_is_said_counted_and_marked_when_it_goes_on() {
        let disk = Small::with_room(2_000);
        let mut writer = writer(&disk);
        writer.put(output(0, "kept"));
        writer.flush();
        assert_eq!(writer.trouble(), None);
        disk.set_room(0);
        writer.put(output(1_000, "lost"));
        writer.flush();
        assert_eq!(writer.trouble().unwrap(), "not being recorded: the disk is full");
        // There is room, but the disk is left alone for a while.
        disk.set_room(2_000);
        writer.put(output(1_100, "lost too"));
        let larger = Size { cols: 100, rows: 30 };
        writer.put(Piece { at: START + Span(1_200), what: What::Size(larger) });
        writer.flush();
        assert_eq!(events(&disk).len(), 1);
        writer.put(output(6_000, "kept again"));
        writer.flush();
        assert_eq!(writer.trouble().unwrap(), "12 bytes are missing in the recording: the disk is full");
        let kept = writer.end("one.cast".into());
        let marker = "12 bytes are not recorded here: the disk is full";
        let expected = [
            said(0, Said::Output("kept".into())),
            said(1_200, Said::Mark(marker.into())),
            said(1_200, Said::Size(larger)),
            said(6_000, Said::Output("kept again".into())),
        ];
        assert_eq!(events(&disk), expected);
        let text = disk.text();
        assert_eq!((kept.bytes, kept.sha256), (text.len() as u64, hex::encode(Sha256::digest(&text))));
        assert_eq!(kept.trouble.unwrap(), "12 bytes are missing in the recording: the disk is full");
    }

    #[test]
    fn a_part_of_a_line_is_cut_off_before_the_next_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("recordings/one.cast");
        let mut disk = OnDisk::new(path.clone());
        disk.add(b"one\n").unwrap();
        // As a disk that filled up in the middle of a write leaves it.
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"half a li").unwrap();
        disk.torn = true;
        disk.add(b"two\n").unwrap();
        disk.settle().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn nothing_is_written_through_a_link_or_over_what_is_there() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::create_dir(at("elsewhere")).unwrap();
        symlink(at("elsewhere"), at("recordings")).unwrap();
        let refused = OnDisk::new(at("recordings/one.cast")).add(b"one\n").unwrap_err();
        assert_eq!(refused.to_string(), "the folder of recordings leads elsewhere");
        assert!(!at("elsewhere/one.cast").exists());
        symlink(at("elsewhere/two.cast"), at("elsewhere/one.cast")).unwrap();
        assert!(OnDisk::new(at("elsewhere/one.cast")).add(b"one\n").is_err());
        std::fs::write(at("elsewhere/two.cast"), "two\n").unwrap();
        assert!(OnDisk::new(at("elsewhere/two.cast")).add(b"one\n").is_err());
        assert_eq!(std::fs::read(at("elsewhere/two.cast")).unwrap(), b"two\n");
        let mut disk = OnDisk::new(at("elsewhere/three.cast"));
        disk.add(b"one\n").unwrap();
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(at("elsewhere/three.cast")), mode(at("elsewhere"))), (0o600, 0o700));
    }

    #[test]
    fn a_disk_that_never_takes_anything_leaves_nothing_but_the_reason() {
        let disk = Small::with_room(0);
        let mut writer = writer(&disk);
        writer.put(output(0, "lost"));
        writer.flush();
        let kept = writer.end("one.cast".into());
        assert_eq!((kept.bytes, disk.text()), (0, String::new()));
        assert_eq!(kept.trouble.unwrap(), "nothing was recorded: the disk is full");
    }

    #[test]
    fn the_last_word_is_tried_however_the_disk_was_a_moment_ago() {
        let disk = Small::with_room(0);
        let mut writer = writer(&disk);
        writer.put(output(0, "lost"));
        writer.flush();
        disk.set_room(2_000);
        let kept = writer.end("one.cast".into());
        let marker = "4 bytes are not recorded here: the disk is full";
        assert_eq!(events(&disk), [said(0, Said::Mark(marker.into())), said(0, Said::Size(SIZE))]);
        assert_eq!(kept.trouble.unwrap(), "4 bytes are missing in the recording: the disk is full");
    }

    #[test]
    fn times_never_go_back_and_characters_may_be_cut_anywhere() {
        let disk = Small::with_room(10_000);
        let mut writer = writer(&disk);
        let put = |writer: &mut Writer<Small>, after, bytes: &'static [u8]| {
            writer.put(Piece { at: START + Span(after), what: What::Output(Bytes::from_static(bytes)) });
        };
        put(&mut writer, 50, b"caf\xc3");
        put(&mut writer, 20, b"\xa9");
        put(&mut writer, 60, b"\xff!\xe2\x82");
        writer.end("one.cast".into());
        let expected = [
            said(50, Said::Output("caf".into())),
            said(50, Said::Output("é".into())),
            said(60, Said::Output("\u{fffd}!".into())),
            said(60, Said::Output("\u{fffd}".into())),
        ];
        assert_eq!(events(&disk), expected);
    }

    #[test]
    fn a_large_piece_goes_to_the_disk_before_more_is_taken() {
        let disk = Small::with_room(1 << 20);
        let mut writer = writer(&disk);
        (0..100).for_each(|n| writer.put(output(n, &"x".repeat(1_024))));
        assert!(disk.text().len() > 60 << 10 && writer.lines.len() < CHUNK);
    }

    #[derive(Clone, Debug)]
    enum Then {
        Put { wait: i64, bytes: usize },
        Gap(u64),
        Flush,
        Room(usize),
    }

    fn thens() -> impl Strategy<Value = Vec<Then>> {
        let then = prop_oneof![
            4 => (0..3_000_i64, 1..300_usize).prop_map(|(wait, bytes)| Then::Put { wait, bytes }),
            1 => (1..5_000_u64).prop_map(Then::Gap),
            3 => Just(Then::Flush),
            1 => (0..2_000_usize).prop_map(Then::Room),
        ];
        proptest::collection::vec(then, 0..60)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// However a disk behaves: whole lines, in time, and every byte is there or said to be missing.
        #[test]
        fn every_byte_is_recorded_or_counted(thens in thens()) {
            let disk = Small::with_room(1_000);
            let (mut writer, mut at, mut put) = (writer(&disk), 0, 0_u64);
            for then in thens {
                match then {
                    Then::Put { wait, bytes } => {
                        at += wait;
                        put += bytes as u64;
                        writer.put(output(at, &"x".repeat(bytes)));
                    }
                    Then::Gap(bytes) => {
                        put += bytes;
                        writer.put(Piece { at: START + Span(at), what: What::Gap { bytes, size: None } });
                    }
                    Then::Flush => writer.flush(),
                    Then::Room(room) => disk.set_room(room),
                }
            }
            disk.set_room(1 << 20);
            let kept = writer.end("one.cast".into());
            let (mut last, mut there, mut missing) = (Span(0), 0, 0);
            for event in events(&disk) {
                prop_assert!(event.at >= last);
                last = event.at;
                match event.what {
                    Said::Output(text) => there += text.len() as u64,
                    Said::Mark(says) => missing += says.split(' ').next().unwrap().parse::<u64>().unwrap(),
                    _ => {}
                }
            }
            prop_assert_eq!(there + missing, put);
            prop_assert_eq!(kept.trouble.is_some(), missing > 0);
            prop_assert_eq!(kept.sha256, hex::encode(Sha256::digest(disk.text())));
        }
    }
}

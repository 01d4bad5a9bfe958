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
    length: u64,
}

impl OnDisk {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: None, length: 0 }
    }
}

impl Disk for OnDisk {
    fn add(&mut self, lines: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(make(&self.path)?),
        };
        if let Err(error) = file.write_all(lines) {
            // A part may be there: the next line begins where this one did.
            file.set_len(self.length)?;
            return Err(error);
        }
        self.length += lines.len() as u64;
        Ok(())
    }

    fn settle(&mut self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), File::sync_all)
    }
}

fn make(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        if folder.metadata()?.permissions().mode() & 0o077 != 0 {
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
                self.miss(bytes, "the disk was too slow".into());
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
            let at = self.last - self.begun;
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
        self.missing += bytes;
        self.lost += bytes;
    }

    fn miss(&mut self, bytes: u64, why: String) {
        self.missing += bytes;
        self.lost += bytes;
        self.why = Some(why);
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

//! The engine's own log: what is on record of no tenant, as people, sign-ins, and that a tenant came or went. Chained as a tenant's
//! is; one file of lines in `DATA/audit`, and beside it the head, which tells when the file was shortened.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::Chain;
use crate::core::audit::{Entry, Head, Record};

/// An entry is shorter than that: what is written is cut.
const LONGEST: u64 = 256 * 1024;
/// Entries that are read at a time, at most.
const PAGE: usize = 2_000;
/// Missing entries that are remembered.
const MISSING: usize = 20;

/// The log. By default, one that is kept in memory only.
#[derive(Debug)]
pub struct OwnLog {
    chain: Chain,
    /// Entries that were in it and are not any more.
    missing: Vec<Head>,
    kept: Kept,
}

/// Where entries are.
#[derive(Clone, Debug)]
pub enum Kept {
    /// In a file.
    File(PathBuf),
    /// Nowhere else.
    Memory(Arc<Mutex<Vec<String>>>),
}

/// It can't be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", .0.display(), .1)]
pub struct LogError(PathBuf, io::Error);

impl Default for OwnLog {
    fn default() -> Self {
        Self { chain: Chain::after(None), missing: Vec::new(), kept: Kept::Memory(Arc::default()) }
    }
}

impl OwnLog {
    /// Opens the log of a data folder.
    ///
    /// # Errors
    /// When there is one that can't be read.
    pub fn open(data_dir: &Path) -> Result<Self, LogError> {
        let path = path(data_dir);
        let told = |error| LogError(path.clone(), error);
        let last = last_entry(&path).map_err(told)?;
        let mut missing = heads(data_dir)?;
        // The newest one stands last; those before it were missing when it was written.
        if let Some(known) = missing.pop() {
            let number = last.as_ref().map_or(0, |last| last.number);
            let there = known.number < number || Some(&known) == last.as_ref();
            missing.extend((!there).then_some(known));
        }
        Ok(Self { chain: Chain::after(last), missing, kept: Kept::File(path) })
    }

    /// The last entry that was in it and is not any more.
    pub fn missing(&self) -> Option<u64> {
        self.missing.iter().map(|head| head.number).max()
    }

    /// Adds entries, with one sync for all of them. When it returns, they are on stable storage.
    ///
    /// # Errors
    /// They could not be written, and none is there.
    pub fn add<'a>(&mut self, records: impl IntoIterator<Item = &'a Record>) -> Result<(), LogError> {
        let mut chain = self.chain.clone();
        let sealed: Vec<String> = records.into_iter().map(|record| chain.seal(record).text).collect();
        if sealed.is_empty() {
            return Ok(());
        }
        match &self.kept {
            Kept::Memory(entries) => entries.lock().unwrap_or_else(PoisonError::into_inner).extend(sealed),
            Kept::File(path) => {
                append(path, &sealed).map_err(|error| LogError(path.clone(), error))?;
                let heads: Vec<&Head> = self.missing.iter().take(MISSING).chain([chain.last()]).collect();
                if let Err(error) = write_heads(path, &heads) {
                    // The entries are there; that the log was longer once is what could go unseen.
                    tracing::error!(%error, "the head of the engine's own log cannot be written");
                }
            }
        }
        self.chain = chain;
        Ok(())
    }

    /// From where it can be read while it goes on.
    pub fn kept(&self) -> Kept {
        self.kept.clone()
    }
}

impl Kept {
    /// Entries from a number on, the oldest first; 0: the last ones. At most so many, and never more than a page.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn read(&self, from: u64, limit: usize) -> Result<Vec<String>, LogError> {
        let limit = limit.min(PAGE);
        let pick = |entries: &mut dyn Iterator<Item = io::Result<String>>| -> io::Result<Vec<String>> {
            if from > 0 {
                return entries.skip(usize::try_from(from - 1).unwrap_or(usize::MAX)).take(limit).collect();
            }
            let mut last = std::collections::VecDeque::new();
            for entry in entries {
                last.push_back(entry?);
                if last.len() > limit {
                    last.pop_front();
                }
            }
            Ok(last.into())
        };
        match self {
            Self::Memory(entries) => {
                let entries = entries.lock().unwrap_or_else(PoisonError::into_inner).clone();
                Ok(pick(&mut entries.into_iter().map(Ok)).unwrap_or_default())
            }
            Self::File(path) => match File::open(path) {
                Ok(file) => pick(&mut BufReader::new(file).lines()).map_err(|error| LogError(path.clone(), error)),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
                Err(error) => Err(LogError(path.clone(), error)),
            },
        }
    }
}

/// Where a data folder has it. No tenant's files have a dot there.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("audit").join("engine.jsonl")
}

fn head_path(path: &Path) -> PathBuf {
    path.with_extension("jsonl.head")
}

/// The entries that are known to have been in the log of a data folder.
///
/// # Errors
/// When that can't be read.
pub fn heads(data_dir: &Path) -> Result<Vec<Head>, LogError> {
    let path = head_path(&path(data_dir));
    match fs::read_to_string(&path) {
        // A line that is no head says nothing.
        Ok(text) => Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(LogError(path, error)),
    }
}

/// The last whole entry. What a crash left of one that was being written is cut off: nobody was told that it is there.
fn last_entry(path: &Path) -> io::Result<Option<Head>> {
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let len = file.seek(SeekFrom::End(0))?;
    let from = len.saturating_sub(LONGEST * 2);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let whole = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if whole < tail.len() {
        file.set_len(from + whole as u64)?;
        tail.truncate(whole);
    }
    let last = tail.trim_ascii_end().rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let entry = serde_json::from_slice::<Entry>(last).ok();
    Ok(entry.map(|entry| Head { number: entry.number, hash: entry.hash }))
}

fn append(path: &Path, lines: &[String]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let is_new = !path.exists();
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    let before = file.metadata()?.len();
    let written = file.write_all((lines.join("\n") + "\n").as_bytes()).and_then(|()| file.sync_data());
    if written.is_err() {
        // Half an entry would be taken for a broken log.
        file.set_len(before)?;
    }
    written?;
    if is_new { sync_folder(path) } else { Ok(()) }
}

fn write_heads(path: &Path, heads: &[&Head]) -> io::Result<()> {
    let line = |head: &&Head| serde_json::to_string(head).unwrap_or_default() + "\n";
    let text: String = heads.iter().map(line).collect();
    let path = head_path(path);
    let part = path.with_extension("part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_data())?;
    fs::rename(&part, &path)?;
    sync_folder(&path)
}

/// The name is in the folder.
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(path))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::audit::verify;
    use crate::core::input::Actor;
    use crate::core::time::Moment;

    fn record(n: i64) -> Record {
        Record::of(&Actor::named("priya"), Moment(1_700_000_000_000 + n), "person.add", format!("p{n}"))
    }

    fn add(log: &mut OwnLog, numbers: std::ops::Range<i64>) {
        numbers.for_each(|n| log.add([&record(n)]).unwrap());
    }

    fn whole(dir: &Path) -> Result<u64, String> {
        let entries = Kept::File(path(dir)).read(1, PAGE).unwrap();
        let checked = verify(entries.iter().map(String::as_str), &heads(dir).unwrap());
        checked.map(|checked| checked.entries).map_err(|broken| broken.to_string())
    }

    #[test]
    fn it_goes_on_where_it_ended_and_is_read_in_pages() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = OwnLog::open(dir.path()).unwrap();
        assert_eq!(log.kept().read(0, 10).unwrap(), Vec::<String>::new());
        add(&mut log, 0..3);
        let mut again = OwnLog::open(dir.path()).unwrap();
        assert_eq!(again.missing(), None);
        add(&mut again, 3..5);
        assert_eq!(whole(dir.path()), Ok(5));
        let on = |from, limit| {
            let entries = again.kept().read(from, limit).unwrap();
            entries.iter().map(|one| serde_json::from_str::<Entry>(one).unwrap().record.on).collect::<Vec<_>>()
        };
        assert_eq!(
            (on(0, 2), on(2, 2), on(9, 2)),
            (vec!["p3".into(), "p4".into()], vec!["p1".into(), "p2".into()], vec![])
        );
        assert_eq!(path(dir.path()).metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let mut memory = OwnLog::default();
        add(&mut memory, 0..3);
        assert_eq!(memory.kept().read(2, 10).unwrap().len(), 2);
    }

    #[test]
    fn what_a_crash_left_of_an_entry_is_cut_off_and_no_entry_is() {
        let dir = tempfile::tempdir().unwrap();
        add(&mut OwnLog::open(dir.path()).unwrap(), 0..3);
        let text = fs::read(path(dir.path())).unwrap();
        for torn in [&b"{\"number\":4,\"at\""[..], b"\xff\xfe", b"{"] {
            fs::write(path(dir.path()), [&text[..], torn].concat()).unwrap();
            let log = OwnLog::open(dir.path()).unwrap();
            assert_eq!((log.missing(), fs::read(path(dir.path())).unwrap() == text), (None, true));
        }
        add(&mut OwnLog::open(dir.path()).unwrap(), 3..4);
        assert_eq!(whole(dir.path()), Ok(4));
    }

    #[test]
    fn one_that_was_shortened_or_replaced_shows_whatever_comes_after() {
        let dir = tempfile::tempdir().unwrap();
        add(&mut OwnLog::open(dir.path()).unwrap(), 0..4);
        let text = fs::read_to_string(path(dir.path())).unwrap();
        let shorter: String = text.split_inclusive('\n').take(2).collect();
        for (left, known) in [(shorter.as_str(), 4), ("", 8)] {
            fs::write(path(dir.path()), left).unwrap();
            let mut log = OwnLog::open(dir.path()).unwrap();
            assert_eq!(log.missing(), Some(known));
            add(&mut log, 10..16);
            assert!(whole(dir.path()).is_err(), "{:?}", whole(dir.path()));
            assert_eq!(OwnLog::open(dir.path()).unwrap().missing(), Some(known), "it is not forgotten");
        }
        // What goes on after a cut has other hashes at the same numbers.
        fs::remove_file(path(dir.path())).unwrap();
        add(&mut OwnLog::open(dir.path()).unwrap(), 20..21);
        assert!(whole(dir.path()).is_err());
    }

    #[test]
    fn what_cannot_be_written_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = OwnLog::open(dir.path()).unwrap();
        add(&mut log, 0..1);
        let aside = dir.path().join("aside");
        fs::rename(path(dir.path()), &aside).unwrap();
        fs::create_dir(path(dir.path())).unwrap();
        assert!(log.add([&record(1), &record(2)]).is_err());
        fs::remove_dir(path(dir.path())).unwrap();
        fs::rename(&aside, path(dir.path())).unwrap();
        add(&mut log, 2..3);
        assert_eq!(whole(dir.path()), Ok(2));
        log.add([&record(3), &record(4), &record(5)]).unwrap();
        log.add([]).unwrap();
        assert_eq!(whole(dir.path()), Ok(5), "together they are chained too");
    }
}

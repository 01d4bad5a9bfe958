//! Keeps what a seat remembers in a file of its operator's: read once at the start, written whole a little after a change, so
//! that turning through ten themes is one write. Two seats of one operator: the last one to write wins.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::memory::Memory;

/// How long a change waits for the next one.
const SETTLES: Duration = Duration::from_secs(1);

/// The file, and what waits to be written to it.
#[derive(Debug)]
pub(super) struct Keeping {
    file: Option<PathBuf>,
    waiting: Option<(Memory, Instant)>,
}

impl Keeping {
    /// For an operator; without a folder, nothing is kept.
    pub(super) fn of(folder: Option<PathBuf>, operator: &str) -> Self {
        Self { file: folder.map(|folder| folder.join(Memory::file_name(operator))), waiting: None }
    }

    /// What was kept. Also why it can't be used, in which case it is put aside for whoever wants to look.
    pub(super) fn recall(&mut self) -> (Memory, Option<String>) {
        let Some(file) = &self.file else { return Default::default() };
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Default::default(),
            Err(error) => return (Memory::default(), Some(format!("cannot read {}: {error}", file.display()))),
        };
        match Memory::read(&text) {
            Ok(memory) => (memory, None),
            Err(why) => {
                // When it can't be put aside either, it is written over.
                let _ = fs::rename(file, file.with_extension("toml.bad"));
                let why = format!("what this seat remembered can't be used: {why}; it is now {}.bad", file.display());
                (Memory::default(), Some(why))
            }
        }
    }

    /// This is to be kept.
    pub(super) fn remember(&mut self, memory: Memory) {
        if self.file.is_some() {
            self.waiting = Some((memory, Instant::now() + SETTLES));
        }
    }

    /// When something must be written.
    pub(super) fn due(&self) -> Option<Instant> {
        self.waiting.as_ref().map(|(_, due)| *due)
    }

    /// Writes what waits, if it is time or the last chance. The error is for the operator.
    pub(super) fn keep(&mut self, last: bool) -> Result<(), String> {
        let now = Instant::now();
        let (Some(file), Some((memory, _))) = (&self.file, self.waiting.take_if(|(_, due)| last || *due <= now)) else {
            return Ok(());
        };
        let Some(text) = memory.text() else { return Ok(()) };
        write(file, &text)
            .map_err(|error| format!("cannot remember this for the next time: {}: {error}", file.display()))
    }
}

/// Replaces a file at once and whole, so that nobody ever reads half of one. Nobody else may look into it.
fn write(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let new = file.with_extension(format!("{}.new", std::process::id()));
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    out.write_all(text.as_bytes())?;
    drop(out);
    fs::rename(&new, file)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_a_broken_file_is_put_aside_and_said() {
        let folder = tempfile::tempdir().unwrap();
        let seats = folder.path().join("seats");
        let mut keeping = Keeping::of(Some(seats.clone()), "priya");
        assert_eq!(keeping.recall(), (Memory::default(), None));
        let memory = Memory { filter: "sev>=high".into(), ..Memory::default() };
        keeping.remember(memory.clone());
        keeping.keep(false).unwrap();
        assert!(!seats.exists(), "it waits for the next change");
        keeping.keep(true).unwrap();
        assert_eq!(keeping.recall(), (memory, None));
        assert_eq!(fs::metadata(seats.join("priya.toml")).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&seats).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(&seats).unwrap().count(), 1);
        fs::write(seats.join("priya.toml"), "filter = [").unwrap();
        let (memory, why) = keeping.recall();
        assert_eq!(memory, Memory::default());
        assert!(why.unwrap().contains("can't be used"));
        assert_eq!(keeping.recall(), (Memory::default(), None));
        assert_eq!(fs::read_to_string(seats.join("priya.toml.bad")).unwrap(), "filter = [");
    }

    #[test]
    fn without_a_folder_nothing_is_kept() {
        let mut keeping = Keeping::of(None, "priya");
        keeping.remember(Memory::default());
        assert_eq!((keeping.due(), keeping.keep(true)), (None, Ok(())));
    }
}

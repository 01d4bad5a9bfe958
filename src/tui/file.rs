//! Files that a seat writes for its operator: readable by nobody else, never over one that is there.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::running::Running;

impl Running {
    /// Writes a file into the seat's folder, and says where it is.
    pub(super) fn write_file(&mut self, name: &str, text: &str) {
        let Some(folder) = &self.options.folder else {
            return self.app.mistake("this seat has no folder to write to".into());
        };
        match write_new(folder, name, text) {
            Ok(path) => self.app.notice(format!("written to {}", path.display())),
            Err(error) => self.app.mistake(format!("{}: {error}", folder.join(name).display())),
        }
    }
}

/// Writes `NAME.md`, or `NAME-2.md` and so on where that is there already.
fn write_new(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let mut number = 1;
    loop {
        let path = match number {
            1 => folder.join(name),
            _ => folder.join(format!("{stem}-{number}.{ending}")),
        };
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => return file.write_all(text.as_bytes()).map(|()| path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => number += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_file_is_for_its_owner_only_and_another_one_stands_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = write_new(folder.path(), "handover-1.md", "one").unwrap();
        let second = write_new(folder.path(), "handover-1.md", "two").unwrap();
        assert_eq!(second, folder.path().join("handover-1-2.md"));
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "one");
        assert_eq!(std::fs::metadata(&second).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(write_new(&folder.path().join("none"), "x.md", "").is_err());
    }
}

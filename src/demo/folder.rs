//! A data folder for one run: nobody else can look into it, and it goes when the run ends.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// A folder that is removed, with everything in it, when this is dropped. Only a kill leaves it behind.
#[derive(Debug)]
pub struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// Makes one among the system's temporary files, with mode 0700 and a name that begins like this.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn make(name: &str) -> io::Result<Self> {
        let mut chance = [0; 8];
        getrandom::fill(&mut chance).map_err(io::Error::other)?;
        let path = std::env::temp_dir().join(format!("{name}-{}", hex::encode(chance)));
        // Whoever has guessed the name and was there first gets an error, not our data.
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // There is nobody left to tell; the system clears its temporary files in its own time.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_private_and_goes_with_what_is_in_it() {
        let folder = TemporaryFolder::make("alert-whisperer-test").unwrap();
        let path = folder.path().to_owned();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(path.join("file"), "x").unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}

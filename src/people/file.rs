//! Where the book is kept: `people.json` in the data folder, for its owner's eyes only, replaced whole or not at all.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::book::{Book, Key, Token};
use crate::core::credentials::Secret;
use crate::core::person::Person;
use crate::core::time::Moment;

/// The shape of the file.
const VERSION: u32 = 1;

/// The file.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
}

/// Why the book can't be had, or kept. Never what stands in it.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// It can't be read or written.
    #[error("{}: {}", .0.display(), .1)]
    Io(PathBuf, std::io::Error),
    /// It is no book.
    #[error("{} is no book of people (line {line}): put back a copy, or move it away to begin with nobody", .path.display())]
    Broken {
        /// Which file.
        path: PathBuf,
        /// Where reading stopped.
        line: usize,
    },
    /// A later version wrote it.
    #[error("{} is of a newer version of alert-whisperer: install that one", .0.display())]
    Newer(PathBuf),
}

/// The book as it stands in the file, the only place that the keys go to.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u32,
    people: Vec<Person>,
    tokens: Vec<StoredToken>,
    keys: Vec<StoredKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredToken {
    id: String,
    name: String,
    made_at: Moment,
    expires_at: Moment,
    key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    id: String,
    made_at: Moment,
    #[serde(with = "exposed")]
    secret: Secret,
}

/// A key as it stands in the file.
mod exposed {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::core::credentials::Secret;

    pub(super) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::new)
    }
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl File {
    /// The file of a data folder, and what is in it.
    pub(super) fn open(data_dir: &Path) -> Result<(Self, Book), BookError> {
        let path = data_dir.join("people.json");
        let bytes = match fs::read(&path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Self { path }, Book::default())),
            Err(error) => return Err(BookError::Io(path, error)),
        };
        // Whoever copied it here may have left it open to everybody.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(|e| BookError::Io(path.clone(), e))?;
        if serde_json::from_slice::<Version>(&bytes).is_ok_and(|known| known.version > VERSION) {
            return Err(BookError::Newer(path));
        }
        match serde_json::from_slice::<Stored>(&bytes) {
            Ok(stored) => Ok((Self { path }, stored.into())),
            // Its words may hold what stands there.
            Err(error) => Err(BookError::Broken { path, line: error.line() }),
        }
    }

    /// Replaces what is in it.
    pub(super) fn write(&mut self, book: &Book) -> Result<(), BookError> {
        let io = |error| BookError::Io(self.path.clone(), error);
        let text = serde_json::to_vec_pretty(&Stored::from(book)).map(Zeroizing::new);
        let text = text.map_err(|error| io(error.into()))?;
        let folder = self.path.parent().unwrap_or(&self.path);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
        let part = self.path.with_extension("part");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part).map_err(io)?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(io)?;
        fs::rename(&part, &self.path).map_err(io)?;
        // The name is in the folder.
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)
    }
}

impl From<&Book> for Stored {
    fn from(book: &Book) -> Self {
        let token = |(id, token): (&String, &Token)| {
            let Token { name, made_at, expires_at, key } = token.clone();
            StoredToken { id: id.clone(), name, made_at, expires_at, key }
        };
        let key = |key: &Key| StoredKey { id: key.id.clone(), made_at: key.made_at, secret: key.secret.clone() };
        Self {
            version: VERSION,
            people: book.people().cloned().collect(),
            tokens: book.tokens.iter().map(token).collect(),
            keys: book.keys.iter().map(key).collect(),
        }
    }
}

impl From<Stored> for Book {
    fn from(stored: Stored) -> Self {
        let token = |one: StoredToken| {
            let StoredToken { id, name, made_at, expires_at, key } = one;
            (id, Token { name, made_at, expires_at, key })
        };
        let key = |key: StoredKey| Key { id: key.id, made_at: key.made_at, secret: key.secret };
        Self {
            persons: stored.people.into_iter().map(|person| (person.name.clone(), person)).collect(),
            tokens: stored.tokens.into_iter().map(token).collect::<BTreeMap<_, _>>(),
            keys: stored.keys.into_iter().map(key).collect(),
        }
    }
}

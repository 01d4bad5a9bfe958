//! The book of people: who may come, with which role, for which tenants; the tokens that let them in over the network, and the
//! keys that sign those. What a role may do is left to `core::rights`, who asks for what to the engine.

mod book;
mod file;
pub mod limiter;
mod refused;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

pub use self::book::{Book, Senseless, is_name};
use self::book::{Key, Token};
pub use self::file::BookError;
use self::file::File;
use self::limiter::{Limiter, Source};
pub use self::refused::{ChangeError, Failed, Refused};
use crate::core::credentials::Secret;
use crate::core::person::Claims;
use crate::core::rights::Rights;
use crate::core::time::{Moment, Span};
use crate::link::Standing;
use crate::link::people::NewToken;

/// How long a token is good when nothing else is said.
pub const TTL: Span = Span::hours(8);
/// The longest life of a token, and the shortest.
pub const TTL_LIMITS: (Span, Span) = (Span::MINUTE, Span::DAY);

/// The book of people, as whoever asks finds it. Cheap to clone; all clones see the same. By default, an empty one that is kept
/// nowhere.
#[derive(Clone, Default)]
pub struct People {
    book: Arc<RwLock<Arc<Book>>>,
    /// Held while it is written.
    file: Arc<Mutex<Option<File>>>,
    limiter: Arc<Mutex<Limiter>>,
}

impl People {
    /// Opens the book of a data folder. Where there is none yet, it is empty and nothing is written.
    ///
    /// # Errors
    /// When there is one that can't be read: nobody is let in by half a book.
    pub fn open(data_dir: &Path) -> Result<Self, BookError> {
        let (file, book) = File::open(data_dir)?;
        Ok(Self {
            book: Arc::new(RwLock::new(Arc::new(book))),
            file: Arc::new(Mutex::new(Some(file))),
            limiter: Arc::default(),
        })
    }

    /// The book as it is now.
    pub fn book(&self) -> Arc<Book> {
        self.book.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What somebody may do now: everything, for who has the data folder; what the book says, for who is known on this host; and for who
    /// has a token, what it says and the book says too.
    ///
    /// # Errors
    /// They may not come in any more.
    pub fn rights(&self, standing: &Standing, now: Moment) -> Result<Rights, Refused> {
        match standing {
            Standing::Owner => Ok(Rights::all("")),
            Standing::Known(name) => self.book().rights(name).ok_or(Refused::Unknown),
            Standing::Bearer(claims) => self.rights_under(claims, now),
        }
    }

    fn rights_under(&self, claims: &Claims, now: Moment) -> Result<Rights, Refused> {
        if token::is_over(claims, now) {
            return Err(Refused::Expired);
        }
        let book = self.book();
        let known = book.tokens.get(&claims.id).is_some_and(|token| token.name == claims.name);
        let rights = book.rights(&claims.name).filter(|_| known).ok_or(Refused::Revoked)?;
        Ok(Rights { who: rights.who, role: rights.role.min(claims.role), tenants: rights.tenants.and(&claims.tenants) })
    }

    /// What a token says, if it is good.
    ///
    /// # Errors
    /// Why not.
    pub fn verify(&self, token: &str, now: Moment) -> Result<Claims, Refused> {
        let claims = token::read(&self.book(), token)?;
        self.rights_under(&claims, now).map(|_| claims)
    }

    /// The same for somebody at an address, from where a token that is not good may not come too often.
    ///
    /// # Errors
    /// Why not, and what is known of who it was.
    pub fn sign_in(&self, token: &str, from: IpAddr, now: Moment) -> Result<Claims, Failed> {
        let read = token::read(&self.book(), token);
        let who = read.as_ref().ok().map(|claims| (claims.name.clone(), claims.id.clone()));
        let verified = read.and_then(|claims| self.rights_under(&claims, now).map(|_| claims));
        // Nobody guesses a good one: whoever shares its address with those who fail, behind a NAT or a proxy, comes in.
        let why = match verified {
            Ok(claims) => return Ok(claims),
            Err(why) => why,
        };
        // A token of our own that is good no more is no guess, but who guesses is told nothing of that either.
        let (address, known) = (Source::at(from), who.as_ref().map(|(_, token)| Source::Token(token.clone())));
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = [Some(&address), known.as_ref()].into_iter().flatten().find_map(|one| limiter.wait(one, now));
        if let Some(wait) = waits {
            return Err(Failed { why: Refused::Wait(wait), lately: 0, who });
        }
        Err(Failed { why, lately: limiter.failed(known.unwrap_or(address), now), who })
    }

    /// Changes the book. When it returns, that is on stable storage.
    ///
    /// # Errors
    /// Nothing was changed, and why.
    pub fn change<T, E: Into<ChangeError>>(
        &self,
        now: Moment,
        change: impl FnOnce(&mut Book) -> Result<T, E>,
    ) -> Result<T, ChangeError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut book = Book::clone(&self.book());
        book.tidy(now);
        let done = change(&mut book).map_err(Into::into)?;
        if let Some(file) = &mut *file {
            file.write(&book)?;
        }
        *self.book.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(book);
        Ok(done)
    }

    /// Makes a token for somebody in the book, once that is on record.
    ///
    /// # Errors
    /// Why not.
    pub fn token(
        &self,
        name: &str,
        ttl: Span,
        now: Moment,
        put_on_record: impl FnOnce(&Claims) -> Result<(), ChangeError>,
    ) -> Result<NewToken, ChangeError> {
        if ttl < TTL_LIMITS.0 || ttl > TTL_LIMITS.1 {
            return Err(ChangeError::Ttl);
        }
        let (id, fresh) = (random_hex::<8>()?, new_key(now)?);
        self.change(now, |book| {
            let rights = book.rights(name).ok_or(Senseless::Nobody)?;
            if book.signing().is_none() {
                book.rotate(fresh, false);
            }
            let key = book.signing().ok_or(ChangeError::Chance)?.clone();
            // To the second, as the token says it.
            let expires_at = Moment((now + ttl).unix_seconds() * 1_000);
            let claims =
                Claims { name: rights.who, role: rights.role, tenants: rights.tenants, id: id.clone(), expires_at };
            let text = token::sign(&key, &claims, now).filter(|text| text.len() <= token::LONGEST);
            let text = text.ok_or(ChangeError::TooLong)?;
            book.issue(id, Token { name: name.into(), made_at: now, expires_at, key: key.id })?;
            put_on_record(&claims)?;
            let Claims { name, role, tenants, id, .. } = claims;
            Ok::<_, ChangeError>(NewToken { name, role, tenants, id, expires_at, token: text })
        })
    }

    /// Signs with a new key from now on, once that is on record, by the key's id; `revoke`: takes all tokens back. Says how many
    /// that were.
    ///
    /// # Errors
    /// Why not.
    pub fn rotate(
        &self,
        revoke: bool,
        now: Moment,
        put_on_record: impl FnOnce(&str) -> Result<(), ChangeError>,
    ) -> Result<usize, ChangeError> {
        let key = new_key(now)?;
        self.change(now, |book| {
            put_on_record(&key.id)?;
            Ok::<_, ChangeError>(book.rotate(key, revoke))
        })
    }
}

fn new_key(now: Moment) -> Result<Key, ChangeError> {
    Ok(Key { id: random_hex::<4>()?, made_at: now, secret: Secret::new(random_hex::<32>()?) })
}

fn random_hex<const BYTES: usize>() -> Result<String, ChangeError> {
    let mut bytes = zeroize::Zeroizing::new([0; BYTES]);
    getrandom::fill(&mut *bytes).map_err(|_| ChangeError::Chance)?;
    Ok(hex::encode(*bytes))
}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("People(***)")
    }
}

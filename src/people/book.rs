//! The book of people as a value: persons, the tokens that they have, the keys that signed those. Pure: time and chance are
//! arguments. Where it is kept is left to `file`, what a token looks like to `token`.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::credentials::Secret;
use crate::core::id::TenantId;
use crate::core::person::{Person, Scope};
use crate::core::rights::Rights;
use crate::core::role::Role;
use crate::core::time::{Moment, Span};
use crate::link::people::Issue;

/// A token is taken for so long after its end: clocks differ.
pub(super) const SKEW: Span = Span::MINUTE;
/// Live tokens that one person may have.
const TOKENS: usize = 50;
/// People in the book, at most: each request that comes with a token looks into it.
const PEOPLE: usize = 10_000;

/// Everybody, and what lets them in.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Book {
    pub(super) persons: BTreeMap<String, Person>,
    /// By id. One that is not here is good no more.
    pub(super) tokens: BTreeMap<String, Token>,
    /// The newest last: it signs.
    pub(super) keys: Vec<Key>,
}

/// A token that was made.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token {
    /// Whose.
    pub(super) name: String,
    pub(super) made_at: Moment,
    pub(super) expires_at: Moment,
    /// The id of the key that signed it.
    pub(super) key: String,
}

/// What signs.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) made_at: Moment,
    /// 64 hex digits.
    pub(super) secret: Secret,
}

/// What can't be done to the book.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Senseless {
    /// Not a login name.
    #[error("a name is 1 to 64 of a-z, 0-9, . _ and -, beginning with a letter or digit, for example priya")]
    Name,
    /// There is somebody of that name.
    #[error("they are in the book already; `user set` changes them")]
    Exists,
    /// There is nobody of that name.
    #[error("no such person; `alert-whisperer user list` shows them")]
    Nobody,
    /// There is no such token of theirs.
    #[error("no such token of theirs; `alert-whisperer user show NAME` shows them")]
    NoToken,
    /// Nobody could change the book any more.
    #[error(
        "nobody would be left who may change the book: somebody must be admin of all tenants, `user add NAME --role admin`"
    )]
    NoAdmin,
    /// Somebody has too many tokens.
    #[error("they have {TOKENS} tokens that are good; take some back first, with `user revoke`")]
    Tokens,
    /// The book is full.
    #[error("the book has {PEOPLE} people, which is as many as it takes")]
    Full,
    /// No tenant, and not all.
    #[error("say for which tenants: `--tenant ID`, or `--tenant '*'` for all")]
    NoTenant,
}

impl Book {
    /// Everybody, by name.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.persons.values()
    }

    /// Somebody.
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.persons.get(name)
    }

    /// What somebody may do.
    pub fn rights(&self, name: &str) -> Option<Rights> {
        let Person { name, role, tenants, .. } = self.persons.get(name)?;
        Some(Rights { who: name.clone(), role: *role, tenants: tenants.clone() })
    }

    /// Those who may know of a tenant, with their roles.
    pub fn who_may_know_of(&self, tenant: &TenantId) -> BTreeMap<String, Role> {
        let theirs = self.people().filter(|person| person.tenants.covers(tenant));
        theirs.map(|person| (person.name.clone(), person.role)).collect()
    }

    /// Somebody's tokens that are good, the newest first.
    pub fn tokens_of(&self, name: &str, now: Moment) -> Vec<Issue> {
        let theirs = self.tokens.iter().filter(|(_, token)| token.name == name && token.expires_at > now);
        let issue = |(id, token): (&String, &Token)| Issue {
            id: id.clone(),
            made_at: token.made_at,
            expires_at: token.expires_at,
        };
        let mut tokens: Vec<Issue> = theirs.map(issue).collect();
        tokens.sort_by_key(|token| std::cmp::Reverse(token.made_at));
        tokens
    }

    /// Adds somebody.
    ///
    /// # Errors
    /// Why not.
    pub fn add(&mut self, person: Person) -> Result<(), Senseless> {
        if !is_name(&person.name) {
            return Err(Senseless::Name);
        }
        if person.tenants == Scope::Some(BTreeSet::new()) {
            return Err(Senseless::NoTenant);
        }
        if self.persons.contains_key(&person.name) {
            return Err(Senseless::Exists);
        }
        if self.persons.len() >= PEOPLE {
            return Err(Senseless::Full);
        }
        self.persons.insert(person.name.clone(), person);
        Ok(())
    }

    /// Changes somebody.
    ///
    /// # Errors
    /// Why not.
    pub fn set(&mut self, name: &str, role: Option<Role>, tenants: Option<Scope>) -> Result<(), Senseless> {
        if tenants == Some(Scope::Some(BTreeSet::new())) {
            return Err(Senseless::NoTenant);
        }
        let person = self.persons.get_mut(name).ok_or(Senseless::Nobody)?;
        person.role = role.unwrap_or(person.role);
        person.tenants = tenants.unwrap_or_else(|| person.tenants.clone());
        Ok(())
    }

    /// Takes somebody out, with their tokens.
    ///
    /// # Errors
    /// There is nobody of that name.
    pub fn remove(&mut self, name: &str) -> Result<(), Senseless> {
        self.persons.remove(name).ok_or(Senseless::Nobody)?;
        self.tokens.retain(|_, token| token.name != name);
        Ok(())
    }

    /// Whether there is somebody who may change the book.
    ///
    /// # Errors
    /// There is not.
    pub fn has_admin(&self) -> Result<(), Senseless> {
        let admin = |person: &Person| person.role == Role::Admin && person.tenants == Scope::All;
        if self.people().any(admin) { Ok(()) } else { Err(Senseless::NoAdmin) }
    }

    /// Takes back a token of somebody, or all of theirs. Says how many.
    ///
    /// # Errors
    /// There is no such person or token.
    pub fn revoke(&mut self, name: &str, token: Option<&str>) -> Result<usize, Senseless> {
        if !self.persons.contains_key(name) {
            return Err(Senseless::Nobody);
        }
        let before = self.tokens.len();
        self.tokens.retain(|id, one| one.name != name || token.is_some_and(|token| token != id));
        let revoked = before - self.tokens.len();
        if revoked == 0 && token.is_some() { Err(Senseless::NoToken) } else { Ok(revoked) }
    }

    /// Signs with another key from now on; `revoke`: what was signed before is good no more. Says how many tokens that takes back.
    pub(super) fn rotate(&mut self, new: Key, revoke: bool) -> usize {
        let revoked = if revoke { std::mem::take(&mut self.tokens).len() } else { 0 };
        self.keys.push(new);
        self.forget_keys();
        revoked
    }

    /// The key that signs.
    pub(super) fn signing(&self) -> Option<&Key> {
        self.keys.last()
    }

    pub(super) fn key(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// Remembers a token that is made for somebody.
    ///
    /// # Errors
    /// Why it may not be made.
    pub(super) fn issue(&mut self, id: String, token: Token) -> Result<(), Senseless> {
        let live = self.tokens.values().filter(|one| one.name == token.name && one.expires_at > token.made_at);
        if live.count() >= TOKENS {
            return Err(Senseless::Tokens);
        }
        self.tokens.insert(id, token);
        Ok(())
    }

    /// Forgets tokens that nobody takes any more, and keys that signed none that is left.
    pub(super) fn tidy(&mut self, now: Moment) {
        self.tokens.retain(|_, token| token.expires_at + SKEW >= now);
        self.forget_keys();
    }

    fn forget_keys(&mut self) {
        let last = self.keys.last().map(|key| key.id.clone());
        let used: BTreeSet<&str> =
            self.tokens.values().map(|token| token.key.as_str()).chain(last.as_deref()).collect();
        self.keys.retain(|key| used.contains(key.id.as_str()));
    }

    /// Whether somebody may know of a tenant by its name.
    pub fn names(&self, tenant: &TenantId) -> bool {
        self.people().any(|person| matches!(&person.tenants, Scope::Some(tenants) if tenants.contains(tenant)))
    }

    /// A tenant is no more: one that is added under its id later is another, and nobody's yet.
    pub fn forget_tenant(&mut self, tenant: &TenantId) {
        for person in self.persons.values_mut() {
            if let Scope::Some(tenants) = &mut person.tenants {
                tenants.remove(tenant);
            }
        }
    }
}

/// Whether somebody can be called that.
pub fn is_name(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    starts && name.len() <= 64 && name.chars().all(inner)
}

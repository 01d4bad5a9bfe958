//! What may be asked about people: who is in the book, their tokens, the keys that sign those, the engine's own log.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::person::{Person, Scope};
use crate::core::role::Role;
use crate::core::time::Moment;

/// A question about people, or a change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "people", rename_all = "snake_case")]
pub enum Ask {
    /// Everybody in the book.
    List,
    /// One person with their tokens.
    Show {
        /// Who; absent: whoever asks.
        name: Option<String>,
    },
    /// Add somebody.
    Add {
        /// A login name.
        name: String,
        /// What they may do.
        role: Role,
        /// For whom.
        tenants: Scope,
    },
    /// Change somebody.
    Set {
        /// Who.
        name: String,
        /// What they may do from now on.
        role: Option<Role>,
        /// For whom.
        tenants: Option<Scope>,
    },
    /// Take somebody out of the book, with their tokens.
    Remove {
        /// Who.
        name: String,
    },
    /// Make a token.
    Token {
        /// For whom.
        name: String,
        /// How long it is good.
        ttl_seconds: u64,
    },
    /// Take tokens back.
    Revoke {
        /// Whose.
        name: String,
        /// Which; absent: all of theirs.
        token: Option<String>,
    },
    /// Sign with a new key from now on. The old one is good until its last token has expired.
    Rotate {
        /// It is not: all tokens are taken back at once.
        revoke: bool,
    },
    /// The engine's own log, from an entry on; answered as a tenant's is.
    Log {
        /// The first number that is wanted; 0: the last ones.
        from: u64,
        /// At most so many.
        limit: usize,
    },
}

/// What is answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "told", content = "people", rename_all = "snake_case")]
pub enum Told {
    /// People, by name.
    List(Vec<Person>),
    /// One with their live tokens, the newest first.
    Shown {
        /// Who. Absent: whoever asks is not in the book, and has the data folder.
        person: Option<Person>,
        /// Theirs.
        tokens: Vec<Issue>,
    },
    /// A token, shown this once.
    Token(NewToken),
    /// So many tokens were taken back.
    Revoked {
        /// How many.
        tokens: usize,
    },
}

/// A token as the book knows it: not what it says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Issue {
    /// By which it is revoked.
    pub id: String,
    /// When it was made.
    pub made_at: Moment,
    /// It is good until then.
    pub expires_at: Moment,
}

/// A token that was just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    /// Whose.
    pub name: String,
    /// What it lets them do, at most.
    pub role: Role,
    /// For whom.
    pub tenants: Scope,
    /// By which it is revoked.
    pub id: String,
    /// It is good until then.
    pub expires_at: Moment,
    /// Itself.
    pub token: String,
}

impl Ask {
    /// Whether it is about nobody but whoever asks, and theirs to ask: their own entry and tokens.
    pub fn is_own(&self, who: &str) -> bool {
        match self {
            Self::Show { name } => name.as_deref().is_none_or(|name| name == who),
            Self::Token { name, .. } | Self::Revoke { name, .. } => name == who,
            Self::List | Self::Add { .. } | Self::Set { .. } | Self::Remove { .. } => false,
            Self::Rotate { .. } | Self::Log { .. } => false,
        }
    }

    /// What it is called on record; nothing when it only asks.
    pub fn on_record(&self) -> Option<&'static str> {
        match self {
            Self::List | Self::Show { .. } | Self::Log { .. } => None,
            Self::Add { .. } => Some("person.add"),
            Self::Set { .. } => Some("person.set"),
            Self::Remove { .. } => Some("person.remove"),
            Self::Token { .. } => Some("token.make"),
            Self::Revoke { .. } => Some("token.revoke"),
            Self::Rotate { .. } => Some("keys.rotate"),
        }
    }

    /// Whom it is about, when `who` asks; the engine, when it is about nobody.
    pub fn whom<'a>(&'a self, who: &'a str) -> &'a str {
        match self {
            Self::List | Self::Log { .. } => "engine",
            Self::Rotate { .. } => "keys",
            Self::Show { name } => name.as_deref().unwrap_or(who),
            Self::Add { name, .. }
            | Self::Set { name, .. }
            | Self::Remove { name }
            | Self::Token { name, .. }
            | Self::Revoke { name, .. } => name,
        }
    }
}

impl fmt::Debug for NewToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewToken({}, {}, ***)", self.name, self.id)
    }
}

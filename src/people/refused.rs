//! Why somebody was not let in, and why the book was not changed, in words for them.

use super::book::Senseless;
use super::file::BookError;
use crate::core::time::Span;
use crate::link::Refusal;

/// Why somebody may not come in. Only who has a token that this engine signed is told more than that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// It is no token of this engine.
    #[error("the token is none of this engine's; `alert-whisperer user token NAME` makes one")]
    Bad,
    /// It was good.
    #[error("the token has expired; `alert-whisperer user token NAME` makes another")]
    Expired,
    /// It was taken back, or its person was.
    #[error("the token was taken back; `alert-whisperer user token NAME` makes another")]
    Revoked,
    /// They are of this host, and not in the book.
    #[error("you are not in the book of people; an admin adds you with `alert-whisperer user add`")]
    Unknown,
    /// They failed too often.
    #[error("too many failed sign-ins from there; try again in {} s", .0.0.max(0).div_euclid(1_000) + 1)]
    Wait(Span),
}

/// Somebody was not let in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failed {
    /// Why.
    pub why: Refused,
    /// How many times that has been, lately; 0: it was not even looked at.
    pub lately: u32,
    /// Whose token it was, and which; absent: none of ours.
    pub who: Option<(String, String)>,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// It makes no sense.
    #[error(transparent)]
    Senseless(#[from] Senseless),
    /// It could not be written down.
    #[error(transparent)]
    File(#[from] BookError),
    /// A token's life is out of its limits.
    #[error("a token is good for 1 minute to 24 hours")]
    Ttl,
    /// A token would be too long to be sent in a header.
    #[error("the person has too many tenants for a token; give them '*', or fewer")]
    TooLong,
    /// It can't be put on record.
    #[error("nothing was changed: it cannot be put on record: {0}")]
    Record(String),
    /// The system has no randomness.
    #[error("the system has no random numbers to give; nothing was changed")]
    Chance,
}

impl Refused {
    /// `code_in_snake_case`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bad => "bad_token",
            Self::Expired => "token_expired",
            Self::Revoked => "token_revoked",
            Self::Unknown => "not_in_the_book",
            Self::Wait(_) => "too_many_failures",
        }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self::new(refused.code(), refused.to_string())
    }
}

impl ChangeError {
    /// `code_in_snake_case`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Senseless(Senseless::Nobody) => "no_such_person",
            Self::Senseless(Senseless::NoToken) => "no_such_token",
            Self::Senseless(Senseless::Exists) => "exists",
            Self::Senseless(Senseless::Name | Senseless::NoTenant) | Self::Ttl => "bad_setting",
            Self::Senseless(_) | Self::TooLong => "refused",
            Self::File(_) | Self::Record(_) => "unavailable",
            Self::Chance => "no_randomness",
        }
    }
}

impl From<ChangeError> for Refusal {
    fn from(error: ChangeError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

//! How a seat stands with its engine: not there yet, live, away for a while, gone.

/// Whether there is anything on the board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Phase {
    /// No snapshot has come yet.
    Waiting,
    /// The board follows the engine.
    Live,
    /// The connection is away, and why; the board is what it was when the feed was last heard. It comes back by itself.
    Away(String),
    /// The engine is gone; the board is what it was then.
    Lost(String),
}

impl Phase {
    /// Why nothing can be changed; absent while something may be.
    pub fn stands_still(&self) -> Option<&'static str> {
        match self {
            Self::Waiting | Self::Live => None,
            Self::Away(_) => Some("the engine is away"),
            Self::Lost(_) => Some("the engine is gone"),
        }
    }
}

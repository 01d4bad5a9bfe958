//! The task that owns `core::Engine`: takes inputs, writes them down, applies them, answers, publishes, keeps deadlines.

pub mod counters;
pub mod directory;
pub mod handle;

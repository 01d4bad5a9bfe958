//! The full-screen hand-over.
mod filter;

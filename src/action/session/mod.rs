//! Sessions: what they showed is kept by [`recording`].

pub mod recording;

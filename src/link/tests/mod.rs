//! Links that lose their engine.

mod reconnecting;

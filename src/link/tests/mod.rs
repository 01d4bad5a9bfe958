//! Links that lose their engine, and those that get none.

mod kept_out;
mod reconnecting;

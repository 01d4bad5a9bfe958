//! Sessions that are open: what holds them, apart from how they are on record.

pub mod forward;

//! From an order to its end: a real engine with the hands at its side, and the AWS stand-in, over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod asking;
mod by_itself;
#[path = "../support/delivery.rs"]
mod delivery;
mod door;
mod forwarding;
mod patches;
mod rig;
mod sending;
mod session_trouble;
mod sessions;
mod tenants;
mod trouble;
mod watching;

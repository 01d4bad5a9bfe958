//! Sessions from end to end: our client over real sockets against the stand-in's gateway and agents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod bulk;
mod commands;
mod keys;
mod lines;
#[path = "../support/log.rs"]
mod log;
mod ports;
mod rig;
mod secrets;
mod shells;

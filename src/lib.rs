//! Alert Whisperer: every client's trouble, live and ranked, on one terminal.
//!
//! The way of an alert: `receiver` authenticates and parses a request, `engine` writes it to the `store`'s inbox and then
//! applies it to `core`, the sender gets its answer, and the changes go to every seat's board (`core::board`) through a
//! `link`. `tui` draws the board; `cli` is everything else a person can call.
//!
//! The way of a cure: a seat asks `action` what would run where, `core` decides whether it may and who has to agree, `action`
//! carries it out through `aws`, which reaches the clients' accounts, one tenant at a time; `audit` chains what is on record.
//!
//! The way of a session: `action` holds it and records it, `aws::session` is its channel to the machine, `core` decides who may
//! type and who looks on. A seat asks for what it has not seen yet and shows it in a pane of the `tui`.
//!
//! The way of a seat: `link` is a channel within the engine's process, `engine.sock` on its host, `link::live` from elsewhere, which
//! `receiver::live` lets in by a token. `people` is the book of who may come; every call of a seat, a command or an HTTP client
//! (`receiver::api`) comes through the engine's gate, which asks `core::rights`. `engine` feeds each seat what is theirs.
//!
//! Invariants: `core` does no IO and reads no clock. An input is on stable storage before it is applied or answered. The
//! `tui` never touches store, receiver or engine. Nothing from outside is shown but as `core::safe_text::SafeText`.
//! Who may use whom is held by `tests/architecture.rs`.

pub mod action;
pub mod audit;
pub mod aws;
pub mod cli;
pub mod config;
pub mod core;
pub mod demo;
pub mod engine;
pub mod link;
pub mod people;
pub mod receiver;
pub mod sender;
pub mod store;
pub mod tui;

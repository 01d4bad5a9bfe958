//! The receiver over real sockets: every row of the table of answers, every abuse we know.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "receiver/abuse.rs"]
mod abuse;
#[path = "receiver/answers.rs"]
mod answers;
#[path = "receiver/sources.rs"]
mod sources;
mod support;
#[path = "receiver/tls.rs"]
mod tls;

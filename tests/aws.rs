//! The way to AWS, against the stand-in: whose credentials are used for what, that a command is sent once, and what is said
//! when something goes wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[path = "aws/chain.rs"]
mod chain;
#[path = "aws/commands.rs"]
mod commands;
#[path = "aws/fixture.rs"]
mod fixture;
#[path = "support/log.rs"]
mod log;
#[path = "aws/nodes.rs"]
mod nodes;
#[path = "aws/patch.rs"]
mod patch;
#[path = "aws/roles.rs"]
mod roles;
#[path = "aws/secrets.rs"]
mod secrets;
#[path = "aws/sending.rs"]
mod sending;
#[path = "aws/sessions.rs"]
mod sessions;

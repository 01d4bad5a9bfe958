//! The HTTP API over a real socket, before a real engine on a disk: what it answers, to whom, and that `docs/openapi.yaml` says so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "api/changes.rs"]
mod changes;
#[path = "api/lists.rs"]
mod lists;
#[path = "api/people.rs"]
mod people;
#[path = "api/rig.rs"]
mod rig;
#[path = "api/running.rs"]
mod running;
#[path = "api/spec.rs"]
mod spec;
#[path = "api/strangers.rs"]
mod strangers;

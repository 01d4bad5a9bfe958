//! Nobody sees what is not theirs: who may ask what, and that another tenant's things are answered like what there is not, at
//! every way into the engine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "isolation/calls.rs"]
mod calls;
#[path = "isolation/commands.rs"]
mod commands;
#[path = "support/delivery.rs"]
mod delivery;
#[path = "isolation/house.rs"]
mod house;
#[path = "isolation/requests.rs"]
mod requests;
#[path = "isolation/routes.rs"]
mod routes;
#[path = "isolation/table.rs"]
mod table;

//! The seat as a person meets it: keys in, screens and effects out. Each file one matter.

mod approvals;
mod attending;
mod audit;
mod away;
mod commands;
#[path = "../../../tests/support/hostile.rs"]
mod corpus;
mod documents;
mod first_run;
mod fixture;
mod forwarding;
mod handover;
mod hands;
mod hostile;
mod hostile_bodies;
mod list;
mod machines;
mod mouse;
mod plain;
mod presence;
mod run;
mod screens;
mod seeking;
mod selection;
mod sessions;
mod sources;
mod tasks;
mod terminal;
mod triage;
mod wall;
mod windows;
mod words;

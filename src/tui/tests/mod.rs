//! The seat as a person meets it: keys in, screens and effects out. Each file one matter.

mod approvals;
mod attending;
mod audit;
mod commands;
mod documents;
mod first_run;
mod fixture;
mod forwarding;
mod handover;
mod hands;
mod hostile;
mod list;
mod machines;
mod mouse;
mod plain;
mod run;
mod screens;
mod seeking;
mod selection;
mod sessions;
mod tasks;
mod terminal;
mod triage;
mod wall;
mod windows;
mod words;

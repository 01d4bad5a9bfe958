//! What an operator may do on other people's machines.

pub mod runbook;

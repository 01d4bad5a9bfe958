//! The seat as a person meets it: keys in, screens and effects out. Each file one matter.

mod commands;
mod documents;
mod fixture;
mod hostile;
mod list;
mod screens;
mod seeking;
mod selection;
mod wall;
mod windows;
mod words;

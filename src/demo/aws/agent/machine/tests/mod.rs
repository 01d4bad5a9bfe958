//! Both sides of a channel against each other, and against what the real ones say.

mod checklist;
mod encryption;
mod endings;
mod line;
mod properties;

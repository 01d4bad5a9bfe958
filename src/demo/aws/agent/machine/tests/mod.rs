//! Both sides of a channel against each other, and against what the real ones say.

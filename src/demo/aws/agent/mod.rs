//! The stand-in's agents: the other end of a session.

pub mod machine;

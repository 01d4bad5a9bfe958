//! A scripted MSP: six companies, the five tools that watch them, the people who work there, and one night after another.
//!
//! [`script`] and [`crew`] are data, the same for the same seed; [`player`] posts it as any client would: signed HTTP requests
//! to a receiver on loopback. Starting that receiver and its engine, and showing what comes of it, is `cli`'s.

pub mod aws;
mod chance;
pub mod companies;
pub mod crew;
pub mod folder;
pub mod player;
pub mod post;
mod scenes;
pub mod script;
mod troubles;

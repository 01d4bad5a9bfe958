//! Trials of the client's parts against what the real peers wrote.

mod vectors;

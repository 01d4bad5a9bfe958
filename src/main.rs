//! The program: parses its arguments, runs, and turns what happened into an exit code.

fn main() {}

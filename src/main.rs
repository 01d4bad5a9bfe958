//! The program: parses its arguments, runs, and turns what happened into an exit code.

use std::process::ExitCode;

/// Alerts are allocated by the threads that parse them and freed by those that store them, which costs the system's
/// allocator a third of the processor time that an alert takes in all.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    alert_whisperer::cli::run()
}

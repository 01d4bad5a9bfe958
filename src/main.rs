//! The program: parses its arguments, runs, and turns what happened into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    alert_whisperer::cli::run()
}

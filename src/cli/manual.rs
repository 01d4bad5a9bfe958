//! `completions` and `man`, made from the same table of arguments.

use std::io;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Arguments;
use super::out::Failure;

/// For which shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// bash, elvish, fish, powershell or zsh
    shell: Shell,
}

/// Prints completions.
///
/// # Errors
/// When standard output can't be written.
pub fn completions(completions: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Arguments::command(), "alert-whisperer", &mut script);
    Ok(io::Write::write_all(&mut io::stdout(), &script)?)
}

/// Prints the manual page.
///
/// # Errors
/// When standard output can't be written.
pub fn page() -> Result<(), Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
    for command in Arguments::command().get_subcommands() {
        clap_mangen::Man::new(command.clone()).render_options_section(&mut page)?;
    }
    Ok(io::Write::write_all(&mut io::stdout(), &page)?)
}

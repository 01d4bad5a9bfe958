//! Everything that a person or a script calls: arguments in, text or JSON out, an exit code. One file a subcommand.
//!
//! Exit codes: 0 done, 1 failed, 2 the command or the configuration is wrong. Errors are one line that says what to do.

mod approvals;
mod attach;
mod audit;
mod check;
mod demo;
mod ending;
mod executions;
mod house;
mod leave;
mod list;
mod log;
mod manual;
mod nodes;
mod notify;
mod out;
mod place;
mod plain;
mod reach;
mod receiving;
mod reload;
mod run;
mod runbooks;
mod send;
mod serve;
mod session;
mod source;
mod tail;
mod technicians;
mod tenant;
mod tui;
mod user;
mod verify;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::log::filter as log_filter;

use self::out::Failure;
use self::place::Place;

/// Every client's trouble, live and ranked, on one terminal.
#[derive(Debug, Parser)]
#[command(name = "alert-whisperer", version, about, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// The configuration file (~/.config/alert-whisperer/config.toml without it)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where everything is kept (~/.local/share/alert-whisperer without it)
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Where senders post (127.0.0.1:8001 without it)
    #[arg(long, global = true, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Write a log here; `serve` logs to standard error without it
    #[arg(long, global = true, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Colours of the screen
    #[arg(long, global = true, value_enum, default_value = "auto")]
    color: Color,
    /// Draw with ASCII only
    #[arg(long, global = true)]
    ascii: bool,
    /// Refuse everything that changes something
    #[arg(long, global = true)]
    read_only: bool,
    /// The screen as a wall: large, read-only, for somebody far away
    #[arg(long, global = true)]
    wall: bool,
    /// The screen as plain lines, for screen readers: no boxes, no colour, nothing is drawn over
    #[arg(long, global = true, conflicts_with = "wall")]
    plain: bool,
    /// Log more; twice for everything
    #[arg(short, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Never,
    #[value(name = "16")]
    Sixteen,
    #[value(name = "256")]
    Indexed,
    Rgb,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The screen: on the engine that runs on this host, else with one of its own; what runs without a command
    Tui,
    /// The engine without a screen
    Serve {
        /// Leave the terminal that it is begun at
        #[arg(long, hide = true)]
        apart: bool,
    },
    /// The screen, on an engine that runs: somewhere else, or on this host
    Attach(attach::Attach),
    /// A night at a made-up MSP, in a data folder of its own; nothing leaves this machine
    Demo(demo::Demo),
    /// Clients: add, list, settings, keys and secrets, copies, remove
    #[command(subcommand)]
    Tenant(tenant::Tenant),
    /// Who posts for a client: keys, kinds, what to paste into a tool, what a body becomes
    #[command(subcommand)]
    Source(source::Source),
    /// Post a correctly signed alert
    Send(send::Send),
    /// Incidents, the highest score first
    Incidents(list::List),
    /// Alerts, the latest first
    Alerts(list::List),
    /// What happens, line by line
    Tail(tail::Tail),
    /// Runbooks: what may be run, on what, and exactly how
    Runbooks(runbooks::Runbooks),
    /// Run a runbook or a command on an incident's machine; without --yes, show what would run
    Run(run::Run),
    /// What was run, the latest first
    Executions(executions::Executions),
    /// One execution, with what it wrote
    Execution(executions::Which),
    /// End an execution, begun or not
    Cancel(executions::Which),
    /// What waits for somebody's approval
    Approvals,
    /// Say yes to what somebody else asked for
    Approve(approvals::Approve),
    /// Say no to it
    Reject(approvals::Reject),
    /// A client's managed machines
    Nodes(nodes::Nodes),
    /// People: who may come, with which role, for which clients; their tokens
    #[command(subcommand)]
    User(user::User),
    /// A client's audit log, or the engine's own: show, verify, export
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Shells, commands and ports on clients' machines, and their recordings
    #[command(subcommand)]
    Session(session::Session),
    /// What is wrong with the setup, and how to mend it
    Check,
    /// Completions for a shell
    Completions(manual::Completions),
    /// The manual page
    Man,
}

/// Runs the program.
pub fn run() -> ExitCode {
    let done = match Arguments::try_parse() {
        Ok(arguments) => go(arguments),
        Err(error) if error.use_stderr() => Err(Failure::wrong_words(one_line(&error))),
        // Help, or the version.
        Err(error) => error.print().map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

/// What is wrong with the arguments, and a tip if there is one; the usage is in the help.
fn one_line(error: &clap::Error) -> String {
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a subcommand is missing; --help lists them".into();
    }
    let text = error.to_string();
    let said = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let said = said.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    let line = said.collect::<Vec<_>>().join(" ");
    format!("{}; --help shows how it is called", line.strip_prefix("error: ").unwrap_or(&line))
}

fn go(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { global, command } = arguments;
    match command.unwrap_or(Command::Tui) {
        Command::Completions(completions) => manual::completions(&completions),
        Command::Man => manual::page(),
        Command::Send(send) => send::run(&send, &global),
        Command::Tui if global.plain => plain::run(&Place::find(&global)?),
        Command::Tui => tui::run(&Place::find(&global)?),
        Command::Attach(attach) => attach::run(&attach, &Place::find(&global)?),
        Command::Serve { apart } => {
            if apart {
                leave::go_apart()?;
            }
            serve::run(&Place::find(&global)?)
        }
        Command::Demo(demo) => demo::run(&demo, &global),
        Command::Tenant(tenant) => tenant::run(tenant, &Place::find(&global)?),
        Command::Source(source) => source::run(source, &Place::find(&global)?),
        Command::User(user) => user::run(user, &Place::find(&global)?),
        Command::Incidents(list) => list::incidents(&list, &Place::find(&global)?),
        Command::Alerts(list) => list::alerts(&list, &Place::find(&global)?),
        Command::Tail(tail) => tail::run(&tail, &Place::find(&global)?),
        Command::Runbooks(which) => runbooks::run(&which, &Place::find(&global)?),
        Command::Run(run) => run::run(&run, &Place::find(&global)?),
        Command::Executions(which) => executions::list(&which, &Place::find(&global)?),
        Command::Execution(which) => executions::show(&which, &Place::find(&global)?),
        Command::Cancel(which) => executions::cancel(&which, &Place::find(&global)?),
        Command::Approvals => approvals::list(&Place::find(&global)?),
        Command::Approve(approve) => approvals::approve(&approve, &Place::find(&global)?),
        Command::Reject(reject) => approvals::reject(&reject, &Place::find(&global)?),
        Command::Nodes(which) => nodes::run(&which, &Place::find(&global)?),
        Command::Audit(audit) => audit::run(&audit, &Place::find(&global)?),
        Command::Session(session) => session::run(&session, &Place::find(&global)?),
        Command::Check => check::run(&global),
    }
}

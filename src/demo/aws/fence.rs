//! What a command may touch. On Linux, Landlock lets it read what its user can and write only below its node's own directory,
//! reach nobody over TCP and signal nobody else. And the programs that would ask a daemon to change this machine are others in
//! its PATH: they only say what would have happened. It hears what a machine's command hears, whoever began us.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// Where a command's own programs are, after ours.
const SYSTEM: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Programs that a daemon listens to, or that take more rights.
const HARMLESS: [&str; 18] = [
    "docker",
    "doas",
    "halt",
    "init",
    "kubectl",
    "pkexec",
    "podman",
    "poweroff",
    "rc-service",
    "reboot",
    "runuser",
    "service",
    "shutdown",
    "su",
    "sudo",
    "systemctl",
    "systemd-run",
    "telinit",
];

/// All of them.
const SCRIPT: &str = r#"#!/bin/sh
name=${0##*/}
case "$name $1" in
"systemctl show") echo LoadState=loaded ;;
"systemctl is-active") echo active ;;
"systemctl is-failed") echo active; exit 1 ;;
*) echo "(AWS stand-in) $name $*: not done here" ;;
esac
"#;

/// Puts them into a folder.
///
/// # Errors
/// When they can't be written.
pub(super) fn lay_out(folder: &Path) -> io::Result<()> {
    let programs = folder.join("bin");
    fs::create_dir(&programs)?;
    let script = programs.join("not-done");
    fs::write(&script, SCRIPT)?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    HARMLESS.iter().try_for_each(|name| symlink("not-done", programs.join(name)))
}

/// The PATH that has them first.
pub(super) fn path(folder: &Path) -> String {
    format!("{}:{SYSTEM}", folder.join("bin").display())
}

/// Starts a command that may write below `home` only. Whether that could be had is the second part: without it, the command
/// may do what its user may.
///
/// # Errors
/// When it can't be started.
pub(super) async fn start(mut command: Command, home: PathBuf) -> io::Result<(Child, bool)> {
    hear_again();
    let (child, fenced) = fenced(home, None, move || command.spawn()).await?;
    Ok((child?, fenced))
}

/// Lets a command hear SIGINT and SIGQUIT where we ignore them, as whatever a script begins in its background does. What is
/// ignored is inherited, and a shell sets no trap for it then; what is caught is not. Only Linux says what we ignore.
fn hear_again() {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    for kind in [SignalKind::interrupt(), SignalKind::quit()] {
        if ignored & (1 << (kind.as_raw_value() - 1)) != 0 {
            // Caught from now on, and still nobody minds it. If it can't be, the command does not hear it, as before.
            drop(signal(kind));
        }
    }
}

/// Starts something on a thread that may write below `home` only, and to the terminal where there is one; and so what it
/// starts. Whether that could be had is the second part.
///
/// # Errors
/// When there is no thread.
pub(super) async fn fenced<T: Send + 'static>(
    home: PathBuf,
    terminal: Option<PathBuf>,
    begin: impl FnOnce() -> T + Send + 'static,
) -> io::Result<(T, bool)> {
    let runtime = Handle::current();
    let (starting, started) = oneshot::channel();
    // A thread of its own: what it gives up it never gets back, and its children neither.
    std::thread::Builder::new().spawn(move || {
        let _inside = runtime.enter();
        let fenced = give_up(&home, terminal.as_deref());
        // Whoever waited for it may have gone; then it ends with the answer that nobody takes.
        let _ = starting.send((begin(), fenced));
    })?;
    started.await.map_err(io::Error::other)
}

/// Gives up, for this thread and all that it starts, whatever a command must not have.
#[cfg(target_os = "linux")]
fn give_up(home: &Path, terminal: Option<&Path>) -> bool {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
        path_beneath_rules,
    };
    let abi = ABI::V6;
    let own = terminal.into_iter().chain(terminal.map(|_| Path::new("/dev/tty")));
    let fence = || {
        Ruleset::default()
            .handle_access(AccessFs::from_all(abi))?
            .handle_access(AccessNet::from_all(abi))?
            .scope(Scope::from_all(abi))?
            .create()?
            .add_rules(path_beneath_rules(["/"], AccessFs::from_read(abi)))?
            .add_rules(path_beneath_rules(["/dev/null", "/dev/zero", "/dev/full"], AccessFs::from_file(abi)))?
            .add_rules(path_beneath_rules(own, AccessFs::from_file(abi)))?
            .add_rules(path_beneath_rules([home], AccessFs::from_all(abi)))?
            .restrict_self()
    };
    fence().is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced)
}

#[cfg(not(target_os = "linux"))]
fn give_up(_home: &Path, _terminal: Option<&Path>) -> bool {
    false
}

//! Ways to a session, and the list of them.

use super::Risk::{Remote, View};
use super::Scope::{Incident, Leaving, Machines, Panes, Sessions};
use super::argument::Argument;
use super::{Command, cmd};

/// The rows. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static ROWS: &[Command] = &[
    cmd("shell",          "s",                 Incident, Remote, "Open a shell on the incident's machine",            |app, _| app.open_shell()),
    cmd("sessions",       "S",                 Panes,    View,   "List sessions, of the tenant ID or as shown",       |app, id| app.list_sessions(id)).takes(Argument::Tenant),
    cmd("shell-here",     "s",                 Machines, Remote, "Open a shell on the selected machine",              |app, _| app.open_shell_on_machine()).hinted("shell"),
    cmd("forward",        "p",                 Incident, Remote, "Forward a local port to one of the incident's machine, or beyond it: NAME, PORT, HOST:PORT or LOCAL:HOST:PORT", |app, port| app.forward(port)).takes(Argument::Text("[LOCAL:][HOST:]PORT, or a name: rdp")),
    cmd("forward-here",   "p",                 Machines, Remote, "Forward a local port to one of the selected machine, or beyond it", |app, port| app.forward_here(port)).hinted("port"),
    cmd("copy-address",   "y",                 Sessions, View,   "Copy the selected forward's address",               |app, _| app.copy_address()).hinted("copy"),
    cmd("take-listed",    "T",                 Sessions, Remote, "Type in the selected session from now on, whoever did before", |app, _| app.take_over_listed()).hinted("take over"),
    cmd("end-listed",     "x",                 Sessions, Remote, "End the selected session",                          |app, _| app.end_listed_session()).hinted("end it"),
    cmd("older-sessions", "o",                 Sessions, View,   "Show what the store has of the selected one's tenant", |app, _| app.list_older_sessions()).hinted("older"),
    cmd("end-and-quit",   "e",                 Leaving,  View,   "End them, and quit",                                |app, _| app.end_and_quit()),
    cmd("leave-engine",   "b",                 Leaving,  View,   "Leave the engine of this seat running behind, and quit", |app, _| app.leave_engine_and_quit()),
    cmd("detach-and-quit", "d",                Leaving,  View,   "Leave them open on the engine, and quit",           |app, _| app.detach_and_quit()),
    cmd("stay",           "n",                 Leaving,  View,   "Stay",                                              |app, _| app.close()),
];

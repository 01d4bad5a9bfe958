//! From an incident to a command on its machine, and what becomes of it.

use super::Risk::{Remote, View};
use super::Scope::{Beside, Execution, Incident, Plan, Script};
use super::argument::Argument;
use super::{Command, cmd};
use crate::tui::moves::Move;
use crate::tui::popups::run::execution::Following;

/// The rows. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static ROWS: &[Command] = &[
    cmd("runbooks",       "d",                 Incident, Remote, "Do: run a runbook on the incident's machine, or the machines of those marked", |app, _| app.runbooks("")),
    cmd("run",            "",                  Incident, Remote, "Run the runbook NAME on the incident's machine",    |app, name| app.runbooks(name)).takes(Argument::Text("NAME: a runbook")),
    cmd("command",        "f",                 Incident, Remote, "Run a command of one's own on the incident's machine, or TEXT", |app, text| app.free_command(text)).takes(Argument::Text("TEXT: a shell command, or PowerShell")),
    cmd("follow",         "F",                 Incident, View,   "Follow the incident's latest execution, or ID",     |app, id| app.follow_latest(id)).takes(Argument::Text("ID: an execution: comp_acme-x2")),
    cmd("again",          "D",                 Incident, Remote, "Run the incident's latest execution again",         |app, _| app.run_again()),
    cmd("run-it",         "y",                 Plan,     Remote, "Run exactly this",                                  |app, _| app.say_yes()).hinted("yes"),
    cmd("leave-it",       "n",                 Plan,     View,   "Run nothing",                                       |app, _| app.close()).hinted("no"),
    cmd("edit-inputs",    "e | ctrl-e",        Plan,     View,   "Change the inputs or the command",                  |app, _| app.edit_inputs()).hinted("change it"),
    cmd("scroll-down",    "pagedown",          Beside,   View,   "What stands beside the list, further down",         |app, _| app.go(Move::Pages(1))).hinted("text down"),
    cmd("scroll-up",      "pageup",            Beside,   View,   "What stands beside the list, further up",           |app, _| app.go(Move::Pages(-1))).hinted("text up"),
    cmd("new-line",       "ctrl-j | alt-enter", Script,  View,   "Break the line",                                    |app, _| app.in_script(|script| script.break_line())),
    cmd("line-down",      "down",              Script,   View,   "To the line below",                                 |app, _| app.in_script(|script| script.turn(1))),
    cmd("line-up",        "up",                Script,   View,   "To the line above",                                 |app, _| app.in_script(|script| script.turn(-1))),
    cmd("edit-outside",   "ctrl-o",            Script,   View,   "Write it in $VISUAL or $EDITOR",                    |app, _| app.edit_outside()).hinted("$EDITOR"),
    cmd("close-run",      "esc | q",           Execution, View,  "Close this window; what runs goes on",              |app, _| app.close()).hinted("close"),
    cmd("cancel-run",     "c",                 Execution, Remote, "Cancel it, after asking",                          |app, _| app.cancel_followed()).hinted("cancel the run"),
    cmd("run-again",      "r | D",             Execution, Remote, "Run it again",                                     |app, _| app.run_followed_again()),
    cmd("other-output",   "tab",               Execution, View,  "Standard error, or standard output again",          |app, _| app.in_execution(|it, _| it.turn_stream())),
    cmd("next-machine",   "right | l",         Execution, View,  "The next machine",                                  |app, _| app.in_execution(|it, app| it.turn_machine(app, 1))),
    cmd("previous-machine", "left | h",        Execution, View,  "The machine before",                                |app, _| app.in_execution(|it, app| it.turn_machine(app, -1))),
    cmd("search-output",  "/",                 Execution, View,  "Search in what it wrote",                           |app, _| app.in_execution(|it, _| it.searching = true)).hinted("search"),
    cmd("next-match",     "n",                 Execution, View,  "The next line found",                               |app, _| app.in_execution(|it, _| Following::seek(it, 1))),
    cmd("previous-match", "N",                 Execution, View,  "The line found before",                             |app, _| app.in_execution(|it, _| Following::seek(it, -1))),
    cmd("copy-output",    "y",                 Execution, View,  "Copy what it wrote to the clipboard",               |app, _| app.copy_output()).hinted("copy"),
    cmd("save-output",    "w",                 Execution, View,  "Write it to a file",                                |app, _| app.save_output()).hinted("save"),
];

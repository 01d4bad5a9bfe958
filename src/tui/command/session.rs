//! In a session: between typing and the pane's own commands, tabs, what was shown before, leaving. Ways in are `attend`'s.

use super::Command;
use super::Risk::{Remote, View};
use super::Scope::{Panes, Session, Shell};
use super::argument::Argument;
use super::cmd;

/// The rows. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static ROWS: &[Command] = &[
    cmd("session-commands", "ctrl-]",          Shell,    View,   "From the machine to the pane's own commands",       |app, _| app.leave_typing()).hinted("commands"),
    cmd("to-session",     "ctrl-]",            Panes,    View,   "Into the session that is shown",                    |app, _| app.to_sessions()),
    cmd("type-on",        "i | enter",         Session,  View,   "Type to the machine again",                         |app, _| app.type_on()).hinted("type"),
    cmd("take-session",   "T",                 Session,  Remote, "Type from now on, whoever does; asks where somebody does", |app, _| app.take_over_shown()).hinted("take over"),
    cmd("detach-session", "d",                 Session,  View,   "Go away; the session stays open",                   |app, _| app.detach_session()).hinted("detach"),
    cmd("close-session",  "x",                 Session,  Remote, "End the session, after asking; close the tab of one that is over", |app, _| app.end_shown_session()).hinted("end"),
    cmd("leave-session",  "esc",               Session,  View,   "From what was to what is, then back to the board",  |app, _| app.leave_session()).hinted("board"),
    cmd("zoom-session",   "z",                 Session,  View,   "Give the session the whole screen, or take it back", |app, _| app.sessions.zoomed = !app.sessions.zoomed).hinted("zoom"),
    cmd("full-screen",    "f",                 Session,  View,   "Hand the whole terminal over to the session",       |app, _| app.full_screen()),
    cmd("search-session", "/",                 Session,  View,   "Search upwards in what the machine has shown",      |app, text| app.search_session(text)).takes(Argument::Text("TEXT: part of a line")).hinted("search"),
    cmd("copy-session",   "y",                 Session,  View,   "Copy the marked rows, else the screen, to the clipboard", |app, _| app.copy_session()).hinted("copy"),
    cmd("mark-rows",      "v",                 Session,  View,   "Mark rows from here on, or none",                   |app, _| app.mark_session()).hinted("mark"),
    cmd("older-match",    "n",                 Session,  View,   "The next older place found",                        |app, _| app.seek_session(true)).hinted("older"),
    cmd("newer-match",    "N",                 Session,  View,   "The next newer place found",                        |app, _| app.seek_session(false)).hinted("newer"),
    cmd("to-newest",      ".",                 Session,  View,   "From the session to the newest critical incident shown that nobody has taken", |app, _| app.select_newest()),
    cmd("list-sessions",  "S",                 Session,  View,   "List sessions, from within one",                    |app, _| app.list_sessions("")).hinted("sessions"),
    cmd("next-session",   "tab",               Session,  View,   "The next session here",                             |app, _| app.turn_session(1)),
    cmd("previous-session", "backtab",         Session,  View,   "The session before",                                |app, _| app.turn_session(-1)),
    cmd("type-leaving-key", "ctrl-]",          Session,  View,   "Type the key itself that leads here",               |app, _| app.type_leaving_key()),
    cmd("session-1",      "1",                 Session,  View,   "The session with that number",                      |app, _| app.show_session(0)),
    cmd("session-2",      "2",                 Session,  View,   "The session with that number",                      |app, _| app.show_session(1)),
    cmd("session-3",      "3",                 Session,  View,   "The session with that number",                      |app, _| app.show_session(2)),
    cmd("session-4",      "4",                 Session,  View,   "The session with that number",                      |app, _| app.show_session(3)),
    cmd("session-5",      "5",                 Session,  View,   "The session with that number",                      |app, _| app.show_session(4)),
    cmd("session-6",      "6",                 Session,  View,   "The session with that number",                      |app, _| app.show_session(5)),
    cmd("session-7",      "7",                 Session,  View,   "The session with that number",                      |app, _| app.show_session(6)),
    cmd("session-8",      "8",                 Session,  View,   "The session with that number",                      |app, _| app.show_session(7)),
    cmd("session-9",      "9",                 Session,  View,   "The session with that number",                      |app, _| app.show_session(8)),
];

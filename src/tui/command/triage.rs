//! What operators do to incidents.

use super::Risk::{Change, View};
use super::Scope::{Incident, Panes};
use super::argument::Argument;
use super::{Command, cmd};
use crate::core::input::Act;

/// The rows. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static ROWS: &[Command] = &[
    cmd("acknowledge",    "a",                 Incident, Change, "Acknowledge; WHY, for=2h or until=08:00 may follow", |app, text| app.acknowledge(text)).takes(Argument::Text("WHY, for=2h or until=08:00: all may be left out")),
    cmd("assign",         "m",                 Incident, Change, "Assign to me, or to NAME",                          |app, name| app.assign(name)).takes(Argument::Technician),
    cmd("resolve",        "r",                 Incident, Change, "Resolve; a NOTE may follow",                        |app, note| app.resolve(note)).takes(Argument::Text("NOTE: what was done about it, or nothing")),
    cmd("note",           "n",                 Incident, Change, "Write a note, or just add TEXT",                    |app, text| app.note(text)).takes(Argument::Text("TEXT: what was seen or done")),
    cmd("snooze",         "Z",                 Incident, Change, "Leave alone until WHEN; why may follow",            |app, text| app.snooze(text)).takes(Argument::Duration("WHEN: 2h, 08:00, tomorrow 8:00; why may follow")),
    cmd("assign-to",      "M",                 Incident, Change, "Assign to one of the technicians, or to NAME",      |app, name| app.assign_to(name)).takes(Argument::Technician),
    cmd("start",          "i",                 Incident, Change, "Begin work; the acknowledgement runs out no more",  |app, _| app.act(Act::Start)),
    cmd("escalate",       "e",                 Incident, Change, "Escalate to a lead, or to NAME; why may follow",    |app, text| app.escalate(text)).takes(Argument::Technician),
    cmd("resolve-with",   "R",                 Incident, Change, "Resolve with a NOTE",                               |app, note| app.resolve_with(note)).takes(Argument::Text("NOTE: what was done about it")),
    cmd("acknowledge-why", "A",                Incident, Change, "Acknowledge and say WHY, for=2h or until=08:00",    |app, text| app.acknowledge_why(text)).takes(Argument::Text("WHY, for=2h or until=08:00")),
    cmd("long-note",      "N",                 Incident, Change, "Write a note in $VISUAL or $EDITOR",                |app, _| app.long_note()),
    cmd("reopen",         "o",                 Incident, Change, "Reopen the incident, or the one last resolved here", |app, _| app.reopen()),
    cmd("release",        "x",                 Incident, Change, "Take it from whoever has it",                       |app, _| app.act(Act::Release)),
    cmd("wake",           "W",                 Incident, Change, "Leave it alone no more: ends a snooze",             |app, _| app.act(Act::Wake)),
    cmd("merge",          "J",                 Incident, Change, "Merge into another incident of the tenant, or into ID", |app, id| app.merge(id)).takes(Argument::Incident),
    cmd("split",          "X",                 Incident, Change, "Make the marked alerts of the detail an incident",  |app, _| app.split()),
    cmd("correlate",      "C",                 Panes,    Change, "Give the selected uncorrelated alerts an incident: new or ID", |app, text| app.correlate(text)).takes(Argument::Text("new, or the ID of an incident")),
    cmd("undo",           "u",                 Panes,    Change, "Take back my last change",                          |app, _| app.undo()),
    cmd("mark",           "space",             Incident, View,   "Mark the row, or not, and go on to the next; fold a part of a request",  |app, _| app.mark()),
    cmd("mark-range",     "V",                 Incident, View,   "Begin a range of marks, or end it here",            |app, _| app.incidents.range()),
    cmd("mark-all",       "*",                 Incident, View,   "Mark all incidents shown",                          |app, _| app.incidents.mark_all()),
    cmd("unmark",         "U",                 Incident, View,   "Take all marks away",                               |app, _| app.incidents.unmark()),
    cmd("silence",        "Q",                 Incident, Change, "Silence the incident's asset and signature; or FIELDS: asset=web-* for=2h reason=…", |app, fields| app.silence(fields)).takes(Argument::Text("FIELDS: asset=web-* signature=… severity=… for=2h reason=…")),
];

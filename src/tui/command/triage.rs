//! What operators do to incidents.

use super::Risk::Change;
use super::Scope::Incident;
use super::{Command, cmd};
use crate::core::input::Act;

/// The rows. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static ROWS: &[Command] = &[
    cmd("acknowledge",    "a",                 Incident, Change, "Acknowledge the incident",                          |app, _| app.act(Act::ACKNOWLEDGE)),
    cmd("assign",         "m",                 Incident, Change, "Assign the incident to me, or to NAME",             |app, name| app.assign(name)),
    cmd("resolve",        "r",                 Incident, Change, "Resolve the incident",                              |app, _| app.act(Act::RESOLVE)),
    cmd("note",           "n",                 Incident, Change, "Write a note on the incident, or just add TEXT",    |app, text| app.note(text)),
    cmd("reopen",         "o",                 Incident, Change, "Reopen the incident, or the one last resolved here", |app, _| app.reopen()),
    cmd("silence",        "S",                 Incident, Change, "Silence the incident's asset and signature; or FIELDS: asset=web-* for=2h reason=…", |app, fields| app.silence(fields)),
];

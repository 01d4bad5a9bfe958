//! Views on the keys from 1 to 9, and the history.

use super::Risk::View;
use super::Scope::Panes;
use super::argument::Argument;
use super::{Command, cmd};

/// One row for each key.
macro_rules! view {
    ($key:literal) => {
        cmd(
            concat!("view-", $key),
            $key,
            Panes,
            View,
            "Show the view saved on this key; again: what was before it",
            |app, _| app.show_view($key),
        )
    };
}

/// The rows. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static ROWS: &[Command] = &[
    cmd("history",        "H",                 Panes,    View,   "Search closed incidents and all alerts, by QUERY",  |app, query| app.show_history(query)).takes(Argument::Query),
    cmd("views",          "0",                 Panes,    View,   "Choose a saved view, or show view N",               |app, key| app.list_views(key)).takes(Argument::View),
    cmd("save-view",      "ctrl-s",            Panes,    View,   "Save filter, order and tenant as a view: N NAME",   |app, text| app.save_view(text)).takes(Argument::Text("N NAME: a key from 1 to 9, and what to call it")),
    view!("1"), view!("2"), view!("3"), view!("4"), view!("5"), view!("6"), view!("7"), view!("8"), view!("9"),
];

//! What works in popups and while text is typed.

use super::Risk::{Change, View};
use super::Scope::{Columns, Confirm, Copying, Form, Handover, Palette, Popups, Typing, Windows};
use super::{Command, cmd};
use crate::tui::input::Input;
use crate::tui::popups::columns::Picking;

/// The rows. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static ROWS: &[Command] = &[
    cmd("close",          "esc | q",           Popups,   View,   "Close this window",                                 |app, _| app.close()),
    cmd("look-in",        "enter",             Popups,   View,   "Look into what is selected, or go back to the list", |app, _| app.look_in()).hinted("look in"),
    cmd("search",         "/",                 Popups,   View,   "Search in this window",                             |app, _| app.search()),
    cmd("copy",           "c",                 Copying,  View,   "Copy the selected line",                            |app, _| app.copy_line()),
    cmd("copy-all",       "C",                 Copying,  View,   "Copy all lines shown",                              |app, _| app.copy_lines()),
    cmd("write-handover", "w",                 Handover, View,   "Write it to a file",                                |app, _| app.write_handover()),
    cmd("copy-handover",  "y",                 Handover, View,   "Copy it to the clipboard",                          |app, _| app.copy_handover()),
    cmd("yes",            "y",                 Confirm,  View,   "Do it",                                             |app, _| app.confirmed()),
    cmd("no",             "n",                 Confirm,  View,   "Leave it",                                          |app, _| app.close()),
    cmd("submit",         "enter",             Typing,   View,   "Done typing",                                       |app, _| app.submit()).hinted("done"),
    cmd("cancel",         "esc",               Typing,   View,   "Leave it as it was",                                |app, _| app.cancel()).hinted("leave"),
    cmd("complete",       "tab",               Palette,  View,   "Complete what is typed by the suggestion",          |app, _| app.complete()),
    cmd("choose-next",    "down | ctrl-n",     Palette,  View,   "Next suggestion",                                   |app, _| app.choose(1)).hinted("next"),
    cmd("choose-previous", "up | ctrl-p",      Palette,  View,   "Suggestion before",                                 |app, _| app.choose(-1)).hinted("previous"),
    cmd("erase-word",     "ctrl-w",            Typing,   View,   "Erase the word before the cursor",                  |app, _| app.edit(Input::erase_word)),
    cmd("erase-line",     "ctrl-u",            Typing,   View,   "Erase everything before the cursor",                |app, _| app.edit(Input::erase_line)),
    cmd("column",         "space",             Columns,  View,   "Show the column, or hide it",                       |app, _| app.in_columns(Picking::turn)),
    cmd("column-down",    "J | shift-down",    Columns,  View,   "Move the column to the right",                      |app, _| app.in_columns(|columns| columns.carry(1))),
    cmd("column-up",      "K | shift-up",      Columns,  View,   "Move the column to the left",                       |app, _| app.in_columns(|columns| columns.carry(-1))),
    cmd("wider",          "+",                 Columns,  View,   "Make the column wider",                             |app, _| app.in_columns(|columns| columns.widen(1))),
    cmd("narrower",       "-",                 Columns,  View,   "Make the column narrower",                          |app, _| app.in_columns(|columns| columns.widen(-1))),
    cmd("own-width",      "0",                 Columns,  View,   "Let the column have the width that fits",           |app, _| app.in_columns(Picking::fit)),
    cmd("own-columns",    "d",                 Columns,  View,   "Back to the columns that fit the screen",           |app, _| app.in_columns(Picking::forget)),
    cmd("new-window",     "n",                 Windows,  Change, "A new window",                                      |app, _| app.new_window()),
    cmd("edit-window",    "e",                 Windows,  Change, "Change the selected window",                        |app, _| app.edit_window()),
    cmd("end-window",     "x",                 Windows,  Change, "End the selected window",                           |app, _| app.end_window()),
    cmd("next-field",     "tab | down",        Form,     View,   "To the next field",                                 |app, _| app.turn_field(1)),
    cmd("previous-field", "backtab | up",      Form,     View,   "To the field before",                               |app, _| app.turn_field(-1)),
];

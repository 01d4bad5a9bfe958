//! What is seen: panes, lists, filters, looks; and leaving.

use super::Risk::{Change, View};
use super::Scope::{Always, Detail, Lists, Panes, Wall};
use super::argument::Argument;
use super::{Command, cmd};
use crate::tui::effect::Effect;
use crate::tui::moves::Move;
use crate::tui::panes::Pane;
use crate::tui::panes::incidents::By;
use crate::tui::popups::Popup;

/// The rows. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static ROWS: &[Command] = &[
    cmd("next-tab",       "right | l",         Detail,   View,   "Overview, alerts, timeline, raw request, similar",   |app, _| app.turn(1)),
    cmd("previous-tab",   "left | h",          Detail,   View,   "The tab before",                                    |app, _| app.turn(-1)),
    cmd("fold-all",       "-",                 Detail,   View,   "Fold every part of a request",                      |app, _| app.detail.fold_all(true)),
    cmd("unfold-all",     "+",                 Detail,   View,   "Unfold every part of a request",                    |app, _| app.detail.fold_all(false)),
    cmd("open",           "enter",             Panes,    View,   "Go into what is selected",                          |app, _| app.open()),
    cmd("filter",         "/",                 Panes,    View,   "Filter by words and fields, or by QUERY",           |app, query| app.ask_filter(query)).takes(Argument::Query),
    cmd("palette",        ":",                 Panes,    View,   "Run a command by name",                             |app, _| app.ask_command()),
    cmd("help",           "? | f1",            Lists,    View,   "Show every key that works here",                    |app, _| app.help()),
    cmd("zoom",           "z",                 Panes,    View,   "Give the pane the whole screen, or take it back",   |app, _| app.zoomed = !app.zoomed),
    cmd("focus-next",     "tab",               Panes,    View,   "To the next pane",                                  |app, _| app.focus_by(1)),
    cmd("focus-previous", "backtab",           Panes,    View,   "To the pane before",                                |app, _| app.focus_by(-1)),
    cmd("tenants",        "g t",             Panes,    View,   "To the tenants",                                    |app, _| app.focus_on(Pane::Tenants)),
    cmd("incidents",      "g i",             Panes,    View,   "To the incidents",                                  |app, _| app.focus_on(Pane::Incidents)),
    cmd("detail",         "g d",             Panes,    View,   "To the incident's detail",                          |app, _| app.focus_on(Pane::Detail)),
    cmd("stream",         "g s",             Panes,    View,   "To the live alerts",                                |app, _| app.focus_on(Pane::Stream)),
    cmd("tenant",         "t",                 Panes,    View,   "Choose the only tenant shown, or show ID; * shows all", |app, id| app.narrow_to(id)).takes(Argument::Tenant),
    cmd("refused",        "g r",             Panes,    View,   "Show refused requests by tenant and cause",         |app, _| app.popup(Popup::refused(&app.board.pulse))),
    cmd("windows",        "g w",               Panes,    View,   "Show silences and maintenance windows, of the tenant ID or all", |app, id| app.list_windows(id)).takes(Argument::Tenant),
    cmd("people",         "g p",               Panes,    View,   "Show who is on, where they sit and what they look at", |app, _| app.show_people()),
    cmd("log",            "L",                 Panes,    View,   "Show what was said and done here, searchable",      |app, _| app.show_log()),
    cmd("tasks",          "",                  Panes,    View,   "Show what is under way",                            |app, _| app.popup(Popup::Tasks)),
    cmd("reload",         "",                  Panes,    View,   "Read the configuration, the keys and the themes again", |app, _| app.effect(Effect::Reload)),
    cmd("theme",          "T",                 Panes,    View,   "Choose a theme while looking at it, or NAME",       |app, name| app.set_theme(name)).takes(Argument::Theme),
    cmd("back",           "esc",               Panes,    View,   "One step back: zoom, filter, tenant, selection",    |app, _| app.back()),
    cmd("quit",           "q",                 Panes,    View,   "Quit; asks where sessions are open",                |app, _| app.quit()),
    cmd("next",           "j | down",          Lists,    View,   "Next row",                                          |app, _| app.go(Move::Rows(1))),
    cmd("previous",       "k | up",            Lists,    View,   "Row before",                                        |app, _| app.go(Move::Rows(-1))),
    cmd("page-down",      "pagedown | ctrl-d", Lists,    View,   "One page down",                                     |app, _| app.go(Move::Pages(1))),
    cmd("page-up",        "pageup | ctrl-u",   Lists,    View,   "One page up",                                       |app, _| app.go(Move::Pages(-1))),
    cmd("newest",         ".",                 Panes,    View,   "To the newest critical incident shown that nobody has taken", |app, _| app.select_newest()),
    cmd("first",          "g g | home",        Lists,    View,   "First row; the selection stays at the top",         |app, _| app.go(Move::First)),
    cmd("last",           "G | end",           Lists,    View,   "Last row",                                          |app, _| app.go(Move::Last)),
    cmd("redraw",         "ctrl-l",            Always,   View,   "Draw the screen anew",                              |app, _| app.effect(Effect::Redraw)),
    cmd("suspend",        "ctrl-z",            Always,   View,   "Back to the shell; fg returns",                     |app, _| app.suspend()),
    cmd("exit",           "ctrl-c",            Always,   View,   "Quit from anywhere; asks where sessions are open",  |app, _| app.quit()),
    cmd("columns",        "c",                 Panes,    View,   "Choose the incidents' columns, or show NAMES; auto: those that fit", |app, names| app.set_columns(names)).takes(Argument::Columns),
    cmd("sort-score",     ", s",               Panes,    View,   "Sort by score; again: reversed",                    |app, _| app.sort_by(By::Score)),
    cmd("sort-age",       ", a",               Panes,    View,   "Sort by age, the oldest first; again: reversed",    |app, _| app.sort_by(By::Age)),
    cmd("sort-sla",       ", l",               Panes,    View,   "Sort by time left until a promise is broken; again: reversed", |app, _| app.sort_by(By::Sla)),
    cmd("sort-severity",  ", v",               Panes,    View,   "Sort by severity; again: reversed",                 |app, _| app.sort_by(By::Severity)),
    cmd("sort-tenant",    ", t",               Panes,    View,   "Sort by tenant; again: reversed",                   |app, _| app.sort_by(By::Tenant)),
    cmd("wall",           "w",                 Panes,    View,   "The wall: large, read-only, for somebody far away", |app, _| app.enter_wall(true)),
    cmd("handover",       "O",                 Panes,    View,   "What the next shift must know, since 12h or 07:00", |app, since| app.handover(since)).takes(Argument::Duration("SINCE: 12h ago, or 07:00; without it: since my shift began")),
    cmd("mute",           "B",                 Panes,    View,   "No bell for the selected tenant, ID or all, for 1h or SPAN; again: it rings", |app, text| app.mute(text)).takes(Argument::Text("TENANT or all, and for how long: comp_acme 1h")),
    cmd("unmute",         "",                  Panes,    View,   "Let ID ring again, or everybody",                   |app, id| app.unmute(id)).takes(Argument::Tenant),
    cmd("border-left",    "<",                 Panes,    View,   "Narrow the tenants",                                |app, _| app.move_width(-2)),
    cmd("border-right",   ">",                 Panes,    View,   "Widen the tenants",                                 |app, _| app.move_width(2)),
    cmd("border-up",      "{",                 Panes,    View,   "The border below the pane, or above the detail, up", |app, _| app.move_height(-1)),
    cmd("border-down",    "}",                 Panes,    View,   "The same border down",                              |app, _| app.move_height(1)),
    cmd("tenant-add",     "",                  Panes,    Change, "Add a tenant, by ID and NAME; its keys are shown once", |app, text| app.add_tenant(text)).takes(Argument::Text("ID and NAME: comp_acme Acme Corp")),
    cmd("mouse",          "",                  Panes,    View,   "Take clicks and the wheel, or leave them to the terminal", |app, _| app.toggle_mouse()),
    cmd("leave-wall",     "w | esc",           Wall,     View,   "Back to the panes",                                 |app, _| app.leave_wall()),
    cmd("next-page",      "space",             Wall,     View,   "The next page now",                                 |app, _| app.next_page()),
    cmd("mute-all",       "B",                 Wall,     View,   "No bell for 30 minutes; again: it rings",           |app, _| app.mute_all()),
    cmd("wall-keys",      "?",                 Wall,     View,   "Show every key that works here",                    |app, _| app.help()),
    cmd("quit-wall",      "q",                 Wall,     View,   "Quit, if that is meant",                            |app, _| app.quit_wall()),
];

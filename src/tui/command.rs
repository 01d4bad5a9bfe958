//! Everything a person can do at a seat, in one table. The keymap, the hint line, help, the palette, read-only mode and
//! `docs/keys.md` are read off it; nothing is declared twice. What a command does is left to `App`'s methods.

use super::app::App;
use super::effect::Effect;
use super::keymap::{Keymap, Scope};
use super::moves::Move;
use super::panes::Pane;
use super::popups::Popup;
use crate::core::input::Act;

/// One thing a person can do.
pub struct Command {
    /// What `:` and the configuration call it.
    pub name: &'static str,
    /// Default keys, ` | ` between alternatives; none when it is for the palette only.
    keys: &'static str,
    /// Where its keys work.
    pub scope: Scope,
    /// How carefully it is treated.
    pub risk: Risk,
    /// What help and palette say. Words in capitals are what may follow the name.
    pub doc: &'static str,
    /// Does it. The text is what followed the name, empty from a default key.
    run: fn(&mut App, &str),
}

/// How carefully a command is treated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Risk {
    /// Changes what is seen only.
    View,
    /// Changes incidents: refused when read-only. Can be undone.
    Change,
}

use Risk::{Change, View};
use Scope::{Always, Detail, Incident, Lists, Palette, Panes, Popups, Typing};

/// The table. Within a scope, what is needed most comes first: the hint line shows what fits.
#[rustfmt::skip]
pub static COMMANDS: &[Command] = &[
    cmd("acknowledge",    "a",                 Incident, Change, "Acknowledge the incident",                          |app, _| app.act(Act::Acknowledge)),
    cmd("assign",         "m",                 Incident, Change, "Assign the incident to me, or to NAME",             |app, name| app.assign(name)),
    cmd("resolve",        "r",                 Incident, Change, "Resolve the incident",                              |app, _| app.act(Act::Resolve)),
    cmd("note",           "n",                 Incident, Change, "Write a note on the incident, or just add TEXT",    |app, text| app.note(text)),
    cmd("reopen",         "o",                 Incident, Change, "Reopen the incident, or the one last resolved here", |app, _| app.reopen()),
    cmd("next-tab",       "right | l",         Detail,   View,   "Alerts, then history, then the raw request",        |app, _| app.turn(1)),
    cmd("previous-tab",   "left | h",          Detail,   View,   "The tab before",                                    |app, _| app.turn(-1)),
    cmd("open",           "enter",             Panes,    View,   "Go into what is selected",                          |app, _| app.open()),
    cmd("filter",         "/",                 Panes,    View,   "Filter by words and fields, or by QUERY",           |app, query| app.ask_filter(query)),
    cmd("palette",        ":",                 Panes,    View,   "Run a command by name",                             |app, _| app.popup(Popup::palette())),
    cmd("help",           "? | f1",            Panes,    View,   "Show every key that works here",                    |app, _| app.help()),
    cmd("zoom",           "z",                 Panes,    View,   "Give the pane the whole screen, or take it back",   |app, _| app.zoomed = !app.zoomed),
    cmd("focus-next",     "tab",               Panes,    View,   "To the next pane",                                  |app, _| app.focus_by(1)),
    cmd("focus-previous", "backtab",           Panes,    View,   "To the pane before",                                |app, _| app.focus_by(-1)),
    cmd("tenants",        "1",                 Panes,    View,   "To the tenants",                                    |app, _| app.focus_on(Pane::Tenants)),
    cmd("incidents",      "2",                 Panes,    View,   "To the incidents",                                  |app, _| app.focus_on(Pane::Incidents)),
    cmd("detail",         "3",                 Panes,    View,   "To the incident's detail",                          |app, _| app.focus_on(Pane::Detail)),
    cmd("stream",         "4",                 Panes,    View,   "To the live alerts",                                |app, _| app.focus_on(Pane::Stream)),
    cmd("tenant",         "t",                 Panes,    View,   "Show one tenant only, the selected or ID; again: all", |app, id| app.narrow_to(id)),
    cmd("refused",        "R",                 Panes,    View,   "Show refused requests by tenant and cause",         |app, _| app.popup(Popup::refused(&app.board.pulse))),
    cmd("quarantine",     "Q",                 Panes,    View,   "Show a tenant's unreadable requests, by ID or the selected", |app, id| app.ask_quarantine(id)),
    cmd("theme",          "T",                 Panes,    View,   "The next theme, or NAME",                           |app, name| app.set_theme(name)),
    cmd("back",           "esc",               Panes,    View,   "One step back: zoom, filter, tenant, selection",    |app, _| app.back()),
    cmd("quit",           "q",                 Panes,    View,   "Quit",                                              |app, _| app.effect(Effect::Quit)),
    cmd("next",           "j | down",          Lists,    View,   "Next row",                                          |app, _| app.go(Move::Rows(1))),
    cmd("previous",       "k | up",            Lists,    View,   "Row before",                                        |app, _| app.go(Move::Rows(-1))),
    cmd("page-down",      "pagedown | ctrl-d", Lists,    View,   "One page down",                                     |app, _| app.go(Move::Pages(1))),
    cmd("page-up",        "pageup | ctrl-u",   Lists,    View,   "One page up",                                       |app, _| app.go(Move::Pages(-1))),
    cmd("first",          "g g | home",        Lists,    View,   "First row; the selection stays at the top",         |app, _| app.go(Move::First)),
    cmd("last",           "G | end",           Lists,    View,   "Last row",                                          |app, _| app.go(Move::Last)),
    cmd("close",          "esc | q",           Popups,   View,   "Close this window",                                 |app, _| app.close()),
    cmd("look-in",        "enter",             Popups,   View,   "Show the selected request as it came, or the list again", |app, _| app.look_in()),
    cmd("submit",         "enter",             Typing,   View,   "Done typing",                                       |app, _| app.submit()),
    cmd("cancel",         "esc",               Typing,   View,   "Leave it as it was",                                |app, _| app.cancel()),
    cmd("complete",       "tab",               Palette,  View,   "Complete the command's name",                       |app, _| app.complete()),
    cmd("choose-next",    "down | ctrl-n",     Palette,  View,   "Next suggestion",                                   |app, _| app.choose(1)),
    cmd("choose-previous", "up | ctrl-p",      Palette,  View,   "Suggestion before",                                 |app, _| app.choose(-1)),
    cmd("erase-word",     "ctrl-w",            Typing,   View,   "Erase the word before the cursor",                  |app, _| app.edit(super::input::Input::erase_word)),
    cmd("erase-line",     "ctrl-u",            Typing,   View,   "Erase everything before the cursor",                |app, _| app.edit(super::input::Input::erase_line)),
    cmd("redraw",         "ctrl-l",            Always,   View,   "Draw the screen anew",                              |app, _| app.effect(Effect::Redraw)),
    cmd("suspend",        "ctrl-z",            Always,   View,   "Back to the shell; fg returns",                     |app, _| app.suspend()),
    cmd("exit",           "ctrl-c",            Always,   View,   "Quit from anywhere",                                |app, _| app.effect(Effect::Quit)),
];

const fn cmd(
    name: &'static str,
    keys: &'static str,
    scope: Scope,
    risk: Risk,
    doc: &'static str,
    run: fn(&mut App, &str),
) -> Command {
    Command { name, keys, scope, risk, doc, run }
}

/// The command of that name.
pub fn named(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name)
}

impl Command {
    /// Does it, or says why not.
    pub fn invoke(&'static self, app: &mut App, argument: &str) {
        if app.read_only && self.risk == Change {
            app.mistake(format!("{}: this seat is read-only", self.name));
        } else {
            (self.run)(app, argument);
        }
    }

    /// Its default keys, one sequence each.
    pub fn default_keys(&self) -> impl Iterator<Item = &'static str> {
        self.keys.split(" | ").filter(|keys| !keys.is_empty())
    }

    /// It makes sense from the palette: it is not about the palette, or another popup, itself.
    pub fn in_palette(&self) -> bool {
        !matches!(self.scope, Popups | Typing | Palette) && self.name != "palette"
    }

    /// Its place in the table.
    pub fn place(&self) -> usize {
        COMMANDS.iter().position(|command| std::ptr::eq(command, self)).unwrap_or(usize::MAX)
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Command({})", self.name)
    }
}

/// `docs/keys.md`: the table as people read it.
pub fn key_table() -> String {
    let keymap = Keymap::standard();
    let mut table = String::from(
        "# Keys\n\nWritten from the command table in `src/tui/command.rs`. Any key can be bound to any palette line:\n\n\
         ```toml\n[keys]\n\"ctrl-t\" = \"tenant comp_acme\"\n\"x\" = \"resolve\"\n\"T\" = \"\"          # no meaning\n```\n\n\
         | keys | command | works in | does |\n|---|---|---|---|\n",
    );
    for command in COMMANDS {
        let keys: Vec<_> = keymap.keys_of(command).split(" | ").map(|keys| format!("`{keys}`")).collect();
        let change = if command.risk == Change { " (not when read-only)" } else { "" };
        let row = format!(
            "| {} | `{}` | {} | {}{change} |\n",
            keys.join(" "),
            command.name,
            command.scope.words(),
            command.doc
        );
        table.push_str(&row);
    }
    table
}

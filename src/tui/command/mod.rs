//! Everything a person can do at a seat, in one table. The keymap, the hint line, help, the palette, read-only mode and
//! `docs/keys.md` are read off it; nothing is declared twice. What a command does is left to `App`'s methods.

pub mod argument;
mod attend;
mod oversight;
mod run;
mod screen;
mod session;
mod sources;
mod triage;
mod typing;
mod views;

use super::app::App;
use super::keymap::{Keymap, Scope};
use argument::Argument;

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
    /// What may follow its name.
    pub argument: Argument,
    /// What the hint line calls it, where its name says too little to whoever looks at the screen.
    hint: Option<&'static str>,
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
    /// Reaches other people's machines: refused when read-only, and asked first, with no for an answer unless yes is said.
    Remote,
}

/// The table: its parts, in the order in which they are shown.
pub fn all() -> impl Iterator<Item = &'static Command> + Clone {
    [
        triage::ROWS,
        run::ROWS,
        attend::ROWS,
        session::ROWS,
        oversight::ROWS,
        sources::ROWS,
        screen::ROWS,
        views::ROWS,
        typing::ROWS,
    ]
    .into_iter()
    .flatten()
}

const fn cmd(
    name: &'static str,
    keys: &'static str,
    scope: Scope,
    risk: Risk,
    doc: &'static str,
    run: fn(&mut App, &str),
) -> Command {
    Command { name, keys, scope, risk, doc, argument: Argument::None, hint: None, run }
}

/// There is no command of that name, in words, with the one that may have been meant.
pub fn unknown(name: &str) -> String {
    let likeness = |command: &&Command| strsim::normalized_damerau_levenshtein(name, command.name);
    let nearest = all().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|command| likeness(command) >= 0.5);
    match nearest {
        Some(command) => format!("no command {name}; did you mean {}?", command.name),
        None => format!("no command {name}; ? lists them"),
    }
}

/// The command of that name.
pub fn named(name: &str) -> Option<&'static Command> {
    all().find(|command| command.name == name)
}

impl Command {
    /// The same, with something that may follow its name.
    const fn takes(self, argument: Argument) -> Self {
        Self { argument, ..self }
    }

    /// The same, called otherwise in the hint line.
    const fn hinted(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// What the hint line calls it: its name where the palette knows it by that, else what the name says.
    pub fn hint(&self) -> String {
        match self.hint {
            Some(hint) => hint.to_owned(),
            None if self.in_palette() => self.name.to_owned(),
            None => self.name.replace('-', " "),
        }
    }

    /// Does it, or says why not.
    pub fn invoke(&'static self, app: &mut App, argument: &str) {
        if app.read_only && self.risk != Risk::View {
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
        use Scope::{Always, Detail, Incident, Lists, Panes};
        matches!(self.scope, Always | Lists | Panes | Incident | Detail) && self.name != "palette"
    }

    /// It is one of several rows that differ in their number only, and `first` is the first of them: `view-3` of `view-1`.
    fn continues(&self, first: &Self) -> bool {
        let stem = first.name.strip_suffix('1');
        let number = stem.and_then(|stem| self.name.strip_prefix(stem)).and_then(|number| number.parse::<u8>().ok());
        number.is_some_and(|number| number > 1)
    }

    /// Its place in the table.
    pub fn place(&self) -> usize {
        all().position(|command| std::ptr::eq(command, self)).unwrap_or(usize::MAX)
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
        "# Keys\n\nWritten from the command table in `src/tui/command/`. Any key can be bound to any palette line:\n\n\
         ```toml\n[keys]\n\"ctrl-t\" = \"tenant comp_acme\"\n\"x\" = \"resolve\"\n\"T\" = \"\"          # no meaning\n```\n\n\
         | keys | command | works in | does |\n|---|---|---|---|\n",
    );
    for command in all().filter(|command| all().all(|first| !command.continues(first))) {
        let quoted = |keys: String| {
            let keys = keys.split(" | ").filter(|keys| !keys.is_empty());
            keys.map(|keys| format!("`{keys}`")).collect::<Vec<_>>().join(" ")
        };
        let (mut keys, mut name) = (quoted(keymap.keys_of(command)), command.name.to_owned());
        if let Some(last) = all().filter(|other| other.continues(command)).last() {
            keys = format!("{keys} … {}", quoted(keymap.keys_of(last)));
            name = format!("{name}` … `{}", last.name);
        }
        let change = match command.risk {
            Risk::View => "",
            Risk::Change => " (not when read-only)",
            Risk::Remote => " (not when read-only; asks first)",
        };
        let row = format!("| {} | `{}` | {} | {}{change} |\n", keys, name, command.scope.words(), command.doc);
        table.push_str(&row);
    }
    table
}

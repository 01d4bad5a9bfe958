//! Keys to commands: one map for each scope, filled from the table and then from the configuration. Knows sequences such as
//! `g g`, what may follow a prefix, and which keys a command has.

use std::collections::{BTreeMap, HashMap};

use crokey::{KeyCombination, OneToThree};
use crossterm::event::{KeyCode, KeyModifiers};

use super::command::{self, Command};
pub use super::scope::Scope;

/// A command with the text that would follow it after `:`.
#[derive(Clone, Debug)]
pub struct Binding {
    /// What to do.
    pub command: &'static Command,
    /// What with.
    pub argument: String,
}

impl Binding {
    /// The palette line that does the same.
    pub fn line(&self) -> String {
        format!("{} {}", self.command.name, self.argument).trim_end().to_owned()
    }
}

/// What a key press came to.
#[derive(Debug)]
pub enum Lookup {
    /// A command.
    Run(Binding),
    /// The beginning of a sequence.
    Pending,
    /// Nothing.
    Nothing,
}

/// A configured binding can't be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadBinding {
    /// Its key.
    #[error("[keys] \"{0}\" is no key; keys look like a, G, f2, ctrl-t, alt-x, g g, space, pageup")]
    Key(String),
    /// Its command.
    #[error("[keys] \"{keys}\": {}", command::unknown(name))]
    Command {
        /// The keys.
        keys: String,
        /// What the line begins with.
        name: String,
    },
}

/// Keys to commands.
#[derive(Debug, Default)]
pub struct Keymap {
    bound: HashMap<Scope, BTreeMap<Vec<KeyCombination>, Binding>>,
    pending: Vec<KeyCombination>,
}

impl Keymap {
    /// The table's own keys.
    pub fn standard() -> Self {
        let mut map = Self::default();
        for command in command::all() {
            for keys in command.default_keys() {
                // A test holds that every key in the table can be read.
                if let Ok(keys) = read(keys) {
                    let binding = Binding { command, argument: String::new() };
                    map.bound.entry(command.scope).or_default().insert(keys, binding);
                }
            }
        }
        map
    }

    /// Binds `keys` to a palette line. They lose whatever they meant before. An empty line leaves them without a meaning.
    ///
    /// # Errors
    /// When the keys or the command can't be read; nothing is changed.
    pub fn bind(&mut self, keys: &str, line: &str) -> Result<(), BadBinding> {
        let sequence = read(keys).map_err(|()| BadBinding::Key(keys.into()))?;
        let line = line.trim();
        let (name, argument) = line.split_once(' ').unwrap_or((line, ""));
        if name.is_empty() {
            self.bound.values_mut().for_each(|map| drop(map.remove(&sequence)));
            return Ok(());
        }
        let command =
            command::named(name).ok_or_else(|| BadBinding::Command { keys: keys.into(), name: name.into() })?;
        for (scope, map) in &mut self.bound {
            if scope.meets(command.scope) {
                map.remove(&sequence);
            }
        }
        let binding = Binding { command, argument: argument.trim().into() };
        self.bound.entry(command.scope).or_default().insert(sequence, binding);
        Ok(())
    }

    /// What a key means, the first scope first.
    pub fn press(&mut self, scopes: &[Scope], key: KeyCombination) -> Lookup {
        self.pending.push(key);
        let found = self.maps(scopes).find_map(|map| map.get(&self.pending)).cloned();
        if let Some(binding) = found {
            self.pending.clear();
            return Lookup::Run(binding);
        }
        let begun = self.maps(scopes).any(|map| map.keys().any(|keys| keys.starts_with(&self.pending)));
        if begun {
            return Lookup::Pending;
        }
        self.pending.clear();
        Lookup::Nothing
    }

    /// A sequence has begun.
    pub fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The keys of the begun sequence, as they were pressed.
    pub fn pending(&self) -> &[KeyCombination] {
        &self.pending
    }

    /// The keys of the begun sequence.
    pub fn begun(&self) -> String {
        shown(&self.pending)
    }

    /// Everything that is bound: where, by which keys, to what.
    pub fn bound(&self) -> impl Iterator<Item = (Scope, &[KeyCombination], &Binding)> {
        self.bound
            .iter()
            .map(|(scope, map)| (*scope, map))
            .flat_map(|(scope, map)| map.iter().map(move |(keys, binding)| (scope, keys.as_slice(), binding)))
    }

    /// Gives a begun sequence up.
    pub fn give_up(&mut self) {
        self.pending.clear();
    }

    /// What could follow the keys of the begun sequence.
    pub fn continuations(&self, scopes: &[Scope]) -> Vec<(String, Binding)> {
        let following = |(keys, binding): (&Vec<KeyCombination>, &Binding)| {
            let rest = keys.strip_prefix(&*self.pending).filter(|rest| !rest.is_empty())?;
            Some((shown(rest), binding.clone()))
        };
        self.maps(scopes).flat_map(|map| map.iter().filter_map(following)).collect()
    }

    /// Every binding that works in one of the scopes, the first scope first, each scope in the table's order.
    pub fn here(&self, scopes: &[Scope]) -> Vec<(String, Binding)> {
        let mut all: Vec<_> = scopes
            .iter()
            .filter_map(|scope| self.bound.get(scope).map(|map| (scope, map)))
            .flat_map(|(scope, map)| map.iter().map(move |(keys, binding)| (scope, shown(keys), binding.clone())))
            .collect();
        let place = |scope: &Scope| scopes.iter().position(|known| known == scope);
        // The user's own keys of a command, then the table's in the table's order.
        let rank = |binding: &Binding, keys: &str| {
            binding.command.default_keys().position(|known| known == keys).map_or(0, |at| at + 1)
        };
        all.sort_by_cached_key(|(scope, keys, binding)| (place(scope), binding.command.place(), rank(binding, keys)));
        all.into_iter().map(|(_, keys, binding)| (keys, binding)).collect()
    }

    /// The keys of a command as it stands in the table, with ` | ` between.
    pub fn keys_of(&self, command: &Command) -> String {
        let mut keys: Vec<_> = self
            .here(&[command.scope])
            .into_iter()
            .filter(|(_, binding)| std::ptr::eq(binding.command, command) && binding.argument.is_empty())
            .map(|(keys, _)| keys)
            .collect();
        keys.dedup();
        keys.join(" | ")
    }

    fn maps<'a>(&'a self, scopes: &'a [Scope]) -> impl Iterator<Item = &'a BTreeMap<Vec<KeyCombination>, Binding>> {
        scopes.iter().filter_map(|scope| self.bound.get(scope))
    }
}

/// Reads keys as the table and the configuration write them: `g g`, `ctrl-t`, `G`.
pub fn read(keys: &str) -> Result<Vec<KeyCombination>, ()> {
    let one = |key: &str| {
        let upper = key.len() == 1 && key.chars().all(|c| c.is_ascii_uppercase());
        let key = if upper { format!("shift-{key}") } else { key.to_owned() };
        crokey::parse(&key).map(KeyCombination::normalized).map(as_sent).map_err(drop)
    };
    let sequence: Vec<_> = keys.split_whitespace().map(one).collect::<Result<_, _>>()?;
    if sequence.is_empty() { Err(()) } else { Ok(sequence) }
}

/// Ctrl with these signs, and the digits under which what a terminal sends for them is read.
const SIGNS: [(char, char); 4] = [('\\', '4'), (']', '5'), ('^', '6'), ('_', '7')];

/// A key as it is read from a terminal.
fn as_sent(key: KeyCombination) -> KeyCombination {
    match (key.codes, key.modifiers.contains(KeyModifiers::CONTROL)) {
        (OneToThree::One(KeyCode::Char(c)), true) => {
            let sent = SIGNS.into_iter().find(|(sign, _)| *sign == c).map_or(c, |(_, digit)| digit);
            KeyCombination::one_key(KeyCode::Char(sent), key.modifiers)
        }
        _ => key,
    }
}

/// Keys as people write them.
pub fn shown(keys: &[KeyCombination]) -> String {
    let one = |key: &KeyCombination| {
        let mut text = key.to_string().to_lowercase();
        let digit =
            text.rsplit_once("ctrl-").and_then(|(_, key)| SIGNS.into_iter().find(|(_, is)| key == is.to_string()));
        if let Some((sign, _)) = digit {
            text.pop();
            text.push(sign);
        }
        match text.strip_prefix("shift-") {
            None if text == "hyphen" => "-".into(),
            Some(letter) if letter.len() == 1 => letter.to_uppercase(),
            _ if text == "hyphen" => "-".into(),
            _ => text,
        }
    };
    keys.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(map: &mut Keymap, scopes: &[Scope], keys: &str) -> Option<(&'static str, String)> {
        let mut last = None;
        for key in read(keys).unwrap() {
            last = match map.press(scopes, key) {
                Lookup::Run(binding) => Some((binding.command.name, binding.argument)),
                Lookup::Pending | Lookup::Nothing => None,
            };
        }
        last
    }

    #[test]
    fn sequences_wait_for_their_last_key() {
        let mut map = Keymap::standard();
        assert!(matches!(map.press(&[Scope::Lists], read("g").unwrap()[0]), Lookup::Pending));
        assert_eq!(map.continuations(&[Scope::Lists])[0].0, "g");
        assert!(matches!(map.press(&[Scope::Lists], read("g").unwrap()[0]), Lookup::Run(_)));
        assert_eq!(run(&mut map, &[Scope::Lists], "g x"), None);
        assert!(!map.is_pending());
    }

    #[test]
    fn a_users_key_wins_over_whatever_it_meant_in_any_pane() {
        let mut map = Keymap::standard();
        map.bind("a", "tenant comp_acme").unwrap();
        let panes = [Scope::Incident, Scope::Panes, Scope::Lists, Scope::Always];
        assert_eq!(run(&mut map, &panes, "a"), Some(("tenant", "comp_acme".into())));
        assert_eq!(map.keys_of(command::named("acknowledge").unwrap()), "");
        map.bind("ctrl-a", "acknowledge").unwrap();
        assert_eq!(map.keys_of(command::named("acknowledge").unwrap()), "ctrl-a");
        map.bind("q", "").unwrap();
        assert_eq!(run(&mut map, &panes, "q"), None);
    }

    #[test]
    fn a_bad_binding_is_named_and_changes_nothing() {
        let mut map = Keymap::standard();
        assert_eq!(map.bind("ctrl-nothing", "quit"), Err(BadBinding::Key("ctrl-nothing".into())));
        assert_eq!(map.bind("", "quit"), Err(BadBinding::Key(String::new())));
        assert_eq!(map.bind("q", "fly away"), Err(BadBinding::Command { keys: "q".into(), name: "fly".into() }));
        assert_eq!(run(&mut map, &[Scope::Panes], "q"), Some(("quit", String::new())));
    }

    #[test]
    fn every_default_key_is_read_back_as_it_is_written() {
        for command in command::all() {
            for keys in command.default_keys() {
                assert_eq!(shown(&read(keys).unwrap()), keys, "{}", command.name);
            }
        }
    }

    #[test]
    fn no_default_key_means_two_things_or_hides_a_sequence() {
        let bound: Vec<_> = command::all()
            .flat_map(|command| command.default_keys().map(move |keys| (command, read(keys).unwrap())))
            .collect();
        for (at, (one, keys)) in bound.iter().enumerate() {
            for (other, others) in &bound[at + 1..] {
                let clash = keys.starts_with(others) || others.starts_with(keys);
                assert!(!clash || !one.scope.meets(other.scope), "{} and {}", one.name, other.name);
            }
        }
    }
}

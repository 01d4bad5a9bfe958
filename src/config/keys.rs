//! `[keys]`: keys with palette lines, each with the line it stands on. Whether they make sense is not judged here.

use std::collections::BTreeMap;

use super::mistake::line_at;

/// Keys with what they are to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// As people write them.
    pub keys: String,
    /// A palette line; empty: the keys mean nothing.
    pub line: String,
    /// `config.toml:12`
    pub place: String,
}

/// In the order of the file.
pub(super) fn placed(keys: BTreeMap<String, String>, text: &str, name: &str) -> Vec<Key> {
    let start = text.find("[keys]").unwrap_or(0);
    let placed = keys.into_iter().map(|(keys, line)| {
        let at = line_at(text, start + offset(text.get(start..).unwrap_or_default(), &keys));
        (at, Key { keys, line, place: format!("{name}:{at}") })
    });
    let mut placed: Vec<_> = placed.collect();
    placed.sort_by_key(|(at, _)| *at);
    placed.into_iter().map(|(_, key)| key).collect()
}

/// Where the line begins that sets `keys`; 0 when it is not to be found, as for what an environment variable set.
fn offset(text: &str, keys: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let quoted = [format!("\"{keys}\""), format!("'{keys}'"), keys.to_owned()];
        let rest = quoted.iter().find_map(|keys| line.trim_start().strip_prefix(&**keys));
        if rest.is_some_and(|rest| rest.trim_start().starts_with('=')) {
            return at;
        }
        at += line.len();
    }
    0
}

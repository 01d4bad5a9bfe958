//! Tests of runbooks: their files, the shelf, what is rendered, and what really happens in a shell.

mod documents;
mod files;
mod hostile;
mod rendering;
mod running;
mod shelf;

use std::collections::BTreeMap;

use super::{Facts, Mistake, Runbook, Shelf, file};

fn read(text: &str) -> Result<Runbook, Mistake> {
    file::read(text, "own.toml", "own.toml")
}

fn inputs<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Those that come with the program.
fn shipped() -> Vec<Runbook> {
    let (shelf, mistakes) = Shelf::load(None);
    assert_eq!(mistakes, []);
    shelf.all(None).into_iter().cloned().collect()
}

fn facts() -> Facts {
    Facts {
        asset: "web-03".into(),
        signature: "disk_full".into(),
        category: "Storage".into(),
        tools: vec!["Zabbix".into()],
        message: "/var/lib is 97 % full, nginx.service fails".into(),
        ..Facts::default()
    }
}

//! `[[tenants]]`: each as dotted settings, every one with the line it stands on. Whether they make sense is not judged here.

use std::collections::BTreeMap;

use super::mistake::{Mistake, line_of};

/// A tenant as the file declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Its id.
    pub id: Placed,
    /// Its name.
    pub name: Option<Placed>,
    /// Where its signing secret is: `env:NAME` or `file:PATH`.
    pub hmac: Option<Placed>,
    /// Everything else, by dotted name.
    pub settings: BTreeMap<String, Placed>,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// As text; lists with commas between.
    pub value: String,
    /// `config.toml:12`
    pub place: String,
}

pub(super) fn declared(tables: &[toml::Table], text: &str, name: &str) -> Result<Vec<Declared>, Mistake> {
    let mut starts = text.match_indices("[[tenants]]").map(|(at, _)| at);
    tables.iter().map(|table| one(table, text, name, starts.next().unwrap_or(0))).collect()
}

fn one(table: &toml::Table, text: &str, name: &str, start: usize) -> Result<Declared, Mistake> {
    let place = |key: &str| format!("{name}:{}", line_of(text, start, key));
    let mut settings = BTreeMap::new();
    for (key, value) in table {
        flatten(key, value, &mut |key, value| {
            let placed = Placed { value, place: place(&key) };
            settings.insert(key, placed);
        })
        .map_err(|what| Mistake::new(place(key), what))?;
    }
    let id = settings.remove("id").ok_or_else(|| Mistake::new(place("tenants"), "a tenant needs an `id`"))?;
    let hmac = settings.remove("secrets.hmac");
    Ok(Declared { name: settings.remove("name"), hmac, id, settings })
}

/// Hands every value below `key` to `each`, under its dotted name.
fn flatten(key: &str, value: &toml::Value, each: &mut impl FnMut(String, String)) -> Result<(), &'static str> {
    match value {
        toml::Value::Table(table) => table.iter().try_for_each(|(name, value)| {
            let path = format!("{key}.{name}");
            flatten(&path, value, each)
        }),
        toml::Value::Array(parts) => {
            let texts: Option<Vec<&str>> = parts.iter().map(toml::Value::as_str).collect();
            let texts = texts.ok_or("a list holds texts")?;
            if texts.iter().any(|text| text.contains(',')) {
                return Err("a text in this list has no comma");
            }
            each(key.into(), texts.join(","));
            Ok(())
        }
        toml::Value::String(text) => {
            each(key.into(), text.clone());
            Ok(())
        }
        other => {
            each(key.into(), other.to_string());
            Ok(())
        }
    }
}

//! `[[technicians]]`: who may be given incidents, each with the lines that say so. Whether it makes sense is not judged here.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::mistake::line_of;

/// A technician as the file declares them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Technician {
    /// Their name.
    pub name: String,
    /// Categories; empty: all.
    pub skills: Vec<String>,
    /// Globs over tenant ids; absent: all.
    pub tenants: Option<Vec<String>>,
    /// When they are on call; absent: always.
    pub on_call: Option<String>,
    /// Open incidents they can have; absent: any number.
    pub at_most: Option<u32>,
    /// Incidents are escalated to them.
    pub lead: bool,
    places: BTreeMap<&'static str, String>,
}

impl Technician {
    /// Where a field stands: `config.toml:12`.
    pub fn place(&self, field: &str) -> &str {
        self.places.get(field).map_or("", String::as_str)
    }
}

/// One of them as it stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    name: String,
    #[serde(default)]
    skills: Vec<String>,
    tenants: Option<Vec<String>>,
    on_call: Option<String>,
    at_most: Option<u32>,
    #[serde(default)]
    lead: bool,
}

pub(super) fn declared(tables: Vec<Table>, text: &str, file: &str) -> Vec<Technician> {
    let mut starts = text.match_indices("[[technicians]]").map(|(at, _)| at);
    tables.into_iter().map(|table| one(table, text, file, starts.next().unwrap_or(0))).collect()
}

fn one(table: Table, text: &str, file: &str, start: usize) -> Technician {
    let Table { name, skills, tenants, on_call, at_most, lead } = table;
    let fields = ["name", "skills", "tenants", "on_call", "at_most", "lead"];
    let places = fields.map(|field| (field, format!("{file}:{}", line_of(text, start, field)))).into();
    Technician { name, skills, tenants, on_call, at_most, lead, places }
}

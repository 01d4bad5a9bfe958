//! Who may be given an incident: technicians with their skills, tenants and hours. Whom it goes to is decided here; when, in
//! `caseload`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::TenantId;
use super::rota::Rota;
use super::time::Moment;

/// Somebody who works on incidents, as the configuration declares them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Technician {
    /// The name that incidents are assigned to.
    pub name: String,
    /// Categories; empty: all.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Globs over tenant ids.
    #[serde(default)]
    pub tenants: Vec<String>,
    /// When they are on call, as a [`Rota`]; nobody is on call by words that are none.
    #[serde(default)]
    pub on_call: String,
    /// Open incidents they can have, at most; absent: any number.
    #[serde(default)]
    pub at_most: Option<u32>,
    /// Incidents are escalated to them.
    #[serde(default)]
    pub lead: bool,
}

impl Technician {
    /// Whether they look after a tenant.
    pub fn covers(&self, tenant: &TenantId) -> bool {
        self.tenants.iter().any(|glob| wildmatch::WildMatch::new(glob).matches(tenant.as_str()))
    }

    fn knows(&self, category: &str) -> bool {
        self.skills.is_empty() || self.skills.iter().any(|skill| skill.eq_ignore_ascii_case(category))
    }
}

/// How many open incidents everybody has, over all tenants.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loads(BTreeMap<String, u32>);

impl Loads {
    /// How many somebody has.
    pub fn of(&self, name: &str) -> u32 {
        self.0.get(name).copied().unwrap_or(0)
    }

    /// One more.
    pub fn add(&mut self, name: &str) {
        match self.0.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(self.0.insert(name.into(), 1)),
        }
    }

    /// One less.
    pub fn take(&mut self, name: &str) {
        if let Some(count) = self.0.get_mut(name) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(name);
            }
        }
    }
}

/// Those who cover a tenant, with their hours.
#[derive(Clone, Debug, Default)]
pub struct Roster(Vec<(Technician, Rota)>);

impl Roster {
    /// Reads everybody's hours.
    pub fn of(technicians: &[Technician]) -> Self {
        let read = |one: &Technician| (one.clone(), one.on_call.parse().unwrap_or(Rota::Never));
        Self(technicians.iter().map(read).collect())
    }

    /// When somebody next comes on call.
    pub fn next_begin(&self, after: Moment) -> Option<Moment> {
        self.0.iter().filter_map(|(_, rota)| rota.next_begin(after)).min()
    }

    /// Whom an incident of that category goes to: on call, with the fewest open ones, and by name among those.
    ///
    /// # Errors
    /// Why to nobody, in words.
    pub fn choose(&self, tenant: &TenantId, category: &str, now: Moment, loads: &Loads) -> Result<&Technician, String> {
        if self.0.is_empty() {
            return Err(format!("no technician covers {tenant}"));
        }
        let on_call = |(_, rota): &&(Technician, Rota)| rota.on_call(now);
        if !self.0.iter().any(|one| on_call(&one)) {
            return Err("nobody is on call".into());
        }
        let skilled = self.0.iter().filter(on_call).map(|(one, _)| one).filter(|one| one.knows(category));
        let skilled: Vec<&Technician> = skilled.collect();
        if skilled.is_empty() {
            return Err(format!("nobody with {category} is on call"));
        }
        let room = |one: &&Technician| one.at_most.is_none_or(|most| loads.of(&one.name) < most);
        fewest(skilled.into_iter().filter(room), loads).ok_or_else(|| "everybody on call has their limit".into())
    }

    /// The lead whom an incident is escalated to: on call, with the fewest open ones, and by name among those.
    pub fn lead(&self, now: Moment, loads: &Loads) -> Option<&Technician> {
        let leads = self.0.iter().filter(|(one, rota)| one.lead && rota.on_call(now)).map(|(one, _)| one);
        fewest(leads, loads)
    }
}

fn fewest<'a>(among: impl Iterator<Item = &'a Technician>, loads: &Loads) -> Option<&'a Technician> {
    among.min_by(|a, b| (loads.of(&a.name), &a.name).cmp(&(loads.of(&b.name), &b.name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::tenant_id;

    fn somebody(name: &str, skills: &[&str], on_call: &str, at_most: Option<u32>) -> Technician {
        Technician {
            name: name.into(),
            skills: skills.iter().map(|skill| (*skill).into()).collect(),
            tenants: vec!["comp_*".into()],
            on_call: on_call.into(),
            at_most,
            lead: false,
        }
    }

    fn chosen(technicians: &[Technician], loads: &[(&str, u32)]) -> Result<String, String> {
        let mut held = Loads::default();
        for (name, count) in loads {
            (0..*count).for_each(|_| held.add(name));
        }
        let now = Moment::parse("2026-01-31T10:00:00Z").unwrap();
        Roster::of(technicians).choose(&tenant_id("comp_acme"), "Database", now, &held).map(|one| one.name.clone())
    }

    #[test]
    fn it_goes_to_the_one_on_call_who_can_and_has_the_least_to_do() {
        let priya = || somebody("priya", &["database"], "always", Some(3));
        let tomas = || somebody("tomas", &[], "sat 08:00-18:00", None);
        type Row<'a> = (&'a [Technician], &'a [(&'a str, u32)], Result<&'a str, &'a str>);
        let table: [Row<'_>; 9] = [
            (&[], &[], Err("no technician covers comp_acme")),
            (&[tomas(), priya()], &[], Ok("priya")),
            (&[tomas(), priya()], &[("priya", 1)], Ok("tomas")),
            (&[priya()], &[("priya", 3)], Err("everybody on call has their limit")),
            (&[priya(), tomas()], &[("priya", 3), ("tomas", 9)], Ok("tomas")),
            (&[somebody("kim", &["Network"], "always", None)], &[], Err("nobody with Database is on call")),
            (&[somebody("kim", &[], "never", None)], &[], Err("nobody is on call")),
            (
                &[somebody("kim", &["Network"], "always", None), somebody("ann", &["Database"], "never", None)],
                &[],
                Err("nobody with Database is on call"),
            ),
            (&[somebody("kim", &[], "whenever", None)], &[], Err("nobody is on call")),
        ];
        for (technicians, loads, expected) in table {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(chosen(technicians, loads), expected, "{technicians:?} {loads:?}");
        }
    }

    #[test]
    fn tenants_are_covered_by_globs() {
        let kim = somebody("kim", &[], "always", None);
        assert!(kim.covers(&tenant_id("comp_acme")));
        assert!(!kim.covers(&tenant_id("acme")));
    }

    #[test]
    fn loads_forget_who_has_nothing() {
        let mut loads = Loads::default();
        loads.add("kim");
        loads.take("kim");
        loads.take("kim");
        assert_eq!(loads, Loads::default());
    }
}

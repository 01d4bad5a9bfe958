//! Whom an incident can be given to: the tenant's technicians, with what speaks for and against each.

use std::collections::HashMap;

use crate::core::assign::Technician;
use crate::core::id::IncidentId;
use crate::core::rota::Rota;
use crate::tui::app::App;
use crate::tui::popups::pick::Choice;

/// In a name's place: a lead who is on call.
pub const ON_CALL: &str = "-";

impl App {
    /// Those who cover all the tenants of some incidents.
    fn roster(&self, aim: &[IncidentId]) -> Vec<&Technician> {
        let of = |id: &IncidentId| self.board.tenants.get(&id.tenant).map(|panel| &*panel.roster);
        let Some(first) = aim.first().and_then(of) else { return Vec::new() };
        let knows = |id: &IncidentId, name: &str| of(id).is_some_and(|all| all.iter().any(|one| one.name == name));
        let covers = |technician: &&Technician| aim.iter().all(|id| knows(id, &technician.name));
        first.iter().filter(covers).collect()
    }

    /// Technicians to choose from, those who are on call and have the least to do first.
    pub(super) fn technicians(&self, aim: &[IncidentId]) -> Vec<Choice> {
        self.choices(self.roster(aim).into_iter())
    }

    /// The same of leads.
    pub(super) fn leads(&self, aim: &[IncidentId]) -> Vec<Choice> {
        let on_call =
            Choice { value: ON_CALL.into(), label: "a lead on call".into(), note: "whoever that is now".into() };
        let leads = self.choices(self.roster(aim).into_iter().filter(|technician| technician.lead));
        [on_call].into_iter().chain(leads).collect()
    }

    /// Splits `kim database down` into whom and why: a name of the roster may have several words, any other has one.
    pub(super) fn somebody(&self, aim: &[IncidentId], text: &str) -> (String, String) {
        let known = self.roster(aim).into_iter().filter_map(|technician| {
            let (name, why) = text.split_at_checked(technician.name.len())?;
            let whole = why.is_empty() || why.starts_with(' ');
            (whole && name.eq_ignore_ascii_case(&technician.name)).then(|| (technician.name.clone(), why.to_owned()))
        });
        known.max_by_key(|(name, _)| name.len()).unwrap_or_else(|| {
            let (name, why) = text.split_once(' ').unwrap_or((text, ""));
            (name.to_owned(), why.to_owned())
        })
    }

    fn choices<'a>(&self, technicians: impl Iterator<Item = &'a Technician>) -> Vec<Choice> {
        let mut load: HashMap<&str, usize> = HashMap::new();
        for owner in self.board.incidents().filter(|incident| incident.is_open()).flat_map(|one| &one.assigned_to) {
            *load.entry(owner).or_default() += 1;
        }
        let mut choices: Vec<_> = technicians
            .map(|technician| {
                let skills =
                    if technician.skills.is_empty() { "all skills".into() } else { technician.skills.join(" ") };
                let open = load.get(&*technician.name).copied().unwrap_or(0);
                let lead = if technician.lead { "lead, " } else { "" };
                let off = !technician.on_call.parse().is_ok_and(|rota: Rota| rota.on_call(self.now));
                let shift = if off { "off" } else { "on call" };
                let (name, note) = (technician.name.clone(), format!("{shift}, {lead}{open} open, {skills}"));
                (off, open, Choice { value: name.clone(), label: name, note })
            })
            .collect();
        choices.sort_by(|(off, open, one), (other_off, other_open, other)| {
            (off, open, &one.value).cmp(&(other_off, other_open, &other.value))
        });
        choices.into_iter().map(|(.., choice)| choice).collect()
    }
}

//! What is about to be run, as far as it is settled: for which incidents, on which machines, what, with which inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::core::execution::Execution;
use crate::core::execution::order::{InstanceId, Platform};
use crate::core::id::{ExecutionId, IncidentId};
use crate::link::remote::{Blank, BlankKind, Draft, Located, Offer, Wanted};

/// Something that somebody wants to run.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The incidents that it is for, all of one tenant; never empty.
    pub aim: Vec<IncidentId>,
    /// The machines behind them.
    pub found: Found,
    /// Those that were chosen where there are several.
    pub chosen: BTreeMap<IncidentId, InstanceId>,
    /// What.
    pub what: What,
    /// Another timeout than the usual one.
    pub timeout_seconds: Option<u32>,
    /// What it repeats.
    pub again: Option<Arc<Execution>>,
}

/// The machines behind incidents.
#[derive(Clone, PartialEq, Debug)]
pub enum Found {
    /// AWS is being asked.
    Asked,
    /// Nobody could say, and why.
    Failed(String),
    /// What may be behind each.
    Known(Vec<Located>),
    /// There was nothing to ask.
    Settled(Vec<(IncidentId, InstanceId)>),
}

/// What is to be run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// That is being chosen.
    Open,
    /// A runbook, with what is filled in.
    Runbook(Box<Offer>, BTreeMap<String, String>),
    /// A command as typed.
    Command(String),
    /// What an earlier execution ran.
    Again(Wanted),
}

impl Wish {
    /// Nothing in particular yet.
    pub fn new(aim: Vec<IncidentId>) -> Self {
        Self { aim, found: Found::Asked, chosen: BTreeMap::new(), what: What::Open, timeout_seconds: None, again: None }
    }

    /// An execution once more, on the same machines. `draft`: what it was made of, where that is known here; else a runbook's
    /// inputs are its usual ones.
    pub fn again(execution: &Arc<Execution>, draft: Option<&Draft>) -> Self {
        let order = &execution.order;
        let wanted = match (draft, &order.runbook) {
            (Some(draft), _) => draft.what.clone(),
            (None, Some(name)) => Wanted::Runbook { name: name.clone(), inputs: BTreeMap::new() },
            (None, None) => {
                let lines = order.parameters.get("commands").cloned().unwrap_or_default();
                Wanted::Command { text: lines.join("\n") }
            }
        };
        let targets = order.targets.iter().map(|target| (target.incident.clone(), target.instance.clone())).collect();
        let what = match wanted {
            Wanted::Command { text } => What::Command(text),
            wanted @ Wanted::Runbook { .. } => What::Again(wanted),
        };
        Self {
            found: Found::Settled(targets),
            what,
            timeout_seconds: Some(order.timeout_seconds),
            again: Some(execution.clone()),
            ..Self::new(vec![execution.incident_id.clone()])
        }
    }

    /// The first incident with several machines of which none is chosen.
    pub fn unclear(&self) -> Option<&Located> {
        let Found::Known(all) = &self.found else { return None };
        all.iter().find(|one| one.nodes.len() > 1 && !self.chosen.contains_key(&one.incident))
    }

    /// The machines, each once.
    pub fn targets(&self) -> Vec<(IncidentId, InstanceId)> {
        let all = match &self.found {
            Found::Asked | Found::Failed(_) => Vec::new(),
            Found::Settled(targets) => targets.clone(),
            Found::Known(all) => all
                .iter()
                .filter_map(|one| {
                    let only = Some(&one.nodes[..]).filter(|nodes| nodes.len() == 1).and_then(<[_]>::first);
                    let chosen = self.chosen.get(&one.incident).or_else(|| only.map(|node| &node.instance))?;
                    Some((one.incident.clone(), chosen.clone()))
                })
                .collect(),
        };
        let mut seen = BTreeSet::new();
        all.into_iter().filter(|(_, instance)| seen.insert(instance.clone())).collect()
    }

    /// The incidents without a machine, each with why.
    pub fn left_out(&self) -> Vec<String> {
        let Found::Known(all) = &self.found else { return Vec::new() };
        all.iter().filter(|one| one.nodes.is_empty()).map(|one| format!("{}: {}", one.asset, one.how)).collect()
    }

    /// What the engine is asked about; absent until it is settled what is to be run.
    pub fn draft(&self) -> Option<Draft> {
        let what = match &self.what {
            What::Open => return None,
            What::Runbook(offer, inputs) => Wanted::Runbook { name: offer.name.clone(), inputs: inputs.clone() },
            What::Command(text) => Wanted::Command { text: text.clone() },
            What::Again(wanted) => wanted.clone(),
        };
        let again: Option<ExecutionId> = self.again.as_ref().map(|execution| execution.id.clone());
        Some(Draft { targets: self.targets(), what, timeout_seconds: self.timeout_seconds, again })
    }

    /// The machine in words: `web-03, i-0123…, linux, online`, or how many there are.
    pub fn machines(&self) -> String {
        let all = match &self.found {
            Found::Asked => return "asking AWS which machine that is…".into(),
            Found::Failed(why) => return why.clone(),
            Found::Settled(targets) => {
                let names: Vec<_> = targets.iter().map(|(_, instance)| instance.as_str()).collect();
                return names.join(", ");
            }
            Found::Known(all) => all,
        };
        match &all[..] {
            [] => "no machine".into(),
            [one] => match &one.nodes[..] {
                [] => format!("no machine: {}", one.how),
                [node] => {
                    let state = if node.online { "online" } else { "OFFLINE" };
                    // How it was found may begin with the machine itself, which has just been named.
                    let id = node.instance.as_str();
                    let how = one.how.strip_prefix(id).map_or_else(|| one.how.clone(), |how| format!("it{how}"));
                    format!("{}, {state}, {}, {id}: {how}", node.name, platform(node.platform))
                }
                several => format!("{} machines may be it; the next question is which", several.len()),
            },
            several => {
                let none = several.iter().filter(|one| one.nodes.is_empty()).count();
                let none = if none > 0 { format!(", {none} without a machine") } else { String::new() };
                format!("{} incidents{none}", several.len())
            }
        }
    }
}

/// A platform in a word.
pub const fn platform(platform: Platform) -> &'static str {
    match platform {
        Platform::Linux => "Linux",
        Platform::Windows => "Windows",
        Platform::MacOs => "macOS",
    }
}

/// Why a text will not do for a blank; absent when it will. Whoever renders the runbook has the last word.
pub fn wrong(blank: &Blank, text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@._:-\\".contains(c);
    let good = match &blank.kind {
        BlankKind::Instance => text.parse::<InstanceId>().is_ok(),
        BlankKind::Service => !text.is_empty() && text.chars().all(plain),
        BlankKind::Path => {
            let drive = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic()) && text.get(1..3) == Some(":\\");
            (text.starts_with('/') || drive) && !text.chars().any(char::is_control)
        }
        BlankKind::Integer { min, max } => text.parse().is_ok_and(|number: i64| (*min..=*max).contains(&number)),
        BlankKind::Choice { of } => of.iter().any(|word| word == text),
        BlankKind::Text => !text.is_empty(),
    };
    (!good).then(|| format!("{} takes {}", blank.name, takes(&blank.kind)))
}

/// What a blank takes, in words.
pub fn takes(kind: &BlankKind) -> String {
    match kind {
        BlankKind::Instance => "an instance id: i-0123456789abcdef0".into(),
        BlankKind::Service => "the name of a service: nginx, postgresql@16-main".into(),
        BlankKind::Path => "an absolute path: /var/log".into(),
        BlankKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        BlankKind::Choice { of } => format!("one of {}", of.join(", ")),
        BlankKind::Text => "any text; it travels as data".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_takes_what_its_kind_says() {
        let table: [(BlankKind, &[&str], &[&str]); 6] = [
            (BlankKind::Instance, &["i-0123456789abcdef0"], &["web-03", ""]),
            (BlankKind::Service, &["nginx", "postgresql@16-main"], &["a b", "$(x)", ""]),
            (BlankKind::Path, &["/", "/var/log", "C:\\logs"], &["var", "", "/a\nb", "C:", "é:\\"]),
            (BlankKind::Integer { min: 1, max: 9 }, &["1", "9"], &["0", "10", "x", "", "1.5"]),
            (BlankKind::Choice { of: vec!["a".into(), "b".into()] }, &["a"], &["c", ""]),
            (BlankKind::Text, &["$(x) 'y'"], &[""]),
        ];
        for (kind, good, bad) in table {
            let blank = Blank { name: "it".into(), doc: String::new(), kind, value: String::new() };
            assert!(good.iter().all(|text| wrong(&blank, text).is_none()), "{blank:?}");
            assert!(bad.iter().all(|text| wrong(&blank, text).is_some()), "{blank:?}");
        }
    }
}

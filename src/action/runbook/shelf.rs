//! All runbooks: those that come with the program, the user's, and each tenant's.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use super::{Facts, Fit, Mistake, Runbook, Value, Work, file, shipped};
use crate::core::id::TenantId;
use crate::link::remote::{Blank, Offer};

/// What those that come with the program say of where they come from.
pub const BUILT_IN: &str = "built in";
/// Bytes of a file, at most.
const LONGEST_FILE: u64 = 256 * 1024;

/// All runbooks. Loading them reads a few small files, in milliseconds: do it again whenever they may have changed.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// By name.
    everybodys: BTreeMap<String, Runbook>,
    tenants: BTreeMap<TenantId, BTreeMap<String, Runbook>>,
}

impl Shelf {
    /// Those that come with the program, those of `folder` (`CONFIG_DIR/runbooks`), which replace them by name, and those of its
    /// folders, which are named after tenants and replace both for that tenant. A file with a mistake is left out and told.
    pub fn load(folder: Option<&Path>) -> (Self, Vec<Mistake>) {
        let (mut shelf, mut mistakes) = (Self::default(), Vec::new());
        for (name, text) in shipped::FILES {
            match file::read(text, name, BUILT_IN) {
                Ok(runbook) => drop(shelf.everybodys.insert(runbook.name.clone(), runbook)),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        let Some(folder) = folder.filter(|folder| folder.exists()) else { return (shelf, mistakes) };
        let own = read_folder(folder, "", &mut mistakes);
        shelf.everybodys.extend(own);
        for name in entries(folder, "runbooks", &mut mistakes) {
            if name.starts_with('.') || !folder.join(&name).is_dir() {
                continue;
            }
            match name.parse::<TenantId>() {
                Ok(tenant) => {
                    let own = read_folder(&folder.join(&name), &format!("{name}/"), &mut mistakes);
                    shelf.tenants.insert(tenant, own);
                }
                Err(_) => mistakes.push(Mistake::of(&name, "a folder of runbooks is named after its tenant's id")),
            }
        }
        (shelf, mistakes)
    }

    /// All that a tenant has, by name; without a tenant: those that everybody has.
    pub fn all(&self, tenant: Option<&TenantId>) -> Vec<&Runbook> {
        let mut all: BTreeMap<&str, &Runbook> = self.everybodys.iter().map(|(name, one)| (&**name, one)).collect();
        let own = tenant.and_then(|tenant| self.tenants.get(tenant));
        all.extend(own.into_iter().flatten().map(|(name, one)| (&**name, one)));
        all.into_values().collect()
    }

    /// One that a tenant has.
    pub fn named(&self, tenant: &TenantId, name: &str) -> Option<&Runbook> {
        let own = self.tenants.get(tenant).and_then(|own| own.get(name));
        own.or_else(|| self.everybodys.get(name))
    }

    /// What may be run for an incident: what is meant for it, best first, then the others by name. What is for other machines
    /// is left out once it is known what this one runs.
    pub fn offers(&self, tenant: &TenantId, facts: &Facts) -> Vec<Offer> {
        let runs = |runbook: &&Runbook| facts.platform.is_none_or(|platform| runbook.runs_on(platform));
        let mut all: Vec<(Fit, &Runbook)> =
            self.all(Some(tenant)).into_iter().filter(runs).map(|one| (one.fits.of(facts), one)).collect();
        // Of two that fit as well, what only looks comes first.
        let risk = |(fit, one): &(Fit, &Runbook)| (*fit != Fit::No).then_some(one.risk);
        all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| risk(a).cmp(&risk(b))).then_with(|| a.1.name.cmp(&b.1.name)));
        all.into_iter().map(|(fit, runbook)| runbook.offer(facts, fit)).collect()
    }
}

impl Runbook {
    /// As it is offered for an incident that it fits so well.
    fn offer(&self, facts: &Facts, fit: Fit) -> Offer {
        let blank = |input: &super::Input| Blank {
            name: input.name.clone(),
            doc: input.doc.clone(),
            kind: input.kind.clone(),
            value: facts.suggest(input, self.platform),
        };
        Offer {
            name: self.name.clone(),
            doc: self.doc.clone(),
            risk: self.risk,
            platform: self.platform,
            document: self.document.clone(),
            commands: self.work.to_string(),
            timeout_seconds: self.timeout_seconds,
            inputs: self.inputs.iter().map(blank).collect(),
            forwards: self.forwards.clone(),
            fits: fit != Fit::No,
            auto: self.runs_by_itself(facts),
            from: self.from.clone(),
        }
    }

    /// Whether it may run by itself for such an incident, as far as its file goes: by the signature, never by the category.
    pub fn runs_by_itself(&self, facts: &Facts) -> bool {
        self.auto && matches!(self.fits.of(facts), Fit::Pattern(_) | Fit::Exact)
    }
}

impl std::fmt::Display for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Script(script) => f.write_str(script),
            Self::Parameters(parameters) => {
                for (at, (name, list)) in parameters.iter().enumerate() {
                    let list: Vec<String> = list.iter().map(ToString::to_string).collect();
                    let end = if at == 0 { "" } else { "\n" };
                    write!(f, "{end}{name}: {}", list.join(", "))?;
                }
                Ok(())
            }
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fixed(text) => f.write_str(text),
            Self::Input(name) => write!(f, "<{name}>"),
            Self::Object(pairs) => {
                let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                write!(f, "{{ {} }}", pairs.join(", "))
            }
        }
    }
}

/// The runbooks of one folder by name. `shown` is what its files' names begin with.
fn read_folder(folder: &Path, shown: &str, mistakes: &mut Vec<Mistake>) -> BTreeMap<String, Runbook> {
    let mut runbooks: BTreeMap<String, Runbook> = BTreeMap::new();
    let place = if shown.is_empty() { "runbooks" } else { shown };
    for name in entries(folder, place, mistakes) {
        if name.starts_with('.') || !name.ends_with(".toml") {
            continue;
        }
        let shown = format!("{shown}{name}");
        match read_file(&folder.join(&name), &shown) {
            Ok(runbook) => match runbooks.get(&runbook.name) {
                Some(other) => {
                    let what = format!("{} has the name `{}` already", other.from, runbook.name);
                    mistakes.push(Mistake::of(&shown, what));
                }
                None => drop(runbooks.insert(runbook.name.clone(), runbook)),
            },
            Err(mistake) => mistakes.push(mistake),
        }
    }
    runbooks
}

fn read_file(path: &Path, shown: &str) -> Result<Runbook, Mistake> {
    let unreadable = |error: std::io::Error| Mistake::of(shown, format!("cannot be read: {error}"));
    // A pipe would be waited for.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Mistake::of(shown, "is no file"));
    }
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(LONGEST_FILE + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > LONGEST_FILE {
        return Err(Mistake::of(shown, format!("has more than {LONGEST_FILE} bytes")));
    }
    file::read(&text, shown, shown)
}

/// The names in a folder, sorted.
fn entries(folder: &Path, shown: &str, mistakes: &mut Vec<Mistake>) -> Vec<String> {
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            let mut names: Vec<String> =
                entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
            names.sort();
            names
        }
        Err(error) => {
            mistakes.push(Mistake::of(shown, format!("cannot be read: {error}")));
            Vec::new()
        }
    }
}

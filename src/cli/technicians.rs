//! Judges what the configuration says of technicians, so that a mistake is told with its line before anything starts.

use super::out::Failure;
use crate::config;
use crate::core::assign::Technician;
use crate::core::category;
use crate::core::rota::Rota;

/// Technicians as the core knows them.
///
/// # Errors
/// The first mistake, with its place.
pub fn judged(declared: &[config::Technician]) -> Result<Vec<Technician>, Failure> {
    let mut all: Vec<Technician> = Vec::new();
    for technician in declared {
        let wrong = |field: &str, what: String| Failure::wrong_words(format!("{}: {what}", technician.place(field)));
        let one = judge(technician).map_err(|(field, what)| wrong(field, what))?;
        if all.iter().any(|known| known.name.eq_ignore_ascii_case(&one.name)) {
            return Err(wrong("name", format!("there are two technicians called `{}`", one.name)));
        }
        all.push(one);
    }
    Ok(all)
}

fn judge(technician: &config::Technician) -> Result<Technician, (&'static str, String)> {
    let name = technician.name.trim();
    if name.is_empty() || name.len() > 64 || name.chars().any(char::is_control) {
        return Err(("name", "a technician's name has 1 to 64 characters".into()));
    }
    let skills = technician.skills.iter().map(|skill| known_skill(skill).map_err(|what| ("skills", what)));
    let tenants = technician.tenants.clone().unwrap_or_else(|| vec!["*".into()]);
    let in_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-*?".contains(c);
    if let Some(glob) = tenants.iter().find(|glob| glob.is_empty() || !glob.chars().all(in_id)) {
        return Err((
            "tenants",
            format!("`{glob}` fits no tenant's id; ids are of a-z 0-9 _ -, with * and ? in a glob"),
        ));
    }
    if technician.at_most == Some(0) {
        return Err(("at_most", "`at_most` is at least 1; on_call = \"never\" gives somebody nothing".into()));
    }
    let on_call = technician.on_call.as_deref().unwrap_or("always");
    on_call.parse::<Rota>().map_err(|error| ("on_call", format!("`on_call`: {error}")))?;
    Ok(Technician {
        name: name.into(),
        skills: skills.collect::<Result<_, _>>()?,
        tenants,
        on_call: on_call.into(),
        at_most: technician.at_most,
        lead: technician.lead,
    })
}

/// A category, in its own spelling.
fn known_skill(skill: &str) -> Result<String, String> {
    let all = category::all();
    if let Some(known) = all.clone().find(|known| known.eq_ignore_ascii_case(skill.trim())) {
        return Ok(known.into());
    }
    let likeness = |known: &&str| strsim::normalized_damerau_levenshtein(&known.to_lowercase(), &skill.to_lowercase());
    let nearest = all.clone().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|known| likeness(known) >= 0.6);
    Err(match nearest {
        Some(known) => format!("no skill `{skill}`; did you mean `{known}`?"),
        None => format!("no skill `{skill}`; skills are {}", all.collect::<Vec<_>>().join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Result<Vec<Technician>, String> {
        let config = config::Config::read(text, "c", std::iter::empty()).unwrap();
        judged(&config.technicians).map_err(|failure| failure.words())
    }

    #[test]
    fn what_is_left_out_is_everything() {
        let all = judge("[[technicians]]\nname = 'priya'\nskills = ['database', 'Server']\n").unwrap();
        assert_eq!(all[0].skills, ["Database", "Server"]);
        assert_eq!((&all[0].tenants[..], &*all[0].on_call, all[0].at_most), (&["*".to_owned()][..], "always", None));
    }

    #[test]
    fn mistakes_have_their_line_and_the_nearest_spelling() {
        for (line, said) in [
            ("skills = ['Databse']", "c:3: no skill `Databse`; did you mean `Database`?"),
            ("skills = ['Cooking']", "c:3: no skill `Cooking`; skills are Security, Database"),
            ("tenants = ['Acme Corp']", "c:3: `Acme Corp` fits no tenant's id"),
            ("on_call = 'mon-frd 08:00-18:00'", "c:3: `on_call`: `frd` is no day"),
            (
                "on_call = 'sat,sun 00:00-24:00; mon 20:00-08:00 Europe/Vilnus'",
                "c:3: `on_call`: `Europe/Vilnus`: no time zone",
            ),
            ("at_most = 0", "c:3: `at_most` is at least 1"),
            ("[[technicians]]\nname = 'Sam'", "c:4: there are two technicians called `Sam`"),
        ] {
            let mistake = judge(&format!("[[technicians]]\nname = 'sam'\n{line}\n")).unwrap_err();
            assert!(mistake.starts_with(said), "{mistake}");
        }
        assert!(judge("[[technicians]]\nname = ' '").unwrap_err().starts_with("c:2: a technician's name"));
    }
}

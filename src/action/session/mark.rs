//! How a session is known again at AWS as one of this engine's: by the reason that it was begun with.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::core::id::SessionId;
use crate::core::session::Session;

/// What every reason begins with.
const OURS: &str = "alert-whisperer";
/// The file in the data folder that holds an engine's word.
const FILE: &str = "engine-mark";
/// The mark of an engine that can't keep one: by it, none of its sessions is known again.
const UNKEPT: &str = "unkept";
/// A reason's characters, at most (API_StartSession).
const MOST: usize = 256;

/// A word that no other engine has: the one that is kept in the data folder, or another one that is kept there from now on.
pub(super) fn of_engine(data: &Path) -> String {
    kept(data).unwrap_or_else(|error| {
        tracing::warn!(%error, "cannot keep {FILE}: sessions that are open when the engine is killed are found by their ids only");
        UNKEPT.into()
    })
}

fn kept(data: &Path) -> io::Result<String> {
    let path = data.join(FILE);
    let mut found = String::new();
    match OpenOptions::new().read(true).open(&path) {
        Ok(file) => drop(file.take(64).read_to_string(&mut found)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let found = found.trim();
    if found.len() >= 8 && found.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(found.into());
    }
    let mut chance = [0; 6];
    getrandom::fill(&mut chance).map_err(io::Error::other)?;
    let word = hex::encode(chance);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(format!("{word}\n").as_bytes())?;
    file.sync_all()?;
    Ok(word)
}

/// The reason that a session is begun with: whose it is, and for the client's people who wanted it, on account of what.
pub(super) fn reason(mark: &str, session: &Session) -> String {
    let incident = session.wish.incident.as_ref().map(|incident| format!(" {incident}")).unwrap_or_default();
    let whole = format!("{OURS} {mark} {}{incident} {}", session.id, session.by.who);
    whole.chars().filter(|c| !c.is_control()).take(MOST).collect()
}

/// The session that a reason is of, if this engine gave it.
pub(super) fn session_of(mark: &str, reason: &str) -> Option<SessionId> {
    let mut words = reason.split(' ').filter(|_| mark != UNKEPT);
    (words.next() == Some(OURS) && words.next() == Some(mark)).then(|| words.next()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::session::holder::asked;
    use crate::core::input::Actor;
    use crate::core::session::{Kind, Wish};
    use crate::core::time::Moment;

    fn session(who: &str, incident: bool) -> Session {
        let wish = Wish {
            incident: incident.then(|| "comp_acme-i4".parse().unwrap()),
            instance: "i-0123456789abcdef0".parse().unwrap(),
            asset: "web-03".into(),
            kind: Kind::Shell,
        };
        asked("comp_acme-s3".parse().unwrap(), wish, Actor::named(who), Moment(0))
    }

    #[test]
    fn a_reason_says_whose_it_is_and_is_known_again() {
        let with = reason("f00dcafe", &session("priya", true));
        assert_eq!(with, "alert-whisperer f00dcafe comp_acme-s3 comp_acme-i4 priya");
        assert_eq!(reason("f00dcafe", &session("priya", false)), "alert-whisperer f00dcafe comp_acme-s3 priya");
        assert_eq!(session_of("f00dcafe", &with).unwrap().to_string(), "comp_acme-s3");
        for other in
            ["", "alert-whisperer", "alert-whisperer f00dcaf comp_acme-s3", "x alert-whisperer f00dcafe comp_acme-s3"]
        {
            assert_eq!(session_of("f00dcafe", other), None, "{other}");
        }
        assert_eq!(session_of(UNKEPT, &reason(UNKEPT, &session("priya", true))), None, "it may be another engine's");
    }

    #[test]
    fn a_name_neither_breaks_a_reason_nor_lengthens_it() {
        let long = reason("f00dcafe", &session(&format!("a\nb{}", "ж".repeat(400)), true));
        assert_eq!(long.chars().count(), MOST);
        assert!(long.starts_with("alert-whisperer f00dcafe comp_acme-s3 comp_acme-i4 abж"));
    }

    #[test]
    fn an_engine_keeps_its_word() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let word = of_engine(one.path());
        assert_eq!((word.len(), of_engine(one.path())), (12, word.clone()));
        assert_ne!(of_engine(other.path()), word);
        std::fs::write(one.path().join(FILE), "damaged, and longer\n").unwrap();
        assert_ne!(of_engine(one.path()), word);
        assert_eq!(of_engine(&one.path().join("nowhere")), UNKEPT);
    }
}

//! Who somebody is, by what the system knows of their process: not by what they say, or whoever asks for something could
//! approve it under another name.
//!
//! It is the user who logged in, which `sudo` and `su` do not change, where the system keeps that (`/proc/PID/loginuid`); else
//! the user whose process it is. Where they sit is what they say.
//!
//! By what right they come: as the book of people says, where their name is in it; else they may do everything if the data folder is
//! theirs anyway, or they are root; else they may not come at all.

use std::os::unix::fs::MetadataExt;

use nix::unistd::{Uid, User};

use crate::core::input::Actor;
use crate::link::Standing;
use crate::people::{Book, Refused};

/// What the kernel says in place of a login when there was none.
const NO_LOGIN: u32 = u32::MAX;
/// Characters of a seat, at most.
const SEAT: usize = 100;

/// A process of this host, as the kernel tells of it.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    /// Its effective user.
    pub uid: u32,
    /// Its number; absent when it is not known here.
    pub pid: Option<u32>,
}

/// Somebody, as the system knows them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operator {
    /// Their login name.
    pub who: String,
    /// The user that they have become since, when that is another one.
    pub acts_as: Option<String>,
}

impl Process {
    /// This one.
    pub fn own() -> Self {
        Self { uid: rustix::process::geteuid().as_raw(), pid: Some(std::process::id()) }
    }

    /// Who sits behind it. May wait for a directory service.
    pub fn operator(&self) -> Operator {
        named(self.uid, self.login(), user)
    }

    /// By what right somebody comes who sits behind it. `owner`: whose the data folder is.
    ///
    /// # Errors
    /// By none.
    pub fn standing(&self, operator: &Operator, owner: u32, book: &Book) -> Result<Standing, Refused> {
        match book.person(&operator.who) {
            Some(person) => Ok(Standing::Known(person.name.as_str().into())),
            None if self.uid == owner || self.uid == 0 => Ok(Standing::Owner),
            None => Err(Refused::Unknown),
        }
    }

    fn login(&self) -> Option<u32> {
        let folder = format!("/proc/{}", self.pid.filter(|pid| *pid > 0)?);
        // Its number may be another one's by now.
        if std::fs::metadata(&folder).ok()?.uid() != self.uid {
            return None;
        }
        let login = std::fs::read_to_string(format!("{folder}/loginuid")).ok()?.trim().parse().ok()?;
        (login != NO_LOGIN).then_some(login)
    }
}

/// A user's name.
fn user(uid: u32) -> String {
    match User::from_uid(Uid::from_raw(uid)) {
        Ok(Some(user)) => user.name,
        _ => format!("uid-{uid}"),
    }
}

fn named(uid: u32, login: Option<u32>, user: impl Fn(u32) -> String) -> Operator {
    let real = login.unwrap_or(uid);
    Operator { who: user(real), acts_as: (real != uid).then(|| user(uid)) }
}

impl Operator {
    /// The same at the seat that they name.
    pub fn at(&self, seat: &str) -> Actor {
        let mut seat: String = seat.chars().filter(|c| !c.is_control()).take(SEAT).collect();
        if let Some(other) = self.acts_as.as_ref().map(|other| format!("as {other}"))
            && !seat.ends_with(&other)
        {
            seat = format!("{seat} {other}").trim_start().to_owned();
        }
        Actor { who: self.who.clone(), seat }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::person::{Person, Scope};
    use crate::core::role::Role;
    use crate::core::time::Moment;

    fn actor(uid: u32, login: Option<u32>, seat: &str) -> (String, String) {
        let user = |uid| ["root", "priya", "alert-whisperer"][uid as usize].to_owned();
        let Actor { who, seat } = named(uid, login, user).at(seat);
        (who, seat)
    }

    #[test]
    fn whoever_logged_in_is_the_operator_whatever_they_have_become() {
        let said = |who: &str, seat: &str| (who.to_owned(), seat.to_owned());
        assert_eq!(actor(1, Some(1), "jump01 pts/3"), said("priya", "jump01 pts/3"));
        assert_eq!(actor(0, Some(1), "jump01 pts/3"), said("priya", "jump01 pts/3 as root"));
        assert_eq!(actor(2, Some(1), "jump01 pts/3"), said("priya", "jump01 pts/3 as alert-whisperer"));
        assert_eq!(actor(2, Some(1), "jump01 as alert-whisperer"), said("priya", "jump01 as alert-whisperer"));
        assert_eq!(actor(2, Some(1), ""), said("priya", "as alert-whisperer"));
        assert_eq!(actor(2, None, "jump01"), said("alert-whisperer", "jump01"));
    }

    #[test]
    fn whoever_is_in_the_book_comes_as_it_says_and_who_has_the_folder_comes_anyway() {
        let mut book = Book::default();
        let (tenants, added_at) = (Scope::All, Moment(0));
        book.add(Person { name: "priya".into(), role: Role::Viewer, tenants, added_at }).unwrap();
        let came = |who: &str, uid: u32| {
            let operator = Operator { who: who.into(), acts_as: None };
            Process { uid, pid: None }.standing(&operator, 7, &book)
        };
        assert_eq!(came("priya", 1), Ok(Standing::Known("priya".into())));
        for (owner, uid) in [("the folder's owner", 7), ("root", 0)] {
            assert_eq!(
                came("priya", uid),
                Ok(Standing::Known("priya".into())),
                "{owner}, but she logged in as herself"
            );
            assert_eq!(came("svc", uid), Ok(Standing::Owner), "{owner}");
        }
        assert_eq!(came("tomas", 1), Err(Refused::Unknown));
        assert_eq!(came("", 1), Err(Refused::Unknown));
    }

    #[test]
    fn a_seat_is_one_short_line() {
        let (_, seat) = actor(1, None, &format!("jump\u{1b}[31m\n{}", "x".repeat(1_000)));
        assert!(seat.starts_with("jump[31mx") && seat.chars().count() == SEAT, "{seat}");
    }

    #[test]
    fn this_process_has_a_user_and_one_that_is_not_there_has_no_login() {
        assert!(!Process::own().operator().who.is_empty());
        assert_eq!(Process { uid: 0, pid: Some(0) }.login(), None);
        assert_eq!(Process { uid: u32::MAX - 7, ..Process::own() }.login(), None, "the number is another one's");
    }
}

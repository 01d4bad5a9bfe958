//! `user`: the book of people, their tokens, the keys that sign those.

use clap::{Args, Subcommand};
use serde_json::json;

use super::out::{self, Failure, Table};
use super::place::Place;
use super::reach::Reached;
use super::tenant::span;
use crate::core::id::TenantId;
use crate::core::person::{Person, Scope};
use crate::core::role::Role;
use crate::link::people::{Ask, Told};
use crate::link::{Reply, Request};

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add somebody to the book of people
    Add(Add),
    /// Who is in it
    List,
    /// Somebody, with their tokens
    Show {
        /// Their login name; your own without it
        name: Option<String>,
    },
    /// Change somebody's role or clients
    Set(Set),
    /// Take somebody out; their tokens are good no more, and their seats close
    Remove {
        /// Their login name
        name: String,
    },
    /// A token for seats and programs over the network; printed this once
    Token {
        /// Whose login name
        name: String,
        /// How long it is good, at most 24h
        #[arg(long, value_name = "SPAN", default_value = "8h", value_parser = span)]
        ttl: u64,
    },
    /// Take tokens back
    Revoke {
        /// Whose login name
        name: String,
        /// Only this one; `user show` lists them
        #[arg(long, value_name = "ID")]
        token: Option<String>,
    },
    /// Sign tokens with a new key from now on; those of the old one stay good until they expire
    RotateKeys {
        /// They do not: everybody needs a new token at once
        #[arg(long)]
        revoke: bool,
    },
}

/// Somebody to add.
#[derive(Debug, Args)]
pub struct Add {
    /// Their login name
    name: String,
    /// What they may do; each may do what those before may
    #[arg(long, value_name = "viewer|technician|lead|admin", value_parser = role)]
    role: Role,
    /// For this client only; may be given again, and '*' is all of them, as without it
    #[arg(long = "tenant", value_name = "ID", value_parser = one_tenant)]
    tenants: Vec<Scope>,
}

/// What to change of somebody.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Changes {
    /// What they may do from now on
    #[arg(long, value_name = "viewer|technician|lead|admin", value_parser = role)]
    role: Option<Role>,
    /// For these clients and no others from now on; may be given again, and '*' is all of them
    #[arg(long = "tenant", value_name = "ID", value_parser = one_tenant)]
    tenants: Vec<Scope>,
}

/// Whom to change, and what.
#[derive(Debug, Args)]
pub struct Set {
    /// Their login name
    name: String,
    #[command(flatten)]
    changes: Changes,
}

/// Runs the command.
///
/// # Errors
/// What went wrong.
pub fn run(command: User, place: &Place) -> Result<(), Failure> {
    if !matches!(command, User::List | User::Show { .. }) {
        place.may_change()?;
    }
    match command {
        User::Add(Add { name, role, tenants }) => {
            let tenants = together(tenants).unwrap_or(Scope::All);
            let say = format!("{name} is {} of {}", role.word(), words(&tenants));
            done(place, Ask::Add { name, role, tenants }, &say)
        }
        User::List => list(place),
        User::Show { name } => show(place, name),
        User::Set(Set { name, changes: Changes { role, tenants } }) => {
            done(place, Ask::Set { name, role, tenants: together(tenants) }, "done")
        }
        User::Remove { name } => done(place, Ask::Remove { name }, "removed"),
        User::Token { name, ttl } => token(place, name, ttl),
        User::Revoke { name, token } => revoked(place, Ask::Revoke { name, token }),
        User::RotateKeys { revoke } => revoked(place, Ask::Rotate { revoke }),
    }
}

fn ask(place: &Place, ask: Ask) -> Result<Reply, Failure> {
    Reached::ask_once(place, Request::People(ask))
}

fn done(place: &Place, change: Ask, say: &str) -> Result<(), Failure> {
    ask(place, change)?;
    if place.json { out::json(&json!({ "done": true })) } else { out::line(say) }
}

fn list(place: &Place) -> Result<(), Failure> {
    let Reply::People(Told::List(people)) = ask(place, Ask::List)? else { return Err(out::unexpected()) };
    if place.json {
        return out::json(&people);
    }
    let mut table = Table::new(&["NAME", "ROLE", "ADDED", "CLIENTS"]);
    for Person { name, role, tenants, added_at } in &people {
        table.row(&[name, role.word(), &added_at.to_string(), &tenants.to_string()]);
    }
    table.print()
}

fn show(place: &Place, name: Option<String>) -> Result<(), Failure> {
    let reply = ask(place, Ask::Show { name })?;
    let Reply::People(Told::Shown { person, tokens }) = reply else { return Err(out::unexpected()) };
    if place.json {
        return out::json(&json!({ "person": person, "tokens": tokens }));
    }
    let Some(person) = person else {
        return out::line("you have the data folder, so you may do everything; you are not in the book of people");
    };
    let mut table = Table::default();
    table.row(&["name", &person.name]);
    table.row(&["role", person.role.word()]);
    table.row(&["clients", &person.tenants.to_string()]);
    table.row(&["added_at", &person.added_at.to_string()]);
    for token in &tokens {
        let says = format!("{}, made {}, good until {}", token.id, token.made_at, token.expires_at);
        table.row(&["token", &says]);
    }
    table.print()
}

/// The token alone goes to standard output, so that a script can take it from there.
fn token(place: &Place, name: String, ttl_seconds: u64) -> Result<(), Failure> {
    let reply = ask(place, Ask::Token { name, ttl_seconds })?;
    let Reply::People(Told::Token(made)) = reply else { return Err(out::unexpected()) };
    if place.json {
        return out::json(&made);
    }
    out::line(&made.token)?;
    let (who, until) = (&made.name, made.expires_at);
    out::warn(&format!("{who}'s token {} is good until {until}, and shown this once", made.id));
    Ok(())
}

fn revoked(place: &Place, change: Ask) -> Result<(), Failure> {
    let Reply::People(Told::Revoked { tokens }) = ask(place, change)? else { return Err(out::unexpected()) };
    if place.json {
        return out::json(&json!({ "done": true, "tokens": tokens }));
    }
    match tokens {
        0 => out::line("done; no token was taken back"),
        1 => out::line("done; one token was taken back"),
        _ => out::line(format!("done; {tokens} tokens were taken back")),
    }
}

fn words(tenants: &Scope) -> String {
    if *tenants == Scope::All { "all clients".into() } else { tenants.to_string() }
}

/// All that were given; none: nothing was said.
fn together(tenants: Vec<Scope>) -> Option<Scope> {
    tenants.into_iter().reduce(|one, other| match (one, other) {
        (Scope::Some(mut tenants), Scope::Some(more)) => {
            tenants.extend(more);
            Scope::Some(tenants)
        }
        _ => Scope::All,
    })
}

fn one_tenant(text: &str) -> anyhow::Result<Scope> {
    if text == "*" { Ok(Scope::All) } else { Ok(Scope::Some([text.parse::<TenantId>()?].into())) }
}

fn role(text: &str) -> anyhow::Result<Role> {
    let known = [Role::Viewer, Role::Technician, Role::Lead, Role::Admin];
    let role = known.into_iter().find(|role| role.word() == text);
    role.ok_or_else(|| anyhow::anyhow!("a role is viewer, technician, lead or admin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_are_given_one_by_one_or_all() {
        let read = |texts: &[&str]| together(texts.iter().map(|text| one_tenant(text).unwrap()).collect());
        assert_eq!(read(&[]), None);
        assert_eq!(read(&["a", "b", "a"]).unwrap().to_string(), "a,b");
        assert_eq!(read(&["a", "*"]), Some(Scope::All));
        assert!(one_tenant("A b").is_err());
        assert!(role("root").is_err() && role("lead").unwrap() == Role::Lead);
    }
}

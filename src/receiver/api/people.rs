//! The book of people, and their tokens.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::page::{self, List};
use super::problem::{BAD_BODY, BROKEN, Problem};
use super::visit::{Answer, Visit};
use crate::core::person::{Person, Scope};
use crate::core::role::Role;
use crate::link::people::{Ask, Issue, Told};
use crate::link::{Reply, Request};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    role: Role,
    tenants: Scope,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    role: Role,
    tenants: Scope,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    ttl_seconds: Option<u32>,
}

/// Somebody with their tokens that are good.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    person: Person,
    tokens: Vec<Issue>,
}

async fn ask(visit: &Visit, ask: Ask) -> Result<Told, Problem> {
    match visit.ask(None, Request::People(ask)).await? {
        Reply::People(told) => Ok(told),
        _ => Err((&BROKEN).into()),
    }
}

/// Changes the book. To who has all companies it is no secret which there are not.
async fn change(visit: &Visit, ask: Ask) -> Result<(), Problem> {
    let done = visit.ask(None, Request::People(ask)).await.map(drop);
    done.map_err(|problem| match problem.code {
        "forbidden" if visit.claims.tenants == Scope::All => Problem::at(&BAD_BODY, "tenants"),
        _ => problem,
    })
}

/// What the address names, whatever it is: who may not ask learns nothing from how it is refused.
fn named(visit: &Visit, name: &str) -> Result<String, Problem> {
    visit.named(name)
}

async fn shown(visit: &Visit, name: Option<String>) -> Result<Answer, Problem> {
    match ask(visit, Ask::Show { name }).await? {
        Told::Shown { person: Some(person), tokens } => Answer::of(&Shown { person, tokens }),
        _ => Err((&BROKEN).into()),
    }
}

/// Whoever asks.
pub async fn me(visit: &Visit) -> Result<Answer, Problem> {
    shown(visit, None).await
}

/// Everybody, by name.
pub async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let (limit, of) = (visit.limit()?, page::list(&"users"));
    let after: Option<String> = visit.cursor(&of)?;
    let Told::List(mut people) = ask(visit, Ask::List).await? else { return Err((&BROKEN).into()) };
    people.retain(|person| after.as_ref().is_none_or(|after| person.name > *after));
    Answer::of(&List::cut(people, limit, &of, |person| person.name.clone()))
}

/// One.
pub async fn one(visit: &Visit) -> Result<Answer, Problem> {
    shown(visit, Some(named(visit, "name")?)).await
}

/// Adds somebody.
pub async fn add(visit: &Visit) -> Result<Answer, Problem> {
    let New { name, role, tenants } = visit.body()?;
    change(visit, Ask::Add { name: name.clone(), role, tenants }).await?;
    let location = Some(format!("/api/users/{name}"));
    Ok(Answer { status: StatusCode::CREATED, location, ..shown(visit, Some(name)).await? })
}

/// Changes somebody's role and companies.
pub async fn set(visit: &Visit) -> Result<Answer, Problem> {
    let name = named(visit, "name")?;
    let Changed { role, tenants } = visit.body()?;
    change(visit, Ask::Set { name: name.clone(), role: Some(role), tenants: Some(tenants) }).await?;
    shown(visit, Some(name)).await
}

/// Takes somebody out of the book.
pub async fn remove(visit: &Visit) -> Result<Answer, Problem> {
    change(visit, Ask::Remove { name: named(visit, "name")? }).await?;
    Ok(Answer::empty())
}

/// Makes a token. It is in this answer and in no other.
pub async fn make_token(visit: &Visit) -> Result<Answer, Problem> {
    let name = named(visit, "name")?;
    let Wanted { ttl_seconds } = visit.body()?;
    let usual = u64::try_from(crate::people::TTL.0 / 1_000).unwrap_or_default();
    let ttl_seconds = ttl_seconds.map_or(usual, u64::from);
    match ask(visit, Ask::Token { name, ttl_seconds }).await? {
        Told::Token(token) => Ok(Answer { status: StatusCode::CREATED, ..Answer::of(&token)? }),
        _ => Err((&BROKEN).into()),
    }
}

/// Takes one token back, or all of somebody's.
pub async fn revoke(visit: &Visit, one: bool) -> Result<Answer, Problem> {
    let token = if one { Some(named(visit, "token")?) } else { None };
    change(visit, Ask::Revoke { name: named(visit, "name")?, token }).await?;
    Ok(Answer::empty())
}

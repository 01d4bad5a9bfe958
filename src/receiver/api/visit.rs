//! One call of the API while it is being answered: who calls, what was sent, and how the engine is asked on their behalf.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::problem::{BAD_BODY, BAD_PARAMETER, BROKEN, FORBIDDEN, NOT_JSON, NOT_THERE, Problem, TOO_LONG};
use super::{conditions, page};
use crate::core::id::TenantId;
use crate::core::input::Actor;
use crate::core::person::Claims;
use crate::core::tag;
use crate::link::remote::{Reached, Remote};
use crate::link::{Caller, Reply, Request};
use crate::receiver::desk::Desk;

/// Rows of a page: unless it is said, and at most.
const LIMIT: (usize, usize) = (50, 500);

/// A call.
pub struct Visit {
    pub(super) desk: Arc<Desk>,
    pub(super) caller: Caller,
    pub(super) claims: Arc<Claims>,
    pub(super) by: Actor,
    /// What varies in the address.
    pub(super) named: BTreeMap<String, String>,
    /// The query, each parameter once.
    pub(super) query: BTreeMap<String, String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// An answer before it has its headers.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// 200, 201, 202 or 204.
    pub status: StatusCode,
    /// JSON.
    pub body: Vec<u8>,
    /// The tag of what was asked for.
    pub tag: Option<String>,
    /// The address of what was made.
    pub location: Option<String>,
    /// An answer that only says that the body has not changed is enough.
    pub is_fresh: bool,
}

impl Answer {
    /// 200 with a body.
    pub fn done(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, body, tag: None, location: None, is_fresh: false }
    }

    /// There is nothing to say.
    pub fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, ..Self::done(Vec::new()) }
    }

    /// 200 with something as JSON.
    ///
    /// # Errors
    /// It has no JSON.
    pub fn of(thing: &impl Serialize) -> Result<Self, Problem> {
        serde_json::to_vec(thing).map(Self::done).map_err(|_| (&BROKEN).into())
    }

    /// The same, of something that has a tag.
    #[must_use]
    pub fn tagged(self, thing: &impl Serialize) -> Self {
        Self { tag: Some(tag::of(thing)), ..self }
    }
}

impl Visit {
    /// What the address names.
    ///
    /// # Errors
    /// Nothing can be called that.
    pub fn named<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.named.get(name).and_then(|text| text.parse().ok()).ok_or_else(|| (&NOT_THERE).into())
    }

    /// A parameter of the query, if it is there.
    ///
    /// # Errors
    /// It is not of the right form.
    pub fn parameter<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, Problem> {
        let read = |text: &String| text.parse().map_err(|_| Problem::at(&BAD_PARAMETER, name));
        self.query.get(name).map(read).transpose()
    }

    /// How many rows a page has.
    ///
    /// # Errors
    /// Too few, or too many.
    pub fn limit(&self) -> Result<usize, Problem> {
        let limit = self.parameter("limit")?.unwrap_or(LIMIT.0);
        if (1..=LIMIT.1).contains(&limit) { Ok(limit) } else { Err(Problem::at(&BAD_PARAMETER, "limit")) }
    }

    /// Where the list goes on, if it is not at its beginning.
    ///
    /// # Errors
    /// The cursor is not of this list.
    pub fn cursor<P: DeserializeOwned>(&self, list: &str) -> Result<Option<P>, Problem> {
        self.query.get("cursor").map(|cursor| page::read(list, cursor)).transpose()
    }

    /// What the body says. No body says the same as `{}`.
    ///
    /// # Errors
    /// It is no JSON, or says something else.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let body = if self.body.is_empty() { &b"{}"[..] } else { &*self.body };
        // A list of a thing's fields would do for serde, too.
        let read = if body.trim_ascii_start().starts_with(b"{") {
            serde_json::from_slice(body)
        } else {
            serde_json::from_slice::<IgnoredAny>(body).and_then(|_| Err(serde::de::Error::custom("no object")))
        };
        read.map_err(|error: serde_json::Error| {
            let row = if error.is_data() { &BAD_BODY } else { &NOT_JSON };
            let problem = Problem::from(row);
            // Where is said, and what stands there is not.
            let message = format!("{} Line {}, column {}.", problem.message, error.line(), error.column());
            Problem { message, ..problem }
        })
    }

    /// Asks the engine something about a tenant, or about all that are theirs.
    ///
    /// # Errors
    /// What the engine says, and for everything of a tenant that is not theirs the same.
    pub async fn ask(&self, about: Option<&TenantId>, request: Request) -> Result<Reply, Problem> {
        let asked = self.caller.ask(&self.by, request);
        let answered = tokio::time::timeout(self.desk.options.api_timeout, asked).await;
        // The engine has been asked nevertheless: it puts on record who tried what.
        if about.is_some_and(|tenant| !self.claims.tenants.covers(tenant)) {
            return Err((&FORBIDDEN).into());
        }
        let answered = answered.map_err(|_| &TOO_LONG)?;
        answered.map_err(|refusal| match (about, &*refusal.code) {
            // What is done to the engine as a whole is for those whose all companies are.
            (None, "no_such_tenant") => (&FORBIDDEN).into(),
            _ => Problem::of(&refusal, &self.given()),
        })
    }

    /// The same, and nothing changes unless it is as `If-Match` says.
    ///
    /// # Errors
    /// As [`Visit::ask`], or it is not.
    pub async fn change(&self, about: &TenantId, request: Request) -> Result<Reply, Problem> {
        let request = match conditions::if_match(&self.headers)? {
            Some(tags) => Request::IfStill { tags, request: Box::new(request) },
            None => request,
        };
        self.ask(Some(about), request).await
    }

    /// Asks whoever reaches AWS.
    ///
    /// # Errors
    /// As [`Visit::ask`].
    pub async fn reach(&self, about: &TenantId, remote: Remote) -> Result<Reached, Problem> {
        match self.ask(Some(about), Request::Remote(remote)).await? {
            Reply::Reached(reached) => Ok(reached),
            _ => Err((&BROKEN).into()),
        }
    }

    /// Every text of the request that could be anything: an answer repeats none of them. The names of a body's own fields are ours.
    fn given(&self) -> Vec<String> {
        let names = self.named.iter().filter(|(name, _)| *name != "id");
        let mut given: Vec<String> = self.query.iter().chain(names).map(|(_, text)| text.clone()).collect();
        let body: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&self.body).unwrap_or_default();
        let mut within: Vec<serde_json::Value> = body.into_iter().map(|(_, value)| value).collect();
        while let Some(value) = within.pop() {
            match value {
                serde_json::Value::String(text) => given.push(text),
                serde_json::Value::Array(values) => within.extend(values),
                serde_json::Value::Object(fields) => {
                    for (name, value) in fields {
                        given.push(name);
                        within.push(value);
                    }
                }
                _ => {}
            }
        }
        given
    }
}

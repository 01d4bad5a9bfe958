//! A tenant's sources, as calls: each change is the whole tenant as an input, like any other change of a tenant. What they sent and
//! could not be read is the quarantine's; how they are is [`super::health`]'s to count.

mod read;
mod secrets;
mod topics;

use std::sync::Arc;

use super::calls::no_randomness;
use super::issue;
use super::porter::Answer;
use super::refusals::Attempt;
use super::task::Task;
use crate::core::credentials::{Credentials, HmacSecret};
use crate::core::id::TenantId;
use crate::core::input::Actor;
use crate::core::source::auth::Auth;
use crate::core::source::kind::{Dialect, Kind};
use crate::core::source::{self, ALERTS, BUILT_IN, LONGEST_MAPPING, MOST, Source};
use crate::core::tenant::Tenant;
use crate::link::source::{Ask, Given, Issued, SecretShown, Shown, Told, TopicShown};
use crate::link::{Refusal, Reply, Request};

impl Task {
    /// Does something with a tenant's sources, or hands it to the thread that will.
    pub(super) fn about_source(&mut self, by: Actor, tenant: TenantId, about: Ask, answer: Answer) {
        let request = Request::Source { tenant, about };
        let attempt = Attempt::of(&request, None);
        let Request::Source { tenant, about } = request else { return };
        let reply = match about {
            Ask::Read { name, body } => return self.read_body(by.who, tenant, name, body, answer),
            Ask::List => self.known(&tenant).map(|known| Reply::Source(Told::List(self.shown(known)))),
            Ask::Add { name, kind, auth, mapping, secret } => {
                let auth = auth.map_or_else(|| kind.row().auth.into(), |auth| *auth);
                self.add_source(by.clone(), &tenant, name, Source { kind, auth, mapping }, secret)
            }
            Ask::Set { name, auth, mapping } => {
                self.set_source(by.clone(), &tenant, &name, auth.map(|auth| *auth), mapping)
            }
            Ask::RotateKey { name } => self.rotate_key(by.clone(), &tenant, &name),
            Ask::RotateSecret { name, grace_seconds, secret } => {
                self.rotate_secret(by.clone(), &tenant, &name, grace_seconds, secret)
            }
            Ask::Remove { name } => self.remove_source(by.clone(), &tenant, &name),
            Ask::Topic { name, topic, approve } => self.let_topic(by.clone(), &tenant, &name, &topic, approve),
            Ask::Replay { name, numbers } => match self.work(by.clone(), &tenant, name.as_deref(), &numbers) {
                Ok(work) => return self.read_again(tenant, work, answer),
                Err(refusal) => Err(refusal),
            },
            Ask::Discard { numbers } => self.discard(by.clone(), &tenant, &numbers),
        };
        self.note_refusal(&by, attempt, &reply);
        // Whoever asked may have gone.
        let _ = answer.send(reply);
    }

    fn add_source(
        &mut self,
        by: Actor,
        id: &TenantId,
        name: String,
        source: Source,
        given: Option<Given>,
    ) -> Result<Reply, Refusal> {
        let tenant = self.known(id)?;
        if !source::is_name(&name) {
            return Err(Refusal::new("bad_source", "a source's name has 1 to 64 characters of a-z, 0-9 and -"));
        }
        if tenant.source(&name).is_some() {
            let say = format!("{id} has a source {name} already; `alert-whisperer source show {id} {name}` shows it");
            return Err(Refusal::new("exists", say));
        }
        if tenant.sources.len() >= MOST {
            return Err(Refusal::new("too_many", format!("a tenant has at most {MOST} sources of its own")));
        }
        self.may_be(&source)?;
        let mut tenant = Tenant::clone(tenant);
        let (key, mut kept) = issue::key(&name).map_err(no_randomness)?;
        let hmac_secret = secrets::first(&source.auth, given, &mut kept.secrets)?;
        let mut credentials = Credentials::clone(&tenant.credentials);
        // Nothing of an earlier one of that name is left.
        credentials.sources.retain(|known| known.name != name);
        credentials.sources.push(kept);
        tenant.credentials = Arc::new(credentials);
        let kind = source.kind;
        tenant.sources.insert(name.clone(), source);
        self.put(by, tenant)?;
        Ok(self.issued(id, name, kind, Some(key), hmac_secret))
    }

    fn set_source(
        &mut self,
        by: Actor,
        id: &TenantId,
        name: &str,
        auth: Option<Auth>,
        mapping: Option<String>,
    ) -> Result<Reply, Refusal> {
        let mut tenant = Tenant::clone(self.known(id)?);
        let mut source = tenant.source(name).ok_or_else(no_source)?.into_owned();
        if name == ALERTS {
            let say = "the source `alerts` proves itself as the tenant's settings `signing.…` say: \
                       `alert-whisperer tenant set`";
            return Err(Refusal::new("bad_source", say));
        }
        if let Some(auth) = auth {
            source.auth = auth;
        }
        if let Some(mapping) = mapping {
            source.mapping = Some(mapping).filter(|text| !text.trim().is_empty());
        }
        self.may_be(&source)?;
        let mut credentials = Credentials::clone(&tenant.credentials);
        let kept = credentials.secrets_mut(name).ok_or_else(no_key)?;
        let now = self.now();
        let hmac_secret = match &source.auth {
            // What it has serves on, if it can be made a key of in the new way.
            Auth::Hmac(hmac)
                if !kept.iter().any(|old| old.is_live(now) && hmac.key.decoded(old.secret.expose()).is_some()) =>
            {
                kept.clear();
                secrets::first(&source.auth, None, kept)?
            }
            _ => None,
        };
        let kind = source.kind;
        tenant.credentials = Arc::new(credentials);
        tenant.sources.insert(name.into(), source);
        self.put(by, tenant)?;
        Ok(match hmac_secret {
            None => Reply::Done,
            made => self.issued(id, name.into(), kind, None, made),
        })
    }

    fn remove_source(&mut self, by: Actor, id: &TenantId, name: &str) -> Result<Reply, Refusal> {
        let mut tenant = Tenant::clone(self.known(id)?);
        if BUILT_IN.contains(&name) {
            let say = "every tenant has this source; `alert-whisperer source rotate-key` shuts out whoever has its key";
            return Err(Refusal::new("bad_source", say));
        }
        tenant.sources.remove(name).ok_or_else(no_source)?;
        let mut credentials = Credentials::clone(&tenant.credentials);
        credentials.sources.retain(|known| known.name != name);
        tenant.credentials = Arc::new(credentials);
        self.put(by, tenant)?;
        self.counters.sources.retain(|whose, source| whose != id || source != name);
        Ok(Reply::Done)
    }

    /// Whether a source can be as it is wanted.
    fn may_be(&self, source: &Source) -> Result<(), Refusal> {
        let bad = |why: String| Refusal::new("bad_source", why);
        source.auth.check().map_err(|why| bad(why.into()))?;
        if source.auth == Auth::Sns && source.kind.row().dialect != Dialect::Sns {
            return Err(bad("only an sns source proves itself by AWS' signature".into()));
        }
        if source.mapping.as_ref().is_some_and(|mapping| mapping.len() > LONGEST_MAPPING) {
            return Err(bad(format!("a mapping has at most {} KiB", LONGEST_MAPPING >> 10)));
        }
        match self.interpreter.get() {
            Some(interpreter) => interpreter.check(source).map_err(|why| Refusal::new("bad_mapping", why)),
            None if source.mapping.is_some() => {
                Err(Refusal::new("no_reader", "nobody here can check a mapping: the receiver is not there"))
            }
            None => Ok(()),
        }
    }

    /// A tenant's sources as they may be shown.
    fn shown(&self, tenant: &Tenant) -> Vec<Shown> {
        let one = |(name, source): (&str, std::borrow::Cow<'_, Source>)| Shown {
            name: name.into(),
            source: source.into_owned(),
            url: self.webhook_url(name),
            secrets: self.shown_secrets(tenant, name),
            topics: tenant.credentials.source(name).map_or_else(Vec::new, |kept| {
                let shown = |topic: &crate::core::credentials::Topic| TopicShown {
                    arn: topic.arn.clone(),
                    approved: topic.approved,
                    since: topic.since,
                };
                kept.topics.iter().map(shown).collect()
            }),
            health: self.counters.sources.of((self.clock)(), &tenant.id, name),
        };
        tenant.all_sources().map(one).collect()
    }

    fn shown_secrets(&self, tenant: &Tenant, name: &str) -> Vec<SecretShown> {
        let now = (self.clock)();
        let shown = |secret: &HmacSecret| {
            let id = secret.id();
            let verified_at = self.counters.sources.verified_at(&tenant.id, name, &id);
            SecretShown { id, expires_at: secret.expires_at, verified_at }
        };
        tenant.credentials.secrets(name).iter().filter(|secret| secret.is_live(now)).map(shown).collect()
    }

    fn webhook_url(&self, name: &str) -> String {
        source::url(&self.base_url(), name)
    }

    fn issued(
        &self,
        tenant: &TenantId,
        name: String,
        kind: Kind,
        api_key: Option<String>,
        hmac_secret: Option<String>,
    ) -> Reply {
        let webhook_url = self.webhook_url(&name);
        let issued = Issued { tenant: tenant.clone(), name, kind, webhook_url, api_key, hmac_secret };
        Reply::Source(Told::Issued(Box::new(issued)))
    }
}

/// The tenant has none of that name.
fn no_source() -> Refusal {
    Refusal::new("no_such_source", "no such source; `alert-whisperer source list` shows them")
}

/// It is set, and nothing is kept of it.
fn no_key() -> Refusal {
    Refusal::new("no_key", "this source has no key any more; `alert-whisperer source rotate-key` makes one")
}

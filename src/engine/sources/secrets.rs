//! New keys and secrets for sources that there are. A secret is made as the scheme takes it, or is the one that the tool has made.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::calls::no_randomness;
use super::super::issue;
use super::super::task::Task;
use super::{no_key, no_source};
use crate::core::credentials::{Credentials, HmacSecret, MOST_SECRETS, Secret};
use crate::core::id::TenantId;
use crate::core::input::Actor;
use crate::core::source::ALERTS;
use crate::core::source::auth::{Auth, Hmac, KeyDecoding};
use crate::core::tenant::Tenant;
use crate::core::time::Span;
use crate::link::source::{Given, Told};
use crate::link::{Issued, Refusal, Reply};

/// Bytes of a secret that a tool has made.
const LONGEST: usize = 1_024;
/// The fewest bytes of a key that is worth the name.
const SHORTEST: usize = 8;

impl Task {
    /// A new key for a source of the tenant.
    pub(super) fn rotate_key(&mut self, by: Actor, id: &TenantId, name: &str) -> Result<Reply, Refusal> {
        let mut tenant = Tenant::clone(self.known(id)?);
        let kind = tenant.source(name).ok_or_else(no_source)?.kind;
        let (key, new) = issue::key(name).map_err(no_randomness)?;
        let mut credentials = Credentials::clone(&tenant.credentials);
        match credentials.source_mut(name) {
            Some(kept) => kept.key_digest = new.key_digest,
            None => credentials.sources.push(new),
        }
        tenant.credentials = Arc::new(credentials);
        self.put(by, tenant)?;
        Ok(self.issued(id, name.into(), kind, Some(key), None))
    }

    /// A new secret for a source of the tenant.
    pub(super) fn rotate_secret(
        &mut self,
        by: Actor,
        id: &TenantId,
        name: &str,
        grace_seconds: u64,
        given: Option<Given>,
    ) -> Result<Reply, Refusal> {
        if name == ALERTS
            && let Some(place) = self.pins.place(id, "secrets.hmac")
        {
            let say = format!("the secret of {id} is set at {place}; change it there and restart");
            return Err(Refusal::new("pinned", say));
        }
        let now = self.now();
        let mut tenant = Tenant::clone(self.known(id)?);
        let source = tenant.source(name).ok_or_else(no_source)?;
        let kind = source.kind;
        let auth = source.auth.clone();
        let hmac = match &auth {
            Auth::Hmac(hmac) => Some(hmac),
            // Signing may be off for a while; the secret is there when it is on again.
            _ if name == ALERTS => None,
            _ => {
                let say = "this source does not sign; `alert-whisperer source set --auth` makes it";
                return Err(Refusal::new("no_secret", say));
            }
        };
        let until = now + Span(i64::try_from(grace_seconds.saturating_mul(1_000)).unwrap_or(i64::MAX));
        let mut credentials = Credentials::clone(&tenant.credentials);
        let kept = credentials.secrets_mut(name).ok_or_else(no_key)?;
        let (new, made) = new_secret(hmac, given)?;
        kept.retain(|old| grace_seconds > 0 && old.is_live(now) && old.secret != new.secret);
        for old in &mut *kept {
            old.expires_at = Some(old.expires_at.map_or(until, |at| at.min(until)));
        }
        kept.insert(0, new);
        kept.truncate(MOST_SECRETS);
        tenant.credentials = Arc::new(credentials);
        self.put(by, tenant)?;
        Ok(self.issued(id, name.into(), kind, None, made))
    }

    /// The same as [`Task::rotate_key`], told as a tenant's keys are.
    pub(in crate::engine) fn rotate_tenant_key(
        &mut self,
        by: Actor,
        id: &TenantId,
        name: &str,
    ) -> Result<Reply, Refusal> {
        let new = self.rotate_key(by, id, name)?;
        Ok(self.as_tenants(new))
    }

    /// A new secret for our own schema, told as a tenant's secrets are.
    pub(in crate::engine) fn rotate_tenant_secret(
        &mut self,
        by: Actor,
        id: &TenantId,
        grace_seconds: u64,
    ) -> Result<Reply, Refusal> {
        let new = self.rotate_secret(by, id, ALERTS, grace_seconds, None)?;
        Ok(self.as_tenants(new))
    }

    fn as_tenants(&self, reply: Reply) -> Reply {
        let Reply::Source(Told::Issued(issued)) = reply else { return reply };
        let of_alertmanager = issued.name == crate::core::source::ALERTMANAGER;
        let (alertmanager_key, api_key) = if of_alertmanager { (issued.api_key, None) } else { (None, issued.api_key) };
        let (tenant, base_url, hmac_secret) = (issued.tenant, self.base_url(), issued.hmac_secret);
        Reply::Issued(Box::new(Issued { tenant, base_url, api_key, hmac_secret, alertmanager_key }))
    }
}

/// Gives a source that signs its first secret; what was made here is told.
pub(super) fn first(auth: &Auth, given: Option<Given>, to: &mut Vec<HmacSecret>) -> Result<Option<String>, Refusal> {
    match (auth, given) {
        (Auth::Hmac(hmac), given) => {
            let (secret, made) = new_secret(Some(hmac), given)?;
            to.push(secret);
            Ok(made)
        }
        (_, None) => Ok(None),
        (_, Some(_)) => Err(Refusal::new("bad_secret", "this source does not sign: it has no use for a secret")),
    }
}

/// The secret that is given, or a new one, which is to be told.
fn new_secret(hmac: Option<&Hmac>, given: Option<Given>) -> Result<(HmacSecret, Option<String>), Refusal> {
    let decoding = hmac.map_or(KeyDecoding::Raw, |hmac| hmac.key);
    let Some(Given(text)) = given else {
        let text = match decoding {
            KeyDecoding::Raw | KeyDecoding::Hex => issue::random_hex::<32>().map_err(no_randomness)?,
            KeyDecoding::Base64 => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes).map_err(no_randomness)?;
                format!("whsec_{}", STANDARD.encode(bytes))
            }
        };
        let secret = HmacSecret { secret: Secret::new(text.clone()), expires_at: None };
        return Ok((secret, Some(text)));
    };
    let bad = |why: &str| Refusal::new("bad_secret", why);
    if text.len() > LONGEST {
        return Err(bad("a secret has at most 1024 bytes"));
    }
    match decoding.decoded(&text) {
        None if decoding == KeyDecoding::Hex => Err(bad("this secret is not hexadecimal, and its scheme takes it so")),
        None => Err(bad("this secret is not base64 (perhaps after whsec_), and its scheme takes it so")),
        Some(key) if key.len() < SHORTEST => Err(bad("a secret of fewer than 8 bytes is none")),
        Some(_) => Ok((HmacSecret { secret: Secret::new(text), expires_at: None }, None)),
    }
}

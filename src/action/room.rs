//! What everybody in this room works with: the engine, the way to AWS, what is known, and how to put a refusal on record.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::Options;
use super::kept::Kept;
use super::pace::Pace;
use super::replica::Replica;
use super::runbook::{Mistake, Shelf};
use super::session::Rules;
use super::watched::Watched;
use crate::aws::{Account, Aws, AwsError, Kind, Purpose};
use crate::core::audit::{Record, masked};
use crate::core::id::{IncidentId, TenantId};
use crate::core::input::Actor;
use crate::core::patch::Patches;
use crate::core::tenant::Tenant;
use crate::core::time::{Moment, Span};
use crate::engine::Clock;
use crate::engine::handle::Handle;
use crate::link::remote::Nodes;
use crate::link::{Detail, Refusal, Reply, Request};

/// Bytes of what something was done to that are on record: an order for 50 machines has its place.
const NAMED: usize = 4_096;

/// When what was refused of whom, on what.
type Refusals = BTreeMap<(TenantId, String, String), Moment>;

/// Refusals of one person that are on record within a minute, at most: as many as the engine's own.
const REFUSALS: usize = 60;

/// All of it.
pub(super) struct Room {
    pub(super) engine: Handle,
    pub(super) aws: Aws,
    pub(super) replica: Replica,
    pub(super) watched: Watched,
    pub(super) machines: Kept<Nodes>,
    pub(super) patches: Kept<Patches>,
    pub(super) pace: Pace,
    pub(super) rules: Rules,
    runbooks: Option<PathBuf>,
    clock: Clock,
    /// What the engine was told last: whether AWS knows us.
    introduced: Arc<Mutex<Option<bool>>>,
    /// What was refused lately: by whom; whose it was, what, on what.
    refusals: Mutex<BTreeMap<String, Refusals>>,
    /// What was wrong with the runbooks' files when they were read last.
    mistakes: Mutex<Vec<Mistake>>,
}

impl Room {
    pub(super) fn new(engine: Handle, options: Options) -> Self {
        let Options { aws, runbooks, clock, pace, duty: _, sessions: rules } = options;
        Self {
            engine,
            aws,
            replica: Replica::default(),
            watched: Watched::default(),
            machines: Kept::default(),
            patches: Kept::default(),
            pace,
            rules,
            runbooks,
            clock,
            introduced: Arc::default(),
            refusals: Mutex::default(),
            mistakes: Mutex::default(),
        }
    }

    /// The time.
    pub(super) fn now(&self) -> Moment {
        (self.clock)()
    }

    /// A tenant's account, for what somebody wants to do there.
    pub(super) async fn account(&self, tenant: &Tenant, purpose: &Purpose) -> Result<Account, AwsError> {
        let account = self.aws.account(tenant, purpose).await;
        match &account {
            Ok(_) => self.introduce(true),
            // The role is had with our own credentials: it is those that have expired.
            Err(error) if matches!(error.kind, Kind::NoCredentials | Kind::Expired) => self.introduce(false),
            Err(_) => {}
        }
        account
    }

    /// Tells the engine as whom AWS knows us, the first time and whenever that has changed. Nobody waits for it.
    fn introduce(&self, known: bool) {
        if self.introduced.lock().unwrap_or_else(PoisonError::into_inner).replace(known) != Some(known) {
            let (aws, engine, introduced) = (self.aws.clone(), self.engine.clone(), self.introduced.clone());
            tokio::spawn(async move {
                let identity = aws.identity().await;
                // It says otherwise than what was just seen: the next account shows which holds.
                if identity.is_ok() != known {
                    *introduced.lock().unwrap_or_else(PoisonError::into_inner) = None;
                }
                engine.aws(identity.map_err(|error| error.message));
            });
        }
    }

    /// The runbooks as the files have them now.
    pub(super) async fn shelf(&self) -> Shelf {
        let folder = self.runbooks.clone();
        let loaded = tokio::task::spawn_blocking(move || Shelf::load(folder.as_deref())).await;
        let (shelf, mistakes) = loaded.unwrap_or_default();
        let mut told = self.mistakes.lock().unwrap_or_else(PoisonError::into_inner);
        for mistake in mistakes.iter().filter(|mistake| !told.contains(mistake)) {
            tracing::warn!(%mistake, "a runbook is left out");
        }
        *told = mistakes;
        shelf
    }

    /// An incident's alerts and history, where they can be read now.
    pub(super) async fn detail(&self, incident: &IncidentId) -> Option<Detail> {
        let request = Request::Detail { incident: incident.clone() };
        match self.engine.caller().ask(&ourselves(), request).await {
            Ok(Reply::Detail(detail)) => Some(*detail),
            _ => None,
        }
    }

    /// Puts it on a tenant's record that something was done.
    pub(super) fn record(&self, tenant: &TenantId, by: &Actor, what: &str, on: &str, outcome: String) {
        self.engine.note(tenant, self.entry(by, what, on, &outcome));
    }

    /// The same, and it is on stable storage when this returns.
    ///
    /// # Errors
    /// It could not be written.
    pub(super) async fn recorded(
        &self,
        tenant: &TenantId,
        by: &Actor,
        what: &str,
        on: &str,
        outcome: String,
    ) -> Result<(), Refusal> {
        self.engine.noted(tenant, self.entry(by, what, on, &outcome)).await
    }

    /// What was named and what is said of it is as long as whoever asks likes: the beginning is on record.
    fn entry(&self, by: &Actor, what: &str, on: &str, outcome: &str) -> Record {
        let on = &on[..on.floor_char_boundary(NAMED)];
        Record { outcome: masked::text(outcome), ..Record::of(by, self.now(), what, on) }
    }

    /// Puts it on a tenant's record that something was refused: the same once a minute, and so many of one person at most, so
    /// that neither a key that is held down nor a list of guesses fills a disk.
    pub(super) fn record_refusal(&self, tenant: &TenantId, by: &Actor, what: &str, on: String, refused: &Refusal) {
        let on = on[..on.floor_char_boundary(NAMED)].to_owned();
        let now = self.now();
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.retain(|_, all| {
            all.retain(|_, at| *at + Span::MINUTE > now);
            !all.is_empty()
        });
        let all = refusals.entry(by.who.clone()).or_default();
        let key = (tenant.clone(), format!("{what} {}", refused.code), on.clone());
        let new = all.len() < REFUSALS && !all.contains_key(&key);
        if new {
            all.insert(key, now);
        }
        drop(refusals);
        if new {
            self.record(tenant, by, what, &on, format!("refused: {refused}"));
        }
    }
}

/// The program itself, where nobody does it.
pub(super) fn ourselves() -> Actor {
    Actor::named(crate::core::quiet::OURSELVES)
}

/// What AWS did not do, for whoever asked.
pub(super) fn refusal(error: AwsError) -> Refusal {
    let code = match error.kind {
        Kind::NoAccount => "no_account",
        Kind::NoCredentials => "no_credentials",
        Kind::Expired => "credentials_expired",
        Kind::Denied => "aws_denied",
        Kind::Throttled => "aws_throttled",
        Kind::Unreachable | Kind::Silent => "aws_unreachable",
        Kind::NotThereYet | Kind::NoSuch | Kind::NotConnected => "aws_no_such",
        Kind::Invalid => "aws_invalid",
        Kind::Server => "aws_failed",
    };
    Refusal::new(code, error.message)
}

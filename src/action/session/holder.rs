//! One session's way into the world: its tenant's account, its steps, its recording; and its end at AWS, whatever that takes.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::forward::Bound;
use super::recording::{Recording, kept};
use super::world::{Over, Way, World};
use super::{least, mark};
use crate::action::room::{Room, ourselves};
use crate::aws::session::Channel;
use crate::aws::{Account, AwsError, Purpose};
use crate::core::id::SessionId;
use crate::core::input::Actor;
use crate::core::session::step::{OnSession, Step};
use crate::core::session::{self, Kind, Session, Stage, Wish, port};
use crate::core::time::Moment;
use crate::link::Refusal;
use crate::link::session::Size;

/// AWS ends what nobody is in after an hour at the latest (Session Manager preferences, idle timeout): after that, ours is over.
pub(super) const OVER_BY_ITSELF: Duration = Duration::from_secs(60 * 60);

/// A session as it is when it was asked for.
pub(super) fn asked(id: SessionId, wish: Wish, by: Actor, at: Moment) -> Session {
    Session {
        id,
        wish,
        driver: Some(by.clone()),
        by,
        asked_at: at,
        stage: Stage::Opening,
        aws_id: None,
        opened_at: None,
        ended_at: None,
        watchers: Vec::new(),
        detached: false,
        local_port: None,
        exit_code: None,
        recording: None,
    }
}

/// The way of one session.
pub(super) struct Holder {
    room: Arc<Room>,
    session: Session,
    opened_at: Mutex<Option<Moment>>,
    /// Where it is to be ended, and as what.
    begun: OnceLock<(Account, String)>,
}

impl Holder {
    pub(super) fn new(room: Arc<Room>, session: Session) -> Self {
        Self { room, session, opened_at: Mutex::default(), begun: OnceLock::new() }
    }

    async fn account(&self) -> Result<Account, AwsError> {
        account_of(&self.room, &self.session).await
    }
}

impl World for Holder {
    fn now(&self) -> Moment {
        self.room.now()
    }

    fn instant(&self) -> Instant {
        Instant::now()
    }

    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()> + Send {
        tokio::time::sleep_until(at)
    }

    async fn begin(&self, size: Size) -> Result<Way, String> {
        let wish = &self.session.wish;
        // A port that can't be had is said before AWS is asked for anything.
        let bound = match &wish.kind {
            Kind::Forward { local, .. } => Some(Bound::bind(*local).await?),
            Kind::Shell | Kind::Command { .. } => None,
        };
        let account = self.account().await.map_err(|error| error.message)?;
        let data = self.room.rules.data.clone();
        let word = tokio::task::spawn_blocking(move || mark::of_engine(&data)).await;
        let reason = mark::reason(&word.map_err(|error| error.to_string())?, &self.session);
        let started = match account.start_session(&wish.instance, &wish.kind, &reason).await {
            Ok(started) => started,
            Err(error) => {
                if error.may_have_arrived() {
                    tokio::spawn(end_stray(self.room.clone(), account, self.session.id.clone(), reason));
                }
                return Err(error.message);
            }
        };
        let aws_id = started.aws_id.clone();
        // It is begun once only.
        let _ = self.begun.set((account.clone(), aws_id.clone()));
        if let Err(refused) = self.step(None, Step::Started { aws_id: aws_id.clone() }).await {
            // What is not on record is ended at once.
            let _ = terminate(&self.room, &account, &self.session.id, &aws_id).await;
            return Err(refused.message);
        }
        let channel = Channel::open(account, started, &wish.kind, size.cols, size.rows);
        Ok(match bound {
            Some(bound) => {
                let (local, to) = (bound.port(), port::target(&wish.kind, &wish.asset));
                Way::Port(bound.carry(channel, to), local)
            }
            None => Way::Channel(channel),
        })
    }

    async fn step(&self, by: Option<&Actor>, step: Step) -> Result<(), Refusal> {
        if matches!(step, Step::Opened { .. }) {
            *self.opened_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.now());
        }
        let id = &self.session.id;
        let on = OnSession { session: id.number, by: by.cloned().unwrap_or_else(ourselves), step };
        self.room.engine.step_session(&id.tenant, on).await.map(drop)
    }

    fn record(&self, size: Size) -> Option<Recording> {
        if matches!(self.session.wish.kind, Kind::Forward { .. }) {
            return None;
        }
        let rules = &self.room.rules;
        let opened_at = *self.opened_at.lock().unwrap_or_else(PoisonError::into_inner);
        let session = Session { opened_at, ..self.session.clone() };
        let folder = kept::folder(&rules.data, &self.session.id.tenant);
        Some(Recording::begin(&folder, &session, size, rules.record_input))
    }

    fn may_end(&self, by: &Actor) -> Result<(), Refusal> {
        least(&self.room, &self.session.id.tenant, by)
    }

    fn refused(&self, by: &Actor, what: &'static str, why: &Refusal) {
        let id = &self.session.id;
        self.room.record_refusal(&id.tenant, by, what, id.to_string(), why);
    }

    async fn end(&self, over: Over) {
        let at_aws = async {
            match self.begun.get() {
                Some((account, aws_id)) if !over.there => {
                    terminate(&self.room, account, &self.session.id, aws_id).await.err()
                }
                _ => None,
            }
        };
        let recorded = async {
            match over.recording {
                Some(recording) => recording.end().await,
                None => None,
            }
        };
        let (left, recording) = tokio::join!(at_aws, recorded);
        let why = said(over.why, left.as_ref());
        let step = Step::Ended { how: over.how, why, exit_code: over.exit_code, recording: recording.map(Box::new) };
        ended(&self.room, &self.session.id, over.by, step).await;
    }
}

/// Why a session ended, and that AWS did not let us end it there.
pub(super) fn said(why: Option<String>, left: Option<&AwsError>) -> Option<String> {
    let left = left.map(|error| format!("AWS was not to be moved to end it, and does within the hour: {error}"));
    match (why, left) {
        (Some(why), Some(left)) => Some(format!("{why}; {left}")),
        (why, left) => why.or(left),
    }
}

/// Puts it on disk that a session is over, however long that takes. Somebody's word that the core no longer takes is ours: over it is.
pub(super) async fn ended(room: &Room, id: &SessionId, by: Option<Actor>, step: Step) {
    let mut by = by.unwrap_or_else(ourselves);
    for trial in 0.. {
        let on = OnSession { session: id.number, by: by.clone(), step: step.clone() };
        match room.engine.step_session(&id.tenant, on).await {
            Err(refused) if matches!(refused.code.as_str(), "unavailable" | "tenant_stopped") => {
                tracing::warn!(session = %id, %refused, "that it is over is not on disk yet");
                tokio::time::sleep(room.pace.trouble.nth(trial, id.number)).await;
            }
            Err(refused) if refused.code == "refused" && by != ourselves() => by = ourselves(),
            Err(refused) => return tracing::debug!(session = %id, %refused, "its end is on record already"),
            Ok(_) => return,
        }
    }
}

/// Ends a session at AWS. Tried again while that may help, until AWS has ended it by itself.
///
/// # Errors
/// The account does not let us.
pub(super) async fn terminate(room: &Room, account: &Account, id: &SessionId, aws_id: &str) -> Result<(), AwsError> {
    let over = Instant::now() + OVER_BY_ITSELF;
    for trial in 0.. {
        match account.terminate_session(aws_id).await {
            Err(error) if error.passes() && Instant::now() < over => {
                tracing::warn!(session = %id, %error, "it is not ended at AWS yet");
                tokio::time::sleep(room.pace.trouble.nth(trial, id.number)).await;
            }
            answer => return answer,
        }
    }
    Ok(())
}

/// The account of a session's tenant, as whoever wanted the session.
pub(super) async fn account_of(room: &Room, session: &session::Session) -> Result<Account, AwsError> {
    let tenant = room.replica.tenant(&session.id.tenant);
    let tenant = tenant.map_err(|gone| AwsError::new(crate::aws::Kind::NoAccount, gone.message))?;
    let purpose = Purpose { operator: session.by.who.clone(), incident: session.wish.incident.clone() };
    room.account(&tenant, &purpose).await
}

/// AWS did not say whether it began a session: if it did, nobody will ever be in it.
async fn end_stray(room: Arc<Room>, account: Account, id: SessionId, reason: String) {
    // It may take a while until AWS shows what it has.
    for trial in 0..4 {
        tokio::time::sleep(room.pace.looking.nth(trial, id.number)).await;
        let active = account.active_sessions().await.unwrap_or_default();
        for stray in active.iter().filter(|active| active.reason == reason) {
            match terminate(&room, &account, &id, &stray.aws_id).await {
                Ok(()) => tracing::info!(session = %id, "AWS had begun it after all: it is ended"),
                Err(error) => tracing::warn!(session = %id, %error, "AWS had begun it after all, and goes on with it"),
            }
        }
    }
}

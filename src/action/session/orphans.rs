//! Sessions that an earlier engine left: those that the store says are not over although nobody holds them, and those that are
//! active at AWS under this engine's mark. Nobody can get back into one, so each is ended. AWS is also asked where a session did not
//! open and nobody was told an id of it: it may have been begun after all.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::time::Instant;

use super::holder::{OVER_BY_ITSELF, account_of, ended, said};
use super::mark;
use super::recording::kept;
use crate::action::room::Room;
use crate::aws::AwsError;
use crate::core::session::step::Step;
use crate::core::session::{End, Session, Stage};

/// What an earlier engine left of one tenant's.
#[derive(Debug)]
pub(super) struct Left {
    /// Those that the store says are not over.
    sessions: Vec<Arc<Session>>,
    /// One of its sessions: whose account it is.
    of: Arc<Session>,
    /// The last that it had: what comes after is this engine's.
    newest: u64,
}

/// All of it. To be found before this engine has sessions of its own.
pub(super) fn found(room: &Room) -> Vec<Left> {
    let mut of = BTreeMap::new();
    for session in room.replica.sessions() {
        of.entry(session.id.tenant.clone()).or_insert_with(Vec::new).push(session);
    }
    let left = of.into_values().filter_map(|all| {
        let newest = all.iter().map(|session| session.id.number).max().unwrap_or(0);
        let of = all.iter().find(|session| !session.is_over() || is_doubtful(session))?.clone();
        Some(Left { sessions: all.into_iter().filter(|session| !session.is_over()).collect(), of, newest })
    });
    left.collect()
}

/// Whether AWS may have begun one although it did not open.
fn is_doubtful(session: &Session) -> bool {
    session.aws_id.is_none() && matches!(session.stage, Stage::Ended { how: End::NotOpened | End::Stopped, .. })
}

/// Ends what is left of one tenant's.
pub(super) async fn end(room: Arc<Room>, left: Left) {
    let over = Instant::now() + OVER_BY_ITSELF;
    let mut trial = 0;
    let error = loop {
        match end_at_aws(&room, &left).await {
            Ok(()) => break None,
            Err(error) if error.passes() && Instant::now() < over => {
                tracing::warn!(%error, "sessions of an earlier engine are not ended yet");
                tokio::time::sleep(room.pace.trouble.nth(trial, left.newest)).await;
                trial = trial.saturating_add(1);
            }
            Err(error) => break Some(error),
        }
    };
    let why = said(Some("the engine that held it had stopped".into()), error.as_ref());
    for session in left.sessions {
        let (data, id) = (room.rules.data.clone(), session.id.clone());
        let found = tokio::task::spawn_blocking(move || kept::left(&kept::folder(&data, &id.tenant), &id)).await;
        let recording = found.ok().flatten().map(Box::new);
        let step = Step::Ended { how: End::Stopped, why: why.clone(), exit_code: None, recording };
        ended(&room, &session.id, None, step).await;
    }
}

/// Those whose ids are known, and those that AWS shows with a reason of this engine's from before now: one may have been begun
/// without anybody being told its id. Ending one twice does nothing.
async fn end_at_aws(room: &Room, left: &Left) -> Result<(), AwsError> {
    let account = account_of(room, &left.of).await?;
    let mut failed = None;
    let done = |failed: Option<AwsError>| failed.map_or(Ok(()), Err);
    // What AWS says of one is no reason to leave the others.
    for aws_id in left.sessions.iter().filter_map(|session| session.aws_id.as_ref()) {
        if let Err(error) = account.terminate_session(aws_id).await {
            failed = Some(error);
        }
    }
    let data = room.rules.data.clone();
    let Ok(word) = tokio::task::spawn_blocking(move || mark::of_engine(&data)).await else { return done(failed) };
    for active in account.active_sessions().await? {
        let ours = mark::session_of(&word, &active.reason);
        if ours.is_some_and(|id| id.tenant == left.of.id.tenant && id.number <= left.newest)
            && let Err(error) = account.terminate_session(&active.aws_id).await
        {
            failed = Some(error);
        }
    }
    done(failed)
}

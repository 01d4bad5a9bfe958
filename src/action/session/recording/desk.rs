//! Who may read a recording, and what goes on record about recordings: that one was read, and that one was too old and is gone.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::kept;
use crate::action::room::Room;
use crate::core::id::SessionId;
use crate::core::input::Actor;
use crate::core::role::Role;
use crate::link::Refusal;
use crate::link::need::Thing;
use crate::link::session::{Blob, Talked};

/// What it is called on record that a recording was too old.
pub const REMOVED: &str = "session.recording_removed";
const DAY: Duration = Duration::from_secs(86_400);
/// People who read at once, and are remembered to do so.
const READERS: usize = 64;

/// Who reads what, as it is on record: a recording comes in parts, and goes on record once each time that it is begun.
#[derive(Debug, Default)]
pub(in crate::action) struct Readers(Mutex<VecDeque<(Actor, SessionId)>>);

impl Readers {
    fn are_known(&self, by: &Actor, session: &SessionId) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().any(|(who, what)| who == by && what == session)
    }

    fn note(&self, by: &Actor, session: &SessionId) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(who, what)| who != by || what != session);
        known.push_back((by.clone(), session.clone()));
        if known.len() > READERS {
            known.pop_front();
        }
    }
}

/// A part of a session's recording, for whoever may open sessions there: what it shows, they might have seen. That it is read is
/// on record before it is.
///
/// # Errors
/// It is not for them, or not there, or could not be read.
pub(in crate::action) async fn read(
    room: &Room,
    readers: &Readers,
    by: &Actor,
    session: &SessionId,
    from: u64,
) -> Result<Talked, Refusal> {
    let read = part(room, readers, by, session, from).await;
    if let Err(refused) = &read
        && room.replica.tenant(&session.tenant).is_ok()
    {
        room.record_refusal(&session.tenant, by, "session.recording", session.to_string(), refused);
    }
    read
}

async fn part(room: &Room, readers: &Readers, by: &Actor, session: &SessionId, from: u64) -> Result<Talked, Refusal> {
    let tenant = room.replica.tenant(&session.tenant)?;
    let least = tenant.settings.actions.sessions.max(Role::Technician);
    if room.replica.role(&tenant.id, &by.who) < least {
        let say = format!("recordings are for those who may open sessions here; ask a {}", least.word());
        return Err(Refusal::new("refused", say));
    }
    let (folder, wanted) = (kept::folder(&room.rules.data, &session.tenant), session.clone());
    let found = tokio::task::spawn_blocking(move || kept::part(&folder, &wanted, from)).await;
    let unread = |error: &dyn std::fmt::Display| Refusal::new("unread", format!("cannot read the recording: {error}"));
    let found = found.map_err(|error| unread(&error))?.map_err(|error| unread(&error))?;
    let (part, of) = found.ok_or_else(|| Thing::Recording.missing())?;
    if from == 0 || !readers.are_known(by, session) {
        room.recorded(&session.tenant, by, "session.recording", &session.to_string(), "done".into()).await?;
        readers.note(by, session);
    }
    Ok(Talked::Recording { part: Blob(part), of })
}

/// Removes what is too old, now and every day, for as long as it is polled. 0 days: never.
pub(in crate::action) async fn sweep(room: Arc<Room>, data_dir: &Path, days: u32) {
    if days == 0 {
        return;
    }
    loop {
        for tenant in room.replica.tenants() {
            let folder = kept::folder(data_dir, &tenant);
            let looked = folder.clone();
            let old = tokio::task::spawn_blocking(move || kept::old(&looked, days, SystemTime::now())).await;
            for session in old.unwrap_or_default() {
                remove(&room, &folder, &session, days).await;
            }
        }
        tokio::time::sleep(DAY).await;
    }
}

/// On record first: a recording that is gone without a word looks like one that somebody took away.
async fn remove(room: &Room, folder: &Path, session: &SessionId, days: u32) {
    let outcome = format!("older than {days} days");
    let by = Actor::program("");
    let recorded = room.recorded(&session.tenant, &by, REMOVED, &session.to_string(), outcome).await;
    let removed = recorded
        .map_err(|refusal| refusal.message)
        .and_then(|()| kept::remove(folder, session).map_err(|error| error.to_string()));
    if let Err(why) = removed {
        tracing::warn!(%session, %why, "a recording that is too old could not be removed; tried again tomorrow");
    }
}

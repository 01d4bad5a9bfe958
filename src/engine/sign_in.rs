//! Signing in with a token: who came from where, and who was refused, is put on the engine's own record, as often as it says
//! something, so that nobody fills the disk by knocking.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError};

use serde_json::json;

use super::handle::Handle;
use crate::core::audit::{Record, refused};
use crate::core::input::Actor;
use crate::core::person::Claims;
use crate::core::time::{Moment, Span};
use crate::people::limiter::Source;
use crate::people::{Failed, Refused};

/// Who is on record when nobody knows who it was. Nobody in the book can be called that.
const UNKNOWN: &str = "(unknown)";
/// Refusals on record within a minute, at most; more sign-ins than can be known again count with them.
const A_MINUTE: u32 = 60;
/// Tokens, each with an address, that are known to have been on record.
const KNOWN: usize = 4_096;

/// What of all that has been on record.
#[derive(Debug, Default)]
pub(super) struct SignIns {
    /// Until when a token is good that came from an address.
    seen: BTreeMap<(String, Source), Moment>,
    /// The minute that refusals are counted in.
    since: Moment,
    recorded: u32,
    unrecorded: u32,
}

impl Handle {
    /// Lets somebody in who has a good token.
    ///
    /// # Errors
    /// Why not.
    pub fn sign_in(&self, token: &str, from: IpAddr, now: Moment) -> Result<Arc<Claims>, Refused> {
        let signed_in = self.people.sign_in(token, from, now);
        let record = {
            let mut known = self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner);
            match &signed_in {
                Ok(claims) => known.came(claims, from, now),
                Err(failed) => known.failed(failed, from, now),
            }
        };
        if let Some(record) = record {
            self.note_own(record);
        }
        signed_in.map(Arc::new).map_err(|failed| failed.why)
    }
}

impl SignIns {
    /// Somebody came: worth an entry once for each token and address.
    fn came(&mut self, claims: &Claims, from: IpAddr, now: Moment) -> Option<Record> {
        let key = (claims.id.clone(), Source::at(from));
        if self.seen.contains_key(&key) {
            return None;
        }
        if self.seen.len() >= KNOWN {
            self.seen.retain(|_, until| *until > now);
        }
        if self.seen.len() < KNOWN {
            self.seen.insert(key, claims.expires_at);
        } else if !self.has_room(now) {
            return None;
        }
        Some(record(&claims.name, &claims.id, from, now))
    }

    /// Somebody was refused: worth an entry the first time, and whenever that has doubled.
    fn failed(&mut self, failed: &Failed, from: IpAddr, now: Moment) -> Option<Record> {
        if !failed.lately.is_power_of_two() || !self.has_room(now) {
            return None;
        }
        let unrecorded = std::mem::take(&mut self.unrecorded);
        let (who, token) = failed.who.as_ref().map_or((UNKNOWN, ""), |(who, token)| (who, token));
        let mut record = record(who, token, from, now);
        record.outcome = refused(&failed.why);
        Some(record.with(json!({ "failures": failed.lately, "others_not_on_record": unrecorded })))
    }

    /// Whether this minute takes another entry; what it does not take is counted.
    fn has_room(&mut self, now: Moment) -> bool {
        if now - self.since >= Span::MINUTE || now < self.since {
            (self.since, self.recorded) = (now, 0);
        }
        let room = self.recorded < A_MINUTE;
        if room {
            self.recorded += 1
        } else {
            self.unrecorded += 1
        }
        room
    }
}

/// Who came with which token, and from where.
fn record(who: &str, token: &str, from: IpAddr, now: Moment) -> Record {
    Record::of(&Actor { who: who.into(), seat: from.to_canonical().to_string() }, now, "sign_in", token)
}

//! The gate: every call, of a seat, a command line or an HTTP client, comes through here before anything is done or looked for. By
//! what right somebody asks is the book of people's to say, what their request needs is the link's, whether the one is enough for
//! the other is `core::rights`'.
//!
//! Whose something is, is told by its id alone: what is another tenant's and what there is not are refused by the same few steps, in
//! the same words.

use super::task::Task;
use crate::core::rights::{Denied, Rights};
use crate::link::need::Whose;
use crate::link::remote::Remote;
use crate::link::session::Talk;
use crate::link::{Call, Refusal, Request, Standing};

/// What somebody is told whose token gives less than the book by now.
const OUTGROWN: &str =
    "your role was raised since this token was made, and it still gives the one before; make another";

/// Whether the core judges it by the role that the asker has in the book: that must not be more than what they came with.
fn is_judged_by_name(request: &Request) -> bool {
    match request {
        Request::IfStill { request, .. } => is_judged_by_name(request),
        Request::Approve { .. } | Request::Reject { .. } | Request::Remote(Remote::Run { .. }) => true,
        Request::Session(talk) => matches!(talk, Talk::Open { .. } | Talk::Drive { .. } | Talk::Type { .. }),
        _ => false,
    }
}

impl Task {
    /// Lets a call in, or says why not, which goes on record. Whoever asks is who they came as, whatever was said.
    pub(super) fn admit(&mut self, call: &mut Call) -> Result<Rights, Refusal> {
        let now = self.now();
        let Call { by, standing, request, seat, .. } = call;
        if *standing == Standing::Owner
            && let Some(known) = seat.and_then(|seat| self.seats.standing(seat))
        {
            // The book may have come to know them since they sat down.
            standing.clone_from(known);
        }
        match standing {
            Standing::Owner => {}
            Standing::Known(name) => by.who = name.to_string(),
            Standing::Bearer(claims) => by.who.clone_from(&claims.name),
        }
        let need = request.need();
        let rights = match self.people.rights(standing, now) {
            Ok(rights) => rights,
            Err(why) => {
                let refusal = Refusal::from(why);
                self.deny(by, &need, None, &refusal);
                return Err(refusal);
            }
        };
        let last = self.core.undo_of(by).cloned();
        let Err(denied) = need.check(&rights, last.as_ref()) else {
            let (Standing::Bearer(_), true) = (&*standing, is_judged_by_name(request)) else { return Ok(rights) };
            if self.people.book().person(&rights.who).is_none_or(|person| person.role <= rights.role) {
                return Ok(rights);
            }
            let refusal = Refusal::new("forbidden", OUTGROWN);
            let Whose::Of(tenants) = &need.whose else { return Err(refusal) };
            let theirs = tenants.first().map(|tenant| (*tenant).clone());
            self.deny(by, &need, theirs, &refusal);
            return Err(refusal);
        };
        let refusal = need.refusal(denied);
        let theirs = match (denied, &need.whose) {
            (Denied::Role { .. }, Whose::Of(tenants)) => tenants.first().map(|tenant| (*tenant).clone()),
            (Denied::Role { .. }, Whose::LastChanged) => last,
            _ => None,
        };
        self.deny(by, &need, theirs, &refusal);
        Err(refusal)
    }
}

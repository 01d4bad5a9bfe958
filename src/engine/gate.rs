//! The gate: every call, of a seat, a command line or an HTTP client, comes through here before anything is done or looked for. By
//! what right somebody asks is the book of people's to say, what their request needs is the link's, whether the one is enough for
//! the other is `core::rights`'.
//!
//! Whose something is, is told by its id alone: what is another tenant's and what there is not are refused by the same few steps, in
//! the same words.

use super::task::Task;
use crate::core::rights::{Denied, Rights};
use crate::link::need::Whose;
use crate::link::{Call, Refusal, Standing};

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
        let Err(denied) = need.check(&rights, last.as_ref()) else { return Ok(rights) };
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

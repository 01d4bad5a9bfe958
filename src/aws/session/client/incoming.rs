//! What a client does with the machine's messages, in their order.

use bytes::Bytes;

use super::{Client, Effect};
use crate::aws::session::frame::PayloadType;
use crate::aws::session::opening::Next;
use crate::aws::session::payload::{Flag, exit_code};
use crate::aws::session::{Ending, Event};
use crate::core::time::Moment;

impl Client {
    /// Handles what is in order.
    pub(super) fn process(&mut self, now: Moment) {
        while let Some((what, payload)) = self.inbox.take_next() {
            if self.opening.is_none_for(what) {
                self.opening.skip();
                self.event(Event::Ready { message: String::new() });
            }
            let next = self.opening.take(now, what, &payload, &mut *self.chance);
            match next {
                Next::Data => self.data(what, payload),
                next => self.follow(now, next),
            }
            if self.is_ended {
                return;
            }
        }
        if let Some((words, _)) = self.closing.take_if(|_| self.inbox.is_whole()) {
            self.close(&words);
        }
    }

    /// Does what follows from a message of the handshake.
    pub(super) fn follow(&mut self, now: Moment, next: Next) {
        match next {
            Next::Nothing | Next::Data => {}
            Next::Key { key_id, challenge } => self.effects.push_back(Effect::KeyWanted { key_id, challenge }),
            Next::Say(what, payload) => self.put(now, what, payload),
            Next::Ready { message, raw } => {
                self.is_size_early = true;
                Next::ready(message, raw).for_each(|event| self.event(event));
            }
            Next::Fail(words) => self.end(Ending::Failed(words)),
        }
    }

    /// Handles what the plugin says.
    fn data(&mut self, what: PayloadType, payload: Bytes) {
        let is_sealed =
            [PayloadType::NONE, PayloadType::OUTPUT, PayloadType::STDERR, PayloadType::EXIT_CODE].contains(&what);
        let payload = match is_sealed {
            true => match self.opening.open(payload) {
                Ok(payload) => payload,
                Err(words) => return self.end(Ending::Failed(words)),
            },
            false => payload,
        };
        match what {
            PayloadType::NONE | PayloadType::OUTPUT => {
                if std::mem::take(&mut self.is_size_early) {
                    self.screen.tell_again();
                }
                if !payload.is_empty() {
                    self.event(Event::Output(payload));
                }
            }
            PayloadType::STDERR | PayloadType::ERROR => self.event(Event::Errors(payload)),
            PayloadType::EXIT_CODE => {
                if let Some(code) = exit_code(&payload) {
                    self.event(Event::ExitCode(code));
                }
            }
            PayloadType::FLAG if Flag::decode(&payload) == Some(Flag::NoConnection) => self.event(Event::NoConnection),
            _ => {}
        }
    }
}

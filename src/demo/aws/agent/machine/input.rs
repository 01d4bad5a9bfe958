//! What an agent does with the client's messages, in their order.

use super::{Effect, Machine, Plugin, Stage};
use crate::aws::session::frame::{Frame, PayloadType};
use crate::aws::session::payload::{Size, read};
use crate::core::time::Moment;

impl Machine {
    /// A counted message of the client.
    pub(super) fn input(&mut self, now: Moment, frame: Frame) {
        if frame.sequence > self.heard.expected {
            if self.heard.keep(frame.clone()) {
                self.acknowledge(now, &frame);
            }
        } else if frame.sequence < self.heard.expected {
            // Unless it is on its way to the plugin: then that acknowledges it.
            let is_waiting = |(_, taken): &(Effect, Option<Frame>)| {
                taken.as_ref().is_some_and(|taken| taken.sequence == frame.sequence)
            };
            if !self.effects.iter().any(is_waiting) {
                self.acknowledge(now, &frame);
            }
        } else if self.process(now, &frame) {
            self.follow(now);
        }
    }

    /// Goes on with what came too early.
    pub(super) fn follow(&mut self, now: Moment) {
        while let Some(frame) = self.heard.kept() {
            if !self.process(now, &frame) {
                self.heard.keep(frame);
                return;
            }
        }
    }

    /// Handles the message whose turn it is, and whether it could.
    fn process(&mut self, now: Moment, frame: &Frame) -> bool {
        let is_response = frame.payload_type == PayloadType::HANDSHAKE_RESPONSE;
        let mut taken_by = None;
        match &self.stage {
            Stage::Asked { .. } if is_response => self.answered(now, &frame.payload),
            Stage::Challenged { .. } if frame.payload_type == PayloadType::CHALLENGE_RESPONSE => {
                self.shown(now, &frame.payload);
            }
            // It waits for nobody's second answer, and its reader hangs on it for ever.
            _ if is_response => self.is_deaf = true,
            // Encryption is on and there is no key yet.
            Stage::Asked { .. } | Stage::Deciphering { .. }
                if self.setup.encryption.is_some() && frame.payload_type == PayloadType::OUTPUT =>
            {
                self.is_deaf = true;
            }
            Stage::Running => match self.effect(frame) {
                Some(Effect::Input(_)) if !self.is_started => return false,
                // Nobody is there to hear it, and nobody says so.
                Some(Effect::Size { .. }) if !self.is_started => {}
                Some(effect) => taken_by = Some(effect),
                None => {}
            },
            // Acknowledged and thrown away.
            _ => {}
        }
        self.heard.expected += 1;
        match taken_by {
            Some(effect) => self.effects.push_back((effect, Some(frame.clone()))),
            None if self.is_deaf => {}
            None => self.acknowledge(now, frame),
        }
        true
    }

    /// What a message is to the plugin.
    fn effect(&mut self, frame: &Frame) -> Option<Effect> {
        match frame.payload_type {
            PayloadType::OUTPUT => match &self.cipher {
                None => Some(Effect::Input(frame.payload.clone())),
                Some(cipher) => {
                    let opened = cipher.open(&frame.payload);
                    self.is_deaf = opened.is_none();
                    opened.map(Effect::Input)
                }
            },
            PayloadType::SIZE => read(&frame.payload).ok().map(|Size { cols, rows }| Effect::Size { cols, rows }),
            PayloadType::FLAG if matches!(self.setup.plugin, Plugin::Port(_)) => {
                frame.payload[..].try_into().ok().map(|number| Effect::Flag(u32::from_be_bytes(number)))
            }
            _ => None,
        }
    }
}

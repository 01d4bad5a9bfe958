//! The agent's part in the handshake: what it wants, and what it makes of the answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::{RawValue, to_raw_value};
use zeroize::Zeroizing;

use super::{Effect, FAILED, HANDSHAKE, Machine, Plugin, Stage};
use crate::aws::session::cipher::Cipher;
use crate::aws::session::frame::PayloadType;
use crate::aws::session::handshake::{
    Asked, Challenge, Complete, KMS_ENCRYPTION, KmsEncryption, Request, Response, SESSION_TYPE, SUCCESS, SessionType,
};
use crate::aws::session::payload::{json, read};
use crate::core::time::Moment;

/// The version that it says it is.
const VERSION: &str = "3.3.987.0";

impl Machine {
    /// KMS' answer to [`Effect::DecryptKey`]: 64 bytes, or why not.
    pub fn key(&mut self, now: Moment, key: Result<Zeroizing<Vec<u8>>, String>) {
        let Stage::Deciphering { since } = self.stage else { return };
        let cipher = match key {
            Ok(key) => Cipher::of_agent(&key).ok_or_else(|| "the data key has another length than 64 bytes".to_owned()),
            Err(why) => Err(why),
        };
        match cipher {
            Ok(cipher) => self.cipher = Some(cipher),
            Err(why) => return self.end(now, &format!("{FAILED} Fetching data key failed: {why}")),
        }
        let secret = self.chance::<64>().to_vec();
        let sealed = self.seal(&secret);
        self.stage = Stage::Challenged { since, until: now + HANDSHAKE, secret };
        self.put(now, PayloadType::CHALLENGE_REQUEST, json(&Challenge::of(&sealed)));
    }

    /// The client's answer to the handshake.
    pub(super) fn answered(&mut self, now: Moment, payload: &[u8]) {
        let Stage::Asked { since, challenge, .. } = &self.stage else { return };
        let (since, challenge) = (*since, challenge.clone());
        let Ok(response) = read::<Response>(payload) else {
            return self.end(now, &format!("{FAILED} Could not deserialize the response."));
        };
        let actions = &response.processed_client_actions;
        if let Some(failed) = actions.iter().find(|done| done.action_status != SUCCESS) {
            return self.end(now, &format!("{FAILED} {} failed on client: {}", failed.action_type, failed.error));
        }
        let Some(encryption) = &self.setup.encryption else { return self.complete(now, since) };
        let wrapped = actions.iter().find(|done| done.action_type == KMS_ENCRYPTION);
        let Some(wrapped) = wrapped.and_then(|done| done.action_result.as_ref()) else {
            return self.end(now, &format!("{FAILED} {KMS_ENCRYPTION} was not processed."));
        };
        let has_challenge = wrapped.challenge == Some(true);
        if encryption.require_challenge && !has_challenge {
            let words = "client does not support required encryption context random challenge";
            return self.end(now, &format!("{FAILED} {words}"));
        }
        let Ok(key) = STANDARD.decode(&wrapped.key) else {
            return self.end(now, &format!("{FAILED} The data key is no Base64."));
        };
        let challenge = has_challenge.then_some(challenge);
        self.stage = Stage::Deciphering { since };
        self.effects.push_back((Effect::DecryptKey { wrapped: key.into(), challenge }, None));
    }

    /// The client's proof.
    pub(super) fn shown(&mut self, now: Moment, payload: &[u8]) {
        let Stage::Challenged { since, secret, .. } = &self.stage else { return };
        let sealed = read::<Challenge>(payload).ok().and_then(|challenge| challenge.bytes());
        let opened = sealed.zip(self.cipher.as_ref()).and_then(|(sealed, cipher)| cipher.open(&sealed));
        match opened.is_some_and(|opened| opened == secret[..]) {
            true => self.complete(now, *since),
            false => self.end(now, &format!("{FAILED} Encryption challenge failed.")),
        }
    }

    fn complete(&mut self, now: Moment, since: Moment) {
        let customer_message = match self.cipher {
            Some(_) => "This session is encrypted using AWS KMS.".into(),
            None => String::new(),
        };
        let complete = Complete { handshake_time_to_complete: (now - since).0 * 1_000_000, customer_message };
        self.put(now, PayloadType::HANDSHAKE_COMPLETE, json(&complete));
        self.run();
    }

    pub(super) fn request(&self, challenge: &str) -> Request {
        let (session_type, properties) = match &self.setup.plugin {
            Plugin::Shell => ("Standard_Stream", None),
            Plugin::Interactive => ("InteractiveCommands", None),
            Plugin::Command => ("NonInteractiveCommands", None),
            Plugin::Port(all) => {
                ("Port", Some(all.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect()))
            }
        };
        let kind = SessionType { session_type: session_type.into(), properties };
        let mut actions = vec![asked(SESSION_TYPE, to_raw_value(&kind).ok())];
        if let Some(encryption) = &self.setup.encryption {
            let wanted = KmsEncryption { key_id: encryption.key_id.clone(), challenge: challenge.to_owned() };
            actions.push(asked(KMS_ENCRYPTION, to_raw_value(&wanted).ok()));
        }
        Request { agent_version: VERSION.into(), requested_client_actions: actions }
    }
}

fn asked(action: &str, parameters: Option<Box<RawValue>>) -> Asked {
    Asked { action_type: action.into(), action_parameters: parameters }
}

//! From the first message to ready: the handshake as the client's side plays it, and the keys that come of it. Counting, sending
//! and the end are `client`'s.

use bytes::Bytes;

use super::chance::Chance;
use super::cipher::Cipher;
use super::edge::DataKey;
use super::frame::{Malformed, PayloadType};
use super::handshake::{Challenge, Complete, KmsEncryption, Plan, Request};
use super::payload::{json, read};
use super::{Ending, Event};
use crate::core::session::Kind;
use crate::core::time::{Moment, Span};

/// So long a refusal waits for the agent to say that it has heard it.
const REFUSED: Span = Span(5_000);

/// How far a session is on its way to ready.
pub struct Opening {
    kind: Kind,
    stage: Stage,
    /// Who asked for encryption gets it: from then on nothing is taken or given that is not.
    key_id: Option<String>,
    cipher: Option<Cipher>,
}

enum Stage {
    /// Nothing has come: the first message says whether there is a handshake.
    First,
    /// KMS is asked.
    Keyless(Plan),
    /// The one answer was given.
    Answered { raw: bool },
    /// And the machine has shown that it has the key.
    Proven { raw: bool },
    /// The one answer was no.
    Refused { words: String, until: Moment },
    /// What is typed may leave.
    Ready,
}

/// What follows from a message.
pub enum Next {
    /// Nothing.
    Nothing,
    /// It is none of the handshake's.
    Data,
    /// A data key is to be had.
    Key { key_id: String, challenge: Option<String> },
    /// This is to be sent.
    Say(PayloadType, Bytes),
    /// It is ready.
    Ready { message: String, raw: bool },
    /// It cannot be, and why.
    Fail(String),
}

impl Opening {
    /// Of a session that is wanted for this.
    pub fn of(kind: Kind) -> Self {
        Self { kind, stage: Stage::First, key_id: None, cipher: None }
    }

    /// Whether what is typed may leave.
    pub fn is_ready(&self) -> bool {
        matches!(self.stage, Stage::Ready)
    }

    /// Whether this first message says that there is no handshake.
    pub fn is_none_for(&self, first: PayloadType) -> bool {
        matches!(self.stage, Stage::First) && first != PayloadType::HANDSHAKE_REQUEST
    }

    /// There is no handshake.
    pub fn skip(&mut self) {
        self.stage = Stage::Ready;
    }

    /// Takes a message in its turn.
    pub fn take(&mut self, now: Moment, what: PayloadType, payload: &[u8], chance: &mut dyn Chance) -> Next {
        match (&self.stage, what) {
            (Stage::First, PayloadType::HANDSHAKE_REQUEST) => self.asked(now, payload),
            (Stage::Answered { raw }, PayloadType::CHALLENGE_REQUEST) => {
                let raw = *raw;
                self.challenged(payload, chance, raw)
            }
            (Stage::Answered { raw } | Stage::Proven { raw }, PayloadType::HANDSHAKE_COMPLETE) => {
                if self.cipher.is_some() && !matches!(self.stage, Stage::Proven { .. }) {
                    return Next::Fail(
                        "the machine never showed that it has this session's key, so nothing was sent to it; \
                         its SSM agent has to be updated or looked into"
                            .into(),
                    );
                }
                let raw = *raw;
                self.stage = Stage::Ready;
                Next::Ready { message: read::<Complete>(payload).unwrap_or_default().customer_message, raw }
            }
            // A second request must not have a second answer, and no other message of the handshake means anything out of turn.
            (
                _,
                PayloadType::HANDSHAKE_REQUEST
                | PayloadType::HANDSHAKE_RESPONSE
                | PayloadType::HANDSHAKE_COMPLETE
                | PayloadType::CHALLENGE_REQUEST
                | PayloadType::CHALLENGE_RESPONSE,
            ) => Next::Nothing,
            _ => Next::Data,
        }
    }

    fn asked(&mut self, now: Moment, payload: &[u8]) -> Next {
        let request: Result<Request, Malformed> = read(payload);
        let Ok(request) = request else {
            return Next::Fail(
                "the machine began in a way that can't be read: its SSM agent is to be looked into".into(),
            );
        };
        let plan = Plan::of(&request, &self.kind);
        let Some((_, KmsEncryption { key_id, challenge })) = &plan.encryption else { return self.answer(now, &plan) };
        self.key_id = Some(key_id.clone());
        if plan.refusal().is_some() {
            return self.answer(now, &plan);
        }
        let (key_id, challenge) = (key_id.clone(), (!challenge.is_empty()).then(|| challenge.clone()));
        self.stage = Stage::Keyless(plan);
        Next::Key { key_id, challenge }
    }

    /// KMS has answered.
    pub fn key(&mut self, now: Moment, key: Result<DataKey, String>) -> Next {
        // Unless it was asked, it has nothing to say.
        let Stage::Keyless(plan) = &mut self.stage else { return Next::Nothing };
        let mut plan = std::mem::take(plan);
        match key {
            Ok(key) => match Cipher::of_client(&key.plaintext) {
                Some(cipher) => {
                    self.cipher = Some(cipher);
                    plan.wrapped(&key.wrapped);
                }
                None => plan.keyless("KMS gave a data key of another length than 64 bytes"),
            },
            Err(why) => plan.keyless(&why),
        }
        self.answer(now, &plan)
    }

    fn answer(&mut self, now: Moment, plan: &Plan) -> Next {
        self.stage = match plan.refusal() {
            Some(why) => {
                let words = match &self.key_id {
                    Some(key) => {
                        format!("this session has to be encrypted with {key}, and on our side that failed: {why}")
                    }
                    None => format!("the machine wants what we can't give: {why}"),
                };
                Stage::Refused { words, until: now + REFUSED }
            }
            None => Stage::Answered { raw: plan.raw },
        };
        Next::Say(PayloadType::HANDSHAKE_RESPONSE, json(&plan.response()))
    }

    fn challenged(&mut self, payload: &[u8], chance: &mut dyn Chance, raw: bool) -> Next {
        let Some(cipher) = &self.cipher else { return Next::Nothing };
        let sealed = read::<Challenge>(payload).ok().and_then(|challenge| challenge.bytes());
        let Some(opened) = sealed.and_then(|sealed| cipher.open(&sealed)) else {
            return Next::Fail(format!(
                "the machine has another key than the one we had from KMS for this session: on its side, {} is not the key that \
                 we were told of, or somebody stands between",
                self.key_id.as_deref().unwrap_or_default()
            ));
        };
        self.stage = Stage::Proven { raw };
        Next::Say(PayloadType::CHALLENGE_RESPONSE, json(&Challenge::of(&cipher.seal(chance.nonce(), &opened))))
    }

    /// What the machine sent, in the clear.
    ///
    /// # Errors
    /// For people, when it is not what the machine sent.
    pub fn open(&self, payload: Bytes) -> Result<Bytes, String> {
        match (&self.cipher, &self.key_id) {
            (Some(cipher), _) => cipher.open(&payload).ok_or_else(|| {
                "what came from the machine was not encrypted with this session's key, or was changed on its way".into()
            }),
            (None, Some(key)) => {
                Err(format!("the machine wants this session encrypted with {key}, and sent something in the clear"))
            }
            (None, None) => Ok(payload),
        }
    }

    /// What goes to the machine, as it leaves. Only once it is ready.
    pub fn seal(&self, chance: &mut dyn Chance, plaintext: &[u8]) -> Bytes {
        match &self.cipher {
            Some(cipher) => cipher.seal(chance.nonce(), plaintext),
            None => Bytes::copy_from_slice(plaintext),
        }
    }

    /// When a refusal need no longer wait for the agent.
    pub fn deadline(&self) -> Option<Moment> {
        match &self.stage {
            Stage::Refused { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// How a session ends that the other side closes with these words, or that is refused and has waited long enough.
    pub fn ending(&self, words: &str) -> Ending {
        match (&self.stage, &self.key_id) {
            (Stage::Refused { words, .. }, _) => Ending::Failed(words.clone()),
            (Stage::Answered { .. } | Stage::Proven { .. }, Some(key)) => {
                let said = if words.is_empty() { "it gave no reason" } else { words };
                Ending::Failed(format!(
                    "this session has to be encrypted, and on the machine's side that failed: {said} (its instance profile needs \
                     kms:Decrypt on {key})"
                ))
            }
            _ => Ending::Closed(words.to_owned()),
        }
    }
}

impl Next {
    /// What whoever holds the channel learns of being ready.
    pub fn ready(message: String, raw: bool) -> impl Iterator<Item = Event> {
        raw.then_some(Event::Raw).into_iter().chain([Event::Ready { message }])
    }
}

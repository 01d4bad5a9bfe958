//! The handshake's messages, and what a client answers to what an agent wants. When they are sent is `client`'s.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::payload::{CLIENT_VERSION, read};
use crate::core::session::Kind;

/// What an agent wants of a client before it begins.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Request {
    /// Four numbers.
    #[serde(default)]
    pub agent_version: String,
    /// In any number and order.
    #[serde(default)]
    pub requested_client_actions: Vec<Asked>,
}

/// One thing that it wants.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Asked {
    /// [`SESSION_TYPE`], [`KMS_ENCRYPTION`], or another one day.
    pub action_type: String,
    /// As the type has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_parameters: Option<Box<RawValue>>,
}

/// The action that says what kind of session this is.
pub const SESSION_TYPE: &str = "SessionType";

/// The action that wants the session encrypted.
pub const KMS_ENCRYPTION: &str = "KMSEncryption";

/// Parameters of [`SESSION_TYPE`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SessionType {
    /// The agent's plugin.
    pub session_type: String,
    /// Of ports.
    #[serde(default)]
    pub properties: Option<BTreeMap<String, serde_json::Value>>,
}

/// Parameters of [`KMS_ENCRYPTION`].
#[derive(Debug, Serialize, Deserialize)]
pub struct KmsEncryption {
    /// By which key.
    #[serde(rename = "KMSKeyId")]
    pub key_id: String,
    /// What has to be in the key's context.
    #[serde(rename = "Challenge", default, skip_serializing_if = "String::is_empty")]
    pub challenge: String,
}

/// What became of a [`Request`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Response {
    /// Four numbers.
    pub client_version: String,
    /// In the order in which they were wanted.
    pub processed_client_actions: Vec<Done>,
    /// What failed, in words.
    #[serde(default)]
    pub errors: Option<Vec<String>>,
}

/// What became of one action.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Done {
    /// Which.
    pub action_type: String,
    /// [`SUCCESS`], [`FAILED`] or [`UNSUPPORTED`]. Anything but the first ends the session.
    pub action_status: u8,
    /// Of encryption.
    #[serde(default)]
    pub action_result: Option<Wrapped>,
    /// Why it failed.
    #[serde(default)]
    pub error: String,
}

/// It was done.
pub const SUCCESS: u8 = 1;
/// It was not.
pub const FAILED: u8 = 2;
/// We don't know what it is.
pub const UNSUPPORTED: u8 = 3;

/// The data key, as only KMS can read it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Wrapped {
    /// In Base64.
    #[serde(rename = "KMSCipherTextKey")]
    pub key: String,
    /// Not used by anybody.
    #[serde(rename = "KMSCipherTextHash", default)]
    pub hash: Option<String>,
    /// Whether the challenge is in its context. Old clients don't say.
    #[serde(rename = "ChallengeAcknowledgement", default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<bool>,
}

/// The agent is content.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Complete {
    /// Nanoseconds.
    pub handshake_time_to_complete: i64,
    /// What the customer wants people to read. As hostile as any text from outside.
    pub customer_message: String,
}

/// Proof that both sides have the key, either way: sealed bytes in Base64.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Challenge {
    /// The bytes.
    pub challenge: String,
}

impl Challenge {
    /// Of these bytes.
    pub fn of(sealed: &[u8]) -> Self {
        Self { challenge: STANDARD.encode(sealed) }
    }

    /// The bytes, if they are Base64.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.challenge).ok()
    }
}

/// What a client makes of a request.
#[derive(Debug, Default)]
pub struct Plan {
    /// What is done already.
    pub done: Vec<Done>,
    /// The encryption that is wanted, and where in `done` its outcome belongs.
    pub encryption: Option<(usize, KmsEncryption)>,
    /// A port's bytes are not smux.
    pub raw: bool,
}

impl Plan {
    /// For a session that we want for this.
    pub fn of(request: &Request, kind: &Kind) -> Self {
        let mut plan = Self::default();
        for asked in &request.requested_client_actions {
            let done = match asked.action_type.as_str() {
                SESSION_TYPE => plan.session_type(asked, &request.agent_version, kind),
                KMS_ENCRYPTION if plan.encryption.is_none() => plan.encryption(asked),
                other => done(other, UNSUPPORTED, format!("Unsupported action {other}")),
            };
            plan.done.push(done);
        }
        plan
    }

    fn session_type(&mut self, asked: &Asked, agent_version: &str, kind: &Kind) -> Done {
        let Some(wanted) = parameters::<SessionType>(asked) else { return unreadable(SESSION_TYPE) };
        let plugin = wanted.session_type.as_str();
        let fits = match kind {
            Kind::Shell => matches!(plugin, "Standard_Stream" | "InteractiveCommands"),
            Kind::Command { .. } => matches!(plugin, "NonInteractiveCommands" | "InteractiveCommands"),
            Kind::Forward { .. } => plugin == "Port",
        };
        if !fits {
            return done(
                SESSION_TYPE,
                FAILED,
                format!("Failed to process action SessionType: {plugin} is not what was asked for"),
            );
        }
        let is_local =
            wanted.properties.is_some_and(|all| all.get("type").is_some_and(|kind| kind == "LocalPortForwarding"));
        self.raw = plugin == "Port" && !(is_local && version(agent_version) > [3, 0, 196, 0]);
        done(SESSION_TYPE, SUCCESS, String::new())
    }

    fn encryption(&mut self, asked: &Asked) -> Done {
        let Some(wanted) = parameters::<KmsEncryption>(asked) else { return unreadable(KMS_ENCRYPTION) };
        self.encryption = Some((self.done.len(), wanted));
        done(KMS_ENCRYPTION, SUCCESS, String::new())
    }

    /// The key is there, as only KMS can read it.
    pub fn wrapped(&mut self, key: &Bytes) {
        if let Some((at, wanted)) = &self.encryption
            && let Some(done) = self.done.get_mut(*at)
        {
            let challenge = Some(!wanted.challenge.is_empty());
            done.action_result = Some(Wrapped { key: STANDARD.encode(key), hash: None, challenge });
        }
    }

    /// There is no key.
    pub fn keyless(&mut self, why: &str) {
        if let Some((at, _)) = &self.encryption
            && let Some(done) = self.done.get_mut(*at)
        {
            done.action_status = FAILED;
            done.error = format!("Failed to process action {KMS_ENCRYPTION}: {why}");
        }
    }

    /// Why the agent will end the session, if it will.
    pub fn refusal(&self) -> Option<&str> {
        self.done.iter().find(|done| done.action_status != SUCCESS).map(|done| done.error.as_str())
    }

    /// The answer.
    pub fn response(&self) -> Response {
        let failed = self.done.iter().filter(|done| done.action_status != SUCCESS).map(|done| done.error.clone());
        let errors: Vec<String> = failed.collect();
        Response {
            client_version: CLIENT_VERSION.into(),
            processed_client_actions: self.done.clone(),
            errors: (!errors.is_empty()).then_some(errors),
        }
    }
}

fn parameters<T: for<'de> Deserialize<'de>>(asked: &Asked) -> Option<T> {
    read(asked.action_parameters.as_ref()?.get().as_bytes()).ok()
}

fn done(action_type: &str, action_status: u8, error: String) -> Done {
    Done { action_type: action_type.into(), action_status, action_result: None, error }
}

fn unreadable(action: &str) -> Done {
    done(action, FAILED, format!("Failed to process action {action}: its parameters can't be read"))
}

/// Four numbers; what is missing or none is 0.
fn version(text: &str) -> [u64; 4] {
    let mut numbers = text.split('.').map(|number| number.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(kind: &Kind, json: &str) -> Plan {
        Plan::of(&read(json.as_bytes()).unwrap(), kind)
    }

    fn port() -> Kind {
        Kind::Forward { host: None, port: 80, local: 0 }
    }

    #[test]
    fn a_port_is_raw_unless_agent_and_document_know_smux() {
        let of = |version: &str, properties: &str| {
            let json = format!(
                r#"{{"AgentVersion":"{version}","Later":1,"RequestedClientActions":[
                {{"ActionType":"SessionType","ActionParameters":{{"SessionType":"Port","Properties":{properties}}}}}]}}"#
            );
            let plan = plan(&port(), &json);
            assert_eq!(plan.refusal(), None);
            plan.raw
        };
        assert!(!of("3.3.987.0", r#"{"type":"LocalPortForwarding","portNumber":"80"}"#));
        assert!(of("3.0.196.0", r#"{"type":"LocalPortForwarding"}"#));
        assert!(!of("3.0.197", r#"{"type":"LocalPortForwarding"}"#));
        assert!(of("3.3.987.0", r#"{"portNumber":"22"}"#));
        assert!(of("3.3.987.0", "null"));
    }

    #[test]
    fn what_is_unknown_unreadable_or_not_what_was_asked_for_is_refused_in_words() {
        let actions = |actions: &str| format!(r#"{{"AgentVersion":"3.3.0.0","RequestedClientActions":[{actions}]}}"#);
        let unknown = plan(&Kind::Shell, &actions(r#"{"ActionType":"Dance"}"#));
        assert_eq!(unknown.response().processed_client_actions[0].action_status, UNSUPPORTED);
        assert_eq!(unknown.response().errors.unwrap(), ["Unsupported action Dance"]);
        let none = plan(&Kind::Shell, &actions(r#"{"ActionType":"SessionType"}"#));
        assert_eq!(none.done[0].action_status, FAILED);
        let shell =
            r#"{"ActionType":"SessionType","ActionParameters":{"SessionType":"Standard_Stream","Properties":null}}"#;
        assert!(plan(&port(), &actions(shell)).refusal().unwrap().contains("Standard_Stream"));
        assert_eq!(plan(&Kind::Shell, &actions(shell)).refusal(), None);
        let bad = r#"{"ActionType":"KMSEncryption","ActionParameters":{"KMSKeyId":7}}"#;
        assert!(plan(&Kind::Shell, &actions(bad)).refusal().is_some());
    }

    #[test]
    fn the_challenge_is_acknowledged_only_when_there_was_one() {
        for (challenge, said) in [(r#","Challenge":"AAEC""#, true), ("", false), (r#","Challenge":"""#, false)] {
            let json = format!(
                r#"{{"RequestedClientActions":[{{"ActionType":"KMSEncryption","ActionParameters":{{"KMSKeyId":"k"{challenge}}}}}]}}"#
            );
            let mut plan = plan(&Kind::Shell, &json);
            plan.wrapped(&Bytes::from_static(b"BLOB"));
            let done = &plan.response().processed_client_actions[0];
            let wrapped = done.action_result.as_ref().unwrap();
            assert_eq!((wrapped.key.as_str(), wrapped.challenge), ("QkxPQg==", Some(said)));
        }
    }
}

//! What the payloads say that are not the handshake's: acknowledgements, the first message, sizes, flags, exit codes, the end.

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::frame::{Frame, Malformed, MessageType, PayloadType, SYN_FIN};
use crate::core::time::Moment;

/// The version we say we are: agents behave by it. From 1.1.70 on they use smux, above 1.2.331.0 without keep-alives.
pub const CLIENT_VERSION: &str = "1.2.764.0";

/// Bytes of plaintext in one message: what both peers keep to.
pub const MOST: usize = 1024;

/// The first message on a socket, as text: nothing else says who we are. Prints as `***`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OpenDataChannel {
    /// "1.0".
    pub message_schema_version: String,
    /// Another one each time.
    pub request_id: String,
    /// What lets us in.
    #[serde(serialize_with = "show_token", deserialize_with = "read_token")]
    pub token_value: Zeroizing<String>,
    /// The same for the whole session.
    pub client_id: String,
    /// [`CLIENT_VERSION`].
    pub client_version: String,
}

impl std::fmt::Debug for OpenDataChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl OpenDataChannel {
    /// As text.
    pub fn encode(&self) -> Zeroizing<String> {
        Zeroizing::new(serde_json::to_string(self).unwrap_or_default())
    }
}

fn show_token<S: Serializer>(token: &Zeroizing<String>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(token)
}

fn read_token<'de, D: Deserializer<'de>>(from: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(from).map(Zeroizing::new)
}

#[derive(Serialize, Deserialize)]
struct Acknowledged {
    #[serde(rename = "AcknowledgedMessageType")]
    kind: String,
    #[serde(rename = "AcknowledgedMessageId")]
    id: String,
    #[serde(rename = "AcknowledgedMessageSequenceNumber")]
    sequence: i64,
    #[serde(rename = "IsSequentialMessage")]
    is_sequential: bool,
}

/// The acknowledgement of a message, itself a message with an id of its own.
pub fn acknowledge(of: MessageType, of_id: Uuid, sequence: i64, id: Uuid, created: Moment) -> Frame {
    let said = Acknowledged { kind: of.name().into(), id: of_id.to_string(), sequence, is_sequential: true };
    Frame {
        kind: MessageType::Acknowledge,
        created,
        sequence: 0,
        flags: SYN_FIN,
        id,
        payload_type: PayloadType::NONE,
        payload: json(&said),
    }
}

/// Which message a payload acknowledges.
///
/// # Errors
/// When it can't be read.
pub fn acknowledged(payload: &[u8]) -> Result<i64, Malformed> {
    read::<Acknowledged>(payload).map(|said| said.sequence)
}

/// The gateway says that the session is over.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ChannelClosed {
    /// Its id.
    pub message_id: String,
    /// When, in RFC 3339.
    pub created_date: String,
    /// To whom.
    pub destination_id: String,
    /// Which session.
    pub session_id: String,
    /// `channel_closed`.
    pub message_type: String,
    /// 1.
    pub schema_version: i64,
    /// Why; "" when what ran has ended.
    pub output: String,
}

/// A terminal's size.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Size {
    /// Across.
    pub cols: u16,
    /// Down.
    pub rows: u16,
}

/// A signal of a port session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flag {
    /// To the agent: the connection is over, the session is not. In raw mode.
    Disconnect = 1,
    /// To the agent: the session is over.
    Terminate = 2,
    /// From the agent: the port could not be reached.
    NoConnection = 3,
}

impl Flag {
    /// As payload.
    pub fn encode(self) -> Bytes {
        Bytes::copy_from_slice(&(self as u32).to_be_bytes())
    }

    /// From a payload, if it is one of them.
    pub fn decode(payload: &[u8]) -> Option<Self> {
        let number = u32::from_be_bytes(payload.try_into().ok()?);
        [Self::Disconnect, Self::Terminate, Self::NoConnection].into_iter().find(|flag| *flag as u32 == number)
    }
}

/// The last signed integer in the text: agents write `EXIT_CODE: 3`.
pub fn exit_code(text: &[u8]) -> Option<i32> {
    let end = text.iter().rposition(u8::is_ascii_digit)? + 1;
    let start = text[..end].iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |before| before + 1);
    let signed = start.checked_sub(1).filter(|sign| text[*sign] == b'-').unwrap_or(start);
    std::str::from_utf8(&text[signed..end]).ok()?.parse().ok()
}

/// As JSON.
pub fn json(value: &impl Serialize) -> Bytes {
    // None of ours has a map with keys that are no text, which is all that could fail.
    serde_json::to_vec(value).unwrap_or_default().into()
}

/// From JSON, whatever else is in there.
///
/// # Errors
/// When it can't be read.
pub fn read<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, Malformed> {
    serde_json::from_slice(payload).map_err(|_| Malformed::Payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exit_code_is_the_last_integer_of_the_text() {
        let of = |text: &str| exit_code(text.as_bytes());
        assert_eq!(of("EXIT_CODE: 3"), Some(3));
        assert_eq!(of("EXIT_CODE: -1\n"), Some(-1));
        assert_eq!(of("255"), Some(255));
        assert_eq!(of("1 of 2: 17 "), Some(17));
        assert_eq!(of("EXIT_CODE: "), None);
        assert_eq!(of("99999999999"), None);
    }

    #[test]
    fn a_token_is_not_printed() {
        let open = OpenDataChannel {
            message_schema_version: "1.0".into(),
            request_id: String::new(),
            token_value: Zeroizing::new("s3cret".into()),
            client_id: String::new(),
            client_version: CLIENT_VERSION.into(),
        };
        assert_eq!(format!("{open:?}"), "***");
        assert!(open.encode().contains("s3cret"));
    }
}

//! What goes into a client and comes out of it, apart from bytes and time.

use bytes::Bytes;
use zeroize::Zeroizing;

use super::Event;
use super::chance::Chance;
use crate::core::session::Kind;

/// What a client has to know from the start.
#[derive(Debug)]
pub struct Setup {
    /// What the session is for.
    pub kind: Kind,
    /// The terminal's size at first: columns and rows. Only shells have one.
    pub size: Option<(u16, u16)>,
    /// Where ids and nonces come from.
    pub chance: Box<dyn Chance>,
}

/// What comes out of a client, apart from frames.
#[derive(Debug)]
pub enum Effect {
    /// Something for whoever holds the channel. After [`Event::Ended`] there is nothing more.
    Event(Event),
    /// A data key is wanted of KMS, `kms:GenerateDataKey` with 64 bytes, within 15 seconds: [`super::client::Client::key`] is the answer. The
    /// context holds the session's id, its target and, when there is one, the challenge, unchanged.
    KeyWanted {
        /// Of which key.
        key_id: String,
        /// For `aws:ssm:RandomChallenge`.
        challenge: Option<String>,
    },
}

/// What KMS gave. Prints as `***`.
pub struct DataKey {
    /// 64 bytes: the agent's half, then ours.
    pub plaintext: Zeroizing<Vec<u8>>,
    /// The same as only KMS can read it.
    pub wrapped: Bytes,
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A message for the socket.
pub enum Message {
    /// Goes as a text message. Holds the token.
    Text(Zeroizing<String>),
    /// Goes as a binary message.
    Binary(Bytes),
}

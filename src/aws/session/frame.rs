//! Frames: what one binary WebSocket message of a data channel holds, in bytes and out of them. What a payload means is left to
//! `payload` and `handshake`, when it goes to `delivery`.
//!
//! Big-endian, a header of 116 bytes, the payload from byte 120 on, the halves of the id swapped.

use bytes::{BufMut, Bytes, BytesMut};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::core::time::Moment;

/// What `HeaderLength` says: the bytes before `PayloadLength`.
const HEADER: usize = 116;

/// Where a payload starts.
const PAYLOAD: usize = HEADER + 4;

/// The first message of a stream.
pub const SYN: u64 = 1;

/// What acknowledgements carry: SYN and FIN.
pub const SYN_FIN: u64 = 3;

/// One frame.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// What kind of message.
    pub kind: MessageType,
    /// When it was made.
    pub created: Moment,
    /// Its number, for messages that are counted; else 0.
    pub sequence: i64,
    /// [`SYN`], [`SYN_FIN`] or 0.
    pub flags: u64,
    /// Its id.
    pub id: Uuid,
    /// What the payload is.
    pub payload_type: PayloadType,
    /// The payload as sent: encrypted where the session is.
    pub payload: Bytes,
}

impl std::fmt::Debug for Frame {
    /// Without the payload: it may be what somebody types.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, sequence, payload_type, payload, .. } = self;
        write!(f, "Frame({kind:?} {sequence} {payload_type:?}, {} bytes)", payload.len())
    }
}

/// What kind of message a frame is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageType {
    /// Client to agent, counted.
    Input,
    /// Agent to client, counted.
    Output,
    /// Either way.
    Acknowledge,
    /// The gateway says that the session is over.
    ChannelClosed,
    /// The gateway says that the other side is connected.
    StartPublication,
    /// The gateway says that the other side is not connected.
    PausePublication,
    /// The agent tells the gateway how it is.
    AgentSessionState,
    /// None of these, as it stands in the frame.
    Other([u8; 32]),
}

impl MessageType {
    const NAMES: [(Self, &'static str); 7] = [
        (Self::Input, "input_stream_data"),
        (Self::Output, "output_stream_data"),
        (Self::Acknowledge, "acknowledge"),
        (Self::ChannelClosed, "channel_closed"),
        (Self::StartPublication, "start_publication"),
        (Self::PausePublication, "pause_publication"),
        (Self::AgentSessionState, "agent_session_state"),
    ];

    /// As it is called on the wire; "" for those that are unknown.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    fn encode(self) -> [u8; 32] {
        if let Self::Other(raw) = self {
            return raw;
        }
        let mut field = [b' '; 32];
        let name = self.name().as_bytes();
        field[..name.len()].copy_from_slice(name);
        field
    }

    fn decode(raw: [u8; 32]) -> Self {
        let is_padding = |byte: &u8| matches!(byte, b' ' | 0);
        let start = raw.iter().position(|byte| !is_padding(byte)).unwrap_or(raw.len());
        let end = raw.iter().rposition(|byte| !is_padding(byte)).map_or(start, |last| last + 1);
        let known = Self::NAMES.iter().find(|(_, name)| name.as_bytes() == &raw[start..end]);
        known.map_or(Self::Other(raw), |(kind, _)| *kind)
    }

    /// The gateway's own messages are not checked: they have no payload, and may have no digest.
    fn is_unchecked(self) -> bool {
        matches!(self, Self::StartPublication | Self::PausePublication)
    }
}

/// What a payload is: section 3.2. Any number can come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PayloadType(pub u32);

impl PayloadType {
    /// Nothing in particular.
    pub const NONE: Self = Self(0);
    /// Bytes of the terminal or the port.
    pub const OUTPUT: Self = Self(1);
    /// An error, in words.
    pub const ERROR: Self = Self(2);
    /// The terminal's size.
    pub const SIZE: Self = Self(3);
    /// What the agent wants of the client before it begins.
    pub const HANDSHAKE_REQUEST: Self = Self(5);
    /// What became of that.
    pub const HANDSHAKE_RESPONSE: Self = Self(6);
    /// The agent is content.
    pub const HANDSHAKE_COMPLETE: Self = Self(7);
    /// Prove that you have the key.
    pub const CHALLENGE_REQUEST: Self = Self(8);
    /// The proof.
    pub const CHALLENGE_RESPONSE: Self = Self(9);
    /// Something that a port session is told.
    pub const FLAG: Self = Self(10);
    /// Bytes of a command's standard error.
    pub const STDERR: Self = Self(11);
    /// How a command ended.
    pub const EXIT_CODE: Self = Self(12);
}

/// Why bytes are no frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Malformed {
    /// Not even a header.
    #[error("a frame of {0} bytes is shorter than its header")]
    Short(usize),
    /// The header ends outside of the frame.
    #[error("a frame's header of {0} bytes ends outside of it")]
    Header(u32),
    /// Another length than is there.
    #[error("a frame says its payload has {said} bytes, and it has {there}")]
    Length {
        /// What it says.
        said: u32,
        /// What is there.
        there: usize,
    },
    /// No time of making.
    #[error("a frame without a date")]
    Undated,
    /// The payload is not what was sent.
    #[error("a frame whose payload does not match its digest")]
    Digest,
    /// The payload can't be read as what it says it is.
    #[error("a frame whose payload can't be read")]
    Payload,
}

impl Frame {
    /// As bytes.
    pub fn encode(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(PAYLOAD + self.payload.len());
        out.put_u32(HEADER as u32);
        out.put_slice(&self.kind.encode());
        out.put_u32(1);
        out.put_i64(self.created.0);
        out.put_i64(self.sequence);
        out.put_u64(self.flags);
        let (first, second) = self.id.as_u64_pair();
        out.put_u64(second);
        out.put_u64(first);
        out.put_slice(&Sha256::digest(&self.payload));
        out.put_u32(self.payload_type.0);
        out.put_u32(u32::try_from(self.payload.len()).unwrap_or(u32::MAX));
        out.put_slice(&self.payload);
        out.freeze()
    }

    /// From bytes.
    ///
    /// # Errors
    /// When they are no frame as section 2 wants it: it is to be dropped, and will be sent again.
    pub fn decode(bytes: &Bytes) -> Result<Self, Malformed> {
        let short = || Malformed::Short(bytes.len());
        let header = u32::from_be_bytes(field(bytes, 0).ok_or_else(short)?);
        let kind = MessageType::decode(field(bytes, 4).ok_or_else(short)?);
        let created = i64::from_be_bytes(field(bytes, 40).ok_or_else(short)?);
        let sequence = i64::from_be_bytes(field(bytes, 48).ok_or_else(short)?);
        let flags = u64::from_be_bytes(field(bytes, 56).ok_or_else(short)?);
        let second = u64::from_be_bytes(field(bytes, 64).ok_or_else(short)?);
        let first = u64::from_be_bytes(field(bytes, 72).ok_or_else(short)?);
        let digest: [u8; 32] = field(bytes, 80).ok_or_else(short)?;
        let payload_type = PayloadType(u32::from_be_bytes(field(bytes, 112).ok_or_else(short)?));
        let mut frame = Self {
            kind,
            created: Moment(created),
            sequence,
            flags,
            id: Uuid::from_u64_pair(first, second),
            payload_type,
            payload: Bytes::new(),
        };
        if kind.is_unchecked() {
            return Ok(frame);
        }
        // A header may be longer than we know it: its length field stands before the payload all the same.
        let at = header as usize;
        let said = u32::from_be_bytes(field(bytes, at).ok_or(Malformed::Header(header))?);
        if at < HEADER {
            return Err(Malformed::Header(header));
        }
        frame.payload = bytes.slice(at + 4..);
        if said as usize != frame.payload.len() {
            return Err(Malformed::Length { said, there: frame.payload.len() });
        }
        if created == 0 {
            return Err(Malformed::Undated);
        }
        if !frame.payload.is_empty() && Sha256::digest(&frame.payload)[..] != digest {
            return Err(Malformed::Digest);
        }
        Ok(frame)
    }
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

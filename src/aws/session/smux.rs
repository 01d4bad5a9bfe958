//! Several connections over one stream of bytes, as port sessions carry them (smux, version 1): its frames, and both ends of it.
//! Pure: bytes in, frames and happenings out. Sockets, time and how much is read ahead are whoever's uses it.

use std::collections::{BTreeMap, VecDeque};

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// Bytes of data in a frame that still fits one message of the channel.
pub const PART: usize = 1_024 - HEADER;

const HEADER: usize = 8;
const VERSION: u8 = 1;
/// The reference gives its first connection this number, and every further one two more.
const FIRST: u32 = 3;

/// One frame, about one connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frame {
    /// It begins.
    Open(u32),
    /// It is over, both ways.
    Close(u32),
    /// Bytes through it.
    Data(u32, Bytes),
    /// About none: the other end is there.
    Nothing,
}

/// What arrives is not smux: what follows cannot be told apart any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the machine sent what is not smux (version {version}, command {command})")]
pub struct NotSmux {
    /// The byte where the version should be.
    pub version: u8,
    /// The byte where the command should be.
    pub command: u8,
}

/// What the other end did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happens {
    /// It opened a connection: only where this end does not.
    Opened(u32),
    /// It sent bytes through one.
    Data(u32, Bytes),
    /// It closed one: what came before is all there is. Nobody hears what is still sent there; close it too.
    Closed(u32),
}

/// Which end of the stream this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// The one that opens connections: a client's.
    Opens,
    /// The one that takes them: a machine's.
    Takes,
}

/// One end: the connections that are open, and what waits to be sent.
#[derive(Debug)]
pub struct Mux {
    end: End,
    next: u32,
    /// Whether this end has closed it already, and only hears what is still on its way.
    open: BTreeMap<u32, bool>,
    arriving: Frames,
    leaving: VecDeque<Bytes>,
}

impl Mux {
    /// Nothing open yet.
    pub fn new(end: End) -> Self {
        Self { end, next: FIRST, open: BTreeMap::new(), arriving: Frames::default(), leaving: VecDeque::new() }
    }

    /// Opens a connection, and says its number; none when all have been used.
    pub fn open(&mut self) -> Option<u32> {
        let id = self.next;
        self.next = id.checked_add(2)?;
        self.open.insert(id, false);
        self.leaving.push_back(Frame::Open(id).encoded());
        Some(id)
    }

    /// Sends bytes through a connection; through one that is not open they are nobody's.
    pub fn send(&mut self, id: u32, bytes: &[u8]) {
        if self.open.get(&id) == Some(&false) {
            let frames = bytes.chunks(PART).map(|part| Frame::Data(id, Bytes::copy_from_slice(part)).encoded());
            self.leaving.extend(frames);
        }
    }

    /// Closes a connection, both ways: what still comes through it is dropped.
    pub fn close(&mut self, id: u32) {
        if self.open.remove(&id) == Some(false) {
            self.leaving.push_back(Frame::Close(id).encoded());
        }
    }

    /// Closes a connection, and hears what is on its way until the other end has closed it too.
    pub fn finish(&mut self, id: u32) {
        if let Some(finished @ false) = self.open.get_mut(&id) {
            *finished = true;
            self.leaving.push_back(Frame::Close(id).encoded());
        }
    }

    /// Whether a connection is open at this end.
    pub fn is_open(&self, id: u32) -> bool {
        self.open.contains_key(&id)
    }

    /// Bytes have come from the other end, cut anywhere.
    ///
    /// # Errors
    /// When they are not smux. Nothing that comes later can be read.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<Vec<Happens>, NotSmux> {
        self.arriving.put(bytes);
        let mut happens = Vec::new();
        while let Some(frame) = self.arriving.take()? {
            match frame {
                // Opened twice, or opened by the end that does not: it goes nowhere.
                Frame::Open(id) if self.end == End::Takes && !self.is_open(id) => {
                    self.open.insert(id, false);
                    happens.push(Happens::Opened(id));
                }
                Frame::Data(id, bytes) if self.is_open(id) => happens.push(Happens::Data(id, bytes)),
                Frame::Close(id) if self.is_open(id) => happens.push(Happens::Closed(id)),
                Frame::Open(_) | Frame::Data(..) | Frame::Close(_) | Frame::Nothing => {}
            }
        }
        Ok(happens)
    }

    /// The next frame for the other end: at most 1,024 bytes.
    pub fn next_message(&mut self) -> Option<Bytes> {
        self.leaving.pop_front()
    }

    /// How many frames wait to be sent.
    pub fn waiting(&self) -> usize {
        self.leaving.len()
    }
}

impl Frame {
    /// As it goes over the wire. Of data, no more than a frame can hold.
    pub fn encoded(&self) -> Bytes {
        let (command, id, data) = match self {
            Self::Open(id) => (0, *id, &[][..]),
            Self::Close(id) => (1, *id, &[][..]),
            Self::Data(id, data) => (2, *id, &data[..]),
            Self::Nothing => (3, 0, &[][..]),
        };
        let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
        let mut bytes = BytesMut::with_capacity(HEADER + usize::from(length));
        bytes.put_u8(VERSION);
        bytes.put_u8(command);
        bytes.put_u16_le(length);
        bytes.put_u32_le(id);
        bytes.put_slice(&data[..usize::from(length)]);
        bytes.freeze()
    }
}

/// Frames out of bytes that were cut anywhere. Holds less than one frame and what was put in last.
#[derive(Debug, Default)]
pub struct Frames {
    held: BytesMut,
}

impl Frames {
    /// More bytes.
    pub fn put(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// The next frame that is whole.
    ///
    /// # Errors
    /// When it is not one.
    pub fn take(&mut self) -> Result<Option<Frame>, NotSmux> {
        let Some((mut header, rest)) = self.held.split_at_checked(HEADER) else { return Ok(None) };
        let (version, command) = (header.get_u8(), header.get_u8());
        let (length, id) = (usize::from(header.get_u16_le()), header.get_u32_le());
        if version != VERSION || command > 3 {
            return Err(NotSmux { version, command });
        }
        if rest.len() < length {
            return Ok(None);
        }
        self.held.advance(HEADER);
        let data = self.held.split_to(length).freeze();
        Ok(Some(match command {
            0 => Frame::Open(id),
            1 => Frame::Close(id),
            2 => Frame::Data(id, data),
            _ => Frame::Nothing,
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vector(name: &str) -> Bytes {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/data/session-manager/smux.json")).unwrap();
        let named = vectors.as_array().unwrap().iter().find(|vector| vector["name"] == name).unwrap();
        hex::decode(named["hex"].as_str().unwrap()).unwrap().into()
    }

    fn sent(mux: &mut Mux) -> Vec<Bytes> {
        std::iter::from_fn(|| mux.next_message()).collect()
    }

    #[test]
    fn both_ends_speak_as_the_reference_does() {
        let (mut client, mut machine) = (Mux::new(End::Opens), Mux::new(End::Takes));
        let first = client.open().unwrap();
        assert_eq!(sent(&mut client), [vector("smux_open_stream")]);
        client.send(first, b"hello");
        assert_eq!(sent(&mut client), [vector("smux_write_hello")]);
        assert_eq!(machine.receive(&vector("smux_open_stream")), Ok(vec![Happens::Opened(first)]));
        assert_eq!(machine.receive(&vector("smux_write_hello")), Ok(vec![Happens::Data(first, "hello".into())]));
        machine.send(first, b"world!");
        assert_eq!(sent(&mut machine), [vector("smux_server_world")]);
        assert_eq!(client.receive(&vector("smux_server_world")), Ok(vec![Happens::Data(first, "world!".into())]));
        client.close(first);
        assert_eq!(sent(&mut client), [vector("smux_close")]);
        assert_eq!(machine.receive(&vector("smux_close")), Ok(vec![Happens::Closed(first)]));
        machine.close(first);
        assert_eq!(sent(&mut machine), [vector("smux_server_close")]);
        assert_eq!(client.receive(&vector("smux_server_close")), Ok(vec![]), "it was forgotten when it was closed");
        client.open();
        assert_eq!(sent(&mut client), [vector("smux_open_second")]);
    }

    #[test]
    fn what_is_about_no_open_connection_is_nobodys() {
        let mut client = Mux::new(End::Opens);
        let frames = [Frame::Data(3, "x".into()), Frame::Close(3), Frame::Open(4), Frame::Nothing];
        let bytes: Vec<u8> = frames.iter().flat_map(Frame::encoded).collect();
        assert_eq!(client.receive(&bytes), Ok(vec![]));
        client.send(3, b"x");
        client.close(3);
        assert_eq!(sent(&mut client), Vec::<Bytes>::new());
        assert!(!client.is_open(4));
    }

    #[test]
    fn a_connection_that_is_finished_still_hears_what_was_on_its_way() {
        let mut client = Mux::new(End::Opens);
        let id = client.open().unwrap();
        client.finish(id);
        client.finish(id);
        client.send(id, b"late");
        assert_eq!(sent(&mut client), [Frame::Open(id).encoded(), Frame::Close(id).encoded()]);
        assert_eq!(client.receive(&Frame::Data(id, "x".into()).encoded()), Ok(vec![Happens::Data(id, "x".into())]));
        assert_eq!(client.receive(&Frame::Close(id).encoded()), Ok(vec![Happens::Closed(id)]));
        client.close(id);
        assert_eq!(client.next_message(), None, "it was told already");
        assert!(!client.is_open(id));
    }

    #[test]
    fn what_is_not_smux_is_said_once_its_first_bytes_are_there() {
        let mut client = Mux::new(End::Opens);
        assert_eq!(client.receive(b"HTTP/1."), Ok(vec![]), "not a whole header");
        assert_eq!(client.receive(b"1 400"), Err(NotSmux { version: b'H', command: b'T' }));
        assert_eq!(Mux::new(End::Takes).receive(&[1, 4, 0, 0, 0, 0, 0, 0]), Err(NotSmux { version: 1, command: 4 }));
    }

    #[test]
    fn a_machine_may_fill_its_frames() {
        let mut client = Mux::new(End::Opens);
        let id = client.open().unwrap();
        let frame = Frame::Data(id, vec![7; usize::from(u16::MAX)].into());
        let mut got = Vec::new();
        for part in frame.encoded().chunks(1_024) {
            got.extend(client.receive(part).unwrap());
        }
        assert_eq!(got, [Happens::Data(id, vec![7; usize::from(u16::MAX)].into())]);
    }

    #[test]
    fn numbers_run_out_before_they_repeat() {
        let mut client = Mux::new(End::Opens);
        client.next = u32::MAX;
        assert_eq!(client.open(), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn bytes_come_out_whole_and_in_order_however_they_are_cut(
            writes in proptest::collection::vec((0_usize..4, 1_usize..5_000), 1..40),
            cuts in proptest::collection::vec(1_usize..3_000, 1..8),
        ) {
            let (mut client, mut machine) = (Mux::new(End::Opens), Mux::new(End::Takes));
            let ids: Vec<u32> = (0..4).map(|_| client.open().unwrap()).collect();
            let mut wanted = vec![Vec::new(); 4];
            for (number, (which, length)) in writes.iter().enumerate() {
                let bytes: Vec<u8> = (0..*length).map(|at| (at * 31 + number) as u8).collect();
                client.send(ids[*which], &bytes);
                wanted[*which].extend(bytes);
            }
            for id in &ids {
                client.close(*id);
            }
            let messages = sent(&mut client);
            prop_assert!(messages.iter().all(|message| message.len() <= 1_024));
            let mut wire = &messages.concat()[..];
            let mut got = vec![Vec::new(); 4];
            let (mut opened, mut closed, mut cut) = (0, 0, cuts.iter().cycle());
            while !wire.is_empty() {
                let (now, later) = wire.split_at(wire.len().min(*cut.next().unwrap()));
                wire = later;
                for happens in machine.receive(now).unwrap() {
                    match happens {
                        Happens::Opened(_) => opened += 1,
                        Happens::Closed(_) => closed += 1,
                        Happens::Data(id, bytes) => {
                            got[ids.iter().position(|one| *one == id).unwrap()].extend_from_slice(&bytes);
                        }
                    }
                }
            }
            prop_assert_eq!((opened, closed), (4, 4));
            prop_assert!(got == wanted);
        }
    }
}

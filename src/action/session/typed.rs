//! What waits to be sent to a machine: keys, answers of the terminal, sizes, in the order in which they came.
//!
//! The machine may be slow, or away. What is typed while it is away is held up to a small bound and refused beyond it, in words;
//! what is pasted while it is there waits for its turn, and whoever pastes waits with it.

use std::collections::VecDeque;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::aws::session::Input;
use crate::link::session::{Size, Talked};
use crate::link::{Refusal, Reply};

/// Bytes that are held while the machine is away.
const AWAY: usize = 4 << 10;
/// Bytes that are taken without letting whoever types wait.
const AT_ONCE: usize = 64 << 10;
/// Bytes that wait, at most.
const MOST: usize = 4 << 20;
/// AWS' own client sends no more at once, and nor does the agent.
const PIECE: usize = 1_024;

type Answer = oneshot::Sender<Result<Reply, Refusal>>;

/// What waits.
#[derive(Debug, Default)]
pub(super) struct Typed {
    to: Option<mpsc::Sender<Input>>,
    waiting: VecDeque<(Input, Option<Answer>)>,
    bytes: usize,
}

impl Typed {
    /// From now on there is somewhere to send it.
    pub(super) fn connect(&mut self, to: mpsc::Sender<Input>) {
        self.to = Some(to);
    }

    /// There is nobody any more. Who waits is told.
    pub(super) fn disconnect(&mut self) {
        *self = Self::default();
    }

    /// Bytes that wait.
    pub(super) fn held(&self) -> usize {
        self.bytes
    }

    /// Somebody typed this. `away`: the machine does not take it at present. Whether it was taken.
    pub(super) fn put(&mut self, bytes: Vec<u8>, away: bool, answer: Answer) -> bool {
        let all = self.bytes + bytes.len();
        if all > if away { AWAY } else { MOST } {
            let say = if away {
                "the connection is away, and what was typed before waits for it: type again when it is back"
            } else {
                "the machine takes no more at present; wait for it"
            };
            // Whoever asked may have gone.
            let _ = answer.send(Err(Refusal::new("held", say)));
            return false;
        }
        let whole = Bytes::from(bytes);
        let mut pieces: Vec<_> =
            (0..whole.len()).step_by(PIECE).map(|at| whole.slice(at..whole.len().min(at + PIECE))).collect();
        let last = pieces.pop();
        self.bytes = all;
        self.waiting.extend(pieces.into_iter().map(|piece| (Input::Bytes(piece), None)));
        match last {
            Some(last) if !away && all > AT_ONCE => self.waiting.push_back((Input::Bytes(last), Some(answer))),
            last => {
                self.waiting.extend(last.map(|last| (Input::Bytes(last), None)));
                let _ = answer.send(Ok(Reply::Talked(Talked::Done)));
            }
        }
        true
    }

    /// The terminal answers this. When too much waits already, it does not: nobody typed it.
    pub(super) fn answer(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() && self.bytes + bytes.len() <= AWAY {
            self.bytes += bytes.len();
            self.waiting.push_back((Input::Bytes(bytes.into()), None));
        }
    }

    /// The terminal has another size: of several that follow each other, the last counts.
    pub(super) fn resize(&mut self, Size { cols, rows }: Size) {
        if let Some((Input::Size { .. }, _)) = self.waiting.back() {
            self.waiting.pop_back();
        }
        self.waiting.push_back((Input::Size { cols, rows }, None));
    }

    /// Sends the next, as soon as there is one and the machine takes it: so many bytes of it. May be given up at any time.
    pub(super) async fn send(&mut self) -> usize {
        if self.waiting.is_empty() {
            return std::future::pending().await;
        }
        let Some(to) = &self.to else { return std::future::pending().await };
        let Ok(permit) = to.reserve().await else {
            // The channel's end comes as an event.
            return std::future::pending().await;
        };
        let Some((input, answer)) = self.waiting.pop_front() else { return 0 };
        let length = if let Input::Bytes(bytes) = &input { bytes.len() } else { 0 };
        self.bytes -= length;
        permit.send(input);
        if let Some(answer) = answer {
            let _ = answer.send(Ok(Reply::Talked(Talked::Done)));
        }
        length
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn typed(typed: &mut Typed, bytes: Vec<u8>, away: bool) -> Option<Result<Reply, Refusal>> {
        let (answer, mut answered) = oneshot::channel();
        typed.put(bytes, away, answer);
        answered.try_recv().ok()
    }

    #[tokio::test]
    async fn what_was_typed_arrives_in_order_in_pieces() {
        let (to, mut machine) = mpsc::channel(10_000);
        let mut waits = Typed::default();
        let all: Vec<u8> = (0..5_000_u32).map(|n| (n % 251) as u8).collect();
        assert!(typed(&mut waits, all[..3_000].to_vec(), true).unwrap().is_ok());
        waits.resize(Size { cols: 1, rows: 1 });
        waits.resize(Size { cols: 90, rows: 30 });
        assert!(typed(&mut waits, all[3_000..].to_vec(), false).unwrap().is_ok());
        assert!(waits.send().now_or_never().is_none(), "there is nobody yet");
        waits.connect(to);
        while waits.send().now_or_never().is_some() {}
        assert_eq!(waits.held(), 0);
        let (mut got, mut sizes) = (Vec::new(), 0);
        while let Ok(input) = machine.try_recv() {
            match input {
                Input::Bytes(bytes) => {
                    assert!(bytes.len() <= PIECE && !bytes.is_empty());
                    got.extend_from_slice(&bytes);
                }
                Input::Size { cols: 90, rows: 30 } => {
                    assert_eq!(got.len(), 3_000);
                    sizes += 1;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((got, sizes), (all, 1));
    }

    #[tokio::test]
    async fn while_it_is_away_little_is_held_and_the_rest_refused() {
        let mut waits = Typed::default();
        assert!(typed(&mut waits, vec![b'x'; AWAY - 1], true).unwrap().is_ok());
        assert_eq!(typed(&mut waits, vec![b'y'; 2], true).unwrap().unwrap_err().code, "held");
        assert!(typed(&mut waits, vec![b'z'], true).unwrap().is_ok());
        assert_eq!(waits.held(), AWAY);
    }

    #[tokio::test]
    async fn whoever_pastes_much_waits_until_it_is_sent() {
        let (to, mut machine) = mpsc::channel(1);
        let mut waits = Typed::default();
        waits.connect(to);
        let (answer, mut answered) = oneshot::channel();
        assert!(waits.put(vec![b'x'; AT_ONCE + 1], false, answer));
        let mut got = 0;
        while got < AT_ONCE + 1 {
            assert!(answered.try_recv().is_err());
            waits.send().await;
            let Some(Input::Bytes(bytes)) = machine.recv().await else { panic!() };
            got += bytes.len();
        }
        assert!(answered.await.unwrap().is_ok());
        let (answer, answered) = oneshot::channel();
        assert!(!waits.put(vec![b'x'; MOST + 1], false, answer));
        assert_eq!(answered.await.unwrap().unwrap_err().code, "held");
    }

    #[tokio::test]
    async fn answers_never_pile_up() {
        let mut waits = Typed::default();
        (0..1_000).for_each(|_| waits.answer(vec![b'a'; 100]));
        assert!(waits.held() <= AWAY);
    }
}

//! Connections over loopback, and a machine played at the other end of the channel.

use std::io::ErrorKind;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::exchange::Exchange;
use super::*;
use crate::aws::session::smux::{End, Happens, Mux};
use crate::aws::session::{Ending, Input, Mate};

/// Longer than any trial lasts.
const EVER: Duration = Duration::from_secs(3_600);
/// Over before anybody looks.
const AT_ONCE: Duration = Duration::from_millis(5);

fn patient() -> Patience {
    Patience { answers: EVER, readers: EVER }
}

/// A forward, and the machine that it leads to.
struct Rig {
    carried: Carried,
    mate: Mate,
    mux: Mux,
    port: u16,
    /// What happened and was not asked for yet.
    happened: Vec<Happens>,
}

impl Rig {
    async fn ready(patience: Patience) -> Self {
        let bound = Bound::bind(0).await.unwrap();
        let port = bound.port();
        let (channel, mate) = Channel::pair();
        let carried = bound.carry_with(channel, "port 5432 of db-01".into(), patience);
        let mut rig = Self { carried, mate, mux: Mux::new(End::Takes), port, happened: Vec::new() };
        rig.tell(Event::Ready { message: String::new() }).await;
        assert!(matches!(rig.carried.events.recv().await, Some(Event::Ready { .. })));
        rig
    }

    async fn tell(&self, event: Event) {
        self.mate.events.send(event).await.unwrap();
    }

    async fn connect(&mut self) -> (TcpStream, u32) {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.unwrap();
        match self.next().await {
            Happens::Opened(id) => (stream, id),
            other => panic!("{other:?}"),
        }
    }

    /// The next thing that the client does.
    async fn next(&mut self) -> Happens {
        while self.happened.is_empty() {
            let Some(Input::Bytes(bytes)) = self.mate.input.recv().await else { panic!("no bytes") };
            assert!(bytes.len() <= 1_024);
            self.happened = self.mux.receive(&bytes).unwrap();
        }
        self.happened.remove(0)
    }

    /// All bytes of a connection, until it is closed.
    async fn all_of(&mut self, wanted: u32) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Happens::Data(id, bytes) if id == wanted => all.extend_from_slice(&bytes),
                Happens::Closed(id) if id == wanted => return all,
                other => panic!("{other:?}"),
            }
        }
    }

    /// Sends what waits.
    async fn flush(&mut self) {
        while let Some(message) = self.mux.next_message() {
            self.tell(Event::Output(message)).await;
        }
    }

    async fn send(&mut self, id: u32, bytes: &[u8]) {
        self.mux.send(id, bytes);
        self.flush().await;
    }

    async fn close(&mut self, id: u32) {
        self.mux.close(id);
        self.flush().await;
    }

    /// Waits until the figures are so.
    async fn figures(&mut self, are: impl Fn(&Figures) -> bool) -> Figures {
        self.carried.figures.wait_for(are).await.unwrap().clone()
    }
}

/// What a program gets, to its end.
async fn whole(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.unwrap();
    all
}

/// A program reads, and is told that what it got is not all.
async fn is_reset(stream: &mut TcpStream) {
    let error = stream.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

fn pattern(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 + at / 251 + seed) as u8).collect()
}

#[tokio::test]
async fn nobody_is_answered_before_the_session_is_ready() {
    let bound = Bound::bind(0).await.unwrap();
    let port = bound.port();
    let (channel, mut mate) = Channel::pair();
    let mut carried = bound.carry_with(channel, "port 80 of web-01".into(), patient());
    let mut early = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    early.write_all(b"GET /").await.unwrap();
    mate.events.send(Event::Resumed).await.unwrap();
    carried.events.recv().await.unwrap();
    assert!(mate.input.try_recv().is_err());
    mate.events.send(Event::Ready { message: String::new() }).await.unwrap();
    assert!(matches!(mate.input.recv().await, Some(Input::Bytes(_))), "and then it is");
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_in_words() {
    let first = Bound::bind(0).await.unwrap();
    let error = Bound::bind(first.port()).await.unwrap_err();
    assert_eq!(
        error,
        format!("port {} of this computer is in use; take another, or 0 for one that is free", first.port())
    );
}

#[tokio::test]
async fn eight_at_once_keep_their_bytes_apart() {
    let mut rig = Rig::ready(patient()).await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(rig.connect().await.0);
    }
    let mut programs = Vec::new();
    for (number, mut stream) in streams.into_iter().enumerate() {
        let bytes = pattern(100_000, number);
        programs.push(tokio::spawn(async move {
            let (mut from, mut to) = stream.split();
            let mut back = vec![0; bytes.len()];
            let (wrote, read) = tokio::join!(to.write_all(&bytes), from.read_exact(&mut back));
            wrote.unwrap();
            read.unwrap();
            back == bytes
        }));
    }
    // The machine answers each byte with itself.
    let mut left = 8 * 100_000;
    while left > 0 {
        let Happens::Data(id, bytes) = rig.next().await else { panic!() };
        left -= bytes.len();
        rig.send(id, &bytes).await;
    }
    for program in programs {
        assert!(program.await.unwrap());
    }
    let figures = rig.figures(|figures| figures.connections.is_empty() || figures.bytes_out == 800_000).await;
    assert_eq!(figures.bytes_out, 800_000);
    assert_eq!(figures.refused, Vec::<String>::new());
}

#[tokio::test]
async fn a_program_that_has_sent_all_still_gets_its_answer() {
    let mut rig = Rig::ready(patient()).await;
    let (mut stream, id) = rig.connect().await;
    stream.write_all(b"request").await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(rig.next().await, Happens::Data(id, "request".into()));
    let answer = pattern(300_000, 1);
    rig.send(id, &answer[..1_000]).await;
    let reads = tokio::spawn(async move { whole(&mut stream).await });
    rig.send(id, &answer[1_000..]).await;
    rig.mux.finish(id);
    rig.flush().await;
    assert!(reads.await.unwrap() == answer);
    assert_eq!(rig.next().await, Happens::Closed(id), "and only now it is closed at the other end");
}

#[tokio::test]
async fn after_silence_the_other_end_is_closed_and_the_program_hears_its_answer() {
    let mut rig = Rig::ready(Patience { answers: AT_ONCE, readers: EVER }).await;
    let (mut stream, id) = rig.connect().await;
    stream.write_all(b"bye").await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(rig.all_of(id).await, b"bye");
    rig.close(id).await;
    assert_eq!(whole(&mut stream).await, b"");
    assert_eq!(rig.figures(|figures| figures.connections.is_empty()).await.refused, Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_that_comes_too_late_resets_since_the_rest_is_lost() {
    let mut rig = Rig::ready(Patience { answers: Duration::from_millis(200), readers: EVER }).await;
    let (mut stream, id) = rig.connect().await;
    stream.shutdown().await.unwrap();
    assert_eq!(rig.next().await, Happens::Closed(id));
    rig.tell(Event::Output(crate::aws::session::smux::Frame::Data(id, "late".into()).encoded())).await;
    is_reset(&mut stream).await;
    let refused = rig.figures(|figures| !figures.refused.is_empty()).await.refused;
    assert!(refused[0].ends_with("was closed after it had sent all, and an answer came too late"), "{refused:?}");
}

#[tokio::test]
async fn while_the_machine_is_away_no_answer_is_late() {
    let mut exchange = Exchange::new("port 80 of web-01".into(), Patience::default());
    let (start, from) = (Instant::now(), "127.0.0.1:50000".parse().unwrap());
    let id = exchange.open(from).unwrap();
    let task = tokio::spawn(std::future::pending::<()>()).abort_handle();
    exchange.opened(start, id, from, mpsc::unbounded_channel().0, task);
    exchange.next_input().unwrap();
    exchange.event(start, Event::Away { why: "the socket closed".into(), tries: 1 });
    exchange.inward(start, id, None);
    let later = start + EVER;
    exchange.tick(later);
    exchange.event(later, Event::Back);
    exchange.tick(later + Duration::from_secs(4));
    assert_eq!(exchange.next_input(), None);
    exchange.tick(later + Duration::from_secs(5));
    assert!(exchange.next_input().is_some(), "and then it is");
}

#[tokio::test]
async fn many_programs_that_read_little_hold_little_together() {
    let mut exchange = Exchange::new("port 80 of web-01".into(), Patience::default());
    let (start, from) = (Instant::now(), "127.0.0.1:50000".parse().unwrap());
    let mut ears = Vec::new();
    let mut ids = Vec::new();
    for _ in 0..MOST_CONNECTIONS {
        let id = exchange.open(from).unwrap();
        let (outward, hears) = mpsc::unbounded_channel();
        let task = tokio::spawn(std::future::pending::<()>()).abort_handle();
        exchange.opened(start, id, from, outward, task);
        ears.push(hears);
        ids.push(id);
    }
    let part = Bytes::from(vec![7; 33 << 10]);
    for id in &ids {
        let frame = crate::aws::session::smux::Frame::Data(*id, part.clone()).encoded();
        exchange.event(start, Event::Output(frame));
    }
    assert!(exchange.is_full());
    exchange.tick(start + EVER);
    assert!(!exchange.is_full(), "who reads nothing is reset");
}

#[tokio::test]
async fn a_machine_that_closes_first_has_said_all() {
    let mut rig = Rig::ready(patient()).await;
    let (mut stream, id) = rig.connect().await;
    let all = pattern(500_000, 2);
    let reads = tokio::spawn(async move {
        // It sends what nobody wants any more, which must not cost it its answer.
        stream.write_all(b"still talking").await.unwrap();
        whole(&mut stream).await
    });
    rig.send(id, &all).await;
    rig.close(id).await;
    assert!(reads.await.unwrap() == all);
}

#[tokio::test]
async fn a_program_that_is_gone_is_closed_at_the_other_end_at_once() {
    let mut rig = Rig::ready(patient()).await;
    let (stream, id) = rig.connect().await;
    local::reset_unless_whole(&stream).unwrap();
    drop(stream);
    assert_eq!(rig.next().await, Happens::Closed(id));
    rig.figures(|figures| figures.connections.is_empty()).await;
}

#[tokio::test]
async fn a_program_that_reads_nothing_holds_up_the_machine_and_gets_it_all_when_it_reads() {
    let mut rig = Rig::ready(patient()).await;
    let (mut stream, id) = rig.connect().await;
    let all = pattern(16 << 20, 3);
    rig.mux.send(id, &all);
    // More than the sockets and the queue hold: at some time nothing more is taken.
    let mut taken = 0;
    while let Some(message) = rig.mux.next_message() {
        if tokio::time::timeout(Duration::from_millis(200), rig.mate.events.reserve()).await.is_err() {
            // Taken up again below, from this message on.
            rig.happened.push(Happens::Data(id, message));
            break;
        }
        taken += message.len();
        rig.tell(Event::Output(message)).await;
    }
    assert!(taken < all.len(), "somewhere all of it waits in memory");
    let reads = tokio::spawn(async move { whole(&mut stream).await });
    if let Some(Happens::Data(_, held)) = rig.happened.pop() {
        rig.tell(Event::Output(held)).await;
    }
    rig.flush().await;
    rig.close(id).await;
    assert!(reads.await.unwrap() == all);
}

#[tokio::test]
async fn a_program_that_reads_nothing_for_too_long_is_reset_and_the_others_go_on() {
    let mut rig = Rig::ready(Patience { answers: EVER, readers: AT_ONCE }).await;
    let (mut stalls, stalled) = rig.connect().await;
    let (mut reads, read) = rig.connect().await;
    rig.send(stalled, &pattern(16 << 20, 4)).await;
    assert_eq!(rig.next().await, Happens::Closed(stalled));
    rig.send(read, b"still here").await;
    rig.close(read).await;
    assert_eq!(whole(&mut reads).await, b"still here");
    is_reset(&mut stalls).await;
    let refused = rig.figures(|figures| !figures.refused.is_empty()).await.refused;
    assert!(refused[0].ends_with(": read nothing for 0 s while more came"), "{refused:?}");
}

#[tokio::test]
async fn a_dead_port_resets_the_connection_and_says_so() {
    let mut rig = Rig::ready(patient()).await;
    let (mut lives, living) = rig.connect().await;
    rig.send(living, b"hello").await;
    let (mut stream, id) = rig.connect().await;
    rig.tell(Event::NoConnection).await;
    rig.close(living).await;
    rig.close(id).await;
    is_reset(&mut stream).await;
    assert_eq!(whole(&mut lives).await, b"hello", "which had an answer, so that it is not the one");
    let from = stream.local_addr().unwrap();
    let refused = rig.figures(|figures| !figures.refused.is_empty()).await.refused;
    assert_eq!(refused, [format!("{from}: the machine could not connect to port 5432 of db-01")]);
    rig.tell(Event::NoConnection).await;
    let refused = rig.figures(|figures| figures.refused.len() == 2).await.refused;
    assert_eq!(refused[1], "the machine could not connect to port 5432 of db-01", "of a connection that is gone");
    let (mut next, id) = rig.connect().await;
    rig.close(id).await;
    assert_eq!(whole(&mut next).await, b"", "which that one has nothing to do with");
}

#[tokio::test]
async fn with_the_session_connections_are_reset_and_the_port_is_free() {
    let mut rig = Rig::ready(patient()).await;
    let (mut open, _) = rig.connect().await;
    let (mut closed, id) = rig.connect().await;
    rig.send(id, b"all there is").await;
    rig.close(id).await;
    rig.tell(Event::Ended(Ending::Closed("Forwarding to IP address 169.254.169.254 is forbidden.".into()))).await;
    assert!(matches!(rig.carried.events.recv().await, Some(Event::Ended(Ending::Closed(_)))));
    assert_eq!(rig.carried.events.recv().await, None);
    is_reset(&mut open).await;
    assert_eq!(whole(&mut closed).await, b"all there is");
    assert_eq!(Bound::bind(rig.port).await.unwrap().port(), rig.port);
}

#[tokio::test]
async fn dropped_it_resets_what_is_open() {
    let mut rig = Rig::ready(patient()).await;
    let (mut open, id) = rig.connect().await;
    rig.send(id, b"a part").await;
    let mut part = [0; 6];
    open.read_exact(&mut part).await.unwrap();
    drop(rig.carried);
    is_reset(&mut open).await;
}

#[tokio::test]
async fn more_than_the_most_are_reset_with_the_reason() {
    let mut rig = Rig::ready(patient()).await;
    let mut open = Vec::new();
    for _ in 0..MOST_CONNECTIONS {
        open.push(rig.connect().await);
    }
    let mut over = TcpStream::connect((Ipv4Addr::LOCALHOST, rig.port)).await.unwrap();
    is_reset(&mut over).await;
    let refused = rig.figures(|figures| !figures.refused.is_empty()).await.refused;
    assert!(refused[0].ends_with("64 connections are open already, which is the most"), "{refused:?}");
}

#[tokio::test]
async fn what_is_not_smux_ends_the_session_with_words() {
    let mut rig = Rig::ready(patient()).await;
    let (mut open, _) = rig.connect().await;
    rig.tell(Event::Output(Bytes::from_static(b"SSH-2.0-OpenSSH"))).await;
    let ended = rig.carried.events.recv().await;
    let Some(Event::Ended(Ending::Failed(why))) = ended else { panic!("{ended:?}") };
    assert_eq!(why, "the machine sent what is not smux (version 83, command 83)");
    is_reset(&mut open).await;
}

#[tokio::test]
async fn an_old_agent_carries_one_connection_after_the_other() {
    let bound = Bound::bind(0).await.unwrap();
    let port = bound.port();
    let (channel, mut mate) = Channel::pair();
    let patience = Patience { answers: Duration::from_millis(50), readers: EVER };
    let mut carried = bound.carry_with(channel, "port 22 of old-01".into(), patience);
    for event in [Event::Raw, Event::Ready { message: String::new() }] {
        mate.events.send(event).await.unwrap();
    }
    assert!(matches!(carried.events.recv().await, Some(Event::Ready { .. })));
    let mut first = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    first.write_all(b"one").await.unwrap();
    assert_eq!(mate.input.recv().await, Some(Input::Bytes("one".into())));
    let mut second = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    second.write_all(b"two").await.unwrap();
    mate.events.send(Event::Output("for one".into())).await.unwrap();
    first.shutdown().await.unwrap();
    assert_eq!(mate.input.recv().await, Some(Input::Disconnect));
    // What comes now was for the first; the second is not there before it can be told apart.
    mate.events.send(Event::Output("late".into())).await.unwrap();
    assert_eq!(whole(&mut first).await, b"for one");
    assert_eq!(mate.input.recv().await, Some(Input::Bytes("two".into())));
    mate.events.send(Event::Output("for two".into())).await.unwrap();
    let mut got = [0; 7];
    second.read_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"for two");
    mate.events.send(Event::NoConnection).await.unwrap();
    is_reset(&mut second).await;
}

#[tokio::test]
async fn the_machine_is_told_that_its_port_is_wanted_no_more() {
    let mut rig = Rig::ready(patient()).await;
    let (mut stream, _) = rig.connect().await;
    drop(rig.carried);
    assert_eq!(rig.mate.input.recv().await, Some(Input::Terminate));
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    rig.mate.events.send(Event::Ended(Ending::Closed(String::new()))).await.unwrap();
    assert_eq!(rig.mate.input.recv().await, None, "the channel goes");
}

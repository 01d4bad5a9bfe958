//! Forwarded ports from end to end: local programs, the engine's listener, a channel over sockets, the agent, and what answers
//! behind it.

use std::io::ErrorKind;

use alert_whisperer::core::id::SessionId;
use alert_whisperer::core::session::{End, Kind, Session, Stage, Wish};
use alert_whisperer::demo::aws::world::Service;
use alert_whisperer::link::session::{Live, Size, Talk, Talked};
use alert_whisperer::link::{Refusal, Reply, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::rig::{ACME, PATIENCE, Rig, WEB, fast, instance, tenant, world};

/// What answers behind the machine.
#[derive(Clone, Copy)]
enum Answers {
    /// With what comes, until nothing more does.
    Same,
    /// To a line with so many bytes, and then no more.
    Bytes(usize),
}

async fn service(answers: Answers) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = vec![0; 16 << 10];
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    match answers {
                        Answers::Same => stream.write_all(&buffer[..read]).await.unwrap(),
                        // Whoever is gone wants no answer.
                        Answers::Bytes(many) => return stream.write_all(&pattern(many)).await.unwrap_or_default(),
                    }
                }
            });
        }
    });
    port
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 + at / 251) as u8).collect()
}

fn port(port: u16) -> Kind {
    Kind::Forward { host: None, port, local: 0 }
}

async fn talk(rig: &Rig, talk: Talk) -> Result<Talked, Refusal> {
    match rig.ask("priya", Request::Session(talk)).await? {
        Reply::Talked(talked) => Ok(talked),
        other => panic!("{other:?}"),
    }
}

async fn ask_for(rig: &Rig, kind: Kind) -> SessionId {
    let wish = Wish { incident: None, instance: instance(WEB), asset: "web-03".into(), kind };
    let open = Talk::Open { tenant: tenant(ACME), wish: Box::new(wish), size: Size::default() };
    let Talked::Opening(id) = talk(rig, open).await.unwrap() else { panic!() };
    id
}

/// Waits until the session is so, or over.
async fn until(rig: &Rig, id: &SessionId, is_so: impl Fn(&Live) -> bool) -> Live {
    let mut live = Live::default();
    let wait = async {
        loop {
            let read = Talk::Read { session: id.clone(), seen: 0, version: live.version };
            let Talked::Piece(piece) = talk(rig, read).await.unwrap() else { panic!() };
            live = piece.live.unwrap_or(live.clone());
            if is_so(&live) || piece.over {
                return live.clone();
            }
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("it never came to that")
}

/// A session once it is open, or over.
async fn session(rig: &Rig, id: &SessionId) -> Session {
    once(rig, id, |session| session.is_over() || session.local_port.is_some()).await
}

async fn over(rig: &Rig, id: &SessionId) -> Session {
    once(rig, id, Session::is_over).await
}

async fn once(rig: &Rig, id: &SessionId, is_so: impl Fn(&Session) -> bool) -> Session {
    let mut seat = rig.seat().await;
    let by = tokio::time::Instant::now() + PATIENCE;
    loop {
        match seat.board.session(id) {
            Some(session) if is_so(session) => return (**session).clone(),
            known => {
                let shown = format!("{known:#?}");
                let heard = tokio::time::timeout_at(by, seat.hear()).await;
                assert!(heard.is_ok(), "it never came to that: {shown}");
            }
        }
    }
}

/// A forward that is open, and where.
async fn open(rig: &Rig, kind: Kind) -> (SessionId, u16) {
    let id = ask_for(rig, kind).await;
    let opened = session(rig, &id).await;
    assert_eq!(opened.stage, Stage::Open);
    (id, opened.local_port.unwrap())
}

/// Connects, and leaves what becomes of it after that to whoever reads.
async fn connect(local: u16) -> TcpStream {
    let connected = tokio::task::spawn_blocking(move || std::net::TcpStream::connect(("127.0.0.1", local)));
    let stream = connected.await.unwrap().unwrap();
    stream.set_nonblocking(true).unwrap();
    TcpStream::from_std(stream).unwrap()
}

async fn whole(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all)).await.expect("it hangs").unwrap();
    all
}

async fn is_reset(stream: &mut TcpStream) {
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await.expect("it hangs");
    assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_programs_go_through_one_port_side_by_side() {
    let rig = Rig::start().await;
    let (id, local) = open(&rig, port(service(Answers::Same).await)).await;
    let programs = (0..8).map(|number| {
        tokio::spawn(async move {
            let bytes = pattern(30_000 + number);
            let mut stream = connect(local).await;
            let (mut from, mut to) = stream.split();
            let mut back = vec![0; bytes.len()];
            let (wrote, read) = tokio::join!(to.write_all(&bytes), from.read_exact(&mut back));
            wrote.unwrap();
            read.unwrap();
            assert!(back == bytes, "of {number}");
        })
    });
    for program in programs.collect::<Vec<_>>() {
        tokio::time::timeout(PATIENCE, program).await.expect("it hangs").unwrap();
    }
    let live = until(&rig, &id, |live| live.bytes_out >= 240_028 && live.connections.is_empty()).await;
    assert_eq!((live.bytes_out, live.refused.len()), (240_028, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_closes_its_side_after_a_request_gets_the_whole_reply() {
    let rig = Rig::start().await;
    let (_, local) = open(&rig, port(service(Answers::Bytes(300_000)).await)).await;
    let mut stream = connect(local).await;
    stream.write_all(b"GET /\n").await.unwrap();
    stream.shutdown().await.unwrap();
    assert!(whole(&mut stream).await == pattern(300_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_stalls_gets_it_all_when_it_goes_on() {
    let rig = Rig::start().await;
    let (id, local) = open(&rig, port(service(Answers::Bytes(4 << 20)).await)).await;
    let mut stream = connect(local).await;
    stream.write_all(b"all\n").await.unwrap();
    // It reads nothing before as much waits as can wait.
    let mut before = 0;
    loop {
        let now = until(&rig, &id, |live| live.bytes_in > before).await.bytes_in;
        if now > 256 << 10 {
            break;
        }
        before = now;
    }
    assert!(whole(&mut stream).await == pattern(4 << 20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_port_resets_and_says_which() {
    let rig = Rig::start().await;
    let dead = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port();
    let (id, local) = open(&rig, port(dead)).await;
    let mut stream = connect(local).await;
    let from = stream.local_addr().unwrap();
    is_reset(&mut stream).await;
    let live = until(&rig, &id, |live| !live.refused.is_empty()).await;
    assert_eq!(live.refused, [format!("{from}: the machine could not connect to web-03:{dead}")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_behind_the_machine_is_reached_and_the_metadata_service_is_not() {
    let mut world = world();
    let at = ([127, 0, 0, 1], service(Answers::Same).await).into();
    world.services.push(Service { host: "db.internal".into(), port: 5432, at });
    let rig = Rig::with(world, fast()).await;
    let behind = |host: &str, port| Kind::Forward { host: Some(host.into()), port, local: 0 };
    let (_, local) = open(&rig, behind("db.internal", 5432)).await;
    let mut stream = connect(local).await;
    stream.write_all(b"select").await.unwrap();
    let mut answer = [0; 6];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"select");
    let id = ask_for(&rig, behind("169.254.169.254", 80)).await;
    until(&rig, &id, |_| false).await;
    let refused = over(&rig, &id).await;
    let Stage::Ended { how: End::NotOpened | End::Broken, why } = &refused.stage else { panic!("{refused:?}") };
    assert_eq!(why.as_deref(), Some("Forwarding to IP address 169.254.169.254 is forbidden."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_session_its_port_and_its_connections_end() {
    let rig = Rig::start().await;
    let (id, local) = open(&rig, port(service(Answers::Same).await)).await;
    let mut stream = connect(local).await;
    stream.write_all(b"x").await.unwrap();
    stream.read_exact(&mut [0]).await.unwrap();
    talk(&rig, Talk::End { session: id.clone() }).await.unwrap();
    is_reset(&mut stream).await;
    until(&rig, &id, |_| false).await;
    assert_eq!(TcpStream::connect(("127.0.0.1", local)).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    let over = over(&rig, &id).await;
    assert!(matches!(over.stage, Stage::Ended { how: End::Closed, .. }) && over.recording.is_none(), "{over:?}");
    assert_eq!(rig.count("TerminateSession"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_local_port_that_is_taken_is_said_before_aws_is_asked() {
    let rig = Rig::start().await;
    let taken = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let local = taken.local_addr().unwrap().port();
    let id = ask_for(&rig, Kind::Forward { host: None, port: 80, local }).await;
    let refused = session(&rig, &id).await;
    let words = format!("port {local} of this computer is in use; take another, or 0 for one that is free");
    assert_eq!(refused.stage, Stage::Ended { how: End::NotOpened, why: Some(words) });
    assert_eq!(rig.count("StartSession"), 0);
}

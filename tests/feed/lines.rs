//! A line like that of somebody at home: it is slow, stalls as TCP does when packets are lost, and breaks.

use std::net::SocketAddr;
use std::time::Duration;

use alert_whisperer::core::digest::digest;
use alert_whisperer::core::role::Role;
use alert_whisperer::link::{Listing, Request};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::rig::{House, Seat};

/// What a line is like.
#[derive(Clone, Copy)]
struct Line {
    /// From one end to the other.
    delay: Duration,
    /// Of a hundred pieces, so many are lost and sent again after a pause that is felt.
    lost: u64,
    pause: Duration,
    /// It breaks after so many bytes to the seat, and each time after twice as many: what has piled up meanwhile comes through
    /// some time, however fast the engine is.
    breaks_after: usize,
}

/// Carries connections to `to`.
async fn line(to: SocketAddr, line: Line) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut most = line.breaks_after;
        while let Ok((seat, _)) = listener.accept().await {
            let breaks_after = most;
            most = most.saturating_mul(2);
            tokio::spawn(async move {
                let engine = TcpStream::connect(to).await.unwrap();
                let ((from_seat, to_seat), (from_engine, to_engine)) = (seat.into_split(), engine.into_split());
                tokio::select! {
                    () = carry(from_seat, to_engine, line, usize::MAX) => {}
                    () = carry(from_engine, to_seat, line, breaks_after) => {}
                }
            });
        }
    });
    address
}

async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, line: Line, most: usize) {
    let (sent, mut arriving) = mpsc::channel::<(Instant, Vec<u8>)>(256);
    let read = async move {
        let mut dice = 9_u64;
        loop {
            let mut piece = vec![0; 1_400];
            let Ok(n @ 1..) = from.read(&mut piece).await else { return };
            piece.truncate(n);
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let lost = (dice >> 33) % 100 < line.lost;
            let at = Instant::now() + line.delay + if lost { line.pause } else { Duration::ZERO };
            if sent.send((at, piece)).await.is_err() {
                return;
            }
        }
    };
    let write = async move {
        let mut carried = 0;
        // What comes after a lost piece waits for it.
        while let Some((at, piece)) = arriving.recv().await {
            sleep_until(at).await;
            carried += piece.len();
            if carried > most || to.write_all(&piece).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(read, write);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seat_on_a_slow_line_that_breaks_again_and_again_is_right_in_the_end() {
    let house = House::of(&["acme"]).await;
    let token = house.person("priya", Role::Lead, &["*"]).await;
    let delay = Duration::from_millis(15);
    let bad = Line { delay, lost: 5, pause: 2 * delay, breaks_after: 3_000 };
    let address = line(house.address, bad).await;
    let mut seat = Seat::sit(address, &token, None).await.unwrap();
    seat.until(|board| !board.tenants.is_empty()).await;
    let alerts = async {
        for n in 0..120 {
            house.alert("acme", &format!("web-{n}")).await;
        }
    };
    let seat = async {
        let (mut resumed, mut again) = (0, 0);
        while seat.board.open() < 120 {
            if seat.next().await.is_none() {
                let (board, revision) = (std::mem::take(&mut seat.board), seat.board.revision);
                resumed += seat.resumed;
                again += 1;
                // A snapshot that broke off is begun again.
                let since = Some(board.revision.max(revision)).filter(|revision| *revision > 0);
                seat = Seat::sit(address, &token, since).await.unwrap();
                seat.board = board;
            }
        }
        resumed += seat.resumed;
        (seat, resumed, again)
    };
    let ((), (seat, resumed, again)) = tokio::join!(alerts, seat);
    assert!(again > 0 && resumed > 0, "the line never broke: {again}, {resumed}");
    assert_eq!(digest(&seat.board), digest(&house.board().await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_300_ms_and_5_percent_lost_what_happens_is_seen_and_what_is_asked_is_answered() {
    let house = House::of(&["acme"]).await;
    let token = house.person("priya", Role::Lead, &["*"]).await;
    let delay = Duration::from_millis(150);
    let address = line(house.address, Line { delay, lost: 5, pause: 2 * delay, breaks_after: usize::MAX }).await;
    let mut seat = Seat::sit(address, &token, None).await.unwrap();
    for n in 0..20 {
        house.alert("acme", &format!("web-{n}")).await;
    }
    seat.until(|board| board.open() == 20).await;
    seat.ask(&Request::Incidents(Listing { limit: 5, ..Listing::default() })).await.unwrap();
    assert_eq!(digest(&seat.board), digest(&house.board().await));
    assert_eq!(seat.snapshots, 1, "nothing was lost for good");
}

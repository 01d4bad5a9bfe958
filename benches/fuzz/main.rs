//! `cargo bench --bench fuzz [-- SECONDS [SEED]]`: throws random, spoiled and truncated HTTP, TLS and WebSocket bytes at a
//! running engine, once in the clear and once over TLS, and watches that it says no, that good requests are answered all the
//! while, and that it does not grow.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod bytes;
mod dice;
mod target;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio_rustls::rustls::ClientConfig;

use bytes::{Known, NASTY};
use dice::{Dice, spoil};
use target::{Target, connect, session};

/// Threads that throw, at each engine.
const THROWERS: usize = 3;
/// Silent connections that are held open at each engine meanwhile; they are opened again when they are closed.
const SILENT: usize = 200;
/// How long an answer is listened for.
const PATIENCE: Duration = Duration::from_millis(30);
/// What an engine may grow by from the end of the first tenth to the end of the last, in KiB.
const GROWTH: u64 = 16 << 10;

/// What was thrown, and what came of it.
#[derive(Default)]
struct Tally {
    connections: AtomicU64,
    bytes: AtomicU64,
    /// Connections on which anything came back, and the others.
    answered: AtomicU64,
    closed: AtomicU64,
    /// Answers in HTTP, by the first digit of their status.
    by_class: [AtomicU64; 6],
    /// Statuses that nobody should ever see.
    broken: AtomicU64,
}

impl Tally {
    /// Looks at the beginning of what came.
    fn look(&self, answer: &[u8]) {
        let Some(status) = answer.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3)) else { return };
        if let Some(class) = self.by_class.get(usize::from(status[0] - b'0')) {
            class.fetch_add(1, Ordering::Relaxed);
        }
        // Busy is an answer; at a loss is none.
        if status[0] == b'5' && status != b"503" {
            println!("answered {}", String::from_utf8_lossy(answer.split(|c| *c == b'\r').next().unwrap_or_default()));
            self.broken.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let (seconds, seed) = (numbers.next().unwrap_or(600), numbers.next().unwrap_or(1));
    let targets = [Target::start("plain", false), Target::start("tls", true)];
    let (over, tally) = (AtomicBool::new(false), Tally::default());
    println!("seed {seed}, {seconds} s, {THROWERS} throwers and {SILENT} silent connections at each of two engines");
    let faults = std::thread::scope(|scope| {
        for (number, target) in (0..).zip(&targets) {
            let (over, tally) = (&over, &tally);
            for thrower in 0..THROWERS {
                let seed = seed << 16 | number << 8 | u64::try_from(thrower).unwrap();
                scope.spawn(move || throw(target, &mut Dice(seed), over, tally));
            }
            scope.spawn(move || hold(target, over));
        }
        let faults = watch(&targets, Duration::from_secs(seconds));
        over.store(true, Ordering::Relaxed);
        faults
    });
    let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
    println!(
        "{} connections, {} MiB thrown, {} answered, {} closed without an answer",
        count(&tally.connections),
        count(&tally.bytes) >> 20,
        count(&tally.answered),
        count(&tally.closed)
    );
    let classes: Vec<_> = (1..6).map(|class| format!("{class}xx {}", count(&tally.by_class[class]))).collect();
    println!("answers: {}", classes.join(", "));
    let broken = usize::try_from(count(&tally.broken)).unwrap();
    let faults = targets.into_iter().map(Target::end).sum::<usize>() + faults + broken;
    println!("{faults} faults");
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Looks at both every second; the good requests that got no answer, and engines that grew.
fn watch(targets: &[Target], length: Duration) -> usize {
    let began = Instant::now();
    let step = length / 10;
    let (mut faults, mut tenths) = (0, vec![Vec::new(); targets.len()]);
    let mut slowest = Duration::ZERO;
    let mut due = step;
    while began.elapsed() < length {
        std::thread::sleep(Duration::from_secs(1).min(step));
        for target in targets {
            match target.good() {
                Some(took) => slowest = slowest.max(took),
                None => {
                    println!("{:5}  a good request got no answer after {:?}", target.name, began.elapsed());
                    faults += 1;
                }
            }
        }
        if began.elapsed() >= due {
            due += step;
            for (target, figures) in targets.iter().zip(&mut tenths) {
                let resident = target.figure("VmRSS");
                figures.push(resident);
                println!(
                    "{:5}  {:4} s  RSS {resident} KiB, peak {} KiB, {} threads, {} files",
                    target.name,
                    began.elapsed().as_secs(),
                    target.figure("VmHWM"),
                    target.figure("Threads"),
                    target.files()
                );
            }
        }
    }
    println!("slowest good request: {slowest:?}");
    for (target, figures) in targets.iter().zip(&tenths) {
        let (Some(first), Some(last)) = (figures.first(), figures.last()) else { continue };
        let grown = last.saturating_sub(*first);
        println!("{:5}  RSS {first} KiB -> {last} KiB", target.name);
        faults += usize::from(grown > GROWTH);
    }
    faults
}

/// Throws until it is over.
fn throw(target: &Target, dice: &mut Dice, over: &AtomicBool, tally: &Tally) {
    while !over.load(Ordering::Relaxed) {
        let Some(mut stream) = connect(target.address, PATIENCE) else { continue };
        tally.connections.fetch_add(1, Ordering::Relaxed);
        let answered = match &target.tls {
            Some(config) => encrypted(&mut stream, config, target, dice, tally),
            None => in_the_clear(&mut stream, &target.known, dice, tally),
        };
        let count = if answered { &tally.answered } else { &tally.closed };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Something that looks like a request, or does not.
fn something(known: &Known, dice: &mut Dice) -> Vec<u8> {
    let mut thrown = match dice.below(8) {
        0 => {
            let length = dice.below(4_096);
            dice.bytes(length)
        }
        1 => [bytes::request(dice, known), bytes::request(dice, known)].concat(),
        2 => [bytes::upgrade(dice, known), bytes::frames(dice)].concat(),
        _ => bytes::request(dice, known),
    };
    if !dice.one_in(16) {
        spoil(dice, &mut thrown, NASTY);
    }
    thrown
}

fn in_the_clear(stream: &mut TcpStream, known: &Known, dice: &mut Dice, tally: &Tally) -> bool {
    // A feed that was opened as it should be, and then frames that are not.
    let feed = known.token.is_some() && dice.one_in(6);
    let thrown = if feed { bytes::upgrade(dice, known) } else { something(known, dice) };
    let answered = exchange(stream, &thrown, dice, tally);
    for _ in 0..dice.below(4) {
        let mut thrown = if feed { bytes::frames(dice) } else { something(known, dice) };
        if feed && !dice.one_in(4) {
            spoil(dice, &mut thrown, NASTY);
        }
        if !exchange(stream, &thrown, dice, tally) {
            break;
        }
    }
    leave(stream, dice);
    answered
}

fn encrypted(
    stream: &mut TcpStream,
    config: &Arc<ClientConfig>,
    target: &Target,
    dice: &mut Dice,
    tally: &Tally,
) -> bool {
    let mut session = session(config);
    match dice.below(4) {
        // A hello with something wrong in it, or half of one, or something else.
        0 => {
            let mut hello = Vec::new();
            session.write_tls(&mut hello).unwrap();
            if dice.one_in(8) {
                hello = something(&target.known, dice);
            }
            spoil(dice, &mut hello, NASTY);
            let answered = exchange(stream, &hello, dice, tally);
            leave(stream, dice);
            answered
        }
        // A good handshake, and then records that are none.
        1 => {
            let mut answered = session.complete_io(stream).is_ok();
            let mut record = Vec::new();
            let _ = session.writer().write_all(&something(&target.known, dice));
            while session.wants_write() && session.write_tls(&mut record).is_ok() {}
            spoil(dice, &mut record, NASTY);
            answered &= exchange(stream, &record, dice, tally);
            leave(stream, dice);
            answered
        }
        // What is thrown in the clear, over a good connection.
        _ => {
            let mut answered = false;
            for _ in 0..=dice.below(3) {
                let thrown = something(&target.known, dice);
                tally.bytes.fetch_add(u64::try_from(thrown.len()).unwrap(), Ordering::Relaxed);
                let mut tls = tokio_rustls::rustls::Stream::new(&mut session, stream);
                if tls.write_all(&thrown).is_err() {
                    break;
                }
                let mut answer = [0; 4_096];
                if let Ok(read @ 1..) = tls.read(&mut answer) {
                    tally.look(&answer[..read]);
                    answered = true;
                }
            }
            leave(stream, dice);
            answered
        }
    }
}

/// Writes in pieces and listens for a moment; whether anything came.
fn exchange(stream: &mut TcpStream, thrown: &[u8], dice: &mut Dice, tally: &Tally) -> bool {
    let mut rest = thrown;
    while !rest.is_empty() {
        let piece = if dice.one_in(3) { 1 + dice.below(rest.len()) } else { rest.len() };
        let (now, later) = rest.split_at(piece.min(rest.len()));
        if stream.write_all(now).is_err() {
            break;
        }
        tally.bytes.fetch_add(u64::try_from(now.len()).unwrap(), Ordering::Relaxed);
        rest = later;
    }
    let mut answer = [0; 4_096];
    let read = stream.read(&mut answer).unwrap_or(0);
    tally.look(&answer[..read]);
    read > 0
}

/// Goes: politely, halfway, or by slamming the door.
fn leave(stream: &TcpStream, dice: &mut Dice) {
    // It may be closed already.
    if dice.one_in(3) {
        let _ = stream.shutdown(Shutdown::Write);
    }
}

/// Keeps silent connections open, and some that say a byte now and then.
fn hold(target: &Target, over: &AtomicBool) {
    let mut held: Vec<Option<TcpStream>> = (0..SILENT).map(|_| None).collect();
    while !over.load(Ordering::Relaxed) {
        for (number, place) in held.iter_mut().enumerate() {
            let closed = match place {
                Some(stream) if number % 2 == 0 => stream.write_all(b"G").is_err(),
                Some(stream) => {
                    let _ = stream.set_nonblocking(true);
                    matches!(stream.read(&mut [0; 64]), Ok(0))
                }
                None => true,
            };
            if closed {
                *place = connect(target.address, PATIENCE);
            }
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

//! What a session costs: how fast much output comes, and how long a key takes to its echo, with 1,000 alerts a second.
//!
//! `cargo bench --bench session` runs the AWS stand-in and an engine on this machine. Every number stands beside that of a bare
//! copy loop over the same stand-in: a WebSocket that is read and acknowledged, and nothing else. `-- --mib 40 --keys 300
//! --rate 1000 --rounds 3` changes how much is asked for; 0 rounds or keys leave that part out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod bare;
#[path = "../seat/load.rs"]
mod load;
mod place;
mod sides;

use std::time::{Duration, Instant};

use alert_whisperer::demo::aws::StandIn;

use bare::Bare;
use place::Place;
use sides::{Ours, Seat, Side};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What takes so long hangs.
const HANGS: Duration = Duration::from_secs(30);

/// What a shell says when it waits.
const PROMPT: &[u8] = b"$ ";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, otherwise: usize| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)).map_or(otherwise, |text| text.parse().unwrap())
    };
    let (mib, rounds) = (number("--mib", 40), number("--rounds", 3));
    let (keys, rate) = (number("--keys", 300), number("--rate", 1_000));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stand_in = StandIn::start(place::world()).await.unwrap();
        if rounds > 0 {
            bulk(&stand_in, mib, rounds).await;
        }
        if keys > 0 {
            echo(&stand_in, keys, rate).await;
        }
    });
    // The load runs until it is ended.
    std::process::exit(0);
}

/// Much output, from its first byte to its last.
async fn bulk(stand_in: &StandIn, mib: usize, rounds: usize) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = folder.path().join("much");
    let line: Vec<u8> = (b'!'..=b'z').cycle().take(1_023).chain([b'\n']).collect();
    std::fs::write(&file, line.repeat(1_024 * mib)).unwrap();
    let size = mib << 20;
    println!("bulk: {mib} MiB of a shell's output, MiB/s");
    let mut best = [0.0_f64; 2];
    for round in 1..=rounds {
        let bare = Bare::open(stand_in).await;
        let ours = Ours::open(stand_in).await;
        let each = [much(bare, &file, size).await, much(ours, &file, size).await];
        println!("  round {round}: bare copy loop {:.1}, ours {:.1}", each[0], each[1]);
        best = [best[0].max(each[0]), best[1].max(each[1])];
    }
    println!("  ours / bare: {:.2} (0.80 is wanted)", best[1] / best[0]);
}

async fn much<S: Side>(mut side: S, file: &std::path::Path, size: usize) -> f64 {
    until(&mut side, PROMPT).await;
    side.types(format!("stty -echo -opost; printf '<''<'; cat {}; printf '>''>'\r", file.display()).as_bytes()).await;
    let mut came = until(&mut side, b"<<").await;
    let began = Instant::now();
    while came < size + 2 {
        came += side.output().await.len();
    }
    (size >> 20) as f64 / began.elapsed().as_secs_f64()
}

/// Waits for such output, and says how much came behind it.
async fn until<S: Side>(side: &mut S, what: &[u8]) -> usize {
    let mut seen = Vec::new();
    loop {
        let output = tokio::time::timeout(HANGS, side.output()).await;
        let output = output.unwrap_or_else(|_| panic!("nothing more than {:?}", String::from_utf8_lossy(&seen)));
        seen.extend_from_slice(&output);
        if let Some(at) = seen.windows(what.len()).position(|part| part == what) {
            return seen.len() - at - what.len();
        }
    }
}

/// A key, and its echo.
async fn echo(stand_in: &StandIn, keys: usize, rate: usize) {
    let place = Place::fill(stand_in).await;
    println!("echo: {keys} keys, one after the other, in a shell that shows them: milliseconds, median and 95 %");
    for rate in [0, rate] {
        if rate > 0 {
            let senders = place.senders.display().to_string();
            std::thread::spawn(move || load::run(&senders, rate));
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        let bare = key_to_echo(Bare::open(stand_in).await, keys).await;
        let ours = key_to_echo(Ours::open(stand_in).await, keys).await;
        let seat = key_to_echo(Seat::open(&place).await, keys).await;
        println!("  {rate} alerts a second");
        for (who, [median, late]) in [("bare copy loop", bare), ("our channel", ours), ("a seat at an engine", seat)] {
            println!("    {who:<20} {median:>6.2} {late:>6.2}   {:+.2} at the median", median - bare[0]);
        }
    }
    println!("  (a seat within 10 ms of the bare loop is wanted)");
}

async fn key_to_echo<S: Side>(mut side: S, keys: usize) -> [f64; 2] {
    until(&mut side, PROMPT).await;
    side.types(b"stty raw -echo; printf 'rea''dy'; cat\r").await;
    until(&mut side, b"ready").await;
    // The terminal is raw a moment later for sure.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut took = Vec::new();
    for nth in 0..keys {
        let key = b'a' + (nth % 26) as u8;
        let began = Instant::now();
        side.types(&[key]).await;
        until(&mut side, &[key]).await;
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    took.sort_by(f64::total_cmp);
    [took[took.len() / 2], took[took.len() * 95 / 100]]
}

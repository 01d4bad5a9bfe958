//! `cargo bench --bench parsers [-- SECONDS [SEED] [KIND…]]`: every kind of source reads bodies that its tool could have sent and
//! bodies with something wrong in them, and mapping tables are read the same way. Nothing may panic, and nothing may need more than
//! ten times the body in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[path = "../fuzz/dice.rs"]
mod dice;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use alert_whisperer::core::reading::{Context, Head};
use alert_whisperer::core::source::Source;
use alert_whisperer::core::source::kind::Kind;
use alert_whisperer::core::time::{Moment, Span};
use alert_whisperer::engine::interpreter::Interpreter;
use alert_whisperer::receiver::sources::{Sources, mapping};
use dice::{Dice, spoil};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// How many times its size a body may need…
const TIMES: usize = 10;
/// …on top of what any needs.
const ALWAYS: usize = 256 << 10;
/// What a mapping table may need: its patterns are made ready, and each has a bound of its own.
const PATTERNS: usize = 16 << 20;
/// Bytes of a body that is blown up.
const LARGE: usize = 1 << 20;

const NASTY: &[&[u8]] = &[
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"-",
    b"1e308",
    b"18446744073709551616",
    b"\\",
    b"\\u0000",
    b"\\ud83d",
    b"\0",
    b"\x1b[2J",
    b"\xff",
    b"\xc3",
    b"\xe2\x80\xae",
    b"\xf0\x9f\x94\xa5",
    b"&",
    b"=",
    b"%",
    b"%00",
    b"+",
    b"--",
    b"\r\n",
    b"\t",
    b" ",
    b"\"\"",
    b"{}",
    b"[]",
    b"[[[[[[[[[[[[[[[[",
    b"{\"a\":",
    b"0,",
    b"resolved",
    b"9999-12-31T23:59:59Z",
    b"-1",
    b"~1",
    b"/",
    b"#",
    b"=\n",
];

/// What came of one kind's bodies.
#[derive(Default)]
struct Tally {
    bodies: u64,
    bytes: u64,
    read: u64,
    most: f64,
    slowest: Duration,
    faults: u64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse::<u64>().ok());
    let (seconds, seed) = (numbers.next().unwrap_or(600), numbers.next().unwrap_or(1));
    let wanted: Vec<&String> = arguments.iter().filter(|argument| argument.parse::<u64>().is_err()).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| *wanted == name);
    let mut faults = 0;
    println!("seed {seed}, {seconds} s each");
    for kind in Kind::all().filter(|kind| is_wanted(kind.name())) {
        let bodies = samples(kind);
        let source = match kind.name() {
            "custom" => {
                let datadog = "datadog".parse::<Kind>().unwrap();
                Source { mapping: Some(mapping::preset::of(datadog).into()), ..Source::of(kind) }
            }
            _ => Source::of(kind),
        };
        faults += throw(kind.name(), seconds, seed, &bodies, ALWAYS, |body, head, explain| {
            let context = Context { now: Moment(1_795_320_000_000), skew: Span(300_000), head, explain };
            Sources.read(&source, body, context).is_ok()
        });
    }
    if is_wanted("mappings") {
        let tables: Vec<Vec<u8>> = Kind::all().map(|kind| mapping::preset::of(kind).as_bytes().to_vec()).collect();
        let custom = "custom".parse::<Kind>().unwrap();
        faults += throw("mappings", seconds, seed, &tables, PATTERNS, |body, _, _| {
            let table = String::from_utf8_lossy(body).into_owned();
            Sources.check(&Source { mapping: Some(table), ..Source::of(custom) }).is_ok()
        });
    }
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What its tool sends, and what it could be sent by mistake.
fn samples(kind: Kind) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/senders").join(kind.name());
    let files = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let bodies = files.filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        path.is_file() && !name.ends_with(".reading.json") && !name.ends_with(".md")
    });
    let others = [&b"{}"[..], b"[]", b"payload=%7B%7D&a=b", b"\"{}\"", b"[{},{}]", b"a: b", b""];
    bodies.map(|path| fs::read(path).unwrap()).chain(others.map(<[u8]>::to_vec)).collect()
}

/// Throws for `seconds`; says what came of it, and how many faults there were.
fn throw(
    name: &str,
    seconds: u64,
    seed: u64,
    bodies: &[Vec<u8>],
    always: usize,
    mut reads: impl FnMut(&[u8], Head<'_>, bool) -> bool,
) -> u64 {
    let mut dice = Dice(seed ^ name.bytes().fold(0, |sum, byte| sum << 5 ^ u64::from(byte)));
    // Patterns make their room when they are first used.
    for body in bodies {
        reads(body, Head::default(), true);
    }
    let mut tally = Tally::default();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(seconds) {
        let mut body = bodies[dice.below(bodies.len())].clone();
        if !dice.one_in(8) {
            spoil(&mut dice, &mut body, NASTY);
        }
        if dice.one_in(500) {
            blow_up(&mut dice, &mut body);
        }
        let boundary = dice.one_in(20).then_some("multipart/form-data; boundary=x");
        let path = dice.pick(&["", "", "v2/alerts", "v2/alerts/a/close", "//"]);
        let head = Head { content_type: boundary, path, ..Head::default() };
        let explain = dice.one_in(4);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let at = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| reads(&body, head, explain)));
        let took = at.elapsed();
        let used = MEMORY.peak_usage().saturating_sub(before);
        let too_much = used > TIMES * body.len() + always;
        if done.is_err() || too_much {
            tally.faults += 1;
            keep(name, tally.bodies, &body, used);
        }
        tally.bodies += 1;
        tally.bytes += body.len() as u64;
        tally.read += u64::from(done.unwrap_or(false));
        tally.slowest = tally.slowest.max(took);
        if body.len() >= 64 << 10 {
            tally.most = tally.most.max(used as f64 / body.len() as f64);
        }
    }
    println!(
        "{name:16} {:>9} bodies, {:>5} MiB, {:>2} % read, at most {:.1} times a large body in memory, slowest {} ms, {} faults",
        tally.bodies,
        tally.bytes >> 20,
        tally.read * 100 / tally.bodies.max(1),
        tally.most,
        tally.slowest.as_millis(),
        tally.faults,
    );
    tally.faults
}

/// A piece of the body again and again: what costs most for each byte.
fn blow_up(dice: &mut Dice, body: &mut Vec<u8>) {
    let at = dice.below(body.len() + 1);
    let end = (at + 1 + dice.below(400)).min(body.len());
    let small: &[&[u8]] = &[
        b"0,",
        b"{},",
        b"[],",
        b"\"\",",
        b"\"a\":0,",
        b"[",
        b"a=&",
        b"--x\r\n\r\n\r\n",
        b"\\u00e9",
        b"\"a\":{\"a\":",
        b"a\n",
    ];
    let piece = if dice.one_in(2) && end > at { body[at..end].to_vec() } else { dice.pick(small).to_vec() };
    let times = LARGE / piece.len();
    body.splice(at..at, piece.repeat(times));
}

/// Keeps a body that did harm.
fn keep(name: &str, number: u64, body: &[u8], used: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/parsers");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}-{number}"));
    fs::write(&path, body).unwrap();
    println!("{name}: {} bytes needed {used}: {}", body.len(), path.display());
}

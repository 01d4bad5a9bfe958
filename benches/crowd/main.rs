//! What many seats cost one engine, and whether all of them see the same.
//!
//! `cargo bench --bench crowd` starts `serve` with 200 tenants, lets it take 500 alerts a second, first alone and then with 50 seats
//! on, half of them over the network and some of those of three tenants only. At the end the load stops, and every seat's board has
//! to be what a new seat of the same person sees. `-- --seconds 60 --rate 100 --seats 10 --tenants 20` changes what is asked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[path = "../seat/load.rs"]
mod load;
#[path = "../seat/place.rs"]
mod place;
mod seats;

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use place::Place;
use seats::Seats;

/// How long the engine is loaded with nobody looking on.
const ALONE: Duration = Duration::from_secs(60);
/// How many times memory is looked at.
const LOOKS: u32 = 60;
/// How long seats may take to hear what was stored last.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that loads the engine until it is let go.
struct Load(Child);

impl Drop for Load {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let number = |name: &str, otherwise: usize| value(name).map_or(otherwise, |text| text.parse().unwrap());
    let rate = number("--rate", 500);
    if let Some(senders) = value("--load") {
        return load::run(&senders, rate);
    }
    let (tenants, seats) = (number("--tenants", 200), number("--seats", 50));
    let seconds = Duration::from_secs(number("--seconds", 600) as u64);
    let place = Place::fill(tenants, number("--incidents", 2_000));
    let begin = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("--load").arg(&place.senders).args(["--rate", &rate.to_string()]);
        Load(command.spawn().unwrap())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let loading = begin();
    let alone = cores(&place, || std::thread::sleep(ALONE.min(seconds)));
    drop(loading);
    println!("alone   {alone:.2} cores for {rate} alerts a second");

    let mut crowd = runtime.block_on(Seats::sit_down(&place, seats, tenants));
    let loading = begin();
    let mut memory = Vec::new();
    let together = cores(&place, || {
        let until = Instant::now() + seconds;
        while Instant::now() < until {
            runtime.block_on(crowd.look_on(seconds / LOOKS));
            memory.push(place.memory());
        }
    });
    drop(loading);
    println!("crowd   {together:.2} cores with {seats} seats: {:.2} more", together - alone);
    println!("late    {}", crowd.late());
    println!("memory  {}", growth(&memory));
    runtime.block_on(crowd.end(&place, PATIENCE));
}

/// How many cores the engine keeps busy meanwhile.
fn cores(place: &Place, meanwhile: impl FnOnce()) -> f64 {
    let (begun, used) = (Instant::now(), place.cpu_seconds());
    meanwhile();
    (place.cpu_seconds() - used) / begun.elapsed().as_secs_f64()
}

/// How the engine's memory went over the second half.
fn growth(memory: &[u64]) -> String {
    let half = &memory[memory.len() / 2..];
    let mib = |bytes: &u64| *bytes as f64 / f64::from(1 << 20);
    let middle = |part: &[u64]| {
        let mut part = part.to_vec();
        part.sort_unstable();
        mib(&part[part.len() / 2])
    };
    let (earlier, later) = half.split_at(half.len() / 2);
    let (earlier, later) = (middle(earlier), middle(later));
    let most = memory.iter().max().map_or(0.0, mib);
    format!("{earlier:.0} MiB in the third quarter, {later:.0} in the last, {most:.0} at most")
}

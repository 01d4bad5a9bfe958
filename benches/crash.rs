//! `cargo bench --bench crash [-- ROUNDS [SEED]]`: kills the engine at random moments, and counts what was lost.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[path = "../tests/support/crash.rs"]
mod crash;
#[path = "../tests/support/program.rs"]
mod program;

use std::process::ExitCode;
use std::time::Instant;

use crash::Trials;

/// Every so many rounds, one that lasts until what was taken leaves the inbox.
const LONG_EVERY: usize = 10;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let (rounds, seed) = (numbers.next().unwrap_or(100), numbers.next().unwrap_or(1));
    let data_dir = tempfile::tempdir().unwrap();
    let mut trials = Trials::new(data_dir.path(), seed);
    let began = Instant::now();
    for round in 1..=usize::try_from(rounds).unwrap() {
        trials.round(round % LONG_EVERY == 0);
        if round % 10 == 0 {
            println!(
                "{round} rounds, {} alerts acknowledged, {} faults",
                trials.tally.acknowledged,
                trials.tally.faults()
            );
        }
    }
    let tally = trials.end();
    println!("seed         {seed}");
    println!("rounds       {} in {:.0} s, {} kills", tally.rounds, began.elapsed().as_secs_f64(), tally.kills);
    println!("acknowledged {}", tally.acknowledged);
    println!("retried      {} requests without an answer, {} with one", tally.retried, tally.repeated);
    println!("lost         {}", tally.lost);
    println!("doubled      {}", tally.doubled);
    println!("partial      {}", tally.partial);
    println!("untrue       {} answers", tally.untrue);
    println!("miscounted   {} incidents", tally.miscounted);
    if tally.faults() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

//! Nothing acknowledged is lost: the real program, killed at random moments. `cargo bench --bench crash` does more rounds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "crash/audit.rs"]
mod audit;
#[path = "support/crash.rs"]
mod crash;
#[path = "crash/house.rs"]
mod house;
#[path = "support/program.rs"]
mod program;
#[path = "crash/seats.rs"]
mod seats;

use crash::Trials;

#[test]
fn nothing_acknowledged_is_lost_or_doubled_when_the_engine_is_killed() {
    let data_dir = tempfile::tempdir().unwrap();
    let mut trials = Trials::new(data_dir.path(), 1);
    for _ in 0..5 {
        trials.round(false);
    }
    let tally = trials.end();
    assert_eq!(tally.faults(), 0, "{tally:?}");
    assert!(tally.acknowledged > 100 && tally.retried > 0 && tally.repeated > 0, "nothing was tried: {tally:?}");
}

//! Whatever the line does, a megabyte each way arrives to the byte, and the session then ends as it should.

use proptest::prelude::*;

use super::line::{Dice, FAIR, FOUL, Line, Weather};
use crate::aws::session::{Ending, Event};

const MEGABYTE: usize = 1 << 20;

#[derive(Clone, Copy, Debug)]
enum What {
    Shell,
    Encrypted,
    Port,
}

fn weather() -> impl Strategy<Value = Weather> {
    let cut_every = proptest::option::weighted(0.7, 300_i64..5_000);
    (0_u64..25, 0_u64..25, 0_i64..80, 0_i64..200, cut_every)
        .prop_map(|(loss, double, delay, spread, cut_every)| Weather { loss, double, delay, spread, cut_every })
}

fn arrives(what: What, seed: u64, weather: &Weather, bytes: usize) {
    let mut line = match what {
        What::Shell => Line::shell(weather.clone()),
        What::Encrypted => Line::encrypted(weather.clone()),
        What::Port => Line::port(weather.clone()),
    };
    let mut dice = Dice(seed);
    line.dice = Dice(dice.next());
    let (up, down) = (dice.bytes(bytes), dice.bytes(bytes));
    (line.up, line.down) = (up.clone(), down.clone());
    line.connect();
    line.until(|line| line.got_up.len() >= bytes && line.got_down.len() >= bytes);
    // Not with `assert_eq`, which would print them.
    assert!(line.got_up == up, "what was typed came otherwise");
    assert!(line.got_down == down, "what was shown came otherwise");
    line.until(|line| line.client.is_drained());
    line.agent.end(line.now, "");
    line.until(|line| line.ending().is_some() || (line.is_closed && !line.is_client_on));
    let ready = line.events.iter().filter(|event| matches!(event, Event::Ready { .. })).count();
    assert_eq!(ready, 1);
    assert!(matches!(line.ending(), None | Some(Ending::Closed(_))), "{:?}", line.ending());
    assert!(line.got_up == up && line.got_down == down, "something came twice");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_megabyte_each_way_arrives_whatever_the_line_does(
        what in prop_oneof![Just(What::Shell), Just(What::Encrypted), Just(What::Port)],
        seed: u64,
        weather in weather(),
    ) {
        arrives(what, seed, &weather, MEGABYTE);
    }
}

#[test]
fn ten_in_a_hundred_lost_and_doubled_and_a_cut_each_second_lose_nothing_with_and_without_encryption() {
    arrives(What::Shell, 7, &FOUL, 200_000);
    arrives(What::Encrypted, 7, &FOUL, 200_000);
}

#[test]
fn two_megabytes_are_pasted_whole_and_fast_on_a_fair_line() {
    let mut line = Line::shell(FAIR);
    let paste = Dice(3).bytes(2 * MEGABYTE);
    line.up = paste.clone();
    line.connect();
    line.agent.say(line.now, crate::demo::aws::agent::machine::Saying::Output, b"$ ");
    let began = line.now;
    line.until(|line| line.got_up.len() == paste.len());
    assert!(line.got_up == paste);
    // A window of 1,024 messages each round trip of 10 ms, and the first one when the shell is there.
    assert!((line.now - began).0 < 2_000, "{:?}", line.now - began);
}

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::core::audit::Entry;
use crate::core::input::Actor;
use crate::core::time::Moment;

fn record(n: i64) -> Record {
    let by = Actor { who: "priya".into(), seat: "jump01 pts/3".into() };
    Record::of(&by, Moment(1_700_000_000_000 + n), "incident.note", format!("a-i{n}"))
        .with(json!({ "text": format!("\"hash\":\"{n}\"}}\n\u{202e}") }))
}

fn log(entries: i64) -> Vec<String> {
    let mut chain = Chain::after(None);
    (1..=entries).map(|n| chain.seal(&record(n)).text).collect()
}

fn check(log: &[String], known: &[Head]) -> Result<Checked, Broken> {
    verify(log.iter().map(String::as_str), known)
}

fn head(log: &[String], number: usize) -> Head {
    let entry: Entry = serde_json::from_str(&log[number - 1]).unwrap();
    Head { number: entry.number, hash: entry.hash }
}

#[test]
fn an_entry_is_what_the_documentation_says() {
    let [first, second] = &log(2)[..] else { panic!() };
    let entry: Entry = serde_json::from_str(first).unwrap();
    assert_eq!((entry.number, &*entry.previous, entry.record.clone()), (1, NOTHING, record(1)));
    assert!(!first.contains('\n'));
    let without = first.replace(&format!(",\"hash\":\"{}\"}}", entry.hash), "}");
    assert_eq!(hex::encode(Sha256::digest(without.as_bytes())), entry.hash);
    assert_eq!(serde_json::from_str::<Entry>(second).unwrap().previous, entry.hash);
}

#[test]
fn a_chain_goes_on_after_a_restart_as_without_one() {
    let whole = log(5);
    let mut chain = Chain::after(Some(head(&whole, 3)));
    assert_eq!([chain.seal(&record(4)).text, chain.seal(&record(5)).text], whole[3..]);
}

#[test]
fn what_was_done_to_a_log_is_said_with_the_place() {
    let whole = log(6);
    let end = [head(&whole, 6)];
    assert_eq!(check(&whole, &end).unwrap(), Checked { entries: 6, hash: end[0].hash.clone() });
    assert_eq!(check(&[], &[]).unwrap().entries, 0);
    let says = |log: &[String]| check(log, &end).unwrap_err().to_string();

    let mut changed = whole.clone();
    changed[2] = changed[2].replace("priya", "sam");
    assert_eq!(says(&changed), "broken at entry 3: it was changed: its hash is another one");
    let mut without = whole.clone();
    without.drain(2..4);
    assert_eq!(says(&without), "broken at entry 3: the entries 3 to 4 are missing");
    let mut swapped = whole.clone();
    swapped.swap(1, 2);
    assert_eq!(says(&swapped), "broken at entry 2: entry 2 is missing");
    let mut doubled = whole.clone();
    doubled.insert(3, whole[2].clone());
    assert_eq!(says(&doubled), "broken at entry 4: entry 3 stands there: doubled, or in another order");
    assert_eq!(says(&whole[..4]), "broken at entry 5: the log ends before it, and once went on to entry 6");
    assert_eq!(says(&[]), "broken at entry 1: the log ends before it, and once went on to entry 6");
    let mut garbage = whole.clone();
    garbage[5] = "{}".into();
    assert_eq!(says(&garbage), "broken at entry 6: what stands there is no entry");
}

#[test]
fn who_hashes_an_entry_again_is_found_by_the_next_or_by_the_head() {
    let whole = log(4);
    let mut forged = Chain::after(Some(head(&whole, 1)));
    let mut again = whole.clone();
    again[1] = forged.seal(&record(99)).text;
    let what = check(&again, &[]).unwrap_err();
    assert_eq!(
        what.to_string(),
        "broken at entry 3: it does not follow the entry before it: one of 2 and 3 was replaced"
    );
    // All of the rest forged too: only what was known of the log once gives it away.
    again[2] = forged.seal(&record(3)).text;
    again[3] = forged.seal(&record(4)).text;
    assert!(check(&again, &[]).is_ok());
    assert_eq!(check(&again, &[head(&whole, 4)]).unwrap_err().at, 4);
    assert_eq!(check(&again, &[head(&whole, 3)]).unwrap_err().at, 3);
}

proptest! {
    #[test]
    fn no_byte_can_be_changed_unseen(entry in 0..5_usize, at in 0..400_usize, to in any::<u8>()) {
        let mut changed = log(5);
        let end = [head(&changed, 5)];
        let mut bytes = changed[entry].clone().into_bytes();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        changed[entry] = String::from_utf8_lossy(&bytes).into_owned();
        let broken = check(&changed, &end);
        prop_assert!(broken.is_err());
        let found = broken.unwrap_err().at;
        prop_assert!(found == entry as u64 + 1 || found == entry as u64 + 2, "{found}");
    }

    #[test]
    fn no_entry_can_be_taken_moved_or_doubled_unseen(from in 0..6_usize, to in 0..6_usize, what in 0..3) {
        let whole = log(6);
        let mut other = whole.clone();
        match what {
            0 => drop(other.remove(from)),
            1 => other.swap(from, to),
            _ => other.insert(to, whole[from].clone()),
        }
        prop_assume!(other != whole);
        prop_assert!(check(&other, &[head(&whole, 6)]).is_err());
    }
}

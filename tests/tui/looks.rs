//! What a terminal that can do little is sent: no colour where none is wanted, ASCII where nothing else is read.

use super::Terminal;

/// All that a seat sends from its first frame to its end, with a popup and the wall on the way.
fn sent(more: &[(&str, &str)]) -> String {
    let mut terminal = Terminal::open("board 50", more);
    terminal.until_shows("Acme Corp");
    terminal.press("T");
    terminal.until_shows("mono");
    terminal.press("\x1b[B\x1b[B\r");
    terminal.until("the board", |terminal| !terminal.text().contains("mono"));
    terminal.press("w");
    terminal.until_shows("? keys");
    terminal.press("\x03");
    terminal.until_ended();
    terminal.assert_clean();
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    // What the test program says of itself, before and after, is not the seat's.
    let (begin, end) = (raw.find("\x1b[?1049h").unwrap(), raw.rfind("\x1b[?1049l").unwrap());
    raw[begin..end].into()
}

/// The numbers of all colour and attribute sequences.
fn attributes(sent: &str) -> Vec<Vec<u32>> {
    let parts = sent.split("\x1b[").filter_map(|part| part.split_once('m')).map(|(numbers, _)| numbers);
    let numbers = parts.filter(|numbers| numbers.chars().all(|c| c.is_ascii_digit() || c == ';'));
    numbers.map(|numbers| numbers.split(';').filter_map(|number| number.parse().ok()).collect()).collect()
}

fn is_colour(attributes: &[u32]) -> bool {
    attributes.iter().any(|n| matches!(n, 30..=38 | 40..=48 | 90..=97 | 100..=107))
}

#[test]
fn where_no_colour_is_wanted_none_is_sent_and_weight_and_reverse_stay() {
    for more in [vec![("NO_COLOR", "1")], vec![("TERM", "dumb")]] {
        let sent = sent(&more);
        let attributes = attributes(&sent);
        assert!(!attributes.iter().any(|one| is_colour(one)), "{more:?}");
        assert!(attributes.iter().any(|one| one.contains(&1)) && attributes.iter().any(|one| one.contains(&7)));
    }
}

#[test]
fn a_console_of_sixteen_colours_gets_no_others() {
    let sent = sent(&[("TERM", "linux"), ("COLORTERM", "")]);
    let attributes = attributes(&sent);
    assert!(attributes.iter().any(|one| is_colour(one)));
    assert!(!attributes.iter().any(|one| one.contains(&38) || one.contains(&48)));
}

#[test]
fn where_only_ascii_is_read_only_ascii_is_sent() {
    let sent = sent(&[("SEAT_ASCII", "1")]);
    let odd: String = sent.chars().filter(|c| !c.is_ascii()).collect();
    assert!(odd.is_empty(), "{odd}");
}

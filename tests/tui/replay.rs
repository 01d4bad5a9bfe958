//! A recording is played on a real terminal, and nothing of it but its cells gets there.

use portable_pty::CommandBuilder;

use super::Terminal;

/// What a terminal would obey: a title, the clipboard, questions, mouse reports, a string that never ends.
const HOSTILE: &str =
    r"\u001b]0;owned\u0007\u001b]52;c;b3duZWQ=\u0007\u001b[c\u001b[6n\u001b[?1003h\u001b[?2004l\u001bPq#0\u001b\\";

fn play(events: &str, more: &[&str]) -> (Terminal, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("shown.cast");
    let header = r#"{"version":2,"width":80,"height":24,"title":"shell on web-01 (comp_acme-s3)"}"#;
    std::fs::write(&file, format!("{header}\n{events}")).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_alert-whisperer"));
    command.env("HOME", dir.path());
    command.args(["--data-dir", dir.path().to_str().unwrap(), "session", "replay", file.to_str().unwrap()]);
    command.args(more);
    (Terminal::start(command), dir)
}

#[test]
fn a_recording_is_played_and_the_terminal_obeys_nothing_of_it() {
    let events = format!(
        "[0.1, \"o\", \"\\u001b[31mbefore\\u001b[0m {HOSTILE}\\r\\n\"]\n[0.2, \"m\", \"sam watches\"]\n[0.3, \"o\", \"after\"]\n"
    );
    let (mut terminal, _dir) = play(&events, &[]);
    terminal.until_shows("after");
    terminal.until_shows("sam watches");
    terminal.until_shows("end  space pause");
    assert!(terminal.text().starts_with("before"), "{}", terminal.text());
    let red = terminal.screen.screen().cell(0, 0).unwrap().fgcolor();
    assert_eq!(red, vt100::Color::Idx(1));
    terminal.press("q");
    terminal.until_ended();
    terminal.assert_clean();
    let raw = String::from_utf8_lossy(&terminal.raw);
    for obeyed in ["owned", "\x1b]52", "\x1b]0", "\x1b[c", "\x1b[6n", "1003", "\x1bP"] {
        assert!(!raw.contains(obeyed), "{obeyed:?} in {raw:?}");
    }
}

#[test]
fn it_is_paused_goes_on_and_no_long_wait_is_waited_for() {
    let events = "[0.0, \"o\", \"one\\r\\n\"]\n[3600.0, \"o\", \"two\\r\\n\"]\n[90000.0, \"o\", \"three\"]\n";
    let (mut terminal, _dir) = play(events, &["--speed", "16", "--idle-limit", "24"]);
    terminal.until_shows("one");
    terminal.press(" ");
    terminal.until_shows("paused");
    terminal.press(" ");
    terminal.until_shows("three");
    terminal.until_shows("1500:00");
    terminal.press("\x03");
    terminal.until_ended();
    terminal.assert_clean();
}

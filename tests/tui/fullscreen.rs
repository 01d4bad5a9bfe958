//! A session has the terminal: bytes go both ways as they are, the one key comes back, and everything is as it was before.

use super::{Terminal, many};

/// A shell is open, and the terminal is its.
fn handed_over() -> Terminal {
    let mut terminal = Terminal::open("board 5", &[]);
    terminal.until_shows("Acme Corp");
    terminal.press("s");
    terminal.until_shows("Open a shell on");
    terminal.until_shows("y opens it");
    terminal.press("y");
    terminal.until("a prompt", |terminal| terminal.text().contains("$ "));
    terminal.press("\x1d");
    terminal.until_shows("f full screen");
    terminal.press("f");
    terminal.until("the machine's screen", |terminal| {
        !terminal.screen.screen().alternate_screen() && terminal.text().starts_with('$')
    });
    terminal
}

fn back(terminal: &mut Terminal) {
    terminal.until("the board", |terminal| {
        terminal.screen.screen().alternate_screen() && terminal.text().contains("Acme Corp")
    });
}

fn end(mut terminal: Terminal) -> String {
    terminal.press("\x03");
    terminal.until_shows("Quit with 1 session open?");
    terminal.press("e");
    terminal.until_ended();
    terminal.assert_clean();
    terminal.text()
}

#[test]
fn keys_and_bytes_pass_as_they_are_and_one_key_comes_back() {
    let mut terminal = handed_over();
    // Ctrl-C, ctrl-Z, ctrl-\, an arrow, and a key that means something on the board.
    terminal.press("echo\x03\x1a\x1c\x1b[Aq\r");
    terminal.until("the echo", |terminal| {
        terminal.text().matches("$ ").count() >= 2 || terminal.text().lines().count() > 1
    });
    terminal.press("\x1d");
    back(&mut terminal);
    terminal.until_shows("meanwhile");
    let said = end(terminal);
    assert!(said.contains("raw:true size:80x24"), "{said}");
    let typed = said.replace(['\n', '\r'], "");
    assert!(typed.contains("type:echo\\u{3}\\u{1a}\\u{1c}\\u{1b}[Aq\\r"), "{said}");
    assert!(typed.contains("raw:false"), "{said}");
}

#[test]
fn whatever_a_machine_has_set_is_set_back_and_its_answers_are_no_keys() {
    let mut terminal = handed_over();
    terminal.press("modes\r");
    terminal.until_shows("whole screen");
    // The key, as a terminal sends it that was asked to tell all keys apart; then the answers to what the machine asked, the
    // first of which would quit, and the answer to our own question.
    terminal.press("\x1b[27;5;93~");
    terminal.until("the fence", |terminal| terminal.raw.ends_with(b"\x1b[5n"));
    terminal.press("q\x1b[?62;c\x1b]11;rgb:1010/2020/3030\x1b\\\x1b[0n");
    back(&mut terminal);
    terminal.until_shows("meanwhile");
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    let returned = &raw[raw.rfind("\x1b[5n").unwrap() - 400..];
    for set in
        ["\x1b[?1l", "\x1b>", "\x1b[?1003l", "\x1b[?1004l", "\x1b[r", "\x1b[>4;0m", "\x1b]111\x1b\\", "\x1b[23;0t"]
    {
        assert!(returned.contains(set), "{set:?}");
    }
    terminal.press("?");
    terminal.until_shows("Keys that work here");
    end(terminal);
}

#[test]
fn neither_clipboard_nor_title_is_the_machines() {
    let mut terminal = handed_over();
    terminal.press("hostile\r");
    terminal.until_shows("after all");
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    assert!(!raw.contains("aGVsbG8") && !raw.contains("not yours") && !raw.contains("\x1bP"), "{raw:?}");
    let title = raw.rsplit("\x1b]2;").next().unwrap();
    assert!(title.contains("Corp: host-") && title.contains("ctrl-] comes back"), "{title:?}");
    terminal.press("\x1d");
    back(&mut terminal);
    end(terminal);
}

#[test]
fn a_session_that_ends_gives_the_terminal_back_and_says_so() {
    let mut terminal = handed_over();
    terminal.press("exit\r");
    back(&mut terminal);
    terminal.until_shows("ended");
    terminal.press("\x03");
    terminal.until_ended();
    terminal.assert_clean();
}

#[test]
fn another_size_reaches_the_machine() {
    let mut terminal = handed_over();
    terminal.press("sizes\r");
    terminal.until_shows("sizes");
    let size = portable_pty::PtySize { rows: 40, cols: 132, pixel_width: 0, pixel_height: 0 };
    terminal.master.resize(size).unwrap();
    terminal.screen.screen_mut().set_size(many(40), many(132));
    terminal.until_shows("now 132x40");
    terminal.press("\x1d");
    back(&mut terminal);
    end(terminal);
}

#[test]
fn a_signal_leaves_the_terminal_as_it_was_and_the_session_alone() {
    use rustix::process::Signal;
    for signal in [Signal::TERM, Signal::HUP] {
        let mut terminal = handed_over();
        terminal.press("modes\r");
        terminal.until_shows("whole screen");
        terminal.signal(signal);
        terminal.until_ended();
        let said = terminal.text();
        assert!(said.contains("ended: Ok(Ok(Signal))"), "{said}");
        assert!(!said.contains("end ") && !said.contains("detach"), "{said}");
        terminal.assert_clean();
    }
}

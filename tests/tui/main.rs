//! The seat under a real pseudo-terminal: the first frame, keys, and what is left behind, whatever ends it.
//!
//! The program under test is this very file: [`seat_child`] is a seat when it is started with `SEAT` set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod editor;
mod fake;
mod fullscreen;
mod garbage;
mod looks;
mod machine;
mod reload;
mod replay;
#[path = "../support/terminal.rs"]
mod terminal;

use std::time::Instant;

use alert_whisperer::core::input::Actor;
use alert_whisperer::tui::{self, Options, Seat};
use portable_pty::{CommandBuilder, PtySize};

use self::terminal::{PATIENCE, Terminal, many};

/// Not a test: what the others run under a terminal. Without `SEAT` it does nothing.
#[test]
fn seat_child() {
    let Ok(holds) = std::env::var("SEAT") else { return };
    let options = Options {
        embedded: std::env::var("SEAT_EMBEDDED").is_ok(),
        clock: fake::breakable_clock,
        mouse: std::env::var("SEAT_MOUSE").is_ok(),
        wall: std::env::var("SEAT_WALL").is_ok(),
        ascii: std::env::var("SEAT_ASCII").is_ok(),
        ..Options::default()
    };
    let seat = Seat {
        link: fake::link(&holds),
        operator: Actor::named("priya"),
        options,
        keys: Vec::new(),
        base_url: None,
        watch: None,
        memories: None,
    };
    let ended = std::thread::spawn(move || tui::run(seat)).join();
    println!("ended: {ended:?} acts: {}", fake::ACTS.load(std::sync::atomic::Ordering::Acquire));
    println!("told: {}", machine::told());
}

impl Terminal {
    fn open(holds: &str, more: &[(&str, &str)]) -> Self {
        Self::run(CommandBuilder::new(std::env::current_exe().unwrap()), holds, more)
    }

    /// Under a shell with job control, which says so when the seat stops, and continues it.
    fn open_in_shell(holds: &str, more: &[(&str, &str)]) -> Self {
        let mut shell = CommandBuilder::new("/bin/sh");
        shell.args(["-m", "-c", "\"$0\" \"$@\"; [ $? -lt 128 ] || { echo it stopped; fg; }"]);
        shell.arg(std::env::current_exe().unwrap());
        Self::run(shell, holds, more)
    }

    fn run(mut command: CommandBuilder, holds: &str, more: &[(&str, &str)]) -> Self {
        command.args(["--exact", "seat_child", "--nocapture", "--test-threads=1"]);
        command.env("SEAT", holds);
        command.env("RUST_BACKTRACE", "0");
        command.env("TERM", "xterm-256color");
        for (name, value) in more {
            command.env(name, value);
        }
        Self::start(command)
    }

    /// The seat has given the terminal back, and not taken it again.
    fn has_left(&self) -> bool {
        let last = |mark: &[u8]| self.raw.windows(mark.len()).rposition(|bytes| bytes == mark);
        last(b"\x1b[?1049l") > last(b"\x1b[?1049h")
    }

    /// Reads what is left, and waits for the end.
    fn until_ended(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while let Ok(bytes) = self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.take_in(&bytes);
        }
        self.child.wait().unwrap();
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.child.process_id().unwrap().cast_signed()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Everything the seat switched on is off again.
    fn assert_clean(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "alternate screen");
        assert!(!screen.hide_cursor(), "cursor");
        assert!(!screen.bracketed_paste(), "bracketed paste");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(screen.mouse_protocol_encoding(), vt100::MouseProtocolEncoding::Default);
        let raw = String::from_utf8_lossy(&self.raw).into_owned();
        let last = |mode: &str| raw.rfind(&format!("\x1b[?{mode}h")).max(raw.rfind(&format!("\x1b[?{mode}l")));
        for (mode, rest) in [("7", "h"), ("2026", "l"), ("1049", "l"), ("25", "h"), ("2004", "l")] {
            assert!(raw[last(mode).unwrap()..].starts_with(&format!("\x1b[?{mode}{rest}")), "mode {mode}");
        }
        let termios = self.master.get_termios();
        let flags = termios.map(|termios| termios.local_flags);
        // Linux closes the pair with its last holder; then there is nothing to look at.
        if let Some(flags) = flags {
            assert!(format!("{flags:?}").contains("ICANON"), "{flags:?}");
        }
    }
}

#[test]
fn the_first_frame_waits_for_nothing_and_asks_the_terminal_nothing() {
    let mut terminal = Terminal::open("board 5", &[]);
    terminal.until_shows("loading");
    let first = String::from_utf8_lossy(&terminal.raw).into_owned();
    let asks = ["\x1b[c", "\x1b[6n", "\x1b[5n", "\x1b]11;?", "\x1b]10;?", "\x1b[?2026$p", "\x1b[>c"];
    assert!(asks.iter().all(|question| !first.contains(question)), "{first:?}");
    terminal.until_shows("Acme Corp");
    terminal.press("q");
    terminal.until_ended();
    assert!(terminal.text().contains("Quit"), "{}", terminal.text());
    terminal.assert_clean();
}

#[test]
fn signals_leave_the_terminal_as_it_was() {
    use rustix::process::Signal;
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut terminal = Terminal::open("board 5", &[]);
        terminal.until_shows("Acme Corp");
        terminal.signal(signal);
        terminal.until_ended();
        assert!(terminal.text().contains("ended: Ok(Ok(Signal))"), "{}", terminal.text());
        terminal.assert_clean();
    }
}

/// The mouse is on, a popup is open, and text is being typed: whatever is switched on then must be off afterwards.
#[test]
fn signals_leave_the_terminal_as_it_was_whatever_is_switched_on() {
    use rustix::process::Signal;
    for (signal, keys) in [(Signal::TERM, "/web"), (Signal::HUP, ":the"), (Signal::TERM, "w"), (Signal::INT, "T")] {
        let mut terminal = Terminal::open("board 5", &[("SEAT_MOUSE", "1")]);
        terminal.until_shows("Acme Corp");
        assert_eq!(terminal.screen.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::ButtonMotion);
        terminal.press(keys);
        let shows = match keys {
            "w" => "? keys",
            "T" => "high-contrast",
            typed => &typed[1..],
        };
        terminal.until_shows(shows);
        terminal.signal(signal);
        terminal.until_ended();
        assert!(terminal.text().contains("ended: Ok(Ok(Signal))"), "{keys}: {}", terminal.text());
        terminal.assert_clean();
    }
}

#[test]
fn the_mouse_is_given_back_while_the_seat_runs_and_around_a_stop() {
    let mut terminal = Terminal::open_in_shell("board 5", &[]);
    terminal.until_shows("Acme Corp");
    let mode = |terminal: &Terminal| terminal.screen.screen().mouse_protocol_mode();
    terminal.press(":mouse\r");
    terminal.until("mouse", |terminal| mode(terminal) == vt100::MouseProtocolMode::ButtonMotion);
    terminal.press("\x1a");
    terminal.until("stop", |terminal| String::from_utf8_lossy(&terminal.raw).contains("it stopped"));
    terminal.until("return", |terminal| terminal.screen.screen().alternate_screen());
    terminal.until("mouse", |terminal| mode(terminal) == vt100::MouseProtocolMode::ButtonMotion);
    // A click on the second incident, then the wheel over the tenants.
    terminal.press("\x1b[<0;10;8M\x1b[<0;10;8m\x1b[<65;5;3M");
    terminal.press(":mouse\r");
    terminal.until("no mouse", |terminal| mode(terminal) == vt100::MouseProtocolMode::None);
    terminal.press("\x03");
    terminal.until_ended();
    terminal.assert_clean();
}

#[test]
fn a_stop_and_a_continuation_from_outside_leave_the_seat_and_the_terminal_whole() {
    use rustix::process::Signal;
    let mut terminal = Terminal::open("board 5", &[]);
    terminal.until_shows("Acme Corp");
    // Not ours to catch: the system stops the process as it is, and what continues it finds the same screen.
    terminal.signal(Signal::STOP);
    terminal.signal(Signal::CONT);
    terminal.press("?");
    terminal.until_shows("Keys that work here");
    terminal.press("\x03");
    terminal.until_ended();
    terminal.assert_clean();
}

#[test]
fn a_wall_is_left_by_nothing_but_a_yes_or_ctrl_c() {
    let mut terminal = Terminal::open("board 50", &[("SEAT_WALL", "1")]);
    terminal.until_shows("Last alert");
    terminal.press("q");
    terminal.until_shows("Quit the wall?");
    terminal.press("n");
    terminal.until("the wall again", |terminal| !terminal.text().contains("Quit the wall?"));
    terminal.press("w\x1b");
    terminal.until_shows("this seat is a wall");
    terminal.press("qy");
    terminal.until_ended();
    assert!(terminal.text().contains("ended: Ok(Ok(Quit))"), "{}", terminal.text());
    terminal.assert_clean();
}

#[test]
fn a_storm_of_sizes_costs_a_few_frames_and_the_last_one_is_drawn() {
    let mut terminal = Terminal::open("board 50", &[]);
    terminal.until_shows("Acme Corp");
    let before = terminal.raw.len();
    for width in 60..160 {
        terminal.master.resize(PtySize { rows: 40, cols: width, pixel_width: 0, pixel_height: 0 }).unwrap();
    }
    terminal.screen.screen_mut().set_size(many(40), many(159));
    terminal.until_shows("Alerts 0/s");
    let storm = String::from_utf8_lossy(&terminal.raw[before..]).into_owned();
    let frames = storm.matches("\x1b[?2026h").count();
    // A hundred sizes within the time of some frames: far fewer frames than sizes, however slow the machine.
    assert!((1..50).contains(&frames), "{frames}");
    terminal.press("\x03");
    terminal.until_ended();
    terminal.assert_clean();
}

#[test]
fn a_panic_leaves_the_terminal_as_it_was_and_is_told_after() {
    let mut terminal = Terminal::open("board 5", &[("SEAT_BREAKS", "1")]);
    terminal.until_shows("Acme Corp");
    terminal.press("a");
    terminal.until_ended();
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    let (left, told) = (raw.rfind("\x1b[?1049l").unwrap(), raw.find("the planted panic").unwrap());
    assert!(left < told, "{raw}");
    terminal.assert_clean();
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_fg_returns() {
    let mut terminal = Terminal::open_in_shell("board 5", &[]);
    terminal.until_shows("Acme Corp");
    terminal.press("\x1a");
    terminal.until("stop", |terminal| String::from_utf8_lossy(&terminal.raw).contains("it stopped"));
    terminal.until("return", |terminal| terminal.screen.screen().alternate_screen());
    terminal.until_shows("Acme Corp");
    terminal.press("?");
    terminal.until_shows("Keys that work here");
    terminal.press("\x03");
    terminal.until_ended();
    terminal.assert_clean();
}

#[test]
fn nothing_stops_a_seat_that_runs_the_receiver() {
    let more = [("SEAT_EMBEDDED", "1"), ("SEAT_STOPS", "1")];
    let mut terminal = Terminal::open_in_shell("board 5", &more);
    terminal.until_shows("Acme Corp");
    terminal.press("\x1a");
    terminal.until_shows("ctrl-z is off");
    // The engine of this test sends the process SIGTSTP before it answers.
    terminal.press("a");
    terminal.until_shows("acknowledged comp_");
    terminal.press("q");
    terminal.until_ended();
    assert!(!String::from_utf8_lossy(&terminal.raw).contains("it stopped"));
    terminal.assert_clean();
}

#[test]
fn what_was_pressed_just_before_leaving_is_still_done() {
    let mut terminal = Terminal::open("board 5", &[]);
    terminal.until_shows("Acme Corp");
    terminal.press("aq");
    terminal.until_ended();
    assert!(terminal.text().contains("acts: 1"), "{}", terminal.text());
    terminal.assert_clean();
}

#[test]
fn another_size_is_drawn_and_a_paste_runs_no_commands() {
    let mut terminal = Terminal::open("board 50", &[]);
    terminal.until_shows("Acme Corp");
    terminal.master.resize(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 }).unwrap();
    terminal.screen.screen_mut().set_size(many(40), many(120));
    terminal.until_shows("Alerts 0/s");
    terminal.press("\x1b[200~qqq\x1b[201~");
    terminal.until_shows("a paste does nothing here");
    terminal.press("/\x1b[200~host-00007\x1b[201~");
    terminal.until_shows("Incidents 1 of 50");
    terminal.press("\x03");
    terminal.until_ended();
    terminal.assert_clean();
}

#[test]
fn a_frame_is_one_write_between_the_marks_of_a_synchronized_update() {
    let mut terminal = Terminal::open("board 50", &[]);
    terminal.until_shows("Acme Corp");
    terminal.press("\x03");
    terminal.until_ended();
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    let (begins, ends) = (raw.matches("\x1b[?2026h").count(), raw.matches("\x1b[?2026l").count());
    assert!(begins >= 2);
    // Leaving ends an update that may have been open.
    assert_eq!(begins + 1, ends);
}

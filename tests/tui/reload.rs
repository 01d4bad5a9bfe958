//! A seat of the real program, with the engine inside, while its configuration changes.

use portable_pty::CommandBuilder;

use super::Terminal;

#[test]
fn a_seat_takes_what_changes_and_keeps_the_old_when_that_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config.toml");
    let write = |text: &str| std::fs::write(&config, text).unwrap();
    write("[[tenants]]\nid = 'comp_acme'\n");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_alert-whisperer"));
    let place = dir.path().to_str().unwrap();
    command.args(["--data-dir", place, "--config", config.to_str().unwrap(), "--listen", "127.0.0.1:0"]);
    command.env("HOME", place);
    let mut seat = Terminal::start(command);
    seat.until_shows("comp_acme");

    write("[ui]\nmouse = true\n[keys]\nf9 = 'log'\n[[tenants]]\nid = 'comp_acme'\n[[tenants]]\nid = 'comp_bolt'\n");
    seat.until_shows("configuration read again: keys, mouse");
    seat.press("gt");
    seat.until_shows("comp_bolt");
    assert_eq!(seat.screen.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::ButtonMotion);
    seat.press("\x1b[20~");
    seat.until_shows("Log 1 of 1");
    seat.press("\x1b");
    seat.until("panes again", |seat| !seat.text().contains("Log 1 of 1"));

    write("[ui]\nfsp = 3\n");
    seat.press(":reload\r");
    seat.until_shows("CONFIGURATION: config.toml:2: unknown `fsp`; did you mean `fps`?");
    seat.press("\x1b[20~");
    seat.until_shows("configuration not taken");

    write("[[tenants]]\nid = 'comp_acme'\n");
    seat.press("q:reload\r");
    seat.until("no trouble", |seat| !seat.text().contains("CONFIGURATION"));
    assert_eq!(seat.screen.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    seat.signal(rustix::process::Signal::TERM);
    seat.until_ended();
    seat.assert_clean();
}

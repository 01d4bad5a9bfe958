//! From a new critical to a prompt on its machine, at a seat of the program itself, through an engine and the stand-in.

use portable_pty::{CommandBuilder, PtySize};

use super::machines::House;
use super::program::Serve;
use super::terminal::{Terminal, many};

#[test]
fn three_keys_lead_from_a_new_critical_to_a_prompt_on_its_machine() {
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    let program = house.program();
    let mut seat = CommandBuilder::new(program.get_program());
    seat.args(program.get_args());
    seat.env("TERM", "xterm-256color");
    let mut terminal = Terminal::start(seat);
    terminal.master.resize(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 }).unwrap();
    terminal.screen.screen_mut().set_size(many(40), many(120));
    house.client(&serve);
    terminal.until_shows("web-03");
    terminal.press(".");
    terminal.press("s");
    terminal.until_shows("y opens it");
    terminal.press("y");
    terminal.until_shows("sh-5.2$");
    terminal.press("echo $((6 * 7))on it\r");
    terminal.until_shows("42on it");
    assert_eq!(house.stand_in.sessions().len(), 1);
}

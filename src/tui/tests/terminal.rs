//! The pane beside a real terminal: recorded bytes of real programs, drawn by the pane, against what tmux showed of the same bytes.
//! How they were recorded is in `tests/data/terminal/record.sh`. And bytes of no program at all, which must do no harm.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::fixture::{draw, in_front_of, night};
use crate::core::emulator::Emulator;
use crate::core::id::SessionId;
use crate::core::input::Actor;
use crate::link::Reply;
use crate::link::session::{Blob, Piece, Talked};
use crate::tui::app::App;
use crate::tui::sessions::Question;

const PROGRAMS: [&str; 10] =
    ["vim", "vim-wide", "less", "less-end", "htop", "htop-wide", "tmux", "tmux-c", "mc-c", "bash"];

type Look = (Color, Color, Modifier);

/// What tmux showed after a program.
struct Shown {
    cols: u16,
    rows: u16,
    cursor: Option<(u16, u16)>,
    application: bool,
    alternate: bool,
    mouse: bool,
    cells: Vec<Vec<(String, Look)>>,
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/terminal").join(name)
}

fn shown(program: &str) -> Shown {
    let state = std::fs::read_to_string(file(&format!("{program}.state"))).unwrap();
    let numbers = |name: &str| -> Vec<u16> {
        let line = state.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().map(|number| number.parse().unwrap()).collect()
    };
    let (size, cursor) = (numbers("size"), numbers("cursor"));
    let screen = std::fs::read_to_string(file(&format!("{program}.screen"))).unwrap();
    Shown {
        cols: size[0],
        rows: size[1],
        cursor: (cursor[2] == 1).then_some((cursor[0], cursor[1])),
        application: numbers("keys")[0] == 1,
        alternate: numbers("alternate") == [1],
        mouse: numbers("mouse") == [1],
        cells: cells(&screen),
    }
}

/// Reads tmux's capture: text with SGR, and line drawing between SO and SI. A reader of its own, so that nothing of what is
/// tried here is tried against itself.
fn cells(screen: &str) -> Vec<Vec<(String, Look)>> {
    let mut look = (Color::Reset, Color::Reset, Modifier::empty());
    let mut drawing = false;
    let row = |line: &str| {
        let mut row: Vec<(String, Look)> = Vec::new();
        let mut rest = line.chars();
        while let Some(c) = rest.next() {
            match c {
                '\x1b' => {
                    let sequence: String = rest.by_ref().skip(1).take_while(|c| *c != 'm').collect();
                    sgr(&mut look, &sequence);
                }
                '\x0e' | '\x0f' => drawing = c == '\x0e',
                c => {
                    let c = if drawing { drawn(c) } else { c };
                    match c.to_string().width() {
                        0 => row.last_mut().unwrap().0.push(c),
                        width => {
                            row.push((c.to_string(), look));
                            // ratatui has a blank in the second half of a wide character.
                            (1..width).for_each(|_| row.push((" ".into(), look)));
                        }
                    }
                }
            }
        }
        row
    };
    screen.lines().map(row).collect()
}

fn drawn(c: char) -> char {
    "lqkxmjtuvwn~".chars().position(|known| known == c).map_or(c, |at| "┌─┐│└┘├┤┴┬┼·".chars().nth(at).unwrap())
}

fn sgr(look: &mut Look, sequence: &str) {
    let named = |n: u16| {
        use Color::*;
        let all = [
            Black,
            Red,
            Green,
            Yellow,
            Blue,
            Magenta,
            Cyan,
            Gray,
            DarkGray,
            LightRed,
            LightGreen,
            LightYellow,
            LightBlue,
            LightMagenta,
            LightCyan,
            White,
        ];
        all.get(usize::from(n)).copied().unwrap_or(Indexed(u8::try_from(n).unwrap()))
    };
    let codes: Vec<u16> = sequence.split(';').map(|code| code.parse().unwrap_or(0)).collect();
    let mut codes = codes.into_iter();
    while let Some(code) = codes.next() {
        match code {
            0 => *look = (Color::Reset, Color::Reset, Modifier::empty()),
            1 => look.2 |= Modifier::BOLD,
            2 => look.2 |= Modifier::DIM,
            // Italics are not drawn.
            3 | 23 => {}
            4 => look.2 |= Modifier::UNDERLINED,
            7 => look.2 |= Modifier::REVERSED,
            30..=37 => look.0 = named(code - 30),
            90..=97 => look.0 = named(code - 82),
            39 => look.0 = Color::Reset,
            40..=47 => look.1 = named(code - 40),
            100..=107 => look.1 = named(code - 92),
            49 => look.1 = Color::Reset,
            38 | 48 => {
                assert_eq!(codes.next(), Some(5), "{sequence}");
                let colour = named(codes.next().unwrap());
                *if code == 38 { &mut look.0 } else { &mut look.1 } = colour;
            }
            _ => panic!("{sequence}"),
        }
    }
}

/// A seat whose session has exactly that room, after those bytes.
fn after(bytes: &[u8], (cols, rows): (u16, u16), pieces: usize) -> (App, Buffer) {
    let mut world = night();
    let me = Actor { who: "priya".into(), seat: "jump-1 pts/4".into() };
    let id: SessionId = world.shell("comp_acme", 1, &me);
    // The frame, and the two lines at the bottom.
    let (width, height) = (cols + 2, rows + 4);
    let mut app = in_front_of(&world, width, height);
    app.tab_opened(id.clone());
    app.sessions.zoomed = true;
    super::fixture::settled(&mut app, &world, width, height);
    for part in bytes.chunks(pieces) {
        let piece = Piece { bytes: Blob(part.to_vec()), upto: 1, ..Piece::default() };
        app.talked(Question::Read(id.clone()), Ok(Reply::Talked(Talked::Piece(Box::new(piece)))));
    }
    super::fixture::settled(&mut app, &world, width, height);
    let buffer = draw(&app, width, height);
    (app, buffer)
}

#[test]
fn known_screens_of_real_programs_are_those_of_a_real_terminal() {
    for program in PROGRAMS {
        let is = shown(program);
        let bytes = std::fs::read(file(&format!("{program}.bytes"))).unwrap();
        // Whole, and cut where it hurts.
        for pieces in [usize::MAX, 7] {
            let (app, buffer) = after(&bytes, (is.cols, is.rows), pieces);
            for y in 0..is.rows {
                let row = is.cells.get(usize::from(y)).map_or(&[][..], |row| row);
                for x in 0..is.cols {
                    let cell = &buffer[(x + 1, y + 1)];
                    // Behind its last character, tmux tells nothing of a row.
                    let (text, look) = row.get(usize::from(x)).map_or((" ", None), |(text, look)| (text, Some(*look)));
                    assert_eq!(cell.symbol(), text, "{program} at {x},{y}\n{}", super::fixture::text(&buffer));
                    if let Some(look) = look {
                        let (fg, bg, modifier) = (cell.fg, cell.bg, cell.modifier);
                        // Of a blank, neither ink nor weight can be seen.
                        let seen =
                            if text == " " { Modifier::UNDERLINED | Modifier::REVERSED } else { Modifier::all() };
                        let fg = if text == " " && !modifier.contains(Modifier::REVERSED) { look.0 } else { fg };
                        let is = (fg, bg, modifier & seen);
                        assert_eq!(is, (look.0, look.1, look.2 & seen), "{program} at {x},{y}: {text}");
                    }
                }
            }
            let screen = app.sessions.current().unwrap().screen();
            let (line, column) = screen.cursor_position();
            let cursor = (!screen.hide_cursor()).then(|| (column.min(is.cols - 1), line));
            assert_eq!(cursor, is.cursor, "{program}");
            assert_eq!(screen.application_cursor(), is.application, "{program}");
            assert_eq!(screen.alternate_screen(), is.alternate, "{program}");
            assert_eq!(screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None, is.mouse, "{program}");
        }
    }
}

/// Bytes as a program of ill will would send them: mostly sequences, with numbers at their edges.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let number = prop_oneof![Just(String::new()), (0_u32..100).prop_map(|n| n.to_string()), Just("65535".into())];
    let control = (proptest::collection::vec(number, 0..4), "[ -/<-?]?", 0x40_u8..0x7f)
        .prop_map(|(numbers, mark, end)| format!("\x1b[{mark}{}{}", numbers.join(";"), char::from(end)).into_bytes());
    let private = (prop_oneof![Just(1), Just(6), Just(47), Just(1049), Just(25), Just(1002)], any::<bool>())
        .prop_map(|(mode, on)| format!("\x1b[?{mode}{}", if on { 'h' } else { 'l' }).into_bytes());
    let one = prop_oneof![
        4 => control,
        2 => private,
        2 => "[a-z日é\u{301}\u{1f44d}\u{200d}]{1,90}".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 1..8),
        1 => "\x1b[()][0B]|\x1b[78DEHMc]|[\r\n\t\x08\x0e\x0f]".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(one, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_comes_at_whatever_size_the_emulator_stands_and_pieces_do_not_matter(
        parts in proptest::collection::vec((any_bytes(), 1_u16..60, 2_u16..90), 1..4), cut in 1_usize..9,
    ) {
        let (mut whole, mut cut_up) = (Emulator::new(24, 80, 20, ()), Emulator::new(24, 80, 20, ()));
        for (bytes, rows, cols) in &parts {
            whole.process(bytes);
            bytes.chunks(cut).for_each(|piece| cut_up.process(piece));
            whole.resize(*rows, *cols);
            cut_up.resize(*rows, *cols);
        }
        prop_assert_eq!(whole.screen().state_formatted(), cut_up.screen().state_formatted());
        crate::tui::sessions::back::Back::new(whole.screen());
    }
}

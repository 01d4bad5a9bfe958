//! What to send to a terminal so that it shows a screenful: only the cells that changed, each attribute once.
//!
//! Written here instead of taken from a backend for two reasons: a change of one digit of the clock costs 30 bytes instead of
//! 120, and after a character whose width terminals disagree about, the next cell is addressed anew, so that the disagreement
//! ends in its own cell. Sending is left to `terminal`.

use std::io::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// Knows what a terminal shows.
#[derive(Debug)]
pub struct Painter {
    shown: Buffer,
    /// Nothing is known of what the terminal shows.
    lost: bool,
    ink: Ink,
    caret: Option<Position>,
}

/// The attributes that the terminal will give to the next character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Ink {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const PLAIN: Ink = Ink { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

const ATTRIBUTES: [(Modifier, u8); 4] =
    [(Modifier::BOLD, 1), (Modifier::DIM, 2), (Modifier::UNDERLINED, 4), (Modifier::REVERSED, 7)];

impl Painter {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self { shown: Buffer::empty(Rect::default()), lost: true, ink: PLAIN, caret: None }
    }

    /// The terminal may show anything by now: the next screenful is sent whole.
    pub fn forget(&mut self) {
        self.lost = true;
    }

    /// Appends to `out` what makes the terminal show `next`, with its cursor at `caret` or hidden. Appends nothing when it
    /// shows it already.
    pub fn paint(&mut self, next: &Buffer, caret: Option<Position>, out: &mut Vec<u8>) {
        let before = out.len();
        if self.lost || self.shown.area() != next.area() {
            out.extend_from_slice(b"\x1b[0m\x1b[?25l\x1b[2J");
            self.shown = Buffer::empty(*next.area());
            (self.ink, self.caret, self.lost) = (PLAIN, None, false);
        }
        let mut pen = Pen { at: None, next, ink: &mut self.ink, out };
        // A neighbour that may have been painted over, though it did not change.
        let mut doubtful: Option<(u16, u16)> = None;
        for (x, y, cell) in self.shown.diff(next) {
            if let Some(place) = doubtful.take_if(|place| *place != (x, y))
                && let Some(neighbour) = next.cell(place)
            {
                pen.write(place.0, place.1, neighbour);
            }
            pen.write(x, y, cell);
            let was = self.shown.cell((x, y)).map_or(" ", Cell::symbol);
            let beside = x + width(cell.symbol());
            let doubt = !certain(cell.symbol()) || !certain(was);
            doubtful = (doubt && beside < next.area().right()).then_some((beside, y));
        }
        if let Some(place) = doubtful
            && let Some(neighbour) = next.cell(place)
        {
            pen.write(place.0, place.1, neighbour);
        }
        let drew = out.len() > before;
        match (self.caret, caret) {
            (_, Some(to)) if drew || self.caret != caret => {
                go(&mut None, to.x, to.y, out);
                if self.caret.is_none() {
                    out.extend_from_slice(b"\x1b[?25h");
                }
            }
            (Some(_), None) => out.extend_from_slice(b"\x1b[?25l"),
            _ => {}
        }
        self.caret = caret;
        self.shown.clone_from(next);
    }
}

impl Default for Painter {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes cells, and knows where that leaves the terminal's cursor.
struct Pen<'a> {
    at: Option<(u16, u16)>,
    next: &'a Buffer,
    ink: &'a mut Ink,
    out: &'a mut Vec<u8>,
}

impl Pen<'_> {
    fn write(&mut self, x: u16, y: u16, cell: &Cell) {
        self.close_gap(x, y);
        go(&mut self.at, x, y, self.out);
        self.ink.change(cell, self.out);
        self.out.extend_from_slice(cell.symbol().as_bytes());
        let right = self.next.area().right();
        self.at = (x + 1 < right && certain(cell.symbol())).then_some((x + 1, y));
    }

    /// Writes up to three cells again that did not change, where that is shorter than going past them.
    fn close_gap(&mut self, x: u16, y: u16) {
        let Some((from, _)) = self.at.filter(|(from, line)| *line == y && x > *from && x - from <= 3) else { return };
        let cells = || (from..x).filter_map(|x| self.next.cell((x, y)));
        if cells().all(|cell| cell.symbol().is_ascii() && self.ink.serves(cell)) {
            let symbols: String = cells().map(Cell::symbol).collect();
            self.out.extend_from_slice(symbols.as_bytes());
            self.at = Some((x, y));
        }
    }
}

fn width(symbol: &str) -> u16 {
    u16::try_from(symbol.width().max(1)).unwrap_or(1)
}

impl Ink {
    /// The cell looks as it should when it is written with this: of a blank, only the ground can be seen.
    fn serves(self, cell: &Cell) -> bool {
        let seen = Modifier::UNDERLINED | Modifier::REVERSED;
        let blank = cell.symbol() == " " && !self.modifier.intersects(seen) && !cell.modifier.intersects(seen);
        self.bg == cell.bg && (blank || (self.fg == cell.fg && self.modifier == cell.modifier))
    }

    fn change(&mut self, cell: &Cell, out: &mut Vec<u8>) {
        if self.serves(cell) {
            return;
        }
        let next = Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier };
        let mut codes: Vec<u8> = Vec::with_capacity(48);
        // There is no safe way to end one attribute alone: bold and dim share their end.
        let from = if next.modifier.contains(self.modifier) {
            *self
        } else {
            codes.extend_from_slice(b"0;");
            PLAIN
        };
        for (attribute, code) in ATTRIBUTES {
            if next.modifier.contains(attribute) && !from.modifier.contains(attribute) {
                number(&mut codes, code);
            }
        }
        if next.fg != from.fg {
            colour(&mut codes, next.fg, 30);
        }
        if next.bg != from.bg {
            colour(&mut codes, next.bg, 40);
        }
        codes.pop();
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(&codes);
        out.push(b'm');
        *self = next;
    }
}

fn number(codes: &mut Vec<u8>, code: u8) {
    // Writing into a Vec can't fail.
    let _ = write!(codes, "{code};");
}

/// `base` is 30 for ink and 40 for ground.
fn colour(codes: &mut Vec<u8>, colour: Color, base: u8) {
    let bright = base + 60;
    match colour {
        Color::Reset => number(codes, base + 9),
        Color::Black => number(codes, base),
        Color::Red => number(codes, base + 1),
        Color::Green => number(codes, base + 2),
        Color::Yellow => number(codes, base + 3),
        Color::Blue => number(codes, base + 4),
        Color::Magenta => number(codes, base + 5),
        Color::Cyan => number(codes, base + 6),
        Color::Gray => number(codes, base + 7),
        Color::DarkGray => number(codes, bright),
        Color::LightRed => number(codes, bright + 1),
        Color::LightGreen => number(codes, bright + 2),
        Color::LightYellow => number(codes, bright + 3),
        Color::LightBlue => number(codes, bright + 4),
        Color::LightMagenta => number(codes, bright + 5),
        Color::LightCyan => number(codes, bright + 6),
        Color::White => number(codes, bright + 7),
        Color::Indexed(n) => [base + 8, 5, n].into_iter().for_each(|code| number(codes, code)),
        Color::Rgb(r, g, b) => [base + 8, 2, r, g, b].into_iter().for_each(|code| number(codes, code)),
    }
}

fn go(at: &mut Option<(u16, u16)>, x: u16, y: u16, out: &mut Vec<u8>) {
    // Writing into a Vec can't fail.
    let _ = match *at {
        Some((column, line)) if (column, line) == (x, y) => Ok(()),
        Some((column, line)) if line == y && column + 1 == x => out.write_all(b"\x1b[C"),
        Some((column, line)) if line == y && column < x => write!(out, "\x1b[{}C", x - column),
        _ if x == 0 => write!(out, "\x1b[{}H", y + 1),
        _ => write!(out, "\x1b[{};{}H", y + 1, x + 1),
    };
    *at = Some((x, y));
}

/// Every terminal moves on by exactly one column: ASCII, and the signs that the screen itself is drawn with.
fn certain(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    let one = characters.next();
    characters.next().is_none()
        && one.is_some_and(|c| matches!(c, ' '..='~' | '─'..='▟' | '○' | '●' | '▲' | '◆' | '…' | '·' | '×'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    fn painted(painter: &mut Painter, next: &Buffer, caret: Option<Position>) -> String {
        let mut out = Vec::new();
        painter.paint(next, caret, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn seated(text: &str) -> (Painter, Buffer) {
        let buffer = Buffer::with_lines([text, "second"]);
        let mut painter = Painter::new();
        painted(&mut painter, &buffer, None);
        (painter, buffer)
    }

    #[test]
    fn what_is_shown_already_costs_nothing() {
        let (mut painter, buffer) = seated("clock 12:00:00");
        assert_eq!(painted(&mut painter, &buffer, None), "");
    }

    #[test]
    fn one_digit_costs_its_place_and_itself() {
        let (mut painter, mut buffer) = seated("clock 12:00:00");
        buffer.set_string(13, 0, "1", Style::new());
        assert_eq!(painted(&mut painter, &buffer, None), "\x1b[1;14H1");
        buffer.set_string(6, 0, "9", Style::new());
        buffer.set_string(8, 0, "9", Style::new());
        assert_eq!(painted(&mut painter, &buffer, None), "\x1b[1;7H929", "writing the 2 again is shorter than a move");
        buffer.set_string(0, 0, "C", Style::new());
        buffer.set_string(9, 0, "7", Style::new());
        assert_eq!(painted(&mut painter, &buffer, None), "\x1b[1HC\x1b[8C7");
    }

    #[test]
    fn of_a_blank_only_the_ground_is_sent() {
        let (mut painter, mut buffer) = seated("abcdef");
        let red = Style::new().fg(Color::Red).bold();
        buffer.set_string(0, 0, "A", red);
        buffer.set_string(1, 0, " ", Style::new().fg(Color::Blue));
        buffer.set_string(2, 0, "C", red);
        buffer.set_string(3, 0, " ", Style::new().bg(Color::Blue));
        buffer.set_string(4, 0, " ", Style::new().reversed());
        assert_eq!(painted(&mut painter, &buffer, None), "\x1b[1H\x1b[1;31mA C\x1b[0;44m \x1b[7;49m ");
    }

    #[test]
    fn attributes_are_sent_when_they_change_and_taken_back_whole() {
        let (mut painter, mut buffer) = seated("abcd");
        let red = Style::new().fg(Color::LightRed);
        buffer.set_string(0, 0, "A", red);
        buffer.set_string(1, 0, "B", red.add_modifier(Modifier::BOLD));
        buffer.set_string(2, 0, "C", Style::new().bg(Color::Indexed(17)));
        let all = "\x1b[1H\x1b[91mA\x1b[1mB\x1b[0;48;5;17mC";
        assert_eq!(painted(&mut painter, &buffer, None), all);
        buffer.set_string(0, 1, "S", Style::new().fg(Color::Rgb(1, 2, 3)));
        assert_eq!(painted(&mut painter, &buffer, None), "\x1b[2H\x1b[38;2;1;2;3;49mS");
    }

    #[test]
    fn after_a_width_that_terminals_disagree_about_the_place_is_said_again() {
        let (mut painter, mut buffer) = seated("abcdef");
        buffer.set_string(0, 0, "日x▲y", Style::new());
        assert_eq!(painted(&mut painter, &buffer, None), "\x1b[1H日\x1b[1;3Hx▲y");
        buffer.set_string(0, 0, "é", Style::new());
        assert_eq!(painted(&mut painter, &buffer, None), "\x1b[1Hé\x1b[1;2H ");
    }

    #[test]
    fn the_cursor_shows_only_while_text_is_typed() {
        let (mut painter, mut buffer) = seated("abc");
        let caret = Some(Position::new(2, 1));
        assert_eq!(painted(&mut painter, &buffer, caret), "\x1b[2;3H\x1b[?25h");
        assert_eq!(painted(&mut painter, &buffer, caret), "");
        buffer.set_string(0, 0, "x", Style::new());
        assert_eq!(painted(&mut painter, &buffer, caret), "\x1b[1Hx\x1b[2;3H");
        assert_eq!(painted(&mut painter, &buffer, None), "\x1b[?25l");
    }

    #[test]
    fn another_size_or_a_foreign_screen_is_sent_whole() {
        let (mut painter, buffer) = seated("abc");
        painter.forget();
        assert!(painted(&mut painter, &buffer, None).starts_with("\x1b[0m\x1b[?25l\x1b[2J\x1b[1Habc"));
        let larger = Buffer::with_lines(["abc", "second", "third"]);
        assert!(painted(&mut painter, &larger, None).contains("\x1b[2J"));
    }
}

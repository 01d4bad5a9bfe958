//! What a command wrote, as lines that can be shown: of all that a terminal would obey, only the colours and weights of SGR
//! pass, mapped to the theme's own; a carriage return goes back to the beginning of its line, `ESC [ K` erases to its end, tabs
//! reach their stops. Sequences that are well formed and mean anything else leave nothing behind; what is not well formed shows
//! as what it is. One pass, whatever is in it. Where lines stand on the screen is left to the execution's popup.

use ratatui::style::{Color, Style};
use unicode_width::UnicodeWidthChar;

use super::colour::{self, Depth};
use super::theme::{Look, Role};
use crate::core::safe_text::SafeText;

/// A control string longer than this is no control string.
const LONGEST: usize = 2_048;
/// The same of the parameters of a control sequence.
const LONGEST_PARAMETERS: usize = 64;
/// Columns between tab stops.
const TAB: usize = 8;

/// How a piece is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ink {
    fg: Option<Hue>,
    bg: Option<Hue>,
    bold: bool,
    dim: bool,
    underline: bool,
    reverse: bool,
}

/// What a colour says. How it looks is the theme's: only that has contrast on its ground.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Hue {
    Plain,
    Grey,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
}

/// A line in pieces, safe to show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line(pub Vec<(SafeText, Ink)>);

impl Line {
    /// All of it, without its inks.
    pub fn text(&self) -> String {
        self.0.iter().map(|(text, _)| &**text).collect()
    }
}

/// The lines of `text`. A last line without an end is one too; an end without a line after it makes none.
pub fn read(text: &str) -> Vec<Line> {
    let mut page = Page::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match c {
            '\x1b' => match sequence(rest.as_bytes()) {
                Some((taken, meaning)) => {
                    length = taken;
                    page.obey(&meaning);
                }
                None => page.put(c),
            },
            '\n' => page.end_line(),
            '\r' => page.at = 0,
            '\u{8}' => page.at = page.at.saturating_sub(1),
            '\t' => page.tab(),
            c => page.put(c),
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    if !page.line.is_empty() {
        page.end_line();
    }
    page.lines
}

/// A line cut into rows of at most `width` columns; at least one.
pub fn rows(line: &Line, width: usize) -> Vec<Line> {
    let (mut rows, mut row, mut used) = (Vec::new(), Line::default(), 0);
    for (text, ink) in &line.0 {
        let mut from = 0;
        for (at, c) in text.char_indices() {
            let columns = c.width().unwrap_or(0);
            if used + columns > width && used > 0 {
                row.0.push((SafeText::line(text.get(from..at).unwrap_or_default()), *ink));
                rows.push(std::mem::take(&mut row));
                (from, used) = (at, 0);
            }
            used += columns;
        }
        row.0.push((SafeText::line(text.get(from..).unwrap_or_default()), *ink));
    }
    rows.push(row);
    rows
}

impl Ink {
    /// How it looks on a popup's ground.
    pub fn style(self, look: &Look) -> Style {
        let hue = |hue: Hue| look.style(hue.role()).fg;
        let mut style = look.style(Role::Popup);
        if let Some(fg) = self.bg.or(self.fg).and_then(hue) {
            style = style.fg(fg);
        }
        if self.bold {
            style = style.bold();
        }
        if self.dim {
            style = style.dim();
        }
        if self.underline {
            style = style.underlined();
        }
        // A ground of its own is told by turning ink and ground round: whatever the ink was, it can be read.
        if self.bg.is_some() || self.reverse { style.reversed() } else { style }
    }

    /// Takes one SGR's parameters in.
    fn take(&mut self, parameters: &str) {
        let mut codes = parameters.split(';');
        while let Some(code) = codes.next() {
            let (code, inner) = code.split_once(':').unwrap_or((code, ""));
            match if code.is_empty() { Some(0) } else { code.parse::<u16>().ok() } {
                Some(0) => *self = Self::default(),
                Some(1) => self.bold = true,
                Some(2) => self.dim = true,
                Some(4) => self.underline = inner != "0",
                Some(7) => self.reverse = true,
                Some(22) => (self.bold, self.dim) = (false, false),
                Some(24) => self.underline = false,
                Some(27) => self.reverse = false,
                Some(code @ (30..=37 | 90..=97)) => self.fg = Hue::ink(code % 10 + code / 90 * 8),
                Some(38) if inner.is_empty() => self.fg = extended(&mut codes).and_then(Hue::ink_of),
                Some(38) => self.fg = extended(&mut inner.split(':')).and_then(Hue::ink_of),
                Some(39) => self.fg = None,
                Some(code @ (40..=47 | 100..=107)) => self.bg = Hue::ground(code % 10 + code / 100 * 8),
                Some(48) if inner.is_empty() => self.bg = extended(&mut codes).and_then(Hue::ground_of),
                Some(48) => self.bg = extended(&mut inner.split(':')).and_then(Hue::ground_of),
                Some(49) => self.bg = None,
                // Concealed text among them: what was written is shown.
                _ => {}
            }
        }
    }
}

/// What follows 38 or 48: `5;N` or `2;R;G;B`, with an empty colour space before R where colons are used.
fn extended<'a>(codes: &mut impl Iterator<Item = &'a str>) -> Option<Color> {
    let kind = codes.next()?;
    let mut number = || {
        let code = codes.next()?;
        if code.is_empty() { codes.next() } else { Some(code) }?.parse::<u8>().ok()
    };
    match kind {
        "5" => number().map(Color::Indexed),
        "2" => Some(Color::Rgb(number()?, number()?, number()?)),
        _ => None,
    }
}

impl Hue {
    const fn role(self) -> Role {
        match self {
            Self::Plain => Role::Popup,
            Self::Grey => Role::Dim,
            Self::Red => Role::Critical,
            Self::Green => Role::Fine,
            Self::Yellow => Role::Medium,
            Self::Blue => Role::Low,
            Self::Magenta => Role::Marked,
            Self::Cyan => Role::Spark,
        }
    }

    /// One of the sixteen, as ink.
    fn ink(number: u16) -> Option<Self> {
        match number {
            0 | 8 => Some(Self::Grey),
            7 | 15 => None,
            _ => Some(Self::of(number % 8)),
        }
    }

    /// The same, as ground.
    fn ground(number: u16) -> Option<Self> {
        match number {
            0 => None,
            8 => Some(Self::Grey),
            7 | 15 => Some(Self::Plain),
            _ => Some(Self::of(number % 8)),
        }
    }

    const fn of(number: u16) -> Self {
        match number {
            1 => Self::Red,
            2 => Self::Green,
            3 => Self::Yellow,
            4 => Self::Blue,
            5 => Self::Magenta,
            6 => Self::Cyan,
            _ => Self::Plain,
        }
    }

    fn ink_of(colour: Color) -> Option<Self> {
        Self::ink(among_sixteen(colour))
    }

    fn ground_of(colour: Color) -> Option<Self> {
        Self::ground(among_sixteen(colour))
    }
}

/// The number of the nearest of the sixteen.
fn among_sixteen(colour: Color) -> u16 {
    if let Color::Indexed(number @ 0..16) = colour {
        return number.into();
    }
    match colour::down_to(Depth::Sixteen, colour) {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        _ => 7,
    }
}

/// Lines while they are written.
#[derive(Default)]
struct Page {
    lines: Vec<Line>,
    line: Vec<(char, Ink)>,
    /// Where the next character goes, never past the end.
    at: usize,
    ink: Ink,
}

impl Page {
    fn put(&mut self, c: char) {
        match self.line.get_mut(self.at) {
            Some(there) => *there = (c, self.ink),
            None => self.line.push((c, self.ink)),
        }
        self.at += 1;
    }

    fn tab(&mut self) {
        for _ in 0..TAB - self.at % TAB {
            if self.at < self.line.len() { self.at += 1 } else { self.put(' ') }
        }
    }

    fn obey(&mut self, meaning: &Meaning<'_>) {
        match meaning {
            Meaning::Ink(parameters) => self.ink.take(parameters),
            Meaning::EraseToEnd => self.line.truncate(self.at),
            Meaning::Nothing => {}
        }
    }

    fn end_line(&mut self) {
        let mut line = Line::default();
        for piece in self.line.chunk_by(|(_, one), (_, other)| one == other) {
            let text: String = piece.iter().map(|(c, _)| c).collect();
            let ink = piece.first().map(|(_, ink)| *ink).unwrap_or_default();
            line.0.push((SafeText::line(&text), ink));
        }
        self.lines.push(line);
        self.line.clear();
        self.at = 0;
    }
}

/// What an escape sequence means here.
enum Meaning<'a> {
    Ink(&'a str),
    EraseToEnd,
    Nothing,
}

/// The escape sequence that `bytes` begin with, and its length; absent when they begin with none that is well formed (ECMA-48).
fn sequence(bytes: &[u8]) -> Option<(usize, Meaning<'_>)> {
    match bytes.get(1)? {
        b'[' => {
            let body = bytes.get(2..)?;
            let parameters = body.iter().take(LONGEST_PARAMETERS).take_while(|c| matches!(c, 0x30..=0x3f)).count();
            let between = body.iter().skip(parameters).take(2).take_while(|c| matches!(c, 0x20..=0x2f)).count();
            let end = *body.get(parameters + between).filter(|c| matches!(c, 0x40..=0x7e))?;
            let inner = std::str::from_utf8(body.get(..parameters)?).ok()?;
            let plain = between == 0 && inner.bytes().all(|c| c.is_ascii_digit() || matches!(c, b';' | b':'));
            let meaning = match end {
                b'm' if plain => Meaning::Ink(inner),
                b'K' if inner.is_empty() || inner == "0" => Meaning::EraseToEnd,
                _ => Meaning::Nothing,
            };
            Some((2 + parameters + between + 1, meaning))
        }
        kind @ (b']' | b'P' | b'X' | b'^' | b'_') => {
            // Ends at the first thing that no control string holds, so that nothing is looked at twice.
            let ends = |c: &u8| matches!(c, 0x07 | b'\n' | 0x1b);
            let at = 2 + bytes.get(2..)?.iter().take(LONGEST).position(ends)?;
            match (bytes.get(at)?, bytes.get(at + 1)) {
                (0x07, _) if *kind == b']' => Some((at + 1, Meaning::Nothing)),
                (0x1b, Some(b'\\')) => Some((at + 2, Meaning::Nothing)),
                _ => None,
            }
        }
        0x20..=0x2f => matches!(bytes.get(2)?, 0x30..=0x7e).then_some((3, Meaning::Nothing)),
        0x30..=0x7e => Some((2, Meaning::Nothing)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

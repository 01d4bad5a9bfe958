//! Colours: how many a terminal has, and the nearest one among those it has.

use ratatui::style::Color;
use serde::{Deserialize, Deserializer, de};

/// How many colours a terminal shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Depth {
    /// None, or none are wanted.
    None,
    /// The sixteen of its palette.
    Sixteen,
    /// Those, a cube of 216 and 24 greys.
    Indexed,
    /// All of them.
    Rgb,
}

/// What was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Colour {
    /// What the terminal says it can do; none when `NO_COLOR` is set.
    #[default]
    Auto,
    /// Exactly this.
    Just(Depth),
}

impl Colour {
    /// The depth for a terminal with this environment.
    pub fn depth(self, variable: impl Fn(&str) -> Option<String>) -> Depth {
        if let Self::Just(depth) = self {
            return depth;
        }
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        if set("NO_COLOR").is_some() || term == "dumb" {
            Depth::None
        } else if set("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit")
            || term.contains("direct")
        {
            Depth::Rgb
        } else if term.contains("256color") {
            Depth::Indexed
        } else {
            Depth::Sixteen
        }
    }
}

/// xterm's sixteen.
const PALETTE: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0x00, 0x00, 0x00]),
    (Color::Red, [0xcd, 0x00, 0x00]),
    (Color::Green, [0x00, 0xcd, 0x00]),
    (Color::Yellow, [0xcd, 0xcd, 0x00]),
    (Color::Blue, [0x00, 0x00, 0xee]),
    (Color::Magenta, [0xcd, 0x00, 0xcd]),
    (Color::Cyan, [0x00, 0xcd, 0xcd]),
    (Color::Gray, [0xe5, 0xe5, 0xe5]),
    (Color::DarkGray, [0x7f, 0x7f, 0x7f]),
    (Color::LightRed, [0xff, 0x00, 0x00]),
    (Color::LightGreen, [0x00, 0xff, 0x00]),
    (Color::LightYellow, [0xff, 0xff, 0x00]),
    (Color::LightBlue, [0x5c, 0x5c, 0xff]),
    (Color::LightMagenta, [0xff, 0x00, 0xff]),
    (Color::LightCyan, [0x00, 0xff, 0xff]),
    (Color::White, [0xff, 0xff, 0xff]),
];

/// Steps of the 6×6×6 cube.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest colour that a terminal of this depth shows.
pub fn down_to(depth: Depth, colour: Color) -> Color {
    match (depth, colour) {
        (Depth::None, _) => Color::Reset,
        (Depth::Indexed, Color::Rgb(r, g, b)) => indexed([r, g, b]),
        (Depth::Sixteen, Color::Rgb(..) | Color::Indexed(_)) => rgb(colour).map_or(Color::Reset, named),
        _ => colour,
    }
}

/// What a colour is made of; absent for the terminal's own ground and ink.
pub fn rgb(colour: Color) -> Option<[u8; 3]> {
    match colour {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(n @ 0..16) => PALETTE.get(usize::from(n)).map(|(_, rgb)| *rgb),
        Color::Indexed(n @ 16..=231) => {
            let n = usize::from(n - 16);
            Some([CUBE[n / 36], CUBE[n / 6 % 6], CUBE[n % 6]])
        }
        Color::Indexed(n) => Some([8 + (n - 232) * 10; 3]),
        named => PALETTE.iter().find(|(colour, _)| *colour == named).map(|(_, rgb)| *rgb),
    }
}

/// Reads a theme's colour: `#rrggbb` or one of the sixteen names.
pub fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Color>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map(Some).map_err(|_| de::Error::custom("a colour is #rrggbb or a name such as light-red"))
}

fn indexed(wanted: [u8; 3]) -> Color {
    let candidates = (16..=255).map(Color::Indexed);
    nearest(wanted, candidates)
}

/// The nearest of the sixteen. A clear hue wins over a nearer grey: what a theme tells by colour must stay told.
fn named(wanted: [u8; 3]) -> Color {
    let spread = |[r, g, b]: [u8; 3]| r.max(g).max(b) - r.min(g).min(b);
    let colourful = spread(wanted) > 60;
    let candidates = PALETTE.into_iter().filter(|(_, rgb)| !colourful || spread(*rgb) > 60);
    nearest(wanted, candidates.map(|(colour, _)| colour))
}

fn nearest(wanted: [u8; 3], candidates: impl Iterator<Item = Color>) -> Color {
    let distance = |colour: &Color| {
        let is = rgb(*colour).unwrap_or_default();
        let part = |i: usize| (i32::from(is[i]) - i32::from(wanted[i])).pow(2);
        // The eye sees green best and blue least.
        2 * part(0) + 4 * part(1) + 3 * part(2)
    };
    candidates.min_by_key(distance).unwrap_or(Color::Reset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn true_colour_comes_down_to_its_neighbours() {
        let orange = Color::Rgb(0xff, 0xaf, 0x00);
        assert_eq!(down_to(Depth::Rgb, orange), orange);
        assert_eq!(down_to(Depth::Indexed, orange), Color::Indexed(214));
        assert_eq!(down_to(Depth::Indexed, Color::Rgb(0x80, 0x80, 0x80)), Color::Indexed(244));
        assert_eq!(down_to(Depth::Sixteen, Color::Rgb(0xff, 0x10, 0x10)), Color::LightRed);
        assert_eq!(down_to(Depth::Sixteen, Color::Rgb(0x10, 0x14, 0x18)), Color::Black);
        assert_eq!(down_to(Depth::None, orange), Color::Reset);
        assert_eq!(down_to(Depth::Sixteen, Color::LightRed), Color::LightRed);
    }

    #[test]
    fn a_dull_red_stays_a_hue_among_sixteen() {
        let shown = down_to(Depth::Sixteen, Color::Rgb(0xe5, 0x8b, 0x8b));
        assert!(!matches!(shown, Color::Gray | Color::DarkGray | Color::White | Color::Black), "{shown:?}");
    }

    #[test]
    fn the_environment_decides_unless_it_was_said() {
        let depth = |set: &[(&str, &str)]| {
            Colour::Auto.depth(|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into()))
        };
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Depth::Rgb);
        assert_eq!(depth(&[("TERM", "xterm-256color")]), Depth::Indexed);
        assert_eq!(depth(&[("TERM", "linux")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]), Depth::None);
        assert_eq!(depth(&[("TERM", "xterm"), ("NO_COLOR", "")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "dumb")]), Depth::None);
        assert_eq!(Colour::Just(Depth::Rgb).depth(|_| Some("1".into())), Depth::Rgb);
    }
}

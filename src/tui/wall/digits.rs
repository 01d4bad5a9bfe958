//! Numbers that can be read from four metres: digits of blocks, as large as their room allows.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::tui::canvas::Canvas;

/// Each sign as five rows of three points, the highest bit at the left.
const FONT: [(char, [u8; 5]); 13] = [
    ('0', [0b111, 0b101, 0b101, 0b101, 0b111]),
    ('1', [0b010, 0b110, 0b010, 0b010, 0b111]),
    ('2', [0b111, 0b001, 0b111, 0b100, 0b111]),
    ('3', [0b111, 0b001, 0b111, 0b001, 0b111]),
    ('4', [0b101, 0b101, 0b111, 0b001, 0b001]),
    ('5', [0b111, 0b100, 0b111, 0b001, 0b111]),
    ('6', [0b111, 0b100, 0b111, 0b101, 0b111]),
    ('7', [0b111, 0b001, 0b010, 0b010, 0b010]),
    ('8', [0b111, 0b101, 0b111, 0b101, 0b111]),
    ('9', [0b111, 0b101, 0b111, 0b001, 0b111]),
    ('k', [0b100, 0b101, 0b110, 0b101, 0b101]),
    ('M', [0b101, 0b111, 0b111, 0b101, 0b101]),
    (' ', [0; 5]),
];

/// How large a point is, in columns and rows; the last one is half a row high, two points in one cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scale {
    /// Whole cells.
    Cells(u16, u16),
    /// Two points above each other in one cell.
    Half,
    /// No digits of blocks: plain text.
    Text,
}

impl Scale {
    /// Rows that a number takes.
    pub const fn height(self) -> u16 {
        match self {
            Self::Cells(_, rows) => 5 * rows,
            Self::Half => 3,
            Self::Text => 1,
        }
    }

    /// Columns that a number of so many signs takes.
    pub fn width(self, signs: usize) -> u16 {
        let signs = u16::try_from(signs).unwrap_or(u16::MAX);
        let one = match self {
            Self::Cells(columns, _) => 4 * columns,
            Self::Half => 4,
            Self::Text => 1,
        };
        signs.saturating_mul(one).saturating_sub(if self == Self::Text { 0 } else { one / 4 })
    }

    /// The largest one at which numbers of so many signs have room.
    pub fn largest(signs: usize, width: u16, height: u16, ascii: bool) -> Self {
        let all = [Self::Cells(4, 2), Self::Cells(2, 1), Self::Cells(1, 1), Self::Half];
        let fits =
            |scale: &Self| scale.width(signs) <= width && scale.height() <= height && !(ascii && *scale == Self::Half);
        all.into_iter().find(fits).unwrap_or(Self::Text)
    }
}

/// Draws `number` at the upper left of `area`.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, scale: Scale, number: &str, style: Style) {
    match scale {
        Scale::Text => canvas.row(area, 0).text(number, style),
        Scale::Half => {
            for line in 0..3_u16 {
                let row = usize::from(line) * 2;
                let text = line_of(number, 1, |font| (0..3).map(|column| half(font, row, column)).collect());
                canvas.row(area, line).text(&text, style);
            }
        }
        Scale::Cells(columns, rows) => {
            let block = if canvas.look.glyphs.ascii { "#" } else { "█" };
            for line in 0..5 * rows {
                let row = usize::from(line / rows);
                let point = |on: bool| if on { block } else { " " }.repeat(columns.into());
                let sign = |font: &[u8; 5]| (0..3).map(|column| point(is_on(font, row, column))).collect();
                let text = line_of(number, columns, sign);
                canvas.row(area, line).text(&text, style);
            }
        }
    }
}

/// One line of all signs, with gaps of so many columns between them.
fn line_of(number: &str, gap: u16, sign: impl Fn(&[u8; 5]) -> String) -> String {
    let fonts = number.chars().filter_map(|c| FONT.iter().find(|(known, _)| *known == c).map(|(_, font)| font));
    fonts.map(sign).collect::<Vec<_>>().join(&" ".repeat(gap.into()))
}

fn is_on(font: &[u8; 5], row: usize, column: usize) -> bool {
    font.get(row).is_some_and(|bits| bits & (0b100 >> column) != 0)
}

fn half(font: &[u8; 5], row: usize, column: usize) -> char {
    match (is_on(font, row, column), is_on(font, row + 1, column)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Look;
    use ratatui::buffer::Buffer;

    fn drawn(scale: Scale, number: &str, ascii: bool) -> Vec<String> {
        let area = Rect::new(0, 0, 40, 10);
        let mut buffer = Buffer::empty(area);
        let look = Look::plain(ascii);
        draw(&mut Canvas::new(&mut buffer, &look), area, scale, number, Style::new());
        let line = |y| (0..40).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        (0..scale.height()).map(line).collect()
    }

    #[test]
    fn a_number_is_drawn_as_large_as_it_was_measured() {
        assert_eq!(drawn(Scale::Half, "17", false), ["▄█  ▀▀█", " █   █", "▀▀▀  ▀"]);
        assert_eq!(drawn(Scale::Cells(1, 1), "2k", true), ["### #", "  # # #", "### ##", "#   # #", "### # #"]);
        for scale in [Scale::Cells(4, 2), Scale::Cells(2, 1), Scale::Half, Scale::Text] {
            let widest = drawn(scale, "88", false).iter().map(|line| line.chars().count()).max().unwrap();
            assert_eq!(widest, usize::from(scale.width(2)), "{scale:?}");
        }
    }

    #[test]
    fn the_largest_scale_that_fits_is_taken() {
        assert_eq!(Scale::largest(2, 33, 12, false), Scale::Cells(4, 2));
        assert_eq!(Scale::largest(2, 13, 5, false), Scale::Cells(1, 1));
        assert_eq!(Scale::largest(3, 13, 4, false), Scale::Half);
        assert_eq!(Scale::largest(3, 13, 4, true), Scale::Text);
        assert_eq!(Scale::largest(3, 6, 20, false), Scale::Text);
    }
}

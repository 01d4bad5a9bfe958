//! A screenful as an SVG picture, for the README. Pure: a buffer and a theme's name go in, text comes out.

use std::fmt::Write;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::colour;

/// A column and a line, in picture units.
const CELL: (f32, f32) = (8.4, 17.0);
/// Room around the screen.
const MARGIN: f32 = 12.0;

/// The picture. `ground` and `ink` stand for the terminal's own colours.
pub fn svg(buffer: &Buffer, ground: &str, ink: &str) -> String {
    let area = *buffer.area();
    let (width, height) =
        (f32::from(area.width) * CELL.0 + 2.0 * MARGIN, f32::from(area.height) * CELL.1 + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{ground}\"/>\n"
    );
    for y in area.top()..area.bottom() {
        let mut x = area.left();
        while x < area.right() {
            let end = run_end(buffer, x, y);
            write_run(&mut out, buffer, x..end, y, (ground, ink));
            x = end;
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Where the cells that look like the one at `x` end.
fn run_end(buffer: &Buffer, x: u16, y: u16) -> u16 {
    let look = |x: u16| buffer.cell((x, y)).map(|cell| (cell.fg, cell.bg, cell.modifier));
    (x..buffer.area().right()).find(|other| look(*other) != look(x)).unwrap_or(buffer.area().right())
}

fn write_run(out: &mut String, buffer: &Buffer, columns: std::ops::Range<u16>, y: u16, (ground, ink): (&str, &str)) {
    let Some(first) = buffer.cell((columns.start, y)) else { return };
    let named = |colour: Color, own: &str| match colour::rgb(colour) {
        Some([r, g, b]) => format!("#{r:02x}{g:02x}{b:02x}"),
        None => own.into(),
    };
    let (mut fg, mut bg) = (named(first.fg, ink), named(first.bg, ground));
    if first.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut fg, &mut bg);
    }
    let (left, top) = (MARGIN + f32::from(columns.start) * CELL.0, MARGIN + f32::from(y) * CELL.1);
    if bg != ground {
        let width = f32::from(columns.end - columns.start) * CELL.0;
        // Writing into a String can't fail.
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{bg}\"/>",
            CELL.1
        );
    }
    let mut text = String::new();
    let mut at = columns.start;
    while at < columns.end {
        let symbol = buffer.cell((at, y)).map_or(" ", |cell| cell.symbol());
        text.push_str(symbol);
        at += u16::try_from(symbol.width().max(1)).unwrap_or(1);
    }
    let shown = text.trim_end();
    let skipped = shown.len() - shown.trim_start().len();
    let shown = shown.trim_start();
    if shown.is_empty() {
        return;
    }
    let x = left + f32::from(u16::try_from(skipped).unwrap_or(0)) * CELL.0;
    let length = f32::from(u16::try_from(shown.width()).unwrap_or(0)) * CELL.0;
    let weight = if first.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let faint = if first.modifier.contains(Modifier::DIM) { " fill-opacity=\"0.6\"" } else { "" };
    let line = if first.modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" \
         fill=\"{fg}\"{weight}{faint}{line}>{}</text>",
        top + CELL.1 * 0.77,
        escaped(shown)
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    #[test]
    fn runs_keep_their_place_and_markup_is_escaped() {
        let mut buffer = Buffer::with_lines(["  a<b&c   "]);
        buffer
            .set_style(ratatui::layout::Rect::new(2, 0, 5, 1), Style::new().fg(Color::Rgb(1, 2, 3)).bold().reversed());
        let svg = svg(&buffer, "#000000", "#ffffff");
        assert!(svg.contains("<rect x=\"28.8\" y=\"12.0\" width=\"42.0\" height=\"17\" fill=\"#010203\"/>"), "{svg}");
        assert!(svg.contains("fill=\"#000000\" font-weight=\"bold\">a&lt;b&amp;c</text>"), "{svg}");
    }
}

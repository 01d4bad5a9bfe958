//! The signs a screen is drawn with: a Unicode set and an ASCII one. Every sign is one column wide.

use crate::core::severity::Severity;

/// A set of signs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Glyphs {
    /// Only ASCII may be written.
    pub ascii: bool,
    /// Before a severity's word, the least first.
    pub severity: [&'static str; 4],
    /// From nothing to most.
    pub spark: [&'static str; 9],
    /// Along a pane's title.
    pub rule: &'static str,
    /// Between panes side by side.
    pub wall: &'static str,
    /// A popup's corners: upper left, upper right, lower left, lower right.
    pub corners: [&'static str; 4],
    /// Before a count.
    pub times: &'static str,
    /// Before what is taken off.
    pub minus: &'static str,
    /// Between things in one line.
    pub dot: &'static str,
    /// All is well.
    pub fine: &'static str,
    /// Something is wrong.
    pub trouble: &'static str,
    /// The selected row.
    pub pointer: &'static str,
    /// It came back.
    pub again: &'static str,
    /// Something is under way.
    pub busy: &'static str,
    /// Above; upwards.
    pub up: &'static str,
    /// Below.
    pub down: &'static str,
    /// A marked row.
    pub mark: &'static str,
}

/// For terminals that show Unicode.
pub const UNICODE: Glyphs = Glyphs {
    ascii: false,
    severity: ["○", "●", "▲", "◆"],
    spark: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    rule: "─",
    wall: "│",
    corners: ["┌", "┐", "└", "┘"],
    times: "×",
    minus: "−",
    dot: "·",
    fine: "●",
    trouble: "✖",
    pointer: "▶",
    again: "↻",
    busy: "⟳",
    up: "↑",
    down: "↓",
    mark: "*",
};

/// For terminals that don't.
pub const ASCII: Glyphs = Glyphs {
    ascii: true,
    severity: ["-", "o", "^", "#"],
    spark: [" ", ".", ".", ":", "-", "=", "+", "*", "#"],
    rule: "-",
    wall: "|",
    corners: ["+", "+", "+", "+"],
    times: "x",
    minus: "-",
    dot: ",",
    fine: "*",
    trouble: "!",
    pointer: ">",
    again: "~",
    busy: "~",
    up: "^",
    down: "v",
    mark: "*",
};

impl Glyphs {
    /// The sign of a severity.
    pub fn of(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Low => self.severity[0],
            Severity::Medium => self.severity[1],
            Severity::High => self.severity[2],
            Severity::Critical => self.severity[3],
        }
    }

    /// A bar for `count` where `most` is the highest.
    pub fn bar(&self, count: u32, most: u32) -> &'static str {
        if count == 0 {
            return self.spark[0];
        }
        let step = (u64::from(count) * 8).div_ceil(u64::from(most.max(1))).min(8);
        self.spark[usize::try_from(step).unwrap_or(8)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn every_sign_is_one_column_and_the_ascii_set_is_ascii() {
        for set in [UNICODE, ASCII] {
            let single = [
                set.rule,
                set.wall,
                set.times,
                set.minus,
                set.dot,
                set.fine,
                set.trouble,
                set.pointer,
                set.again,
                set.up,
                set.down,
                set.mark,
            ];
            for sign in single.into_iter().chain(set.severity).chain(set.spark).chain(set.corners) {
                assert_eq!(sign.width(), 1, "{sign}");
                assert!(!set.ascii || sign.is_ascii(), "{sign}");
            }
        }
    }

    #[test]
    fn one_alert_is_visible_beside_a_thousand() {
        assert_eq!(UNICODE.bar(0, 1000), " ");
        assert_eq!(UNICODE.bar(1, 1000), "▁");
        assert_eq!(UNICODE.bar(1000, 1000), "█");
    }
}

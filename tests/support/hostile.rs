//! Texts that do something to a terminal, or to whoever reads them, by the name of their class; and what a screen may hold.

/// Every class, each in a text with letters before and after it.
pub const CORPUS: &[(&str, &str)] = &[
    ("ESC", "a\u{1b}c\u{1b}7\u{1b}#8\u{1b}Mz"),
    ("CSI", "a\u{1b}[2J\u{1b}[31;1m\u{1b}[?1049l\u{1b}[6n\u{1b}[1;1Hz"),
    ("OSC", "a\u{1b}]0;owned\u{7}\u{1b}]52;c;b3duZWQ=\u{1b}\\\u{1b}]8;;http://evil.example/\u{1b}\\z"),
    ("DCS, APC, PM and SOS", "a\u{1b}P$q q\u{1b}\\\u{1b}_G\u{1b}\\\u{1b}^p\u{1b}\\\u{1b}Xs\u{1b}\\z"),
    ("C0", "a\u{1}\u{7}\u{8}\u{8}\u{e}\u{f}\u{18}\u{1a}\u{7f}z"),
    ("C1", "a\u{9b}31m\u{9d}0;owned\u{9c}\u{90}q\u{9c}\u{84}\u{85}\u{8d}z"),
    ("bidi", "a\u{202e}txt.exe\u{202c}\u{2066}b\u{2069}\u{200f}\u{61c}z"),
    ("zero width", "a\u{200b}b\u{200c}\u{200d}\u{2060}\u{feff}\u{ad}\u{34f}\u{fe0f}\u{180e}z"),
    ("fillers", "a\u{115f}\u{1160}\u{3164}\u{ffa0}\u{2800}\u{13430}\u{1343f}\u{16fe4}\u{1d173}z"),
    ("tags", "a\u{e0001}\u{e0041}\u{e007f}\u{e0100}z"),
    ("private use", "a\u{e0a0}\u{f8ff}\u{10fffd}\u{ffff}z"),
    (
        "combining flood",
        "a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{489}\u{489}\u{489}\u{20dd}\u{20dd}\u{20dd}z",
    ),
    ("line ends", "a\r\nb\rc\nd\u{b}\u{c}\u{85}\u{2028}\u{2029}z"),
    ("NUL", "a\0\0z"),
    ("tabs", "a\t\t\tz"),
    ("wide", "a日本\u{1f468}\u{200d}\u{1f469}\u{1f44d}\u{1f3fd}z"),
];

/// The worst of them, for where a text may have 64 characters.
pub const SHORT: &str =
    "a\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}\u{202e}\u{200b}\u{e0041}\0\r\n\u{2028}\te\u{301}\u{301}\u{301}\u{301}z";

/// All of them in one, short enough for a name.
pub fn all() -> String {
    CORPUS.iter().map(|(_, text)| *text).collect()
}

/// A line far longer than anything that is kept, with `text` at both ends.
pub fn long(text: &str, bytes: usize) -> String {
    format!("{text}{}{text}", "x".repeat(bytes))
}

/// Whether a terminal would obey a character, hide it, or show others otherwise for it. Not by the program's own list.
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Default_Ignorable_Code_Point.
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
            // Line and paragraph separators, other format characters without a look, blanks that are letters.
            | '\u{2028}' | '\u{2029}' | '\u{70f}' | '\u{fff9}'..='\u{fffb}' | '\u{13430}'..='\u{1343f}' | '\u{2800}'
            | '\u{16fe4}'
            // Nobody knows what a font has there.
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// The first character of `text` that it may not have, with what is around it; marks that stand on each other are one.
pub fn hostile_in(text: &str) -> Option<String> {
    let mut marks = 0;
    for (at, c) in text.char_indices() {
        marks = if matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{20d0}'..='\u{20f0}') {
            marks + 1
        } else {
            0
        };
        if is_hostile(c) || marks > 2 {
            return Some(format!(
                "{c:?} after {:?}",
                text[..at].chars().rev().take(40).collect::<Vec<_>>().iter().rev().collect::<String>()
            ));
        }
    }
    None
}

use proptest::prelude::*;

use super::*;
use crate::tui::theme::ROLES;

fn texts(text: &str) -> Vec<String> {
    read(text).iter().map(Line::text).collect()
}

fn inks(text: &str) -> Vec<(String, Style)> {
    let look = Look::new("dark", Depth::Rgb, false).unwrap();
    let lines = read(text);
    lines.iter().flat_map(|line| &line.0).map(|(text, ink)| (text.to_string(), ink.style(&look))).collect()
}

fn role(role: Role) -> Style {
    let look = Look::new("dark", Depth::Rgb, false).unwrap();
    look.style(Role::Popup).fg(look.style(role).fg.unwrap())
}

#[test]
fn colours_become_the_themes_and_weights_stay() {
    let look = Look::new("dark", Depth::Rgb, false).unwrap();
    let popup = look.style(Role::Popup);
    assert_eq!(inks("\x1b[31mred\x1b[0m plain"), [("red".into(), role(Role::Critical)), (" plain".into(), popup)]);
    assert_eq!(inks("\x1b[1;32mok\x1b[m"), [("ok".into(), role(Role::Fine).bold())]);
    assert_eq!(inks("\x1b[38;5;196mx"), [("x".into(), role(Role::Critical))]);
    assert_eq!(inks("\x1b[38;2;255;255;0mx"), [("x".into(), role(Role::Medium))]);
    assert_eq!(inks("\x1b[38:2::0:0:255mx"), [("x".into(), role(Role::Low))]);
    assert_eq!(inks("\x1b[93;4mx\x1b[24;39my"), [("x".into(), role(Role::Medium).underlined()), ("y".into(), popup)]);
    assert_eq!(inks("\x1b[30;41mFAIL"), [("FAIL".into(), role(Role::Critical).reversed())]);
    assert_eq!(inks("\x1b[30;47mx"), [("x".into(), popup.reversed())]);
    assert_eq!(inks("\x1b[8mhidden"), [("hidden".into(), popup)], "nothing is concealed");
    assert_eq!(inks("\x1b[99999999;38;5mx"), [("x".into(), popup)]);
}

#[test]
fn without_colour_only_weights_are_left() {
    for (name, depth) in [("mono", Depth::Rgb), ("dark", Depth::None)] {
        let look = Look::new(name, depth, false).unwrap();
        let shown = |text: &str| read(text)[0].0[0].1.style(&look);
        let plain = |style: Style| style.fg.unwrap_or(Color::Reset) == Color::Reset;
        assert!(plain(shown("\x1b[31mx")) && plain(shown("\x1b[38;2;1;2;3mx")), "{name}");
        assert!(shown("\x1b[1;41mx").add_modifier.contains(ratatui::style::Modifier::BOLD));
    }
}

#[test]
fn what_else_a_terminal_would_obey_leaves_nothing_behind() {
    assert_eq!(texts("a\x1b[2Jb\x1b[?25lc\x1b[10;10Hd\x1b(Be\x1bcf"), ["abcdef"]);
    assert_eq!(texts("a\x1b]0;title\x07b\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\c\x1bP+q\x1b\\d"), ["ablinkcd"]);
    assert_eq!(texts("a\x1b]52;c;cm0gLXJm\x07b"), ["ab"]);
}

#[test]
fn what_is_not_well_formed_shows_as_what_it_is_and_hides_nothing_after_it() {
    assert_eq!(texts("a\x1b]0;no end\nb"), ["a␛]0;no end", "b"]);
    assert_eq!(texts("\x1b]\x1b[31mred"), ["␛]red"]);
    assert_eq!(texts("a\x1b"), ["a␛"]);
    assert_eq!(texts("a\x1b[12\u{e9}b"), ["a␛[12éb"]);
    assert_eq!(texts(&format!("\x1b[{}mx", "1;".repeat(60))).concat().chars().count(), 124);
    assert_eq!(texts("\u{9b}31mx\u{202e}\0\u{7f}\x07"), ["\u{fffd}31mx\u{fffd}␀␡␇"]);
}

#[test]
fn lines_are_written_over_as_on_a_terminal() {
    assert_eq!(texts("10%\r20%\r100%\ndone\r\nlast"), ["100%", "done", "last"]);
    assert_eq!(texts("long line\rshort\x1b[K\n"), ["short"]);
    assert_eq!(texts("a\tb\n12345678\tc\n"), ["a       b", "12345678        c"]);
    assert_eq!(texts("ab\u{8}c\n\n"), ["ac", ""]);
    assert_eq!(texts(""), Vec::<String>::new());
}

#[test]
fn a_line_of_a_megabyte_and_a_megabyte_of_beginnings_are_read_in_one_go() {
    let long = read(&"x".repeat(1 << 20));
    assert_eq!(rows(&long[0], 80).len(), (1_usize << 20).div_ceil(80));
    for begun in ["\x1b]", "\x1b[", "\x1bP1", "\x1b[1;", "\t\r", "\x1b[K\r"] {
        read(&begun.repeat(1 << 19));
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\x1b".to_owned()),
        Just("\x1b[".to_owned()),
        Just("\x1b]".to_owned()),
        Just("\u{9b}".to_owned()),
        Just("\r".to_owned()),
        Just("\t".to_owned()),
        Just("\u{8}".to_owned()),
        Just("\x07".to_owned()),
        Just("\x1b\\".to_owned()),
        "[0-9;:?]{0,6}[mKHJhl]",
        any::<String>(),
        "\\PC{0,8}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_control_gets_through_and_colours_come_from_sgr_only(text in hostile(), width in 2usize..60) {
        let look = Look::new("light", Depth::Rgb, false).unwrap();
        let known: Vec<Option<Color>> = ROLES.iter().map(|role| look.style(*role).fg).collect();
        for line in read(&text) {
            for (piece, ink) in &line.0 {
                prop_assert!(!piece.chars().any(char::is_control));
                prop_assert_eq!(&SafeText::line(piece), piece);
                prop_assert!(known.contains(&ink.style(&look).fg));
                prop_assert!(text.contains("\x1b[") || *ink == Ink::default());
            }
            for row in rows(&line, width) {
                let columns: usize = row.0.iter().map(|(piece, _)| piece.width()).sum();
                // A mark with nothing before it stands for itself.
                prop_assert!(columns <= width + row.0.len(), "{:?}", row);
            }
        }
    }
}

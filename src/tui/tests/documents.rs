//! Documents that are made from the program: they must say what it says.

use std::path::Path;

use super::fixture::{draw, in_front_of, night};
use crate::tui::colour::Depth;
use crate::tui::command::key_table;
use crate::tui::picture;
use crate::tui::theme::Look;

/// Compares a file with what it should hold, or writes it when `UPDATE` is set.
fn assert_document(path: &str, should: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, should).unwrap();
    }
    let is = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(is == should, "{} is out of date; `UPDATE=1 cargo test documents` writes it", path.display());
}

#[test]
fn the_key_table_is_the_command_table() {
    assert_document("docs/keys.md", &key_table());
}

#[test]
fn the_readmes_picture_is_the_tested_screen() {
    let mut app = in_front_of(&night(), 120, 40);
    app.look = Look::new("dark", Depth::Rgb, false).unwrap();
    let svg = picture::svg(&draw(&app, 120, 40), "#101418", "#d0d4da");
    assert_document("docs/board.svg", &svg);
}

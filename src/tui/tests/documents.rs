//! Documents that are made from the program: they must say what it says.

use std::path::Path;

use super::fixture::{draw, in_front_of, night};
use super::run::following;
use super::sessions::worked_in;
use crate::tui::app::App;
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

/// What a seat shows, as a picture.
fn pictured(mut app: App) -> String {
    app.look = Look::new("dark", Depth::Rgb, false).unwrap();
    picture::svg(&draw(&app, 120, 40), "#101418", "#d0d4da")
}

#[test]
fn the_key_table_is_the_command_table() {
    assert_document("docs/keys.md", &key_table());
}

#[test]
fn the_readmes_picture_is_the_tested_screen() {
    let app = in_front_of(&night(), 120, 40);
    assert_document("docs/board.svg", &pictured(app));
}

#[test]
fn the_picture_of_a_run_is_the_tested_screen() {
    let (_, app) = following((120, 40));
    assert_document("docs/run.svg", &pictured(app));
}

#[test]
fn the_picture_of_a_source_is_the_tested_screen() {
    assert_document("docs/sources.svg", &pictured(super::sources::first_message_understood((120, 40))));
}

#[test]
fn the_picture_of_a_session_is_the_tested_screen() {
    assert_document("docs/session.svg", &pictured(worked_in((120, 40))));
}

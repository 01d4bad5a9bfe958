//! What the frame of a session says: who types, how the connection is, what ends when.

use crate::core::session::{Session, Stage};
use crate::link::session::Line;
use crate::tui::app::App;
use crate::tui::sessions::Mode;
use crate::tui::sessions::tab::Tab;
use crate::tui::theme::Role;

/// What keys do, and who types if not this seat.
pub fn mode(app: &App, tab: &Tab) -> (String, Role) {
    let session = app.session_of(tab);
    if tab.over || session.is_some_and(Session::is_over) {
        return ("OVER".into(), Role::Mistake);
    }
    if let Some(back) = &tab.back {
        let (above, most) = back.above();
        return (format!("BACK {above}/{most}"), Role::Title);
    }
    if !app.drives(&tab.id) {
        let driver = session.and_then(|session| session.driver.as_ref());
        let types = driver.map_or_else(|| "nobody types".into(), |driver| format!("{} types", driver.who));
        return (format!("WATCHING: {types}"), Role::Badge);
    }
    match app.sessions.mode() {
        Mode::Typing => ("TYPING".into(), Role::TitleFocused),
        _ => ("COMMANDS".into(), Role::Title),
    }
}

/// Who looks on beside this seat.
pub fn watchers(app: &App, tab: &Tab) -> Option<String> {
    let me = app.me();
    let session = app.session_of(tab)?;
    let names: Vec<_> = session.watchers.iter().filter(|one| **one != me).map(|one| &*one.who).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("{one} watches")),
        many => Some(format!("{} watch", many.len())),
    }
}

/// What there is to know about the session beside what it shows, the most urgent first.
pub fn state(app: &App, tab: &Tab) -> Vec<(String, Role)> {
    let mut all = Vec::new();
    if let Some(session) = app.session_of(tab).filter(|session| session.is_over()) {
        return vec![(session.standing(), Role::Mistake)];
    }
    let mut say = |text: String, role| all.push((text, role));
    if let Some(trouble) = &tab.trouble {
        say(trouble.clone(), Role::Mistake);
    }
    match &tab.live.line {
        Line::Opening if !tab.has_shown() => say("opening…".into(), Role::Dim),
        Line::Opening | Line::Ready => {}
        Line::Paused => say("the machine does not respond".into(), Role::Warned),
        Line::Away { why, tries, held } => {
            let held = if *held > 0 { format!(", {held} typed bytes wait") } else { String::new() };
            say(format!("connection lost, try {tries}{held}: {why}"), Role::Warned);
        }
    }
    if let Some(warning) = &tab.live.warning {
        say(warning.clone(), Role::Warned);
    }
    if let Some(why) = &tab.live.unrecorded {
        say(format!("not recorded: {why}"), Role::Warned);
    }
    if let Some(message) = &tab.live.message {
        say(message.clone(), Role::Dim);
    }
    all
}

/// What stands where nothing is shown yet.
pub fn before_output(app: &App, tab: &Tab) -> String {
    if let Some(trouble) = &tab.trouble {
        return trouble.clone();
    }
    match app.session_of(tab).map(|session| &session.stage) {
        Some(Stage::Ended { .. }) => "it never showed anything".into(),
        Some(Stage::Open) => String::new(),
        _ => "waiting for the machine…".into(),
    }
}

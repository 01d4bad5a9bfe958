//! What the frame of a session says: who types, how the connection is, what ends when.

use crate::core::session::{Session, Stage};
use crate::link::session::Line;
use crate::tui::app::App;
use crate::tui::command::Command;
use crate::tui::panes::Pane;
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

/// What the line of hints calls a command; none for one that leads nowhere in the session as it is: one that is over, one that
/// somebody else types in, one that is looked back at.
pub fn hint(app: &App, command: &Command) -> Option<String> {
    let usual = Some(command.hint());
    let here = app.popups.is_empty() && app.focus == Pane::Session;
    let Some(tab) = app.sessions.current().filter(|_| here) else { return usual };
    let over = tab.over || app.session_of(tab).is_some_and(Session::is_over);
    let (back, drives) = (tab.back.is_some(), app.drives(&tab.id));
    match command.name {
        "leave-session" if back => Some("now".into()),
        "detach-session" | "close-session" | "zoom-session" | "full-screen" | "take-session" if back => None,
        "type-on" | "detach-session" | "full-screen" | "take-session" if over => None,
        "close-session" if over => Some("close".into()),
        "type-on" | "full-screen" if !drives => None,
        "detach-session" if !drives => Some("leave".into()),
        "take-session" if drives => None,
        _ => usual,
    }
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

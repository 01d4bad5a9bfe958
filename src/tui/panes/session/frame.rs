//! The frame of a session. Its upper edge says whose machine it is and what keys do; its lower edge, which key leads out, and
//! what there is to know.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::words;
use crate::core::safe_text::SafeText;
use crate::core::session::Session;
use crate::tui::app::App;
use crate::tui::canvas::{Canvas, Row};
use crate::tui::command;
use crate::tui::keymap::Binding;
use crate::tui::mouse::Click;
use crate::tui::panes::Pane;
use crate::tui::panes::incidents::tenant_name;
use crate::tui::sessions::Mode;
use crate::tui::sessions::tab::Tab;
use crate::tui::theme::Role;

/// With less room, the upper edge does without ids and watchers.
const ROOMY: u16 = 60;

/// Draws it around `area`.
pub fn draw(app: &App, tab: &Tab, canvas: &mut Canvas<'_>, area: Rect) {
    let focused = app.focus == Pane::Session;
    let mut colour = canvas.look.style(Role::of_tenant(&tab.id.tenant));
    if focused {
        colour = colour.add_modifier(Modifier::BOLD);
    }
    canvas.clear(area, Role::Text);
    canvas.edges(area, colour);
    if area.width < 4 || area.height < 2 {
        return;
    }
    let within = Rect { x: area.x + 1, width: area.width - 2, height: 1, ..area };
    let (gap, roomy) = (canvas.look.glyphs.rule, area.width >= ROOMY);
    let mut row = canvas.row(within, 0);
    let (mode, role) = words::mode(app, tab);
    let mode_style = app.look.style(if focused { role } else { Role::Dim });
    row.at_right(&format!(" {mode} "), mode_style);
    if let Some(watchers) = words::watchers(app, tab).filter(|_| roomy) {
        row.at_right(&format!(" {watchers} "), app.look.style(Role::Badge));
    }
    // The client's name is the last thing to give way.
    row.text(&format!(" {} ", tenant_name(app, &tab.id.tenant)), colour.add_modifier(Modifier::REVERSED));
    if let Some(session) = app.session_of(tab) {
        row.text(gap, colour);
        row.text(&format!(" {} ", session.wish.asset), colour);
        if roomy {
            row.text(&format!("{gap} {} ", session.wish.instance), colour.remove_modifier(Modifier::BOLD));
        }
    }
    if roomy {
        row.text(&format!("{gap} s{} ", tab.id.number), colour.remove_modifier(Modifier::BOLD));
    }
    let below = Rect { y: area.bottom() - 1, ..within };
    draw_below(app, tab, canvas, below, focused);
}

fn draw_below(app: &App, tab: &Tab, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
    let look = canvas.look;
    let mut row = canvas.row(area, 0);
    // The way out goes before everything.
    let over = tab.over || app.session_of(tab).is_some_and(Session::is_over);
    let keys: &[(&str, &str)] = match app.sessions.mode() {
        _ if !focused => &[("to-session", "leads here")],
        Mode::Typing => &[("session-commands", "commands")],
        Mode::Commanding if over => &[("close-session", "closes"), ("leave-session", "board")],
        Mode::Commanding if !app.drives(&tab.id) => {
            &[("take-session", "takes over"), ("leave-session", "board"), ("detach-session", "leaves")]
        }
        Mode::Commanding => &[("type-on", "types"), ("leave-session", "board"), ("detach-session", "detaches")],
        Mode::Scrolling => &[("leave-session", "now"), ("copy-session", "copies"), ("search-session", "searches")],
    };
    let mut room = row.left();
    for (name, does) in keys {
        let (key, wants) = (app.key_of(name), key_width(app, name, does));
        if room < wants && *name != keys[0].0 {
            break;
        }
        room = room.saturating_sub(wants);
        let from = row.x();
        row.text(" ", look.style(Role::Text));
        row.role(&key, Role::Key);
        row.role(&format!(" {does} "), Role::Dim);
        if let Some(command) = command::named(name) {
            row.click(from, Click::Run(Binding { command, argument: String::new() }));
        }
    }
    let states = words::state(app, tab);
    let tabs = tabs_width(app);
    for (at, (text, role)) in states.iter().enumerate() {
        let left = row.left();
        // What presses for nothing leaves the tabs their room; it is below the frame, too.
        let quiet = *role == Role::Dim && usize::from(left) < SafeText::line(text).width() + 3 + tabs;
        if left < 12 || quiet {
            break;
        }
        // What is most urgent may take all the room; the rest takes what is left over.
        let text = SafeText::fit(text, usize::from(left.saturating_sub(3)));
        if at == 0 || usize::from(left) > text.width() + 6 {
            row.at_right(&format!(" {text} "), look.style(*role));
        }
    }
    draw_tabs(app, &mut row);
}

/// What the tabs are called.
fn tab_names(app: &App) -> Vec<String> {
    let name = |(at, tab): (usize, &Tab)| {
        let asset = app.session_of(tab).map_or_else(|| format!("s{}", tab.id.number), |one| one.wish.asset.clone());
        format!(" {}:{} ", at + 1, SafeText::fit(&asset, 16))
    };
    app.sessions.tabs().iter().enumerate().map(name).collect()
}

/// The room that the tabs want; none where there are not several.
fn tabs_width(app: &App) -> usize {
    if app.sessions.tabs().len() < 2 {
        return 0;
    }
    tab_names(app).iter().map(|name| SafeText::line(name).width()).sum::<usize>() + 2
}

/// The tabs, where there are several and room for all.
fn draw_tabs(app: &App, row: &mut Row<'_, '_>) {
    let (tabs, names) = (app.sessions.tabs(), tab_names(app));
    if tabs.len() < 2 || usize::from(row.left()) < tabs_width(app) {
        return;
    }
    row.skip(1);
    for (at, (name, tab)) in names.iter().zip(tabs).enumerate() {
        let mut style = app.look.style(Role::of_tenant(&tab.id.tenant));
        if at == app.sessions.place() {
            style = style.add_modifier(Modifier::REVERSED);
        }
        let from = row.x();
        row.text(name, style);
        if let Some(command) = command::named(&format!("session-{}", at + 1)) {
            row.click(from, Click::Run(Binding { command, argument: String::new() }));
        }
    }
}

fn key_width(app: &App, name: &str, does: &str) -> u16 {
    let width = SafeText::line(&app.key_of(name)).width() + does.len() + 3;
    u16::try_from(width).unwrap_or(u16::MAX)
}

//! The lines that are always there: trouble on top, keys and notices, and how the engine is at the bottom.

use ratatui::layout::Rect;

use crate::tui::app::{App, Phase};
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::mouse::Click;
use crate::tui::panes::session;
use crate::tui::panes::tenants::short;
use crate::tui::theme::Role;
use crate::tui::trouble;

/// What is wrong with the program itself, and what to do.
pub fn draw_banner(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let troubles = app.troubles();
    canvas.clear(area, Role::Trouble);
    let trouble = canvas.look.glyphs.trouble;
    let mut row = canvas.row(area, 0);
    if troubles.len() > 1 {
        row.at_right(&format!("+{} more", troubles.len() - 1), app.look.style(Role::Trouble));
    }
    if let Some(first) = troubles.first() {
        row.role(&format!(" {trouble} {first}"), Role::Trouble);
    }
}

/// What there is to say, or which keys work here.
pub fn draw_hints(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    if let Some(toast) = &app.toast {
        let look = canvas.look;
        let mut row = canvas.row(area, 0);
        if !app.waiting.is_empty() {
            row.at_right(&format!("+{} more", app.waiting.len()), look.style(Role::Dim));
        }
        row.role(&format!(" {}", toast.text), toast.role);
        return;
    }
    if app.keymap.is_pending() {
        let mut row = canvas.row(area, 0);
        row.skip(1);
        row.role("esc", Role::Key);
        row.role(&format!(" gives {} up", app.keymap.begun()), Role::Dim);
        return;
    }
    if app.is_typing_through() {
        return session::draw_state(app, canvas, area);
    }
    let mut named = std::collections::HashSet::new();
    let here = app.keymap.here(app.scopes()).into_iter();
    let hints = here.filter(|(_, binding)| app.offers(binding.command) && named.insert(binding.command.name));
    let mut row = canvas.row(area, 0);
    row.skip(1);
    // Whoever knows one key must know this one.
    let help = "help";
    if app.popups.is_empty() && area.width >= 60 {
        row.at_right(help, app.look.style(Role::Dim));
        row.at_right(&app.key_of(help), app.look.style(Role::Key));
    }
    for (keys, binding) in hints.filter(|(_, binding)| binding.command.name != help) {
        let Some(name) = session::words::hint(app, binding.command) else { continue };
        let needs = u16::try_from(keys.len() + name.len() + 1).unwrap_or(u16::MAX);
        if row.left() < needs {
            break;
        }
        let from = row.x();
        row.role(&keys, Role::Key);
        row.role(&format!(" {name}"), Role::Dim);
        row.click(from, Click::Run(binding));
        row.skip(2);
    }
}

/// How the engine is.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let look = canvas.look;
    let glyphs = look.glyphs;
    let pulse = &app.board.pulse;
    let narrow = area.width < 60;
    let mut row = canvas.row(area, 0);
    row.at_right(&clock::time_of_day(app, app.now), look.style(Role::Title));
    if !narrow {
        row.at_right(&app.operator, look.style(Role::Dim));
    }
    if app.read_only {
        row.at_right(if narrow { "ro" } else { "read-only" }, look.style(Role::Badge));
    }
    if let Some(muted) = app.muted() {
        row.at_right(&muted, look.style(Role::Badge));
    }
    let waiting = if narrow { app.waiting_mark_short() } else { app.waiting_mark() };
    if let Some(waiting) = waiting {
        row.at_right(&waiting, look.style(Role::Badge));
    }
    let roomy = area.width >= 120;
    if pulse.aws.as_ref().is_some_and(|aws| aws.is_err() && !roomy) {
        row.at_right(&format!("{} aws", glyphs.trouble), look.style(Role::Trouble));
    }
    row.skip(1);
    match (&app.phase, &pulse.listen) {
        (Phase::Lost(_), _) => row.role(&format!("{} engine lost", glyphs.trouble), Role::Trouble),
        (Phase::Away(_), _) => {
            let age = trouble::age(app.now - app.heard_at);
            row.role(&format!("{} away {age}", glyphs.trouble), Role::Trouble);
        }
        (Phase::Waiting, _) => row.role("loading…", Role::Dim),
        (Phase::Live, Some(listen)) if pulse.listen_error.is_none() => {
            row.role(glyphs.fine, Role::Fine);
            let port = listen.rsplit(':').next().unwrap_or(listen);
            row.role(&format!(" {}", if narrow { port } else { listen }), Role::Text);
        }
        (Phase::Live, _) => row.role(&format!("{} not listening", glyphs.trouble), Role::Trouble),
    }
    let mut lasting = app.tasks.lasting(app.now);
    if let Some(task) = lasting.next() {
        let more = lasting.count();
        let more = if more > 0 { format!(" +{more}") } else { String::new() };
        row.role(&format!("  {} {}{more}", glyphs.busy, task.shown()), Role::Spark);
    }
    if pulse.loading {
        row.role("  loading tenants…", Role::Dim);
    }
    let on = app.others().count() + 1;
    if on > 1 {
        row.role(&format!("  {on} on"), Role::Text);
    }
    row.role(&format!("  {}", app.arrivals.per_second()), Role::Text);
    let refused = pulse.refused_total();
    let role = if refused > 0 { Role::Badge } else { Role::Dim };
    row.role(&format!("  refused {}", short(refused)), role);
    if !narrow {
        row.role(&format!("  queue {}", pulse.queue), if pulse.queue > 1_000 { Role::Badge } else { Role::Dim });
        let unreadable: u64 = app.board.tenants.values().map(|panel| panel.quarantined).sum();
        if unreadable > 0 {
            row.role(&format!("  unreadable {}", short(unreadable)), Role::Badge);
        }
    }
    match &pulse.store_error {
        None if narrow => {}
        None => row.role("  store ok", Role::Dim),
        Some(_) => {
            row.role("  ", Role::Text);
            row.role(&format!("{} store", glyphs.trouble), Role::Trouble);
        }
    }
    match &pulse.aws {
        Some(Ok(arn)) if !narrow => row.role(&format!("  aws {}", caller(arn)), Role::Dim),
        Some(Err(why)) if roomy => {
            row.role("  ", Role::Text);
            row.role(&format!("{} aws: {why}", glyphs.trouble), Role::Trouble);
        }
        _ => {}
    }
}

/// As whom AWS knows us, without what is the same for everybody: `msp-ops@123456789012` of
/// `arn:aws:sts::123456789012:assumed-role/msp-ops/session`.
fn caller(arn: &str) -> String {
    let mut parts = arn.splitn(6, ':').skip(4);
    let (Some(account), Some(resource)) = (parts.next(), parts.next()) else { return arn.to_owned() };
    let mut names = resource.split('/');
    let (kind, name) = (names.next().unwrap_or_default(), names.next());
    // A user may stand in folders; a session comes after its role.
    let name = if kind == "assumed-role" { name } else { resource.rsplit('/').next() };
    format!("{}@{account}", name.unwrap_or(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_told_by_name_and_account() {
        for (arn, shown) in [
            ("arn:aws:sts::123456789012:assumed-role/msp-ops/priya", "msp-ops@123456789012"),
            ("arn:aws:iam::123456789012:user/noc/priya", "priya@123456789012"),
            ("arn:aws:iam::123456789012:root", "root@123456789012"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(caller(arn), shown);
        }
    }
}

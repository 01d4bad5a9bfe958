//! What goes through a forwarded port, in a few lines below the list of sessions: where it is and leads, connections, bytes, and
//! what was refused.
//!
//! ```text
//! 127.0.0.1:15432 leads to db.internal:5432   2 open   1.2 MiB from there, 30.0 KiB to it
//! 127.0.0.1:50112: the machine could not connect to db.internal:5432
//! ```

use crate::core::session::{Kind, Session, port};
use crate::link::session::Line;
use crate::tui::app::App;
use crate::tui::forwarding::address;
use crate::tui::theme::Role;

/// Refusals that are shown.
const REFUSALS: usize = 3;

/// What there is to say of one, if it is a forward that is not over.
pub fn lines(app: &App, one: &Session) -> Vec<(String, Role)> {
    if one.is_over() || !matches!(one.wish.kind, Kind::Forward { .. }) {
        return Vec::new();
    }
    let target = port::target(&one.wish.kind, &one.wish.asset);
    let place = one.local_port.map_or_else(|| "not open yet; it".into(), address);
    let Some(live) = app.flow_of(&one.id) else {
        let key = app.key_of("look-in");
        return vec![(format!("{place} leads to {target}; {key} looks on at what goes through it"), Role::Popup)];
    };
    let counts = format!(
        "{} open   {} from there, {} to it",
        live.connections.len(),
        amount(live.bytes_in),
        amount(live.bytes_out)
    );
    let mut lines = vec![(format!("{place} leads to {target}   {counts}"), Role::Title)];
    match &live.line {
        Line::Paused => lines.push(("the machine does not respond".into(), Role::Mistake)),
        Line::Away { why, .. } => lines.push((format!("the connection is away: {why}"), Role::Mistake)),
        Line::Opening | Line::Ready => {}
    }
    lines.extend(live.warning.iter().map(|warning| (warning.clone(), Role::Badge)));
    lines.extend(live.refused.iter().rev().take(REFUSALS).map(|why| (why.clone(), Role::Mistake)));
    lines
}

/// Bytes, as people read them.
pub fn amount(bytes: u64) -> String {
    let mut unit = 1_u64 << 10;
    if bytes < unit {
        return format!("{bytes} B");
    }
    let mut names = ["KiB", "MiB", "GiB", "TiB", "PiB"].into_iter();
    let mut name = names.next().unwrap_or_default();
    for next in names {
        if bytes < unit << 10 {
            break;
        }
        (unit, name) = (unit << 10, next);
    }
    let tenths = u128::from(bytes) * 10 / u128::from(unit);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn bytes_are_told_in_units() {
        let said = [0, 1023, 1024, 1536, (1 << 20) - 1, 1 << 20, 5 << 30, u64::MAX].map(amount);
        assert_eq!(said, ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "1023.9 KiB", "1.0 MiB", "5.0 GiB", "16383.9 PiB"]);
    }
}

//! An order in full, as whoever lets it pass must see it: nothing is cut, and every byte that would run is there. Long lines go on
//! below; what a terminal would obey, or hide, is shown as its picture.

use crate::core::execution::Execution;
use crate::core::execution::order::{OnSuccess, Order, Platform};
use crate::core::safe_text::SafeText;
use crate::tui::app::App;
use crate::tui::clock;
use crate::tui::panes::detail::text::{Line, hanging};
use crate::tui::panes::incidents;
use crate::tui::theme::Role;

/// Columns of what a line is about.
const LABEL: usize = 10;

/// All of it, for `width` columns.
pub fn lines(app: &App, one: &Execution, width: u16) -> Vec<Line> {
    let order = &one.order;
    let said = |label: &str, text: &str, role| hanging(label_of(label), text, role, width);
    let mut lines = Vec::new();
    let asked = format!("{}, at {}", one.by.who, clock::day_and_time(app, one.asked_at));
    lines.extend(said("asked by", &asked, Role::Title));
    let risk = format!("{}: {}", order.risk.word(), one.why_approval());
    lines.extend(said("risk", &risk, super::super::executions::risk_role(order.risk)));
    let tenant = incidents::tenant_name(app, &one.id.tenant);
    lines.extend(said("tenant", &format!("{tenant} ({})", one.id.tenant), Role::Title));
    lines.extend(said("account", &format!("{} in {}", order.account_id, order.region), Role::Popup));
    let incident = app.board.incident(&one.incident_id);
    let about = incident.map(|it| format!(" {} {}", it.asset_name, it.signature)).unwrap_or_default();
    lines.extend(said("incident", &format!("{}{about}", one.incident_id), Role::Popup));
    for (at, target) in order.targets.iter().enumerate() {
        let label = if at == 0 { "machines" } else { "" };
        lines.extend(said(label, &format!("{} {}", target.instance, target.asset), Role::Title));
    }
    lines.extend(said("document", &document(order), Role::Popup));
    lines.extend(said("timeout", &format!("{} s", order.timeout_seconds), Role::Popup));
    for (name, values) in &order.parameters {
        lines.extend(said("parameter", name, Role::Popup));
        lines.extend(bytes(values, width));
    }
    lines.extend(said("success", &success(order), Role::Popup));
    if let Some(again) = &order.again {
        lines.extend(said("repeats", &again.to_string(), Role::Popup));
    }
    lines.extend(said("digest", &order.digest(), Role::Dim));
    lines
}

fn label_of(label: &str) -> Line {
    Line::default().and(&format!("{label:<LABEL$}"), Role::Dim)
}

/// `AWS-RunShellScript, its default version, for linux, from the runbook restart-nginx`.
pub fn document(order: &Order) -> String {
    let version = order.document_version.as_ref().map_or("its default version".into(), |one| format!("version {one}"));
    let platform = match order.platform {
        Platform::Linux => "linux",
        Platform::Windows => "windows",
        Platform::MacOs => "macos",
    };
    let from = order.runbook.as_ref().map_or("as typed".into(), |name| format!("from the runbook {name}"));
    format!("{}, {version}, for {platform}, {from}", order.document)
}

/// What counts as success, and what comes of it.
fn success(order: &Order) -> String {
    let expect = &order.expect;
    let codes: Vec<String> = expect.exit_codes.iter().map(ToString::to_string).collect();
    let codes = if codes.is_empty() { String::new() } else { format!(" or {}", codes.join(", ")) };
    let mut text = format!("exit code 0{codes}");
    expect.output_contains.iter().for_each(|part| text.push_str(&format!("; output has {part:?}")));
    expect.output_lacks.iter().for_each(|part| text.push_str(&format!("; output lacks {part:?}")));
    text.push_str(match order.on_success {
        OnSuccess::Note => "; it is noted",
        OnSuccess::Resolve => "; it resolves the incident",
    });
    text
}

/// A parameter's values, line by line with their numbers. Spaces stay: nothing is wrapped between words.
fn bytes(values: &[String], width: u16) -> Vec<Line> {
    let all = values.iter().flat_map(|value| value.split('\n'));
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(all) {
        let room = usize::from(width).saturating_sub(6).max(8);
        let mut head = format!("{number:>4}  ");
        for piece in pieces(line, room) {
            lines.push(Line::default().and(&head, Role::Dim).and(&piece, Role::Key));
            head = "   +  ".into();
        }
    }
    lines
}

/// A line in pieces of at most so many columns; an empty line is one empty piece.
fn pieces(line: &str, columns: usize) -> Vec<String> {
    let (mut pieces, mut piece, mut wide) = (Vec::new(), String::new(), 0);
    for c in SafeText::line(line).chars() {
        let width = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if wide + width > columns {
            pieces.push(std::mem::take(&mut piece));
            wide = 0;
        }
        wide += width;
        piece.push(c);
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_would_run_is_shown_with_its_spaces_and_what_it_hides() {
        let shown: Vec<_> = bytes(&["if x; then\n    y   z\nfi".into(), "a\u{202e}b\x1b[2J\r".into()], 16)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(shown, ["   1  if x; then", "   2      y   z", "   3  fi", "   4  a\u{fffd}b␛[2J⏎"]);
        assert_eq!(pieces("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(pieces("", 3), [""]);
    }

    proptest! {
        #[test]
        fn nothing_that_would_run_is_cut(text in "\\PC{0,200}", width in 14u16..60) {
            let shown = bytes(std::slice::from_ref(&text), width);
            let all: String = shown.iter().map(|line| line.to_string().chars().skip(6).collect::<String>()).collect();
            prop_assert_eq!(all, SafeText::line(&text).to_string());
        }
    }
}

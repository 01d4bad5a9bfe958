//! The request that an alert came in: JSON as a tree whose parts fold, anything else as its lines.

use serde_json::Value;

use super::text::{Line, hanging};
use crate::core::safe_text::SafeText;
use crate::tui::theme::Role;

/// Lines of a request that are kept.
const LINES: usize = 5_000;
/// A tree of more parts than this is shown folded at first.
const FEW: usize = 200;

/// A request's body.
#[derive(Debug, Default)]
pub struct Raw {
    /// In the order of the text; the first is the whole.
    nodes: Vec<Node>,
    /// There was more.
    cut: bool,
    /// Which part each line shows, as of the last [`Raw::lines`].
    owners: Vec<usize>,
}

/// A part of it.
#[derive(Debug)]
struct Node {
    depth: usize,
    /// `"n": 2`, or what it is called and how much is in it.
    text: String,
    /// The first node after it and everything in it.
    end: usize,
    folded: bool,
}

impl Raw {
    /// Reads a body.
    pub fn read(body: &[u8]) -> Self {
        let mut raw = Self::default();
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => {
                raw.grow(0, "", &value);
                if raw.nodes.len() > FEW {
                    raw.fold_all(true);
                }
            }
            Err(_) => {
                let lines = SafeText::lines(&String::from_utf8_lossy(body), LINES);
                let node = |(at, text): (usize, SafeText)| Node {
                    depth: 0,
                    text: text.to_string(),
                    end: at + 1,
                    folded: false,
                };
                raw.nodes = lines.into_iter().enumerate().map(node).collect();
                raw.cut = raw.nodes.len() >= LINES;
            }
        }
        raw
    }

    fn grow(&mut self, depth: usize, name: &str, value: &Value) {
        if self.nodes.len() >= LINES {
            self.cut = true;
            return;
        }
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        let text = match value {
            Value::Object(parts) if !parts.is_empty() => format!("{name}{{{}}}", parts.len()),
            Value::Array(parts) if !parts.is_empty() => format!("{name}[{}]", parts.len()),
            plain => format!("{name}{plain}"),
        };
        let at = self.nodes.len();
        self.nodes.push(Node { depth, text, end: at + 1, folded: false });
        match value {
            Value::Object(parts) => parts.iter().for_each(|(name, part)| self.grow(depth + 1, name, part)),
            Value::Array(parts) => {
                parts.iter().enumerate().for_each(|(place, part)| self.grow(depth + 1, &place.to_string(), part));
            }
            _ => {}
        }
        let end = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(at) {
            node.end = end;
        }
    }

    /// Folds everything below the whole, or nothing.
    pub fn fold_all(&mut self, folded: bool) {
        for node in self.nodes.iter_mut().filter(|node| node.depth > 0) {
            node.folded = folded;
        }
    }

    /// Folds the part that a line shows, or the one around it, or unfolds it; the line that shows it then.
    pub fn fold(&mut self, line: usize) -> usize {
        let Some(own) = self.owners.get(line).copied() else { return line };
        let holds = |at: &usize| self.nodes.get(*at).is_some_and(|node| node.end > own && node.end > *at + 1);
        let Some(at) = (0..=own).rev().find(holds) else { return line };
        if let Some(node) = self.nodes.get_mut(at) {
            node.folded = !node.folded;
        }
        self.owners.iter().position(|owner| *owner == at).unwrap_or(line)
    }

    /// What is visible of it. A part that can be folded has `-` before it, a folded one `+`.
    pub fn lines(&mut self, width: u16) -> Vec<Line> {
        let mut lines = Vec::new();
        self.owners.clear();
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            let sign = match (node.end > at + 1, node.folded) {
                (false, _) => " ",
                (true, true) => "+",
                (true, false) => "-",
            };
            let tree = self.nodes.first().is_some_and(|whole| whole.end > 1);
            let before = if tree { format!("{}{sign} ", "  ".repeat(node.depth)) } else { String::new() };
            lines.extend(hanging(Line::dim(&before), &node.text, Role::Text, width));
            self.owners.resize(lines.len(), at);
            at = if node.folded { node.end } else { at + 1 };
        }
        if self.cut {
            lines.push(Line::default().and("more was received than is shown", Role::Badge));
            self.owners.push(self.nodes.len().saturating_sub(1));
        }
        lines
    }
}

/// A body as lines that are safe to show: JSON indented, anything else as it came.
pub fn readable(body: &[u8]) -> Vec<SafeText> {
    let value = serde_json::from_slice::<Value>(body);
    let text = match value.and_then(|value| serde_json::to_string_pretty(&value)) {
        Ok(pretty) => pretty,
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    SafeText::lines(&text, LINES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(raw: &mut Raw) -> Vec<String> {
        raw.lines(60).iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    #[test]
    fn json_is_a_tree_and_anything_else_its_lines() {
        let mut raw = Raw::read(br#"{"b":[],"a":{"x":"one\ntwo","y":null}}"#);
        assert_eq!(shown(&mut raw), ["- {2}", "  - a: {2}", "      x: \"one\\ntwo\"", "      y: null", "    b: []"]);
        assert_eq!(raw.fold(3), 1);
        assert_eq!(shown(&mut raw), ["- {2}", "  + a: {2}", "    b: []"]);
        assert_eq!(raw.fold(2), 0, "what is no part with parts folds what it is in");
        assert_eq!(shown(&mut raw), ["+ {2}"]);
        raw.fold_all(false);
        assert_eq!(raw.fold(0), 0);
        assert_eq!(shown(&mut raw).len(), 5);
        assert_eq!(shown(&mut Raw::read(b"status=down\r\nhost=\xff")), ["status=down", "host=\u{fffd}"]);
        assert_eq!(shown(&mut Raw::read(b"")), [""]);
        assert_eq!(shown(&mut Raw::read(b"17")), ["17"]);
    }

    #[test]
    fn what_is_large_is_folded_at_first_and_bounded() {
        let alerts: Vec<Value> = (0..5_000).map(|n| serde_json::json!({ "n": n, "labels": { "a": "b" } })).collect();
        let mut raw = Raw::read(&serde_json::to_vec(&alerts).unwrap());
        let lines = shown(&mut raw);
        assert_eq!((&*lines[0], &*lines[1]), ("- [5000]", "  + 0: {2}"));
        assert_eq!(lines.last().unwrap(), "more was received than is shown");
        raw.fold_all(false);
        assert!(shown(&mut raw).len() <= LINES + 1);
        assert!(shown(&mut Raw::read(&b"x\n".repeat(LINES * 2))).len() <= LINES + 1);
    }

    proptest! {
        #[test]
        fn folding_anything_anywhere_leaves_the_line_on_what_was_folded(
            body in "[\\[\\]{}:,\"a1 ]{0,60}",
            folds in proptest::collection::vec(0..20usize, 0..6),
        ) {
            let mut raw = Raw::read(body.as_bytes());
            for line in folds {
                let lines = raw.lines(30).len();
                let at = raw.fold(line);
                prop_assert!(at <= line.max(lines));
                prop_assert!(!raw.lines(30).is_empty());
            }
        }
    }
}

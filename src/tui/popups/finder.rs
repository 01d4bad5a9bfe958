//! A list of which some is found by a few letters. What is made of the chosen one is left to the popups that hold one.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::Rect;

use crate::core::safe_text::SafeText;
use crate::tui::canvas::Canvas;
use crate::tui::input::Input;
use crate::tui::mouse::Click;
use crate::tui::panes::stepped;
use crate::tui::theme::Role;

/// Something to choose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// What is meant by it.
    pub value: String,
    /// What is shown, and searched.
    pub label: String,
    /// What is shown beside it, and searched.
    pub note: String,
}

/// The list's state.
#[derive(Debug, Default)]
pub struct Finder {
    /// What is typed.
    pub input: Input,
    choices: Vec<Choice>,
    found: Vec<usize>,
    at: usize,
}

impl Finder {
    /// With all choices in their order, the first one highlighted.
    pub fn new(choices: Vec<Choice>) -> Self {
        let found = (0..choices.len()).collect();
        Self { input: Input::default(), choices, found, at: 0 }
    }

    /// All there is to choose from.
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// The text has changed: finds anew.
    pub fn typed_more(&mut self) {
        let pattern = Pattern::parse(self.input.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut letters), &mut matcher);
        // What something is called says more than what is said of it.
        let scored = self.choices.iter().enumerate().filter_map(|(at, choice)| {
            let by_name = score(&choice.label);
            let by_all = by_name.or_else(|| score(&format!("{} {}", choice.label, choice.note)))?;
            Some((by_name.is_none(), std::cmp::Reverse(by_all), at))
        });
        let mut scored: Vec<_> = scored.collect();
        scored.sort_unstable();
        self.found = scored.into_iter().map(|(.., at)| at).collect();
        self.at = 0;
    }

    /// The place of what is highlighted among all choices.
    pub fn highlighted(&self) -> Option<usize> {
        self.found.get(self.at).copied()
    }

    /// To one that is shown.
    pub fn point(&mut self, row: usize) {
        self.at = row.min(self.found.len().saturating_sub(1));
    }

    /// Highlights another one.
    pub fn choose(&mut self, by: isize) {
        self.at = stepped(self.at, by, self.found.len());
    }

    /// Draws what is typed, and below it what is found; `role` is that of a label, by its choice's place.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, role: impl Fn(usize) -> Role) {
        self.input.draw(&mut canvas.row(area, 0), Role::Popup);
        let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let look = canvas.look;
        let first = (self.at + 1).saturating_sub(usize::from(list.height));
        let widest = self.choices.iter().map(|choice| SafeText::line(&choice.label).width()).max().unwrap_or(0);
        let labels = u16::try_from(widest + 1).unwrap_or(u16::MAX).min(area.width / 2);
        let shown = self.found.iter().enumerate().skip(first).take(list.height.into());
        for (line, (at, place)) in shown.enumerate() {
            let Some(choice) = self.choices.get(*place) else { continue };
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let mut row = canvas.row(list, line);
            row.cell(&choice.label, labels, look.style(role(*place)));
            row.role(&choice.note, Role::Popup);
            if at == self.at {
                canvas.tint(Rect { y: list.y + line, height: 1, ..list }, look.style(Role::Selected));
            }
            canvas.clicks.push((Rect { y: list.y + line, height: 1, ..list }, Click::Row(at)));
        }
    }
}

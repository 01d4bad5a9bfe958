//! The fields of a form: what is typed into each, which one has the keys, and what is wrong with which. What they are called
//! and what is made of them is left to the forms.

use crokey::KeyCombination;
use ratatui::layout::Rect;

use crate::tui::canvas::Canvas;
use crate::tui::input::Input;
use crate::tui::theme::Role;

/// Some fields, each at its place.
#[derive(Debug, Default)]
pub struct Fields {
    inputs: Vec<Input>,
    at: usize,
    /// What is wrong, and where.
    wrong: Option<(usize, String)>,
}

impl Fields {
    /// With these texts; the keys go to the field `at`.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>, at: usize) -> Self {
        Self { inputs: texts.into_iter().map(Input::new).collect(), at, wrong: None }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// The place of the field that has the keys.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What a field holds.
    pub fn text(&self, at: usize) -> &str {
        self.inputs.get(at).map_or("", Input::text)
    }

    /// The text being typed.
    pub fn input(&mut self) -> Option<&mut Input> {
        self.inputs.get_mut(self.at)
    }

    /// Types a key. What was wrong is being mended.
    pub fn typed(&mut self, key: KeyCombination) -> bool {
        let typed = self.input().is_some_and(|input| input.press(key));
        self.wrong.take_if(|_| typed);
        typed
    }

    /// To the field `by` further on.
    pub fn turn(&mut self, by: isize) {
        let len = self.inputs.len().max(1);
        self.at = (self.at + len).saturating_add_signed(by) % len;
    }

    /// Says what is wrong with a field, and goes there.
    pub fn refused(&mut self, at: usize, why: String) {
        self.at = at;
        self.wrong = Some((at, why));
    }

    /// Draws a line for each, as many as there is room for, with labels so wide.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, width: u16, label: impl Fn(usize) -> String) {
        let shown = usize::from(area.height).max(1);
        let first = (self.at + 1).saturating_sub(shown);
        let mut caret = None;
        for (line, (at, input)) in self.inputs.iter().enumerate().skip(first).take(shown).enumerate() {
            let here = at == self.at;
            let look = canvas.look;
            let mut row = canvas.row(area, u16::try_from(line).unwrap_or(u16::MAX));
            row.cell(&label(at), width, look.style(if here { Role::Key } else { Role::Dim }));
            input.draw(&mut row, if here { Role::Title } else { Role::Popup });
            if here {
                caret = canvas.caret;
            }
        }
        canvas.caret = caret;
    }

    /// Draws what is wrong, or the hint for the field that has the keys.
    pub fn draw_hint(&self, canvas: &mut Canvas<'_>, area: Rect, line: u16, hint: &str) {
        let mut row = canvas.row(area, line);
        match &self.wrong {
            Some((_, why)) => row.role(why, Role::Mistake),
            None => row.role(hint, Role::Dim),
        }
    }
}

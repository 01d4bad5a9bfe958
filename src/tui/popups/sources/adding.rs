//! A source, while it is added: first which tool, then what it is called and how it proves itself. What the engine says to that is
//! left to `tui::sources`.
//!
//! ```text
//! ┌ Add a source to Acme Corp: Datadog ──────────┐
//! │ name    datadog                              │
//! │ proof   key                                  │
//! │ what stands in its URL: a-z, 0-9 and -       │
//! │ tab to the next; enter adds it; esc: back    │
//! └──────────────────────────────────────────────┘
//! ```

use crokey::KeyCombination;
use ratatui::layout::Rect;

use super::words;
use crate::core::id::TenantId;
use crate::core::source::auth::{Auth, Preset};
use crate::core::source::kind::Kind;
use crate::link::source::Ask;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::input::Input;
use crate::tui::keymap::Scope;
use crate::tui::layout;
use crate::tui::panes::incidents;
use crate::tui::popups::fields::Fields;
use crate::tui::popups::finder::{Choice, Finder};
use crate::tui::theme::Role;

const NAME: usize = 0;
const PROOF: usize = 1;

/// The popup's state.
#[derive(Debug)]
pub struct Adding {
    /// Whose it will be.
    pub tenant: TenantId,
    /// Names that are taken.
    taken: Vec<String>,
    kinds: Finder,
    /// The tool that was chosen, and what is filled in.
    form: Option<(Kind, Fields)>,
    /// The engine was asked to add it.
    asked: bool,
}

impl Adding {
    /// Which tool is asked first.
    pub fn new(tenant: TenantId, taken: Vec<String>) -> Self {
        let choice = |kind: Kind| {
            let row = kind.row();
            Choice { value: row.name.into(), label: row.name.into(), note: row.title.into() }
        };
        Self { tenant, taken, kinds: Finder::new(Kind::all().map(choice).collect()), form: None, asked: false }
    }

    /// The tool is known.
    pub fn of(tenant: TenantId, taken: Vec<String>, kind: Kind) -> Self {
        let mut adding = Self::new(tenant, taken);
        adding.choose(kind);
        adding
    }

    fn choose(&mut self, kind: Kind) {
        let free = |name: &String| !self.taken.contains(name);
        let numbered = (2..).map(|number: u32| format!("{}-{number}", kind.name()));
        let name = std::iter::once(kind.name().to_owned()).chain(numbered).find(free).unwrap_or_default();
        let proof = words::scheme(&kind.row().auth.into());
        self.form = Some((kind, Fields::new([&*name, proof], NAME)));
    }

    /// The list that is chosen from, while there is one.
    pub fn finder(&mut self) -> Option<&mut Finder> {
        self.form.is_none().then_some(&mut self.kinds)
    }

    /// The text being typed.
    pub fn input(&mut self) -> Option<&mut Input> {
        match &mut self.form {
            Some((_, fields)) => fields.input(),
            None => Some(&mut self.kinds.input),
        }
    }

    /// Types a key.
    pub fn typed(&mut self, key: KeyCombination) -> bool {
        match &mut self.form {
            Some((_, fields)) => fields.typed(key),
            None => self.kinds.input.press(key),
        }
    }

    /// To the field `by` further on.
    pub fn turn(&mut self, by: isize) {
        if let Some((_, fields)) = &mut self.form {
            fields.turn(by);
        }
    }

    /// Where keys are looked up while it has them.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.form {
            Some(_) => &[Scope::Form, Scope::Typing, Scope::Always],
            None => &[Scope::Palette, Scope::Typing, Scope::Always],
        }
    }

    /// Enter: goes on to the form, or says what is to be asked of the engine.
    pub fn submit(&mut self) -> Option<Ask> {
        let Some((kind, fields)) = &mut self.form else {
            let choices = self.kinds.choices();
            let chosen = self.kinds.highlighted().and_then(|at| choices.get(at)).map(|choice| choice.value.clone());
            let kind = chosen.and_then(|name| name.parse().ok());
            kind.into_iter().for_each(|kind| self.choose(kind));
            return None;
        };
        if self.asked {
            return None;
        }
        let (name, proof) = (fields.text(NAME).trim().to_owned(), fields.text(PROOF).trim());
        if name.is_empty() {
            fields.refused(NAME, "it needs a name, which stands in its URL".into());
            return None;
        }
        let known = Preset::ALL.into_iter().find(|preset| preset.word() == proof);
        let Some(preset) = known else {
            fields.refused(PROOF, format!("one of {}", presets()));
            return None;
        };
        let auth = Auth::from(preset);
        let auth = (auth != Auth::from(kind.row().auth)).then(|| Box::new(auth));
        self.asked = true;
        Some(Ask::Add { name, kind: *kind, auth, mapping: None, secret: None })
    }

    /// Esc: back to the tools. False: there is nothing to go back to.
    pub fn back(&mut self) -> bool {
        self.asked = false;
        self.form.take().is_some()
    }

    /// The engine would not add it.
    pub fn refused(&mut self, why: String) {
        self.asked = false;
        if let Some((_, fields)) = &mut self.form {
            fields.refused(NAME, why);
        }
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let whose = incidents::tenant_name(app, &self.tenant);
        let Some((kind, fields)) = &self.form else {
            let most = u16::try_from(self.kinds.choices().len() + 3).unwrap_or(u16::MAX);
            let area = layout::middle(screen, 76, most.min(screen.height.saturating_sub(2)).min(24));
            let inner = canvas.frame(area, &format!("Add a source to {whose}: which tool?"));
            return self.kinds.draw(canvas, inner, |_| Role::Title);
        };
        let inner = canvas.frame(layout::middle(screen, 76, 7), &format!("Add a source to {whose}: {kind}"));
        let form = Rect { height: 2, ..inner };
        let hint = match fields.at() {
            NAME => "what stands in its URL: a-z, 0-9 and -".into(),
            _ => presets(),
        };
        canvas.row(inner, 4).role("tab: the other field; enter adds it; esc: back", Role::Dim);
        if self.asked {
            canvas.row(inner, 3).role("adding it…", Role::Dim);
        } else {
            fields.draw_hint(canvas, inner, 3, &hint);
        }
        let labels = ["name", "proof"];
        fields.draw(canvas, form, 7, |at| labels.get(at).copied().unwrap_or_default().into());
    }
}

fn presets() -> String {
    Preset::ALL.map(Preset::word).join(" ")
}

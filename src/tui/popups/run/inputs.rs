//! What a runbook wants filled in: a field for each input, and its timeout.

use ratatui::layout::Rect;

use super::runbooks::title;
use crate::link::remote::Offer;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::layout;
use crate::tui::popups::fields::Fields;
use crate::tui::run::wish::{What, Wish, takes, wrong};
use crate::tui::theme::Role;

/// A timeout, in seconds.
const TIMEOUTS: std::ops::RangeInclusive<u32> = 30..=172_800;

/// The popup's state.
#[derive(Debug)]
pub struct Inputs {
    /// What it leads to.
    pub wish: Wish,
    /// What is typed: one for each input, then the timeout.
    pub fields: Fields,
    offer: Box<Offer>,
}

impl Inputs {
    /// As far as they are filled in; the keys go to the first one that will not do. Absent for what has no inputs.
    pub fn new(wish: Wish) -> Option<Self> {
        let What::Runbook(offer, filled) = &wish.what else { return None };
        let text = |name: &str| filled.get(name).map_or("", String::as_str);
        let texts = offer.inputs.iter().map(|blank| text(&blank.name));
        let timeout = wish.timeout_seconds.unwrap_or(offer.timeout_seconds).to_string();
        let bad = offer.inputs.iter().position(|blank| wrong(blank, text(&blank.name)).is_some());
        let mut fields = Fields::new(texts.chain([&*timeout]), bad.unwrap_or(0));
        if let Some((at, blank)) = bad.and_then(|at| Some((at, offer.inputs.get(at)?)))
            && !text(&blank.name).is_empty()
        {
            fields.refused(at, wrong(blank, text(&blank.name)).unwrap_or_default());
        }
        let offer = offer.clone();
        Some(Self { wish, fields, offer })
    }

    /// Reads what is filled in; else says what is wrong with which field, and goes there.
    pub fn read(&mut self) -> Option<Wish> {
        let mut filled = std::collections::BTreeMap::new();
        for (at, blank) in self.offer.inputs.iter().enumerate() {
            let text = self.fields.text(at);
            if let Some(why) = wrong(blank, text) {
                self.fields.refused(at, why);
                return None;
            }
            filled.insert(blank.name.clone(), text.to_owned());
        }
        let last = self.offer.inputs.len();
        match self.fields.text(last).trim().parse().ok().filter(|seconds| TIMEOUTS.contains(seconds)) {
            Some(seconds) => self.wish.timeout_seconds = Some(seconds).filter(|it| *it != self.offer.timeout_seconds),
            None => {
                self.fields.refused(last, "the timeout is from 30 to 172800 seconds".into());
                return None;
            }
        }
        self.wish.what = What::Runbook(self.offer.clone(), filled);
        Some(self.wish.clone())
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let height = u16::try_from(self.fields.len() + 5).unwrap_or(u16::MAX);
        let area = layout::middle(Rect { height: screen.height.saturating_sub(2), ..screen }, 90, height);
        let inner = canvas.frame(area, &title(app, &self.wish, &format!("{} on", self.offer.name)));
        let body = Rect { height: inner.height.saturating_sub(3), ..inner };
        let label = |at: usize| self.offer.inputs.get(at).map_or("timeout", |blank| &blank.name).to_owned();
        let widest = (0..self.fields.len()).map(|at| label(at).chars().count()).max().unwrap_or(0);
        self.fields.draw(canvas, body, u16::try_from(widest).unwrap_or(u16::MAX).min(body.width / 3), label);
        let blank = self.offer.inputs.get(self.fields.at());
        let doc = blank.map_or("after so many seconds it is ended", |blank| &blank.doc);
        canvas.row(inner, inner.height.saturating_sub(3)).role(doc, Role::Popup);
        let hint = blank.map_or_else(|| "30 to 172800".into(), |blank| takes(&blank.kind));
        self.fields.draw_hint(canvas, inner, inner.height.saturating_sub(2), &hint);
        let keys = "tab: next field; enter: what would run; esc: leave it";
        canvas.row(inner, inner.height.saturating_sub(1)).role(keys, Role::Dim);
    }
}

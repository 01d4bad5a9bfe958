//! How a tenant's account takes us: as whom we come, whether we are let in, what we see there, and what the client has to grant,
//! ready to be copied.

use ratatui::layout::Rect;

use crate::core::access::Verified;
use crate::core::id::TenantId;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::layout;
use crate::tui::panes::detail::text::{Line, hanging};
use crate::tui::panes::incidents;
use crate::tui::popups::{Place, foot};
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Access {
    /// Whose.
    pub tenant: TenantId,
    state: State,
    lines: Vec<Line>,
    /// How far down.
    pub list: Place,
}

#[derive(Debug)]
enum State {
    Asked,
    Refused(String),
    Known(Box<Verified>),
}

impl Access {
    /// Nothing has come yet.
    pub fn new(tenant: TenantId) -> Self {
        Self { tenant, state: State::Asked, lines: Vec::new(), list: Place::default() }
    }

    /// It has come, or a refusal.
    pub fn answered(&mut self, answer: Result<Box<Verified>, String>) {
        self.state = answer.map_or_else(State::Refused, State::Known);
    }

    /// What the role's trust policy must say.
    pub fn trust_policy(&self) -> Option<&str> {
        Some(&self.known()?.trust_policy)
    }

    /// What the role must be allowed to do.
    pub fn permission_policy(&self) -> Option<&str> {
        Some(&self.known()?.permission_policy)
    }

    fn known(&self) -> Option<&Verified> {
        match &self.state {
            State::Known(known) => Some(known),
            State::Asked | State::Refused(_) => None,
        }
    }

    /// It is shown on a screen of `area`.
    pub fn fit(&mut self, area: Rect) {
        let body = body(place(area));
        self.lines = match &self.state {
            State::Asked => vec![Line::dim("asking AWS…")],
            State::Refused(why) => hanging(Line::default(), why, Role::Mistake, body.width),
            State::Known(known) => lines(known, body.width),
        };
        let len = (self.lines.len() + 1).saturating_sub(body.height.into()).max(1);
        self.list = Place { at: self.list.at.min(len - 1), len };
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let area = place(canvas.area());
        let whose = incidents::tenant_name(app, &self.tenant);
        let inner = canvas.frame(area, &format!("AWS access of {whose}"));
        let body = body(area);
        for (line, text) in self.lines.iter().skip(self.list.at).take(body.height.into()).enumerate() {
            text.draw(&mut canvas.row(body, u16::try_from(line).unwrap_or(u16::MAX)));
        }
        let copies: &[_] = match self.state {
            State::Known(_) => &[("copy-trust", "copies the trust policy"), ("copy-permissions", "the permissions")],
            State::Asked | State::Refused(_) => &[],
        };
        let mut row = canvas.row(inner, inner.height.saturating_sub(1));
        foot::draw(app, &mut row, &[copies, &[("close", "closes")]].concat());
    }
}

fn lines(known: &Verified, width: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut said = |label: &str, answer: Result<&str, &str>| {
        let label = Line::default().and(&format!("{label:<9}"), Role::Dim);
        let (text, role) = match answer {
            Ok(text) => (text, Role::Fine),
            Err(text) => (text, Role::Mistake),
        };
        lines.extend(hanging(label, text, role, width));
    };
    let deref = |answer: &Result<String, String>| answer.clone();
    let (base, role) = (deref(&known.base), deref(&known.role));
    said("we are", base.as_deref().map_err(String::as_str));
    said("there", role.as_deref().map_err(String::as_str));
    let nodes = known.nodes.clone().map(|(all, online)| format!("{all} managed nodes, {online} online"));
    said("machines", nodes.as_deref().map_err(String::as_str));
    for (title, policy) in [
        ("Trust policy of the role, for the client to set:", &known.trust_policy),
        ("Permissions of the role, for the client to set:", &known.permission_policy),
    ] {
        lines.push(Line::default());
        lines.push(Line::default().and(title, Role::Title));
        // The indent stays: what is shown is what is copied.
        for line in policy.lines() {
            let indent = line.len() - line.trim_start().len();
            let first = Line::default().and(line.get(..indent).unwrap_or_default(), Role::Popup);
            lines.extend(hanging(first, line.trim_start(), Role::Popup, width));
        }
    }
    lines
}

/// Where it is on a screen.
fn place(screen: Rect) -> Rect {
    layout::middle(screen, 100, screen.height.saturating_sub(2))
}

/// Where its lines are: within the frame, above the keys.
fn body(area: Rect) -> Rect {
    Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(4), height: area.height.saturating_sub(3) }
}

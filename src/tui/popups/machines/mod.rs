//! A tenant's machines: the managed nodes of its account, as of when AWS last said so. Asking is left to `tui::machines`.
//!
//! ```text
//! ┌ Machines of Acme Corp 3 ────────────────────────────────────────────┐
//! │ 2 of 3 online, as of 2m ago                                         │
//! │ ● web-01   i-0123456789abcdef0  Ubuntu 24.04  10.0.1.7  3.3.9       │
//! │ ✖ db-01    mi-0123456789abcdef0 …                     offline 4h    │
//! │ r asks anew  v verifies access  a activates  / finds  esc closes    │
//! ```

pub mod activated;
pub mod verified;

use ratatui::layout::Rect;

use super::{Place, foot, rows};
use crate::core::execution::order::Platform;
use crate::core::id::TenantId;
use crate::core::node::Node;
use crate::core::time::Moment;
use crate::link::remote::Nodes;
use crate::tui::app::App;
use crate::tui::canvas::{Canvas, Row};
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::moves::Move;
use crate::tui::panes::detail::text::wrap;
use crate::tui::panes::incidents;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Machines {
    /// Whose.
    pub tenant: TenantId,
    /// What the rows must have.
    pub input: Input,
    /// It is being typed.
    pub searching: bool,
    /// A question is on its way.
    asking: bool,
    known: Option<Nodes>,
    refused: Option<String>,
    /// Those of `known` that are shown.
    rows: Vec<usize>,
    list: Place,
}

impl Machines {
    /// Nothing has come yet.
    pub fn new(tenant: TenantId) -> Self {
        Self {
            tenant,
            input: Input::default(),
            searching: false,
            asking: true,
            known: None,
            refused: None,
            rows: Vec::new(),
            list: Place::default(),
        }
    }

    /// They are asked for once more; what is known stays until the answer.
    pub fn ask_again(&mut self) {
        self.asking = true;
    }

    /// They have come, or a refusal; then what was known stays.
    pub fn answered(&mut self, answer: Result<Nodes, String>) {
        self.asking = false;
        match answer {
            Ok(nodes) => (self.known, self.refused) = (Some(nodes), None),
            Err(why) => self.refused = Some(why),
        }
        self.typed_more();
    }

    /// The search has changed, or what is searched; the selection follows its machine.
    pub fn typed_more(&mut self) {
        let selected = self.selected().map(|node| node.instance.clone());
        let words: Vec<String> = self.input.text().split_whitespace().map(str::to_lowercase).collect();
        let found = |node: &Node| {
            let Node { instance, name, system, ip, agent_version, .. } = node;
            let (platform, state) = (platform(node.platform), if node.online { "online" } else { "offline" });
            let text = format!("{instance} {name} {platform} {system} {ip} {agent_version} {state}").to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        let nodes = self.known.iter().flat_map(|known| &known.nodes);
        self.rows = nodes.enumerate().filter(|(_, node)| found(node)).map(|(at, _)| at).collect();
        let at = self.rows.iter().position(|at| self.node(*at).map(|node| &node.instance) == selected.as_ref());
        let at = at.filter(|_| selected.is_some()).unwrap_or(0);
        self.list = Place { at, len: self.rows.len() };
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Node> {
        self.node(*self.rows.get(self.list.at)?)
    }

    /// Moves.
    pub fn go(&mut self, by: Move) {
        self.list.go(by);
    }

    /// Selects a row.
    pub fn point(&mut self, row: usize) {
        self.list.point(row);
    }

    fn node(&self, at: usize) -> Option<&Node> {
        self.known.as_ref()?.nodes.get(at)
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let height = u16::try_from(self.rows.len().max(2) + 4).unwrap_or(u16::MAX).max(8);
        let area = layout::middle(screen, 130, height.min(screen.height.saturating_sub(2)));
        let whose = incidents::tenant_name(app, &self.tenant);
        let count = self.known.as_ref().map(|known| format!(" {}", known.nodes.len())).unwrap_or_default();
        let inner = canvas.frame(area, &format!("Machines of {whose}{count}"));
        let last = inner.height.saturating_sub(1);
        let body = Rect { y: inner.y + 1, height: last.saturating_sub(1), ..inner };
        self.draw_head(app, &mut canvas.row(inner, 0));
        match (&self.known, &self.refused) {
            (None, Some(why)) => {
                for (line, text) in (0..body.height).zip(wrap(why, body.width.into())) {
                    canvas.row(body, line).role(&text, Role::Mistake);
                }
            }
            (None, None) => {}
            (Some(known), _) if known.nodes.is_empty() => {
                canvas.row(body, 0).role("The account has no managed node.", Role::Popup);
                canvas.row(body, 1).role("Its machines need the SSM agent, and a role or an activation.", Role::Dim);
            }
            (Some(_), _) if self.rows.is_empty() => canvas.row(body, 0).role("Nothing matches.", Role::Popup),
            (Some(_), _) => rows::draw(canvas, body, &self.list, |at, row| {
                if let Some(node) = self.rows.get(at).and_then(|at| self.node(*at)) {
                    draw_row(app, row, node);
                }
            }),
        }
        let mut row = canvas.row(inner, last);
        if self.searching {
            row.role("/", Role::Key);
            return self.input.draw(&mut row, Role::Popup);
        }
        if !self.input.text().is_empty() {
            row.role(&format!("/{}  ", self.input.text()), Role::Title);
        }
        let keys = [
            ("shell-here", "opens a shell"),
            ("ask-again", "asks anew"),
            ("verify-access", "verifies access"),
            ("activate-here", "activates"),
            ("search", "finds"),
            ("close", "closes"),
        ];
        foot::draw(app, &mut row, &keys);
    }

    fn draw_head(&self, app: &App, row: &mut Row<'_, '_>) {
        if self.asking {
            row.at_right("asking AWS…", app.look.style(Role::Spark));
        }
        let Some(known) = &self.known else { return };
        let online = known.nodes.iter().filter(|node| node.online).count();
        let all = known.nodes.len();
        row.role(&format!("{online} of {all} online"), if online < all { Role::Badge } else { Role::Fine });
        row.role(&format!(", as of {}", ago(app.now, known.at)), Role::Dim);
        if let Some(why) = &self.refused {
            row.role(&format!("  {why}"), Role::Mistake);
        }
    }
}

fn draw_row(app: &App, row: &mut Row<'_, '_>, node: &Node) {
    let look = &app.look;
    let [text, dim] = [Role::Popup, Role::Dim].map(|role| look.style(role));
    let width = row.left();
    let since = node.last_ping_at.map(|at| format!(" {}", app.now - at)).unwrap_or_default();
    let (sign, role) = if node.online { (look.glyphs.fine, Role::Fine) } else { (look.glyphs.trouble, Role::Mistake) };
    if width >= 60 || !node.online {
        let state = if node.online { "online".into() } else { format!("offline{since}") };
        row.at_right(&state, look.style(if node.online { Role::Dim } else { Role::Mistake }));
    }
    row.cell(sign, 1, look.style(role));
    row.cell(&node.name, if width < 60 { width / 2 } else { width / 5 }, text);
    if width < 60 {
        return;
    }
    row.cell(node.instance.as_str(), 20, dim);
    if width < 100 {
        return row.text(&node.system, dim);
    }
    row.cell(platform(node.platform), 7, dim);
    row.cell(&node.system, width / 5, dim);
    row.cell(&node.ip, 15, dim);
    row.text(&node.agent_version, dim);
}

/// As people write it.
pub const fn platform(platform: Platform) -> &'static str {
    match platform {
        Platform::Linux => "linux",
        Platform::Windows => "windows",
        Platform::MacOs => "macos",
    }
}

/// `2m ago`, `now`.
pub fn ago(now: Moment, at: Moment) -> String {
    let seconds = (now - at).0.max(0) / 1_000;
    match seconds {
        0..5 => "now".into(),
        5..60 => format!("{seconds}s ago"),
        _ => format!("{} ago", now - at),
    }
}

//! Which of several machines an incident is about.

use crate::core::id::IncidentId;
use crate::core::node::Node;
use crate::link::remote::Located;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::layout;
use crate::tui::popups::finder::{Choice, Finder};
use crate::tui::run::wish::{Wish, platform};
use crate::tui::theme::Role;
use ratatui::layout::Rect;

/// The popup's state.
#[derive(Debug)]
pub struct Machines {
    /// What it leads to.
    pub wish: Wish,
    /// The list.
    pub finder: Finder,
    located: Located,
}

impl Machines {
    /// Those that may be behind one incident.
    pub fn new(app: &App, wish: Wish, located: Located) -> Self {
        let finder = Finder::new(located.nodes.iter().map(|node| choice_of(app, node)).collect());
        Self { wish, finder, located }
    }

    /// The highlighted one is the machine.
    pub fn choose(&mut self) -> Option<Wish> {
        let node = self.located.nodes.get(self.finder.highlighted()?)?;
        let incident: IncidentId = self.located.incident.clone();
        self.wish.chosen.insert(incident, node.instance.clone());
        Some(self.wish.clone())
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let rows = u16::try_from(self.located.nodes.len() + 4).unwrap_or(u16::MAX);
        let area = layout::middle(Rect { height: screen.height.saturating_sub(2), ..screen }, 110, rows.min(24));
        let tenant = crate::tui::panes::incidents::tenant_name(app, &self.located.incident.tenant);
        let inner = canvas.frame(area, &format!("Which machine is {}, {tenant}?", self.located.asset));
        let body = Rect { height: inner.height.saturating_sub(1), ..inner };
        let online = |at: usize| self.located.nodes.get(at).is_some_and(|node| node.online);
        self.finder.draw(canvas, body, |at| if online(at) { Role::Title } else { Role::Dim });
        canvas.row(inner, inner.height.saturating_sub(1)).role(&self.located.how, Role::Dim);
    }
}

/// A machine as one of several.
pub fn choice_of(app: &App, node: &Node) -> Choice {
    let state = match (node.online, node.last_ping_at) {
        (true, _) => "online".into(),
        (false, Some(at)) => format!("OFFLINE for {}", app.now - at),
        (false, None) => "OFFLINE".into(),
    };
    let label = if node.name.is_empty() { node.instance.to_string() } else { node.name.clone() };
    let note = format!(
        "{:<20} {:<7} {state:<13} {:<15} {}",
        node.instance.as_str(),
        platform(node.platform),
        node.ip,
        node.system
    );
    Choice { value: node.instance.to_string(), label, note }
}

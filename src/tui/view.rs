//! One screenful, from what [`App::settle`] has prepared. Can't fail, changes nothing, draws only what is visible.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::app::App;
use super::canvas::Canvas;
use super::mouse::Click;
use super::panes::{detail, incidents, session, status, stream, tenants};
use super::theme::Role;
use super::wall;
use super::whichkey;

/// What a screenful is beside its cells.
#[derive(Debug)]
pub struct Shown {
    /// Where the terminal's cursor stands, while text is typed.
    pub caret: Option<Position>,
    /// What a click does where; of two, the later one.
    pub clicks: Vec<(Rect, Click)>,
}

/// Draws everything.
pub fn draw(app: &App, buffer: &mut Buffer) -> Shown {
    let mut canvas = Canvas::new(buffer, &app.look);
    match &app.wall {
        Some(wall) => wall::draw(app, wall, &mut canvas),
        None => draw_panes(app, &mut canvas),
    }
    for popup in &app.popups {
        // What it lies over can't be clicked.
        canvas.clicks.clear();
        popup.draw(app, &mut canvas);
    }
    whichkey::draw(app, &mut canvas);
    Shown { caret: canvas.caret, clicks: canvas.clicks }
}

fn draw_panes(app: &App, canvas: &mut Canvas<'_>) {
    let plan = app.plan;
    if let Some(area) = plan.tenants {
        tenants::draw(app, canvas, area);
    }
    if let Some(area) = plan.incidents {
        incidents::draw(app, canvas, area);
    }
    if let Some(area) = plan.detail {
        detail::draw(app, canvas, area);
    }
    if let Some(area) = plan.session {
        session::draw(app, canvas, area);
    }
    if let Some(area) = plan.stream {
        stream::draw(app, canvas, area);
    }
    if let Some(area) = plan.wall {
        let wall = canvas.look.glyphs.wall;
        for line in 0..area.height {
            canvas.row(area, line).role(wall, Role::Rule);
        }
    }
    if let Some(area) = plan.banner {
        status::draw_banner(app, canvas, area);
    }
    status::draw_hints(app, canvas, plan.hints);
    status::draw(app, canvas, plan.status);
}

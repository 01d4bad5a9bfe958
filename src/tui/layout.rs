//! Where things go. Four sizes were drawn by hand; everything between follows from three shapes.
//!
//! ```text
//! narrow (40x12)        medium (80x24)        wide (120x40, 200x60)
//! ┌ one pane ┐          ┌ tenants  ┐          ┌ tenants │ incidents ┐
//! │          │          ├ incidents┤          │         ├ detail    ┤
//! └ hints    ┘          ├ detail   ┤          ├ stream ─┴───────────┤
//!   status              └ hints    ┘          └ hints               ┘
//! ```
//! In the medium shape the stream takes the detail's place while it has the keys. Trouble takes a line on top.

use ratatui::layout::Rect;

use super::panes::Pane;

/// What is where. An absent pane is not on the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// What is wrong with the program itself.
    pub banner: Option<Rect>,
    /// Who is in trouble.
    pub tenants: Option<Rect>,
    /// What trouble.
    pub incidents: Option<Rect>,
    /// All about one incident.
    pub detail: Option<Rect>,
    /// What comes in.
    pub stream: Option<Rect>,
    /// Between panes side by side.
    pub wall: Option<Rect>,
    /// Keys, notices, and the filter while it is typed.
    pub hints: Rect,
    /// How the engine is.
    pub status: Rect,
}

/// The plan for a screen of `area`.
pub fn plan(area: Rect, focus: Pane, zoomed: bool, trouble: bool) -> Plan {
    let mut plan = Plan::default();
    let (rest, status) = split_bottom(area, 1);
    let (rest, hints) = split_bottom(rest, 1);
    (plan.status, plan.hints) = (status, hints);
    let mut rest = rest;
    if trouble && rest.height > 3 {
        plan.banner = Some(Rect { height: 1, ..rest });
        rest = Rect { y: rest.y + 1, height: rest.height - 1, ..rest };
    }
    if zoomed || area.width < 60 || area.height < 16 {
        *plan.place(focus) = Some(rest);
    } else if area.width < 110 || area.height < 30 {
        let (above, below) = split_bottom(rest, (rest.height * 3 / 10).clamp(5, 14));
        let tenants = (rest.height / 4).clamp(3, 10);
        plan.tenants = Some(Rect { height: tenants, ..above });
        plan.incidents = Some(Rect { y: above.y + tenants, height: above.height - tenants, ..above });
        *plan.place(if focus == Pane::Stream { Pane::Stream } else { Pane::Detail }) = Some(below);
    } else {
        let (above, stream) = split_bottom(rest, rest.height / 5);
        let left = (area.width * 3 / 10).clamp(40, 60);
        plan.stream = Some(stream);
        plan.tenants = Some(Rect { width: left, ..above });
        plan.wall = Some(Rect { x: above.x + left, width: 1, ..above });
        let right = Rect { x: above.x + left + 1, width: above.width - left - 1, ..above };
        let (incidents, detail) = split_bottom(right, right.height * 2 / 5);
        (plan.incidents, plan.detail) = (Some(incidents), Some(detail));
    }
    plan
}

impl Plan {
    /// Where a pane is.
    pub fn of(&self, pane: Pane) -> Option<Rect> {
        match pane {
            Pane::Tenants => self.tenants,
            Pane::Incidents => self.incidents,
            Pane::Detail => self.detail,
            Pane::Stream => self.stream,
        }
    }

    fn place(&mut self, pane: Pane) -> &mut Option<Rect> {
        match pane {
            Pane::Tenants => &mut self.tenants,
            Pane::Incidents => &mut self.incidents,
            Pane::Detail => &mut self.detail,
            Pane::Stream => &mut self.stream,
        }
    }
}

/// A box in the middle of `area`, at most as large as it.
pub fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

fn split_bottom(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    let above = Rect { height: area.height - height, ..area };
    (above, Rect { y: above.bottom(), height, ..area })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_any_size_nothing_overlaps_or_leaves_the_screen() {
        for width in (0..260).step_by(7).chain([59, 60, 109, 110]) {
            for height in (0..80).chain([200]) {
                for focus in Pane::ALL {
                    for (zoomed, trouble) in [(false, false), (false, true), (true, true)] {
                        let area = Rect::new(0, 0, width, height);
                        let plan = plan(area, focus, zoomed, trouble);
                        let parts = [
                            plan.banner,
                            plan.tenants,
                            plan.incidents,
                            plan.detail,
                            plan.stream,
                            plan.wall,
                            Some(plan.hints),
                            Some(plan.status),
                        ];
                        let parts: Vec<Rect> = parts.into_iter().flatten().collect();
                        for (at, part) in parts.iter().enumerate() {
                            assert_eq!(part.intersection(area), *part, "{width}x{height} {part:?}");
                            assert!(parts[at + 1..].iter().all(|other| !part.intersects(*other)), "{width}x{height}");
                        }
                        assert!(plan.of(focus).is_some());
                    }
                }
            }
        }
    }
}

//! Where things go. Four sizes were drawn by hand; everything between follows from three shapes.
//!
//! ```text
//! narrow (40x12)        medium (80x24)        wide (120x40, 200x60)
//! ┌ one pane ┐          ┌ tenants  ┐          ┌ tenants │ incidents ┐
//! │          │          ├ incidents┤          │         ├ detail    ┤
//! └ hints    ┘          ├ detail   ┤          ├ stream ─┴───────────┤
//!   status              └ hints    ┘          └ hints               ┘
//! ```
//! In the medium shape the stream takes the detail's place while it has the keys. Trouble takes a line on top. Borders stand where
//! [`Sizes`] says, as far as every pane keeps room for a few rows.

use ratatui::layout::{Position, Rect};
use serde::{Deserialize, Serialize};

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
    /// A session, in the detail's place.
    pub session: Option<Rect>,
    /// Between panes side by side.
    pub wall: Option<Rect>,
    /// All panes together.
    pub panes: Rect,
    /// Keys, notices, and the filter while it is typed.
    pub hints: Rect,
    /// How the engine is.
    pub status: Rect,
}

/// How much the panes get, in thousandths of what they share; absent: as it was drawn by hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sizes {
    /// The tenants' width, in the wide shape.
    pub left: Option<u16>,
    /// The tenants' height, in the medium shape.
    pub tenants: Option<u16>,
    /// The detail's height.
    pub detail: Option<u16>,
    /// A session's height, in the same place.
    pub session: Option<u16>,
    /// The stream's height, in the wide shape.
    pub stream: Option<u16>,
}

/// A border that can be moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Border {
    /// Right of the tenants.
    Left,
    /// Below the tenants.
    Tenants,
    /// Above the detail.
    Detail,
    /// Above the stream.
    Stream,
}

/// No pane gets lower than this: its title and two rows.
const LOWEST: u16 = 3;
/// The tenants get no narrower than this.
const NARROWEST: u16 = 20;

/// The plan for a screen of `area`, while `focus` has the keys and `below`, the detail or a session, is in the detail's place.
pub fn plan(area: Rect, (focus, below): (Pane, Pane), zoomed: bool, trouble: bool, sizes: Sizes) -> Plan {
    let mut plan = Plan::default();
    let (rest, status) = split_bottom(area, 1);
    let (rest, hints) = split_bottom(rest, 1);
    (plan.status, plan.hints) = (status, hints);
    let mut rest = rest;
    if trouble && rest.height > 3 {
        plan.banner = Some(Rect { height: 1, ..rest });
        rest = Rect { y: rest.y + 1, height: rest.height - 1, ..rest };
    }
    plan.panes = rest;
    if zoomed || area.width < 60 || area.height < 16 {
        *plan.place(focus) = Some(rest);
    } else if area.width < 110 || area.height < 30 {
        let below = if focus == Pane::Stream { focus } else { below };
        let height = match below {
            Pane::Session => cells(sizes.session, rest.height).unwrap_or(rest.height * 6 / 10),
            _ => cells(sizes.detail, rest.height).unwrap_or((rest.height * 3 / 10).clamp(5, 14)),
        };
        let (above, lower) = split_bottom(rest, height.clamp(LOWEST, rest.height - 2 * LOWEST));
        let tenants = cells(sizes.tenants, rest.height).unwrap_or((rest.height / 4).clamp(3, 10));
        let tenants = tenants.clamp(LOWEST, above.height - LOWEST);
        plan.tenants = Some(Rect { height: tenants, ..above });
        plan.incidents = Some(Rect { y: above.y + tenants, height: above.height - tenants, ..above });
        *plan.place(below) = Some(lower);
    } else {
        let stream = cells(sizes.stream, rest.height).unwrap_or(rest.height / 5);
        let (above, stream) = split_bottom(rest, stream.clamp(LOWEST, rest.height - 2 * LOWEST));
        let left = cells(sizes.left, area.width).unwrap_or((area.width * 3 / 10).clamp(40, 60));
        let left = left.clamp(NARROWEST, area.width - 2 * NARROWEST);
        plan.stream = Some(stream);
        plan.tenants = Some(Rect { width: left, ..above });
        plan.wall = Some(Rect { x: above.x + left, width: 1, ..above });
        let right = Rect { x: above.x + left + 1, width: above.width - left - 1, ..above };
        let height = match below {
            Pane::Session => cells(sizes.session, right.height).unwrap_or(right.height * 3 / 5),
            _ => cells(sizes.detail, right.height).unwrap_or(right.height * 2 / 5),
        };
        let (incidents, lower) = split_bottom(right, height.clamp(LOWEST, right.height - LOWEST));
        plan.incidents = Some(incidents);
        *plan.place(below) = Some(lower);
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
            Pane::Session => self.session,
        }
    }

    /// The border at a place: the wall, or the title of a pane that has another one above it.
    pub fn border_at(&self, at: Position) -> Option<Border> {
        let borders = [Border::Left, Border::Stream, Border::Detail, Border::Tenants];
        borders.into_iter().find(|border| self.line_of(*border).is_some_and(|line| line.contains(at)))
    }

    /// What is in the detail's place.
    fn lower(&self) -> Option<Rect> {
        self.detail.or(self.session)
    }

    /// The border that moves up and down while a pane has the keys.
    pub fn border_of(&self, pane: Pane) -> Border {
        match (pane, self.wall) {
            (Pane::Stream, Some(_)) => Border::Stream,
            (Pane::Tenants, None) => Border::Tenants,
            _ => Border::Detail,
        }
    }

    /// Where a border is; absent where there is none such.
    fn line_of(&self, border: Border) -> Option<Rect> {
        let top = |area: Rect| Rect { height: 1, ..area };
        let below = |above: Option<Rect>, pane: Option<Rect>| above.and(pane).map(top);
        match border {
            Border::Left => self.wall,
            Border::Tenants if self.wall.is_none() => below(self.tenants, self.incidents),
            Border::Tenants => None,
            Border::Stream => self.wall.and(self.stream).map(top),
            // In the medium shape, the stream may stand in the detail's place.
            Border::Detail => below(self.incidents, self.lower().or(self.stream)),
        }
    }

    /// The sizes with a border moved to a place; absent where it is not.
    pub fn with_border_at(&self, sizes: Sizes, border: Border, at: Position) -> Option<Sizes> {
        self.line_of(border)?;
        let below = |pane: Option<Rect>| pane.map_or(0, |pane| pane.bottom().saturating_sub(at.y));
        let mut sizes = sizes;
        match border {
            Border::Left => sizes.left = share(at.x.saturating_sub(self.panes.x), self.panes.width),
            Border::Tenants => sizes.tenants = share(at.y.saturating_sub(self.panes.y), self.panes.height),
            Border::Stream => sizes.stream = share(below(self.stream), self.panes.height),
            Border::Detail => {
                let shared = match self.wall {
                    Some(_) => self.incidents.into_iter().chain(self.lower()).map(|pane| pane.height).sum(),
                    None => self.panes.height,
                };
                let height = share(below(self.lower().or(self.stream)), shared);
                *if self.session.is_some() { &mut sizes.session } else { &mut sizes.detail } = height;
            }
        }
        Some(sizes)
    }

    /// The same, moved by so many columns and rows.
    pub fn with_border_by(&self, sizes: Sizes, border: Border, columns: i16, rows: i16) -> Option<Sizes> {
        let line = self.line_of(border)?;
        let at = Position::new(line.x.saturating_add_signed(columns), line.y.saturating_add_signed(rows));
        self.with_border_at(sizes, border, at)
    }

    fn place(&mut self, pane: Pane) -> &mut Option<Rect> {
        match pane {
            Pane::Tenants => &mut self.tenants,
            Pane::Incidents => &mut self.incidents,
            Pane::Detail => &mut self.detail,
            Pane::Stream => &mut self.stream,
            Pane::Session => &mut self.session,
        }
    }
}

/// A box in the middle of `area`, at most as large as it.
pub fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// What a share is of so many cells.
fn cells(share: Option<u16>, of: u16) -> Option<u16> {
    let cells = (u32::from(share?) * u32::from(of) + 500) / 1_000;
    Some(u16::try_from(cells).unwrap_or(of))
}

/// What so many cells are of all, so that [`cells`] gives them back.
fn share(cells: u16, of: u16) -> Option<u16> {
    let share = (u32::from(cells) * 1_000 + u32::from(of) / 2).checked_div(u32::from(of))?;
    u16::try_from(share).ok()
}

fn split_bottom(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    let above = Rect { height: area.height - height, ..area };
    (above, Rect { y: above.bottom(), height, ..area })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(plan: &Plan) -> Vec<Rect> {
        let Plan { banner, tenants, incidents, detail, stream, session, wall, hints, status, .. } = *plan;
        let parts = [banner, tenants, incidents, detail, stream, session, wall, Some(hints), Some(status)];
        parts.into_iter().flatten().collect()
    }

    /// Every pane with what can be in the detail's place meanwhile.
    const BOTH: [(Pane, Pane); 8] = [
        (Pane::Tenants, Pane::Detail),
        (Pane::Tenants, Pane::Session),
        (Pane::Incidents, Pane::Detail),
        (Pane::Incidents, Pane::Session),
        (Pane::Stream, Pane::Detail),
        (Pane::Stream, Pane::Session),
        (Pane::Detail, Pane::Detail),
        (Pane::Session, Pane::Session),
    ];

    fn check(area: Rect, (focus, below): (Pane, Pane), zoomed: bool, trouble: bool, sizes: Sizes) {
        let plan = plan(area, (focus, below), zoomed, trouble, sizes);
        let parts = parts(&plan);
        for (at, part) in parts.iter().enumerate() {
            assert_eq!(part.intersection(area), *part, "{area:?} {part:?}");
            assert!(parts[at + 1..].iter().all(|other| !part.intersects(*other)), "{area:?} {sizes:?}");
        }
        assert!(plan.of(focus).is_some());
        let alone = plan.of(focus) == Some(plan.panes);
        let all = Pane::ALL.into_iter().chain([Pane::Session]);
        for pane in all.filter_map(|pane| plan.of(pane)).filter(|_| !alone) {
            assert!(pane.height >= LOWEST && pane.width >= NARROWEST, "{area:?} {sizes:?} {pane:?}");
        }
    }

    #[test]
    fn at_any_size_nothing_overlaps_or_leaves_the_screen() {
        for width in (0..260).step_by(7).chain([59, 60, 109, 110]) {
            for height in (0..80).chain([200]) {
                for focus in BOTH {
                    for (zoomed, trouble) in [(false, false), (false, true), (true, true)] {
                        check(Rect::new(0, 0, width, height), focus, zoomed, trouble, Sizes::default());
                    }
                }
            }
        }
    }

    fn any_sizes() -> impl Strategy<Value = Sizes> {
        let one = || proptest::option::of(0_u16..=1_000);
        (one(), one(), one(), one(), one()).prop_map(|(left, tenants, detail, session, stream)| Sizes {
            left,
            tenants,
            detail,
            session,
            stream,
        })
    }

    proptest! {
        #[test]
        fn borders_moved_anywhere_leave_every_pane_its_rows(
            width in 0_u16..260, height in 0_u16..100, focus in 0_usize..8, trouble: bool, sizes in any_sizes(),
        ) {
            check(Rect::new(0, 0, width, height), BOTH[focus], false, trouble, sizes);
        }

        #[test]
        fn a_border_stands_where_it_was_dragged_to(
            width in 60_u16..260, height in 16_u16..100, focus in 0_usize..8, x in 0_u16..260, y in 0_u16..100,
        ) {
            let area = Rect::new(0, 0, width, height);
            let focus = BOTH[focus];
            let before = plan(area, focus, false, false, Sizes::default());
            for border in [Border::Left, Border::Tenants, Border::Detail, Border::Stream] {
                let at = Position::new(x, y);
                let Some(sizes) = before.with_border_at(Sizes::default(), border, at) else { continue };
                let after = plan(area, focus, false, false, sizes);
                let line = after.line_of(border).unwrap();
                // Where it stands, it can be taken again; and letting it go there moves nothing.
                let grip = Position::new(line.x, line.y);
                prop_assert_eq!(after.border_at(grip), Some(border));
                let again = plan(area, focus, false, false, after.with_border_at(sizes, border, grip).unwrap());
                prop_assert_eq!(again.line_of(border), Some(line));
                let free = match border {
                    Border::Left => (NARROWEST..=width - 2 * NARROWEST).contains(&x).then_some(line.x == x),
                    _ => (before.panes.contains(Position::new(0, y))
                        && after.of(Pane::Incidents).unwrap().height > LOWEST
                        && parts(&after).iter().all(|part| part.height == 1 || part.height > LOWEST))
                    .then_some(line.y == y),
                };
                prop_assert_ne!(free, Some(false), "{:?} {:?}", border, line);
            }
        }
    }
}

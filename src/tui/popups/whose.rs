//! Whose machines something is about to touch, written so large that nobody overlooks it: the head of every question before it.

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use crate::core::id::TenantId;
use crate::core::safe_text::SafeText;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::panes::incidents::tenant_name;
use crate::tui::theme::Role;

/// With less height, the tenant's name takes one line.
pub const ROOMY: u16 = 18;

/// Lines for the tenant's name.
pub fn head(inner: Rect) -> u16 {
    if inner.height >= ROOMY { 3 } else { 1 }
}

/// What is inside a frame with a margin.
pub fn inner(frame: Rect) -> Rect {
    let (width, height) = (frame.width.saturating_sub(4), frame.height.saturating_sub(2));
    Rect { x: frame.x + 2, y: frame.y + 1, width, height }
}

/// Writes the tenant's name over the first lines of what is inside the frame.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, inner: Rect, tenant: &TenantId) {
    let name = SafeText::line(tenant_name(app, tenant));
    let spaced: Vec<&str> = name.graphemes(true).collect();
    let spaced = spaced.join(" ");
    let wide = SafeText::line(&spaced).width() <= usize::from(inner.width);
    let text = if wide { &*spaced } else { &*name };
    let band = Rect { height: head(inner).min(inner.height), ..inner };
    let used = u16::try_from(SafeText::line(text).width()).unwrap_or(u16::MAX).min(inner.width);
    let look = canvas.look;
    let mut row = canvas.row(band, band.height / 2);
    row.skip((inner.width - used) / 2);
    row.role(text, Role::TitleFocused);
    canvas.tint(band, look.style(Role::Selected));
}

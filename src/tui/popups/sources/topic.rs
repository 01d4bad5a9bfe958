//! An SNS topic that asks to send to a source: its account and its region, so large that nobody overlooks them, and no for an
//! answer unless yes is said.
//!
//! ```text
//! ┌ May this topic send to prod-sns? ─────────────────────────┐
//! │                    A c m e   C o r p                      │
//! │            1 2 3 4 5 6 7 8 9 0 1 2   e u - w e s t - 1    │
//! │ topic     alarms                                          │
//! │ arn       arn:aws:sns:eu-west-1:123456789012:alarms       │
//! │ WARNING   the account of Acme Corp is 999999999999        │
//! │ y lets it send; n or esc leaves it waiting; x refuses it  │
//! └───────────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use crate::core::id::TenantId;
use crate::core::safe_text::SafeText;
use crate::link::source::TopicShown;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::command;
use crate::tui::keymap::Binding;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::panes::detail::label;
use crate::tui::panes::detail::text::{Line, hanging};
use crate::tui::panes::incidents;
use crate::tui::popups::whose;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Topic {
    /// Whose.
    pub tenant: TenantId,
    /// To which source.
    pub source: String,
    /// Which one.
    pub topic: TopicShown,
}

/// What an ARN says: partition, region, account, name.
fn parts(arn: &str) -> Option<[&str; 3]> {
    let mut parts = arn.splitn(6, ':');
    let (Some("arn"), Some(_), Some("sns")) = (parts.next(), parts.next(), parts.next()) else { return None };
    Some([parts.next()?, parts.next()?, parts.next()?])
}

impl Topic {
    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let area = layout::middle(screen, 90, (whose::ROOMY + 2).min(screen.height));
        let inner = canvas.frame(area, &format!("May this topic send to {}?", self.source));
        whose::draw(app, canvas, inner, &self.tenant);
        let head = whose::head(inner);
        let look = canvas.look;
        let band = Rect { y: inner.y + head, height: head, ..inner };
        let said = parts(&self.topic.arn);
        let large = said.map_or_else(|| "no ARN".to_owned(), |[region, account, _]| format!("{account} {region}"));
        let text = spaced(&large, band.width);
        let used = u16::try_from(SafeText::line(&text).width()).unwrap_or(u16::MAX).min(band.width);
        let mut row = canvas.row(band, band.height / 2);
        row.skip((band.width - used) / 2);
        row.role(&text, Role::TitleFocused);
        canvas.tint(band, look.style(Role::Badge));
        let body = Rect { y: band.bottom(), height: inner.height.saturating_sub(2 * head + 1), ..inner };
        for (line, text) in (0..body.height).zip(self.lines(app, said, inner.width)) {
            text.draw(&mut canvas.row(body, line));
        }
        let mut row = canvas.row(inner, inner.height.saturating_sub(1));
        let keys = [("yes", " lets it send; "), ("no", " or esc leaves it waiting; "), ("refuse-topic", " refuses it")];
        for (name, does) in keys {
            let Some(command) = command::named(name) else { continue };
            let from = row.x();
            row.role(&app.key_of(name), Role::Key);
            row.role(does, Role::Popup);
            row.click(from, Click::Run(Binding { command, argument: String::new() }));
        }
    }

    fn lines(&self, app: &App, said: Option<[&str; 3]>, width: u16) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut field = |name: &str, text: &str, role| lines.extend(hanging(label(name), text, role, width));
        let tenant = app.board.tenants.get(&self.tenant).and_then(|panel| panel.tenant.as_ref());
        let own = tenant.and_then(|tenant| tenant.settings.aws.as_ref()).map(|aws| &aws.account_id);
        let whose = incidents::tenant_name(app, &self.tenant);
        match (said, own) {
            (Some([_, account, _]), Some(own)) if own.as_str() != account => {
                field("WARNING", &format!("the account of {whose} is {own}: this is another one"), Role::Mistake);
            }
            (Some(_), Some(_)) => field("account", &format!("the one of {whose}"), Role::Fine),
            (Some(_), None) => field("account", &format!("the one of {whose} is not known here"), Role::Badge),
            (None, _) => field("WARNING", "this is no ARN of a topic", Role::Mistake),
        }
        if let Some([region, account, name]) = said {
            field("topic", name, Role::Title);
            field("", &format!("account {account}, region {region}"), Role::Popup);
        }
        field("arn", &self.topic.arn, Role::Popup);
        let since = clock::day_and_time(app, self.topic.since);
        let state = if self.topic.approved { "sends here" } else { "asks" };
        field("since", &format!("{since} it {state}"), Role::Dim);
        lines
    }
}

/// With a space between any two characters, where there is room for that.
fn spaced(text: &str, width: u16) -> String {
    let wide: Vec<String> = text.chars().map(String::from).collect();
    let wide = wide.join(" ");
    if SafeText::line(&wide).width() <= usize::from(width) { wide } else { text.to_owned() }
}

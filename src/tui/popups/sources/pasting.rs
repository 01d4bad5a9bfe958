//! What is to be pasted into a tool, with a new key or secret in it shown this once; and what has come from there since. They are
//! nowhere else at a seat: not in what it remembers, not in its log, not in any debug output; when this closes, they are wiped.
//!
//! Without side walls and from the first column: what a terminal selects with its mouse can be pasted as it stands.

use ratatui::layout::Rect;

use super::{Due, words};
use crate::core::credentials::Secret;
use crate::core::id::{AlertId, TenantId};
use crate::core::source::auth::Auth;
use crate::core::source::curl;
use crate::core::source::kind::Kind;
use crate::core::source::paste::{Blanks, filled, signing};
use crate::core::time::Moment;
use crate::link::source::{Health, Issued, Shown, TopicShown};
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::panes::detail::text::wrap;
use crate::tui::panes::incidents;
use crate::tui::popups::machines::ago;
use crate::tui::popups::{Place, foot};
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Pasting {
    /// Whose.
    pub tenant: TenantId,
    /// Which source.
    pub name: String,
    /// How far down.
    pub list: Place,
    kind: Kind,
    url: String,
    key: Option<Secret>,
    secret: Option<Secret>,
    text: Secret,
    /// Posts a saved body, where somebody besides the tool can.
    command: Option<Secret>,
    room: u16,
    due: Due,
    /// How the source was before.
    before: Health,
    came: Came,
}

/// Rows of the words of a refusal at most.
const REFUSAL_ROWS: usize = 4;

/// What has come from the tool since.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Came {
    /// Nothing.
    Nothing,
    /// Something that was refused: when in words, and why.
    Refused(String),
    /// Something that could not be read.
    Unreadable,
    /// A topic asks to send there.
    Topic(TopicShown),
    /// A message with this alert in it, or with none.
    Message(Option<AlertId>),
}

impl Pasting {
    /// With what was issued. `auth`: how the source proves itself. `before`: how it was until then.
    pub fn new(issued: Issued, auth: &Auth, before: Health) -> Self {
        let Issued { tenant, name, kind, webhook_url: url, api_key, hmac_secret } = issued;
        let (key, secret) = (api_key.as_deref(), hmac_secret.as_deref());
        let mut text = filled(kind, Blanks { url: &url, key, secret, tenant: tenant.as_str(), source: &name });
        if let Some(signing) = signing(kind, auth, secret) {
            text = format!("{text}\n\n{signing}");
        }
        let text = Secret::new(text);
        let command = key.and_then(|key| curl::command(&url, key, secret, auth)).map(Secret::new);
        let [key, secret] = [api_key, hmac_secret].map(|one| one.map(Secret::new));
        let (list, due, came) = (Place::default(), Due::default(), Came::Nothing);
        Self { tenant, name, list, kind, url, key, secret, text, command, room: 0, due, before, came }
    }

    /// Without anything new.
    pub fn of(tenant: TenantId, one: &Shown) -> Self {
        let issued = Issued {
            tenant,
            name: one.name.clone(),
            kind: one.source.kind,
            webhook_url: one.url.clone(),
            api_key: None,
            hmac_secret: None,
        };
        Self::new(issued, &one.source.auth, one.health.clone())
    }

    /// When to ask how the source is.
    pub fn due(&mut self) -> &mut Due {
        &mut self.due
    }

    /// All that is to be pasted.
    pub fn text(&self) -> &Secret {
        &self.text
    }

    /// Where to post to, without the key.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The new key.
    pub fn key(&self) -> Option<&Secret> {
        self.key.as_ref()
    }

    /// The new secret.
    pub fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    /// What has come since.
    pub fn came(&self) -> &Came {
        &self.came
    }

    /// How its source is by now. True: the first message has come.
    pub fn answered(&mut self, now: Moment, all: &[Shown]) -> bool {
        self.due.answered();
        let Some(one) = all.iter().find(|one| one.name == self.name) else { return false };
        let (was, is) = (&self.before, &one.health);
        let alert = is.last_alert.clone().filter(|_| is.last_alert != was.last_alert);
        if let Some(topic) = words::waiting(one) {
            self.came = Came::Topic(topic.clone());
        } else if let Some(alert) = alert {
            let first = !matches!(self.came, Came::Message(Some(_)));
            self.came = Came::Message(Some(alert));
            return first;
        } else if is.unreadable != was.unreadable {
            self.came = Came::Unreadable;
        } else if is.taken != was.taken {
            self.came = Came::Message(None);
        } else if let Some((at, why)) = is.last_refused.as_ref().filter(|_| is.last_refused != was.last_refused) {
            self.came = Came::Refused(format!("{}: {why}", ago(now, *at)));
        } else {
            self.came = Came::Nothing;
        }
        false
    }

    /// It is shown on a screen of `area`.
    pub fn fit(&mut self, area: Rect) {
        self.room = area.height.saturating_sub(3 + self.refusal(area.width).len().max(1) as u16);
        self.list.len = (self.lines(area.width).len() + 1).saturating_sub(self.room.into()).max(1);
        self.list.at = self.list.at.min(self.list.len - 1);
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let area = canvas.area();
        canvas.clear(area, Role::Popup);
        let new = match (&self.key, &self.secret) {
            (None, None) => "without the key, which was shown when it was made",
            _ => "this is shown once",
        };
        let whose = incidents::tenant_name(app, &self.tenant);
        canvas.title(area, &format!("{} of {whose}; {new}", self.name), true);
        for (line, (text, role)) in (0..self.room).zip(self.lines(area.width).into_iter().skip(self.list.at)) {
            canvas.row(area, line + 2).role(&text, role);
        }
        let last = area.height.saturating_sub(1);
        let height = self.refusal(area.width).len().max(1) as u16;
        self.draw_state(app, canvas, Rect { y: area.y + last.saturating_sub(height), height, ..area });
        let mut keys = vec![("copy-paste", "copies it all"), ("copy-url", "the URL")];
        keys.extend(
            matches!(self.came, Came::Message(Some(_)) | Came::Unreadable | Came::Topic(_))
                .then_some(("look-in", "what came")),
        );
        keys.extend(self.key.as_ref().map(|_| ("copy-key", "the key")));
        keys.extend(self.secret.as_ref().map(|_| ("copy-secret", "the secret")));
        keys.push(("close", "closes, and it is gone"));
        let mut row = canvas.row(area, last);
        let more = self.list.len.saturating_sub(self.list.at + 1);
        if more > 0 {
            row.at_right(&format!("{more} more {}", app.look.glyphs.down), app.look.style(Role::Badge));
        }
        foot::draw(app, &mut row, &keys);
    }

    fn draw_state(&self, app: &App, canvas: &mut Canvas<'_>, area: Rect) {
        let glyphs = app.look.glyphs;
        let how = app.key_of("look-in");
        let mut row = canvas.row(area, 0);
        match &self.came {
            Came::Nothing => {
                let waits = if self.before.taken == 0 { "its first message" } else { "its next message" };
                row.role(&format!("{} waiting for {waits}…", glyphs.busy), Role::Spark);
            }
            Came::Refused(_) => {
                row.role(&format!("{} ", glyphs.trouble), Role::Mistake);
                for (at, line) in (0..area.height).zip(self.refusal(area.width)) {
                    canvas
                        .row(Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area }, at)
                        .role(&line, Role::Mistake);
                }
            }
            Came::Topic(_) => {
                let text = format!("{} an SNS topic asks to send here; {how} decides", glyphs.trouble);
                row.role(&text, Role::Mistake);
            }
            Came::Unreadable => {
                let text = format!("{} a message came that could not be read; {how} shows it", glyphs.trouble);
                row.role(&text, Role::Mistake);
            }
            Came::Message(Some(_)) => {
                let text = format!("{} a message came and was understood; {how} shows how", glyphs.fine);
                row.role(&text, Role::Fine);
            }
            Came::Message(None) => {
                let text = format!("{} a message came; there was no alert in it", glyphs.fine);
                row.role(&text, Role::Fine);
            }
        }
    }

    /// Why its last request was refused: what is to be done stands at the end of it.
    fn refusal(&self, width: u16) -> Vec<String> {
        let Came::Refused(why) = &self.came else { return Vec::new() };
        let mut lines = wrap(&format!("refused {why} Waiting…"), usize::from(width.saturating_sub(2)).max(1));
        lines.truncate(REFUSAL_ROWS);
        lines
    }

    fn lines(&self, width: u16) -> Vec<(String, Role)> {
        let mut lines = vec![(format!("For {}:", self.kind.row().title), Role::Dim), (String::new(), Role::Popup)];
        lines.extend(self.text.expose().lines().map(|line| (line.to_owned(), Role::Key)));
        lines.push((String::new(), Role::Popup));
        lines.push((format!("url     {}", self.url), Role::Popup));
        for (name, value) in [("key", &self.key), ("secret", &self.secret)] {
            lines.extend(value.as_ref().map(|value| (format!("{name:<7} {}", value.expose()), Role::Popup)));
        }
        if let Some(command) = &self.command {
            lines.push((String::new(), Role::Popup));
            lines.push(("To try it from a shell, with a body in body.json:".into(), Role::Dim));
            lines.extend(command.expose().lines().map(|line| (line.to_owned(), Role::Popup)));
        }
        let wrapped =
            |(text, role): (String, Role)| wrap(&text, width.into()).into_iter().map(move |line| (line, role));
        lines.into_iter().flat_map(wrapped).collect()
    }
}

//! What may change under a sitting operator: the configuration, the keys and the themes. Who reads the files is `cli`; the seat
//! looks once a second, takes what is good, and says what is not while the old stays.

use std::fmt;

use super::app::App;
use super::conflicts::KeyLine;
use super::theme::Themes;
use crate::core::severity::Severity;

/// What the files say of a seat.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wishes {
    /// The theme's name.
    pub theme: String,
    /// The user's own themes, each with its text.
    pub themes: Vec<(String, String)>,
    /// Frames a second that changes may cause.
    pub fps: u32,
    /// Clicks and the wheel are taken.
    pub mouse: bool,
    /// The least severity of a new incident that is heard; absent: none is.
    pub bell: Option<Severity>,
    /// Machines may set the operator's clipboard while a session is typed into.
    pub session_clipboard: bool,
    /// The user's keys.
    pub keys: Vec<KeyLine>,
}

/// Reads the files: when told to, whatever they are; else only when they have changed. A mistake names its file and line.
pub type Read = dyn FnMut(bool) -> Option<Result<Wishes, String>> + Send;

/// Looks whether the files have changed.
pub struct Watch(pub Box<Read>);

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

impl App {
    /// Takes what has changed since the files were last read: what the operator has chosen at the seat since then stays. Says
    /// what is wrong.
    pub fn reload(&mut self, before: &Wishes, now: &Wishes) {
        if now.keys != before.keys {
            self.bind(&now.keys);
        }
        if now.themes != before.themes {
            self.take_themes(Themes::new(now.themes.clone()));
        }
        let worn = self.look.name.clone();
        let wanted = if now.theme == before.theme { &worn } else { &now.theme };
        if now.themes != before.themes || *wanted != worn {
            match self.look.with(&self.themes, wanted) {
                Ok(look) => self.look = look,
                Err(error) => self.mistake(error.to_string()),
            }
        }
        if now.bell != before.bell {
            self.bell.from = now.bell;
        }
        self.sessions.clipboard = now.session_clipboard;
    }

    /// Says that the files were read.
    pub fn reloaded(&mut self, before: &Wishes, now: &Wishes) {
        let parts = [
            ("keys", now.keys != before.keys),
            ("themes", now.themes != before.themes || now.theme != before.theme),
            ("frames", now.fps != before.fps),
            ("mouse", now.mouse != before.mouse),
            ("bell", now.bell != before.bell),
            ("clipboard", now.session_clipboard != before.session_clipboard),
        ];
        let changed: Vec<_> = parts.into_iter().filter(|(_, changed)| *changed).map(|(part, _)| part).collect();
        let what = if changed.is_empty() { "nothing new for this seat".into() } else { changed.join(", ") };
        self.notice(format!("configuration read again: {what}"));
        self.reload(before, now);
    }
}

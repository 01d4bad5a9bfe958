//! Roles to styles: reads the themes, and brings their colours down to what the terminal shows.
//!
//! Without colour, what a theme tells by its ground is told by reverse video; bold and underline stay. Which terminal shows
//! what is decided in `terminal`.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::colour::{self, Depth};
use super::glyphs::{self, Glyphs};
use crate::core::severity::Severity;

/// The themes that come with the program.
pub const THEMES: [(&str, &str); 4] = [
    ("default", include_str!("../../themes/default.toml")),
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
];

/// What a piece of the screen is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The ground, and plain text on it.
    Text,
    /// What matters less.
    Dim,
    /// A pane's title, and what is new.
    Title,
    /// The title of the pane that has the keys.
    TitleFocused,
    /// Rules and frames.
    Rule,
    /// The selected row.
    Selected,
    /// Severity critical.
    Critical,
    /// Severity high.
    High,
    /// Severity medium.
    Medium,
    /// Severity low.
    Low,
    /// All is well.
    Fine,
    /// Something is wrong with the program itself.
    Trouble,
    /// A setting that should not go unnoticed.
    Badge,
    /// A key to press.
    Key,
    /// The rate of alerts.
    Spark,
    /// It is done.
    Notice,
    /// It could not be done.
    Mistake,
    /// The ground of a popup.
    Popup,
}

const ROLES: [Role; 18] = [
    Role::Text,
    Role::Dim,
    Role::Title,
    Role::TitleFocused,
    Role::Rule,
    Role::Selected,
    Role::Critical,
    Role::High,
    Role::Medium,
    Role::Low,
    Role::Fine,
    Role::Trouble,
    Role::Badge,
    Role::Key,
    Role::Spark,
    Role::Notice,
    Role::Mistake,
    Role::Popup,
];

/// A theme as this terminal can show it, with the signs to go with it.
#[derive(Clone, PartialEq, Debug)]
pub struct Look {
    /// The theme's name.
    pub name: &'static str,
    /// The signs.
    pub glyphs: Glyphs,
    depth: Depth,
    styles: [Style; ROLES.len()],
}

/// A theme can't be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadTheme {
    /// There is none of that name.
    #[error("no theme of that name; themes are default, dark, light and high-contrast")]
    Unknown,
    /// A theme file is wrong.
    #[error("theme {0}: {1}")]
    Broken(&'static str, String),
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Spec {
    #[serde(deserialize_with = "colour::read")]
    fg: Option<Color>,
    #[serde(deserialize_with = "colour::read")]
    bg: Option<Color>,
    bold: bool,
    dim: bool,
    underline: bool,
    reverse: bool,
}

impl Look {
    /// The theme `name` for a terminal.
    ///
    /// # Errors
    /// When there is no such theme.
    pub fn new(name: &str, depth: Depth, ascii: bool) -> Result<Self, BadTheme> {
        let (name, text) = THEMES.into_iter().find(|(known, _)| *known == name).ok_or(BadTheme::Unknown)?;
        let specs: BTreeMap<Role, Spec> =
            toml::from_str(text).map_err(|error| BadTheme::Broken(name, error.message().into()))?;
        let mut styles = [Style::new(); ROLES.len()];
        for role in ROLES {
            let spec = specs.get(&role).ok_or_else(|| BadTheme::Broken(name, format!("has no {role:?}")))?;
            styles[role as usize] = spec.style(depth, matches!(role, Role::Text | Role::Popup));
        }
        Ok(Self { name, glyphs: if ascii { glyphs::ASCII } else { glyphs::UNICODE }, depth, styles })
    }

    /// No theme at all: bold and reverse only. For when even the default can't be read.
    pub fn plain(ascii: bool) -> Self {
        let mut styles = [Style::new(); ROLES.len()];
        styles[Role::Selected as usize] = Style::new().reversed();
        styles[Role::Trouble as usize] = Style::new().reversed();
        let glyphs = if ascii { glyphs::ASCII } else { glyphs::UNICODE };
        Self { name: "plain", glyphs, depth: Depth::None, styles }
    }

    /// Another theme on the same terminal.
    ///
    /// # Errors
    /// When there is no such theme.
    pub fn with(&self, name: &str) -> Result<Self, BadTheme> {
        Self::new(name, self.depth, self.glyphs.ascii)
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// How a severity looks.
    pub fn severity(&self, severity: Severity) -> Style {
        self.style(match severity {
            Severity::Low => Role::Low,
            Severity::Medium => Role::Medium,
            Severity::High => Role::High,
            Severity::Critical => Role::Critical,
        })
    }
}

impl Spec {
    fn style(self, depth: Depth, ground: bool) -> Style {
        let mut style = Style::new();
        if let Some(fg) = self.fg {
            style = style.fg(colour::down_to(depth, fg));
        }
        if let Some(bg) = self.bg {
            style = style.bg(colour::down_to(depth, bg));
        }
        let lost_ground = depth == Depth::None && self.bg.is_some() && !ground;
        for (on, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.underline, Modifier::UNDERLINED),
            (self.reverse || lost_ground, Modifier::REVERSED),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        style
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_has_every_role() {
        for (place, role) in ROLES.into_iter().enumerate() {
            assert_eq!(role as usize, place);
        }
        for (name, _) in THEMES {
            assert_eq!(Look::new(name, Depth::Rgb, false).unwrap().name, name);
        }
        assert_eq!(Look::new("pink", Depth::Rgb, false), Err(BadTheme::Unknown));
    }

    #[test]
    fn without_colour_no_colour_is_left_and_a_selected_row_still_stands_out() {
        for (name, _) in THEMES {
            let look = Look::new(name, Depth::None, false).unwrap();
            for role in ROLES {
                let style = look.style(role);
                assert!(matches!(style.fg, None | Some(Color::Reset)), "{name} {role:?}");
                assert!(matches!(style.bg, None | Some(Color::Reset)), "{name} {role:?}");
            }
            for role in [Role::Selected, Role::Trouble] {
                assert!(look.style(role).add_modifier.contains(Modifier::REVERSED), "{name} {role:?}");
            }
            assert!(look.style(Role::Critical).add_modifier.contains(Modifier::BOLD), "{name}");
        }
    }

    /// WCAG's relative luminance, then its contrast ratio.
    fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let light = |[r, g, b]: [u8; 3]| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        let (a, b) = (light(a) + 0.05, light(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn what_is_written_can_be_read_on_every_ground_it_is_written_on() {
        for (name, least) in [("dark", 4.5), ("light", 4.5), ("high-contrast", 7.0)] {
            let look = Look::new(name, Depth::Rgb, false).unwrap();
            let ground = |role: Role| look.style(role).bg.and_then(colour::rgb);
            for role in ROLES.into_iter().filter(|role| *role != Role::Rule) {
                let Some(ink) = look.style(role).fg.and_then(colour::rgb) else { continue };
                for under in [Role::Text, Role::Popup] {
                    let ground = ground(role).or_else(|| ground(under)).unwrap();
                    let ratio = contrast(ink, ground);
                    assert!(ratio >= least, "{name}: {role:?} on {under:?} has {ratio:.1}:1");
                }
                // A selected row keeps its own inks where the theme gives it none.
                if look.style(Role::Selected).fg.is_none() && ground(role).is_none() {
                    let ratio = contrast(ink, ground(Role::Selected).unwrap());
                    assert!(ratio >= 3.5, "{name}: {role:?} selected has {ratio:.1}:1");
                }
            }
        }
    }
}

//! Roles to styles: reads the themes, and brings their colours down to what the terminal shows.
//!
//! Without colour, what a theme tells by its ground is told by reverse video; bold and underline stay. Which terminal shows
//! what is decided in `terminal`.

mod choose;

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::colour::{self, Depth};
use super::glyphs::{self, Glyphs};
use crate::core::id::TenantId;
use crate::core::severity::Severity;

/// The themes that come with the program, each with what it is for.
pub const THEMES: [(&str, &str, &str); 6] = [
    ("default", include_str!("../../themes/default.toml"), "the terminal's own colours"),
    ("dark", include_str!("../../themes/dark.toml"), "near-black ground"),
    ("light", include_str!("../../themes/light.toml"), "white ground"),
    ("high-contrast", include_str!("../../themes/high-contrast.toml"), "black ground, at least 7:1"),
    ("colour-blind-safe", include_str!("../../themes/colour-blind-safe.toml"), "told apart without red and green"),
    ("mono", include_str!("../../themes/mono.toml"), "no colour: weight and sign only"),
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
    /// Three quarters of a clock have passed.
    Warned,
    /// A clock has run out.
    Breached,
    /// In a silence, or snoozed.
    Quiet,
    /// Chosen together with others.
    Marked,
    /// One of the colours that tell tenants apart, around their sessions.
    #[serde(rename = "tenant-1")]
    Tenant1,
    /// Another one.
    #[serde(rename = "tenant-2")]
    Tenant2,
    /// Another one.
    #[serde(rename = "tenant-3")]
    Tenant3,
    /// Another one.
    #[serde(rename = "tenant-4")]
    Tenant4,
    /// Another one.
    #[serde(rename = "tenant-5")]
    Tenant5,
    /// Another one.
    #[serde(rename = "tenant-6")]
    Tenant6,
    /// Another one.
    #[serde(rename = "tenant-7")]
    Tenant7,
    /// Another one.
    #[serde(rename = "tenant-8")]
    Tenant8,
}

impl Role {
    /// A severity's.
    pub const fn of(severity: Severity) -> Self {
        match severity {
            Severity::Low => Self::Low,
            Severity::Medium => Self::Medium,
            Severity::High => Self::High,
            Severity::Critical => Self::Critical,
        }
    }

    /// A tenant's: the same wherever and whenever it is asked for. Two tenants may share one.
    pub fn of_tenant(id: &TenantId) -> Self {
        // FNV-1a: the colour must not change with the program, as the standard library's hashes may.
        let hash = id
            .as_str()
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        // The last bits of such a hash follow from the last letters alone.
        TENANTS[usize::try_from(hash >> 32).unwrap_or(0) % TENANTS.len()]
    }
}

/// The colours that tell tenants apart.
const TENANTS: [Role; 8] = [
    Role::Tenant1,
    Role::Tenant2,
    Role::Tenant3,
    Role::Tenant4,
    Role::Tenant5,
    Role::Tenant6,
    Role::Tenant7,
    Role::Tenant8,
];

/// All of them, each at its place.
pub const ROLES: [Role; 30] = [
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
    Role::Warned,
    Role::Breached,
    Role::Quiet,
    Role::Marked,
    Role::Tenant1,
    Role::Tenant2,
    Role::Tenant3,
    Role::Tenant4,
    Role::Tenant5,
    Role::Tenant6,
    Role::Tenant7,
    Role::Tenant8,
];

/// A theme as this terminal can show it, with the signs to go with it.
#[derive(Clone, PartialEq, Debug)]
pub struct Look {
    /// The theme's name.
    pub name: String,
    /// The signs.
    pub glyphs: Glyphs,
    depth: Depth,
    styles: [Style; ROLES.len()],
}

/// A theme can't be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadTheme {
    /// There is none of that name.
    #[error("no theme {0}; T shows those that there are")]
    Unknown(String),
    /// A theme's text is wrong.
    #[error("theme {0}: {1}")]
    Broken(String, String),
}

/// The themes to choose from: the user's own, then those that come with the program.
#[derive(Clone, Debug, Default)]
pub struct Themes {
    /// Each with its text.
    own: Vec<(String, String)>,
}

impl Themes {
    /// With the user's own, each with its text. One with the name of ours takes its place.
    pub fn new(own: Vec<(String, String)>) -> Self {
        Self { own }
    }

    /// Names with what they are for.
    pub fn all(&self) -> Vec<(&str, &str)> {
        let own = self.own.iter().map(|(name, _)| (&**name, "your own"));
        let ours = THEMES.iter().filter(|(name, ..)| self.own.iter().all(|(own, _)| own != name));
        own.chain(ours.map(|(name, _, what)| (*name, *what))).collect()
    }

    /// What is wrong with the user's own.
    pub fn mistakes(&self) -> Vec<BadTheme> {
        self.own.iter().filter_map(|(name, text)| specs_over_base(name, text).err()).collect()
    }

    /// The theme `name` for a terminal.
    ///
    /// # Errors
    /// When there is no such theme, or it is broken.
    pub fn look(&self, name: &str, depth: Depth, ascii: bool) -> Result<Look, BadTheme> {
        match self.own.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Look::of(name, specs_over_base(name, text)?, depth, ascii),
            None => Look::new(name, depth, ascii),
        }
    }
}

type Specs = BTreeMap<Role, Spec>;

/// A user's theme: what it leaves out is as in its `base`, or in `default`.
fn specs_over_base(name: &str, text: &str) -> Result<Specs, BadTheme> {
    let broken = |error: toml::de::Error| BadTheme::Broken(name.into(), error.message().into());
    let mut table: toml::Table = toml::from_str(text).map_err(broken)?;
    let base = table.remove("base").unwrap_or_else(|| "default".into());
    let mut specs = specs(base.as_str().unwrap_or_default())
        .map_err(|_| BadTheme::Broken(name.into(), "base is the name of a theme that comes with the program".into()))?;
    specs.extend(table.try_into::<Specs>().map_err(broken)?);
    Ok(specs)
}

/// One of ours.
fn specs(name: &str) -> Result<Specs, BadTheme> {
    let ours = THEMES.into_iter().find(|(known, ..)| *known == name);
    let (_, text, _) = ours.ok_or_else(|| BadTheme::Unknown(name.into()))?;
    toml::from_str(text).map_err(|error| BadTheme::Broken(name.into(), error.message().into()))
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
    /// The theme `name`, one of ours, for a terminal.
    ///
    /// # Errors
    /// When there is no such theme.
    pub fn new(name: &str, depth: Depth, ascii: bool) -> Result<Self, BadTheme> {
        Self::of(name, specs(name)?, depth, ascii)
    }

    fn of(name: &str, specs: Specs, depth: Depth, ascii: bool) -> Result<Self, BadTheme> {
        let mut styles = [Style::new(); ROLES.len()];
        for role in ROLES {
            let spec = specs.get(&role).ok_or_else(|| BadTheme::Broken(name.into(), format!("has no {role:?}")))?;
            styles[role as usize] = spec.style(depth, matches!(role, Role::Text | Role::Popup));
        }
        Ok(Self { name: name.into(), glyphs: if ascii { glyphs::ASCII } else { glyphs::UNICODE }, depth, styles })
    }

    /// No theme at all: bold and reverse only. For when even the default can't be read.
    pub fn plain(ascii: bool) -> Self {
        let mut styles = [Style::new(); ROLES.len()];
        styles[Role::Selected as usize] = Style::new().reversed();
        styles[Role::Trouble as usize] = Style::new().reversed();
        let glyphs = if ascii { glyphs::ASCII } else { glyphs::UNICODE };
        Self { name: "plain".into(), glyphs, depth: Depth::None, styles }
    }

    /// Another theme on the same terminal.
    ///
    /// # Errors
    /// When there is no such theme, or it is broken.
    pub fn with(&self, themes: &Themes, name: &str) -> Result<Self, BadTheme> {
        themes.look(name, self.depth, self.glyphs.ascii)
    }

    /// How a role looks.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// A colour as this terminal can show it.
    pub fn down(&self, colour: Color) -> Color {
        colour::down_to(self.depth, colour)
    }

    /// How a severity looks.
    pub fn severity(&self, severity: Severity) -> Style {
        self.style(Role::of(severity))
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
mod tests;

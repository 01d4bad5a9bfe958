//! What may follow a command's name after `:`, and what the palette suggests for it. What a command makes of it is its own.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::core::query::completion::{Completion, Vocabulary, complete};
use crate::tui::app::App;
use crate::tui::columns::Column;
use crate::tui::popups::pick::Choice;

/// What may follow a command's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Argument {
    /// Nothing.
    None,
    /// Free text, and what it says.
    Text(&'static str),
    /// A tenant's id.
    Tenant,
    /// Somebody who works on incidents.
    Technician,
    /// An incident's id.
    Incident,
    /// A theme's name.
    Theme,
    /// How long, and what else may follow it.
    Duration(&'static str),
    /// A filter.
    Query,
    /// The key of a saved view.
    View,
    /// The incidents' columns, several with spaces between.
    Columns,
}

/// Suggested lengths of time.
const DURATIONS: [&str; 8] = ["15m", "30m", "1h", "2h", "4h", "8h", "1d", "2d"];
/// Suggestions, at most: more are found by typing.
const MOST: usize = 200;
/// Incidents that are looked at, the first ones shown: there may be a hundred thousand, and a key has to be answered.
const LOOKED_AT: usize = 2_000;

impl Argument {
    /// What it is, for the line under the one that is typed.
    pub const fn words(self) -> &'static str {
        match self {
            Self::None => "takes nothing more",
            Self::Text(words) => words,
            Self::Tenant => "ID: a tenant, by a few letters of its id or name",
            Self::Technician => "NAME: a technician, or anybody else",
            Self::Incident => "ID: an incident, by its id, asset or signature",
            Self::Theme => "NAME: a theme",
            Self::Duration(words) => words,
            Self::Query => "QUERY: words and fields, as after /",
            Self::View => "N: a key from 1 to 9",
            Self::Columns => "NAMES: columns from left to right, with spaces between; auto: those that fit",
        }
    }

    /// Only what is suggested makes sense: a few letters of it are enough.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Tenant | Self::Incident | Self::Theme | Self::View)
    }

    /// What fits what is typed, the likeliest first.
    pub fn suggestions(self, app: &App, typed: &str) -> Vec<Choice> {
        if self == Self::Query {
            return of_a_query(app, typed);
        }
        // Of several, the last one is being typed.
        let (before, last) = match self {
            Self::Columns => typed.rsplit_once(' ').unwrap_or(("", typed)),
            _ => ("", typed),
        };
        let mut found = fitting(self.all(app), last);
        found.truncate(MOST);
        if !before.is_empty() {
            found.iter_mut().for_each(|choice| choice.value = format!("{before} {}", choice.value));
        }
        found
    }

    fn all(self, app: &App) -> Vec<Choice> {
        let choice = |value: &str, note: &str| Choice { value: value.into(), label: value.into(), note: note.into() };
        match self {
            Self::None | Self::Text(_) | Self::Query => Vec::new(),
            Self::Tenant => {
                let name = |id, tenant: Option<&str>| choice(id, tenant.unwrap_or_default());
                let panels = app.board.tenants.iter();
                panels.map(|(id, panel)| name(id.as_str(), panel.tenant.as_ref().map(|tenant| &*tenant.name))).collect()
            }
            Self::Technician => technicians(app),
            Self::Incident => app
                .incidents
                .rows
                .iter()
                .take(LOOKED_AT)
                .map(|incident| {
                    choice(&incident.id.to_string(), &format!("{} {}", incident.asset_name, incident.signature))
                })
                .collect(),
            Self::Theme => app.themes.all().into_iter().map(|(name, what)| choice(name, what)).collect(),
            Self::Duration(_) => DURATIONS.iter().map(|span| choice(span, "")).collect(),
            Self::View => {
                let views = (1..).zip(&app.views.saved);
                views.filter_map(|(key, view)| Some(choice(&key.to_string(), &view.as_ref()?.name))).collect()
            }
            Self::Columns => Column::ALL.iter().map(|column| choice(column.word(), column.says())).collect(),
        }
    }
}

/// Fields and values, each with the query that it makes.
fn of_a_query(app: &App, typed: &str) -> Vec<Choice> {
    let with = |completion: Completion| {
        let mut whole = typed.to_owned();
        whole.replace_range(completion.range, &completion.replacement);
        Choice { value: whole, label: completion.replacement, note: completion.note }
    };
    complete(typed, typed.len(), &Vocabulary::of(&app.board)).into_iter().map(with).collect()
}

/// Everybody on a roster, and whoever sits here.
fn technicians(app: &App) -> Vec<Choice> {
    let mut all = vec![Choice { value: app.operator.clone(), label: app.operator.clone(), note: "me".into() }];
    for technician in app.board.tenants.values().flat_map(|panel| panel.roster.iter()) {
        if all.iter().all(|known| known.value != technician.name) {
            let note = technician.skills.join(", ");
            all.push(Choice { value: technician.name.clone(), label: technician.name.clone(), note });
        }
    }
    all
}

/// Those that have the letters of what is typed, an exact one first.
fn fitting(all: Vec<Choice>, typed: &str) -> Vec<Choice> {
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut letters = Vec::new();
    let mut scored: Vec<_> = all
        .into_iter()
        .enumerate()
        .filter_map(|(at, choice)| {
            let text = format!("{} {}", choice.label, choice.note);
            let score = pattern.score(Utf32Str::new(&text, &mut letters), &mut matcher)?;
            Some(((choice.value != typed, std::cmp::Reverse(score), at), choice))
        })
        .collect();
    scored.sort_by_key(|(rank, _)| *rank);
    scored.into_iter().map(|(_, choice)| choice).collect()
}

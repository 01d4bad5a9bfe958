//! Where a field's value is taken from: the places in their order, the pattern that picks a part of it, the scope in which
//! pointers are looked up.

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;

use super::pointer::{self, Pointer};
use crate::receiver::sources::field;
use crate::receiver::sources::json::{self, Json};

/// Bytes of a value that a pattern looks at.
const LONGEST_VALUE: usize = 64 * 1024;

/// One place.
#[derive(Clone, Debug)]
pub struct Place {
    what: What,
    /// Picks a part of what is there; before it there may be the field's own.
    pattern: Option<Regex>,
}

#[derive(Clone, Debug)]
enum What {
    At(Pointer),
    /// Text with values in it; it is there when all of them are.
    Text(Vec<Piece>),
}

#[derive(Clone, Debug)]
enum Piece {
    Words(String),
    Value(Pointer),
}

/// What was found, and where.
#[derive(Clone, Debug)]
pub struct Hit<'m, 's> {
    place: &'m Place,
    /// All that stood there.
    pub stood: Cow<'s, str>,
    /// The part of it that is the value.
    part: Range<usize>,
}

impl Hit<'_, '_> {
    /// The value.
    pub fn value(&self) -> &str {
        self.stood[self.part.clone()].trim()
    }

    /// Where it stood: a pointer into the body, or the text with pointers.
    pub fn from(&self, scope: &Scope<'_>) -> String {
        match &self.place.what {
            What::At(pointer) => scope.full(pointer),
            What::Text(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Words(words) => Cow::Borrowed(words.as_str()),
                    Piece::Value(pointer) => Cow::Owned(format!("{{{}}}", scope.full(pointer))),
                })
                .collect(),
        }
    }
}

impl Place {
    /// Reads one: a pointer, or text with `{POINTER}`s.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(text: &str, pattern: Option<Regex>) -> Result<Self, &'static str> {
        const NEITHER: &str = "neither a pointer such as /alert/host nor text with pointers such as \"{/site} {/host}\"; \
                               a fixed text is a default";
        let begins = |with| text.strip_prefix('^').unwrap_or(text).starts_with(with);
        if text.is_empty() || begins('/') {
            let pointer = Pointer::parse(text).map_err(|_| NEITHER)?;
            return Ok(Self { what: What::At(pointer), pattern });
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((words, after)) = rest.split_once('{') {
            let (pointer, after) = after.split_once('}').ok_or("there is a { without its }")?;
            pieces.push(Piece::Words(words.into()));
            pieces
                .push(Piece::Value(Pointer::parse(pointer).map_err(|_| "between { and } is a pointer such as /host")?));
            rest = after;
        }
        if pieces.is_empty() {
            return Err(NEITHER);
        }
        pieces.push(Piece::Words(rest.into()));
        Ok(Self { what: What::Text(pieces), pattern })
    }

    /// The pointers in it, as they are looked up.
    pub fn pointers(&self) -> Vec<&Pointer> {
        match &self.what {
            What::At(pointer) => vec![pointer],
            What::Text(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Value(pointer) => Some(pointer),
                    Piece::Words(_) => None,
                })
                .collect(),
        }
    }

    fn stands<'s>(&self, scope: &'s Scope<'_>) -> Option<Cow<'s, str>> {
        match &self.what {
            What::At(pointer) => scope.find(pointer).and_then(pointer::text),
            What::Text(pieces) => {
                let mut whole = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Words(words) => whole.push_str(words),
                        Piece::Value(pointer) => whole.push_str(&scope.find(pointer).and_then(pointer::text)?),
                    }
                }
                Some(whole.into())
            }
        }
    }

    /// What is here, as far as the patterns take it.
    pub fn hit<'m, 's>(&'m self, scope: &'s Scope<'_>, pattern: Option<&Regex>) -> Option<Hit<'m, 's>> {
        let hit = |stood: Cow<'s, str>| {
            let part = picked(&stood, self.pattern.as_ref().or(pattern))?;
            Some(Hit { place: self, stood, part }).filter(|hit| !hit.value().is_empty())
        };
        hit(self.stands(scope)?)
    }

    /// Everything that is here: of a list, every element.
    pub fn hits<'m, 's>(&'m self, scope: &'s Scope<'_>, pattern: Option<&'m Regex>) -> Vec<Hit<'m, 's>> {
        let list = match &self.what {
            What::At(pointer) => scope.find(pointer),
            What::Text(_) => None,
        };
        let Some(Json::List(list)) = list else { return self.hit(scope, pattern).into_iter().collect() };
        let pattern = self.pattern.as_ref().or(pattern);
        let one = |element| {
            let stood = pointer::text(element)?;
            let part = picked(&stood, pattern)?;
            Some(Hit { place: self, stood, part })
        };
        list.iter().filter_map(one).collect()
    }
}

/// The first group that the pattern caught, or else all that it matched; without a pattern everything.
fn picked(text: &str, pattern: Option<&Regex>) -> Option<Range<usize>> {
    let Some(pattern) = pattern else { return Some(0..text.len()) };
    let caught = pattern.captures(field::cut(text, LONGEST_VALUE).0)?;
    let group = caught.iter().skip(1).flatten().next().or_else(|| caught.get(0))?;
    Some(group.range())
}

/// What pointers are looked up in.
#[derive(Debug)]
pub struct Scope<'s> {
    /// The body, or one alert of a batch.
    here: &'s Json<'s>,
    /// The whole body's scope, when this is that of one alert of a batch.
    whole: Option<&'s Self>,
    /// Where in the body this is.
    at: String,
    /// What the text at these pointers says, read as JSON.
    inside: Vec<(&'s Pointer, Json<'s>)>,
}

impl<'s> Scope<'s> {
    /// A body's scope. The text at `parse` is read as JSON, where it is that.
    pub fn body(body: &'s Json<'s>, parse: &'s [Pointer]) -> Self {
        Self { here: body, whole: None, at: String::new(), inside: read_inside(body, parse) }
    }

    /// The scope of one alert of a batch.
    pub fn of(&'s self, alert: &'s Json<'s>, at: String, parse: &'s [Pointer]) -> Self {
        Self { here: alert, whole: Some(self), at, inside: read_inside(alert, parse) }
    }

    /// What a pointer leads to.
    pub fn find(&self, pointer: &Pointer) -> Option<&Json<'s>> {
        if let Some(whole) = self.whole.filter(|_| pointer.whole) {
            return whole.find(pointer);
        }
        let inside = self.inside.iter().find_map(|(outer, inside)| pointer.find_inside(outer, inside));
        inside.unwrap_or_else(|| pointer.find(self.here))
    }

    /// A pointer as it is from the top of the body.
    pub fn full(&self, pointer: &Pointer) -> String {
        if pointer.whole { pointer.to_string() } else { format!("{}{pointer}", self.at) }
    }
}

fn read_inside<'s>(from: &'s Json<'s>, parse: &'s [Pointer]) -> Vec<(&'s Pointer, Json<'s>)> {
    let one = |pointer: &'s Pointer| {
        let text = pointer.find(from)?.text()?;
        Some((pointer, json::read(text.trim()).ok()?))
    };
    parse.iter().filter_map(one).collect()
}

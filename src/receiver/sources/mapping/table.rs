//! A mapping as a person writes it, in TOML, and what of it can be followed. Every mistake says its line and what would be
//! right.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use toml::Spanned;

use super::graded::{Graded, Within, Word};
use super::place::Place;
use super::pointer::Pointer;
use super::when::Format;
use super::{Field, Ignore, Mapping};
use crate::receiver::sources::field;

/// Bytes of a mapping.
pub const LONGEST: usize = 64 * 1024;
/// Patterns in a mapping.
const MOST_PATTERNS: usize = 64;
/// Bytes that a compiled pattern may take.
const LARGEST_PATTERN: usize = 512 * 1024;
/// Texts that are read as JSON.
const MOST_PARSED: usize = 8;

/// What is wrong with a mapping, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("mapping, line {line}: {what}")]
pub struct Mistake {
    line: usize,
    what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    tool: Spanned<String>,
    batch: Option<Spanned<String>>,
    #[serde(default)]
    parse: Vec<Spanned<String>>,
    #[serde(default)]
    ignore: Vec<WrittenIgnore>,
    asset_name: Spanned<WrittenField>,
    signature: Spanned<WrittenField>,
    message: Option<Spanned<WrittenField>>,
    severity: Option<Spanned<WrittenGraded>>,
    status: Option<Spanned<WrittenGraded>>,
    dedup_key: Option<Spanned<WrittenField>>,
    occurred_at: Option<Spanned<WrittenTime>>,
    instance_id: Option<Spanned<WrittenField>>,
    links: Option<Spanned<WrittenField>>,
    #[serde(default)]
    labels: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIgnore {
    at: Spanned<String>,
    words: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenField {
    #[serde(default)]
    from: Vec<Spanned<WrittenPlace>>,
    pattern: Option<Spanned<String>>,
    default: Option<Spanned<String>>,
    #[serde(default)]
    words: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenGraded {
    #[serde(default)]
    from: Vec<Spanned<WrittenPlace>>,
    pattern: Option<Spanned<String>>,
    default: Option<Spanned<String>>,
    #[serde(default)]
    words: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    ranges: Vec<WrittenRange>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRange {
    from: Option<f64>,
    below: Option<f64>,
    is: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTime {
    #[serde(default)]
    from: Vec<Spanned<WrittenPlace>>,
    pattern: Option<Spanned<String>>,
    format: Option<Spanned<String>>,
    zone: Option<Spanned<String>>,
    #[serde(default)]
    began: bool,
}

/// A place as text, or with a pattern of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithPattern {
    at: String,
    pattern: String,
}

struct WrittenPlace {
    at: String,
    pattern: Option<String>,
}

impl<'de> Deserialize<'de> for WrittenPlace {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = WrittenPlace;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a pointer, as text, or { at = \"/pointer\", pattern = '…' }")
            }

            fn visit_str<E: de::Error>(self, at: &str) -> Result<WrittenPlace, E> {
                Ok(WrittenPlace { at: at.into(), pattern: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WrittenPlace, A::Error> {
                let WithPattern { at, pattern } = Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(WrittenPlace { at, pattern: Some(pattern) })
            }
        }
        from.deserialize_any(Either)
    }
}

/// Reads a mapping.
///
/// # Errors
/// The first mistake in it.
pub fn read(text: &str) -> Result<Mapping, Mistake> {
    if text.len() > LONGEST {
        return Err(Mistake { line: 1, what: "a mapping has at most 64 KiB".into() });
    }
    let reader = &mut Reader { text, patterns: 0 };
    let written: Written = toml::from_str(text).map_err(|error| reader.parser(&error))?;
    if !field::fits(written.tool.get_ref().trim(), field::LONGEST_TOOL) {
        return Err(reader.mistake(written.tool.span(), "tool has 1 to 64 characters"));
    }
    if let Some(more) = written.parse.get(MOST_PARSED) {
        return Err(reader.mistake(more.span(), "parse has at most 8 pointers"));
    }
    let when = written.occurred_at.map(|time| reader.time(time)).transpose()?;
    let (occurred_at, format, began) = when.unwrap_or_default();
    let (all, pairs): (Vec<_>, Vec<_>) = written.labels.into_iter().partition(|(name, _)| name == "all");
    Ok(Mapping {
        tool: written.tool.get_ref().trim().into(),
        batch: written.batch.map(|at| reader.pointer(&at)).transpose()?,
        parse: written.parse.iter().map(|at| reader.pointer(at)).collect::<Result<_, _>>()?,
        ignore: written.ignore.into_iter().map(|ignore| reader.ignore(ignore)).collect::<Result<_, _>>()?,
        asset_name: reader.required(written.asset_name)?,
        signature: reader.required(written.signature)?,
        message: reader.optional(written.message)?,
        severity: reader.graded(written.severity)?,
        status: reader.graded(written.status)?,
        dedup_key: reader.optional(written.dedup_key)?,
        occurred_at,
        format,
        began,
        instance_id: reader.optional(written.instance_id)?,
        links: reader.optional(written.links)?,
        all_labels: all.iter().map(|(_, at)| reader.pointer(at)).next().transpose()?,
        labels: pairs
            .into_iter()
            .map(|(name, at)| {
                let span = at.span();
                let place = WrittenPlace { at: at.into_inner(), pattern: None };
                Ok((name, reader.place(span, place)?))
            })
            .collect::<Result<_, _>>()?,
    })
}

struct Reader<'t> {
    text: &'t str,
    patterns: usize,
}

impl Reader<'_> {
    fn mistake(&self, at: Range<usize>, what: impl Into<String>) -> Mistake {
        let line = 1 + self.text.bytes().take(at.start).filter(|c| *c == b'\n').count();
        Mistake { line, what: what.into() }
    }

    /// The TOML parser's words, with the nearest right spelling of an unknown key.
    fn parser(&self, error: &toml::de::Error) -> Mistake {
        let message = error.message().trim().replace('\n', " ").replace("a sequence", "a list: [\"…\"]");
        self.mistake(error.span().unwrap_or_default(), suggest(&message).unwrap_or(message))
    }

    fn pointer(&self, at: &Spanned<String>) -> Result<Pointer, Mistake> {
        Pointer::parse(at.get_ref()).map_err(|error| self.mistake(at.span(), error.to_string()))
    }

    fn ignore(&self, written: WrittenIgnore) -> Result<Ignore, Mistake> {
        let words = written.words.map(|words| words.iter().map(|word| word.trim().to_lowercase()).collect());
        Ok(Ignore { at: self.pointer(&written.at)?, words })
    }

    fn pattern(&mut self, span: Range<usize>, pattern: &str) -> Result<Regex, Mistake> {
        self.patterns += 1;
        if self.patterns > MOST_PATTERNS {
            return Err(self.mistake(span, "a mapping has at most 64 patterns"));
        }
        let compiled = RegexBuilder::new(pattern).size_limit(LARGEST_PATTERN).dfa_size_limit(LARGEST_PATTERN).build();
        compiled.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => self.mistake(span, "the pattern is too large"),
            other => {
                // The last line says what is wrong; those before it draw where.
                let words = other.to_string();
                let last = words.lines().last().unwrap_or_default().trim_start_matches("error: ");
                self.mistake(span, format!("the pattern can't be read: {last}"))
            }
        })
    }

    fn place(&mut self, span: Range<usize>, written: WrittenPlace) -> Result<Place, Mistake> {
        let pattern = written.pattern.map(|pattern| self.pattern(span.clone(), &pattern)).transpose()?;
        Place::parse(&written.at, pattern).map_err(|what| self.mistake(span, what))
    }

    fn field(
        &mut self,
        from: Vec<Spanned<WrittenPlace>>,
        pattern: Option<Spanned<String>>,
        default: Option<Spanned<String>>,
    ) -> Result<Field, Mistake> {
        let place = |place: Spanned<WrittenPlace>| self.place(place.span(), place.into_inner());
        let places = from.into_iter().map(place).collect::<Result<_, _>>()?;
        let pattern = pattern.map(|pattern| self.pattern(pattern.span(), pattern.get_ref())).transpose()?;
        let default = default.map(Spanned::into_inner).filter(|text| !text.trim().is_empty());
        Ok(Field { places, pattern, words: BTreeMap::new(), default })
    }

    fn optional(&mut self, written: Option<Spanned<WrittenField>>) -> Result<Field, Mistake> {
        let Some(WrittenField { from, pattern, default, words }) = written.map(Spanned::into_inner) else {
            return Ok(Field::default());
        };
        let words = words.into_iter().map(|(from, to)| (from.trim().to_lowercase(), to)).collect();
        Ok(Field { words, ..self.field(from, pattern, default)? })
    }

    fn required(&mut self, written: Spanned<WrittenField>) -> Result<Field, Mistake> {
        let span = written.span();
        let field = self.optional(Some(written))?;
        if field.places.is_empty() && field.default.is_none() {
            return Err(self.mistake(span, "this field is required: it needs a `from`, or a `default`"));
        }
        Ok(field)
    }

    fn graded<T: Word>(&mut self, written: Option<Spanned<WrittenGraded>>) -> Result<Graded<T>, Mistake> {
        let written = written.map(Spanned::into_inner).unwrap_or(WrittenGraded {
            from: Vec::new(),
            pattern: None,
            default: None,
            words: BTreeMap::new(),
            ranges: Vec::new(),
        });
        let default = written.default.map(|word| self.word(&word)).transpose()?.unwrap_or(T::USUAL);
        let words = written.words.iter().map(|(from, to)| Ok((from.trim().to_lowercase(), self.word(to)?)));
        let words = words.collect::<Result<_, _>>()?;
        let ranges = written.ranges.iter();
        let range =
            |range: &WrittenRange| Ok(Within { from: range.from, below: range.below, is: self.word(&range.is)? });
        let ranges = ranges.map(range).collect::<Result<_, _>>()?;
        Ok(Graded { field: self.field(written.from, written.pattern, None)?, words, ranges, default })
    }

    fn word<T: Word>(&self, word: &Spanned<String>) -> Result<T, Mistake> {
        T::read(word.get_ref()).ok_or_else(|| self.mistake(word.span(), format!("this is one of {}", T::ALL)))
    }

    fn time(&mut self, written: Spanned<WrittenTime>) -> Result<(Field, Format, bool), Mistake> {
        let span = written.span();
        let WrittenTime { from, pattern, format, zone, began } = written.into_inner();
        let span = format.as_ref().or(zone.as_ref()).map_or(span, Spanned::span);
        let text =
            |given: &Option<Spanned<String>>, usual: &str| given.as_ref().map_or(usual, |it| it.get_ref()).to_owned();
        let format = Format::parse(&text(&format, "rfc3339"), &text(&zone, "UTC"));
        let format = format.map_err(|what| self.mistake(span, what))?;
        Ok((self.field(from, pattern, None)?, format, began))
    }
}

/// `unknown field …, expected one of …` in fewer words.
fn suggest(message: &str) -> Option<String> {
    let mut quoted = message.starts_with("unknown field").then(|| message.split('`').skip(1).step_by(2))?;
    let wrong = quoted.next()?;
    let likeness = |right: &&str| strsim::normalized_damerau_levenshtein(wrong, right);
    let right = quoted.max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|right| likeness(right) >= 0.5)?;
    Some(format!("unknown `{wrong}`; did you mean `{right}`?"))
}

//! An input as a runbook's file has it, and what must be right about it.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use super::input::{Input, Source, is_braced, is_typographic, shows_as_it_is};
use super::mistake::unknown;
use crate::core::execution::order::Platform;
use crate::link::remote::BlankKind;

/// An input as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Blank {
    name: String,
    #[serde(default)]
    doc: String,
    #[serde(rename = "type")]
    kind: KindName,
    default: Option<Scalar>,
    #[serde(default)]
    from: Texts,
    min: Option<i64>,
    max: Option<i64>,
    #[serde(default)]
    of: Vec<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum KindName {
    Instance,
    Service,
    Path,
    Integer,
    Choice,
    Text,
}

/// One text or a list of them.
#[derive(Default)]
pub(super) struct Texts(pub(super) Vec<String>);

/// A text or a whole number.
struct Scalar(String);

/// An input of a runbook for such machines; or what is wrong with it.
pub(super) fn input(blank: Blank, platform: Platform) -> Result<Input, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let begins = blank.name.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins || blank.name.len() > 32 || !blank.name.chars().all(plain) {
        return Err("an input's name is a letter and up to 31 of a-z, 0-9 and _, for example path".into());
    }
    if !shows_as_it_is(&blank.doc) {
        return Err(format!("the `doc` of `{}` is one line", blank.name));
    }
    if blank.kind != KindName::Integer && (blank.min.is_some() || blank.max.is_some()) {
        return Err("`min` and `max` are for inputs of type `integer`".into());
    }
    if blank.kind != KindName::Choice && !blank.of.is_empty() {
        return Err("`of` is for inputs of type `choice`".into());
    }
    let kind = match blank.kind {
        KindName::Instance => BlankKind::Instance,
        KindName::Service => BlankKind::Service,
        KindName::Path => BlankKind::Path,
        KindName::Text => BlankKind::Text,
        KindName::Integer => match (blank.min, blank.max) {
            (Some(min), Some(max)) if min <= max => BlankKind::Integer { min, max },
            _ => return Err("an input of type `integer` has `min` and `max`".into()),
        },
        KindName::Choice => {
            let good = |word: &String| {
                !word.is_empty() && shows_as_it_is(word) && !is_braced(word) && !word.contains(is_typographic)
            };
            if blank.of.is_empty() || !blank.of.iter().all(good) {
                return Err(
                    "an input of type `choice` has its words in `of`, without {{, }} and typographic quotes".into()
                );
            }
            BlankKind::Choice { of: blank.of }
        }
    };
    let from = blank.from.0.iter().map(|word| source(word)).collect::<Result<_, _>>()?;
    let input = Input { name: blank.name, doc: blank.doc, kind, default: blank.default.map(|it| it.0), from };
    match &input.default {
        Some(default) => match input.check(platform, default) {
            Ok(()) => Ok(input),
            Err(bad) => Err(format!("the default of `{}` does not do: it {}", input.name, bad.what)),
        },
        None => Ok(input),
    }
}

const SOURCES: [&str; 6] = ["asset", "message", "signature", "tool", "instance", "label:NAME"];

fn source(word: &str) -> Result<Source, String> {
    Ok(match word {
        "asset" => Source::Asset,
        "message" => Source::Message,
        "signature" => Source::Signature,
        "tool" => Source::Tool,
        "instance" => Source::Instance,
        _ => match word.strip_prefix("label:") {
            Some(name) if !name.is_empty() => Source::Label(name.into()),
            _ => return Err(unknown("`from`", word, SOURCES.into_iter())),
        },
    })
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts(vec![text.into()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(Texts(texts))
            }
        }
        from.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a whole number")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(text.into()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }
        }
        from.deserialize_any(Either)
    }
}

//! A runbook's file: TOML, unknown keys refused, every mistake told with its line. What a document's parameters must be is
//! `document`'s.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use toml::Spanned;

use super::input::{Input, Kind, Source, is_braced, is_typographic, shows_as_it_is};
use super::mistake::unknown;
use super::script::{self, Dialect};
use super::{Fits, Mistake, Runbook, Work, document};
use crate::core::category;
use crate::core::execution::order::{Expect, OnSuccess, Platform, TIMEOUT_SECONDS};
use crate::core::role::Risk;

/// Bytes of a script, at most: what is filled in has to find room beside it.
const LONGEST_SCRIPT: usize = 24 * 1024;

/// The file as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Spanned<String>,
    doc: Spanned<String>,
    #[serde(default, rename = "match")]
    fits: Match,
    #[serde(default)]
    platform: System,
    risk: Risk,
    document: Option<Spanned<String>>,
    document_version: Option<Spanned<String>>,
    commands: Option<Spanned<Texts>>,
    parameters: Option<Spanned<toml::Table>>,
    #[serde(default)]
    inputs: Vec<Spanned<Blank>>,
    timeout: Option<Spanned<u32>>,
    #[serde(default)]
    expect: Expect,
    #[serde(default)]
    on_success: OnSuccess,
    auto: Option<Spanned<bool>>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Match {
    signature: Texts,
    tool: Texts,
    category: Vec<Spanned<String>>,
    asset: Texts,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
enum System {
    #[default]
    Linux,
    Windows,
    MacOs,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Blank {
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
struct Texts(Vec<String>);

/// A text or a whole number.
struct Scalar(String);

/// Reads a file's text. `name` is what mistakes call it.
pub(super) fn read(text: &str, name: &str, from: &str) -> Result<Runbook, Mistake> {
    let file: File = toml::from_str(text).map_err(|error| Mistake::of_parser(name, text, &error))?;
    let at = |span: std::ops::Range<usize>, what: &str| Mistake::at(name, text, span.start, what);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let called = file.name.get_ref();
    if !(1..=64).contains(&called.len()) || !called.chars().all(plain) || called.starts_with('-') {
        return Err(at(file.name.span(), "a runbook's name is 1 to 64 of a-z, 0-9 and -, for example disk-usage"));
    }
    if file.doc.get_ref().trim().is_empty() || !shows_as_it_is(file.doc.get_ref()) {
        return Err(at(file.doc.span(), "`doc` says in one line what the runbook does"));
    }
    let platform = match file.platform {
        System::Linux => Platform::Linux,
        System::Windows => Platform::Windows,
        System::MacOs => Platform::MacOs,
    };
    let timeout = file.timeout.as_ref().map_or(TIMEOUT_SECONDS, |timeout| *timeout.get_ref());
    if let Some(timeout) = file.timeout.as_ref().filter(|_| !(30..=172_800).contains(&timeout)) {
        return Err(at(timeout.span(), "`timeout` is from 30 to 172800 seconds"));
    }
    for one in &file.fits.category {
        if !category::all().any(|known| known.eq_ignore_ascii_case(one.get_ref())) {
            return Err(at(one.span(), &unknown("category", one.get_ref(), category::all())));
        }
    }
    let mut inputs: Vec<Input> = Vec::new();
    for blank in file.inputs {
        let span = blank.span();
        let input = input(blank.into_inner(), platform).map_err(|what| at(span.clone(), &what))?;
        if inputs.iter().any(|other| other.name == input.name) {
            return Err(at(span, &format!("there is another input `{}`", input.name)));
        }
        inputs.push(input);
    }
    let dialect = Dialect::of(platform);
    let named = file.document.as_ref();
    if let Some(named) = named.filter(|named| !document::is_name(named.get_ref())) {
        return Err(at(named.span(), "no name of a document; it looks like AWS-RunShellScript, or is an ARN"));
    }
    let is_version = |text: &str| matches!(text, "$DEFAULT" | "$LATEST") || text.parse::<u32>().is_ok_and(|n| n > 0);
    if let Some(version) = file.document_version.as_ref().filter(|version| !is_version(version.get_ref())) {
        return Err(at(version.span(), "a document's version is a number, $DEFAULT or $LATEST"));
    }
    let work = match (file.commands, file.parameters) {
        (Some(commands), None) => {
            if let Some(named) = named.filter(|named| named.get_ref() != dialect.document()) {
                let what = format!("commands are run by {}; another document takes `parameters`", dialect.document());
                return Err(at(named.span(), &what));
            }
            let span = commands.span();
            let script = commands.into_inner().0.join("\n").replace("\r\n", "\n").trim().to_owned();
            if script.is_empty() {
                return Err(at(span, "`commands` is empty"));
            }
            if script.len() > LONGEST_SCRIPT {
                return Err(at(span, &format!("`commands` has more than {LONGEST_SCRIPT} bytes")));
            }
            let fault =
                |(byte, what): script::Fault| Mistake::at(name, text, place(text, span.start, &script, byte), what);
            script::check(dialect, &script, &inputs).map_err(fault)?;
            Work::Script(script)
        }
        (None, Some(parameters)) => {
            let Some(named) = named else {
                return Err(at(parameters.span(), "`parameters` are for a `document`; name it"));
            };
            let span = parameters.span();
            let work = document::parameters(named.get_ref(), parameters.into_inner(), &inputs);
            Work::Parameters(work.map_err(|what| at(span, &what))?)
        }
        (Some(both), Some(_)) => return Err(at(both.span(), "a runbook has `commands` or `parameters`, not both")),
        (None, None) => return Err(Mistake::of(name, "it has no `commands`, and no `document` with `parameters`")),
    };
    let auto = file.auto.as_ref().is_some_and(|auto| *auto.get_ref());
    if let Some(span) = file.auto.filter(|_| auto).map(|auto| auto.span()) {
        if file.risk != Risk::Low {
            return Err(at(span, "only a runbook of risk `low` may run by itself"));
        }
        if file.fits.signature.0.is_empty() {
            return Err(at(span, "what may run by itself names the signatures that it is for"));
        }
        if let Some(input) = inputs.iter().find(|input| input.default.is_none()) {
            return Err(at(span, &format!("what may run by itself needs a default for `{}`", input.name)));
        }
    }
    Ok(Runbook {
        name: file.name.into_inner(),
        doc: file.doc.into_inner(),
        fits: Fits {
            signature: file.fits.signature.0,
            tool: file.fits.tool.0,
            category: file.fits.category.into_iter().map(Spanned::into_inner).collect(),
            asset: file.fits.asset.0,
        },
        platform,
        risk: file.risk,
        document: file.document.map_or_else(|| dialect.document().into(), Spanned::into_inner),
        document_version: file.document_version.map(Spanned::into_inner),
        work,
        inputs,
        timeout_seconds: timeout,
        expect: file.expect,
        on_success: file.on_success,
        auto,
        from: from.into(),
    })
}

/// Where in a file the line of a script's byte stands; the script's beginning when that is not to be found.
fn place(text: &str, from: usize, script: &str, byte: usize) -> usize {
    let begins = script[..byte].rfind('\n').map_or(0, |end| end + 1);
    let line = script[begins..].lines().next().unwrap_or_default();
    text[from..].find(line).filter(|_| !line.is_empty()).map_or(from, |at| from + at)
}

fn input(blank: Blank, platform: Platform) -> Result<Input, String> {
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
        KindName::Instance => Kind::Instance,
        KindName::Service => Kind::Service,
        KindName::Path => Kind::Path,
        KindName::Text => Kind::Text,
        KindName::Integer => match (blank.min, blank.max) {
            (Some(min), Some(max)) if min <= max => Kind::Integer { min, max },
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
            Kind::Choice(blank.of)
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

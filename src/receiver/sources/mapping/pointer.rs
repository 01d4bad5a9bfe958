//! Where in a body a value is: a JSON pointer (RFC 6901), with one thing more: `[name=InstanceId]` steps into the element of
//! an array whose `name` is that.

use std::borrow::Cow;
use std::fmt;

use crate::receiver::sources::json::Json;

/// A way through a body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pointer {
    /// It begins at the whole body, even where one alert of a batch is read.
    pub whole: bool,
    steps: Vec<Step>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    /// A name in an object, or a number in an array.
    To(String),
    /// The first object in an array with this text under this name.
    Having(String, String),
}

/// The text is no pointer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a pointer is /names/joined/by/slashes, with ^ before it for the whole body of a batch")]
pub struct NoPointer;

impl Pointer {
    /// Reads one.
    ///
    /// # Errors
    /// When it does not begin with a slash.
    pub fn parse(text: &str) -> Result<Self, NoPointer> {
        let (whole, path) = text.strip_prefix('^').map_or((false, text), |path| (true, path));
        let steps = match path.strip_prefix('/') {
            Some(path) => split(path).map(step).collect(),
            None if path.is_empty() => Vec::new(),
            None => return Err(NoPointer),
        };
        Ok(Self { whole, steps })
    }

    /// What it leads to from there.
    pub fn find<'j, 'a>(&self, from: &'j Json<'a>) -> Option<&'j Json<'a>> {
        walk(&self.steps, from)
    }

    /// What it leads to when `inside` is what stands where `outer` leads to. Absent when it does not go through there.
    pub fn find_inside<'j, 'a>(&self, outer: &Self, inside: &'j Json<'a>) -> Option<Option<&'j Json<'a>>> {
        let rest = self.steps.strip_prefix(&*outer.steps).filter(|rest| !rest.is_empty())?;
        Some(walk(rest, inside))
    }
}

fn walk<'j, 'a>(steps: &[Step], from: &'j Json<'a>) -> Option<&'j Json<'a>> {
    steps.iter().try_fold(from, |at, step| match (step, at) {
        (Step::To(name), Json::Object(object)) => object.get(name),
        (Step::To(number), Json::List(list)) => list.get(number.parse::<usize>().ok()?),
        (Step::Having(name, text), Json::List(list)) => list.iter().find(|element| {
            let value = element.object().and_then(|object| object.get(name)).and_then(Json::plain);
            value.is_some_and(|value| value == text.as_str())
        }),
        _ => None,
    })
}

/// At the slashes, but for those in brackets that have a `=` in them: values may be paths.
fn split(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let text = rest?;
        let in_brackets =
            text.starts_with('[').then(|| text.find("]/").or(text.ends_with(']').then(|| text.len() - 1)));
        let from = in_brackets.flatten().filter(|end| text[..*end].contains('=')).unwrap_or(0);
        let end = text[from..].find('/').map(|at| from + at);
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

fn step(text: &str) -> Step {
    let plain = |text: &str| text.replace("~1", "/").replace("~0", "~");
    let having = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).and_then(|text| text.split_once('='));
    match having {
        Some((name, value)) => Step::Having(plain(name), plain(value)),
        None => Step::To(plain(text)),
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |text: &str| -> String { text.replace('~', "~0").replace('/', "~1") };
        self.steps.iter().try_for_each(|step| match step {
            Step::To(name) => write!(f, "/{}", escaped(name)),
            Step::Having(name, value) => write!(f, "/[{}={}]", escaped(name), escaped(value)),
        })
    }
}

/// A value as text: trimmed, never empty, a list of plain values joined by commas. Templates write `null` for what they lack.
pub fn text<'j>(value: &'j Json<'_>) -> Option<Cow<'j, str>> {
    let plain = match value {
        Json::List(list) => {
            let parts: Vec<_> = list.iter().map(Json::plain).collect::<Option<_>>()?;
            Cow::Owned(parts.join(","))
        }
        other => other.plain()?,
    };
    let trimmed = match plain {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    };
    Some(trimmed).filter(|text| !text.is_empty() && text != "null")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receiver::sources::json;

    const BODY: &str = r#"{"a":{"b":[1,{"c":true}]},"x/y":"slash","t~":"tilde","":"empty","l":["p"," q"],"n":null,
        "dims":[{"name":"Volume","value":"/dev/sda1"},{"name":"InstanceId","value":"i-1"},{"name":"/","value":"root"}]}"#;

    fn at(pointer: &str) -> Option<String> {
        let body = json::read(BODY).unwrap();
        Pointer::parse(pointer).unwrap().find(&body).and_then(text).map(Cow::into_owned)
    }

    #[test]
    fn a_pointer_finds_what_rfc_6901_says() {
        for (pointer, found) in [
            ("/a/b/0", "1"),
            ("/a/b/1/c", "true"),
            ("/x~1y", "slash"),
            ("/t~0", "tilde"),
            ("/", "empty"),
            ("^/a/b/0", "1"),
            ("/l", "p, q"),
            ("/dims/[name=InstanceId]/value", "i-1"),
            ("/dims/[value=/dev/sda1]/name", "Volume"),
            ("/dims/[name=/]/value", "root"),
            ("/dims/[name=~1]/value", "root"),
        ] {
            assert_eq!(at(pointer).as_deref(), Some(found), "{pointer}");
        }
        for nothing in
            ["/b", "/a/b/2", "/a/b/x", "/a/b/-1", "/dims/[name=no]/value", "/n", "/a", "/a/b", "/dims/name", ""]
        {
            assert_eq!(at(nothing), None, "{nothing}");
        }
        for bad in ["a", "a/b", "^a", " /a", "#/a"] {
            assert_eq!(Pointer::parse(bad), Err(NoPointer), "{bad}");
        }
    }

    #[test]
    fn a_pointer_is_shown_as_it_is_written() {
        for text in ["/a/b/0", "/x~1y", "/t~0", "/", "", "/dims/[name=InstanceId]/value"] {
            assert_eq!(Pointer::parse(text).unwrap().to_string(), text);
        }
    }
}

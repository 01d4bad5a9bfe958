//! Bodies in the wrappings that senders put around JSON: UTF-16, a string, a form, a form in parts. A body is known by its
//! bytes; what its head says of it is often wrong.

use std::borrow::Cow;

use super::json::{self, Json, Object, Unread};
use super::{no_alert, not_json};
use crate::core::reading::Unreadable;

/// Fields of a form.
const MOST_FIELDS: usize = 1_000;
/// Bytes of the line between the parts of a form.
const LONGEST_BOUNDARY: usize = 200;
/// Fields that hold the whole alert as JSON.
const WHOLE: [&str; 3] = ["payload", "data", "body"];

/// A field by its name.
type Field<'a> = (Cow<'a, str>, Cow<'a, str>);
/// Fields by name.
type Fields<'a> = Vec<Field<'a>>;

/// Reads a body and has `then` see what it says: a form becomes an object of texts.
///
/// # Errors
/// When nothing can be read of it, and those of `then`.
pub fn open<T>(body: &[u8], then: impl FnOnce(&Json<'_>) -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    if let Some(fields) = parts(body) {
        return fields_said(fields?, then);
    }
    let text = text(body)?;
    match json::read(&text) {
        Ok(Json::Text(inner)) if is_json(&inner) => then(&read(&inner)?),
        Ok(json) => then(&json),
        Err(Unread::NotJson) if is_form(&text) => fields_said(form(&text)?, then),
        Err(unread) => Err(unreadable(unread)),
    }
}

fn read(text: &str) -> Result<Json<'_>, Unreadable> {
    json::read(text).map_err(unreadable)
}

fn unreadable(unread: Unread) -> Unreadable {
    match unread {
        Unread::NotJson => not_json("The body is not valid JSON."),
        Unread::TooMany => no_alert("The body has more values than a request may have."),
        Unread::TooDeep => no_alert("The body is nested deeper than 64 levels."),
    }
}

/// The body as text. A byte order mark is none of it: Windows senders put one there.
fn text(body: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let wide = |bytes: &[u8], one: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let text = char::decode_utf16(pairs.iter().map(|pair| one(*pair))).collect::<Result<String, _>>();
        match (text, rest) {
            (Ok(text), []) => Ok(Cow::Owned(text)),
            _ => Err(not_json("The body is not valid UTF-16.")),
        }
    };
    match body {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => {
            let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
            std::str::from_utf8(body).map(Cow::Borrowed).map_err(|_| not_json("The body is not valid UTF-8."))
        }
    }
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Whether the text begins as a form does: a name and an equals sign.
fn is_form(text: &str) -> bool {
    let name = text.split('=').next().unwrap_or_default();
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"_-.[]%+".contains(&c);
    name.len() < text.len() && !name.is_empty() && name.bytes().all(plain)
}

fn form(text: &str) -> Result<Fields<'_>, Unreadable> {
    let fields: Fields<'_> = form_urlencoded::parse(text.trim().as_bytes()).take(MOST_FIELDS + 1).collect();
    if fields.len() > MOST_FIELDS { Err(no_alert("The form has more than 1000 fields.")) } else { Ok(fields) }
}

fn fields_said<T>(fields: Fields<'_>, then: impl FnOnce(&Json<'_>) -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    let whole = WHOLE.iter().find_map(|name| fields.iter().find(|(field, text)| field == name && is_json(text)));
    match whole {
        Some((_, text)) => then(&read(text)?),
        None => {
            let all = fields.into_iter().fold(Object::default(), |all, (name, text)| all.with(name, Json::Text(text)));
            then(&Json::Object(all))
        }
    }
}

/// The texts of a `multipart/form-data` body by their names; files that are no text are left out. Absent when it is none.
fn parts(body: &[u8]) -> Option<Result<Fields<'_>, Unreadable>> {
    let mut lines = body.split_inclusive(|byte| *byte == b'\n');
    let between = lines.next()?.trim_ascii_end();
    let said = lines.clone().next()?.get(..20)?;
    if !(3..=LONGEST_BOUNDARY).contains(&between.len())
        || !between.starts_with(b"--")
        || !said.eq_ignore_ascii_case(b"content-disposition:")
    {
        return None;
    }
    let ends = |line: &[u8]| {
        let rest = line.strip_prefix(between).map(<[u8]>::trim_ascii_end);
        rest.is_some_and(|rest| rest.is_empty() || rest == b"--")
    };
    let mut fields = Vec::new();
    let mut part = Part::default();
    let mut at = between.len();
    at = body[at..].iter().position(|byte| *byte == b'\n').map_or(body.len(), |end| at + end + 1);
    for line in lines {
        if ends(line) {
            match std::mem::take(&mut part).field(body, at) {
                Ok(field) => fields.extend(field),
                Err(unreadable) => return Some(Err(unreadable)),
            }
        } else {
            part.line(line, at);
        }
        at += line.len();
        if fields.len() > MOST_FIELDS {
            return Some(Err(no_alert("The form has more than 1000 fields.")));
        }
    }
    // Whoever forgets the last line has sent the last part all the same.
    Some(part.field(body, body.len()).map(|last| {
        fields.extend(last);
        fields
    }))
}

/// A part of a form while its lines go by.
#[derive(Default)]
struct Part {
    name: Option<String>,
    is_file: bool,
    /// Where its text begins, once its head is over.
    begins: Option<usize>,
}

impl Part {
    fn line(&mut self, line: &[u8], at: usize) {
        if self.begins.is_some() {
            return;
        }
        let line_text = String::from_utf8_lossy(line.trim_ascii());
        if line_text.is_empty() {
            self.begins = Some(at + line.len());
        } else if line_text.get(..20).is_some_and(|start| start.eq_ignore_ascii_case("content-disposition:")) {
            self.name = parameter(&line_text, "name");
            self.is_file = parameter(&line_text, "filename").is_some();
        }
    }

    fn field(self, body: &[u8], end: usize) -> Result<Option<Field<'_>>, Unreadable> {
        let (Some(name), Some(begins)) = (self.name, self.begins) else { return Ok(None) };
        let text = &body[begins.min(end)..end];
        let text = text.strip_suffix(b"\n").map_or(text, |text| text.strip_suffix(b"\r").unwrap_or(text));
        match std::str::from_utf8(text) {
            Ok(text) => Ok(Some((name.into(), text.into()))),
            Err(_) if self.is_file => Ok(None),
            Err(_) => Err(not_json("The form has a field that is not valid UTF-8.")),
        }
    }
}

/// A parameter of a `Content-Disposition`: `; name="text"`.
fn parameter(line: &str, wanted: &str) -> Option<String> {
    line.split(';').skip(1).find_map(|part| {
        let (name, value) = part.trim().split_once('=')?;
        name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"').to_owned())
    })
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;

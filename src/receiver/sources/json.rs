//! JSON as it lies in a request: text is borrowed, the last of several equal names counts, and how deep and how many values
//! is bounded, so that four mebibytes of brackets cost no more than that.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// Any JSON value.
#[derive(Clone, PartialEq, Debug)]
pub enum Json<'a> {
    /// `null`; the same as a field that is not there.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Self>),
    /// An object.
    Object(Object<'a>),
}

/// A JSON object, in the sender's order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

/// Why a body could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unread {
    /// It is no JSON.
    NotJson,
    /// It has more values than [`most_values`].
    TooMany,
    /// It is nested deeper than [`DEEPEST`].
    TooDeep,
}

/// Arrays and objects within each other.
pub const DEEPEST: u32 = 64;

/// The most values that a body of so many bytes may consist of: twice as many as real alerts have, and few enough that what is read
/// takes no more than ten times its bytes.
pub fn most_values(bytes: usize) -> u32 {
    u32::try_from(bytes / 16).unwrap_or(u32::MAX).saturating_add(4_096)
}

/// Reads a whole body.
///
/// # Errors
/// When it is no JSON, or too much of it.
pub fn read(text: &str) -> Result<Json<'_>, Unread> {
    let (left, too_deep) = (Cell::new(most_values(text.len())), Cell::new(false));
    let mut from = serde_json::Deserializer::from_str(text);
    let seed = Seed { left: &left, too_deep: &too_deep, depth: 0 };
    let value = seed.deserialize(&mut from).and_then(|value| from.end().map(|()| value));
    value.map_err(|_| match (left.get(), too_deep.get()) {
        (_, true) => Unread::TooDeep,
        (0, false) => Unread::TooMany,
        _ => Unread::NotJson,
    })
}

impl<'a> Json<'a> {
    /// The text, when it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The object, when it is one.
    pub fn object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The list, when it is one.
    pub fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(values) => Some(values),
            _ => None,
        }
    }

    /// What a JSON pointer (RFC 6901) leads to; absent when nothing is there, or `null`.
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        let mut here = self;
        for step in pointer.strip_prefix('/').into_iter().flat_map(|steps| steps.split('/')) {
            here = match here {
                Self::Object(object) if step.contains('~') => {
                    object.get(&step.replace("~1", "/").replace("~0", "~"))?
                }
                Self::Object(object) => object.get(step)?,
                Self::List(values) => values.get(step.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some(here).filter(|value| **value != Self::Null)
    }

    /// What a label may be, as text: a string, a number, a truth value; nothing is the empty text.
    pub fn plain(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Null => Some("".into()),
            Self::Bool(truth) => Some(if *truth { "true" } else { "false" }.into()),
            Self::Number(number) => Some(number.to_string().into()),
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::List(_) | Self::Object(_) => None,
        }
    }
}

impl<'a> Object<'a> {
    /// The value of this name; absent when it is not there or `null`.
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
            .filter(|value| **value != Json::Null)
    }

    /// The text of this name, trimmed; absent when it is empty or no text.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.get(name)?.text().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The same with one more pair, which counts before an earlier one of its name.
    pub fn with(mut self, name: impl Into<Cow<'a, str>>, value: Json<'a>) -> Self {
        self.0.push((name.into(), value));
        self
    }

    /// Every name with its value, in the sender's order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }
}

/// Reads a value within so many others, and counts it off what is left.
#[derive(Clone, Copy)]
struct Seed<'b> {
    left: &'b Cell<u32>,
    too_deep: &'b Cell<bool>,
    depth: u32,
}

impl Seed<'_> {
    /// For what is within an array or an object.
    fn within<E: de::Error>(self) -> Result<Self, E> {
        if self.depth < DEEPEST {
            return Ok(Self { depth: self.depth + 1, ..self });
        }
        self.too_deep.set(true);
        Err(de::Error::custom("too deep"))
    }
}

/// Reads an object's name.
struct Name;

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn deserialize<D: de::Deserializer<'de>>(self, from: D) -> Result<Json<'de>, D::Error> {
        match self.left.get() {
            0 => Err(de::Error::custom("too many values")),
            left => {
                self.left.set(left - 1);
                from.deserialize_any(self)
            }
        }
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(truth))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json<'de>, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json<'de>, A::Error> {
        let (mut values, within) = (Vec::new(), self.within()?);
        while let Some(value) = list.next_element_seed(within)? {
            push(&mut values, value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let (mut pairs, within) = (Vec::new(), self.within()?);
        while let Some(name) = map.next_key_seed(Name)? {
            push(&mut pairs, (name, map.next_value_seed(within)?));
        }
        Ok(Json::Object(Object(pairs)))
    }
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: de::Deserializer<'de>>(self, from: D) -> Result<Cow<'de, str>, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.into()))
    }
}

/// Adds to a list whose room grows by little: doubled, it would be what a body of small values costs most for.
fn push<T>(list: &mut Vec<T>, value: T) {
    if list.len() == list.capacity() {
        list.reserve_exact((list.len() / 4).max(2));
    }
    list.push(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_borrowed_and_the_last_of_equal_names_counts() {
        let json = read(r#"{"a":1,"b":"x","a":"\u00e9","n":null}"#).unwrap();
        let object = json.object().unwrap();
        assert_eq!(object.get("a"), Some(&Json::Text("é".into())));
        assert!(matches!(object.get("b"), Some(Json::Text(Cow::Borrowed("x")))));
        assert_eq!(object.get("n"), None);
    }

    #[test]
    fn a_pointer_leads_through_objects_and_lists() {
        let json = read(r#"{"a":[{"b/c":{"~":1}},null],"":2}"#).unwrap();
        let at = |pointer: &str| json.at(pointer).and_then(Json::plain).map(Cow::into_owned);
        assert_eq!(at("/a/0/b~1c/~0"), Some("1".into()));
        assert_eq!(at("/"), Some("2".into()));
        for nothing in ["/a/1", "/a/2", "/a/-1", "/a/x", "/a/0/b", "/b", "//"] {
            assert_eq!(json.at(nothing), None, "{nothing}");
        }
        assert_eq!(json.at(""), Some(&json));
    }

    #[test]
    fn what_is_no_json_is_not_read() {
        for bad in ["", "{", "{} x", "\"\\ud800\"", "[1,]", "nul", "1e999", "{'a':1}", "NaN"] {
            assert_eq!(read(bad), Err(Unread::NotJson), "{bad}");
        }
    }

    #[test]
    fn depth_and_number_of_values_are_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(&nested(64)).is_ok());
        assert_eq!(read(&nested(65)), Err(Unread::TooDeep));
        assert_eq!(read(&nested(10_000)), Err(Unread::TooDeep));
        assert_eq!(read(&"[".repeat(4 << 20)), Err(Unread::TooDeep));
        assert_eq!(read(&(String::from(r#"{"a":"#) + &nested(64) + "}")), Err(Unread::TooDeep));
        assert_eq!(read(&format!("[{}0]", "0,".repeat(10_000))), Err(Unread::TooMany));
        assert!(read(&format!("[{}0]", "10123456789012, ".repeat(10_000))).is_ok());
    }

    #[test]
    fn labels_may_be_anything_plain() {
        let plain = |text: &str| read(text).unwrap().plain().map(Cow::into_owned);
        assert_eq!(plain("12"), Some("12".into()));
        assert_eq!(plain("-1.5"), Some("-1.5".into()));
        assert_eq!(plain("true"), Some("true".into()));
        assert_eq!(plain("null"), Some(String::new()));
        assert_eq!(plain("[]"), None);
    }
}

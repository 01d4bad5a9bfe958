//! Headers that make a call conditional, or say what it may be answered with: `If-Match`, `If-None-Match`, `Accept`.

use axum::http::header::{ACCEPT, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName};

use super::problem::{BAD_HEADER, NOT_ACCEPTABLE, Problem};

/// Tags in one header, at most.
const MOST: usize = 16;

/// The tags of which what is changed must have one; absent: any will do.
///
/// # Errors
/// The header is no list of tags.
pub fn if_match(headers: &HeaderMap) -> Result<Option<Vec<String>>, Problem> {
    let Some(tags) = tags(headers, IF_MATCH)? else { return Ok(None) };
    if tags.iter().any(|tag| tag == "*") {
        return Ok(None);
    }
    // A weak tag says that two things are alike, which is not enough here.
    let strong = tags.iter().filter_map(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
    Ok(Some(strong.map(str::to_owned).collect()))
}

/// Whether whoever asks has it already.
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let tags = tags(headers, IF_NONE_MATCH).ok().flatten().unwrap_or_default();
    tags.iter().any(|known| {
        let known = known.strip_prefix("W/").unwrap_or(known);
        known == "*" || known.strip_prefix('"').and_then(|known| known.strip_suffix('"')) == Some(tag)
    })
}

fn tags(headers: &HeaderMap, name: HeaderName) -> Result<Option<Vec<String>>, Problem> {
    let mut tags = Vec::new();
    for value in headers.get_all(&name) {
        let text = value.to_str().map_err(|_| &BAD_HEADER)?;
        tags.extend(text.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned));
    }
    let formed = |tag: &String| {
        let opaque = tag.strip_prefix("W/").unwrap_or(tag);
        tag == "*" || opaque.len() >= 2 && opaque.starts_with('"') && opaque.ends_with('"')
    };
    if tags.len() > MOST || !tags.iter().all(formed) {
        return Err((&BAD_HEADER).into());
    }
    Ok(Some(tags).filter(|tags| !tags.is_empty()))
}

/// Whether JSON will do.
///
/// # Errors
/// It will not.
pub fn acceptable(headers: &HeaderMap) -> Result<(), Problem> {
    let mut ranges = headers.get_all(ACCEPT).iter().peekable();
    if ranges.peek().is_none() {
        return Ok(());
    }
    let accepts = |range: &str| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let unwanted = parts.any(|part| {
            let quality = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            quality.is_some_and(|quality| quality.parse::<f32>() == Ok(0.0))
        });
        matches!(&*kind, "application/json" | "application/*" | "*/*") && !unwanted
    };
    if ranges.any(|value| value.to_str().is_ok_and(|value| value.split(',').any(accepts))) {
        Ok(())
    } else {
        Err((&NOT_ACCEPTABLE).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn changes_want_strong_tags_and_questions_take_any() {
        let wanted = |value: &str| if_match(&with(IF_MATCH, value)).map_err(|problem| problem.code);
        assert_eq!(wanted(r#""a", "b""#), Ok(Some(vec!["a".into(), "b".into()])));
        assert_eq!(wanted(r#"W/"a""#), Ok(Some(vec![])));
        assert_eq!((wanted("*"), wanted("")), (Ok(None), Ok(None)));
        assert_eq!(wanted("planted"), Err("bad_header"));
        for (value, known) in [(r#""a""#, true), (r#""b", W/"a""#, true), ("*", true), (r#""b""#, false), ("a", false)]
        {
            assert_eq!(is_known(&with(IF_NONE_MATCH, value), "a"), known, "{value}");
        }
    }

    #[test]
    fn whoever_takes_no_json_is_told() {
        assert!(acceptable(&HeaderMap::new()).is_ok());
        for (value, good) in [
            ("*/*", true),
            ("text/html, application/json;q=0.5", true),
            ("Application/*", true),
            ("text/html", false),
            ("application/json; q=0", false),
            ("application/jsonx", false),
        ] {
            assert_eq!(acceptable(&with(ACCEPT, value)).is_ok(), good, "{value}");
        }
    }
}

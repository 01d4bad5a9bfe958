//! What is to be pasted into a tool so that it posts to a source.

use super::auth::{Auth, Encoding, Hmac, KeyDecoding};
use super::kind::Kind;

/// Stands where a key was shown once.
pub const KEY_IS_GONE: &str = "KEY";
/// Stands where a secret was shown once, or there is none.
pub const SECRET_IS_GONE: &str = "SECRET";

/// What the text of a kind is filled with.
#[derive(Clone, Copy)]
pub struct Blanks<'a> {
    /// Where to post to, without the key.
    pub url: &'a str,
    /// The key; absent: a word that stands for it.
    pub key: Option<&'a str>,
    /// The secret; absent: a word that stands for it.
    pub secret: Option<&'a str>,
    /// Whose the source is.
    pub tenant: &'a str,
    /// Its name.
    pub source: &'a str,
}

/// The text of a kind with its blanks filled, in one pass: what is filled in is not looked at again. Braces around anything else
/// are the tool's own.
pub fn filled(kind: Kind, blanks: Blanks<'_>) -> String {
    let Blanks { url, tenant, source, .. } = blanks;
    let key = blanks.key.unwrap_or(KEY_IS_GONE);
    let secret = blanks.secret.unwrap_or(SECRET_IS_GONE);
    let with_key = format!("{url}?api_key={key}");
    let words = [
        ("{url_with_key}", &*with_key),
        ("{url}", url),
        ("{key}", key),
        ("{secret}", secret),
        ("{tenant}", tenant),
        ("{source}", source),
    ];
    let mut rest = kind.row().paste.trim_end();
    let mut text = String::with_capacity(rest.len() + 256);
    while let Some((before, _)) = rest.split_once('{') {
        text.push_str(before);
        rest = &rest[before.len()..];
        match words.iter().find(|(word, _)| rest.starts_with(word)) {
            Some((word, value)) => {
                text.push_str(value);
                rest = &rest[word.len()..];
            }
            None => {
                text.push('{');
                rest = &rest[1..];
            }
        }
    }
    text + rest
}

/// How requests have to be signed, when that is not in the text of the kind.
pub fn signing(kind: Kind, auth: &Auth, secret: Option<&str>) -> Option<String> {
    let Auth::Hmac(hmac) = auth else { return None };
    if kind.row().paste.contains("{secret}") && *auth == kind.row().auth.into() {
        return None;
    }
    let secret = secret.unwrap_or(SECRET_IS_GONE);
    let encoding = match hmac.encoding {
        Encoding::Hex => "hexadecimal",
        Encoding::Base64 => "base64",
    };
    let key = match hmac.key {
        KeyDecoding::Raw => "",
        KeyDecoding::Base64 => ", decoded from base64 after whsec_",
        KeyDecoding::Hex => ", decoded from hexadecimal",
    };
    let before = if hmac.prefix.is_empty() { String::new() } else { format!(", after `{}`", hmac.prefix) };
    let at = match &hmac.timestamp_header {
        Some(header) => format!("\nThe time, in Unix seconds, is in the header {header}."),
        None => String::new(),
    };
    let Hmac { header, template, .. } = hmac;
    Some(format!(
        "Every request is signed: HMAC-SHA256 of `{template}` with the secret {secret}{key},\n\
         in {encoding}{before}, in the header {header}.{at}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_says_where_to_post_and_nothing_is_left_blank() {
        let blanks = Blanks {
            url: "https://aw.example/api/webhooks/site",
            key: Some("awk_planted"),
            secret: Some("{key}"),
            tenant: "comp_acme",
            source: "site",
        };
        for kind in Kind::all() {
            let text = filled(kind, blanks);
            assert!(text.contains("https://aw.example/api/webhooks/site"), "{kind}: {text}");
            for blank in ["{url", "{tenant}", "{source}", "{secret}"] {
                assert!(!text.contains(blank), "{kind}: {blank} in {text}");
            }
            let unsaid = filled(kind, Blanks { key: None, secret: None, ..blanks });
            assert!(!unsaid.contains("awk_planted"));
        }
        let custom: Kind = "custom".parse().unwrap();
        assert_eq!(signing(custom, &Auth::Key, None), None);
        let said = signing(custom, &super::super::auth::Preset::Slack.into(), Some("s3cret")).unwrap();
        assert!(said.contains("`v0:{timestamp}:{body}` with the secret s3cret") && said.contains("X-Slack-Request"));
        let native = filled(Kind::NATIVE, blanks);
        assert!(native.contains("{key}"), "what is filled in is not looked at again: {native}");
    }
}

//! What is to be pasted into a tool so that it posts to a source.

use super::auth::{Auth, Encoding, Hmac, KeyDecoding, Preset};
use super::kind::Kind;

/// Stands where a key was shown once.
pub const KEY_IS_GONE: &str = "KEY";
/// Stands where a secret was shown once, or there is none.
pub const SECRET_IS_GONE: &str = "SECRET";

/// Said where a text of a kind may name other places for the key.
const ONLY_BASIC: &str =
    "The key is taken only as the password of Authorization: Basic, under any name; not in the URL.";
const ONLY_BEARER: &str = "The key is taken only as Authorization: Bearer; not in the URL.";

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
        ("{scheme}", if url.starts_with("https:") { "https" } else { "http" }),
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

/// How requests have to prove themselves, when that is not in the text of the kind.
pub fn signing(kind: Kind, auth: &Auth, secret: Option<&str>) -> Option<String> {
    let hmac = match auth {
        Auth::Hmac(hmac) => hmac,
        Auth::Basic => return Some(ONLY_BASIC.into()),
        Auth::Bearer => return Some(ONLY_BEARER.into()),
        _ => return None,
    };
    if kind.row().paste.contains("{secret}") && *auth == kind.row().auth.into() {
        return None;
    }
    let secret = secret.unwrap_or(SECRET_IS_GONE);
    if kind.row().name == "grafana" && *auth == Preset::Grafana.into() {
        return Some(format!(
            "HMAC Signature, in the same form (Grafana 12 or later):\n\n\
             Secret             {secret}\n\
             Header             {}\n\
             Timestamp Header   {}\n\n\
             An older Grafana can't sign: `source set TENANT NAME --auth key` lets the key alone in.",
            hmac.header,
            hmac.timestamp_header.as_deref().unwrap_or_default(),
        ));
    }
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
    let Hmac { header, template, .. } = hmac;
    let at = match &hmac.timestamp_header {
        Some(header) => format!("\nThe time, in Unix seconds, is in the header {header}."),
        None if template.contains("{timestamp}") => format!(
            "\nThe time, in Unix seconds, is there too: `t=TIME{}`.",
            hmac.separator.map_or_else(String::new, Into::into)
        ),
        None => String::new(),
    };
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
            for blank in ["{url", "{scheme}", "{tenant}", "{source}", "{secret}"] {
                assert!(!text.contains(blank), "{kind}: {blank} in {text}");
            }
            let unsaid = filled(kind, Blanks { key: None, secret: None, ..blanks });
            assert!(!unsaid.contains("awk_planted"));
        }
        let custom: Kind = "custom".parse().unwrap();
        assert_eq!(signing(custom, &Auth::Key, None), None);
        let said = signing(custom, &super::super::auth::Preset::Slack.into(), Some("s3cret")).unwrap();
        assert!(said.contains("`v0:{timestamp}:{body}` with the secret s3cret") && said.contains("X-Slack-Request"));
        let stripe = signing(custom, &Preset::Stripe.into(), Some("s3cret")).unwrap();
        assert!(stripe.contains("is there too: `t=TIME,`."), "{stripe}");
        for (auth, place) in [(Auth::Basic, "Basic"), (Auth::Bearer, "Bearer")] {
            let said = signing(custom, &auth, None).unwrap();
            assert!(said.contains(place) && said.ends_with("not in the URL."), "the text of the kind offers the URL");
        }
        let grafana: Kind = "grafana".parse().unwrap();
        let said = signing(grafana, &Preset::Grafana.into(), Some("s3cret")).unwrap();
        assert!(
            said.contains("Secret             s3cret\n") && said.contains("Timestamp Header   X-Grafana-Alerting-")
        );
        assert_eq!(signing(grafana, &Auth::Key, None), None);
        assert!(!filled(grafana, blanks).contains("Secret"), "of no use to one that does not sign");
        let alertmanager = filled("alertmanager".parse().unwrap(), blanks);
        assert!(alertmanager.contains("credentials: awk_planted\n"), "{alertmanager}");
        let native = filled(Kind::NATIVE, blanks);
        assert!(native.contains("{key}"), "what is filled in is not looked at again: {native}");
    }
}

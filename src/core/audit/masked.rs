//! What of a value may be on record: everything but secrets, and of long texts the beginning with a digest of all of it.
//!
//! What is known to be a secret never gets here. This is for what people type: a password in a command, a token in a note. It
//! knows the usual names only.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Bytes of a text that are on record.
const KEPT: usize = 2_048;
/// What is added to a text that was cut, at most: so that cutting it again changes nothing.
const SAYS: usize = 128;
/// What stands for a secret.
const MASK: &str = "***";
/// Parts of names of what is secret, in lower case.
const SECRET: [&str; 10] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "api_key",
    "api-key",
    "apikey",
    "access_key",
    "private_key",
];

/// A value with its secrets masked and its long texts cut.
pub fn value(value: Value) -> Value {
    match value {
        Value::String(said) => Value::String(text(&said)),
        Value::Array(all) => all.into_iter().map(self::value).collect(),
        Value::Object(fields) => {
            let field = |(name, field): (String, Value)| {
                let field = if is_secret(&name) { Value::from(MASK) } else { self::value(field) };
                (text(&name), field)
            };
            fields.into_iter().map(field).collect()
        }
        plain => plain,
    }
}

/// A text with what follows the name of a secret masked, and cut.
pub fn text(said: &str) -> String {
    let masked = mask(said);
    if masked.len() <= KEPT + SAYS {
        return masked;
    }
    let end = masked.floor_char_boundary(KEPT);
    let digest = hex::encode(Sha256::digest(said.as_bytes()));
    format!("{}… ({} bytes, SHA-256 {digest})", &masked[..end], said.len())
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

/// Word by word. What separates them stays as it is.
fn mask(said: &str) -> String {
    let mut masked = String::with_capacity(said.len());
    let (mut next_is_secret, mut named) = (false, false);
    for piece in said.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end_matches(char::is_whitespace);
        let gap = &piece[word.len()..];
        if word.is_empty() {
            masked.push_str(gap);
            continue;
        }
        let sign = word == "=" || word == ":";
        let after_name = std::mem::replace(&mut named, is_secret(word));
        if next_is_secret && !sign {
            masked.push_str(MASK);
            (next_is_secret, named) = (false, false);
        } else if named {
            let value_at = word.find(['=', ':']).map(|at| at + 1);
            let (name, secret) = word.split_at(value_at.unwrap_or(word.len()));
            masked.push_str(name);
            if secret.is_empty() {
                next_is_secret = value_at.is_some() || word.starts_with('-') || word.starts_with('"');
            } else {
                masked.push_str(MASK);
            }
        } else {
            next_is_secret |= word.eq_ignore_ascii_case("bearer") || (sign && after_name);
            masked.push_str(&without_key_ids(word));
        }
        masked.push_str(gap);
    }
    masked
}

/// Without AWS access key ids: `AKIA` or `ASIA` and 16 more.
fn without_key_ids(word: &str) -> String {
    let mut left = word;
    let mut kept = String::new();
    while let Some(at) = ["AKIA", "ASIA"].iter().filter_map(|prefix| left.find(prefix)).min() {
        let (before, from) = left.split_at(at);
        let length = from.bytes().take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit()).count();
        let (id, after) = from.split_at(length);
        kept.push_str(before);
        kept.push_str(if length >= 20 { MASK } else { id });
        left = after;
    }
    kept + left
}

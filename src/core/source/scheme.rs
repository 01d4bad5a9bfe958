//! What the settings of a signature mean: the pieces of what is signed, and the key that a secret becomes. Computing and comparing
//! are the receiver's.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::auth::{Encoding, Hmac, KeyDecoding};

/// Bytes of a signature: HMAC-SHA256.
pub const MAC: usize = 32;
/// Seconds that a sender's clock may be set to be off at most: a signature is right for twice as long, and may be used again once the
/// engine does not know any more that it was.
pub const MOST_TOLERANCE: u32 = 400;

/// Base64 with or without its padding: tools show secrets both ways.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A piece of what is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    /// These very bytes.
    Text(&'a str),
    /// The time of signing, as it was sent.
    Timestamp,
    /// The body, as it was sent.
    Body,
    /// The value of this header.
    Header(&'a str),
}

/// The pieces of a template, in their order. What is in braces and unknown is text.
pub fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::with_capacity(4);
    let mut rest = template;
    while let Some((before, known, after)) = first(rest) {
        pieces.extend(Some(Piece::Text(before)).filter(|_| !before.is_empty()));
        pieces.push(known);
        rest = after;
    }
    pieces.extend(Some(Piece::Text(rest)).filter(|_| !rest.is_empty()));
    pieces
}

/// What stands before the first placeholder, the placeholder, and what follows it.
fn first(text: &str) -> Option<(&str, Piece<'_>, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| from + at) {
        let close = open + text[open..].find('}')?;
        let known = match &text[open + 1..close] {
            "timestamp" => Some(Piece::Timestamp),
            "body" => Some(Piece::Body),
            word => word.strip_prefix("header:").map(|name| Piece::Header(name.trim())),
        };
        if let Some(piece) = known {
            return Some((&text[..open], piece, &text[close + 1..]));
        }
        from = open + 1;
    }
    None
}

impl Hmac {
    /// Where the time of signing is.
    pub fn timestamp_is(&self) -> Timestamp<'_> {
        match &self.timestamp_header {
            Some(header) => Timestamp::Header(header),
            None if self.separator.is_some() && pieces(&self.template).contains(&Piece::Timestamp) => Timestamp::InList,
            None => Timestamp::Nowhere,
        }
    }

    /// Whether signatures can be made and verified by it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn check(&self) -> Result<(), &'static str> {
        let pieces = pieces(&self.template);
        let count = |wanted: Piece<'_>| pieces.iter().filter(|piece| **piece == wanted).count();
        let timed = count(Piece::Timestamp) > 0;
        if !is_header(&self.header) || !self.timestamp_header.as_deref().is_none_or(is_header) {
            return Err("a header's name has 1 to 128 letters, digits, - and _");
        }
        if self.template.len() > 256 || self.prefix.len() > 64 {
            return Err("what is signed has at most 256 bytes of template, and a signature 64 of prefix");
        }
        if !self.prefix.bytes().all(|c| c.is_ascii_graphic()) {
            return Err("what stands before a signature has no spaces in it");
        }
        let strange = |piece: &Piece<'_>| match piece {
            Piece::Text(text) => text.contains(['{', '}']),
            Piece::Header(name) => !is_header(name),
            Piece::Timestamp | Piece::Body => false,
        };
        if pieces.iter().any(strange) {
            return Err("a template knows {timestamp}, {body} and {header:NAME}");
        }
        if count(Piece::Body) != 1 {
            return Err("a template has {body} in it, once");
        }
        if self.timestamp_header.is_some() && !timed {
            return Err("the template must have {timestamp} in it: a time that is not signed proves nothing");
        }
        if timed && self.timestamp_is() == Timestamp::Nowhere {
            return Err(
                "{timestamp} in the template needs the header with the time, or a separator and t= in the list",
            );
        }
        if self.separator.is_some_and(|separator| !matches!(separator, ' '..='~') || separator.is_ascii_alphanumeric())
        {
            return Err("the separator is a space or a sign, such as a comma");
        }
        if !(1..=MOST_TOLERANCE).contains(&self.tolerance_seconds) {
            return Err("the sender's clock may be off by 1 to 400 seconds");
        }
        Ok(())
    }

    /// The signature that is written there; absent when it is not of the form.
    pub fn mac(&self, written: &[u8]) -> Option<[u8; MAC]> {
        let digits = written.strip_prefix(self.prefix.as_bytes())?;
        let mut mac = [0; MAC];
        match self.encoding {
            Encoding::Hex => hex::decode_to_slice(digits, &mut mac).ok()?,
            Encoding::Base64 => {
                mac.copy_from_slice(LENIENT.decode(digits).ok().filter(|bytes| bytes.len() == MAC)?.as_slice())
            }
        }
        Some(mac)
    }
}

/// Where the time of signing is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timestamp<'a> {
    /// In this header.
    Header(&'a str),
    /// Among the signatures, as `t=`.
    InList,
    /// Nobody says it.
    Nowhere,
}

impl KeyDecoding {
    /// The key that a secret is; absent when the secret is not written that way.
    pub fn decoded(self, secret: &str) -> Option<Zeroizing<Vec<u8>>> {
        let key = match self {
            Self::Raw => secret.as_bytes().to_vec(),
            Self::Base64 => LENIENT.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).ok()?,
            Self::Hex => hex::decode(secret).ok()?,
        };
        Some(Zeroizing::new(key)).filter(|key| !key.is_empty())
    }
}

fn is_header(name: &str) -> bool {
    (1..=128).contains(&name.len()) && name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::super::auth::{Auth, Preset};
    use super::*;

    fn preset(preset: Preset) -> Option<Hmac> {
        match preset.into() {
            Auth::Hmac(hmac) => Some(hmac),
            _ => None,
        }
    }

    #[test]
    fn a_template_is_its_pieces() {
        use Piece::{Body, Header, Text};
        assert_eq!(pieces("v0:{timestamp}:{body}"), [Text("v0:"), Piece::Timestamp, Text(":"), Body]);
        assert_eq!(
            pieces("{header:webhook-id}.{timestamp}.{body}"),
            [Header("webhook-id"), Text("."), Piece::Timestamp, Text("."), Body]
        );
        assert_eq!(pieces("{x}{{body}}é{"), [Text("{x}{"), Body, Text("}é{")]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn every_preset_can_be_followed() {
        for hmac in Preset::ALL.into_iter().filter_map(preset) {
            assert_eq!(hmac.check(), Ok(()), "{hmac:?}");
        }
    }

    #[test]
    fn what_proves_nothing_is_not_set() {
        let native = preset(Preset::Native).unwrap();
        let bad = [
            Hmac { header: "X Signature".into(), ..native.clone() },
            Hmac { header: String::new(), ..native.clone() },
            Hmac { timestamp_header: Some("é".into()), ..native.clone() },
            Hmac { template: "{timestamp}".into(), ..native.clone() },
            Hmac { template: "{body}".into(), ..native.clone() },
            Hmac { template: "{header:}{timestamp}{body}".into(), ..native.clone() },
            Hmac { timestamp_header: None, ..native.clone() },
            Hmac { separator: Some('a'), ..native.clone() },
            Hmac { separator: Some('\n'), ..native.clone() },
            Hmac { tolerance_seconds: 0, ..native.clone() },
            Hmac { tolerance_seconds: u32::MAX, ..native.clone() },
            Hmac { prefix: "x".repeat(65), ..native.clone() },
            Hmac { template: "{timestamp}{body}{body}".into(), ..native.clone() },
            Hmac { template: "{timestamp}{bdy}{body}".into(), ..native },
        ];
        for hmac in bad {
            assert!(hmac.check().is_err(), "{hmac:?}");
        }
    }

    #[test]
    fn a_secret_becomes_the_key_that_its_writing_says() {
        let key = |decoding: KeyDecoding, secret: &str| decoding.decoded(secret).map(|key| key.to_vec());
        assert_eq!(key(KeyDecoding::Raw, "whsec_YQ=="), Some(b"whsec_YQ==".to_vec()));
        for secret in ["whsec_YWI=", "YWI=", "YWI"] {
            assert_eq!(key(KeyDecoding::Base64, secret), Some(b"ab".to_vec()), "{secret}");
        }
        assert_eq!(key(KeyDecoding::Hex, "6162"), Some(b"ab".to_vec()));
        for (decoding, secret) in [
            (KeyDecoding::Raw, ""),
            (KeyDecoding::Base64, "whsec_"),
            (KeyDecoding::Base64, "a b"),
            (KeyDecoding::Hex, "6"),
        ] {
            assert_eq!(key(decoding, secret), None, "{secret}");
        }
    }
}

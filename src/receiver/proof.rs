//! How a request proves, beyond its key, that it is from the source it was sent to: what it claims is looked at before its body is
//! read, and believed after. AWS' signature is inside the body: [`super::topics`] looks at that.

use axum::http::HeaderName;
use axum::http::header::HeaderMap;
use sha2::{Digest, Sha256};

use super::desk::Marks;
use super::key::Carried;
use super::refusal::Refused;
use super::signature::{self, Signed};
use crate::core::credentials::HmacSecret;
use crate::core::input::DeliveryKey;
use crate::core::source::auth::Auth;
use crate::core::source::scheme::{Piece, pieces};
use crate::core::time::Moment;
use crate::engine::health::Proof;

const X_DELIVERY_ID: HeaderName = HeaderName::from_static("x-delivery-id");
const X_GITHUB_DELIVERY: HeaderName = HeaderName::from_static("x-github-delivery");
const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");

/// What a request claims.
#[derive(Debug)]
pub enum Claim<'a> {
    /// That it has the key, which it has.
    Key,
    /// To be signed with the source's secret.
    Signed(signature::Claimed<'a>),
    /// To be signed by AWS, within its body.
    Sns,
}

/// What was found true.
#[derive(Clone, Default, Debug)]
pub struct Proven {
    /// For the source's health.
    pub proof: Proof,
    /// The signature, while it is only right within a window of time.
    signature: Option<DeliveryKey>,
    /// The signature, when it is right for ever: then only the memory of deliveries keeps it from being used again.
    lasting: Option<DeliveryKey>,
}

/// What a request claims, by what its source wants.
///
/// # Errors
/// When it does not even claim it.
pub fn claimed<'a>(carried: &Carried, headers: &'a HeaderMap, auth: &'a Auth) -> Result<Claim<'a>, Refused> {
    carried.is_where(auth)?;
    Ok(match auth {
        Auth::Key | Auth::Basic | Auth::Bearer => Claim::Key,
        Auth::Hmac(rules) => Claim::Signed(signature::claimed(headers, rules)?),
        Auth::Sns => Claim::Sns,
    })
}

impl Claim<'_> {
    /// Whether it is true of this body; of AWS' signature nothing is known yet.
    ///
    /// # Errors
    /// When it is not.
    pub fn proven(&self, body: &[u8], secrets: &[HmacSecret], now: Moment) -> Result<Proven, Refused> {
        match self {
            Self::Key | Self::Sns => Ok(Proven::default()),
            Self::Signed(claimed) => Ok(Proven::of(claimed.verify(body, secrets, now)?, now)),
        }
    }
}

impl Proven {
    fn of(Signed { mac, at, secret }: Signed, now: Moment) -> Self {
        let mark = mac.first_chunk().copied().map(DeliveryKey);
        let (signature, lasting) = if at.is_some() { (mark, None) } else { (None, mark) };
        let skew_seconds = at.map(|at| at.saturating_sub(now.unix_seconds()));
        Self { proof: Proof { skew_seconds, secret: Some(secret) }, signature, lasting }
    }

    /// Known again by an id that is signed, which is the same whenever it is sent again.
    pub fn by_id(self, source: &str, id: &[u8]) -> Self {
        Self { lasting: Some(id_mark(source, id)), ..self }
    }

    /// What the request is known again by. A signature that is right for ever goes before an id that nobody signed.
    pub fn marks(&self, source: &str, id: Option<&[u8]>) -> Marks {
        Marks { signature: self.signature, id: self.lasting.or_else(|| id.map(|id| id_mark(source, id))) }
    }

    /// The mark of the sender's id is in truth the signature.
    pub fn is_lasting(&self) -> bool {
        self.lasting.is_some()
    }
}

/// The sender's id for this delivery, the same when it tries again. Given more than once it is the list of them, as any proxy on
/// the way may make it. `webhook-id` is one only where it is signed: elsewhere it may name the webhook, and never change.
pub fn delivery_id(headers: &HeaderMap, auth: &Auth) -> Option<Vec<u8>> {
    let signs_id = match auth {
        Auth::Hmac(rules) => pieces(&rules.template)
            .iter()
            .any(|piece| matches!(piece, Piece::Header(name) if name.eq_ignore_ascii_case(WEBHOOK_ID.as_str()))),
        _ => false,
    };
    let names = [Some(X_DELIVERY_ID), Some(X_GITHUB_DELIVERY), signs_id.then_some(WEBHOOK_ID)];
    names.into_iter().flatten().find_map(|name| {
        let given: Vec<&[u8]> = headers.get_all(name).iter().map(|id| id.as_bytes().trim_ascii()).collect();
        Some(given.join(&b", "[..])).filter(|id| !id.is_empty())
    })
}

/// The same id from another source is another delivery.
fn id_mark(source: &str, id: &[u8]) -> DeliveryKey {
    let digest: [u8; 32] = Sha256::new().chain_update(source).chain_update([0]).chain_update(id).finalize().into();
    let mut mark = [0; 16];
    mark.copy_from_slice(&digest[..16]);
    DeliveryKey(mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::source::auth::Preset;

    fn id(headers: &[(&'static str, &str)], auth: &Auth) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        delivery_id(&map, auth).map(|id| String::from_utf8(id).unwrap())
    }

    #[test]
    fn a_delivery_is_named_by_what_its_sender_repeats() {
        let (key, standard) = (Auth::Key, Auth::from(Preset::StandardWebhooks));
        assert_eq!(id(&[("x-delivery-id", " a "), ("x-delivery-id", "b")], &key).as_deref(), Some("a, b"));
        assert_eq!(id(&[("x-github-delivery", "g"), ("x-delivery-id", "d")], &key).as_deref(), Some("d"));
        assert_eq!(id(&[("x-github-delivery", "g")], &key).as_deref(), Some("g"));
        assert_eq!(id(&[("webhook-id", "w")], &standard).as_deref(), Some("w"));
        assert_eq!(id(&[("webhook-id", "w")], &key), None);
        assert_eq!(id(&[("webhook-id", "w")], &Preset::Native.into()), None);
        assert_eq!(id(&[("x-delivery-id", " ")], &key), None);
    }

    #[test]
    fn a_signature_without_a_time_is_remembered_as_long_as_an_id_and_goes_before_one() {
        let now = Moment(1_000_000);
        let signed = |at| Proven::of(Signed { mac: [7; 32], at, secret: "a1".into() }, now);
        let timed = signed(Some(990));
        assert_eq!(timed.proof.skew_seconds, Some(-10));
        let marks = timed.marks("x", Some(b"d"));
        assert_eq!((marks.signature, marks.id), (Some(DeliveryKey([7; 16])), Some(id_mark("x", b"d"))));
        let marks = signed(None).marks("x", Some(b"d"));
        assert_eq!((marks.signature, marks.id), (None, Some(DeliveryKey([7; 16]))));
        let marks = Proven::default().marks("x", Some(b"d"));
        assert_eq!((marks.signature, marks.id), (None, Some(id_mark("x", b"d"))));
        assert_ne!(id_mark("x", b"d"), id_mark("y", b"d"));
    }
}

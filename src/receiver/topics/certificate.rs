//! The certificate that SNS signs with: its key and the time it is good for. That it is AWS' is known by where it was fetched
//! from, over TLS: what SNS serves there is the certificate alone, without those that vouch for it.

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use webpki::EndEntityCert;

use crate::core::time::Moment;

/// A certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    key: Vec<u8>,
    from: Moment,
    until: Moment,
}

/// What a message is signed with. Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    /// RSA over SHA-1: what a topic does unless it is told otherwise.
    One,
    /// RSA over SHA-256.
    Two,
}

impl Certificate {
    /// Reads a certificate in PEM; absent when it is none.
    pub fn read(pem: &[u8]) -> Option<Self> {
        let der = CertificateDer::from_pem_slice(pem).ok()?;
        let certificate = EndEntityCert::try_from(&der).ok()?;
        let mut names = certificate.valid_dns_names().peekable();
        if names.peek().is_some() && !names.any(is_of_sns) {
            return None;
        }
        let key = certificate.subject_public_key_info().to_vec();
        let (from, until) = validity(&der)?;
        Some(Self { key, from, until })
    }

    /// Whether it is good at that time.
    pub fn is_valid(&self, at: Moment) -> bool {
        self.from <= at && at <= self.until
    }

    /// Whether its key has signed this text. Its key must be of RSA, with 2,048 bits at least.
    pub fn has_signed(&self, version: Version, text: &[u8], signature: &[u8]) -> bool {
        let algorithm = match version {
            Version::One => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Version::Two => &RSA_PKCS1_2048_8192_SHA256,
        };
        UnparsedPublicKey::new(algorithm, &self.key).verify(text, signature).is_ok()
    }
}

/// `sns.amazonaws.com`, `sns-signing.me-south-1.amazonaws.com`, `sns-cn-north-1.amazonaws.com.cn`.
fn is_of_sns(name: &str) -> bool {
    let (first, domain) = name.split_once('.').unwrap_or_default();
    let domain = [domain].into_iter().chain(domain.split_once('.').map(|(_, rest)| rest));
    (first == "sns" || first.starts_with("sns-"))
        && domain.into_iter().any(|domain| ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu"].contains(&domain))
}

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERAL_TIME: u8 = 0x18;

/// The times from when and until when a certificate is good (RFC 5280, 4.1.2.5): what checks certificates for us tells them to
/// nobody.
fn validity(der: &[u8]) -> Option<(Moment, Moment)> {
    let (SEQUENCE, certificate, _) = element(der)? else { return None };
    let (SEQUENCE, mut rest, _) = element(certificate)? else { return None };
    if let (VERSION, _, after) = element(rest)? {
        rest = after;
    }
    // The serial number, the algorithm, the issuer.
    for _ in 0..3 {
        (_, _, rest) = element(rest)?;
    }
    let (SEQUENCE, times, _) = element(rest)? else { return None };
    let (tag, from, rest) = element(times)?;
    let from = time(tag, from)?;
    let (tag, until, _) = element(rest)?;
    Some((from, time(tag, until)?))
}

/// The first element: its tag, what is in it, what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (inside, after) = rest.split_at_checked(length)?;
    Some((*tag, inside, after))
}

/// `YYMMDDHHMMSSZ`, from 1950 on, or with a year of four digits.
fn time(tag: u8, text: &[u8]) -> Option<Moment> {
    let text = std::str::from_utf8(text).ok()?;
    let text = match tag {
        UTC_TIME if text.len() == 13 => {
            let century = if text.as_bytes()[0] >= b'5' { "19" } else { "20" };
            format!("{century}{text}")
        }
        GENERAL_TIME if text.len() == 15 => text.into(),
        _ => return None,
    };
    let digits = text.strip_suffix('Z').filter(|digits| digits.bytes().all(|c| c.is_ascii_digit()))?;
    let part = |from: usize, to: usize| &digits[from..to];
    let (date, at) =
        ([part(0, 4), part(4, 6), part(6, 8)].join("-"), [part(8, 10), part(10, 12), part(12, 14)].join(":"));
    Moment::parse(&format!("{date}T{at}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Signer;
    use super::*;

    #[test]
    fn aws_own_certificate_tells_its_times() {
        let pem = include_bytes!("../../../tests/data/sns-signing/certificate.pem");
        let certificate = Certificate::read(pem).unwrap();
        let at = |text| Moment::parse(text).unwrap();
        assert_eq!((certificate.from, certificate.until), (at("2025-11-10T00:00:00Z"), at("2026-10-14T23:59:59Z")));
        assert!(certificate.is_valid(at("2026-01-01T00:00:00Z")) && !certificate.is_valid(at("2026-10-15T00:00:00Z")));
        assert!(!certificate.is_valid(at("2025-11-09T23:59:59Z")));
    }

    #[test]
    fn a_certificate_for_somebody_else_is_none() {
        assert!(Certificate::read(Signer::named(&["sns.amazonaws.com"]).pem().as_bytes()).is_some());
        assert!(Certificate::read(Signer::named(&[]).pem().as_bytes()).is_some());
        assert!(Certificate::read(Signer::named(&["evil.example"]).pem().as_bytes()).is_none());
        for good in ["sns.amazonaws.com", "sns-signing.me-south-1.amazonaws.com", "sns-cn-north-1.amazonaws.com.cn"] {
            assert!(is_of_sns(good), "{good}");
        }
        for bad in
            ["amazonaws.com", "s3.amazonaws.com", "sns.evil.example", "snsx.amazonaws.com", "sns.a.b.amazonaws.com"]
        {
            assert!(!is_of_sns(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_none() {
        for bad in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "<html>"] {
            assert!(Certificate::read(bad.as_bytes()).is_none());
        }
        for bad in [&[][..], &[0x30], &[0x30, 0x82], &[0x30, 0x84, 1, 1, 1, 1], &[0x30, 2, 0x30, 5]] {
            assert_eq!(validity(bad), None);
        }
        assert_eq!(time(UTC_TIME, b"991231235959Z"), Moment::parse("1999-12-31T23:59:59Z").ok());
        assert_eq!(time(GENERAL_TIME, b"20501331000000Z"), None);
        assert_eq!(time(UTC_TIME, "9912312359é".as_bytes()), None);
    }
}

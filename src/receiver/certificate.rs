//! Until when a certificate is valid: the few bytes of it that say so. Everything else about it is rustls'.
//!
//! RFC 5280, 4.1: `Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version OPTIONAL, serialNumber INTEGER, signature
//! SEQUENCE, issuer SEQUENCE, validity SEQUENCE { notBefore Time, notAfter Time }, …`.

use crate::core::time::Moment;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;

/// The last moment at which a certificate, given as DER, is valid; absent when it is none.
pub fn valid_until(der: &[u8]) -> Option<Moment> {
    let (certificate, _) = inside(der, SEQUENCE)?;
    let (mut rest, _) = inside(certificate, SEQUENCE)?;
    if let Some((_, after)) = inside(rest, VERSION) {
        rest = after;
    }
    for kind in [INTEGER, SEQUENCE, SEQUENCE] {
        (_, rest) = inside(rest, kind)?;
    }
    let (validity, _) = inside(rest, SEQUENCE)?;
    let (_, not_after) = time(validity)?;
    time(not_after)?.0
}

/// What is inside the first value, if it is of that kind, and what follows it.
fn inside(der: &[u8], kind: u8) -> Option<(&[u8], &[u8])> {
    let (&[tag, length], rest) = der.split_first_chunk()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        // So many bytes of length follow; more than two are no certificate that anybody uses.
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => {
            let (bytes, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*bytes)), rest)
        }
        _ => return None,
    };
    (tag == kind).then(|| rest.split_at_checked(length))?
}

/// The time at the beginning, if we can make sense of it, and what follows it. RFC 5280, 4.1.2.5: `YYMMDDHHMMSSZ` until 2049,
/// `YYYYMMDDHHMMSSZ` after that.
fn time(der: &[u8]) -> Option<(Option<Moment>, &[u8])> {
    if let Some((text, rest)) = inside(der, UTC_TIME) {
        let century = if text.first().is_some_and(|decade| *decade < b'5') { "20" } else { "19" };
        return Some((moment(&[century.as_bytes(), text].concat()), rest));
    }
    let (text, rest) = inside(der, GENERALIZED_TIME)?;
    Some((moment(text), rest))
}

fn moment(text: &[u8]) -> Option<Moment> {
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() == 15 && text.is_ascii())?;
    let part = |range| text.get(range).unwrap_or_default();
    let (year, month, day) = (part(0..4), part(4..6), part(6..8));
    let (hour, minute, rest) = (part(8..10), part(10..12), part(12..15));
    Moment::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{rest}")).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn until(year: i32, month: u8, day: u8) -> Option<String> {
        let mut params = rcgen::CertificateParams::new(["alerts.example.com".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(year, month, day);
        let key = rcgen::KeyPair::generate().unwrap();
        valid_until(params.self_signed(&key).unwrap().der()).map(|at| at.to_string())
    }

    #[test]
    fn both_ways_to_write_a_time_are_read() {
        assert_eq!(until(2031, 2, 28).unwrap(), "2031-02-28T00:00:00.000Z");
        assert_eq!(until(2049, 12, 31).unwrap(), "2049-12-31T00:00:00.000Z");
        assert_eq!(until(2050, 1, 1).unwrap(), "2050-01-01T00:00:00.000Z");
        assert_eq!(until(1999, 1, 1).unwrap(), "1999-01-01T00:00:00.000Z");
    }

    proptest! {
        #[test]
        fn nothing_is_read_beyond_what_is_there(
            cut in 0..400_usize,
            at in 0..400_usize,
            byte in any::<u8>(),
            noise in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let key = rcgen::KeyPair::generate().unwrap();
            let certificate = rcgen::CertificateParams::default().self_signed(&key).unwrap();
            let mut der = certificate.der().to_vec();
            if let Some(there) = der.get_mut(at) {
                *there = byte;
            }
            der.truncate(cut);
            // What it says does not matter; that it comes back does.
            let _ = (valid_until(&der), valid_until(&noise));
        }
    }
}

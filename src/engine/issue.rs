//! New keys and secrets, from the system's random source. A key is shown once; of it, only the digest is kept.

use sha2::{Digest, Sha256};

use crate::core::credentials::{HmacSecret, Secret, Source};

/// A new key for a source, with what is kept of it.
///
/// # Errors
/// When the system has no randomness to give.
pub fn key(source: &str) -> Result<(String, Source), getrandom::Error> {
    let key = format!("awk_{}", random_hex::<20>()?);
    let kept = Source::new(source, digest(&key));
    Ok((key, kept))
}

/// A new signing secret.
///
/// # Errors
/// When the system has no randomness to give.
pub fn secret() -> Result<HmacSecret, getrandom::Error> {
    Ok(HmacSecret { secret: Secret::new(random_hex::<32>()?), expires_at: None })
}

/// What is kept of a key, and looked up by.
pub fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// So many random bytes, in hexadecimal.
///
/// # Errors
/// When the system has no randomness to give.
pub fn random_hex<const BYTES: usize>() -> Result<String, getrandom::Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

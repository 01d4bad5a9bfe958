//! Encryption of what is typed and shown by a session's data key: AES-256-GCM, a nonce for each message.
//! Where the key comes from is left to KMS' two callers.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use bytes::Bytes;

/// Bytes of a data key: the agent's half, then the client's.
pub const KEY: usize = 64;

const NONCE: usize = 12;
const TAG: usize = 16;

/// The keys of one side. Prints as `***`.
pub struct Cipher {
    opens: LessSafeKey,
    seals: LessSafeKey,
}

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Cipher {
    /// The client's: bytes 0 to 31 open what the agent sends, 32 to 63 seal for it. None when those are not 64 bytes.
    pub fn of_client(data_key: &[u8]) -> Option<Self> {
        let (agent, client) = halves(data_key)?;
        Some(Self { opens: key(agent)?, seals: key(client)? })
    }

    /// The agent's: the same the other way round.
    pub fn of_agent(data_key: &[u8]) -> Option<Self> {
        let (agent, client) = halves(data_key)?;
        Some(Self { opens: key(client)?, seals: key(agent)? })
    }

    /// The ciphertext with its nonce before it, which must never come again, and its tag after it.
    pub fn seal(&self, nonce: [u8; NONCE], plaintext: &[u8]) -> Bytes {
        let mut out = Vec::with_capacity(NONCE + plaintext.len() + TAG);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plaintext);
        let sealed =
            self.seals.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut out[NONCE..]);
        match sealed {
            Ok(tag) => out.extend_from_slice(tag.as_ref()),
            // AES-GCM only refuses more than 64 GiB. Nothing at all leaves rather than a plaintext.
            Err(_) => out.clear(),
        }
        out.into()
    }

    /// What was sealed by the other side; none when it was not, or was changed since.
    pub fn open(&self, sealed: &[u8]) -> Option<Bytes> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>()?;
        let mut out = ciphertext.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.opens.open_in_place(nonce, Aad::empty(), &mut out).ok()?.len();
        out.truncate(length);
        Some(out.into())
    }
}

fn halves(data_key: &[u8]) -> Option<(&[u8], &[u8])> {
    (data_key.len() == KEY).then(|| data_key.split_at(KEY / 2))
}

fn key(bytes: &[u8]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, bytes).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both() -> (Cipher, Cipher) {
        let key: Vec<u8> = (0..64).collect();
        (Cipher::of_client(&key).unwrap(), Cipher::of_agent(&key).unwrap())
    }

    #[test]
    fn what_one_side_seals_only_the_other_opens_and_only_unchanged() {
        let (client, agent) = both();
        let sealed = client.seal([7; 12], b"whoami\r");
        assert_eq!(agent.open(&sealed).as_deref(), Some(&b"whoami\r"[..]));
        assert_eq!(client.open(&sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.to_vec();
            changed[at] ^= 1;
            assert_eq!(agent.open(&changed), None, "byte {at}");
        }
        assert_eq!(agent.open(&sealed[..27]), None);
        assert_eq!(agent.open(&sealed[..3]), None);
    }

    #[test]
    fn a_key_has_64_bytes() {
        assert!(Cipher::of_client(&[0; 63]).is_none());
        assert!(Cipher::of_agent(&[0; 65]).is_none());
        assert_eq!(format!("{:?}", both().0), "***");
    }
}

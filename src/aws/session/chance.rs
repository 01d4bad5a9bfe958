//! Where the unguessable comes from: handed in, so that what a session does can be played again.

use uuid::Uuid;

/// A source of chance. One for real must be fit for cryptography: nonces come from it.
pub trait Chance: Send {
    /// Fills all of it.
    fn fill(&mut self, bytes: &mut [u8]);

    /// A nonce, which does not come again.
    fn nonce(&mut self) -> [u8; 12] {
        let mut nonce = [0; 12];
        self.fill(&mut nonce);
        nonce
    }

    /// A random UUID.
    fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

impl std::fmt::Debug for dyn Chance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chance")
    }
}

//! Tags: a short text that is another one whenever a thing has changed. Who has seen a thing with a tag can ask for a change of
//! just that.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// The tag of a thing as its JSON is now.
pub fn of(thing: &impl Serialize) -> String {
    // What has no JSON has no state that anybody could have seen.
    let json = serde_json::to_vec(thing).unwrap_or_default();
    hex::encode(&Sha256::digest(json)[..16])
}

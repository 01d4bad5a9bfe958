//! The stand-in's Key Management Service: data keys for encrypted sessions, wrapped so that only the same key with the same
//! context unwraps them. Keys are made up when it starts, and are nobody's.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::state::Shared;
use super::wire::{Problem, denied};
use super::world::{Encryption, KmsKey};
use super::{Caller, fill, ssm};

/// What a key is used with.
pub(super) type Context = BTreeMap<String, String>;

/// Answers a call.
pub(super) fn answer(shared: &Shared, caller: &Caller, operation: &str, body: &[u8]) -> Result<Value, Problem> {
    match operation {
        "GenerateDataKey" => generate(shared, caller, ssm::read(body)?),
        _ => Err(Problem::new("UnknownOperationException", "")),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Generate {
    key_id: String,
    number_of_bytes: Option<usize>,
    #[serde(default)]
    encryption_context: Context,
}

fn generate(shared: &Shared, caller: &Caller, asked: Generate) -> Result<Value, Problem> {
    let key_id = &asked.key_id;
    if caller.is_base || caller.denied.iter().any(|denied| denied == "kms:GenerateDataKey") {
        let message = denied(&caller.arn, "kms", "GenerateDataKey", Some(key_id));
        return Err(Problem::new("AccessDeniedException", message));
    }
    let account = shared.world.account(&caller.account, &caller.region);
    let found = account.and_then(|account| account.encryption.as_ref()).filter(|found| found.key_id == *key_id);
    match found.map(|found| found.key) {
        Some(KmsKey::Enabled) => {}
        Some(KmsKey::Disabled) => return Err(Problem::new("DisabledException", format!("{key_id} is disabled."))),
        Some(KmsKey::Missing) | None => {
            return Err(Problem::new("NotFoundException", format!("Key '{key_id}' does not exist")));
        }
    }
    let length = asked.number_of_bytes.filter(|length| (1..=1_024).contains(length));
    let length =
        length.ok_or_else(|| Problem::new("ValidationException", "NumberOfBytes is 1 to 1024. (AWS stand-in)"))?;
    let mut plaintext = Zeroizing::new(vec![0; length]);
    fill(&mut plaintext);
    Ok(json!({
        "CiphertextBlob": STANDARD.encode(wrap(shared, key_id, &asked.encryption_context, &plaintext)),
        "KeyId": key_id,
        "Plaintext": STANDARD.encode(&plaintext),
    }))
}

/// What a machine's agent gets when it asks for a session's key, or why it gets none: in the agent's words.
pub(super) fn decrypt(
    shared: &Shared,
    role: &str,
    encryption: &Encryption,
    context: &Context,
    wrapped: &[u8],
) -> Result<Zeroizing<Vec<u8>>, String> {
    let failed = |why: String| {
        format!("Fetching data key failed: Unable to retrieve data key, Error when decrypting data key {why}")
    };
    if !encryption.agent_may {
        let message = denied(role, "kms", "Decrypt", Some(&encryption.key_id));
        return Err(failed(format!("AccessDeniedException: {message}")));
    }
    unwrap(shared, &encryption.key_id, context, wrapped).ok_or_else(|| failed("InvalidCiphertextException: ".into()))
}

fn wrap(shared: &Shared, key_id: &str, context: &Context, plaintext: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE_LEN];
    fill(&mut nonce);
    let mut sealed = plaintext.to_vec();
    let with = Nonce::assume_unique_for_key(nonce);
    match key(shared, key_id).seal_in_place_append_tag(with, Aad::from(bound(context)), &mut sealed) {
        Ok(()) => [&nonce[..], &sealed].concat(),
        Err(error) => unreachable!("so few bytes can be sealed: {error}"),
    }
}

fn unwrap(shared: &Shared, key_id: &str, context: &Context, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = wrapped.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut sealed = Zeroizing::new(sealed.to_vec());
    let opened = key(shared, key_id).open_in_place(nonce, Aad::from(bound(context)), &mut sealed).ok()?;
    Some(Zeroizing::new(opened.to_vec()))
}

/// A key of its own for each name.
fn key(shared: &Shared, key_id: &str) -> LessSafeKey {
    let bytes = Sha256::new_with_prefix(shared.base.secret.expose()).chain_update(key_id).finalize();
    match UnboundKey::new(&AES_256_GCM, &bytes) {
        Ok(key) => LessSafeKey::new(key),
        Err(error) => unreachable!("the key has the right length: {error}"),
    }
}

/// A context as bytes that no other context has.
fn bound(context: &Context) -> Vec<u8> {
    serde_json::to_vec(context).unwrap_or_default()
}

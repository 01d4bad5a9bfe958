//! `tenant backup`, `restore`, `export`, `erase`: a tenant as a whole. The files are written and read here, as whoever runs this; what
//! is in them comes from the engine and goes to it part by part.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::json;

use super::out::{self, Failure};
use super::place::Place;
use super::reach::Reached;
use crate::core::id::TenantId;
use crate::link::house::{House, Housed, Made, PART};
use crate::link::session::Blob;
use crate::link::{Refusal, Reply, Request};
use crate::store::bundle::{self, Hashing};

/// Writes a copy of a tenant, from which it can be restored.
///
/// # Errors
/// Why there is none.
pub fn backup(id: &TenantId, file: &Path, place: &Place) -> Result<(), Failure> {
    made(id, House::Backup, file, place, "it holds the tenant's keys and secrets: keep it as you keep those")
}

/// Writes everything down that is kept of a tenant, one JSON value a line.
///
/// # Errors
/// Why it is not.
pub fn export(id: &TenantId, file: &Path, place: &Place) -> Result<(), Failure> {
    made(id, House::Export, file, place, "it holds no keys and no secrets, and everything else")
}

/// Takes a tenant in from a copy.
///
/// # Errors
/// Why not; nothing is restored then.
pub fn restore(file: &Path, replace: bool, place: &Place) -> Result<(), Failure> {
    let unread = |error: &dyn std::fmt::Display| failed(format!("cannot read {}: {error}", file.display()));
    let id = File::open(file)
        .map_err(|error| unread(&error))
        .and_then(|open| bundle::whose(io::BufReader::new(open)).map_err(|error| failed(error.to_string())))?;
    let mut source = File::open(file).map_err(|error| unread(&error))?;
    let engine = Reached::reach(place, false)?;
    let restored = (|| {
        let Housed::Brought(number) = ask(&engine, &id, House::Bring { replace })? else {
            return Err(out::unexpected());
        };
        let mut from = 0;
        loop {
            let mut part = Vec::new();
            (&mut source).take(PART).read_to_end(&mut part).map_err(|error| unread(&error))?;
            let length = part.len() as u64;
            if length == 0 {
                break;
            }
            ask(&engine, &id, House::Put { file: number, from, part: Blob(part) })?;
            from += length;
        }
        match ask(&engine, &id, House::Restore { file: number, replace })? {
            Housed::Restored { digest } => Ok(digest),
            _ => Err(out::unexpected()),
        }
    })();
    engine.finish();
    let digest = restored?;
    match place.json {
        true => out::json(&json!({ "id": id, "digest": digest })),
        false => out::line(format!("restored {id}; its export has SHA-256 {digest}")),
    }
}

/// Leaves nothing of a tenant.
///
/// # Errors
/// Why not.
pub fn erase(id: &TenantId, yes: bool, place: &Place) -> Result<(), Failure> {
    if !yes {
        let say = format!(
            "this leaves nothing of {id}: no alert, no recording, no audit log; `tenant backup` makes a copy first; say so with --yes"
        );
        return Err(Failure::wrong_words(say));
    }
    let engine = Reached::reach(place, false)?;
    let erased = ask(&engine, id, House::Erase);
    engine.finish();
    erased?;
    match place.json {
        true => out::json(&json!({ "done": true })),
        false => out::line("erased"),
    }
}

/// Has a file made and fetches it. It is whole, or not there.
fn made(id: &TenantId, what: House, file: &Path, place: &Place, say: &str) -> Result<(), Failure> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let mut to = opened.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            failed(format!("{} is there already; give another name, or remove it", file.display()))
        }
        _ => failed(format!("cannot write {}: {error}", file.display())),
    })?;
    let fetched = Reached::reach(place, false).and_then(|engine| {
        let fetched = fetch(&engine, id, what, &mut to, file);
        engine.finish();
        fetched
    });
    let made = fetched.inspect_err(|_| {
        // What there is of it is of no use, and the failure is what to tell.
        let _ = fs::remove_file(file);
    })?;
    let Made { bytes, sha256, digest, .. } = made;
    if place.json {
        return out::json(&json!({ "id": id, "bytes": bytes, "sha256": sha256, "digest": digest }));
    }
    out::line(format!("{}: {bytes} bytes, SHA-256 {sha256}; {say}", file.display()))
}

fn fetch(engine: &Reached, id: &TenantId, what: House, to: &mut File, path: &Path) -> Result<Made, Failure> {
    let unwritten = |error: io::Error| failed(format!("cannot write {}: {error}", path.display()));
    let Housed::Made(made) = ask(engine, id, what)? else { return Err(out::unexpected()) };
    let mut hashing = Hashing::new(&mut *to);
    loop {
        let Housed::Part(Blob(part)) = ask(engine, id, House::Fetch { file: made.file, from: hashing.bytes })? else {
            return Err(out::unexpected());
        };
        if part.is_empty() {
            break;
        }
        hashing.write_all(&part).map_err(unwritten)?;
    }
    let whole = hashing.bytes == made.bytes && hashing.digest() == made.sha256;
    // It would go by itself after a while.
    let _ = ask(engine, id, House::Drop { file: made.file });
    to.sync_all().map_err(unwritten)?;
    let say = "what arrived is not what was sent; try again";
    if whole { Ok(made) } else { Err(Refusal::new("not_whole", say).into()) }
}

fn ask(engine: &Reached, tenant: &TenantId, house: House) -> Result<Housed, Failure> {
    match engine.ask(Request::House { tenant: tenant.clone(), house })? {
        Reply::Housed(housed) => Ok(housed),
        _ => Err(out::unexpected()),
    }
}

fn failed(what: String) -> Failure {
    anyhow::Error::msg(what).into()
}

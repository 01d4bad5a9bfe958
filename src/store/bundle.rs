//! A tenant's copy as one file: a tar that begins with a manifest, which names every file after it with its length and SHA-256.
//!
//! ```text
//! manifest.json      what follows, made when and by what, of which tenant
//! manifest.sha256    the SHA-256 of that text
//! …                  the files, in the manifest's order, and nothing else
//! ```
//! So a copy that was cut off, or of which a byte is another, is told from a whole one before anything of it is used. Whoever can
//! write the file can make another whole one: that it is not secret-keyed is on purpose, it must be readable on another host.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::StoreError;
use crate::core::id::TenantId;
use crate::core::time::Moment;

/// How files are packed and what the manifest says; counted up when an older version could not read it.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const MANIFEST_HASH: &str = "manifest.sha256";
/// A manifest names every recording of a tenant, some hundred bytes each.
const LARGEST_MANIFEST: u64 = 64 << 20;

/// What a copy holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// The program that made it, with its version.
    pub made_by: String,
    /// When.
    pub made_at: Moment,
    /// Of which tenant.
    pub tenant: TenantId,
    /// The version of the database's schema.
    pub schema: i64,
    /// The SHA-256 of the tenant's export.
    pub digest: String,
    /// Its files, in the order in which they follow.
    pub files: Vec<Member>,
}

/// One file of a copy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Member {
    /// Below the tenant's folder.
    pub name: String,
    /// How long it is.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

impl Manifest {
    /// Of a copy that is made now, by this version.
    pub fn new(tenant: &TenantId, made_at: Moment, schema: i64, digest: String, files: Vec<Member>) -> Self {
        let made_by = concat!("alert-whisperer ", env!("CARGO_PKG_VERSION")).into();
        Self { format: FORMAT, made_by, made_at, tenant: tenant.clone(), schema, digest, files }
    }
}

/// Passes bytes on, and knows how many there were and their SHA-256.
pub struct Hashing<T> {
    inner: T,
    hash: Sha256,
    /// So many so far.
    pub bytes: u64,
}

impl<T> Hashing<T> {
    /// Around a reader or a writer.
    pub fn new(inner: T) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// The SHA-256 of all that went through, in hex.
    pub fn digest(self) -> String {
        hex::encode(self.hash.finalize())
    }
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.hash.update(&into[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// A file as it is now, under the name that it has in a copy. What is written to its end afterwards is not in it.
///
/// # Errors
/// What the file system says.
pub fn member(name: String, path: &Path) -> io::Result<Member> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut hashing = Hashing::new(file.take(length));
    io::copy(&mut hashing, &mut io::sink())?;
    Ok(Member { name, bytes: hashing.bytes, sha256: hashing.digest() })
}

/// Packs the files that a manifest names into a new file of mode 0600. `place` says where one is.
///
/// # Errors
/// One of them is not as the manifest says any more, or the file can't be written.
pub fn pack<P: AsRef<Path>>(to: &Path, manifest: &Manifest, place: impl Fn(&str) -> P) -> Result<(), StoreError> {
    let told = super::sqlite::told_io(to);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(&told)?;
    let mut tar = tar::Builder::new(io::BufWriter::with_capacity(1 << 18, file));
    let text = serde_json::to_vec_pretty(manifest).map_err(|error| told(error.into()))?;
    let hash = hex::encode(Sha256::digest(&text)) + "\n";
    let mut put = |name: &str, bytes: u64, what: &mut dyn Read| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(manifest.made_at.0 / 1_000).unwrap_or(0));
        tar.append_data(&mut header, name, what).map_err(&told)
    };
    put(MANIFEST, text.len() as u64, &mut &text[..])?;
    put(MANIFEST_HASH, hash.len() as u64, &mut hash.as_bytes())?;
    for member in &manifest.files {
        let path = place(&member.name);
        let source = File::open(path.as_ref()).map_err(super::sqlite::told_io(path.as_ref()))?;
        let mut hashing = Hashing::new(source.take(member.bytes));
        put(&member.name, member.bytes, &mut hashing)?;
        if hashing.bytes != member.bytes || hashing.digest() != member.sha256 {
            let place = path.as_ref().display().to_string();
            return Err(StoreError::Failed { place, detail: "it changed while it was copied; try again".into() });
        }
    }
    tar.into_inner().and_then(|mut file| file.flush()).map_err(told)
}

/// Unpacks a copy into a new folder of mode 0700. `expected` says whether a name is one that a tenant's files have.
///
/// # Errors
/// It is no whole copy of that tenant, it was made by a later version, or the folder can't be written. What is in the folder
/// then is of no use.
pub fn unpack(
    from: &Path,
    into: &Path,
    tenant: &TenantId,
    schema: i64,
    expected: impl Fn(&str) -> bool,
) -> Result<Manifest, StoreError> {
    let file = File::open(from).map_err(super::sqlite::told_io(from))?;
    let mut tar = tar::Archive::new(io::BufReader::with_capacity(1 << 18, file));
    let mut entries = plain(&mut tar)?;
    let text = next(&mut entries, MANIFEST, None)?.ok_or_else(|| unfit("it is empty"))?;
    let hash = next(&mut entries, MANIFEST_HASH, None)?.ok_or_else(|| unfit("it is cut off"))?;
    let manifest = read(&text, &hash, tenant, schema)?;
    DirBuilder::new().recursive(true).mode(0o700).create(into).map_err(super::sqlite::told_io(into))?;
    for member in &manifest.files {
        if !expected(&member.name) {
            return Err(unfit("it names a file that no tenant has"));
        }
        let path = into.join(&member.name);
        if next(&mut entries, &member.name, Some((member, &path)))?.is_none() {
            return Err(unfit("it is cut off: files that it names are not in it"));
        }
    }
    match entries.next() {
        None => Ok(manifest),
        Some(Ok(_)) => Err(unfit("there are files in it that it does not name")),
        Some(Err(error)) => Err(cut_off(error)),
    }
}

/// The files as they stand there. What tar has besides, as long names, is none of ours: it is read into memory, however long it is.
fn plain<R: Read>(tar: &mut tar::Archive<R>) -> Result<tar::Entries<'_, R>, StoreError> {
    Ok(tar.entries().map_err(cut_off)?.raw(true))
}

/// The next file, which must have that name: written to its place when there is one, else as bytes.
fn next<R: Read>(
    entries: &mut tar::Entries<'_, R>,
    name: &str,
    to: Option<(&Member, &Path)>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(entry) = entries.next() else { return Ok(None) };
    let mut entry = entry.map_err(cut_off)?;
    let is_it = entry.path_bytes() == name.as_bytes() && entry.header().entry_type().is_file();
    if !is_it {
        return Err(unfit(match to {
            None => "it does not begin with a manifest",
            Some(_) => "the files in it are not those that it names",
        }));
    }
    let Some((member, path)) = to else {
        let mut bytes = Vec::new();
        let size = entry.size();
        entry.take(LARGEST_MANIFEST).read_to_end(&mut bytes).map_err(cut_off)?;
        return if bytes.len() as u64 == size { Ok(Some(bytes)) } else { Err(unfit("it is cut off")) };
    };
    let told = super::sqlite::told_io(path);
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(&told)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(&told)?;
    let mut hashing = Hashing::new(&mut entry);
    let mut part = vec![0; 1 << 18];
    loop {
        // What is wrong with the one is the copy's fault, what is wrong with the other the disk's.
        let read = hashing.read(&mut part).map_err(cut_off)?;
        if read == 0 {
            break;
        }
        file.write_all(&part[..read]).map_err(&told)?;
    }
    file.sync_all().map_err(&told)?;
    if hashing.bytes < member.bytes {
        return Err(unfit("it is cut off"));
    }
    if hashing.bytes != member.bytes || hashing.digest() != member.sha256 {
        return Err(unfit(&format!("{name} is not as it was when the copy was made")));
    }
    Ok(Some(Vec::new()))
}

/// Judges a manifest: first by which version it was made, as another one may look different otherwise.
fn read(text: &[u8], hash: &[u8], tenant: &TenantId, schema: i64) -> Result<Manifest, StoreError> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
        #[serde(default)]
        made_by: String,
    }
    if hash.trim_ascii() != hex::encode(Sha256::digest(text)).as_bytes() {
        return Err(unfit("its manifest is not as it was when the copy was made"));
    }
    let format: Format = serde_json::from_slice(text).map_err(|_| unfit("its manifest can't be read"))?;
    let by = format.made_by.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(64).collect::<String>();
    let newer = || unfit(&format!("it was made by a later version, {by}; install that one"));
    if format.format > FORMAT {
        return Err(newer());
    }
    let manifest: Manifest = serde_json::from_slice(text).map_err(|_| unfit("its manifest can't be read"))?;
    if manifest.schema > schema {
        return Err(newer());
    }
    if manifest.tenant != *tenant {
        return Err(unfit(&format!("it is of {}, not of {tenant}", manifest.tenant)));
    }
    Ok(manifest)
}

/// Of which tenant a copy is, by its manifest; nothing of it is judged but that.
///
/// # Errors
/// It does not begin with a manifest.
pub fn whose(from: impl Read) -> Result<TenantId, StoreError> {
    #[derive(Deserialize)]
    struct Whose {
        tenant: TenantId,
    }
    let mut tar = tar::Archive::new(from);
    let mut entries = plain(&mut tar)?;
    let text = next(&mut entries, MANIFEST, None)?.ok_or_else(|| unfit("it is empty"))?;
    let whose: Whose = serde_json::from_slice(&text).map_err(|_| unfit("its manifest can't be read"))?;
    Ok(whose.tenant)
}

fn unfit(detail: &str) -> StoreError {
    StoreError::Unfit { detail: detail.into() }
}

/// A tar that can't be read is one that was cut off, or none at all.
fn cut_off(_: io::Error) -> StoreError {
    unfit("it is cut off, or it is no copy at all")
}

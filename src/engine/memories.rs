//! What seats remember from one time to the next, looked through for a tenant that is erased. What is in those files is the seats'
//! own: all that is known of them here is that they are TOML, and that a text which names a tenant is about it.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use toml::{Table, Value};

use crate::core::id::TenantId;

/// Takes everything out of a folder's files that names a tenant. A file that can't be read and names it is removed.
///
/// # Errors
/// What the file system says.
pub(super) fn forget(folder: &Path, tenant: &TenantId) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if !entry.file_type()?.is_file() {
            continue;
        }
        let path = entry.path();
        let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        if !names(&text, tenant) {
            continue;
        }
        match toml::from_str::<Table>(&text) {
            Ok(mut memory) => {
                memory.retain(|name, value| !names(name, tenant) && keep(value, tenant));
                replace(&path, &memory.to_string())?;
            }
            Err(_) => fs::remove_file(&path)?,
        }
    }
    Ok(())
}

/// Takes a tenant out of what is in a value; false when nothing of it is to be kept. A table that names it goes as a whole: half a
/// view is another view.
fn keep(value: &mut Value, tenant: &TenantId) -> bool {
    match value {
        Value::String(text) => !names(text, tenant),
        Value::Array(values) => {
            values.retain_mut(|value| keep(value, tenant));
            true
        }
        Value::Table(table) => {
            let about = |(name, value): (&String, &Value)| {
                names(name, tenant) || value.as_str().is_some_and(|text| names(text, tenant))
            };
            if table.iter().any(about) {
                return false;
            }
            table.retain(|_, value| keep(value, tenant));
            true
        }
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => true,
    }
}

/// Whether a text names a tenant, and not one whose id only begins or ends like it.
fn names(text: &str, tenant: &TenantId) -> bool {
    let text = text.to_lowercase();
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(tenant.as_str()).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + found.len()..].chars();
        // The id of something of its own, `comp_acme-i4`, begins with it and names it too.
        let goes_on = match after.next() {
            Some('-') => {
                !after.next().is_some_and(|kind| "aixsw".contains(kind))
                    || !after.next().is_some_and(|c| c.is_ascii_digit())
            }
            next => next.is_some_and(inside),
        };
        !before.is_some_and(inside) && !goes_on
    })
}

/// All of the new text or all of the old.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&part, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::tenant_id;

    #[test]
    fn what_names_a_tenant_goes_and_the_rest_stays() {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        let text = "narrowed = \"comp_acme\"\nfilter = \"tenant:COMP_ACME disk\"\nfilters = [\"disk\", \"comp_acme-i4\", \
                    \"comp_acme2\"]\nzoomed = true\n\n[views.1]\nname = \"all\"\nfilter = \"\"\n\n[views.2]\nname = \"theirs\"\n\
                    filter = \"tenant:comp_acme\"\n";
        put("priya.toml", text);
        put("ben.toml", "# mine\nfilter = \"comp_acme2\"\n");
        put("old.toml.bad", "filter = comp_acme");
        put("other.toml.bad", "filter = ");
        forget(dir.path(), &tenant_id("comp_acme")).unwrap();
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
        let left: Table = toml::from_str(&read("priya.toml")).unwrap();
        let wanted = "filters = [\"disk\", \"comp_acme2\"]\nzoomed = true\n[views.1]\nname = \"all\"\nfilter = \"\"\n";
        assert_eq!(left, toml::from_str::<Table>(wanted).unwrap());
        assert_eq!(read("ben.toml"), "# mine\nfilter = \"comp_acme2\"\n");
        let mut names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["ben.toml", "other.toml.bad", "priya.toml"]);
        forget(&dir.path().join("none"), &tenant_id("comp_acme")).unwrap();
    }
}

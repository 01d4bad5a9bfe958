//! A seat's token: what lets it in, and who it says the seat is. Whether it is genuine, the engine finds out.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::core::credentials::Secret;

/// Bytes of a token, at most.
const LONGEST: u64 = 16 << 10;

/// Where a seat has its token from.
#[derive(Clone, Debug)]
pub enum Pass {
    /// It was said once.
    Said(Secret),
    /// A file, read each time the seat comes in: a newer token in it takes the older one's place.
    File(PathBuf),
}

impl Pass {
    /// The token as it is now.
    ///
    /// # Errors
    /// There is none, in words.
    pub fn token(&self) -> Result<Secret, String> {
        match self {
            Self::Said(token) => Ok(token.clone()),
            Self::File(file) => read(file).map_err(|why| format!("token file {}: {why}", file.display())),
        }
    }

    /// Whether another one may be there another time.
    pub fn may_change(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// The person whose token it says it is; absent: it is no token.
    pub fn name(token: &Secret) -> Option<String> {
        #[derive(Deserialize)]
        struct Claims {
            sub: String,
        }
        let claims = URL_SAFE_NO_PAD.decode(token.expose().split('.').nth(1)?).ok()?;
        serde_json::from_slice(&claims).ok().map(|Claims { sub }| sub)
    }
}

fn read(file: &Path) -> Result<Secret, String> {
    let about = std::fs::metadata(file).map_err(|error| error.to_string())?;
    if about.mode() & 0o077 != 0 {
        return Err("others on this machine may read it; `chmod 600` it".into());
    }
    if about.len() > LONGEST {
        return Err("what is in it is too long for a token".into());
    }
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let text = text.trim();
    if text.is_empty() || text.contains(char::is_whitespace) {
        return Err("there is no token in it; `user token NAME` prints one".into());
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_read_anew_each_time_and_only_when_it_is_nobody_elses_to_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("token");
        let pass = Pass::File(file.clone());
        assert!(pass.token().unwrap_err().contains("No such file"));
        let mode = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        std::fs::write(&file, "planted\n").unwrap();
        mode(0o644);
        let why = pass.token().unwrap_err();
        assert!(why.contains("chmod 600") && !why.contains("planted"), "{why}");
        mode(0o600);
        assert_eq!(pass.token().unwrap().expose(), "planted");
        std::fs::write(&file, "newer").unwrap();
        assert_eq!(pass.token().unwrap().expose(), "newer");
        std::fs::write(&file, "two words").unwrap();
        assert!(pass.token().unwrap_err().contains("no token in it"));
        assert!(!format!("{:?}", Pass::Said(Secret::new("planted"))).contains("planted"));
    }

    #[test]
    fn a_token_says_whose_it_is() {
        let token = |claims: &str| Secret::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)));
        assert_eq!(Pass::name(&token(r#"{"sub":"priya","exp":1}"#)).as_deref(), Some("priya"));
        assert_eq!(Pass::name(&token("{}")), None);
        assert_eq!(Pass::name(&Secret::new("planted")), None);
    }
}

//! TLS at the receiver's door: the certificate it shows, whose certificates it wants to see, and both read again when their
//! files change. Until when a certificate is valid is `certificate`'s.

use std::fmt;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::certificate;
use crate::core::time::{Moment, Span};

/// A certificate with less time than this should have been renewed.
const SOON: Span = Span(21 * Span::DAY.0);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Where everything stands; PEM.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Files {
    /// Our certificate, and after it those that lead to one that clients know.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Whose certificates are asked for.
    pub clients: Clients,
}

/// Whose certificates are asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Clients {
    /// Nobody's.
    Anybody,
    /// Who shows one must be of these authorities; nobody has to.
    Optional(PathBuf),
    /// Everybody must show one of these authorities.
    Required(PathBuf),
}

/// What can't be used, and why.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct Unusable {
    path: PathBuf,
    what: String,
}

/// TLS as it is offered now.
pub struct Tls {
    files: Files,
    offered: RwLock<Offered>,
}

#[derive(Clone)]
struct Offered {
    config: Arc<ServerConfig>,
    valid_until: Option<Moment>,
    state: State,
}

/// What a look at the files shows: another one means that they were changed.
type State = Vec<Option<(u64, u64, u64, i64, i64)>>;

impl Files {
    fn all(&self) -> impl Iterator<Item = &Path> {
        let authorities = match &self.clients {
            Clients::Anybody => None,
            Clients::Optional(file) | Clients::Required(file) => Some(file),
        };
        [&self.cert, &self.key].into_iter().chain(authorities).map(PathBuf::as_path)
    }

    fn state(&self) -> State {
        let state = |of: Metadata| (of.dev(), of.ino(), of.len(), of.mtime(), of.mtime_nsec());
        self.all().map(|file| fs::metadata(file).ok().map(state)).collect()
    }

    fn read(&self) -> Result<Offered, Unusable> {
        // Looked at first: what changes while it is read is read again.
        let state = self.state();
        let chain = certificates(&self.cert)?;
        let key = PrivateKeyDer::from_pem_slice(&contents(&self.key)?);
        // The parser's words could repeat what stands in the file.
        let key = key.map_err(|_| unusable(&self.key, "holds no private key in PEM that can be used"))?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = match &self.clients {
            Clients::Anybody => None,
            Clients::Optional(file) | Clients::Required(file) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(file)? {
                    roots.add(authority).map_err(|error| unusable(file, error))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone());
                let verifier = match self.clients {
                    Clients::Optional(_) => verifier.allow_unauthenticated(),
                    _ => verifier,
                };
                Some(verifier.build().map_err(|error| unusable(file, error))?)
            }
        };
        let valid_until = chain.iter().filter_map(|one| certificate::valid_until(one)).min();
        let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&TLS13, &TLS12]);
        let builder = builder.map_err(|error| unusable(&self.cert, error))?;
        let builder = match verifier {
            Some(verifier) => builder.with_client_cert_verifier(verifier),
            None => builder.with_no_client_auth(),
        };
        let config = builder.with_single_cert(chain, key);
        let mut config =
            config.map_err(|error| unusable(&self.key, format!("does not fit the certificate: {error}")))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Offered { config: Arc::new(config), valid_until, state })
    }
}

fn unusable(path: &Path, what: impl fmt::Display) -> Unusable {
    Unusable { path: path.into(), what: what.to_string() }
}

fn contents(path: &Path) -> Result<Vec<u8>, Unusable> {
    fs::read(path).map_err(|error| unusable(path, format!("cannot be read: {error}")))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&contents(path)?).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) | Err(_) => Err(unusable(path, "holds no certificate in PEM")),
    }
}

impl Tls {
    /// Reads everything.
    ///
    /// # Errors
    /// What can't be used.
    pub fn load(files: Files) -> Result<Self, Unusable> {
        let offered = files.read()?;
        Ok(Self { files, offered: RwLock::new(offered) })
    }

    /// When the first certificate of our chain expires; absent when it does not say so in a way that we understand.
    pub fn valid_until(&self) -> Option<Moment> {
        self.offered().valid_until
    }

    /// What takes the next connection.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.offered().config.into()
    }

    /// How long the certificate is valid from `now` on, if not for long.
    pub fn expires_soon(&self, now: Moment) -> Option<Span> {
        self.valid_until().map(|until| until - now).filter(|left| *left < SOON)
    }

    fn warn(&self) {
        if let Some(left) = self.expires_soon(crate::engine::now()) {
            let days = left.0.div_euclid(Span::DAY.0);
            tracing::warn!(file = %self.files.cert.display(), days, "the certificate has few days left");
        }
    }

    fn offered(&self) -> Offered {
        self.offered.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at the files again and again, for ever; `tell` hears when what they hold can't be used, and when it can again.
    pub(super) async fn watch(self: Arc<Self>, every: Duration, tell: impl Fn(Result<(), String>)) {
        let mut looks = interval(every);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut watch = Watch::new(self);
        let mut looked_when = None;
        loop {
            looks.tick().await;
            if looked_when.is_none_or(|at: Instant| at.elapsed() >= DAY) {
                looked_when = Some(Instant::now());
                watch.tls.warn();
            }
            // A file may be on a disk that hangs. Reading does not panic, and the runtime ends after us.
            let looked = tokio::task::spawn_blocking(move || {
                let found = watch.look();
                (watch, found)
            });
            let Ok((again, found)) = looked.await else { return };
            watch = again;
            match found {
                Some(Ok(())) => {
                    tracing::info!(file = %watch.tls.files.cert.display(), "certificate read again");
                    tell(Ok(()));
                }
                Some(Err(error)) => {
                    tracing::error!(%error, "the certificate was changed and can't be used; the one before is");
                    tell(Err(error.to_string()));
                }
                None => {}
            }
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}

/// What has been seen of the files.
struct Watch {
    tls: Arc<Tls>,
    /// As they were when they were last judged.
    judged: State,
    /// As they were at the last look, if that made no sense.
    doubted: Option<State>,
}

impl Watch {
    fn new(tls: Arc<Tls>) -> Self {
        let judged = tls.offered().state;
        Self { tls, judged, doubted: None }
    }

    /// Takes what the files hold, if it is something else. Two files are not changed at once: what can't be used is looked at
    /// twice before anybody is told.
    fn look(&mut self) -> Option<Result<(), Unusable>> {
        let state = self.tls.files.state();
        if state == self.judged {
            self.doubted = None;
            return None;
        }
        match self.tls.files.read() {
            Ok(offered) => {
                self.judged.clone_from(&offered.state);
                self.doubted = None;
                *self.tls.offered.write().unwrap_or_else(PoisonError::into_inner) = offered;
                Some(Ok(()))
            }
            Err(error) if self.doubted.as_ref() == Some(&state) => {
                self.judged = state;
                Some(Err(error))
            }
            Err(_) => {
                self.doubted = Some(state);
                None
            }
        }
    }
}

#[cfg(test)]
#[path = "tls_tests.rs"]
mod tests;

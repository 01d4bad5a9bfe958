//! The way out of this machine: through which proxy, and whose certificates are trusted. Session channels use it whole; the SDK's
//! own connections find their proxy in the same variables by themselves.

use std::path::Path;
use std::sync::Arc;

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::{AwsError, Kind};

/// More certificates to trust, as the AWS command line knows it.
const BUNDLE: &str = "AWS_CA_BUNDLE";

/// The way out.
pub(super) struct Way {
    proxies: Option<Matcher>,
    bundle: Option<Bundle>,
    tls: tokio::sync::OnceCell<TlsConnector>,
}

/// Certificates to trust besides the system's.
pub(super) struct Bundle {
    pem: Vec<u8>,
    certificates: Vec<CertificateDer<'static>>,
}

impl Way {
    /// Straight on, whatever the environment says.
    pub(super) fn straight() -> Self {
        Self::with(None, None)
    }

    /// As `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY` and `AWS_CA_BUNDLE` have it.
    ///
    /// # Errors
    /// When there are no certificates where the last of them says.
    pub(super) fn of_environment() -> Result<Self, AwsError> {
        Ok(Self::with(Some(Matcher::from_env()), Bundle::of_environment()?))
    }

    pub(super) fn with(proxies: Option<Matcher>, bundle: Option<Bundle>) -> Self {
        Self { proxies, bundle, tls: tokio::sync::OnceCell::new() }
    }

    /// The proxy on the way to this address.
    pub(super) fn proxy(&self, to: &Uri) -> Option<Intercept> {
        self.proxies.as_ref().and_then(|proxies| proxies.intercept(to))
    }

    /// TLS that trusts the system's certificates and those of the bundle.
    ///
    /// # Errors
    /// For people, when there are none at all.
    pub(super) async fn tls(&self) -> Result<TlsConnector, String> {
        let more = self.bundle.as_ref().map(|bundle| bundle.certificates.clone()).unwrap_or_default();
        // Reading the system's takes some hundred files on some systems.
        let make =
            || async { tokio::task::spawn_blocking(|| trusting(more)).await.map_err(|error| error.to_string())? };
        self.tls.get_or_try_init(make).await.cloned()
    }

    /// The same certificates, for the SDK's own connections.
    pub(super) fn context(&self) -> Option<TlsContext> {
        let trust = TrustStore::default().with_pem_certificate(self.bundle.as_ref()?.pem.clone());
        TlsContext::builder().with_trust_store(trust).build().ok()
    }
}

impl Bundle {
    /// As `AWS_CA_BUNDLE` has it.
    ///
    /// # Errors
    /// When there are no certificates where it says.
    pub(super) fn of_environment() -> Result<Option<Self>, AwsError> {
        let path = std::env::var_os(BUNDLE).filter(|path| !path.is_empty());
        path.map(|path| Self::read(path.as_ref())).transpose()
    }

    /// As it was read.
    pub(super) fn pem(&self) -> &[u8] {
        &self.pem
    }

    pub(super) fn read(path: &Path) -> Result<Self, AwsError> {
        let no = |why: String| AwsError::new(Kind::Unreachable, format!("{BUNDLE} is {}: {why}", path.display()));
        let pem = std::fs::read(path).map_err(|error| no(error.to_string()))?;
        Self::of(pem).map_err(no)
    }

    /// The SDK takes what it is given for good, so it is looked at here.
    pub(super) fn of(pem: Vec<u8>) -> Result<Self, String> {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let certificates = certificates.map_err(|error| format!("no certificates in PEM ({error})"))?;
        let mut roots = RootCertStore::empty();
        for certificate in &certificates {
            roots.add(certificate.clone()).map_err(|error| format!("it holds what is no certificate ({error})"))?;
        }
        if certificates.is_empty() {
            return Err("there are no certificates in it".into());
        }
        Ok(Self { pem, certificates })
    }
}

fn trusting(more: Vec<CertificateDer<'static>>) -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(more);
    if roots.is_empty() {
        return Err("this machine has no certificates to trust; install them (ca-certificates)".into());
    }
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| error.to_string())?.with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

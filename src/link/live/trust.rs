//! Whose certificates a seat believes: the system's, and those of a file of its own.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// TLS 1.2 and later, with the system's authorities, and those in `more`; with the certificate and key in `own`, for an engine
/// that asks for one.
///
/// # Errors
/// There is nobody to believe, or what is in the file cannot be read, in words.
pub fn trusting(more: Option<&Path>, own: Option<&Path>) -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = more {
        let wrong = |why: &dyn std::fmt::Display| format!("--ca-file {}: {why}", file.display());
        let pem = std::fs::read(file).map_err(|error| wrong(&error))?;
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|error| wrong(&format!("no certificate in PEM ({error})")))?;
            roots.add(certificate).map_err(|error| wrong(&format!("no certificate of an authority ({error})")))?;
        }
        if roots.len() == before {
            return Err(wrong(&"there is no certificate in it"));
        }
    }
    if roots.is_empty() {
        return Err("this machine has no certificates to trust: install ca-certificates, or give --ca-file".into());
    }
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| error.to_string())?.with_root_certificates(roots);
    let config = match own {
        None => config.with_no_client_auth(),
        Some(file) => {
            let wrong = |why: &dyn std::fmt::Display| format!("--client-cert {}: {why}", file.display());
            let pem = std::fs::read(file).map_err(|error| wrong(&error))?;
            let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
            let chain = chain.map_err(|error| wrong(&error))?;
            // The parser's words could repeat what stands in the file.
            let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|_| wrong(&"there is no private key in it"))?;
            config.with_client_auth_cert(chain, key).map_err(|error| wrong(&error))?
        }
    };
    Ok(TlsConnector::from(Arc::new(config)))
}

use std::fs;

use rcgen::{BasicConstraints, CertificateParams, CertifiedKey, IsCa, KeyPair};
use tempfile::TempDir;

use super::*;

/// A folder with a certificate for `name` and its key.
fn folder(name: &str) -> (TempDir, Files) {
    let folder = tempfile::tempdir().unwrap();
    let files =
        Files { cert: folder.path().join("cert.pem"), key: folder.path().join("key.pem"), clients: Clients::Anybody };
    put(&files, name);
    (folder, files)
}

fn put(files: &Files, name: &str) -> CertifiedKey<KeyPair> {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    fs::write(&files.cert, made.cert.pem()).unwrap();
    fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    made
}

fn authority(folder: &TempDir) -> PathBuf {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let path = folder.path().join("ca.pem");
    fs::write(&path, params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()).unwrap();
    path
}

fn refused(files: Files) -> String {
    Tls::load(files).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_used_is_named_and_none_of_it_repeated() {
    let (folder, files) = folder("a.example");
    assert!(Tls::load(files.clone()).is_ok());
    let absent = folder.path().join("absent.pem");
    let said = refused(Files { cert: absent.clone(), ..files.clone() });
    assert!(said.contains("absent.pem: cannot be read: "), "{said}");
    let said = refused(Files { cert: files.key.clone(), ..files.clone() });
    assert!(said.ends_with("key.pem: holds no certificate in PEM"), "{said}");
    let said = refused(Files { key: files.cert.clone(), ..files.clone() });
    assert!(said.ends_with("cert.pem: holds no private key in PEM that can be used"), "{said}");
    let said = refused(Files { clients: Clients::Required(absent), ..files.clone() });
    assert!(said.contains("absent.pem: cannot be read: "), "{said}");
    fs::write(&files.key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let said = refused(files.clone());
    assert!(said.contains("key.pem: does not fit the certificate"), "{said}");
    fs::write(&files.key, "-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----\n").unwrap();
    let said = refused(files);
    assert!(!said.contains("planted"), "{said}");
}

#[test]
fn clients_are_of_an_authority() {
    let (folder, files) = folder("a.example");
    let authority = authority(&folder);
    for clients in [Clients::Optional(authority.clone()), Clients::Required(authority)] {
        assert!(Tls::load(Files { clients, ..files.clone() }).is_ok());
    }
}

#[test]
fn a_changed_pair_is_taken_and_a_broken_one_is_not() {
    let (_folder, files) = folder("a.example");
    let tls = Arc::new(Tls::load(files.clone()).unwrap());
    let mut watch = Watch::new(tls.clone());
    let config = |tls: &Tls| Arc::as_ptr(&tls.offered().config);
    let first = config(&tls);
    assert_eq!((watch.look(), config(&tls)), (None, first));

    let next = put(&files, "b.example");
    assert_eq!(watch.look(), Some(Ok(())));
    let second = config(&tls);
    assert_ne!(second, first);
    assert_eq!(watch.look(), None);

    // Half of the next pair, for as long as the other half takes to come.
    fs::write(&files.key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert_eq!(watch.look(), None);
    let Some(Err(error)) = watch.look() else { panic!("nobody was told") };
    assert!(error.to_string().contains("does not fit"), "{error}");
    assert_eq!((watch.look(), config(&tls)), (None, second), "it is told once, and the old one is kept");

    fs::remove_file(&files.key).unwrap();
    assert_eq!(watch.look(), None);
    assert!(matches!(watch.look(), Some(Err(_))));
    fs::write(&files.key, next.signing_key.serialize_pem()).unwrap();
    assert_eq!(watch.look(), Some(Ok(())));
    assert_eq!(watch.look(), None);
}

#[test]
fn a_pair_that_was_changed_while_it_was_looked_at_is_nobodys_trouble() {
    let (_folder, files) = folder("a.example");
    let mut watch = Watch::new(Arc::new(Tls::load(files.clone()).unwrap()));
    let made = rcgen::generate_simple_self_signed(["c.example".to_owned()]).unwrap();
    fs::write(&files.cert, made.cert.pem()).unwrap();
    assert_eq!(watch.look(), None);
    fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    assert_eq!(watch.look(), Some(Ok(())));
}

#[test]
fn the_first_of_the_chain_to_expire_is_the_one_that_counts() {
    let (_folder, files) = folder("a.example");
    let key = KeyPair::generate().unwrap();
    let until = |year| {
        let mut params = CertificateParams::default();
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        params.self_signed(&key).unwrap().pem()
    };
    fs::write(&files.cert, [until(2040), until(2030)].concat()).unwrap();
    fs::write(&files.key, key.serialize_pem()).unwrap();
    let tls = Tls::load(files).unwrap();
    assert_eq!(tls.valid_until().unwrap().to_string(), "2030-01-01T00:00:00.000Z");
}

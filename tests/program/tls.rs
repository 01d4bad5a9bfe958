//! TLS as it is configured, posted to and checked.

use std::path::{Path, PathBuf};
use std::process::Output;

use alert_whisperer::core::credentials::Secret;
use alert_whisperer::link::Feed;
use alert_whisperer::link::live::{self, Live, Pass};
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

use super::program::{Serve, json, program, run};
use super::{add, failure, text};

/// A folder with a configuration, a certificate for 127.0.0.1 that expires then, and its key.
fn folder(expires: (i32, u8, u8)) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mine.toml");
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(expires.0, expires.1, expires.2);
    let key = KeyPair::generate().unwrap();
    std::fs::write(dir.path().join("cert.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(dir.path().join("key.pem"), key.serialize_pem()).unwrap();
    std::fs::write(&file, "[receiver]\ntls = { cert = 'cert.pem', key = 'key.pem' }\n").unwrap();
    (dir, file)
}

fn check(dir: &Path, file: &Path) -> Output {
    run(dir, &["--config", file.to_str().unwrap(), "check"])
}

fn certificate(checked: &Output) -> String {
    let out = String::from_utf8(checked.stdout.clone()).unwrap();
    out.lines().find(|line| line.contains(" certificate ")).unwrap_or_else(|| panic!("{out}")).to_owned()
}

#[test]
fn senders_post_over_tls_to_whom_they_believe() {
    let (dir, file) = folder((2090, 1, 1));
    let serve = Serve::with(dir.path(), &["--config", file.to_str().unwrap()]);
    let tenant = add(dir.path(), "comp_acme");
    let issued = json(dir.path(), &["tenant", "add", "comp_bolt"]);
    let https = format!("https://{}", serve.address);
    assert!(issued["webhook_url"].as_str().unwrap().starts_with(&format!("{https}/api/webhooks/alerts")), "{issued}");
    let send = |more: &[&str]| {
        let alert = ["send", "--url", &https, "--asset", "web-01", "--signature", "disk_full", "--severity", "warning"];
        let mut command = program(dir.path());
        command.env("ALERT_WHISPERER_KEY", &tenant.key).env("ALERT_WHISPERER_SECRET", &tenant.secret);
        command.args(alert).args(more).output().unwrap()
    };
    let authority = dir.path().join("cert.pem");
    let said = text(&send(&["--ca-file", authority.to_str().unwrap()]));
    assert!(said.starts_with("Alert received"), "{said}");
    let (code, line) = failure(&send(&[]));
    assert!(code == 1 && line.contains("--ca-file"), "{line}");
    let (code, line) = failure(&send(&["--ca-file", dir.path().join("key.pem").to_str().unwrap()]));
    assert!(code == 2 && line.ends_with("key.pem holds no certificate in PEM"), "{line}");
}

#[test]
fn a_certificate_that_cannot_be_used_is_told_before_anything_starts() {
    let (dir, file) = folder((2090, 1, 1));
    std::fs::write(dir.path().join("key.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let (code, line) = failure(&run(dir.path(), &["--config", file.to_str().unwrap(), "serve"]));
    assert!(code == 2 && line.contains("key.pem: does not fit the certificate"), "{code} {line}");
    assert!(certificate(&check(dir.path(), &file)).starts_with("WRONG"));
}

#[test]
fn beyond_this_host_nothing_is_taken_in_the_clear() {
    let (dir, file) = folder((2090, 1, 1));
    let (code, line) = failure(&run(dir.path(), &["serve", "--listen", "0.0.0.0:0"]));
    assert!(code == 2 && line.contains("in the clear") && line.contains("tls ="), "{code} {line}");
    // With TLS, the address is fine; what stops this one is its missing certificate.
    std::fs::remove_file(dir.path().join("cert.pem")).unwrap();
    let (code, line) =
        failure(&run(dir.path(), &["--config", file.to_str().unwrap(), "--listen", "0.0.0.0:0", "serve"]));
    assert!(code == 2 && line.contains("cert.pem: cannot be read"), "{code} {line}");
}

#[test]
fn check_says_until_when_the_certificate_is_valid() {
    let (dir, file) = folder((2090, 1, 1));
    assert!(certificate(&check(dir.path(), &file)).contains("valid until 2090-01-01T00:00:00.000Z"));
    let (dir, file) = folder((2020, 1, 1));
    let checked = check(dir.path(), &file);
    let line = certificate(&checked);
    assert!(line.starts_with("WRONG") && line.contains("expired at 2020-01-01"), "{line}");
    assert_eq!(checked.status.code(), Some(1));
    let soon =
        jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).saturating_add(jiff::Span::new().days(7)).date();
    let expires = (soon.year().into(), soon.month().try_into().unwrap(), soon.day().try_into().unwrap());
    let (dir, file) = folder(expires);
    let line = certificate(&check(dir.path(), &file));
    assert!(line.starts_with("WRONG") && line.contains("expires in 6 days"), "{line}");
}

#[test]
fn a_seat_far_away_shows_its_certificate_where_one_is_asked_for() {
    let (dir, file) = folder((2090, 1, 1));
    let path = |name: &str| dir.path().join(name);
    // Its own authority is as good as any other.
    std::fs::write(&file, "[receiver]\ntls = { cert = 'cert.pem', key = 'key.pem', client_ca = 'cert.pem' }\n")
        .unwrap();
    let both = ["cert.pem", "key.pem"].map(|name| std::fs::read_to_string(path(name)).unwrap()).concat();
    std::fs::write(path("own.pem"), both).unwrap();
    let serve = Serve::with(dir.path(), &["--config", file.to_str().unwrap()]);
    add(dir.path(), "comp_acme");
    text(&run(dir.path(), &["user", "add", "priya", "--role", "viewer"]));
    let token = text(&run(dir.path(), &["user", "token", "priya"]));
    let sit_down = |own: Option<&Path>| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let tls = Some(live::trusting(Some(&path("cert.pem")), own)?);
            let address = format!("https://{}", serve.address).parse().unwrap();
            let live = Live { address, pass: Pass::Said(Secret::new(token.trim())), tls, seat: "trial".into() };
            let mut link = live::stay(live).await.map_err(|error| error.to_string())?;
            match link.feed.recv().await {
                Some(Feed::Snapshot(snapshot)) => Ok(snapshot.tenants.len()),
                other => Err(format!("{other:?}")),
            }
        })
    };
    assert_eq!(sit_down(Some(&path("own.pem"))), Ok(1));
    assert!(sit_down(None).is_err());
    let said = sit_down(Some(&path("cert.pem"))).unwrap_err();
    assert!(said.ends_with("cert.pem: there is no private key in it"), "{said}");
}

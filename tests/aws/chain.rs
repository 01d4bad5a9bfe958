//! Our own credentials come from where the AWS SDK finds them: variables, files. Each case is a process of its own, with an
//! environment of its own.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use alert_whisperer::aws::{Aws, Options, Timeouts};

use super::fixture::*;

/// Set in the processes that this test starts.
const CHILD: &str = "ALERT_WHISPERER_TEST_CHAIN";

/// What becomes of our identity and of Acme's nodes, in a process with these variables and no others.
fn with(variables: &[(&str, &str)], profile: &str) -> String {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "chain::our_credentials_come_from_where_the_sdk_finds_them", "--nocapture"])
        .env_clear()
        // Nobody's home: no files but those that are named.
        .envs([("HOME", "/nonexistent"), (CHILD, profile)])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    String::from_utf8(child.stdout).unwrap()
}

async fn in_the_child(profile: String) {
    let profile = Some(profile).filter(|profile| !profile.is_empty());
    let timeouts = Timeouts { credentials: Duration::from_millis(600), ..Timeouts::default() };
    let aws = Aws::new(Options { profile, timeouts, ..Options::default() });
    println!("identity: {:?}", aws.identity().await);
    if let Ok(file) = std::env::var("ALERT_WHISPERER_TEST_MENDED") {
        std::fs::rename(file, std::env::var("AWS_SHARED_CREDENTIALS_FILE").unwrap()).unwrap();
        println!("mended: {:?}", aws.identity().await);
    }
    let account = aws.account(&acme(), &purpose("priya", &acme(), 4)).await;
    match account {
        Ok(account) => println!("nodes: {:?}", account.nodes().await.map(|nodes| nodes.len())),
        Err(error) => println!("account: {error}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_credentials_come_from_where_the_sdk_finds_them() {
    if let Ok(profile) = std::env::var(CHILD) {
        return in_the_child(profile).await;
    }
    let stand_in = stand_in().await;
    let (url, key, us) = (stand_in.url(), stand_in.base(), stand_in.world().base_arn());
    let (id, secret) = (key.access_key.as_str(), key.secret.expose());
    let run = |variables: Vec<(&'static str, String)>, profile: &'static str| {
        tokio::task::spawn_blocking(move || {
            let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
            with(&variables, profile)
        })
    };
    let no_imds = || ("AWS_EC2_METADATA_DISABLED", "true".to_owned());

    let variables = vec![
        ("AWS_ACCESS_KEY_ID", id.into()),
        ("AWS_SECRET_ACCESS_KEY", secret.into()),
        ("AWS_REGION", REGION.into()),
        ("AWS_ENDPOINT_URL_STS", url.clone()),
        ("AWS_ENDPOINT_URL_SSM", url.clone()),
        no_imds(),
    ];
    let said = run(variables, "").await.unwrap();
    assert!(said.contains(&format!("identity: Ok({us:?})")) && said.contains("nodes: Ok(3)"), "{said}");

    let folder = tempfile::tempdir().unwrap();
    let (config, credentials) = (folder.path().join("config"), folder.path().join("credentials"));
    std::fs::write(&config, format!("[profile msp]\nregion = {REGION}\nendpoint_url = {url}\n")).unwrap();
    std::fs::write(&credentials, format!("[msp]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"))
        .unwrap();
    let files = || {
        vec![
            ("AWS_CONFIG_FILE", config.display().to_string()),
            ("AWS_SHARED_CREDENTIALS_FILE", credentials.display().to_string()),
            no_imds(),
        ]
    };
    let said = run(files(), "msp").await.unwrap();
    assert!(said.contains(&us) && said.contains("nodes: Ok(3)"), "{said}");

    let mended = folder.path().join("mended");
    std::fs::copy(&credentials, &mended).unwrap();
    std::fs::write(&credentials, format!("[msp]\naws_access_key_id = AKIAOLD\naws_secret_access_key = {secret}\n"))
        .unwrap();
    let mut variables = files();
    variables.push(("ALERT_WHISPERER_TEST_MENDED", mended.display().to_string()));
    let said = run(variables, "msp").await.unwrap();
    assert!(said.contains("identity: Err") && said.contains(&format!("mended: Ok({us:?})")), "{said}");

    let said = run(files(), "").await.unwrap();
    assert!(said.contains("kind: NoCredentials") && said.contains("AWS_PROFILE"), "{said}");

    // A metadata service that never says a word, as behind some firewalls.
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let imds = format!("http://{}", silent.local_addr().unwrap());
    let said = run(vec![("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds)], "").await.unwrap();
    assert!(said.contains("took too long") || said.contains("in time"), "{said}");
}

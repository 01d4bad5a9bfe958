//! What `check` asks of AWS when no engine runs.

use std::path::Path;

use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::world::{Account, Node, World};

use crate::program::run;
use crate::text;

const ACME: &str = "111122223333";

fn add(data_dir: &Path, id: &str, external_id: &str) {
    let role = format!("arn:aws:iam::{ACME}:role/AlertWhisperer");
    let arguments = ["--aws-account-id", ACME, "--aws-role-arn", &role, "--aws-external-id", external_id];
    text(&run(data_dir, &[&["tenant", "add", id], &arguments[..], &["--aws-region", "us-east-1"]].concat()));
}

/// The files that the SDK looks for in our home, which is the data folder here.
fn profile(home: &Path, stand_in: &StandIn) {
    let key = stand_in.base();
    let folder = home.join(".aws");
    std::fs::create_dir_all(&folder).unwrap();
    let (id, secret) = (&key.access_key, key.secret.expose());
    std::fs::write(
        folder.join("config"),
        format!("[default]\nregion = us-east-1\nendpoint_url = {}\n", stand_in.url()),
    )
    .unwrap();
    let credentials = format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    std::fs::write(folder.join("credentials"), credentials).unwrap();
}

#[test]
fn check_asks_aws_without_an_engine_too_and_only_for_those_who_have_an_account() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let nodes = vec![Node::new("i-0123456789abcdef0", "web-03"), Node::new("i-0123456789abcdef1", "web-04")];
    let world = World::of(vec![Account::new(ACME, "us-east-1", "acme-external", nodes)]);
    let stand_in = runtime.block_on(StandIn::start(world)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let check = || {
        let checked = run(dir.path(), &["check"]);
        (checked.status.code(), String::from_utf8(checked.stdout).unwrap())
    };

    profile(dir.path(), &stand_in);
    text(&run(dir.path(), &["tenant", "add", "comp_none"]));
    assert_eq!(check().0, Some(0));
    assert!(stand_in.requests().is_empty());

    add(dir.path(), "comp_acme", "acme-external");
    let role = format!("comp_acme: arn:aws:sts::{ACME}:assumed-role/AlertWhisperer/aw-");
    let good = |said: &str| said.contains(&role) && said.contains("-comp_acme, 2 managed machines, 2 online");
    let (code, said) = check();
    assert!(code == Some(0) && good(&said) && said.contains(&stand_in.world().base_arn()), "{said}");
    assert!(!said.contains("Statement") && !said.contains("comp_none: "), "{said}");

    add(dir.path(), "comp_other", "another-external");
    let (code, said) = check();
    assert!(code == Some(1) && good(&said) && said.contains("WRONG  account        comp_other: "), "{said}");
    for part in ["\"sts:ExternalId\": \"another-external\"", "\"sts:TagSession\"", "\"ssm:SendCommand\""] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert!(!said.contains(stand_in.base().secret.expose()));
}

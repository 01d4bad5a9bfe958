//! Other people's machines from the command line, on the stand-in: plans, runs, approvals, the audit log.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use alert_whisperer::core::execution::order::Platform;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::world::{Account, Node, World};
use serde_json::Value;

use super::program::{Serve, program};
use super::{Tenant, alert, post, signed};

const WEB: &str = "i-0123456789abcdef0";
const REGION: &str = "us-east-1";

/// A data folder, the stand-in that it reaches, and a client with one machine there.
pub struct House {
    pub dir: tempfile::TempDir,
    pub stand_in: StandIn,
    config: PathBuf,
    _runtime: tokio::runtime::Runtime,
}

impl House {
    /// `more`: of the configuration.
    pub fn with(more: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let batch = Node { platform: Platform::Windows, ..Node::new("i-0123456789abcdef1", "batch-01") };
        let account = Account::new("111122223333", REGION, "acme-1", vec![Node::new(WEB, "web-03"), batch]);
        let stand_in = runtime.block_on(StandIn::start(World::of(vec![account]))).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("config.toml");
        let aws = format!("[aws]\nregion = \"{REGION}\"\nendpoint_url = \"{}\"\n{more}", stand_in.url());
        std::fs::write(&config, aws).unwrap();
        Self { dir, stand_in, config, _runtime: runtime }
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The program as somebody calls it who may come to the stand-in.
    pub fn program(&self) -> Command {
        let mut command = program(&self.data());
        let key = self.stand_in.base();
        command.env("AWS_ACCESS_KEY_ID", &key.access_key).env("AWS_SECRET_ACCESS_KEY", key.secret.expose());
        command.env("AWS_EC2_METADATA_DISABLED", "true").arg("--config").arg(&self.config);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.program().args(arguments).output().unwrap()
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Adds the client; opens its incident 1.
    pub fn client(&self, serve: &Serve) -> Tenant {
        let role = "arn:aws:iam::111122223333:role/AlertWhisperer";
        let add = ["tenant", "add", "comp_acme", "--aws-account-id", "111122223333", "--aws-role-arn", role];
        let issued = self.json(&[&add[..], &["--aws-external-id", "acme-1", "--aws-region", REGION]].concat());
        let text = |name: &str| issued[name].as_str().unwrap().to_owned();
        let tenant =
            Tenant { key: text("api_key"), secret: text("hmac_secret"), alertmanager_key: text("alertmanager_key") };
        assert_eq!(post(serve, &signed(&tenant, &alert("web-03", "disk full"))).0, 200);
        tenant
    }

    /// What is on record: what, and how it came out.
    fn audit(&self) -> Vec<String> {
        let log = self.json(&["audit", "show", "--tenant", "comp_acme"]);
        let words =
            |entry: &Value| format!("{} {}", entry["what"].as_str().unwrap(), entry["outcome"].as_str().unwrap());
        log.as_array().unwrap().iter().map(words).collect()
    }
}

pub fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn lines(data: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_command_is_shown_then_run_then_on_record() {
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    let nodes = house.json(&["nodes", "--tenant", "comp_acme"]);
    let names: Vec<_> = nodes.as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["batch-01", "web-03"]);

    let run = ["run", "comp_acme-i1", "--command", "echo out; echo err >&2"];
    let (code, plan, why) = said(&house.run(&run));
    assert_eq!(code, 2, "{why}");
    assert!(plan.contains(WEB) && plan.contains("111122223333") && plan.contains("  echo out; echo err >&2"), "{plan}");
    assert!(why.contains("nothing was run") && why.contains("--yes --word 'web-03'"), "{why}");
    let (code, _, why) = said(&house.run(&[&run[..], &["--yes", "--wait"]].concat()));
    assert!(code == 1 && why.contains("type web-03 to run this"), "{why}");
    assert!(house.stand_in.commands().is_empty(), "nothing was sent");

    let (code, out, why) = said(&house.run(&[&run[..], &["--yes", "--word", "web-03", "--wait"]].concat()));
    assert_eq!(code, 0, "{why}");
    assert!(out.contains("  out\n") && out.contains("  stderr: err\n") && out.contains("succeeded"), "{out}");
    assert_eq!(out.matches("exit code").count(), 1, "it is said once: {out}");
    let failing = ["run", "comp_acme-i1", "--command", "exit 3", "--yes", "--word", "web-03", "--wait"];
    let (code, out, why) = said(&house.run(&failing));
    assert!(code == 1 && out.contains("exit code 3") && why.contains("comp_acme-x2 failed"), "{out} {why}");

    let listed = house.json(&["executions", "--incident", "comp_acme-i1"]);
    let ids: Vec<_> = listed.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["comp_acme-x2", "comp_acme-x1"]);
    let first = house.json(&["execution", "comp_acme-x1"]);
    assert_eq!((&first["outputs"][0]["stdout"], &first["outputs"][0]["instance"]), (&"out\n".into(), &WEB.into()));

    assert_eq!(
        house.audit(),
        [
            "tenant.add done",
            "execution.ask refused: type web-03 to run this",
            "execution.ask done",
            "execution.send sent",
            "execution.end succeeded",
            "execution.ask done",
            "execution.send sent",
            &format!("execution.end failed: {WEB}: ended with exit code 3"),
        ]
    );
    serve.terminate();
    serve.wait();
    // An engine of the command's own does the same.
    let alone = ["run", "comp_acme-i1", "--command", "echo alone", "--yes", "--word", "web-03"];
    let (code, out, why) = said(&house.run(&alone));
    assert!(code == 0 && out.contains("comp_acme-x3"), "{out} {why}");
    let (code, out, _) = said(&house.run(&[&alone[..], &["--wait"]].concat()));
    assert!(code == 0 && out.contains("  alone\n"), "{out}");
    assert_eq!(house.stand_in.commands().len(), 4, "each was sent once");
}

#[test]
fn a_runbook_is_listed_shown_and_run_by_its_name() {
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    let all = house.json(&["runbooks"]);
    let one = all.as_array().unwrap().iter().find(|one| one["risk"] == "low" && one["platform"] == "linux").unwrap();
    let name = one["name"].as_str().unwrap();
    let (_, shown, _) = said(&house.run(&["runbooks", name]));
    assert!(shown.contains("risk       low") && shown.contains("built in"), "{shown}");
    house.json(&["nodes", "--tenant", "comp_acme"]);
    // Now that it is known what the incident's machine runs, what is for others is left out.
    let offered = house.json(&["runbooks", "--incident", "comp_acme-i1"]);
    assert!(offered.as_array().unwrap().iter().all(|offer| offer["platform"] == "linux"), "{offered}");
    let (code, _, why) = said(&house.run(&["runbooks", "nonsense"]));
    assert!(code == 1 && why.contains("no such runbook"), "{why}");
    let (code, _, why) = said(&house.run(&["run", "comp_acme-i1", "nonsense"]));
    assert!(code == 1 && why.contains("runbook"), "{why}");
    for wrong in [&["run", "comp_acme-i1"][..], &["run", "comp_acme-i1", name, "--command", "x"]] {
        assert_eq!(said(&house.run(wrong)).0, 2, "{wrong:?}");
    }
}

#[test]
fn what_waits_for_approval_is_listed_and_nobody_approves_their_own() {
    let house = House::with("[[technicians]]\nname = \"somebody-else\"\ntenants = [\"*\"]\nlead = true\n");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    let ask = ["run", "comp_acme-i1", "--command", "reboot", "--yes", "--word", "web-03"];
    let (code, out, why) = said(&house.run(&ask));
    assert!(code == 0 && out.contains("comp_acme-x1 waits for approval until"), "{out} {why}");
    assert_eq!(house.json(&["approvals"])[0]["id"], "comp_acme-x1");
    // Whatever name the environment has for whoever asks.
    let (code, _, why) =
        said(&house.program().env("USER", "somebody-else").args(["approve", "comp_acme-x1"]).output().unwrap());
    assert!(code == 1 && why.contains("nobody approves what they asked for themselves"), "{why}");
    let (code, _, why) = said(&house.run(&["reject", "comp_acme-x1", "--why", "no"]));
    assert!(code == 1, "{why}");
    let (code, _, why) = said(&house.run(&["--read-only", "cancel", "comp_acme-x1"]));
    assert!(code == 2 && why.contains("--read-only"), "{why}");
    assert_eq!(said(&house.run(&["cancel", "comp_acme-x1"])).0, 0);
    assert_eq!(house.json(&["approvals"]), serde_json::json!([]));
    assert_eq!(house.json(&["execution", "comp_acme-x1"])["stage"]["outcome"], "cancelled");
    assert!(house.stand_in.commands().is_empty());
    let refused = house.audit().into_iter().filter(|said| said.contains("refused: nobody approves")).count();
    assert_eq!(refused, 2);
}

#[test]
fn check_and_verify_say_how_the_account_takes_us_and_what_to_mend() {
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    let (code, out, why) = said(&house.run(&["check"]));
    assert!(out.contains("ok     aws            arn:aws:iam::999900009999:user/alert-whisperer"), "{code} {out} {why}");
    assert!(out.contains("2 managed machines, 2 online"), "{out}");
    let (code, out, why) = said(&house.run(&["tenant", "verify", "comp_acme"]));
    assert_eq!(code, 0, "{why}");
    assert!(out.contains("sts:AssumeRole") && out.contains("ssm:SendCommand") && out.contains("acme-1"), "{out}");

    let set = ["tenant", "set", "comp_acme", "aws.external_id=wrong"];
    assert_eq!(said(&house.run(&set)).0, 0);
    let (code, out, why) = said(&house.run(&["tenant", "verify", "comp_acme"]));
    assert!(code == 1 && out.contains("WRONG  role"), "{out} {why}");
    assert!(why.contains("external") && why.contains("111122223333"), "{why}");
    let (code, out, _) = said(&house.run(&["check"]));
    assert!(code == 1 && out.contains("WRONG  account        comp_acme: "), "{out}");
}

#[test]
fn the_log_is_verified_exported_and_outlives_its_tenant() {
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    let (code, out, why) = said(&house.run(&["audit", "verify", "--tenant", "comp_acme"]));
    assert!(code == 0 && out.starts_with("whole: 1 entries, the last with the hash "), "{out} {why}");
    let file = house.dir.path().join("log.jsonl");
    let file = file.to_str().unwrap();
    assert_eq!(said(&house.run(&["audit", "export", "--tenant", "comp_acme", file])).0, 0);
    let (code, piped, _) = said(&house.run(&["audit", "export", "--tenant", "comp_acme"]));
    assert_eq!((code, piped), (0, std::fs::read_to_string(file).unwrap()));
    assert_eq!(said(&house.run(&["audit", "verify", file])).0, 0);
    assert_eq!(said(&house.run(&["audit", "export", "--tenant", "comp_acme", file])).0, 1, "nothing is written over");

    assert_eq!(said(&house.run(&["tenant", "remove", "comp_acme", "--yes"])).0, 0);
    serve.terminate();
    serve.wait();
    let folder = house.data().join("audit");
    let names = lines(&folder);
    let name = names.iter().find(|name| name.starts_with("comp_acme-")).unwrap_or_else(|| panic!("{names:?}"));
    let left = folder.join(name);
    let (code, out, why) = said(&house.run(&["audit", "verify", left.to_str().unwrap()]));
    assert!(code == 0 && out.starts_with("whole: 2 entries"), "{out} {why}");
    let changed = std::fs::read_to_string(&left).unwrap().replacen("tenant.add", "tenant.set", 1);
    std::fs::write(&left, changed).unwrap();
    let (code, out, why) = said(&house.run(&["audit", "verify", left.to_str().unwrap(), "--json"]));
    assert_eq!((code, serde_json::from_str::<Value>(&out).unwrap()["at"].clone()), (1, 1.into()), "{why}");
    assert!(why.contains("broken at entry 1: it was changed"), "{why}");
}

#[test]
fn an_activation_is_shown_once() {
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    let activate = ["tenant", "activate", "comp_acme", "--name", "till-08", "--platform", "linux"];
    let (code, out, why) = said(&house.run(&activate));
    assert_eq!(code, 0, "{why}");
    let code = out.lines().find_map(|line| line.strip_prefix("code        ")).unwrap();
    assert!(out.contains("ssm-setup-cli") && out.matches(code).count() == 2, "{out}");
    assert!(house.audit().iter().any(|said| said.contains("activat")), "{:?}", house.audit());
    assert!(!house.audit().concat().contains(code));
}

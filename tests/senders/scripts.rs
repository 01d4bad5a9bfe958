//! The scripts of `packaging/senders` for tools that have no webhook of their own, run as those tools run them.

use std::path::Path;
use std::process::Command;

use super::Posts;
use super::program::{Connection, Serve};

/// Hostile to shells, to JSON and to terminals.
const HOSTILE: &str = "CRIT \"quo\\ted\" '; touch owned; # $(touch owned) `touch owned` %s %n \u{1b}[31m\ttab 中 🔥";

/// A script with nothing but these variables, in an empty folder.
fn script(path: &str, folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/senders").join(path));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).current_dir(folder);
    command.envs(variables.iter().copied());
    command
}

fn runs(mut command: Command) -> Result<(), String> {
    let run = command.output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    if run.status.success() { Ok(()) } else { Err(said) }
}

fn unharmed(folder: &Path) {
    assert!(!folder.join("owned").exists(), "a text was run as a command");
}

#[test]
fn nagios_and_icinga_2_notify_signed_whatever_the_plug_ins_say() {
    for (kind, tool) in [("nagios", "Nagios"), ("icinga2", "Icinga 2")] {
        let dir = tempfile::tempdir().unwrap();
        let serve = Serve::start(dir.path());
        let posts = Posts::to(&serve, dir.path(), kind);
        let place = tempfile::tempdir().unwrap();
        let settings = place.path().join("settings");
        let write = |secret: &str| {
            std::fs::write(&settings, format!("URL={}\nKEY={}\nSECRET={secret}\n", posts.url, posts.key)).unwrap();
        };
        let notify = |state: &str, output: &str| {
            let variables = [
                ("ALERT_WHISPERER_SETTINGS", settings.to_str().unwrap()),
                ("NAGIOS_HOSTNAME", "web-01"),
                ("NAGIOS_SERVICEDESC", "HTTP $(touch owned)"),
                ("NAGIOS_SERVICESTATE", state),
                ("NAGIOS_SERVICEOUTPUT", output),
                ("NAGIOS_LONGSERVICEOUTPUT", "second\\nthird"),
                ("NAGIOS_NOTIFICATIONTYPE", "PROBLEM"),
                ("NAGIOS_HOSTADDRESS", "$HOSTADDRESS$"),
            ];
            runs(script("nagios/alert-whisperer-notify", place.path(), &variables))
        };
        write("0123456789abcdef0123456789abcdef");
        let said = notify("CRITICAL", HOSTILE).unwrap_err();
        assert!(said.contains("answered 401") && !said.contains(&posts.key), "{said}");

        write(&posts.secret);
        notify("CRITICAL", HOSTILE).unwrap();
        let alert = posts.only("alerts");
        let said = HOSTILE.replace('\u{1b}', "") + "\nsecond\nthird";
        assert_eq!((&alert["message"], &alert["tool_source"]), (&said.into(), &tool.into()));
        assert_eq!((&alert["severity"], &alert["signature"]), (&"critical".into(), &"HTTP $(touch owned)".into()));
        assert_eq!(alert["labels"].get("address"), None, "a macro without a value is none");
        notify("WARNING", "better").unwrap();
        assert_eq!(posts.only("incidents")["severity"], "medium");
        notify("OK", "all is well").unwrap();
        assert_eq!(posts.only("incidents")["status"], "resolved");
        unharmed(place.path());
    }
}

/// Tools that nobody can run here post what they were seen to post, with the key in the URL.
#[test]
fn what_other_tools_were_seen_to_post_is_taken() {
    for kind in ["connectwise", "datto", "librenms", "ninjaone", "prtg", "site24x7"] {
        let dir = tempfile::tempdir().unwrap();
        let serve = Serve::start(dir.path());
        let posts = Posts::to(&serve, dir.path(), kind);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/senders").join(kind);
        let mut connection = Connection::open(posts.address).unwrap();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.ends_with(".md") || name.ends_with(".reading.json") {
                continue;
            }
            let body = std::fs::read_to_string(&path).unwrap();
            let request = format!(
                "POST /api/webhooks/{kind}?api_key={}&id=48213 HTTP/1.1\r\nHost: trial\r\nContent-Length: {}\r\n\r\n{body}",
                posts.key,
                body.len()
            );
            let (status, answer) = connection.ask(request.as_bytes()).unwrap();
            assert_eq!(status, 200, "{kind}/{name}: {}", String::from_utf8_lossy(&answer));
        }
    }
}

#[test]
fn checkmk_notifies_and_knows_what_to_try_again() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let posts = Posts::to(&serve, dir.path(), "checkmk");
    let place = tempfile::tempdir().unwrap();
    let notify = |key: &str, state: &str| {
        let variables = [
            ("NOTIFY_PARAMETER_1", posts.url.as_str()),
            ("NOTIFY_PARAMETER_2", key),
            ("OMD_SITE", "cmk"),
            ("NOTIFY_WHAT", "SERVICE"),
            ("NOTIFY_HOSTNAME", "web-01"),
            ("NOTIFY_SERVICEDESC", "Filesystem /var"),
            ("NOTIFY_SERVICESTATE", state),
            ("NOTIFY_SERVICEOUTPUT", HOSTILE),
        ];
        let mut command = script("checkmk/alert-whisperer", place.path(), &variables);
        command.output().unwrap().status.code()
    };
    assert_eq!(notify(&posts.key, "CRITICAL"), Some(0));
    assert_eq!(posts.only("alerts")["message"], HOSTILE);
    assert_eq!(notify(&posts.key, "OK"), Some(0));
    assert_eq!(posts.only("incidents")["status"], "resolved");
    assert_eq!(notify("awk_wrong", "CRITICAL"), Some(2), "Checkmk gives up");
    drop(serve);
    assert_eq!(notify(&posts.key, "CRITICAL"), Some(1), "Checkmk tries again");
}

#[test]
fn wazuh_posts_the_alert_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let posts = Posts::to(&serve, dir.path(), "wazuh");
    let alert = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/senders/wazuh/alert.json");
    let post = |key: &str| {
        let mut command = script("wazuh/custom-alert-whisperer", dir.path(), &[]);
        command.arg(&alert).arg(key).arg(&posts.url);
        runs(command)
    };
    post("awk_wrong").unwrap_err();
    post(&posts.key).unwrap();
    let alert = posts.only("alerts");
    assert_eq!((&alert["severity"], &alert["signature"]), (&"critical".into(), &"Ransomware: \"note\" dropped".into()));
}

#[test]
fn netdata_sends_a_form_in_which_every_text_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let posts = Posts::to(&serve, dir.path(), "netdata");
    let pasted = include_str!("../../packaging/senders/netdata/custom_sender.sh");
    let pasted = pasted.replace("{url}", &posts.url).replace("{key}", &posts.key);
    let notify = |status: &str| {
        // What Netdata's alarm-notify.sh defines before it calls the function.
        let around = format!(
            "info() {{ :; }}\nerror() {{ echo \"$*\" >&2; failed=1; }}\n\
             docurl() {{ curl --write-out '%{{http_code}}' --output /dev/null --silent --show-error \"$@\"; }}\n\
             {pasted}\ncustom_sender x\nexit ${{failed:-0}}\n"
        );
        let mut command = Command::new("bash");
        command
            .args(["-c", &around])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .current_dir(dir.path());
        command.envs([("host", "web-01"), ("name", "disk_space"), ("chart", "disk._var"), ("status", status)]);
        command.envs([("info", HOSTILE), ("value_string", "97.4%"), ("when", "1700000000")]);
        runs(command)
    };
    notify("CRITICAL").unwrap();
    assert_eq!(posts.only("alerts")["message"], format!("{HOSTILE}: 97.4%"));
    notify("CLEAR").unwrap();
    assert_eq!(posts.only("incidents")["status"], "resolved");
    unharmed(dir.path());
}

//! Keys and secrets are shown once, and nowhere else.

use alert_whisperer::demo::aws::faults::{ANY, Fault};
use base64::Engine as _;

use super::machines::{House, said};
use super::program::{Serve, program, run};
use super::{Tenant, add, alert, post, signed, signed_as, text};

#[test]
fn no_secret_is_logged_printed_or_visible_to_other_processes() {
    let dir = tempfile::tempdir().unwrap();
    let planted = "planted-secret-of-the-file";
    let config = dir.path().join("config.toml");
    let secret_file = dir.path().join("bolt.secret");
    std::fs::write(&secret_file, planted).unwrap();
    let declared = format!(
        "[[tenants]]\nid = \"comp_bolt\"\nsecrets = {{ hmac = {:?} }}\n",
        format!("file:{}", secret_file.display())
    );
    std::fs::write(&config, declared).unwrap();
    let serve = Serve::with(dir.path(), &["-vv", "--config", config.to_str().unwrap()]);
    let tenant = add(dir.path(), "comp_acme");
    let wrong = Tenant { key: "awk_wrong_and_still_nobodys_business".into(), ..add(dir.path(), "comp_zeta") };

    let good = alert("web-01", "fine");
    assert_eq!(post(&serve, &signed(&tenant, &good)).0, 200);
    let mut answers = Vec::new();
    for request in [
        signed_as(&tenant, &good, 1, "sha256=00"),
        signed_as(&wrong, &good, 1, "sha256=00"),
        signed(&tenant, "no JSON"),
        signed(&tenant, &good.replace("web-01", "")),
        String::from_utf8(signed(&tenant, &good)).unwrap().replace("POST", "PUT").into_bytes(),
        format!("GET /metrics?api_key={} HTTP/1.1\r\nHost: trial\r\n\r\n", tenant.key).into_bytes(),
        format!("GET /api/health HTTP/1.1\r\nHost: trial\r\nX-API-Key: {}\r\n\r\n", tenant.key).into_bytes(),
        format!(
            "POST /api/webhooks/alertmanager HTTP/1.1\r\nHost: trial\r\nAuthorization: Bearer {}\r\n\
             Content-Length: 2\r\n\r\n{{}}",
            tenant.alertmanager_key
        )
        .into_bytes(),
        format!("POST /api/webhooks/alerts?api_key={} HTTP/9\r\n\r\n", tenant.key).into_bytes(),
        format!("POST /api/webhooks/alerts/v2/{0}?api_key={0} HTTP/1.1\r\nHost: trial\r\n\r\n", tenant.key)
            .into_bytes(),
    ] {
        answers.push(post(&serve, &request).1);
    }
    let in_base64 = base64::engine::general_purpose::STANDARD.encode(format!("user:{}", tenant.alertmanager_key));
    for scheme in ["GenieKey", "Key", "Token", "Basic", "Splunk", "Bearer"] {
        let key = if scheme == "Basic" { &in_base64 } else { &tenant.alertmanager_key };
        let request = format!(
            "POST /api/webhooks/alertmanager HTTP/1.1\r\nHost: trial\r\nAuthorization: {scheme} {key}\r\n\
             Content-Length: 2\r\n\r\n{{}}"
        );
        let (status, answer) = post(&serve, request.as_bytes());
        assert_eq!(status, if scheme == "Splunk" { 401 } else { 422 }, "{scheme}: {answer}");
        answers.push(answer);
    }
    for command in [
        &["tenant", "list"][..],
        &["tenant", "list", "--json"],
        &["tenant", "show", "comp_acme"],
        &["tenant", "show", "comp_bolt", "--json"],
        &["alerts", "--json"],
        &["incidents"],
        &["source", "list", "comp_acme"],
        &["source", "show", "comp_acme", "alertmanager", "--json"],
        &["source", "paste", "comp_acme", "alertmanager"],
    ] {
        answers.push(text(&run(dir.path(), command)));
    }
    for command in [&["check"][..], &["check", "--json"]] {
        let output = run(dir.path(), command);
        assert_eq!(output.status.code(), Some(1), "it tells of what was refused and put aside");
        answers.push(String::from_utf8([output.stdout, output.stderr].concat()).unwrap());
    }
    let url = format!("http://{}/api/webhooks/alerts?api_key={}", serve.address, tenant.key);
    let gone = format!("http://127.0.0.1:9/api/webhooks/alerts?api_key={}", tenant.key);
    for url in [url, gone] {
        let send = ["send", "--url", &url, "--asset", "a", "--signature", "s", "--severity", "low", "-vv"];
        let mut command = program(dir.path());
        command.env("ALERT_WHISPERER_KEY", &wrong.key).env("ALERT_WHISPERER_SECRET", &wrong.secret);
        let output = command.args(send).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        answers.push(String::from_utf8([output.stdout, output.stderr].concat()).unwrap());
    }
    let pid = serve.child.id();
    answers.push(String::from_utf8(std::fs::read(format!("/proc/{pid}/cmdline")).unwrap()).unwrap());
    serve.terminate();
    let (_, log) = serve.wait();
    assert!(log.contains("DEBUG") && log.contains("request refused"), "nothing was logged: {log}");
    answers.push(log);

    let secrets =
        [planted, &in_base64, &tenant.key, &tenant.secret, &tenant.alertmanager_key, &wrong.key, &wrong.secret];
    for said in answers {
        for secret in secrets {
            let around = said.find(secret).map(|at| said[..at].lines().last().unwrap_or_default().to_owned());
            assert_eq!(around, None, "a secret follows");
        }
    }
}

#[test]
fn nothing_in_the_data_folder_is_open_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let _serve = Serve::start(&data);
    add(&data, "comp_acme");
    let mut left = vec![data];
    while let Some(path) = left.pop() {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
        if path.is_dir() {
            left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
}

#[test]
fn no_credential_of_ours_no_session_of_a_client_s_role_and_no_activation_code_is_left_anywhere() {
    let house = House::with("");
    let mut loud = house.program();
    loud.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").arg("-vvv");
    let serve = Serve::of(loud, &[]);
    house.client(&serve);
    let mut said_since = Vec::new();
    let mut hear = |output| {
        let (_, out, err) = said(&output);
        said_since.extend([out, err]);
    };
    let run = ["run", "comp_acme-i1", "--command", "echo hello; env", "--yes", "--word", "web-03", "--wait"];
    hear(house.run(&run));
    hear(house.run(&["tenant", "verify", "comp_acme"]));
    let activate = ["tenant", "activate", "comp_acme", "--name", "till-08", "--platform", "linux"];
    let activation = house.json(&activate);
    // What goes wrong is told at length. A denial costs the role its session: an expired one is met before that.
    for fault in [Fault::Expired, Fault::Denied, Fault::Throttled, Fault::Broken, Fault::DroppedBefore] {
        house.stand_in.faults().next(ANY, fault);
        hear(house.run(&["nodes", "--tenant", "comp_acme", "-vvv"]));
        house.stand_in.faults().mend();
    }
    house.stand_in.faults().expire_sessions();
    hear(house.run(&run));
    house.stand_in.faults().next("CreateActivation", Fault::Denied);
    hear(house.run(&activate));
    hear(house.run(&["check"]));
    for listing in [
        &["audit", "export", "--tenant", "comp_acme"][..],
        &["audit", "show", "--tenant", "comp_acme"],
        &["executions", "--json"],
        &["execution", "comp_acme-x1", "--json"],
        &["tenant", "show", "comp_acme", "--json"],
    ] {
        hear(house.run(listing));
    }
    let pid = serve.child.id();
    said_since.push(String::from_utf8(std::fs::read(format!("/proc/{pid}/cmdline")).unwrap()).unwrap());
    let files = |folder: &std::path::Path| {
        let (mut left, mut read) = (vec![folder.to_owned()], Vec::new());
        while let Some(path) = left.pop() {
            match path.is_dir() {
                true => left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path())),
                // A socket is no file to read.
                false => read.extend(std::fs::read(&path).ok().map(|bytes| (path, bytes))),
            }
        }
        read
    };
    // What has just been written is in the logs of the databases; what is settled, in the databases.
    let mut written = files(&house.data());
    serve.terminate();
    let (_, log) = serve.wait();
    assert!(log.contains("kind=Denied") && log.contains("kind=Expired"), "nothing was logged: {log}");
    said_since.push(log);
    written.extend(files(&house.data()));
    assert!(written.iter().any(|(path, _)| path.ends_with("audit/comp_acme.head")), "the log was kept");

    let mut secrets: Vec<String> = house.stand_in.secrets().iter().map(|secret| secret.expose().to_owned()).collect();
    assert!(secrets.len() > 4, "roles were assumed: {}", secrets.len());
    secrets.push(activation["code"].as_str().unwrap().into());
    for secret in &secrets {
        let around =
            said_since.iter().find_map(|said| Some(said[..said.find(secret.as_str())?].lines().last()?.to_owned()));
        assert_eq!(around, None, "a secret follows");
        let holds = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        let file = written.iter().find(|(_, bytes)| holds(bytes)).map(|(path, _)| path);
        assert_eq!(file, None, "holds a secret");
    }
}

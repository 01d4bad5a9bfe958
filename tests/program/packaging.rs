//! What is packaged fits together: every file that is named is there, and the unit runs what the package installs.

use std::path::Path;

use super::program::run;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_else(|_| panic!("{path}"))
}

/// The values of a key of a unit, in order.
fn values<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect()
}

#[test]
fn the_debian_package_has_files_that_are_there_and_the_unit_runs_them() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let deb = &manifest["package"]["metadata"]["deb"];
    let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
    let assets: Vec<[String; 3]> = deb["assets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|asset| {
            let asset = asset.as_array().unwrap();
            [text(&asset[0]), text(&asset[1]), text(&asset[2])]
        })
        .collect();
    for [source, _, mode] in &assets {
        let there = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
        assert!(source == "target/release/alert-whisperer" || there.is_file(), "{source} is not there");
        assert!(["644", "640", "755"].contains(&mode.as_str()), "{source}: {mode}");
    }
    let installed: Vec<String> = assets
        .iter()
        .map(|[source, to, _]| {
            let name = Path::new(source).file_name().unwrap().to_str().unwrap();
            if to.ends_with('/') { format!("/{to}{name}") } else { format!("/{to}") }
        })
        .collect();
    let unit = read("packaging/systemd/alert-whisperer.service");
    let start = values(&unit, "ExecStart")[0];
    let mut words = start.split(' ');
    assert!(installed.contains(&words.next().unwrap().to_owned()), "{start}");
    let after = |option: &str| start.split(' ').skip_while(|word| *word != option).nth(1).unwrap().to_owned();
    assert!(installed.contains(&after("--config")), "{start}");
    assert_eq!(after("--data-dir"), format!("/var/lib/{}", values(&unit, "StateDirectory")[0]));
    for conf in deb["conf-files"].as_array().unwrap() {
        assert!(installed.contains(&text(conf)), "{conf}");
    }
    let (users, files) =
        (read("packaging/sysusers.d/alert-whisperer.conf"), read("packaging/tmpfiles.d/alert-whisperer.conf"));
    let user = values(&unit, "User")[0];
    assert!(users.starts_with(&format!("u {user} ")) && files.contains(&format!(" {user} {user} ")));
    assert!(files.lines().any(|line| line.starts_with(&format!("d {} 0700 ", after("--data-dir")))));
}

#[test]
fn the_unit_is_hardened_and_waits_for_the_engine() {
    let unit = read("packaging/systemd/alert-whisperer.service");
    for (key, value) in [
        ("Type", "notify"),
        ("NoNewPrivileges", "true"),
        ("ProtectSystem", "strict"),
        ("CapabilityBoundingSet", ""),
        ("Restart", "on-failure"),
    ] {
        assert_eq!(values(&unit, key), [value], "{key}");
    }
    let seconds = |key: &str| values(&unit, key)[0].parse::<u64>().unwrap();
    assert!(seconds("WatchdogSec") >= 10);
    // `serve` ends by itself within ten.
    assert!(seconds("TimeoutStopSec") > 10);
    // Who sits at the socket is found out by what these would hide.
    assert!(values(&unit, "PrivateUsers").is_empty() && values(&unit, "ProtectProc").is_empty());
}

#[test]
fn the_packaged_configuration_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/config.toml");
    let checked = run(dir.path(), &["--config", file.to_str().unwrap(), "check"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

#[test]
fn what_is_pasted_into_tools_is_what_is_packaged() {
    let media_type = read("packaging/senders/zabbix/alert-whisperer.yaml");
    let script = read("packaging/senders/zabbix/alert-whisperer.js");
    let indented: String =
        script.lines().map(|line| if line.is_empty() { "\n".into() } else { format!("        {line}\n") }).collect();
    assert!(media_type.contains(&format!("      script: |\n{indented}")), "the script in the YAML is another one");
    let function = read("packaging/senders/netdata/custom_sender.sh");
    let (_, function) = function.split_once('\n').unwrap();
    assert!(
        read("src/core/source/paste/netdata.txt").ends_with(function),
        "the function in the paste text is another one"
    );
    let manifest = read("Cargo.toml");
    for kind in ["checkmk", "icinga2", "nagios", "wazuh", "zabbix"] {
        let text = read(&format!("src/core/source/paste/{kind}.txt"));
        for path in text.split_whitespace().filter(|word| word.starts_with("packaging/")) {
            assert!(manifest.contains(&format!("\"{path}\"")), "{path} is in no package");
        }
    }
}

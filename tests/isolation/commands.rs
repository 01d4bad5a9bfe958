//! Every command of the program, as one client's people with the other's ids, against ids of nobody's.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use alert_whisperer::core::person::Scope;
use alert_whisperer::core::role::Role;
use alert_whisperer::engine::operator::Process;
use alert_whisperer::engine::{self, socket};

use crate::house::{House, NOBODY, OURS, SECRET, THEIRS, person, tenant};

/// Commands that ask an engine about what has an id. `ID` is a client's, and begins those of its things.
const COMMANDS: &[&str] = &[
    "incidents --tenant ID",
    "alerts --tenant ID",
    "runbooks --incident ID-i1",
    "run ID-i1 --command true",
    "run ID-i1 --command true --yes",
    "executions --tenant ID",
    "execution ID-x1",
    "cancel ID-x1",
    "approve ID-x1",
    "reject ID-x1 --why no",
    "nodes --tenant ID",
    "tenant show ID",
    "tenant set ID name=x",
    "tenant rotate-key ID",
    "tenant rotate-secret ID",
    "tenant signing ID off",
    "tenant verify ID",
    "tenant activate ID --name web-01 --platform linux",
    "tenant backup ID OUT",
    "tenant export ID OUT",
    "tenant erase ID --yes",
    "tenant remove ID --yes",
    "source add ID zabbix --kind zabbix",
    "source list ID",
    "source show ID alerts",
    "source set ID alertmanager --auth bearer",
    "source rotate-key ID alerts",
    "source rotate-secret ID alerts",
    "source remove ID zabbix --yes",
    "source paste ID alerts",
    "source test --tenant ID alerts /dev/null",
    "source unread ID",
    "source replay ID",
    "source discard ID 1 --yes",
    "source topics ID alerts",
    "source topics ID alerts --approve arn:aws:sns:eu-west-1:111122223333:alarms",
    "audit show --tenant ID",
    "audit verify --tenant ID",
    "session list --tenant ID",
    "session list --incident ID-i1",
    "session show ID-s1",
    "session replay ID-s1",
    "session export ID-s1 OUT",
    "session end ID-s1",
    "session verify ID-s1",
    "session run --incident ID-i1 -- true",
    "session forward --incident ID-i1 --port 5432",
];

/// Commands that name nothing: they show only what is theirs.
const AT_LARGE: &[&str] =
    &["incidents", "alerts", "executions", "approvals", "tenant list", "session list", "source list", "user list"];

/// Commands that ask no engine, or are no question: each with why it is not tried here.
const OTHERS: &[(&str, &str)] = &[
    ("tui", "a seat: what it is shown is the feed's, which has trials of its own"),
    ("attach", "the same, over the network"),
    ("serve", "the engine itself"),
    ("demo", "an engine of its own"),
    ("send", "a sender, by its key"),
    ("tail", "the feed"),
    ("check", "of the whole house: for who has the data folder"),
    ("completions", "asks nothing"),
    ("man", "asks nothing"),
    ("help", "asks nothing"),
];

fn program(data: &Path, words: &[String]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alert-whisperer"));
    command.env_clear().env("HOME", data).arg("--data-dir").arg(data).args(words).stdin(Stdio::null());
    let done = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{:?}\n{}\n{}", done.status.code(), text(&done.stdout), text(&done.stderr))
}

/// What a command says, with whoever it names left out.
fn said(data: &Path, command: &str, id: &str) -> String {
    let out = data.join("out").display().to_string();
    let words: Vec<String> = command.split(' ').map(|word| word.replace("ID", id).replace("OUT", &out)).collect();
    program(data, &words).replace(id, "ID")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_answers_another_tenant_s_ids_like_nobody_s() {
    let house = House::new().await;
    let data = house.dir.path().to_owned();
    let listener = socket::bind(&data.join("engine.sock"), None).unwrap();
    let serving = tokio::spawn(socket::serve(listener, house.running.handle().clone()));
    let me = Process::own().operator().who;
    let ours = Scope::Some([tenant(OURS)].into());
    house.people.change(engine::now(), |book| book.add(person(&me, Role::Admin, ours))).unwrap();
    tokio::task::spawn_blocking(move || {
        for command in COMMANDS {
            let (theirs, nobodys) = (said(&data, command, THEIRS), said(&data, command, NOBODY));
            assert_eq!(theirs, nobodys, "{command}");
            assert!(!theirs.starts_with("Some(0)"), "{command}: {theirs}");
            assert!(!theirs.contains("--help"), "{command} is not called like that: {theirs}");
        }
        for command in AT_LARGE {
            let all = said(&data, command, NOBODY);
            assert!(!all.contains(THEIRS) && !all.contains(SECRET), "{command}: {all}");
        }
        let own = said(&data, "incidents", NOBODY);
        assert!(own.starts_with("Some(0)") && own.contains("Acme"), "they have one of their own: {own}");
    })
    .await
    .unwrap();
    serving.abort();
}

#[test]
fn no_command_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let first = |command: &&str| command.split(' ').next().unwrap().to_owned();
    let tried: BTreeSet<String> =
        COMMANDS.iter().chain(AT_LARGE).map(first).chain(OTHERS.iter().map(|(name, _)| (*name).to_owned())).collect();
    let help = program(dir.path(), &["--help".to_owned()]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let known: BTreeSet<String> = commands
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(known.difference(&tried).collect::<Vec<_>>(), Vec::<&String>::new(), "of {known:?}");
    assert!(known.len() > 20, "{help}");
}

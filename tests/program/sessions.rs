//! What the command line says of sessions, and what it does with their recordings.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use alert_whisperer::action::session::recording::{Recording, desk, kept};
use alert_whisperer::core::audit::Record;
use alert_whisperer::core::id::{SessionId, TenantId};
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::session::step::{OnSession, Step};
use alert_whisperer::core::session::{End, Kind, Session, Stage, Wish};
use alert_whisperer::core::time::{Moment, Span};
use alert_whisperer::demo::aws::faults::Fault;
use alert_whisperer::engine::{self, Running};
use alert_whisperer::link::session::Size;
use alert_whisperer::store::lock::DataDirLock;
use alert_whisperer::store::{lock, sqlite};
use bytes::Bytes;
use tokio::runtime::Runtime;

use super::machines::House;
use super::program::{Serve, json, run};
use super::{add, failure, text};

const INSTANCE: &str = "i-0123456789abcdef0";

/// What a terminal would obey: titles, the clipboard, questions, another screen; and what it would reorder.
const HOSTILE: &str = "\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[c\x1b[6n\x1bP+q544e\x1b\\\u{202e}abc\u{200b}";

/// An engine of our own on a data folder, and what it recorded there.
struct Engine {
    dir: PathBuf,
    runtime: Runtime,
    running: Running,
    _lock: DataDirLock,
}

impl Engine {
    fn enter(dir: &Path) -> Self {
        let lock = lock::hold(dir).unwrap();
        let place = dir.to_owned();
        let options = engine::Options {
            declared: Vec::new(),
            technicians: Vec::new(),
            public_url: String::new(),
            clock: engine::wall_clock(),
            people: Default::default(),
            own_log: Default::default(),
        };
        let running = engine::start(move || sqlite::open(&place), options).unwrap();
        Self { dir: dir.to_owned(), runtime: Runtime::new().unwrap(), running, _lock: lock }
    }

    fn leave(self) {
        self.running.stop();
    }

    fn step(&self, number: u64, step: Step) -> SessionId {
        let by = Actor { who: "priya".into(), seat: "jump-1".into() };
        let on = OnSession { session: number, by, step };
        self.runtime.block_on(self.running.handle().step_session(&acme(), on)).unwrap()
    }

    /// A session that is open.
    fn open(&self, asset: &str) -> SessionId {
        let wish = Wish { incident: None, instance: INSTANCE.parse().unwrap(), asset: asset.into(), kind: Kind::Shell };
        let id = self.step(0, Step::Ask { wish: Box::new(wish) });
        self.step(id.number, Step::Started { aws_id: "priya-0123456789abcdef0".into() });
        self.step(id.number, Step::Opened { local_port: None });
        id
    }

    /// One that has shown these texts, a second apart, and is over.
    fn over(&self, asset: &str, texts: &[&str]) -> SessionId {
        let id = self.open(asset);
        let kept = self.runtime.block_on(record(&self.dir, &id, asset, texts));
        self.step(
            id.number,
            Step::Ended { how: End::Exited, why: None, exit_code: None, recording: kept.map(Box::new) },
        );
        id
    }
}

fn acme() -> TenantId {
    "comp_acme".parse().unwrap()
}

async fn record(
    dir: &Path,
    id: &SessionId,
    asset: &str,
    texts: &[&str],
) -> Option<alert_whisperer::core::session::Recording> {
    let begun = Moment(1_790_000_000_000);
    let by = Actor { who: "priya".into(), seat: "jump-1".into() };
    let session = Session {
        id: id.clone(),
        wish: Wish { incident: None, instance: INSTANCE.parse().unwrap(), asset: asset.into(), kind: Kind::Shell },
        by,
        asked_at: begun,
        stage: Stage::Open,
        aws_id: None,
        opened_at: Some(begun),
        ended_at: None,
        driver: None,
        watchers: Vec::new(),
        detached: false,
        local_port: None,
        exit_code: None,
        recording: None,
    };
    let size = Size { cols: 40, rows: 4 };
    let recording = Recording::begin(&kept::folder(dir, &id.tenant), &session, size, false);
    for (second, text) in (0..).zip(texts) {
        recording.output(begun + Span(second * 1_000), Bytes::copy_from_slice(text.as_bytes()));
    }
    recording.end().await
}

fn file(dir: &Path, id: &SessionId) -> PathBuf {
    kept::folder(dir, &id.tenant).join(kept::file_of(id))
}

#[test]
fn sessions_are_listed_and_shown_with_what_is_kept_of_them() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "comp_acme");
    add(dir.path(), "comp_bolt");
    let house = Engine::enter(dir.path());
    let over = house.over(&format!("web{HOSTILE}"), &["hello\r\n"]);
    let open = house.open("db-01");
    house.leave();

    let listed = json(dir.path(), &["session", "list"]);
    let ids: Vec<_> = listed.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [open.to_string(), over.to_string()]);
    assert_eq!(listed[1]["recording"]["file"], "comp_acme-s1.cast");
    let said = text(&run(dir.path(), &["session", "list", "--tenant", "comp_acme", "--open"]));
    assert!(
        said.contains("comp_acme-s2") && said.contains("shell on db-01") && !said.contains("comp_acme-s1"),
        "{said}"
    );
    assert_eq!(json(dir.path(), &["session", "list", "--tenant", "comp_bolt"]), serde_json::json!([]));

    let shown = text(&run(dir.path(), &["session", "show", "comp_acme-s1"]));
    let kept = &listed[1]["recording"];
    for part in ["ended", "priya at jump-1", INSTANCE, "comp_acme-s1.cast", kept["sha256"].as_str().unwrap()] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()) && !shown.contains('\u{202e}'), "{shown:?}");
    let (code, line) = failure(&run(dir.path(), &["session", "show", "comp_acme-s9"]));
    assert!(code == 1 && line.contains("no such session"), "{line}");
}

#[test]
fn a_recording_is_exactly_what_the_log_says_or_it_is_told() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "comp_acme");
    let house = Engine::enter(dir.path());
    let [whole, changed, missing, removed] = ["a", "b", "c", "d"].map(|text| house.over("web-01", &[text]));
    let open = house.open("web-01");
    let ended = house.open("web-01");
    house.step(ended.number, Step::Ended { how: End::NotOpened, why: None, exit_code: None, recording: None });
    let by = Actor::program("");
    let mut record = Record::of(&by, Moment(1_790_000_000_000), desk::REMOVED, removed.to_string());
    record.outcome = "older than 90 days".into();
    house.runtime.block_on(house.running.handle().noted(&acme(), record)).unwrap();
    house.leave();

    // A byte, and the length stays.
    let mut bytes = fs::read(file(dir.path(), &changed)).unwrap();
    *bytes.last_mut().unwrap() = b' ';
    fs::write(file(dir.path(), &changed), bytes).unwrap();
    fs::remove_file(file(dir.path(), &missing)).unwrap();
    fs::remove_file(file(dir.path(), &removed)).unwrap();

    let good = run(dir.path(), &["session", "verify", &whole.to_string()]);
    assert!(text(&good).contains("whole"), "{good:?}");
    let all = run(dir.path(), &["session", "verify", "--tenant", "comp_acme", "--json"]);
    assert_eq!(all.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&all.stderr).contains("2 of 6 recordings"), "{all:?}");
    let found: serde_json::Value = serde_json::from_slice(&all.stdout).unwrap();
    let states: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["session"].as_str().unwrap().to_owned(), one["state"].as_str().unwrap()))
        .collect();
    let expected = [
        (whole, "whole"),
        (changed, "changed"),
        (missing, "missing"),
        (removed, "removed"),
        (open, "open"),
        (ended, "not_recorded"),
    ];
    assert_eq!(states, expected.map(|(id, state)| (id.to_string(), state)));
    let (code, line) = failure(&run(dir.path(), &["session", "verify", "comp_acme-s99"]));
    assert!(code == 1 && line.contains("no session comp_acme-s99"), "{line}");
}

#[test]
fn an_export_is_the_file_and_that_it_was_read_is_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "comp_acme");
    let house = Engine::enter(dir.path());
    // More than one answer holds.
    let id = house.over("web-01", &["x".repeat(700_000).as_str(), HOSTILE]);
    house.leave();
    let whole = fs::read(file(dir.path(), &id)).unwrap();

    let to = dir.path().join("out.cast");
    let export = ["session", "export", &id.to_string(), to.to_str().unwrap()];
    text(&run(dir.path(), &export));
    assert!(fs::read(&to).unwrap() == whole);
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    let (code, line) = failure(&run(dir.path(), &export));
    assert!(code == 1 && line.contains("cannot make"), "{line}");
    assert!(run(dir.path(), &export[..3]).stdout == whole);
    let (code, line) = failure(&run(dir.path(), &["session", "export", "comp_acme-s9"]));
    assert!(code == 1 && line.contains("there is no recording"), "{line}");

    let log = json(dir.path(), &["audit", "show", "--tenant", "comp_acme"]);
    let read = |outcome: &str| {
        let entries = log.as_array().unwrap().iter();
        entries
            .filter(|one| one["what"] == "session.recording" && one["outcome"].as_str().unwrap().starts_with(outcome))
            .count()
    };
    assert_eq!((read("done"), read("refused: there is no recording")), (3, 1));
}

#[test]
fn a_replay_prints_what_is_left_and_nothing_that_a_terminal_obeys() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "comp_acme");
    let house = Engine::enter(dir.path());
    let lines: String = (1..=9).map(|n| format!("\x1b[32mline {n}\x1b[0m\r\n")).collect();
    let id = house.over("web-01", &[&lines, HOSTILE, "wrong\rright\r\n"]);
    house.leave();
    let played = text(&run(dir.path(), &["session", "replay", &id.to_string()]));
    let (first, last) = ((1..=9).map(|n| format!("line {n}")).collect::<Vec<_>>(), played.lines().last().unwrap());
    assert_eq!(played.lines().take(9).collect::<Vec<_>>(), first);
    assert!(last.contains("right") && !played.contains("owned"), "{played:?}");
    assert!(played.chars().all(|c| c == '\n' || !c.is_control()) && !played.contains('\u{202e}'), "{played:?}");

    // Cut off in the middle of a line, as by a crash.
    let mut bytes = fs::read(file(dir.path(), &id)).unwrap();
    bytes.truncate(bytes.len() - 5);
    let torn = dir.path().join("torn.cast");
    fs::write(&torn, bytes).unwrap();
    let played = run(dir.path(), &["session", "replay", torn.to_str().unwrap()]);
    assert!(played.status.success() && String::from_utf8_lossy(&played.stderr).contains("cut off here"), "{played:?}");
    fs::write(&torn, "{\"version\":1}\n").unwrap();
    let (code, line) = failure(&run(dir.path(), &["session", "replay", torn.to_str().unwrap()]));
    assert!(code == 1 && line.contains("is no asciicast v2"), "{line}");
}

#[test]
fn a_recording_is_for_those_who_may_open_sessions_there() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "comp_acme");
    let engine = Engine::enter(dir.path());
    let id = engine.over("web-01", &["secret"]);
    engine.leave();
    let config = dir.path().join("config.toml");
    fs::write(&config, "[[technicians]]\nname = \"somebody-else\"\ntenants = [\"*\"]\nlead = true\n").unwrap();
    let read =
        |command: &str| run(dir.path(), &["--config", config.to_str().unwrap(), "session", command, &id.to_string()]);
    let may = text(&read("replay"));
    assert_eq!(may, "secret\n");
    text(&run(dir.path(), &["tenant", "set", "comp_acme", "actions.sessions=lead"]));
    for command in ["replay", "export"] {
        let (code, line) = failure(&read(command));
        assert!(code == 1 && line.contains("ask a lead"), "{line}");
    }
    let log = text(&run(dir.path(), &["audit", "show", "--tenant", "comp_acme"]));
    assert!(log.contains("refused: recordings are for those who may open sessions here"), "{log}");
}

#[test]
fn a_recording_that_is_too_old_goes_when_an_engine_starts_and_that_is_in_the_log() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "comp_acme");
    let engine = Engine::enter(dir.path());
    let [old, young] = ["a", "b"].map(|text| engine.over("web-01", &[text]));
    engine.leave();
    let age = |id: &SessionId, days: u64| {
        let open = fs::File::options().append(true).open(file(dir.path(), id)).unwrap();
        open.set_modified(SystemTime::now() - Duration::from_secs(days * 86_400 + 60)).unwrap();
    };
    age(&old, 90);
    age(&young, 89);
    let _serve = Serve::start(dir.path());
    let until = Instant::now() + Duration::from_secs(30);
    while file(dir.path(), &old).exists() {
        assert!(Instant::now() < until, "it is there still");
        std::thread::yield_now();
    }
    assert!(file(dir.path(), &young).exists());
    let states = json(dir.path(), &["session", "verify", "--tenant", "comp_acme"]);
    assert_eq!((&states[0]["state"], &states[1]["state"]), (&"removed".into(), &"whole".into()));
    assert!(states[0]["says"].as_str().unwrap().ends_with("older than 90 days"), "{states}");
}

/// A command that writes to both of its outputs and does not succeed.
const FAILS: &[&str] = &["--", "echo out; echo err >&2; exit 3"];

fn there(arguments: &[&'static str]) -> Vec<&'static str> {
    [&["session", "run", "--tenant", "comp_acme", "--instance", INSTANCE], arguments].concat()
}

#[test]
fn a_commands_exit_code_is_ours_and_what_it_wrote_is_recorded() {
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    let ran = house.run(&there(FAILS));
    let (wrote, said) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert_eq!((ran.status.code(), &*said), (Some(3), ""), "{wrote}");
    let mut lines: Vec<_> = wrote.lines().collect();
    lines.sort_unstable();
    assert_eq!((lines, wrote.ends_with('\n'), wrote.contains('\r')), (vec!["err", "out"], true, false));

    let ran = house.run(&["session", "run", "--incident", "comp_acme-i1", "--json", "--", "printf", "fine"]);
    assert!(ran.status.success(), "{ran:?}");
    let session: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!((&session["id"], &session["exit_code"]), (&"comp_acme-s2".into(), &0.into()));
    assert_eq!((&session["output"], &session["wish"]["asset"]), (&"fine".into(), &"web-03".into()));

    let verified = house.run(&["session", "verify", "--tenant", "comp_acme"]);
    assert_eq!(text(&verified).matches(" whole ").count(), 2, "{verified:?}");
    let export = house.run(&["session", "export", "comp_acme-s1"]);
    assert!(text(&export).contains(r#""out\r\n"#), "{export:?}");
    let listed = house.json(&["session", "list", "--incident", "comp_acme-i1"]);
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["id"]), (1, &"comp_acme-s2".into()));
}

#[test]
fn a_command_runs_without_an_engine_too_and_one_that_does_not_run_has_no_code_of_its_own() {
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    serve.terminate();
    serve.wait();
    assert_eq!(house.run(&there(FAILS)).status.code(), Some(3));
    assert!(text(&house.run(&["session", "verify", "comp_acme-s1"])).contains("whole"));

    let nowhere = ["session", "run", "--tenant", "comp_acme", "--instance", "i-0fffffffffffffff0", "--", "true"];
    let (code, line) = failure(&house.run(&nowhere));
    assert!(code == 255 && line.contains("comp_acme-s2: did not open: "), "{line}");
    let (code, line) = failure(&house.run(&["session", "run", "--instance", INSTANCE, "--", "true"]));
    assert!(code == 2 && line.contains("--tenant"), "{line}");
    let (code, line) = failure(&house.run(&[&["--read-only"], &there(FAILS)[..]].concat()));
    assert!(code == 2 && line.contains("--read-only"), "{line}");
}

/// A command on a machine that goes on until somebody ends it.
fn goes_on(house: &House) -> std::process::Child {
    use std::io::Read as _;
    let mut run = house.program();
    run.args(there(&["--", "echo on; sleep 600"])).stdout(std::process::Stdio::piped());
    let mut run = run.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut on = [0; 2];
    run.stdout.as_mut().unwrap().read_exact(&mut on).unwrap();
    assert_eq!(&on, b"on");
    run
}

/// How it ends, with a word about why.
fn code(run: std::process::Child) -> Option<i32> {
    let ended = run.wait_with_output().unwrap();
    assert!(ended.stderr.starts_with(b"alert-whisperer: "), "{ended:?}");
    ended.status.code()
}

/// How many sessions go on at the machines.
fn going_on(house: &House) -> usize {
    house.stand_in.sessions().iter().filter(|session| session.status != "Terminated").count()
}

/// Waits for it.
fn until(holds: impl Fn() -> bool, unless: &str) {
    let patience = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < patience, "{unless}");
        std::thread::yield_now();
    }
}

fn ends(house: &House) -> Vec<(String, String)> {
    let listed = house.json(&["session", "list", "--tenant", "comp_acme"]);
    let listed = listed.as_array().unwrap().iter().rev();
    listed.map(|one| (one["stage"]["how"].to_string(), one["stage"]["why"].to_string())).collect()
}

#[test]
fn ctrl_c_is_for_the_command_and_the_end_of_a_forward() {
    use std::io::{BufRead as _, BufReader, Write as _};
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    let begin = |arguments: &[&str]| {
        let mut begun = house.program();
        let mut begun = begun.args(arguments).stdout(std::process::Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(begun.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        (begun, line)
    };
    let interrupt = |mut begun: std::process::Child| {
        let pid = rustix::process::Pid::from_child(&begun);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        begun.wait().unwrap().code()
    };
    let (run, on) = begin(&there(&["--", "trap 'exit 7' INT; echo on; while :; do sleep 0.01; done"]));
    assert_eq!((on.as_str(), interrupt(run)), ("on\n", Some(7)));

    house.stand_in.faults().manner(|manner| manner.loopback = false);
    let to = ["session", "forward", "--tenant", "comp_acme", "--instance", INSTANCE, "--port", "80"];
    let (forward, address) = begin(&to);
    let mut page = std::net::TcpStream::connect(address.trim_end()).unwrap();
    page.write_all(b"GET / HTTP/1.1\r\nHost: there\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    BufReader::new(page).read_line(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!((interrupt(forward), going_on(&house)), (Some(0), 0));
    drop(serve);
}

#[test]
fn an_end_that_aws_does_not_let_us_have_is_said() {
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    let run = goes_on(&house);
    house.stand_in.faults().next("TerminateSession", Fault::Denied);
    let ended = house.run(&["session", "end", "comp_acme-s1"]);
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(told.starts_with("alert-whisperer: comp_acme-s1: AWS was not to be moved to end it"), "{ended:?}");
    assert_eq!((text(&ended).as_str(), going_on(&house)), ("comp_acme-s1 is ended\n", 1));
    assert_eq!(code(run), Some(255));
    drop(serve);
}

#[test]
fn no_session_outlives_its_engine_however_that_ends() {
    let house = House::with("");
    let serve = Serve::of(house.program(), &[]);
    house.client(&serve);
    let run = goes_on(&house);
    serve.terminate();
    assert!(serve.wait().0.success());
    assert_eq!((house.stand_in.sessions().len(), going_on(&house)), (1, 0));
    assert_eq!(code(run), Some(255));

    let serve = Serve::of(house.program(), &[]);
    let run = goes_on(&house);
    let recording = house.data().join("tenants/comp_acme/recordings/comp_acme-s2.cast");
    until(|| fs::metadata(&recording).is_ok_and(|file| file.len() > 0), "nothing of s2 was recorded");
    serve.kill();
    assert_eq!(code(run), Some(255));
    assert_eq!(going_on(&house), 1);
    let serve = Serve::of(house.program(), &[]);
    until(|| going_on(&house) == 0 && ends(&house)[1].0 != "null", "s2 is not ended by the next engine");
    let said = ends(&house);
    assert!(said[0].1.contains("the engine stopped") && said[1].1.contains("the engine that held it"), "{said:?}");
    let verified = house.run(&["session", "verify", "--tenant", "comp_acme"]);
    assert_eq!(text(&verified).matches(" whole ").count(), 2, "{verified:?}");

    // A seat that is asked to go ends what it began; one that is killed leaves it to the engine.
    let asked = goes_on(&house);
    let pid = rustix::process::Pid::from_child(&asked);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(code(asked), Some(255));
    assert_eq!(going_on(&house), 0);
    let mut killed = goes_on(&house);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(going_on(&house), 1);
    text(&house.run(&["session", "end", "comp_acme-s4"]));
    assert_eq!(going_on(&house), 0);

    // So does one whose output nobody reads any more.
    let mut unread = house.program();
    unread.args(there(&["--", "while :; do echo on; sleep 0.01; done"])).stdout(std::process::Stdio::piped());
    let mut unread = unread.spawn().unwrap();
    std::io::Read::read_exact(unread.stdout.as_mut().unwrap(), &mut [0; 2]).unwrap();
    drop(unread.stdout.take());
    assert_eq!(unread.wait().unwrap().code(), Some(255));
    assert_eq!(going_on(&house), 0);
    drop(serve);
}

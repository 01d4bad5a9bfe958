//! The book of people on the command line, with an engine running and without one.

use super::program::{Serve, json, run};
use super::{add, failure, text};

#[test]
fn people_are_kept_and_a_token_is_shown_once() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    add(dir.path(), "comp_acme");
    let said = text(&run(dir.path(), &["user", "add", "priya", "--role", "technician", "--tenant", "comp_acme"]));
    assert_eq!(said, "priya is technician of comp_acme\n");
    assert_eq!(text(&run(dir.path(), &["user", "add", "ann", "--role", "admin"])), "ann is admin of all clients\n");
    let made = run(dir.path(), &["user", "token", "priya"]);
    let token = text(&made).trim_end().to_owned();
    assert_eq!((token.split('.').count(), token.contains(char::is_whitespace)), (3, false), "fit for $(…)");
    assert!(!String::from_utf8(made.stderr).unwrap().contains(&token));
    let other = json(dir.path(), &["user", "token", "priya", "--ttl", "30m"]);
    assert_eq!((&other["name"], &other["tenants"][0]), (&"priya".into(), &"comp_acme".into()));
    let shown = json(dir.path(), &["user", "show", "priya"]);
    assert_eq!((shown["tokens"].as_array().unwrap().len(), &shown["tokens"][0]["id"]), (2, &other["id"]));
    drop(serve);

    let list = json(dir.path(), &["user", "list"]);
    let names: Vec<_> = list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ann", "priya"], "without an engine too");
    assert_eq!(list[0]["tenants"], serde_json::json!(["*"]));
    let id = other["id"].as_str().unwrap();
    text(&run(dir.path(), &["user", "revoke", "priya", "--token", id]));
    text(&run(dir.path(), &["user", "set", "priya", "--role", "lead"]));
    assert_eq!(text(&run(dir.path(), &["user", "rotate-keys", "--revoke"])), "done; one token was taken back\n");
    let people = String::from_utf8(run(dir.path(), &["check"]).stdout).unwrap();
    assert!(people.contains("2 in the book, 1 of them admin of all clients"), "{people}");
    text(&run(dir.path(), &["user", "remove", "priya"]));
    let secret = other["token"].as_str().unwrap();
    for file in ["people.json", "audit/engine.jsonl"] {
        let kept = std::fs::read_to_string(dir.path().join(file)).unwrap();
        assert!(!kept.contains(&token) && !kept.contains(secret), "{file}");
    }

    for (command, code, says) in [
        (&["user", "show", "priya"][..], 1, "no such person"),
        (&["user", "add", "ann", "--role", "admin"], 1, "in the book already"),
        (&["user", "add", "Ann", "--role", "admin"], 2, "a name is 1 to 64 of"),
        (&["user", "add", "eve", "--role", "root"], 2, "a role is viewer, technician, lead or admin"),
        (&["user", "add", "eve", "--role", "lead", "--tenant", "comp_none"], 1, "no such tenant"),
        (&["user", "token", "ann", "--ttl", "25h"], 2, "a token is good for 1 minute to 24 hours"),
        (&["user", "revoke", "ann", "--token", "0123"], 1, "no such token"),
        (&["--read-only", "user", "remove", "ann"], 2, "read-only"),
    ] {
        let (is, said) = failure(&run(dir.path(), command));
        assert!(is == code && said.contains(says), "{command:?}: {is}, {said}");
    }
}

#[test]
fn the_engine_s_own_log_is_shown_and_what_was_done_to_it_found() {
    let dir = tempfile::tempdir().unwrap();
    add(dir.path(), "comp_acme");
    text(&run(dir.path(), &["user", "add", "ann", "--role", "admin"]));
    let shown = json(dir.path(), &["audit", "show", "--engine"]);
    let what: Vec<_> = shown.as_array().unwrap().iter().map(|entry| entry["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["tenant.add", "person.add"]);
    assert!(text(&run(dir.path(), &["audit", "verify", "--engine"])).starts_with("whole: 2 entries"));
    let path = dir.path().join("audit/engine.jsonl");
    let log = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, log.replace("ann", "eve")).unwrap();
    let (code, said) = failure(&run(dir.path(), &["audit", "verify", "--engine"]));
    assert!(code == 1 && said.contains("broken at entry 2: it was changed"), "{said}");
    std::fs::write(&path, log.split_inclusive('\n').next().unwrap()).unwrap();
    let (code, said) = failure(&run(dir.path(), &["audit", "verify", "--engine"]));
    assert!(code == 1 && said.contains("broken at entry 2"), "{said}");
}

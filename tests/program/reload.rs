//! A configuration that changes while the engine runs, and what `check` says of one that is wrong.

use rustix::process::Signal;

use super::program::{Serve, json, run};
use super::{failure, text};

/// Runs `check` until it says what it should. That it never does is told by the count.
fn until(what: &str, mut said: impl FnMut() -> bool) {
    assert!((0..400).any(|_| said()), "{what} never came");
}

#[test]
fn a_hang_up_has_the_configuration_read_again_and_a_mistake_in_it_leaves_the_old() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mine.toml");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    write("[[tenants]]\nid = 'comp_acme'\nsla = { critical = { respond = '15m' } }\n");
    let serve = Serve::with(dir.path(), &["--config", file.to_str().unwrap()]);
    let respond = || json(dir.path(), &["tenant", "show", "comp_acme"])["sla"]["critical"]["respond"].clone();
    assert_eq!(respond(), "15m");
    let (code, line) = failure(&run(dir.path(), &["tenant", "set", "comp_acme", "sla.critical.respond=20m"]));
    assert!(code == 1 && line.contains("mine.toml:3"), "{code} {line}");
    text(&run(dir.path(), &["tenant", "set", "comp_acme", "sla.critical.resolve=4h"]));

    write("[[tenants]]\nid = 'comp_acme'\nsla = { critical = { respond = '15 minutes' } }\n");
    serve.signal(Signal::HUP);
    until("the mistake", || {
        let checked = String::from_utf8(run(dir.path(), &["check"]).stdout).unwrap();
        checked.contains("mine.toml:3: `sla.critical.respond` takes 15m, 4h, 1h30m, 2d or off")
    });
    assert_eq!(respond(), "15m");

    write("[[tenants]]\nid = 'comp_acme'\nsla = { critical = { respond = '20m' } }\n\n[[tenants]]\nid = 'comp_bolt'\n");
    serve.signal(Signal::HUP);
    until("what is declared", || respond() == "20m");
    until("the mistake's end", || run(dir.path(), &["check"]).status.success());
    let ids = json(dir.path(), &["tenant", "list"]);
    assert_eq!(ids.as_array().unwrap().len(), 2, "{ids}");
    serve.terminate();
    let (status, log) = serve.wait();
    assert!(status.success() && log.contains("15 minutes") || log.contains("takes 15m"), "{log}");
}

#[test]
fn check_names_the_line_of_a_key_that_does_nothing_and_of_a_technician_nobody_knows() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mine.toml");
    let check = |config: &str| {
        std::fs::write(&file, config).unwrap();
        run(dir.path(), &["--config", file.to_str().unwrap(), "check"])
    };
    let checked = check("[keys]\n\"z z\" = 'resolve'\n\"ctrl-i\" = 'zoom'\n[ui]\ntheme = 'drak'\n");
    let out = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(1), "{out}");
    for said in
        ["mine.toml:2: [keys] \"z z\" is never reached", "mine.toml:3: [keys] \"ctrl-i\": a terminal", "no theme drak"]
    {
        assert!(out.lines().any(|line| line.starts_with("WRONG") && line.contains(said)), "{said}: {out}");
    }
    let (code, line) = failure(&check("[[technicians]]\nname = 'sam'\nskills = ['Databse']\n"));
    assert!(code == 2 && line.ends_with("mine.toml:3: no skill `Databse`; did you mean `Database`?"), "{code} {line}");
    text(&check("[[technicians]]\nname = 'sam'\nskills = ['Database']\n"));
}

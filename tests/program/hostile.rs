//! Text from outside does nothing to the terminal of whoever lists it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Stdio;

use super::corpus::{self, SHORT};
use super::program::{Serve, program, run};
use super::{add, alert, post, signed, text};

/// A command prints lines, and nothing else that a terminal obeys.
pub fn assert_safe(what: &str, printed: &str) {
    assert_eq!(corpus::hostile_in(&printed.replace('\n', " ")), None, "{what}");
}

#[test]
fn no_command_prints_what_a_terminal_obeys() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let tenant = add(dir.path(), "comp_acme");
    // What the operating system lets an argument hold.
    let hostile = corpus::all();
    let name = SHORT.replace('\0', "");
    text(&run(
        dir.path(),
        &["tenant", "set", "comp_acme", &format!("name={name}"), &format!("critical_assets={name}")],
    ));

    let mut tails = Vec::new();
    for more in [&[][..], &["--json"]] {
        let mut tail = program(dir.path()).arg("tail").args(more).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(tail.stdout.take().unwrap());
        tails.push((tail, lines));
    }
    let long = corpus::long(&hostile, 1 << 20);
    let body = serde_json::json!({
        "asset_name": hostile, "signature": hostile, "severity": "high", "message": long, "tool_source": SHORT,
        "labels": { &hostile: hostile }, "instance_id": SHORT,
    });
    // A tail hears only what happens after it has come: post until each has heard something.
    std::thread::scope(|scope| {
        let heard = tails.iter_mut().map(|(tail, lines)| {
            scope.spawn(move || {
                let mut line = String::new();
                lines.read_line(&mut line).unwrap();
                tail.kill().unwrap();
                lines.read_to_string(&mut line).unwrap();
                tail.wait().unwrap();
                line
            })
        });
        let heard: Vec<_> = heard.collect();
        let mut number = 0;
        while number == 0 || !heard.iter().all(|tail| tail.is_finished()) {
            number += 1;
            let mut body = body.clone();
            body["labels"]["number"] = number.to_string().into();
            let (status, answer) = post(&serve, &signed(&tenant, &body.to_string()));
            assert_eq!(status, 200, "{answer}");
        }
        for tail in heard {
            let line = tail.join().unwrap();
            assert!(line.contains("owned"), "{line:?}");
            assert_safe("tail", &line);
        }
    });

    for command in [&["alerts"][..], &["incidents"], &["tenant", "list"], &["tenant", "show", "comp_acme"], &["check"]]
    {
        for more in [&[][..], &["--json"]] {
            let arguments = [command, more].concat();
            let printed = text(&run(dir.path(), &arguments));
            assert!(command[0] == "check" || printed.contains("owned"), "{arguments:?}: {printed}");
            assert_safe(&arguments.join(" "), &printed);
        }
    }
    // In JSON nothing is left out: it is only written so that no terminal obeys it.
    let listed = super::program::json(dir.path(), &["tenant", "list"]);
    assert_eq!(listed[0]["name"], name.as_str());
    post(&serve, &signed(&tenant, &alert("quiet", "the engine goes on")));
}

#[test]
fn an_answer_from_a_hostile_receiver_is_shown_as_one_line() {
    let dir = tempfile::tempdir().unwrap();
    for (status, body) in [("500 No", corpus::all()), ("200 OK", format!("{{\"message\":{:?}}}", "x\u{9b}\u{202e}"))] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answering = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            while request.read_line(&mut line).unwrap() > 2 {
                line.clear();
            }
            write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
                .unwrap();
        });
        let alert = ["--key", "k", "--asset", HOSTILE_ASSET, "--signature", "s", "--severity", "low"];
        let output = run(dir.path(), &[&["send", "--url", &url], &alert[..]].concat());
        answering.join().unwrap();
        for printed in [&output.stdout, &output.stderr] {
            assert_safe("send", std::str::from_utf8(printed).unwrap());
        }
        assert_eq!([&output.stdout[..], &output.stderr].concat().iter().filter(|byte| **byte == b'\n').count(), 1);
    }
}

const HOSTILE_ASSET: &str = "\u{1b}[2J";

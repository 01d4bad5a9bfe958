//! The corpus of hostile texts posted to a source of every kind, and a seat in front of it: of what its terminal is sent, every
//! sequence is one that we write.

use std::path::{Path, PathBuf};

use portable_pty::{CommandBuilder, PtySize};
use serde_json::Value;

use super::corpus::{self, CORPUS, SHORT};
use super::hostile::assert_safe;
use super::program::{Connection, Serve, json, program, run};
use super::terminal::{Terminal, many};
use super::text;

const SIZE: (u16, u16) = (50, 140);

/// A kind, and a body of its tool with an alert in it.
fn senders() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/senders");
    let mut all = Vec::new();
    for folder in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let good = files.into_iter().find(|file| {
            let reading: Value = match std::fs::read(file.with_extension("reading.json")) {
                Ok(reading) => serde_json::from_slice(&reading).unwrap(),
                Err(_) => return false,
            };
            let plain = ["mapping", "attributes", "unreadable"].iter().all(|name| reading[name].is_null());
            file.extension().is_some_and(|end| end == "json") && plain && reading["alerts"][0].is_object()
        });
        let kind = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(good) = good else { panic!("{kind} has no body with an alert") };
        all.push((kind, good));
    }
    all.sort();
    all
}

/// The body with `text` behind each of its texts that `wanted` takes, and in one more pair of each object.
fn with(value: &Value, text: &str, wanted: &dyn Fn(&str) -> bool) -> Value {
    match value {
        Value::String(was) => match serde_json::from_str::<Value>(was) {
            Ok(inside @ Value::Object(_)) => with(&inside, text, wanted).to_string().into(),
            _ if wanted(was) => format!("{was}{text}").into(),
            _ => was.as_str().into(),
        },
        Value::Array(all) => all.iter().map(|value| with(value, text, wanted)).collect(),
        Value::Object(pairs) => {
            let mut all: serde_json::Map<_, _> =
                pairs.iter().map(|(name, value)| (name.clone(), with(value, text, wanted))).collect();
            all.insert(text.into(), text.into());
            all.into()
        }
        plain => plain.clone(),
    }
}

/// The first thing among what a terminal was sent that we do not write.
fn foreign(raw: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text,
        Err(error) => return Some(format!("no UTF-8 at {}", error.valid_up_to())),
    };
    let mut parts = text.split('\u{1b}');
    let mut shown = parts.next().unwrap().to_owned();
    for part in parts {
        let sequence =
            part.strip_prefix('[').and_then(|body| Some((body, body.find(|c: char| c.is_ascii_alphabetic())?)));
        let Some((body, end)) = sequence else { return Some(format!("ESC {part:.40}")) };
        let (parameters, rest) = body.split_at(end);
        let numbers = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':'));
        let ours = match (&rest[..1], parameters.strip_prefix('?')) {
            ("m" | "H" | "C" | "J" | "K", None) => numbers(parameters),
            ("h" | "l", Some(mode)) => ["7", "25", "1000", "1002", "1006", "1049", "2004", "2026"].contains(&mode),
            _ => false,
        };
        if !ours {
            return Some(format!("ESC {part:.40}"));
        }
        shown.push_str(&rest[1..]);
    }
    corpus::hostile_in(&shown.replace("\r\n", ""))
}

#[test]
fn what_a_terminal_is_sent_is_ours_whatever_the_senders_say() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    json(dir.path(), &["tenant", "add", "comp_acme"]);
    let evil = corpus::all();
    let name = SHORT.replace('\0', "");
    text(&run(dir.path(), &["tenant", "set", "comp_acme", &format!("name={name}")]));
    let senders = senders();
    let added = |(kind, file): &(String, PathBuf)| {
        let name = format!("of-{kind}");
        let add = ["source", "add", "comp_acme", &name, "--kind", kind, "--auth", "key"];
        let issued = json(dir.path(), &add);
        let reading = std::fs::read(file.with_extension("reading.json")).unwrap();
        let reading: Value = serde_json::from_slice(&reading).unwrap();
        // What its tool puts behind the URL.
        let name = reading["path"].as_str().map_or(name.clone(), |path| format!("{name}/{path}"));
        (name, file.clone(), issued["api_key"].as_str().unwrap().to_owned())
    };
    let sources: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            senders.chunks(8).map(|few| scope.spawn(|| few.iter().map(added).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });

    let mut connection = Connection::open(serve.address).unwrap();
    let mut post = |kind: &str, key: &str, body: &[u8]| {
        let head = format!("POST /api/webhooks/{kind}?api_key={key} HTTP/1.1\r\nHost: trial\r\nUser-Agent: a");
        let length = format!("\r\nContent-Length: {}\r\n\r\n", body.len());
        let request = [head.as_bytes(), b"\x9b31m\xc2\x9bz", length.as_bytes(), body].concat();
        let (status, answer) = connection.ask(&request).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert_safe(kind, &answer);
        assert!([200, 201, 202, 422, 400].contains(&status), "{kind}: {status} {answer}");
        status < 300
    };
    for (kind, file, key) in &sources {
        let body: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let bytes = |wanted: &dyn Fn(&str) -> bool, text: &str| serde_json::to_vec(&with(&body, text, wanted)).unwrap();
        let mut taken = post(kind, key, &bytes(&|_| true, &evil));
        // A free text, and none at all: only names and what is behind them.
        taken |= post(kind, key, &bytes(&|text| text.contains(' '), &evil));
        taken |= post(kind, key, &bytes(&|_| false, &evil));
        assert!(taken, "{kind} takes nothing of it");
        let whole = bytes(&|_| true, &evil);
        post(kind, key, &whole[..whole.len() - 1]);
    }
    let (kind, file, key) = &sources[0];
    let body: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    for (_, class) in CORPUS {
        post(kind, key, &serde_json::to_vec(&with(&body, class, &|_| true)).unwrap());
        post(kind, key, format!("{{\"a\":\"{class}").as_bytes());
    }
    let (native, file, native_key) = sources.iter().find(|(name, ..)| name == "of-native").unwrap();
    let mut long: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let one = if long.is_array() { &mut long[0] } else { &mut long };
    one["message"] = corpus::long(&evil, 1 << 20).into();
    assert!(post(native, native_key, &serde_json::to_vec(&long).unwrap()));
    post(kind, key, b"{\"a\":\"\x9b31m\xff\x1b[2J");

    let saved = dir.path().join("saved.json");
    std::fs::write(&saved, serde_json::to_vec(&with(&body, &evil, &|text| text.contains(' '))).unwrap()).unwrap();
    for command in [
        &["source", "list", "comp_acme"][..],
        &["source", "show", "comp_acme", kind],
        &["source", "unread", "comp_acme"],
        &["source", "test", kind.trim_start_matches("of-"), saved.to_str().unwrap()],
        &["alerts"],
        &["incidents"],
    ] {
        for more in [&[][..], &["--json"]] {
            let arguments = [command, more].concat();
            assert_safe(&arguments.join(" "), &text(&run(dir.path(), &arguments)));
        }
    }

    let seat = program(dir.path());
    let mut command = CommandBuilder::new(seat.get_program());
    command.env_clear();
    command.env("HOME", dir.path());
    command.env("TERM", "xterm-256color");
    command.args(seat.get_args());
    let mut terminal = Terminal::start(command);
    let (rows, cols) = SIZE;
    terminal.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    terminal.screen.screen_mut().set_size(many(rows), many(cols));
    terminal.until_shows("comp_acme-i");
    for (keys, shows, hides) in [
        ("gd", "Incidents", ""),
        ("gq", "The body is not valid", ""),
        ("\r", "⟨U+001B⟩", ""),
        ("e", "reads it now", ""),
        ("\u{1b}", "⟨U+001B⟩", "reads it now"),
        ("\u{1b}", "Incidents", "⟨U+001B⟩"),
        ("go", "of-zabbix", ""),
        ("\r", "/api/webhooks/", ""),
    ] {
        terminal.press(keys);
        terminal.until(shows, |terminal| {
            let text = terminal.text();
            text.contains(shows) && (hides.is_empty() || !text.contains(hides))
        });
    }
    terminal.press("\u{3}");
    terminal.until("end", |terminal| terminal.raw.ends_with(b"\x1b[?1049l"));
    assert!(terminal.raw.len() > 10_000 && terminal.raw.windows(3).any(|bytes| bytes == "␛".as_bytes()));
    assert_eq!(foreign(&terminal.raw), None);
    assert!(CORPUS.iter().all(|(_, text)| foreign(text.as_bytes()).is_some()), "nothing of the corpus is ours");

    serve.terminate();
    let (_, log) = serve.wait();
    assert_safe("the log", &log);
}

//! What is rendered: the bytes that would be sent, and what is refused.

use super::{facts, inputs, read, shipped};
use crate::action::runbook::render::LONGEST;
use crate::action::runbook::{Facts, Rendered, command};
use crate::core::execution::order::Platform;

fn own(kind: &str, rest: &str) -> crate::action::runbook::Runbook {
    let commands = "commands = \"printf %s \\\"$AW_X\\\"\"";
    let text =
        format!("name = \"own\"\ndoc = \"Does\"\nrisk = \"low\"\n{commands}\n[[inputs]]\nname = \"x\"\n{kind}\n");
    read(&format!("{rest}\n{text}")).unwrap()
}

fn lines(rendered: &Rendered) -> &[String] {
    &rendered.parameters["commands"]
}

#[test]
fn values_come_before_the_script_and_never_into_it() {
    let path = own("type = \"path\"", "timeout = 90");
    let rendered = path.render(&inputs([("x", "/a b/it's $(id)")]), &Facts::default()).unwrap();
    assert_eq!(lines(&rendered), [r"AW_X='/a b/it'\''s $(id)'", "printf %s \"$AW_X\""]);
    assert_eq!(rendered.parameters["executionTimeout"], ["90"]);
    assert_eq!((rendered.document.as_str(), rendered.timeout_seconds), ("AWS-RunShellScript", 90));
    let later = rendered.within(600);
    assert_eq!((later.timeout_seconds, &*later.parameters["executionTimeout"][0]), (600, "600"));
    let text = own("type = \"text\"", "");
    let rendered = text.render(&inputs([("x", "a\n")]), &Facts::default()).unwrap();
    assert_eq!(lines(&rendered)[0], "AW_X=$(printf %s 'YQo=' | base64 -d && printf /) || exit 125; AW_X=${AW_X%/}");
    let windows = own("type = \"text\"", "platform = \"windows\"");
    let rendered = windows.render(&inputs([("x", "a\n")]), &Facts::default()).unwrap();
    assert_eq!(lines(&rendered)[0], "$AW_X = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('YQo='))");
    let windows = own("type = \"path\"", "platform = \"windows\"");
    let rendered = windows.render(&inputs([("x", "C:\\it's $x")]), &Facts::default()).unwrap();
    assert_eq!(lines(&rendered)[0], "$AW_X = 'C:\\it''s $x'");
}

#[test]
fn an_interpreter_s_line_stays_the_first() {
    let text = "name = \"own\"\ndoc = \"Does\"\nrisk = \"low\"\ncommands = '''\n#!/bin/bash\necho $AW_N'''\n";
    let runbook = read(&format!("{text}[[inputs]]\nname = \"n\"\ntype = \"integer\"\nmin = 0\nmax = 9\n")).unwrap();
    let rendered = runbook.render(&inputs([("n", "7")]), &Facts::default()).unwrap();
    assert_eq!(lines(&rendered), ["#!/bin/bash", "AW_N='7'", "echo $AW_N"]);
}

#[test]
fn what_is_missing_comes_from_the_incident_or_the_file() {
    let runbook = own("type = \"path\"\nfrom = \"message\"\ndefault = \"/\"", "");
    let first = |facts: &Facts| lines(&runbook.render(&inputs([]), facts).unwrap())[0].clone();
    assert_eq!(first(&facts()), "AW_X='/var/lib'");
    assert_eq!(first(&Facts::default()), "AW_X='/'");
    let needed = own("type = \"text\"", "");
    assert_eq!(needed.render(&inputs([]), &facts()).unwrap_err().to_string(), "x: is to be filled in");
    let optional = own("type = \"path\"\ndefault = \"\"", "");
    assert_eq!(lines(&optional.render(&inputs([]), &facts()).unwrap())[0], "AW_X=''");
    let stranger = runbook.render(&inputs([("y", "1")]), &facts()).unwrap_err();
    assert_eq!(stranger.to_string(), "inputs: own has no input `y`");
    let hostile = runbook.render(&inputs([("y\u{1b}", "1")]), &facts()).unwrap_err();
    assert_eq!(hostile.to_string(), "inputs: own has no such input");
}

#[test]
fn each_type_takes_what_it_is_and_says_so() {
    let check = |platform: &str, kind: &str, value: &str| {
        own(kind, &format!("platform = \"{platform}\"")).render(&inputs([("x", value)]), &Facts::default()).map(drop)
    };
    let long = format!("/{}", "a".repeat(4096));
    #[rustfmt::skip]
    let good = [
        ("linux",   "type = \"service\"",  "nginx@1.service"),
        ("windows", "type = \"service\"",  "MSSQL$SQLEXPRESS"),
        ("linux",   "type = \"path\"",     "/a b/${c}/ü"),
        ("windows", "type = \"path\"",     "C:/a\\b"),
        ("linux",   "type = \"integer\"\nmin = -5\nmax = 5", "-5"),
        ("linux",   "type = \"choice\"\nof = [\"a\", \"b c\"]", "b c"),
        ("linux",   "type = \"instance\"", "mi-0123456789abcdef0"),
        ("linux",   "type = \"text\"",     "-rf {{ssm:/x}} \u{2018} \u{1b}"),
    ];
    for (platform, kind, value) in good {
        assert_eq!(check(platform, kind, value), Ok(()), "{kind} {value:?}");
    }
    #[rustfmt::skip]
    let bad = [
        ("linux",   "type = \"service\"",  "-rf",            "takes the name of a service"),
        ("linux",   "type = \"service\"",  "a b",            "takes the name of a service"),
        ("linux",   "type = \"service\"",  "a$b",            "takes the name of a service"),
        ("linux",   "type = \"service\"",  "ä",              "takes the name of a service"),
        ("linux",   "type = \"path\"",     "a/b",            "takes an absolute path"),
        ("linux",   "type = \"path\"",     "C:\\a",          "takes an absolute path"),
        ("linux",   "type = \"path\"",     "/a/../b",        "takes a path without `..`"),
        ("linux",   "type = \"path\"",     "/a\nb",          "takes a path without typographic"),
        ("linux",   "type = \"path\"",     "/a\u{202e}b",    "takes a path without typographic"),
        ("linux",   "type = \"path\"",     "/a\u{2019}b",    "takes a path without typographic"),
        ("linux",   "type = \"path\"",     "/{{ssm:x}}",     "takes a path without {{"),
        ("linux",   "type = \"path\"",     "/}}",            "takes a path without {{"),
        ("linux",   "type = \"path\"",     "/\0",            "holds a NUL"),
        ("linux",   "type = \"path\"",     &long,            "takes a path of at most 4096 bytes"),
        ("windows", "type = \"path\"",     "\\\\evil\\share","takes an absolute path, on a drive"),
        ("windows", "type = \"path\"",     "C:\\a\\..\\b",   "takes a path without `..`"),
        ("windows", "type = \"path\"",     "C:\\a:stream",   "takes an absolute path"),
        ("windows", "type = \"path\"",     "C:",             "takes an absolute path"),
        ("linux",   "type = \"integer\"\nmin = 0\nmax = 5", "6",   "takes a whole number from 0 to 5"),
        ("linux",   "type = \"integer\"\nmin = 0\nmax = 50", "010", "takes a whole number from 0 to 50"),
        ("linux",   "type = \"integer\"\nmin = 0\nmax = 5", "+1",  "takes a whole number"),
        ("linux",   "type = \"integer\"\nmin = 0\nmax = 5", "1;id", "takes a whole number"),
        ("linux",   "type = \"choice\"\nof = [\"a\", \"b c\"]", "c", "takes one of a, b c"),
        ("linux",   "type = \"instance\"", "i-1",            "an instance id is i- or mi-"),
        ("linux",   "type = \"text\"",     "a\0b",           "holds a NUL"),
        ("linux",   "type = \"text\"",     &"a".repeat(8193), "takes at most 8192 bytes"),
    ];
    for (platform, kind, value, told) in bad {
        let bad = check(platform, kind, value).unwrap_err();
        assert!(bad.what.starts_with(told), "{kind} {value:?}: {bad}");
        assert_eq!(bad.input, "x");
        assert!(value.len() < 3 || !bad.to_string().contains(value), "it echoes {value:?}: {bad}");
    }
}

#[test]
fn a_document_s_parameters_are_texts_and_json() {
    let text = "name = \"own\"\ndoc = \"Does\"\nrisk = \"low\"\ndocument = \"AWS-RunDocument\"
        parameters.sourceType = \"S3\"
        parameters.sourceInfo = { path = \"https://s3.amazonaws.com/b/k\" }
        parameters.documentParameters = { Path = { input = \"path\" }, Mode = \"fast\" }
        [[inputs]]\nname = \"path\"\ntype = \"path\"\n";
    let runbook = read(text).unwrap();
    let rendered = runbook.render(&inputs([("path", "/srv/a")]), &Facts::default()).unwrap();
    assert_eq!(rendered.parameters["sourceType"], ["S3"]);
    assert_eq!(rendered.parameters["sourceInfo"], [r#"{"path":"https://s3.amazonaws.com/b/k"}"#]);
    assert_eq!(rendered.parameters["documentParameters"], [r#"{"Mode":"fast","Path":"/srv/a"}"#]);
    assert!(!rendered.parameters.contains_key("executionTimeout"));
    // A document may put it into a script as it is.
    let bad = runbook.render(&inputs([("path", "/srv/$(id)")]), &Facts::default()).unwrap_err();
    assert!(bad.to_string().starts_with("path: goes into a document"), "{bad}");
}

#[test]
fn a_reference_in_the_file_is_sent_and_no_other() {
    let text = "name = \"own\"\ndoc = \"Does\"\nrisk = \"low\"\ncommands = \"echo {{ssm:level}} $AW_X\"\n";
    let runbook = read(&format!("{text}[[inputs]]\nname = \"x\"\ntype = \"choice\"\nof = [\"a\"]\n")).unwrap();
    let rendered = runbook.render(&inputs([("x", "a")]), &Facts::default()).unwrap();
    assert_eq!(lines(&rendered)[1], "echo {{ssm:level}} $AW_X");
    // Should a type ever let one pass, this does not.
    let mut lax = runbook;
    lax.inputs[0].kind = crate::link::remote::BlankKind::Choice { of: vec!["{{ssm:/secret}}".into()] };
    let told = lax.render(&inputs([("x", "{{ssm:/secret}}")]), &Facts::default()).unwrap_err();
    assert_eq!(told.to_string(), "inputs: hold {{ and }}, which Systems Manager replaces");
}

#[test]
fn a_command_is_sent_as_it_was_typed_or_not_at_all() {
    let rendered = command(Platform::Linux, "\tdf -h |\r\n  grep 'ü'\n\n").unwrap();
    assert_eq!(lines(&rendered), ["\tdf -h |", "  grep 'ü'"]);
    assert_eq!((rendered.title.as_str(), rendered.document.as_str()), ("df -h |", "AWS-RunShellScript"));
    assert_eq!(rendered.parameters["executionTimeout"], ["300"]);
    assert_eq!(command(Platform::Windows, "dir").unwrap().document, "AWS-RunPowerShellScript");
    assert_eq!(command(Platform::Linux, &"a".repeat(100)).unwrap().title.chars().count(), 60);
    assert!(command(Platform::Linux, "echo ${a:-${b}}").is_ok());
    for (text, told) in [
        (" \n ", "command: is empty"),
        ("docker ps --format '{{.Names}}'", "command: holds {{, which"),
        ("echo \u{2018}a\u{2019}", "command: holds typographic quotes"),
        ("echo \u{201c}a\u{201d}", "command: holds typographic quotes"),
        ("ls\nrm \u{202e}x", "command: line 2 holds a control character"),
        ("a\0", "command: line 1 holds a control character"),
        ("a\rb", "command: line 1 holds a control character"),
        ("a\u{1b}[2J", "command: line 1 holds a control character"),
        ("a\u{200b}b", "command: line 1 holds a control character"),
        (&"a".repeat(LONGEST), "command: make 49"),
    ] {
        let bad = command(Platform::Linux, text).unwrap_err().to_string();
        assert!(bad.starts_with(told), "{bad}");
    }
}

#[test]
fn every_shipped_runbook_says_what_it_is() {
    let all = shipped();
    assert!(all.len() >= 12);
    for one in all {
        assert!(one.doc.len() <= 120, "{}: {}", one.name, one.doc.len());
        assert!(!one.fits.signature.is_empty(), "{} is meant for nothing", one.name);
        assert!(one.inputs.iter().all(|input| !input.doc.is_empty()), "{}", one.name);
        assert_eq!(one.name.starts_with("windows-"), one.platform == Platform::Windows);
    }
}

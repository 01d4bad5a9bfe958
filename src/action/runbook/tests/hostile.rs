//! Whatever an alert says, a machine gets it byte for byte or not at all: tried in a real shell.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::{Facts, inputs, shipped};
use crate::action::runbook::{Input, Rendered, Runbook, Work};
use crate::core::execution::order::Platform;
use crate::link::remote::BlankKind;

/// What people and machines have tried on others.
const NASTY: &[&str] = &[
    "'; touch canary; '",
    "\"; touch canary; \"",
    "$(touch canary)",
    "`touch canary`",
    "/$(touch canary)",
    "/`touch canary`",
    "/tmp/'; touch canary; '",
    "/tmp/\"; touch canary; \"",
    "/a\ntouch canary\n",
    "a\n\n\n",
    "\n",
    "a\r\nb\r\n",
    "{{ssm:/x}}",
    "/{{ssm:/x}}",
    "{{ ssm-secure:x }}",
    "{",
    "}}",
    "/a{{",
    "\u{2018}; touch canary; \u{2019}",
    "\u{201c}$(touch canary)\u{201d}",
    "a\0b",
    "\0",
    "-rf",
    "--help",
    "-rf /",
    "--checkpoint-action=exec=touch canary",
    "*",
    "/*",
    "/tmp/[a-z]?",
    "~root",
    "%s%n%x",
    "%00 %25 \\x41 \\101 \\n \\c",
    "\\",
    "'\\''",
    "a'b",
    "/a'b",
    "/a\\",
    "!!",
    "#",
    "&& touch canary",
    "| touch canary",
    "; touch canary",
    "> canary",
    "<(touch canary)",
    "${IFS}touch${IFS}canary",
    "$((`touch canary`))",
    "a[$(touch canary)]",
    "/a\u{202e}gpj.exe",
    "\u{feff}\u{200b}\u{2066}",
    "\u{1b}]0;title\u{7}\u{1b}[2J",
    "\u{81}\u{88}\u{ff}",
    "ÁÂÃÄ ÁÂ\u{1f600}",
    "日本語ソ表",
    "/../../etc/passwd",
    "http://x/$(touch canary)",
    "localhost:443;touch canary",
    "1;touch canary",
    "1 -o touch canary",
    "i-0123456789abcdef0;touch canary",
    "nginx; touch canary",
    "nginx.service",
    "/",
    " ",
    "\t",
    " a ",
    "x/",
    "/x/",
    "//",
];

/// The values that these texts would give an input; none when they are refused.
fn render(runbook: &Runbook, input: &Input, value: &str) -> Option<Rendered> {
    let good = |input: &Input| match &input.kind {
        _ if input.default.as_deref().is_some_and(|text| !text.is_empty()) => input.default.clone().unwrap(),
        BlankKind::Instance => "i-0123456789abcdef0".into(),
        BlankKind::Service => "nginx".into(),
        BlankKind::Path => "/var/log".into(),
        BlankKind::Integer { min, .. } => min.to_string(),
        BlankKind::Choice { of } => of[0].clone(),
        BlankKind::Text => "text".into(),
    };
    let mut values = inputs([]);
    for other in &runbook.inputs {
        values.insert(other.name.clone(), if other == input { value.into() } else { good(other) });
    }
    let rendered = runbook.render(&values, &Facts::default());
    if let Err(bad) = &rendered {
        assert_eq!(bad.input, input.name, "{}: {bad}", runbook.name);
        assert!(bad.to_string().len() < 300 && !bad.to_string().chars().any(char::is_control), "{bad}");
    }
    rendered.ok()
}

/// What Systems Manager's agent makes of it: a file for a shell.
fn script(rendered: &Rendered) -> String {
    rendered.parameters["commands"].join("\n") + "\n"
}

/// The values of one input, one after the other, as one shell sees them after the lines before the scripts have run.
fn seen(folder: &Path, input: &Input, rendered: &[Rendered]) -> Vec<Vec<u8>> {
    let name = format!("AW_{}", input.name.to_uppercase());
    let mut all = String::from("set -u\n");
    for (at, one) in rendered.iter().enumerate() {
        let prologue = one.parameters["commands"].iter().take_while(|line| line.starts_with("AW_"));
        prologue.for_each(|line| all += &format!("{line}\n"));
        all += &format!("printf '%s' \"${name}\" >seen{at}\n");
    }
    run(folder, &all);
    (0..rendered.len()).map(|at| std::fs::read(folder.join(format!("seen{at}"))).unwrap_or_default()).collect()
}

fn run(folder: &Path, script: &str) -> String {
    let mut shell = Command::new("sh");
    shell.arg("-s").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = shell.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = script.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.stderr.is_empty(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Gives every input of every shipped shell runbook these texts: each is refused, or the shell's variable is the text.
fn survive(values: &[String]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let mut survived = 0;
    for runbook in shipped() {
        for input in &runbook.inputs {
            let of = |value: &String| Some((value.clone(), render(&runbook, input, value)?));
            let (values, rendered): (Vec<String>, Vec<Rendered>) = values.iter().filter_map(of).unzip();
            survived += values.len();
            for (value, one) in values.iter().zip(&rendered) {
                let sent: Vec<&String> = one.parameters.values().flatten().collect();
                let own = match &runbook.work {
                    Work::Script(own) => own.matches("{{").count(),
                    Work::Parameters(_) => 0,
                };
                assert_eq!(sent.iter().map(|text| text.matches("{{").count()).sum::<usize>(), own, "{value:?}");
                let hidden = |text: &&&String| {
                    text.chars().any(|c| c.is_control() && c != '\t') || text.contains(['\u{2018}', '\u{201c}'])
                };
                assert!(!sent.iter().any(|text| hidden(&text)), "{value:?}");
            }
            if runbook.platform == Platform::Windows {
                rendered.iter().zip(&values).for_each(|(one, value)| powershell_holds(input, one, value));
                continue;
            }
            if matches!(runbook.work, Work::Parameters(_)) {
                continue;
            }
            for (value, seen) in values.iter().zip(seen(folder.path(), input, &rendered)) {
                assert_eq!(seen, value.as_bytes(), "{} {} {value:?}", runbook.name, input.name);
            }
        }
    }
    assert!(!folder.path().join("canary").exists(), "something was run");
    survived
}

/// There is no PowerShell to try it in: the literal is read as its grammar has it.
fn powershell_holds(input: &Input, rendered: &Rendered, value: &str) {
    use base64::Engine as _;
    let name = format!("$AW_{} = ", input.name.to_uppercase());
    let line = rendered.parameters["commands"].iter().find_map(|line| line.strip_prefix(&name)).unwrap();
    let is = match line.strip_prefix("[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('") {
        Some(rest) => {
            let data = rest.strip_suffix("'))").unwrap();
            String::from_utf8(base64::prelude::BASE64_STANDARD.decode(data).unwrap()).unwrap()
        }
        None if matches!(input.kind, BlankKind::Integer { .. }) => line.into(),
        None => {
            let inside = line.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
            assert!(!inside.replace("''", "").contains('\''), "{line}");
            inside.replace("''", "'")
        }
    };
    assert_eq!(is, value);
}

#[test]
fn what_others_have_tried_arrives_as_it_is_or_not_at_all() {
    let mut values: Vec<String> = NASTY.iter().map(|text| (*text).to_owned()).collect();
    values.push((1..=255_u8).map(char::from).collect());
    values.extend((1..=127_u8).map(|c| format!("/a{}", char::from(c))));
    values.extend(["x".repeat(1 << 20), format!("/{}", "x".repeat(1 << 20)), "'".repeat(8192), "\n".repeat(8192)]);
    let survived = survive(&values);
    assert!(survived > values.len(), "only {survived} values got through: nothing was tried");
}

/// An alert that says this wherever it can.
fn alert(says: &str) -> Facts {
    let labels = ["mountpoint", "path", "service", "unit", "systemd_unit", "target", "url", "instance", "host", "name"];
    Facts {
        asset: says.into(),
        signature: says.into(),
        category: says.into(),
        tools: vec![says.into()],
        message: format!("{says} and {says}"),
        labels: labels.into_iter().map(|name| (name.to_owned(), says.to_owned())).collect(),
        ..Facts::default()
    }
}

#[test]
fn what_an_alert_fills_in_is_checked_like_what_somebody_types() {
    let folder = tempfile::tempdir().unwrap();
    let mut filled = 0;
    for runbook in shipped().into_iter().filter(|one| one.platform == Platform::Linux) {
        for input in runbook.inputs.iter().filter(|input| !input.from.is_empty()) {
            let of = |says: &&str| {
                let facts = alert(says);
                let rendered = runbook.render(&inputs([]), &facts).ok()?;
                Some((facts.suggest(input, runbook.platform), rendered))
            };
            let (values, rendered): (Vec<String>, Vec<Rendered>) = NASTY.iter().filter_map(of).unzip();
            for (value, seen) in values.iter().zip(seen(folder.path(), input, &rendered)) {
                assert_eq!(seen, value.as_bytes(), "{} {}", runbook.name, input.name);
                filled += usize::from(input.default.as_ref() != Some(value));
            }
        }
    }
    assert!(filled > 100, "only {filled} were filled in");
    assert!(!folder.path().join("canary").exists(), "something was run");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn any_text_arrives_as_it_is_or_not_at_all(
        some in proptest::collection::vec(
            prop_oneof![
                any::<String>(),
                "/[ -~]{0,40}",
                "(['\"`$(){}\\\\\n;&|<>*?~!#%-]|touch canary|\\{\\{ssm:/x\\}\\}|[\u{2018}-\u{201f}]|\u{0}|é){0,12}",
            ],
            10,
        ),
    ) {
        survive(&some);
    }
}

/// Every script for a shell, with everything that survives filled in.
fn all_rendered(runbook: &Runbook) -> Vec<Rendered> {
    let usual = runbook.render(&inputs([("service", "nginx")]), &Facts::default());
    let usual = usual.or_else(|_| runbook.render(&inputs([]), &Facts::default())).unwrap();
    let each = |input| NASTY.iter().filter_map(move |value| render(runbook, input, value));
    std::iter::once(usual).chain(runbook.inputs.iter().flat_map(each)).collect()
}

#[test]
fn every_rendered_script_is_one_that_a_shell_can_read() {
    let folder = tempfile::tempdir().unwrap();
    for runbook in shipped() {
        if runbook.platform == Platform::Windows || !matches!(runbook.work, Work::Script(_)) {
            continue;
        }
        let mut all = String::new();
        // A function each: a shell that reads them all runs none.
        for (at, one) in all_rendered(&runbook).iter().enumerate() {
            all += &format!("f{at}() {{\n{}\n}}\n", script(one));
        }
        assert!(!all.is_empty(), "{}", runbook.name);
        run(folder.path(), &format!("set -n\n{all}"));
        run(folder.path(), &all);
        let dashed = run(folder.path(), &format!("{all}\nprintf read"));
        assert_eq!(dashed, "read", "{}", runbook.name);
    }
    assert!(!folder.path().join("canary").exists());
}

//! A file of a runbook: what it may say, and how its mistakes are told.

use super::read;
use crate::action::runbook::{Source, Value, Work};
use crate::core::execution::order::{OnSuccess, Platform};
use crate::core::role::Risk;
use crate::core::session::port;
use crate::link::remote::BlankKind;

#[test]
fn a_file_says_everything_that_a_runbook_is() {
    let runbook = read(
        r#"
name = "clean"
doc = "Cleans"
match = { signature = "disk*", tool = ["zab*"], category = ["storage"], asset = "web-*" }
platform = "macos"
risk = "high"
timeout = 60
on_success = "resolve"
expect = { exit_codes = [3], output_contains = "ok" }
commands = ["echo \"$AW_PATH\"", "echo $AW_DAYS"]

[[inputs]]
name = "path"
type = "path"
doc = "Where"
from = ["label:mount", "message"]

[[inputs]]
name = "days"
type = "integer"
min = 1
max = 9
default = 3

[[forwards]]
name = "payments-db"
doc = "the payments' database"
host = "db.internal"
port = 5432
local = 15432
"#,
    )
    .unwrap();
    assert_eq!((runbook.platform, runbook.risk, runbook.timeout_seconds), (Platform::MacOs, Risk::High, 60));
    assert_eq!((runbook.document.as_str(), runbook.on_success), ("AWS-RunShellScript", OnSuccess::Resolve));
    assert_eq!(runbook.work, Work::Script("echo \"$AW_PATH\"\necho $AW_DAYS".into()));
    assert_eq!(runbook.fits.signature, ["disk*"]);
    assert_eq!(runbook.inputs[0].from, [Source::Label("mount".into()), Source::Message]);
    assert_eq!(runbook.inputs[1].kind, BlankKind::Integer { min: 1, max: 9 });
    assert_eq!(runbook.inputs[1].default.as_deref(), Some("3"));
    assert_eq!(runbook.expect.exit_codes, [3]);
    assert_eq!(port::written(&runbook.forwards[0].kind()), "15432:db.internal:5432");
}

/// The lines of a good file, into which mistakes are put.
fn with(line: &str) -> String {
    let mut lines = vec!["name = \"own\"", "doc = \"Does\"", "risk = \"low\"", "commands = '''", "true", "'''"];
    let key = line.split([' ', '=']).next().unwrap();
    lines.retain(|old| !old.starts_with(key));
    if key == "commands" {
        lines.truncate(3);
    }
    format!("{}\n{line}\n", lines.join("\n"))
}

#[test]
fn mistakes_are_told_with_their_line_and_what_would_be_right() {
    #[rustfmt::skip]
    let table = [
        ("risc = \"low\"",                      "own.toml:7: unknown `risc`; did you mean `risk`?"),
        ("risk = \"lwo\"",                      "own.toml:6: unknown `lwo`; did you mean `low`?"),
        ("match = { signatures = \"x\" }",      "own.toml:7: unknown `signatures`; did you mean `signature`?"),
        ("match = { category = [\"Storrage\"] }", "own.toml:7: unknown category `Storrage`; did you mean `Storage`?"),
        ("match = { signature = 3 }",           "own.toml:7: invalid type: integer `3`, expected a text or a list of texts"),
        ("name = \"Own\"",                      "own.toml:6: a runbook's name is 1 to 64 of a-z, 0-9 and -, for example disk-usage"),
        ("doc = \"\"",                          "own.toml:6: `doc` says in one line what the runbook does"),
        ("timeout = 0",                         "own.toml:7: `timeout` is from 30 to 172800 seconds"),
        ("timeout = 172801",                    "own.toml:7: `timeout` is from 30 to 172800 seconds"),
        ("document = \"AWS-RunPowerShellScript\"", "own.toml:7: commands are run by AWS-RunShellScript; another document takes `parameters`"),
        ("document_version = \"newest\"",       "own.toml:7: a document's version is a number, $DEFAULT or $LATEST"),
        ("parameters = { a = \"b\" }",          "own.toml:4: a runbook has `commands` or `parameters`, not both"),
        ("auto = true",                         "own.toml:7: what may run by itself names the signatures that it is for"),
        ("commands = \"\"",                     "own.toml:4: `commands` is empty"),
        ("commands = \"docker ps --format '{{.Names}}'\"", "own.toml:4: `{{` in commands is for `{{ssm:NAME}}` only: Systems Manager replaces it before they run; write another brace as '{''{'"),
        ("commands = \"echo \\u202e\"",         "own.toml:4: the commands hold a control character or another one that does not show"),
        ("commands = '''\n\necho $AW_PAHT'''",  "own.toml:6: unknown input `AW_PAHT`; there are "),
        ("commands = '''#!/usr/bin/python3\nx'''", "own.toml:4: the first line names an interpreter that is no shell; call it from the commands instead"),
        ("[[inputs]]\nname = \"a\"\ntype = \"text\"", "own.toml:5: no command uses the input `a`, as $AW_A"),
        ("[[inputs]]\nname = \"A\"\ntype = \"text\"", "own.toml:7: an input's name is a letter and up to 31 of a-z, 0-9 and _, for example path"),
        ("[[inputs]]\nname = \"a\"\ntype = \"txt\"", "own.toml:9: unknown `txt`; did you mean `text`?"),
        ("[[inputs]]\nname = \"a\"\ntype = \"integer\"\nmin = 3", "own.toml:7: an input of type `integer` has `min` and `max`"),
        ("[[inputs]]\nname = \"a\"\ntype = \"text\"\nmin = 3", "own.toml:7: `min` and `max` are for inputs of type `integer`"),
        ("[[inputs]]\nname = \"a\"\ntype = \"choice\"\nof = [\"a}}\"]", "own.toml:7: an input of type `choice` has its words in `of`, without {{, }} and typographic quotes"),
        ("[[inputs]]\nname = \"a\"\ntype = \"path\"\ndefault = \"etc\"", "own.toml:7: the default of `a` does not do: it takes an absolute path, for example /var/log"),
        ("[[inputs]]\nname = \"a\"\ntype = \"text\"\nfrom = \"massage\"", "own.toml:7: unknown `from` `massage`; did you mean `message`?"),
        ("[[forwards]]\nname = \"DB\"\ndoc = \"x\"\nport = 1", "own.toml:7: a forward's `name` is 1 to 32 of a-z, 0-9 and -, for example payments-db"),
        ("[[forwards]]\nname = \"db\"\ndoc = \"x\"\nport = 0", "own.toml:7: a port is from 1 to 65535"),
        ("[[forwards]]\nname = \"db\"\ndoc = \"x\"\nport = 1\nhost = \"a b\"", "own.toml:7: a host is a name or an address: db.internal, 10.0.0.7"),
    ];
    for (line, told) in table {
        let mistake = read(&with(line)).unwrap_err().to_string();
        assert_eq!(mistake, told, "for {line}");
    }
    assert_eq!(read("").unwrap_err().to_string().lines().next(), Some("own.toml:1: missing field `name`"));
    let high = with("risk = \"high\"") + "auto = true\n";
    assert!(read(&high).unwrap_err().what.contains("only a runbook of risk `low`"));
    let asks = "match.signature = \"x\"\nauto = true\n[[inputs]]\nname = \"a\"\ntype = \"service\"\n";
    let asks = with("commands = \"echo $AW_A\"") + asks;
    assert_eq!(read(&asks).unwrap_err().what, "what may run by itself needs a default for `a`");
}

fn script(kind: &str, command: &str) -> Result<(), String> {
    let text = with(&format!("commands = '''\n{command}\n'''"));
    let text = format!("{text}\n[[inputs]]\nname = \"x\"\ntype = \"{kind}\"\n");
    read(&text).map(drop).map_err(|mistake| mistake.to_string())
}

#[test]
fn what_may_hold_anything_stands_alone_in_its_quotes() {
    for good in [
        r#"ls "$AW_X""#,
        r#"ls "${AW_X}" | wc -l"#,
        r#"case "$AW_X" in a) ;; esac"#,
        r#"y="$AW_X""#,
        r#"sh -c 'ls -- "$1"' sh "$AW_X""#,
        r#"awk '{ print "a" }' "$AW_X""#,
        r#"y="$(dirname "$AW_X")""#,
        r#"y="$(dirname "$(dirname "$AW_X")") and"; echo "$AW_X""#,
        r#"echo "${AW_X%/}" "${AW_X:-none}""#,
        "# don't\nls \"$AW_X\"",
        r#"printf '%s it'\''s\n' "$AW_X""#,
    ] {
        assert_eq!(script("text", good), Ok(()), "{good}");
    }
    for bad in [
        "ls $AW_X",
        "ls ${AW_X}",
        r#"ls "a $AW_X""#,
        r#"ls "$AW_X b""#,
        r#"ls "a"$AW_X"b""#,
        r#"sh -c "ls $AW_X""#,
        "ls '$AW_X'",
        r#"echo '"$AW_X"'"#,
        "echo $((AW_X + 1))",
        r#"ls "${AW_X:-$(id)}""#,
        "# \"$AW_X\"\nls $AW_X",
        r#"ls \"$AW_X\""#,
    ] {
        let told = script("path", bad).unwrap_err();
        assert!(
            told.ends_with("write \"$AW_X\", alone in double quotes: so it stays data whatever it holds"),
            "{bad}: {told}"
        );
    }
    for bad in [r#"eval "$AW_X""#, r#"sh -c "$AW_X""#] {
        assert!(script("text", bad).unwrap_err().contains("run as code"), "{bad}");
    }
    // What its type makes harmless may stand anywhere.
    assert_eq!(script("service", r#"echo "unit $AW_X" $AW_X"#), Ok(()));
}

#[test]
fn a_line_of_powershell_that_runs_text_gets_none() {
    let of = |line: &str| {
        let text = with(&format!("commands = '''\n{line}\n'''"));
        read(&format!("{text}\nplatform = \"windows\"\n[[inputs]]\nname = \"x\"\ntype = \"text\"\n")).map(drop)
    };
    assert_eq!(of("Get-Item -LiteralPath $AW_X"), Ok(()));
    for bad in
        ["Invoke-Expression $AW_X", "powershell -Command $AW_X", "cmd /c dir $AW_X", "[ScriptBlock]::Create($AW_X)"]
    {
        assert!(of(bad).unwrap_err().what.contains("run as code"), "{bad}");
    }
}

#[test]
fn references_of_systems_manager_s_own_are_the_file_s_to_make() {
    assert!(read(&with("commands = \"echo '{{ssm:/app/level}}' {{ ssm:plain:3 }} ${a:-${b}}\"")).is_ok());
    for bad in ["{{ssm:}}", "{{ ssm:a b }}", "{{ssm:x", "{{{ssm:x}}", "{{global:DATE}}"] {
        let told = read(&with(&format!("commands = \"echo {bad}\""))).unwrap_err();
        assert!(told.what.contains("{{ssm:NAME}}"), "{bad}: {told}");
    }
}

fn document(rest: &str) -> Result<Work, String> {
    let text = format!("name = \"own\"\ndoc = \"Does\"\nrisk = \"low\"\n{rest}");
    read(&text).map(|runbook| runbook.work).map_err(|mistake| mistake.what)
}

#[test]
fn a_document_gets_texts_numbers_inputs_and_objects() {
    let service = "[[inputs]]\nname = \"s\"\ntype = \"service\"\n";
    let of =
        |parameters: &str| document(&format!("document = \"Acme-Do\"\nparameters = {{ {parameters} }}\n{service}"));
    let Work::Parameters(parameters) =
        of("A = \"x\", B = [1, true, { input = \"s\" }], C = { k = { input = \"s\" } }").unwrap()
    else {
        unreachable!()
    };
    let fixed = |text: &str| Value::Fixed(text.into());
    assert_eq!(parameters["A"], [fixed("x")]);
    assert_eq!(parameters["B"], [fixed("1"), fixed("true"), Value::Input("s".into())]);
    assert_eq!(parameters["C"], [Value::Object(vec![("k".into(), Value::Input("s".into()))])]);
    assert_eq!(of("A = \"x\"").unwrap_err(), "no parameter uses the input `s`, as { input = \"s\" }");
    assert_eq!(of("A = { input = \"t\" }").unwrap_err(), "unknown input `t`; there are s");
    assert!(of("A = \"{{x}}\"").unwrap_err().contains("{{ssm:NAME}}"));
    assert!(of("A = 1.5").unwrap_err().starts_with("a parameter is a text"));
    let text = "document = \"Acme-Do\"\nparameters.A = { input = \"t\" }\n[[inputs]]\nname = \"t\"\ntype = \"text\"\n";
    assert!(document(text).unwrap_err().starts_with("`t` is free text"));
    assert!(document("parameters = { a = \"b\" }").unwrap_err().contains("name it"));
    let shell = "document = \"AWS-RunShellScript\"\nparameters = { commands = \"ls\" }";
    assert_eq!(document(shell).unwrap_err(), "what AWS-RunShellScript runs is written in `commands`");
    assert_eq!(document("").unwrap_err(), "it has no `commands`, and no `document`");
    assert_eq!(document("document = \"AWS-UpdateSSMAgent\""), Ok(Work::Parameters(Default::default())));
    let needs = format!("document = \"AWS-UpdateSSMAgent\"\n{service}");
    assert_eq!(document(&needs).unwrap_err(), "no parameter uses the input `s`, as { input = \"s\" }");
    assert!(of("A = \"\\u202e\"").unwrap_err().starts_with("a parameter holds a control character"));
}

#[test]
fn a_document_from_elsewhere_says_where_it_is() {
    let of = |parameters: &str| document(&format!("document = \"AWS-RunDocument\"\n{parameters}"));
    let github = "parameters.sourceInfo = { owner = \"acme\", repository = \"ops\", path = \"a.yml\" ";
    let hub = format!("parameters.sourceType = \"GitHub\"\n{github}");
    assert!(of(&format!("{hub}, getOptions = \"commitID:abc\", tokenInfo = \"{{{{ssm-secure:t}}}}\" }}")).is_ok());
    let s3 = "parameters.sourceType = \"S3\"\nparameters.sourceInfo = { path = \"https://s3.amazonaws.com/b/k\" }";
    assert!(of(s3).is_ok());
    #[rustfmt::skip]
    let table = [
        (format!("{github} }}"),                      "AWS-RunDocument needs `sourceType`: GitHub, S3 or SSMDocument"),
        (format!("parameters.sourceType = \"Github\"\n{github} }}"), "unknown sourceType `Github`; did you mean `GitHub`?"),
        (format!("{hub}, branch = \"x\" }}"),         "unknown part of a GitHub `sourceInfo` `branch`; there are owner, repository, path, getOptions, tokenInfo"),
        (hub.replace(", path = \"a.yml\"", "") + "}", "a GitHub `sourceInfo` needs `path`"),
        (s3.replace("https", "http"),                 "the `path` of an S3 `sourceInfo` is an https:// URL"),
        (format!("{s3}\nparameters.sourceTyp = \"S3\""), "unknown parameter `sourceTyp`; did you mean `sourceType`?"),
        (format!("{s3}\nparameters.documentParameters = \"x\""), "`documentParameters` is a table"),
        ("parameters.sourceType = \"S3\"\nparameters.sourceInfo = { path = { input = \"p\" } }\n[[inputs]]\nname = \"p\"\ntype = \"path\"".into(),
                                                      "`path` says where the code comes from: it is a text in this file, and no input"),
    ];
    for (text, told) in table {
        assert_eq!(of(&text).unwrap_err(), told, "{text}");
    }
}

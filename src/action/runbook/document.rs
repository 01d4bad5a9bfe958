//! The parameters of SSM documents: fixed texts, typed inputs, and JSON objects, which `AWS-RunDocument` wants of its source.

use std::collections::BTreeMap;

use super::Value;
use super::input::{Input, shows_as_it_is};
use super::mistake::unknown;
use super::script::foreign_reference;
use crate::link::remote::BlankKind;

/// Whether a document can have that name.
pub(super) fn is_name(name: &str) -> bool {
    (3..=256).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/".contains(c))
}

/// The parameters of a document as its runbook's file has them; or what is wrong with them.
pub(super) fn parameters(
    document: &str,
    table: toml::Table,
    inputs: &[Input],
) -> Result<BTreeMap<String, Vec<Value>>, String> {
    if matches!(document, "AWS-RunShellScript" | "AWS-RunPowerShellScript") {
        return Err(format!("what {document} runs is written in `commands`"));
    }
    let mut parameters = BTreeMap::new();
    for (name, value) in table {
        let list = match value {
            toml::Value::Array(list) => list.into_iter().map(of).collect::<Result<_, _>>()?,
            one => vec![of(one)?],
        };
        parameters.insert(name, list);
    }
    let mut used = Vec::new();
    parameters.values().flatten().for_each(|value| names(value, &mut used));
    for name in &used {
        match inputs.iter().find(|input| input.name == *name) {
            None => return Err(unknown("input", name, inputs.iter().map(|input| &*input.name))),
            Some(input) if input.kind == BlankKind::Text => {
                return Err(format!(
                    "`{name}` is free text, and documents put their parameters into scripts as they are: \
                     give it another type, or write `commands`"
                ));
            }
            Some(_) => {}
        }
    }
    if let Some(input) = inputs.iter().find(|input| !used.contains(&&*input.name)) {
        return Err(format!("no parameter uses the input `{0}`, as {{ input = \"{0}\" }}", input.name));
    }
    if document == "AWS-RunDocument" {
        run_document(&parameters)?;
    }
    Ok(parameters)
}

fn of(value: toml::Value) -> Result<Value, String> {
    match value {
        toml::Value::String(text) if foreign_reference(&text).is_some() => {
            Err("`{{` in parameters is for `{{ssm:NAME}}` only: Systems Manager replaces it".into())
        }
        toml::Value::String(text) if !text.split('\n').all(|line| shows_as_it_is(&line.replace('\t', " "))) => {
            Err("a parameter holds a control character or another one that does not show".into())
        }
        toml::Value::String(text) => Ok(Value::Fixed(text)),
        toml::Value::Integer(number) => Ok(Value::Fixed(number.to_string())),
        toml::Value::Boolean(yes) => Ok(Value::Fixed(yes.to_string())),
        toml::Value::Table(table) => match (table.len(), table.get("input")) {
            (1, Some(toml::Value::String(name))) => Ok(Value::Input(name.clone())),
            _ => table
                .into_iter()
                .map(|(name, value)| Ok((name, of(value)?)))
                .collect::<Result<_, _>>()
                .map(Value::Object),
        },
        _ => Err("a parameter is a text, a number, true or false, { input = \"NAME\" }, an object, or a list of these"
            .into()),
    }
}

/// The inputs that a value uses.
fn names<'a>(value: &'a Value, used: &mut Vec<&'a str>) {
    match value {
        Value::Fixed(_) => {}
        Value::Input(name) => used.push(name),
        Value::Object(pairs) => pairs.iter().for_each(|(_, value)| names(value, used)),
    }
}

/// Where `AWS-RunDocument` gets a document from: what it must be told, and what it may be.
const ORIGINS: [(&str, &[&str], &[&str]); 3] = [
    ("GitHub", &["owner", "repository", "path"], &["getOptions", "tokenInfo"]),
    ("S3", &["path"], &[]),
    ("SSMDocument", &["name"], &[]),
];

/// A document that runs a document from elsewhere. Where that comes from is never filled in.
fn run_document(parameters: &BTreeMap<String, Vec<Value>>) -> Result<(), String> {
    const KNOWN: [&str; 4] = ["sourceType", "sourceInfo", "documentPath", "documentParameters"];
    if let Some(name) = parameters.keys().find(|name| !KNOWN.contains(&&***name)) {
        return Err(unknown("parameter", name, KNOWN.into_iter()));
    }
    let only = |name: &str| parameters.get(name).and_then(|list| if let [one] = &list[..] { Some(one) } else { None });
    let Some(Value::Fixed(kind)) = only("sourceType") else {
        return Err("AWS-RunDocument needs `sourceType`: GitHub, S3 or SSMDocument".into());
    };
    let Some((_, needed, possible)) = ORIGINS.iter().find(|(name, ..)| name == kind) else {
        return Err(unknown("sourceType", kind, ORIGINS.iter().map(|(name, ..)| *name)));
    };
    let Some(Value::Object(info)) = only("sourceInfo") else {
        return Err(format!("AWS-RunDocument needs `sourceInfo`, a table with {}", needed.join(", ")));
    };
    for (name, value) in info {
        let known = needed.iter().chain(*possible).copied();
        if !known.clone().any(|one| one == name) {
            return Err(unknown(&format!("part of a {kind} `sourceInfo`"), name, known));
        }
        if !matches!(value, Value::Fixed(_)) {
            return Err(format!("`{name}` says where the code comes from: it is a text in this file, and no input"));
        }
    }
    if let Some(missing) = needed.iter().find(|name| !info.iter().any(|(one, _)| one == *name)) {
        return Err(format!("a {kind} `sourceInfo` needs `{missing}`"));
    }
    let is_url = |(name, value): &(String, Value)| {
        name != "path" || matches!(value, Value::Fixed(url) if url.starts_with("https://"))
    };
    if kind == "S3" && !info.iter().all(is_url) {
        return Err("the `path` of an S3 `sourceInfo` is an https:// URL".into());
    }
    if parameters.get("documentPath").is_some_and(|_| !matches!(only("documentPath"), Some(Value::Fixed(_)))) {
        return Err("`documentPath` says which code runs: it is a text in this file, and no input".into());
    }
    match parameters.get("documentParameters") {
        Some(_) if !matches!(only("documentParameters"), Some(Value::Object(_))) => {
            Err("`documentParameters` is a table".into())
        }
        _ => Ok(()),
    }
}

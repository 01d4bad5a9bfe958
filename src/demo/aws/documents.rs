//! The SSM documents that the stand-in has: which parameters they take, and what machines do with them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::life::Work;
use super::shell::Script;
use super::wire::Problem;
use super::world::{Fate, Node};
use crate::core::execution::order::Platform;

/// A document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Document {
    Shell,
    PowerShell,
    Remote,
}

type Parameters = BTreeMap<String, Vec<String>>;

/// The document with a name.
pub(super) fn named(name: &str, version: Option<&str>) -> Result<Document, Problem> {
    let document = match name {
        "AWS-RunShellScript" => Document::Shell,
        "AWS-RunPowerShellScript" => Document::PowerShell,
        "AWS-RunDocument" => Document::Remote,
        _ => return Err(Problem::new("InvalidDocument", format!("Document with name {name} does not exist."))),
    };
    match version {
        None | Some("1" | "$DEFAULT" | "$LATEST") => Ok(document),
        Some(other) => {
            let message = format!("Document version {other} does not exist. (AWS stand-in)");
            Err(Problem::new("InvalidDocumentVersion", message))
        }
    }
}

/// The step of a document that writes its output.
pub(super) fn plugin(document: &str) -> &'static str {
    match document {
        "AWS-RunPowerShellScript" => "aws:runPowerShellScript",
        "AWS-RunDocument" => "aws:runDocument",
        _ => "aws:runShellScript",
    }
}

/// Seconds that a command may run.
pub(super) fn run_seconds(parameters: &Parameters) -> u32 {
    first(parameters, "executionTimeout").and_then(|text| text.parse().ok()).unwrap_or(3_600)
}

fn first<'p>(parameters: &'p Parameters, name: &str) -> Option<&'p str> {
    parameters.get(name)?.first().map(String::as_str)
}

impl Document {
    fn takes(self) -> &'static [&'static str] {
        match self {
            Self::Shell | Self::PowerShell => &["commands", "workingDirectory", "executionTimeout"],
            Self::Remote => &["sourceType", "sourceInfo", "documentParameters"],
        }
    }

    /// Whether parameters are what the document takes.
    pub fn check(self, parameters: &Parameters) -> Result<(), Problem> {
        let invalid = |why: String| Problem::new("InvalidParameters", format!("{why} (AWS stand-in)"));
        if let Some(unknown) = parameters.keys().find(|name| !self.takes().contains(&name.as_str())) {
            return Err(invalid(format!("The document has no parameter {unknown}.")));
        }
        let references = |value: &&String| value.split("{{").skip(1).any(|rest| rest.trim_start().starts_with("ssm"));
        if parameters.values().flatten().any(|value| references(&value)) {
            return Err(invalid(
                "AWS would put a parameter of its store in the place of {{ssm:…}}; here it has none.".into(),
            ));
        }
        match self {
            Self::Shell | Self::PowerShell => {
                if parameters.get("commands").is_none_or(Vec::is_empty) {
                    return Err(invalid("commands is required.".into()));
                }
                let in_range = |text: &str| text.parse::<u32>().is_ok_and(|seconds| (1..=172_800).contains(&seconds));
                if first(parameters, "executionTimeout").is_some_and(|text| !in_range(text)) {
                    return Err(invalid("executionTimeout is from 1 to 172800.".into()));
                }
            }
            Self::Remote => {
                if !matches!(first(parameters, "sourceType"), Some("GitHub" | "S3" | "SSMDocument")) {
                    return Err(invalid("sourceType is GitHub, S3 or SSMDocument.".into()));
                }
            }
        }
        Ok(())
    }

    /// What becomes of it on a node, whose own fate may be worse.
    pub fn fate(self, node: &Node, fate: Fate) -> Fate {
        let fits = match self {
            Self::Shell => node.platform != Platform::Windows,
            Self::PowerShell => node.platform == Platform::Windows,
            Self::Remote => true,
        };
        if fate == Fate::Runs && !fits { Fate::InvalidPlatform } else { fate }
    }

    /// What a node does with it.
    pub fn work(self, node: &Node, parameters: &Parameters) -> Work {
        match self {
            _ if node.platform == Platform::Windows => Work::Fails(format!(
                "(AWS stand-in) {} stands for a Windows machine, and there is no PowerShell here: nothing ran\n",
                node.id
            )),
            Self::Shell | Self::PowerShell => Work::Runs(Script {
                text: parameters.get("commands").map(|lines| lines.join("\n")).unwrap_or_default(),
                arguments: Vec::new(),
                directory: first(parameters, "workingDirectory").filter(|path| !path.is_empty()).map(Into::into),
            }),
            Self::Remote => remote(parameters),
        }
    }
}

/// A document from elsewhere is not fetched: that would leave this machine.
fn remote(parameters: &Parameters) -> Work {
    let kind = first(parameters, "sourceType").unwrap_or_default();
    let info = first(parameters, "sourceInfo").unwrap_or_default();
    let info: Value = match serde_json::from_str(info) {
        Ok(info @ Value::Object(_)) => info,
        _ => return Work::Fails("SourceInfo could not be unmarshalled: not a JSON object (AWS stand-in)\n".into()),
    };
    let needs: &[&str] = match kind {
        "GitHub" => &["owner", "repository", "path"],
        "S3" => &["path"],
        _ => &["name"],
    };
    if let Some(lacks) = needs.iter().find(|name| info.get(**name).and_then(Value::as_str).is_none_or(str::is_empty)) {
        return Work::Fails(format!("{lacks} for {kind} must be specified (AWS stand-in)\n"));
    }
    let what = needs.iter().filter_map(|name| info.get(*name)?.as_str()).collect::<Vec<_>>().join("/");
    Work::Runs(Script {
        text: "printf '(AWS stand-in) a machine would fetch this from %s and run it: %s\\n' \"$1\" \"$2\"".into(),
        arguments: vec![kind.into(), what],
        directory: None,
    })
}

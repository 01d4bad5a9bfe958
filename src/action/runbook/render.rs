//! Rendering: from a runbook and what was filled in, or from a command as typed, to exactly what is sent.

use std::collections::BTreeMap;

use super::input::{BadInput, Input, is_typographic, shows_as_it_is};
use super::script::{self, Dialect};
use super::{Facts, Rendered, Runbook, Value, Work};
use crate::core::execution::order::{Expect, OnSuccess, Platform, TIMEOUT_SECONDS};
use crate::core::role::Risk;
use crate::link::remote::BlankKind;

/// Bytes of all parameters together, at most. Systems Manager takes documents of 64 KB, with all that was filled in.
pub const LONGEST: usize = 48 * 1024;
/// Columns of a command that are its title.
const TITLE: usize = 60;

impl Runbook {
    /// What would run with these inputs. What is missing is taken from the facts or the file.
    ///
    /// # Errors
    /// The first input that is not what it should be.
    pub fn render(&self, inputs: &BTreeMap<String, String>, facts: &Facts) -> Result<Rendered, BadInput> {
        if let Some(stranger) = inputs.keys().find(|name| self.input(name).is_none()) {
            return Err(BadInput::new(
                "inputs",
                match stranger.len() {
                    ..=32 if shows_as_it_is(stranger) => format!("{} has no input `{stranger}`", self.name),
                    _ => format!("{} has no such input", self.name),
                },
            ));
        }
        let mut values = BTreeMap::new();
        for input in &self.inputs {
            let value = inputs.get(&input.name).cloned();
            let value = value.unwrap_or_else(|| facts.suggest(input, self.platform));
            input.check(self.platform, &value)?;
            values.insert(&*input.name, value);
        }
        let mut parameters = match &self.work {
            Work::Script(script) => {
                let dialect = Dialect::of(self.platform);
                let filled = self.inputs.iter().filter_map(|input| Some((input, values.get(&*input.name)?)));
                let assignments = filled.map(|(input, value)| dialect.assignment(input, value)).collect();
                let lines = script::assemble(assignments, script);
                if lines.iter().any(|line| !shows_as_it_is(&line.replace('\t', " "))) {
                    return Err(BadInput::new("inputs", "the commands would hold characters that do not show"));
                }
                BTreeMap::from([("commands".to_owned(), lines)])
            }
            Work::Parameters(parameters) => self.fill(parameters, &values)?,
        };
        if matches!(self.work, Work::Script(_)) {
            parameters.insert(EXECUTION_TIMEOUT.into(), vec![self.timeout_seconds.to_string()]);
        }
        self.hold_references(&parameters)?;
        hold_size(&parameters, "inputs")?;
        Ok(Rendered {
            title: self.name.clone(),
            document: self.document.clone(),
            document_version: self.document_version.clone(),
            parameters,
            platform: self.platform,
            timeout_seconds: self.timeout_seconds,
            risk: self.risk,
            expect: self.expect.clone(),
            on_success: self.on_success,
            auto: self.auto,
        })
    }

    /// One of its inputs.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    fn fill(
        &self,
        parameters: &BTreeMap<String, Vec<Value>>,
        values: &BTreeMap<&str, String>,
    ) -> Result<BTreeMap<String, Vec<String>>, BadInput> {
        for input in &self.inputs {
            // What a document does with its parameters is not in our hands: most put them into a script as they are.
            let value = values.get(&*input.name).map_or("", |value| value);
            let plain = |c: char| c.is_ascii_alphanumeric() || "_-.:/\\@,+=".contains(c);
            if matches!(input.kind, BlankKind::Path) && !value.chars().all(plain) {
                return Err(BadInput::new(
                    &input.name,
                    "goes into a document: takes a path of letters, digits and _ - . : / @ , + =",
                ));
            }
        }
        let list = |list: &Vec<Value>| list.iter().map(|value| text(value, values)).collect();
        Ok(parameters.iter().map(|(name, value)| (name.clone(), list(value))).collect())
    }

    /// Whatever Systems Manager would replace is in the runbook's file, and nothing else.
    fn hold_references(&self, parameters: &BTreeMap<String, Vec<String>>) -> Result<(), BadInput> {
        let own: Vec<&str> = match &self.work {
            Work::Script(script) => script::references(script).collect(),
            Work::Parameters(parameters) => parameters.values().flatten().flat_map(fixed).collect(),
        };
        let mut sent = parameters.values().flatten().flat_map(|text| script::references(text));
        if sent.all(|reference| own.contains(&reference)) {
            Ok(())
        } else {
            Err(BadInput::new("inputs", "hold {{ and }}, which Systems Manager replaces"))
        }
    }
}

/// The references in what a file says.
fn fixed(value: &Value) -> Vec<&str> {
    match value {
        Value::Fixed(text) => script::references(text).collect(),
        Value::Input(_) => Vec::new(),
        Value::Object(pairs) => pairs.iter().flat_map(|(_, value)| fixed(value)).collect(),
    }
}

fn text(value: &Value, values: &BTreeMap<&str, String>) -> String {
    match value {
        Value::Fixed(text) => text.clone(),
        Value::Input(name) => values.get(&**name).cloned().unwrap_or_default(),
        Value::Object(_) => json(value, values).to_string(),
    }
}

fn json(value: &Value, values: &BTreeMap<&str, String>) -> serde_json::Value {
    match value {
        Value::Object(pairs) => pairs.iter().map(|(name, value)| (name.clone(), json(value, values))).collect(),
        value => text(value, values).into(),
    }
}

/// The parameter of the documents that run scripts which ends those that take too long.
pub(super) const EXECUTION_TIMEOUT: &str = "executionTimeout";

/// What would run for a command as typed.
///
/// # Errors
/// It holds what must not reach a machine, or would not reach it as it is.
pub fn command(platform: Platform, text: &str) -> Result<Rendered, BadInput> {
    let bad = |what: &str| Err(BadInput::new(COMMAND, what));
    // Editors and clipboards of one system add the other's line ends.
    let text = text.replace("\r\n", "\n");
    let text = text.trim_end();
    let Some(first) = text.lines().map(str::trim).find(|line| !line.is_empty()) else {
        return bad("is empty");
    };
    if text.contains("{{") {
        return bad("holds {{, which Systems Manager replaces before the machine sees it; in a shell, write '{''{'");
    }
    if text.contains(is_typographic) {
        return bad("holds typographic quotes, as chat programs make them; type straight ones: ' or \"");
    }
    if let Some(line) = text.split('\n').position(|line| !shows_as_it_is(&line.replace('\t', " "))) {
        let what = format!("line {} holds a control character or another one that does not show", line + 1);
        return Err(BadInput::new(COMMAND, what));
    }
    let parameters = BTreeMap::from([
        ("commands".to_owned(), text.split('\n').map(str::to_owned).collect()),
        (EXECUTION_TIMEOUT.to_owned(), vec![TIMEOUT_SECONDS.to_string()]),
    ]);
    hold_size(&parameters, COMMAND)?;
    Ok(Rendered {
        title: crate::core::safe_text::SafeText::fit(first, TITLE).to_string(),
        document: Dialect::of(platform).document().into(),
        document_version: None,
        parameters,
        platform,
        timeout_seconds: TIMEOUT_SECONDS,
        risk: Risk::default(),
        expect: Expect::default(),
        on_success: OnSuccess::default(),
        auto: false,
    })
}

/// What a mistake in a command as typed is told of.
const COMMAND: &str = "command";

fn hold_size(parameters: &BTreeMap<String, Vec<String>>, what: &str) -> Result<(), BadInput> {
    let list = |list: &Vec<String>| list.iter().map(|text| text.len() + 3).sum::<usize>();
    let bytes: usize = parameters.iter().map(|(name, value)| name.len() + list(value)).sum();
    if bytes <= LONGEST {
        return Ok(());
    }
    Err(BadInput::new(what, format!("make {bytes} bytes in all; Systems Manager takes {LONGEST} of commands")))
}

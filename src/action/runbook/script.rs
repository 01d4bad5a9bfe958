//! Scripts: how an input's value gets into one, and what a script must look like so that it stays data there.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::input::{Input, shows_as_it_is};
use crate::core::execution::order::Platform;
use crate::link::remote::BlankKind;

/// What runs a script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dialect {
    Shell,
    PowerShell,
}

impl Dialect {
    pub(super) fn of(platform: Platform) -> Self {
        match platform {
            Platform::Linux | Platform::MacOs => Self::Shell,
            Platform::Windows => Self::PowerShell,
        }
    }

    pub(super) const fn document(self) -> &'static str {
        match self {
            Self::Shell => "AWS-RunShellScript",
            Self::PowerShell => "AWS-RunPowerShellScript",
        }
    }

    /// The line that gives an input's variable its value, which has been checked.
    pub(super) fn assignment(self, input: &Input, value: &str) -> String {
        let name = variable(&input.name);
        match (self, &input.kind) {
            (Self::Shell, BlankKind::Text) if !value.is_empty() => {
                // A substitution loses the line ends that it ends in: the slash keeps them, and is never a part of another
                // character, in any encoding.
                let data = BASE64_STANDARD.encode(value);
                format!("{name}=$(printf %s '{data}' | base64 -d && printf /) || exit 125; {name}=${{{name}%/}}")
            }
            (Self::Shell, _) => format!("{name}='{}'", value.replace('\'', r"'\''")),
            (Self::PowerShell, BlankKind::Text) if !value.is_empty() => {
                let data = BASE64_STANDARD.encode(value);
                format!("${name} = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{data}'))")
            }
            (Self::PowerShell, BlankKind::Integer { .. }) if !value.is_empty() => format!("${name} = {value}"),
            (Self::PowerShell, _) => format!("${name} = '{}'", value.replace('\'', "''")),
        }
    }
}

/// The variable that holds an input.
pub(super) fn variable(input: &str) -> String {
    format!("AW_{}", input.to_ascii_uppercase())
}

/// A script with its variables' values before it, but behind the line that names its interpreter.
pub(super) fn assemble(assignments: Vec<String>, script: &str) -> Vec<String> {
    let mut lines = script.lines().peekable();
    let mut all: Vec<String> = lines.next_if(|line| line.starts_with("#!")).map(str::to_owned).into_iter().collect();
    all.extend(assignments);
    all.extend(lines.map(str::to_owned));
    all
}

/// What is wrong with a script, and at which byte of it.
pub(super) type Fault = (usize, String);

/// Whether inputs stay data in a script, and whether it is what it looks like.
pub(super) fn check(dialect: Dialect, script: &str, inputs: &[Input]) -> Result<(), Fault> {
    let mut at = 0;
    for line in script.split_inclusive('\n') {
        if !shows_as_it_is(&line.trim_end_matches('\n').replace('\t', " ")) {
            return Err((at, "the commands hold a control character or another one that does not show".into()));
        }
        at += line.len();
    }
    if let Some(at) = foreign_reference(script) {
        let what = "`{{` in commands is for `{{ssm:NAME}}` only: Systems Manager replaces it before they run; \
                    write another brace as '{''{'";
        return Err((at, what.into()));
    }
    let interpreter = script.lines().next().filter(|line| line.starts_with("#!"));
    let is_shell = |line: &str| line.trim_end().ends_with("sh");
    if dialect == Dialect::Shell && interpreter.is_some_and(|line| !is_shell(line)) {
        return Err((
            0,
            "the first line names an interpreter that is no shell; call it from the commands instead".into(),
        ));
    }
    for (at, name) in variables(script) {
        let Some(input) = inputs.iter().find(|input| variable(&input.name) == name) else {
            let known: Vec<String> = inputs.iter().map(|input| variable(&input.name)).collect();
            return Err((at, super::mistake::unknown("input", name, known.iter().map(|name| &**name))));
        };
        if !is_commented(script, at) {
            stays_data(dialect, script, at, name, &input.kind).map_err(|what| (at, what))?;
        }
    }
    match inputs.iter().find(|input| !variables(script).any(|(_, name)| name == variable(&input.name))) {
        Some(input) => Err((0, format!("no command uses the input `{}`, as ${}", input.name, variable(&input.name)))),
        None => Ok(()),
    }
}

/// Where a text has `{{` that is no reference to a parameter of Systems Manager's.
pub(super) fn foreign_reference(text: &str) -> Option<usize> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-/:".contains(c);
    text.match_indices("{{").map(|(at, _)| at).find(|at| {
        let inside = text[at + 2..].split("}}").next().unwrap_or_default().trim();
        let name = inside.strip_prefix("ssm:").or_else(|| inside.strip_prefix("ssm-secure:"));
        !text[at + 2..].contains("}}") || !name.is_some_and(|name| !name.is_empty() && name.chars().all(is_name))
    })
}

/// Every `{{…` of a text, as far as it goes.
pub(super) fn references(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("{{").map(|(at, _)| {
        let end = text[at..].find("}}").map_or(text.len(), |end| at + end + 2);
        &text[at..end]
    })
}

/// All the variables of inputs that a script names.
fn variables(script: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    script.match_indices("AW_").filter_map(move |(at, _)| {
        let end = script[at..].find(|c| !is_part(c)).map_or(script.len(), |end| at + end);
        (!script[..at].ends_with(is_part)).then(|| (at, &script[at..end]))
    })
}

fn is_commented(script: &str, at: usize) -> bool {
    let line = script[..at].rfind('\n').map_or(0, |end| end + 1);
    script[line..].trim_start().starts_with('#')
}

/// Whether a variable stays data where it is named. What comes from outside and may hold any sign has to stand alone in its
/// quotes, where a shell neither divides nor expands nor runs it.
fn stays_data(dialect: Dialect, script: &str, at: usize, name: &str, kind: &BlankKind) -> Result<(), String> {
    if !matches!(kind, BlankKind::Text | BlankKind::Path) {
        return Ok(());
    }
    let line = script[..at].rfind('\n').map_or(0, |end| end + 1);
    if dialect == Dialect::PowerShell {
        let all = script[line..].lines().next().unwrap_or_default().to_ascii_lowercase();
        let runs = ["invoke-expression", "iex ", "-command", "cmd ", "cmd.exe", "scriptblock"];
        return match runs.iter().find(|word| all.contains(**word)) {
            Some(word) => Err(format!("${name} would be run as code by `{}`", word.trim())),
            None => Ok(()),
        };
    }
    let alone = Err(format!("write \"${name}\", alone in double quotes: so it stays data whatever it holds"));
    let before = &script[..at];
    let Some(open) = ["\"$", "\"${"].iter().find_map(|sign| before.strip_suffix(*sign)) else { return alone };
    let braced = before.ends_with('{');
    let after = &script[at + name.len()..];
    let rest = if braced { after.split_once('}') } else { Some(("", after)) };
    let closes = rest.is_some_and(|(inside, rest)| !inside.contains(['"', '$', '`']) && rest.starts_with('"'));
    if !closes || quotes(open) != Quotes::None {
        return alone;
    }
    let word = open[line.min(open.len())..].split_whitespace().next_back().unwrap_or_default();
    match word {
        "eval" | "-c" => {
            Err(format!("\"${name}\" would be run as code by `{word}`; give it as an argument behind one"))
        }
        _ => Ok(()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Quotes {
    None,
    Single,
    Double,
}

/// Between which quotes the end of a piece of shell script is.
fn quotes(script: &str) -> Quotes {
    let mut now = Quotes::None;
    let mut outer = Vec::new();
    let mut last = '\n';
    let mut signs = script.chars().peekable();
    while let Some(c) = signs.next() {
        match (now, c) {
            (Quotes::None | Quotes::Double, '\\') => drop(signs.next()),
            (Quotes::None, '#') if last.is_whitespace() || last == ';' => {
                while signs.next_if(|c| *c != '\n').is_some() {}
            }
            (Quotes::None, '\'') => now = Quotes::Single,
            (Quotes::Single, '\'') | (Quotes::Double, '"') => now = Quotes::None,
            (Quotes::None, '"') => now = Quotes::Double,
            // What a substitution holds begins anew, also between double quotes.
            (Quotes::None, '(') => outer.push(Quotes::None),
            (Quotes::Double, '$') if signs.next_if_eq(&'(').is_some() => {
                outer.push(Quotes::Double);
                now = Quotes::None;
            }
            (Quotes::None, ')') => now = outer.pop().unwrap_or(Quotes::None),
            _ => {}
        }
        last = c;
    }
    now
}

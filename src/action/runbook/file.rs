//! A runbook's file: TOML, unknown keys refused, every mistake told with its line. What an input must be is `blank`'s,
//! what a document's parameters must be `document`'s.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::blank::{Blank, Texts, input};
use super::input::{Input, shows_as_it_is};
use super::mistake::unknown;
use super::script::{self, Dialect};
use super::{Fits, Mistake, Runbook, Work, document};
use crate::core::category;
use crate::core::execution::order::{Expect, OnSuccess, Platform, TIMEOUT_SECONDS};
use crate::core::role::Risk;
use crate::core::session::port::{Preset, check_host};

/// Bytes of a script, at most: what is filled in has to find room beside it.
const LONGEST_SCRIPT: usize = 24 * 1024;

/// The file as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Spanned<String>,
    doc: Spanned<String>,
    #[serde(default, rename = "match")]
    fits: Match,
    #[serde(default)]
    platform: System,
    risk: Risk,
    document: Option<Spanned<String>>,
    document_version: Option<Spanned<String>>,
    commands: Option<Spanned<Texts>>,
    parameters: Option<Spanned<toml::Table>>,
    #[serde(default)]
    inputs: Vec<Spanned<Blank>>,
    #[serde(default)]
    forwards: Vec<Spanned<Forward>>,
    timeout: Option<Spanned<u32>>,
    #[serde(default)]
    expect: Expect,
    #[serde(default)]
    on_success: OnSuccess,
    auto: Option<Spanned<bool>>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Match {
    signature: Texts,
    tool: Texts,
    category: Vec<Spanned<String>>,
    asset: Texts,
}

/// A port that people want when they are about this.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forward {
    name: String,
    doc: String,
    host: Option<String>,
    port: u16,
    #[serde(default)]
    local: u16,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
enum System {
    #[default]
    Linux,
    Windows,
    MacOs,
}

/// Reads a file's text. `name` is what mistakes call it.
pub(super) fn read(text: &str, name: &str, from: &str) -> Result<Runbook, Mistake> {
    let file: File = toml::from_str(text).map_err(|error| Mistake::of_parser(name, text, &error))?;
    let page = Page { name, text };
    page.check(&file)?;
    let platform = match file.platform {
        System::Linux => Platform::Linux,
        System::Windows => Platform::Windows,
        System::MacOs => Platform::MacOs,
    };
    let dialect = Dialect::of(platform);
    let inputs = page.inputs(file.inputs, platform)?;
    let forwards = file.forwards.into_iter().map(|one| page.forward(one)).collect::<Result<_, _>>()?;
    let auto = file.auto.as_ref().is_some_and(|auto| *auto.get_ref());
    if let Some(said) = file.auto.filter(|_| auto) {
        by_itself(file.risk, &file.fits, &inputs).map_err(|what| page.at(said.span(), &what))?;
    }
    let work = match (file.commands, file.parameters, &file.document) {
        (Some(commands), None, named) => {
            if let Some(named) = named.as_ref().filter(|named| named.get_ref() != dialect.document()) {
                let what = format!("commands are run by {}; another document takes `parameters`", dialect.document());
                return Err(page.at(named.span(), &what));
            }
            page.script(commands, dialect, &inputs)?
        }
        (None, Some(parameters), Some(named)) => {
            let span = parameters.span();
            let parameters = document::parameters(named.get_ref(), parameters.into_inner(), &inputs);
            Work::Parameters(parameters.map_err(|what| page.at(span, &what))?)
        }
        (None, None, Some(named)) => {
            let parameters = document::parameters(named.get_ref(), toml::Table::new(), &inputs);
            Work::Parameters(parameters.map_err(|what| page.at(named.span(), &what))?)
        }
        (None, Some(parameters), None) => {
            return Err(page.at(parameters.span(), "`parameters` are for a `document`; name it"));
        }
        (Some(both), Some(_), _) => {
            return Err(page.at(both.span(), "a runbook has `commands` or `parameters`, not both"));
        }
        (None, None, None) => return Err(Mistake::of(name, "it has no `commands`, and no `document`")),
    };
    Ok(Runbook {
        name: file.name.into_inner(),
        doc: file.doc.into_inner(),
        fits: Fits {
            signature: file.fits.signature.0,
            tool: file.fits.tool.0,
            category: file.fits.category.into_iter().map(Spanned::into_inner).collect(),
            asset: file.fits.asset.0,
        },
        platform,
        risk: file.risk,
        document: file.document.map_or_else(|| dialect.document().into(), Spanned::into_inner),
        document_version: file.document_version.map(Spanned::into_inner),
        work,
        inputs,
        forwards,
        timeout_seconds: file.timeout.map_or(TIMEOUT_SECONDS, Spanned::into_inner),
        expect: file.expect,
        on_success: file.on_success,
        auto,
        from: from.into(),
    })
}

/// A file's text, and what mistakes in it call it.
struct Page<'a> {
    name: &'a str,
    text: &'a str,
}

impl Page<'_> {
    fn at(&self, span: Range<usize>, what: &str) -> Mistake {
        Mistake::at(self.name, self.text, span.start, what)
    }

    /// What can be wrong with single values.
    fn check(&self, file: &File) -> Result<(), Mistake> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let called = file.name.get_ref();
        if !(1..=64).contains(&called.len()) || !called.chars().all(plain) || called.starts_with('-') {
            let what = "a runbook's name is 1 to 64 of a-z, 0-9 and -, for example disk-usage";
            return Err(self.at(file.name.span(), what));
        }
        if file.doc.get_ref().trim().is_empty() || !shows_as_it_is(file.doc.get_ref()) {
            return Err(self.at(file.doc.span(), "`doc` says in one line what the runbook does"));
        }
        if let Some(timeout) = file.timeout.as_ref().filter(|timeout| !(30..=172_800).contains(timeout.get_ref())) {
            return Err(self.at(timeout.span(), "`timeout` is from 30 to 172800 seconds"));
        }
        let is_known = |one: &&Spanned<String>| category::all().any(|known| known.eq_ignore_ascii_case(one.get_ref()));
        if let Some(one) = file.fits.category.iter().find(|one| !is_known(one)) {
            return Err(self.at(one.span(), &unknown("category", one.get_ref(), category::all())));
        }
        if let Some(named) = file.document.as_ref().filter(|named| !document::is_name(named.get_ref())) {
            let what = "no name of a document; it looks like AWS-RunShellScript, or is an ARN";
            return Err(self.at(named.span(), what));
        }
        let is_version =
            |text: &str| matches!(text, "$DEFAULT" | "$LATEST") || text.parse::<u32>().is_ok_and(|n| n > 0);
        match file.document_version.as_ref().filter(|version| !is_version(version.get_ref())) {
            Some(version) => Err(self.at(version.span(), "a document's version is a number, $DEFAULT or $LATEST")),
            None => Ok(()),
        }
    }

    fn inputs(&self, blanks: Vec<Spanned<Blank>>, platform: Platform) -> Result<Vec<Input>, Mistake> {
        let mut inputs: Vec<Input> = Vec::new();
        for blank in blanks {
            let span = blank.span();
            let input = input(blank.into_inner(), platform).map_err(|what| self.at(span.clone(), &what))?;
            if inputs.iter().any(|other| other.name == input.name) {
                return Err(self.at(span, &format!("there is another input `{}`", input.name)));
            }
            inputs.push(input);
        }
        Ok(inputs)
    }

    fn forward(&self, forward: Spanned<Forward>) -> Result<Preset, Mistake> {
        let span = forward.span();
        let Forward { name, doc, host, port, local } = forward.into_inner();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let wrong = if !(1..=32).contains(&name.len()) || !name.chars().all(plain) {
            Some("a forward's `name` is 1 to 32 of a-z, 0-9 and -, for example payments-db")
        } else if !shows_as_it_is(&doc) {
            Some("the `doc` of a forward is one line")
        } else if port == 0 {
            Some("a port is from 1 to 65535")
        } else {
            host.as_deref().and_then(|host| check_host(host, host.contains(':')).err())
        };
        match wrong {
            Some(what) => Err(self.at(span, what)),
            None => Ok(Preset { name, doc, host, port, local }),
        }
    }

    fn script(&self, commands: Spanned<Texts>, dialect: Dialect, inputs: &[Input]) -> Result<Work, Mistake> {
        let span = commands.span();
        let script = commands.into_inner().0.join("\n").replace("\r\n", "\n").trim().to_owned();
        if script.is_empty() {
            return Err(self.at(span, "`commands` is empty"));
        }
        if script.len() > LONGEST_SCRIPT {
            return Err(self.at(span, &format!("`commands` has more than {LONGEST_SCRIPT} bytes")));
        }
        match script::check(dialect, &script, inputs) {
            Ok(()) => Ok(Work::Script(script)),
            Err((byte, what)) => {
                Err(Mistake::at(self.name, self.text, place(self.text, span.start, &script, byte), what))
            }
        }
    }
}

/// Whether what a file says lets it run by itself.
fn by_itself(risk: Risk, fits: &Match, inputs: &[Input]) -> Result<(), String> {
    if risk != Risk::Low {
        return Err("only a runbook of risk `low` may run by itself".into());
    }
    if fits.signature.0.is_empty() {
        return Err("what may run by itself names the signatures that it is for".into());
    }
    match inputs.iter().find(|input| input.default.is_none()) {
        Some(input) => Err(format!("what may run by itself needs a default for `{}`", input.name)),
        None => Ok(()),
    }
}

/// Where in a file the line of a script's byte stands; the script's beginning when that is not to be found.
fn place(text: &str, from: usize, script: &str, byte: usize) -> usize {
    let begins = script[..byte].rfind('\n').map_or(0, |end| end + 1);
    let line = script[begins..].lines().next().unwrap_or_default();
    text[from..].find(line).filter(|_| !line.is_empty()).map_or(from, |at| from + at)
}

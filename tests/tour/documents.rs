//! The documents: what they show of the program is so, and what they point to is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use alert_whisperer::config::Config;
use alert_whisperer::core::setting;
use alert_whisperer::core::severity::Severity;
use alert_whisperer::core::source::Source;
use alert_whisperer::core::tenant::Settings;
use alert_whisperer::core::tour;
use alert_whisperer::engine::interpreter::Interpreter;
use alert_whisperer::receiver::sources::Sources;

/// The senders that the README shows, as files to copy.
pub const SENDERS: [(&str, &[u8]); 2] = [
    ("python.py", include_bytes!("../../docs/senders/python.py")),
    ("node.mjs", include_bytes!("../../docs/senders/node.mjs")),
];

const README: &str = include_str!("../../README.md");

#[test]
fn the_readme_shows_the_senders_as_they_are() {
    let show = |language: &str| blocks(README, language).collect::<Vec<_>>();
    assert_eq!(show("python"), [std::str::from_utf8(SENDERS[0].1).unwrap()]);
    assert_eq!(show("js"), [std::str::from_utf8(SENDERS[1].1).unwrap()]);
    let curl = tour::curl("http://127.0.0.1:8001").join("\n");
    assert!(show("sh").iter().any(|block| block.trim_end().ends_with(&curl)), "the tour's curl is\n{curl}");
    assert!(show("sh").iter().any(|block| block.contains(tour::ADD_TENANT)), "{}", tour::ADD_TENANT);
}

#[test]
fn what_the_documents_point_to_is_there() {
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        for link in links.filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = document.parent().unwrap().join(file);
            assert!(target.exists(), "{}: {link}", document.display());
            let there = heading.is_empty() || headings(&fs::read_to_string(&target).unwrap()).contains(heading);
            assert!(there, "{}: no heading {link}", document.display());
        }
    }
}

#[test]
fn the_readme_leads_to_every_document() {
    for document in documents() {
        let name = document.strip_prefix(root()).unwrap().to_str().unwrap();
        let led = README.contains(&format!("]({name}")) || matches!(name, "README.md" | "CHANGELOG.md");
        assert!(led, "README.md has no link to {name}");
    }
}

#[test]
fn the_shown_mapping_table_can_be_followed() {
    let text = fs::read_to_string(root().join("docs/mapping.md")).unwrap();
    let custom = Source::of("custom".parse().unwrap());
    let tables: Vec<&str> = blocks(&text, "toml").collect();
    assert!(!tables.is_empty());
    for table in tables {
        let source = Source { mapping: Some(table.into()), ..custom.clone() };
        assert_eq!(Sources.check(&source), Ok(()), "{table}");
    }
}

#[test]
fn every_shown_configuration_can_be_read() {
    // What runbooks.md shows are runbooks, whose own trials read them; mapping.md shows a mapping table.
    let others = ["docs/runbooks.md", "docs/mapping.md"];
    let configured = documents().into_iter().filter(|document| !others.iter().any(|other| document.ends_with(other)));
    for document in configured {
        let text = fs::read_to_string(&document).unwrap();
        for block in blocks(&text, "toml") {
            let read = Config::read(block, "config.toml", std::iter::empty());
            let config = read.unwrap_or_else(|error| panic!("{}: {error}\n{block}", document.display()));
            for (key, value) in config.tenants.iter().flat_map(|tenant| &tenant.settings) {
                setting::set(&Settings::default(), key, &value.value)
                    .unwrap_or_else(|error| panic!("{}: {error}", document.display()));
            }
        }
    }
}

#[test]
fn every_key_of_the_configuration_is_in_the_example_and_described() {
    let example = fs::read_to_string(root().join("config.example.toml")).unwrap();
    let described = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let aws = fs::read_to_string(root().join("docs/aws.md")).unwrap();
    let tls = fs::read_to_string(root().join("docs/tls.md")).unwrap();
    let described = [described, aws, tls].concat();
    let mut keys = 0;
    for file in fs::read_dir(root().join("src/config")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for shape in text.split("deny_unknown_fields)]\n").skip(1).filter_map(|rest| rest.split("\n}").next()) {
            let fields = shape.lines().skip(1).filter_map(|line| line.strip_prefix("    ")?.split_once(": "));
            for (field, _) in fields.filter(|(field, _)| !field.starts_with(['/', '#'])) {
                let key = field.trim_start_matches("pub ");
                let shown = |text: &str| text.contains(&format!("{key} = ")) || text.contains(&format!("[{key}]"));
                assert!(shown(&example), "config.example.toml has no {key}");
                let told = shown(&described) || described.contains(&format!("`{key}`"));
                assert!(told, "docs/configuration.md does not describe {key}");
                keys += 1;
            }
        }
    }
    assert!(keys > 30, "{keys}");
}

#[test]
fn every_setting_of_a_tenant_is_described() {
    let text = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    for name in setting::names(&Settings::default()) {
        let default = setting::get(&Settings::default(), &name).unwrap();
        let row = text.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("docs/configuration.md does not describe {name}"));
        assert!(default.is_empty() || row.replace("\\|", "|").contains(&format!("`{default}`")), "{row}: {default}");
    }
}

#[test]
fn every_refusal_is_described() {
    // Senders are told in one, clients of the API and of the feed in the others.
    let pages = ["receiver", "api", "feed"].map(|page| root().join(format!("docs/{page}.md")));
    let text = pages.map(|page| fs::read_to_string(page).unwrap()).concat();
    let table = fs::read_to_string(root().join("src/receiver/refusal.rs")).unwrap();
    let table = table.split_once("refusals! {\n").unwrap().1.split_once("\n}").unwrap().0;
    let codes: Vec<&str> = table.lines().map(|row| row.split('"').nth(1).unwrap()).collect();
    assert!(codes.len() > 20);
    for code in codes {
        assert!(text.contains(&format!("`{code}`")), "no page describes {code}");
    }
}

#[test]
fn every_change_and_every_severitys_word_is_described() {
    let json = fs::read_to_string(root().join("docs/json.md")).unwrap();
    let changes = fs::read_to_string(root().join("src/core/change.rs")).unwrap();
    let changes = changes.split_once("pub enum Change {\n").unwrap().1.split_once("\n}").unwrap().0;
    let named = |line: &str| line.strip_prefix("    ").filter(|name| name.starts_with(char::is_uppercase)).map(snake);
    let renamed = |line: &str| line.trim().strip_prefix("#[serde(rename = \"")?.strip_suffix("\")]").map(Into::into);
    let lines: Vec<&str> = changes.lines().collect();
    let called = |pair: &[&str]| named(pair[1]).map(|name| renamed(pair[0]).unwrap_or(name));
    let changes: Vec<String> = lines.windows(2).filter_map(called).collect();
    assert!(changes.len() > 10 && changes.contains(&"alert_seen_again".into()), "{changes:?}");
    for change in changes {
        assert!(json.contains(&format!("`{change}`")), "docs/json.md does not describe {change}");
    }
    let receiver = fs::read_to_string(root().join("docs/receiver.md")).unwrap();
    let table = receiver.split_once("### Severity").unwrap().1.split_once("## Signing").unwrap().0;
    for severity in Severity::ALL {
        let row = table.lines().find_map(|line| line.strip_prefix(&format!("| {severity} | "))).unwrap();
        for word in row.trim_end_matches(" |").split(", ") {
            assert_eq!(word.parse(), Ok(severity), "{word}");
        }
    }
}

/// Every name of an object stands in the document.
pub fn assert_described(document: &str, object: &serde_json::Value) {
    let text = fs::read_to_string(root().join(document)).unwrap();
    for name in object.as_object().unwrap().keys() {
        assert!(text.contains(&format!("`{name}`")), "{document} does not describe {name}");
    }
}

/// `AlertSeenAgain { … ` as `alert_seen_again`.
fn snake(variant: &str) -> String {
    let mut snake = String::new();
    for c in variant.chars().take_while(|c| c.is_alphanumeric()) {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// The code blocks of a language.
fn blocks<'t>(text: &'t str, language: &str) -> impl Iterator<Item = &'t str> {
    let starts = format!("```{language}\n");
    let starts: Vec<usize> = text.match_indices(&starts).map(|(at, start)| at + start.len()).collect();
    starts.into_iter().map(move |at| text[at..].split_once("```").unwrap().0)
}

/// A document's headings, as a link names them.
fn headings(text: &str) -> BTreeSet<String> {
    let named = |heading: &str| {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
    };
    text.lines()
        .filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')))
        .map(named)
        .collect()
}

fn documents() -> Vec<PathBuf> {
    let mut documents = vec![root().join("README.md"), root().join("CONTRIBUTING.md"), root().join("CHANGELOG.md")];
    for folder in ["docs", "docs/senders"] {
        let files = fs::read_dir(root().join(folder)).unwrap().map(|file| file.unwrap().path());
        documents.extend(files.filter(|file| file.extension().is_some_and(|extension| extension == "md")));
    }
    documents
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

//! What `docs/runbooks.md` says of the runbooks that come with the program is made from them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use super::{read, shipped};
use crate::link::remote::BlankKind;

const BEGINS: &str = "<!-- shipped -->\n";
const ENDS: &str = "<!-- /shipped -->\n";

fn table() -> String {
    let mut table = String::from("| name | risk | what it does | inputs |\n|---|---|---|---|\n");
    for one in shipped() {
        let by_itself = if one.auto { ", auto" } else { "" };
        let names: Vec<&str> = one.inputs.iter().map(|input| &*input.name).collect();
        writeln!(table, "| `{}` | {}{by_itself} | {} | {} |", one.name, one.risk.word(), one.doc, names.join(", "))
            .unwrap();
    }
    table
}

#[test]
fn the_list_in_the_documents_is_that_of_the_files() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/runbooks.md");
    let is = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = is.split_once(BEGINS).unwrap();
    let (_, after) = rest.split_once(ENDS).unwrap();
    let should = format!("{before}{BEGINS}{}{ENDS}{after}", table());
    if std::env::var_os("UPDATE").is_some() {
        // In one step: the trial below reads the same file at the same time.
        let mut beside = tempfile::NamedTempFile::new_in(path.parent().unwrap()).unwrap();
        beside.write_all(should.as_bytes()).unwrap();
        let permissions = std::fs::metadata(&path).unwrap().permissions();
        beside.as_file().set_permissions(permissions).unwrap();
        beside.persist(&path).unwrap();
        return;
    }
    assert!(is == should, "docs/runbooks.md is out of date; `UPDATE=1 cargo test --lib documents` writes it");
}

#[test]
fn every_file_of_the_folder_comes_with_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks");
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let shipped: Vec<&str> = crate::action::runbook::shipped::FILES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, shipped);
    for one in super::shipped() {
        assert!(names.contains(&format!("{}.toml", one.name)), "{}", one.name);
    }
}

#[test]
fn the_examples_in_the_documents_are_runbooks() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/runbooks.md")).unwrap();
    let blocks: Vec<&str> = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let whole: Vec<_> =
        blocks.iter().filter(|block| block.contains("\nrisk =")).map(|block| read(block).unwrap()).collect();
    assert!(whole.len() >= 3, "{}", whole.len());
    assert!(whole.iter().flat_map(|one| &one.inputs).any(|input| input.kind == BlankKind::Text));
}

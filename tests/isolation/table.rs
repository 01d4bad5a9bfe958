//! Every request against every role, for one's own tenants and others': as `docs/rights.md` says.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use alert_whisperer::core::person::Scope;
use alert_whisperer::core::rights::{Denied, Rights};
use alert_whisperer::link::Request;

use crate::house::{NOBODY, OURS, PEOPLE, THEIRS, tenant};
use crate::requests::{KINDS, about, at_large, kind};

const BEGIN: &str = "<!-- table -->\n";
const END: &str = "<!-- end -->\n";

/// What each role may, as `yes` or nothing; for all tenants, or for some.
fn row(request: &Request, tenants: &Scope) -> [&'static str; 4] {
    PEOPLE.map(|(name, role)| {
        let rights = Rights { who: name.into(), role, tenants: tenants.clone() };
        let need = request.need();
        if need.check(&rights, Some(&tenant(OURS))).is_ok() { "yes" } else { "" }
    })
}

#[test]
fn every_request_takes_the_role_that_the_documentation_says() {
    let some = Scope::Some([tenant(OURS)].into());
    let mut table = String::from("| | viewer | technician | lead | admin |\n|---|---|---|---|---|\n");
    for (name, request) in about(OURS) {
        let may = row(&request, &some);
        assert_eq!(may, row(&request, &Scope::All), "{name}: one's own are as good as all");
        writeln!(table, "| {name} | {} |", may.join(" | ")).unwrap();
    }
    table.push_str("| | | | | |\n");
    for (name, request) in at_large() {
        let (own, all) = (row(&request, &some), row(&request, &Scope::All));
        let words = own.iter().zip(all).map(|(own, all)| if *own == all { all } else { "of all clients" });
        writeln!(table, "| {name} | {} |", words.collect::<Vec<_>>().join(" | ")).unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rights.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (known, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(known, table, "`UPDATE=1 cargo test --test isolation documentation` writes it anew");
}

#[test]
fn no_role_may_anything_with_another_tenant_s() {
    let some = Scope::Some([tenant(OURS)].into());
    for (_, role) in PEOPLE {
        let rights = Rights { who: "ada".into(), role, tenants: some.clone() };
        for other in [THEIRS, NOBODY] {
            for (name, request) in about(other) {
                assert_eq!(request.need().check(&rights, None), Err(Denied::NotTheirs), "{role:?}: {name}");
            }
        }
    }
}

#[test]
fn every_kind_of_request_is_tried() {
    let tried: BTreeSet<String> = about(OURS).iter().chain(&at_large()).map(|(_, request)| kind(request)).collect();
    assert_eq!(tried.len(), KINDS, "{tried:?}");
}
